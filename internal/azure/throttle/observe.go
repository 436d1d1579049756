package throttle

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Tenant is the scope of requests that no subscription counts.
const Tenant = "tenant"

// Remaining reads how many requests of a kind a response says are left for a
// scope. ok is false when it says nothing of them.
func Remaining(h http.Header, scope string, kind Kind) (n int, ok bool) {
	name := "x-ms-ratelimit-remaining-subscription-" + string(kind)
	switch {
	case kind == Graph:
		name = "x-ms-user-quota-remaining"
	case scope == Tenant:
		name = "x-ms-ratelimit-remaining-tenant-" + string(kind)
	}
	n, err := strconv.Atoi(strings.TrimSpace(h.Get(name)))
	return n, err == nil
}

// Observe takes what a response says of the limits into account: tokens that
// others have used are gone, and a refusal for too many requests (status 429)
// pauses the bucket of the scope and kind that were asked for, unless its error
// code says that only one resource is busy.
func (l *Limiter) Observe(scope string, kind Kind, status int, code string, h http.Header) {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range []Kind{Reads, Writes, Deletes, Graph} {
		n, ok := Remaining(h, scope, k)
		if !ok {
			continue
		}
		if b := l.bucket(scope, k); b != nil {
			back := now.Add(resets(h, b.limit.Window))
			b.cap(n, now, back)
			if k == Graph && n <= 0 && back.After(b.paused) {
				b.paused = back
			}
		}
	}
	if status != http.StatusTooManyRequests || ProviderBusy(code) {
		return
	}
	b := l.bucket(scope, kind)
	if b == nil {
		return
	}
	wait, ok := RetryAfter(h, now)
	if !ok {
		wait = max(time.Second, resets(h, 0))
	}
	b.refused(now)
	if until := now.Add(wait); until.After(b.paused) {
		b.paused = until
	}
}

// resets reads x-ms-user-quota-resets-after, a time of day such as 00:00:05.
func resets(h http.Header, otherwise time.Duration) time.Duration {
	parts := strings.Split(strings.TrimSpace(h.Get("x-ms-user-quota-resets-after")), ":")
	if len(parts) != 3 {
		return otherwise
	}
	var d time.Duration
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second} {
		f, err := strconv.ParseFloat(parts[i], 64)
		if err != nil || !(f >= 0 && f <= 3600) {
			return otherwise
		}
		d += time.Duration(f * float64(unit))
	}
	return d
}

// longest is the longest Retry-After that is believed.
const longest = 24 * time.Hour

// RetryAfter reads how long a response asks to wait: retry-after-ms,
// x-ms-retry-after-ms, or Retry-After in seconds or as a date. ok is false when
// it asks for nothing, or for nothing that can be understood.
func RetryAfter(h http.Header, now time.Time) (d time.Duration, ok bool) {
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		if ms, err := strconv.ParseFloat(strings.TrimSpace(h.Get(name)), 64); err == nil && ms >= 0 {
			return bounded(ms / 1000), true
		}
	}
	text := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(text, 64); err == nil && s >= 0 {
		return bounded(s), true
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(longest, max(0, at.Sub(now))), true
	}
	return 0, false
}

func bounded(seconds float64) time.Duration {
	if !(seconds < longest.Seconds()) {
		return longest
	}
	return time.Duration(seconds * float64(time.Second))
}
