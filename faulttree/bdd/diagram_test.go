package bdd_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree/bdd"
)

const vars = 6

// formula is a random function, kept as a diagram and as a table of truth.
type formula struct {
	f     bdd.Func
	truth [1 << vars]bool
}

func assignment(i int) []bool {
	values := make([]bool, vars)
	for v := range values {
		values[v] = i>>v&1 == 1
	}
	return values
}

func table(eval func(values []bool) bool) (t [1 << vars]bool) {
	for i := range t {
		t[i] = eval(assignment(i))
	}
	return t
}

// random draws a function by joining drawn ones with every operation there is.
func random(t *rapid.T, d *bdd.Diagram) formula {
	pool := []formula{
		{bdd.True, table(func([]bool) bool { return true })},
		{bdd.False, table(func([]bool) bool { return false })},
	}
	for v := range vars {
		pool = append(pool, formula{d.Var(v), table(func(x []bool) bool { return x[v] })})
	}
	pick := func() formula { return pool[rapid.IntRange(0, len(pool)-1).Draw(t, "argument")] }
	for range rapid.IntRange(1, 12).Draw(t, "steps") {
		a, b, c := pick(), pick(), pick()
		var r formula
		switch rapid.IntRange(0, 5).Draw(t, "operation") {
		case 0:
			r.f = d.And(a.f, b.f)
			for i := range r.truth {
				r.truth[i] = a.truth[i] && b.truth[i]
			}
		case 1:
			r.f = d.Or(a.f, b.f)
			for i := range r.truth {
				r.truth[i] = a.truth[i] || b.truth[i]
			}
		case 2:
			r.f = d.Xor(a.f, b.f)
			for i := range r.truth {
				r.truth[i] = a.truth[i] != b.truth[i]
			}
		case 3:
			r.f = a.f.Not()
			for i := range r.truth {
				r.truth[i] = !a.truth[i]
			}
		case 4:
			r.f = d.ITE(a.f, b.f, c.f)
			for i := range r.truth {
				r.truth[i] = a.truth[i] && b.truth[i] || !a.truth[i] && c.truth[i]
			}
		case 5:
			k := rapid.IntRange(-1, 4).Draw(t, "k")
			r.f = d.AtLeast(k, []bdd.Func{a.f, b.f, c.f})
			for i := range r.truth {
				n := 0
				for _, x := range []bool{a.truth[i], b.truth[i], c.truth[i]} {
					if x {
						n++
					}
				}
				r.truth[i] = n >= k
			}
		}
		pool = append(pool, r)
	}
	return pool[len(pool)-1]
}

func TestFunctionsAreWhatTheirTablesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := bdd.New(vars, 0)
		r := random(t, d)
		if got := table(func(x []bool) bool { return d.Eval(r.f, x) }); got != r.truth {
			t.Fatalf("table of truth differs")
		}
	})
}

func TestEqualFunctionsAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := bdd.New(vars, 0)
		a, b := random(t, d), random(t, d)
		if (a.truth == b.truth) != (a.f == b.f) {
			t.Fatalf("tables equal: %v, functions equal: %v", a.truth == b.truth, a.f == b.f)
		}
	})
}

func TestProbabilityIsTheSumOverAllStates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := bdd.New(vars, 0)
		r := random(t, d)
		p := make([]float64, vars)
		for i := range p {
			p[i] = rapid.Float64Range(0, 1).Draw(t, "p")
		}
		var want, complement float64
		weight := func(i int) float64 {
			w := 1.0
			for v := range vars {
				if i>>v&1 == 1 {
					w *= p[v]
				} else {
					w *= 1 - p[v]
				}
			}
			return w
		}
		for i, on := range r.truth {
			if on {
				want += weight(i)
			} else {
				complement += weight(i)
			}
		}
		got := d.Flatten(r.f, r.f.Not()).Probability(p)
		if math.Abs(got[0]-want) > 1e-12 {
			t.Fatalf("P = %g, want %g", got[0], want)
		}
		if math.Abs(got[1]-complement) > 1e-12 {
			t.Fatalf("P of the complement = %g, want %g", got[1], complement)
		}
	})
}

