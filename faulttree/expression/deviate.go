package expression

import (
	"math"
	"math/rand/v2"
)

// mean of a deviate whose arguments are allowed.
func mean(op Op, x []float64) float64 {
	switch op {
	case Uniform:
		return (x[0] + x[1]) / 2
	case Normal:
		return x[0]
	case Lognormal:
		if len(x) == 3 {
			return x[0]
		}
		return math.Exp(x[0] + x[1]*x[1]/2)
	case Gamma:
		return x[0] * x[1]
	case Beta:
		return x[0] / (x[0] + x[1])
	case Histogram:
		sum, weights := 0.0, 0.0
		for i := 1; i < len(x); i += 2 {
			lower := x[max(0, i-2)] // the bound of the bin before
			sum += (lower + x[i]) / 2 * x[i+1]
			weights += x[i+1]
		}
		return sum / weights
	}
	return math.NaN()
}

// draw samples a deviate whose arguments are allowed.
func draw(op Op, x []float64, rng *rand.Rand) float64 {
	switch op {
	case Uniform:
		return x[0] + (x[1]-x[0])*rng.Float64()
	case Normal:
		return x[0] + x[1]*rng.NormFloat64()
	case Lognormal:
		mu, sigma := logarithmic(x)
		return math.Exp(mu + sigma*rng.NormFloat64())
	case Gamma:
		return x[1] * gamma(x[0], rng)
	case Beta:
		a, b := gamma(x[0], rng), gamma(x[1], rng)
		if a+b == 0 { // both so small that they vanish: one of the two ends
			return truth(rng.Float64() < x[0]/(x[0]+x[1]))
		}
		return a / (a + b)
	case Histogram:
		return histogram(x, rng)
	}
	return math.NaN()
}

// logarithmic gives mean and standard deviation of the logarithm. The error
// factor is the quantile of the level over the median.
func logarithmic(x []float64) (mu, sigma float64) {
	if len(x) == 2 {
		return x[0], x[1]
	}
	sigma = math.Log(x[1]) / (math.Sqrt2 * math.Erfinv(2*x[2]-1))
	return math.Log(x[0]) - sigma*sigma/2, sigma
}

// gamma draws from the gamma law of scale 1. Source: G. Marsaglia, W. W. Tsang,
// "A simple method for generating gamma variables", ACM TOMS 26 (2000).
func gamma(shape float64, rng *rand.Rand) float64 {
	if shape < 1 {
		return gamma(shape+1, rng) * math.Pow(rng.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		z := rng.NormFloat64()
		v := 1 + c*z
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-rng.Float64()) < z*z/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func histogram(x []float64, rng *rand.Rand) float64 {
	sum := 0.0
	for i := 2; i < len(x); i += 2 {
		sum += x[i]
	}
	at := rng.Float64() * sum
	lower := x[0]
	for i := 1; i < len(x); i += 2 {
		if w := x[i+1]; at < w {
			return lower + (x[i]-lower)*at/w
		}
		at -= x[i+1]
		lower = x[i]
	}
	return lower
}
