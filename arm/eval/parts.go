package eval

import (
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// text builds a string of which parts may be unknown.
type text struct {
	parts  []value.Part   // finished parts, only once there is a hole
	lit    []byte         // the literal being written
	cause  *value.Unknown // why the string is unknown; nil while it is known
	secret bool
}

// usualLiteral is room for most literals.
const usualLiteral = 80

func (t *text) literal(s string) {
	if t.lit == nil {
		t.lit = make([]byte, 0, max(usualLiteral, len(s)))
	}
	t.lit = append(t.lit, s...)
}

func (t *text) flush() {
	if len(t.lit) > 0 {
		t.piece(value.Part{Lit: string(t.lit)})
		t.lit = t.lit[:0]
	}
}

func (t *text) piece(p value.Part) {
	if t.parts == nil {
		t.parts = make([]value.Part, 0, 4)
	}
	t.parts = append(t.parts, p)
}

// hole adds an unknown piece, a string that the expression would give.
func (t *text) hole(e *expr.Expr, why *value.Unknown) { t.holeOf(e, value.StringKind, why) }

// holeOf adds an unknown piece that is the string form of what the expression would give.
func (t *text) holeOf(e *expr.Expr, kind value.Kind, why *value.Unknown) {
	t.flush()
	t.piece(value.Part{Hole: e, Kind: kind})
	t.blame(why)
}

// holeText is the expression of a hole as a string.
func holeText(p value.Part) *expr.Expr {
	switch p.Kind {
	case value.StringKind:
		return p.Hole
	case value.IntKind, value.BoolKind:
		return expr.Call("string", p.Hole)
	}
	// Only format writes containers as they stand in strings.
	return expr.Call("format", expr.Str("{0}"), p.Hole)
}

func (t *text) blame(why *value.Unknown) {
	if t.cause == nil || (why.Reason == value.Failed && t.cause.Reason != value.Failed) {
		t.cause = why
	}
}

// unknown adds an unknown value, in the parts that are known of it.
func (t *text) unknown(v value.Value) {
	u := v.Unknown()
	t.secret = t.secret || v.Secret()
	if len(u.Parts) == 0 {
		t.holeOf(u.Residual, u.Hint, u)
		return
	}
	for _, p := range u.Parts {
		t.part(p, u)
	}
}

// unknownText adds an unknown value that must be a string.
func (t *text) unknownText(v value.Value) {
	if u := v.Unknown(); len(u.Parts) == 0 {
		t.secret = t.secret || v.Secret()
		t.hole(u.Residual, u)
		return
	}
	t.unknown(v)
}

// part adds a piece of a string that is unknown because of why.
func (t *text) part(p value.Part, why *value.Unknown) {
	if p.Hole == nil {
		t.literal(p.Lit)
	} else {
		t.holeOf(p.Hole, p.Kind, why)
	}
}

// value gives the string. The residual is asked for when it is not known; nil makes one of the parts.
func (t *text) value(b *Budget, residual func() *expr.Expr) (value.Value, *Error) {
	if t.cause == nil {
		if b != nil {
			if err := b.Produce(len(t.lit)); err != nil {
				return value.Value{}, err
			}
		}
		v := value.String(string(t.lit))
		if t.secret {
			v = v.WithSecret()
		}
		return v, nil
	}
	t.flush()
	u := value.Unknown{
		Reason: t.cause.Reason, Subject: t.cause.Subject, Resource: t.cause.Resource,
		Hint: value.StringKind, NotNull: true, Parts: t.parts,
	}
	if len(t.parts) > maxParts {
		u.Parts = nil
	}
	if b != nil {
		size := 0
		for _, p := range t.parts {
			size += 24 + len(p.Lit)
		}
		if err := b.Produce(size); err != nil {
			return value.Value{}, err
		}
	}
	if residual != nil {
		u.Residual = residual()
	} else {
		u.Residual = concatenation(t.parts, t.secret)
	}
	v := value.FromUnknown(u)
	if t.secret {
		v = v.WithSecret()
	}
	return v, nil
}

// concatenation is the expression that joins parts. Nobody knows which of the literals of a secret are what is secret.
func concatenation(parts []value.Part, secret bool) *expr.Expr {
	args := make([]*expr.Expr, len(parts))
	for i, p := range parts {
		switch {
		case p.Hole != nil:
			args[i] = p.Hole
		case secret:
			args[i] = expr.Str("{secret}")
		default:
			args[i] = expr.Str(p.Lit)
		}
	}
	return expr.Call("concat", args...)
}

// Concat joins values to a string, as concat() does: unknown ones become holes between the known parts. Integers and
// booleans are written as the language writes them; null, absent values and containers count as empty.
func Concat(values ...value.Value) value.Value {
	t := text{lit: make([]byte, 0, usualLiteral)}
	for _, v := range values {
		t.secret = t.secret || v.Secret()
		if v.IsUnknown() {
			t.unknown(v)
		} else {
			t.lit = appendScalar(t.lit, v)
		}
	}
	v, _ := t.value(nil, nil)
	return v
}

// appendScalar writes a known scalar in its string form; booleans are True and False there.
func appendScalar(b []byte, v value.Value) []byte {
	switch v.Kind() {
	case value.StringKind:
		return append(b, v.Str()...)
	case value.IntKind:
		i, _ := v.AsInt()
		return strconv.AppendInt(b, i, 10)
	case value.BoolKind:
		if yes, _ := v.AsBool(); yes {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case value.FloatKind:
		f, _ := v.AsFloat()
		return strconv.AppendFloat(b, f, 'g', -1, 64)
	}
	return b
}

// withResidual replaces the residual of an unknown, known values stay.
func withResidual(v value.Value, e *expr.Expr) value.Value {
	u := v.Unknown()
	if u == nil {
		return v
	}
	c := *u
	c.Residual = e
	out := value.FromUnknown(c)
	if v.Secret() {
		out = out.WithSecret()
	}
	return out
}

// partsOf gives what is known of a string: its parts, one literal for a known string, one hole for an unknown
// of which nothing is known; none for anything that is no string.
func partsOf(v value.Value) []value.Part {
	if s, ok := v.AsString(); ok {
		return []value.Part{{Lit: s}}
	}
	u := v.Unknown()
	switch {
	case u == nil:
		return nil
	case len(u.Parts) > 0:
		return u.Parts
	}
	return []value.Part{{Hole: u.Residual, Kind: u.Hint}}
}

// prefix and suffix are the known ends of a string; the whole string when it is known.
func prefix(parts []value.Part) string {
	if len(parts) > 0 && parts[0].Hole == nil {
		return parts[0].Lit
	}
	return ""
}

func suffix(parts []value.Part) string {
	if n := len(parts); n > 0 && parts[n-1].Hole == nil {
		return parts[n-1].Lit
	}
	return ""
}

// knownBytes is the length of what is known at least.
func knownBytes(parts []value.Part) int {
	n := 0
	for _, p := range parts {
		n += len(p.Lit)
	}
	return n
}

// equalParts compares two strings of which parts are unknown.
func equalParts(a, b []value.Part) value.Tri {
	if sameParts(a, b) {
		return value.Yes
	}
	if !compatible(prefix(a), prefix(b), strings.HasPrefix) || !compatible(suffix(a), suffix(b), strings.HasSuffix) {
		return value.No
	}
	// A known string that is shorter than the literals of the other cannot be equal.
	if whole(a) && knownBytes(b) > len(prefix(a)) || whole(b) && knownBytes(a) > len(prefix(b)) {
		return value.No
	}
	return value.Maybe
}

func whole(parts []value.Part) bool { return len(parts) == 1 && parts[0].Hole == nil }

func compatible(a, b string, has func(string, string) bool) bool { return has(a, b) || has(b, a) }

func sameParts(a, b []value.Part) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if (a[i].Hole == nil) != (b[i].Hole == nil) || a[i].Lit != b[i].Lit {
			return false
		}
		if h := a[i].Hole; h != nil && (volatileHole(h) || !expr.Equal(h, b[i].Hole)) {
			return false
		}
	}
	return true
}

// volatileHole says that an expression has another value each time it is evaluated.
func volatileHole(e *expr.Expr) bool {
	found := false
	e.Walk(func(n *expr.Expr) bool {
		found = found || n.Kind == expr.KindCall && (equalFold(n.Name, "newGuid") || equalFold(n.Name, "utcNow"))
		return !found
	})
	return found
}

// segmentHole says that what an expression gives is one segment of an id: it has no slash.
func segmentHole(e *expr.Expr) bool {
	switch e.Kind {
	case expr.KindCall:
		return equalFold(e.Name, "uniqueString") || equalFold(e.Name, "guid") || equalFold(e.Name, "newGuid")
	case expr.KindMember:
		if b := e.Base(); b.Kind == expr.KindCall && len(b.Args) == 0 {
			switch strings.ToLower(b.Name + "." + e.Name) {
			case "subscription.subscriptionid", "resourcegroup.name", "resourcegroup.location", "tenant.tenantid", "managementgroup.name":
				return true
			}
		}
	}
	return false
}
