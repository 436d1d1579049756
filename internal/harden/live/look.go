package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/redact"
)

// Sight is what a look before a write found.
type Sight struct {
	Act      string    `json:"act"`           // write, nothing or stop
	Why      string    `json:"why,omitempty"` // stop: the reason, for people
	Readings []Reading `json:"readings,omitempty"`
	Request  *Request  `json:"request,omitempty"` // what will be sent
	Then     []Request `json:"then,omitempty"`    // and after that, of a conversion

	body any    // of the request, with nothing masked
	tag  string // the version that it is about, "" when the type gives none
}

// What a look leads to.
const (
	write   = "write"
	nothing = "nothing" // it is as wanted
	stop    = "stop"
)

// Request is a request as people may see it.
type Request struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Query  string          `json:"query"`          // the api-version
	Body   json.RawMessage `json:"body,omitempty"` // secrets masked
}

func (a *Act) request(body value.Value) *Request {
	return &Request{Method: a.Method, Path: a.ID, Query: "api-version=" + a.Version, Body: redact.JSON(raw(body))}
}

func stopped(format string, args ...any) *Sight {
	return &Sight{Act: stop, Why: fmt.Sprintf(format, args...)}
}

// look reads what an act is about and says what is to be done.
func (r *runner) look(ctx context.Context, a *Act) (*Sight, error) {
	if a.Kind == Convert {
		return r.lookAtConversion(ctx, a)
	}
	body, tag, there, err := r.settled(ctx, a)
	if err != nil {
		return nil, err
	}
	if a.Kind == Add {
		return a.sightOfAddition(body, there), nil
	}
	if !there {
		if !a.Make {
			return stopped("it is not there any more"), nil
		}
		body = value.Object(nil)
	}
	s := a.sight(body, there)
	s.tag = tag
	return s, nil
}

// sight judges a resource that is to be changed.
func (a *Act) sight(body value.Value, there bool) *Sight {
	next, readings := a.wanted(body)
	for _, r := range readings {
		for _, v := range slices.Concat(r.Before, r.Wanted) {
			if name := secretIn(lastOf(r.Path), parse(v)); name != "" {
				return stopped("what is at %s looks like a secret: Holdfast neither writes nor journals secrets", r.Path)
			}
		}
	}
	if a.satisfied(body) {
		return &Sight{Act: nothing, Readings: readings}
	}
	for i, r := range readings {
		planned := a.Sets[i].Planned
		if !r.Changes() || planned == nil || sameAll(values(r.Before), planned) || a.Sets[i].Back == nil && unsaid(planned) {
			continue
		}
		s := stopped("%s is %s, which is neither what it was when this was planned (%s) nor what is wanted (%s): somebody else has changed it",
			r.Path, list(r.Before), list(planned), list(r.Wanted))
		s.Readings = readings
		return s
	}
	s := &Sight{Act: write, Readings: readings}
	if a.Method == "PATCH" && there {
		next = patch(body, next, readings)
		s.Request = a.request(next)
	} else {
		next = whole(next)
		s.Request = a.request(next)
		s.Request.Method = "PUT"
	}
	s.body = raw(next)
	return s
}

// unsaid says that the estate did not show the values: Resource Graph leaves out
// what a GET gives.
func unsaid(planned []json.RawMessage) bool {
	return !slices.ContainsFunc(planned, func(v json.RawMessage) bool { return !parse(v).IsNull() })
}

// sightOfAddition judges what is in the place of a resource that is to be added.
func (a *Act) sightOfAddition(body value.Value, there bool) *Sight {
	want := parse(a.Body)
	switch {
	case !there:
		return &Sight{Act: write, Request: a.request(want), body: raw(want)}
	case holds(body, want, true):
		return &Sight{Act: nothing}
	}
	return stopped("there is one of that name already, and it is another one (%s): rename or remove it, or do this by hand", difference(body, want, ""))
}

