package uncertainty_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/expression"
	"github.com/holdfast-ml/holdfast/faulttree/uncertainty"
)

func top(t testing.TB, op faulttree.Op, events ...*faulttree.Event) *faulttree.Analysis {
	t.Helper()
	f := &faulttree.Formula{Op: op}
	for _, e := range events {
		f.Args = append(f.Args, &faulttree.Formula{Event: e})
	}
	m := &faulttree.Model{Events: events, Gates: []*faulttree.Gate{{Name: "top", Formula: f}}}
	if err := m.Evaluate(1); err != nil {
		t.Fatal(err)
	}
	a, err := faulttree.Analyse(m.Gates[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func drawn(name string, op expression.Op, x ...float64) *faulttree.Event {
	n := &expression.Node{Op: op, Place: expression.Place{File: "m.xml", Line: 7, Column: 3}}
	for _, v := range x {
		n.Args = append(n.Args, expression.Number(v))
	}
	return &faulttree.Event{Name: name, Value: n}
}

func run(t testing.TB, a *faulttree.Analysis, opt uncertainty.Options) *uncertainty.Result {
	t.Helper()
	r, err := uncertainty.Run(context.Background(), a, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The product of two independent uniform numbers below 1 has mean 1/4, variance
// 1/9 - 1/16, and the distribution x (1 - ln x).
func TestTheProductOfUniforms(t *testing.T) {
	r := run(t, top(t, faulttree.And, drawn("a", expression.Uniform, 0, 1), drawn("b", expression.Uniform, 0, 1)), uncertainty.Options{Samples: 200_000, Seed: 1})
	if math.Abs(r.Mean-0.25) > 4*r.StdErr || math.Abs(r.StdDev-math.Sqrt(1.0/9-1.0/16)) > 0.002 {
		t.Errorf("mean %g ± %g, standard deviation %g", r.Mean, r.StdErr, r.StdDev)
	}
	for _, q := range []float64{r.P5, r.P50, r.P95} {
		want := map[float64]float64{r.P5: 0.05, r.P50: 0.5, r.P95: 0.95}[q]
		if got := q * (1 - math.Log(q)); math.Abs(got-want) > 0.005 {
			t.Errorf("P(product <= %g) = %g, want %g", q, got, want)
		}
	}
}

// A parameter that two events share makes them fail together: the mean of its
// square is not the square of its mean.
func TestSharedParametersStayTogether(t *testing.T) {
	p := &expression.Parameter{Name: "p", Value: drawn("", expression.Uniform, 0, 1).Value}
	a := &faulttree.Event{Name: "a", Value: expression.Of(p)}
	b := &faulttree.Event{Name: "b", Value: expression.Of(p)}
	r := run(t, top(t, faulttree.And, a, b), uncertainty.Options{Samples: 100_000, Seed: 2})
	if math.Abs(r.Mean-1.0/3) > 4*r.StdErr || r.Probability != 0.25 {
		t.Errorf("mean %g ± %g, want 1/3; with means %g, want 1/4", r.Mean, r.StdErr, r.Probability)
	}
}

func TestEqualSeedsGiveEqualResultsOnAnyNumberOfCores(t *testing.T) {
	a := top(t, faulttree.Or, drawn("a", expression.Lognormal, 1e-3, 3, 0.95), drawn("b", expression.Beta, 1, 30), &faulttree.Event{Name: "c", Probability: 0.01})
	var means []float64
	for _, workers := range []int{1, 2, 5} {
		means = append(means, run(t, a, uncertainty.Options{Samples: 5003, Seed: 9, Workers: workers}).Mean)
	}
	if means[0] != means[1] || means[1] != means[2] {
		t.Errorf("means %v differ", means)
	}
	if other := run(t, a, uncertainty.Options{Samples: 5003, Seed: 10}).Mean; other == means[0] {
		t.Error("another seed changes nothing")
	}
}

func TestWhatIsDrawnOutsideIsCutAndCounted(t *testing.T) {
	r := run(t, top(t, faulttree.Or, drawn("a", expression.Normal, 0.5, 10)), uncertainty.Options{Samples: 2000, Seed: 3})
	if r.Lowest != 0 || r.Highest != 1 || r.Cut < 1500 || r.Cut > 2000 {
		t.Errorf("from %g to %g, %d cut", r.Lowest, r.Highest, r.Cut)
	}
}

func TestErrors(t *testing.T) {
	fine := top(t, faulttree.Or, drawn("a", expression.Uniform, 0, 1))
	if _, err := uncertainty.Run(context.Background(), fine, uncertainty.Options{Samples: 1}); err == nil {
		t.Error("one sample has no spread")
	}
	odd := drawn("a", expression.Sqrt, 0)
	odd.Value.Args[0] = drawn("", expression.Normal, 0.1, 5).Value
	if _, err := uncertainty.Run(context.Background(), top(t, faulttree.Or, odd), uncertainty.Options{Samples: 100}); err == nil || !strings.Contains(err.Error(), "m.xml:7:3") {
		t.Errorf("err = %v, want the place of a root of negative numbers", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := uncertainty.Run(ctx, fine, uncertainty.Options{Samples: 100}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v after it was cancelled", err)
	}
}

func BenchmarkThousandSamples(b *testing.B) {
	var events []*faulttree.Event
	for range 100 {
		events = append(events, drawn("e", expression.Lognormal, 1e-3, 3, 0.95))
	}
	a := top(b, faulttree.Or, events...)
	for b.Loop() {
		run(b, a, uncertainty.Options{Samples: 1000, Seed: 1})
	}
}
