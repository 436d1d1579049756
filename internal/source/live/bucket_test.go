package live_test

import "time"

// bucket is a limit as Azure's: of tokens that come back one by one, or of
// requests within a window. The service's mutex guards it; nil is no limit.
type bucket struct {
	size, rate float64
	window     time.Duration

	tokens float64
	last   time.Time
	taken  []time.Time
}

func (b *bucket) take() bool {
	if b == nil {
		return true
	}
	now := time.Now()
	if b.window > 0 {
		for len(b.taken) > 0 && now.Sub(b.taken[0]) >= b.window {
			b.taken = b.taken[1:]
		}
		if float64(len(b.taken)) >= b.size {
			return false
		}
		b.taken = append(b.taken, now)
		return true
	}
	if b.last.IsZero() {
		b.tokens = b.size
	} else {
		b.tokens = min(b.size, b.tokens+now.Sub(b.last).Seconds()*b.rate)
	}
	b.last = now
	if b.tokens < 1-1e-6 {
		return false
	}
	b.tokens--
	return true
}
