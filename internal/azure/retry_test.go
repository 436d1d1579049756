package azure_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

// roundTrip is a transport from a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestWhatIsRepeated gives each failure once to each kind of call.
func TestWhatIsRepeated(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	reset := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	for _, tc := range []struct {
		name   string
		answer http.HandlerFunc
		err    error
		safe   bool // GET, PUT and what is Repeatable are repeated
		unsafe bool // PATCH and POST are too
	}{
		{name: "408", answer: answer(408, ``), safe: true},
		{name: "429", answer: answer(429, ``, "Retry-After", "2"), safe: true, unsafe: true},
		{name: "429 without Retry-After", answer: answer(429, ``), safe: true, unsafe: true},
		{name: "500", answer: answer(500, ``), safe: true},
		{name: "502", answer: answer(502, `<html>`), safe: true},
		{name: "503", answer: answer(503, ``), safe: true},
		{name: "503 with Retry-After", answer: answer(503, ``, "Retry-After", "2"), safe: true, unsafe: true},
		{name: "504", answer: answer(504, ``), safe: true},
		{name: "no connection", err: dial, safe: true, unsafe: true},
		{name: "connection lost", err: reset, safe: true},
		{name: "no JSON", answer: answer(200, `{"a":`), safe: true},
		{name: "400", answer: answer(400, ``)},
		{name: "401", answer: answer(401, ``)},
		{name: "403", answer: answer(403, ``)},
		{name: "404", answer: answer(404, ``)},
		{name: "409", answer: answer(409, ``)},
		{name: "501", answer: answer(501, ``)},
	} {
		for method, call := range map[string]func(*testing.T, *azure.Client) error{
			"GET": func(t *testing.T, c *azure.Client) error { _, err := c.Get(t.Context(), ws, version); return err },
			"PUT": func(t *testing.T, c *azure.Client) error { _, err := c.Put(t.Context(), ws, version, nil); return err },
			"PATCH": func(t *testing.T, c *azure.Client) error {
				_, err := c.Patch(t.Context(), ws, version, nil)
				return err
			},
			"POST": func(t *testing.T, c *azure.Client) error { _, err := c.Post(t.Context(), ws, version, nil); return err },
			"PUT once": func(t *testing.T, c *azure.Client) error {
				_, err := c.Put(t.Context(), ws, version, nil, azure.Once())
				return err
			},
			"POST repeatable": func(t *testing.T, c *azure.Client) error {
				_, err := c.Post(t.Context(), ws, version, nil, azure.Repeatable())
				return err
			},
		} {
			t.Run(tc.name+" "+method, func(t *testing.T) {
				s := newService(t)
				tries := 0
				verb, _, _ := strings.Cut(method, " ")
				s.on(verb+" "+ws, func(w http.ResponseWriter, r *http.Request) {
					if tries == 1 && tc.answer != nil {
						tc.answer(w, r)
						return
					}
					reply(w, 200, `{}`)
				})
				base := s.Client().Transport
				c := s.client(func(o *azure.Options) {
					o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
						if r.URL.Path == ws {
							if tries++; tries == 1 && tc.err != nil {
								return nil, tc.err
							}
						}
						return base.RoundTrip(r)
					})
				})
				err := call(t, c)
				want := tc.safe
				if method == "POST" || method == "PATCH" || method == "PUT once" {
					want = tc.unsafe
				}
				if repeated := tries == 2; repeated != want || (err == nil) != want {
					t.Errorf("%d tries, %v", tries, err)
				}
				if e := new(azure.Error); err != nil && (!errors.As(err, &e) || e.Tries != 1) {
					t.Errorf("the error counts %d tries", e.Tries)
				}
			})
		}
	}
}

func TestRetriesAreBoundedInNumberAndTime(t *testing.T) {
	for _, tc := range []struct {
		name  string
		retry azure.Retry
		after string
		tries int
		slept time.Duration // at most
	}{
		{"number", azure.Retry{Tries: 4, Base: time.Second, Cap: 2 * time.Second}, "", 4, 5 * time.Second},
		{"time", azure.Retry{Tries: 100, Time: 20 * time.Second}, "7", 3, 20 * time.Second},
		{"asked for longer than there is time", azure.Retry{Time: time.Minute}, "3600", 1, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newService(t)
			s.say("GET "+ws, 503, `{"error":{"code":"ServiceUnavailable","message":"later"}}`, "Retry-After", tc.after)
			now := clock.NewFake(time.Unix(0, 0))
			_, err := s.client(func(o *azure.Options) { o.Clock, o.Retry = now, tc.retry }).Get(t.Context(), ws, version)
			e := new(azure.Error)
			if !errors.As(err, &e) || e.Tries != tc.tries || len(s.requests()) != tc.tries || !errors.Is(err, azure.ErrUnavailable) {
				t.Errorf("%v after %d requests", err, len(s.requests()))
			}
			if now.Slept() > tc.slept {
				t.Errorf("slept %v", now.Slept())
			}
		})
	}
}

