package control

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const (
	operationRecords = "control.operation" // by id
	runningRecords   = "control.running"   // by the resource's id: the id of its operation
	operationEvent   = "control.end"
	forgetEvent      = "control.forget"
	remembered       = 24 * time.Hour // how long an operation that ended can be asked for
)

// What an operation does.
const (
	verbPut    = "put"
	verbDelete = "delete"
	verbAction = "action"
)

// operation is a change that takes time.
type operation struct {
	provider.Progress
	Verb         string          `json:"verb"`
	Created      bool            `json:"created,omitempty"`
	Style        string          `json:"style,omitempty"`
	Subscription string          `json:"subscription,omitempty"`
	Space        string          `json:"space,omitempty"` // namespace
	Type         string          `json:"type"`
	Location     string          `json:"location,omitempty"`
	APIVersion   string          `json:"apiVersion"`
	Caller       provider.Caller `json:"caller"`
	Timeout      time.Duration   `json:"timeout,omitempty"`
	Notify       *state.Event    `json:"notify,omitempty"`
	Then         *state.Event    `json:"then,omitempty"` // of an action
	Fails        *refusal.Error  `json:"fails,omitempty"`
	Code         int             `json:"code,omitempty"`   // the HTTP status of its result
	Purges       bool            `json:"purges,omitempty"` // nothing is kept to be recovered
}

// Starting is what is known of an operation when it begins.
type Starting struct {
	Resource string // its id
	Type     string
	Location string
	Verb     string // put, delete or action
	Created  bool   // a put that makes the resource
	Takes    time.Duration
}

// Fate is what becomes of an operation.
type Fate struct {
	Error  *refusal.Error // when set, it fails with this at its end
	Hangs  bool           // it does not end
	Slower time.Duration  // it takes so much longer
}

// Faults decides what becomes of operations. It is asked once, when one begins,
// within the transaction of the request.
type Faults interface {
	Operation(tx *state.Tx, now time.Time, o Starting) Fate
}

// begin keeps an operation about a target and schedules its end.
func (c *Control) begin(tx *state.Tx, now time.Time, t *target, o operation, takes time.Duration) (*operation, error) {
	location := t.location()
	if r := tx.Resource(t.id); r != nil {
		location = r.Location
	}
	var fate Fate
	if c.Faults != nil {
		fate = c.Faults.Operation(tx, now, Starting{Resource: t.id, Type: t.typ.Name, Location: location, Verb: o.Verb, Created: o.Created, Takes: takes})
	}
	output := o.Output
	o.Progress = provider.Progress{Output: output, ID: c.w.GUID(), Resource: t.id, Status: "InProgress", Started: now, Ends: now.Add(takes + fate.Slower)}
	o.Subscription, o.Type, o.Location = t.sub, t.typ.Name, cmp.Or(location, "global")
	o.Space, _, _ = strings.Cut(t.typ.Name, "/")
	if o.Fails = fate.Error; o.Fails != nil {
		o.Code = o.Fails.Status
	}
	if err := o.keep(tx); err != nil {
		return nil, err
	}
	if o.Verb != verbAction {
		if err := tx.PutRecord(runningRecords, state.Key(t.id), []byte(o.ID)); err != nil {
			return nil, err
		}
	}
	if fate.Hangs {
		return &o, nil
	}
	return &o, tx.Schedule(state.Event{At: o.Ends, Kind: operationEvent, Key: o.ID})
}

func (o *operation) keep(tx *state.Tx) error {
	b, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("keeping the operation %s: %w", o.ID, err)
	}
	return tx.PutRecord(operationRecords, o.ID, b)
}

// operationOf finds an operation, nil when there is none.
func operationOf(tx *state.Tx, id string) *operation {
	b, ok := tx.Record(operationRecords, strings.ToLower(id))
	var o operation
	if !ok || json.Unmarshal(b, &o) != nil {
		return nil
	}
	return &o
}

// running is the operation that a resource has, nil without one.
func running(tx *state.Tx, id string) *operation {
	if op, ok := tx.Record(runningRecords, state.Key(id)); ok {
		return operationOf(tx, string(op))
	}
	return nil
}

// Progress is how far an operation is; false when there is none.
func (c *Control) Progress(tx *state.Tx, id string) (provider.Progress, bool) {
	if o := operationOf(tx, id); o != nil {
		return o.Progress, true
	}
	return provider.Progress{}, false
}

