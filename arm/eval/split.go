package eval

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// fnSplit cuts a string at one or several delimiters; empty parts are kept.
func fnSplit(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if a[1].IsUnknown() {
		return m.choose(e, a, value.ArrayKind)
	}
	delimiters, err := delimitersOf(e, a[1])
	if err != nil {
		return value.Value{}, err
	}
	if a[0].IsUnknown() {
		return m.splitParts(e, a, delimiters)
	}
	s, err := str(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	pieces := cut(s, delimiters)
	if err := m.Budget.elements(len(pieces)); err != nil {
		return value.Value{}, err
	}
	elems := make([]value.Value, len(pieces))
	for i, p := range pieces {
		elems[i] = value.String(p)
	}
	return value.Array(elems), nil
}

func delimitersOf(e *expr.Expr, v value.Value) ([]string, *Error) {
	if s, ok := v.AsString(); ok {
		if s == "" {
			return nil, nil
		}
		return []string{s}, nil
	}
	if v.Kind() != value.ArrayKind {
		return nil, wrongType(e, 1, "String or Array of strings", v)
	}
	var out []string
	for _, d := range v.Elems() {
		s, ok := d.AsString()
		if !ok {
			return nil, wrongType(e, 1, "String or Array of strings", v)
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out, nil
}

// cut splits at the leftmost delimiter each time; of several at one place the first listed counts.
func cut(s string, delimiters []string) []string {
	switch len(delimiters) {
	case 0:
		return []string{s}
	case 1:
		return strings.Split(s, delimiters[0])
	}
	var out []string
	start := 0
	for i := 0; i < len(s); {
		step := 0
		for _, d := range delimiters {
			if strings.HasPrefix(s[i:], d) {
				step = len(d)
				break
			}
		}
		if step == 0 {
			i++
			continue
		}
		out = append(out, s[start:i])
		i += step
		start = i
	}
	return append(out, s[start:])
}

// splitParts splits a partly known id: its holes must be of a sort that holds no slash.
func (m *Machine) splitParts(e *expr.Expr, a []value.Value, delimiters []string) (value.Value, *Error) {
	u := a[0].Unknown()
	sure := len(u.Parts) > 0 && len(delimiters) == 1 && delimiters[0] == "/"
	for _, p := range u.Parts {
		sure = sure && (p.Hole == nil || segmentHole(p.Hole))
	}
	if !sure {
		return m.choose(e, a, value.ArrayKind)
	}
	segments := splitSegments(a[0])
	if err := m.Budget.elements(len(segments)); err != nil {
		return value.Value{}, err
	}
	return value.Array(segments), nil
}

// splitSegments cuts what is known of a string at its slashes.
func splitSegments(v value.Value) []value.Value {
	var out []value.Value
	var t text
	next := func() {
		s, _ := t.value(nil, t.soleHole())
		if v.Secret() {
			s = s.WithSecret()
		}
		out = append(out, s)
		t = text{}
	}
	for _, p := range partsOf(v) {
		if p.Hole != nil {
			t.part(p, v.Unknown())
			continue
		}
		for i, piece := range strings.Split(p.Lit, "/") {
			if i > 0 {
				next()
			}
			t.literal(piece)
		}
	}
	next()
	return out
}

// soleHole gives the residual of a text that is one hole and nothing else.
func (t *text) soleHole() func() *expr.Expr {
	if len(t.parts) == 1 && len(t.lit) == 0 && t.parts[0].Hole != nil {
		e := t.parts[0].Hole
		return func() *expr.Expr { return e }
	}
	return nil
}
