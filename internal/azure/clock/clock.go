// Package clock is time as the Azure client needs it: reading it, sleeping in a
// way that a context can end, and giving a context a time limit. [Real] is the
// machine's; [Fake] is one that only moves when somebody sleeps, so that tests
// of retries and of long-running operations take no time.
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock tells the time and lets it pass.
type Clock interface {
	// Now is the present moment.
	Now() time.Time
	// Sleep returns nil after d, or the context's error as soon as it is done.
	// It looks at the context first, also when d is zero or less.
	Sleep(ctx context.Context, d time.Duration) error
	// WithTimeout is a context that is done after d, or when ctx is, or when the
	// returned function is called, which must be.
	WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
}

// Real is the machine's clock.
type Real struct{}

// Now is the present moment.
func (Real) Now() time.Time { return time.Now() }

// Sleep sleeps for d unless the context ends first.
func (Real) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// WithTimeout is context.WithTimeout.
func (Real) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}

// Fake is a clock that stands still until somebody sleeps on it; each sleep moves
// it at once by what was asked. Several goroutines that sleep at the same time
// therefore move it by the sum: where that matters use testing/synctest with
// [Real]. The zero Fake starts at the zero time; [NewFake] starts elsewhere.
type Fake struct {
	mu     sync.Mutex
	now    time.Time
	slept  time.Duration
	limits map[*limit]struct{}
}

type limit struct {
	at     time.Time
	cancel context.CancelCauseFunc
}

// NewFake is a clock that stands at start.
func NewFake(start time.Time) *Fake { return &Fake{now: start} }

// Now is where the clock stands.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Sleep moves the clock by d and returns, unless ctx is done already.
func (f *Fake) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.Advance(d)
	return ctx.Err()
}

// Advance moves the clock by d, which does nothing when it is not above zero,
// and ends the contexts whose time is over.
func (f *Fake) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
	f.slept += d
	for l := range f.limits {
		if !l.at.After(f.now) {
			l.cancel(context.DeadlineExceeded)
			delete(f.limits, l)
		}
	}
}

// Slept is by how much the clock has moved since it was made.
func (f *Fake) Slept() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.slept
}

// WithTimeout is a context that ends when the clock has moved by d. Its error is
// then context.Canceled, its cause context.DeadlineExceeded.
func (f *Fake) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	child, cancel := context.WithCancelCause(ctx)
	if d <= 0 {
		cancel(context.DeadlineExceeded)
		return child, func() {}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	l := &limit{at: f.now.Add(d), cancel: cancel}
	if f.limits == nil {
		f.limits = map[*limit]struct{}{}
	}
	f.limits[l] = struct{}{}
	return child, func() {
		f.mu.Lock()
		delete(f.limits, l)
		f.mu.Unlock()
		cancel(context.Canceled)
	}
}
