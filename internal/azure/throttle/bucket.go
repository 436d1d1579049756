package throttle

import (
	"math"
	"slices"
	"time"
)

// bucket is the state of one scope and kind. The limiter's mutex guards it.
type bucket struct {
	limit  Limit
	tokens float64     // without a window
	last   time.Time   // when tokens was right
	slow   float64     // how much slower than its limit it fills, 0 … 0.9, since others use the limit too
	taken  []time.Time // with a window: when the requests within it were made, in order
	paused time.Time   // no request before
	queue  queue
	led    bool // somebody of the queue sleeps for the others, or has been told to
}

// whole is a token but for the rounding of refills.
const whole = 1 - 1e-9

// take takes a token if there is one.
func (b *bucket) take(now time.Time) bool {
	b.refill(now)
	if now.Before(b.paused) {
		return false
	}
	if b.limit.Window > 0 {
		if len(b.taken) >= b.limit.Size {
			return false
		}
		b.insert(now)
		return true
	}
	if b.tokens < whole {
		return false
	}
	b.tokens--
	return true
}

func (b *bucket) insert(t time.Time) {
	i, _ := slices.BinarySearchFunc(b.taken, t, time.Time.Compare)
	b.taken = slices.Insert(b.taken, i, t)
}

func (b *bucket) refill(now time.Time) {
	if b.limit.Window > 0 {
		i := slices.IndexFunc(b.taken, func(t time.Time) bool { return now.Sub(t) < b.limit.Window })
		if i < 0 {
			i = len(b.taken)
		}
		b.taken = slices.Delete(b.taken, 0, i)
		return
	}
	if d := now.Sub(b.last); d > 0 {
		b.tokens = min(float64(b.limit.Size), b.tokens+d.Seconds()*b.rate())
		b.slow = max(0, b.slow-d.Seconds()*recovery)
		b.last = now
	}
}

// A bucket that is refused although it thought to have tokens fills more slowly
// from then on, since somebody else uses the same limit, and recovers over time.
const (
	slowing  = 0.15 // of the rate that is left, with each refusal
	slowest  = 0.9
	recovery = 0.01 // a second
)

func (b *bucket) rate() float64 { return b.limit.PerSecond * (1 - b.slow) }

// refused notes that the service refused a request. Those that were under way
// when it did so before count with that one.
func (b *bucket) refused(now time.Time) {
	b.refill(now)
	b.tokens = 0
	if !now.Before(b.paused) {
		b.slow = min(slowest, 1-(1-b.slow)*(1-slowing))
	}
}

// never is how long a bucket that does not fill is slept on at a time.
const never = time.Hour

// delay is how long to sleep until there is a token.
func (b *bucket) delay(now time.Time) time.Duration {
	b.refill(now)
	var d time.Duration
	switch {
	case b.limit.Window > 0:
		if n := len(b.taken); n >= b.limit.Size {
			d = b.taken[n-b.limit.Size].Add(b.limit.Window).Sub(now)
		}
	case b.tokens < whole && b.limit.PerSecond > 0:
		d = min(never, time.Duration(math.Ceil((1-b.tokens)/b.rate()*float64(time.Second))))
	case b.tokens < whole:
		d = never
	}
	return max(d, b.paused.Sub(now), 1)
}

// giveBack undoes a take whose request was not made.
func (b *bucket) giveBack() {
	if b.limit.Window > 0 {
		if n := len(b.taken); n > 0 {
			b.taken = b.taken[:n-1]
		}
	} else {
		b.tokens = min(float64(b.limit.Size), b.tokens+1)
	}
}

// cap lowers the tokens to what the service says is left. The service counts
// whole requests, so one more than it says may be there.
func (b *bucket) cap(remaining int, now, back time.Time) {
	b.refill(now)
	remaining = max(remaining, 0)
	if b.limit.Window == 0 {
		b.tokens = min(b.tokens, float64(remaining)+1)
		return
	}
	// Others have used the limit too: their requests leave the window when the
	// service says that the limit starts afresh.
	for b.limit.Size-len(b.taken) > remaining {
		b.insert(back.Add(-b.limit.Window))
	}
}

// handOver ends the lead of whoever has it; the next in the queue takes it.
func (b *bucket) handOver() {
	if b.led = !b.queue.empty(); b.led {
		b.queue.peek().turn <- false
	}
}

// waiter is a request that waits. Its channel says "you have a token" (true) or
// "lead" (false); it holds one message, since a leader reads the lead before it
// can be granted anything, and is granted while it is out of the channel's reach.
type waiter struct {
	turn    chan bool
	granted bool
}

func (w *waiter) grant() {
	w.granted = true
	w.turn <- true
}

// queue holds waiters by caller; callers take turns.
type queue struct {
	callers []line
}

type line struct {
	caller  string
	waiters []*waiter
}

func (q *queue) empty() bool { return len(q.callers) == 0 }

func (q *queue) add(caller string, w *waiter) {
	for i := range q.callers {
		if q.callers[i].caller == caller {
			q.callers[i].waiters = append(q.callers[i].waiters, w)
			return
		}
	}
	q.callers = append(q.callers, line{caller, []*waiter{w}})
}

func (q *queue) peek() *waiter { return q.callers[0].waiters[0] }

// next takes the first waiter of the first caller out; the caller goes to the end.
func (q *queue) next() *waiter {
	first := q.callers[0]
	w := first.waiters[0]
	first.waiters = first.waiters[1:]
	q.callers = q.callers[1:]
	if len(first.waiters) > 0 {
		q.callers = append(q.callers, first)
	}
	return w
}

func (q *queue) remove(w *waiter) {
	for i := range q.callers {
		if j := slices.Index(q.callers[i].waiters, w); j >= 0 {
			q.callers[i].waiters = slices.Delete(q.callers[i].waiters, j, j+1)
			if len(q.callers[i].waiters) == 0 {
				q.callers = slices.Delete(q.callers, i, i+1)
			}
			return
		}
	}
}
