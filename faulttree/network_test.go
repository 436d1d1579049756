package faulttree_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/internal/draw"
)

func TestTheNetworkFollowsTheTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := draw.Model(chosen{t}, draw.Options{Events: 6, Gates: 5, Houses: true})
		n, err := faulttree.NewNetwork(m.Gates)
		if err != nil {
			t.Fatal(err)
		}
		s := n.NewState()
		on := map[*faulttree.Event]bool{}
		for range 30 {
			for i, g := range m.Gates {
				if got, want := s.Gate(i), draw.True(g, on); got != want {
					t.Fatalf("%s is %v, want %v", g.Name, got, want)
				}
			}
			if len(n.Events()) == 0 {
				return
			}
			i := rapid.IntRange(0, len(n.Events())-1).Draw(t, "event")
			value := rapid.Bool().Draw(t, "value")
			on[n.Events()[i]] = value
			s.Set(i, value)
			if s.Event(i) != value {
				t.Fatalf("event %d is not what it was set to", i)
			}
		}
	})
}

func TestThePlainModelIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := draw.Model(chosen{t}, draw.Options{Events: 6, Gates: 5, Houses: true})
		plain := m.Plain()
		draw.States(m.Events, func(on map[*faulttree.Event]bool, _ int, _ float64) {
			for _, g := range m.Gates {
				if draw.True(g, on) != draw.True(plain.Gate(g.Name), on) {
					t.Fatalf("%s differs when %v", g.Name, on)
				}
			}
		})
		for _, g := range plain.Gates {
			plainly(t, g.Formula)
		}
	})
}

// plainly wants only and, or and not, with no leaf twice among the arguments.
func plainly(t *rapid.T, f *faulttree.Formula) {
	seen := map[any]bool{}
	for _, a := range f.Args {
		plainly(t, a)
		if a.Op == faulttree.Ref {
			key := [3]any{a.Gate, a.Event, a.House}
			if seen[key] {
				t.Fatalf("an argument stands twice")
			}
			seen[key] = true
		}
	}
	switch f.Op {
	case faulttree.Ref, faulttree.And, faulttree.Or, faulttree.Not:
	default:
		t.Fatalf("there is %s", f.Op)
	}
}
