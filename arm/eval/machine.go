package eval

import (
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Machine evaluates the expressions of one scope. It is cheap to make, keeps its working memory from call to call,
// and must not be used by several goroutines.
type Machine struct {
	Config
	stack   []value.Value // arguments of the calls in progress
	lambdas []binding     // variables of the lambdas in progress
	floor   int           // lambdas below belong to an outer expression
	choices int           // undecided conditions around the current call
	splits  int           // conditions that calls in progress were split over
	inDef   bool          // evaluating the default of a parameter
	scratch []byte        // where strings are put together
}

// New makes a machine.
func New(c Config) *Machine {
	if c.Budget == nil {
		c.Budget = NewBudget(0, 0)
	}
	if c.Facts == nil {
		c.Facts = NewFacts(Given{})
	}
	return &Machine{Config: c}
}

// Eval evaluates an expression. It may be called again from within, by the methods of the Scope; lambda variables of
// the outer expression are not seen then.
//
// With an error, the value is an unknown with the reason [value.Failed] and the expression itself as residual, so
// that what depends on it can go on.
func (m *Machine) Eval(e *expr.Expr) (value.Value, *Error) { return m.root(e, false) }

// EvalDefault evaluates the default of a parameter, where utcNow() and newGuid() are allowed.
func (m *Machine) EvalDefault(e *expr.Expr) (value.Value, *Error) { return m.root(e, true) }

// UnderChoice says that the call in progress stands under a condition that is not known: it may never be made when
// the template is deployed.
func (m *Machine) UnderChoice() bool { return m.choices > 0 }

func (m *Machine) root(e *expr.Expr, inDefault bool) (value.Value, *Error) {
	floor, inDef, base := m.floor, m.inDef, len(m.stack)
	m.floor, m.inDef = len(m.lambdas), inDefault
	v, err := m.eval(e)
	m.lambdas = m.lambdas[:m.floor]
	m.floor, m.inDef = floor, inDef
	m.stack = m.stack[:base]
	if err == nil && (v.Kind() == value.ArrayKind || v.Kind() == value.ObjectKind) && e.Kind == expr.KindCall {
		n := Weigh(v, maxResultNodes)
		if n == maxResultNodes {
			err = limit("the value is too large or nests too deep")
		} else {
			err = m.Budget.Spend(n / 16)
		}
	}
	if err != nil {
		return failed(e), err.at(e)
	}
	return v, nil
}

// text starts a string in the machine's working memory; only one may be under way.
func (m *Machine) text() text { return text{lit: m.scratch[:0]} }

// finish gives the string and takes the working memory back.
func (m *Machine) finish(t *text, residual func() *expr.Expr) (value.Value, *Error) {
	v, err := t.value(m.Budget, residual)
	if cap(t.lit) <= maxScratch {
		m.scratch = t.lit[:0]
	}
	return v, err
}

const maxScratch = 64 << 10

func failed(e *expr.Expr) value.Value {
	return value.FromUnknown(value.Unknown{Reason: value.Failed, Residual: e})
}

func (m *Machine) eval(e *expr.Expr) (value.Value, *Error) {
	switch e.Kind {
	case expr.KindString:
		return value.String(e.Text), nil
	case expr.KindInt:
		return value.Int(e.Num), nil
	case expr.KindCall:
		return m.call(e)
	case expr.KindMember:
		return m.member(e)
	case expr.KindIndex:
		return m.index(e)
	case expr.KindValue:
		v, err := parseJSON(m.Budget, e.Text)
		if err != nil {
			return v, err.at(e)
		}
		return v, nil
	}
	return value.Value{}, fault("the expression is not valid")
}

func (m *Machine) call(e *expr.Expr) (value.Value, *Error) {
	if e.Folded != nil {
		return *e.Folded.(*value.Value), nil
	}
	b := m.Budget
	if b.depth++; b.depth > maxDepth {
		b.depth--
		return value.Value{}, limit("the evaluation nests too deep: user functions or variables that call each other without end?").at(e)
	}
	v, err := m.dispatch(e)
	b.depth--
	if err != nil {
		return v, err.at(e)
	}
	return v, nil
}

func (m *Machine) dispatch(e *expr.Expr) (value.Value, *Error) {
	if err := m.Budget.Spend(1); err != nil {
		return value.Value{}, err
	}
	id := e.Func
	if id == notLinked {
		id = resolve(e.Name)
	}
	f := &functions[id]
	if n := len(e.Args); n < f.min || (n > f.max && f.max >= 0) {
		return value.Value{}, f.arity(e)
	}
	if f.lazy != nil {
		return f.lazy(m, e)
	}
	base := len(m.stack)
	for _, a := range e.Args {
		v, err := m.eval(a)
		if err != nil {
			m.stack = m.stack[:base]
			return value.Value{}, err
		}
		m.stack = append(m.stack, v)
	}
	v, err := m.apply(f, e, m.stack[base:len(m.stack):len(m.stack)])
	m.stack = m.stack[:base]
	return v, err
}

// apply calls a function with evaluated arguments.
func (m *Machine) apply(f *function, e *expr.Expr, args []value.Value) (value.Value, *Error) {
	secret := false
	for i := range args {
		if args[i].IsUnknown() && f.flags&strict != 0 {
			return m.strictUnknown(f, e, args)
		}
		secret = secret || args[i].Secret()
	}
	v, err := f.run(m, e, args)
	if err != nil {
		if secret {
			err = err.hidden(e)
		}
		return v, err
	}
	if secret && f.flags&(public|keeper) == 0 {
		v = v.WithSecret()
	}
	return v, err
}

func (f *function) arity(e *expr.Expr) *Error {
	n := len(e.Args)
	switch {
	case f.max < 0 && f.min == 1:
		return cannot(e, "at least one parameter should be provided")
	case f.max < 0:
		return cannot(e, "function requires at least %d argument(s) while %d were provided", f.min, n)
	case f.min != f.max:
		return arity(e, "between "+strconv.Itoa(f.min)+" and "+strconv.Itoa(f.max), n)
	}
	return arity(e, strconv.Itoa(f.min), n)
}

func equalFold(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }
