package template

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// edge is a dependency that a resource has on another one.
type edge struct {
	to   *Resource
	node jsonc.Node // the entry of dependsOn, if there is one
	// read says that it follows from a full id with an API version alone, which
	// the service does not take for a dependency: the answer may be there already.
	read bool
}

// Runtime implements eval.Scope: the functions that ask Azure about resources.
func (ev *evaluation) Runtime(c *eval.RuntimeCall) (value.Value, error) {
	x, f := ev.x, ev.frame
	switch c.Func {
	case eval.Reference, eval.References, eval.List, eval.ResourceInfo:
	case eval.Providers:
		if x.live != nil {
			return x.liveProviders(c)
		}
		return c.Unknown(), nil
	default:
		return c.Unknown(), nil
	}
	if f.static != "" && c.Func != eval.ResourceInfo {
		return value.Value{}, refuse("The template function '%s' is not expected at this location: %s is evaluated before any resource is deployed", c.Name, f.static)
	}
	if len(c.Args) == 0 {
		return c.Unknown(), nil
	}
	if u := c.Args[0].Unknown(); u != nil && u.Reason == value.Failed {
		return c.Unknown(), nil
	}
	if c.Func == eval.References {
		return x.references(c, f)
	}
	targets := f.outside(x.resolve(f.ev.dep, c.Args[0], c.Args[0].Text()))
	if x.running() && c.Func != eval.ResourceInfo {
		return x.ask(c, f, targets)
	}
	if len(targets) == 0 {
		return x.unresolved(c, f)
	}
	r := targets[0]
	if f.res != nil && r != f.res {
		f.res.edges = append(f.res.edges, edge{to: r, read: hasVersion(c)})
	}
	switch c.Func {
	case eval.ResourceInfo:
		return value.Object([]value.Member{
			{Key: "id", Value: r.ID}, {Key: "name", Value: r.Name},
			{Key: "type", Value: value.String(r.Type)}, {Key: "apiVersion", Value: value.String(r.APIVersion)},
		}), nil
	case eval.List:
		if is(c.Name, "listOutputsWithSecureValues") && r.child != nil {
			return x.secureOutputs(r), nil
		}
		return c.Unknown(), nil
	}
	return x.state(c, f, r)
}

// outside leaves out the resources of nested deployments with outer scope that
// the frame lies in: their expressions are evaluated before they are deployed,
// and ask for what was there before.
func (f *frame) outside(list []*Resource) []*Resource {
	for d := f.dep; d != f.ev.dep && len(list) > 0; d = d.parent {
		list = slices.DeleteFunc(slices.Clone(list), func(r *Resource) bool { return r.dep == d })
	}
	return list
}

// unresolved answers for a resource that is not in the template.
func (x *expander) unresolved(c *eval.RuntimeCall, f *frame) (value.Value, error) {
	name, known := c.Args[0].AsString()
	if !known || c.Args[0].Secret() || strings.HasPrefix(name, "/") || strings.Contains(name, "/providers/") || c.Machine().UnderChoice() {
		return c.Unknown(), nil
	}
	if c.Func != eval.Reference || len(c.Args) > 1 && !f.ev.dep.t.decl.symbolic {
		return c.Unknown(), nil // a relative id of something that exists
	}
	return value.Value{}, refuse("Unable to evaluate template language function '%s': the resource '%s' is not defined in the template; use its full id to read one that exists", c.Name, name)
}

// state answers reference(): what the body of a resource says of its state.
func (x *expander) state(c *eval.RuntimeCall, f *frame, r *Resource) (value.Value, error) {
	if r.Presence == No {
		if c.Machine().UnderChoice() || hasVersion(c) {
			return x.known(c, r, value.Absent()), nil // it may have been deployed before
		}
		return value.Value{}, refuse("Unable to evaluate template language function 'reference': the resource '%s' is not deployed, as its condition is false; use if() around the reference", r.idText)
	}
	if r.state == busy {
		return value.Value{}, r.circle()
	}
	full := c.Full()
	switch {
	case r.Existing:
		if !full {
			return x.known(c, r, value.Object(nil)), nil
		}
	case r.child != nil:
		if r.child.outputs.state == busy {
			return value.Value{}, r.circle()
		}
		outputs := x.outputObject(r.child)
		properties := value.Object([]value.Member{{Key: "outputs", Value: outputs}})
		if !full {
			return x.known(c, r, properties), nil
		}
		members := append(x.identityOf(r), value.Member{Key: "properties", Value: properties})
		return x.known(c, r, value.Object(members)), nil
	}
	x.body(r)
	if !full {
		p := r.Body.Get("properties")
		if u := p.Unknown(); u != nil {
			return x.known(c, r, value.Absent()), nil
		}
		return x.known(c, r, p.WithDeclared()), nil
	}
	if r.full.state != done {
		members := x.identityOf(r)
		for key, v := range r.Body.Members() {
			if !is(key, "name") && !is(key, "type") && !is(key, "apiVersion") {
				members = append(members, value.Member{Key: key, Value: v.WithDeclared()})
			}
		}
		if r.Body.Get("properties").IsAbsent() {
			members = append(members, value.Member{Key: "properties", Value: value.Object(nil).WithDeclared()})
		}
		r.full = cell{state: done, v: value.Object(members)}
	}
	return x.known(c, r, r.full.v), nil
}

