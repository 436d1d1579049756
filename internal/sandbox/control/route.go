package control

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// route finds who answers a request.
func (c *Control) route(tx *state.Tx, q *request) (*answer, error) {
	p := q.at
	if p.sub != "" {
		if _, err := subscription(tx, p.sub); err != nil {
			return nil, err
		}
	}
	switch {
	case p.space != "":
		return c.routeProvider(tx, q)
	case p.isGroup():
		return c.resource(tx, q)
	case p.sub == "":
		return c.routeTenant(tx, q)
	case p.group != "":
		return c.routeGroup(tx, q)
	}
	return c.routeSubscription(tx, q)
}

// only gives what answers for the one method that a path has.
func (q *request) only(method string, f func() (*answer, error)) (*answer, error) {
	if q.method != method && !(q.method == http.MethodHead && method == http.MethodGet) {
		return notAllowed(q.method), nil
	}
	return f()
}

func (c *Control) routeTenant(tx *state.Tx, q *request) (*answer, error) {
	get := func(f func() (*answer, error)) (*answer, error) { return q.only(http.MethodGet, f) }
	switch strings.ToLower(strings.Join(q.at.rest, "/")) {
	case "subscriptions":
		return get(func() (*answer, error) { return c.listSubscriptions(tx) })
	case "tenants":
		return get(c.listTenants)
	case "providers":
		return get(func() (*answer, error) { return c.listProviders(tx, q) })
	}
	return nil, refusal.New(http.StatusNotFound, "MissingSubscription", "The request did not have a subscription or a valid tenant level resource provider.")
}

func (c *Control) routeSubscription(tx *state.Tx, q *request) (*answer, error) {
	get := func(f func() (*answer, error)) (*answer, error) { return q.only(http.MethodGet, f) }
	first, name := "", ""
	if len(q.at.rest) > 0 {
		first = strings.ToLower(q.at.rest[0])
	}
	if len(q.at.rest) > 1 {
		name = q.at.rest[1]
	}
	switch {
	case first == "":
		return get(func() (*answer, error) { return c.getSubscription(tx, q) })
	case first == "resourcegroups" && name == "":
		return get(func() (*answer, error) { return c.listGroups(tx, q) })
	case first == "resources" && name == "":
		return get(func() (*answer, error) { return c.listResources(tx, q) })
	case first == "providers" && name == "":
		return get(func() (*answer, error) { return c.listProviders(tx, q) })
	case first == "locations" && name == "":
		return get(func() (*answer, error) { return c.listLocations(q) })
	case first == "tagnames" && name == "":
		return get(func() (*answer, error) { return c.tagNames(tx, q) })
	case first == "operationresults" && name != "":
		return get(func() (*answer, error) { return c.operationResult(tx, q, name) })
	}
	return nil, refusal.New(http.StatusNotFound, "InvalidResourceType", "The path '%s' is none of Azure Resource Manager.", q.at.path)
}

func (c *Control) routeGroup(tx *state.Tx, q *request) (*answer, error) {
	if tx.Resource("/subscriptions/"+q.at.sub+"/resourceGroups/"+q.at.group) == nil {
		return nil, refusal.GroupNotFound(q.at.group)
	}
	switch strings.ToLower(strings.Join(q.at.rest, "/")) {
	case "resources":
		return q.only(http.MethodGet, func() (*answer, error) { return c.listResources(tx, q) })
	case "exporttemplate", "moveresources", "validatemoveresources":
		return q.only(http.MethodPost, func() (*answer, error) {
			return nil, refusal.New(http.StatusNotImplemented, "NotSupportedBySandbox", "The sandbox does not offer '%s'. Deploy from a template, or delete and create the resources anew.", q.at.rest[0])
		})
	}
	return nil, refusal.New(http.StatusNotFound, "InvalidResourceType", "The path '%s' is none of Azure Resource Manager.", q.at.path)
}

