package vault

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// singular is the word for an item in messages and codes.
func (q *request) singular() string {
	if q.collection == keys {
		return "Key"
	}
	return "Secret"
}

func (q *request) notFound() error {
	what := q.singular()
	return refuse(http.StatusNotFound, what+"NotFound", "A %s with (name/id) %s was not found in this key vault. If you recently deleted this %s you may be able to recover it using the correct recovery command.",
		strings.ToLower(what), strings.Join(q.rest, "/"), strings.ToLower(what))
}

// find gives the item of the request as the vault has it now.
func (q *request) find(tx *state.Tx) (*item, *state.Resource, error) {
	i, r := load(tx, q.vault.ID, q.collection, q.name())
	if i != nil {
		i = i.without(q.lost)
	}
	if i == nil {
		return nil, nil, q.notFound()
	}
	return i, r, nil
}

// attributes are those of a version, with how the vault lets it be recovered.
func (q *request) attributes(v *version) map[string]any {
	a := map[string]any{"enabled": v.Enabled, "created": unix(v.Created), "updated": unix(v.Updated), "recoveryLevel": q.recoveryLevel(), "recoverableDays": q.days()}
	if v.NotBefore != 0 {
		a["nbf"] = v.NotBefore
	}
	if v.Expires != 0 {
		a["exp"] = v.Expires
	}
	return a
}

func (q *request) protected() bool {
	return object.Bool(object.Must(q.vault.Body), "properties.enablePurgeProtection")
}

// recoveryLevel is the level in the words of the service, which are others where
// the retention is shorter than the usual 90 days
// (learn.microsoft.com/rest/api/keyvault: DeletionRecoveryLevel).
func (q *request) recoveryLevel() string {
	level := "Recoverable"
	if q.days() < defaultDays {
		level = "CustomizedRecoverable"
	}
	if q.protected() {
		return level
	}
	return level + "+Purgeable"
}

// days is for how long what is deleted can be recovered.
func (q *request) days() int {
	n, _ := object.Get(object.Must(q.vault.Body), "properties.softDeleteRetentionInDays").(json.Number)
	if d, err := n.Int64(); err == nil && d > 0 {
		return int(d)
	}
	return defaultDays
}

// show is a version of an item: whole, or as a list has it.
func (q *request) show(name string, v *version, whole bool) map[string]any {
	id := q.base + q.collection + "/" + name
	if whole {
		id += "/" + v.ID
	}
	m := map[string]any{"attributes": q.attributes(v)}
	if v.Tags != nil {
		m["tags"] = v.Tags
	}
	switch {
	case q.collection == secrets:
		m["id"] = id
		if v.ContentType != "" {
			m["contentType"] = v.ContentType
		}
	case whole:
		m["key"] = v.jwk(id)
	default:
		m["kid"] = id
	}
	return m
}

func (q *request) getSecret() (reply, error) {
	var out map[string]any
	err := q.world.Store.Read(func(tx *state.Tx) error {
		i, r, err := q.find(tx)
		if err != nil {
			return err
		}
		v := i.find(q.versionID())
		if v == nil {
			return q.notFound()
		}
		if !v.Enabled {
			f := refuse(http.StatusForbidden, "Forbidden", "Operation get is not allowed on a disabled secret.")
			f.inner = "SecretDisabled"
			return f
		}
		out = q.show(r.Name, v, true)
		out["value"] = v.Value
		return nil
	})
	if err != nil {
		return reply{}, err
	}
	return ok(out)
}

func (q *request) setSecret() (reply, error) {
	value, has := object.Get(q.body, "value").(string)
	if !has {
		return reply{}, bad("The request body must hold the property value, a string.")
	}
	if len(value) > maxValue {
		return reply{}, bad("The value of a secret has at most 25 KiB.")
	}
	v := &version{ID: strings.ReplaceAll(q.world.GUID(), "-", ""), Created: q.now, Updated: q.now, Enabled: true, Value: value, ContentType: object.Text(q.body, "contentType"), Tags: q.tags()}
	q.setAttributes(v)
	var out map[string]any
	err := q.world.Store.Write(func(tx *state.Tx) error {
		if err := q.free(tx); err != nil {
			return err
		}
		i, r := load(tx, q.vault.ID, secrets, q.name())
		if i == nil {
			i = &item{}
		}
		i.Versions = append(i.Versions, v)
		name := q.name()
		if r != nil {
			name = r.Name
		}
		out = q.show(name, v, true)
		out["value"] = v.Value
		return i.save(tx, q.vault, secrets, name, r, q.now)
	})
	if err != nil {
		return reply{}, err
	}
	return ok(out)
}

