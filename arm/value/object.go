package value

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// Member is one named value of an object.
type Member struct {
	Key   string
	Value Value
}

type object struct{ members []Member }

// Object takes ownership of members, in their order, and makes an object of
// them. Of two members with the same key (ignoring case, as ARM does) the last
// one is the one that [Value.Get] finds.
func Object(members []Member) Value { return Value{kind: ObjectKind, ref: &object{members}} }

// Get gives the member with that name: the exact spelling if it is there, else
// one that differs only in case, else the absent value. Anything but a known
// object gives the absent value.
func (v Value) Get(key string) Value {
	if v.kind != ObjectKind {
		return Value{}
	}
	if o, ok := v.ref.(*object); ok {
		if m := find(o.members, key); m != nil {
			return v.inherit(m.Value)
		}
		return Value{}
	}
	return v.inherit(FromNode(v.def.Get(key)))
}

func find(members []Member, key string) *Member {
	var folded *Member
	for i := len(members) - 1; i >= 0; i-- {
		k := members[i].Key
		if k == key {
			return &members[i]
		}
		if folded == nil && len(k) == len(key) && strings.EqualFold(k, key) {
			folded = &members[i]
		}
	}
	return folded
}

// inherit lets what is inside a secret be secret, and what is inside a declared
// body be declared.
func (v Value) inherit(child Value) Value {
	if child.kind != AbsentKind {
		child.flags |= v.flags
	}
	return child
}

// Path walks through objects by member name. The absent value stands for
// whatever is not there; an unknown on the way is the result.
func (v Value) Path(keys ...string) Value {
	for _, k := range keys {
		if v.kind == UnknownKind {
			return v
		}
		v = v.Get(k)
	}
	return v
}

// Len is the number of elements of an array or members of an object, the
// number of UTF-16 code units being none of its business; 0 for anything else.
func (v Value) Len() int {
	switch r := v.ref.(type) {
	case *array:
		return len(r.elems)
	case *object:
		return len(r.members)
	}
	if v.backed() {
		return v.def.Len()
	}
	return 0
}

// At gives element i of an array, absent when there is none.
func (v Value) At(i int) Value {
	if v.kind != ArrayKind || i < 0 {
		return Value{}
	}
	if a, ok := v.ref.(*array); ok {
		if i >= len(a.elems) {
			return Value{}
		}
		return v.inherit(a.elems[i])
	}
	return v.inherit(FromNode(v.def.At(i)))
}

// Elems ranges over the elements of an array; nothing for any other value.
func (v Value) Elems() func(yield func(int, Value) bool) {
	return func(yield func(int, Value) bool) {
		if v.kind != ArrayKind {
			return
		}
		if a, ok := v.ref.(*array); ok {
			for i, e := range a.elems {
				if !yield(i, v.inherit(e)) {
					return
				}
			}
			return
		}
		i := 0
		for n := v.def.First(); n.IsValid(); n = n.Next() {
			if !yield(i, v.inherit(FromNode(n))) {
				return
			}
			i++
		}
	}
}

// Members ranges over the members of an object in source order.
func (v Value) Members() func(yield func(string, Value) bool) {
	return func(yield func(string, Value) bool) {
		if v.kind != ObjectKind {
			return
		}
		if o, ok := v.ref.(*object); ok {
			for _, m := range o.members {
				if !yield(m.Key, v.inherit(m.Value)) {
					return
				}
			}
			return
		}
		for n := v.def.First(); n.IsValid(); n = n.Next() {
			if !yield(n.Key(), v.inherit(FromNode(n))) {
				return
			}
		}
	}
}

// MemberNode is the place where the member was written in the object, for
// pointing at the property name; invalid when the object was computed.
func (v Value) MemberNode(key string) jsonc.Node {
	m := v.Get(key)
	if n := m.Use(); n.IsMember() && strings.EqualFold(n.Key(), key) {
		return n
	}
	return jsonc.Node{}
}
