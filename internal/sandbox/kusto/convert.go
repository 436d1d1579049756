package kusto

import (
	"math"
	"strconv"
	"strings"
)

// convert casts a value to a type as tostring(), tolong() and so on do: what
// cannot be cast is null, or the empty string for a string.
func convert(v Value, t Type) Value {
	switch t {
	case TypeBool:
		return toBool(v)
	case TypeInt, TypeLong:
		n := toLong(v)
		if t == TypeInt && (n.n > math.MaxInt32 || n.n < math.MinInt32) {
			return Value{}
		}
		return n
	case TypeReal:
		return toReal(v)
	case TypeString:
		return String(v.Text())
	case TypeDateTime:
		return toDateTime(v)
	case TypeTimespan:
		return toTimespan(v)
	}
	return v
}

func toBool(v Value) Value {
	switch v.kind {
	case boolKind:
		return v
	case longKind:
		return Bool(v.n != 0)
	case realKind:
		return Bool(v.real() != 0)
	case stringKind:
		switch strings.ToLower(strings.TrimSpace(v.s)) {
		case "true":
			return Bool(true)
		case "false":
			return Bool(false)
		}
		return toBool(toLong(v))
	}
	return Value{}
}

func toLong(v Value) Value {
	switch v.kind {
	case longKind, boolKind:
		return Long(v.n)
	case realKind:
		return longOf(v.real())
	case dateTimeKind, timespanKind:
		return Long(v.n)
	case stringKind:
		s := strings.TrimSpace(v.s)
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return Long(n)
		}
		if h := strings.TrimPrefix(strings.ToLower(s), "0x"); h != strings.ToLower(s) {
			if n, err := strconv.ParseInt(h, 16, 64); err == nil {
				return Long(n)
			}
			return Value{}
		}
		return longOf(toReal(v).realOrNaN())
	}
	return Value{}
}

// longOf cuts a real to an integer, null when it does not fit.
func longOf(f float64) Value {
	if !(f > -9.22e18 && f < 9.22e18) {
		return Value{}
	}
	return Long(int64(f))
}

func (v Value) realOrNaN() float64 {
	if v.kind != realKind {
		return math.NaN()
	}
	return v.real()
}

func toReal(v Value) Value {
	switch v.kind {
	case realKind:
		return v
	case longKind, boolKind:
		return Real(float64(v.n))
	case stringKind:
		s := strings.TrimSpace(v.s)
		if f, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "_xXpP") {
			return Real(f)
		}
	}
	return Value{}
}

func toDateTime(v Value) Value {
	switch v.kind {
	case dateTimeKind:
		return v
	case longKind:
		return timeInRange(v.n)
	case stringKind:
		return parseTime(v.s)
	}
	return Value{}
}

func toTimespan(v Value) Value {
	switch v.kind {
	case timespanKind:
		return v
	case longKind:
		return span(v.n)
	case stringKind:
		return parseSpan(v.s)
	}
	return Value{}
}

func negate(v Value) Value {
	switch v.kind {
	case longKind, timespanKind:
		if v.n == math.MinInt64 {
			return Value{}
		}
		v.n = -v.n
		return v
	case realKind:
		return Real(-v.real())
	}
	return Value{}
}

// bagBuilder collects keys and values; a key that comes again keeps its place
// and takes the new value.
type bagBuilder struct {
	keys  []string
	items []Value
	at    map[string]int
}

func (b *bagBuilder) set(key string, v Value) {
	if i, ok := b.at[key]; ok {
		b.items[i] = v
		return
	}
	if b.at == nil {
		b.at = map[string]int{}
	}
	b.at[key] = len(b.keys)
	b.keys = append(b.keys, key)
	b.items = append(b.items, v)
}

func (b *bagBuilder) value() Value { return bag(b.keys, b.items) }
