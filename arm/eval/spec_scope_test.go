package eval_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// at gives a scope of that level with all its facts.
func at(kind eval.ScopeKind) *eval.Single {
	s := known()
	g := s.Config.Facts.Given()
	g.Scope = kind
	s.Config.Facts = eval.NewFacts(g)
	return s
}

func TestResourceIDInAResourceGroup(t *testing.T) {
	specify(t, at(eval.ResourceGroupScope), `
		resourceId('Microsoft.Storage/storageAccounts', 'sa')             => "/subscriptions/S/resourceGroups/G/providers/Microsoft.Storage/storageAccounts/sa"
		resourceId('other', 'Microsoft.Storage/storageAccounts', 'sa')    => "/subscriptions/S/resourceGroups/other/providers/Microsoft.Storage/storageAccounts/sa"
		resourceId('sub2', 'other', 'Microsoft.Storage/storageAccounts', 'sa') => "/subscriptions/sub2/resourceGroups/other/providers/Microsoft.Storage/storageAccounts/sa"
		resourceId('Microsoft.SQL/servers/databases', 'srv', 'db')        => "/subscriptions/S/resourceGroups/G/providers/Microsoft.SQL/servers/srv/databases/db"
		resourceId('A.B/c/d/e', 'x', 'y', 'z')                            => "/subscriptions/S/resourceGroups/G/providers/A.B/c/x/d/y/e/z"
		resourceId('A.B/c/', 'x')                                         => "/subscriptions/S/resourceGroups/G/providers/A.B/c/x"
		resourceId('11111111-2222-3333-4444-555555555555', 'A.B/c', 'x')  => "/subscriptions/S/resourceGroups/11111111-2222-3333-4444-555555555555/providers/A.B/c/x"
		resourceId('sub2', 'rg2', 'Microsoft.KeyVault', 'vaults', 'kv')   => "/subscriptions/sub2/resourceGroups/rg2/providers/Microsoft.KeyVault/vaults/kv"
		RESOURCEID('A.B/c', 'x')                                          => "/subscriptions/S/resourceGroups/G/providers/A.B/c/x"
		resourceId('A.B/c', 'x', 'y')                                     !! the type 'A.B/c' requires '1' resource name argument(s) while 2 were provided
		resourceId('A.B/c/d', 'x')                                        !! the type 'A.B/c/d' requires '2' resource name argument(s) while 1 were provided
		resourceId('s', 'g', 'more', 'A.B/c', 'x')                        !! a resource type such as 'Microsoft.Storage/storageAccounts' is missing among the first 3 parameter(s)
		resourceId('A.B/c', 5)                                            !! expects parameter 2 to be of type 'String'
		resourceId('A.B/c', null())                                       !! is of type 'Null'
		subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')    => "/subscriptions/S/providers/Microsoft.Authorization/roleDefinitions/r"
		subscriptionResourceId('s2', 'A.B/c', 'x')                        => "/subscriptions/s2/providers/A.B/c/x"
		subscriptionResourceId('s2', 'g', 'A.B/c', 'x')                   !! is missing among the first 2 parameter(s)
		tenantResourceId('Microsoft.Authorization/policyDefinitions', 'p') => "/providers/Microsoft.Authorization/policyDefinitions/p"
		tenantResourceId('x', 'A.B/c', 'y')                               !! is missing among the first 1 parameter(s)
		managementGroupResourceId('A.B/c', 'x')                           => "/providers/Microsoft.Management/managementGroups/M/providers/A.B/c/x"
		managementGroupResourceId('mg2', 'A.B/c', 'x')                    => "/providers/Microsoft.Management/managementGroups/mg2/providers/A.B/c/x"
		extensionResourceId('/a/b', 'A.B/c', 'x')                         => "/a/b/providers/A.B/c/x"
		extensionResourceId(resourceGroup().id, 'A.B/c/d', 'x', 'y')      => "/subscriptions/S/resourceGroups/G/providers/A.B/c/x/d/y"
		extensionResourceId('/a', 'A.B/c')                                !! function requires at least 3 argument(s) while 2 were provided
		extensionResourceId('/a', 'A.B/c', 'x', 'y')                      !! the type 'A.B/c' requires '1' resource name argument(s) while 2 were provided
		extensionResourceId(1, 'A.B/c', 'x')                              !! expects parameter 1 to be of type 'String'
		extensionResourceId('/a', 1, 'x')                                 !! expects parameter 2 to be of type 'String'
		extensionResourceId('/a', 'A.B/c', 1)                             !! expects parameter 3 to be of type 'String'
		extensionResourceId('/a', 'b', 'x')                               !! a resource type such as 'Microsoft.Storage/storageAccounts' is missing
	`)
}

