package control

import (
	"cmp"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// members are what the definition of a resource may have at its top.
var members = []string{
	"id", "name", "type", "apiVersion", "location", "extendedLocation", "tags", "kind", "managedBy", "managedByExtended",
	"sku", "plan", "properties", "identity", "zones", "placement", "scale", "etag", "eTag", "systemData", "scope", "resources", "comments",
}

// shape makes the body to keep out of the one that was sent and the one that was
// there.
func (c *Control) shape(tx *state.Tx, call *provider.Call, ch change) error {
	t := call.Type
	sent := object.CloneObject(ch.Body)
	if t.Kind != "extension" && !ch.seeding && !ch.Internal {
		if err := known(sent); err != nil {
			return err
		}
	}
	was := object.Object{}
	if call.Was != nil {
		was = object.Must(call.Was.Body)
	}
	if !ch.seeding {
		for _, path := range t.ReadOnly {
			if ch.Internal { // the service sets what callers cannot
				break
			}
			object.Delete(sent, path)
		}
		object.Delete(sent, stateProperty)
		object.Delete(sent, "systemData")
	}
	for _, name := range []string{"id", "name", "type", "etag", "apiVersion", "comments", "resources"} {
		object.Delete(sent, name)
	}
	body := sent
	if ch.patch {
		body = object.CloneObject(was)
		object.Merge(body, sent)
	} else if call.Was != nil {
		for _, path := range slices.Concat(t.ReadOnly, t.Kept, t.Immutable) {
			if v, ok := object.Find(was, path); ok && object.Get(body, path) == nil {
				object.Set(body, path, object.Clone(v))
			}
		}
	}
	object.Fill(body, t.Defaults)
	if v, ok := object.Find(body, "properties"); !ok || v == nil {
		object.Set(body, "properties", object.Object{})
	}
	secret(call, body, sent)
	call.Body = body
	if ch.seeding {
		_ = spellAllowed(t, body)
	} else if err := check(call, was); err != nil {
		return err
	}
	if err := c.identity(tx, call, was); err != nil {
		return err
	}
	c.envelope(call, was)
	return nil
}

// known refuses what no definition of a resource has at its top.
func known(body object.Object) error {
	names := make([]string, 0, len(body))
	for name := range body {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if !slices.ContainsFunc(members, func(m string) bool { return strings.EqualFold(m, name) }) {
			return refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid and could not be deserialized: 'Could not find member '%s' on object of type 'ResourceDefinition'. Path '%s'.'.", name, name)
		}
	}
	return nil
}

// only gives the paths of a body that are listed.
func only(body object.Object, paths []string) object.Object {
	out := object.Object{}
	for _, path := range paths {
		if v, ok := object.Find(body, path); ok {
			object.Set(out, path, v)
		}
	}
	return out
}

// secret moves the write-only values of a body to the part that is never shown.
func secret(call *provider.Call, body, sent object.Object) {
	for _, path := range call.Type.WriteOnly {
		if v, ok := object.Find(sent, path); ok && v != nil {
			object.Set(call.Secret, path, object.Clone(v))
		}
		object.Delete(body, path)
	}
}

// envelope puts in what every resource has around its properties.
func (c *Control) envelope(call *provider.Call, was object.Object) {
	b := call.Body
	object.Set(b, "id", call.ID)
	object.Set(b, "name", call.Name)
	object.Set(b, "type", call.Type.Name)
	if call.Type.Kind == "tracked" {
		object.Set(b, "location", call.Location)
	}
	if !call.Type.SystemData {
		return
	}
	by := cmp.Or(call.Caller.AppID, cmp.Or(call.Caller.ObjectID, c.w.Tenant))
	at := stamp(call.Now)
	data := object.Object{"createdBy": by, "createdByType": "Application", "createdAt": at}
	if old := object.Inner(was, "systemData"); old != nil {
		data = object.CloneObject(old)
	}
	data["lastModifiedBy"], data["lastModifiedByType"], data["lastModifiedAt"] = by, "Application", at
	object.Set(b, "systemData", data)
}

// check holds a body to what its type says.
func check(call *provider.Call, was object.Object) error {
	t, b := call.Type, call.Body
	if err := tags(b); err != nil {
		return err
	}
	if err := zones(call); err != nil {
		return err
	}
	for _, path := range t.Required {
		if object.Get(b, path) == nil && object.Get(call.Secret, path) == nil {
			e := refusal.New(http.StatusBadRequest, "InvalidParameter", "Required parameter '%s' is missing (null).", path)
			e.Target = path
			return e
		}
	}
	if err := spellAllowed(t, b); err != nil {
		return err
	}
	if call.Was == nil {
		return nil
	}
	for _, path := range t.Immutable {
		before, had := object.Find(was, path)
		if now := object.Get(b, path); had && before != nil && !same(before, now) {
			code, message := cmp.Or(t.ImmutableCode, "PropertyChangeNotAllowed"), cmp.Or(t.ImmutableMessage, "Changing property '{path}' is not allowed.")
			e := refusal.Conflict(code, "%s", strings.NewReplacer("{path}", path, "{name}", call.Name).Replace(message))
			e.Target = path
			return e
		}
	}
	for _, path := range t.Forward {
		order := t.Allowed[path]
		if i, j := slices.Index(order, object.Text(was, path)), slices.Index(order, object.Text(b, path)); j >= 0 && j < i {
			e := refusal.Conflict(cmp.Or(t.ImmutableCode, "PropertyChangeNotAllowed"), "Changing property '%s' from '%s' to '%s' is not allowed.", path, order[i], order[j])
			e.Target = path
			return e
		}
	}
	return nil
}

// spellAllowed refuses values that are not among the allowed ones, and spells the
// others as Azure does.
func spellAllowed(t *provider.Type, b object.Object) error {
	paths := make([]string, 0, len(t.Allowed))
	for path := range t.Allowed {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	var first error
	for _, path := range paths {
		v, ok := object.Find(b, path)
		if !ok || v == nil {
			continue
		}
		text, isText := v.(string)
		if n, isNumber := v.(json.Number); isNumber {
			text = n.String()
		}
		i := slices.IndexFunc(t.Allowed[path], func(a string) bool { return strings.EqualFold(a, text) })
		switch {
		case i >= 0 && isText:
			object.Set(b, path, t.Allowed[path][i])
		case i < 0 && first == nil:
			e := refusal.New(http.StatusBadRequest, "InvalidParameter", "The value '%s' of parameter '%s' is not allowed. Allowed values are: %s.", text, path, strings.Join(t.Allowed[path], ", "))
			e.Target = path
			first = e
		}
	}
	return first
}

// same compares two values; text without regard to case.
func same(a, b any) bool {
	x, ok1 := a.(string)
	y, ok2 := b.(string)
	if ok1 && ok2 {
		return strings.EqualFold(x, y)
	}
	return reflect.DeepEqual(a, b)
}

// tags refuses tags that Azure does not take: more than 50, a name of more than
// 512 characters or with one of <>%&\?/, a value of more than 256.
func tags(b object.Object) error {
	v, ok := object.Find(b, "tags")
	if !ok || v == nil {
		return nil
	}
	all, ok := v.(map[string]any)
	if !ok {
		return refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid and could not be deserialized: 'Error converting value of 'tags'. Path 'tags'.'.")
	}
	if len(all) > 50 {
		return refusal.New(http.StatusBadRequest, "TooManyTags", "Too many tags on the resource: '%d'. The maximum number of tags on a resource is '50'.", len(all))
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		value, isText := all[name].(string)
		switch {
		case all[name] == nil:
			all[name] = ""
		case !isText:
			return refusal.New(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid and could not be deserialized: 'Error reading string. Path 'tags.%s'.'.", name)
		case strings.ContainsAny(name, `<>%&\?/`):
			return refusal.New(http.StatusBadRequest, "InvalidTagNameCharacters", "The tag name '%s' has one of the reserved characters '<,>,%%,&,\\,?,/' or control characters.", name)
		case len(name) > 512 || name == "":
			return refusal.New(http.StatusBadRequest, "InvalidTagNameLength", "The tag name '%s' must have between 1 and 512 characters.", name)
		case len(value) > 256:
			return refusal.New(http.StatusBadRequest, "InvalidTagValueLength", "The value of the tag '%s' must have at most 256 characters.", name)
		}
	}
	return nil
}

// zones refuses availability zones that the region does not have.
func zones(call *provider.Call) error {
	list := object.List(call.Body, "zones")
	if len(list) == 0 {
		return nil
	}
	r, _ := estate.RegionByName(call.Location)
	if r.Zones == 0 {
		return refusal.New(http.StatusBadRequest, "ResourceTypeNotSupportAvailabilityZones", "The resource type '%s' does not support availability zones at location '%s' and api-version '%s'.", call.Type.Name[strings.IndexByte(call.Type.Name, '/')+1:], call.Location, call.APIVersion)
	}
	have := []string{"1", "2", "3", "4"}[:min(r.Zones, 4)]
	for _, z := range list {
		if s, _ := z.(string); !slices.Contains(have, s) {
			return refusal.New(http.StatusBadRequest, "InvalidAvailabilityZone", "The zone(s) '%s' for resource '%s/%s' is not supported. The supported zones for location '%s' are '%s'", s, call.Type.Name, call.Name, call.Location, strings.Join(have, ","))
		}
	}
	return nil
}
