package control

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// change is a request for one, with what only comes over the wire.
type change struct {
	provider.Request
	patch       bool
	seeding     bool
	method      string
	query       url.Values
	ifMatch     string
	ifNoneMatch string
}

// Put makes or changes a resource. It implements provider.Engine.
func (c *Control) Put(tx *state.Tx, now time.Time, r provider.Request) (*provider.Result, error) {
	return c.put(tx, now, change{Request: r})
}

func (c *Control) put(tx *state.Tx, now time.Time, ch change) (*provider.Result, error) {
	if ch.Body == nil {
		ch.Body = object.Object{}
	}
	t, err := c.targetOf(tx, now, &ch)
	if err != nil {
		return nil, err
	}
	if ch.patch && t.typ.NoPatch {
		return nil, refusal.New(http.StatusMethodNotAllowed, "UnsupportedHttpVerb", "The resource type '%s' does not support PATCH: PUT it whole.", t.typ.Name)
	}
	if ch.patch && t.was == nil {
		return nil, c.notFound(t)
	}
	if ch.patch && len(t.typ.Patchable) > 0 {
		ch.Body = only(ch.Body, t.typ.Patchable)
	}
	if err := c.preconditions(t, ch); err != nil {
		return nil, err
	}
	location, err := c.locate(t, ch)
	if err != nil {
		return nil, err
	}
	if ch.APIVersion, err = c.version(t.typ, ch.APIVersion, location); err != nil {
		return nil, err
	}
	if err := c.allowed(tx, now, t, location, ch.Internal, true); err != nil {
		return nil, err
	}
	recovered, err := c.name(tx, t, location, ch)
	if err != nil {
		return nil, err
	}
	call := c.call(tx, now, t, ch.Request)
	call.Location, call.Created, call.Seeding, call.Method, call.Query = location, t.was == nil, ch.seeding, ch.method, ch.query
	if recovered != nil {
		call.Body, call.Secret = object.Must(recovered.Body), object.Must(recovered.Secret)
		object.Delete(call.Body, "properties.createMode")
	} else if err := c.shape(tx, call, ch); err != nil {
		return nil, err
	}
	op := t.typ.Update
	if call.Created {
		op = t.typ.Create
	}
	call.Takes = op.Takes
	if t.typ.Hooks.Prepare != nil {
		if err := t.typ.Hooks.Prepare(call); err != nil {
			return nil, err
		}
	}
	return c.keep(tx, now, t, call, op, ch)
}

// targetOf finds the target of a change, and lets the type make a parent that is
// not there.
func (c *Control) targetOf(tx *state.Tx, now time.Time, ch *change) (*target, error) {
	p := parse(ch.ID)
	if !p.isResource() && !p.isGroup() {
		return nil, refusal.New(http.StatusBadRequest, "InvalidResourceId", "The resource id '%s' is not that of a resource.", ch.ID)
	}
	t, err := c.find(tx, p, ch.APIVersion, false)
	if err == nil || refusal.Of(err).Code != "ParentResourceNotFound" {
		return t, err
	}
	typ, _ := c.typeOf(p, ch.APIVersion)
	if typ == nil || typ.Hooks.Parent == nil || ch.patch {
		return nil, err
	}
	early, earlyErr := c.find(tx, p, ch.APIVersion, true)
	if earlyErr != nil {
		return nil, err
	}
	call := c.call(tx, now, early, ch.Request)
	call.Created, call.Seeding = true, ch.seeding
	if made := typ.Hooks.Parent(call); made != nil {
		return nil, made
	}
	return c.find(tx, p, ch.APIVersion, false)
}

// allowed says whether locks, outages, a group that is going, or an operation
// that runs forbid a change.
func (c *Control) allowed(tx *state.Tx, now time.Time, t *target, location string, internal, writes bool) error {
	if t.group != nil && !t.isGroup() && !internal && going(t.group) {
		return refusal.Conflict("ResourceGroupBeingDeleted", "The resource group '%s' is in deprovisioning state and cannot perform this operation.", t.group.Name)
	}
	if internal {
		return nil
	}
	if err := c.up(tx, now, t, location, true); err != nil {
		return err
	}
	if err := c.locked(tx, t, !writes); err != nil {
		return err
	}
	if t.typ.Concurrent || t.was == nil {
		return nil
	}
	if o := running(tx, t.id); o != nil {
		code, message := t.typ.BusyCode, t.typ.BusyMessage
		if code == "" {
			code = "AnotherOperationInProgress"
		}
		if message == "" {
			message = "Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: " + o.url(c.w.At.Main, false)
		}
		return refusal.Conflict(code, "%s", strings.ReplaceAll(message, "{name}", t.name()))
	}
	return nil
}

