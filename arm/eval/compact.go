package eval

import (
	"strconv"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// compactor writes known values as compact JSON, secrets included: what it makes is marked secret by the caller.
type compactor struct {
	b     []byte
	quote byte // double; single as format() writes objects
	most  int  // bytes that may still be written
	open  bool // an unknown was met
}

// compact writes v; open tells that something inside is not known, and that there is no text.
func (m *Machine) compact(dst []byte, v value.Value, quote byte) (text []byte, open bool, err *Error) {
	c := compactor{b: dst, quote: quote, most: len(dst) + int(min(m.Budget.bytes, 1<<30))}
	if !c.value(v, maxNesting) && !c.open {
		return nil, false, limit("the value is too large or nests too deep to write as text")
	}
	return c.b, c.open, m.Budget.Produce(len(c.b) - len(dst))
}

func (c *compactor) value(v value.Value, depth int) bool {
	if len(c.b) > c.most || depth == 0 {
		return false
	}
	switch v.Kind() {
	case value.BoolKind:
		b, _ := v.AsBool()
		c.b = strconv.AppendBool(c.b, b)
	case value.IntKind:
		i, _ := v.AsInt()
		c.b = strconv.AppendInt(c.b, i, 10)
	case value.FloatKind:
		f, _ := v.AsFloat()
		c.b = value.AppendFloat(c.b, f)
	case value.StringKind:
		c.str(v.Str())
	case value.ArrayKind:
		c.b = append(c.b, '[')
		for i, x := range v.Elems() {
			if i > 0 {
				c.b = append(c.b, ',')
			}
			if !c.value(x, depth-1) {
				return false
			}
		}
		c.b = append(c.b, ']')
	case value.ObjectKind:
		c.b = append(c.b, '{')
		first := true
		for k, x := range v.Members() {
			if !first {
				c.b = append(c.b, ',')
			}
			first = false
			c.str(k)
			c.b = append(c.b, ':')
			if !c.value(x, depth-1) {
				return false
			}
		}
		c.b = append(c.b, '}')
	case value.UnknownKind:
		c.open = true
		return false
	default:
		c.b = append(c.b, "null"...)
	}
	return true
}

// str quotes as the service's writer does: only what JSON demands, and the line ends that JavaScript minds.
func (c *compactor) str(s string) {
	const digits = "0123456789abcdef"
	b := append(c.b, c.quote)
	for _, r := range s {
		switch {
		case r == '\\' || r == rune(c.quote):
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\b':
			b = append(b, '\\', 'b')
		case r == '\f':
			b = append(b, '\\', 'f')
		case r < 0x20 || r == 0x85 || r == 0x2028 || r == 0x2029:
			b = append(b, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	c.b = append(b, c.quote)
}

// secretInside says that something in v is secret, as far as it looks.
func secretInside(v value.Value) bool {
	left := 10_000
	return secretWithin(v, &left, maxNesting)
}

func secretWithin(v value.Value, left *int, depth int) bool {
	// Beyond the bounds it is better to hide than to show.
	if *left--; v.Secret() || *left < 0 || depth == 0 {
		return true
	}
	switch v.Kind() {
	case value.ArrayKind:
		for _, x := range v.Elems() {
			if secretWithin(x, left, depth-1) {
				return true
			}
		}
	case value.ObjectKind:
		for _, x := range v.Members() {
			if secretWithin(x, left, depth-1) {
				return true
			}
		}
	}
	return false
}

// fnString gives the string form of any value.
func fnString(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	switch v := a[0]; v.Kind() {
	case value.StringKind:
		return v, nil
	case value.NullKind, value.AbsentKind:
		return value.String(""), nil
	case value.BoolKind, value.IntKind, value.FloatKind:
		return value.String(string(appendScalar(nil, v))), nil
	case value.UnknownKind:
		if kindOf(v) == value.StringKind {
			return v, nil
		}
		return m.choose(e, a, value.StringKind)
	}
	b, open, err := m.compact(nil, a[0], '"')
	switch {
	case err != nil:
		return value.Value{}, err
	case open:
		return m.sealed(m.unknown(e, a, value.StringKind), a), nil
	}
	return m.sealed(value.String(string(b)), a), nil
}

// sealed marks a text as secret when an argument holds a secret inside.
func (m *Machine) sealed(v value.Value, a []value.Value) value.Value {
	for _, x := range a {
		if k := x.Kind(); (k == value.ArrayKind || k == value.ObjectKind) && secretInside(x) {
			return v.WithSecret()
		}
	}
	return v
}
