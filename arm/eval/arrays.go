package eval

import (
	"math"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// arrayArg reads an argument that must be an array.
func arrayArg(e *expr.Expr, which int, v value.Value) *Error {
	if v.Kind() != value.ArrayKind {
		return wrongType(e, which, "Array", v)
	}
	return nil
}

func fnArray(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if a[0].Kind() == value.ArrayKind {
		return a[0], nil
	}
	return value.Array([]value.Value{a[0]}), nil
}

func fnCreateArray(m *Machine, _ *expr.Expr, a []value.Value) (value.Value, *Error) {
	if err := m.Budget.Produce(len(a) * valueBytes); err != nil {
		return value.Value{}, err
	}
	return value.Array(append([]value.Value(nil), a...)), nil
}

func fnFlatten(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if err := arrayArg(e, -1, a[0]); err != nil {
		return value.Value{}, err
	}
	n, open := 0, false
	for i, inner := range a[0].Elems() {
		if u := inner.Unknown(); u != nil {
			if u.Choice != nil {
				return m.splitElement(e, a[0], u)
			}
			open = true
			continue
		}
		if inner.Kind() != value.ArrayKind {
			return value.Value{}, cannot(e, "the elements must be arrays; element %d is of type '%s'", i, typeName(inner))
		}
		n += inner.Len()
	}
	if open {
		return m.unknown(e, a, value.ArrayKind), nil
	}
	if err := m.Budget.elements(n); err != nil {
		return value.Value{}, err
	}
	elems := make([]value.Value, 0, n)
	for _, inner := range a[0].Elems() {
		for _, x := range inner.Elems() {
			elems = append(elems, x)
		}
	}
	return value.Array(elems), nil
}

func fnRange(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	start, err := integer(e, 0, a[0])
	if err != nil {
		return value.Value{}, err
	}
	count, err := integer(e, 1, a[1])
	if err != nil {
		return value.Value{}, err
	}
	const most = 10000
	if count < 0 || count > most {
		return value.Value{}, cannot(e, "the count must be between 0 and %d. The provided value: '%d'", most, count)
	}
	if start > math.MaxInt32-count || start < math.MinInt32 {
		return value.Value{}, cannot(e, "the sum of start index and count must not be greater than %d", math.MaxInt32)
	}
	if err := m.Budget.elements(int(count)); err != nil {
		return value.Value{}, err
	}
	elems := make([]value.Value, count)
	for i := range elems {
		elems[i] = value.Int(start + int64(i))
	}
	return value.Array(elems), nil
}

// extreme makes max and min, of integers or of one array of integers.
func extreme(better func(a, b int64) bool) impl {
	return func(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		best, have, open, secret := int64(0), false, false, false
		take := func(which int, v value.Value) *Error {
			secret = secret || v.Secret()
			if v.IsUnknown() && (kindOf(v) == value.IntKind || kindOf(v) == value.AbsentKind) {
				open = true
				return nil
			}
			n, err := integer(e, which, v)
			if err != nil {
				return err
			}
			if !have || better(n, best) {
				best, have = n, true
			}
			return nil
		}
		if len(a) == 1 && a[0].Kind() == value.ArrayKind {
			if a[0].Len() == 0 {
				return value.Value{}, cannot(e, "the array must not be empty")
			}
			for _, v := range a[0].Elems() {
				if err := take(-1, v); err != nil {
					return value.Value{}, err
				}
			}
		} else {
			for i, v := range a {
				if err := take(i, v); err != nil {
					return value.Value{}, err
				}
			}
		}
		if open {
			return m.sealed(m.unknown(e, a, value.IntKind), a), nil
		}
		v := value.Int(best)
		if secret {
			v = v.WithSecret()
		}
		return v, nil
	}
}

func fnDistinct(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if err := arrayArg(e, -1, a[0]); err != nil {
		return value.Value{}, err
	}
	return m.distinct(e, a)
}

// distinct joins arrays and leaves out what occurred before.
func (m *Machine) distinct(e *expr.Expr, a []value.Value) (value.Value, *Error) {
	s := newSet(m)
	for _, array := range a {
		for _, x := range array.Elems() {
			at, err := s.find(x)
			switch {
			case err != nil:
				return value.Value{}, err
			case at == unsure:
				return m.unknown(e, a, value.ArrayKind), nil
			case at == -1:
				s.add(x)
			}
		}
	}
	if err := m.Budget.elements(len(s.elems)); err != nil {
		return value.Value{}, err
	}
	return value.Array(s.elems), nil
}

// set is a list of different values that finds strings and integers without looking at all others.
type set struct {
	m       *Machine
	elems   []value.Value
	strings map[string]int
	others  []int // indices of what is no known string
}

func newSet(m *Machine) *set { return &set{m: m} }

func (s *set) add(v value.Value) {
	if text, ok := v.AsString(); ok {
		if s.strings == nil {
			s.strings = make(map[string]int)
		}
		s.strings[text] = len(s.elems)
	} else {
		s.others = append(s.others, len(s.elems))
	}
	s.elems = append(s.elems, v)
}

// find gives the index of what equals v, -1, or unsure.
func (s *set) find(v value.Value) (int, *Error) {
	text, isText := v.AsString()
	if isText {
		if at, ok := s.strings[text]; ok {
			return at, nil
		}
	}
	answer := -1
	if err := s.m.Budget.Spend(1 + len(s.others)/4); err != nil {
		return 0, err
	}
	for _, i := range s.others {
		same, err := s.m.equal(s.elems[i], v)
		if err != nil {
			return 0, err
		}
		if same == value.Yes {
			return i, nil
		}
		if same == value.Maybe {
			answer = unsure
		}
	}
	if !isText && v.IsUnknown() {
		for _, i := range s.strings {
			if same, err := s.m.equal(s.elems[i], v); err != nil {
				return 0, err
			} else if same == value.Maybe {
				answer = unsure
			}
		}
	}
	return answer, nil
}

// fnIntersection keeps what is in all arrays, in the order of the first, or the members that all objects have with
// equal values.
func fnIntersection(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	kind, err := sameKind(e, a)
	if err != nil {
		return value.Value{}, err
	}
	if kind == value.ObjectKind {
		return m.intersectObjects(e, a)
	}
	out := newSet(m)
	others := make([]*set, len(a)-1)
	for i := range others {
		others[i] = newSet(m)
		for _, x := range a[i+1].Elems() {
			if at, err := others[i].find(x); err != nil {
				return value.Value{}, err
			} else if at < 0 {
				others[i].add(x)
			}
		}
	}
	for _, x := range a[0].Elems() {
		in := value.Yes
		for _, s := range others {
			at, err := s.find(x)
			switch {
			case err != nil:
				return value.Value{}, err
			case at == unsure:
				in = min(in, value.Maybe)
			case at == -1:
				in = value.No
			}
		}
		at, err := out.find(x)
		switch {
		case err != nil:
			return value.Value{}, err
		case in == value.Maybe || in == value.Yes && at == unsure:
			return m.unknown(e, a, value.ArrayKind), nil
		case in == value.Yes && at == -1:
			out.add(x)
		}
	}
	if err := m.Budget.elements(len(out.elems)); err != nil {
		return value.Value{}, err
	}
	return value.Array(out.elems), nil
}

func (m *Machine) intersectObjects(e *expr.Expr, a []value.Value) (value.Value, *Error) {
	var members []value.Member
	for k, v := range a[0].Members() {
		in := value.Yes
		for _, other := range a[1:] {
			x := other.Get(k)
			if x.IsAbsent() {
				in = value.No
				break
			}
			same, err := m.equal(v, x)
			if err != nil {
				return value.Value{}, err
			}
			in = min(in, same)
		}
		switch in {
		case value.Maybe:
			return m.unknown(e, a, value.ObjectKind), nil
		case value.Yes:
			members = append(members, value.Member{Key: k, Value: v})
		}
	}
	if err := m.Budget.elements(len(members)); err != nil {
		return value.Value{}, err
	}
	return value.Object(members), nil
}

// sameKind checks that all arguments are arrays or all are objects.
func sameKind(e *expr.Expr, a []value.Value) (value.Kind, *Error) {
	kind := a[0].Kind()
	for i, v := range a {
		if k := v.Kind(); k != value.ArrayKind && k != value.ObjectKind {
			return kind, wrongType(e, i, "Array or Object", v)
		} else if k != kind {
			return kind, cannot(e, "all parameters must be of the same type, arrays or objects. The provided types are '%s' and '%s'", kind, k)
		}
	}
	return kind, nil
}
