package inventory

import (
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// decode makes a value of JSON in which unknown values and secrets are marked,
// as package estate writes it. The value has no place of its own.
func decode(n jsonc.Node) value.Value {
	switch n.Kind() {
	case jsonc.Array:
		elems := make([]value.Value, 0, n.Len())
		for c := n.First(); c.IsValid(); c = c.Next() {
			elems = append(elems, decode(c))
		}
		return value.Array(elems)
	case jsonc.Object:
		if n.Len() > 0 && len(n.First().Key()) > 1 && n.First().Key()[0] == '$' {
			if v, ok := decodeMark(n); ok {
				return v
			}
		}
		members := make([]value.Member, 0, n.Len())
		for c := n.First(); c.IsValid(); c = c.Next() {
			members = append(members, value.Member{Key: c.Key(), Value: decode(c)})
		}
		return value.Object(members)
	case jsonc.Null:
		return value.Null()
	case jsonc.Bool:
		return value.Bool(n.Bool())
	case jsonc.Number:
		if i, ok := n.Int(); ok {
			return value.Int(i)
		}
		return value.Float(n.Float())
	case jsonc.String:
		return value.String(n.Str())
	}
	return value.Absent()
}

// decodeMark reads {"$secret":true} and {"$unknown":"[expression]",...}.
func decodeMark(n jsonc.Node) (value.Value, bool) {
	if n.Get("$secret").Bool() && n.Len() == 1 {
		return value.FromUnknown(value.Unknown{Reason: value.SecretValue, Residual: expr.Call("null"), NotNull: true}), true
	}
	residual := expression(n.Get("$unknown"))
	if residual == nil {
		return value.Value{}, false
	}
	u := value.Unknown{
		Residual: residual, Reason: value.Reason(small(n.Get("$reason"), int64(value.Failed))), Hint: value.Kind(small(n.Get("$hint"), int64(value.UnknownKind)-1)),
		Subject: n.Get("$subject").Str(), Resource: n.Get("$resource").Str(), NotNull: n.Get("$notNull").Bool(),
	}
	for c := n.Get("$parts").First(); c.IsValid(); c = c.Next() {
		part := value.Part{Lit: c.Str()}
		if c.Kind() == jsonc.Object {
			part.Hole = expression(c.Get("$hole"))
		}
		u.Parts = append(u.Parts, part)
	}
	if c := n.Get("$choice"); c.Kind() == jsonc.Object {
		if cond := expression(c.Get("if")); cond != nil {
			u.Choice = &value.Choice{Cond: cond, Then: decode(c.Get("then")), Else: decode(c.Get("else"))}
		}
	}
	return value.FromUnknown(u), true
}

// expression parses an expression in brackets, nil when it is none.
func expression(n jsonc.Node) *expr.Expr {
	if !expr.IsExpression(n.Str()) {
		return nil
	}
	e, err := expr.Parse(n.Str())
	if err != nil {
		return nil
	}
	return e
}

// small reads a number of an enumeration, 0 when it is not one of it.
func small(n jsonc.Node, last int64) int64 {
	if i, ok := n.Int(); ok && i >= 0 && i <= last {
		return i
	}
	return 0
}
