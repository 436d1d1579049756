package kusto

import (
	"cmp"
	"encoding/binary"
	"strings"
)

// order compares two values of comparable kinds; ok is false for others and for
// null. Numbers compare across long and real, bools with numbers.
func order(a, b Value) (c int, ok bool) {
	switch {
	case a.kind == b.kind:
		switch a.kind {
		case stringKind:
			return strings.Compare(a.s, b.s), true
		case longKind, boolKind, dateTimeKind, timespanKind:
			return cmp.Compare(a.n, b.n), true
		case realKind:
			return cmp.Compare(a.real(), b.real()), true
		case nullKind:
			return 0, false
		}
		return strings.Compare(a.Text(), b.Text()), true
	case a.number() && b.number():
		return cmp.Compare(a.float(), b.float()), true
	case a.kind == boolKind && b.number():
		return order(Long(a.n), b)
	case a.number() && b.kind == boolKind:
		return order(a, Long(b.n))
	}
	return 0, false
}

// total orders any two values but nulls, for min, max, arg_max and array_sort,
// whose dynamic arguments may mix kinds: numbers, then the others by kind.
func total(a, b Value) int {
	if c, ok := order(a, b); ok {
		return c
	}
	return cmp.Compare(a.kind, b.kind)
}

// equal is ==: null for two nulls, false for one.
func equal(a, b Value) Value {
	if a.kind == nullKind && b.kind == nullKind {
		return Value{}
	}
	c, ok := order(a, b)
	return Bool(ok && c == 0)
}

func not(v Value) Value {
	is, known := v.truth()
	if !known {
		return Value{}
	}
	return Bool(!is)
}

// appendKey writes a value so that two values have the same bytes if and only if
// they are the same for grouping, distinct and joining.
func appendKey(b []byte, v Value) []byte {
	b = append(b, byte(v.kind))
	switch v.kind {
	case nullKind:
		return b
	case stringKind, arrayKind, bagKind:
		s := v.Text()
		b = binary.AppendUvarint(b, uint64(len(s)))
		return append(b, s...)
	case realKind:
		if n := longOf(v.real()); n.kind == longKind && float64(n.n) == v.real() {
			b[len(b)-1] = byte(longKind) // 5.0 groups with 5
			return binary.AppendVarint(b, n.n)
		}
	}
	return binary.AppendVarint(b, v.n)
}
