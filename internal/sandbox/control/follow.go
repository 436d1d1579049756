package control

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// follow tells a client where to ask for an operation.
func (c *Control) follow(q *request, o *operation) {
	h := q.header
	h.Set("Retry-After", itoa(c.wait(o)))
	if o.Style != "location" {
		h.Set("Azure-AsyncOperation", o.url(c.w.At.Main, false))
	}
	if o.Style == "location" || o.Style == "both" {
		h.Set("Location", o.url(c.w.At.Main, true))
	}
	if o.Timeout > 0 {
		h.Set("x-ms-async-operation-timeout", duration(o.Timeout))
	}
}

// duration is a time as ISO 8601 has it, in hours, minutes and seconds.
func duration(d time.Duration) string { return "PT" + strings.ToUpper(d.String()) }

// operationStatus answers what Azure-AsyncOperation points at.
func (c *Control) operationStatus(tx *state.Tx, q *request, id string) (*answer, error) {
	o := operationOf(tx, id)
	if o == nil || !strings.EqualFold(o.Subscription, q.at.sub) {
		return nil, refusal.New(http.StatusNotFound, "OperationNotFound", "The operation '%s' could not be found.", id)
	}
	b := object.Object{"id": strings.SplitN(o.url("", false), "?", 2)[0], "name": o.ID, "status": o.Status, "startTime": stamp(o.Started)}
	if !o.Ended() {
		q.header.Set("Retry-After", itoa(c.wait(o)))
		return &answer{http.StatusOK, b}, nil
	}
	b["endTime"], b["percentComplete"] = stamp(o.Ends), 100
	if o.Error != nil {
		b["error"] = json.RawMessage(o.Error)
		delete(b, "percentComplete")
	}
	if o.Output != nil {
		b["properties"] = json.RawMessage(o.Output)
	}
	return &answer{http.StatusOK, b}, nil
}

// operationResult answers what Location points at: 202 while the operation runs,
// then what the request would have given had it taken no time.
func (c *Control) operationResult(tx *state.Tx, q *request, id string) (*answer, error) {
	o := operationOf(tx, id)
	if o == nil || !strings.EqualFold(o.Subscription, q.at.sub) {
		return nil, refusal.New(http.StatusNotFound, "OperationNotFound", "The operation '%s' could not be found.", id)
	}
	switch {
	case !o.Ended():
		c.follow(q, o)
		return &answer{status: http.StatusAccepted}, nil
	case o.Error != nil:
		return &answer{failedStatus(o.Code), object.Object{"error": json.RawMessage(o.Error)}}, nil
	case o.Output != nil:
		return &answer{http.StatusOK, json.RawMessage(o.Output)}, nil
	case o.Verb == verbPut:
		typ, r := c.Type(o.Type), tx.Resource(o.Resource)
		if typ == nil || r == nil {
			return &answer{status: http.StatusNoContent}, nil
		}
		body, err := c.show(tx, q.now, r, typ, provider.Request{APIVersion: o.APIVersion, Caller: q.caller})
		return &answer{http.StatusOK, body}, err
	case o.Verb == verbDelete && strings.EqualFold(o.Type, groupType):
		return &answer{status: http.StatusOK}, nil
	}
	return &answer{status: http.StatusNoContent}, nil
}

// failedStatus is the status of the result of an operation that failed. Clients
// take a status from 500 on for a failure to answer and ask again for ever, so
// that is told as a conflict, as ARM tells of a group that could not be deleted.
func failedStatus(code int) int {
	if code < http.StatusBadRequest || code >= http.StatusInternalServerError {
		return http.StatusConflict
	}
	return code
}

// routeLocation answers for what stands below a region; false when it is nothing
// that this package or the provider answers for.
func (c *Control) routeLocation(tx *state.Tx, q *request, n *namespace) (*answer, error, bool) {
	location, rest := q.at.rest[1], q.at.rest[2:]
	if len(rest) > 1 {
		switch strings.ToLower(rest[0]) {
		case "operationstatuses":
			a, err := q.only(http.MethodGet, func() (*answer, error) { return c.operationStatus(tx, q, rest[1]) })
			return a, err, true
		case "operationresults":
			a, err := q.only(http.MethodGet, func() (*answer, error) { return c.operationResult(tx, q, rest[1]) })
			return a, err, true
		}
	}
	if a, err, ok := c.routeDeleted(tx, q, n, location, rest); ok {
		return a, err, true
	}
	if f, tail := longest(n.locations, rest); f != nil {
		a, err := c.function(tx, q, f, location, tail)
		return a, err, true
	}
	return nil, nil, false
}
