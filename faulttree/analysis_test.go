package faulttree_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/internal/draw"
)

func analyse(t testing.TB, top *faulttree.Gate) *faulttree.Analysis {
	t.Helper()
	a, err := faulttree.Analyse(top, 0)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func probability(t testing.TB, top *faulttree.Gate) float64 {
	t.Helper()
	p, err := analyse(t, top).Probability()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bits is a cut set as bits over the model's events.
func bits(events []*faulttree.Event, set faulttree.CutSet) (b int) {
	for _, e := range set.Events {
		b |= 1 << slices.Index(events, e)
	}
	return b
}

func TestCutSetsAreThoseThatBruteForceFinds(t *testing.T) {
	for _, coherent := range []bool{true, false} {
		rapid.Check(t, func(rt *rapid.T) {
			m := draw.Model(chosen{rt}, draw.Options{Events: 7, Gates: 5, Coherent: coherent})
			top := m.Gates[len(m.Gates)-1]
			a := analyse(t, top)
			sets, err := a.CutSets()
			if err != nil {
				rt.Fatal(err)
			}
			want := draw.Minimal(top, m.Events)
			if got := sets.Count(); got.Int64() != int64(len(want)) {
				rt.Fatalf("%s cut sets, want %d", got, len(want))
			}
			all, err := sets.MostProbable(1000)
			if err != nil {
				rt.Fatal(err)
			}
			sum := 0.0
			var got []int
			for _, s := range all {
				got = append(got, bits(m.Events, s))
				sum += s.Probability
			}
			if !slices.IsSortedFunc(all, inOrder) {
				rt.Fatalf("the most probable do not come first")
			}
			if total, err := sets.Sum(); err != nil || math.Abs(total-sum) > 1e-12*max(1, sum) {
				rt.Fatalf("sum %g, want %g (%v)", total, sum, err)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				rt.Fatalf("cut sets %v, want %v", got, want)
			}
			if first, _ := sets.MostProbable(2); len(first) != min(2, len(want)) || len(first) > 0 && first[0].Probability != all[0].Probability {
				rt.Fatalf("the first two are %v", first)
			}
			checkCounts(rt, a, sets, m.Events, want)
		})
	}
}

// inOrder is for slices.IsSortedFunc: more probable before less, up to rounding.
func inOrder(later, earlier faulttree.CutSet) int {
	if later.Probability > earlier.Probability*(1+1e-12) {
		return -1
	}
	return 0
}

// checkCounts holds the counts by order and by event against the list.
func checkCounts(t *rapid.T, a *faulttree.Analysis, sets *faulttree.CutSets, events []*faulttree.Event, all []int) {
	orders := map[int]int64{}
	uses := map[*faulttree.Event]int64{}
	for _, s := range all {
		n := 0
		for i, e := range events {
			if s>>i&1 == 1 {
				n++
				uses[e]++
			}
		}
		orders[n]++
	}
	for n, count := range sets.Orders() {
		if count.Int64() != orders[n] {
			t.Fatalf("%s sets of %d events, want %d", count, n, orders[n])
		}
	}
	for v, count := range sets.Occurrences() {
		if count.Int64() != uses[a.Events[v]] {
			t.Fatalf("%s sets have %s, want %d", count, a.Events[v].Name, uses[a.Events[v]])
		}
	}
}

func TestImportanceFollowsItsDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := draw.Model(chosen{rt}, draw.Options{Events: 6, Gates: 4})
		top := m.Gates[len(m.Gates)-1]
		total := draw.Probability(top, m.Events)
		list, err := analyse(t, top).Importance()
		if err != nil {
			rt.Fatal(err)
		}
		for _, i := range list {
			p := i.Event.Probability
			i.Event.Probability = 1
			with := draw.Probability(top, m.Events)
			i.Event.Probability = 0
			without := draw.Probability(top, m.Events)
			i.Event.Probability = p
			for _, c := range []struct {
				name      string
				got, want float64
			}{
				{"Birnbaum", i.Birnbaum, with - without},
				{"criticality", i.Criticality, p * (with - without) / total},
				{"Fussell-Vesely", i.FussellVesely, p * with / total},
				{"RAW", i.RAW, with / total},
				{"RRW", i.RRW, total / without},
			} {
				if total > 1e-9 && !(math.IsInf(c.want, 1) && c.got > 1e9) && math.Abs(c.got-c.want) > 1e-8*max(1, math.Abs(c.want)) {
					rt.Fatalf("%s of %s is %g, want %g", c.name, i.Event.Name, c.got, c.want)
				}
			}
		}
	})
}

func TestWhatTheTopEventNeedsHasInfiniteReductionWorth(t *testing.T) {
	a, b := event("a", 0.3), event("b", 1e-9)
	list, err := analyse(t, &faulttree.Gate{Name: "top", Formula: join(faulttree.And, of(a), of(b))}).Importance()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		if !math.IsInf(i.RRW, 1) || i.FussellVesely != 1 && math.Abs(i.FussellVesely-1) > 1e-12 {
			t.Errorf("%s: RRW %g, Fussell-Vesely %g", i.Event.Name, i.RRW, i.FussellVesely)
		}
	}
}

func TestAnEventWithoutProbabilityIsAnError(t *testing.T) {
	top := &faulttree.Gate{Name: "top", Formula: of(event("a", math.NaN()))}
	if _, err := analyse(t, top).Probability(); err == nil {
		t.Error("a probability was made up")
	}
	sets, err := analyse(t, top).CutSets()
	if err != nil || sets.Count().Int64() != 1 {
		t.Errorf("cut sets need no probability: %v", err)
	}
}

// The analytic cases of the literature. Source of the formulas: R. E. Barlow, F.
// Proschan, "Statistical Theory of Reliability and Life Testing", 1975, chapter 2.
func TestAnalyticCases(t *testing.T) {
	const n, p = 12, 0.07
	var leaves []*faulttree.Formula
	for range n {
		leaves = append(leaves, of(event("c", p)))
	}
	binomial := func(k int) (sum float64) { // at least k of n
		c := 1.0
		for i := 0; i <= n; i++ {
			if i >= k {
				sum += c * math.Pow(p, float64(i)) * math.Pow(1-p, float64(n-i))
			}
			c = c * float64(n-i) / float64(i+1)
		}
		return sum
	}
	atLeast := func(k int) *faulttree.Formula {
		f := join(faulttree.AtLeast, leaves...)
		f.Min = k
		return f
	}
	bridge := func() *faulttree.Formula { // the five-component bridge
		e := make([]*faulttree.Formula, 5)
		for i := range e {
			e[i] = of(event("b", p))
		}
		return join(faulttree.Or, join(faulttree.And, e[0], e[1]), join(faulttree.And, e[2], e[3]),
			join(faulttree.And, e[0], e[4], e[3]), join(faulttree.And, e[2], e[4], e[1]))
	}
	for _, c := range []struct {
		name string
		f    *faulttree.Formula
		want float64
	}{
		{"series: 1 - (1-p)^n", join(faulttree.Or, leaves...), 1 - math.Pow(1-p, n)},
		{"parallel: p^n", join(faulttree.And, leaves...), math.Pow(p, n)},
		{"1 of n is a series", atLeast(1), 1 - math.Pow(1-p, n)},
		{"n of n is parallel", atLeast(n), math.Pow(p, n)},
		{"5 of n: the binomial sum", atLeast(5), binomial(5)},
		{"bridge: 2p^2 + 2p^3 - 5p^4 + 2p^5", bridge(), 2*p*p + 2*math.Pow(p, 3) - 5*math.Pow(p, 4) + 2*math.Pow(p, 5)},
	} {
		if got := probability(t, &faulttree.Gate{Name: "top", Formula: c.f}); math.Abs(got/c.want-1) > 1e-12 {
			t.Errorf("%s: %.15g, want %.15g", c.name, got, c.want)
		}
	}
}

// Deep and wide models cost time in proportion to their size.
func TestDepthAndWidthAreNoObstacle(t *testing.T) {
	e := event("e", 0.1)
	gate := &faulttree.Gate{Name: "g", Formula: of(e)}
	for range 200_000 {
		gate = &faulttree.Gate{Name: "g", Formula: join(faulttree.Not, to(gate))}
	}
	if got := probability(t, gate); got != 0.1 {
		t.Errorf("an even number of complements: P = %g", got)
	}
	wide := join(faulttree.Or)
	for range 100_000 {
		wide.Args = append(wide.Args, of(event("w", 1e-7)))
	}
	if got, want := probability(t, &faulttree.Gate{Name: "top", Formula: wide}), -math.Expm1(100_000*math.Log1p(-1e-7)); math.Abs(got/want-1) > 1e-9 {
		t.Errorf("P = %g, want %g", got, want)
	}
}

// A tree whose first order outgrows its budget is built in another one.
func TestAnotherOrderIsTried(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	m := draw.Model(r, draw.Options{Events: 14, Gates: 12, Coherent: true})
	top := m.Gates[len(m.Gates)-1]
	want := probability(t, top)
	for limit := 4; limit < 4000; limit *= 2 {
		a, err := faulttree.Analyse(top, limit)
		if err != nil {
			continue
		}
		if got, _ := a.Probability(); math.Abs(got-want) > 1e-12 {
			t.Errorf("with at most %d nodes P = %g, want %g", limit, got, want)
		}
	}
}
