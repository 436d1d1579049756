package eval

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

const (
	badFormat = "the format is invalid: 'Input string was not in a correct format.'"
	badIndex  = "the format is invalid: 'Index (zero based) must be greater than or equal to zero and less than the size of the argument list.'"
)

// fnFormat is .NET's composite format: {index}, {index,width}, {index:spec}; doubled braces stand for one.
func fnFormat(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if a[0].IsUnknown() {
		if k := kindOf(a[0]); k != value.StringKind && k != value.AbsentKind {
			return value.Value{}, wrongType(e, 0, "String", a[0])
		}
		return m.choose(e, a, value.StringKind)
	}
	f, err := str(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	for i := range a {
		if a[i].IsUnknown() {
			if v, err, ok := m.splitChoice(e, a); ok {
				return v, err
			}
			break
		}
	}
	t := m.text()
	for f != "" {
		i := strings.IndexAny(f, "{}")
		if i < 0 {
			t.literal(f)
			break
		}
		t.literal(f[:i])
		if strings.HasPrefix(f[i+1:], f[i:i+1]) {
			t.literal(f[i : i+1])
			f = f[i+2:]
			continue
		}
		item, rest, ok := formatItem(f[i:])
		if !ok {
			return value.Value{}, cannot(e, badFormat)
		}
		if item.index >= len(a)-1 {
			return value.Value{}, cannot(e, badIndex)
		}
		if err := m.formatOne(e, &t, item, a[item.index+1]); err != nil {
			return value.Value{}, err
		}
		f = rest
	}
	v, err := m.finish(&t, func() *expr.Expr { return m.residual(e, a) })
	return m.sealed(v, a[1:]), err
}

// placeholder is one item of a composite format.
type placeholder struct {
	index, width int
	spec         string
}

// formatItem reads the item that f starts with.
func formatItem(f string) (p placeholder, rest string, ok bool) {
	end := strings.IndexByte(f, '}')
	if f[0] != '{' || end < 0 {
		return p, "", false
	}
	body := f[1:end]
	rest = f[end+1:]
	if i := strings.IndexByte(body, ':'); i >= 0 {
		body, p.spec = body[:i], body[i+1:]
	}
	index, width, aligned := strings.Cut(body, ",")
	if p.index, ok = digits(strings.TrimRight(index, " ")); !ok {
		return p, "", false
	}
	if aligned {
		width = strings.TrimSpace(width)
		negative := strings.HasPrefix(width, "-")
		if p.width, ok = digits(strings.TrimPrefix(width, "-")); !ok {
			return p, "", false
		}
		if negative {
			p.width = -p.width
		}
	}
	return p, rest, !strings.Contains(p.spec, "{")
}

// digits reads a number below a million; longer ones are of no use as an index or a width.
func digits(s string) (n int, ok bool) {
	if s == "" || len(s) > 6 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = 10*n + int(s[i]-'0')
	}
	return n, true
}

// formatOne writes one argument.
func (m *Machine) formatOne(e *expr.Expr, t *text, p placeholder, v value.Value) *Error {
	if v.IsUnknown() {
		if p.width == 0 && p.spec == "" {
			t.unknown(v)
		} else {
			u := v.Unknown()
			t.hole(expr.Call("format", expr.Str(p.source()), u.Residual), u)
			t.secret = t.secret || v.Secret()
		}
		return nil
	}
	if p.width == 0 {
		return m.appendFormatted(e, t, p.spec, v)
	}
	inner := text{}
	if err := m.appendFormatted(e, &inner, p.spec, v); err != nil {
		return err
	}
	if inner.cause != nil {
		t.hole(expr.Call("format", expr.Str(p.source()), residualOf(v)), inner.cause)
		return nil
	}
	width, left := p.width, false
	if width < 0 {
		width, left = -width, true
	}
	pad := width - utf16Len(string(inner.lit))
	if err := m.Budget.Produce(max(pad, 0)); err != nil {
		return err
	}
	blanks := strings.Repeat(" ", max(pad, 0))
	if left {
		t.literal(string(inner.lit) + blanks)
	} else {
		t.literal(blanks + string(inner.lit))
	}
	return nil
}

// source writes the item for a format with one argument.
func (p placeholder) source() string {
	s := "{0"
	if p.width != 0 {
		s += "," + string(appendScalar(nil, value.Int(int64(p.width))))
	}
	if p.spec != "" {
		s += ":" + p.spec
	}
	return s + "}"
}

func (m *Machine) appendFormatted(e *expr.Expr, t *text, spec string, v value.Value) *Error {
	switch v.Kind() {
	case value.IntKind:
		if spec == "" {
			break
		}
		i, _ := v.AsInt()
		s, ok := formatInt(i, spec)
		if !ok {
			return cannot(e, "the format is invalid: 'Format specifier was invalid.' The provided specifier: '%s'", spec)
		}
		t.literal(s)
		return nil
	case value.FloatKind:
		f, _ := v.AsFloat()
		s, ok := formatFloat(f, spec)
		if !ok {
			return cannot(e, "the format is invalid: 'Format specifier was invalid.' The provided specifier: '%s'", spec)
		}
		t.literal(s)
		return nil
	case value.ArrayKind, value.ObjectKind:
		b, open, err := m.compact(t.lit, v, '\'')
		if err != nil {
			return err
		}
		if open {
			t.hole(expr.Call("format", expr.Str("{0}"), residualOf(v)), because([]value.Value{v}))
			return nil
		}
		t.lit = b
		return nil
	}
	t.lit = appendScalar(t.lit, v)
	return nil
}

// fnJoin joins the string forms of an array's elements.
func fnJoin(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if a[0].IsUnknown() || a[1].IsUnknown() {
		return m.choose(e, a, value.StringKind)
	}
	if err := arrayArg(e, 0, a[0]); err != nil {
		return value.Value{}, err
	}
	delimiter, err := str(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	if err := m.Budget.Spend(a[0].Len()); err != nil {
		return value.Value{}, err
	}
	for _, x := range a[0].Elems() {
		if u := x.Unknown(); u != nil && u.Choice != nil {
			return m.joinCases(e, a, u)
		}
	}
	var t text
	for i, x := range a[0].Elems() {
		if i > 0 {
			t.literal(delimiter)
		}
		t.secret = t.secret || x.Secret()
		if x.IsUnknown() {
			t.unknown(x)
			continue
		}
		if err := m.appendFormatted(e, &t, "", x); err != nil {
			return value.Value{}, err
		}
		if int64(len(t.lit)) > m.Budget.bytes {
			return value.Value{}, m.Budget.Produce(len(t.lit))
		}
	}
	v, err := t.value(m.Budget, func() *expr.Expr { return m.residual(e, a) })
	return m.sealed(v, a), err
}

// joinCases joins per case of a condition that decides an element.
func (m *Machine) joinCases(e *expr.Expr, a []value.Value, u *value.Unknown) (value.Value, *Error) {
	elems := make([]value.Value, 0, a[0].Len())
	for _, x := range a[0].Elems() {
		elems = append(elems, x)
	}
	v, err, ok := m.split(u, elems, func(cases []value.Value) (value.Value, *Error) {
		return fnJoin(m, e, []value.Value{value.Array(cases), a[1]})
	}, func() *expr.Expr { return m.residual(e, a) })
	if !ok {
		return m.unknown(e, a, value.StringKind), nil
	}
	return v, err
}