// routeProvider answers for what stands behind "providers".
func (c *Control) routeProvider(tx *state.Tx, q *request) (*answer, error) {
	p := q.at
	n := c.spaces[strings.ToLower(p.space)]
	if n == nil {
		return nil, refusal.New(http.StatusNotFound, "InvalidResourceNamespace", "The resource namespace '%s' is invalid.", p.space)
	}
	root := parse(p.scope)
	atTenant, atSubscription := p.scope == tenantScope, root.isSubscription()
	if len(p.rest) == 0 && (atTenant || atSubscription) {
		return q.only(http.MethodGet, func() (*answer, error) { return c.getProvider(tx, q, n) })
	}
	if a, err, ok := c.special(tx, q, n); ok {
		return a, err
	}
	if f, rest := longest(n.sub, p.rest); f != nil && atSubscription {
		return c.function(tx, q, f, "", rest)
	}
	if f, rest := longest(n.tenant, p.rest); f != nil && atTenant {
		return c.function(tx, q, f, "", rest)
	}
	if len(p.rest) > 2 && strings.EqualFold(p.rest[0], "locations") && (atSubscription || atTenant) {
		if a, err, ok := c.routeLocation(tx, q, n); ok {
			return a, err
		}
	}
	pairs := len(p.rest) / 2
	if len(p.rest)%2 == 0 {
		if c.Type(p.kind(pairs)) != nil {
			return c.resource(tx, q)
		}
		return c.below(tx, q, pairs-1)
	}
	if c.Type(p.kind(pairs+1)) != nil && (q.method == http.MethodGet || q.method == http.MethodHead) {
		return c.list(tx, q)
	}
	return c.below(tx, q, pairs)
}

// longest finds the function whose name is the longest beginning of the
// segments, and what is left of them.
func longest(functions map[string]handler, segs []string) (handler, string) {
	for n := len(segs); n > 0; n-- {
		if f := functions[strings.ToLower(strings.Join(segs[:n], "/"))]; f != nil {
			return f, strings.Join(segs[n:], "/")
		}
	}
	return nil, ""
}

// function calls what a provider answers beside its resources.
func (c *Control) function(tx *state.Tx, q *request, f handler, location, rest string) (*answer, error) {
	if q.method != http.MethodGet && q.method != http.MethodPost {
		return notAllowed(q.method), nil
	}
	if location != "" {
		if err := c.stand(c.w.Health.Control(tx, "", q.at.space, location, q.now), q.method == http.MethodPost); err != nil {
			return nil, err
		}
	}
	reply, err := f(&provider.Call{
		World: c.w, Engine: c, Tx: tx, Now: q.now, Caller: q.caller, Method: q.method, ID: q.at.path, Name: q.at.name(), Subscription: q.at.sub,
		Location: location, APIVersion: q.version, Query: q.query, Rest: rest, Body: q.body, Secret: object.Object{},
	})
	return replied(reply), err
}

// below answers for a name below a resource, of the first pairs of the path, that
// is no resource: an action or a read.
func (c *Control) below(tx *state.Tx, q *request, pairs int) (*answer, error) {
	unknown := noType(q.at.space, q.version)
	if pairs < 1 {
		return nil, unknown
	}
	owner := q.at.cut(pairs)
	name, rest := q.at.rest[pairs*2], strings.Join(q.at.rest[pairs*2+1:], "/")
	typ := c.Type(owner.kind(pairs))
	if typ == nil {
		return nil, unknown
	}
	switch q.method {
	case http.MethodPost:
		return c.action(tx, q, owner, name, rest)
	case http.MethodGet:
		hook := typ.Hooks.Reads[strings.ToLower(name)]
		if hook == nil {
			return nil, unknown
		}
		t, err := c.find(tx, owner, q.version, false)
		if err != nil {
			return nil, err
		}
		if t.was == nil {
			return nil, c.notFound(t)
		}
		version, err := c.version(typ, q.version, t.location())
		if err != nil {
			return nil, err
		}
		if err := c.up(tx, q.now, t, t.location(), false); err != nil {
			return nil, err
		}
		call := c.call(tx, q.now, t, provider.Request{Caller: q.caller, APIVersion: version})
		call.Method, call.Query, call.Rest, call.Body = q.method, q.query, rest, object.Must(t.was.Body)
		reply, err := hook(call)
		return replied(reply), err
	}
	return notAllowed(q.method), nil
}

