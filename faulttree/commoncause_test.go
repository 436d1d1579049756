package faulttree_test

import (
	"math"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

// grouped is a model of n members, of which the top event needs at least k, with
// a common cause group.
func grouped(n, k int, model faulttree.CauseModel, q float64, factors ...float64) *faulttree.Model {
	c := &faulttree.CommonCause{Name: "group", Model: model, Distribution: expression.Number(q), Place: faulttree.Place{File: "m.xml", Line: 2, Column: 3}}
	f := &faulttree.Formula{Op: faulttree.AtLeast, Min: k}
	m := &faulttree.Model{Groups: []*faulttree.CommonCause{c}}
	for i := range n {
		e := &faulttree.Event{Name: string(rune('a' + i)), Value: c.Distribution}
		m.Events = append(m.Events, e)
		c.Members = append(c.Members, e)
		f.Args = append(f.Args, of(e))
	}
	for _, v := range factors {
		c.Factors = append(c.Factors, expression.Number(v))
	}
	m.Gates = []*faulttree.Gate{{Name: "top", Formula: f}}
	return m
}

// evaluated applies the groups and the expressions.
func evaluated(t *testing.T, m *faulttree.Model) *faulttree.Model {
	t.Helper()
	out, err := m.WithCommonCauses()
	if err == nil {
		err = out.Evaluate(0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// With the beta factor, n members in parallel fail by the common cause, or each
// by itself: 1 - (1 - beta·Q) (1 - ((1 - beta)·Q)^n).
func TestBetaFactorInParallel(t *testing.T) {
	const q, beta = 0.01, 0.1
	for n := 2; n <= 6; n++ {
		got := probability(t, evaluated(t, grouped(n, n, faulttree.BetaFactor, q, beta)).Gate("top"))
		want := 1 - (1-beta*q)*(1-math.Pow((1-beta)*q, float64(n)))
		if math.Abs(got/want-1) > 1e-12 {
			t.Errorf("%d in parallel: %g, want %g", n, got, want)
		}
	}
}

// Whatever the model, the causes that take one member along add up to the
// member's probability: C(n-1, k-1) causes of size k, each with its probability.
func TestTheCausesOfAMemberAddUp(t *testing.T) {
	const q = 0.02
	for name, m := range map[string]*faulttree.Model{
		"beta":                 grouped(4, 1, faulttree.BetaFactor, q, 0.1),
		"MGL, two levels":      grouped(4, 1, faulttree.MGL, q, 0.1),
		"MGL, all levels":      grouped(4, 1, faulttree.MGL, q, 0.1, 0.3, 0.6),
		"alpha, all levels":    grouped(4, 1, faulttree.AlphaFactor, q, 0.9, 0.06, 0.03, 0.01),
		"alpha that is scaled": grouped(4, 1, faulttree.AlphaFactor, q, 9, 0.6, 0.3, 0.1),
	} {
		out := evaluated(t, m)
		sum := 0.0
		for _, e := range out.Events {
			if strings.Contains(e.Name, "b") {
				sum += e.Probability
			}
		}
		if math.Abs(sum/q-1) > 1e-12 {
			t.Errorf("%s: the causes of one member add up to %g, want %g", name, sum, q)
		}
	}
}

func TestCausesAreNamedAfterTheirMembers(t *testing.T) {
	m := grouped(3, 2, faulttree.MGL, 0.01, 0.1, 0.5)
	out := evaluated(t, m)
	var names []string
	for _, e := range out.Events {
		names = append(names, e.Name)
	}
	if got, want := strings.Join(names, " "), "[a] [b] [c] [a b] [a c] [b c] [a b c]"; got != want {
		t.Errorf("causes %s, want %s", got, want)
	}
	if g := out.Gate("b"); g == nil || len(g.Formula.Args) != 4 {
		t.Error("a member is not the gate of its four causes")
	}
	if m.Gates[0].Formula.Args[0].Event == nil || len(m.Gates) != 1 {
		t.Error("the model itself has changed")
	}
}

func TestEventsOutsideOfGroupsStayAsTheyAre(t *testing.T) {
	m := grouped(2, 2, faulttree.BetaFactor, 0.1, 0.5)
	other := event("other", 0.25)
	m.Events = append(m.Events, other)
	m.Gates = append(m.Gates, &faulttree.Gate{Name: "more", Formula: join(faulttree.Or, to(m.Gates[0]), of(other))})
	out := evaluated(t, m)
	inner := probability(t, out.Gate("top"))
	if got, want := probability(t, out.Gate("more")), 1-0.75*(1-inner); math.Abs(got-want) > 1e-15 {
		t.Errorf("P = %g, want %g", got, want)
	}
	if same, err := (&faulttree.Model{}).WithCommonCauses(); err != nil || same == nil {
		t.Errorf("a model without groups: %v", err)
	}
}

func TestGroupsThatDoNotFit(t *testing.T) {
	two := grouped(2, 1, faulttree.BetaFactor, 0.1, 0.5)
	two.Groups = append(two.Groups, two.Groups[0])
	none := grouped(2, 1, faulttree.BetaFactor, 0.1, 0.5)
	none.Groups[0].Distribution = nil
	for want, m := range map[string]*faulttree.Model{
		"has 1 members":                        grouped(1, 1, faulttree.BetaFactor, 0.1, 0.5),
		"has 2 factors":                        grouped(3, 1, faulttree.BetaFactor, 0.1, 0.5, 0.5),
		"has 0 factors":                        grouped(3, 1, faulttree.MGL, 0.1),
		"factors up to level 4, but 3 members": grouped(3, 1, faulttree.MGL, 0.1, 0.5, 0.5, 0.5),
		"in more than one common cause group":  two,
		"has no distribution":                  none,
		"stands for more than 65536 events":    grouped(26, 1, faulttree.AlphaFactor, 0.1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
	} {
		if _, err := m.WithCommonCauses(); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "m.xml:2:3: ") {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
	if got := faulttree.MGL.String() + " " + faulttree.CauseModel(9).String(); got != "MGL CauseModel(9)" {
		t.Error(got)
	}
}
