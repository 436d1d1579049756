package live

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/azure/redact"
	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// Reading is what is at a path before and after, by place.
type Reading struct {
	Path   string            `json:"path"`
	Before []json.RawMessage `json:"before"`
	Wanted []json.RawMessage `json:"wanted"`
	After  []json.RawMessage `json:"after,omitempty"` // as it was read back
}

// Changes says whether what is wanted is something else than what is there.
func (r *Reading) Changes() bool {
	return !slices.EqualFunc(r.Before, r.Wanted, func(a, b json.RawMessage) bool { return same(parse(a), parse(b)) })
}

// pathOf is the path of a set that is there in a body, else the first.
func (s *Set) pathOf(body value.Value) string {
	for _, p := range s.Paths {
		steps, err := parsePath(p)
		if err == nil && slices.ContainsFunc(read(body, steps), func(v value.Value) bool { return !v.IsNull() }) {
			return p
		}
	}
	return s.Paths[0]
}

// at is the value wanted in the place of an old one; false: the old one will do.
func (s *Set) at(i int, old value.Value, place catalog.Place) (value.Value, bool) {
	var next value.Value
	switch {
	case s.Back != nil:
		if i >= len(s.Back) {
			return old, false
		}
		if next = parse(s.Back[i]); next.IsNull() {
			next = value.Absent()
		}
	case (s.IfThere || s.Remove) && old.IsNull():
		return old, false
	case s.Remove:
		next = value.Absent()
	case s.Append:
		want := place.Value(parse(s.Value), old.Len())
		elements := make([]value.Value, 0, old.Len()+1)
		for _, e := range old.Elems() {
			if sameElement(e, want) {
				return old, false
			}
			elements = append(elements, e)
		}
		next = value.Array(append(elements, want))
	default:
		next = place.Value(parse(s.Value), 0)
		if s.AtLeast {
			have, known := number(old)
			if want, ok := number(next); known && ok && have >= want {
				return old, false
			}
		}
	}
	return next, !same(old, next)
}

// sameElement says whether a list has what is to be added to it already: the
// element for the same region or of the same name, or else one with the same
// members.
func sameElement(e, want value.Value) bool {
	for _, name := range []string{"locationName", "location", "name"} {
		if w := want.Get(name); w.Kind() == value.StringKind {
			return sameRegion(e.Get(name), w)
		}
	}
	return holds(e, want, false)
}

// wanted is the body of a resource as an act wants it, and what that changes. It
// is the body itself when all is as wanted.
func (a *Act) wanted(body value.Value) (value.Value, []Reading) {
	next := body
	readings := make([]Reading, len(a.Sets))
	for i := range a.Sets {
		s := &a.Sets[i]
		there := s.pathOf(body)
		steps, err := parsePath(there)
		if err != nil {
			continue // NewWork has refused it
		}
		r := Reading{Path: there}
		differs := false
		alter(body, steps, func(n int, old value.Value) (value.Value, bool) {
			want, changes := s.at(n, old, a.Place)
			if !changes {
				want = old
			}
			differs = differs || changes
			r.Before, r.Wanted = append(r.Before, raw(old)), append(r.Wanted, raw(want))
			return old, false
		})
		if differs && there != s.Paths[0] { // what is read there is written elsewhere
			r.Path = s.Paths[0]
			steps, _ = parsePath(r.Path)
			r.Before = raws(read(body, steps))
		}
		if differs {
			next = alter(next, steps, func(n int, old value.Value) (value.Value, bool) { return s.at(n, old, a.Place) })
		}
		readings[i] = r
	}
	return next, readings
}

// satisfied says that all is as wanted.
func (a *Act) satisfied(body value.Value) bool {
	for i := range a.Sets {
		s := &a.Sets[i]
		steps, err := parsePath(s.pathOf(body))
		if err != nil {
			return false
		}
		fine := true
		alter(body, steps, func(n int, old value.Value) (value.Value, bool) {
			_, changes := s.at(n, old, a.Place)
			fine = fine && !changes
			return old, false
		})
		if !fine {
			return false
		}
	}
	return true
}

// patch is the smallest body of a PATCH: the members that change, lists whole. A
// sku always has its name, by which Azure takes it.
func patch(body, next value.Value, readings []Reading) value.Value {
	out := value.Object(nil)
	for _, r := range readings {
		if !r.Changes() {
			continue
		}
		steps, err := parsePath(r.Path)
		if err != nil {
			continue
		}
		if list := slices.IndexFunc(steps, func(p piece) bool { return p.key == "" }); list >= 0 {
			steps = steps[:list]
		}
		to := value.Absent()
		if found := read(next, steps); len(found) > 0 {
			to = found[0]
		}
		if to.IsAbsent() {
			to = value.Null()
		}
		out = alter(out, steps, func(int, value.Value) (value.Value, bool) { return to, true })
		if strings.EqualFold(steps[0].key, "sku") && len(steps) > 1 && out.Path("sku", "name").IsNull() && !body.Path("sku", "name").IsNull() {
			out = withMember(out, "sku", withMember(out.Get("sku"), "name", body.Path("sku", "name")))
		}
	}
	return out
}

// own are members that Azure gives and does not take.
var own = []string{"id", "name", "type", "etag", "systemData"}

// whole is the body of a PUT: what was read, with the changes, without what is
// Azure's own to say.
func whole(next value.Value) value.Value {
	for _, name := range own {
		next = withMember(next, name, value.Absent())
	}
	if p := next.Get("properties"); p.Kind() == value.ObjectKind {
		next = withMember(next, "properties", withMember(p, "provisioningState", value.Absent()))
	}
	return next
}

// secretIn names a member that looks like a secret, "" when there is none. Neither
// truth values nor numbers are secrets, whatever their names.
func secretIn(name string, v value.Value) string {
	switch v.Kind() {
	case value.StringKind, value.ArrayKind, value.ObjectKind:
		if redact.Secret(name) {
			return name
		}
	}
	switch v.Kind() {
	case value.ObjectKind:
		for k, e := range v.Members() {
			if s := secretIn(k, e); s != "" {
				return s
			}
		}
	case value.ArrayKind:
		for _, e := range v.Elems() {
			if s := secretIn("", e); s != "" {
				return s
			}
		}
	case value.StringKind:
		if redact.Text(v.Str()) != v.Str() {
			return name
		}
	}
	return ""
}
