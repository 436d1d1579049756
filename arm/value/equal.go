package value

import "github.com/holdfast-ml/holdfast/arm/expr"

// Tri is an answer that may not be known.
type Tri int8

// The answers.
const (
	No    Tri = -1
	Maybe Tri = 0
	Yes   Tri = 1
)

func tri(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// Equal compares deeply as the language's equals() does: strings ordinally,
// values of different kinds are unequal, arrays by position, objects by key and
// value. Unknowns compare as Maybe, except that the same residual is equal to
// itself (unless it is a clock or random value).
func Equal(a, b Value) Tri {
	if a.kind == UnknownKind || b.kind == UnknownKind {
		return equalUnknown(a, b)
	}
	if a.kind == AbsentKind {
		a.kind = NullKind
	}
	if b.kind == AbsentKind {
		b.kind = NullKind
	}
	if a.kind != b.kind {
		return No
	}
	switch a.kind {
	case NullKind:
		return Yes
	case StringKind:
		return tri(a.str == b.str)
	case ArrayKind:
		return equalArrays(a, b)
	case ObjectKind:
		return equalObjects(a, b)
	}
	return tri(a.num == b.num)
}

func equalUnknown(a, b Value) Tri {
	ua, ub := a.Unknown(), b.Unknown()
	if ua != nil && ub != nil && ua.Reason != Clock && ua.Reason != Random && ua.Reason != Failed && expr.Equal(ua.Residual, ub.Residual) {
		return Yes
	}
	if (ua != nil && ua.NotNull && b.IsNull()) || (ub != nil && ub.NotNull && a.IsNull()) {
		return No
	}
	return Maybe
}

func equalArrays(a, b Value) Tri {
	if a.Len() != b.Len() {
		return No
	}
	result := Yes
	for i, e := range a.Elems() {
		if r := Equal(e, b.At(i)); r < result {
			if r == No {
				return No
			}
			result = r
		}
	}
	return result
}

func equalObjects(a, b Value) Tri {
	if a.Len() != b.Len() {
		return No
	}
	result := Yes
	for k, e := range a.Members() {
		other := b.Get(k)
		if other.kind == AbsentKind {
			return No
		}
		if r := Equal(e, other); r < result {
			if r == No {
				return No
			}
			result = r
		}
	}
	return result
}
