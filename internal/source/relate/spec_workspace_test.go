package relate

import "testing"

// Section 1.2 of facts/azure-ml.md, property by property: what a workspace names
// and in which role; and what of it names nothing.
func TestWhatTheSettingsOfAWorkspaceName(t *testing.T) {
	ws := func(properties string) string { return `[{"id":"#ML/workspaces/w","properties":{` + properties + `}}]` }
	one := func(role, target string) []string {
		return []string{"ML/workspaces/w -" + role, "external " + target}
	}
	check(t, []example{
		{"storageAccount", ws(`"storageAccount":"#Microsoft.Storage/storageAccounts/st"`), one("default-storage-> Storage/storageAccounts/st", "Storage/storageAccounts/st")},
		{"keyVault", ws(`"keyVault":"#Microsoft.KeyVault/vaults/kv"`), one("key-vault-> KeyVault/vaults/kv", "KeyVault/vaults/kv")},
		{"applicationInsights", ws(`"applicationInsights":"#Microsoft.Insights/components/ai"`), one("application-insights-> Insights/components/ai", "Insights/components/ai")},
		{"applicationInsights in the old spelling of its provider", ws(`"applicationInsights":"#microsoft.insights/components/ai"`),
			[]string{"ML/workspaces/w -application-insights-> microsoft.insights/components/ai", "external microsoft.insights/components/ai"}},
		{"containerRegistry", ws(`"containerRegistry":"#Microsoft.ContainerRegistry/registries/cr"`), one("container-registry-> ContainerRegistry/registries/cr", "ContainerRegistry/registries/cr")},
		{"containerRegistry may be null: it comes with the first image", ws(`"containerRegistry":null`), nil},
		{"containerRegistries, of a preview", ws(`"containerRegistries":["#Microsoft.ContainerRegistry/registries/cr"]`), one("container-registry-> ContainerRegistry/registries/cr (additional)", "ContainerRegistry/registries/cr")},
		{"the same registry in both is one relation, and the detail says more", ws(`"containerRegistry":"#Microsoft.ContainerRegistry/registries/cr","containerRegistries":["#Microsoft.ContainerRegistry/registries/CR"]`),
			one("container-registry-> ContainerRegistry/registries/cr (additional)", "ContainerRegistry/registries/cr")},
		{"keyVaults and storageAccounts, of a preview", ws(`"keyVaults":["#Microsoft.KeyVault/vaults/kv"],"storageAccounts":["#Microsoft.Storage/storageAccounts/st"]`), []string{
			"ML/workspaces/w -key-vault-> KeyVault/vaults/kv (additional)", "external KeyVault/vaults/kv",
			"ML/workspaces/w -datastore-> Storage/storageAccounts/st (AzureBlob)", "external Storage/storageAccounts/st"}},
		{"primaryUserAssignedIdentity", ws(`"primaryUserAssignedIdentity":"#Microsoft.ManagedIdentity/userAssignedIdentities/me"`),
			one("identity-> ManagedIdentity/userAssignedIdentities/me", "ManagedIdentity/userAssignedIdentities/me")},
		{"hubResourceId", ws(`"hubResourceId":"#ML/workspaces/hub"`), one("hub-> ML/workspaces/hub", "ML/workspaces/hub")},
		{"associatedWorkspaces: they lean on the hub", ws(`"associatedWorkspaces":["#ML/workspaces/p1","#ML/workspaces/p2"]`), []string{
			"ML/workspaces/p1 -hub-> ML/workspaces/w", "ML/workspaces/p2 -hub-> ML/workspaces/w", "external ML/workspaces/p1", "external ML/workspaces/p2"}},
		{"workspaceHubConfig", ws(`"workspaceHubConfig":{"additionalWorkspaceStorageAccounts":["#Microsoft.Storage/storageAccounts/more"],"defaultWorkspaceResourceGroup":"#Gprojects"}`), []string{
			"ML/workspaces/w -datastore-> Storage/storageAccounts/more (AzureBlob)", "external Storage/storageAccounts/more",
			"ML/workspaces/w -resource-group-> group projects (default for projects)", "external group projects"}},
		{"the stores of a feature store are connections of it", ws(`"featureStoreSettings":{"computeRuntime":{"sparkRuntimeVersion":"3.3"},"offlineStoreConnectionName":"off","onlineStoreConnectionName":"on"}`), []string{
			"ML/workspaces/w -connection-> ML/workspaces/w/connections/off (offline store)", "external ML/workspaces/w/connections/off",
			"ML/workspaces/w -connection-> ML/workspaces/w/connections/on (online store)", "external ML/workspaces/w/connections/on"}},
		{"a rule of the managed network to a private endpoint", ws(`"managedNetwork":{"isolationMode":"AllowOnlyApprovedOutbound","outboundRules":{"db":{"type":"PrivateEndpoint","destination":{"serviceResourceId":"#Microsoft.Sql/servers/s","subresourceTarget":"sqlServer"}}}}`),
			one("network-> Sql/servers/s (outbound rule)", "Sql/servers/s")},
		{"rules to host names and service tags name no resource", ws(`"managedNetwork":{"outboundRules":{"a":{"type":"FQDN","destination":"pypi.org"},"b":{"type":"ServiceTag","destination":{"serviceTag":"DataFactory","protocol":"TCP","portRanges":"80"}}}}`), nil},
		{"sharedPrivateLinkResources", ws(`"sharedPrivateLinkResources":[{"name":"x","properties":{"privateLinkResourceId":"#Microsoft.Storage/storageAccounts/st","groupId":"blob"}}]`),
			one("network-> Storage/storageAccounts/st (shared private link)", "Storage/storageAccounts/st")},
		{"serverlessComputeCustomSubnet", ws(`"serverlessComputeSettings":{"serverlessComputeCustomSubnet":"#Microsoft.Network/virtualNetworks/v/subnets/s","serverlessComputeNoPublicIP":true}`), []string{
			"ML/workspaces/w -network-> Network/virtualNetworks/v/subnets/s (serverless compute)", "external Network/virtualNetworks/v/subnets/s",
			"Network/virtualNetworks/v/subnets/s -parent-> Network/virtualNetworks/v", "external Network/virtualNetworks/v"}},
		{"imageBuildCompute is the name of a compute", ws(`"imageBuildCompute":"builder"`), []string{
			"ML/workspaces/w -image-build-> ML/workspaces/w/computes/builder", "ML/workspaces/w -compute-> ML/workspaces/w/computes/builder", "external ML/workspaces/w/computes/builder"}},
		{"privateEndpointConnections", ws(`"privateEndpointConnections":[{"properties":{"privateEndpoint":{"id":"#Gnet/providers/Microsoft.Network/privateEndpoints/pe"},"privateLinkServiceConnectionState":{"status":"Approved"}}}]`),
			one("network-> group net/providers/Network/privateEndpoints/pe", "group net/providers/Network/privateEndpoints/pe")},
		{"serviceProvisionedResourceGroup is a name", ws(`"serviceProvisionedResourceGroup":"azureml-rg-w_1"`), one("managed-resources-> group azureml-rg-w_1", "group azureml-rg-w_1")},
		{"what is no edge", ws(`"friendlyName":"w","description":"#Microsoft.Storage/storageAccounts/st","discoveryUrl":"https://westeurope.api.azureml.ms/discovery","hbiWorkspace":true,"v1LegacyMode":false,
			"publicNetworkAccess":"Disabled","mlFlowTrackingUri":"azureml://westeurope.api.azureml.ms/mlflow","workspaceId":"0000","provisioningState":"Succeeded","notebookInfo":{"fqdn":"ml-w.westeurope.notebooks.azure.net"},
			"systemDatastoresAuthMode":"Identity","ipAllowlist":["10.0.0.0/8"],"serviceManagedResourcesSettings":{"cosmosDb":{"collectionsThroughput":400}}`), nil},
		{"odd values for ids: an object, a list, a truth", ws(`"storageAccount":{"id":"x"},"keyVault":["y"],"applicationInsights":true`), []string{
			"not seen: applicationInsights of ML/workspaces w: it is no text that could name a resource",
			"not seen: keyVault of ML/workspaces w: it is no text that could name a resource",
			"not seen: storageAccount of ML/workspaces w: it is no text that could name a resource"}},
		{"an id below the account is cut back to it", ws(`"storageAccount":"#Microsoft.Storage/storageAccounts/st/blobServices/default"`), one("default-storage-> Storage/storageAccounts/st", "Storage/storageAccounts/st")},
		{"a workspace that names itself leans on nobody", ws(`"hubResourceId":"#ML/workspaces/W","associatedWorkspaces":["#ML/workspaces/w"]`), nil},
	})
}

