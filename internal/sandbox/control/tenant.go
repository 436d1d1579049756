package control

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// registrationRecords hold the state of a namespace in a subscription where it is
// not Registered.
const registrationRecords = "control.registration"

func (c *Control) listSubscriptions(tx *state.Tx) (*answer, error) {
	value := []object.Object{}
	for _, s := range Subscriptions(tx) {
		value = append(value, c.subscriptionView(s))
	}
	return &answer{http.StatusOK, object.Object{"value": value, "count": object.Object{"type": "Total", "value": len(value)}}}, nil
}

func (c *Control) getSubscription(tx *state.Tx, q *request) (*answer, error) {
	s, err := subscription(tx, q.at.sub)
	if err != nil {
		return nil, err
	}
	return &answer{http.StatusOK, c.subscriptionView(*s)}, nil
}

func (c *Control) subscriptionView(s Subscription) object.Object {
	out := object.Object{
		"id": "/subscriptions/" + s.ID, "subscriptionId": s.ID, "displayName": s.Name, "state": "Enabled", "tenantId": c.w.Tenant,
		"authorizationSource": "RoleBased", "managedByTenants": []any{},
		"subscriptionPolicies": object.Object{"locationPlacementId": "Public_2014-09-01", "quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
	}
	if len(s.Tags) > 0 {
		out["tags"] = s.Tags
	}
	return out
}

func (c *Control) listTenants() (*answer, error) {
	return &answer{http.StatusOK, object.Object{"value": []object.Object{{
		"id": "/tenants/" + c.w.Tenant, "tenantId": c.w.Tenant, "displayName": "Holdfast sandbox", "defaultDomain": "sandbox.example",
		"domains": []string{"sandbox.example"}, "countryCode": "NL", "tenantCategory": "Home", "tenantType": "AAD",
	}}}}, nil
}

func (c *Control) listProviders(tx *state.Tx, q *request) (*answer, error) {
	value := []object.Object{}
	for _, name := range c.names {
		value = append(value, c.providerView(tx, q.at.sub, c.spaces[strings.ToLower(name)]))
	}
	return &answer{http.StatusOK, object.Object{"value": value}}, nil
}

func (c *Control) getProvider(tx *state.Tx, q *request, n *namespace) (*answer, error) {
	return &answer{http.StatusOK, c.providerView(tx, q.at.sub, n)}, nil
}

// providerView is a namespace as reading shows it, of the tenant when sub is "".
func (c *Control) providerView(tx *state.Tx, sub string, n *namespace) object.Object {
	types := []object.Object{}
	for _, t := range n.types {
		locations := []string{}
		zones := []object.Object{}
		for _, r := range regionsOf(t) {
			if t.Kind != "tracked" || len(strings.Split(t.Name, "/")) > 2 && t.Kind == "extension" {
				break
			}
			locations = append(locations, r.DisplayName)
			if r.Zones > 0 {
				zones = append(zones, object.Object{"location": r.DisplayName, "zones": []string{"1", "2", "3"}[:min(r.Zones, 3)]})
			}
		}
		capabilities := "None"
		if t.Kind == "tracked" {
			capabilities = "SupportsTags, SupportsLocation"
		}
		_, short, _ := strings.Cut(t.Name, "/")
		view := object.Object{"resourceType": short, "locations": locations, "apiVersions": t.APIVersions, "defaultApiVersion": t.APIVersions[0], "capabilities": capabilities}
		if len(zones) > 0 {
			view["zoneMappings"] = zones
		}
		types = append(types, view)
	}
	out := object.Object{"namespace": n.name, "resourceTypes": types}
	if sub != "" {
		out["id"] = "/subscriptions/" + sub + "/providers/" + n.name
		out["registrationState"], out["registrationPolicy"] = registration(tx, sub, n.name), "RegistrationRequired"
	} else {
		out["id"] = "/providers/" + n.name
	}
	return out
}

func registration(tx *state.Tx, sub, space string) string {
	if v, ok := tx.Record(registrationRecords, state.Key(sub+"|"+space)); ok {
		return string(v)
	}
	return "Registered"
}

// register answers POST register and unregister.
func (c *Control) register(tx *state.Tx, q *request, n *namespace, word string) (*answer, error) {
	if err := tx.PutRecord(registrationRecords, state.Key(q.at.sub+"|"+n.name), []byte(word)); err != nil {
		return nil, err
	}
	return &answer{http.StatusOK, c.providerView(tx, q.at.sub, n)}, nil
}

// special answers for what stands behind "providers" and is none of the plain
// resources; false when the request is for something else.
func (c *Control) special(tx *state.Tx, q *request, n *namespace) (*answer, error, bool) {
	p := q.at
	name := strings.ToLower(strings.Join(p.rest, "/"))
	reply := func(a *answer, err error) (*answer, error, bool) { return a, err, true }
	atSubscription := parse(p.scope).isSubscription()
	switch space := strings.ToLower(p.space); {
	case atSubscription && (name == "register" || name == "unregister"):
		return reply(q.only(http.MethodPost, func() (*answer, error) {
			return c.register(tx, q, n, map[string]string{"register": "Registered", "unregister": "NotRegistered"}[name])
		}))
	case space == "microsoft.resources" && atSubscription && name == "checkzonepeers":
		return reply(q.only(http.MethodPost, func() (*answer, error) { return c.checkZonePeers(q) }))
	case space == "microsoft.resources" && name == "tags/default":
		return reply(c.tagsDefault(tx, q))
	case space == "microsoft.authorization" && len(p.rest) > 0:
		if a, err, ok := c.authorization(tx, q); ok {
			return a, err, true
		}
	case space == "microsoft.resourcehealth":
		return reply(c.resourceHealth(tx, q))
	}
	if len(p.rest) == 1 && (atSubscription || p.scope == tenantScope) {
		if t := deletedType(n, name); t != nil && atSubscription {
			return reply(q.only(http.MethodGet, func() (*answer, error) { return c.listDeleted(tx, q, t, "") }))
		}
	}
	return nil, nil, false
}

// deletedType is the type whose deleted resources a list of that name has.
func deletedType(n *namespace, name string) *provider.Type {
	for _, t := range n.types {
		if t.SoftDelete == nil || t.SoftDelete.Type == "" {
			continue
		}
		if kind := t.SoftDelete.Type; strings.EqualFold(kind[strings.LastIndexByte(kind, '/')+1:], name) {
			return t
		}
	}
	return nil
}

func (c *Control) listDeleted(tx *state.Tx, q *request, t *provider.Type, location string) (*answer, error) {
	value := []object.Object{}
	for _, d := range deletedOf(tx, t, q.at.sub, location, "") {
		value = append(value, c.deletedView(d, t))
	}
	return &answer{http.StatusOK, object.Object{"value": value}}, nil
}

// routeDeleted answers for deleted resources below a region: list, get, purge.
func (c *Control) routeDeleted(tx *state.Tx, q *request, n *namespace, location string, rest []string) (*answer, error, bool) {
	t := deletedType(n, rest[0])
	if t == nil {
		return nil, nil, false
	}
	reply := func(a *answer, err error) (*answer, error, bool) { return a, err, true }
	if len(rest) == 1 {
		return reply(q.only(http.MethodGet, func() (*answer, error) { return c.listDeleted(tx, q, t, location) }))
	}
	found := deletedOf(tx, t, q.at.sub, location, rest[1])
	if len(found) == 0 {
		return reply(nil, refusal.New(http.StatusNotFound, "DeletedResourceNotFound", "The deleted resource '%s' of type '%s' was not found in location '%s'.", rest[1], t.Name, location))
	}
	d := found[0]
	switch {
	case len(rest) == 2 && q.method == http.MethodGet:
		return reply(&answer{http.StatusOK, c.deletedView(d, t)}, nil)
	case len(rest) == 3 && strings.EqualFold(rest[2], "purge") && q.method == http.MethodPost,
		len(rest) == 2 && q.method == http.MethodDelete:
		if t.SoftDelete.Protect != "" && object.Bool(object.Must(d.Body), t.SoftDelete.Protect) {
			return reply(nil, refusal.New(http.StatusBadRequest, "MethodNotAllowed", "Operation 'Purge' is not allowed: the resource '%s' is protected against it until %s.", d.Name, d.Until.UTC().Format("2006-01-02")))
		}
		return reply(&answer{status: http.StatusOK}, c.purge(tx, d))
	}
	return reply(notAllowed(q.method), nil)
}