// circle is the error of a resource that is asked for while it is evaluated.
func (r *Resource) circle() error {
	r.circular = true
	return circleError("Circular dependency detected on resource: '" + r.idText + "'")
}

// refusal is an error in the service's own words, so that users can search for
// them.
type refusal string

func (e refusal) Error() string { return string(e) }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// circleError is an [eval.ErrCircular] in the words for resources.
type circleError string

func (e circleError) Error() string        { return string(e) }
func (e circleError) Is(target error) bool { return target == eval.ErrCircular }

func hasVersion(c *eval.RuntimeCall) bool {
	s := c.Args[0].Str()
	return len(c.Args) > 1 && (strings.HasPrefix(s, "/") || c.Args[0].IsUnknown())
}

// identityOf gives the members of a full reference that follow from the id.
func (x *expander) identityOf(r *Resource) []value.Member {
	facts := r.dep.facts
	if r.facts != nil {
		facts = r.facts
	}
	members := []value.Member{
		{Key: "id", Value: r.ID}, {Key: "name", Value: r.Name}, {Key: "type", Value: value.String(r.Type)},
		{Key: "apiVersion", Value: value.String(r.APIVersion)},
	}
	if facts.Scope() == eval.ResourceGroupScope || facts.Scope() == eval.SubscriptionScope {
		members = append(members, value.Member{Key: "subscriptionId", Value: facts.SubscriptionID()})
	}
	if facts.Scope() == eval.ResourceGroupScope {
		members = append(members, value.Member{Key: "resourceGroupName", Value: facts.ResourceGroup()})
	}
	if parts, _ := pair(nil, r.Type, r.Name); parts != nil {
		members = append(members, value.Member{Key: "resourceId", Value: eval.Concat(parts...)})
	}
	return members
}

// known is the unknown state of a resource with what its body tells of it.
func (x *expander) known(c *eval.RuntimeCall, r *Resource, body value.Value) value.Value {
	id := expression(r.ID, 64)
	if id == nil {
		id = expr.Str(r.idText)
	}
	args := []*expr.Expr{id}
	version := r.APIVersion
	if len(c.Args) > 1 && !is(c.Args[1].Str(), "full") && c.Args[1].Str() != "" {
		version = c.Args[1].Str()
	}
	if version != "" {
		args = append(args, expr.Str(version))
	}
	if c.Full() {
		args = append(args, expr.Str("full"))
	}
	return value.FromUnknown(value.Unknown{
		Reason: value.RuntimeReference, Hint: value.ObjectKind, NotNull: true, Residual: expr.Call("reference", args...),
		Resource: r.idText, Body: body,
	})
}

// references answers references('loop'): the states of all instances in order.
func (x *expander) references(c *eval.RuntimeCall, f *frame) (value.Value, error) {
	if c.Args[0].IsUnknown() {
		return c.Unknown(), nil
	}
	decl := f.ev.dep.t.symbol(c.Args[0].Str())
	if decl == nil {
		return x.unresolved(c, f)
	}
	var states []value.Value
	for _, r := range x.instancesOf(f.ev.dep, decl) {
		if r.decl != decl || r.Presence == No {
			continue
		}
		if f.res != nil && r != f.res {
			f.res.edges = append(f.res.edges, edge{to: r})
		}
		if x.running() {
			v, ok, err := x.instanceState(c, f, r)
			if err != nil {
				return v, err
			}
			if ok {
				states = append(states, v)
			}
			continue
		}
		if r.Presence == Maybe {
			return c.Unknown(), nil
		}
		v, err := x.state(c, f, r)
		if err != nil {
			return v, err
		}
		states = append(states, v)
	}
	return value.Array(states), nil
}

func (t *Template) symbol(name string) *declaration {
	if !t.decl.symbolic {
		return nil
	}
	for _, d := range t.decl.resources {
		if d.symbol == name {
			return d
		}
	}
	return nil
}
