package clock

import (
	"context"
	"errors"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// wall is a wall clock that stands until it is moved.
type wall struct{ t time.Time }

func (w *wall) now() time.Time { return w.t }

func TestTheClockRunsAtItsRate(t *testing.T) {
	for _, c := range []struct {
		mode string
		want time.Duration // after a real minute
	}{
		{"real", time.Minute}, {"", time.Minute}, {"manual", 0}, {"x60", time.Hour}, {"x0.5", 30 * time.Second},
	} {
		rate, err := ParseMode(c.mode)
		if err != nil {
			t.Fatal(err)
		}
		w := &wall{start}
		clk := New(start, rate, w.now)
		w.t = w.t.Add(time.Minute)
		if got := clk.Now().Sub(start); got != c.want {
			t.Errorf("%s: a real minute later it is %v later, want %v", c.mode, got, c.want)
		}
	}
}

func TestModesThatAreNoModesAreRefused(t *testing.T) {
	for _, mode := range []string{"x", "x0", "x-1", "fast", "xNaN", "x1e9", "60"} {
		if _, err := ParseMode(mode); err == nil {
			t.Errorf("ParseMode(%q) has no error", mode)
		}
	}
}

func TestTheModeIsToldInTheWordsThatSetIt(t *testing.T) {
	for _, mode := range []string{"real", "manual", "x60", "x0.5"} {
		rate, err := ParseMode(mode)
		if err != nil {
			t.Fatal(err)
		}
		if got := New(start, rate, time.Now).Mode(); got != mode {
			t.Errorf("the clock %s calls itself %s", mode, got)
		}
	}
}

func TestAdvancingJumpsAheadAndNeverBack(t *testing.T) {
	w := &wall{start}
	clk := New(start, 60, w.now)
	w.t = w.t.Add(time.Second)
	if got := clk.Advance(time.Hour); !got.Equal(start.Add(time.Hour + time.Minute)) {
		t.Errorf("after a second at x60 and an hour it is %v", got)
	}
	if got := clk.Advance(-time.Hour); !got.Equal(start.Add(time.Hour + time.Minute)) {
		t.Errorf("it went back to %v", got)
	}
	w.t = w.t.Add(-time.Hour) // the wall clock is set back
	if got := clk.Now(); got.Before(start.Add(time.Hour + time.Minute)) {
		t.Errorf("it follows the wall clock back to %v", got)
	}
}

func TestWaitingEndsWhenTheTimeHasCome(t *testing.T) {
	clk := New(start, 0, time.Now)
	done := make(chan error, 1)
	go func() { done <- clk.Wait(context.Background(), start.Add(2*time.Hour)) }()
	clk.Advance(time.Hour)
	select {
	case <-done:
		t.Fatal("it ended an hour early")
	case <-time.After(10 * time.Millisecond):
	}
	clk.Advance(time.Hour)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	fast := New(start, 3600, time.Now)
	if err := fast.Wait(context.Background(), start.Add(10*time.Second)); err != nil {
		t.Fatal(err)
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := New(start, 0, time.Now).Wait(ctx, start.Add(time.Hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
