package template

import (
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// sentTemplate is the template of a child deployment as it is sent: as written
// with inner scope; with outer scope every expression is evaluated in the scope
// of the parent, as nobody else could.
func (x *expander) sentTemplate(r *Resource, n jsonc.Node) value.Value {
	nested := r.decl.nested
	if nested.template == nil {
		return escaped(x.tree(n, r.frame)) // made by an expression
	}
	if nested.inner || r.dep.t.decl.symbolic {
		return value.FromNode(n)
	}
	return x.outerTemplate(nested.template, r.frame)
}

// outerTemplate evaluates a nested template in the scope of its parent. Its own
// variables and functions are not used there and are left out; its parameters
// stay as they are declared.
func (x *expander) outerTemplate(t *Template, f *frame) value.Value {
	var members []value.Member
	for c := t.node.First(); c.IsValid(); c = c.Next() {
		key := c.Key()
		switch {
		case is(key, "variables"), is(key, "functions"):
		case is(key, "resources"):
			var list []value.Value
			for _, decl := range t.decl.resources {
				list = append(list, x.outerResource(decl, f))
			}
			members = append(members, value.Member{Key: key, Value: value.Array(list)})
		case is(key, "outputs"):
			members = append(members, value.Member{Key: key, Value: escaped(x.tree(c, f))})
		default:
			members = append(members, value.Member{Key: key, Value: value.FromNode(c)})
		}
	}
	return value.Object(members).WithDef(t.node)
}

// outerResource evaluates a resource of a nested template in the scope of the
// parent. Of one whose condition is false, nothing else is evaluated.
func (x *expander) outerResource(decl *declaration, f *frame) value.Value {
	left := false
	var members []value.Member
	if decl.condition.IsValid() {
		v := x.tree(decl.condition, f)
		b, ok := v.AsBool()
		left = ok && !b
		members = append(members, value.Member{Key: "condition", Value: v})
	}
	for c := decl.node.First(); c.IsValid(); c = c.Next() {
		key := c.Key()
		switch {
		case is(key, "condition"):
		case left && !is(key, "type") && !is(key, "name") && !is(key, "apiVersion"):
		case is(key, "resources") && len(decl.children) > 0:
			var list []value.Value
			for _, child := range decl.children {
				list = append(list, x.outerResource(child, f))
			}
			members = append(members, value.Member{Key: key, Value: value.Array(list)})
		case is(key, "properties") && decl.nested != nil && decl.nested.template != nil:
			members = append(members, value.Member{Key: key, Value: x.outerProperties(decl.nested, c, f)})
		default:
			from := len(members)
			members = x.member(members, c, f, false)
			for i := from; i < len(members); i++ {
				members[i] = value.Member{Key: escape(members[i].Key), Value: escaped(members[i].Value)}
			}
		}
	}
	return value.Object(members).WithDef(decl.node)
}

// outerProperties evaluates the properties of a deployment inside of a nested
// template with outer scope.
func (x *expander) outerProperties(nested *nestedTemplate, properties jsonc.Node, f *frame) value.Value {
	var members []value.Member
	for c := properties.First(); c.IsValid(); c = c.Next() {
		switch {
		case is(c.Key(), "template") && nested.inner:
			members = append(members, value.Member{Key: c.Key(), Value: value.FromNode(c)})
		case is(c.Key(), "template"):
			members = append(members, value.Member{Key: c.Key(), Value: x.outerTemplate(nested.template, f)})
		default:
			members = append(members, value.Member{Key: c.Key(), Value: escaped(x.tree(c, f))})
		}
	}
	return value.Object(members).WithDef(properties)
}

// escaped writes a value so that a template that holds it gives it back: what
// looks like an expression gets a second bracket.
func escaped(v value.Value) value.Value {
	var out value.Value
	switch v.Kind() {
	case value.StringKind:
		s := v.Str()
		if escape(s) == s {
			return v
		}
		out = value.String(escape(s))
	case value.ArrayKind:
		elems := make([]value.Value, 0, v.Len())
		for _, e := range v.Elems() {
			elems = append(elems, escaped(e))
		}
		out = value.Array(elems)
	case value.ObjectKind:
		members := make([]value.Member, 0, v.Len())
		for k, m := range v.Members() {
			members = append(members, value.Member{Key: escape(k), Value: escaped(m)})
		}
		out = value.Object(members)
	default:
		return v
	}
	out = out.WithDef(v.Def())
	if use := v.Use(); use.IsValid() {
		out = out.WithUse(use)
	}
	if v.Secret() {
		out = out.WithSecret()
	}
	return out
}

func escape(s string) string {
	if _, dropped := expr.Unescape(s); dropped || expr.IsExpression(s) {
		return "[" + s
	}
	return s
}
