package improve

import (
	"container/heap"
	"context"
	"slices"
)

// measure gives for each combination (a way for each group, [availability.Best]
// for one that is not decided) for which share of the time the capability is lost.
type measure func(combinations [][]int) []float64

// point is a combination that is on the frontier.
type point struct {
	picks []int
	cost  Cost
	lost  float64
}

// found is what a search finds.
type found struct {
	frontier  []point // by cost; each is less often lost than all before it
	whole     bool    // the frontier is proven to its end
	proven    Cost    // up to which cost it is proven, when it is not whole
	evaluated int
}

// goal is what is searched for: with enough above 0 the cheapest combination that is
// lost for at most that share of the time, else the frontier, on which a step counts
// when it gains at least the grain (a share of the time).
type goal struct{ enough, grain float64 }

// better says that a share is smaller by more than the grain, and than rounding.
func (g goal) better(a, b float64) bool { return a < b*(1-1e-9)-g.grain }

// search finds the frontier, or the first combination that is good enough. costs are those of the ways by group; limit is how
// many combinations may be evaluated. It is exact as long as [measure] is: no
// decision of a group may be better than leaving it undecided.
func search(ctx context.Context, costs [][]Cost, lost measure, limit int, want goal) (found, error) {
	s := &searcher{costs: costs, lost: lost, limit: limit, goal: want}
	s.arrange()
	return s.run(ctx)
}

type searcher struct {
	costs [][]Cost
	least []Cost // by how many groups of the order are decided: what the rest costs at least
	order []int  // the groups, those that matter most first
	lost  measure
	limit int
	spent int
	queue queue
	goal  goal
}

// arrange puts the groups that matter most first: those without which the rest at
// its best is worst.
func (s *searcher) arrange() {
	n := len(s.costs)
	combinations := make([][]int, n)
	for g := range n {
		combinations[g] = undecided(n)
		combinations[g][g] = 0
	}
	weight := s.lost(combinations)
	s.spent += n
	s.order = make([]int, n)
	for g := range s.order {
		s.order[g] = g
	}
	slices.SortStableFunc(s.order, func(a, b int) int {
		switch {
		case weight[a] > weight[b]:
			return -1
		case weight[a] < weight[b]:
			return 1
		}
		return 0
	})
	s.least = make([]Cost, n+1)
	for k := n - 1; k >= 0; k-- {
		s.least[k] = s.least[k+1].Plus(slices.MinFunc(s.costs[s.order[k]], Cost.Compare))
	}
}

func undecided(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

func (s *searcher) run(ctx context.Context) (found, error) {
	n := len(s.costs)
	start := undecided(n)
	s.push([]partial{{picks: start, paid: Cost{}}})
	var out found
	best := 2.0
	for len(s.queue) > 0 {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		if s.spent >= s.limit {
			out.proven, out.evaluated = s.queue[0].bound, s.spent
			return out, nil
		}
		p := heap.Pop(&s.queue).(partial)
		if s.goal.enough > 0 && p.lost > s.goal.enough || !s.goal.better(p.lost, best) {
			continue
		}
		if p.decided == n {
			best = p.lost
			out.frontier = append(out.frontier, point{p.picks, p.bound, p.lost})
			if s.goal.enough > 0 {
				break
			}
			continue
		}
		g := s.order[p.decided]
		next := make([]partial, len(s.costs[g]))
		for k, c := range s.costs[g] {
			picks := slices.Clone(p.picks)
			picks[g] = k
			next[k] = partial{picks: picks, decided: p.decided + 1, paid: p.paid.Plus(c)}
		}
		s.push(next)
	}
	out.whole, out.evaluated = true, s.spent
	return out, nil
}

// push measures partial combinations and puts them into the queue.
func (s *searcher) push(all []partial) {
	combinations := make([][]int, len(all))
	for i := range all {
		combinations[i] = all[i].picks
	}
	lost := s.lost(combinations)
	s.spent += len(all)
	for i := range all {
		all[i].lost, all[i].bound = lost[i], all[i].paid.Plus(s.least[all[i].decided])
		heap.Push(&s.queue, all[i])
	}
}

// partial is a combination of which the first groups of the order are decided.
type partial struct {
	picks   []int
	decided int
	paid    Cost
	bound   Cost    // what it costs at least
	lost    float64 // how often the capability is lost at least
}

// queue has what costs least in front; of equal costs what is lost least, then what
// is nearer to its end.
type queue []partial

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	if c := q[i].bound.Compare(q[j].bound); c != 0 {
		return c < 0
	}
	if q[i].lost != q[j].lost {
		return q[i].lost < q[j].lost
	}
	if q[i].decided != q[j].decided {
		return q[i].decided > q[j].decided
	}
	return slices.Compare(q[i].picks, q[j].picks) < 0
}
func (q *queue) Push(x any) { *q = append(*q, x.(partial)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	old[len(old)-1] = partial{}
	*q = old[:len(old)-1]
	return x
}
