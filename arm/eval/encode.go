package eval

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

func toBase64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// fromBase64 decodes to text; bytes that are no UTF-8 become U+FFFD, as in .NET.
func fromBase64(e *expr.Expr, s string) (string, *Error) {
	b, err := base64.StdEncoding.DecodeString(strings.Map(dropBlank, s))
	if err != nil {
		return "", cannot(e, "the value cannot be decoded from base64 representation")
	}
	return strings.ToValidUTF8(string(b), "\ufffd"), nil
}

func dropBlank(r rune) rune {
	if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
		return -1
	}
	return r
}

func fnBase64ToString(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	s, err := str(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	if s, err = fromBase64(e, s); err != nil {
		return value.Value{}, err
	}
	return m.made(s)
}

func fnBase64ToJSON(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	s, err := str(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	if s, err = fromBase64(e, s); err != nil {
		return value.Value{}, err
	}
	return fnJSON(m, e, []value.Value{value.String(s)})
}

// fnDataURI writes a string as text/plain and anything else as application/json.
func fnDataURI(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if s, ok := a[0].AsString(); ok {
		return m.made("data:text/plain;charset=utf-8;base64," + toBase64(s))
	}
	b, open, err := m.compact(nil, a[0], '"')
	switch {
	case err != nil:
		return value.Value{}, err
	case open:
		return m.sealed(m.unknown(e, a, value.StringKind), a), nil
	}
	v, err := m.made("data:application/json;charset=utf-8;base64," + toBase64(string(b)))
	return m.sealed(v, a), err
}

// fnDataURIToString reads data:[type][;parameter=value]...[;base64],content.
func fnDataURIToString(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	s, err := str(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	comma := strings.IndexByte(s, ',')
	if len(s) < 5 || !equalFold(s[:5], "data:") || comma < 0 {
		return value.Value{}, cannot(e, "the value is not a data URI, such as 'data:text/plain;base64,SGVsbG8='")
	}
	head, body := s[5:comma], s[comma+1:]
	if i := strings.LastIndexByte(head, ';'); i >= 0 && equalFold(head[i+1:], "base64") || equalFold(head, "base64") {
		if body, err = fromBase64(e, percentDecode(body)); err != nil {
			return value.Value{}, err
		}
		return m.made(body)
	}
	return m.made(percentDecode(body))
}

// percentEncode leaves the unreserved characters of RFC 3986 and writes all else as upper-case escapes.
func percentEncode(s string) string {
	const digits = "0123456789ABCDEF"
	n := 0
	for i := range len(s) {
		if !unreserved(s[i]) {
			n++
		}
	}
	if n == 0 {
		return s
	}
	b := make([]byte, 0, len(s)+2*n)
	for i := range len(s) {
		if c := s[i]; unreserved(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(b)
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~", c) >= 0
}

// percentDecode resolves escapes; what is none, or would be no UTF-8, stays as it is. A '+' stays, too.
func percentDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b []byte
	for i := 0; i < len(s); {
		run := escapes(s[i:])
		if len(run) == 0 {
			b = append(b, s[i])
			i++
			continue
		}
		for len(run) > 0 {
			_, size := utf8.DecodeRune(run)
			if r, _ := utf8.DecodeRune(run); r == utf8.RuneError && size == 1 {
				b = append(b, s[i:i+3]...)
			} else {
				b = append(b, run[:size]...)
			}
			run = run[size:]
			i += 3 * size
		}
	}
	return string(b)
}

// escapes decodes the escapes that s starts with.
func escapes(s string) (run []byte) {
	for len(s) >= 3 && s[0] == '%' {
		hi, lo := hexDigit(s[1]), hexDigit(s[2])
		if hi < 0 || lo < 0 {
			break
		}
		run = append(run, byte(hi<<4|lo))
		s = s[3:]
	}
	return run
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
