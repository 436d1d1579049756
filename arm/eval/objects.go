package eval

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

func objectArg(e *expr.Expr, which int, v value.Value) *Error {
	if v.Kind() != value.ObjectKind {
		return wrongType(e, which, "Object", v)
	}
	return nil
}

// builder makes an object whose keys are unique without regard to case: the first spelling and the last value stay.
type builder struct {
	members []value.Member
	index   map[string]int // by lower-case key, once there are many members
}

const manyMembers = 12

// at gives the index of a key, -1 when it is not there.
func (b *builder) at(key string) int {
	if len(b.members) <= manyMembers {
		for i := range b.members {
			if foldKey(b.members[i].Key, key) {
				return i
			}
		}
		return -1
	}
	if b.index == nil {
		b.index = make(map[string]int, 2*len(b.members))
		for i := range b.members {
			b.index[strings.ToLower(b.members[i].Key)] = i
		}
	}
	if i, ok := b.index[strings.ToLower(key)]; ok {
		return i
	}
	return -1
}

func (b *builder) set(key string, v value.Value) {
	if i := b.at(key); i >= 0 {
		b.members[i].Value = v
		return
	}
	if b.index != nil {
		b.index[strings.ToLower(key)] = len(b.members)
	}
	b.members = append(b.members, value.Member{Key: key, Value: v})
}

func (b *builder) object(m *Machine) (value.Value, *Error) {
	if err := m.Budget.elements(len(b.members)); err != nil {
		return value.Value{}, err
	}
	return value.Object(b.members), nil
}

func fnCreateObject(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if len(a)%2 != 0 {
		return value.Value{}, cannot(e, "the function expects an even number of parameters, keys and values in turn. %d were provided", len(a))
	}
	b := builder{members: make([]value.Member, 0, len(a)/2)}
	secret := false
	for i := 0; i < len(a); i += 2 {
		if a[i].IsUnknown() {
			if k := kindOf(a[i]); k == value.StringKind || k == value.AbsentKind {
				return m.choose(e, a, value.ObjectKind)
			}
		}
		key, err := str(e, i, a[i])
		if err != nil {
			return value.Value{}, err
		}
		secret = secret || a[i].Secret()
		b.set(key, a[i+1])
	}
	v, err := b.object(m)
	if secret {
		v = v.WithSecret()
	}
	return v, err
}

// fnUnion joins arrays without repetition, or merges objects deeply. Null arguments are passed over.
func fnUnion(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	present := slices.DeleteFunc(slices.Clone(a), value.Value.IsNull)
	if len(present) == 0 {
		return value.Null(), nil
	}
	kind, err := sameKind(e, present)
	if err != nil {
		return value.Value{}, err
	}
	if kind == value.ArrayKind {
		return m.distinct(e, present)
	}
	out := present[0]
	for _, v := range present[1:] {
		if out, err = m.merge(e, out, v, maxNesting); err != nil {
			return value.Value{}, err
		}
	}
	return out, nil
}

// merge gives a with the members of b: objects merge in turn, everything else is replaced.
func (m *Machine) merge(e *expr.Expr, a, b value.Value, depth int) (value.Value, *Error) {
	if depth == 0 {
		return a, limit("the objects nest too deep to merge")
	}
	out := builder{members: make([]value.Member, 0, a.Len()+b.Len())}
	for k, v := range a.Members() {
		out.members = append(out.members, value.Member{Key: k, Value: v})
	}
	for k, v := range b.Members() {
		i := out.at(k)
		switch {
		case i < 0:
			out.set(k, v)
			continue
		case v.Kind() == value.ObjectKind && out.members[i].Value.Kind() == value.ObjectKind:
			merged, err := m.merge(e, out.members[i].Value, v, depth-1)
			if err != nil {
				return a, err
			}
			v = merged
		case maybeObject(v) && maybeObject(out.members[i].Value):
			// Whether this replaces or merges is known when both values are.
			v = m.unionOf(k, out.members[i].Value, v)
		}
		out.members[i].Value = v
	}
	return out.object(m)
}

