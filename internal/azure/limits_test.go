package azure_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

// limited is a service as Azure's are: each answer takes its time, and a bucket
// per subscription refuses what is too much, telling what is left.
type limited struct {
	latency time.Duration
	size    float64
	rate    float64
	others  float64 // requests a second of other clients with the same login

	mu      sync.Mutex
	tokens  float64
	last    time.Time
	refused int
	served  int
}

func (l *limited) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(l.latency / 2)
	l.mu.Lock()
	now := time.Now()
	if l.last.IsZero() {
		l.tokens = l.size
	} else {
		l.tokens = max(0, min(l.size, l.tokens+now.Sub(l.last).Seconds()*(l.rate-l.others)))
	}
	l.last = now
	ok := l.tokens >= 1-1e-6
	if ok {
		l.tokens--
		l.served++
	} else {
		l.refused++
	}
	left := fmt.Sprint(int(l.tokens))
	l.mu.Unlock()
	time.Sleep(l.latency / 2)
	if !ok {
		return response(r, 429, `{"error":{"code":"SubscriptionRequestsThrottled","message":"slow down"}}`, "Retry-After", "1"), nil
	}
	return response(r, 200, `{}`, "x-ms-ratelimit-remaining-subscription-reads", left), nil
}

// TestAScanTakesLittleMoreThanTheLimitsAllow makes 3,000 reads for 60 callers.
func TestAScanTakesLittleMoreThanTheLimitsAllow(t *testing.T) {
	for name, tc := range map[string]struct {
		others  float64
		most    float64 // of the least time
		refused int
	}{
		"alone":               {0, 1.01, 0},
		"others use a fifth":  {5, 1.10, 60},
		"others use the half": {12.5, 1.10, 110},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const calls, callers, workers = 3000, 60, 16
				l := &limited{latency: 80 * time.Millisecond, size: 250, rate: 25, others: tc.others}
				c, err := azure.New(t.Context(), azure.Options{Transport: l, Credential: token{}, Seed: 1})
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				work := make(chan int)
				var wg sync.WaitGroup
				for range workers {
					wg.Go(func() {
						for i := range work {
							ctx := azure.WithCaller(t.Context(), fmt.Sprint(i%callers))
							if _, err := c.Get(ctx, ws, version); err != nil {
								t.Errorf("call %d: %v", i, err)
							}
						}
					})
				}
				for i := range calls {
					work <- i
				}
				close(work)
				wg.Wait()
				least := (calls - l.size) / (l.rate - l.others)
				took := time.Since(start).Seconds()
				t.Logf("%d served, %d refused, in %.1f s; %.1f s is the least; %v", l.served, l.refused, took, least, c.Stats())
				if took > least*tc.most || l.served != calls || l.refused > tc.refused {
					t.Errorf("%d served, %d refused, in %.1f s; %.1f s is the least", l.served, l.refused, took, least)
				}
			})
		})
	}
}
