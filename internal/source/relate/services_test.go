package relate

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

func TestServices(t *testing.T) {
	check(t, []example{
		{"Application Insights with its logs", `[{"id":"#Microsoft.Insights/components/ai","properties":{
				"WorkspaceResourceId":"#Microsoft.OperationalInsights/workspaces/l"}}]`, []string{
			"Insights/components/ai -logs-> OperationalInsights/workspaces/l",
			"external OperationalInsights/workspaces/l",
		}},
		{"Application Insights without logs gets them made", `[{"id":"#Microsoft.Insights/components/ai","location":"westeurope","properties":{"Application_Type":"web"}}]`, []string{
			"Insights/components/ai -logs-> group ai_ai_{id}_managed/providers/OperationalInsights/workspaces/managed-ai-ws",
			"implied group ai_ai_{id}_managed/providers/OperationalInsights/workspaces/managed-ai-ws",
		}},
		{"classic Application Insights has none", `[{"id":"#Microsoft.Insights/components/ai","properties":{"IngestionMode":"ApplicationInsights"}}]`, nil},
		{"a container registry and its replications", `[{"id":"#Microsoft.ContainerRegistry/registries/r"},
			{"id":"#Microsoft.ContainerRegistry/registries/r/replications/northeurope","location":"northeurope"}]`, []string{
			"ContainerRegistry/registries/r -replica-> ContainerRegistry/registries/r/replications/northeurope (northeurope)",
		}},
		{"AKS: pools, network, logs, its own group", `[{"id":"#Microsoft.ContainerService/managedClusters/k","properties":{
				"nodeResourceGroup":"MC_k","agentPoolProfiles":[{"vnetSubnetID":"#Microsoft.Network/virtualNetworks/v/subnets/s"}],
			"addonProfiles":{"omsagent":{"config":{"logAnalyticsWorkspaceResourceID":"#Microsoft.OperationalInsights/workspaces/l"}}}}},
			{"id":"#Microsoft.ContainerService/managedClusters/k/agentPools/p","properties":{"mode":"User"}},
			{"id":"#Microsoft.Network/virtualNetworks/v"},
			{"id":"#Microsoft.OperationalInsights/workspaces/l"}]`, []string{
			"ContainerService/managedClusters/k -node-pool-> ContainerService/managedClusters/k/agentPools/p (User)",
			"ContainerService/managedClusters/k -network-> Network/virtualNetworks/v (subnet s)",
			"ContainerService/managedClusters/k -logs-> OperationalInsights/workspaces/l",
			"ContainerService/managedClusters/k -managed-resources-> group MC_k",
			"external group MC_k",
		}},
		{"PostgreSQL and MySQL replicas", `[{"id":"#Microsoft.DBforPostgreSQL/flexibleServers/a"},
			{"id":"#Microsoft.DBforPostgreSQL/flexibleServers/b","properties":{
				"sourceServerResourceId":"#Microsoft.DBforPostgreSQL/flexibleServers/a","network":{"delegatedSubnetResourceId":"#Microsoft.Network/virtualNetworks/v/subnets/s"}}},
			{"id":"#Microsoft.DBforMySQL/flexibleServers/m","properties":{
				"sourceServerResourceId":"#Gfar/providers/Microsoft.DBforMySQL/flexibleServers/n"}},
			{"id":"#Microsoft.Network/virtualNetworks/v"}]`, []string{
			"DBforPostgreSQL/flexibleServers/a -replica-> DBforPostgreSQL/flexibleServers/b",
			"DBforPostgreSQL/flexibleServers/b -network-> Network/virtualNetworks/v (subnet s)",
			"group far/providers/DBforMySQL/flexibleServers/n -replica-> DBforMySQL/flexibleServers/m",
			"external group far/providers/DBforMySQL/flexibleServers/n",
		}},
		{"HDInsight and its file systems", `[{"id":"#Microsoft.HDInsight/clusters/h","properties":{"storageProfile":{"storageaccounts":[
			{"name":"st.blob.core.windows.net","isDefault":true},{"name":"x.dfs.core.windows.net","resourceId":"#Microsoft.Storage/storageAccounts/x"},{"name":"lake.azuredatalakestore.net"},{"name":"strange"}]},
			"computeProfile":{"roles":[{"virtualNetworkProfile":{"id":"#Microsoft.Network/virtualNetworks/v","subnet":"#Microsoft.Network/virtualNetworks/v/subnets/s"}}]}}},
			{"id":"#Microsoft.Storage/storageAccounts/st"},
			{"id":"#Microsoft.Network/virtualNetworks/v"}]`, []string{
			"HDInsight/clusters/h -datastore-> Storage/storageAccounts/st (AzureBlob)",
			"HDInsight/clusters/h -datastore-> Storage/storageAccounts/x (AzureDataLakeGen2)",
			"external Storage/storageAccounts/x",
			"HDInsight/clusters/h -datastore-> ? DataLakeStore/accounts/lake (AzureDataLakeGen1)",
			"external ? DataLakeStore/accounts/lake",
			"not seen: storageProfile.storageaccounts of HDInsight/clusters h: no resource is known under strange",
			"HDInsight/clusters/h -network-> Network/virtualNetworks/v (subnet s)",
		}},
		{"a private endpoint: the target leans on it, it on its subnet and zone", `[{"id":"#Microsoft.Network/privateEndpoints/pe","properties":{
				"subnet":{"id":"#Microsoft.Network/virtualNetworks/v/subnets/s"},
			"privateLinkServiceConnections":[{"properties":{
				"privateLinkServiceId":"#ML/workspaces/w","groupIds":["amlworkspace"]}}]}},
			{"id":"#Microsoft.Network/privateEndpoints/pe/privateDnsZoneGroups/default","properties":{
				"privateDnsZoneConfigs":[{"properties":{
				"privateDnsZoneId":"#Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms"}}]}},
			{"id":"#ML/workspaces/w"},
			{"id":"#Microsoft.Network/virtualNetworks/v"},
			{"id":"#Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms"},
			{"id":"#Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms/virtualNetworkLinks/l","properties":{
				"virtualNetwork":{"id":"#Microsoft.Network/virtualNetworks/v"}}}]`, []string{
			"ML/workspaces/w -network-> Network/privateEndpoints/pe (private endpoint)",
			"Network/privateEndpoints/pe -network-> Network/virtualNetworks/v (subnet s)",
			"Network/privateEndpoints/pe -network-> Network/privateEndpoints/pe/privateDnsZoneGroups/default (DNS zone)",
			"Network/privateEndpoints/pe/privateDnsZoneGroups/default -network-> Network/privateDnsZones/privatelink.api.azureml.ms (DNS zone)",
			"Network/privateDnsZones/privatelink.api.azureml.ms/virtualNetworkLinks/l -network-> Network/virtualNetworks/v",
			"Network/privateDnsZones/privatelink.api.azureml.ms/virtualNetworkLinks/l -parent-> Network/privateDnsZones/privatelink.api.azureml.ms",
		}},
		{"locks of a resource, of a group, of a subscription", `[{"id":"#Microsoft.Storage/storageAccounts/st/providers/Microsoft.Authorization/locks/a"},
			{"id":"#Microsoft.Authorization/locks/b"},
			{"id":"/subscriptions/S/providers/Microsoft.Authorization/locks/c"},
			{"id":"#Microsoft.Storage/storageAccounts/st"}]`, []string{
			"Storage/storageAccounts/st/providers/Authorization/locks/a -lock-> Storage/storageAccounts/st",
			"Authorization/locks/b -lock-> group rg",
			"external group rg",
			"/subscriptions/S/providers/Authorization/locks/c -lock-> /subscriptions/S",
			"external /subscriptions/S",
		}},
		{"a machine learning registry in two regions", `[{"id":"#ML/registries/r","properties":{
				"managedResourceGroup":{"resourceId":"#Gmrg"},"regionDetails":[
			{"location":"westeurope","storageAccountDetails":[{"systemCreatedStorageAccount":{"armResourceId":{"resourceId":"#Gmrg/providers/Microsoft.Storage/storageAccounts/a"}}}],"acrDetails":[{"systemCreatedAcrAccount":{"armResourceId":{"resourceId":"#Gmrg/providers/Microsoft.ContainerRegistry/registries/c"}}}]},
			{"location":"northeurope","storageAccountDetails":[{"userCreatedStorageAccount":{"armResourceId":{"resourceId":"#Gmrg/providers/Microsoft.Storage/storageAccounts/b"}}}]}]}},
			{"id":"#Gmrg","managedBy":"#ML/registries/r"}]`, []string{
			"ML/registries/r -managed-resources-> group mrg",
			"ML/registries/r -default-storage-> group mrg/providers/Storage/storageAccounts/a",
			"external group mrg/providers/Storage/storageAccounts/a",
			"ML/registries/r -container-registry-> group mrg/providers/ContainerRegistry/registries/c",
			"external group mrg/providers/ContainerRegistry/registries/c",
			"ML/registries/r -default-storage-> group mrg/providers/Storage/storageAccounts/b",
			"external group mrg/providers/Storage/storageAccounts/b",
			"group mrg/providers/Storage/storageAccounts/a -resource-group-> group mrg",
			"group mrg/providers/Storage/storageAccounts/b -resource-group-> group mrg",
			"group mrg/providers/ContainerRegistry/registries/c -resource-group-> group mrg",
		}},
		{"keys in vaults, by address", `[{"id":"#Microsoft.Storage/storageAccounts/st","properties":{
				"encryption":{"keyvaultproperties":{"keyvaulturi":"https://kv.vault.azure.net"}}}},
			{"id":"#Microsoft.KeyVault/vaults/kv"}]`,
			[]string{"Storage/storageAccounts/st -encryption-key-> KeyVault/vaults/kv"}},
		{"object replication", `[{"id":"#Microsoft.Storage/storageAccounts/a"},
			{"id":"#Microsoft.Storage/storageAccounts/b"},
			{"id":"#Microsoft.Storage/storageAccounts/a/objectReplicationPolicies/p","properties":{
				"sourceAccount":"a","destinationAccount":"#Microsoft.Storage/storageAccounts/b"}}]`, []string{
			"Storage/storageAccounts/a -replica-> Storage/storageAccounts/b (object replication)",
			"Storage/storageAccounts/a/objectReplicationPolicies/p -parent-> Storage/storageAccounts/a",
		}},
		{"a SQL managed instance failover group", `[{"id":"#Microsoft.Sql/locations/westeurope/instanceFailoverGroups/fg","properties":{
				"managedInstancePairs":[{"primaryManagedInstanceId":"#Microsoft.Sql/managedInstances/a","partnerManagedInstanceId":"#Microsoft.Sql/managedInstances/b"}]}}]`, []string{
			"Sql/managedInstances/a -failover-group-> Sql/locations/westeurope/instanceFailoverGroups/fg",
			"Sql/locations/westeurope/instanceFailoverGroups/fg -failover-partner-> Sql/managedInstances/b",
			"external Sql/managedInstances/a",
			"external Sql/managedInstances/b",
		}},
		{"parts that a service has by itself are passed over", `[{"id":"#Microsoft.Storage/storageAccounts/st"},
			{"id":"#Microsoft.Storage/storageAccounts/st/blobServices/default/containers/c"}]`, []string{
			"Storage/storageAccounts/st/blobServices/default/containers/c -parent-> Storage/storageAccounts/st",
		}},
		{"a group in the form of any resource", `[{"id":"#Microsoft.Databricks/workspaces/d","properties":{
				"managedResourceGroupId":"/subscriptions/S/providers/Microsoft.Resources/resourceGroups/mrg"}}]`, []string{
			"Databricks/workspaces/d -managed-resources-> group mrg",
			"external group mrg",
		}},
		{"other extension resources lean on what they extend", `[{"id":"#Microsoft.KeyVault/vaults/kv/providers/Microsoft.Insights/diagnosticSettings/d","properties":{
				"workspaceId":"#Microsoft.OperationalInsights/workspaces/l"}}]`, []string{
			"KeyVault/vaults/kv/providers/Insights/diagnosticSettings/d -parent-> KeyVault/vaults/kv",
			"external KeyVault/vaults/kv",
			"KeyVault/vaults/kv/providers/Insights/diagnosticSettings/d -logs-> OperationalInsights/workspaces/l",
			"external OperationalInsights/workspaces/l",
		}},
	})
}

