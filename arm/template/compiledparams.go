package template

import (
	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// readExternalInputs remembers the external inputs that a compiled .bicepparam
// file has resolved or declared.
func (x *expander) readExternalInputs(root jsonc.Node) {
	for p := range root.Get("externalInputs").Children() {
		x.setInput(p.Key(), value.FromNode(p.Get("value")))
	}
	for p := range root.Get("externalInputDefinitions").Children() {
		if _, ok := x.inputs[p.Key()]; !ok {
			x.setInput(p.Key(), value.Absent())
		}
	}
	for name, v := range x.opts.ExternalInputs {
		x.setInput(name, v)
	}
}

func (x *expander) setInput(id string, v value.Value) {
	if x.inputs == nil {
		x.inputs = map[string]value.Value{}
	}
	x.inputs[id] = v
}

// externalInput answers externalInputs('id').
func (x *expander) externalInput(id string) (value.Value, error) {
	v, ok := x.inputs[id]
	if !ok {
		if v, ok = x.opts.ExternalInputs[id]; !ok {
			return value.Value{}, eval.NotFound
		}
	}
	if v.IsAbsent() {
		return value.FromUnknown(value.Unknown{
			Reason: value.ExternalInput, Subject: id, Residual: expr.Call("externalInputs", expr.Str(id)),
		}), nil
	}
	return v, nil
}

// parameterScope is the scope of the expressions in a compiled .bicepparam file:
// pure functions and external inputs.
type parameterScope struct{ x *expander }

func (s parameterScope) Parameter(string) (value.Value, error) {
	return value.Value{}, eval.NotFound
}
func (s parameterScope) Variable(string) (value.Value, error)  { return value.Value{}, eval.NotFound }
func (s parameterScope) CopyIndex(string) (value.Value, error) { return value.Value{}, eval.NotFound }
func (s parameterScope) UserFunction(string) eval.UserFunction { return nil }
func (s parameterScope) Deployment() value.Value               { return value.Absent() }
func (s parameterScope) ExternalInput(id string) (value.Value, error) {
	return s.x.externalInput(id)
}
func (s parameterScope) Runtime(c *eval.RuntimeCall) (value.Value, error) { return c.Unknown(), nil }

func (x *expander) evaluateFileExpression(s *supply, ev *evaluation) value.Value {
	if s.expression == failedExpr {
		return x.failed(s.node)
	}
	v, err := x.machine(parameterScope{x}, ev.facts).Eval(s.expression)
	if err != nil {
		d := at(s.node, CodeExpression, Error, "%s", err.Message)
		d.Pos = s.node.Document().Position(s.node.SourceOffset(int(err.Start)))
		x.diags.add(d)
	}
	return landed(v, s.node)
}
