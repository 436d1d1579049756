package kusto

import "math"

// resultType is the type of an arithmetic operator, ok false when there is none
// for the operands.
func resultType(op string, a, b Type) (t Type, ok bool) {
	dynamic := a == TypeDynamic || b == TypeDynamic
	switch {
	case a.numeric() && b.numeric():
		if a == TypeReal || b == TypeReal {
			return TypeReal, true
		}
		return TypeLong, true
	case a == TypeDateTime && b == TypeDateTime:
		return TypeTimespan, op == "-"
	case a == TypeDateTime && b == TypeTimespan:
		return TypeDateTime, op == "+" || op == "-"
	case a == TypeTimespan && b == TypeDateTime:
		return TypeDateTime, op == "+"
	case a == TypeTimespan && b == TypeTimespan:
		if op == "/" {
			return TypeReal, true
		}
		return TypeTimespan, op == "+" || op == "-" || op == "%"
	case a == TypeTimespan && b.numeric():
		return TypeTimespan, op == "*" || op == "/"
	case a.numeric() && b == TypeTimespan:
		return TypeTimespan, op == "*"
	case dynamic && (a == TypeDynamic || a.numeric()) && (b == TypeDynamic || b.numeric()):
		return TypeDynamic, true
	}
	return 0, false
}

func (b *binder) arithmetic(n operation, left, right expr) (expr, error) {
	typ, ok := resultType(n.op, left.typ, right.typ)
	if !ok {
		advice := ""
		if left.typ == TypeString || right.typ == TypeString {
			advice = "; strings are joined with strcat()"
		}
		return expr{}, b.fail(n.position, "Operator '%s' cannot be used with values of types %s and %s%s", n.op, left.typ, right.typ, advice)
	}
	l, r, op := left.eval, right.eval, n.op[0]
	return expr{typ: typ, eval: func(row Row) Value { return arithmetic(op, l(row), r(row)) }}, nil
}

// arithmetic computes; what cannot be computed is null.
func arithmetic(op byte, a, b Value) Value {
	switch {
	case a.kind == longKind && b.kind == longKind:
		return integer(op, a.n, b.n)
	case a.number() && b.number():
		return Real(floating(op, a.float(), b.float()))
	case a.kind == dateTimeKind && b.kind == dateTimeKind && op == '-':
		return span(a.n - b.n)
	case a.kind == dateTimeKind && b.kind == timespanKind:
		if v := integer(op, a.n, b.n); v.kind == longKind {
			return timeInRange(v.n)
		}
	case a.kind == timespanKind && b.kind == dateTimeKind:
		return arithmetic(op, b, a)
	case a.kind == timespanKind && b.kind == timespanKind:
		if op == '/' {
			return Real(float64(a.n) / float64(b.n))
		}
		if v := integer(op, a.n, b.n); v.kind == longKind {
			return span(v.n)
		}
	case a.kind == timespanKind && b.number():
		return spanOf(floating(op, float64(a.n), b.float()))
	case a.number() && b.kind == timespanKind:
		return spanOf(floating(op, a.float(), float64(b.n)))
	}
	return Value{}
}

func integer(op byte, a, b int64) Value {
	switch op {
	case '+':
		if sum := a + b; (sum > a) == (b > 0) {
			return Long(sum)
		}
	case '-':
		if diff := a - b; (diff < a) == (b > 0) {
			return Long(diff)
		}
	case '*':
		if a == 0 || b == 0 {
			return Long(0)
		}
		if p := a * b; p/b == a && !(a == -1 && b == math.MinInt64) && !(b == -1 && a == math.MinInt64) {
			return Long(p)
		}
	case '/':
		if b != 0 && !(a == math.MinInt64 && b == -1) {
			return Long(a / b)
		}
	case '%':
		if b == 0 || b == math.MinInt64 {
			return Value{}
		}
		if b < 0 {
			b = -b
		}
		if m := a % b; m < 0 {
			return Long(m + b)
		} else {
			return Long(m)
		}
	}
	return Value{}
}

func floating(op byte, a, b float64) float64 {
	switch op {
	case '+':
		return a + b
	case '-':
		return a - b
	case '*':
		return a * b
	case '/':
		return a / b
	}
	m := math.Mod(a, math.Abs(b))
	if m < 0 {
		m += math.Abs(b)
	}
	return m
}

// bin rounds down to a multiple of a step, null for a step that is not positive.
func bin(v, step Value) Value {
	switch {
	case v.kind == longKind && step.kind == longKind,
		(v.kind == dateTimeKind || v.kind == timespanKind) && step.kind == timespanKind:
		if step.n <= 0 {
			return Value{}
		}
		if m := integer('%', v.n, step.n); m.kind == longKind && v.n >= math.MinInt64+m.n {
			v.n -= m.n
			return v
		}
	case v.kind == dateTimeKind && step.number():
		return bin(v, spanOf(step.float()*float64(tickDay)))
	case v.number() && step.number():
		if f := step.float(); f > 0 {
			return Real(math.Floor(v.float()/f) * f)
		}
	}
	return Value{}
}
