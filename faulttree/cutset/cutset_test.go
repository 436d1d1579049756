package cutset_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree/bdd"
	"github.com/holdfast-ml/holdfast/faulttree/cutset"
)

const vars = 7

// monotone draws a function of and, or and k-of-n only.
func monotone(t *rapid.T, d *bdd.Diagram) bdd.Func {
	var pool []bdd.Func
	for v := range vars {
		pool = append(pool, d.Var(v))
	}
	pick := func() bdd.Func { return pool[rapid.IntRange(0, len(pool)-1).Draw(t, "argument")] }
	for range rapid.IntRange(1, 12).Draw(t, "steps") {
		a, b, c := pick(), pick(), pick()
		switch rapid.IntRange(0, 2).Draw(t, "operation") {
		case 0:
			pool = append(pool, d.And(a, b))
		case 1:
			pool = append(pool, d.Or(a, b))
		case 2:
			pool = append(pool, d.AtLeast(2, []bdd.Func{a, b, c}))
		}
	}
	return pool[len(pool)-1]
}

// minimal lists the minimal cut sets by trying all sets, as bit masks.
func minimal(d *bdd.Diagram, f bdd.Func) map[int]bool {
	cuts := map[int]bool{}
	values := make([]bool, vars)
	on := func(set int) bool {
		for v := range values {
			values[v] = set>>v&1 == 1
		}
		return d.Eval(f, values)
	}
	for set := range 1 << vars {
		if !on(set) {
			continue
		}
		small := true
		for v := range vars {
			if set>>v&1 == 1 && on(set&^(1<<v)) {
				small = false
			}
		}
		if small {
			cuts[set] = true
		}
	}
	return cuts
}

func TestMinimalCutSetsAreThoseThatBruteForceFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := bdd.New(vars, 0)
		f := monotone(t, d)
		want := minimal(d, f)
		z := cutset.New(0)
		m := z.Minimal(d, f)
		if got := z.Count(m); got.Int64() != int64(len(want)) {
			t.Fatalf("%d minimal cut sets, want %d", got, len(want))
		}
		for _, set := range z.List(m, 0) {
			mask := 0
			for _, v := range set {
				mask |= 1 << v
			}
			if !want[mask] {
				t.Fatalf("%v is no minimal cut set", set)
			}
		}
	})
}

func TestConstantsHaveNoEvents(t *testing.T) {
	d, z := bdd.New(1, 0), cutset.New(0)
	if m := z.Minimal(d, bdd.False); m != cutset.Empty || z.Count(m).Sign() != 0 {
		t.Errorf("what never happens has %d cut sets, want none", z.Count(m))
	}
	if m := z.Minimal(d, bdd.True); m != cutset.Unit || z.Count(m).Int64() != 1 {
		t.Errorf("what always happens has %d cut sets, want the empty one", z.Count(m))
	}
}

func TestListStopsAtTheMost(t *testing.T) {
	d, z := bdd.New(vars, 0), cutset.New(0)
	f := bdd.False
	for v := range vars {
		f = d.Or(f, d.Var(v))
	}
	if got := z.List(z.Minimal(d, f), 3); len(got) != 3 {
		t.Errorf("%d sets listed, want 3", len(got))
	}
}
