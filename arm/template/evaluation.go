package template

import (
	"errors"
	"fmt"
	"slices"
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
	static string      // non-empty where runtime functions are not allowed: what the place is
	deflt  bool        // in the default of a parameter
	doubt  value.Value // that a loop around runs at all, where its count is not known
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
