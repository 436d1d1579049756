package kusto

import (
	"regexp"
	"strings"
)

func (b *binder) binary(n operation) (expr, error) {
	left, err := b.bind(n.left)
	if err != nil {
		return expr{}, err
	}
	right, err := b.bind(n.right)
	if err != nil {
		return expr{}, err
	}
	var e expr
	switch n.op {
	case "+", "-", "*", "/", "%":
		e, err = b.arithmetic(n, left, right)
	case "==", "!=", "<", "<=", ">", ">=":
		e, err = b.comparison(n.position, n.op, left, right)
	case "=~", "!~":
		e, err = b.equalFold(n, left, right)
	case "matches regex":
		e, err = b.matches(n, left, right)
	default:
		e, err = b.textual(n, left, right)
	}
	if err != nil {
		return expr{}, err
	}
	return e.folded(left.constant && right.constant), nil
}

// comparable says whether values of two types may be compared.
func comparable(a, b Type) bool {
	if a == TypeDynamic || b == TypeDynamic {
		return a != b
	}
	return a == b || (a.numeric() || a == TypeBool) && (b.numeric() || b == TypeBool)
}

// castTo makes values of a dynamic expression comparable with a type; null stays
// null, a number stays the number it is.
func castTo(e expr, t Type) func(Row) Value {
	if e.typ != TypeDynamic {
		return e.eval
	}
	get := e.eval
	if t.numeric() {
		return func(r Row) Value {
			if v := get(r); v.number() {
				return v
			} else {
				return toReal(v)
			}
		}
	}
	return func(r Row) Value {
		if v := get(r); v.IsNull() {
			return v
		} else {
			return convert(v, t)
		}
	}
}

func (b *binder) comparison(at position, op string, left, right expr) (expr, error) {
	if !comparable(left.typ, right.typ) {
		return expr{}, b.fail(at, "Cannot compare values of types %s and %s. Try adding explicit casts such as tostring() or toint()", left.typ, right.typ)
	}
	l, r := castTo(left, right.typ), castTo(right, left.typ)
	e := expr{typ: TypeBool}
	switch op {
	case "==":
		e.eval = func(row Row) Value { return equal(l(row), r(row)) }
	case "!=":
		e.eval = func(row Row) Value { return not(equal(l(row), r(row))) }
	default:
		less, same := op[0] == '<', len(op) == 2
		e.eval = func(row Row) Value {
			c, ok := order(l(row), r(row))
			if !ok {
				return Value{}
			}
			return Bool(c == 0 && same || c < 0 && less || c > 0 && !less)
		}
	}
	return e, nil
}

func (b *binder) wantText(at position, op string, args ...expr) error {
	for _, e := range args {
		if e.typ != TypeString && e.typ != TypeDynamic {
			return b.fail(at, "'%s' takes strings, this is a %s; write tostring()", op, e.typ)
		}
	}
	return nil
}

func (b *binder) equalFold(n operation, left, right expr) (expr, error) {
	if err := b.wantText(n.position, n.op, left, right); err != nil {
		return expr{}, err
	}
	l, r, wanted := left.eval, right.eval, n.op == "=~"
	return expr{typ: TypeBool, eval: func(row Row) Value {
		return Bool(strings.EqualFold(l(row).Text(), r(row).Text()) == wanted)
	}}, nil
}

// textual binds has, contains, startswith and their kin.
func (b *binder) textual(n operation, left, right expr) (expr, error) {
	if err := b.wantText(n.position, n.op, left, right); err != nil {
		return expr{}, err
	}
	name, negated := strings.CutPrefix(n.op, "!")
	name, sensitive := strings.CutSuffix(name, "_cs")
	test, l, r := textTests[name], left.eval, right.eval
	if sensitive {
		return expr{typ: TypeBool, eval: func(row Row) Value {
			return Bool(test(l(row).Text(), r(row).Text()) != negated)
		}}, nil
	}
	operand := func(row Row) string { return fold(r(row).Text()) }
	if right.constant {
		folded := fold(right.value().Text())
		operand = func(Row) string { return folded }
	}
	return expr{typ: TypeBool, eval: func(row Row) Value {
		return Bool(test(fold(l(row).Text()), operand(row)) != negated)
	}}, nil
}

// pattern binds an operand that is a regular expression.
func (b *binder) pattern(at position, e expr) (*regexp.Regexp, error) {
	if !e.constant || e.value().kind != stringKind {
		return nil, b.fail(at, "a regular expression must be a constant string")
	}
	re, err := regexp.Compile(e.value().s)
	if err != nil {
		return nil, b.fail(at, "this is no regular expression of RE2: %v", err)
	}
	return re, nil
}

func (b *binder) matches(n operation, left, right expr) (expr, error) {
	if err := b.wantText(n.position, n.op, left); err != nil {
		return expr{}, err
	}
	re, err := b.pattern(n.right.place(), right)
	if err != nil {
		return expr{}, err
	}
	l := left.eval
	return expr{typ: TypeBool, eval: func(row Row) Value { return Bool(re.MatchString(l(row).Text())) }}, nil
}

func (b *binder) between(n between) (expr, error) {
	low, err := b.binary(operation{n.position, ">=", n.arg, n.low})
	if err != nil {
		return expr{}, err
	}
	up, err := b.bind(n.up)
	if err != nil {
		return expr{}, err
	}
	arg, err := b.bind(n.arg)
	if err != nil {
		return expr{}, err
	}
	if up.typ == TypeTimespan && arg.typ == TypeDateTime { // datetime .. timespan counts from the start
		n.up = operation{n.position, "+", n.low, n.up}
	}
	high, err := b.binary(operation{n.position, "<=", n.arg, n.up})
	if err != nil {
		return expr{}, err
	}
	negated := n.not
	return expr{typ: TypeBool, eval: func(r Row) Value {
		over, overKnown := low.eval(r).truth()
		under, underKnown := high.eval(r).truth()
		switch {
		case overKnown && !over || underKnown && !under:
			return Bool(negated)
		case !overKnown || !underKnown:
			return Value{}
		}
		return Bool(!negated)
	}}.folded(arg.constant && low.constant && high.constant), nil
}
