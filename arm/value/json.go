package value

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends v as compact JSON, members in source order. An unknown
// becomes {"$unknown":"[expression]"}, a secret {"$secret":true}; the absent
// value becomes null.
func (v Value) AppendJSON(dst []byte) []byte {
	if v.flags&flagSecret != 0 {
		return append(dst, `{"$secret":true}`...)
	}
	switch v.kind {
	case BoolKind:
		return strconv.AppendBool(dst, v.num != 0)
	case IntKind:
		return strconv.AppendInt(dst, v.num, 10)
	case FloatKind:
		return AppendFloat(dst, math.Float64frombits(uint64(v.num)))
	case StringKind:
		return AppendQuoted(dst, v.str)
	case ArrayKind:
		dst = append(dst, '[')
		for i, e := range v.Elems() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.AppendJSON(dst)
		}
		return append(dst, ']')
	case ObjectKind:
		dst = append(dst, '{')
		first := true
		for k, e := range v.Members() {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = AppendQuoted(dst, k)
			dst = append(dst, ':')
			dst = e.AppendJSON(dst)
		}
		return append(dst, '}')
	case UnknownKind:
		dst = append(dst, `{"$unknown":`...)
		dst = AppendQuoted(dst, v.Residual())
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

// MarshalJSON is [Value.AppendJSON] for encoding/json.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// AppendFloat appends the shortest JSON form of f; what JSON cannot hold
// (infinities, NaN) becomes null.
func AppendFloat(dst []byte, f float64) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return append(dst, "null"...)
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.AppendFloat(dst, f, 'f', 1, 64)
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}

// AppendQuoted appends s as a JSON string. Invalid UTF-8 becomes U+FFFD.
func AppendQuoted(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendEscaped(dst, s)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

const hexDigits = "0123456789abcdef"

func appendEscaped(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '\r':
			dst = append(dst, '\\', 'r')
		case r == '\t':
			dst = append(dst, '\\', 't')
		case r < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

// FromAny makes a value of what encoding/json decodes into any (numbers as
// float64 or json.Number); other Go types give the absent value. Members of
// maps are sorted by key.
func FromAny(x any) Value {
	switch x := x.(type) {
	case nil:
		return Null()
	case bool:
		return Bool(x)
	case string:
		return String(x)
	case int:
		return Int(int64(x))
	case int64:
		return Int(x)
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			return Int(int64(x))
		}
		return Float(x)
	case json.Number:
		if i, err := x.Int64(); err == nil {
			return Int(i)
		}
		f, _ := x.Float64()
		return Float(f)
	case []any:
		elems := make([]Value, len(x))
		for i, e := range x {
			elems[i] = FromAny(e)
		}
		return Array(elems)
	case map[string]any:
		return fromMap(x)
	}
	return Absent()
}

func fromMap(m map[string]any) Value {
	members := make([]Member, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		members = append(members, Member{Key: k, Value: FromAny(m[k])})
	}
	return Object(members)
}
