package eval

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// equal compares as equals() does: deeply, strings ordinally, different types unequal. It decides more than
// [value.Equal] where strings are partly known, and spends budget on large values.
func (m *Machine) equal(a, b value.Value) (value.Tri, *Error) {
	return m.equalDeep(a, b, maxNesting)
}

func (m *Machine) equalDeep(a, b value.Value, depth int) (value.Tri, *Error) {
	ka, kb := a.Kind(), b.Kind()
	switch {
	case ka == value.UnknownKind || kb == value.UnknownKind:
		return equalUnknown(a, b), nil
	case ka == kb && (ka == value.ArrayKind || ka == value.ObjectKind):
		if a.Len() != b.Len() {
			return value.No, nil
		}
		if depth == 0 {
			return value.No, limit("the values nest too deep to compare")
		}
		if err := m.Budget.Spend(a.Len()); err != nil {
			return value.No, err
		}
		return m.equalContents(a, b, depth-1)
	}
	return value.Equal(a, b), nil
}

func (m *Machine) equalContents(a, b value.Value, depth int) (value.Tri, *Error) {
	result := value.Yes
	if a.Kind() == value.ArrayKind {
		for i, x := range a.Elems() {
			r, err := m.equalDeep(x, b.At(i), depth)
			if err != nil || r == value.No {
				return r, err
			}
			result = min(result, r)
		}
		return result, nil
	}
	for k, x := range a.Members() {
		y := b.Get(k)
		if y.IsAbsent() {
			return value.No, nil
		}
		r, err := m.equalDeep(x, y, depth)
		if err != nil || r == value.No {
			return r, err
		}
		result = min(result, r)
	}
	return result, nil
}

func equalUnknown(a, b value.Value) value.Tri {
	if r := value.Equal(a, b); r != value.Maybe {
		return r
	}
	if r := equalChoices(a, b); r != value.Maybe {
		return r
	}
	ha, hb := kindOf(a), kindOf(b)
	if ha != value.AbsentKind && hb != value.AbsentKind && ha != hb && notNull(a) && notNull(b) {
		return value.No
	}
	if ha == value.StringKind && hb == value.StringKind {
		if pa, pb := partsOf(a), partsOf(b); pa != nil && pb != nil {
			return equalParts(pa, pb)
		}
	}
	return value.Maybe
}

// equalChoices decides when all cases of a choice agree.
func equalChoices(a, b value.Value) value.Tri {
	u := a.Unknown()
	if u == nil || u.Choice == nil {
		if u = b.Unknown(); u == nil || u.Choice == nil {
			return value.Maybe
		}
		a, b = b, a
	}
	if bu := b.Unknown(); bu != nil && bu.Choice != nil {
		return value.Maybe
	}
	if then := equalUnknownOrKnown(u.Choice.Then, b); then == equalUnknownOrKnown(u.Choice.Else, b) {
		return then
	}
	return value.Maybe
}

func equalUnknownOrKnown(a, b value.Value) value.Tri {
	if a.IsUnknown() || b.IsUnknown() {
		return equalUnknown(a, b)
	}
	if k := a.Kind(); (k == value.ArrayKind || k == value.ObjectKind) && k == b.Kind() && Weigh(a, 100) == 100 {
		return value.Maybe
	}
	return value.Equal(a, b)
}

func fnEquals(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	r, err := m.equal(a[0], a[1])
	if err != nil {
		return value.Value{}, err
	}
	if r == value.Maybe {
		return m.truth(e, a)
	}
	return value.Bool(r == value.Yes), nil
}

// truth is the result of a yes-or-no function that unknown arguments leave open; known arguments in all cases of a
// condition may still decide it.
func (m *Machine) truth(e *expr.Expr, a []value.Value) (value.Value, *Error) {
	return m.strictUnknown(functionOf(e), e, a)
}

// order makes a function that compares two integers or two strings.
func order(holds func(int) bool) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		if x, ok := a[0].AsInt(); ok {
			if y, ok := a[1].AsInt(); ok {
				return value.Bool(holds(cmp.Compare(x, y))), nil
			}
		}
		if x, ok := a[0].AsString(); ok {
			if y, ok := a[1].AsString(); ok {
				return value.Bool(holds(compareText(x, y))), nil
			}
		}
		if x, ok := a[0].AsFloat(); ok {
			if y, ok := a[1].AsFloat(); ok {
				return value.Bool(holds(cmp.Compare(x, y))), nil
			}
		}
		return value.Value{}, fault("The template language function '%s' expects two parameters of matching types, integers or strings. The provided types are '%s' and '%s'",
			callName(e), typeName(a[0]), typeName(a[1]))
	}
}

// compareText orders strings like a dictionary: letters without their case first, then lower case before upper case
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison shows that 'A' is
// greater than 'a'). The order of other characters is not documented.
func compareText(a, b string) int {
	caseOrder := 0
	for a != "" && b != "" {
		x, nx := utf8.DecodeRuneInString(a)
		y, ny := utf8.DecodeRuneInString(b)
		a, b = a[nx:], b[ny:]
		if x == y {
			continue
		}
		lx, ly := unicode.ToLower(x), unicode.ToLower(y)
		if lx != ly {
			return cmp.Compare(lx, ly)
		}
		if caseOrder == 0 {
			if caseOrder = 1; x == lx {
				caseOrder = -1
			}
		}
	}
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	return caseOrder
}

// compareKeys orders the keys of objects: by letter without case (.NET's OrdinalIgnoreCase), so that keys which
// differ in case only are ties.
func compareKeys(a, b string) int {
	for a != "" && b != "" {
		x, nx := utf8.DecodeRuneInString(a)
		y, ny := utf8.DecodeRuneInString(b)
		a, b = a[nx:], b[ny:]
		if x != y {
			if c := cmp.Compare(unicode.ToUpper(x), unicode.ToUpper(y)); c != 0 {
				return c
			}
		}
	}
	return cmp.Compare(len(a), len(b))
}

// foldKey reports whether two keys of objects are the same to ARM.
func foldKey(a, b string) bool { return a == b || strings.EqualFold(a, b) }
