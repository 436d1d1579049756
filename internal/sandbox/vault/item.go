package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// version is one version of an item.
type version struct {
	ID          string            `json:"id"`
	Created     time.Time         `json:"created"`
	Updated     time.Time         `json:"updated"`
	Enabled     bool              `json:"enabled"`
	NotBefore   int64             `json:"nbf,omitempty"` // in seconds, 0 for none
	Expires     int64             `json:"exp,omitempty"`
	ContentType string            `json:"contentType,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`

	Value string   `json:"value,omitempty"` // of a secret
	Key   []byte   `json:"key,omitempty"`   // PKCS #8, of a key
	Ops   []string `json:"ops,omitempty"`
}

// item is what is kept of a secret or a key.
type item struct {
	Versions []*version `json:"versions"` // in the order they were made
}

// deleted is an item that can be recovered.
type deleted struct {
	Item     *item           `json:"item"`
	Resource *state.Resource `json:"resource"`
	At       time.Time       `json:"at"`
	Purge    time.Time       `json:"purge"`
}

func itemKey(vault, collection, name string) string {
	return state.Key(vault) + "\x00" + collection + "\x00" + strings.ToLower(name)
}

// resourceID is the id of the ARM resource of an item.
func resourceID(vault, collection, name string) string {
	return vault + "/" + collection + "/" + name
}

// load gives an item, nil when there is none. What ARM has set since stands as
// the last version.
func load(tx *state.Tx, vault, collection, name string) (*item, *state.Resource) {
	r := tx.Resource(resourceID(vault, collection, name))
	if r == nil {
		return nil, nil
	}
	i := new(item)
	if raw, ok := tx.Record(versionKind, itemKey(vault, collection, name)); ok {
		if json.Unmarshal(raw, i) != nil {
			i = new(item)
		}
	}
	if collection == secrets {
		i.adopt(r)
	}
	return i, r
}

// adopt adds the version that ARM has set.
func (i *item) adopt(r *state.Resource) {
	secret := object.Must(r.Secret)
	value, id := object.Text(secret, "value"), object.Text(secret, "version")
	if id == "" {
		sum := sha256.Sum256([]byte(state.Key(r.ID) + r.Changed.String()))
		id = hex.EncodeToString(sum[:16])
	}
	if last := i.last(); last != nil && last.Value == value && (last.ID == id || object.Text(secret, "version") == "") {
		if r.Changed.After(last.Updated) {
			last.describe(object.Must(r.Body))
		}
		return
	}
	v := &version{ID: id, Created: r.Changed, Updated: r.Changed, Enabled: true, Value: value}
	v.describe(object.Must(r.Body))
	i.Versions = append(i.Versions, v)
}

// describe takes over what the body of an ARM resource says of its version.
func (v *version) describe(body object.Object) {
	v.ContentType = object.Text(body, "properties.contentType")
	if on, ok := object.Get(body, "properties.attributes.enabled").(bool); ok {
		v.Enabled = on
	}
	v.NotBefore, v.Expires = seconds(object.Get(body, "properties.attributes.nbf")), seconds(object.Get(body, "properties.attributes.exp"))
}

func seconds(v any) int64 {
	n, _ := v.(json.Number)
	s, _ := n.Int64()
	return s
}

func (i *item) last() *version {
	if len(i.Versions) == 0 {
		return nil
	}
	return i.Versions[len(i.Versions)-1]
}

// find gives a version by its id, "" for the last; nil when there is none.
func (i *item) find(id string) *version {
	if id == "" {
		return i.last()
	}
	for _, v := range i.Versions {
		if strings.EqualFold(v.ID, id) {
			return v
		}
	}
	return nil
}

// without takes out the versions that a failover has lost; nil when none is
// left.
func (i *item) without(lost func(time.Time) bool) *item {
	c := new(item)
	for _, v := range i.Versions {
		if !lost(v.Created) {
			c.Versions = append(c.Versions, v)
		}
	}
	if len(c.Versions) == 0 {
		return nil
	}
	return c
}

// save keeps an item, and its last version in the ARM resource.
func (i *item) save(tx *state.Tx, vault *state.Resource, collection, name string, r *state.Resource, now time.Time) error {
	raw, err := json.Marshal(i)
	if err != nil {
		return err
	}
	if err := tx.PutRecord(versionKind, itemKey(vault.ID, collection, name), raw); err != nil {
		return err
	}
	last := i.last()
	id, typ := resourceID(vault.ID, collection, name), Type+"/"+collection
	n := &state.Resource{ID: id, Type: typ, Name: name, Location: vault.Location, Created: now, Body: object.Encode(object.Object{
		"id": id, "name": name, "type": typ, "location": vault.Location, "properties": object.Object{}})}
	if r != nil {
		n = r.Copy()
	}
	body := object.Must(n.Body)
	object.Default(body, "properties", object.Object{})
	attributes := object.Object{"enabled": last.Enabled, "created": unix(last.Created), "updated": unix(last.Updated)}
	if last.NotBefore != 0 {
		attributes["nbf"] = last.NotBefore
	}
	if last.Expires != 0 {
		attributes["exp"] = last.Expires
	}
	object.Set(body, "properties.attributes", attributes)
	if last.ContentType != "" {
		object.Set(body, "properties.contentType", last.ContentType)
	}
	if len(last.Tags) > 0 {
		body["tags"] = tagsObject(last.Tags)
	}
	if collection == secrets {
		n.Secret = object.Encode(object.Object{"value": last.Value, "version": last.ID})
	} else {
		last.describeKey(object.Inner(body, "properties"))
	}
	n.Body, n.Changed = object.Encode(body), now
	return tx.Put(n)
}

func tagsObject(m map[string]string) object.Object {
	o := object.Object{}
	for k, v := range m {
		o[k] = v
	}
	return o
}

// Forget takes away what is kept of a vault beside its resources, when ARM
// purges it.
func Forget(tx *state.Tx, vault string) error {
	for _, kind := range []string{versionKind, deletedKind} {
		var keys []string
		for k := range tx.Records(kind, state.Key(vault)+"\x00") {
			keys = append(keys, k)
		}
		for _, k := range keys {
			if err := tx.DeleteRecord(kind, k); err != nil {
				return err
			}
		}
	}
	return nil
}
