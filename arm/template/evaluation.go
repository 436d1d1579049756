package template

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// cell is a value that is evaluated when it is first asked for.
type cell struct {
	state uint8
	v     value.Value
}

const (
	unset uint8 = iota
	busy
	done
)

// evaluation is the scope of the expressions of one template instance: its
// parameters, variables and functions, and the facts that scope functions see.
// Deployments with outer scope share that of their parent.
type evaluation struct {
	x         *expander
	t         *Template
	dep       *deployment // the one it was made for
	facts     *eval.Facts
	params    []cell
	supplies  []supply
	supplyIn  *frame // where wrappers of a nested deployment's parameters are evaluated
	vars      []cell
	funcs     []*userFunction
	object    cell // deployment()
	frame     *frame
	machines  []*eval.Machine
	variables []string // names in evaluation, for messages about circles
}

var _ eval.Scope = (*evaluation)(nil)

// frame is the place that expressions are evaluated for.
type frame struct {
	ev     *evaluation // the names that expressions see
	dep    *deployment // whose resources they refer to
	res    *Resource   // being evaluated; nil for outputs, parameters and variables
	loops  []loop
	static string // non-empty where runtime functions are not allowed: what the place is
	deflt  bool   // in the default of a parameter
}

type loop struct {
	name     string
	index    value.Value
	resource bool // may be asked for without its name
}

// within returns the frame inside of one more loop.
func (f *frame) within(l loop) *frame {
	g := *f
	g.loops = append(slices.Clip(f.loops), l)
	return &g
}

// at returns the frame for a place where runtime functions are not allowed.
func (f *frame) at(static string) *frame {
	g := *f
	g.static = static
	return &g
}

// evaluate gives the value of an expression at a node, or in its key.
func (x *expander) evaluate(n jsonc.Node, e *expr.Expr, f *frame, inKey bool) value.Value {
	if e == failedExpr {
		return value.FromUnknown(value.Unknown{Reason: value.Failed, Residual: e})
	}
	if x.stopped() {
		return value.FromUnknown(value.Unknown{Reason: value.Failed, Residual: e})
	}
	ev := f.ev
	var m *eval.Machine
	if i := len(ev.machines); i > 0 {
		m, ev.machines = ev.machines[i-1], ev.machines[:i-1]
	} else {
		m = x.machine(ev, ev.facts)
	}
	before := ev.frame
	ev.frame = f
	var v value.Value
	var err *eval.Error
	if f.deflt {
		v, err = m.EvalDefault(e)
	} else {
		v, err = m.Eval(e)
	}
	ev.frame = before
	ev.machines = append(ev.machines, m)
	if err != nil {
		x.evaluationError(n, err, f, inKey)
	}
	return v
}

func (x *expander) machine(s eval.Scope, facts *eval.Facts) *eval.Machine {
	c := eval.Config{Scope: s, Facts: facts, Budget: x.budget, NewGUID: x.opts.NewGUID, Zones: x.opts.Zones, Roles: x.opts.Roles}
	if x.opts.UTCNow != nil {
		c.Now = *x.opts.UTCNow
	}
	return eval.New(c)
}

func (x *expander) evaluationError(n jsonc.Node, err *eval.Error, f *frame, inKey bool) {
	if err.Limit {
		x.exhaust(n, err.Message)
		return
	}
	d := at(n, CodeExpression, Error, "%s", err.Message)
	if errors.Is(err, eval.ErrCircular) {
		d.Code = CodeCycle
	}
	if n.Kind() == jsonc.String || inKey {
		offset := n.SourceOffset(int(err.Start))
		if inKey {
			offset = n.KeySourceOffset(int(err.Start))
		}
		d.Pos = n.Document().Position(offset)
	}
	d.Trace = f.trace()
	x.diags.add(d)
}

// trace tells where the expression is evaluated, outermost first.
func (f *frame) trace() []string {
	var list []string
	for d := f.dep; d != nil && d.parent != nil; d = d.parent {
		list = append(list, "deployment "+d.pub.Name.Text())
	}
	slices.Reverse(list)
	if f.res != nil {
		list = append(list, "resource "+f.res.describe())
	}
	for _, l := range f.loops {
		list = append(list, "loop "+l.name+"["+l.index.Text()+"]")
	}
	return list
}

// tree evaluates a JSON value with all expressions in it.
func (x *expander) tree(n jsonc.Node, f *frame) value.Value { return x.subtree(n, f, false) }

// subtree evaluates a JSON value; in a body, members that are null count as
// absent.
func (x *expander) subtree(n jsonc.Node, f *frame, body bool) value.Value {
	if n.Literal() {
		return value.FromNode(n)
	}
	switch n.Kind() {
	case jsonc.String:
		return x.str(n, f)
	case jsonc.Array:
		if x.spend(n, n.Len()) {
			return x.failed(n)
		}
		elems := make([]value.Value, 0, n.Len())
		for c := n.First(); c.IsValid(); c = c.Next() {
			elems = append(elems, x.subtree(c, f, body))
		}
		return value.Array(elems).WithDef(n)
	case jsonc.Object:
		if x.spend(n, n.Len()) {
			return x.failed(n)
		}
		members := make([]value.Member, 0, n.Len())
		for c := n.First(); c.IsValid(); c = c.Next() {
			members = x.member(members, c, f, body)
		}
		return value.Object(members).WithDef(n)
	}
	return value.FromNode(n)
}

func (x *expander) failed(n jsonc.Node) value.Value {
	return value.FromUnknown(value.Unknown{Reason: value.Failed}).WithDef(n)
}

