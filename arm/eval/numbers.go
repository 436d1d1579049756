package eval

import (
	"math"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// arithmetic makes a function of two 64-bit integers; ok is false when the result does not fit.
func arithmetic(f func(x, y int64) (result int64, ok bool)) impl {
	return func(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		x, err := integer(e, 0, a[0])
		if err != nil {
			return value.Value{}, err
		}
		y, err := integer(e, 1, a[1])
		if err != nil {
			return value.Value{}, err
		}
		r, ok := f(x, y)
		if !ok {
			return value.Value{}, cannot(e, "the operation overflowed with the operands '%s' and '%s'", show(a[0]), show(a[1]))
		}
		return value.Int(r), nil
	}
}

// division makes div and mod: truncated toward zero, the remainder with the sign of the dividend.
func division(f func(x, y int64) (int64, bool)) impl {
	divide := arithmetic(f)
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		if y, ok := a[1].AsInt(); ok && y == 0 {
			if _, err := integer(e, 0, a[0]); err != nil {
				return value.Value{}, err
			}
			return value.Value{}, cannot(e, "attempted to divide by zero")
		}
		return divide(m, e, a)
	}
}

func addInts(x, y int64) (int64, bool) {
	r := x + y
	return r, (r > x) == (y > 0)
}

func subInts(x, y int64) (int64, bool) {
	r := x - y
	return r, (r < x) == (y > 0)
}

func mulInts(x, y int64) (int64, bool) {
	if x == 0 || y == 0 {
		return 0, true
	}
	r := x * y
	return r, r/y == x && (x != -1 || y != math.MinInt64) && (y != -1 || x != math.MinInt64)
}

func divInts(x, y int64) (int64, bool) {
	if x == math.MinInt64 && y == -1 {
		return 0, false
	}
	return x / y, true
}

func modInts(x, y int64) (int64, bool) {
	if y == -1 {
		return 0, true
	}
	return x % y, true
}

func fnInt(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	switch a[0].Kind() {
	case value.IntKind:
		return a[0], nil
	case value.FloatKind:
		f, _ := a[0].AsFloat()
		if math.Abs(f) < 1<<63 {
			return value.Int(int64(math.RoundToEven(f))), nil
		}
		return value.Value{}, cannot(e, "the value '%s' does not fit 64 bits", show(a[0]))
	case value.StringKind:
		n, err := strconv.ParseInt(strings.TrimSpace(a[0].Str()), 10, 64)
		if err != nil {
			return value.Value{}, cannot(e, "the value '%s' cannot be converted to type 'Integer'", show(a[0]))
		}
		return value.Int(n), nil
	}
	return value.Value{}, wrongType(e, -1, "Integer or String", a[0])
}

func fnFloat(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if f, ok := a[0].AsFloat(); ok {
		return value.Float(f), nil
	}
	s, ok := a[0].AsString()
	if !ok {
		return value.Value{}, wrongType(e, -1, "Integer or String", a[0])
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(s, "xX_pP") {
		return value.Value{}, cannot(e, "the value '%s' cannot be converted to type 'Float'", show(a[0]))
	}
	return value.Float(f), nil
}

// fnCopyIndex gives the index of a copy loop, plus an offset: copyIndex(), copyIndex(1), copyIndex('loop'),
// copyIndex('loop', 1).
func fnCopyIndex(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	loop, offset := "", int64(0)
	for i, v := range a {
		switch {
		case v.Kind() == value.StringKind && i == 0:
			loop = v.Str()
		case v.Kind() == value.IntKind && i == len(a)-1:
			offset, _ = v.AsInt()
		default:
			return value.Value{}, cannot(e, "the arguments must be the name of a copy loop and an integer offset, or one of them. Parameter %d is of type '%s'", i+1, typeName(v))
		}
	}
	v, err := m.Scope.CopyIndex(loop)
	if err != nil {
		if loop == "" {
			return v, m.outside(e, err, "The template function 'copyIndex' is not expected at this location. The function can only be used in a resource with copy specified, or with the name of a copy loop around it")
		}
		return v, m.outside(e, err, "The copy loop '"+loop+"' that 'copyIndex' names does not enclose this expression")
	}
	if offset == 0 {
		return v, nil
	}
	i, ok := v.AsInt()
	if !ok {
		return m.unknownWith(e, []value.Value{v}, value.Unknown{
			Residual: expr.Call("add", residualOf(v), expr.Int(offset)), Hint: value.IntKind, NotNull: true,
		}), nil
	}
	sum, ok := addInts(i, offset)
	if !ok {
		return value.Value{}, cannot(e, "the operation overflowed with the operands '%d' and '%d'", i, offset)
	}
	return value.Int(sum), nil
}
