package file

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// resolve makes what is written in a template of a value with marks: texts that
// depend on a resource become the expressions of its declaration.
func (d *draft) resolve(v value.Value, near jsonc.Node) (value.Value, error) {
	switch v.Kind() {
	case value.StringKind:
		t, err := d.marked(v.Str(), near)
		if err != nil {
			return v, err
		}
		return value.String(t.write(d.formats(near.Document()))), nil
	case value.ArrayKind:
		out := make([]value.Value, 0, v.Len())
		for _, e := range v.Elems() {
			e, err := d.resolve(e, near)
			if err != nil {
				return v, err
			}
			out = append(out, e)
		}
		return value.Array(out), nil
	case value.ObjectKind:
		out := make([]value.Member, 0, v.Len())
		for k, e := range v.Members() {
			e, err := d.resolve(e, near)
			if err != nil {
				return v, err
			}
			out = append(out, value.Member{Key: k, Value: e})
		}
		return value.Object(out), nil
	}
	return v, nil
}

// marked makes a text of one with marks.
func (d *draft) marked(s string, near jsonc.Node) (text, error) {
	var out text
	for {
		before, rest, found := strings.Cut(s, markStart)
		out = join(out, literal(before))
		if !found {
			return out, nil
		}
		mark, after, _ := strings.Cut(rest, markEnd)
		field, number, _ := strings.Cut(mark, "@")
		n, err := strconv.Atoi(number)
		if err != nil || n >= len(d.state.bases) {
			return nil, fmt.Errorf("a text of the remedy cannot be read: %q", mark)
		}
		t, err := d.field(field, n, near)
		if err != nil {
			return nil, err
		}
		// The id of another resource of the group: what a template calls resourceId.
		if typ, name, ok := inGroup(after); field == "group" && ok {
			return d.groupID(out, typ, name, near)
		}
		out, s = join(out, t), after
	}
}

// inGroup reads the rest of an id in a resource group with one name.
func inGroup(s string) (typ, name string, ok bool) {
	rest, found := strings.CutPrefix(s, "/providers/")
	if !found {
		return "", "", false
	}
	segments := strings.SplitN(rest, "/", 3)
	if len(segments) != 3 || strings.Contains(segments[2], "/") {
		return "", "", false
	}
	return segments[0] + "/" + segments[1], segments[2], true
}

func (d *draft) groupID(before text, typ, name string, near jsonc.Node) (text, error) {
	t, err := d.marked(name, near)
	if err != nil {
		return nil, err
	}
	id := expr.Call("resourceId", expr.Str(typ), t.expr(d.formats(near.Document())))
	return join(before, text{{e: id}}), nil
}

func (d *draft) field(field string, base int, near jsonc.Node) (text, error) {
	if a := d.state.bases[base].added; a != nil {
		return d.fieldOfAddition(field, a, near)
	}
	r := d.state.bases[base].resource
	made := d.w.made[r]
	if made == nil {
		return nil, fmt.Errorf("%s is not declared in the files", r.Name)
	}
	formats := d.formats(near.Document())
	node := d.w.node(made.Node)
	switch count := strings.Count(made.Type, "/"); field {
	case "name":
		return nameOf(node).last(count, formats), nil
	case "parent":
		if count < 2 {
			return literal(""), nil
		}
		return apart(nameOf(node).segments(count, formats)[count-2]), nil
	case "id":
		return text{{e: idOf(node, made.Type, formats)}}, nil
	case "group":
		return text{{e: expr.Member(expr.Call("resourceGroup"), "id")}}, nil
	case "unique":
		group := expr.Member(expr.Call("resourceGroup"), "id")
		return text{{e: expr.Call("uniqueString", group, expr.Str(catalog.UniqueSalt))}}, nil
	case "location":
		for n := node; n.IsValid(); n = around(n) {
			if l := n.Get("location"); l.Kind() == jsonc.String {
				return textOf(l.Str()), nil
			}
		}
		return text{{e: expr.Member(expr.Call("resourceGroup"), "location")}}, nil
	}
	return nil, fmt.Errorf("the remedy asks for the unknown text %q", field)
}