// free refuses a name that an item which can be recovered still has.
func (q *request) free(tx *state.Tx) error {
	if _, ok := tx.Record(deletedKind, itemKey(q.vault.ID, q.collection, q.name())); !ok {
		return nil
	}
	what := strings.ToLower(q.singular())
	f := refuse(http.StatusConflict, "Conflict", "%s %s is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the %s can only be recovered or purged.", q.singular(), q.name(), what)
	f.inner = "ObjectIsDeletedButRecoverable"
	return f
}

func (q *request) tags() map[string]string {
	o := object.Inner(q.body, "tags")
	if o == nil {
		return nil
	}
	m := map[string]string{}
	for k, v := range o {
		if s, ok := v.(string); ok {
			m[k] = s
		}
	}
	return m
}

// setAttributes takes over what the body says of attributes.
func (q *request) setAttributes(v *version) {
	if on, ok := object.Get(q.body, "attributes.enabled").(bool); ok {
		v.Enabled = on
	}
	if t := object.Get(q.body, "attributes.nbf"); t != nil {
		v.NotBefore = seconds(t)
	}
	if t := object.Get(q.body, "attributes.exp"); t != nil {
		v.Expires = seconds(t)
	}
}

// update changes what is said of a version, not its value.
func (q *request) update() (reply, error) {
	var out map[string]any
	err := q.world.Store.Write(func(tx *state.Tx) error {
		i, r, err := q.find(tx)
		if err != nil {
			return err
		}
		v := i.find(q.versionID())
		if v == nil {
			return q.notFound()
		}
		q.setAttributes(v)
		if t := q.tags(); t != nil {
			v.Tags = t
		}
		if c, ok := object.Get(q.body, "contentType").(string); ok {
			v.ContentType = c
		}
		if ops, ok := object.Get(q.body, "key_ops").([]any); ok && q.collection == keys {
			v.Ops = stringsOf(ops)
		}
		v.Updated = q.now
		out = q.show(r.Name, v, true)
		return i.save(tx, q.vault, q.collection, r.Name, r, q.now)
	})
	if err != nil {
		return reply{}, err
	}
	return ok(out)
}

func stringsOf(list []any) []string {
	var out []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// pageOf gives a page of entries and the address of the next one, nil for none.
func (q *request) pageOf(entries []map[string]any) (reply, error) {
	most := maxPage
	if v := q.query.Get("maxresults"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxPage {
			return reply{}, bad("The query parameter maxresults must be from 1 to %d.", maxPage)
		}
		most = n
	}
	from := 0
	if v := q.query.Get("$skiptoken"); v != "" {
		raw, err := base64.RawURLEncoding.DecodeString(v)
		n, err2 := strconv.Atoi(string(raw))
		if err != nil || err2 != nil || n < 0 {
			return reply{}, bad("The query parameter $skiptoken is none that this service gave.")
		}
		from = min(n, len(entries))
	}
	to := min(from+most, len(entries))
	page := map[string]any{"value": slices.Concat([]map[string]any{}, entries[from:to]), "nextLink": nil}
	if to < len(entries) {
		query := q.query
		query.Set("$skiptoken", base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to))))
		path := strings.SplitN(strings.TrimPrefix(q.r.URL.Path, "/"), "/", 3)
		page["nextLink"] = q.base + path[len(path)-1] + "?" + query.Encode()
	}
	return ok(page)
}

func (q *request) list() (reply, error) {
	var all []map[string]any
	_ = q.world.Store.Read(func(tx *state.Tx) error {
		for r := range tx.OfType(Type+"/"+q.collection, q.vault.ID) {
			i, _ := load(tx, q.vault.ID, q.collection, r.Name)
			if i = i.without(q.lost); i != nil {
				all = append(all, q.show(r.Name, i.last(), false))
			}
		}
		return nil
	})
	return q.pageOf(all)
}

func (q *request) listVersions() (reply, error) {
	var all []map[string]any
	err := q.world.Store.Read(func(tx *state.Tx) error {
		i, r, err := q.find(tx)
		if err != nil {
			return err
		}
		for _, v := range i.Versions {
			entry := q.show(r.Name, v, false)
			name := map[string]string{secrets: "id", keys: "kid"}[q.collection]
			entry[name] = q.base + q.collection + "/" + r.Name + "/" + v.ID
			all = append(all, entry)
		}
		return nil
	})
	if err != nil {
		return reply{}, err
	}
	return q.pageOf(all)
}
