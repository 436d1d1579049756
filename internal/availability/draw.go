package availability

import (
	"math"
	"math/rand/v2"
)

// draw is one value for each figure of the rates.
type draw struct {
	values map[*Rate]figures
}

type figures struct{ perYear, hours, chance float64 }

func (d *draw) of(r *Rate) figures {
	if r == nil {
		return figures{}
	}
	return d.values[r]
}

// middle takes the middle value of every figure.
func (r *Rates) middle() *draw {
	d := &draw{values: make(map[*Rate]figures, len(r.list))}
	for _, x := range r.list {
		d.values[x] = figures{x.PerYear.middle(), x.Hours.middle(), x.Chance.middle()}
	}
	return d
}

func (r *Range) middle() float64 {
	if r == nil {
		return 0
	}
	return r.Value
}

// random draws every figure from its range. What is uncertain of a rate is
// uncertain of all that have it, so that each is drawn once.
func (r *Rates) random(rng *rand.Rand) *draw {
	d := &draw{values: make(map[*Rate]figures, len(r.list))}
	for _, x := range r.list {
		f := figures{x.PerYear.random(rng), x.Hours.random(rng), x.Chance.random(rng)}
		f.chance = min(f.chance, 1)
		d.values[x] = f
	}
	return d
}

// quantile95 is how many standard deviations of a normal distribution lie below
// its 95th percentile.
const quantile95 = 1.6448536269514722

// random draws from a lognormal distribution in two halves: Value is its median,
// Low and High are its 5th and 95th percentiles.
func (r *Range) random(rng *rand.Rand) float64 {
	if r == nil {
		return 0
	}
	z := rng.NormFloat64()
	end := r.High
	if z < 0 {
		end = r.Low
	}
	if end <= 0 || r.Value <= 0 {
		return r.Value
	}
	return r.Value * math.Exp(math.Abs(z)/quantile95*math.Log(end/r.Value))
}

// scaled is the draw with one rate's frequency or chance multiplied.
func (d *draw) scaled(r *Rate, by float64) *draw {
	out := &draw{values: make(map[*Rate]figures, len(d.values))}
	for x, f := range d.values {
		if x == r {
			f.perYear *= by
			f.chance = min(1, f.chance*by)
			if x.PerYear == nil && x.Chance == nil {
				f.hours *= by
			}
		}
		out.values[x] = f
	}
	return out
}
