package sandbox

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// Asked is one request that a sandbox has answered, for whoever wants to know
// what came and how often. Neither headers nor bodies nor query are kept: they may
// hold secrets.
type Asked struct {
	Number int       `json:"number"` // counted from 1 since the sandbox began
	At     time.Time `json:"at"`     // on the sandbox's clock, when it was answered
	To     string    `json:"to"`     // main, blob or file
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Status int       `json:"status"`
}

// remembers is how many requests a sandbox remembers, the latest.
const remembers = 20000

// asked remembers requests in the order in which they were answered.
type asked struct {
	mu    sync.Mutex
	count int
	ring  []Asked
}

func (a *asked) add(one Asked) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count++
	one.Number = a.count
	if len(a.ring) < remembers {
		a.ring = append(a.ring, one)
		return
	}
	a.ring[(a.count-1)%remembers] = one
}

// since gives the requests with a higher number than after, the oldest first.
func (a *asked) since(after int) []Asked {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := []Asked{}
	for n := max(after, a.count-len(a.ring)); n < a.count; n++ {
		out = append(out, a.ring[n%remembers])
	}
	return out
}

// Requests gives the requests that came after the one with the number after,
// those with one of the methods when any is named, the oldest first. Those of the
// administration are not among them. The latest 20,000 are remembered. What a
// fault kept from reaching the sandbox is not there; what the sandbox did and a
// fault cut off on its way back is there with the status that it had.
func (s *Sandbox) Requests(after int, methods ...string) []Asked {
	all := s.asked.since(after)
	if len(methods) == 0 {
		return all
	}
	out := all[:0]
	for _, one := range all {
		for _, m := range methods {
			if strings.EqualFold(one.Method, m) {
				out = append(out, one)
				break
			}
		}
	}
	return out
}

// Writes gives the PUT, PATCH, POST and DELETE requests to Azure Resource Manager
// that were accepted: those with a status below 300.
func (s *Sandbox) Writes(after int) []Asked {
	out := []Asked{}
	for _, one := range s.Requests(after, http.MethodPut, http.MethodPatch, http.MethodPost, http.MethodDelete) {
		if one.To == "main" && one.Status < http.StatusMultipleChoices && strings.HasPrefix(strings.ToLower(one.Path), "/subscriptions/") {
			out = append(out, one)
		}
	}
	return out
}

// noted remembers what a handler is asked and how it answers.
func (s *Sandbox) noted(to string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/sandbox/") {
			next.ServeHTTP(rw, r)
			return
		}
		w := &status{ResponseWriter: rw, code: http.StatusOK}
		path := r.URL.Path
		defer func() {
			s.asked.add(Asked{At: s.World.Clock.Now(), To: to, Method: r.Method, Path: path, Status: w.code})
		}()
		next.ServeHTTP(w, r)
	})
}

// status is a writer that knows the status it has written.
type status struct {
	http.ResponseWriter
	code int
	done bool
}

// WriteHeader writes the status; only the first one that is not informational counts.
func (w *status) WriteHeader(code int) {
	if !w.done && code >= http.StatusOK {
		w.code, w.done = code, true
	}
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap lets an http.ResponseController find the writer below.
func (w *status) Unwrap() http.ResponseWriter { return w.ResponseWriter }
