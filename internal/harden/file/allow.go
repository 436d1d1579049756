package file

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// allow lets the parameters on the way from a literal to the property that uses
// it accept a new value.
func (d *draft) allow(x *want, v value.Value) {
	made := d.w.made[x.target.was]
	if !x.at.shared || made == nil {
		return
	}
	way := walk(x.target.was.Body, x.path)
	seen := map[jsonc.Node]bool{}
	for i := len(way) - 1; i > 0; i-- {
		use := d.w.node(way[i].Use())
		if isExpression(use) {
			for _, p := range d.passing(made.Deployment, use, x.at.node, seen) {
				d.accept(p, x, v)
			}
		}
	}
}

// accept extends what a parameter may be by a value.
func (d *draft) accept(p jsonc.Node, x *want, v value.Value) {
	if !d.w.editable(p) {
		return
	}
	if allowed := p.Get("allowedValues"); allowed.Kind() == jsonc.Array && v.Kind() != value.ObjectKind && v.Kind() != value.ArrayKind {
		there := d.grown[allowed]
		for c := range allowed.Children() {
			there = there || alike(value.FromNode(c), v)
		}
		if !there {
			d.grown[allowed] = true
			d.do(x.steps[:1], func(why string) error { return d.set(p).Append(allowed, v, why) })
		}
	}
	n, number := v.AsInt()
	if !number {
		return
	}
	for _, bound := range []struct {
		key     string
		outside func(limit int64) bool
	}{{"minValue", func(limit int64) bool { return n < limit }}, {"maxValue", func(limit int64) bool { return n > limit }}} {
		if m := p.Get(bound.key); m.IsValid() {
			if limit, ok := m.Int(); ok && bound.outside(limit) {
				d.do(x.steps[:1], func(why string) error { return d.set(m).Replace(m, v, why) })
			}
		}
	}
}

// passing lists the declarations of parameters that pass a literal on to an
// expression.
func (d *draft) passing(dep *template.Deployment, n, from jsonc.Node, seen map[jsonc.Node]bool) []jsonc.Node {
	n = d.w.node(n)
	if !n.IsValid() || seen[n] {
		return nil
	}
	seen[n] = true
	for dep.Outer && dep.Parent != nil {
		dep = dep.Parent
	}
	var out []jsonc.Node
	for _, e := range expressions(n) {
		e.Walk(func(e *expr.Expr) bool {
			if len(e.Args) != 1 || e.Args[0].Kind != expr.KindString {
				return true
			}
			switch name := e.Args[0].Text; {
			case isCall(e, "parameters"):
				out = append(out, d.through(dep, name, from, seen)...)
			case isCall(e, "variables"):
				out = append(out, d.passing(dep, dep.Template.Node().Get("variables").Get(name), from, seen)...)
			}
			return true
		})
	}
	return out
}

// through lists the declaration of a parameter, and those of the parameters that
// supply it, when a literal comes in by it.
func (d *draft) through(dep *template.Deployment, name string, from jsonc.Node, seen map[jsonc.Node]bool) []jsonc.Node {
	p := d.w.node(dep.Template.Node().Get("parameters").Get(name))
	if !p.IsValid() {
		return nil
	}
	if within(from, p.Get("defaultValue")) {
		return []jsonc.Node{p}
	}
	var before []jsonc.Node
	if dep.Resource == nil {
		if from.Document() != p.Document() && suppliesParameter(from, name) {
			return []jsonc.Node{p}
		}
	} else if given := d.w.node(dep.Resource.Node.Get("properties").Get("parameters").Get(name).Get("value")); given.IsValid() {
		if within(from, given) {
			return []jsonc.Node{p}
		}
		before = d.passing(dep.Parent, given, from, seen)
	}
	if len(before) == 0 {
		before = d.passing(dep, p.Get("defaultValue"), from, seen)
	}
	if len(before) == 0 {
		return nil
	}
	return append(before, p)
}

// suppliesParameter says that a node is, or is in, the value of a parameter in a
// parameter file.
func suppliesParameter(n jsonc.Node, name string) bool {
	at := strings.Split(n.Pointer(), "/")
	return len(at) > 3 && strings.EqualFold(at[1], "parameters") && strings.EqualFold(at[2], name) && strings.EqualFold(at[3], "value")
}

// expressions lists those at and below a node.
func expressions(n jsonc.Node) []*expr.Expr {
	if isExpression(n) {
		if e, err := expr.Parse(n.Str()); err == nil {
			return []*expr.Expr{e}
		}
		return nil
	}
	var out []*expr.Expr
	if n.Kind() == jsonc.Object || n.Kind() == jsonc.Array {
		for c := range n.Children() {
			out = append(out, expressions(c)...)
		}
	}
	return out
}
