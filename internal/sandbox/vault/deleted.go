package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// showDeleted is an item that can be recovered.
func (q *request) showDeleted(d *deleted, whole bool) map[string]any {
	m := q.show(d.Resource.Name, d.Item.last(), whole)
	m["recoveryId"] = q.base + "deleted" + q.collection + "/" + d.Resource.Name
	m["deletedDate"] = unix(d.At)
	m["scheduledPurgeDate"] = unix(d.Purge)
	return m
}

func (q *request) remove() (reply, error) {
	var out map[string]any
	err := q.world.Store.Write(func(tx *state.Tx) error {
		i, r, err := q.find(tx)
		if err != nil {
			return err
		}
		d := &deleted{Item: i, Resource: r, At: q.now, Purge: q.now.Add(time.Duration(q.days()) * 24 * time.Hour)}
		raw, err := json.Marshal(d)
		if err != nil {
			return err
		}
		key := itemKey(q.vault.ID, q.collection, r.Name)
		if err := tx.PutRecord(deletedKind, key, raw); err != nil {
			return err
		}
		if err := tx.DeleteRecord(versionKind, key); err != nil {
			return err
		}
		if err := tx.Delete(r.ID); err != nil {
			return err
		}
		out = q.showDeleted(d, true)
		return tx.Schedule(state.Event{At: d.Purge, Kind: purgeKind, Key: key})
	})
	if err != nil {
		return reply{}, err
	}
	return ok(out)
}

// retentionOver purges an item, unless it was recovered and deleted again since.
func (s *Service) retentionOver(tx *state.Tx, now time.Time, e state.Event) error {
	d, err := deletedOf(tx, e.Key)
	if err != nil || d == nil || d.Purge.After(now) {
		return err
	}
	return tx.DeleteRecord(deletedKind, e.Key)
}

func deletedOf(tx *state.Tx, key string) (*deleted, error) {
	raw, ok := tx.Record(deletedKind, key)
	if !ok {
		return nil, nil
	}
	d := new(deleted)
	if err := json.Unmarshal(raw, d); err != nil {
		return nil, fmt.Errorf("a deleted item of a vault: %w", err)
	}
	return d, nil
}

// inDeleted gives the deleted item of the request.
func (q *request) inDeleted(tx *state.Tx) (*deleted, string, error) {
	key := itemKey(q.vault.ID, q.collection, q.name())
	d, err := deletedOf(tx, key)
	if err == nil && d == nil {
		return nil, "", refuse(http.StatusNotFound, q.singular()+"NotFound", "Deleted %s not found: %s", q.singular(), q.name())
	}
	return d, key, err
}

func (q *request) getDeleted() (reply, error) {
	var out map[string]any
	err := q.world.Store.Read(func(tx *state.Tx) error {
		d, _, err := q.inDeleted(tx)
		if err == nil {
			out = q.showDeleted(d, true)
		}
		return err
	})
	if err != nil {
		return reply{}, err
	}
	return ok(out)
}

func (q *request) listDeleted() (reply, error) {
	var all []map[string]any
	err := q.world.Store.Read(func(tx *state.Tx) error {
		for key := range tx.Records(deletedKind, itemKey(q.vault.ID, q.collection, "")) {
			d, err := deletedOf(tx, key)
			if err != nil {
				return err
			}
			all = append(all, q.showDeleted(d, false))
		}
		return nil
	})
	if err != nil {
		return reply{}, err
	}
	return q.pageOf(all)
}

func (q *request) recover() (reply, error) {
	var out map[string]any
	err := q.world.Store.Write(func(tx *state.Tx) error {
		d, key, err := q.inDeleted(tx)
		if err != nil {
			return err
		}
		if err := tx.DeleteRecord(deletedKind, key); err != nil {
			return err
		}
		out = q.show(d.Resource.Name, d.Item.last(), true)
		return d.Item.save(tx, q.vault, q.collection, d.Resource.Name, d.Resource, q.now)
	})
	if err != nil {
		return reply{}, err
	}
	return ok(out)
}

func (q *request) purge() (reply, error) {
	err := q.world.Store.Write(func(tx *state.Tx) error {
		_, key, err := q.inDeleted(tx)
		if err != nil {
			return err
		}
		if q.protected() {
			f := refuse(http.StatusForbidden, "Forbidden", "Operation \"purge\" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.")
			f.inner = "PurgeProtectionEnabled"
			return f
		}
		return tx.DeleteRecord(deletedKind, key)
	})
	return reply{status: http.StatusNoContent}, err
}

// sealed is the content of a backup, with a seal by which this sandbox knows
// that it is its own.
type sealed struct {
	Collection string
	Name       string
	Item       *item
}

// seal is made of the tenant: a backup can be restored in any vault of the
// sandbox, and one that was changed in none. It is no cipher: whoever has the
// backup has the value, unlike in Azure.
func (q *request) seal(raw []byte) string {
	m := hmac.New(sha256.New, []byte("backup of a vault of "+q.world.Tenant))
	_, _ = m.Write(raw)
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

func (q *request) backup() (reply, error) {
	var out map[string]any
	err := q.world.Store.Read(func(tx *state.Tx) error {
		i, r, err := q.find(tx)
		if err != nil {
			return err
		}
		raw, err := json.Marshal(sealed{q.collection, r.Name, i})
		if err != nil {
			return err
		}
		out = map[string]any{"value": base64.RawURLEncoding.EncodeToString([]byte(q.seal(raw) + "." + string(raw)))}
		return nil
	})
	if err != nil {
		return reply{}, err
	}
	return ok(out)
}

func (q *request) restore() (reply, error) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(object.Text(q.body, "value"), "="))
	seal, text, found := strings.Cut(string(raw), ".")
	var b sealed
	if err != nil || !found || !hmac.Equal([]byte(seal), []byte(q.seal([]byte(text)))) || json.Unmarshal([]byte(text), &b) != nil || b.Collection != q.collection || b.Item.last() == nil {
		return reply{}, bad("Backup blob specified in the request is invalid: it is no backup of a %s of this sandbox.", strings.ToLower(q.singular()))
	}
	q.rest = []string{b.Name}
	var out map[string]any
	err = q.world.Store.Write(func(tx *state.Tx) error {
		if err := q.free(tx); err != nil {
			return err
		}
		if tx.Resource(resourceID(q.vault.ID, q.collection, b.Name)) != nil {
			return refuse(http.StatusConflict, "Conflict", "A %s with the name %s exists already in this vault.", strings.ToLower(q.singular()), b.Name)
		}
		out = q.show(b.Name, b.Item.last(), true)
		return b.Item.save(tx, q.vault, q.collection, b.Name, nil, q.now)
	})
	if err != nil {
		return reply{}, err
	}
	return ok(out)
}