func TestRefusalsForTooManyRequestsAreAMatterOfTime(t *testing.T) {
	s := newService(t)
	answers := []http.HandlerFunc{}
	for range 20 {
		answers = append(answers, answer(429, ``, "Retry-After", "2"))
	}
	s.turns("POST "+ws, append(answers, answer(200, `{}`))...)
	if _, err := s.client().Post(t.Context(), ws, version, nil); err != nil || len(s.requests()) != 21 {
		t.Errorf("%v after %d requests", err, len(s.requests()))
	}
	s.say("GET "+ws, 429, ``, "Retry-After", "0")
	if _, err := s.client().Get(t.Context(), ws, version); !errors.Is(err, azure.ErrThrottled) || len(s.requests()) > 21+51 {
		t.Errorf("%v after %d requests", err, len(s.requests()))
	}
}

func TestARefusalForTooManyRequestsHoldsOtherCallsOfTheSameKind(t *testing.T) {
	s := newService(t)
	s.turns("GET "+ws, answer(429, `{"error":{"code":"SubscriptionRequestsThrottled","message":"slow down"}}`, "Retry-After", "40"), answer(200, `{}`))
	s.say("GET "+rg, 200, `{}`)
	s.say("PUT "+rg, 200, `{}`)
	now := clock.NewFake(time.Unix(0, 0))
	c := s.client(func(o *azure.Options) { o.Clock = now; o.Retry.Tries = 1 })
	if _, err := c.Get(t.Context(), ws, version); !errors.Is(err, azure.ErrThrottled) || !strings.Contains(azure.Hint(err), "40s") {
		t.Errorf("%v, hint %s", err, azure.Hint(err))
	}
	if _, err := c.Put(t.Context(), rg, version, nil); err != nil || now.Slept() != 0 {
		t.Errorf("a write waited %v, %v", now.Slept(), err)
	}
	if _, err := c.Get(t.Context(), rg, version); err != nil || now.Slept() != 40*time.Second {
		t.Errorf("a read waited %v, %v", now.Slept(), err)
	}
	if got := c.Stats(); got.Waits != 1 || got.Waited != 40*time.Second {
		t.Errorf("%+v", got)
	}
}

func TestABusyResourceHoldsOnlyItself(t *testing.T) {
	s := newService(t)
	s.say("PUT "+ws, 429, `{"error":{"code":"RetryableErrorDueToAnotherOperation","message":"busy"}}`, "Retry-After", "40")
	s.say("PUT "+rg, 200, `{}`)
	now := clock.NewFake(time.Unix(0, 0))
	c := s.client(func(o *azure.Options) { o.Clock = now; o.Retry.Tries = 1 })
	if _, err := c.Put(t.Context(), ws, version, nil); err == nil {
		t.Fatal("not refused")
	}
	if _, err := c.Put(t.Context(), rg, version, nil); err != nil || now.Slept() != 0 {
		t.Errorf("another waited %v, %v", now.Slept(), err)
	}
}

func TestATryThatHangsIsGivenUp(t *testing.T) {
	for method, limit := range map[string]time.Duration{"GET": 20 * time.Second, "PUT": 90 * time.Second} {
		t.Run(method, func(t *testing.T) {
			s := newService(t)
			s.say(method+" "+ws, 200, `{}`)
			now := clock.NewFake(time.Unix(0, 0))
			hung := false
			base := s.Client().Transport
			c := s.client(func(o *azure.Options) {
				o.Clock = now
				o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
					if r.URL.Path == ws && !hung {
						hung = true
						if err := now.Sleep(r.Context(), limit); err == nil {
							t.Errorf("a try went on after %v", limit)
						}
						return nil, r.Context().Err()
					}
					return base.RoundTrip(r)
				})
			})
			var err error
			if method == "GET" {
				_, err = c.Get(t.Context(), ws, version)
			} else {
				_, err = c.Put(t.Context(), ws, version, nil)
			}
			if err != nil || !hung || len(s.requests()) != 1 {
				t.Errorf("%v after %v", err, s.requests())
			}
		})
	}
}

func TestTheBodyIsSentAgainWithEveryTry(t *testing.T) {
	s := newService(t)
	s.turns("PUT "+ws, answer(500, ``), answer(503, ``), answer(200, `{}`))
	if _, err := s.client().Put(t.Context(), ws, version, map[string]string{"a": "b"}); err != nil {
		t.Fatal(err)
	}
	for i, b := range s.bodies {
		if b != `{"a":"b"}` {
			t.Errorf("try %d sent %s", i+1, b)
		}
	}
	if len(s.bodies) != 3 {
		t.Errorf("%d tries", len(s.bodies))
	}
}
