package simulation

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Law is the distribution of a time in hours, which is never negative.
type Law interface {
	Draw(rng *rand.Rand) float64
	Mean() float64
}

// Exponential is the law of a constant rate, 1/mean an hour.
type Exponential float64

// Draw draws a time.
func (e Exponential) Draw(rng *rand.Rand) float64 { return float64(e) * rng.ExpFloat64() }

// Mean is the mean time.
func (e Exponential) Mean() float64 { return float64(e) }

// Fixed always takes the same time.
type Fixed float64

// Draw gives the time.
func (f Fixed) Draw(*rand.Rand) float64 { return float64(f) }

// Mean is the time.
func (f Fixed) Mean() float64 { return float64(f) }

// Uniform is any time between two, equally likely.
type Uniform struct{ Least, Most float64 }

// Draw draws a time.
func (u Uniform) Draw(rng *rand.Rand) float64 { return u.Least + (u.Most-u.Least)*rng.Float64() }

// Mean is the middle.
func (u Uniform) Mean() float64 { return (u.Least + u.Most) / 2 }

// Lognormal is the law of repairs that are mostly short and seldom very long,
// given by its median and the standard deviation of its logarithm.
type Lognormal struct{ Median, Sigma float64 }

// LognormalOf is the lognormal law with a mean and an error factor: the 95 %
// quantile divided by the median.
func LognormalOf(mean, errorFactor float64) Lognormal {
	sigma := math.Log(errorFactor) / (math.Sqrt2 * math.Erfinv(0.9))
	return Lognormal{mean * math.Exp(-sigma*sigma/2), sigma}
}

// Draw draws a time.
func (l Lognormal) Draw(rng *rand.Rand) float64 {
	return l.Median * math.Exp(l.Sigma*rng.NormFloat64())
}

// Mean is the mean time.
func (l Lognormal) Mean() float64 { return l.Median * math.Exp(l.Sigma*l.Sigma/2) }

// Weibull is the law of wearing out (shape above 1) or of early failures (below).
type Weibull struct{ Scale, Shape float64 }

// Draw draws a time.
func (w Weibull) Draw(rng *rand.Rand) float64 {
	return w.Scale * math.Pow(rng.ExpFloat64(), 1/w.Shape)
}

// Mean is the mean time.
func (w Weibull) Mean() float64 { return w.Scale * math.Gamma(1+1/w.Shape) }

// check says what is wrong with a law.
func check(l Law, event string) error {
	if l == nil {
		return fmt.Errorf("event %s: a law of times is missing", event)
	}
	if m := l.Mean(); math.IsNaN(m) || math.IsInf(m, 0) || m < 0 {
		return fmt.Errorf("event %s: the mean time is %g hours", event, m)
	}
	if u, ok := l.(Uniform); ok && (u.Least < 0 || u.Most < u.Least) {
		return fmt.Errorf("event %s: times between %g and %g hours", event, u.Least, u.Most)
	}
	return nil
}
