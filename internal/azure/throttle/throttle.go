// Package throttle keeps a client within the request limits of Azure Resource
// Manager and Resource Graph, before the service has to.
//
// A [Kind] is a sort of request that the service counts by itself (reads, writes,
// deletes, Resource Graph queries). A scope is what it counts them for: a
// subscription, or the tenant. Each scope and kind has a bucket of tokens; a
// request takes one, and waits while there is none. [Limits] say how large the
// buckets are and how fast they fill; the service's answers ([Limiter.Observe])
// take tokens away when others use the same limit, pause a bucket, or let it fill
// more slowly for a while.
//
// A caller is whoever requests are made for, such as a workspace. Callers that
// wait for the same bucket are served in turn, one request each, so that a caller
// with thousands of requests does not keep the others waiting.
package throttle

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

// Kind is a sort of request with limits of its own.
type Kind string

// The kinds of requests.
const (
	Reads   Kind = "reads"
	Writes  Kind = "writes"
	Deletes Kind = "deletes"
	Graph   Kind = "graph" // Resource Graph queries, counted for a user
)

// Limit is how many requests of a kind a scope takes. Either tokens come back one
// by one, PerSecond of them up to Size; or, when Window is set, at most Size
// requests are made within any period of that length.
type Limit struct {
	Size      int
	PerSecond float64
	Window    time.Duration
}

// Limits are the limits by kind; a kind that is not in it is not limited.
type Limits map[Kind]Limit

// Default are the published limits: for a principal, a subscription and a region
// (learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling),
// and for a user of Resource Graph the example figure of
// learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests,
// which the service varies.
func Default() Limits {
	return Limits{
		Reads:   {Size: 250, PerSecond: 25},
		Writes:  {Size: 200, PerSecond: 10},
		Deletes: {Size: 200, PerSecond: 10},
		Graph:   {Size: 15, Window: 5 * time.Second},
	}
}

// providerCodes are error codes that come with status 429 and say nothing of the
// limits of ARM: a provider is busy with the one resource (the same page names
// RetryableErrorDueToAnotherOperation of Microsoft.Network).
var providerCodes = []string{
	"RetryableErrorDueToAnotherOperation", "AnotherOperationInProgress", "OperationNotAllowedOnDeletingResource",
	"ConflictingConcurrentWriteNotAllowed", "ReferencedResourceNotProvisioned", "TooManyRequestsOnResource",
}

// Limiter keeps the buckets of all scopes. It may be used from many goroutines.
type Limiter struct {
	limits Limits
	clock  clock.Clock

	mu      sync.Mutex
	buckets map[key]*bucket
}

type key struct {
	scope string
	kind  Kind
}

// New is a limiter whose buckets are full.
func New(limits Limits, c clock.Clock) *Limiter {
	return &Limiter{limits: limits, clock: c, buckets: map[key]*bucket{}}
}

// bucket gives the bucket of a scope, nil for a kind without limit. The mutex is held.
func (l *Limiter) bucket(scope string, kind Kind) *bucket {
	k := key{strings.ToLower(scope), kind}
	if b := l.buckets[k]; b != nil {
		return b
	}
	limit, ok := l.limits[kind]
	if !ok || limit.Size < 1 {
		return nil
	}
	b := &bucket{limit: limit, tokens: float64(limit.Size), last: l.clock.Now()}
	l.buckets[k] = b
	return b
}

// Wait takes a token for a request of the caller and returns how long that took.
// When the context ends first it returns the context's error, and no token is
// taken.
func (l *Limiter) Wait(ctx context.Context, scope string, kind Kind, caller string) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	b := l.bucket(scope, kind)
	if b == nil || (b.queue.empty() && b.take(l.clock.Now())) {
		l.mu.Unlock()
		return 0, nil
	}
	start := l.clock.Now()
	w := &waiter{turn: make(chan bool, 1)}
	lead := b.queue.empty() && !b.led
	b.queue.add(caller, w)
	if lead {
		b.led = true
		w.turn <- false
	}
	l.mu.Unlock()
	for {
		select {
		case granted := <-w.turn:
			if granted {
				return l.clock.Now().Sub(start), nil
			}
			if err := l.lead(ctx, b, w); err != nil {
				return l.clock.Now().Sub(start), err
			}
		case <-ctx.Done():
			l.leave(b, w)
			return l.clock.Now().Sub(start), ctx.Err()
		}
	}
}

// lead sleeps until the bucket has tokens and hands them to those who wait, until
// w has got one itself; then another of them leads. One waiter of a bucket at a
// time leads, so that no goroutine lives on when nobody waits.
func (l *Limiter) lead(ctx context.Context, b *bucket, w *waiter) error {
	for {
		l.mu.Lock()
		now := l.clock.Now()
		for !w.granted && !b.queue.empty() && b.take(now) {
			b.queue.next().grant()
		}
		if w.granted {
			b.handOver()
			l.mu.Unlock()
			return nil
		}
		delay := b.delay(now)
		l.mu.Unlock()
		if err := l.clock.Sleep(ctx, delay); err != nil {
			l.mu.Lock()
			b.queue.remove(w)
			b.handOver()
			l.mu.Unlock()
			return err
		}
	}
}

// leave takes a waiter that gave up out of the queue. What it was given in the
// meantime goes on to others: a token back into the bucket, the lead to the next.
func (l *Limiter) leave(b *bucket, w *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b.queue.remove(w)
	select {
	case granted := <-w.turn:
		if granted {
			b.giveBack()
		} else {
			b.handOver()
		}
	default:
	}
}

// Pause lets no request of a scope and kind through before until.
func (l *Limiter) Pause(scope string, kind Kind, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b := l.bucket(scope, kind); b != nil && until.After(b.paused) {
		b.paused = until
	}
}

// ProviderBusy says that an error code which came with status 429 is that of one
// busy resource, so that other requests need not wait.
func ProviderBusy(code string) bool {
	return slices.ContainsFunc(providerCodes, func(c string) bool { return strings.EqualFold(c, code) })
}
