package cutset_test

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree/bdd"
	"github.com/holdfast-ml/holdfast/faulttree/cutset"
)

// pairs is the function "one of each of n pairs": 2^n minimal cut sets of n events.
func pairs(n int) (*bdd.Diagram, bdd.Func) {
	d := bdd.New(2*n, 0)
	f := bdd.True
	for i := n - 1; i >= 0; i-- {
		f = d.And(d.Or(d.Var(2*i), d.Var(2*i+1)), f)
	}
	return d, f
}

func TestCountsThatNeedMoreThan64Bits(t *testing.T) {
	const n = 100
	d, f := pairs(n)
	z := cutset.New(0)
	m := z.Minimal(d, f)
	want := new(big.Int).Lsh(big.NewInt(1), n)
	if got := z.Count(m); got.Cmp(want) != 0 {
		t.Errorf("%s sets, want 2^%d", got, n)
	}
	orders := z.Orders(m)
	if len(orders) != n+1 || orders[n].Cmp(want) != 0 || orders[n-1].Sign() != 0 {
		t.Errorf("%d orders, the last %s", len(orders), orders[len(orders)-1])
	}
	half := new(big.Int).Rsh(want, 1)
	for v, uses := range z.Occurrences(m, 2*n) {
		if uses.Cmp(half) != 0 {
			t.Errorf("event %d is in %s sets, want half of them", v, uses)
		}
	}
	p := make([]float64, 2*n)
	for v := range p {
		p[v] = 0.5 // the sum is the product of the pairs' sums, 1
	}
	if got := z.Sum(m, p); math.Abs(got-1) > 1e-12 {
		t.Errorf("the sum is %g, want 1", got)
	}
}

func TestTheMostProbableOfVeryMany(t *testing.T) {
	const n = 100
	d, f := pairs(n)
	z := cutset.New(0)
	p := make([]float64, 2*n)
	for i := range n { // of each pair the first is more probable, of the later ones by less
		p[2*i], p[2*i+1] = 0.5, 0.5/(1+float64(n-i)/10)
	}
	sets := z.MostProbable(z.Minimal(d, f), p, 4)
	want := []float64{1, 1 / 1.1, 1 / 1.2, 1 / 1.3}
	for i, s := range sets {
		ratio := s.Probability / math.Pow(0.5, n)
		if len(s.Levels) != n || !slices.IsSorted(s.Levels) || math.Abs(ratio-want[i]) > 1e-9 {
			t.Errorf("set %d has %d events and %g times the best, want %g", i, len(s.Levels), ratio, want[i])
		}
	}
}

func TestTheMostProbableOfNothing(t *testing.T) {
	z := cutset.New(0)
	if got := z.MostProbable(cutset.Empty, nil, 5); len(got) != 0 {
		t.Errorf("%v of no set", got)
	}
	got := z.MostProbable(cutset.Unit, nil, 5)
	if len(got) != 1 || len(got[0].Levels) != 0 || got[0].Probability != 1 {
		t.Errorf("%v of the empty set", got)
	}
	d, f := pairs(3)
	m := z.Minimal(d, f)
	if got := z.MostProbable(m, make([]float64, 6), 100); len(got) != 8 {
		t.Errorf("%d sets of impossible events, want 8", len(got))
	}
	if got := z.MostProbable(m, make([]float64, 6), 0); got != nil {
		t.Errorf("%d sets when none was asked for", len(got))
	}
}

// Without takes away exactly what includes a set of the other family.
func TestWithoutByItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := bdd.New(vars, 0)
		f, g := monotone(t, d), monotone(t, d)
		z := cutset.New(0)
		a, b := z.Minimal(d, f), z.Minimal(d, g)
		var want [][]int
		others := z.List(b, 0)
		for _, s := range z.List(a, 0) {
			if !slices.ContainsFunc(others, func(o []int) bool { return includes(s, o) }) {
				want = append(want, s)
			}
		}
		if got := z.List(z.Without(a, b), 0); !slices.EqualFunc(got, want, slices.Equal[[]int]) {
			t.Fatalf("%v without %v is %v, want %v", z.List(a, 0), others, got, want)
		}
	})
}

func includes(s, o []int) bool {
	for _, v := range o {
		if !slices.Contains(s, v) {
			return false
		}
	}
	return true
}

// A threshold function asks the cache for more pairs than there are nodes: with a
// cache that does not grow this takes forever.
func TestThresholdsTakeNoTime(t *testing.T) {
	const n, k = 120, 60
	d := bdd.New(n, 0)
	var fs []bdd.Func
	for v := range n {
		fs = append(fs, d.Var(v))
	}
	start := time.Now()
	z := cutset.New(0)
	got := z.Count(z.Minimal(d, d.AtLeast(k, fs)))
	if want := new(big.Int).Binomial(n, k); got.Cmp(want) != 0 {
		t.Errorf("%s sets, want %s", got, want)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestALimitStopsTheFamilies(t *testing.T) {
	d, f := pairs(50)
	z := cutset.New(20)
	z.Minimal(d, f)
	if !errors.Is(z.Err(), cutset.ErrTooLarge) || z.Size() > 20 {
		t.Errorf("Err = %v after %d nodes", z.Err(), z.Size())
	}
}
