package throttle

import (
	"net/http"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// wait is how long the next request of a kind waits.
func wait(t *testing.T, l *Limiter, scope string, kind Kind) time.Duration {
	t.Helper()
	d, err := l.Wait(t.Context(), scope, kind, "")
	if err != nil {
		t.Fatal(err)
	}
	return d.Round(time.Millisecond)
}

func TestWhatTheServiceSaysOfItsLimits(t *testing.T) {
	for _, tc := range []struct {
		name   string
		scope  string
		kind   Kind // of the request that was answered
		status int
		code   string
		header http.Header
		then   map[Kind]time.Duration // how long the next request of a kind waits
	}{
		{"nothing", "s", Reads, 200, "", nil, map[Kind]time.Duration{Reads: 0, Writes: 0}},
		{"much is left", "s", Reads, 200, "", header("x-ms-ratelimit-remaining-subscription-reads", "11999"), map[Kind]time.Duration{Reads: 0}},
		{"others have used it up", "s", Reads, 200, "", header("x-ms-ratelimit-remaining-subscription-reads", "0"), map[Kind]time.Duration{Reads: 0, Writes: 0}},
		{"no number", "s", Reads, 200, "", header("x-ms-ratelimit-remaining-subscription-reads", "many"), map[Kind]time.Duration{Reads: 0}},
		{"refused", "s", Reads, 429, "SubscriptionRequestsThrottled", header("Retry-After", "7"), map[Kind]time.Duration{Reads: 7 * time.Second, Writes: 0}},
		{"refused without a word", "s", Writes, 429, "", nil, map[Kind]time.Duration{Writes: time.Second, Reads: 0}},
		{"one resource is busy", "s", Writes, 429, "retryableErrorDueToAnotherOperation", header("Retry-After", "60"), map[Kind]time.Duration{Writes: 0}},
		{"unavailable", "s", Reads, 503, "ServiceUnavailable", header("Retry-After", "60"), map[Kind]time.Duration{Reads: 0}},
		{"queries used up", Tenant, Graph, 200, "", header("x-ms-user-quota-remaining", "0", "x-ms-user-quota-resets-after", "00:00:03"), map[Kind]time.Duration{Graph: 3 * time.Second}},
		{"queries left", Tenant, Graph, 200, "", header("x-ms-user-quota-remaining", "14", "x-ms-user-quota-resets-after", "00:00:05"), map[Kind]time.Duration{Graph: 0}},
		{"queries refused", Tenant, Graph, 429, "RateLimiting", header("Retry-After", "4"), map[Kind]time.Duration{Graph: 4 * time.Second, Reads: 0}},
		{"queries refused, until they reset", Tenant, Graph, 429, "RateLimiting", header("x-ms-user-quota-resets-after", "00:00:02.5"), map[Kind]time.Duration{Graph: 2500 * time.Millisecond}},
		{"the tenant's own", Tenant, Reads, 200, "", header("x-ms-ratelimit-remaining-tenant-reads", "0"), map[Kind]time.Duration{Reads: 0}},
		{"a kind without limit", "s", "other", 429, "", nil, map[Kind]time.Duration{Reads: 0, "other": 0}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for kind, want := range tc.then {
				c := clock.NewFake(time.Unix(0, 0))
				l := New(Default(), c)
				l.Observe(tc.scope, tc.kind, tc.status, tc.code, tc.header)
				if got := wait(t, l, tc.scope, kind); got != want {
					t.Errorf("the next of %s waits %v, want %v", kind, got, want)
				}
			}
		})
	}
}