func TestExternalResourcesAreWhereTheyAreNamedFirst(t *testing.T) {
	e := build(read(t, "[{\"id\":\"#ML/workspaces/w\",\n\"properties\":{\"keyVault\":\"#Microsoft.KeyVault/vaults/kv\"}}]"), Options{})
	kv := e.ByID(estate.ParseID(expand("#Microsoft.KeyVault/vaults/kv")))
	if want := (estate.Origin{File: "input.json", Line: 2, Column: 26, Pointer: "/0/properties/keyVault"}); kv.Origin != want {
		t.Errorf("%+v", kv.Origin)
	}
}

func TestGroupsAreRelatedWhenTheirRegionIsKnown(t *testing.T) {
	const input = `[{"id":"#Microsoft.KeyVault/vaults/kv"},
			{"id":"#Microsoft.KeyVault/vaults/kv/secrets/s"},
			{"id":"#Gother/providers/Microsoft.KeyVault/vaults/kw"}]`
	e := build(read(t, input), Options{GroupLocation: func(g estate.ResourceID) string {
		if g.ResourceGroup() == "rg" {
			return "westeurope"
		}
		return ""
	}})
	if len(e.Relations) != 2 || e.Relations[0].Role != estate.ResourceGroup || e.Relations[0].To.Location != "westeurope" || !e.Relations[0].To.External {
		t.Errorf("%q", lines(e))
	}
	if e := build(read(t, input), Options{}); len(e.Relations) != 1 {
		t.Errorf("%q", lines(e))
	}
}

func TestImpliedResourcesKnowTheirRegionAndOrigin(t *testing.T) {
	e := build(read(t, `[{"id":"#Microsoft.Insights/components/ai","location":"westeurope","presence":"[c()]","properties":{}}]`), Options{})
	for _, r := range e.Resources {
		if r.Implied && (r.Location != "westeurope" || r.Presence != "[c()]" || r.Origin.Line != 1 || !r.External || r.Type != typeLogs) {
			t.Errorf("%+v", r)
		}
	}
}
