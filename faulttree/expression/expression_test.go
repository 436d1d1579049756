package expression_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	. "github.com/holdfast-ml/holdfast/faulttree/expression"
)

func value(t *testing.T, n *Node, mission float64) float64 {
	t.Helper()
	s := NewSet()
	if _, err := s.Add(n); err != nil {
		t.Fatal(err)
	}
	v, err := s.Values(mission)
	if err != nil {
		t.Fatal(err)
	}
	return v[0]
}

// numbers applies an operation to numbers.
func numbers(op Op, x ...float64) *Node {
	n := &Node{Op: op, Place: Place{File: "m.xml", Line: 4, Column: 2}}
	for _, v := range x {
		n.Args = append(n.Args, Number(v))
	}
	return n
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		op   Op
		x    []float64
		want float64
	}{
		{Neg, []float64{2}, -2},
		{Add, []float64{1, 2, 3}, 6},
		{Add, []float64{4}, 4},
		{Sub, []float64{9, 2, 3}, 4},
		{Mul, []float64{2, 3, 4}, 24},
		{Div, []float64{24, 2, 3}, 4},
		{Abs, []float64{-3}, 3},
		{Acos, []float64{1}, 0},
		{Asin, []float64{1}, math.Pi / 2},
		{Atan, []float64{1}, math.Pi / 4},
		{Cos, []float64{0}, 1},
		{Cosh, []float64{0}, 1},
		{Sin, []float64{0}, 0},
		{Sinh, []float64{0}, 0},
		{Tan, []float64{0}, 0},
		{Tanh, []float64{0}, 0},
		{Exp, []float64{1}, math.E},
		{Log, []float64{math.E}, 1},
		{Log10, []float64{1000}, 3},
		{Mod, []float64{7.9, 4.9}, 3},
		{Pow, []float64{2, 10}, 1024},
		{Sqrt, []float64{9}, 3},
		{Ceil, []float64{1.2}, 2},
		{Floor, []float64{1.8}, 1},
		{Min, []float64{3, 1, 2}, 1},
		{Max, []float64{3, 1, 2}, 3},
		{Mean, []float64{3, 1, 2}, 2},
		{Not, []float64{0}, 1},
		{And, []float64{1, 2}, 1},
		{And, []float64{1, 0}, 0},
		{Or, []float64{0, 0}, 0},
		{Or, []float64{0, 5}, 1},
		{Equal, []float64{1, 1}, 1},
		{Different, []float64{1, 1}, 0},
		{Less, []float64{1, 2}, 1},
		{Greater, []float64{1, 2}, 0},
		{LessOrEqual, []float64{2, 2}, 1},
		{GreaterOrEqual, []float64{1, 2}, 0},
		{IfThenElse, []float64{1, 5, 6}, 5},
		{IfThenElse, []float64{0, 5, 6}, 6},
		{Switch, []float64{0, 1, 1, 2, 3}, 2},
		{Switch, []float64{0, 1, 0, 2, 3}, 3},
		{Switch, []float64{3}, 3},
		{Exponential, []float64{1e-12, 1}, 1e-12},
		{Exponential, []float64{math.Ln2, 1}, 0.5},
		{GLM, []float64{0.3, 1, 0, 0}, 0.3},       // not started
		{GLM, []float64{0, 0.01, 0.09, 1e9}, 0.1}, // steady state: lambda / (lambda + mu)
		{Weibull, []float64{10, 1, 0, 5}, 1 - math.Exp(-0.5)},
		{Weibull, []float64{10, 2, 5, 4}, 0},
		{PeriodicTest, []float64{0.01, 10, 5, 4}, 1 - math.Exp(-0.04)},  // before the first test
		{PeriodicTest, []float64{0.01, 10, 5, 28}, 1 - math.Exp(-0.03)}, // three hours after the last
		{PeriodicTest, []float64{0.01, 10, 5, 25}, 1 - math.Exp(-0.1)},  // right before one
		{Uniform, []float64{1, 3}, 2},
		{Normal, []float64{5, 1}, 5},
		{Lognormal, []float64{1e-3, 3, 0.95}, 1e-3},
		{Lognormal, []float64{0, 1}, math.Exp(0.5)},
		{Gamma, []float64{2, 3}, 6},
		{Beta, []float64{1, 3}, 0.25},
		{Histogram, []float64{0, 1, 1, 3, 3}, (0.5*1 + 2*3) / 4},
	} {
		if got := value(t, numbers(c.op, c.x...), 0); math.Abs(got-c.want) > 1e-12*max(1, math.Abs(c.want)) {
			t.Errorf("%s of %v = %.15g, want %.15g", c.op, c.x, got, c.want)
		}
	}
	if got := value(t, Apply(Mul, Apply(MissionTime), Apply(Pi)), 2); got != 2*math.Pi {
		t.Errorf("mission time · pi = %g", got)
	}
}