func TestWhatOthersUseIsGone(t *testing.T) {
	c := clock.NewFake(time.Unix(0, 0))
	l := New(Limits{Reads: {Size: 100, PerSecond: 10}, Graph: {Size: 10, Window: 5 * time.Second}}, c)
	l.Observe("s", Reads, 200, "", header("x-ms-ratelimit-remaining-subscription-reads", "3"))
	for i, want := range []time.Duration{0, 0, 0, 0, 100 * time.Millisecond, 100 * time.Millisecond} {
		if got := wait(t, l, "s", Reads); got != want {
			t.Errorf("read %d waited %v, want %v", i, got, want)
		}
	}
	l.Observe(Tenant, Graph, 200, "", header("x-ms-user-quota-remaining", "2", "x-ms-user-quota-resets-after", "00:00:04"))
	for i, want := range []time.Duration{0, 0, 4 * time.Second, 0} {
		if got := wait(t, l, Tenant, Graph); got != want {
			t.Errorf("query %d waited %v, want %v", i, got, want)
		}
	}
	// More than is thought to be left does not make more.
	l.Observe("s", Reads, 200, "", header("x-ms-ratelimit-remaining-subscription-reads", "5000"))
	if l.buckets[key{"s", Reads}].tokens > 100 {
		t.Error("the bucket holds more than its size")
	}
}

// TestARefusedBucketFillsMoreSlowlyForAWhile since others use the limit too, as
// the refusal shows. Refusals of one burst count once.
func TestARefusedBucketFillsMoreSlowlyForAWhile(t *testing.T) {
	c := clock.NewFake(time.Unix(0, 0))
	l := New(Limits{Reads: {Size: 10, PerSecond: 10}}, c)
	for range 5 {
		l.Observe("s", Reads, 429, "", header("Retry-After", "0.1"))
	}
	b := l.buckets[key{"s", Reads}]
	if r := b.rate(); r != 8.5 {
		t.Errorf("fills with %v a second after a refusal", r)
	}
	for range 100 {
		c.Advance(time.Second)
		l.Observe("s", Reads, 429, "", header("Retry-After", "0.1"))
	}
	if r := b.rate(); r < 0.99 || r > 2 {
		t.Errorf("fills with %v a second after many refusals", r)
	}
	c.Advance(2 * time.Minute)
	b.refill(c.Now())
	if r := b.rate(); r != 10 {
		t.Errorf("fills with %v a second when that is over", r)
	}
}

func TestAPauseHoldsAllAndTheLongestCounts(t *testing.T) {
	c := clock.NewFake(time.Unix(0, 0))
	l := New(Default(), c)
	l.Pause("s", Reads, c.Now().Add(9*time.Second))
	l.Pause("s", Reads, c.Now().Add(2*time.Second))
	l.Pause("s", "other", c.Now().Add(time.Hour))
	if got := wait(t, l, "s", Reads); got != 9*time.Second {
		t.Errorf("waited %v", got)
	}
	if got := wait(t, l, "other subscription", Reads); got != 0 {
		t.Errorf("another subscription waited %v", got)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name, value string
		want        time.Duration
		ok          bool
	}{
		{"Retry-After", "17", 17 * time.Second, true},
		{"Retry-After", " 0 ", 0, true},
		{"Retry-After", "1.5", 1500 * time.Millisecond, true},
		{"Retry-After", "Mon, 23 Nov 2026 12:01:00 GMT", time.Minute, true},
		{"Retry-After", "Mon, 23 Nov 2026 11:00:00 GMT", 0, true},
		{"Retry-After", "-3", 0, false},
		{"Retry-After", "soon", 0, false},
		{"Retry-After", "", 0, false},
		{"Retry-After", "NaN", 0, false},
		{"Retry-After", "1e300", 24 * time.Hour, true},
		{"Retry-After", "Inf", 24 * time.Hour, true},
		{"Retry-After", "Fri, 31 Dec 2999 12:01:00 GMT", 24 * time.Hour, true},
		{"retry-after-ms", "250", 250 * time.Millisecond, true},
		{"x-ms-retry-after-ms", "250", 250 * time.Millisecond, true},
	} {
		if d, ok := RetryAfter(header(tc.name, tc.value), now); d != tc.want || ok != tc.ok {
			t.Errorf("%s: %s is %v, %v; want %v, %v", tc.name, tc.value, d, ok, tc.want, tc.ok)
		}
	}
}

func TestResetsThatCannotBeReadAreNotBelieved(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"00:00:05": 5 * time.Second, "01:02:03": time.Hour + 2*time.Minute + 3*time.Second,
		"": 7, "5": 7, "a:b:c": 7, "00:-1:00": 7, "99999:00:00": 7, "00:00:NaN": 7,
	} {
		if got := resets(header("x-ms-user-quota-resets-after", text), 7); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}
