package control

import (
	"cmp"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// kindOf is the kind of operation that a method is counted as.
func kindOf(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead:
		return "reads"
	case http.MethodDelete:
		return "deletes"
	}
	return "writes"
}

// sizes are the buckets of a principal in a subscription (or tenant) for each
// kind of operation: what one holds and what comes back each second. Those of all
// principals together are allPrincipals times as large. Source: "ARM throttling"
// in facts/regions-limits-outages.md, section 2 (Microsoft's documentation of
// request limits since 2024).
var sizes = map[string]struct{ holds, refill float64 }{
	"reads":   {250, 25},
	"writes":  {200, 10},
	"deletes": {200, 10},
}

const allPrincipals = 15

// buckets count the requests of principals. They are kept in memory only: a
// sandbox that is started again has full ones.
type buckets struct {
	now func() time.Time
	mu  sync.Mutex
	all map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// bucketTime is the time by which buckets fill up: that of the sandbox, but real
// time when its clock stands, so that nobody waits for ever.
func (c *Control) bucketTime() time.Time {
	if c.w.Clock.Rate() == 0 {
		return c.w.Wall()
	}
	return c.w.Clock.Now()
}

// take takes one request of a kind in a scope, a subscription or "" for the
// tenant. It gives what is left, or how long to wait until there is one.
func (b *buckets) take(scope, principal, kind string) (left int, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, size := b.now(), sizes[kind]
	own := b.fill(scope+"|"+principal+"|"+kind, now, size.holds, size.refill)
	all := b.fill(scope+"||"+kind, now, size.holds*allPrincipals, size.refill*allPrincipals)
	for _, x := range []struct {
		*bucket
		refill float64
	}{{own, size.refill}, {all, size.refill * allPrincipals}} {
		if x.left < 1 {
			return 0, time.Duration((1 - x.left) / x.refill * float64(time.Second))
		}
	}
	own.left--
	all.left--
	return int(own.left), 0
}

func (b *buckets) fill(key string, now time.Time, holds, refill float64) *bucket {
	if b.all == nil {
		b.all = map[string]*bucket{}
	}
	x := b.all[key]
	if x == nil {
		x = &bucket{left: holds, at: now}
		b.all[key] = x
	}
	if d := now.Sub(x.at); d > 0 {
		x.left, x.at = min(holds, x.left+d.Seconds()*refill), now
	}
	return x
}

// throttled counts a request and refuses it when the bucket is empty. The header
// says what is left.
func (c *Control) throttled(q *request) error {
	kind, scope := kindOf(q.method), strings.ToLower(q.at.sub)
	if c.Unthrottled {
		return nil
	}
	left, wait := c.buckets.take(scope, cmp.Or(q.caller.ObjectID, q.caller.AppID), kind)
	if wait == 0 {
		name := "subscription"
		if scope == "" {
			name = "tenant"
		}
		q.header.Set("x-ms-ratelimit-remaining-"+name+"-"+kind, itoa(left))
		return nil
	}
	if rate := c.w.Clock.Rate(); rate > 0 {
		wait = time.Duration(float64(wait) / rate)
	}
	seconds := max(int(math.Ceil(wait.Seconds())), 1)
	code, what := "SubscriptionRequestsThrottled", "subscription '"+q.at.sub+"'"
	if scope == "" {
		code, what = "TenantRequestsThrottled", "tenant '"+c.w.Tenant+"'"
	}
	e := refusal.New(http.StatusTooManyRequests, code, "Number of requests for %s and operation '%s' exceeded the backend storage limit. Please try again after '%d' seconds.", what, operationName(q), seconds)
	e.RetryAfter = time.Duration(seconds) * time.Second
	return e
}

// operationName is how ARM names what was asked when it throttles: the method
// and the path without its names, in capitals.
func operationName(q *request) string {
	var b strings.Builder
	b.WriteString(q.method)
	names := false
	for seg := range strings.SplitSeq(strings.Trim(q.at.path, "/"), "/") {
		if names {
			names = false
			continue
		}
		b.WriteString("/" + strings.ToUpper(seg))
		names = !strings.EqualFold(seg, "providers") && !strings.Contains(seg, ".")
	}
	return b.String()
}
