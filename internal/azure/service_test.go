package azure_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

// canary is the token of all tests: it must never be seen in anything but the
// Authorization header.
const canary = "canary-token-0123456789"

type token struct{}

func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: canary, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// service is an ARM that answers by a table of "METHOD /path" and remembers what
// it was asked. It is a cloud of its own, with metadata.
type service struct {
	*httptest.Server
	t *testing.T

	mu     sync.Mutex
	routes map[string]http.HandlerFunc
	asked  []string // "METHOD /path?query"
	bodies []string
	heads  []http.Header
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{t: t, routes: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that do not trust it are tested
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *service) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/metadata/endpoints" {
		fmt.Fprintf(w, `{"name":"testcloud","authentication":{"loginEndpoint":%q,"audiences":[%q]},"suffixes":{"storage":"example.test"}}`, s.URL, s.URL)
		return
	}
	var body json.RawMessage
	if r.ContentLength != 0 {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			s.t.Errorf("%s %s: a request body that is no JSON: %v", r.Method, r.URL, err)
		}
	}
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.URL.String())
	s.bodies = append(s.bodies, string(body))
	s.heads = append(s.heads, r.Header.Clone())
	route := s.routes[r.Method+" "+r.URL.Path]
	s.mu.Unlock()
	if got := r.Header.Get("Authorization"); got != "Bearer "+canary {
		http.Error(w, `{"error":{"code":"AuthenticationFailed","message":"no token"}}`, http.StatusUnauthorized)
		return
	}
	w.Header().Set("x-ms-request-id", fmt.Sprintf("request-%d", len(s.asked)))
	if route == nil {
		reply(w, http.StatusNotFound, `{"error":{"code":"ResourceNotFound","message":"nothing at `+r.URL.Path+`"}}`)
		return
	}
	route(w, r)
}

// on answers a method and path.
func (s *service) on(route string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.routes[route] = h
}

// say answers a method and path with a status, a body and headers given as pairs.
func (s *service) say(route string, status int, body string, headers ...string) {
	s.on(route, func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body, headers...) })
}

// turns answers a method and path with one answer after the other, the last for good.
func (s *service) turns(route string, answers ...http.HandlerFunc) {
	var mu sync.Mutex
	n := 0
	s.on(route, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := answers[min(n, len(answers)-1)]
		n++
		mu.Unlock()
		h(w, r)
	})
}

func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body, headers...) }
}

func reply(w http.ResponseWriter, status int, body string, headers ...string) {
	for i := 0; i+1 < len(headers); i += 2 {
		w.Header().Set(headers[i], headers[i+1])
	}
	if body != "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

// requests are what was asked so far, without the queries.
func (s *service) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, len(s.asked))
	for i, a := range s.asked {
		out[i], _, _ = strings.Cut(a, "?")
	}
	return out
}

// count is how often a method and path was asked for.
func (s *service) count(route string) int {
	n := 0
	for _, r := range s.requests() {
		if r == route {
			n++
		}
	}
	return n
}

// client is a client of the service on a clock that only moves by sleeping.
func (s *service) client(change ...func(*azure.Options)) *azure.Client {
	s.t.Helper()
	o := azure.Options{
		ARMEndpoint: s.URL, Transport: s.Client().Transport, Credential: token{},
		Clock: clock.NewFake(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)), Seed: 1,
	}
	for _, c := range change {
		c(&o)
	}
	c, err := azure.New(s.t.Context(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

const version = "2024-10-01"

// rg is a resource group in all tests, ws a resource in it.
const (
	rg = "/subscriptions/0000/resourceGroups/g"
	ws = rg + "/providers/Microsoft.MachineLearningServices/workspaces/w"
)

// response is an answer without a server.
func response(r *http.Request, status int, body string, headers ...string) *http.Response {
	w := httptest.NewRecorder()
	reply(w, status, body, headers...)
	resp := w.Result()
	resp.Request = r
	return resp
}
