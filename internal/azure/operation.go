package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
)

// way is how a long-running operation is followed.
type way string

const (
	byStatusURL way = "status"   // Azure-AsyncOperation: an address that tells the status
	byLocation  way = "location" // Location: 202 while it runs, the result when it is done
	byResource  way = "resource" // provisioningState of what was asked for
)

// Operation is a request that may take the service long. It can be saved as text
// with [Operation.Token] and taken up by [Client.Resume], in another process too.
// It may be used from many goroutines.
type Operation struct {
	c *Client

	mu      sync.Mutex
	s       saved
	status  string
	percent *float64
	after   time.Duration // what the service last asked to wait
	ended   bool          // the service says it has succeeded; the result may have to be read still
	done    bool
	err     error // why it failed, when done
	resp    *Response
	missing int // looks in a row that found no resource
}

// saved is what a token holds.
type saved struct {
	Version     int       `json:"v"`
	Method      string    `json:"method"`
	URL         string    `json:"url"` // of the request that began it
	Way         way       `json:"way,omitempty"`
	Poll        string    `json:"poll,omitempty"`  // where to look
	Final       string    `json:"final,omitempty"` // Location, where the result of a POST is
	Began       time.Time `json:"began"`
	Until       time.Time `json:"until,omitzero"` // by when the service says it ends
	Correlation string    `json:"correlation,omitempty"`
	State       string    `json:"state,omitempty"` // the last one, when done
	Code        string    `json:"code,omitempty"`  // why it failed
	Message     string    `json:"message,omitempty"`
}

// operation reads from the first answer how to go on.
func (c *Client) operation(k *call, resp *Response, correlation string) (*Operation, error) {
	now := c.opts.Clock.Now()
	op := &Operation{c: c, resp: resp, s: saved{Version: 1, Method: k.method, URL: k.url.String(), Began: now, Correlation: correlation}}
	if d, ok := parseDuration(resp.Header.Get("x-ms-async-operation-timeout")); ok {
		op.s.Until = now.Add(d)
	}
	op.after, _ = throttle.RetryAfter(resp.Header, now)
	if err := op.choose(k, resp); err != nil {
		return nil, err
	}
	return op, nil
}

// choose decides how to follow an operation, after
// github.com/microsoft/api-guidelines/blob/vNext/azure/ConsiderationsForServiceDesign.md
// and ARM's rules for asynchronous operations.
func (op *Operation) choose(k *call, resp *Response) error {
	status, location := firstOf(resp.Header, "Azure-AsyncOperation", "Operation-Location"), resp.Header.Get("Location")
	state := provisioningState(resp.Body)
	for _, a := range []struct {
		text string
		set  *string
	}{{status, &op.s.Poll}, {location, &op.s.Final}} {
		if a.text == "" {
			continue
		}
		u, err := op.c.follow(k.url, a.text)
		if err != nil {
			if a.set == &op.s.Final && status != "" {
				continue // only where the result would be; the status tells the rest
			}
			return err
		}
		*a.set = u.String()
	}
	switch {
	case status != "": // also when the body says Succeeded: that may be the state before a change
		op.s.Way = byStatusURL
	case location != "" && resp.Status == http.StatusAccepted:
		op.s.Way, op.s.Poll = byLocation, op.s.Final
	case changes(k.method) && (state != "" && !terminal(state) || resp.Status == http.StatusAccepted):
		op.s.Way = byResource
	case k.method == http.MethodDelete && resp.Status == http.StatusAccepted:
		op.s.Way = byResource
	case resp.Status == http.StatusAccepted && len(resp.Body) == 0:
		return &Error{Operation: k.method, Resource: k.resource(), Status: resp.Status, RequestID: resp.RequestID, CorrelationID: resp.CorrelationID,
			Kind: ErrIncomplete, Message: "the service has begun and does not say how to follow it", Hint: "look at the resource itself after a while"}
	default:
		return op.finish(k, resp, state)
	}
	op.status = orElse(state, "Accepted")
	return nil
}

// finish ends an operation that the service has done at once.
func (op *Operation) finish(k *call, resp *Response, state string) error {
	if changes(k.method) && failed(state) {
		op.fail(resp, state)
	} else {
		op.succeed(orElse(state, "Succeeded"))
	}
	return nil
}

