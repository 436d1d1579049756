package eval

import (
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// lazyIf evaluates the taken branch only; both when the condition is not known.
func lazyIf(m *Machine, e *expr.Expr) (value.Value, *Error) {
	cond, err := m.eval(e.Args[0])
	if err != nil {
		return cond, err
	}
	if b, ok := cond.AsBool(); ok {
		if b {
			return m.eval(e.Args[1])
		}
		return m.eval(e.Args[2])
	}
	u := cond.Unknown()
	if u == nil {
		return value.Value{}, wrongType(e, 0, "Boolean", cond)
	}
	if u.Hint != value.AbsentKind && u.Hint != value.BoolKind {
		return value.Value{}, wrongType(e, 0, "Boolean", cond)
	}
	if u.Reason == value.Failed {
		return m.unknown(e, []value.Value{cond}, value.AbsentKind), nil
	}
	if u.Choice != nil && m.splits < maxSplits {
		// if(if(U, x, y), a, b): decide per case of U.
		if v, err, ok := m.split(u, []value.Value{cond}, func(a []value.Value) (value.Value, *Error) {
			return m.branch(e, a[0])
		}, func() *expr.Expr { return m.residual(e, []value.Value{cond}) }); ok {
			return v, err
		}
	}
	return m.undecided(e, cond)
}

// branch is if() with its condition evaluated.
func (m *Machine) branch(e *expr.Expr, cond value.Value) (value.Value, *Error) {
	b, ok := cond.AsBool()
	switch {
	case ok && b:
		return m.eval(e.Args[1])
	case ok:
		return m.eval(e.Args[2])
	case cond.IsUnknown():
		return m.undecided(e, cond)
	}
	return value.Value{}, wrongType(e, 0, "Boolean", cond)
}

// undecided evaluates both branches of if().
func (m *Machine) undecided(e *expr.Expr, cond value.Value) (value.Value, *Error) {
	u := cond.Unknown()
	m.choices++
	then, thenErr := m.eval(e.Args[1])
	other, otherErr := m.eval(e.Args[2])
	m.choices--
	test, negated := positive(u.Residual)
	if negated {
		then, thenErr, other, otherErr = other, otherErr, then, thenErr
	}
	// A branch that asks for the same condition again has its answer.
	then, other = assume(then, test, true), assume(other, test, false)
	args := []value.Value{cond, then, other}
	return m.join(test, u, then, thenErr, other, otherErr, func() *expr.Expr {
		if negated {
			args[1], args[2] = other, then
		}
		return m.residual(e, args)
	})
}

// positive takes the negation off a condition, so that a condition and its opposite are seen as one.
func positive(cond *expr.Expr) (test *expr.Expr, negated bool) {
	for cond.Kind == expr.KindCall && len(cond.Args) == 1 && equalFold(cond.Name, "not") {
		cond, negated = cond.Args[0], !negated
	}
	return cond, negated
}

// connective makes and() or or(): the first argument that equals decisive decides. An unknown one before it does not
// matter in a template that can be deployed, whatever it turns out to be.
func connective(decisive bool) func(*Machine, *expr.Expr) (value.Value, *Error) {
	return func(m *Machine, e *expr.Expr) (value.Value, *Error) {
		var open []value.Value
		var openArgs []*expr.Expr
		var late *Error
		for i, arg := range e.Args {
			v, err := m.eval(arg)
			if err != nil {
				if err.Limit || len(open) == 0 {
					return v, err
				}
				// An unknown argument may keep this one from being evaluated at all.
				late = err
				break
			}
			b, ok := v.AsBool()
			switch {
			case ok && b == decisive:
				return v, nil
			case ok:
			case v.IsUnknown() && (kindOf(v) == value.AbsentKind || kindOf(v) == value.BoolKind):
				if len(open) == 0 {
					m.choices++
					defer func() { m.choices-- }()
				}
				open, openArgs = append(open, v), append(openArgs, arg)
			default:
				return value.Value{}, wrongType(e, i, "Boolean", v)
			}
		}
		switch {
		case len(open) == 0:
			return value.Bool(!decisive), nil
		case late != nil:
			// It is reached only when everything before it is not decisive; so something is.
			return value.Bool(decisive), nil
		case len(open) == 1:
			return open[0], nil
		}
		return m.unknown(&expr.Expr{Kind: expr.KindCall, Name: e.Name, Func: e.Func, Args: openArgs, Start: e.Start, End: e.End}, open, value.BoolKind), nil
	}
}

// lazyCoalesce gives the first argument that is not null and evaluates no further.
func lazyCoalesce(m *Machine, e *expr.Expr) (value.Value, *Error) {
	return m.coalesce(e, 0)
}

func (m *Machine) coalesce(e *expr.Expr, from int) (value.Value, *Error) {
	for i := from; i < len(e.Args); i++ {
		v, err := m.eval(e.Args[i])
		if err != nil {
			return v, err
		}
		switch {
		case v.IsNull():
			continue
		case notNull(v) || i == len(e.Args)-1:
			return v, nil
		}
		return m.coalesceUnknown(e, i, v)
	}
	return value.Null(), nil
}

// coalesceUnknown goes on from an argument that may turn out to be null.
func (m *Machine) coalesceUnknown(e *expr.Expr, at int, v value.Value) (value.Value, *Error) {
	u := v.Unknown()
	if u.Reason == value.Failed {
		return v, nil
	}
	if u.Choice != nil {
		joined, err, ok := m.split(u, []value.Value{v}, func(a []value.Value) (value.Value, *Error) {
			switch {
			case a[0].IsNull():
				return m.coalesce(e, at+1)
			case notNull(a[0]):
				return a[0], nil
			}
			return m.coalesceUnknown(e, at, a[0])
		}, func() *expr.Expr { return m.coalesceResidual(e, at, v) })
		if ok {
			return joined, err
		}
	}
	m.choices++
	rest, err := m.coalesce(e, at+1)
	m.choices--
	if err != nil {
		if err.Limit {
			return rest, err
		}
		// The rest fails: in a template that can be deployed it is not reached.
		return v, nil
	}
	if rest.IsNull() {
		return v, nil
	}
	// The same as if(equals(v, null()), rest, v), and where it is v, that is not null.
	isNull := expr.Call("equals", u.Residual, expr.Call("null"))
	return m.join(isNull, u, rest, nil, notNullAnyMore(v), nil, func() *expr.Expr {
		left := maxInline
		second := inline(rest, &left)
		switch {
		case second == nil:
			return m.coalesceResidual(e, at, v)
		case rest.IsUnknown() && second.Kind == expr.KindCall && equalFold(second.Name, "coalesce"):
			return expr.Call("coalesce", append([]*expr.Expr{u.Residual}, second.Args...)...)
		}
		return expr.Call("coalesce", u.Residual, second)
	})
}

// notNullAnyMore gives an unknown where it is known not to be null.
func notNullAnyMore(v value.Value) value.Value {
	u := *v.Unknown()
	u.NotNull = true
	out := value.FromUnknown(u)
	if v.Secret() {
		out = out.WithSecret()
	}
	return out
}

// coalesceResidual leaves out the arguments that are known to be null.
func (m *Machine) coalesceResidual(e *expr.Expr, at int, v value.Value) *expr.Expr {
	args := append([]*expr.Expr{v.Unknown().Residual}, e.Args[at+1:]...)
	return expr.Call("coalesce", args...)
}

func fnNot(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	b, ok := a[0].AsBool()
	if !ok {
		return value.Value{}, wrongType(e, -1, "Boolean", a[0])
	}
	return value.Bool(!b), nil
}

func fnBool(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	switch a[0].Kind() {
	case value.BoolKind:
		return a[0], nil
	case value.IntKind:
		i, _ := a[0].AsInt()
		return value.Bool(i != 0), nil
	case value.StringKind:
		switch s := a[0].Str(); {
		case equalFold(s, "true"):
			return value.Bool(true), nil
		case equalFold(s, "false"):
			return value.Bool(false), nil
		}
		return value.Value{}, cannot(e, "the value '%s' cannot be converted to type 'Boolean'; 'true', 'false' and integers can", show(a[0]))
	}
	return value.Value{}, wrongType(e, -1, "String, Integer or Boolean", a[0])
}

// constant makes a function without arguments that always gives the same.
func constant(v value.Value) impl {
	return func(*Machine, *expr.Expr, []value.Value) (value.Value, *Error) { return v, nil }
}
