package availability

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/holdfast-ml/holdfast/faulttree/bdd"
)

// figures fills the rows with the middle values.
func (a *Analysis) figures() {
	for _, r := range a.Rows {
		for reading, into := range [2][2]*Interval{{&r.Expected, &r.Whole}, {&r.Contractual, &r.ContractualWhole}} {
			s, t := a.sheets[reading], &r.trees[reading]
			for k, tops := range [2]*[2]int{&t.lost, &t.hurt} {
				into[k].Best, into[k].Worst = 1-valueOf(s.at, tops[atBest]), 1-valueOf(s.at, tops[atWorst])
				into[k].High, into[k].Low = into[k].Best, into[k].Worst
			}
		}
	}
}

// valueOf is the probability of a top, 0 for one that cannot be.
func valueOf(p []float64, top int) float64 {
	if top < 0 {
		return 0
	}
	return p[top]
}

const (
	manyDraws = 1000
	fewDraws  = 100
	manyNodes = 100_000 // diagrams of more nodes are drawn fewer times
)

// spread finds the range that uncertain rates leave, by drawing them and
// evaluating all trees with each draw (Latin hypercubes would gain little: a
// dozen rates matter).
func (a *Analysis) spread(ctx context.Context, opt Options) error {
	s := a.sheets[ExpectedReading]
	if len(s.tops) == 0 {
		return nil
	}
	n := opt.Draws
	if n <= 0 {
		n = manyDraws
		if s.flat.Len() > manyNodes {
			n = fewDraws
		}
	}
	rng := rand.New(rand.NewPCG(opt.Seed, 0x5eed))
	values := make([][]float64, len(s.tops))
	for t := range values {
		values[t] = make([]float64, 0, n)
	}
	batch := s.flat.Batch()
	p, out := make([][bdd.Lanes]float64, len(s.basics)), make([][bdd.Lanes]float64, len(s.tops))
	for from := 0; from < n; from += bdd.Lanes {
		if err := ctx.Err(); err != nil {
			return err
		}
		for lane := range bdd.Lanes {
			d := a.Rates.random(rng)
			for v, b := range s.basics {
				p[v][lane] = s.probability(b, d)
			}
		}
		batch.Run(p, out)
		for t := range values {
			values[t] = append(values[t], out[t][:min(bdd.Lanes, n-from)]...)
		}
	}
	for _, v := range values {
		slices.Sort(v)
	}
	for _, r := range a.Rows {
		for k, tops := range [2]*[2]int{&r.trees[ExpectedReading].lost, &r.trees[ExpectedReading].hurt} {
			into := [2]*Interval{&r.Expected, &r.Whole}[k]
			if t := tops[atWorst]; t >= 0 {
				into.Low = 1 - percentile(values[t], 0.95)
			}
			if t := tops[atBest]; t >= 0 {
				into.High = 1 - percentile(values[t], 0.05)
			}
		}
	}
	return nil
}

// percentile interpolates between the sorted values.
func percentile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	x := q * float64(len(sorted)-1)
	i := int(x)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (x-float64(i))*(sorted[i+1]-sorted[i])
}

// Hours is the expected number of hours a year that a share of the time leaves
// out.
func Hours(available float64) float64 { return (1 - available) * HoursPerYear }
