package cli

import (
	"context"
	"math"

	"github.com/holdfast-ml/holdfast/faulttree/simulation"
)

// play plays years of a tree of which only probabilities are known: each basic
// event fails and is repaired by itself, so often that it is true for the share of
// the time that is its probability, and its repair takes the given mean time. An
// event that is sure is never repaired, and one that is impossible never comes.
func (f *treeFlags) play(ctx context.Context, t *treeTop) (*playedYears, error) {
	s := &simulation.System{Top: t.Top}
	for _, e := range t.Events {
		switch p := e.Probability; {
		case math.IsNaN(p) || p <= 0:
		case p >= 1:
			s.Renewals = append(s.Renewals, simulation.Renewal{Event: e, Failure: simulation.Fixed(0), Repair: simulation.Fixed(always)})
		default:
			s.Renewals = append(s.Renewals, simulation.Steady(e, p, f.repair))
		}
	}
	r, err := simulation.Run(ctx, s, simulation.Options{Years: f.years, Seed: f.seed})
	if err != nil {
		return nil, err
	}
	return &playedYears{Name: t.Top.Name, Exact: t.Probability * simulation.Year, Result: r}, nil
}

// always is longer than all years that can be played.
const always = 2 * simulation.MaxYears * simulation.Year
