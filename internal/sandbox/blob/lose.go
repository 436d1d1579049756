package blob

import (
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Lose takes away for good what was written to an account after a time: what a
// failover by the customer loses, whose copy in the other region ended then. It
// must be called before the account's sku says that there is no copy any more.
func Lose(tx *state.Tx, accountID string, after time.Time) error {
	hidden := account.Hidden{From: after}
	prefix := state.Key(containerID(accountID, ""))
	var late []*state.Resource
	for c := range tx.OfType(ContainerType, accountID) {
		if hidden.At(c.Created) {
			late = append(late, c)
		}
	}
	for _, c := range late {
		if err := Forget(tx, c.ID); err != nil {
			return err
		}
		if err := tx.Delete(c.ID); err != nil {
			return err
		}
	}
	type change struct {
		key    string
		before map[string]bool
		after  *doc
	}
	var changes []change
	for key, raw := range tx.Records(docKind, prefix) {
		d := decodeDoc(raw)
		before := d.pieces()
		if d.lose(hidden) {
			changes = append(changes, change{key, before, d})
		}
	}
	for _, c := range changes {
		after := c.after.pieces()
		for piece := range c.before {
			if !after[piece] {
				if err := tx.PutRecord(garbageKind, piece, []byte{}); err != nil {
					return err
				}
			}
		}
		if err := c.after.saveAs(tx, c.key); err != nil {
			return err
		}
	}
	return nil
}

// lose takes out the states that are hidden, and says whether there were any.
func (d *doc) lose(hidden account.Hidden) bool {
	var kept []*blobState
	changed := false
	for _, s := range d.States {
		if hidden.At(s.At) && !(s.Type == appendBlob && !hidden.At(s.Created)) {
			changed = true
			continue
		}
		if s.Type == appendBlob {
			if c := s.without(hidden); c != s {
				s, changed = c, true
			}
		}
		kept = append(kept, s)
	}
	d.States = kept
	return changed
}