// difference names the first member in which a resource is not as wanted.
func difference(have, want value.Value, path string) string {
	for k, w := range want.Members() {
		h := have.Get(k)
		if h.IsNull() || holds(value.Object([]value.Member{{Key: k, Value: h}}), value.Object([]value.Member{{Key: k, Value: w}}), true) {
			continue
		}
		if h.Kind() == value.ObjectKind && w.Kind() == value.ObjectKind {
			return difference(h, w, path+k+".")
		}
		return fmt.Sprintf("%s%s is %s instead of %s", path, k, show(h), show(w))
	}
	return "it differs"
}

func lastOf(path string) string {
	path, _, _ = strings.Cut(path[strings.LastIndexByte(path, '.')+1:], "[")
	return path
}

func values(raws []json.RawMessage) []value.Value {
	out := make([]value.Value, len(raws))
	for i := range raws {
		out[i] = parse(raws[i])
	}
	return out
}

// show is a value as people see it: short, and without secrets.
func show(v value.Value) string {
	if v.IsNull() {
		return "not set"
	}
	text := string(redact.JSON(raw(v)))
	if r := []rune(text); len(r) > 80 {
		text = string(r[:80]) + "…"
	}
	return text
}

func list(vs []json.RawMessage) string {
	if len(vs) == 0 {
		return "not there"
	}
	out := make([]string, len(vs))
	for i := range vs {
		out[i] = show(parse(vs[i]))
	}
	return strings.Join(slices.Compact(out), ", ")
}

// settled reads a resource, and waits while another change of it is under way.
func (r *runner) settled(ctx context.Context, a *Act) (body value.Value, tag string, there bool, err error) {
	began := r.clock.Now()
	for {
		resp, err := r.client.Get(ctx, a.ID, a.Version)
		if errors.Is(err, azure.ErrNotFound) {
			return value.Absent(), "", false, nil
		}
		if err != nil {
			return value.Absent(), "", false, err
		}
		body := parse(resp.Body)
		state := body.Path("properties", "provisioningState")
		if state.Kind() != value.StringKind || terminal(state.Str()) {
			return body, resp.ETag(), true, nil
		}
		r.tell(Event{State: Waiting, Status: state.Str(), Elapsed: r.clock.Now().Sub(began)})
		if err := r.clock.Sleep(ctx, r.poll); err != nil {
			return value.Absent(), "", false, err
		}
	}
}

// terminal says that a resource does not change any more by itself. Services have
// words of their own for it; those for what goes on end alike.
func terminal(state string) bool {
	s := strings.ToLower(state)
	return !strings.HasSuffix(s, "ing") && s != "accepted" && s != "inprogress" && s != "pending"
}

// readBack looks until a resource is as an act wants it: reads may lag behind.
func (r *runner) readBack(ctx context.Context, a *Act) (after [][]json.RawMessage, why string, err error) {
	const looks = 6
	for n := 1; ; n++ {
		body, _, there, err := r.settled(ctx, a)
		if err != nil {
			return nil, "", err
		}
		switch {
		case a.Kind == Add && there && holds(body, parse(a.Body), true):
			return nil, "", nil
		case a.Kind != Add && there && a.satisfied(body):
			for i := range a.Sets {
				steps, _ := parsePath(a.Sets[i].pathOf(body)) // checked by NewWork
				after = append(after, raws(read(body, steps)))
			}
			return after, "", nil
		case n == looks && !there:
			return nil, "Azure says that it is done, and it is not there", nil
		case n == looks && strings.EqualFold(body.Path("properties", "provisioningState").Str(), "Failed"):
			return nil, "it is there, and its state is Failed", nil
		case n == looks && a.Kind == Add:
			return nil, "Azure says that it is done, and " + difference(body, parse(a.Body), ""), nil
		case n == looks:
			_, readings := a.wanted(body)
			for _, x := range readings {
				if x.Changes() {
					return nil, fmt.Sprintf("Azure says that it is done, and %s reads back as %s instead of %s", x.Path, list(x.Before), list(x.Wanted)), nil
				}
			}
			return nil, "Azure says that it is done, and it does not read back so", nil
		}
		if err := r.clock.Sleep(ctx, min(r.poll, time.Second)); err != nil {
			return nil, "", err
		}
	}
}
