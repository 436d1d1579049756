package template

import (
	"context"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Live is what a template is deployed to: it answers the functions that ask for
// the state of the world. It is called by the methods of a [Run], from the
// goroutine that calls them, with the context given there; several times with
// the same arguments, as answers may change while a deployment runs.
//
// Its errors become the message of the diagnostic at the expression that asks,
// and the cause of the [RunError]. They must not show secrets.
type Live interface {
	// Resource gives the body of the resource with that full id as a GET would,
	// with location, sku, identity, properties and so on. It answers reference(),
	// in templates with languageVersion 2.0 also for existing resources.
	Resource(ctx context.Context, id, apiVersion string) (value.Value, error)
	// List answers listKeys() and all other functions whose names begin with
	// list. The body is absent when the template gives none. What it answers
	// counts as secret.
	List(ctx context.Context, function, id, apiVersion string, body value.Value) (value.Value, error)
	// Provider gives the namespace of a resource provider with its
	// resourceTypes; it answers providers().
	Provider(ctx context.Context, namespace string) (value.Value, error)
}

// liveness is the live side of an expander.
type liveness struct {
	live    Live
	running bool  // dependencies are deployed: states may be asked for
	cause   error // the first error of live in the evaluation under way
}

func (x *expander) running() bool { return x.live != nil && x.live.running }

// failed notes an error of the live side.
func (l *liveness) failed(err error) error {
	if l.cause == nil {
		l.cause = err
	}
	return err
}

// ask answers a runtime function by the state of the world.
func (x *expander) ask(c *eval.RuntimeCall, f *frame, targets []*Resource) (value.Value, error) {
	if c.Args[0].IsUnknown() {
		return c.Unknown(), nil
	}
	var r *Resource
	if len(targets) > 0 {
		r = targets[0]
		if r == f.res {
			return value.Value{}, r.circle()
		}
		if r.Presence == No && c.Func == eval.Reference && !hasVersion(c) {
			return x.state(c, f, r)
		}
	}
	id, version, err := x.address(c, f, r)
	if err != nil || id == "" {
		return c.Unknown(), err
	}
	if c.Func == eval.List {
		body := value.Absent()
		if len(c.Args) > 2 {
			body = c.Args[2]
		}
		v, err := x.live.live.List(x.ctx, c.Name, id, version, body)
		if err != nil {
			return value.Value{}, x.live.failed(err)
		}
		return v.WithSecret(), nil
	}
	return x.liveState(id, version, c.Full())
}

// address gives the full id and the API version that a call asks for; no id when
// only an unknown answer is possible.
func (x *expander) address(c *eval.RuntimeCall, f *frame, r *Resource) (id, version string, err error) {
	if len(c.Args) > 1 && !(len(c.Args) == 2 && c.Full()) {
		version = c.Args[1].Str()
	}
	if r != nil {
		if version == "" {
			version = r.APIVersion
		}
		return r.ID.Str(), version, nil
	}
	text := c.Args[0].Str()
	if version == "" || !strings.Contains(text, "/") {
		return "", "", refuse("Unable to evaluate template language function '%s': the resource '%s' is not defined in the template; use its full id and an API version to read one that exists", c.Name, c.Args[0].Text())
	}
	if strings.HasPrefix(text, "/") {
		return strings.TrimRight(text, "/"), version, nil
	}
	typ, name, ok := typeAndName(text)
	if !ok {
		return "", "", refuse("Unable to evaluate template language function '%s': '%s' is not the id of a resource", c.Name, c.Args[0].Text())
	}
	scope := f.ev.facts.ID()
	return eval.ResourceID(scope, typ, name...).Str(), version, nil
}

// typeAndName splits provider/type/name/type/name.
func typeAndName(relative string) (typ string, names []value.Value, ok bool) {
	segments := strings.Split(strings.Trim(relative, "/"), "/")
	if len(segments) < 3 || len(segments)%2 == 0 {
		return "", nil, false
	}
	typ = segments[0]
	for i := 1; i < len(segments); i += 2 {
		typ += "/" + segments[i]
		names = append(names, value.String(segments[i+1]))
	}
	return typ, names, true
}

// liveState answers reference().
func (x *expander) liveState(id, version string, full bool) (value.Value, error) {
	body, err := x.live.live.Resource(x.ctx, id, version)
	if err != nil {
		return value.Value{}, x.live.failed(err)
	}
	properties := body.Get("properties")
	if properties.IsNull() {
		properties = value.Object(nil)
	}
	if !full {
		return properties, nil
	}
	members := append(identityOfID(id), value.Member{Key: "apiVersion", Value: value.String(version)})
	for key, v := range body.Members() {
		if !is(key, "id") && !is(key, "name") && !is(key, "type") && !is(key, "properties") && !is(key, "apiVersion") {
			members = append(members, value.Member{Key: key, Value: v})
		}
	}
	return value.Object(append(members, value.Member{Key: "properties", Value: properties})), nil
}

// identityOfID gives the members of a full reference that follow from the id.
func identityOfID(id string) []value.Member {
	text := func(key, s string) value.Member { return value.Member{Key: key, Value: value.String(s)} }
	members := []value.Member{text("id", id)}
	segments := strings.Split(strings.Trim(id, "/"), "/")
	for i := 0; i+1 < len(segments) && !is(segments[i], "providers"); i += 2 {
		switch {
		case is(segments[i], "subscriptions"):
			members = append(members, text("subscriptionId", segments[i+1]))
		case is(segments[i], "resourceGroups"):
			members = append(members, text("resourceGroupName", segments[i+1]))
		}
	}
	if i := strings.LastIndex(strings.ToLower(id), "/providers/"); i >= 0 {
		relative := id[i+len("/providers/"):]
		if typ, names, ok := typeAndName(relative); ok {
			var joined []string
			for _, n := range names {
				joined = append(joined, n.Str())
			}
			members = append(members, text("name", strings.Join(joined, "/")), text("type", typ), text("resourceId", relative))
		}
	}
	return members
}

// instanceState answers for one instance of references(); false when it is not
// deployed.
func (x *expander) instanceState(c *eval.RuntimeCall, f *frame, r *Resource) (value.Value, bool, error) {
	if r == f.res {
		return value.Value{}, false, r.circle()
	}
	if present, known := x.isPresent(r); known && !present {
		return value.Value{}, false, nil
	}
	v, err := x.liveState(r.ID.Str(), r.APIVersion, c.Full())
	return v, true, err
}

// liveProviders answers providers(namespace, [type]).
func (x *expander) liveProviders(c *eval.RuntimeCall) (value.Value, error) {
	for _, a := range c.Args {
		if a.IsUnknown() {
			return c.Unknown(), nil
		}
	}
	p, err := x.live.live.Provider(x.ctx, c.Args[0].Str())
	if err != nil {
		return value.Value{}, x.live.failed(err)
	}
	if len(c.Args) < 2 {
		return p, nil
	}
	for _, t := range p.Get("resourceTypes").Elems() {
		if is(t.Get("resourceType").Str(), c.Args[1].Str()) {
			return t, nil
		}
	}
	return value.Value{}, refuse("The resource type '%s' is not found in the namespace '%s'", c.Args[1].Text(), c.Args[0].Text())
}

// templateHash is what deployment() says of its template.
func (ev *evaluation) templateHash(symbol value.Value) value.Value {
	if hash := ev.x.opts.TemplateHash; hash != "" && ev.dep.parent == nil {
		return value.String(hash)
	}
	return symbol
}

// givenParameters is what deployment() says of its parameters: those that were
// given in a run.
func (ev *evaluation) givenParameters(symbol value.Value) value.Value {
	if ev.x.live == nil || ev.dep.parent != nil {
		return symbol
	}
	var members []value.Member
	for _, p := range ev.t.decl.parameters {
		if s := ev.supplies[p.index]; s.assignment == nil && !s.node.IsValid() {
			continue
		}
		if v, err := ev.Parameter(p.name); err == nil {
			members = append(members, value.Member{Key: p.name, Value: value.Object([]value.Member{{Key: "value", Value: v}})})
		}
	}
	return value.Object(members)
}