// str evaluates a string: an expression, an escaped bracket, or itself.
func (x *expander) str(n jsonc.Node, f *frame) value.Value {
	if e := f.dep.t.unit.exprs[n.Index()]; e != nil {
		return landed(x.evaluate(n, e, f, false), n)
	}
	s, _ := expr.Unescape(n.Str())
	return value.String(s).WithDef(n)
}

// landed notes the property where a value is used; what an expression computed
// has the expression as its definition.
func landed(v value.Value, n jsonc.Node) value.Value {
	if !v.Def().IsValid() {
		return v.WithDef(n)
	}
	return v.WithUse(n)
}

// member evaluates one member of an object and adds what it gives: nothing, one
// member, or those of a property loop.
func (x *expander) member(members []value.Member, c jsonc.Node, f *frame, body bool) []value.Member {
	key := c.Key()
	if is(key, "copy") && isLoops(c) {
		for entry := c.First(); entry.IsValid(); entry = entry.Next() {
			name := entry.Get("name").Str()
			members = append(members, value.Member{Key: name, Value: x.propertyLoop(entry, name, f, body)})
		}
		return members
	}
	if e := f.dep.t.unit.keys[c.Index()]; e != nil {
		k := x.evaluate(c, e, f, true)
		switch s, ok := k.AsString(); {
		case ok && !k.Secret():
			key = s
		case k.IsUnknown() && !k.Secret():
			key = k.Text()
		case !k.IsUnknown():
			d := at(c, CodeExpression, Error, "the property name is of type %s, expected a string", k.Kind())
			d.Pos = c.KeyPos()
			x.diags.add(d)
		}
	} else if key != "" && key[0] == '[' {
		key, _ = expr.Unescape(key)
	}
	v := x.subtree(c, f, body)
	if body && v.IsNull() && !c.Literal() {
		return members
	}
	return append(members, value.Member{Key: key, Value: v})
}

// Parameter implements eval.Scope.
func (ev *evaluation) Parameter(name string) (value.Value, error) {
	p := ev.t.findParameter(name)
	if p == nil {
		return value.Value{}, eval.NotFound
	}
	c := &ev.params[p.index]
	switch c.state {
	case done:
		return c.v, nil
	case busy:
		return value.Value{}, fmt.Errorf("%w: the default of parameter '%s' leads back to it", eval.ErrCircular, p.name)
	}
	c.state = busy
	c.v = ev.bind(p)
	c.state = done
	return c.v, nil
}

func (t *Template) findParameter(name string) *parameter {
	for _, p := range t.decl.parameters {
		if p.name == name {
			return p
		}
	}
	for _, p := range t.decl.parameters {
		if jsonc.EqualFold(p.name, name) {
			return p
		}
	}
	return nil
}

// Variable implements eval.Scope.
func (ev *evaluation) Variable(name string) (value.Value, error) {
	v := ev.t.findVariable(name)
	if v == nil {
		return value.Value{}, eval.NotFound
	}
	c := &ev.vars[v.index]
	switch c.state {
	case done:
		return c.v, nil
	case busy:
		from := max(slices.Index(ev.variables, v.name), 0)
		return value.Value{}, fmt.Errorf("%w: variables %s", eval.ErrCircular, strings.Join(append(slices.Clip(ev.variables[from:]), v.name), " -> "))
	}
	c.state = busy
	ev.variables = append(ev.variables, v.name)
	f := &frame{ev: ev, dep: ev.dep, static: "a variable"}
	if v.loop {
		c.v = ev.x.variableLoop(v, f)
	} else {
		c.v = ev.x.tree(v.node, f)
	}
	ev.variables = ev.variables[:len(ev.variables)-1]
	c.state = done
	return c.v, nil
}

func (t *Template) findVariable(name string) *variable {
	var folded *variable
	for _, v := range t.decl.variables {
		if v.name == name {
			return v
		}
		if jsonc.EqualFold(v.name, name) {
			folded = v
		}
	}
	return folded
}

// CopyIndex implements eval.Scope.
func (ev *evaluation) CopyIndex(name string) (value.Value, error) {
	loops := ev.frame.loops
	for i := len(loops) - 1; i >= 0; i-- {
		if name == "" && loops[i].resource || name != "" && jsonc.EqualFold(loops[i].name, name) {
			return loops[i].index, nil
		}
	}
	if name == "" && len(loops) == 1 {
		return loops[0].index, nil // a variable loop; the service's answer is not documented
	}
	return value.Value{}, eval.NotFound
}

// Deployment implements eval.Scope.
func (ev *evaluation) Deployment() value.Value {
	if ev.object.state != done {
		ev.object.v = ev.deploymentObject()
		ev.object.state = done
	}
	return ev.object.v
}

// ExternalInput implements eval.Scope.
func (ev *evaluation) ExternalInput(id string) (value.Value, error) {
	return ev.x.externalInput(id)
}

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
	for i, p := range u.decl.parameters {
		var problem error
		c := checker{t: u.t, budget: checkBudget, report: func(_ value.Value, path, message string, _ Severity) {
			if problem == nil {
				problem = errors.New("user function '" + u.decl.name + "': " + message)
			}
		}}
		c.check(p.node, u.args[i], "parameter '"+p.name+"'")
		if problem != nil {
			u.args = before
			return value.Value{}, problem
		}
	}
	v := u.body(u.decl.value)
	u.args, u.frame = before, frameBefore
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

func quoteIndex(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }
