package eval

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// str reads an argument that must be a string. Which is its position, or -1 when it is the only one.
func str(e *expr.Expr, which int, v value.Value) (string, *Error) {
	if s, ok := v.AsString(); ok {
		return s, nil
	}
	return "", wrongType(e, which, "String", v)
}

func integer(e *expr.Expr, which int, v value.Value) (int64, *Error) {
	if i, ok := v.AsInt(); ok {
		return i, nil
	}
	return 0, wrongType(e, which, "Integer", v)
}

// made gives a produced string and takes it off the budget.
func (m *Machine) made(s string) (value.Value, *Error) {
	if err := m.Budget.Produce(len(s)); err != nil {
		return value.Value{}, err
	}
	return value.String(s), nil
}

// onString makes a function of one known string.
func onString(f func(string) string) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		s, err := str(e, -1, a[0])
		if err != nil {
			return value.Value{}, err
		}
		return m.made(f(s))
	}
}

// fnConcat joins strings, or arrays. Unknown arguments leave a string with holes; an array needs all of them.
func fnConcat(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	arrays, scalars, open := 0, 0, 0
	for i, v := range a {
		switch kindOf(v) {
		case value.ArrayKind:
			arrays++
			if v.IsUnknown() {
				open++
			}
		case value.StringKind, value.IntKind, value.BoolKind:
			scalars++
		case value.AbsentKind, value.NullKind:
			if !v.IsUnknown() {
				return value.Value{}, concatType(e, i, v)
			}
			open++
		default:
			return value.Value{}, concatType(e, i, v)
		}
	}
	switch {
	case arrays > 0 && scalars > 0:
		return value.Value{}, cannot(e, "the provided parameters are not valid. Either all or none of the parameters must be an array")
	case arrays > 0 && open > 0, scalars == 0 && open > 0:
		hint := value.AbsentKind
		if arrays > 0 {
			hint = value.ArrayKind
		}
		return m.choose(e, a, hint)
	case arrays > 0:
		return m.concatArrays(a)
	case len(a) == 1 && a[0].IsUnknown() && kindOf(a[0]) == value.StringKind:
		return a[0], nil
	}
	return m.concatStrings(e, a)
}

func concatType(e *expr.Expr, which int, v value.Value) *Error {
	return wrongType(e, which, "String, Integer, Boolean or Array", v)
}

func (m *Machine) concatStrings(e *expr.Expr, a []value.Value) (value.Value, *Error) {
	open := false
	for _, v := range a {
		open = open || v.IsUnknown()
	}
	if open {
		if v, err, ok := m.splitChoice(e, a); ok {
			return v, err
		}
	}
	t := m.text()
	for _, v := range a {
		if v.IsUnknown() {
			t.unknown(v)
		} else {
			t.lit = appendScalar(t.lit, v)
		}
	}
	if !open {
		return m.finish(&t, nil)
	}
	return m.finish(&t, func() *expr.Expr { return m.residual(e, a) })
}

func (m *Machine) concatArrays(a []value.Value) (value.Value, *Error) {
	n := 0
	for _, v := range a {
		n += v.Len()
	}
	if err := m.Budget.elements(n); err != nil {
		return value.Value{}, err
	}
	elems := make([]value.Value, 0, n)
	for _, v := range a {
		for _, x := range v.Elems() {
			elems = append(elems, x)
		}
	}
	return value.Array(elems), nil
}

// splitChoice runs the function of e on both cases when a condition decides one of its arguments.
func (m *Machine) splitChoice(e *expr.Expr, a []value.Value) (value.Value, *Error, bool) {
	f := functionOf(e)
	for i := range a {
		if u := a[i].Unknown(); u != nil && u.Choice != nil {
			return m.split(u, a, func(cases []value.Value) (value.Value, *Error) {
				return m.apply(f, e, cases)
			}, func() *expr.Expr { return m.residual(e, a) })
		}
	}
	return value.Value{}, nil, false
}

// choose is the unknown result of a function that is not strict: per case of a condition, or of that kind.
func (m *Machine) choose(e *expr.Expr, a []value.Value, hint value.Kind) (value.Value, *Error) {
	if err := functionOf(e).mistyped(e, a); err != nil {
		return value.Value{}, err
	}
	if v, err, ok := m.splitChoice(e, a); ok {
		return v, err
	}
	return m.unknown(e, a, hint), nil
}

