package clock_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

func TestTheFakeClockMovesOnlyBySleeping(t *testing.T) {
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	c := clock.NewFake(start)
	if !c.Now().Equal(start) || c.Slept() != 0 {
		t.Fatalf("starts at %v, slept %v", c.Now(), c.Slept())
	}
	if err := c.Sleep(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	c.Advance(-time.Hour)
	if got := c.Now().Sub(start); got != time.Hour || c.Slept() != time.Hour {
		t.Errorf("moved by %v, slept %v", got, c.Slept())
	}
}

func TestSleepEndsWithItsContext(t *testing.T) {
	for name, c := range map[string]clock.Clock{"real": clock.Real{}, "fake": clock.NewFake(time.Unix(0, 0))} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			before := c.Now()
			for _, d := range []time.Duration{0, -1, time.Hour} {
				if err := c.Sleep(ctx, d); !errors.Is(err, context.Canceled) {
					t.Errorf("slept %v with a dead context: %v", d, err)
				}
			}
			if f, ok := c.(*clock.Fake); ok && !f.Now().Equal(before) {
				t.Error("a sleep that did not happen moved the clock")
			}
		})
	}
}

func TestTheRealClockSleepsAsLongAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.Real{}
		start := c.Now()
		if err := c.Sleep(t.Context(), 90*time.Second); err != nil {
			t.Fatal(err)
		}
		if got := c.Now().Sub(start); got != 90*time.Second {
			t.Errorf("slept %v", got)
		}
		ctx, cancel := c.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Sleep(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a sleep beyond its context's time: %v", err)
		}
	})
}

func TestTimeLimitsOfTheFakeClock(t *testing.T) {
	c := clock.NewFake(time.Unix(0, 0))
	short, stopShort := c.WithTimeout(t.Context(), time.Second)
	defer stopShort()
	long, stopLong := c.WithTimeout(t.Context(), time.Minute)
	gone, stopGone := c.WithTimeout(t.Context(), 0)
	defer stopGone()
	if gone.Err() == nil {
		t.Error("a limit of nothing is not over")
	}
	c.Advance(time.Second)
	if short.Err() == nil || !errors.Is(context.Cause(short), context.DeadlineExceeded) {
		t.Errorf("after its time: %v, because %v", short.Err(), context.Cause(short))
	}
	if long.Err() != nil {
		t.Errorf("before its time: %v", long.Err())
	}
	stopLong()
	if !errors.Is(context.Cause(long), context.Canceled) {
		t.Errorf("given up: %v", context.Cause(long))
	}
}

func TestASleepPastTheLimitOfItsOwnContextSaysSo(t *testing.T) {
	c := clock.NewFake(time.Unix(0, 0))
	ctx, cancel := c.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := c.Sleep(ctx, time.Minute); err == nil {
		t.Error("slept on, past the limit")
	}
}
