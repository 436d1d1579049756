package template

import (
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// outputObject gives {name: {type, value}} of a deployment, evaluated once.
func (x *expander) outputObject(d *deployment) value.Value {
	switch d.outputs.state {
	case done:
		return d.outputs.v
	case busy:
		return value.FromUnknown(value.Unknown{Reason: value.Failed})
	}
	d.outputs.state = busy
	x.enumerate(d)
	members := make([]value.Member, 0, len(d.t.decl.outputs))
	for _, o := range d.t.decl.outputs {
		out, ok := x.output(d, o)
		if !ok {
			continue
		}
		d.pub.Outputs = append(d.pub.Outputs, out)
		members = append(members, value.Member{Key: o.name, Value: value.Object([]value.Member{
			{Key: "type", Value: value.String(out.Type)}, {Key: "value", Value: out.Value},
		})})
	}
	d.outputs = cell{state: done, v: value.Object(members)}
	return d.outputs.v
}

// output evaluates one output; false when its condition leaves it out.
func (x *expander) output(d *deployment, o *output) (Output, bool) {
	f := &frame{ev: d.ev, dep: d, loops: d.base}
	out := Output{Name: o.name, Type: o.node.Get("type").Str(), Node: o.node}
	if o.node.Kind() != jsonc.Object {
		x.diags.add(at(o.node, CodeOutput, Error, "the output %q is of kind %s, expected an object with type and value", o.name, o.node.Kind()))
		return out, false
	}
	if n := o.node.Get("condition"); n.IsValid() {
		v := x.tree(n, f)
		if b, ok := v.AsBool(); ok && !b {
			return out, false
		} else if !ok && !v.IsUnknown() {
			x.diags.add(at(n, CodeOutput, Error, "the condition of output %q is of type %s, expected a boolean", o.name, v.Kind()))
		}
	}
	loops, plain := o.node.Get("copy"), o.node.Get("value")
	switch {
	case loops.IsValid():
		out.Value = x.loopOver(loops, o.name, f, true, false)
	case plain.IsValid():
		out.Value = x.tree(plain, f)
	default:
		x.diags.add(at(o.node, CodeOutput, Error, "the output %q has neither a value nor a copy", o.name))
		return out, false
	}
	kind, secret := d.t.declaredKind(o.node)
	if secret {
		out.Value = out.Value.WithSecret()
		out.Secure = true
	}
	if out.Type == "" && kind != value.AbsentKind {
		out.Type = kind.String()
	}
	c := checker{t: d.t, budget: checkBudget, report: func(_ value.Value, _, message string, severity Severity) {
		n := plain
		if !n.IsValid() {
			n = o.node
		}
		x.diags.add(at(n, CodeOutput, severity, "Template output JToken type is not valid: %s", message))
	}}
	c.check(o.node, out.Value, "output '"+o.name+"'")
	return out, true
}

// secureOutputs answers listOutputsWithSecureValues(): the values by name.
func (x *expander) secureOutputs(r *Resource) value.Value {
	var members []value.Member
	for name, o := range x.outputObject(r.child).Members() {
		members = append(members, value.Member{Key: name, Value: o.Get("value")})
	}
	return value.Object(members).WithSecret()
}

// allOutputs evaluates the outputs of all deployments.
func (x *expander) allOutputs(d *deployment) {
	x.outputObject(d)
	for _, c := range d.children {
		x.allOutputs(c)
	}
}

// asserts evaluates the assertions of the root template.
func (x *expander) asserts(d *deployment) {
	for _, a := range d.t.decl.asserts {
		v := x.tree(a, &frame{ev: d.ev, dep: d})
		if b, ok := v.AsBool(); ok && !b {
			x.diags.add(at(a, CodeAssert, Error, "the assertion %q does not hold", a.Key()))
		}
	}
}
