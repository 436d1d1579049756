package bdd_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree/bdd"
)

func TestAllAndAnyAreFoldsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := bdd.New(vars, 0)
		var fs []bdd.Func
		and, or := bdd.True, bdd.False
		for range rapid.IntRange(0, 5).Draw(t, "functions") {
			f := random(t, d).f
			fs = append(fs, f)
			and, or = d.And(and, f), d.Or(or, f)
		}
		if got := d.All(fs); got != and {
			t.Fatalf("All is another function than the fold")
		}
		if got := d.Any(fs); got != or {
			t.Fatalf("Any is another function than the fold")
		}
	})
}

// A threshold function has a node for each variable and each number that is still
// missing: k (n - k + 1) of them.
func TestThresholdsAreSmall(t *testing.T) {
	for _, c := range []struct{ k, n int }{{1, 10}, {10, 10}, {5, 10}, {50, 100}, {500, 1000}} {
		d := bdd.New(c.n, 0)
		var fs []bdd.Func
		for v := range c.n {
			fs = append(fs, d.Var(v))
		}
		f := d.Flatten(d.AtLeast(c.k, fs))
		if got, want := f.Len()-2, c.k*(c.n-c.k+1); got != want {
			t.Errorf("at least %d of %d has %d nodes, want %d", c.k, c.n, got, want)
		}
	}
}

func TestAtLeastAtItsEnds(t *testing.T) {
	d := bdd.New(3, 0)
	fs := []bdd.Func{d.Var(2), d.Var(0), d.Var(1)}
	for k, want := range map[int]bdd.Func{-1: bdd.True, 0: bdd.True, 1: d.Any(fs), 3: d.All(fs), 4: bdd.False} {
		if got := d.AtLeast(k, fs); got != want {
			t.Errorf("at least %d of 3 is another function", k)
		}
	}
	if fs[0] != d.Var(2) {
		t.Error("the caller's functions were put in another order")
	}
}

// A disjunction of many variables costs time in proportion to them.
func TestWideFunctions(t *testing.T) {
	const n = 200_000
	d := bdd.New(n, 0)
	fs := make([]bdd.Func, n)
	p := make([]float64, n)
	for v := range fs {
		fs[v], p[v] = d.Var(v), 1e-6
	}
	got := d.Flatten(d.Any(fs)).Probability(p)[0]
	if want := -math.Expm1(n * math.Log1p(-1e-6)); math.Abs(got/want-1) > 1e-9 {
		t.Errorf("P = %g, want %g", got, want)
	}
	if d.Size() > 3*n {
		t.Errorf("%d nodes for %d variables", d.Size(), n)
	}
}

func TestConstantsAndSharedRoots(t *testing.T) {
	d := bdd.New(2, 0)
	x, y := d.Var(0), d.Var(1)
	f := d.Flatten(bdd.True, bdd.False, x, x.Not(), d.And(x, y), x)
	got := f.Probability([]float64{0.25, 0.5})
	want := []float64{1, 0, 0.25, 0.75, 0.125, 0.25}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("function %d: P = %g, want %g", i, got[i], want[i])
		}
	}
	if b := f.Birnbaum([]float64{0.25, 0.5}, 4); b[0] != 0.5 || b[1] != 0.25 {
		t.Errorf("Birnbaum %v of a conjunction", b)
	}
	if b := f.Birnbaum([]float64{0.25, 0.5}, 3); b[0] != -1 || b[1] != 0 {
		t.Errorf("Birnbaum %v of a complement", b)
	}
	if b := f.Birnbaum([]float64{0.25, 0.5}, 0); b[0] != 0 || b[1] != 0 {
		t.Errorf("Birnbaum %v of a constant", b)
	}
}

// The cache forgets; what is built over and over again is still the same.
func TestBuildingAgainGivesTheSame(t *testing.T) {
	const n = 24
	d := bdd.New(n, 0)
	build := func() bdd.Func {
		f := bdd.False
		for v := range n {
			g := bdd.False
			for w := v; w < min(n, v+4); w++ {
				g = d.Xor(g, d.Var(w))
			}
			f = d.ITE(d.Var((7*v)%n), d.Or(f, g), d.And(f, g.Not()))
		}
		return f
	}
	first := build()
	size := d.Size()
	if again := build(); again != first || d.Size() != size {
		t.Errorf("the same function has another root, or %d new nodes", d.Size()-size)
	}
}
