package edit

import (
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// equal says whether two values are the same JSON: numbers by what they are worth,
// objects without regard to the order of their members.
func equal(a, b value.Value) bool {
	switch a.Kind() {
	case value.IntKind, value.FloatKind:
		if x, ok := a.AsInt(); ok {
			if y, ok := b.AsInt(); ok {
				return x == y
			}
		}
		x, _ := a.AsFloat()
		y, ok := b.AsFloat()
		return ok && x == y
	case value.ArrayKind:
		if b.Kind() != value.ArrayKind || a.Len() != b.Len() {
			return false
		}
		for i, e := range a.Elems() {
			if !equal(e, b.At(i)) {
				return false
			}
		}
		return true
	case value.ObjectKind:
		if b.Kind() != value.ObjectKind || a.Len() != b.Len() {
			return false
		}
		for k, e := range a.Members() {
			other, ok := member(b, k)
			if !ok || !equal(e, other) {
				return false
			}
		}
		return true
	case value.BoolKind:
		x, _ := a.AsBool()
		y, ok := b.AsBool()
		return ok && x == y
	case value.StringKind:
		return b.Kind() == value.StringKind && a.Str() == b.Str()
	}
	return a.Kind() == b.Kind()
}

// same says whether a value is written at a node already.
func same(n jsonc.Node, v value.Value) bool { return equal(value.FromNode(n), v) }

// member gives the last member with that very name.
func member(v value.Value, key string) (found value.Value, ok bool) {
	for k, e := range v.Members() {
		if k == key {
			found, ok = e, true
		}
	}
	return found, ok
}

// merge puts two values for one place together: objects member by member, other
// values only when they are equal. The path to what contradicts is ".": the value
// itself, ".a.b": a member; "" when nothing does.
func merge(a, b value.Value) (value.Value, string) {
	if equal(a, b) {
		return a, ""
	}
	if a.Kind() != value.ObjectKind || b.Kind() != value.ObjectKind {
		return a, "."
	}
	var all []value.Member
	for k, e := range a.Members() {
		all = append(all, value.Member{Key: k, Value: e})
	}
	for k, e := range b.Members() {
		at := -1
		for i := range all {
			if jsonc.EqualFold(all[i].Key, k) {
				at = i
			}
		}
		if at < 0 {
			all = append(all, value.Member{Key: k, Value: e})
			continue
		}
		merged, path := merge(all[at].Value, e)
		if path == "." {
			return a, "." + "." + k
		}
		if path != "" {
			return a, "." + "." + k + path[1:]
		}
		all[at].Value = merged
	}
	return value.Object(all), ""
}
