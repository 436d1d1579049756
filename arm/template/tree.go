package template

import (
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// tree evaluates a JSON value with all expressions in it.
func (x *expander) tree(n jsonc.Node, f *frame) value.Value { return x.subtree(n, f, false) }

// subtree evaluates a JSON value; in a body, members that are null count as
// absent.
func (x *expander) subtree(n jsonc.Node, f *frame, body bool) value.Value {
	if n.Literal() {
		return value.FromNode(n)
	}
	switch n.Kind() {
	case jsonc.String:
		v := x.str(n, f)
		if body {
			v = x.withoutNulls(v)
		}
		return v
	case jsonc.Array:
		if x.spend(n, n.Len()) {
			return x.failed(n)
		}
		elems := make([]value.Value, 0, n.Len())
		for c := n.First(); c.IsValid(); c = c.Next() {
			elems = append(elems, x.subtree(c, f, body))
		}
		return value.Array(elems).WithDef(n)
	case jsonc.Object:
		if x.spend(n, n.Len()) {
			return x.failed(n)
		}
		members := make([]value.Member, 0, n.Len())
		for c := n.First(); c.IsValid(); c = c.Next() {
			members = x.member(members, c, f, body)
		}
		return value.Object(members).WithDef(n)
	}
	return value.FromNode(n)
}

func (x *expander) failed(n jsonc.Node) value.Value {
	return value.FromUnknown(value.Unknown{Reason: value.Failed}).WithDef(n)
}

// str evaluates a string: an expression, an escaped bracket, or itself.
func (x *expander) str(n jsonc.Node, f *frame) value.Value {
	if e := f.dep.t.unit.exprs[n.Index()]; e != nil {
		return landed(x.evaluate(n, e, f, false), n)
	}
	s, _ := expr.Unescape(n.Str())
	return value.String(s).WithDef(n)
}

// landed notes the property where a value is used; what an expression computed
// has the expression as its definition.
func landed(v value.Value, n jsonc.Node) value.Value {
	if !v.Def().IsValid() {
		return v.WithDef(n)
	}
	return v.WithUse(n)
}

// member evaluates one member of an object and adds what it gives: nothing, one
// member, or those of a property loop.
func (x *expander) member(members []value.Member, c jsonc.Node, f *frame, body bool) []value.Member {
	key := c.Key()
	if is(key, "copy") && isLoops(c) {
		for entry := c.First(); entry.IsValid(); entry = entry.Next() {
			name := x.loopName(entry, f)
			members = append(members, value.Member{Key: name, Value: x.propertyLoop(entry, name, f, body)})
		}
		return members
	}
	if e := f.dep.t.unit.keys[c.Index()]; e != nil {
		k := x.evaluate(c, e, f, true)
		switch s, ok := k.AsString(); {
		case ok && !k.Secret():
			key = s
		case k.IsUnknown() && !k.Secret():
			key = k.Text()
		case !k.IsUnknown():
			d := at(c, CodeExpression, Error, "the property name is of type %s, expected a string", k.Kind())
			d.Pos = c.KeyPos()
			x.diags.add(d)
		}
	} else if key != "" && key[0] == '[' {
		key, _ = expr.Unescape(key)
	}
	v := x.subtree(c, f, body)
	if body && v.IsNull() && !c.Literal() {
		return members
	}
	return append(members, value.Member{Key: key, Value: v})
}

// withoutNulls leaves out the members of computed objects that are null, as they
// count as absent in what is sent to Azure.
func (x *expander) withoutNulls(v value.Value) value.Value {
	switch v.Kind() {
	case value.ObjectKind, value.ArrayKind:
	default:
		return v
	}
	if x.exhausted || !hasNullMember(v) {
		return v
	}
	if x.spend(v.Use(), v.Len()) {
		return v
	}
	var pruned value.Value
	if v.Kind() == value.ArrayKind {
		elems := make([]value.Value, 0, v.Len())
		for _, e := range v.Elems() {
			elems = append(elems, x.withoutNulls(e))
		}
		pruned = value.Array(elems)
	} else {
		members := make([]value.Member, 0, v.Len())
		for key, m := range v.Members() {
			if !m.IsNull() {
				members = append(members, value.Member{Key: key, Value: x.withoutNulls(m)})
			}
		}
		pruned = value.Object(members)
	}
	pruned = pruned.WithDef(v.Def())
	if use := v.Use(); use.IsValid() {
		pruned = pruned.WithUse(use)
	}
	if v.Secret() {
		pruned = pruned.WithSecret()
	}
	if v.Declared() {
		pruned = pruned.WithDeclared()
	}
	return pruned
}

// hasNullMember reports whether an object anywhere in v has a member that is null.
func hasNullMember(v value.Value) bool {
	for _, e := range v.Elems() {
		if hasNullMember(e) {
			return true
		}
	}
	for _, m := range v.Members() {
		if m.IsNull() || hasNullMember(m) {
			return true
		}
	}
	return false
}