func TestBirnbaumIsTheDifferenceBetweenOnAndOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := bdd.New(vars, 0)
		r := random(t, d)
		p := make([]float64, vars)
		for i := range p {
			p[i] = rapid.Float64Range(0.01, 0.99).Draw(t, "p")
		}
		got := d.Flatten(r.f).Birnbaum(p, 0)
		for v := range vars {
			q := append([]float64{}, p...)
			q[v] = 1
			on := d.Flatten(r.f).Probability(q)[0]
			q[v] = 0
			off := d.Flatten(r.f).Probability(q)[0]
			if math.Abs(got[v]-(on-off)) > 1e-12 {
				t.Fatalf("variable %d: %g, want %g", v, got[v], on-off)
			}
		}
	})
}

func TestSmallProbabilitiesKeepTheirDigits(t *testing.T) {
	const n, p = 40, 1e-7
	d := bdd.New(n, 0)
	all := bdd.True
	for v := range 3 {
		all = d.And(all, d.Var(v))
	}
	probs := make([]float64, n)
	for i := range probs {
		probs[i] = p
	}
	// The complement is what a diagram with complement edges would subtract from 1.
	f := d.Or(all.Not(), d.Var(5)).Not()
	want := p * p * p * (1 - p)
	if got := d.Flatten(f).Probability(probs)[0]; math.Abs(got/want-1) > 1e-12 {
		t.Errorf("P = %g, want %g: relative error %g", got, want, got/want-1)
	}
}

func TestAtLeastIsTheBinomialSum(t *testing.T) {
	const n, k, p = 20, 7, 0.3
	d := bdd.New(n, 0)
	var fs []bdd.Func
	probs := make([]float64, n)
	for v := range n {
		fs, probs[v] = append(fs, d.Var(v)), p
	}
	f := d.AtLeast(k, fs)
	want := 0.0
	for i := k; i <= n; i++ {
		c, _ := math.Lgamma(n + 1)
		a, _ := math.Lgamma(float64(i) + 1)
		b, _ := math.Lgamma(float64(n-i) + 1)
		want += math.Exp(c-a-b) * math.Pow(p, float64(i)) * math.Pow(1-p, float64(n-i))
	}
	if got := d.Flatten(f).Probability(probs)[0]; math.Abs(got-want) > 1e-10 {
		t.Errorf("P(at least %d of %d) = %.12f, want %.12f", k, n, got, want)
	}
}

func TestALimitStopsTheDiagram(t *testing.T) {
	const n = 40
	d := bdd.New(n, 200)
	f := bdd.False
	for v := range n / 2 { // pairs far apart: exponential in this order
		f = d.Or(f, d.And(d.Var(v), d.Var(v+n/2)))
	}
	if !errors.Is(d.Err(), bdd.ErrTooLarge) {
		t.Errorf("Err = %v after %d nodes, want ErrTooLarge", d.Err(), d.Size())
	}
	if d.Size() > 200 {
		t.Errorf("%d nodes with a limit of 200", d.Size())
	}
}

func TestSplit(t *testing.T) {
	d := bdd.New(2, 0)
	f := d.And(d.Var(0), d.Var(1)).Not()
	v, hi, lo := d.Split(f)
	if v != 0 || hi != d.Var(1).Not() || lo != bdd.True {
		t.Errorf("Split = %d, %d, %d", v, hi, lo)
	}
	if v, _, _ := d.Split(bdd.False); v != -1 {
		t.Errorf("a constant depends on variable %d", v)
	}
}

func TestABatchIsManyEvaluations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := bdd.New(vars, 0)
		a, b := random(t, d), random(t, d)
		f := d.Flatten(a.f, b.f)
		p := make([][bdd.Lanes]float64, vars)
		for v := range p {
			for l := range p[v] {
				p[v][l] = float64(1+(v*31+l*17)%97) / 100
			}
		}
		out := make([][bdd.Lanes]float64, 2)
		f.Batch().Run(p, out)
		for l := range bdd.Lanes {
			one := make([]float64, vars)
			for v := range one {
				one[v] = p[v][l]
			}
			for i, want := range f.Probability(one) {
				if math.Abs(out[i][l]-want) > 1e-14 {
					t.Fatalf("lane %d of function %d: %g, want %g", l, i, out[i][l], want)
				}
			}
		}
	})
}

func TestMonotoneFunctionsNeedNoComplements(t *testing.T) {
	d := bdd.New(4, 0)
	f := d.AtLeast(2, []bdd.Func{d.Var(0), d.Var(1), d.Var(2), d.Var(3)})
	if got := d.Flatten(f).Len(); got != 8 { // six inner nodes and the two constants
		t.Errorf("%d entries, want 8", got)
	}
}
