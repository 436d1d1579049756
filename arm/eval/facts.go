package eval

import (
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Given are the facts of a deployment scope as the caller knows them. An absent value (the zero value) is a fact that
// was not supplied: it becomes an unknown with the reason [value.ScopeFact] and one canonical residual, such as
// subscription().subscriptionId, whichever function reads it. A fact may also be any other unknown or partly known
// string, as in a nested deployment to a resource group whose name is computed.
type Given struct {
	Scope ScopeKind

	SubscriptionID   value.Value // GUID
	SubscriptionName value.Value // display name
	TenantID         value.Value // GUID
	ResourceGroup    value.Value // name
	Location         value.Value // of the resource group, such as "westeurope"
	Tags             value.Value // of the resource group
	ManagementGroup  value.Value // name
	// Environment is the object of environment(); absent means the public cloud.
	Environment value.Value
	// Deployer is the object of deployer(): objectId, tenantId, userPrincipalName.
	Deployer value.Value
}

// Facts are the facts of a deployment scope, ready for evaluation. They are immutable.
type Facts struct {
	given Given

	subscriptionID, resourceGroup, managementGroup value.Value
	scopeID, subscriptionScopeID, groupID, mgID    value.Value

	resourceGroupObject, subscriptionObject, tenantObject, managementGroupObject value.Value
	environment, deployer                                                        value.Value
}

// Text makes a fact of a string: known, or absent when it is empty.
func Text(s string) value.Value {
	if s == "" {
		return value.Absent()
	}
	return value.String(s)
}

// NewFacts prepares facts. Those of a scope of which nothing is supplied are the
// same for everyone: they are made once.
func NewFacts(g Given) *Facts {
	if int(g.Scope) < len(nothingGiven) && g.nothing() {
		return nothingGiven[g.Scope]()
	}
	return newFacts(g)
}

var nothingGiven = [...]func() *Facts{
	ResourceGroupScope:   sync.OnceValue(func() *Facts { return newFacts(Given{Scope: ResourceGroupScope}) }),
	SubscriptionScope:    sync.OnceValue(func() *Facts { return newFacts(Given{Scope: SubscriptionScope}) }),
	ManagementGroupScope: sync.OnceValue(func() *Facts { return newFacts(Given{Scope: ManagementGroupScope}) }),
	TenantScope:          sync.OnceValue(func() *Facts { return newFacts(Given{Scope: TenantScope}) }),
}

// nothing says that no fact is supplied.
func (g *Given) nothing() bool {
	return g.SubscriptionID.IsAbsent() && g.SubscriptionName.IsAbsent() && g.TenantID.IsAbsent() &&
		g.ResourceGroup.IsAbsent() && g.Location.IsAbsent() && g.Tags.IsAbsent() && g.ManagementGroup.IsAbsent() &&
		g.Environment.IsAbsent() && g.Deployer.IsAbsent()
}

func newFacts(g Given) *Facts {
	f := &Facts{given: g, environment: or(g.Environment, publicCloud), deployer: or(g.Deployer, unknownDeployer)}
	f.subscriptionID = or(g.SubscriptionID, symbols.subscriptionID)
	f.resourceGroup = or(g.ResourceGroup, symbols.resourceGroup)
	f.managementGroup = or(g.ManagementGroup, symbols.managementGroup)
	tenantID := or(g.TenantID, symbols.tenantID)

	f.subscriptionScopeID, f.groupID, f.mgID = symbols.subscriptionScopeID, symbols.groupID, symbols.mgID
	if !symbolic(g.SubscriptionID) {
		f.subscriptionScopeID = Concat(value.String("/subscriptions/"), f.subscriptionID)
	}
	if !symbolic(g.SubscriptionID) || !symbolic(g.ResourceGroup) {
		f.groupID = Concat(value.String("/subscriptions/"), f.subscriptionID, value.String("/resourceGroups/"), f.resourceGroup)
	}
	if !symbolic(g.ManagementGroup) {
		f.mgID = Concat(value.String(managementGroupPrefix), f.managementGroup)
	}
	switch g.Scope {
	case ResourceGroupScope:
		f.scopeID = f.groupID
	case SubscriptionScope:
		f.scopeID = f.subscriptionScopeID
	case ManagementGroupScope:
		f.scopeID = f.mgID
	default:
		f.scopeID = value.String("")
	}

	f.resourceGroupObject = value.Object([]value.Member{
		{Key: "id", Value: f.groupID},
		{Key: "name", Value: f.resourceGroup},
		{Key: "type", Value: value.String("Microsoft.Resources/resourceGroups")},
		{Key: "location", Value: or(g.Location, symbols.location)},
		{Key: "tags", Value: or(g.Tags, symbols.tags)},
		{Key: "managedBy", Value: symbols.managedBy},
		{Key: "properties", Value: succeeded},
	})
	f.subscriptionObject = value.Object([]value.Member{
		{Key: "id", Value: f.subscriptionScopeID},
		{Key: "subscriptionId", Value: f.subscriptionID},
		{Key: "tenantId", Value: tenantID},
		{Key: "displayName", Value: or(g.SubscriptionName, symbols.subscriptionName)},
	})
	if f.tenantObject = symbols.tenant; !symbolic(g.TenantID) {
		f.tenantObject = tenantObject(tenantID)
	}
	if f.managementGroupObject = symbols.managementGroupObject; !symbolic(g.ManagementGroup) {
		f.managementGroupObject = managementGroupObject(f.mgID, f.managementGroup)
	}
	return f
}

// Scope is the level of the deployment.
func (f *Facts) Scope() ScopeKind { return f.given.Scope }

// Given returns the facts as they were supplied, to derive others from.
func (f *Facts) Given() Given { return f.given }

// ID is the resource id of the deployment scope, "" for a tenant. Its text is the same whether its facts are known
// or symbolic and however an expression builds it.
func (f *Facts) ID() value.Value { return f.scopeID }

// SubscriptionID is the GUID of the subscription, as ResourceGroup, Location and ManagementGroup read other single
// facts; unknown when not supplied.
func (f *Facts) SubscriptionID() value.Value { return f.subscriptionID }

// ResourceGroup is the name of the resource group.
func (f *Facts) ResourceGroup() value.Value { return f.resourceGroup }

// Location is the region of the resource group.
func (f *Facts) Location() value.Value { return f.resourceGroupObject.Get("location") }

// ManagementGroup is the name of the management group.
func (f *Facts) ManagementGroup() value.Value { return f.managementGroup }

// Target gives the facts of a nested deployment: parent's, with the scope that the deployments resource names. An
// absent argument keeps what the parent has. The location and tags of another resource group are not known: they
// become what reading that group would give.
func (f *Facts) Target(kind ScopeKind, subscription, group, managementGroup value.Value) *Facts {
	g := f.given
	g.Scope = kind
	otherSubscription := !symbolic(subscription) && value.Equal(subscription, f.subscriptionID) != value.Yes
	otherGroup := !symbolic(group) && !sameGroup(group, f.resourceGroup)
	if otherSubscription {
		g.SubscriptionID = subscription
		id := Concat(value.String("/subscriptions/"), subscription)
		g.SubscriptionName = readOf(id, "2022-12-01", "displayName")
	}
	if otherGroup {
		g.ResourceGroup = group
	}
	// A group read outside of a resource group deployment is another one, too: the parent has none.
	if kind == ResourceGroupScope && (otherSubscription || otherGroup || f.given.Scope != ResourceGroupScope) {
		name := group
		if symbolic(name) {
			name = f.resourceGroup
		}
		sub := subscription
		if symbolic(sub) {
			sub = f.subscriptionID
		}
		id := Concat(value.String("/subscriptions/"), sub, value.String("/resourceGroups/"), name)
		g.Location = readOf(id, "2022-09-01", "location")
		g.Tags = readOf(id, "2022-09-01", "tags")
	}
	if !symbolic(managementGroup) {
		g.ManagementGroup = managementGroup
	}
	return NewFacts(g)
}

func sameGroup(a, b value.Value) bool {
	if x, ok := a.AsString(); ok {
		y, ok := b.AsString()
		return ok && strings.EqualFold(x, y)
	}
	return value.Equal(a, b) == value.Yes
}

// readOf is the unknown member of something that exists outside of the template.
func readOf(id value.Value, apiVersion, member string) value.Value {
	read := expr.Call("reference", residualOf(id), expr.Str(apiVersion), expr.Str("Full"))
	hint := value.StringKind
	if member == "tags" {
		hint = value.AbsentKind
	}
	return value.FromUnknown(value.Unknown{
		Reason: value.ScopeFact, Hint: hint, NotNull: hint != value.AbsentKind,
		Residual: expr.Member(read, member), Resource: id.Text(), Subject: "the " + member + " of " + id.Text(),
	})
}
