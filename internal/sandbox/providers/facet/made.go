package facet

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Made puts the value that the resource has had since it was made at a path of
// the body; a new resource gets what value gives. What the caller sent there is
// dropped, but for what an estate says.
func Made(c *provider.Call, path string, value func() any) {
	if c.Seeding && object.Get(c.Body, path) != nil {
		return
	}
	if c.Was != nil {
		if v, ok := object.Find(object.Must(c.Was.Body), path); ok {
			object.Set(c.Body, path, v)
			return
		}
	}
	object.Set(c.Body, path, value())
}

// Carry keeps what the resource has at the paths, whatever the caller sent; what
// it has not is taken out.
func Carry(c *provider.Call, paths ...string) {
	was := Was(c)
	for _, path := range paths {
		if v, ok := object.Find(was, path); ok {
			object.Set(c.Body, path, object.Clone(v))
		} else {
			object.Delete(c.Body, path)
		}
	}
}

// Was is the body as it was before the call, empty for a new resource. It may be
// changed.
func Was(c *provider.Call) object.Object {
	if c.Was == nil {
		return object.Object{}
	}
	return object.Must(c.Was.Body)
}

// Time writes a time as Azure does, in UTC with seven digits.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// Key is a new key of n bytes, in base64.
func Key(c *provider.Call, n int) string {
	return base64.StdEncoding.EncodeToString(c.World.Bytes(n))
}

// Token is a new word of n letters and digits.
func Token(c *provider.Call, n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	for range n {
		b.WriteByte(letters[c.World.Intn(len(letters))])
	}
	return b.String()
}

// Subscription is the part of an id that names its subscription:
// /subscriptions/{id}, "" when it has none.
func Subscription(id string) string {
	parts := strings.SplitN(id, "/", 4)
	if len(parts) < 3 || !strings.EqualFold(parts[1], "subscriptions") {
		return ""
	}
	return "/subscriptions/" + parts[2]
}

// GroupName is the name of the resource group of a call, "" without one.
func GroupName(c *provider.Call) string { return c.Group[strings.LastIndexByte(c.Group, '/')+1:] }

// Change keeps a changed body and secret of a resource that is there.
func Change(c *provider.Call, r *state.Resource, body, secret object.Object) error {
	next := r.Copy()
	next.Body, next.Changed = object.Encode(body), c.Now
	if secret != nil {
		next.Secret = object.Encode(secret)
	}
	return c.Tx.Put(next)
}

// Strings are the texts of a list at a path.
func Strings(o object.Object, path string) []string {
	var out []string
	for _, v := range object.List(o, path) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Objects are the objects of a list at a path.
func Objects(o object.Object, path string) []object.Object {
	var out []object.Object
	for _, v := range object.List(o, path) {
		if m, ok := v.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}
