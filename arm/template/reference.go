package template

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// edge is a dependency that a resource has on another one.
type edge struct {
	to       *Resource
	explicit bool
	node     jsonc.Node
}

// Runtime implements eval.Scope: the functions that ask Azure about resources.
func (ev *evaluation) Runtime(c *eval.RuntimeCall) (value.Value, error) {
	x, f := ev.x, ev.frame
	switch c.Func {
	case eval.Reference, eval.References, eval.List, eval.ResourceInfo:
	default:
		return c.Unknown(), nil
	}
	if f.static != "" && c.Func != eval.ResourceInfo {
		return value.Value{}, fmt.Errorf("The template function '%s' is not expected at this location: %s is evaluated before any resource is deployed", c.Name, f.static) //nolint:staticcheck // the service's own words
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
	targets := f.outside(x.resolve(f.ev.dep, c.Args[0]))
	if len(targets) == 0 {
		return x.unresolved(c, f)
	}
	r := targets[0]
	if f.res != nil && r != f.res {
		f.res.edges = append(f.res.edges, edge{to: r})
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
	if !known || strings.HasPrefix(name, "/") || strings.Contains(name, "/providers/") || c.Machine().UnderChoice() {
		return c.Unknown(), nil
	}
	if c.Func != eval.Reference || len(c.Args) > 1 && !f.ev.dep.t.decl.symbolic {
		return c.Unknown(), nil // a relative id of something that exists
	}
	return value.Value{}, fmt.Errorf("Unable to evaluate template language function '%s': the resource '%s' is not defined in the template; use its full id to read one that exists", c.Name, name) //nolint:staticcheck // the service's own words
}

// state answers reference(): what the body of a resource says of its state.
func (x *expander) state(c *eval.RuntimeCall, f *frame, r *Resource) (value.Value, error) {
	if r.Presence == No {
		if c.Machine().UnderChoice() || hasVersion(c) {
			return x.known(c, r, value.Absent()), nil // it may have been deployed before
		}
		return value.Value{}, fmt.Errorf("Unable to evaluate template language function 'reference': the resource '%s' is not deployed, as its condition is false; use if() around the reference", r.idText) //nolint:staticcheck // the service's own words
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
	if parts, _ := pair(r.Type, r.Name); parts != nil {
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

// resolve finds the resources that an argument of reference() or an entry of
// dependsOn means: by symbol, by id, or by name; the best match comes first.
func (x *expander) resolve(d *deployment, v value.Value) []*Resource {
	text := v.Text()
	if text == "" || v.Secret() {
		return nil
	}
	if d.t.decl.symbolic {
		if list := x.bySymbol(d, text); len(list) > 0 {
			return list
		}
	}
	if strings.HasPrefix(text, "/") || strings.Contains(text, "/providers/") {
		return x.byIDText(d, strings.TrimRight(text, "/"))
	}
	if v.IsUnknown() && len(v.Unknown().Parts) == 0 && !d.t.decl.symbolic && strings.HasPrefix(text, "{") {
		return x.byName(d, text)
	}
	return x.byName(d, strings.Trim(text, "/"))
}

// bySymbol finds the instances of a symbolic name, or one of them by "name[i]".
func (x *expander) bySymbol(d *deployment, text string) []*Resource {
	name, index := text, -1
	if i := strings.IndexByte(text, '['); i > 0 && strings.HasSuffix(text, "]") {
		n, err := strconv.Atoi(text[i+1 : len(text)-1])
		if err != nil {
			return nil
		}
		name, index = text[:i], n
	}
	decl := d.t.symbol(name)
	if decl == nil {
		return nil
	}
	list := x.instancesOf(d, decl)
	if index < 0 {
		return list
	}
	for _, r := range list {
		if len(r.Copies) == 0 {
			continue
		}
		at := r.Copies[len(r.Copies)-1].Index
		if i, ok := at.AsInt(); at.IsUnknown() || ok && i == int64(index) {
			return []*Resource{r}
		}
	}
	return nil
}

// byIDText finds resources of the whole tree by id; those that are deployed
// come first.
func (x *expander) byIDText(d *deployment, id string) []*Resource {
	for a := d; a != nil; a = a.parent {
		x.allInstances(a)
	}
	x.index()
	return best(x.byID[strings.ToLower(id)])
}

// index enters the resources found since the last time.
func (x *expander) index() {
	if x.byID == nil {
		x.byID = map[string][]*Resource{}
	}
	for ; x.indexed < len(x.all); x.indexed++ {
		r := x.all[x.indexed]
		key := strings.ToLower(r.idText)
		x.byID[key] = append(x.byID[key], r)
		if is(r.Type, resourceGroupType) {
			// What resourceId() and subscriptionResourceId() make of a group.
			if sub, name, ok := strings.Cut(key, "/resourcegroups/"); ok {
				key = sub + "/providers/microsoft.resources/resourcegroups/" + name
				x.byID[key] = append(x.byID[key], r)
			}
		}
	}
}

// best puts the resource that is surely deployed first, then those that may be.
func best(list []*Resource) []*Resource {
	if len(list) < 2 {
		return list
	}
	rank := func(r *Resource) int {
		switch {
		case r.Presence == No:
			return 3
		case r.Existing:
			return 2
		case r.Presence == Maybe:
			return 1
		}
		return 0
	}
	top := 0
	for i, r := range list {
		if rank(r) < rank(list[top]) {
			top = i
		}
	}
	if top == 0 {
		return list
	}
	sorted := append([]*Resource{list[top]}, list[:top]...)
	return append(sorted, list[top+1:]...)
}

// byName finds resources of one template by name, type and name, or loop name.
func (x *expander) byName(d *deployment, name string) []*Resource {
	x.allInstances(d)
	if d.names == nil {
		d.names = map[string][]*Resource{}
	}
	for ; d.named < len(d.resources); d.named++ {
		r := d.resources[d.named]
		short := strings.ToLower(r.nameText)
		d.names[short] = append(d.names[short], r)
		long := strings.ToLower(r.Type) + "/" + short
		d.names[long] = append(d.names[long], r)
		if n := len(r.Copies); n > 0 && r.decl.copy.IsValid() {
			loop := "\x00" + strings.ToLower(r.Copies[n-1].Loop)
			d.names[loop] = append(d.names[loop], r)
		}
	}
	key := strings.ReplaceAll(strings.ToLower(name), "//", "/")
	if list := d.names[key]; len(list) > 0 {
		return best(list)
	}
	if list := d.names["\x00"+key]; len(list) > 0 {
		return list
	}
	// The id's own order of types and names: provider/type/name/type/name.
	for _, r := range d.resources {
		if i := strings.LastIndex(r.idText, "/providers/"); i >= 0 && jsonc.EqualFold(r.idText[i+len("/providers/"):], key) {
			return []*Resource{r}
		}
	}
	return nil
}
