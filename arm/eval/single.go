package eval

import (
	"errors"
	"fmt"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Single evaluates single expressions outside of a template, with parameters, variables and functions given as plain
// values. Fields are set before the first use; the zero value of each means that there is none.
type Single struct {
	// Config is used but for its Scope.
	Config Config
	// Parameters is an object of parameter values; they are never evaluated.
	Parameters value.Value
	// Variables is an object as in a template: strings in it may be expressions.
	Variables value.Value
	// Functions is the functions section of a template: [{namespace, members: {name: {parameters, output}}}].
	Functions value.Value
	// DeploymentObject is what deployment() returns.
	DeploymentObject value.Value
	// ExternalInputs is an object of the values of external inputs.
	ExternalInputs value.Value
	// CopyLoops is an object of the indices of enclosing copy loops, the innermost resource loop also as "".
	CopyLoops value.Value
	// InParameterDefault allows utcNow() and newGuid().
	InParameterDefault bool

	machine *Machine
	cache   Cache
	done    map[string]value.Value
	busy    map[string]bool
	first   error // of a variable, which the expression itself does not show
}

var _ Scope = (*Single)(nil)

// Evaluate evaluates a string as it could stand in a template: an expression in brackets, or a literal. With an
// error the value is unknown.
func (s *Single) Evaluate(text string) (value.Value, error) {
	s.first = nil
	v, err := s.text(text)
	if err == nil && v.IsUnknown() && v.Unknown().Reason == value.Failed {
		err = s.first
	}
	return v, err
}

func (s *Single) text(text string) (value.Value, error) {
	if !expr.IsExpression(text) {
		literal, _ := expr.Unescape(text)
		return value.String(literal), nil
	}
	e, syntax := s.cache.Parse(text)
	if syntax != nil {
		return value.FromUnknown(value.Unknown{Reason: value.Failed, Residual: expr.Str(text)}), syntax
	}
	m := s.ready()
	eval := m.Eval
	if s.InParameterDefault {
		eval = m.EvalDefault
	}
	v, err := eval(e)
	if err != nil {
		return v, err
	}
	return v, nil
}

func (s *Single) ready() *Machine {
	if s.machine == nil {
		c := s.Config
		c.Scope = s
		s.machine = New(c)
		s.Config = s.machine.Config
	}
	return s.machine
}

// resolve evaluates the expressions in a value.
func (s *Single) resolve(v value.Value, depth int) (value.Value, error) {
	if depth > maxNesting {
		return v, fault("the value nests too deep")
	}
	switch v.Kind() {
	case value.StringKind:
		return s.text(v.Str())
	case value.ArrayKind:
		elems := make([]value.Value, 0, v.Len())
		for _, x := range v.Elems() {
			x, err := s.resolve(x, depth+1)
			if err != nil {
				return x, err
			}
			elems = append(elems, x)
		}
		return value.Array(elems), nil
	case value.ObjectKind:
		members := make([]value.Member, 0, v.Len())
		for k, x := range v.Members() {
			key, err := s.text(k)
			if err != nil {
				return key, err
			}
			if x, err = s.resolve(x, depth+1); err != nil {
				return x, err
			}
			members = append(members, value.Member{Key: key.Text(), Value: x})
		}
		return value.Object(members), nil
	}
	return v, nil
}

// Parameter implements [Scope].
func (s *Single) Parameter(name string) (value.Value, error) { return given(s.Parameters, name) }

func given(object value.Value, name string) (value.Value, error) {
	v := object.Get(name)
	if v.IsAbsent() {
		return v, NotFound
	}
	return v, nil
}

// Variable implements [Scope]: variables are evaluated when they are first read.
func (s *Single) Variable(name string) (value.Value, error) {
	raw := s.Variables.Get(name)
	if raw.IsAbsent() {
		return raw, NotFound
	}
	key := upperFold(name)
	if v, ok := s.done[key]; ok {
		return v, nil
	}
	if s.busy[key] {
		return raw, ErrCircular
	}
	if s.busy == nil {
		s.busy, s.done = map[string]bool{}, map[string]value.Value{}
	}
	s.busy[key] = true
	v, err := s.resolve(raw, 0)
	s.busy[key] = false
	if err != nil {
		if s.first == nil {
			//lint:ignore ST1005 the service's own sentence
			s.first = fmt.Errorf("The template variable '%s' is not valid: %w", name, err)
		}
		var limit *Error
		if errors.As(err, &limit) && limit.Limit {
			return v, err
		}
		v = value.FromUnknown(value.Unknown{Reason: value.Failed, Residual: expr.Call("variables", expr.Str(name))})
	}
	s.done[key] = v
	return v, nil
}

// CopyIndex implements [Scope].
func (s *Single) CopyIndex(loop string) (value.Value, error) { return given(s.CopyLoops, loop) }

// Deployment implements [Scope].
func (s *Single) Deployment() value.Value { return s.DeploymentObject }

// ExternalInput implements [Scope].
func (s *Single) ExternalInput(id string) (value.Value, error) { return given(s.ExternalInputs, id) }

// Runtime implements [Scope]: nothing is deployed.
func (s *Single) Runtime(c *RuntimeCall) (value.Value, error) { return c.Unknown(), nil }

// UserFunction implements [Scope].
func (s *Single) UserFunction(name string) UserFunction {
	for _, group := range s.Functions.Elems() {
		space := group.Get("namespace").Str()
		if len(name) <= len(space) || name[len(space)] != '.' || !equalFold(name[:len(space)], space) {
			continue
		}
		if f := group.Get("members").Get(name[len(space)+1:]); f.Kind() == value.ObjectKind {
			return &singleFunction{s: s, declaration: f}
		}
	}
	return nil
}

// singleFunction is a user function of a Single.
type singleFunction struct {
	s           *Single
	declaration value.Value
}

func (f *singleFunction) Arity() int { return f.declaration.Get("parameters").Len() }

func (f *singleFunction) Call(args []value.Value) (value.Value, error) {
	members := make([]value.Member, 0, len(args))
	for i, p := range f.declaration.Get("parameters").Elems() {
		members = append(members, value.Member{Key: p.Get("name").Str(), Value: args[i]})
	}
	// The body sees its own parameters, and the functions and variables of the template.
	inner := &Single{
		Config: f.s.Config, Parameters: value.Object(members), Functions: f.s.Functions, Variables: f.s.Variables,
		DeploymentObject: f.s.DeploymentObject,
	}
	v, err := inner.resolve(f.declaration.Get("output").Get("value"), 0)
	if err == nil {
		err = inner.first
	}
	return v, err
}
