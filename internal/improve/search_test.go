package improve

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// model is a made-up measure: every group is hurt by its way, groups by chance
// together, and an undecided group by what hurts it in every way.
func model(hurts [][]float64) measure {
	return func(combinations [][]int) []float64 {
		out := make([]float64, len(combinations))
		for n, picks := range combinations {
			up := 1.0
			for g, k := range picks {
				least := math.Inf(1)
				for _, h := range hurts[g] {
					least = math.Min(least, h)
				}
				if k >= 0 {
					least = hurts[g][k]
				}
				up *= 1 - least
			}
			out[n] = 1 - up
		}
		return out
	}
}

func drawModel(t *rapid.T) (costs [][]Cost, hurts [][]float64) {
	for range rapid.IntRange(0, 5).Draw(t, "groups") {
		var c []Cost
		var h []float64
		for k := range rapid.IntRange(1, 4).Draw(t, "ways") {
			cost := Cost{}
			if k > 0 {
				cost = Cost{rapid.IntRange(0, 1).Draw(t, "unknown"), float64(rapid.IntRange(-2, 6).Draw(t, "extra")) / 4}
			}
			c, h = append(c, cost), append(h, float64(rapid.IntRange(1, 40).Draw(t, "hurt"))/1000)
		}
		costs, hurts = append(costs, c), append(hurts, h)
	}
	return costs, hurts
}

// every calls f with each combination.
func every(costs [][]Cost, f func(picks []int, cost Cost)) {
	picks := make([]int, len(costs))
	for {
		sum := Cost{}
		for g, k := range picks {
			sum = sum.Plus(costs[g][k])
		}
		f(picks, sum)
		g := 0
		for ; g < len(picks); g++ {
			if picks[g]++; picks[g] < len(costs[g]) {
				break
			}
			picks[g] = 0
		}
		if g == len(picks) {
			return
		}
	}
}

// The frontier and the cheapest that is good enough are those of all combinations.
func TestSearchFindsWhatIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		costs, hurts := drawModel(t)
		lost := model(hurts)
		got, err := search(context.Background(), costs, lost, 1_000_000, goal{})
		if err != nil || !got.whole || len(got.frontier) == 0 {
			t.Fatalf("%+v %v", got, err)
		}
		least := func(cost Cost) float64 {
			best := math.Inf(1)
			every(costs, func(picks []int, c Cost) {
				if c.Compare(cost) <= 0 {
					best = math.Min(best, lost([][]int{picks})[0])
				}
			})
			return best
		}
		for i, p := range got.frontier {
			if math.Abs(p.lost-least(p.cost)) > 1e-12 {
				t.Fatalf("%+v: %v is the least", p, least(p.cost))
			}
			if i > 0 && (got.frontier[i-1].cost.Compare(p.cost) > 0 || got.frontier[i-1].lost <= p.lost) {
				t.Fatalf("the frontier goes back: %+v", got.frontier)
			}
		}
		every(costs, func(picks []int, c Cost) { // nothing beats the frontier
			l := lost([][]int{picks})[0]
			for _, p := range got.frontier {
				if p.cost.Compare(c) <= 0 && p.lost <= l*(1+1e-9) {
					return
				}
			}
			t.Fatalf("%v for %+v (%v) is not covered by %+v", l, c, picks, got.frontier)
		})
		enough := rapid.Float64Range(0.001, 0.2).Draw(t, "enough")
		answer, err := search(context.Background(), costs, lost, 1_000_000, goal{enough: enough})
		if err != nil {
			t.Fatal(err)
		}
		var cheapest *Cost
		every(costs, func(picks []int, c Cost) {
			if lost([][]int{picks})[0] <= enough && (cheapest == nil || c.Compare(*cheapest) < 0) {
				cheapest = &c
			}
		})
		switch {
		case cheapest == nil && len(answer.frontier) > 0:
			t.Fatalf("nothing is good enough, and %+v was found", answer)
		case cheapest != nil && (len(answer.frontier) != 1 || answer.frontier[0].cost.Compare(*cheapest) != 0):
			t.Fatalf("found %+v, the cheapest costs %+v", answer, *cheapest)
		}
	})
}

// A search that is cut short says up to which cost it is proven, and that is true.
func TestACutSearchSaysWhatIsProven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		costs, hurts := drawModel(t)
		lost := model(hurts)
		whole, _ := search(context.Background(), costs, lost, 1_000_000, goal{})
		cut, err := search(context.Background(), costs, lost, rapid.IntRange(1, 60).Draw(t, "limit"), goal{})
		if err != nil {
			t.Fatal(err)
		}
		if cut.whole {
			return
		}
		for i, p := range whole.frontier {
			if p.cost.Compare(cut.proven) < 0 && (i >= len(cut.frontier) || cut.frontier[i].cost.Compare(p.cost) != 0) {
				t.Fatalf("proven up to %+v, and %+v is missing in %+v", cut.proven, p, cut.frontier)
			}
		}
	})
}

func TestASearchIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := search(ctx, [][]Cost{{{}, {}}}, model([][]float64{{0.1, 0.2}}), 10, goal{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A grain leaves out steps that gain less.
func TestTheGrainOfAFrontier(t *testing.T) {
	costs := [][]Cost{{{}, {Extra: 1}, {Extra: 2}}}
	lost := model([][]float64{{0.1, 0.099, 0.05}})
	fine, _ := search(t.Context(), costs, lost, 100, goal{})
	coarse, _ := search(t.Context(), costs, lost, 100, goal{grain: 0.01})
	if len(fine.frontier) != 3 || len(coarse.frontier) != 2 {
		t.Errorf("%d and %d steps", len(fine.frontier), len(coarse.frontier))
	}
}

func TestCostsAreOrdered(t *testing.T) {
	for _, x := range []struct {
		a, b Cost
		want int
	}{
		{Cost{0, 1}, Cost{0, 2}, -1}, {Cost{1, 0}, Cost{0, 99}, 1}, {Cost{0, 0.1 + 0.2}, Cost{0, 0.3}, 0}, {Cost{0, -1}, Cost{}, -1},
	} {
		if got := x.a.Compare(x.b); got != x.want {
			t.Errorf("%+v and %+v: %d, want %d", x.a, x.b, got, x.want)
		}
	}
}