// fieldOfAddition is a text that depends on a resource that is added itself.
func (d *draft) fieldOfAddition(field string, a *addition, near jsonc.Node) (text, error) {
	s := d.shapes[a]
	if s == nil || s.id == nil {
		return nil, fmt.Errorf("%s %s is not written yet", article(a.typ), last(a.typ))
	}
	formats, count := d.formats(near.Document()), strings.Count(a.typ, "/")
	group := expr.Member(expr.Call("resourceGroup"), "id")
	switch field {
	case "name":
		return s.full.last(count, formats), nil
	case "parent":
		if count < 2 {
			return literal(""), nil
		}
		return apart(s.full.segments(count, formats)[count-2]), nil
	case "id":
		return text{{e: s.id}}, nil
	case "group":
		return text{{e: group}}, nil
	case "unique":
		return text{{e: expr.Call("uniqueString", group, expr.Str(catalog.UniqueSalt))}}, nil
	case "location":
		return d.marked(a.location, near)
	}
	return nil, fmt.Errorf("the remedy asks for the unknown text %q", field)
}

// around is the declaration that a child is written inside of.
func around(n jsonc.Node) jsonc.Node {
	section := n.Parent()
	parent := section.Parent()
	if section.IsMember() && jsonc.EqualFold(section.Key(), "resources") && parent.Get("type").IsValid() && parent.Get("name").IsValid() {
		return parent
	}
	return jsonc.Node{}
}

// nameOf is the full name of a declaration.
func nameOf(n jsonc.Node) text {
	own := textOf(n.Get("name").Str())
	if parent := around(n); parent.IsValid() && !namesProvider(n.Get("type").Str()) {
		return join(nameOf(parent), literal("/"), own)
	}
	return own
}

func namesProvider(typ string) bool {
	namespace, _, ok := strings.Cut(typ, "/")
	return ok && strings.Contains(namespace, ".")
}

// idOf is the expression for the id of a declared resource.
func idOf(n jsonc.Node, typ string, formats bool) *expr.Expr {
	count := strings.Count(typ, "/")
	args := append([]*expr.Expr{expr.Str(typ)}, nameOf(n).segments(count, formats)...)
	if scope := n.Get("scope"); scope.Kind() == jsonc.String {
		return expr.Call("extensionResourceId", append([]*expr.Expr{textOf(scope.Str()).expr(formats)}, args...)...)
	}
	return expr.Call("resourceId", args...)
}

// formats says that a file joins texts with format(), not with concat().
func (d *draft) formats(doc *jsonc.Document) bool {
	f, ok := d.styles[doc]
	if !ok {
		source := strings.ToLower(doc.Source())
		f = strings.Count(source, "format(") > strings.Count(source, "concat(")
		d.styles[doc] = f
	}
	return f
}

// callOn writes a call of a function on an expression and a value that may hold
// expressions.
func callOn(function string, on *expr.Expr, v value.Value) string {
	return expr.Call(function, on, asExpr(v)).String()
}

// asExpr writes a value of a template as an expression.
func asExpr(v value.Value) *expr.Expr {
	switch v.Kind() {
	case value.StringKind:
		return textOf(v.Str()).expr(false)
	case value.IntKind:
		n, _ := v.AsInt()
		return expr.Int(n)
	case value.BoolKind:
		if b, _ := v.AsBool(); b {
			return expr.Call("true")
		}
		return expr.Call("false")
	case value.ArrayKind:
		var args []*expr.Expr
		for _, e := range v.Elems() {
			args = append(args, asExpr(e))
		}
		return expr.Call("createArray", args...)
	case value.ObjectKind:
		var args []*expr.Expr
		for k, e := range v.Members() {
			args = append(args, expr.Str(k), asExpr(e))
		}
		return expr.Call("createObject", args...)
	}
	return expr.Value(string(v.AppendJSON(nil)))
}
