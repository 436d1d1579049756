package faulttree_test

import (
	"math"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

func TestEvaluateFollowsTheMission(t *testing.T) {
	e := &faulttree.Event{Name: "e", Value: expression.Apply(expression.Exponential, expression.Number(1e-3), expression.Apply(expression.MissionTime))}
	given := event("given", 0.125)
	m := &faulttree.Model{Events: []*faulttree.Event{e, given}}
	for _, mission := range []float64{0, 10, 8760} {
		if err := m.Evaluate(mission); err != nil {
			t.Fatal(err)
		}
		if want := -math.Expm1(-1e-3 * mission); e.Probability != want || given.Probability != 0.125 {
			t.Errorf("after %g h: %g and %g, want %g and 0.125", mission, e.Probability, given.Probability, want)
		}
	}
}

func TestEvaluateRefusesWhatIsNoProbability(t *testing.T) {
	at := faulttree.Place{File: "m.xml", Line: 9, Column: 4}
	for want, n := range map[string]*expression.Node{
		"the probability of event e is 2":  {Op: expression.Constant, Value: 2, Place: at},
		"the probability of event e is -1": {Op: expression.Constant, Value: -1, Place: at},
		"sqrt of -1 is not defined":        {Op: expression.Sqrt, Args: []*expression.Node{expression.Number(-1)}, Place: at},
		"add cannot have 0 arguments":      {Op: expression.Add, Place: at},
	} {
		m := &faulttree.Model{Events: []*faulttree.Event{{Name: "e", Value: n}}}
		if err := m.Evaluate(1); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "m.xml:9:4: ") {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

func TestCheckFindsWhatCannotBe(t *testing.T) {
	e := of(event("e", 0.5))
	for want, f := range map[string]*faulttree.Formula{
		"not cannot have 2 arguments":   join(faulttree.Not, e, e),
		"imply cannot have 1 arguments": join(faulttree.Imply, e),
		"or cannot have 0 arguments":    join(faulttree.Or),
		"ref cannot have 1 arguments":   join(faulttree.Ref, e),
		"has no formula":                nil,
	} {
		m := &faulttree.Model{Gates: []*faulttree.Gate{{Name: "g", Formula: f, Place: faulttree.Place{File: "m.xml", Line: 1, Column: 2}}}}
		if err := m.Check(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "g (m.xml:1:2)") {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

// A long cycle is told by its two ends.
func TestALongCycleIsToldShortly(t *testing.T) {
	gates := make([]*faulttree.Gate, 1000)
	for i := range gates {
		gates[i] = &faulttree.Gate{Name: strings.Repeat("g", 10)}
	}
	for i := range gates {
		gates[i].Formula = join(faulttree.Not, to(gates[(i+1)%len(gates)]))
	}
	err := (&faulttree.Model{Gates: gates}).Check()
	if err == nil || len(err.Error()) > 300 || !strings.Contains(err.Error(), "(989 more)") {
		t.Errorf("err = %v", err)
	}
}

func TestGatesAreFoundByName(t *testing.T) {
	g := &faulttree.Gate{Name: "g", Formula: always(true)}
	m := &faulttree.Model{Gates: []*faulttree.Gate{g}}
	if m.Gate("g") != g || m.Gate("h") != nil {
		t.Error("the wrong gate")
	}
}

func TestCoherence(t *testing.T) {
	a, b, c := of(event("a", 0.1)), of(event("b", 0.1)), of(event("c", 0.1))
	votes := func(op faulttree.Op, least, most int) *faulttree.Formula {
		f := join(op, a, b, c)
		f.Min, f.Max = least, most
		return f
	}
	for _, tt := range []struct {
		name string
		f    *faulttree.Formula
		want bool
	}{
		{"and, or", join(faulttree.And, a, join(faulttree.Or, b, c)), true},
		{"2 of 3", votes(faulttree.AtLeast, 2, 0), true},
		{"2 to 3 of 3", votes(faulttree.Cardinality, 2, 3), true},
		{"1 to 2 of 3", votes(faulttree.Cardinality, 1, 2), false},
		{"not", join(faulttree.Not, a), false},
		{"xor", join(faulttree.Xor, a, b), false},
		{"imply", join(faulttree.Imply, a, b), false},
	} {
		if got := analyse(t, &faulttree.Gate{Name: "g", Formula: tt.f}).Coherent; got != tt.want {
			t.Errorf("%s: coherent is %v, want %v", tt.name, got, tt.want)
		}
	}
}