// end is the end of an operation.
func (c *Control) end(tx *state.Tx, now time.Time, e state.Event) error {
	o := operationOf(tx, e.Key)
	if o == nil || o.Ended() {
		return nil
	}
	if o.Fails != nil { // what is kept of a refusal has no status
		o.Fails.Status = o.Code
	}
	o.ends(http.StatusOK, "Succeeded")
	o.Ends = now
	err := tx.Attempt(func() error { return c.finish(tx, now, o) })
	if err != nil {
		failure := refusal.Of(err)
		if failure.Code == "InternalServerError" {
			c.w.Log.Error("the end of an operation failed", "resource", o.Resource, "error", err)
		}
		o.ends(failure.Status, "Failed")
		if o.Error, err = json.Marshal(failure); err != nil {
			return err
		}
		if err := c.failed(tx, o); err != nil {
			return err
		}
	}
	if key := state.Key(o.Resource); o.Verb != verbAction {
		if id, ok := tx.Record(runningRecords, key); ok && string(id) == o.ID {
			if err := tx.DeleteRecord(runningRecords, key); err != nil {
				return err
			}
		}
	}
	if err := o.keep(tx); err != nil {
		return err
	}
	if err := notify(tx, now, o.Notify); err != nil {
		return err
	}
	return tx.Schedule(state.Event{At: now.Add(remembered), Kind: forgetEvent, Key: o.ID})
}

// ends sets the status of the result over HTTP and the word for it.
func (o *operation) ends(code int, word string) { o.Code, o.Status = code, word }

// finish does what an operation does at its end.
func (c *Control) finish(tx *state.Tx, now time.Time, o *operation) error {
	if o.Fails != nil {
		return o.Fails
	}
	r := tx.Resource(o.Resource)
	switch o.Verb {
	case verbAction:
		return notify(tx, now, o.Then)
	case verbDelete:
		if r == nil {
			return nil
		}
		return c.takeAway(tx, now, r, o.Caller, o.Purges)
	}
	if r == nil {
		return refusal.New(http.StatusNotFound, "ResourceNotFound", "The resource '%s' was deleted while it was being made.", o.Resource)
	}
	typ := c.Type(r.Type)
	if typ == nil {
		return fmt.Errorf("the type %s is not known any more", r.Type)
	}
	if err := c.settleState(tx, r, cmp.Or(typ.States.Succeeded, "Succeeded"), typ); err != nil {
		return err
	}
	return c.done(tx, now, tx.Resource(r.ID), typ, provider.Request{APIVersion: o.APIVersion, Caller: o.Caller}, o.Created, false)
}

// failed puts the word for it into the resource of an operation that failed.
func (c *Control) failed(tx *state.Tx, o *operation) error {
	r := tx.Resource(o.Resource)
	if r == nil || o.Verb == verbAction {
		return nil
	}
	return c.settleState(tx, r, "Failed", c.Type(r.Type))
}

func (c *Control) settleState(tx *state.Tx, r *state.Resource, word string, typ *provider.Type) error {
	if typ == nil || typ.States.Creating == "-" {
		return nil
	}
	n := r.Copy()
	b := object.Must(n.Body)
	object.Set(b, stateProperty, word)
	n.Body = object.Encode(b)
	return tx.Put(n)
}

// forget takes out an operation that ended long ago.
func (c *Control) forget(tx *state.Tx, _ time.Time, e state.Event) error {
	return tx.DeleteRecord(operationRecords, e.Key)
}

func notify(tx *state.Tx, now time.Time, e *state.Event) error {
	if e == nil {
		return nil
	}
	n := *e
	n.At = now
	return tx.Schedule(n)
}

// url is where the operation is followed: its status, or its result.
func (o *operation) url(main string, result bool) string {
	if strings.EqualFold(o.Type, groupType) {
		return main + "/subscriptions/" + o.Subscription + "/operationresults/" + o.ID + "?api-version=" + o.APIVersion
	}
	kind := "operationStatuses"
	if result {
		kind = "operationResults"
	}
	scope := ""
	if o.Subscription != "" {
		scope = "/subscriptions/" + o.Subscription
	}
	return main + scope + "/providers/" + o.Space + "/locations/" + estate.NormalizeLocation(o.Location) + "/" + kind + "/" + o.ID + "?api-version=" + o.APIVersion
}

// wait is how many seconds a client is told to wait before it asks again: what
// is left in real time, between 1 and 15.
func (c *Control) wait(o *operation) int {
	rate := c.w.Clock.Rate()
	if rate == 0 {
		return 1
	}
	left := o.Ends.Sub(c.w.Clock.Now()).Seconds() / rate
	return int(min(max(math.Ceil(left), 1), 15))
}
