package control

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Delete takes a resource away with all that is below it. It implements
// provider.Engine. One that is not there gives the status 204.
func (c *Control) Delete(tx *state.Tx, now time.Time, r provider.Request) (*provider.Result, error) {
	return c.remove(tx, now, change{Request: r})
}

func (c *Control) remove(tx *state.Tx, now time.Time, ch change) (*provider.Result, error) {
	p := parse(ch.ID)
	if !p.isResource() && !p.isGroup() {
		return nil, refusal.New(http.StatusBadRequest, "InvalidResourceId", "The resource id '%s' is not that of a resource.", ch.ID)
	}
	t, err := c.find(tx, p, ch.APIVersion, true)
	if err != nil {
		return nil, err
	}
	if ch.APIVersion, err = c.version(t.typ, ch.APIVersion, t.location()); err != nil {
		return nil, err
	}
	nothing := &provider.Result{Status: http.StatusNoContent, Ends: now}
	if t.was == nil {
		if t.isGroup() {
			return nil, c.notFound(t)
		}
		return nothing, notify(tx, now, ch.Notify)
	}
	if err := c.preconditions(t, ch); err != nil {
		return nil, err
	}
	if o := running(tx, t.id); o != nil && o.Verb == verbDelete {
		return &provider.Result{Status: http.StatusAccepted, Operation: o.ID, Ends: o.Ends}, nil
	}
	if err := c.allowed(tx, now, t, t.location(), ch.Internal, false); err != nil {
		return nil, err
	}
	call := c.call(tx, now, t, ch.Request)
	call.Method, call.Query, call.Body = ch.method, ch.query, object.Must(t.was.Body)
	if t.typ.Hooks.Drop != nil {
		if err := t.typ.Hooks.Drop(call); err != nil {
			return nil, err
		}
	}
	purges := t.typ.Hooks.Purge != nil && t.typ.Hooks.Purge(call)
	takes := t.typ.Delete.Takes
	if call.Takes > 0 {
		takes = call.Takes
	}
	if takes == 0 {
		result := &provider.Result{Status: http.StatusOK, Ends: now}
		if t.typ.Delete.Status != 0 {
			result.Status = t.typ.Delete.Status
		}
		if t.typ.Delete.Echo {
			if result.Body, err = c.show(tx, now, t.was, t.typ, ch.Request); err != nil {
				return nil, err
			}
		}
		if r := tx.Resource(t.id); r != nil {
			if err := c.takeAway(tx, now, r, ch.Caller, purges); err != nil {
				return nil, err
			}
		}
		return result, notify(tx, now, ch.Notify)
	}
	if err := c.settleState(tx, t.was, cmp.Or(t.typ.States.Deleting, "Deleting"), t.typ); err != nil {
		return nil, err
	}
	o := operation{Verb: verbDelete, Style: cmp.Or(t.typ.Delete.Style, "both"), APIVersion: ch.APIVersion, Caller: ch.Caller, Notify: ch.Notify, Timeout: t.typ.Delete.Timeout, Purges: purges}
	began, err := c.begin(tx, now, t, o, takes)
	if err != nil {
		return nil, err
	}
	status := http.StatusAccepted
	if t.typ.Delete.Status != 0 {
		status = t.typ.Delete.Status
	}
	return &provider.Result{Status: status, Operation: began.ID, Ends: began.Ends}, nil
}

// takeAway takes a resource out with all that is below it. What can be recovered
// is kept aside, unless purges says otherwise of the resource itself.
func (c *Control) takeAway(tx *state.Tx, now time.Time, root *state.Resource, caller provider.Caller, purges bool) error {
	if t := c.Type(root.Type); t != nil && t.SoftDelete != nil && !purges {
		return c.setAside(tx, now, root, t)
	}
	all := []*state.Resource{root}
	kept := "" // what is below it goes aside with it
	for _, r := range slices.Collect(tx.Below(root.ID)) {
		if kept != "" && strings.HasPrefix(state.Key(r.ID), kept) {
			continue
		}
		all = append(all, r)
		if t := c.Type(r.Type); t != nil && t.SoftDelete != nil {
			kept = state.Key(r.ID) + "/"
		}
	}
	for i, r := range slices.Backward(all) {
		if tx.Resource(r.ID) == nil { // a hook has taken it away
			continue
		}
		t := c.Type(r.Type)
		if t == nil {
			if err := tx.Delete(r.ID); err != nil {
				return err
			}
			if err := c.gone(tx, r); err != nil {
				return err
			}
			continue
		}
		if i > 0 && t.Hooks.Drop != nil {
			p := parse(r.ID)
			call := c.call(tx, now, &target{place: p, typ: t, id: r.ID, was: r, group: tx.Resource("/subscriptions/" + p.sub + "/resourceGroups/" + p.group)}, provider.Request{Caller: caller, APIVersion: t.APIVersions[0]})
			call.Cascade, call.Body = true, object.Must(r.Body)
			if err := t.Hooks.Drop(call); err != nil {
				return err
			}
		}
		if t.SoftDelete != nil && i > 0 {
			if err := c.setAside(tx, now, r, t); err != nil {
				return err
			}
			continue
		}
		if err := c.erase(tx, r, t); err != nil {
			return err
		}
	}
	return nil
}

// erase takes one resource out for good.
func (c *Control) erase(tx *state.Tx, r *state.Resource, t *provider.Type) error {
	if err := c.release(tx, t, r); err != nil {
		return err
	}
	if err := tx.DeleteRecord(runningRecords, state.Key(r.ID)); err != nil {
		return err
	}
	if err := tx.Delete(r.ID); err != nil {
		return err
	}
	return c.gone(tx, r)
}

// gone tells that a resource will not come back.
func (c *Control) gone(tx *state.Tx, r *state.Resource) error {
	if c.Gone == nil {
		return nil
	}
	return c.Gone(tx, r.ID, r.Type)
}
