package eval

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// fnURI resolves a relative reference (RFC 3986). With a base that is not known, a plain relative path is still
// known to be the end of the result.
func fnURI(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	for i := range a {
		if k := kindOf(a[i]); k != value.StringKind && (!a[i].IsUnknown() || k != value.AbsentKind) {
			return value.Value{}, wrongType(e, i, "String", a[i])
		}
	}
	if a[0].IsUnknown() || a[1].IsUnknown() {
		return m.uriOfParts(e, a)
	}
	s, err := resolveURI(e, a[0], a[1].Str())
	if err != nil {
		return value.Value{}, err
	}
	return m.made(s)
}

func resolveURI(e *expr.Expr, baseValue value.Value, relative string) (string, *Error) {
	base, err := url.Parse(baseValue.Str())
	if err != nil || base.Scheme == "" || base.Host == "" {
		return "", cannot(e, "the first argument must be an absolute URI, such as 'https://example.com/path/'. The provided value: '%s'", show(baseValue))
	}
	if base.Path == "" {
		base.Path = "/"
	}
	ref, err := url.Parse(relative)
	if err != nil {
		// Not a reference that can be parsed (a colon in its first segment, a lone '%'): taken as a path.
		ref = &url.URL{Path: relative}
	}
	return base.ResolveReference(ref).String(), nil
}

func (m *Machine) uriOfParts(e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if v, err, ok := m.splitChoice(e, a); ok {
		return v, err
	}
	var t text
	lead := prefix(partsOf(a[1]))
	plain := lead != "" && lead[0] != '/' && !strings.Contains(lead, ":") && !strings.Contains(lead, "..")
	switch {
	case !a[0].IsUnknown() && lead != "" && !strings.ContainsAny(lead, "%"):
		s, err := resolveURI(e, a[0], lead)
		if err != nil {
			return value.Value{}, err
		}
		t.literal(s)
		t.rest(a[1].Unknown())
	case a[0].IsUnknown() && plain:
		// uri(base, 'x/y') is the folder of base followed by x/y.
		u := a[0].Unknown()
		t.hole(expr.Call("uri", u.Residual, expr.Str(".")), u)
		t.literal(lead)
		if rest := a[1].Unknown(); rest != nil {
			t.rest(rest)
		}
	default:
		return m.unknown(e, a, value.StringKind), nil
	}
	return t.value(m.Budget, func() *expr.Expr { return m.residual(e, a) })
}

func fnParseURI(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	s, err := str(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	u, perr := url.Parse(s)
	if perr != nil || u.Scheme == "" || u.Host == "" {
		return value.Value{}, cannot(e, "the value must be an absolute URI. The provided value: '%s'", show(a[0]))
	}
	members := []value.Member{
		{Key: "scheme", Value: value.String(u.Scheme)},
		{Key: "host", Value: value.String(u.Hostname())},
		{Key: "port", Value: value.Null()},
	}
	if n, err := strconv.Atoi(u.Port()); err == nil {
		members[2].Value = value.Int(int64(n))
	}
	if p := u.EscapedPath(); p != "" {
		members = append(members, value.Member{Key: "path", Value: value.String(p)})
	}
	if u.RawQuery != "" {
		members = append(members, value.Member{Key: "query", Value: value.String("?" + u.RawQuery)})
	}
	if a[0].Secret() {
		return value.Object(members).WithSecret(), nil
	}
	return value.Object(members), nil
}

func fnBuildURI(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if err := objectArg(e, -1, a[0]); err != nil {
		return value.Value{}, err
	}
	var part [4]string
	for i, name := range [...]string{"scheme", "host", "path", "query"} {
		v := a[0].Get(name)
		s, ok := v.AsString()
		switch {
		case v.IsUnknown():
			return m.unknown(e, a, value.StringKind), nil
		case !ok && (i < 2 || !v.IsNull()):
			return value.Value{}, cannot(e, "the property '%s' of the parameter must be a string; it is of type '%s'", name, typeName(v))
		}
		part[i] = s
	}
	out := part[0] + "://" + part[1]
	switch port := a[0].Get("port"); port.Kind() {
	case value.IntKind:
		n, _ := port.AsInt()
		if n < 0 || n > 65535 {
			return value.Value{}, cannot(e, "the property 'port' must be between 0 and 65535. The provided value: '%d'", n)
		}
		out += ":" + strconv.FormatInt(n, 10)
	case value.NullKind, value.AbsentKind:
	case value.UnknownKind:
		return m.unknown(e, a, value.StringKind), nil
	default:
		return value.Value{}, cannot(e, "the property 'port' of the parameter must be an integer; it is of type '%s'", typeName(port))
	}
	if !strings.HasPrefix(part[2], "/") {
		out += "/"
	}
	out += part[2]
	if part[3] != "" && part[3][0] != '?' {
		out += "?"
	}
	v, err := m.made(out + part[3])
	return m.sealed(v, a), err
}
