package control

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// groupType is the type of resource groups.
const groupType = "Microsoft.Resources/resourceGroups"

// target is a place of a resource with what the state holds there.
type target struct {
	place
	typ    *provider.Type
	id     string          // in Azure's spelling
	group  *state.Resource // nil without one
	parent *state.Resource // the resource that it belongs to, nil without one
	was    *state.Resource // nil when it is not there
}

// groupID is the id of the target's resource group, "" without one.
func (t *target) groupID() string {
	if t.group == nil {
		return ""
	}
	return t.group.ID
}

// location is the region of the target: its own, that of its parent, or of its
// group; "" when it has none.
func (t *target) location() string {
	for _, r := range []*state.Resource{t.was, t.parent, t.group} {
		if r != nil && r.Location != "" {
			return r.Location
		}
	}
	return ""
}

// find looks at a place that has the form of a resource's id. What it stands on
// must be there: subscription, namespace, type, group, and unless alone the
// parent or scope.
func (c *Control) find(tx *state.Tx, p place, version string, alone bool) (*target, error) {
	t := &target{place: p}
	var err error
	if t.typ, err = c.typeOf(p, version); err != nil {
		return nil, err
	}
	id := p.scope
	if p.sub != "" {
		sub, err := subscription(tx, p.sub)
		if err != nil {
			return nil, err
		}
		id = "/subscriptions/" + sub.ID
	}
	if p.group != "" {
		if t.group = tx.Resource("/subscriptions/" + p.sub + "/resourceGroups/" + p.group); t.group == nil && !p.isGroup() {
			return nil, refusal.GroupNotFound(p.group)
		}
		id += "/resourceGroups/" + p.group
		if t.group != nil {
			id = t.group.ID
		}
	}
	if p.isGroup() {
		t.id, t.was = id, t.group
		return t, nil
	}
	if err := c.stands(tx, t, version, alone); err != nil {
		return nil, err
	}
	if owner := state.OwnerOf(p.path); owner != "" && !parse(owner).isGroup() && !parse(owner).isSubscription() {
		if t.parent = tx.Resource(owner); t.parent == nil && !alone {
			return nil, parentNotFound(parse(owner).name())
		}
	}
	switch {
	case t.parent != nil && len(p.rest) > 2: // a child
		id = t.parent.ID + "/" + t.typ.Name[strings.LastIndexByte(t.typ.Name, '/')+1:] + "/" + p.name()
	case t.parent != nil: // an extension of a resource
		id = t.parent.ID + "/providers/" + t.typ.Name + "/" + p.name()
	default:
		if len(p.rest) > 2 || p.scope != "" && !parse(p.scope).isGroup() && !parse(p.scope).isSubscription() {
			id = p.scope // the parent is not there
		}
		id = spell(id, t.typ.Name, p.rest)
	}
	t.id, t.was = id, tx.Resource(p.path)
	if t.was != nil {
		t.id = t.was.ID
	}
	return t, nil
}

// spell puts a type and its names behind a scope.
func spell(scope, typ string, rest []string) string {
	segs := strings.Split(typ, "/")
	var b strings.Builder
	b.WriteString(scope + "/providers/" + segs[0])
	for i, s := range segs[1:] {
		b.WriteString("/" + s)
		if i*2+1 < len(rest) {
			b.WriteString("/" + rest[i*2+1])
		}
	}
	return b.String()
}

// stands checks that a type can be where the place has it.
func (c *Control) stands(tx *state.Tx, t *target, version string, alone bool) error {
	at := parse(t.scope)
	switch {
	case t.typ.Kind == "extension" || len(t.rest) > 2 && c.rootOf(t.typ).Kind == "extension":
		if alone || at.path == "/" || at.isSubscription() || at.isGroup() || tx.Resource(at.path) != nil {
			return nil
		}
		s, err := c.find(tx, at, version, true)
		if err != nil {
			return err
		}
		return c.notFound(s)
	case t.scope == tenantScope && c.rootOf(t.typ).Scope == "tenant",
		at.isSubscription() && c.rootOf(t.typ).Scope == "subscription",
		at.isGroup() && (c.rootOf(t.typ).Scope == "" || c.rootOf(t.typ).Scope == "group"):
		return nil
	}
	return noType(t.space, version)
}

