package eval

import (
	"slices"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// binding is a variable of a lambda that is being evaluated.
type binding struct {
	name string
	v    value.Value
}

// lambda is lambda('x', 'y', body) as an argument.
type lambda struct {
	names []*expr.Expr // string literals
	body  *expr.Expr
}

func lambdaOf(e *expr.Expr) (lambda, *Error) {
	n := len(e.Args) - 1
	l := lambda{names: e.Args[:max(n, 0)]}
	if n < 1 {
		return l, cannot(e, "a lambda needs the name of at least one variable and a body").at(e)
	}
	for _, name := range l.names {
		if name.Kind != expr.KindString {
			return l, cannot(e, "the names of lambda variables must be string literals").at(name)
		}
	}
	l.body = e.Args[n]
	return l, nil
}

// callback reads the lambda among the arguments of a function that hands over at most so many values.
func callback(e *expr.Expr, which, most int) (lambda, *Error) {
	arg := e.Args[which]
	if f := functionOf(arg); f == nil || f.name != "lambda" {
		return lambda{}, cannot(e, "parameter %d must be a lambda, such as lambda('x', lambdaVariables('x'))", which+1).at(arg)
	}
	l, err := lambdaOf(arg)
	if err == nil && len(l.names) > most {
		err = cannot(e, "the lambda of parameter %d takes at most %d variable(s), %d are named", which+1, most, len(l.names)).at(arg)
	}
	return l, err
}

// run evaluates the body; names that the lambda does not declare are left out.
func (m *Machine) run(l lambda, args ...value.Value) (value.Value, *Error) {
	base := len(m.lambdas)
	for i, name := range l.names {
		if i < len(args) {
			m.lambdas = append(m.lambdas, binding{name.Text, args[i]})
		}
	}
	v, err := m.eval(l.body)
	clear(m.lambdas[base:])
	m.lambdas = m.lambdas[:base]
	return v, err
}

func lambdaAlone(e *expr.Expr) *Error {
	return cannot(e, "a lambda can only be an argument of map, filter, reduce, sort, toObject, groupBy or mapValues")
}

func lazyLambda(_ *Machine, e *expr.Expr) (value.Value, *Error) {
	return value.Value{}, lambdaAlone(e)
}

func fnLambdaVariables(m *Machine, e *expr.Expr, a []value.Value) (value.Value, *Error) {
	name, err := str(e, -1, a[0])
	if err != nil {
		return value.Value{}, err
	}
	for i := len(m.lambdas) - 1; i >= m.floor; i-- {
		if equalFold(m.lambdas[i].name, name) {
			return m.lambdas[i].v, nil
		}
	}
	return value.Value{}, cannot(e, "the lambda variable '%s' is not in scope", name)
}

// overLambda makes a function whose first argument, an array or object, is known and whose others are lambdas. When
// the first is not known, neither is the result, which then has the kind hint.
func overLambda(kind, hint value.Kind, run func(*Machine, *expr.Expr, value.Value) (value.Value, *Error)) func(*Machine, *expr.Expr) (value.Value, *Error) {
	return func(m *Machine, e *expr.Expr) (value.Value, *Error) {
		v, err := m.eval(e.Args[0])
		if err != nil {
			return v, err
		}
		u := v.Unknown()
		if u == nil {
			return m.checkedRun(kind, run, e, v)
		}
		if u.Hint != value.AbsentKind && u.Hint != kind {
			return value.Value{}, wrongType(e, 0, kind.String(), v)
		}
		if u.Choice != nil {
			joined, err, ok := m.split(u, []value.Value{v}, func(a []value.Value) (value.Value, *Error) {
				if a[0].IsUnknown() {
					return m.unknown(e, a, hint), nil
				}
				return m.checkedRun(kind, run, e, a[0])
			}, func() *expr.Expr { return m.residual(e, []value.Value{v}) })
			if ok {
				return joined, err
			}
		}
		return m.unknown(e, []value.Value{v}, hint), nil
	}
}

func (m *Machine) checkedRun(kind value.Kind, run func(*Machine, *expr.Expr, value.Value) (value.Value, *Error), e *expr.Expr, v value.Value) (value.Value, *Error) {
	if v.Kind() != kind {
		return value.Value{}, wrongType(e, 0, kind.String(), v)
	}
	if err := m.Budget.elements(v.Len()); err != nil {
		return v, err
	}
	out, err := run(m, e, v)
	if err == nil && v.Secret() {
		out = out.WithSecret()
	}
	return out, err
}

func runMap(m *Machine, e *expr.Expr, array value.Value) (value.Value, *Error) {
	l, err := callback(e, 1, 2)
	if err != nil {
		return array, err
	}
	out := make([]value.Value, 0, array.Len())
	for i, x := range array.Elems() {
		v, err := m.run(l, x, value.Int(int64(i)))
		if err != nil {
			return v, err
		}
		out = append(out, v)
	}
	return value.Array(out), nil
}

func runFilter(m *Machine, e *expr.Expr, array value.Value) (value.Value, *Error) {
	l, err := callback(e, 1, 2)
	if err != nil {
		return array, err
	}
	out := make([]value.Value, 0, array.Len())
	var open *value.Unknown
	for i, x := range array.Elems() {
		v, err := m.run(l, x, value.Int(int64(i)))
		if err != nil {
			return v, err
		}
		keep, ok := v.AsBool()
		switch {
		case ok && keep:
			out = append(out, x)
		case ok:
		case v.IsUnknown():
			if open == nil {
				open = v.Unknown()
			}
		default:
			return v, cannot(e, "the lambda must give a value of type 'Boolean'. The provided value is of type '%s'", typeName(v))
		}
	}
	if open != nil {
		// Whether elements stay is not known, so neither is the number of them.
		return m.openLambda(e, array, open, value.ArrayKind), nil
	}
	return value.Array(out), nil
}

// openLambda is the unknown result of a lambda function over a known container.
func (m *Machine) openLambda(e *expr.Expr, v value.Value, why *value.Unknown, hint value.Kind) value.Value {
	return value.FromUnknown(value.Unknown{
		Reason: why.Reason, Subject: why.Subject, Resource: why.Resource,
		Hint: hint, NotNull: hint != value.AbsentKind, Residual: m.residual(e, []value.Value{v}),
	})
}

// runReduce folds an array: reduce(array, initial, lambda('current', 'next'[, 'index'], body)).
func runReduce(m *Machine, e *expr.Expr, array value.Value) (value.Value, *Error) {
	current, err := m.eval(e.Args[1])
	if err != nil {
		return current, err
	}
	l, err := callback(e, 2, 3)
	if err != nil {
		return current, err
	}
	for i, x := range array.Elems() {
		if current, err = m.run(l, current, x, value.Int(int64(i))); err != nil {
			return current, err
		}
	}
	return current, nil
}

func runSort(m *Machine, e *expr.Expr, array value.Value) (value.Value, *Error) {
	l, err := callback(e, 1, 2)
	if err != nil {
		return array, err
	}
	elems := make([]value.Value, 0, array.Len())
	for _, x := range array.Elems() {
		elems = append(elems, x)
	}
	var open *value.Unknown
	before := func(a, b value.Value) bool {
		if err != nil || open != nil {
			return false
		}
		v, failed := m.run(l, a, b)
		yes, ok := v.AsBool()
		switch {
		case failed != nil:
			err = failed
		case v.IsUnknown():
			open = v.Unknown()
		case !ok:
			err = cannot(e, "the lambda must give a value of type 'Boolean'. The provided value is of type '%s'", typeName(v))
		}
		return yes
	}
	slices.SortStableFunc(elems, func(a, b value.Value) int {
		switch {
		case before(a, b):
			return -1
		case before(b, a):
			return 1
		}
		return 0
	})
	switch {
	case err != nil:
		return array, err
	case open != nil:
		return m.openLambda(e, array, open, value.ArrayKind), nil
	}
	return value.Array(elems), nil
}

// keyed evaluates the key lambda, and the value lambda when there is one, for each element. The first unknown key is
// given back instead. Secret says that one of the keys is, and with it the object that has it.
func (m *Machine) keyed(e *expr.Expr, array value.Value, use func(key string, v value.Value)) (open *value.Unknown, secret bool, err *Error) {
	keys, err := callback(e, 1, 1)
	if err != nil {
		return nil, false, err
	}
	var values lambda
	if len(e.Args) == 3 {
		if values, err = callback(e, 2, 1); err != nil {
			return nil, false, err
		}
	}
	for _, x := range array.Elems() {
		k, err := m.run(keys, x)
		if err != nil {
			return nil, false, err
		}
		if k.IsUnknown() {
			return k.Unknown(), false, nil
		}
		key, ok := k.AsString()
		if !ok {
			return nil, false, cannot(e, "the key lambda must give a value of type 'String'. The provided value is of type '%s'", typeName(k))
		}
		if values.body != nil {
			if x, err = m.run(values, x); err != nil {
				return nil, false, err
			}
		}
		secret = secret || k.Secret()
		use(key, x)
	}
	return nil, secret, nil
}

// keyedObject is an object whose keys may be secret.
func keyedObject(members []value.Member, secret bool) value.Value {
	v := value.Object(members)
	if secret {
		v = v.WithSecret()
	}
	return v
}

func runToObject(m *Machine, e *expr.Expr, array value.Value) (value.Value, *Error) {
	var out builder
	open, secret, err := m.keyed(e, array, out.set)
	switch {
	case err != nil:
		return array, err
	case open != nil:
		return m.openLambda(e, array, open, value.ObjectKind), nil
	}
	return keyedObject(out.members, secret), nil
}

func runGroupBy(m *Machine, e *expr.Expr, array value.Value) (value.Value, *Error) {
	var keys builder
	var groups [][]value.Value
	open, secret, err := m.keyed(e, array, func(key string, v value.Value) {
		i := keys.at(key)
		if i < 0 {
			i = len(groups)
			keys.set(key, value.Null())
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], v)
	})
	switch {
	case err != nil:
		return array, err
	case open != nil:
		return m.openLambda(e, array, open, value.ObjectKind), nil
	}
	for i, g := range groups {
		keys.members[i].Value = value.Array(g)
	}
	return keyedObject(keys.members, secret), nil
}

func runMapValues(m *Machine, e *expr.Expr, object value.Value) (value.Value, *Error) {
	l, err := callback(e, 1, 1)
	if err != nil {
		return object, err
	}
	members := make([]value.Member, 0, object.Len())
	for k, x := range object.Members() {
		v, err := m.run(l, x)
		if err != nil {
			return v, err
		}
		members = append(members, value.Member{Key: k, Value: v})
	}
	return value.Object(members), nil
}