// Section 1.4 of facts/azure-ml.md: the models of customer-managed keys.
func TestEncryptionByModel(t *testing.T) {
	ws := func(properties string) string { return `[{"id":"#ML/workspaces/w","properties":{` + properties + `}}]` }
	key := `"keyVaultProperties":{"keyVaultArmId":"#Microsoft.KeyVault/vaults/kv","keyIdentifier":"https://kv.vault.azure.net/keys/k/1"}`
	vault := []string{"ML/workspaces/w -encryption-key-> KeyVault/vaults/kv", "external KeyVault/vaults/kv"}
	stores := func(group string) []string {
		return append([]string{
			"ML/workspaces/w -encryption-store-> " + group + "DocumentDB/databaseAccounts/{Cosmos DB of w}", "implied " + group + "DocumentDB/databaseAccounts/{Cosmos DB of w}",
			"ML/workspaces/w -encryption-store-> " + group + "Search/searchServices/{AI Search of w}", "implied " + group + "Search/searchServices/{AI Search of w}",
			"ML/workspaces/w -encryption-store-> " + group + "Storage/storageAccounts/{storage of w}", "implied " + group + "Storage/storageAccounts/{storage of w}",
		}, vault...)
	}
	check(t, []example{
		{"none: no stores", ws(`"storageAccount":null`), nil},
		{"null is none", ws(`"encryption":null`), nil},
		{"Disabled", ws(`"encryption":{"status":"Disabled",` + key + `}`), nil},
		{"classic, before it is made: the group is not known", ws(`"encryption":{"status":"Enabled",` + key + `}`), stores("group {managed group of w}/providers/")},
		{"classic, in any letter case", ws(`"Encryption":{"Status":"enabled",` + key + `}`), stores("group {managed group of w}/providers/")},
		{"a key without a status is on", ws(`"encryption":{` + key + `}`), stores("group {managed group of w}/providers/")},
		{"classic, made: the group has its name", ws(`"serviceProvisionedResourceGroup":"mrg","encryption":{"status":"Enabled",` + key + `}`),
			append(stores("group mrg/providers/"), "ML/workspaces/w -managed-resources-> group mrg", "external group mrg")},
		{"brought: the ids of the customer", ws(`"encryption":{"status":"Enabled","cosmosDbResourceId":"#Microsoft.DocumentDB/databaseAccounts/c","searchAccountResourceId":"#Microsoft.Search/searchServices/s","storageAccountResourceId":"#Microsoft.Storage/storageAccounts/st",` + key + `}`), append([]string{
			"ML/workspaces/w -encryption-store-> DocumentDB/databaseAccounts/c", "external DocumentDB/databaseAccounts/c",
			"ML/workspaces/w -encryption-store-> Search/searchServices/s", "external Search/searchServices/s",
			"ML/workspaces/w -encryption-store-> Storage/storageAccounts/st", "external Storage/storageAccounts/st"}, vault...)},
		{"brought in part: the rest is made", ws(`"encryption":{"status":"Enabled","cosmosDbResourceId":"#Microsoft.DocumentDB/databaseAccounts/c",` + key + `}`), append([]string{
			"ML/workspaces/w -encryption-store-> DocumentDB/databaseAccounts/c", "external DocumentDB/databaseAccounts/c"}, stores("group {managed group of w}/providers/")[2:]...)},
		{"on the side of the service: the metadata stays with Microsoft", ws(`"enableServiceSideCMKEncryption":true,"encryption":{"status":"Enabled",` + key + `}`), vault},
		{"switched off there: the classic one", ws(`"enableServiceSideCMKEncryption":false,"encryption":{"status":"Enabled",` + key + `}`), stores("group {managed group of w}/providers/")},
		{"with an identity of the customer", ws(`"enableServiceSideCMKEncryption":true,"encryption":{"status":"Enabled","identity":{"userAssignedIdentity":"#Microsoft.ManagedIdentity/userAssignedIdentities/me"},` + key + `}`),
			append([]string{"ML/workspaces/w -identity-> ManagedIdentity/userAssignedIdentities/me", "external ManagedIdentity/userAssignedIdentities/me"}, vault...)},
		{"a key of a managed HSM", ws(`"enableServiceSideCMKEncryption":true,"encryption":{"status":"Enabled","keyVaultProperties":{"keyIdentifier":"https://h.managedhsm.azure.net/keys/k"}}`),
			[]string{"ML/workspaces/w -encryption-key-> ? KeyVault/managedHSMs/h", "external ? KeyVault/managedHSMs/h"}},
		{"a key at a place that is none of Azure's", ws(`"enableServiceSideCMKEncryption":true,"encryption":{"status":"Enabled","keyVaultProperties":{"keyIdentifier":"https://keys.example.com/k"}}`),
			[]string{"not seen: encryption.keyVaultProperties.keyIdentifier of ML/workspaces w: no resource is known under https://keys.example.com/k"}},
	})
}

// Section 1.3 of facts/azure-ml.md: hubs, projects and feature stores.
func TestHubsAndProjects(t *testing.T) {
	check(t, []example{
		{"a project has the hub only; storage and vault are the hub's", `[
			{"id":"#ML/workspaces/hub","kind":"Hub","properties":{"storageAccount":"#Microsoft.Storage/storageAccounts/st"}},
			{"id":"#ML/workspaces/p","kind":"Project","properties":{"hubResourceId":"#ML/workspaces/hub"}}]`, []string{
			"ML/workspaces/hub -default-storage-> Storage/storageAccounts/st", "external Storage/storageAccounts/st",
			"ML/workspaces/p -hub-> ML/workspaces/hub"}},
		{"said from both sides it is one relation", `[
			{"id":"#ML/workspaces/hub","kind":"Hub","properties":{"associatedWorkspaces":["#ML/workspaces/p"]}},
			{"id":"#ML/workspaces/p","kind":"Project","properties":{"hubResourceId":"#ML/WORKSPACES/HUB"}}]`, []string{
			"ML/workspaces/p -hub-> ML/workspaces/hub"}},
		{"a hub in another subscription is external", `[{"id":"#ML/workspaces/p","properties":{"hubResourceId":"/subscriptions/T/resourceGroups/far/providers/ML/workspaces/hub"}}]`, []string{
			"ML/workspaces/p -hub-> /subscriptions/T/resourceGroups/far/providers/ML/workspaces/hub",
			"external /subscriptions/T/resourceGroups/far/providers/ML/workspaces/hub"}},
		{"two workspaces of the same name in two groups are two", `[
			{"id":"#ML/workspaces/w","properties":{"keyVault":"#Microsoft.KeyVault/vaults/kv"}},
			{"id":"#Gfar/providers/ML/workspaces/w","properties":{"keyVault":"#Microsoft.KeyVault/vaults/kv"}}]`, []string{
			"ML/workspaces/w -key-vault-> KeyVault/vaults/kv", "group far/providers/ML/workspaces/w -key-vault-> KeyVault/vaults/kv", "external KeyVault/vaults/kv"}},
	})
}
