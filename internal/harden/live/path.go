package live

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
)

// piece is a step of a path: a member, or an element of a list when key is "".
type piece struct {
	key   string
	index int // every: all elements
}

const every = -1

// parsePath reads a path as [catalog.Setting] describes it.
func parsePath(text string) ([]piece, error) {
	var out []piece
	for part := range strings.SplitSeq(text, ".") {
		key, rest, more := strings.Cut(part, "[")
		if key == "" {
			return nil, fmt.Errorf("the path %q has an empty part", text)
		}
		out = append(out, piece{key: key})
		for more {
			inside, after, closed := strings.Cut(rest, "]")
			n, err := strconv.ParseUint(inside, 10, 16)
			switch {
			case closed && inside == "*":
				out = append(out, piece{index: every})
			case closed && err == nil:
				out = append(out, piece{index: int(n)})
			default:
				return nil, fmt.Errorf("the path %q has odd brackets", text)
			}
			rest, more = strings.CutPrefix(after, "[")
			if after != "" && !more {
				return nil, fmt.Errorf("the path %q goes on after a bracket", text)
			}
		}
	}
	return out, nil
}

// read gives the values at a path, one for each place that it leads to: a member
// that is not there is absent, a list that is not there has no places.
func read(v value.Value, path []piece) []value.Value {
	var out []value.Value
	alter(v, path, func(_ int, old value.Value) (value.Value, bool) {
		out = append(out, old)
		return old, false
	})
	return out
}

// alter gives v with other values at a path. f is asked for each place, in order,
// and says whether it has another value there; objects on the way are made only if
// it has. An absent value takes the member away, and below the first level the
// objects that it leaves empty.
func alter(v value.Value, path []piece, f func(i int, old value.Value) (value.Value, bool)) value.Value {
	places := 0
	out, _ := change(v, path, 0, func(old value.Value) (value.Value, bool) {
		places++
		return f(places-1, old)
	})
	return out
}

func change(v value.Value, path []piece, depth int, f func(old value.Value) (value.Value, bool)) (value.Value, bool) {
	if len(path) == 0 {
		return f(v)
	}
	at := path[0]
	if at.key == "" {
		if v.Kind() != value.ArrayKind {
			return v, false
		}
		changed := false
		out := make([]value.Value, 0, v.Len())
		for i, e := range v.Elems() {
			if at.index == every || at.index == i {
				next, differs := change(e, path[1:], depth+1, f)
				e, changed = next, changed || differs
			}
			out = append(out, e)
		}
		if !changed {
			return v, false
		}
		return value.Array(out), true
	}
	old := value.Absent()
	if v.Kind() == value.ObjectKind {
		old = v.Get(at.key)
	}
	next, changed := change(old, path[1:], depth+1, f)
	if !changed {
		return v, false
	}
	out := withMember(v, at.key, next)
	if depth > 1 && next.IsAbsent() && out.Len() == 0 {
		return next, true
	}
	return out, true
}

// withMember gives an object with a member; the name's spelling stays as it is
// there. An absent value takes it away.
func withMember(v value.Value, key string, to value.Value) value.Value {
	var out []value.Member
	found := false
	if v.Kind() == value.ObjectKind {
		for k, e := range v.Members() {
			if strings.EqualFold(k, key) {
				if found || to.IsAbsent() {
					found = true
					continue
				}
				found, e = true, to
			}
			out = append(out, value.Member{Key: k, Value: e})
		}
	}
	if !found && !to.IsAbsent() {
		out = append(out, value.Member{Key: key, Value: to})
	}
	return value.Object(out)
}

// same says whether two values mean the same to Azure, which takes texts in any
// letter case; null and absent are the same, too.
func same(a, b value.Value) bool {
	switch {
	case a.IsNull() || b.IsNull():
		return a.IsNull() && b.IsNull()
	case a.Kind() == value.StringKind && b.Kind() == value.StringKind:
		return strings.EqualFold(a.Str(), b.Str())
	case a.Kind() == value.ArrayKind && b.Kind() == value.ArrayKind:
		if a.Len() != b.Len() {
			return false
		}
		for i, e := range a.Elems() {
			if !same(e, b.At(i)) {
				return false
			}
		}
		return true
	case a.Kind() == value.ObjectKind && b.Kind() == value.ObjectKind:
		return holds(a, b, false) && holds(b, a, false)
	}
	x, isNumber := number(a)
	y, alsoNumber := number(b)
	if isNumber || alsoNumber {
		return isNumber && alsoNumber && x == y
	}
	p, isBool := a.AsBool()
	q, alsoBool := b.AsBool()
	return isBool && alsoBool && p == q
}

func number(v value.Value) (float64, bool) {
	if n, ok := v.AsInt(); ok {
		return float64(n), true
	}
	return v.AsFloat()
}

// holds says whether v has all that part has; with lenient, what v does not show
// counts as being there (what is only said when a resource is made is not shown
// afterwards).
func holds(v, part value.Value, lenient bool) bool {
	if v.Kind() != value.ObjectKind || part.Kind() != value.ObjectKind {
		return same(v, part) || lenient && v.IsNull()
	}
	for k, want := range part.Members() {
		have := v.Get(k)
		switch {
		case lenient && have.IsNull():
		case strings.EqualFold(k, "location") || strings.EqualFold(k, "locationName"):
			if !sameRegion(have, want) {
				return false
			}
		case !holds(have, want, lenient):
			return false
		}
	}
	return true
}