func replied(r provider.Reply) *answer {
	a := &answer{r.Status, r.Body}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a
}

// action carries out a POST on a resource.
func (c *Control) action(tx *state.Tx, q *request, owner place, name, rest string) (*answer, error) {
	reply, o, err := c.act(tx, q.now, provider.Request{ID: owner.path, APIVersion: q.version, Body: q.body, Caller: q.caller}, name, rest, q.query)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return replied(reply), nil
	}
	c.follow(q, o)
	return &answer{cmp.Or(reply.Status, http.StatusAccepted), nil}, nil
}

// resource answers for a resource or a group itself.
func (c *Control) resource(tx *state.Tx, q *request) (*answer, error) {
	ch := change{
		Request: provider.Request{ID: q.at.path, APIVersion: q.version, Body: q.body, Caller: q.caller},
		method:  q.method, query: q.query, ifMatch: q.in.Get("If-Match"), ifNoneMatch: q.in.Get("If-None-Match"),
	}
	switch q.method {
	case http.MethodGet, http.MethodHead:
		return c.read(tx, q)
	case http.MethodPut, http.MethodPatch:
		ch.patch = q.method == http.MethodPatch
		result, err := c.put(tx, q.now, ch)
		return c.answered(tx, q, result, err)
	case http.MethodDelete:
		result, err := c.remove(tx, q.now, ch)
		return c.answered(tx, q, result, err)
	case http.MethodPost:
		if pairs := len(q.at.rest)/2 - 1; pairs > 0 {
			return c.below(tx, q, pairs)
		}
	}
	return notAllowed(q.method), nil
}

// answered is the answer to a change.
func (c *Control) answered(tx *state.Tx, q *request, result *provider.Result, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	a := &answer{status: result.Status}
	if result.Body != nil {
		a.body = result.Body
		if tag := object.Text(result.Body, "etag"); tag != "" {
			q.header.Set("ETag", tag)
		}
	}
	if result.Operation == "" {
		return a, nil
	}
	o := operationOf(tx, result.Operation)
	if o == nil {
		return nil, fmt.Errorf("the operation %s is not there", result.Operation)
	}
	if o.Style != "state" {
		c.follow(q, o)
	}
	if a.status == http.StatusAccepted && o.Verb == verbPut && o.Style == "location" {
		a.body = nil
	}
	return a, nil
}

// read answers a GET or HEAD for a resource.
func (c *Control) read(tx *state.Tx, q *request) (*answer, error) {
	t, err := c.find(tx, q.at, q.version, false)
	if err != nil {
		return nil, err
	}
	version, err := c.version(t.typ, q.version, t.location())
	if err != nil {
		return nil, err
	}
	if err := c.up(tx, q.now, t, t.location(), false); err != nil {
		return nil, err
	}
	if t.was == nil {
		if q.method == http.MethodHead {
			return &answer{status: http.StatusNotFound}, nil
		}
		return nil, c.notFound(t)
	}
	if q.method == http.MethodHead {
		return &answer{status: http.StatusNoContent}, nil
	}
	if t.typ.ETag && t.was.ETag != "" {
		q.header.Set("ETag", etag(t.was))
		if match := q.in.Get("If-None-Match"); match != "" && bare(match) == t.was.ETag {
			return &answer{status: http.StatusNotModified}, nil
		}
	}
	body, err := c.show(tx, q.now, t.was, t.typ, provider.Request{APIVersion: version, Caller: q.caller}, q.query)
	return &answer{http.StatusOK, body}, err
}