func fnReplace(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	var s [3]string
	for i := range a {
		if i == 0 && a[0].IsUnknown() {
			continue
		}
		if a[i].IsUnknown() {
			return m.choose(e, a, value.StringKind)
		}
		var err *Error
		if s[i], err = str(e, i, a[i]); err != nil {
			return value.Value{}, err
		}
	}
	if s[1] == "" {
		return value.Value{}, cannot(e, "the string to replace must not be empty")
	}
	if a[0].IsUnknown() {
		return m.replaceParts(e, a, s[1], s[2])
	}
	if grown := len(s[2]) - len(s[1]); grown > 0 {
		if err := m.Budget.Produce(strings.Count(s[0], s[1]) * grown); err != nil {
			return value.Value{}, err
		}
	}
	return m.made(strings.ReplaceAll(s[0], s[1], s[2]))
}

// replaceParts replaces in what is known of a string. Only a single character cannot lie across a hole.
func (m *Machine) replaceParts(e *expr.Expr, a []value.Value, old, new string) (value.Value, *Error) {
	if v, err, ok := m.splitChoice(e, a); ok {
		return v, err
	}
	u := a[0].Unknown()
	if len(old) != 1 || len(u.Parts) == 0 {
		return m.unknown(e, a, value.StringKind), nil
	}
	var t text
	for _, p := range u.Parts {
		if p.Hole == nil {
			t.literal(strings.ReplaceAll(p.Lit, old, new))
		} else {
			t.hole(expr.Call("replace", holeText(p), expr.Str(old), expr.Str(new)), u)
		}
	}
	return t.value(m.Budget, func() *expr.Expr { return m.residual(e, a) })
}

// recase makes toLower and toUpper, which change what is known of a string and wrap the rest.
func recase(change func(string) string) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		u := a[0].Unknown()
		if u == nil {
			s, err := str(e, -1, a[0])
			if err != nil {
				return value.Value{}, err
			}
			return m.made(change(s))
		}
		if len(u.Parts) == 0 {
			return m.choose(e, a, value.StringKind)
		}
		name := callName(e)
		var t text
		for _, p := range u.Parts {
			switch {
			case p.Hole == nil:
				t.literal(change(p.Lit))
			case alreadyCased(p.Hole, name):
				t.part(p, u)
			default:
				t.hole(expr.Call(name, holeText(p)), u)
			}
		}
		return t.value(m.Budget, func() *expr.Expr { return m.residual(e, a) })
	}
}

// alreadyCased says that changing the case of what an expression gives changes nothing.
func alreadyCased(e *expr.Expr, name string) bool {
	if e.Kind != expr.KindCall {
		return false
	}
	if equalFold(e.Name, name) {
		return true
	}
	return name == "toLower" && (equalFold(e.Name, "uniqueString") || equalFold(e.Name, "guid") || equalFold(e.Name, "newGuid"))
}

func fnSubstring(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	for i := range a {
		if a[i].IsUnknown() {
			return m.substringOfParts(e, a)
		}
	}
	s, err := str(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	from, err := integer(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	size := int64(utf16Len(s))
	if from < 0 {
		return value.Value{}, cannot(e, "the index parameter cannot be less than zero. The index: '%d'", from)
	}
	if from > size {
		return value.Value{}, cannot(e, "the index parameter cannot be larger than the length of the string. The index: '%d', the length: '%d'", from, size)
	}
	n := size - from
	if len(a) == 3 {
		if n, err = integer(e, 2, a[2]); err != nil {
			return value.Value{}, err
		}
		if n < 0 {
			return value.Value{}, cannot(e, "the length parameter cannot be less than zero. The length parameter: '%d'", n)
		}
		if n > size-from {
			return value.Value{}, cannot(e, "the index and length parameters must refer to a location within the string. The index: '%d', the length: '%d', the length of the string: '%d'", from, n, size)
		}
	}
	return m.made(utf16Slice(s, int(from), int(from+n)))
}

func fnPadLeft(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if k := a[0].Kind(); k != value.StringKind && k != value.IntKind {
		return value.Value{}, wrongType(e, 0, "String or Integer", a[0])
	}
	width, err := integer(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	pad := " "
	if len(a) == 3 {
		if pad, err = str(e, 2, a[2]); err != nil {
			return value.Value{}, err
		}
		if utf16Len(pad) != 1 {
			return value.Value{}, cannot(e, "the padding must be a single character")
		}
	}
	const most = 16
	if width < 0 || width > most {
		return value.Value{}, cannot(e, "the total width must be a positive integer value and not greater than '%d'. The provided value: '%d'", most, width)
	}
	s := string(appendScalar(nil, a[0]))
	if missing := int(width) - utf16Len(s); missing > 0 {
		s = strings.Repeat(pad, missing) + s
	}
	return m.made(s)
}
