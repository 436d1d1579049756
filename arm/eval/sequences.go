package eval

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Functions that take a string as well as an array, and some an object.

func fnLength(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	switch a[0].Kind() {
	case value.StringKind:
		return value.Int(int64(utf16Len(a[0].Str()))), nil
	case value.ArrayKind, value.ObjectKind:
		return value.Int(int64(a[0].Len())), nil
	}
	return value.Value{}, wrongType(e, -1, "Array, Object or String", a[0])
}

func fnEmpty(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	switch v := a[0]; v.Kind() {
	case value.NullKind, value.AbsentKind:
		return value.Bool(true), nil
	case value.StringKind:
		return value.Bool(v.Str() == ""), nil
	case value.ArrayKind, value.ObjectKind:
		return value.Bool(v.Len() == 0), nil
	case value.UnknownKind:
		if u := v.Unknown(); knownBytes(u.Parts) > 0 || segmentHole(u.Residual) {
			return value.Bool(false), nil
		}
		return m.truth(e, a)
	}
	return value.Value{}, wrongType(e, -1, "Array, Object or String", a[0])
}

// end makes first and last.
func end(last bool) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		switch v := a[0]; v.Kind() {
		case value.ArrayKind:
			n := v.Len()
			switch {
			case n == 0:
				return value.Null(), nil
			case last:
				return v.At(n - 1), nil
			}
			return v.At(0), nil
		case value.StringKind:
			s := v.Str()
			n := utf16Len(s)
			switch {
			case n == 0:
				return value.String(""), nil
			case last:
				return value.String(utf16Slice(s, n-1, n)), nil
			}
			return value.String(utf16Slice(s, 0, 1)), nil
		case value.UnknownKind:
			if s := endOf(v, last); s != "" {
				return value.String(s), nil
			}
			return m.choose(e, a, value.AbsentKind)
		}
		return value.Value{}, wrongType(e, -1, "Array or String", a[0])
	}
}

// endOf is the first or last character of a partly known string, "" when not known.
func endOf(v value.Value, last bool) string {
	parts := v.Unknown().Parts
	if last {
		s := suffix(parts)
		if n := utf16Len(s); n > 0 {
			return utf16Slice(s, n-1, n)
		}
		return ""
	}
	if s := prefix(parts); s != "" {
		return utf16Slice(s, 0, 1)
	}
	return ""
}

// portion makes take and skip. A count below zero is zero, one beyond the end is the end.
func portion(take bool) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		if a[1].IsUnknown() {
			return m.choose(e, a, kindOf(a[0]))
		}
		count, err := integer(e, 1, a[1])
		if err != nil {
			return value.Value{}, err
		}
		switch v := a[0]; v.Kind() {
		case value.StringKind:
			s := v.Str()
			size := utf16Len(s)
			n := int(max(0, min(count, int64(size))))
			if take {
				return m.made(utf16Slice(s, 0, n))
			}
			return m.made(utf16Slice(s, n, size))
		case value.ArrayKind:
			n := int(max(0, min(count, int64(v.Len()))))
			if take {
				return m.slice(v, 0, n)
			}
			return m.slice(v, n, v.Len())
		case value.UnknownKind:
			return m.portionOfParts(e, a, take, count)
		}
		return value.Value{}, wrongType(e, 0, "Array or String", a[0])
	}
}

func (m *Machine) slice(v value.Value, from, to int) (value.Value, *Error) {
	if from == 0 && to == v.Len() {
		return v, nil
	}
	if err := m.Budget.elements(to - from); err != nil {
		return value.Value{}, err
	}
	elems := make([]value.Value, 0, to-from)
	for i, x := range v.Elems() {
		if i >= to {
			break
		}
		if i >= from {
			elems = append(elems, x)
		}
	}
	return value.Array(elems), nil
}

// portionOfParts takes or skips characters of a string that starts with a known literal.
func (m *Machine) portionOfParts(e *expr.Expr, a []value.Value, take bool, count int64) (value.Value, *Error) {
	u := a[0].Unknown()
	lit := prefix(u.Parts)
	if lit == "" || u.Choice != nil || count < 0 {
		return m.choose(e, a, u.Hint)
	}
	known := utf16Len(lit)
	if int64(known) >= count {
		n := int(count)
		if take {
			return m.made(utf16Slice(lit, 0, n))
		}
		var t text
		t.literal(utf16Slice(lit, n, known))
		t.rest(u)
		return t.value(m.Budget, func() *expr.Expr { return m.residual(e, a) })
	}
	rest := concatenation(u.Parts[1:], a[0].Secret())
	if len(u.Parts) == 2 {
		rest = holeText(u.Parts[1])
	}
	var t text
	if take {
		t.literal(lit)
	}
	t.hole(expr.Call(callName(e), rest, expr.Int(count-int64(known))), u)
	return t.value(m.Budget, func() *expr.Expr { return m.residual(e, a) })
}

// substringOfParts is the start of a partly known string when that is asked for.
func (m *Machine) substringOfParts(e *expr.Expr, a []value.Value) (value.Value, *Error) {
	from, known := a[1].AsInt()
	if u := a[0].Unknown(); u != nil && known && from >= 0 && u.Choice == nil {
		lead := int64(utf16Len(prefix(u.Parts)))
		if len(a) == 3 {
			if n, ok := a[2].AsInt(); ok && n >= 0 && from <= lead && n <= lead-from {
				return m.made(utf16Slice(prefix(u.Parts), int(from), int(from+n)))
			}
		}
	}
	return m.choose(e, a, value.StringKind)
}