// locate gives the region of a change, and refuses one that cannot be.
func (c *Control) locate(t *target, ch change) (string, error) {
	given := estate.NormalizeLocation(object.Text(ch.Body, "location"))
	if t.typ.Kind != "tracked" {
		if given != "" {
			return given, nil
		}
		return t.location(), nil
	}
	if t.typ.Global {
		return "global", nil
	}
	was := ""
	if t.was != nil {
		was = t.was.Location
	}
	switch {
	case given == "" && (ch.patch || ch.seeding && was != ""):
		return was, nil
	case given == "":
		return "", refusal.New(http.StatusBadRequest, "LocationRequired", "The location property is required for this definition.")
	case was != "" && was != given:
		if t.isGroup() {
			return "", refusal.Conflict("InvalidResourceGroupLocation", "Invalid resource group location '%s'. The Resource group already exists in location '%s'.", given, was)
		}
		return "", refusal.Conflict("InvalidResourceLocation", "The resource '%s' already exists in location '%s' in resource group '%s'. A resource with the same name cannot be created in location '%s'. Please select a new resource name.", t.name(), was, t.place.group, given)
	case was == "" && !ch.seeding && !offersIn(t.typ, given):
		var names []string
		for _, r := range regionsOf(t.typ) {
			names = append(names, r.Name)
		}
		if t.isGroup() {
			return "", refusal.New(http.StatusBadRequest, "LocationNotAvailableForResourceGroup", "The provided location '%s' is not available for resource group. List of available regions is '%s'.", given, strings.Join(names, ","))
		}
		return "", refusal.New(http.StatusBadRequest, "LocationNotAvailableForResourceType", "The provided location '%s' is not available for resource type '%s'. List of available regions for the resource type is '%s'.", given, t.typ.Name, strings.Join(names, ","))
	}
	return given, nil
}

// offersIn says whether a type is offered in a location.
func offersIn(t *provider.Type, location string) bool {
	r, ok := estate.RegionByName(location)
	return ok && offered(t, r)
}

// keep puts the resource into the state, lets the type make what comes with it,
// and ends the change or begins its operation.
func (c *Control) keep(tx *state.Tx, now time.Time, t *target, call *provider.Call, op provider.Operation, ch change) (*provider.Result, error) {
	r := &state.Resource{ID: t.id, Type: t.typ.Name, Name: t.name(), Location: call.Location, Created: now}
	if t.was != nil {
		r = t.was.Copy()
	}
	r.Changed = now
	if t.typ.ETag {
		r.ETag = c.w.GUID()
	}
	result := &provider.Result{Status: http.StatusOK, Ends: now}
	if call.Created {
		result.Status = http.StatusCreated
	}
	if op.Status != 0 {
		result.Status = op.Status
	}
	if ch.seeding {
		call.Takes = 0
	}
	states(t.typ, call)
	r, err := again(tx, r, call)
	if err != nil {
		return nil, err
	}
	if t.typ.Hooks.Kept != nil {
		if err := t.typ.Hooks.Kept(call); err != nil {
			return nil, err
		}
		if r, err = again(tx, r, call); err != nil {
			return nil, err
		}
	}
	if call.Takes > 0 {
		o := operation{Verb: verbPut, Created: call.Created, Style: op.Style, APIVersion: ch.APIVersion, Caller: ch.Caller, Notify: ch.Notify, Timeout: op.Timeout}
		began, err := c.begin(tx, now, t, o, call.Takes)
		if err != nil {
			return nil, err
		}
		result.Operation, result.Ends = began.ID, began.Ends
		if op.InBody != "" {
			object.Set(call.Body, op.InBody, began.url(c.w.At.Main, false))
			if _, err = again(tx, r, call); err != nil {
				return nil, err
			}
		}
		if (op.Style == "location" || op.Style == "both") && op.Status == 0 {
			result.Status = http.StatusAccepted
		}
	} else {
		if err := c.done(tx, now, r, t.typ, ch.Request, call.Created, ch.seeding); err != nil {
			return nil, err
		}
		if err := notify(tx, now, ch.Notify); err != nil {
			return nil, err
		}
	}
	body, err := c.show(tx, now, tx.Resource(t.id), t.typ, ch.Request)
	if err != nil {
		return nil, err
	}
	result.Body = body
	return result, nil
}

// again keeps a resource with the bodies of a call.
func again(tx *state.Tx, r *state.Resource, call *provider.Call) (*state.Resource, error) {
	n := r.Copy()
	n.Body, n.Secret = object.Encode(call.Body), nil
	if len(call.Secret) > 0 {
		n.Secret = object.Encode(call.Secret)
	}
	return n, tx.Put(n)
}

// states puts the provisioning state of a change into its body.
func states(t *provider.Type, call *provider.Call) {
	if t.States.Creating == "-" {
		return
	}
	word := cmp.Or(t.States.Succeeded, "Succeeded")
	switch {
	case call.Takes > 0 && call.State != "":
		word = call.State
	case call.Takes > 0 && call.Created:
		word = cmp.Or(t.States.Creating, "Creating")
	case call.Takes > 0:
		word = cmp.Or(t.States.Updating, "Updating")
	case call.Seeding && object.Text(call.Body, stateProperty) != "":
		return
	}
	object.Set(call.Body, stateProperty, word)
}

const stateProperty = "properties.provisioningState"

// done calls the hook for the end of a change.
func (c *Control) done(tx *state.Tx, now time.Time, r *state.Resource, typ *provider.Type, rq provider.Request, created, seeding bool) error {
	if typ.Hooks.Done == nil {
		return nil
	}
	t, err := c.find(tx, parse(r.ID), rq.APIVersion, true)
	if err != nil {
		return err
	}
	t.was = tx.Resource(r.ID)
	rq.Body = object.Must(t.was.Body)
	call := c.call(tx, now, t, rq)
	call.Created, call.Seeding = created, seeding
	if err := typ.Hooks.Done(call); err != nil {
		return err
	}
	kept := tx.Resource(r.ID)
	if kept == nil { // the hook took it away
		return nil
	}
	_, err = again(tx, kept, call)
	return err
}

// going says that a resource is being deleted.
func going(r *state.Resource) bool {
	var b struct {
		Properties struct {
			State string `json:"provisioningState"`
		} `json:"properties"`
	}
	return json.Unmarshal(r.Body, &b) == nil && b.Properties.State == "Deleting"
}
