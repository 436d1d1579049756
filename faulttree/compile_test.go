package faulttree_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/bdd"
	"github.com/holdfast-ml/holdfast/faulttree/internal/draw"
)

// chosen lets rapid choose, so that it can make a failing tree smaller.
type chosen struct{ t *rapid.T }

func (c chosen) IntN(n int) int   { return rapid.IntRange(0, n-1).Draw(c.t, "choice") }
func (c chosen) Float64() float64 { return rapid.Float64Range(0, 1).Draw(c.t, "number") }

func event(name string, p float64) *faulttree.Event {
	return &faulttree.Event{Name: name, Probability: p}
}

func join(op faulttree.Op, args ...*faulttree.Formula) *faulttree.Formula {
	return &faulttree.Formula{Op: op, Args: args}
}

func of(e *faulttree.Event) *faulttree.Formula { return &faulttree.Formula{Event: e} }
func to(g *faulttree.Gate) *faulttree.Formula  { return &faulttree.Formula{Gate: g} }
func always(v bool) *faulttree.Formula         { return &faulttree.Formula{Const: &v} }

func TestTheDiagramIsTheTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := draw.Model(chosen{t}, draw.Options{Events: 6, Gates: 5, Houses: true})
		c, err := faulttree.Compile(m.Gates, 0)
		if err != nil {
			t.Fatal(err)
		}
		draw.States(m.Events, func(on map[*faulttree.Event]bool, _ int, _ float64) {
			values := make([]bool, len(c.Events))
			for v, e := range c.Events {
				values[v] = on[e]
			}
			for i, g := range m.Gates {
				if got, want := c.Diagram.Eval(c.Tops[i], values), draw.True(g, on); got != want {
					t.Fatalf("%s is %v, want %v when %v", g.Name, got, want, on)
				}
			}
		})
	})
}

func TestProbabilityIsThatOfAllStates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := draw.Model(chosen{t}, draw.Options{Events: 7, Gates: 5, Houses: true})
		top := m.Gates[len(m.Gates)-1]
		c, err := faulttree.Compile([]*faulttree.Gate{top}, 0)
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.Probabilities()
		if err != nil {
			t.Fatal(err)
		}
		got := c.Diagram.Flatten(c.Tops...).Probability(p)[0]
		if want := draw.Probability(top, m.Events); math.Abs(got-want) > 1e-12 {
			t.Fatalf("P = %.15g, want %.15g", got, want)
		}
	})
}

func TestConstantsAndHouses(t *testing.T) {
	a := event("a", 0.25)
	on := &faulttree.Formula{House: &faulttree.House{Name: "on", State: true}}
	off := &faulttree.Formula{House: &faulttree.House{Name: "off"}}
	for _, c := range []struct {
		name string
		f    *faulttree.Formula
		want float64
	}{
		{"and with a house that is on", join(faulttree.And, of(a), on), 0.25},
		{"and with a house that is off", join(faulttree.And, of(a), off), 0},
		{"or with true", join(faulttree.Or, of(a), always(true)), 1},
		{"or with false", join(faulttree.Or, of(a), always(false)), 0.25},
		{"the same event twice", join(faulttree.And, of(a), of(a)), 0.25},
		{"an event and its complement", join(faulttree.And, of(a), join(faulttree.Not, of(a))), 0},
	} {
		g := &faulttree.Gate{Name: "top", Formula: c.f}
		d, err := faulttree.Compile([]*faulttree.Gate{g}, 0)
		if err != nil {
			t.Fatal(err)
		}
		p, err := d.Probabilities()
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Diagram.Flatten(d.Tops...).Probability(p)[0]; got != c.want {
			t.Errorf("%s: P = %g, want %g", c.name, got, c.want)
		}
	}
}

func TestACycleIsNamed(t *testing.T) {
	a := &faulttree.Gate{Name: "a", Place: faulttree.Place{File: "m.xml", Line: 3, Column: 5}}
	b := &faulttree.Gate{Name: "b", Formula: join(faulttree.Or, of(event("e", 0.1)), to(a))}
	a.Formula = join(faulttree.And, to(b), of(event("f", 0.1)))
	top := &faulttree.Gate{Name: "top", Formula: to(a)}
	_, err := faulttree.Compile([]*faulttree.Gate{top}, 0)
	var cycle *faulttree.CycleError
	if !errors.As(err, &cycle) || !strings.Contains(err.Error(), "m.xml:3:5: gate a is defined by itself: a -> b -> a") {
		t.Errorf("err = %v", err)
	}
}

func TestALimitIsSaid(t *testing.T) {
	rows := join(faulttree.AtLeast)
	rows.Min = 10
	for range 20 {
		rows.Args = append(rows.Args, of(event("e", 0.1)))
	}
	_, err := faulttree.Compile([]*faulttree.Gate{{Name: "top", Formula: rows}}, 30)
	if !errors.Is(err, bdd.ErrTooLarge) || !strings.Contains(err.Error(), "top") {
		t.Errorf("err = %v, want ErrTooLarge with the gate's name", err)
	}
}

func TestTopsAreWhatNobodyNames(t *testing.T) {
	leaf := &faulttree.Gate{Name: "leaf", Formula: of(event("e", 0.1))}
	one := &faulttree.Gate{Name: "one", Formula: join(faulttree.Not, to(leaf))}
	two := &faulttree.Gate{Name: "two", Formula: to(leaf)}
	m := &faulttree.Model{Gates: []*faulttree.Gate{leaf, one, two}}
	if got := m.Tops(); len(got) != 2 || got[0] != one || got[1] != two {
		t.Errorf("tops = %v", got)
	}
}

func TestWords(t *testing.T) {
	if got := faulttree.AtLeast.String() + " " + faulttree.Iff.String() + " " + faulttree.Op(99).String(); got != "atleast iff Op(99)" {
		t.Error(got)
	}
	if got := (faulttree.Place{}).String(); got != "(no file)" {
		t.Error(got)
	}
}
