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

// caster makes values of one type comparable with another: dynamic values are
// cast, null stays null, a number stays the number it is.
func caster(from, to Type) func(Value) Value {
	switch {
	case from != TypeDynamic:
		return func(v Value) Value { return v }
	case to.numeric():
		return func(v Value) Value {
			if v.number() {
				return v
			}
			return toReal(v)
		}
	}
	return func(v Value) Value {
		if v.IsNull() {
			return v
		}
		return convert(v, to)
	}
}

func (b *binder) wantComparable(at position, l, r Type) error {
	if comparable(l, r) {
		return nil
	}
	return b.fail(at, "Cannot compare values of types %s and %s. Try adding explicit casts such as tostring() or toint()", l, r)
}

func (b *binder) comparison(at position, op string, left, right expr) (expr, error) {
	if err := b.wantComparable(at, left.typ, right.typ); err != nil {
		return expr{}, err
	}
	toRight, toLeft, lv, rv := caster(left.typ, right.typ), caster(right.typ, left.typ), left.eval, right.eval
	l := func(row Row) Value { return toRight(lv(row)) }
	r := func(row Row) Value { return toLeft(rv(row)) }
	if left.typ != TypeDynamic {
		l = lv
	}
	if right.typ != TypeDynamic {
		r = rv
	}
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

// between evaluates its operand once, and so do betweens within betweens.
func (b *binder) between(n between) (expr, error) {
	arg, err := b.bind(n.arg)
	if err != nil {
		return expr{}, err
	}
	low, err := b.bind(n.low)
	if err != nil {
		return expr{}, err
	}
	up, err := b.bind(n.up)
	if err != nil {
		return expr{}, err
	}
	length := up.typ == TypeTimespan && low.typ == TypeDateTime // datetime .. timespan counts from the start
	upType := up.typ
	if length {
		upType = TypeDateTime
	}
	for _, bound := range []Type{low.typ, upType} {
		if err := b.wantComparable(n.position, arg.typ, bound); err != nil {
			return expr{}, err
		}
	}
	toLow, toUp := caster(arg.typ, low.typ), caster(arg.typ, upType)
	fromLow, fromUp := caster(low.typ, arg.typ), caster(upType, arg.typ)
	negated := n.not
	return expr{typ: TypeBool, eval: func(r Row) Value {
		v, lowest, highest := arg.eval(r), low.eval(r), up.eval(r)
		if length {
			highest = arithmetic('+', lowest, highest)
		}
		over, overKnown := order(toLow(v), fromLow(lowest))
		under, underKnown := order(toUp(v), fromUp(highest))
		switch {
		case overKnown && over < 0 || underKnown && under > 0:
			return Bool(negated)
		case !overKnown || !underKnown:
			return Value{}
		}
		return Bool(!negated)
	}}.folded(arg.constant && low.constant && up.constant), nil
}
