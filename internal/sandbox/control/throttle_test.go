package control

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func TestABucketHoldsAndFillsUpAsDocumented(t *testing.T) {
	for kind, want := range map[string]struct{ holds, refill int }{"reads": {250, 25}, "writes": {200, 10}, "deletes": {200, 10}} {
		now := start
		b := buckets{now: func() time.Time { return now }}
		drain := func(principal string) (n int, wait time.Duration) {
			for ; wait == 0; n++ {
				_, wait = b.take("s", principal, kind)
			}
			return n - 1, wait
		}
		n, wait := drain("p")
		if n != want.holds || wait != time.Second/time.Duration(want.refill) {
			t.Errorf("a bucket of %s gives %d, then %v", kind, n, wait)
		}
		now = now.Add(2 * time.Second)
		if n, _ := drain("p"); n != 2*want.refill {
			t.Errorf("after two seconds a bucket of %s gives %d", kind, n)
		}
		now = now.Add(time.Hour)
		all := 0
		for i := range 20 {
			n, _ := drain(fmt.Sprint(i))
			all += n
		}
		if all != 15*want.holds {
			t.Errorf("all principals together get %d %s", all, kind)
		}
		if left, wait := b.take("other", "p", kind); left != want.holds-1 || wait != 0 {
			t.Errorf("another subscription has %d %s", left, kind)
		}
	}
}

func TestWhoAsksTooOftenIsToldToWait(t *testing.T) {
	s := open(t, state.New())
	wall := start
	s.w.Wall = func() time.Time { return wall }
	for i := range 250 {
		r := s.do(200, "GET", group, "")
		if got := r.header.Get("x-ms-ratelimit-remaining-subscription-reads"); got != fmt.Sprint(249-i) {
			t.Fatalf("after %d: %s are left", i+1, got)
		}
	}
	r := s.refused(429, "SubscriptionRequestsThrottled", "GET", box, "")
	want := "Number of requests for subscription '" + subID + "' and operation 'GET/SUBSCRIPTIONS/RESOURCEGROUPS/PROVIDERS/TOY.BOX/BOXES' exceeded the backend storage limit. Please try again after '1' seconds."
	if object.Text(r.body, "error.message") != want || r.header.Get("Retry-After") != "1" {
		t.Errorf("got %v %s", r.header, r.text)
	}
	s.do(200, "PATCH", group, `{"tags":{"a":"1"}}`)
	s.do(200, "GET", group, "", "Authorization", "Bearer another")
	s.do(200, "GET", "/subscriptions", "")
	wall = wall.Add(time.Second)
	for range 25 {
		s.do(200, "GET", group, "")
	}
	s.do(429, "GET", group, "")
	s.Unthrottled = true
	if r := s.do(200, "GET", group, ""); r.header.Get("x-ms-ratelimit-remaining-subscription-reads") != "" {
		t.Errorf("unthrottled, the headers are %v", r.header)
	}
}

func TestEveryAnswerHasTheHeadersOfARM(t *testing.T) {
	s := open(t, state.New())
	r := s.do(200, "GET", group, "", "x-ms-client-request-id", "mine", "x-ms-return-client-request-id", "true", "x-ms-correlation-request-id", "all")
	again := s.do(200, "GET", group, "")
	for name, want := range map[string]string{
		"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-cache", "Pragma": "no-cache", "Expires": "-1", "X-Content-Type-Options": "nosniff",
		"Strict-Transport-Security": "max-age=31536000; includeSubDomains", "x-ms-client-request-id": "mine", "x-ms-correlation-request-id": "all",
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	id := r.header.Get("x-ms-request-id")
	if !guid.MatchString(id) || id == again.header.Get("x-ms-request-id") || !strings.HasSuffix(r.header.Get("x-ms-routing-request-id"), ":20261123T120000Z:"+id) {
		t.Errorf("the ids are %v", r.header)
	}
	if bad := s.do(404, "GET", box, ""); bad.header.Get("x-ms-failure-cause") != "gateway" {
		t.Errorf("the headers of an error are %v", bad.header)
	}
}

func TestETagsGuardChanges(t *testing.T) {
	s := open(t, state.New())
	body := `{"location":"westeurope","properties":{"colour":"red"}}`
	s.do(412, "PUT", box, body, "If-Match", "*")
	tag := s.do(201, "PUT", box, body, "If-None-Match", "*").header.Get("ETag")
	s.refused(412, "PreconditionFailed", "PUT", box, body, "If-None-Match", "*")
	s.do(304, "GET", box, "", "If-None-Match", tag)
	s.do(200, "PUT", box, body, "If-Match", tag)
	s.refused(412, "PreconditionFailed", "PUT", box, body, "If-Match", tag)
	s.refused(412, "PreconditionFailed", "DELETE", box, "", "If-Match", tag)
	r := s.do(200, "GET", box, "")
	if object.Text(r.body, "etag") != r.header.Get("ETag") {
		t.Errorf("the tags differ: %v %s", r.header, r.text)
	}
	s.do(200, "DELETE", box, "", "If-Match", r.header.Get("ETag"))
}

func TestIdentitiesGetTheirPrincipals(t *testing.T) {
	s := open(t, state.New())
	const user = group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u"
	if err := s.w.Store.Write(func(tx *state.Tx) error {
		return s.Seed(tx, start, []Seeded{{ID: user, Type: "Microsoft.ManagedIdentity/userAssignedIdentities", Location: "westeurope", Body: object.Must([]byte(`{"properties":{"clientId":"c","principalId":"p"}}`))}})
	}); err != nil {
		t.Fatal(err)
	}
	put := func(status int, identity string) response {
		return s.do(status, "PUT", box, `{"location":"westeurope","properties":{"colour":"red"},"identity":`+identity+`}`)
	}
	r := put(201, `{"type":"systemassigned"}`)
	principal := object.Text(r.body, "identity.principalId")
	if object.Text(r.body, "identity.type") != "SystemAssigned" || !guid.MatchString(principal) || object.Text(r.body, "identity.tenantId") != tenantID {
		t.Errorf("its own: %s", r.text)
	}
	r = put(200, `{"type":"SystemAssigned, UserAssigned","userAssignedIdentities":{"`+user+`":{}}}`)
	if object.Text(r.body, "identity.principalId") != principal {
		t.Errorf("it has another principal: %s", r.text)
	}
	if got, _ := object.Inner(r.body, "identity.userAssignedIdentities")[user].(object.Object); got["clientId"] != "c" || got["principalId"] != "p" {
		t.Errorf("those of users: %s", r.text)
	}
	if r = put(200, `{"type":"None"}`); object.Text(r.body, "identity.principalId") != "" {
		t.Errorf("without: %s", r.text)
	}
	r = put(400, `{"type":"UserAssigned","userAssignedIdentities":{"`+user+`2":{}}}`)
	if object.Text(r.body, "error.code") != "FailedIdentityOperation" {
		t.Errorf("one that is not there: %s", r.text)
	}
	put(400, `{"type":"Mine"}`)
}
