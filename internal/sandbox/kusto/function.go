package kusto

import (
	"maps"
	"math"
)

// function is a scalar function.
type function struct {
	min, max int // arguments; max is -1 for any number
	typ      Type
	typeOf   func(args []expr) Type             // where the type depends on the arguments
	named    func(name string, a []expr) string // the name of a column of it; nil for none
	apply    func(args []Value) Value           // must not keep args
	special  func(*binder, call) (expr, error)  // binds by itself, in place of apply
	oneType  bool                               // the arguments must be of one type, and that is the function's
	measure  bool                               // the first argument must be something that is measured: no text, no bool
}

// firstName gives a column the name of the first argument, as conversions do.
func firstName(_ string, args []expr) string { return args[0].name }

// prefixedName gives a column the name of the function and of the argument.
func prefixedName(name string, args []expr) string {
	if args[0].name == "" {
		return ""
	}
	return name + "_" + args[0].name
}

func firstType(args []expr) Type { return args[0].typ }

// functions are the scalar functions by name.
func functions() map[string]function {
	all := map[string]function{}
	for _, group := range []map[string]function{
		conversionFunctions(), conditionalFunctions(), textFunctions(), patternFunctions(),
		dynamicFunctions(), timeFunctions(), mathFunctions(), encodingFunctions(),
	} {
		maps.Copy(all, group)
	}
	return all
}

func conversionFunctions() map[string]function {
	to := func(t Type) function {
		return function{min: 1, max: 1, typ: t, named: firstName, apply: func(a []Value) Value { return convert(a[0], t) }}
	}
	parse := function{min: 1, max: 1, typ: TypeDynamic, named: firstName, apply: func(a []Value) Value {
		if a[0].kind != stringKind {
			return a[0]
		}
		return parseJSON(a[0])
	}}
	guid := function{min: 1, max: 1, typ: TypeString, named: firstName, apply: func(a []Value) Value { return toGUID(a[0].Text()) }}
	return map[string]function{
		"tostring": to(TypeString), "tobool": to(TypeBool), "toboolean": to(TypeBool), "toint": to(TypeInt),
		"tolong": to(TypeLong), "todouble": to(TypeReal), "toreal": to(TypeReal), "todecimal": to(TypeReal),
		"todatetime": to(TypeDateTime), "totimespan": to(TypeTimespan), "toguid": guid,
		"todynamic": parse, "parse_json": parse, "parsejson": parse, "toobject": parse,
		"gettype": {min: 1, max: 1, typ: TypeString, apply: func(a []Value) Value { return String(kindNames[a[0].kind]) }},
	}
}

var kindNames = [...]string{"null", "bool", "long", "real", "string", "datetime", "timespan", "array", "dictionary"}

// parseJSON reads a string as JSON; a string that is none stays itself, as
// Kusto's parse_json() leaves it.
func parseJSON(v Value) Value {
	i := skipSpace(v.s, 0)
	parsed, end, ok := scanValue(v.s, i)
	if !ok || skipSpace(v.s, end) != len(v.s) {
		return v
	}
	if parsed.container() {
		if _, sound := parsed.appendJSON(nil, 0); !sound {
			return v
		}
	}
	return parsed
}

func toGUID(s string) Value {
	const shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	s = fold(s)
	if len(s) != len(shape) {
		return String("")
	}
	for i := range shape {
		hexDigit := s[i] >= '0' && s[i] <= '9' || s[i] >= 'a' && s[i] <= 'f'
		if (shape[i] == '-') != (s[i] == '-') || shape[i] == 'x' && !hexDigit {
			return String("")
		}
	}
	return String(s)
}