// A repair that is so quick that it takes no time makes the law of five arguments
// that of four, and a test that takes no time that of eleven that of five.
func TestPeriodicTestsAgree(t *testing.T) {
	const lambda, tau, theta, time = 1e-3, 100, 30, 1234.5
	four := value(t, numbers(PeriodicTest, lambda, tau, theta, time), 0)
	five := value(t, numbers(PeriodicTest, lambda, 1e6, tau, theta, time), 0)
	if math.Abs(four-five) > 1e-6 {
		t.Errorf("with instant repair %g, want %g", five, four)
	}
	const mu = 0.02
	five = value(t, numbers(PeriodicTest, lambda, mu, tau, theta, time), 0)
	eleven := value(t, numbers(PeriodicTest, lambda, lambda, mu, tau, theta, 0, 1e-9, 1, 1, 0, time), 0)
	if math.Abs(five-eleven) > 1e-9 {
		t.Errorf("with an instant test %g, want %g", eleven, five)
	}
	huge := value(t, numbers(PeriodicTest, lambda, mu, 1e-9, theta, 1e9), 0)
	if huge < 0 || huge > 1 {
		t.Errorf("10^18 tests give %g", huge)
	}
}

func TestUnavailabilityIsRepairOverFailureAndRepair(t *testing.T) {
	if got, want := value(t, Unavailability(Number(1.0/1000), Number(4)), 0), 4.0/1004; math.Abs(got-want) > 1e-15 {
		t.Errorf("U = %g, want %g", got, want)
	}
}

func TestUndefinedValuesSayWhereAndWhy(t *testing.T) {
	for _, c := range []struct {
		n    *Node
		want string
	}{
		{numbers(Div, 1, 0), "m.xml:4:2: div of 1, 0 is not defined: it is no finite number"},
		{numbers(Log, -1), "log of -1"},
		{numbers(Exponential, -1, 3), "rate and time must be 0 or more"},
		{Apply(Add, Number(1), numbers(Mod, 1, 0)), "mod of 1, 0"},
		{numbers(Uniform, 2, 1), "the lower bound must be below the upper"},
		{numbers(Lognormal, 1, 1, 0.95), "the error factor more than 1"},
		{numbers(Histogram, 0, 1, 0), "not all 0"},
		{numbers(Histogram, 0, -1, 3), "bounds must increase"},
		{numbers(PeriodicTest, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1), "a test no longer"},
		{Number(math.NaN()), "NaN is no finite number"},
	} {
		s := NewSet()
		if _, err := s.Add(c.n); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Values(1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("err = %v, want %q", err, c.want)
		}
	}
}