// rootOf is the type without a parent that a type is below; itself when it has
// no parent.
func (c *Control) rootOf(t *provider.Type) *provider.Type {
	segs := strings.SplitN(t.Name, "/", 3)
	if len(segs) < 3 {
		return t
	}
	if root := c.Type(segs[0] + "/" + segs[1]); root != nil {
		return root
	}
	return t
}

// typeOf finds the type of a place.
func (c *Control) typeOf(p place, version string) (*provider.Type, error) {
	if p.isGroup() {
		return c.Type(groupType), nil
	}
	if c.spaces[strings.ToLower(p.space)] == nil {
		return nil, refusal.New(http.StatusNotFound, "InvalidResourceNamespace", "The resource namespace '%s' is invalid.", p.space)
	}
	if t := c.Type(p.kind((len(p.rest) + 1) / 2)); t != nil {
		return t, nil
	}
	return nil, noType(p.space, version)
}

func noType(space, version string) error {
	return refusal.New(http.StatusNotFound, "InvalidResourceType", "The resource type could not be found in the namespace '%s' for api version '%s'.", space, version)
}

func parentNotFound(name string) error {
	return refusal.New(http.StatusNotFound, "ParentResourceNotFound", "Can not perform requested operation on nested resource. Parent resource '%s' not found.", name)
}

// notFound is the refusal for a target that is not there.
func (c *Control) notFound(t *target) error {
	if t.isGroup() {
		return refusal.GroupNotFound(t.place.group)
	}
	name := estate.ParseID(t.id).Name()
	if t.place.group == "" || t.typ.Kind == "extension" {
		return refusal.New(http.StatusNotFound, "ResourceNotFound", "The Resource '%s/%s' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix", t.typ.Name, name)
	}
	return refusal.NotFound(t.typ.Name+"/"+name, t.place.group)
}

// version checks an api-version, "" standing for the newest, and gives the one
// to go by.
func (c *Control) version(t *provider.Type, version, location string) (string, error) {
	if version == "" {
		return t.APIVersions[0], nil
	}
	for _, v := range t.APIVersions {
		if strings.EqualFold(v, version) {
			return v, nil
		}
	}
	if strings.HasPrefix(t.Name, "Microsoft.Resources/") {
		return "", invalidVersion(version, t.APIVersions)
	}
	var names []string
	for _, r := range regionsOf(t) {
		names = append(names, r.Name)
	}
	_, typ, _ := strings.Cut(t.Name, "/")
	return "", refusal.New(http.StatusBadRequest, "NoRegisteredProviderFound",
		"No registered resource provider found for location '%s' and API version '%s' for type '%s'. The supported api-versions are '%s'. The supported locations are '%s'.",
		location, version, typ, strings.Join(t.APIVersions, ", "), strings.Join(names, ", "))
}

func invalidVersion(version string, known []string) error {
	return refusal.New(http.StatusBadRequest, "InvalidApiVersionParameter", "The api-version '%s' is invalid. The supported versions are '%s'.", version, strings.Join(known, ","))
}

// regionsOf are the regions that offer a type.
func regionsOf(t *provider.Type) []estate.Region {
	if t.Global {
		return nil
	}
	return slices.DeleteFunc(estate.Regions(), func(r estate.Region) bool { return !offered(t, r) })
}

// offered says whether a region has a type.
func offered(t *provider.Type, r estate.Region) bool {
	switch t.Offered {
	case "aml":
		return r.AML
	case "amlregistry":
		return r.AMLRegistry
	case "aks":
		return r.AKS
	case "databricks":
		return r.Databricks
	case "aci":
		return r.ACI
	case "hdinsight":
		return r.HDInsight
	}
	return usable(r)
}

// call makes the call of a hook about a target.
func (c *Control) call(tx *state.Tx, now time.Time, t *target, rq provider.Request) *provider.Call {
	return &provider.Call{
		World: c.w, Engine: c, Tx: tx, Now: now, Caller: rq.Caller,
		Type: t.typ, ID: t.id, Name: t.name(), Subscription: t.sub, Group: t.groupID(), Location: t.location(), APIVersion: rq.APIVersion,
		Parent: t.parent, Was: t.was, Body: rq.Body, Secret: secretOf(t.was),
	}
}

func secretOf(r *state.Resource) object.Object {
	if r == nil {
		return object.Object{}
	}
	return object.Must(r.Secret)
}
