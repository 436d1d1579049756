// Package faulty is a transport that makes faults between a client and a service,
// for tests of what a client makes of them. A fault replaces the answer to one
// request by one of the [Kinds]; which requests it meets follows from a seed and
// from the order of the requests, so that a run can be repeated.
//
// A fault may strike before the service has seen a request or after it has done
// what was asked; the client cannot know which, as on a real network.
package faulty

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

// Kind is what a fault looks like.
type Kind string

// The kinds of faults.
const (
	TooMany     Kind = "429"       // with Retry-After of one to three seconds; the service has not seen the request
	Internal    Kind = "500"       // with an error in ARM's form
	Unavailable Kind = "503"       // with Retry-After, which promises that nothing was done, or without
	Refuse      Kind = "refuse"    // no connection; the service has not seen the request
	Cut         Kind = "cut"       // the connection breaks before the answer
	Hang        Kind = "hang"      // nothing for HangFor, then the connection breaks
	Truncated   Kind = "truncated" // the answer breaks off, and the connection says so
	Malformed   Kind = "malformed" // the answer is something else: a part of itself, or a page of a proxy
)

// Kinds are all kinds of faults.
var Kinds = []Kind{TooMany, Internal, Unavailable, Refuse, Cut, Hang, Truncated, Malformed}

// Transport is Base with faults. Its fields must not be changed once it is used.
// It may be used from many goroutines.
type Transport struct {
	// Base carries the requests that reach the service.
	Base http.RoundTripper
	// Seed decides which requests meet which fault.
	Seed uint64
	// Every makes one request in so many meet a fault, on the average; 0 is none, 1 all.
	Every int
	// Nth makes the nth request meet a fault, counted from 1; 0 is none.
	Nth int
	// Most is how many faults there are at most; 0 is any number.
	Most int
	// Kinds are the kinds to choose from; none are all.
	Kinds []Kind
	// Spare says of a request that it meets no fault and is not counted; nil spares none.
	Spare func(*http.Request) bool
	// Clock is what a hang sleeps on; nil is the machine's.
	Clock clock.Clock
	// HangFor is how long a hang lasts; 0 is 30 s.
	HangFor time.Duration

	mu     sync.Mutex
	number int
	faults []Fault
}

// Fault is a fault that was made.
type Fault struct {
	Number       int // of the request, counted from 1
	Kind         Kind
	Method, Path string
	Done         bool // the service had done what was asked
}

func (f Fault) String() string {
	return fmt.Sprintf("%s at request %d (%s %s, done %v)", f.Kind, f.Number, f.Method, f.Path, f.Done)
}

// Faults lists the faults made so far.
func (t *Transport) Faults() []Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.faults)
}

// Requests is how many requests have been counted so far.
func (t *Transport) Requests() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.number
}

// RoundTrip makes a request or a fault.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.Spare != nil && t.Spare(req) {
		return t.Base.RoundTrip(req)
	}
	fault, dice := t.draw(req)
	if fault == nil {
		return t.Base.RoundTrip(req)
	}
	var resp *http.Response
	if fault.Done {
		var err error
		if resp, err = t.Base.RoundTrip(req); err != nil {
			return nil, err
		}
	} else if req.Body != nil {
		req.Body.Close()
	}
	return t.replace(req, resp, fault.Kind, dice)
}

// draw decides the fate of the next request, nil for none.
func (t *Transport) draw(req *http.Request) (*Fault, *rand.Rand) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.number++
	dice := rand.New(rand.NewPCG(t.Seed, uint64(t.number)))
	hit := t.Every > 0 && dice.IntN(t.Every) == 0
	if !hit && t.number != t.Nth || t.Most > 0 && len(t.faults) >= t.Most {
		return nil, nil
	}
	kinds := t.Kinds
	if len(kinds) == 0 {
		kinds = Kinds
	}
	f := Fault{Number: t.number, Kind: kinds[dice.IntN(len(kinds))], Method: req.Method, Path: req.URL.Path}
	switch f.Kind {
	case TooMany, Refuse:
	case Truncated, Malformed:
		f.Done = true
	default:
		f.Done = dice.IntN(2) == 0
	}
	t.faults = append(t.faults, f)
	return &f, dice
}

// replace is the fault in place of the service's answer, which is nil if the
// service has not seen the request.
func (t *Transport) replace(req *http.Request, resp *http.Response, kind Kind, dice *rand.Rand) (*http.Response, error) {
	if resp != nil && kind != Truncated && kind != Malformed {
		resp.Body.Close()
	}
	switch kind {
	case TooMany:
		return made(req, http.StatusTooManyRequests, "SubscriptionRequestsThrottled", strconv.Itoa(1+dice.IntN(3))), nil
	case Internal:
		return made(req, http.StatusInternalServerError, "InternalServerError", ""), nil
	case Unavailable:
		after := []string{"", "1", "5"}[dice.IntN(3)]
		if resp != nil {
			after = ""
		}
		return made(req, http.StatusServiceUnavailable, "ServiceUnavailable", after), nil
	case Refuse:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case Hang:
		if err := t.hang(req); err != nil {
			return nil, err
		}
	case Truncated, Malformed:
		return spoil(resp, kind, dice)
	}
	return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
}

func (t *Transport) hang(req *http.Request) error {
	c, d := t.Clock, t.HangFor
	if c == nil {
		c = clock.Real{}
	}
	if d <= 0 {
		d = 30 * time.Second
	}
	return c.Sleep(req.Context(), d)
}

func made(req *http.Request, status int, code, retryAfter string) *http.Response {
	body := `{"error":{"code":"` + code + `","message":"made by a test"}}`
	h := http.Header{"Content-Type": {"application/json"}}
	if retryAfter != "" {
		h.Set("Retry-After", retryAfter)
	}
	return &http.Response{Status: strconv.Itoa(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)), Request: req}
}

// spoil takes a part of the answer away, or puts something else in its place.
func spoil(resp *http.Response, kind Kind, dice *rand.Rand) (*http.Response, error) {
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.ContentLength = -1
	resp.Header.Del("Content-Length")
	part := body
	if len(body) > 0 {
		part = body[:dice.IntN(len(body))]
	}
	switch {
	case kind == Truncated:
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(part), broken{}))
	case dice.IntN(2) == 0 && len(part) > 0:
		resp.Body = io.NopCloser(bytes.NewReader(part))
	default:
		resp.Body = io.NopCloser(bytes.NewReader([]byte("<html><body>Bad gateway</body></html>")))
	}
	return resp, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) {
	return 0, errors.Join(io.ErrUnexpectedEOF, syscall.ECONNRESET)
}
