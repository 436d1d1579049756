package eval

import (
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

const managementGroupPrefix = "/providers/Microsoft.Management/managementGroups/"

// symbols are the facts that nobody supplied: one unknown each, with one residual.
var symbols = makeSymbols()

type symbolTable struct {
	subscriptionID, subscriptionName, tenantID value.Value
	resourceGroup, location, tags, managedBy   value.Value
	managementGroup                            value.Value
	subscriptionScopeID, groupID, mgID         value.Value
	tenant, managementGroupObject              value.Value
}

func makeSymbols() (s symbolTable) {
	s.subscriptionID = symbol("subscription", "subscriptionId", value.StringKind)
	s.subscriptionName = symbol("subscription", "displayName", value.StringKind)
	s.tenantID = symbol("tenant", "tenantId", value.StringKind)
	s.resourceGroup = symbol("resourceGroup", "name", value.StringKind)
	s.location = symbol("resourceGroup", "location", value.StringKind)
	s.tags = symbol("resourceGroup", "tags", value.AbsentKind)
	s.managedBy = symbol("resourceGroup", "managedBy", value.AbsentKind)
	s.managementGroup = symbol("managementGroup", "name", value.StringKind)

	id := Concat(value.String("/subscriptions/"), s.subscriptionID)
	s.subscriptionScopeID = withResidual(id, expr.Member(expr.Call("subscription"), "id"))
	id = Concat(id, value.String("/resourceGroups/"), s.resourceGroup)
	s.groupID = withResidual(id, expr.Member(expr.Call("resourceGroup"), "id"))
	s.mgID = withResidual(Concat(value.String(managementGroupPrefix), s.managementGroup), expr.Member(expr.Call("managementGroup"), "id"))
	s.tenant = tenantObject(s.tenantID)
	s.managementGroupObject = managementGroupObject(s.mgID, s.managementGroup)
	return s
}

// symbol is the unknown function().member.
func symbol(function, member string, hint value.Kind) value.Value {
	return value.FromUnknown(value.Unknown{
		Reason: value.ScopeFact, Hint: hint, NotNull: hint != value.AbsentKind,
		Residual: expr.Member(expr.Call(function), member), Subject: function + "()." + member,
	})
}

func symbolic(v value.Value) bool { return v.IsAbsent() }

// or gives a fact, or its symbol when it was not supplied.
func or(given, symbol value.Value) value.Value {
	if symbolic(given) {
		return symbol
	}
	return given
}

var succeeded = value.Object([]value.Member{{Key: "provisioningState", Value: value.String("Succeeded")}})

func tenantObject(id value.Value) value.Value {
	return value.Object([]value.Member{
		{Key: "countryCode", Value: symbol("tenant", "countryCode", value.StringKind)},
		{Key: "displayName", Value: symbol("tenant", "displayName", value.StringKind)},
		{Key: "id", Value: tenantScopeID(id)},
		{Key: "tenantId", Value: id},
	})
}

func tenantScopeID(id value.Value) value.Value {
	scope := Concat(value.String("/tenants/"), id)
	if scope.IsUnknown() && expr.Equal(id.Unknown().Residual, expr.Member(expr.Call("tenant"), "tenantId")) {
		return withResidual(scope, expr.Member(expr.Call("tenant"), "id"))
	}
	return scope
}

func managementGroupObject(id, name value.Value) value.Value {
	return value.Object([]value.Member{
		{Key: "id", Value: id},
		{Key: "name", Value: name},
		{Key: "type", Value: value.String("/providers/Microsoft.Management/managementGroups")},
		{Key: "properties", Value: symbol("managementGroup", "properties", value.ObjectKind)},
	})
}

// unknownDeployer is deployer() when nobody says who deploys.
var unknownDeployer = func() value.Value {
	var members []value.Member
	for _, name := range [...]string{"objectId", "tenantId", "userPrincipalName"} {
		members = append(members, value.Member{Key: name, Value: value.FromUnknown(value.Unknown{
			Reason: value.Identity, Hint: value.StringKind, NotNull: true,
			Residual: expr.Member(expr.Call("deployer"), name), Subject: "deployer()." + name,
		})})
	}
	return value.Object(members)
}()