func TestResourceIDAtOtherScopes(t *testing.T) {
	specify(t, at(eval.SubscriptionScope), `
		resourceId('A.B/c', 'x')               => "/subscriptions/S/providers/A.B/c/x"
		resourceId('s2', 'A.B/c', 'x')         => "/subscriptions/s2/providers/A.B/c/x"
		resourceId('s2', 'g2', 'A.B/c', 'x')   => "/subscriptions/s2/resourceGroups/g2/providers/A.B/c/x"
		subscriptionResourceId('A.B/c', 'x')   => "/subscriptions/S/providers/A.B/c/x"
	`)
	specify(t, at(eval.ManagementGroupScope), `
		resourceId('A.B/c', 'x')               => "/providers/A.B/c/x"
		managementGroupResourceId('A.B/c', 'x') => "/providers/Microsoft.Management/managementGroups/M/providers/A.B/c/x"
		tenantResourceId('A.B/c', 'x')         => "/providers/A.B/c/x"
	`)
	specify(t, at(eval.TenantScope), `
		resourceId('A.B/c', 'x')               => "/providers/A.B/c/x"
		tenantResourceId('A.B/c', 'x')         => "/providers/A.B/c/x"
	`)
}

func TestScopeFunctions(t *testing.T) {
	specify(t, at(eval.ResourceGroupScope), `
		resourceGroup().id                    => "/subscriptions/S/resourceGroups/G"
		resourceGroup().name                  => "G"
		resourceGroup().NAME                  => "G"
		resourceGroup().location              => "westeurope"
		resourceGroup().type                  => "Microsoft.Resources/resourceGroups"
		resourceGroup().properties            => {"provisioningState":"Succeeded"}
		resourceGroup().sku                   !! property 'sku' doesn't exist
		resourceGroup('x')                    !! function requires 0 argument(s) while 1 were provided
		subscription().id                     => "/subscriptions/S"
		subscription().subscriptionId         => "S"
		subscription().tenantId               => "T"
		subscription().displayName            => "Sub"
		tenant().tenantId                     => "T"
		tenant().id                           => "/tenants/T"
		managementGroup().name                => "M"
		managementGroup().id                  => "/providers/Microsoft.Management/managementGroups/M"
		managementGroup().type                => "/providers/Microsoft.Management/managementGroups"
		environment().name                    => "AzureCloud"
		environment().suffixes.storage        => "core.windows.net"
		environment().suffixes.keyvaultDns    => ".vault.azure.net"
		environment().suffixes.sqlServerHostname => ".database.windows.net"
		environment().suffixes.acrLoginServer => ".azurecr.io"
		environment().resourceManager         => "https://management.azure.com/"
		environment().portal                  => "https://portal.azure.com"
		environment().authentication.loginEndpoint => "https://login.microsoftonline.com/"
		environment().authentication.audiences[1]  => "https://management.azure.com/"
		environment().authentication.identityProvider => "AAD"
		environment().suffixes.nothing        !! property 'nothing' doesn't exist, available properties are 'acrLoginServer
		deployer().objectId                   => [deployer().objectId]
		fail('stop')                          !! stop
		fail(1)                               !! expects its parameter to be of type 'String'
		nothing()                             !! The template function 'nothing' is not valid
	`)
	specify(t, at(eval.SubscriptionScope), `
		subscription().id                     => "/subscriptions/S"
		resourceGroup()                       !! The template function 'resourceGroup' is not expected at this location: the template is deployed at subscription scope
		managementGroup().name                => "M"
	`)
	specify(t, at(eval.ManagementGroupScope), `
		managementGroup().name                => "M"
		subscription()                        !! 'subscription' is not expected at this location: the template is deployed at management group scope
		resourceGroup()                       !! is not expected at this location
	`)
	specify(t, at(eval.TenantScope), `
		tenant().tenantId                     => "T"
		environment().name                    => "AzureCloud"
		managementGroup()                     !! 'managementGroup' is not expected at this location: the template is deployed at tenant scope
		subscription()                        !! is not expected at this location
		resourceGroup()                       !! is not expected at this location
	`)
}

