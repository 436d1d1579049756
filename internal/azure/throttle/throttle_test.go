package throttle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

// grant is a request that got its turn.
type grant struct {
	at     time.Duration
	caller string
}

// flood lets callers ask for tokens as fast as they can, each from several
// goroutines, and tells when each got one. It must run in a bubble.
func flood(ctx context.Context, t *testing.T, l *Limiter, kind Kind, asks map[string]int, workers int) []grant {
	t.Helper()
	start := time.Now()
	var mu sync.Mutex
	var got []grant
	var wg sync.WaitGroup
	for caller, n := range asks {
		left := make(chan struct{}, n)
		for range n {
			left <- struct{}{}
		}
		close(left)
		for range workers {
			wg.Go(func() {
				for range left {
					if _, err := l.Wait(ctx, "sub", kind, caller); err != nil {
						return
					}
					mu.Lock()
					got = append(got, grant{time.Since(start), caller})
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	return got
}

// TestABucketNeverGivesMoreThanItHas draws buckets and crowds: no period holds
// more requests than the bucket's size and what flowed in, and all are served in
// the least time that this allows.
func TestABucketNeverGivesMoreThanItHas(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := Limit{Size: rapid.IntRange(1, 30).Draw(rt, "size"), PerSecond: rapid.Float64Range(0.5, 40).Draw(rt, "rate")}
		asks := map[string]int{}
		total := 0
		for i := range rapid.IntRange(1, 5).Draw(rt, "callers") {
			n := rapid.IntRange(1, 60).Draw(rt, "asks")
			asks[fmt.Sprint(i)], total = n, total+n
		}
		workers := rapid.IntRange(1, 4).Draw(rt, "workers")
		var got []grant
		synctest.Test(t, func(t *testing.T) {
			got = flood(t.Context(), t, New(Limits{Reads: limit}, clock.Real{}), Reads, asks, workers)
		})
		if len(got) != total {
			rt.Fatalf("%d of %d were served", len(got), total)
		}
		slices.SortFunc(got, func(a, b grant) int { return int(a.at - b.at) })
		for i := range got {
			for j := i; j < len(got); j++ {
				most := float64(limit.Size) + limit.PerSecond*(got[j].at-got[i].at).Seconds()
				if n := float64(j - i + 1); n > most+1e-3 {
					rt.Fatalf("%v requests between %v and %v, at most %v may be", n, got[i].at, got[j].at, most)
				}
			}
		}
		least := float64(total-limit.Size) / limit.PerSecond
		if took := got[len(got)-1].at.Seconds(); took > max(0, least)+1e-3 {
			rt.Fatalf("took %vs, %vs are enough", took, least)
		}
	})
}

func TestAWindowNeverHoldsMoreThanItsSize(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := Limit{Size: rapid.IntRange(1, 20).Draw(rt, "size"), Window: time.Duration(rapid.IntRange(1, 10_000).Draw(rt, "window")) * time.Millisecond}
		total := rapid.IntRange(1, 120).Draw(rt, "asks")
		var got []grant
		synctest.Test(t, func(t *testing.T) {
			got = flood(t.Context(), t, New(Limits{Graph: limit}, clock.Real{}), Graph, map[string]int{"a": total}, rapid.IntRange(1, 4).Draw(rt, "workers"))
		})
		slices.SortFunc(got, func(a, b grant) int { return int(a.at - b.at) })
		for i := range got {
			if j := i + limit.Size; j < len(got) && got[j].at-got[i].at < limit.Window {
				rt.Fatalf("%d requests within %v", limit.Size+1, got[j].at-got[i].at)
			}
		}
		if least := time.Duration((total-1)/limit.Size) * limit.Window; got[len(got)-1].at > least+time.Microsecond {
			rt.Fatalf("took %v, %v are enough", got[len(got)-1].at, least)
		}
	})
}

// TestNobodyStarves lets one caller ask for thousands while others ask for a few.
func TestNobodyStarves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asks := map[string]int{"glutton": 5000, "a": 20, "b": 20, "c": 20}
		got := flood(t.Context(), t, New(Default(), clock.Real{}), Reads, asks, 8)
		last := map[string]time.Duration{}
		for _, g := range got {
			last[g.caller] = max(last[g.caller], g.at)
		}
		// Served in turn, 60 requests of the three and 20 of the glutton are through
		// when the bucket has given 250 at once and then 25 a second.
		for _, caller := range []string{"a", "b", "c"} {
			if last[caller] > 4*time.Second {
				t.Errorf("%s had to wait %v", caller, last[caller])
			}
		}
		if last["glutton"] < 190*time.Second {
			t.Errorf("the glutton was through after %v", last["glutton"])
		}
	})
}

func TestCallersTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Limits{Writes: {Size: 1, PerSecond: 1}}, clock.Real{})
		if _, err := l.Wait(t.Context(), "sub", Writes, "first"); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		var wg sync.WaitGroup
		for _, caller := range []string{"a", "a", "a", "b", "b", "c"} {
			wg.Go(func() {
				if _, err := l.Wait(t.Context(), "sub", Writes, caller); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, caller)
				mu.Unlock()
			})
			synctest.Wait()
		}
		wg.Wait()
		if got := fmt.Sprint(order); got != "[a b c a b a]" {
			t.Errorf("served in the order %s", got)
		}
	})
}

// TestWaitersMayLeave ends the waiting of some at random moments: the others are
// served as if those had never come, and nobody is left behind.
func TestWaitersMayLeave(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 20).Draw(rt, "waiters")
		patience := make([]int, n)
		for i := range patience {
			patience[i] = rapid.IntRange(0, 30).Draw(rt, "patience") // in tenths of a second; 0 is any time
		}
		served, left := 0, 0
		var slowest time.Duration
		synctest.Test(t, func(t *testing.T) {
			l := New(Limits{Reads: {Size: 1, PerSecond: 4}}, clock.Real{})
			start := time.Now()
			var mu sync.Mutex
			var wg sync.WaitGroup
			for i, p := range patience {
				wg.Go(func() {
					ctx := t.Context()
					if p > 0 {
						var stop context.CancelFunc
						ctx, stop = context.WithTimeout(ctx, time.Duration(p)*100*time.Millisecond)
						defer stop()
					}
					_, err := l.Wait(ctx, "sub", Reads, fmt.Sprint(i%3))
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil:
						served++
						slowest = max(slowest, time.Since(start))
					case errors.Is(err, context.DeadlineExceeded) && p > 0:
						left++
					default:
						t.Errorf("waiter %d: %v", i, err)
					}
				})
			}
			wg.Wait()
			if b := l.buckets[key{"sub", Reads}]; !b.queue.empty() || b.led {
				t.Error("the queue is not empty in the end")
			}
		})
		if served+left != n || served == 0 {
			rt.Fatalf("%d served, %d left, of %d", served, left, n)
		}
		if bound := time.Duration(n) * 250 * time.Millisecond; slowest > bound {
			rt.Fatalf("the last was served after %v", slowest)
		}
	})
}

func TestAWaitThatIsOverTakesNothing(t *testing.T) {
	l := New(Limits{Reads: {Size: 1}}, clock.NewFake(time.Unix(0, 0)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Wait(ctx, "sub", Reads, ""); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if d, err := l.Wait(t.Context(), "sub", Reads, ""); d != 0 || err != nil {
		t.Errorf("the token is gone: %v, %v", d, err)
	}
}

func TestScopesAndKindsAreCountedApart(t *testing.T) {
	c := clock.NewFake(time.Unix(0, 0))
	l := New(Limits{Reads: {Size: 1, PerSecond: 1}, Writes: {Size: 1, PerSecond: 1}}, c)
	for _, ask := range []struct {
		scope string
		kind  Kind
	}{{"a", Reads}, {"a", Writes}, {"b", Reads}, {Tenant, Reads}, {"a", Deletes}, {"a", Deletes}} {
		if d, err := l.Wait(t.Context(), ask.scope, ask.kind, ""); d != 0 || err != nil {
			t.Errorf("%v: waited %v, %v", ask, d, err)
		}
	}
	if d, err := l.Wait(t.Context(), "A", Reads, ""); d != time.Second || err != nil {
		t.Errorf("the same subscription in other letters waited %v, %v", d, err)
	}
}
