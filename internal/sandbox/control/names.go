package control

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// nameRecords hold the names that are taken beyond their parent; the value is
// the id of what has it, be it deleted and recoverable.
const nameRecords = "control.name"

// nameKey is where a name is kept that must be unique beyond its parent, "" when
// it need not be.
func nameKey(t *provider.Type, subscription, location, name string) string {
	switch t.Naming.Unique {
	case "global":
		return state.Key(t.Name + "|" + name)
	case "region":
		return state.Key(t.Name + "|" + subscription + "|" + location + "|" + name)
	}
	return ""
}

// name checks the name of a resource that is to be made and takes it. What was
// deleted under it and is to be recovered is given.
func (c *Control) name(tx *state.Tx, t *target, location string, ch change) (*deleted, error) {
	if t.was != nil {
		return nil, nil
	}
	name := t.name()
	if !ch.seeding {
		if err := c.nameRule(t.typ, name); err != nil {
			return nil, err
		}
	}
	gone := deletedAt(tx, t.typ, t.sub, t.id)
	if gone != nil {
		if !strings.EqualFold(object.Text(ch.Body, "properties.createMode"), "recover") && !ch.seeding {
			return nil, softDeleted(t.typ, name)
		}
		if err := c.forgetDeleted(tx, gone); err != nil {
			return nil, err
		}
		for _, r := range gone.Below {
			if err := tx.Put(r); err != nil {
				return nil, err
			}
		}
	}
	key := nameKey(t.typ, t.sub, location, name)
	if key == "" {
		return gone, nil
	}
	if owner, ok := tx.Record(nameRecords, key); ok && !sameID(string(owner), t.id) {
		if t.typ.SoftDelete != nil && tx.Resource(string(owner)) == nil {
			return nil, softDeleted(t.typ, name)
		}
		code, message := cmp.Or(t.typ.Naming.TakenCode, "NameAlreadyExists"), cmp.Or(t.typ.Naming.TakenMessage, "The name '{name}' is already in use.")
		return nil, refusal.Conflict(code, "%s", strings.ReplaceAll(message, "{name}", name))
	}
	return gone, tx.PutRecord(nameRecords, key, []byte(t.id))
}

func (c *Control) nameRule(t *provider.Type, name string) error {
	n := t.Naming
	if (n.Min == 0 || len(name) >= n.Min) && (n.Max == 0 || len(name) <= n.Max) && c.fits(t, name) {
		return nil
	}
	if n.Code != "" {
		return refusal.New(http.StatusBadRequest, n.Code, "%s", strings.ReplaceAll(cmp.Or(n.Message, "The name '{name}' is not valid."), "{name}", name))
	}
	rule := ""
	if n.Max > 0 {
		rule = fmt.Sprintf(" It must have between %d and %d characters.", max(n.Min, 1), n.Max)
	}
	if n.Pattern != "" {
		rule += fmt.Sprintf(" It must match '%s'.", n.Pattern)
	}
	return refusal.New(http.StatusBadRequest, "InvalidResourceName", "The resource name '%s' of type '%s' is invalid.%s", name, t.Name, rule)
}

// release gives back the name of a resource that goes.
func (c *Control) release(tx *state.Tx, t *provider.Type, r *state.Resource) error {
	key := nameKey(t, parse(r.ID).sub, r.Location, r.Name)
	if key == "" {
		return nil
	}
	if owner, ok := tx.Record(nameRecords, key); ok && sameID(string(owner), r.ID) {
		return tx.DeleteRecord(nameRecords, key)
	}
	return nil
}

// Taken says whether a name that must be unique is in use, also by what was
// deleted and can be recovered. It is for checkNameAvailability. location counts
// for types that are unique by region.
func (c *Control) Taken(tx *state.Tx, t *provider.Type, subscription, location, name string) bool {
	key := nameKey(t, subscription, location, name)
	if key == "" {
		return false
	}
	_, ok := tx.Record(nameRecords, key)
	return ok
}
