package eval

import (
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Bounds on what an unknown remembers. A residual that would grow larger is replaced by the expression it came
// from, which says the same with more names in it.
const (
	maxResidual = 4096 // nodes
	maxInline   = 64   // values of a container that is written out in a residual
	maxParts    = 256  // parts of a string
	maxSplits   = 4    // conditions that one call is split over: 16 cases
)

// residual is the call e with its arguments evaluated as far as possible.
func (m *Machine) residual(e *expr.Expr, args []value.Value) *expr.Expr {
	out := make([]*expr.Expr, len(e.Args))
	size := 1
	for i, a := range e.Args {
		out[i] = a
		if i < len(args) {
			out[i] = argument(a, args[i])
		}
		size += int(out[i].Size)
	}
	if size > maxResidual {
		return e
	}
	switch e.Kind {
	case expr.KindMember:
		return expr.Member(out[0], e.Name)
	case expr.KindIndex:
		return expr.Index(out[0], out[1])
	}
	return expr.Call(callName(e), out...)
}

// argument writes one argument of a residual: source is how the template says it.
func argument(source *expr.Expr, v value.Value) *expr.Expr {
	if u := v.Unknown(); u != nil {
		return u.Residual
	}
	if source.Kind == expr.KindString || source.Kind == expr.KindInt {
		return source
	}
	left := maxInline
	if out := inline(v, &left); out != nil {
		return out
	}
	return source
}

// inline writes a value as an expression; nil when it is secret or too large.
func inline(v value.Value, left *int) *expr.Expr {
	if *left--; *left < 0 || (v.Secret() && !v.IsUnknown()) {
		return nil
	}
	switch v.Kind() {
	case value.StringKind:
		if len(v.Str()) > 4096 {
			return nil
		}
		return expr.Str(v.Str())
	case value.IntKind:
		i, _ := v.AsInt()
		return expr.Int(i)
	case value.BoolKind:
		if b, _ := v.AsBool(); b {
			return expr.Call("true")
		}
		return expr.Call("false")
	case value.FloatKind:
		return expr.Value(string(v.AppendJSON(nil)))
	case value.UnknownKind:
		return v.Unknown().Residual
	case value.ArrayKind:
		if v.Len() > *left {
			return nil
		}
		args := make([]*expr.Expr, 0, v.Len())
		for _, elem := range v.Elems() {
			x := inline(elem, left)
			if x == nil {
				return nil
			}
			args = append(args, x)
		}
		return expr.Call("createArray", args...)
	case value.ObjectKind:
		if v.Len() > *left {
			return nil
		}
		args := make([]*expr.Expr, 0, 2*v.Len())
		for k, member := range v.Members() {
			x := inline(member, left)
			if x == nil {
				return nil
			}
			args = append(args, expr.Str(k), x)
		}
		return expr.Call("createObject", args...)
	}
	return expr.Call("null")
}

// residualOf writes any value as an expression. What is secret or too large appears as a text in braces.
func residualOf(v value.Value) *expr.Expr {
	left := maxInline
	if e := inline(v, &left); e != nil {
		return e
	}
	if v.Secret() {
		return expr.Str("{secret}")
	}
	return expr.Str("{" + v.Kind().String() + "}")
}

// because finds the unknown among the arguments, or inside them, that a result is unknown for. A failure comes before
// all else, so that it is not reported twice.
func because(args []value.Value) *value.Unknown {
	var first *value.Unknown
	left := 1000
	for i := range args {
		if u := innermost(args[i], &left, maxNesting); u != nil {
			if u.Reason == value.Failed {
				return u
			}
			if first == nil {
				first = u
			}
		}
	}
	return first
}

// innermost finds an unknown in v, a failed one if there is one among the first values that left allows.
func innermost(v value.Value, left *int, depth int) *value.Unknown {
	if *left--; *left < 0 || depth == 0 {
		return nil
	}
	var first *value.Unknown
	note := func(child value.Value) bool {
		if u := innermost(child, left, depth-1); u != nil && (first == nil || u.Reason == value.Failed) {
			first = u
		}
		return first == nil || first.Reason != value.Failed
	}
	switch v.Kind() {
	case value.UnknownKind:
		return v.Unknown()
	case value.ArrayKind:
		for _, child := range v.Elems() {
			if !note(child) {
				break
			}
		}
	case value.ObjectKind:
		for _, child := range v.Members() {
			if !note(child) {
				break
			}
		}
	}
	return first
}

// unknown is the result of a call that needs more than is known of its arguments.
func (m *Machine) unknown(e *expr.Expr, args []value.Value, hint value.Kind) value.Value {
	return m.unknownWith(e, args, value.Unknown{Hint: hint, NotNull: hint != value.AbsentKind})
}

// unknownWith completes u with residual, reason and subject.
func (m *Machine) unknownWith(e *expr.Expr, args []value.Value, u value.Unknown) value.Value {
	if u.Residual == nil {
		u.Residual = m.residual(e, args)
	}
	if cause := because(args); cause != nil {
		u.Reason, u.Subject, u.Resource = cause.Reason, cause.Subject, cause.Resource
	}
	if f := functionOf(e); f != nil && f.flags&public != 0 && u.Reason == value.SecretValue {
		// That a secret is empty, or how long it is, is no secret.
		u.Reason = value.RuntimeReference
	}
	v := value.FromUnknown(u)
	if f := functionOf(e); f == nil || f.flags&public == 0 {
		for i := range args {
			if args[i].Secret() {
				return v.WithSecret()
			}
		}
	}
	return v
}

// strictUnknown is the result of a function with an unknown argument that it cannot do without. When a condition
// decides between known arguments, it decides between known results.
func (m *Machine) strictUnknown(f *function, e *expr.Expr, args []value.Value) (value.Value, *Error) {
	if err := f.mistyped(e, args); err != nil {
		return value.Value{}, err
	}
	for i := range args {
		if u := args[i].Unknown(); u != nil && u.Choice != nil {
			if v, err, ok := m.split(u, args, func(a []value.Value) (value.Value, *Error) {
				return m.apply(f, e, a)
			}, func() *expr.Expr { return m.residual(e, args) }); ok {
				return v, err
			}
		}
	}
	hint := f.result
	if f.flags&likeArgs != 0 {
		hint = kindOfAny(args)
	}
	return m.unknown(e, args, hint), nil
}

// kindOfAny is the kind of the first argument whose kind is known; null does not count.
func kindOfAny(args []value.Value) value.Kind {
	for _, v := range args {
		if k := kindOf(v); k == value.ArrayKind || k == value.ObjectKind {
			return k
		}
	}
	return value.AbsentKind
}

// split evaluates both cases of a condition and joins the results. It declines (ok is false) when too many
// conditions are open already. A case that fails does not occur in a template that can be deployed.
func (m *Machine) split(why *value.Unknown, args []value.Value, run func([]value.Value) (value.Value, *Error), residual func() *expr.Expr) (v value.Value, err *Error, ok bool) {
	if m.splits >= maxSplits {
		return v, nil, false
	}
	if err := m.Budget.Spend(4 + len(args)); err != nil {
		return v, err, true
	}
	cond := why.Choice.Cond
	m.splits++
	m.choices++
	defer func() { m.splits--; m.choices-- }()
	cases := make([]value.Value, 2*len(args))
	yes, no := cases[:len(args):len(args)], cases[len(args):]
	for i := range args {
		yes[i], no[i] = assume(args[i], cond, true), assume(args[i], cond, false)
	}
	then, thenErr := run(yes)
	other, otherErr := run(no)
	v, err = m.join(cond, why, then, thenErr, other, otherErr, residual)
	return v, err, true
}

// assume gives v under a condition that holds or does not.
func assume(v value.Value, cond *expr.Expr, holds bool) value.Value {
	u := v.Unknown()
	if u == nil || u.Choice == nil || !expr.Equal(u.Choice.Cond, cond) {
		return v
	}
	picked := u.Choice.Else
	if holds {
		picked = u.Choice.Then
	}
	if v.Secret() {
		picked = picked.WithSecret()
	}
	return picked
}

// join makes one value of the results of both cases of a condition that is not known because of why.
func (m *Machine) join(cond *expr.Expr, why *value.Unknown, then value.Value, thenErr *Error, other value.Value, otherErr *Error, residual func() *expr.Expr) (value.Value, *Error) {
	switch {
	case thenErr != nil && thenErr.Limit:
		return then, thenErr
	case otherErr != nil && otherErr.Limit:
		return other, otherErr
	case thenErr != nil && otherErr != nil:
		return then, thenErr
	case thenErr != nil:
		return other, nil
	case otherErr != nil:
		return then, nil
	}
	if same, err := m.equal(then, other); err != nil {
		return then, err
	} else if same == value.Yes && then.Secret() == other.Secret() && sameOrder(then, other, maxNesting) {
		if !other.IsUnknown() {
			return other, nil
		}
		if u := then.Unknown(); u != nil && !expr.Equal(u.Residual, other.Unknown().Residual) {
			// Each of the two residuals holds under its condition only.
			then = withResidual(then, residual())
		}
		return then, nil
	}
	u := value.Unknown{
		Reason: why.Reason, Subject: why.Subject, Resource: why.Resource,
		Hint: commonKind(then, other), NotNull: notNull(then) && notNull(other), Residual: residual(),
		Choice: &value.Choice{Cond: cond, Then: then, Else: other},
	}
	if a, ok := then.AsBool(); ok {
		if b, ok := other.AsBool(); ok && a != b {
			// The value is the condition itself, or its opposite.
			u.Choice, u.Residual = nil, cond
			if b {
				u.Residual = negate(cond)
			}
		}
	}
	v := value.FromUnknown(u)
	if then.Secret() || other.Secret() {
		v = v.WithSecret()
	}
	return v, nil
}

// sameOrder says that the members of two equal values stand in the same order, which the text of an object shows.
func sameOrder(a, b value.Value, depth int) bool {
	if depth == 0 {
		return false
	}
	if a.Kind() != b.Kind() {
		// One is unknown and all its cases equal the other.
		return !a.Contains(isObject) && !b.Contains(isObject)
	}
	switch a.Kind() {
	case value.ArrayKind:
		for i, x := range a.Elems() {
			if !sameOrder(x, b.At(i), depth-1) {
				return false
			}
		}
	case value.ObjectKind:
		keys := make([]string, 0, b.Len())
		for k := range b.Members() {
			keys = append(keys, k)
		}
		i := 0
		for k, x := range a.Members() {
			if keys[i] != k || !sameOrder(x, b.Get(k), depth-1) {
				return false
			}
			i++
		}
	}
	return true
}

func isObject(v value.Value) bool { return v.Kind() == value.ObjectKind }

func negate(cond *expr.Expr) *expr.Expr {
	if cond.Kind == expr.KindCall && len(cond.Args) == 1 && equalFold(cond.Name, "not") {
		return cond.Args[0]
	}
	return expr.Call("not", cond)
}

// kindOf is the kind a value has or will have; AbsentKind when that is not known.
func kindOf(v value.Value) value.Kind {
	if u := v.Unknown(); u != nil {
		return u.Hint
	}
	return v.Kind()
}

func commonKind(a, b value.Value) value.Kind {
	if k := kindOf(a); k == kindOf(b) {
		return k
	}
	return value.AbsentKind
}

// notNull says that a value is known not to be null.
func notNull(v value.Value) bool {
	if u := v.Unknown(); u != nil {
		return u.NotNull
	}
	return !v.IsNull()
}