func maybeObject(v value.Value) bool {
	k := kindOf(v)
	return k == value.ObjectKind || v.IsUnknown() && k == value.AbsentKind
}

// unionOf is the member k of a union whose values of it, of which one at least is unknown, may be objects.
func (m *Machine) unionOf(k string, a, b value.Value) value.Value {
	one := func(v value.Value) *expr.Expr { return expr.Call("createObject", expr.Str(k), residualOf(v)) }
	e := expr.Member(expr.Call("union", one(a), one(b)), k)
	if kindOf(a) == value.ObjectKind && kindOf(b) == value.ObjectKind {
		e = expr.Call("union", residualOf(a), residualOf(b))
	}
	if e.Size > maxResidual {
		return b
	}
	return m.unknownWith(e, []value.Value{a, b}, value.Unknown{Residual: e, Hint: kindOf(b), NotNull: notNull(b)})
}

// fnShallowMerge merges the objects of an array: later members win, null included.
func fnShallowMerge(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if err := arrayArg(e, -1, a[0]); err != nil {
		return value.Value{}, err
	}
	var out builder
	for i, object := range a[0].Elems() {
		if u := object.Unknown(); u != nil {
			if u.Choice == nil {
				return m.unknown(e, a, value.ObjectKind), nil
			}
			return m.splitElement(e, a[0], u)
		}
		if object.Kind() != value.ObjectKind {
			return value.Value{}, cannot(e, "the elements must be objects; element %d is of type '%s'", i, typeName(object))
		}
		for k, v := range object.Members() {
			out.set(k, v)
		}
	}
	return out.object(m)
}

// splitElement runs a function of one array per case of the condition that decides one of its elements.
func (m *Machine) splitElement(e *expr.Expr, array value.Value, u *value.Unknown) (value.Value, *Error) {
	elems := make([]value.Value, 0, array.Len())
	for _, x := range array.Elems() {
		elems = append(elems, x)
	}
	f := functionOf(e)
	args := []value.Value{array}
	v, err, ok := m.split(u, elems, func(cases []value.Value) (value.Value, *Error) {
		return m.apply(f, e, []value.Value{value.Array(cases)})
	}, func() *expr.Expr { return m.residual(e, args) })
	if !ok {
		return m.unknown(e, args, f.result), nil
	}
	return v, err
}

// sortedMembers gives the members by key, ties in source order.
func sortedMembers(v value.Value) []value.Member {
	members := make([]value.Member, 0, v.Len())
	for k, x := range v.Members() {
		members = append(members, value.Member{Key: k, Value: x})
	}
	slices.SortStableFunc(members, func(a, b value.Member) int { return compareKeys(a.Key, b.Key) })
	return members
}

func fnItems(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if err := objectArg(e, -1, a[0]); err != nil {
		return value.Value{}, err
	}
	members := sortedMembers(a[0])
	if err := m.Budget.elements(3 * len(members)); err != nil {
		return value.Value{}, err
	}
	elems := make([]value.Value, len(members))
	for i, x := range members {
		key := value.String(x.Key)
		if a[0].Secret() {
			key = key.WithSecret()
		}
		elems[i] = value.Object([]value.Member{{Key: "key", Value: key}, {Key: "value", Value: x.Value}})
	}
	return value.Array(elems), nil
}

func fnObjectKeys(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	if err := objectArg(e, -1, a[0]); err != nil {
		return value.Value{}, err
	}
	members := sortedMembers(a[0])
	if err := m.Budget.elements(len(members)); err != nil {
		return value.Value{}, err
	}
	elems := make([]value.Value, len(members))
	for i, x := range members {
		elems[i] = value.String(x.Key)
	}
	return value.Array(elems), nil
}
