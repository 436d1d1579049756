package state

import (
	"fmt"
	"iter"
	"strings"
	"time"
)

// Tx is a transaction. What it gives is shared and must not be changed.
type Tx struct {
	s       *Store
	writes  bool
	changes []change
}

// Writes says whether the transaction may change something.
func (tx *Tx) Writes() bool { return tx.writes }

// Generation is that of the store when the transaction began.
func (tx *Tx) Generation() uint64 { return tx.s.generation }

// Version changes whenever a resource does, also within the transaction and when
// a change is taken back: at the same version the resources are the same.
func (tx *Tx) Version() uint64 { return tx.s.version }

// Resource gives the resource with that id, nil when there is none.
func (tx *Tx) Resource(id string) *Resource {
	r, _ := tx.s.resources.Get(Key(id))
	return r
}

// Put keeps a resource in the place of what had its id.
func (tx *Tx) Put(r *Resource) error {
	if !tx.writes {
		return errReading
	}
	key := Key(r.ID)
	c := change{where: inResources, key: key}
	if was, ok := tx.s.resources.Get(key); ok {
		c.was = was
		tx.s.dropResource(key)
	}
	tx.changes = append(tx.changes, c)
	tx.s.setResource(key, r)
	return nil
}

// Delete takes a resource out; one that is not there is no error.
func (tx *Tx) Delete(id string) error {
	if !tx.writes {
		return errReading
	}
	key := Key(id)
	if was, ok := tx.s.resources.Get(key); ok {
		tx.changes = append(tx.changes, change{inResources, key, was})
		tx.s.dropResource(key)
	}
	return nil
}

// Below ranges over all resources whose ids begin with the id and a slash:
// children, their children, extensions; all that a group or subscription holds.
// Below "" is everything.
func (tx *Tx) Below(id string) iter.Seq[*Resource] {
	prefix := Key(id) + "/"
	return func(yield func(*Resource) bool) {
		tx.s.resources.Ascend(prefix, func(key string, r *Resource) bool {
			return strings.HasPrefix(key, prefix) && yield(r)
		})
	}
}

// Children ranges over the resources of one full type that belong to the id
// itself (see [OwnerOf]).
func (tx *Tx) Children(id, typ string) iter.Seq[*Resource] {
	owner := Key(id)
	return func(yield func(*Resource) bool) {
		for r := range tx.Below(id) {
			if strings.EqualFold(r.Type, typ) && Key(OwnerOf(r.ID)) == owner && !yield(r) {
				return
			}
		}
	}
}

// OfType ranges over the resources of one full type below an id; "" for all.
func (tx *Tx) OfType(typ, id string) iter.Seq[*Resource] {
	prefix := typeKey(typ, "")
	if id != "" {
		prefix += Key(id) + "/"
	}
	return func(yield func(*Resource) bool) {
		tx.s.byType.Ascend(prefix, func(key string, r *Resource) bool {
			return strings.HasPrefix(key, prefix) && yield(r)
		})
	}
}

// Len is the number of resources.
func (tx *Tx) Len() int { return tx.s.resources.Len() }

// Attempt runs fn and takes back all that it changed when it gives an error, so
// that the transaction can go on. The error is that of fn.
func (tx *Tx) Attempt(fn func() error) error {
	from := len(tx.changes)
	err := fn()
	if err != nil {
		tx.undo(from)
	}
	return err
}

// Record gives what is kept under a kind and key.
func (tx *Tx) Record(kind, key string) ([]byte, bool) {
	return tx.s.records.Get(recordKey(kind, key))
}

// PutRecord keeps a value, which is taken over.
func (tx *Tx) PutRecord(kind, key string, value []byte) error {
	if !tx.writes {
		return errReading
	}
	k := recordKey(kind, key)
	c := change{where: inRecords, key: k}
	if was, ok := tx.s.records.Get(k); ok {
		c.was = was
	}
	tx.changes = append(tx.changes, c)
	tx.s.records.Set(k, value)
	return nil
}

// DeleteRecord takes a record out; one that is not there is no error.
func (tx *Tx) DeleteRecord(kind, key string) error {
	if !tx.writes {
		return errReading
	}
	k := recordKey(kind, key)
	if was, ok := tx.s.records.Get(k); ok {
		tx.changes = append(tx.changes, change{inRecords, k, was})
		tx.s.records.Delete(k)
	}
	return nil
}

// Records ranges over the keys and values of a kind whose keys begin with the
// prefix, in order.
func (tx *Tx) Records(kind, prefix string) iter.Seq2[string, []byte] {
	from, skip := recordKey(kind, prefix), len(kind)+1
	return func(yield func(string, []byte) bool) {
		tx.s.records.Ascend(from, func(k string, v []byte) bool {
			return strings.HasPrefix(k, from) && yield(k[skip:], v)
		})
	}
}

func recordKey(kind, key string) string { return kind + "\x00" + key }

// Schedule keeps an event until [Tx.Due] gives it.
func (tx *Tx) Schedule(e Event) error {
	if !tx.writes {
		return errReading
	}
	tx.s.seq++
	e.seq, e.At = tx.s.seq, e.At.UTC()
	k := e.order()
	tx.changes = append(tx.changes, change{where: inEvents, key: k})
	tx.s.events.Set(k, &e)
	return nil
}

// Due takes out the first event whose time has come by now; false when there is
// none.
func (tx *Tx) Due(now time.Time) (Event, bool, error) {
	if !tx.writes {
		return Event{}, false, errReading
	}
	k, e, ok := tx.s.events.Min()
	if !ok || e.At.After(now) {
		return Event{}, false, nil
	}
	tx.changes = append(tx.changes, change{inEvents, k, e})
	tx.s.events.Delete(k)
	return *e, true, nil
}

// Events ranges over the events of a kind that are still to come, soonest
// first.
func (tx *Tx) Events(kind string) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		tx.s.events.Scan(func(_ string, e *Event) bool {
			return e.Kind != kind || yield(*e)
		})
	}
}

// order sorts as time does, then as the events were scheduled.
func (e *Event) order() string {
	return fmt.Sprintf("%s %020d", e.At.Format("2006-01-02T15:04:05.000000000"), e.seq)
}
