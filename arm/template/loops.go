package template

import (
	"fmt"
	"strconv"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// isLoops reports whether a member called "copy" is a list of property loops; an
// object may have an ordinary member of that name.
func isLoops(n jsonc.Node) bool {
	if n.Kind() != jsonc.Array || n.Len() == 0 {
		return false
	}
	for e := n.First(); e.IsValid(); e = e.Next() {
		if e.Get("name").Kind() != jsonc.String || !e.Get("count").IsValid() || !e.Get("input").IsValid() {
			return false
		}
	}
	return true
}

// count is how often a loop runs. When that is not known, unknown is the value
// that it depends on.
type count struct {
	n       int
	unknown value.Value
}

func (c count) known() bool { return !c.unknown.IsUnknown() }

// count evaluates the count of a loop; what is wrong with it is reported and
// counts as not known, or as the largest that is allowed.
func (x *expander) count(n jsonc.Node, loop string, f *frame) count {
	if !n.IsValid() {
		return count{unknown: value.FromUnknown(value.Unknown{Reason: value.Failed, Hint: value.IntKind})}
	}
	v := x.tree(n, f.at("the count of a loop"))
	if v.IsUnknown() {
		return count{unknown: v}
	}
	i, ok := v.AsInt()
	if s, isString := v.AsString(); isString && !ok {
		if parsed, err := strconv.ParseInt(s, 10, 32); err == nil {
			x.diags.add(at(n, CodeCopy, Warning, "the count of loop %q is the string %q, expected an integer", loop, s).hint("use int()"))
			i, ok = parsed, true
		}
	}
	switch {
	case !ok:
		x.diags.add(at(n, CodeCopy, Error, "the count of loop %q is of type %s, expected an integer", loop, v.Kind()))
		return count{unknown: value.FromUnknown(value.Unknown{Reason: value.Failed, Hint: value.IntKind})}
	case i < 0:
		x.diags.add(at(n, CodeCopy, Error, "the count of loop %q is %d, expected 0 or more", loop, i))
		i = 0
	case i > maxCopyCount:
		x.diags.add(at(n, CodeCopy, Error, "the count of loop %q is %d; Azure accepts at most %d", loop, i, maxCopyCount).
			hint("only the first %d instances are looked at", maxCopyCount))
		i = maxCopyCount
	}
	return count{n: int(i)}
}

// unknownIndex is the index in a loop whose count is not known.
func unknownIndex(loop string, cause value.Value) value.Value {
	u := value.Unknown{Hint: value.IntKind, NotNull: true, Residual: expr.Call("copyIndex", expr.Str(loop))}
	if c := cause.Unknown(); c != nil {
		u.Reason, u.Subject, u.Resource = c.Reason, c.Subject, c.Resource
	}
	return value.FromUnknown(u)
}

// propertyLoop evaluates one entry of a "copy" inside of an object.
func (x *expander) propertyLoop(entry jsonc.Node, name string, f *frame, body bool) value.Value {
	return x.loopOver(entry, name, f, false, body)
}

// variableLoop evaluates a variable declared by a loop.
func (x *expander) variableLoop(v *variable, f *frame) value.Value {
	return x.loopOver(v.node, v.name, f, false, false)
}

// loopOver makes an array of the input of a loop, once for each index.
func (x *expander) loopOver(entry jsonc.Node, name string, f *frame, resource, body bool) value.Value {
	input := entry.Get("input")
	if !input.IsValid() {
		x.diags.add(at(entry, CodeCopy, Error, "the loop %q has no input", name))
		return x.failed(entry)
	}
	n := entry.Get("count")
	if !n.IsValid() {
		x.diags.add(at(entry, CodeCopy, Error, "the loop %q has no count", name))
		return x.failed(entry)
	}
	c := x.count(n, name, f)
	if !c.known() {
		return x.loopOfUnknown(entry, input, name, c, f, resource, body)
	}
	if x.spend(entry, c.n) {
		return x.failed(entry)
	}
	elems := make([]value.Value, 0, c.n)
	inside := f.within(loop{name: name, resource: resource}) // nothing keeps it, so one does for all
	for i := range c.n {
		inside.loops[len(inside.loops)-1].index = value.Int(int64(i))
		elems = append(elems, x.subtree(input, inside, body))
		if x.stopped() {
			break
		}
	}
	return value.Array(elems).WithDef(entry)
}

// loopOfUnknown is the array of a loop whose count is not known: an unknown that
// says how its elements are made.
func (x *expander) loopOfUnknown(entry, input jsonc.Node, name string, c count, f *frame, resource, body bool) value.Value {
	v := x.subtree(input, f.within(loop{name: name, index: unknownIndex(name, c.unknown), resource: resource}), body)
	u := *c.unknown.Unknown()
	u.Choice, u.Parts, u.Hint, u.NotNull = nil, nil, value.ArrayKind, true
	each := expression(v, 64)
	if each == nil {
		each = expr.Str(fmt.Sprintf("{%s}", name))
	}
	u.Residual = expr.Call("map",
		expr.Call("range", expr.Int(0), c.unknown.Unknown().Residual),
		expr.Call("lambda", expr.Str(name), each))
	result := value.FromUnknown(u).WithDef(entry)
	if c.unknown.Secret() {
		result = result.WithSecret()
	}
	return result
}

// expression writes a value as an expression; nil when it is secret or has more
// than most parts.
func expression(v value.Value, most int) *expr.Expr {
	left := most
	var write func(v value.Value) *expr.Expr
	write = func(v value.Value) *expr.Expr {
		if left--; left < 0 {
			return nil
		}
		switch v.Kind() {
		case value.UnknownKind:
			return v.Unknown().Residual
		case value.ArrayKind, value.ObjectKind:
			if v.Secret() || v.Len() > left {
				return nil
			}
			var args []*expr.Expr
			for _, e := range v.Elems() {
				if args = append(args, write(e)); args[len(args)-1] == nil {
					return nil
				}
			}
			for k, e := range v.Members() {
				if args = append(args, expr.Str(k), write(e)); args[len(args)-1] == nil {
					return nil
				}
			}
			if v.Kind() == value.ArrayKind {
				return expr.Call("createArray", args...)
			}
			return expr.Call("createObject", args...)
		}
		if v.Secret() {
			return nil
		}
		if s, ok := v.AsString(); ok {
			return expr.Str(s)
		}
		if i, ok := v.AsInt(); ok {
			return expr.Int(i)
		}
		return expr.Value(string(v.AppendJSON(nil)))
	}
	return write(v)
}