// Facts that nobody supplied have one canonical residual, whichever function reads them.
func TestSymbolicFacts(t *testing.T) {
	specify(t, &eval.Single{}, `
		resourceGroup().name               => [resourceGroup().name]
		resourceGroup().location           => [resourceGroup().location]
		resourceGroup().tags               => [resourceGroup().tags]
		resourceGroup().id                 => [resourceGroup().id]
		subscription().id                  => [subscription().id]
		subscription().displayName         => [subscription().displayName]
		subscription().tenantId            => [tenant().tenantId]
		managementGroup().name             => [managementGroup().name]
		deployment().name                  => [deployment().name]
		uniqueString(resourceGroup().id)   => [uniqueString(resourceGroup().id)]
		equals(resourceGroup().id, resourceGroup().id) => true
		equals(subscription().tenantId, tenant().tenantId) => true
		equals(resourceGroup().name, 'x')  => [equals(resourceGroup().name, 'x')]
		startsWith(resourceGroup().id, '/subscriptions/') => true
		contains(resourceGroup().id, '/resourceGroups/')  => true
		empty(resourceGroup().id)          => false
		first(resourceGroup().id)          => "/"
		toUpper(environment().name)        => "AZURECLOUD"
		length(resourceGroup())            => 7
		split(resourceGroup().id, '/')[1]  => "subscriptions"
		split(resourceGroup().id, '/')[2]  => [subscription().subscriptionId]
		split(resourceGroup().id, '/')[4]  => [resourceGroup().name]
		length(split(resourceGroup().id, '/')) => 5
	`)
}

// What only a deployment can answer.
func TestRuntimeFunctions(t *testing.T) {
	specify(t, known(), `
		reference('x')                          => [reference('x')]
		reference('x', '2020-01-01')            => [reference('x', '2020-01-01')]
		reference(resourceId('A.B/c', 'x'), '2020-01-01').p.q[0] => [reference('/subscriptions/S/resourceGroups/G/providers/A.B/c/x', '2020-01-01').p.q[0]]
		references('x', 'full')                 => [references('x', 'full')]
		resourceInfo('x')                       => [resourceInfo('x')]
		providers('Microsoft.Storage')          => [providers('Microsoft.Storage')]
		providers('Microsoft.Storage', 'storageAccounts').locations => [providers('Microsoft.Storage', 'storageAccounts').locations]
		extensions('x')                         => [extensions('x')]
		pickZones('A.B', 'c', 'westeurope')     => [pickZones('A.B', 'c', 'westeurope')]
		toLogicalZone('s', 'westeurope', 'we-az1')   => [toLogicalZone('s', 'westeurope', 'we-az1')]
		toPhysicalZones('s', 'westeurope', createArray('1')) => [toPhysicalZones('s', 'westeurope', createArray('1'))]
		length(concat('id-', reference('x').id)) => [length(concat('id-', reference('x').id))]
		not(empty(reference('x')))              => [not(empty(reference('x')))]
		reference()                             !! function requires between 1 and 3 argument(s) while 0 were provided
		reference(1)                            !! expects parameter 1 to be of type 'String'
		reference('x', 1)                       !! expects parameter 2 to be of type 'String'
		listKeys('x')                           !! function requires between 2 and 3 argument(s) while 1 were provided
		listKeys('x', 2)                        !! expects parameter 2 to be of type 'String'
		toLogicalZone('s', 'l', createArray())  !! expects parameter 3 to be of type 'String'
		toLogicalZones('s', 'l', '1')           !! expects parameter 3 to be of type 'Array'
		pickZones('A.B', 'c', 'x', 0)           !! the number of zones must be between 1 and 3
		pickZones('A.B', 'c', 'x', 1, 3)        !! the offset between 0 and 2
		pickZones('A.B', 'c', 'x', 'two')       !! expects parameter 4 to be of type 'Integer'
	`)
}

