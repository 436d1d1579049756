package kusto

import (
	"encoding/json"
	"math"
	"sort"
	"strconv"
	"time"
)

// Type is the static type of a column or an expression.
type Type uint8

// The types. A Dynamic column may hold any value; it is the zero Type, so that
// a column declared without a type is dynamic. Guids are strings here, decimals
// reals.
const (
	TypeDynamic Type = iota
	TypeBool
	TypeInt
	TypeLong
	TypeReal
	TypeString
	TypeDateTime
	TypeTimespan
)

var typeNames = [...]string{"dynamic", "bool", "int", "long", "real", "string", "datetime", "timespan"}

// String is the type's name in Kusto.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "unknown"
}

// ResourceGraph is the name that a Resource Graph response in table form gives
// the type (the ColumnDataType enumeration of its REST API).
func (t Type) ResourceGraph() string {
	switch t {
	case TypeBool:
		return "boolean"
	case TypeInt, TypeLong:
		return "integer"
	case TypeReal:
		return "number"
	case TypeDateTime:
		return "datetime"
	case TypeDynamic:
		return "object"
	default:
		return "string"
	}
}

func (t Type) numeric() bool { return t == TypeInt || t == TypeLong || t == TypeReal }

// kind is what a value is at run time.
type kind uint8

const (
	nullKind kind = iota
	boolKind
	longKind
	realKind
	stringKind
	dateTimeKind
	timespanKind
	arrayKind
	bagKind
)

// Value is one immutable value. The zero Value is null.
//
// Arrays and bags made from JSON text stay text until something looks inside,
// and then only the part looked at is read.
type Value struct {
	kind kind
	n    int64 // bool, long, ticks, or the bits of a real
	s    string
	tree *tree // array or bag built by a query; nil when s is its JSON text
}

// tree holds the elements of an array, or the keys and values of a bag.
type tree struct {
	keys  []string
	items []Value
	size  int
}

// maxValue bounds what functions may build, in bytes of text. Without it a short
// query could double a value a thousand times. (Kusto allows a dynamic value
// 1 MB; lists of all ids of a large estate need more.)
const maxValue = 16 << 20

// size is about how many bytes the value has as JSON.
func (v Value) size() int {
	if v.tree != nil {
		return v.tree.size
	}
	return len(v.s) + 8
}

// Null is the null value.
func Null() Value { return Value{} }

// Bool makes a bool.
func Bool(b bool) Value {
	if b {
		return Value{kind: boolKind, n: 1}
	}
	return Value{kind: boolKind}
}

// Long makes an integer.
func Long(n int64) Value { return Value{kind: longKind, n: n} }

// Real makes a floating-point number.
func Real(f float64) Value { return Value{kind: realKind, n: int64(math.Float64bits(f))} }

// String makes a string.
func String(s string) Value { return Value{kind: stringKind, s: s} }

// Time makes a datetime, cut to ticks of 100 ns. A time outside the years 1 to
// 9999 is null, as Kusto cannot hold it.
func Time(t time.Time) Value {
	n, ok := ticksOf(t)
	if !ok {
		return Value{}
	}
	return Value{kind: dateTimeKind, n: n}
}

// Span makes a timespan, cut to ticks of 100 ns.
func Span(d time.Duration) Value { return span(int64(d / 100)) }

func span(ticks int64) Value     { return Value{kind: timespanKind, n: ticks} }
func dateTime(ticks int64) Value { return Value{kind: dateTimeKind, n: ticks} }

// array makes an array, null when it would be larger than allowed.
func array(items []Value) Value { return built(arrayKind, nil, items) }

// bag makes a bag, null when it would be larger than allowed.
func bag(keys []string, items []Value) Value { return built(bagKind, keys, items) }

func built(k kind, keys []string, items []Value) Value {
	t := &tree{keys: keys, items: items, size: 8}
	for _, key := range keys {
		t.size += len(key) + 4
	}
	for _, item := range items {
		if t.size += item.size(); t.size > maxValue {
			return Value{}
		}
	}
	return Value{kind: k, tree: t}
}

// JSON makes a value of JSON text. Text that is not JSON is null, at the latest
// when something looks at the part that is broken.
func JSON(text string) Value {
	v, _, ok := scanValue(text, skipSpace(text, 0))
	if !ok {
		return Value{}
	}
	return v
}

// Of makes a value of what encoding/json decodes to (with map keys sorted), of
// integers, of time.Time, time.Duration and json.RawMessage, and of a Value
// itself. Anything else goes through its JSON encoding; what has none is null.
func Of(v any) Value {
	switch v := v.(type) {
	case nil:
		return Value{}
	case Value:
		return v
	case bool:
		return Bool(v)
	case string:
		return String(v)
	case int:
		return Long(int64(v))
	case int32:
		return Long(int64(v))
	case int64:
		return Long(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return Long(int64(v))
		}
		return Real(v)
	case json.Number:
		return JSON(v.String())
	case json.RawMessage:
		return JSON(string(v))
	case time.Time:
		return Time(v)
	case time.Duration:
		return Span(v)
	case []any:
		items := make([]Value, len(v))
		for i, e := range v {
			items[i] = Of(e)
		}
		return array(items)
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		items := make([]Value, len(keys))
		for i, k := range keys {
			items[i] = Of(v[k])
		}
		return bag(keys, items)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return Value{}
	}
	return JSON(string(text))
}

// IsNull says whether the value is null.
func (v Value) IsNull() bool { return v.kind == nullKind }

func (v Value) bool() bool    { return v.n != 0 }
func (v Value) real() float64 { return math.Float64frombits(uint64(v.n)) }

// float is the number as a float, of a long or a real.
func (v Value) float() float64 {
	if v.kind == longKind {
		return float64(v.n)
	}
	return v.real()
}

func (v Value) number() bool    { return v.kind == longKind || v.kind == realKind }
func (v Value) container() bool { return v.kind == arrayKind || v.kind == bagKind }

// Text is what tostring() gives: a string itself, a datetime in ISO 8601, JSON
// for arrays and bags, the empty string for null.
func (v Value) Text() string {
	switch v.kind {
	case nullKind:
		return ""
	case stringKind:
		return v.s
	case boolKind:
		return strconv.FormatBool(v.bool())
	case longKind:
		return strconv.FormatInt(v.n, 10)
	case realKind:
		return formatReal(v.real())
	case dateTimeKind:
		return formatTicks(v.n)
	case timespanKind:
		return formatSpan(v.n)
	default:
		return string(v.AppendJSON(nil))
	}
}

// truth is the value where a bool is wanted: known false for null.
func (v Value) truth() (is, known bool) {
	if v.kind != boolKind {
		return false, false
	}
	return v.bool(), true
}

// fit brings a value that a table gave to the type of its column: null strings
// are empty, whole numbers in a real column are reals, and times may be text.
func fit(v Value, t Type) Value {
	switch {
	case t == TypeString && v.kind == nullKind:
		return Value{kind: stringKind}
	case t == TypeReal && v.kind == longKind:
		return Real(float64(v.n))
	case t == TypeDateTime && v.kind == stringKind:
		return parseTime(v.s)
	case t == TypeTimespan && v.kind == stringKind:
		return parseSpan(v.s)
	}
	return v
}

// fits says that fit has nothing to do for a type.
func fits(t Type) bool {
	return t == TypeDynamic || t == TypeBool || t == TypeInt || t == TypeLong
}
