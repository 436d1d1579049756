package expression

import "math"

// A component under periodic test is in one of three states: available, failed
// without anybody knowing, or in repair. What happens within a phase is linear in
// the probabilities of the three, so that a phase is a matrix and many periods
// are a power of one.
type phase [3][3]float64 // [to][from]

const (
	available = 0
	latent    = 1
	repair    = 2
)

func (p phase) then(q phase) (r phase) {
	for i := range r {
		for j := range r {
			for k := range r {
				r[i][j] += q[i][k] * p[k][j]
			}
		}
	}
	return r
}

func (p phase) times(n float64) phase {
	r := phase{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	for n >= 1 {
		if math.Mod(n, 2) >= 1 {
			r = r.then(p)
		}
		p = p.then(p)
		for j := range p { // squaring doubles what rounding adds: keep the sums at 1
			if sum := p[0][j] + p[1][j] + p[2][j]; sum > 0 {
				for i := range p {
					p[i][j] /= sum
				}
			}
		}
		n = math.Floor(n / 2)
	}
	return r
}

// both is the probability that of two processes in a row, with the given rates,
// the second has happened too within the time. Written so that equal rates are
// no special case.
func both(a, b, time float64) float64 {
	slow, fast := min(a, b), max(a, b)
	g := 1.0
	if z := (fast - slow) * time; z > 0 {
		g = -math.Expm1(-z) / z
	}
	return exponential(slow, time) - slow*time*math.Exp(-slow*time)*g
}

// running is a phase between tests. A repaired component does not start with
// probability omega.
func running(lambda, mu, omega, time float64) phase {
	f, m := exponential(lambda, time), exponential(mu, time)
	back := m*omega + (1-omega)*both(mu, lambda, time)
	return phase{
		{1 - f, 0, m - back},
		{f, 1, back},
		{0, 0, 1 - m},
	}
}

func allowedTest(x []float64) bool {
	at := func(i int) bool { return x[i] >= 0 && x[i] <= 1 }
	switch len(x) {
	case 4: // lambda, tau, theta, time
		return x[0] > 0 && x[1] > 0 && x[2] >= 0 && x[3] >= 0
	case 5: // lambda, mu, tau, theta, time
		return x[0] > 0 && x[1] >= 0 && x[2] > 0 && x[3] >= 0 && x[4] >= 0
	case 11: // lambda, lambda in test, mu, tau, theta, gamma, duration, available in test, sigma, omega, time
		return x[0] > 0 && x[1] >= 0 && x[2] >= 0 && x[3] > 0 && x[4] >= 0 && at(5) && x[6] > 0 && x[6] <= x[3] && at(8) && at(9) && x[10] >= 0
	}
	return false
}

// periodicTest is the unavailability at a time of a component whose failures are
// only found by tests. Source: Open-PSA Model Exchange Format 2.0d,
// "periodic-test": with four arguments tests and repairs take no time, with five
// repairs take time, with eleven tests do too.
func periodicTest(x []float64) float64 {
	switch len(x) {
	case 4:
		return testedInstantly(x[0], x[1], x[2], x[3])
	case 5:
		return testedShortly(x[0], x[1], x[2], x[3], x[4])
	}
	return testedLong(x)
}

// since splits the time after the first test into whole periods and the rest.
func since(time, theta, tau float64) (periods, rest float64) {
	delta := time - theta
	periods = math.Floor(delta / tau)
	return periods, math.Max(0, delta-periods*tau)
}

func testedInstantly(lambda, tau, theta, time float64) float64 {
	if time <= theta {
		return exponential(lambda, time)
	}
	_, rest := since(time, theta, tau)
	if rest == 0 { // right before a test, not right after it
		rest = tau
	}
	return exponential(lambda, rest)
}

func testedShortly(lambda, mu, tau, theta, time float64) float64 {
	if time <= theta {
		return exponential(lambda, time)
	}
	found := phase{{1, 0, 0}, {0, 0, 0}, {0, 1, 1}} // a test: what is latent goes into repair
	periods, rest := since(time, theta, tau)
	whole := running(lambda, 0, 0, theta).
		then(found.then(running(lambda, mu, 0, tau)).times(periods)).
		then(found).then(running(lambda, mu, 0, rest))
	return 1 - whole[available][available]
}

func testedLong(x []float64) float64 {
	lambda, inTest, mu, tau, theta, gamma, duration := x[0], x[1], x[2], x[3], x[4], x[5], x[6]
	sigma, omega, time := x[8], x[9], x[10]
	if time <= theta {
		return exponential(lambda, time)
	}
	// A test of some length: what fails at its start (gamma) or during it is found
	// with probability sigma.
	test := func(length float64, usable bool) phase {
		fails := gamma + (1-gamma)*exponential(inTest, length)
		m := exponential(mu, length)
		back := m*omega + (1-omega)*both(mu, lambda, length)
		p := phase{
			{1 - fails, 0, m - back},
			{(1 - sigma) * fails, 1 - sigma, back},
			{sigma * fails, sigma, 1 - m},
		}
		if !usable {
			p[available][available] = 0 // it works, but nobody can use it
		}
		return p
	}
	whole := running(lambda, 0, 0, theta)
	periods, rest := since(time, theta, tau)
	whole = whole.then(test(duration, true).then(running(lambda, mu, omega, tau-duration)).times(periods))
	if rest <= duration {
		whole = whole.then(test(rest, x[7] != 0))
	} else {
		whole = whole.then(test(duration, true)).then(running(lambda, mu, omega, rest-duration))
	}
	return 1 - whole[available][available]
}
