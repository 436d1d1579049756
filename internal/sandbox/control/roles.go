package control

import (
	"cmp"
	_ "embed" // for the built-in roles
	"net/http"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const (
	assignmentType = "Microsoft.Authorization/roleAssignments"
	definitionType = "Microsoft.Authorization/roleDefinitions"
)

// role is a built-in role definition.
type role struct {
	Name       string   `yaml:"name"`
	ID         string   `yaml:"id"`
	Actions    []string `yaml:"actions"`
	NotActions []string `yaml:"notActions"`
}

//go:embed roles.yaml
var roleFile []byte

// roles are the built-in roles; a test shows that the file can be read.
var roles = sync.OnceValue(func() []role {
	var all []role
	if yaml.UnmarshalWithOptions(roleFile, &all, yaml.Strict()) != nil {
		return nil
	}
	return all
})

// view is a built-in role as reading shows it in a subscription, or in the tenant
// when sub is "".
func (r role) view(sub string) object.Object {
	scope := ""
	if sub != "" {
		scope = "/subscriptions/" + sub
	}
	list := func(s []string) []string { return append([]string{}, s...) }
	return object.Object{
		"id": scope + "/providers/" + definitionType + "/" + r.ID, "name": r.ID, "type": definitionType,
		"properties": object.Object{
			"roleName": r.Name, "type": "BuiltInRole", "description": r.Name, "assignableScopes": []string{"/"},
			"permissions": []object.Object{{"actions": list(r.Actions), "notActions": list(r.NotActions), "dataActions": []string{}, "notDataActions": []string{}}},
		},
	}
}

func authorizationTypes() []*provider.Type {
	return []*provider.Type{
		locksType(),
		{
			Name: assignmentType, Kind: "extension", States: provider.States{Creating: "-"},
			APIVersions: []string{"2022-04-01", "2022-01-01-preview", "2021-04-01-preview", "2020-10-01-preview", "2020-08-01-preview", "2020-04-01-preview", "2020-03-01-preview", "2018-09-01-preview", "2018-01-01-preview", "2017-10-01-preview", "2015-07-01", "2015-06-01"},
			Naming:      provider.NameRule{Pattern: guidPattern, Code: "InvalidRoleAssignmentId", Message: "The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."},
			Required:    []string{"properties.roleDefinitionId", "properties.principalId"},
			Delete:      provider.Operation{Echo: true},
			Hooks:       provider.Hooks{Prepare: prepareAssignment},
		},
		{
			Name: definitionType, Kind: "extension", States: provider.States{Creating: "-"},
			APIVersions: []string{"2022-05-01-preview", "2022-04-01", "2018-07-01", "2018-01-01-preview", "2015-07-01", "2015-06-01"},
			Naming:      provider.NameRule{Pattern: guidPattern, Code: "InvalidRoleDefinitionId", Message: "The role definition ID '{name}' is not valid. The role definition ID must be a GUID."},
			Required:    []string{"properties.roleName"},
			Delete:      provider.Operation{Echo: true},
			Hooks: provider.Hooks{Prepare: func(call *provider.Call) error {
				object.Set(call.Body, "properties.type", "CustomRole")
				return nil
			}},
		},
		{
			Name: "Microsoft.Authorization/policyAssignments", Kind: "extension", States: provider.States{Creating: "-"},
			APIVersions: []string{"2025-03-01", "2025-01-01", "2024-05-01", "2024-04-01", "2023-04-01", "2022-06-01", "2021-06-01", "2020-09-01", "2019-09-01"},
			Hooks: provider.Hooks{Prepare: func(call *provider.Call) error {
				if call.Seeding {
					return nil
				}
				return refusal.New(http.StatusNotImplemented, "NotSupportedBySandbox", "The sandbox does not carry out policies.")
			}},
		},
	}
}

const guidPattern = `[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`

// prepareAssignment checks a role assignment and fills in what Azure adds. The
// same principal has a role in a scope once.
func prepareAssignment(call *provider.Call) error {
	b := call.Body
	definition := object.Text(b, "properties.roleDefinitionId")
	id := definition[strings.LastIndexByte(definition, '/')+1:]
	scope := state.OwnerOf(call.ID)
	if call.Was != nil {
		was := object.Must(call.Was.Body)
		for _, path := range []string{"properties.principalId", "properties.roleDefinitionId"} {
			before, now := object.Text(was, path), object.Text(b, path)
			if !strings.EqualFold(before[strings.LastIndexByte(before, '/')+1:], now[strings.LastIndexByte(now, '/')+1:]) {
				return refusal.New(http.StatusBadRequest, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
			}
		}
	}
	known := false
	for _, r := range roles() {
		known = known || strings.EqualFold(r.ID, id)
	}
	if !known && call.Tx.Resource(definition) == nil && !call.Seeding {
		return refusal.New(http.StatusNotFound, "RoleDefinitionDoesNotExist", "The specified role definition with ID '%s' does not exist.", strings.ReplaceAll(id, "-", ""))
	}
	for other := range call.Tx.OfType(assignmentType, scope+"/providers/"+assignmentType) {
		o := object.Must(other.Body)
		theirs := object.Text(o, "properties.roleDefinitionId")
		if !sameID(other.ID, call.ID) && strings.EqualFold(theirs[strings.LastIndexByte(theirs, '/')+1:], id) &&
			strings.EqualFold(object.Text(o, "properties.principalId"), object.Text(b, "properties.principalId")) && !call.Seeding {
			return refusal.Conflict("RoleAssignmentExists", "The role assignment already exists. The ID of the conflicting role assignment is %s.", strings.ReplaceAll(other.Name, "-", ""))
		}
	}
	if known && call.Subscription != "" {
		object.Set(b, "properties.roleDefinitionId", "/subscriptions/"+call.Subscription+"/providers/"+definitionType+"/"+id)
	}
	now, by := stamp(call.Now), call.Caller.ObjectID
	object.Set(b, "properties.scope", cmp.Or(scope, "/"))
	object.Default(b, "properties.principalType", "ServicePrincipal")
	object.Default(b, "properties.createdOn", now)
	object.Default(b, "properties.createdBy", by)
	object.Set(b, "properties.updatedOn", now)
	object.Set(b, "properties.updatedBy", by)
	for _, name := range []string{"condition", "conditionVersion", "description", "delegatedManagedIdentityResourceId"} {
		object.Default(b, "properties."+name, nil)
	}
	return nil
}

// inherited answers for a list of locks or role assignments: those at the scope
// and above it, and unless the filter has atScope() those below.
func (c *Control) inherited(tx *state.Tx, q *request, typ *provider.Type) (*answer, error) {
	if err := c.scopeThere(tx, q); err != nil {
		return nil, err
	}
	version, err := c.version(typ, q.version, "")
	if err != nil {
		return nil, err
	}
	terms, err := filter(parameter(q.query, "$filter"))
	if err != nil {
		return nil, err
	}
	below := true
	for _, t := range terms {
		below = below && t.name != "atscope"
	}
	var found []*state.Resource
	for scope := q.at.scope; ; scope = state.OwnerOf(scope) {
		for r := range tx.OfType(typ.Name, scope+"/providers/"+typ.Name) {
			found = append(found, r)
		}
		if scope == "" {
			break
		}
	}
	if below {
		for r := range tx.OfType(typ.Name, q.at.scope) {
			if !sameID(state.OwnerOf(r.ID), q.at.scope) {
				found = append(found, r)
			}
		}
	}
	value := []object.Object{}
	for _, r := range found {
		b, err := c.show(tx, q.now, r, typ, provider.Request{APIVersion: version, Caller: q.caller})
		if err != nil {
			return nil, err
		}
		if assignedBy(b, terms) {
			value = append(value, b)
		}
	}
	return &answer{http.StatusOK, object.Object{"value": value}}, nil
}

// scopeThere refuses a list in a scope that is not there.
func (c *Control) scopeThere(tx *state.Tx, q *request) error {
	at := parse(q.at.scope)
	if at.isSubscription() || q.at.scope == tenantScope {
		return nil
	}
	t, err := c.find(tx, at, q.version, false)
	if err == nil && t.was == nil {
		err = c.notFound(t)
	}
	return err
}

// assignedBy says whether an assignment fits a filter.
func assignedBy(b object.Object, terms []term) bool {
	for _, t := range terms {
		switch t.name {
		case "principalid", "assignedto":
			if !strings.EqualFold(object.Text(b, "properties.principalId"), t.value) {
				return false
			}
		case "roledefinitionid":
			if !strings.EqualFold(object.Text(b, "properties.roleDefinitionId"), t.value) {
				return false
			}
		}
	}
	return true
}

// authorization answers for what of Microsoft.Authorization is no plain resource;
// false when the request is for one.
func (c *Control) authorization(tx *state.Tx, q *request) (*answer, error, bool) {
	reads := q.method == http.MethodGet
	switch name := strings.ToLower(q.at.rest[0]); {
	case len(q.at.rest) == 1 && reads && name == "locks":
		a, err := c.inherited(tx, q, c.Type(lockType))
		return a, err, true
	case len(q.at.rest) == 1 && reads && name == "roleassignments":
		a, err := c.inherited(tx, q, c.Type(assignmentType))
		return a, err, true
	case len(q.at.rest) == 1 && reads && name == "roledefinitions":
		a, err := c.listRoles(tx, q)
		return a, err, true
	case len(q.at.rest) == 1 && reads && name == "permissions":
		return &answer{http.StatusOK, object.Object{"value": []object.Object{{"actions": []string{"*"}, "notActions": []string{}}}}}, nil, true
	case len(q.at.rest) == 2 && name == "roledefinitions":
		for _, r := range roles() {
			if !strings.EqualFold(r.ID, q.at.rest[1]) {
				continue
			}
			if !reads {
				return nil, refusal.New(http.StatusForbidden, "BuiltInRoleUpdateNotAllowed", "Built-in roles cannot be created, changed or deleted."), true
			}
			return &answer{http.StatusOK, r.view(q.at.sub)}, nil, true
		}
	}
	return nil, nil, false
}

// listRoles answers for the role definitions of a scope: the built-in ones and
// those that stand on it or above.
func (c *Control) listRoles(tx *state.Tx, q *request) (*answer, error) {
	if err := c.scopeThere(tx, q); err != nil {
		return nil, err
	}
	typ := c.Type(definitionType)
	if _, err := c.version(typ, q.version, ""); err != nil {
		return nil, err
	}
	terms, err := filter(parameter(q.query, "$filter"))
	if err != nil {
		return nil, err
	}
	fits := func(b object.Object) bool {
		for _, t := range terms {
			if (t.name == "rolename" || t.name == "type") && !t.holds(object.Text(b, "properties."+t.name)) {
				return false
			}
		}
		return true
	}
	value := []object.Object{}
	for _, r := range roles() {
		if v := r.view(q.at.sub); fits(v) {
			value = append(value, v)
		}
	}
	for scope := q.at.scope; ; scope = state.OwnerOf(scope) {
		for r := range tx.OfType(definitionType, scope+"/providers/"+definitionType) {
			if v := object.Must(r.Body); fits(v) {
				value = append(value, v)
			}
		}
		if scope == "" {
			return &answer{http.StatusOK, object.Object{"value": value}}, nil
		}
	}
}