func TestTablesOfZonesAndRoles(t *testing.T) {
	s := known()
	s.Config.Zones = func(namespace, resourceType, location string) ([]string, bool) {
		return map[string][]string{"westeurope": {"1", "2", "3"}, "westus": {}}[location], location != "mars"
	}
	s.Config.Roles = func(name string) (string, bool) { return "guid-of-owner", name == "Owner" }
	specify(t, s, `
		pickZones('A.B', 'c', 'westeurope')         => ["1"]
		pickZones('A.B', 'c', 'westeurope', 3)      => ["1","2","3"]
		pickZones('A.B', 'c', 'westeurope', '2')    => ["1","2"]
		pickZones('A.B', 'c', 'westeurope', 2, 1)   => ["2","3"]
		pickZones('A.B', 'c', 'westus', 2)          => []
		pickZones('A.B', 'c', 'mars')               => [pickZones('A.B', 'c', 'mars')]
		pickZones('A.B', 'c', 'westeurope', 3, 1)   !! the region 'westeurope' has 3 zone(s)
		roleDefinitions('Owner')                    => {"id":"/subscriptions/S/providers/Microsoft.Authorization/roleDefinitions/guid-of-owner","roleDefinitionId":"guid-of-owner"}
		roleDefinitions('Other').id                 => [roleDefinitions('Other').id]
		roleDefinitions(1)                          !! expects its parameter to be of type 'String'
	`)
}

func TestNamesOfATemplate(t *testing.T) {
	s := &eval.Single{
		Parameters: value.FromAny(map[string]any{"p": "v", "n": nil, "e": "[add(1, 1)]"}),
		Variables: value.FromAny(map[string]any{
			"x": "[concat(parameters('p'), '!')]", "o": map[string]any{"a": []any{"[variables('x')]", 1}}, "lit": "[[not]", "bad": "[int('x')]",
			"_1.items": "dotted", "self": "[variables('self')]",
		}),
		CopyLoops:      value.FromAny(map[string]any{"": 2, "disks": 5}),
		ExternalInputs: value.FromAny(map[string]any{"in": 7}),
	}
	specify(t, s, `
		parameters('p')            => "v"
		PARAMETERS('P')            => "v"
		parameters('n')            => null
		parameters('e')            => "[add(1, 1)]"
		parameters(concat('', 'p')) => "v"
		parameters('q')            !! The template parameter 'q' is not found
		parameters()               !! function requires 1 argument(s) while 0 were provided
		parameters(1)              !! 'parameters' expects its parameter to be of type 'String'
		variables('x')             => "v!"
		variables('X')             => "v!"
		variables('o')             => {"a":["v!",1]}
		variables('o').a[0]        => "v!"
		variables('lit')           => "[not]"
		variables('_1.items')      => "dotted"
		variables('y')             !! The template variable 'y' is not found
		variables('bad')           !! The template variable 'bad' is not valid: Unable to evaluate template language function 'int'
		variables('self')          !! Circular dependency detected in template language expression
		copyIndex()                => 2
		copyIndex(1)               => 3
		copyIndex('disks')         => 5
		copyIndex('DISKS', 10)     => 15
		copyIndex(-2)              => 0
		copyIndex('none')          !! The copy loop 'none'
		copyIndex(1, 1)            !! an integer offset
		copyIndex('disks', 'x')    !! an integer offset
		copyIndex('disks', 1, 2)   !! function requires between 0 and 2 argument(s) while 3 were provided
		externalInputs('in')       => 7
		externalInputs('other')    => [externalInputs('other')]
		utcNow()                   !! can only be used in the default value of a parameter
		newGuid()                  !! can only be used in the default value of a parameter
	`)
}
