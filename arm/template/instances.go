package template

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// instancesOf gives the instances of a declaration of the template itself, with
// those of the children written inside of it. While they are being found, by an
// expression that asks for itself, there are none.
func (x *expander) instancesOf(d *deployment, decl *declaration) []*Resource {
	if d.instances == nil {
		d.instances = make([]instances, len(d.t.decl.resources))
	}
	slot := &d.instances[decl.index]
	if slot.state == unset {
		slot.state = busy
		slot.list = x.instantiate(d, decl, nil)
		slot.state = done
	}
	return slot.list
}

// allInstances finds the instances of all declarations of a deployment.
func (x *expander) allInstances(d *deployment) {
	if d.complete {
		return
	}
	complete := true
	for _, decl := range d.t.decl.resources {
		x.instancesOf(d, decl)
		complete = complete && d.instances[decl.index].state == done
	}
	d.complete = complete
}

// instantiate makes the instances of one declaration; parent is the instance
// around a child.
func (x *expander) instantiate(d *deployment, decl *declaration, parent *Resource) []*Resource {
	if decl.extension {
		x.diags.add(at(decl.node, CodeStructure, Info, "the resource belongs to an extension, not to Azure Resource Manager; it is left out"))
		return nil
	}
	f := &frame{ev: d.ev, dep: d, loops: d.base}
	var copies []CopyIndex
	if parent != nil {
		f.loops, f.doubt, copies = parent.frame.loops, parent.frame.doubt, parent.Copies
	}
	if !decl.copy.IsValid() || decl.copy.Kind() == jsonc.Null {
		return x.withChildren(nil, x.instance(d, decl, parent, f, copies))
	}
	name := x.loopName(decl.copy, f)
	if decl.copy.Kind() != jsonc.Object || name == "" {
		x.diags.add(at(decl.copy, CodeCopy, Error, "the copy loop of a resource needs a name and a count"))
	}
	c := x.count(decl.copy.Get("count"), name, f)
	if !decl.copy.Get("count").IsValid() && decl.copy.Kind() == jsonc.Object {
		x.diags.add(at(decl.copy, CodeCopy, Error, "the copy loop %q has no count", name))
	}
	if d.outer && d.parent != nil {
		x.diags.add(at(decl.copy, CodeCopy, Warning, "copyIndex() of a loop in a nested template is that of its parent, as its expressions are evaluated there").
			hint("set expressionEvaluationOptions.scope to inner"))
	}
	if !c.known() {
		index := unknownIndex(name, c.unknown)
		inside := f.within(loop{name: name, index: index, resource: true})
		inside.doubt = both(runs(c.unknown), f.doubt)
		return x.withChildren(nil, x.instance(d, decl, parent, inside, append(copies[:len(copies):len(copies)], CopyIndex{name, index})))
	}
	list := make([]*Resource, 0, c.n)
	for i := range c.n {
		if x.stopped() {
			break
		}
		index := value.Int(int64(i))
		r := x.instance(d, decl, parent, f.within(loop{name: name, index: index, resource: true}), append(copies[:len(copies):len(copies)], CopyIndex{name, index}))
		list = x.withChildren(list, r)
	}
	return list
}

func (x *expander) loopName(n jsonc.Node, f *frame) string {
	name := n.Get("name")
	if name.Kind() != jsonc.String {
		return ""
	}
	return x.tree(name, f).Text()
}

// withChildren adds an instance and those of the children inside of it.
func (x *expander) withChildren(list []*Resource, r *Resource) []*Resource {
	if r == nil {
		return list
	}
	list = append(list, r)
	for _, child := range r.decl.children {
		list = append(list, x.instantiate(r.dep, child, r)...)
	}
	return list
}

