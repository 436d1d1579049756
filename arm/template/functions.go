package template

import (
	"errors"
	"slices"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// UserFunction implements eval.Scope.
func (ev *evaluation) UserFunction(name string) eval.UserFunction {
	for i, f := range ev.t.decl.functions {
		if !jsonc.EqualFold(f.name, name) {
			continue
		}
		if ev.funcs == nil {
			ev.funcs = make([]*userFunction, len(ev.t.decl.functions))
		}
		if ev.funcs[i] == nil {
			ev.funcs[i] = &userFunction{evaluation: ev, decl: f}
		}
		return ev.funcs[i]
	}
	return nil
}

// userFunction evaluates the body of a declared function: it sees its own
// parameters, and the variables, functions and facts of the template.
type userFunction struct {
	*evaluation
	decl *function
	args []value.Value
}

func (u *userFunction) Arity() int { return len(u.decl.parameters) }

func (u *userFunction) Call(args []value.Value) (value.Value, error) {
	before, frameBefore := u.args, u.frame
	u.args = slices.Clone(args)
	defer func() { u.args, u.frame = before, frameBefore }()
	for i, p := range u.decl.parameters {
		v, err := u.declared(p.node, u.args[i], "parameter '"+p.name+"'")
		if err != nil {
			return v, err
		}
		u.args[i] = v
	}
	return u.declared(u.decl.output, u.body(u.decl.value), "the output")
}

// declared compares a value with its declaration, which may make it secret.
func (u *userFunction) declared(n jsonc.Node, v value.Value, path string) (value.Value, error) {
	var problem error
	c := checker{t: u.t, budget: checkBudget, report: func(_ value.Value, _, message string, severity Severity) {
		if problem == nil && severity == Error {
			problem = errors.New("user function '" + u.decl.name + "': " + message)
		}
	}}
	if c.check(n, v, path); problem != nil {
		return value.Value{}, problem
	}
	if _, secret := u.t.declaredKind(n); secret {
		v = v.WithSecret()
	}
	return v, nil
}

// body evaluates the output of the function with a machine whose scope is the
// function itself.
func (u *userFunction) body(n jsonc.Node) value.Value {
	sub := &evaluation{x: u.x, t: u.t, dep: u.dep, facts: u.facts}
	f := &frame{ev: sub, dep: u.evaluation.frame.dep, static: "a user function"}
	sub.frame = f
	sub.machines = []*eval.Machine{u.x.machine(u, u.facts)}
	u.evaluation.frame = f
	return u.x.tree(n, f)
}

func (u *userFunction) Parameter(name string) (value.Value, error) {
	for i, p := range u.decl.parameters {
		if jsonc.EqualFold(p.name, name) {
			return u.args[i], nil
		}
	}
	return value.Value{}, eval.NotFound
}

func (u *userFunction) CopyIndex(string) (value.Value, error) { return value.Value{}, eval.NotFound }
