package file

import (
	"slices"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// level is how far from its resource a value may be written.
type level int

// The levels, from the widest.
const (
	supplied level = iota // where the literal stands that supplies the value
	used                  // at the property of the resource that uses it
	nowhere
)

// want is one value of one resource that is to be another one.
type want struct {
	difference
	target *target
	steps  []*harden.Step
	least  bool
	level  level
	at     spot
}

func (x *want) key() string { return x.target.id.Key() + "#" + x.path.String() }

// spot is where a want is written.
type spot struct {
	node   jsonc.Node  // the literal, or the string with the expression, or the object or list that gets something
	rest   path        // below the node, what is not there yet
	whole  bool        // the node itself is replaced
	within value.Value // what is at the node now
	path   path        // to the node
	shared bool        // it stands outside of the declaration
}

// walk follows a path through the body of a resource as far as there is
// something, and tells each value on the way with the part of the path to it.
func walk(body value.Value, p path) []value.Value {
	out := []value.Value{body}
	v := body
	for _, x := range p {
		if x.key == "" {
			v = v.At(x.index)
		} else {
			v = v.Get(x.key)
		}
		if v.IsAbsent() {
			break
		}
		out = append(out, v)
	}
	return out
}

// locate finds where a want is to be written at its level; false when there is no
// such place.
func (w *world) locate(x *want) (spot, bool) {
	r := x.target.was
	declaration := w.node(r.Body.Use())
	way := walk(r.Body, x.path)
	if x.level == supplied {
		if s, ok := w.literal(x, way, declaration); ok {
			return s, true
		}
	}
	return w.property(x, way, declaration)
}

// literal finds the literal that supplies the value, or the object that lacks it.
func (w *world) literal(x *want, way []value.Value, declaration jsonc.Node) (spot, bool) {
	n := len(way) - 1
	v := way[n]
	node := w.node(v.Def())
	if n == 0 {
		node = declaration
	}
	if !w.editable(node) {
		return spot{}, false
	}
	s := spot{node: node, rest: x.path[n:], within: v, path: x.path[:n], shared: !within(node, declaration)}
	switch {
	case x.gone:
		return s, n == len(x.path) && node.IsMember() && jsonc.EqualFold(node.Key(), x.path[n-1].key)
	case v.IsUnknown() || isExpression(node):
		return spot{}, false
	case len(s.rest) == 0 && len(x.more) == 0:
		s.whole = true
		return s, !s.shared || node.Kind() != jsonc.Object || v.Kind() == value.ObjectKind
	case len(x.more) > 0:
		return s, len(s.rest) == 0 && node.Kind() == jsonc.Array && node.Len() == v.Len()
	}
	return s, node.Kind() == jsonc.Object && s.rest[0].key != "" && !computedMember(node, s.rest[0].key)
}

// computedMember says that an object makes the member by a loop.
func computedMember(object jsonc.Node, key string) bool {
	for entry := range object.Get("copy").Children() {
		if jsonc.EqualFold(entry.Get("name").Str(), key) {
			return true
		}
	}
	return false
}

// property finds the last property on the way that stands in the declaration.
func (w *world) property(x *want, way []value.Value, declaration jsonc.Node) (spot, bool) {
	for n := len(way) - 1; n > 0; n-- {
		node := w.node(way[n].Use())
		if !within(node, declaration) || !w.editable(node) {
			continue
		}
		s := spot{node: node, rest: x.path[n:], within: way[n], path: x.path[:n]}
		switch {
		case x.gone:
			return s, len(s.rest) == 0 && node.IsMember() && jsonc.EqualFold(node.Key(), x.path[n-1].key)
		case isExpression(node):
			s.whole = true
			return s, len(s.rest) == 0 || !slices.ContainsFunc(s.rest, func(p piece) bool { return p.key == "" })
		case len(s.rest) == 0 && len(x.more) == 0:
			s.whole = true
			return s, node.Kind() != jsonc.Object
		}
		return spot{}, false
	}
	return spot{}, false
}

func isExpression(n jsonc.Node) bool {
	s := n.Str()
	return len(s) > 1 && s[0] == '[' && s[1] != '[' && s[len(s)-1] == ']'
}

// user is a value of a resource that stands at a node, or comes from it.
type user struct {
	resource *estate.Resource
	path     string
	at       path
}

// users finds out which values of which resources come from nodes, and which
// stand at them.
func (w *world) users(nodes map[jsonc.Node]bool) map[jsonc.Node][]user {
	out := map[jsonc.Node][]user{}
	note := func(n jsonc.Node, r *estate.Resource, p path) {
		if n = w.node(n); nodes[n] {
			u := user{r, p.String(), p}
			if list := out[n]; len(list) == 0 || list[len(list)-1].resource != r || list[len(list)-1].path != u.path {
				out[n] = append(list, u)
			}
		}
	}
	var visit func(r *estate.Resource, v value.Value, p path)
	visit = func(r *estate.Resource, v value.Value, p path) {
		note(v.Def(), r, p)
		note(v.Use(), r, p)
		for i, e := range v.Elems() {
			visit(r, e, p.with(piece{index: i}))
		}
		for k, e := range v.Members() {
			visit(r, e, p.with(piece{key: k}))
		}
	}
	for _, r := range w.estate.Resources {
		if w.made[r] != nil {
			visit(r, r.Body, nil)
		}
	}
	return out
}
