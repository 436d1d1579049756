package eval

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// fnJSON reads a JSON text as leniently as the service's reader: single quotes, unquoted keys, comments and trailing
// commas are accepted. The text itself is never part of a message, as it may be a secret.
func fnJSON(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	s, err := str(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	v, err := parseJSON(m.Budget, s)
	if err != nil && !err.Limit {
		return v, cannot(e, "the text is not valid JSON: %s", err.Message)
	}
	return v, err
}

// parseJSON reads a text; blank ones give null.
func parseJSON(b *Budget, s string) (value.Value, *Error) {
	r := jsonReader{s: strings.TrimPrefix(s, "\ufeff"), budget: b}
	if r.blanks(); r.pos == len(r.s) {
		return value.Null(), nil
	}
	v, err := r.value(0)
	if err != nil {
		return value.Value{}, err
	}
	if r.blanks(); r.pos < len(r.s) {
		return value.Value{}, r.fail("more text after the value")
	}
	return v, nil
}

type jsonReader struct {
	s      string
	pos    int
	budget *Budget
}

// maxJSONDepth is the depth at which the service's reader stops, too.
const maxJSONDepth = 128

func (r *jsonReader) fail(what string) *Error {
	return fault("%s at character %d", what, r.pos+1)
}

// blanks passes over white space and comments.
func (r *jsonReader) blanks() {
	for r.pos < len(r.s) {
		c := r.s[r.pos]
		rest := r.s[r.pos:]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			r.pos++
		case strings.HasPrefix(rest, "//"):
			if end := strings.IndexByte(rest, '\n'); end >= 0 {
				r.pos += end
			} else {
				r.pos = len(r.s)
			}
		case strings.HasPrefix(rest, "/*"):
			if end := strings.Index(rest[2:], "*/"); end >= 0 {
				r.pos += end + 4
			} else {
				return
			}
		case c >= utf8.RuneSelf:
			ch, size := utf8.DecodeRuneInString(rest)
			if !unicode.IsSpace(ch) {
				return
			}
			r.pos += size
		default:
			return
		}
	}
}

// accept passes over blanks and the character, if it is next.
func (r *jsonReader) accept(c byte) bool {
	r.blanks()
	if r.pos < len(r.s) && r.s[r.pos] == c {
		r.pos++
		return true
	}
	return false
}

func (r *jsonReader) value(depth int) (value.Value, *Error) {
	if depth > maxJSONDepth {
		return value.Value{}, r.fail("the value nests too deep")
	}
	if err := r.budget.elements(1); err != nil {
		return value.Value{}, err
	}
	r.blanks()
	if r.pos == len(r.s) {
		return value.Value{}, r.fail("a value is missing")
	}
	switch c := r.s[r.pos]; {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.array(depth)
	case c == '"' || c == '\'':
		s, err := r.str()
		return value.String(s), err
	case c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9':
		return r.number()
	}
	switch word := r.word(); word {
	case "null", "undefined":
		return value.Null(), nil
	case "true":
		return value.Bool(true), nil
	case "false":
		return value.Bool(false), nil
	}
	return value.Value{}, r.fail("a value is expected")
}

func (r *jsonReader) array(depth int) (value.Value, *Error) {
	r.pos++
	var elems []value.Value
	for !r.accept(']') {
		if len(elems) > 0 && !r.accept(',') {
			return value.Value{}, r.fail("',' or ']' is expected")
		}
		if r.accept(']') {
			break
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		elems = append(elems, v)
	}
	return value.Array(elems), nil
}

func (r *jsonReader) object(depth int) (value.Value, *Error) {
	r.pos++
	var members []value.Member
	seen := map[string]int{}
	for !r.accept('}') {
		if len(members) > 0 && !r.accept(',') {
			return value.Value{}, r.fail("',' or '}' is expected")
		}
		if r.accept('}') {
			break
		}
		key, err := r.key()
		if err != nil {
			return value.Value{}, err
		}
		if !r.accept(':') {
			return value.Value{}, r.fail("':' is expected")
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		// Of members with the same key the last counts, at the place of the first.
		if i, ok := seen[key]; ok {
			members[i].Value = v
			continue
		}
		seen[key] = len(members)
		members = append(members, value.Member{Key: key, Value: v})
	}
	return value.Object(members), nil
}

func (r *jsonReader) key() (string, *Error) {
	r.blanks()
	if r.pos < len(r.s) && (r.s[r.pos] == '"' || r.s[r.pos] == '\'') {
		return r.str()
	}
	if w := r.word(); w != "" {
		return w, nil
	}
	return "", r.fail("a property name is expected")
}

// word reads an unquoted name.
func (r *jsonReader) word() string {
	start := r.pos
	for r.pos < len(r.s) {
		c, size := utf8.DecodeRuneInString(r.s[r.pos:])
		if c != '_' && c != '$' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			break
		}
		r.pos += size
	}
	return r.s[start:r.pos]
}

func (r *jsonReader) number() (value.Value, *Error) {
	start := r.pos
	for r.pos < len(r.s) && strings.IndexByte("+-.eE0123456789", r.s[r.pos]) >= 0 {
		r.pos++
	}
	text := r.s[start:r.pos]
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return value.Int(n), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) {
		r.pos = start
		return value.Value{}, r.fail("a number cannot be read")
	}
	return value.Float(f), nil
}

func (r *jsonReader) str() (string, *Error) {
	quote := r.s[r.pos]
	r.pos++
	start := r.pos
	for i := r.pos; i < len(r.s); i++ {
		if c := r.s[i]; c == quote {
			r.pos = i + 1
			return r.s[start:i], nil
		} else if c == '\\' {
			return r.escaped(start, i, quote)
		}
	}
	return "", r.fail("a string has no end")
}

func (r *jsonReader) escaped(start, at int, quote byte) (string, *Error) {
	b := []byte(r.s[start:at])
	r.pos = at
	for r.pos < len(r.s) {
		c := r.s[r.pos]
		r.pos++
		if c == quote {
			return string(b), nil
		}
		if c != '\\' {
			b = append(b, c)
			continue
		}
		if r.pos == len(r.s) {
			break
		}
		c = r.s[r.pos]
		r.pos++
		switch c {
		case 'n':
			c = '\n'
		case 't':
			c = '\t'
		case 'r':
			c = '\r'
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'u':
			ch, ok := r.unit()
			if !ok {
				return "", r.fail("\\u needs four hexadecimal digits")
			}
			if utf16.IsSurrogate(ch) && strings.HasPrefix(r.s[r.pos:], `\u`) {
				saved := r.pos
				r.pos += 2
				low, ok := r.unit()
				if pair := utf16.DecodeRune(ch, low); ok && pair != utf8.RuneError {
					ch = pair
				} else {
					r.pos = saved
				}
			}
			b = utf8.AppendRune(b, ch)
			continue
		case '"', '\'', '\\', '/':
		default:
			return "", r.fail("an unknown escape sequence")
		}
		b = append(b, c)
	}
	return "", r.fail("a string has no end")
}

func (r *jsonReader) unit() (rune, bool) {
	if r.pos+4 > len(r.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(r.s[r.pos:r.pos+4], 16, 32)
	if err != nil {
		return 0, false
	}
	r.pos += 4
	return rune(n), true
}
