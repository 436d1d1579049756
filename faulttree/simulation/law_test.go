package simulation_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree/simulation"
)

func TestLawsHaveTheirMeanAndMedian(t *testing.T) {
	const n = 200_000
	for _, c := range []struct {
		name              string
		law               simulation.Law
		mean, median, dev float64
	}{
		{"exponential", simulation.Exponential(10), 10, 10 * math.Ln2, 10},
		{"fixed", simulation.Fixed(3), 3, 3, 0},
		{"uniform", simulation.Uniform{Least: 2, Most: 6}, 4, 4, 4 / math.Sqrt(12)},
		{"lognormal", simulation.Lognormal{Median: 4, Sigma: 0.5}, 4 * math.Exp(0.125), 4, 4 * math.Exp(0.125) * math.Sqrt(math.Exp(0.25)-1)},
		{"Weibull", simulation.Weibull{Scale: 5, Shape: 2}, 5 * math.Sqrt(math.Pi) / 2, 5 * math.Sqrt(math.Ln2), 5 * math.Sqrt(1-math.Pi/4)},
		{"Weibull of shape 1 is exponential", simulation.Weibull{Scale: 7, Shape: 1}, 7, 7 * math.Ln2, 7},
	} {
		rng := rand.New(rand.NewPCG(4, 4))
		x := make([]float64, n)
		sum := 0.0
		for i := range x {
			x[i] = c.law.Draw(rng)
			sum += x[i]
		}
		slices.Sort(x)
		if x[0] < 0 {
			t.Errorf("%s: a time of %g hours", c.name, x[0])
		}
		if math.Abs(c.law.Mean()-c.mean) > 1e-12*c.mean {
			t.Errorf("%s: the mean is said to be %g, want %g", c.name, c.law.Mean(), c.mean)
		}
		if math.Abs(sum/n-c.mean) > 4*c.dev/math.Sqrt(n)+1e-9 {
			t.Errorf("%s: the mean is %g, want %g", c.name, sum/n, c.mean)
		}
		if math.Abs(x[n/2]-c.median) > 0.02*c.median {
			t.Errorf("%s: the median is %g, want %g", c.name, x[n/2], c.median)
		}
	}
}

// The error factor is the 95 % quantile divided by the median.
func TestTheErrorFactorOfRepairs(t *testing.T) {
	l := simulation.LognormalOf(10, 5)
	if math.Abs(l.Mean()-10) > 1e-12 {
		t.Errorf("mean %g, want 10", l.Mean())
	}
	rng := rand.New(rand.NewPCG(5, 5))
	x := make([]float64, 100_000)
	for i := range x {
		x[i] = l.Draw(rng)
	}
	slices.Sort(x)
	if got := x[95_000] / x[50_000]; math.Abs(got-5) > 0.2 {
		t.Errorf("the error factor is %g, want 5", got)
	}
}

func TestSteadyHasItsUnavailability(t *testing.T) {
	for _, p := range []float64{1e-6, 0.01, 0.5, 0.99} {
		r := simulation.Steady(event("e"), p, 8)
		if got := r.Repair.Mean() / (r.Failure.Mean() + r.Repair.Mean()); math.Abs(got/p-1) > 1e-12 {
			t.Errorf("unavailable %g, want %g", got, p)
		}
	}
}