// changes says that a method leaves a resource behind that tells its own state.
func changes(method string) bool { return method == http.MethodPut || method == http.MethodPatch }

func firstOf(h http.Header, names ...string) string {
	for _, n := range names {
		if v := h.Get(n); v != "" {
			return v
		}
	}
	return ""
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// provisioningState is the state that a resource tells of itself, or "".
func provisioningState(body json.RawMessage) string {
	var r struct {
		Properties json.RawMessage `json:"properties"`
	}
	var p struct {
		State string `json:"provisioningState"`
	}
	if json.Unmarshal(body, &r) != nil || json.Unmarshal(r.Properties, &p) != nil {
		return ""
	}
	return p.State
}

func terminal(state string) bool { return succeeded(state) || failed(state) }

func succeeded(state string) bool {
	return strings.EqualFold(state, "Succeeded") || strings.EqualFold(state, "Completed")
}

func failed(state string) bool {
	return strings.EqualFold(state, "Failed") || strings.EqualFold(state, "Canceled") || strings.EqualFold(state, "Cancelled")
}

// Status is the state that the service told last, such as Running or Succeeded.
func (op *Operation) Status() string {
	op.mu.Lock()
	defer op.mu.Unlock()
	return op.status
}

// Done says whether the operation has ended, well or not.
func (op *Operation) Done() bool {
	op.mu.Lock()
	defer op.mu.Unlock()
	return op.done
}

// Err is why an operation that is done has failed.
func (op *Operation) Err() error {
	op.mu.Lock()
	defer op.mu.Unlock()
	return op.err
}

// Response is the last answer: the result when the operation is done. It is nil
// when there was none, as after a deletion.
func (op *Operation) Response() *Response {
	op.mu.Lock()
	defer op.mu.Unlock()
	return op.resp
}

// Path is what the operation was asked of.
func (op *Operation) Path() string {
	op.mu.Lock()
	defer op.mu.Unlock()
	return op.path()
}

// Token is the operation as text for [Client.Resume]. It names addresses that ARM
// may have signed: keep it like a journal, and do not print it. It holds no
// credential.
func (op *Operation) Token() (string, error) {
	op.mu.Lock()
	defer op.mu.Unlock()
	b, err := json.Marshal(op.s)
	return string(b), err
}

// Resume takes up an operation from its token. It makes no request.
func (c *Client) Resume(token string) (*Operation, error) {
	var s saved
	bad := func(why error) error {
		return fmt.Errorf("the saved operation cannot be taken up: %w", why)
	}
	if err := json.Unmarshal([]byte(token), &s); err != nil {
		return nil, bad(errors.New("it is no JSON"))
	}
	if s.Version != 1 {
		return nil, bad(fmt.Errorf("it is of version %d, and this program knows version 1", s.Version))
	}
	switch s.Method {
	case http.MethodPut, http.MethodPatch, http.MethodPost, http.MethodDelete:
	default:
		return nil, bad(fmt.Errorf("%q begins no operation", s.Method))
	}
	for i, address := range []string{s.URL, s.Poll, s.Final} {
		if address == "" && i > 0 {
			continue
		}
		u, err := url.Parse(address)
		if err != nil {
			return nil, bad(errors.New("an address in it cannot be read"))
		}
		if !c.cloud.owns(c.base, u) {
			return nil, bad(c.foreign(u))
		}
	}
	switch s.Way {
	case byStatusURL, byLocation:
		if s.Poll == "" {
			return nil, bad(errors.New("it does not say where to look"))
		}
	case byResource:
	default:
		if s.State == "" {
			return nil, bad(errors.New("it does not say how to follow it"))
		}
	}
	op := &Operation{c: c, s: s, status: orElse(s.State, "Unknown")}
	switch {
	case failed(s.State):
		op.done = true
		op.err = &Error{Operation: s.Method, Resource: op.Path(), CorrelationID: s.Correlation, Code: s.Code, Message: s.Message, Kind: ErrFailed}
	case s.State != "":
		op.ended = true // its result is read again by the next look
	}
	return op, nil
}