func conditionalFunctions() map[string]function {
	isEmpty := func(v Value) bool { return v.IsNull() || v.kind == stringKind && v.s == "" }
	test := func(f func(Value) bool) function {
		return function{min: 1, max: 1, typ: TypeBool, apply: func(a []Value) Value { return Bool(f(a[0])) }}
	}
	iff := function{min: 3, max: 3, special: bindIff}
	return map[string]function{
		"not":        {min: 1, max: 1, special: bindNot},
		"isnull":     test(Value.IsNull),
		"isnotnull":  test(func(v Value) bool { return !v.IsNull() }),
		"notnull":    test(func(v Value) bool { return !v.IsNull() }),
		"isempty":    test(isEmpty),
		"isnotempty": test(func(v Value) bool { return !isEmpty(v) }),
		"notempty":   test(func(v Value) bool { return !isEmpty(v) }),
		"isnan":      test(func(v Value) bool { return v.kind == realKind && math.IsNaN(v.real()) }),
		"isinf":      test(func(v Value) bool { return v.kind == realKind && math.IsInf(v.real(), 0) }),
		"isfinite": test(func(v Value) bool {
			return v.number() && !math.IsNaN(v.float()) && !math.IsInf(v.float(), 0)
		}),
		"iff": iff, "iif": iff,
		"case":            {min: 3, max: -1, special: bindCase},
		"coalesce":        {min: 1, max: -1, special: bindCoalesce},
		"column_ifexists": {min: 2, max: 2, special: bindColumnIfExists},
		"columnifexists":  {min: 2, max: 2, special: bindColumnIfExists},
	}
}

func bindNot(b *binder, c call) (expr, error) {
	e, err := b.predicate(c.args[0])
	if err != nil {
		return expr{}, err
	}
	return expr{typ: TypeBool, eval: func(r Row) Value { return not(e.eval(r)) }}.folded(e.constant), nil
}

// bindIff is case with one condition.
func bindIff(b *binder, c call) (expr, error) { return bindCase(b, c) }

func bindCase(b *binder, c call) (expr, error) {
	if len(c.args)%2 == 0 {
		return expr{}, b.fail(c.position, "%s() takes pairs of a condition and a value, and a value for when no condition holds", c.name)
	}
	var conds, values []expr
	allConstant := true
	for i, a := range c.args {
		if i%2 == 0 && i < len(c.args)-1 {
			e, err := b.predicate(a)
			if err != nil {
				return expr{}, err
			}
			conds, allConstant = append(conds, e), allConstant && e.constant
			continue
		}
		e, err := b.bind(a)
		if err != nil {
			return expr{}, err
		}
		values, allConstant = append(values, e), allConstant && e.constant
	}
	typ, err := b.common(c.position, c.name, values)
	if err != nil {
		return expr{}, err
	}
	otherwise := values[len(values)-1]
	return expr{typ: typ, eval: func(r Row) Value {
		for i, cond := range conds {
			if is, _ := cond.eval(r).truth(); is {
				return values[i].eval(r)
			}
		}
		return otherwise.eval(r)
	}}.folded(allConstant), nil
}

// common is the type of what may be any of several values.
func (b *binder) common(at position, name string, values []expr) (Type, error) {
	typ := values[0].typ
	for _, v := range values[1:] {
		switch {
		case v.typ == typ:
		case v.typ.numeric() && typ.numeric():
			typ = max(v.typ, typ)
		case v.typ == TypeDynamic || typ == TypeDynamic:
			typ = TypeDynamic
		default:
			return 0, b.fail(at, "the values of %s() must be of one type, these are of %s and %s", name, typ, v.typ)
		}
	}
	return typ, nil
}

func bindCoalesce(b *binder, c call) (expr, error) {
	var values []expr
	allConstant := true
	for _, a := range c.args {
		e, err := b.bind(a)
		if err != nil {
			return expr{}, err
		}
		values, allConstant = append(values, e), allConstant && e.constant
	}
	typ, err := b.common(c.position, c.name, values)
	if err != nil {
		return expr{}, err
	}
	return expr{typ: typ, eval: func(r Row) Value {
		var v Value
		for _, e := range values {
			if v = e.eval(r); !v.IsNull() && !(v.kind == stringKind && v.s == "") {
				return v
			}
		}
		return v
	}}.folded(allConstant), nil
}

func bindColumnIfExists(b *binder, c call) (expr, error) {
	name, ok := c.args[0].(literal)
	if !ok || name.typ != TypeString {
		return expr{}, b.fail(c.args[0].place(), "%s() takes the name of a column in quotes", c.name)
	}
	for _, col := range b.scope {
		if col.Name == name.value.s {
			return b.bind(nameRef{name.position, col.Name})
		}
	}
	return b.bind(c.args[1])
}