func TestWhatCannotBeAdded(t *testing.T) {
	a := &Parameter{Name: "a", Place: Place{"m.xml", 1, 1}}
	b := &Parameter{Name: "b", Value: Apply(Neg, Of(a))}
	a.Value = Of(b)
	deep := Number(1)
	for range 50_000 {
		deep = Apply(Neg, deep)
	}
	for want, n := range map[string]*Node{
		"m.xml:1:1: parameter a is defined by itself: a -> b -> a": Of(a),
		"add cannot have 0 arguments":                              Apply(Add),
		"periodic-test cannot have 6 arguments":                    numbers(PeriodicTest, 1, 2, 3, 4, 5, 6),
		"switch cannot have 2 arguments":                           numbers(Switch, 1, 2),
		"nested more than":                                         deep,
		"an expression is missing":                                 Apply(Neg, nil),
		"the parameter is missing":                                 {Op: Ref},
	} {
		if _, err := NewSet().Add(n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

func TestSamplesHaveTheirMeanAndSpread(t *testing.T) {
	const n = 200_000
	for _, c := range []struct {
		op       Op
		x        []float64
		variance float64
	}{
		{Uniform, []float64{1, 3}, 4.0 / 12},
		{Normal, []float64{5, 2}, 4},
		{Gamma, []float64{0.5, 3}, 0.5 * 9},
		{Gamma, []float64{4, 0.5}, 1},
		{Beta, []float64{2, 3}, 2 * 3.0 / (25 * 6)},
		{Lognormal, []float64{0, 0.5}, (math.Exp(0.25) - 1) * math.Exp(0.25)},
		{Histogram, []float64{0, 1, 1, 3, 1}, 1.0/2*(1.0/3) + 1.0/2*(13.0/3) - 1.25*1.25},
	} {
		s := NewSet()
		if _, err := s.Add(numbers(c.op, c.x...)); err != nil {
			t.Fatal(err)
		}
		want, err := s.Values(0)
		if err != nil || !s.Random() {
			t.Fatal(err)
		}
		sm := s.Sampler(rand.New(rand.NewPCG(1, 2)))
		out := make([]float64, 1)
		sum, squares := 0.0, 0.0
		for range n {
			sm.Draw(0, out)
			sum += out[0]
			squares += out[0] * out[0]
		}
		mean := sum / n
		variance := squares/n - mean*mean
		if math.Abs(mean-want[0]) > 5*math.Sqrt(c.variance/n) {
			t.Errorf("%s %v: mean %g, want %g", c.op, c.x, mean, want[0])
		}
		if math.Abs(variance/c.variance-1) > 0.05 {
			t.Errorf("%s %v: variance %g, want %g", c.op, c.x, variance, c.variance)
		}
	}
}

// The error factor is the quantile of the level divided by the median.
func TestTheErrorFactorOfALognormal(t *testing.T) {
	s := NewSet()
	if _, err := s.Add(numbers(Lognormal, 1e-3, 10, 0.95)); err != nil {
		t.Fatal(err)
	}
	sm := s.Sampler(rand.New(rand.NewPCG(3, 4)))
	x := make([]float64, 100_000)
	for i := range x {
		sm.Draw(0, x[i:i+1])
	}
	slices.Sort(x)
	if ratio := x[95_000] / x[50_000]; math.Abs(ratio-10) > 0.4 {
		t.Errorf("the 95 %% quantile is %g times the median, want 10", ratio)
	}
}

func TestASharedParameterIsDrawnOnce(t *testing.T) {
	p := &Parameter{Name: "p", Value: numbers(Uniform, 0, 1)}
	s := NewSet()
	for range 2 {
		if _, err := s.Add(Of(p)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Add(numbers(Uniform, 0, 1)); err != nil {
		t.Fatal(err)
	}
	out := make([]float64, s.Len())
	s.Sampler(rand.New(rand.NewPCG(1, 1))).Draw(0, out)
	if out[0] != out[1] || out[0] == out[2] {
		t.Errorf("drawn %v", out)
	}
}

func TestNames(t *testing.T) {
	for op := Add; op <= Histogram; op++ {
		if got, ok := Named(op.String()); !ok || got != op {
			t.Errorf("%s is not found by its name", op)
		}
	}
	if _, ok := Named("nothing"); ok || Op(250).String() != "unknown operation" || Op(250).Takes(1) {
		t.Error("an unknown operation is known")
	}
}
