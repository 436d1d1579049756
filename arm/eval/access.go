package eval

import (
	"math"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// member evaluates base.name.
func (m *Machine) member(e *expr.Expr) (value.Value, *Error) {
	base, err := m.eval(e.Args[0])
	if err != nil {
		return base, err
	}
	v, err := m.read(e, base, value.String(e.Name))
	if err != nil {
		return v, err.at(e)
	}
	return v, nil
}

// index evaluates base[key].
func (m *Machine) index(e *expr.Expr) (value.Value, *Error) {
	base, err := m.eval(e.Args[0])
	if err != nil {
		return base, err
	}
	key, err := m.eval(e.Args[1])
	if err != nil {
		return key, err
	}
	v, err := m.read(e, base, key)
	if err != nil {
		return v, err.at(e)
	}
	return v, nil
}

// read gives base[key]; what is not there is an error.
func (m *Machine) read(e *expr.Expr, base, key value.Value) (value.Value, *Error) {
	if key.IsUnknown() || base.IsUnknown() {
		return m.readUnknown(e, base, key)
	}
	v, problem := lookUp(base, key)
	switch problem {
	case found:
		if key.Secret() {
			v = v.WithSecret()
		}
		return v, nil
	case missing:
		if s, ok := key.AsString(); ok {
			return v, noProperty(base, key, s)
		}
		return v, fault("The language expression property array index '%s' is out of bounds; the array has %d element(s)", show(key), base.Len())
	}
	if s, ok := key.AsString(); ok {
		if base.Kind() == value.ArrayKind {
			return v, fault("The language expression property '%s' can't be evaluated: the value before it is of type 'Array', whose elements are read by an integer", shown(key, s))
		}
		return v, fault("The language expression property '%s' can't be evaluated: the value before it is of type '%s', not 'Object'", shown(key, s), typeName(base))
	}
	return v, fault("The language expression property index of type '%s' can't be evaluated: the value before it is of type '%s'", typeName(key), typeName(base))
}

func shown(v value.Value, s string) string {
	if v.Secret() {
		return "{secret}"
	}
	return s
}

func noProperty(base, key value.Value, name string) *Error {
	names := make([]string, 0, base.Len())
	for k := range base.Members() {
		if names = append(names, k); len(names) == 40 {
			names = append(names, "...")
			break
		}
	}
	list := strings.Join(names, ", ")
	if base.Secret() {
		list = "{secret}"
	}
	return fault("The language expression property '%s' doesn't exist, available properties are '%s'", shown(key, name), list)
}

type outcome uint8

const (
	found outcome = iota
	missing
	impossible
)

// lookUp reads a known key of a known container.
func lookUp(base, key value.Value) (value.Value, outcome) {
	switch base.Kind() {
	case value.ObjectKind:
		s, ok := key.AsString()
		if !ok {
			return value.Value{}, impossible
		}
		if v := base.Get(s); !v.IsAbsent() {
			return v, found
		}
		return value.Value{}, missing
	case value.ArrayKind:
		i, ok := key.AsInt()
		if !ok {
			return value.Value{}, impossible
		}
		if i < 0 || i > math.MaxInt32 {
			return value.Value{}, missing
		}
		if v := base.At(int(i)); !v.IsAbsent() {
			return v, found
		}
		return value.Value{}, missing
	}
	return value.Value{}, impossible
}

// readUnknown reads where base or key is not known.
func (m *Machine) readUnknown(e *expr.Expr, base, key value.Value) (value.Value, *Error) {
	if v, ok := readBody(base, key); ok {
		return v, nil
	}
	args := []value.Value{base, key}
	for _, v := range args {
		if u := v.Unknown(); u != nil && u.Choice != nil {
			joined, err, ok := m.split(u, args, func(a []value.Value) (value.Value, *Error) {
				return m.read(e, a[0], a[1])
			}, func() *expr.Expr { return m.accessResidual(e, args) })
			if ok {
				return joined, err
			}
		}
	}
	hint, sure := elementKind(base)
	return m.unknownWith(e, args, value.Unknown{Residual: m.accessResidual(e, args), Hint: hint, NotNull: sure}), nil
}

// accessResidual writes base.name or base[key] with its parts evaluated.
func (m *Machine) accessResidual(e *expr.Expr, args []value.Value) *expr.Expr {
	base := argument(e.Args[0], args[0])
	if base.Size > maxResidual {
		return e
	}
	if name, ok := args[1].AsString(); ok && !args[1].Secret() {
		return expr.Member(base, name)
	}
	if e.Kind == expr.KindIndex {
		return expr.Index(base, argument(e.Args[1], args[1]))
	}
	return e
}

// elementKind is what all elements of a known array have in common.
func elementKind(base value.Value) (kind value.Kind, notNullAtAll bool) {
	if base.Kind() != value.ArrayKind || base.Len() == 0 || base.Len() > 100 {
		return value.AbsentKind, false
	}
	notNullAtAll = true
	for i, v := range base.Elems() {
		if i == 0 {
			kind = kindOf(v)
		} else if kind != kindOf(v) {
			kind = value.AbsentKind
		}
		notNullAtAll = notNullAtAll && notNull(v)
	}
	return kind, notNullAtAll
}

// fnTryGet follows the keys and gives null where there is nothing.
func fnTryGet(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	v, secret := a[0], false
	for i, key := range a[1:] {
		if v.IsNull() {
			return value.Null(), nil
		}
		if next, ok := readBody(v, key); ok {
			v = next
			continue
		}
		if v.IsUnknown() || key.IsUnknown() {
			return m.tryGetUnknown(e, v, a[1+i:])
		}
		secret = secret || key.Secret()
		next, err := m.tryStep(e, i+1, v, key)
		if err != nil {
			return value.Value{}, err
		}
		if v = next; v.IsAbsent() {
			return value.Null(), nil
		}
	}
	if secret {
		v = v.WithSecret()
	}
	return v, nil
}

// tryStep follows one key: a name, an index, or createObject('value', n, 'fromEnd', bool). A key of the wrong kind is
// an error here too; what the service does is not known.
func (m *Machine) tryStep(e *expr.Expr, which int, base, key value.Value) (value.Value, *Error) {
	if key.Kind() == value.ObjectKind {
		n, ok := key.Get("value").AsInt()
		fromEnd, _ := key.Get("fromEnd").AsBool()
		if !ok {
			return base, wrongType(e, which, "String or Integer", key)
		}
		if key = value.Int(n); fromEnd && base.Kind() == value.ArrayKind {
			key = value.Int(int64(base.Len()) - n)
		}
	}
	v, problem := lookUp(base, key)
	if problem == impossible {
		return v, cannot(e, "the value of type '%s' has no property or element that a key of type '%s' could name", typeName(base), typeName(key))
	}
	return v, nil
}

// tryGetUnknown is the rest of a tryGet that meets an unknown at base.
func (m *Machine) tryGetUnknown(e *expr.Expr, base value.Value, keys []value.Value) (value.Value, *Error) {
	args := append([]value.Value{base}, keys...)
	for _, v := range args {
		if u := v.Unknown(); u != nil && u.Choice != nil {
			joined, err, ok := m.split(u, args, func(a []value.Value) (value.Value, *Error) {
				return fnTryGet(m, e, a)
			}, func() *expr.Expr { return m.tryGetResidual(e, args) })
			if ok {
				return joined, err
			}
		}
	}
	return m.unknownWith(e, args, value.Unknown{Residual: m.tryGetResidual(e, args)}), nil
}

func (m *Machine) tryGetResidual(e *expr.Expr, args []value.Value) *expr.Expr {
	out := make([]*expr.Expr, len(args))
	left := maxInline
	size := 0
	for i, v := range args {
		if out[i] = inline(v, &left); out[i] == nil {
			return e
		}
		size += int(out[i].Size)
	}
	if size > maxResidual {
		return e
	}
	return expr.Call("tryGet", out...)
}

// fromEnd makes indexFromEnd and tryIndexFromEnd; 1 is the last element.
func fromEnd(try bool) impl {
	return func(_ *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
		if a[0].IsNull() && try {
			return value.Null(), nil
		}
		if a[0].Kind() != value.ArrayKind {
			return value.Value{}, wrongType(e, 0, "Array", a[0])
		}
		i, ok := a[1].AsInt()
		if !ok {
			return value.Value{}, wrongType(e, 1, "Integer", a[1])
		}
		if n := int64(a[0].Len()); i < 1 || i > n {
			if try {
				return value.Null(), nil
			}
			return value.Value{}, cannot(e, "the index '%s' from the end is out of bounds; the array has %d element(s)", show(a[1]), n)
		}
		return a[0].At(a[0].Len() - int(i)), nil
	}
}
