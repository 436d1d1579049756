package kusto

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// maxDepth bounds how deep JSON and expressions may nest.
const maxDepth = 128

func skipSpace(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

// stringEnd is the index after the closing quote of the string that starts at i.
func stringEnd(s string, i int) (end int, escaped, ok bool) {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '"':
			return j + 1, escaped, true
		case '\\':
			escaped = true
			j++
		}
	}
	return 0, false, false
}

// scanString reads the string that starts at i.
func scanString(s string, i int) (text string, end int, ok bool) {
	if i >= len(s) || s[i] != '"' {
		return "", 0, false
	}
	end, escaped, ok := stringEnd(s, i)
	if !ok {
		return "", 0, false
	}
	if !escaped {
		return s[i+1 : end-1], end, true
	}
	text, ok = unquote(s[i:end])
	return text, end, ok
}

// unquote reads a string with escapes. It stands apart because what it points to
// lives on the heap.
func unquote(quoted string) (text string, ok bool) {
	err := json.Unmarshal([]byte(quoted), &text)
	return text, err == nil
}

// containerEnd is the index after the array or bag that starts at i, found by
// its brackets alone.
func containerEnd(s string, i int) (int, bool) {
	depth := 0
	for i < len(s) {
		switch s[i] {
		case '"':
			end, _, ok := stringEnd(s, i)
			if !ok {
				return 0, false
			}
			i = end
			continue
		case '{', '[':
			if depth++; depth > maxDepth {
				return 0, false
			}
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
		i++
	}
	return 0, false
}

// scanValue reads the value that starts at i; arrays and bags stay text.
func scanValue(s string, i int) (v Value, end int, ok bool) {
	if i >= len(s) {
		return Value{}, 0, false
	}
	switch c := s[i]; c {
	case '"':
		text, end, ok := scanString(s, i)
		return String(text), end, ok
	case '{', '[':
		end, ok := containerEnd(s, i)
		if !ok {
			return Value{}, 0, false
		}
		k := arrayKind
		if c == '{' {
			k = bagKind
		}
		return Value{kind: k, s: s[i:end]}, end, true
	case 't':
		return Bool(true), i + 4, strings.HasPrefix(s[i:], "true")
	case 'f':
		return Bool(false), i + 5, strings.HasPrefix(s[i:], "false")
	case 'n':
		return Value{}, i + 4, strings.HasPrefix(s[i:], "null")
	}
	end = i
	whole := true
	for end < len(s) && strings.IndexByte("+-0123456789.eE", s[end]) >= 0 {
		whole = whole && (s[end] == '-' || s[end] >= '0' && s[end] <= '9')
		end++
	}
	if whole {
		if n, err := strconv.ParseInt(s[i:end], 10, 64); err == nil {
			return Long(n), end, true
		}
	}
	f, err := strconv.ParseFloat(s[i:end], 64)
	return Real(f), end, err == nil && end > i
}

// cursor goes through the elements of an array or bag that is text.
type cursor struct {
	s      string
	i      int
	bag    bool
	begun  bool
	broken bool
}

// next reads the next element; skipping one costs no memory.
func (c *cursor) next() (key string, item Value, ok bool) {
	closing := byte(']')
	if c.bag {
		closing = '}'
	}
	switch {
	case !c.begun:
		c.begun = true
		if c.i = skipSpace(c.s, 1); c.i < len(c.s) && c.s[c.i] == closing {
			return "", Value{}, false
		}
	case c.i < len(c.s) && c.s[c.i] == closing:
		return "", Value{}, false
	case c.i < len(c.s) && c.s[c.i] == ',':
		c.i = skipSpace(c.s, c.i+1)
	default:
		c.broken = true
		return "", Value{}, false
	}
	if c.bag {
		if key, c.i, ok = scanString(c.s, c.i); ok {
			c.i = skipSpace(c.s, c.i)
			ok = c.i < len(c.s) && c.s[c.i] == ':'
			c.i = skipSpace(c.s, c.i+1)
		}
		if !ok {
			c.broken = true
			return "", Value{}, false
		}
	}
	var end int
	if item, end, ok = scanValue(c.s, c.i); !ok {
		c.broken = true
		return "", Value{}, false
	}
	c.i = skipSpace(c.s, end)
	return key, item, true
}

// each calls f for the elements of an array or bag until it says stop. It is
// false when the text of the value is broken.
func (v Value) each(f func(key string, item Value) bool) bool {
	if !v.container() {
		return true
	}
	if v.tree != nil {
		for i, item := range v.tree.items {
			key := ""
			if v.kind == bagKind {
				key = v.tree.keys[i]
			}
			if !f(key, item) {
				return true
			}
		}
		return true
	}
	c := cursor{s: v.s, bag: v.kind == bagKind}
	for {
		key, item, ok := c.next()
		if !ok {
			return !c.broken
		}
		if !f(key, item) {
			return true
		}
	}
}

// member is the value of a bag's key, null when there is none.
func (v Value) member(key string) Value {
	if v.kind != bagKind {
		return Value{}
	}
	if v.tree != nil {
		for i, k := range v.tree.keys {
			if k == key {
				return v.tree.items[i]
			}
		}
		return Value{}
	}
	c := cursor{s: v.s, bag: true}
	for {
		switch k, item, ok := c.next(); {
		case !ok:
			return Value{}
		case k == key:
			return item
		}
	}
}

// at is the n-th element of an array, counted from the end when negative; null
// when there is none.
func (v Value) at(n int64) Value {
	if v.kind != arrayKind {
		return Value{}
	}
	if n < 0 {
		if n += int64(v.length()); n < 0 {
			return Value{}
		}
	}
	if v.tree != nil {
		if n < int64(len(v.tree.items)) {
			return v.tree.items[n]
		}
		return Value{}
	}
	c := cursor{s: v.s}
	for {
		_, item, ok := c.next()
		if !ok || n == 0 {
			return item
		}
		n--
	}
}

// Member is the value of a key of a bag, null when v is none or has it not; for
// callers whose rows are JSON.
func Member(v Value, key string) Value { return v.member(key) }

// At is the i-th element of an array, null when v is none or shorter.
func At(v Value, i int) Value { return v.at(int64(i)) }

func (v Value) length() int {
	if v.tree != nil {
		return len(v.tree.items)
	}
	n := 0
	v.each(func(string, Value) bool { n++; return true })
	return n
}

// elements are the elements of an array, or the values of a bag.
func (v Value) elements() []Value {
	if v.tree != nil {
		return v.tree.items
	}
	var items []Value
	v.each(func(_ string, item Value) bool { items = append(items, item); return true })
	return items
}

func (v Value) keys() []string {
	if v.kind != bagKind {
		return nil
	}
	if v.tree != nil {
		return v.tree.keys
	}
	var keys []string
	v.each(func(k string, _ Value) bool { keys = append(keys, k); return true })
	return keys
}

// AppendJSON appends the value as compact JSON. Datetimes and timespans are
// strings; numbers that JSON cannot hold are null; text that turns out not to be
// JSON is null.
func (v Value) AppendJSON(b []byte) []byte {
	b, ok := v.appendJSON(b, 0)
	if !ok {
		return append(b, "null"...)
	}
	return b
}

// appendJSON gives back b as it was when the value cannot be written.
func (v Value) appendJSON(b []byte, depth int) ([]byte, bool) {
	switch v.kind {
	case nullKind:
		return append(b, "null"...), true
	case boolKind, longKind:
		return append(b, v.Text()...), true
	case realKind:
		if f := v.real(); math.IsNaN(f) || math.IsInf(f, 0) {
			return append(b, "null"...), true
		}
		return append(b, v.Text()...), true
	case stringKind, dateTimeKind, timespanKind:
		return appendQuoted(b, v.Text()), true
	}
	if depth > maxDepth {
		return b, false
	}
	start, open, closing := len(b), byte('['), byte(']')
	if v.kind == bagKind {
		open, closing = '{', '}'
	}
	b = append(b, open)
	whole, first := true, true
	sound := v.each(func(key string, item Value) bool {
		if !first {
			b = append(b, ',')
		}
		first = false
		if v.kind == bagKind {
			b = append(appendQuoted(b, key), ':')
		}
		b, whole = item.appendJSON(b, depth+1)
		return whole
	})
	if !sound || !whole {
		return b[:start], false
	}
	return append(b, closing), true
}

// MarshalJSON writes what AppendJSON appends.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

const hexDigits = "0123456789abcdef"

// appendQuoted writes a JSON string without escaping what HTML would want
// escaped; bytes that are not UTF-8 become the replacement character.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < 0x20:
			b = append(b, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}

// formatReal writes a real so that it stays one: 5.0, not 5.
func formatReal(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if math.Abs(f) >= 1e-5 && math.Abs(f) < 1e15 || f == 0 {
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	if !strings.ContainsAny(s, ".eNI") {
		s += ".0"
	}
	return s
}
