// Package clock is the time of the sandbox: it runs as real time does, faster,
// or only when it is told to. All of the sandbox asks it, and nothing else, so
// that an outage of ten hours can be lived through in a second.
//
// Words: the rate is how many seconds of the sandbox pass in a real one: 1 for a
// real clock, 60 for x60, 0 for a manual one. To advance is to jump ahead.
package clock

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Clock tells the time of one sandbox. It is safe for concurrent use and never
// runs backwards.
type Clock struct {
	real func() time.Time // the wall clock
	rate float64

	mu      sync.Mutex
	since   time.Time     // of the wall clock, when shown was shown
	shown   time.Time     // of the sandbox
	changed chan struct{} // closed at each jump
}

// New makes a clock that shows start now and runs at a rate, which must not be
// negative. real is the wall clock, time.Now but in tests.
func New(start time.Time, rate float64, real func() time.Time) *Clock {
	return &Clock{real: real, rate: max(rate, 0), since: real(), shown: start.UTC(), changed: make(chan struct{})}
}

// ParseMode reads what --clock takes: real, manual, or x and a factor as in
// x60. It gives the rate.
func ParseMode(s string) (rate float64, err error) {
	switch s {
	case "", "real":
		return 1, nil
	case "manual":
		return 0, nil
	}
	if digits, ok := strings.CutPrefix(s, "x"); ok {
		if f, err := strconv.ParseFloat(digits, 64); err == nil && f > 0 && f <= 1e6 {
			return f, nil
		}
	}
	return 0, fmt.Errorf("the clock %q is not known: use real, manual, or a factor such as x60", s)
}

// Mode is the rate in the words of [ParseMode].
func (c *Clock) Mode() string {
	switch c.rate {
	case 0:
		return "manual"
	case 1:
		return "real"
	}
	return "x" + strconv.FormatFloat(c.rate, 'g', -1, 64)
}

// Rate is how many seconds pass in a real one.
func (c *Clock) Rate() float64 { return c.rate }

// Now is the time of the sandbox, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	passed := c.real().Sub(c.since)
	if passed <= 0 || c.rate == 0 {
		return c.shown
	}
	return c.shown.Add(time.Duration(float64(passed) * c.rate))
}

// Advance jumps ahead and gives the new time. A duration that is not positive
// changes nothing.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d <= 0 {
		return c.now()
	}
	c.shown, c.since = c.now().Add(d), c.real()
	close(c.changed)
	c.changed = make(chan struct{})
	return c.shown
}

// Wait returns when the clock shows t, or with the error of ctx. On a manual
// clock only [Clock.Advance] ends it.
func (c *Clock) Wait(ctx context.Context, t time.Time) error {
	for {
		c.mu.Lock()
		left, changed := t.Sub(c.now()), c.changed
		c.mu.Unlock()
		if left <= 0 {
			return ctx.Err()
		}
		var fire <-chan time.Time
		var timer *time.Timer
		if c.rate > 0 {
			timer = time.NewTimer(max(time.Duration(float64(left)/c.rate), time.Microsecond))
			fire = timer.C
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-fire:
		}
		if timer != nil {
			timer.Stop()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}
