package expression

import "math"

// allowed says whether the arguments are within the domain of a law or deviate.
func allowed(op Op, x []float64) bool {
	probability := func(i int) bool { return x[i] >= 0 && x[i] <= 1 }
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	switch op {
	case Exponential:
		return x[0] >= 0 && x[1] >= 0
	case GLM:
		return probability(0) && x[1] >= 0 && x[2] >= 0 && x[1]+x[2] > 0 && x[3] >= 0
	case Weibull:
		return x[0] > 0 && x[1] > 0 && x[2] >= 0 && x[3] >= 0
	case PeriodicTest:
		return allowedTest(x)
	case Uniform:
		return x[0] < x[1]
	case Normal:
		return x[1] > 0
	case Lognormal:
		if len(x) == 2 {
			return x[1] > 0
		}
		return x[0] > 0 && x[1] > 1 && x[2] > 0.5 && x[2] < 1
	case Gamma, Beta:
		return x[0] > 0 && x[1] > 0
	case Histogram:
		return allowedHistogram(x)
	}
	return true
}

func allowedHistogram(x []float64) bool {
	sum := 0.0
	last := x[0]
	for i := 1; i < len(x); i += 2 {
		if x[i] <= last || x[i+1] < 0 {
			return false
		}
		last = x[i]
		sum += x[i+1]
	}
	return sum > 0
}

// requirement says in words what allowed demands.
func requirement(op Op) string {
	switch op {
	case Exponential:
		return "rate and time must be 0 or more"
	case GLM:
		return "the first is a probability, rates and time are 0 or more, and one of the rates is more than 0"
	case Weibull:
		return "scale and shape must be more than 0, shift and time 0 or more"
	case PeriodicTest:
		return "the failure rate and the time between tests must be more than 0, other rates and times 0 or more, probabilities from 0 to 1, a test no longer than the time between tests"
	case Uniform:
		return "the lower bound must be below the upper"
	case Normal:
		return "the standard deviation must be more than 0"
	case Lognormal:
		return "with three arguments the mean must be more than 0, the error factor more than 1 and the level between 0.5 and 1; with two, sigma must be more than 0"
	case Gamma, Beta:
		return "both arguments must be more than 0"
	case Histogram:
		return "bounds must increase, weights must be 0 or more and not all 0"
	}
	return "it is no finite number"
}

// exponential is the probability of a failure within the time, 1 - exp(-rate·time),
// with all its digits for small ones.
func exponential(rate, time float64) float64 { return -math.Expm1(-rate * time) }

// glm is the unavailability at a time of something that does not start with
// probability gamma, fails with rate lambda and is repaired with rate mu.
func glm(gamma, lambda, mu, time float64) float64 {
	r := lambda + mu
	e := math.Exp(-r * time)
	return gamma*e - lambda/r*math.Expm1(-r*time)
}