// rest adds all parts but the first.
func (t *text) rest(u *value.Unknown) {
	for _, p := range u.Parts[1:] {
		t.part(p, u)
	}
}

func fnContains(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	switch a[0].Kind() {
	case value.ObjectKind:
		if a[1].IsUnknown() {
			return m.truth(e, a)
		}
		key, err := str(e, 1, a[1])
		if err != nil {
			return value.Value{}, err
		}
		return value.Bool(!a[0].Get(key).IsAbsent()), nil
	case value.ArrayKind:
		at, err := m.find(a[0], a[1], anyHit)
		switch {
		case err != nil:
			return value.Value{}, err
		case at == unsure:
			return m.truth(e, a)
		}
		return value.Bool(at >= 0), nil
	case value.StringKind:
		if a[1].IsUnknown() {
			return m.textTest(e, a, strings.Contains)
		}
		t, err := str(e, 1, a[1])
		if err != nil {
			return value.Value{}, err
		}
		return value.Bool(strings.Contains(a[0].Str(), t)), nil
	case value.UnknownKind:
		return m.textTest(e, a, strings.Contains)
	}
	return value.Value{}, wrongType(e, 0, "Array, Object or String", a[0])
}

// textTest decides contains, startsWith and endsWith from what is known of two strings.
func (m *Machine) textTest(e *expr.Expr, a []value.Value, holds func(s, t string) bool) (value.Value, *Error) {
	t, known := a[1].AsString()
	u := a[0].Unknown()
	if known && u != nil {
		if t == "" && kindOf(a[0]) == value.StringKind {
			return value.Bool(true), nil
		}
		for _, p := range u.Parts {
			if p.Hole == nil && strings.Contains(p.Lit, t) && callName(e) == "contains" {
				return value.Bool(true), nil
			}
		}
	}
	if s, ok := a[0].AsString(); ok && callName(e) == "contains" && u == nil {
		// A known text that lacks a known piece of the other cannot contain it.
		for _, p := range partsOf(a[1]) {
			if p.Hole == nil && !holds(s, p.Lit) {
				return value.Bool(false), nil
			}
		}
	}
	return m.truth(e, a)
}

// endTest makes startsWith and endsWith, which ignore case.
func endTest(atEnd bool) impl {
	has, known := hasPrefixFold, prefix
	if atEnd {
		has, known = hasSuffixFold, suffix
	}
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		for i := range a {
			if k := kindOf(a[i]); k != value.StringKind && (!a[i].IsUnknown() || k != value.AbsentKind) {
				return value.Value{}, fault("The template language function '%s' expects parameters of types 'String' and 'String'. The provided types are '%s' and '%s'",
					callName(e), typeName(a[0]), typeName(a[1]))
			}
		}
		if !a[0].IsUnknown() && !a[1].IsUnknown() {
			return value.Bool(has(a[0].Str(), a[1].Str())), nil
		}
		s, t := known(partsOf(a[0])), known(partsOf(a[1]))
		_, whole := a[1].AsString()
		if whole && has(s, t) {
			return value.Bool(true), nil
		}
		_, complete := a[0].AsString()
		switch plain := isASCII(s) && isASCII(t); {
		case plain && len(s) >= len(t) && !has(s, t), plain && len(s) < len(t) && (complete || !has(t, s)):
			// What is known of both ends differs, or the first text is too short.
			return value.Bool(false), nil
		}
		return m.textTest(e, a, has)
	}
}

// unsure is the answer of find when an unknown element may be the one.
const unsure = -2

type hit uint8

const (
	anyHit hit = iota
	firstHit
	lastHit
)

// find gives an index of an element that equals v, -1 when there is none.
func (m *Machine) find(array, v value.Value, which hit) (int, *Error) {
	if err := m.Budget.Spend(array.Len() / 8); err != nil {
		return 0, err
	}
	at := -1
	for i, x := range array.Elems() {
		same, err := m.equal(x, v)
		switch {
		case err != nil:
			return 0, err
		case same == value.Yes && (which == anyHit || which == firstHit && at == -1):
			return i, nil
		case same == value.Yes && which == lastHit:
			at = i
		case same == value.Maybe:
			at = unsure
		}
	}
	return at, nil
}

// indexFunc makes indexOf and lastIndexOf: on strings without, on arrays with regard to case.
func indexFunc(last bool) impl {
	which := firstHit
	if last {
		which = lastHit
	}
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		switch a[0].Kind() {
		case value.ArrayKind:
			at, err := m.find(a[0], a[1], which)
			switch {
			case err != nil:
				return value.Value{}, err
			case at == unsure:
				return m.choose(e, a, value.IntKind)
			}
			return value.Int(int64(at)), nil
		case value.StringKind:
			if a[1].IsUnknown() {
				return m.choose(e, a, value.IntKind)
			}
			t, err := str(e, 1, a[1])
			if err != nil {
				return value.Value{}, err
			}
			return value.Int(int64(indexFold(a[0].Str(), t, last))), nil
		case value.UnknownKind:
			return m.choose(e, a, value.IntKind)
		}
		return value.Value{}, wrongType(e, 0, "Array or String", a[0])
	}
}
