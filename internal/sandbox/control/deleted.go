package control

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const (
	deletedRecords = "control.deleted"
	purgeEvent     = "control.purge"
)

// deleted is a resource that was deleted and can be recovered until it is purged,
// with all that was below it.
type deleted struct {
	*state.Resource
	Below []*state.Resource `json:"below,omitempty"`
	At    time.Time         `json:"at"`
	Until time.Time         `json:"until"`
}

// key is where a deleted resource is kept: by type, subscription, region, name
// and id.
func (d *deleted) key() string {
	return state.Key(d.Type + "|" + parse(d.ID).sub + "|" + d.Location + "|" + d.Name + "|" + d.ID)
}

// setAside keeps a resource that can be recovered and takes it out. Its name
// stays taken.
func (c *Control) setAside(tx *state.Tx, now time.Time, r *state.Resource, t *provider.Type) error {
	days := t.SoftDelete.Days
	if n, ok := object.Get(object.Must(r.Body), t.SoftDelete.Path).(json.Number); ok && t.SoftDelete.Path != "" {
		if given, err := strconv.Atoi(n.String()); err == nil && given > 0 {
			days = given
		}
	}
	d := deleted{Resource: r, Below: slices.Collect(tx.Below(r.ID)), At: now, Until: now.AddDate(0, 0, days)}
	b, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("keeping what was deleted, %s: %w", r.ID, err)
	}
	if err := tx.PutRecord(deletedRecords, d.key(), b); err != nil {
		return err
	}
	for _, r := range append(d.Below, r) {
		if err := tx.DeleteRecord(runningRecords, state.Key(r.ID)); err != nil {
			return err
		}
		if err := tx.Delete(r.ID); err != nil {
			return err
		}
	}
	return tx.Schedule(state.Event{At: d.Until, Kind: purgeEvent, Key: d.key()})
}

// deletedOf gives the deleted resources of a type in a subscription, of all
// regions and names when these are "".
func deletedOf(tx *state.Tx, t *provider.Type, sub, location, name string) []*deleted {
	prefix := t.Name + "|" + sub + "|"
	if location != "" {
		prefix += location + "|"
		if name != "" {
			prefix += name + "|"
		}
	}
	var out []*deleted
	for _, v := range tx.Records(deletedRecords, state.Key(prefix)) {
		d := new(deleted)
		if json.Unmarshal(v, d) == nil && d.Resource != nil {
			out = append(out, d)
		}
	}
	return out
}

// deletedAt gives what was deleted under an id, nil when nothing was.
func deletedAt(tx *state.Tx, t *provider.Type, sub, id string) *deleted {
	if t.SoftDelete == nil {
		return nil
	}
	for _, d := range deletedOf(tx, t, sub, "", "") {
		if sameID(d.ID, id) {
			return d
		}
	}
	return nil
}

// forgetDeleted takes a deleted resource off the list.
func (c *Control) forgetDeleted(tx *state.Tx, d *deleted) error {
	return tx.DeleteRecord(deletedRecords, d.key())
}

// purge takes a deleted resource away for good and gives its name back.
func (c *Control) purge(tx *state.Tx, d *deleted) error {
	if err := c.forgetDeleted(tx, d); err != nil {
		return err
	}
	for _, r := range append(d.Below, d.Resource) {
		if t := c.Type(r.Type); t != nil {
			if err := c.release(tx, t, r); err != nil {
				return err
			}
		}
		if err := c.gone(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// purgeDue purges what has been kept long enough.
func (c *Control) purgeDue(tx *state.Tx, now time.Time, e state.Event) error {
	v, ok := tx.Record(deletedRecords, e.Key)
	d := new(deleted)
	if !ok || json.Unmarshal(v, d) != nil || d.Until.After(now) { // recovered, or deleted anew
		return nil
	}
	return c.purge(tx, d)
}

func softDeleted(t *provider.Type, name string) error {
	s := t.SoftDelete
	status := s.Status
	if status == 0 {
		status = http.StatusConflict
	}
	message := cmp.Or(s.Message, "A resource with the name '{name}' was deleted and can still be recovered. Recover or purge it, or choose another name.")
	return refusal.New(status, cmp.Or(s.Code, "ConflictError"), "%s", strings.ReplaceAll(message, "{name}", name))
}

// view is a deleted resource as reading shows it.
func (c *Control) deletedView(d *deleted, t *provider.Type) object.Object {
	body := object.Must(d.Body)
	kind := t.SoftDelete.Type
	name := kind[strings.LastIndexByte(kind, '/')+1:]
	space, _, _ := strings.Cut(t.Name, "/")
	p := object.Object{
		cmp.Or(t.SoftDelete.IDProperty, "resourceId"): d.ID, "location": d.Location,
		"deletionDate": d.At.UTC().Format(time.RFC3339), "scheduledPurgeDate": d.Until.UTC().Format(time.RFC3339),
	}
	if tags := object.Inner(body, "tags"); tags != nil {
		p["tags"] = tags
	}
	if t.SoftDelete.Protect != "" && object.Bool(body, t.SoftDelete.Protect) {
		p["purgeProtectionEnabled"] = true
	}
	return object.Object{
		"id":   "/subscriptions/" + parse(d.ID).sub + "/providers/" + space + "/locations/" + d.Location + "/" + name + "/" + d.Name,
		"name": d.Name, "type": space + "/" + name, "properties": p,
	}
}
