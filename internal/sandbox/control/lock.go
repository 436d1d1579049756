package control

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const lockType = "Microsoft.Authorization/locks"

// locked refuses a change that a lock on the target, or on anything that it is
// in, forbids: CanNotDelete a deletion, ReadOnly also a change or an action. What
// holds others cannot go while a lock stands on one of them.
func (c *Control) locked(tx *state.Tx, t *target, deletes bool) error {
	if strings.EqualFold(t.typ.Name, lockType) {
		return nil
	}
	verb := "write"
	if deletes {
		verb = "delete"
	}
	refuse := func(scopes []string) error {
		return refusal.Conflict("ScopeLocked", "The scope '%s' cannot perform %s operation because following scope(s) are locked: '%s'. Please remove the lock and try again.", t.id, verb, strings.Join(scopes, ","))
	}
	for scope := t.id; scope != ""; scope = state.OwnerOf(scope) {
		for lock := range tx.OfType(lockType, scope+"/providers/"+lockType) {
			if deletes || strings.EqualFold(object.Text(object.Must(lock.Body), "properties.level"), "ReadOnly") {
				return refuse([]string{scope})
			}
		}
	}
	if !deletes {
		return nil
	}
	for lock := range tx.OfType(lockType, t.id) {
		return refuse([]string{state.OwnerOf(lock.ID)})
	}
	return nil
}

// locksType is the type of locks. Levels: NotSpecified, CanNotDelete, ReadOnly.
func locksType() *provider.Type {
	return &provider.Type{
		Name: lockType, Kind: "extension",
		APIVersions: []string{"2020-05-01", "2017-04-01", "2016-09-01", "2015-05-01-preview", "2015-01-01"},
		States:      provider.States{Creating: "-"}, SystemData: true,
		Naming: provider.NameRule{Pattern: `[^<>%&:\\?/]{1,90}`, Code: "LockNameInvalid", Message: "The lock name '{name}' is invalid."},
		Hooks: provider.Hooks{Prepare: func(call *provider.Call) error {
			level := object.Text(call.Body, "properties.level")
			for _, known := range []string{"CanNotDelete", "ReadOnly", "NotSpecified"} {
				if strings.EqualFold(level, known) {
					object.Set(call.Body, "properties.level", known)
					return nil
				}
			}
			if call.Seeding {
				return nil
			}
			return refusal.New(http.StatusBadRequest, "LockLevelInvalid", "The lock level '%s' is invalid. Valid levels are 'NotSpecified, CanNotDelete, ReadOnly'.", level)
		}},
	}
}