// instance makes one resource: everything but its body.
func (x *expander) instance(d *deployment, decl *declaration, parent *Resource, f *frame, copies []CopyIndex) *Resource {
	if len(x.all) >= x.opts.Limits.instances() {
		x.exhaust(decl.node, "the template deploys more resources than can be looked at; look for loops that multiply")
		return nil
	}
	if x.spend(decl.node, 8) {
		return nil
	}
	r := &Resource{
		Node: decl.node, Symbol: decl.symbol, Existing: decl.existing, Copies: copies,
		Deployment: d.pub, decl: decl, dep: d, Presence: Yes,
	}
	f.res, r.frame = r, f
	r.Type = strings.Trim(x.staticText(decl.typ, f, "the type of a resource"), "/")
	r.APIVersion = x.staticText(decl.apiVersion, f, "the apiVersion of a resource")
	r.Name = x.tree(decl.name, f.at("the name of a resource"))
	if k := r.Name.Kind(); k != value.StringKind && k != value.UnknownKind && k != value.AbsentKind {
		x.diags.add(at(decl.name, CodeName, Error, "the name of a resource is of type %s, expected a string", k))
	}
	if decl.location.IsValid() {
		r.Location = x.tree(decl.location, f.at("the location of a resource"))
	}
	if parent != nil {
		r.nest(parent)
	}
	x.place(r, parent)
	x.presence(r)
	x.all = append(x.all, r)
	d.resources = append(d.resources, r)
	if r.Presence != No && r.IsDeployment() && !r.Existing {
		x.deploy(r)
	}
	return r
}

// staticText evaluates a member that must be a string and may not ask Azure.
func (x *expander) staticText(n jsonc.Node, f *frame, what string) string {
	if !n.IsValid() {
		return ""
	}
	if n.Literal() {
		return n.Str()
	}
	v := x.tree(n, f.at(what))
	if s, ok := v.AsString(); ok && !v.Secret() {
		return s
	}
	if !v.IsUnknown() && v.Kind() != value.StringKind {
		x.diags.add(at(n, CodeStructure, Error, "%s is of type %s, expected a string", what, v.Kind()))
		return ""
	}
	return v.Text()
}

// presence evaluates the condition of a resource, and that of its deployment.
func (x *expander) presence(r *Resource) {
	n := r.decl.condition
	if n.IsValid() && n.Kind() != jsonc.Null {
		v := x.tree(n, r.frame)
		b, ok := v.AsBool()
		switch {
		case ok && !b:
			r.Presence = No
		case ok:
		case v.IsUnknown():
			r.Presence, r.Condition = Maybe, v
		case is(v.Str(), "true"):
		case is(v.Str(), "false"):
			r.Presence = No
		default:
			x.diags.add(at(n, CodeExpression, Error, "the condition of a resource is of type %s, expected a boolean", v.Kind()))
			r.Presence = Maybe
			r.Condition = x.failed(n)
		}
	}
	if r.Presence == No {
		return
	}
	if doubt := r.frame.doubt; !doubt.IsAbsent() {
		r.Condition, r.Presence = both(doubt, r.Condition), Maybe
	}
	if r.dep.presence == Maybe {
		r.Condition, r.Presence = both(r.dep.condition, r.Condition), Maybe
	}
}

// runs is the condition that a loop of so many instances has any.
func runs(count value.Value) value.Value {
	u := *count.Unknown()
	u.Hint, u.Choice, u.Parts = value.BoolKind, nil, nil
	u.Residual = expr.Call("greater", u.Residual, expr.Int(0))
	return value.FromUnknown(u)
}

// both joins two conditions, of which the second may be absent.
func both(a, b value.Value) value.Value {
	ua, ub := a.Unknown(), b.Unknown()
	if ub == nil || ua == nil {
		return a
	}
	u := *ua
	u.Choice, u.Parts = nil, nil
	u.Residual = expr.Call("and", ua.Residual, ub.Residual)
	return value.FromUnknown(u)
}

// describe names a resource for messages.
func (r *Resource) describe() string {
	name := r.Name.Text()
	if r.Symbol != "" {
		return r.Symbol + " (" + r.Type + " " + name + ")"
	}
	return r.Type + " " + name
}
