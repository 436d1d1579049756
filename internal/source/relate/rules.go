package relate

import (
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// rule says where the bodies of a type name other resources, and in which role.
type rule struct {
	text    string // the path in the notation of [path], below "properties" unless it starts with "/"
	role    estate.Role
	want    string // the type of what is named, for ids that do not tell it
	detail  string
	reverse bool // what is named leans on the one that names it
	// resolve finds a resource that is not named by its id; nil when there is none.
	resolve func(f *finder, from *estate.Resource, r *rule, text string) *estate.Resource

	root  bool
	steps []step
}

// parentRule says how a child resource and its parent are related: by default
// the parent leans on the child in the role; with up the child on the parent.
type parentRule struct {
	role   estate.Role
	up     bool
	detail func(*estate.Resource) string
}

const typeLock = "Microsoft.Authorization/locks"

// resolvers of references that are no ids.
func byAddress(f *finder, from *estate.Resource, _ *rule, text string) *estate.Resource {
	if id := estate.ParseID(text); id.IsARM() {
		return f.byID(from, text, "")
	}
	return f.byHost(from, hostOf(text))
}

// childOf finds a child of the resource, or of the workspace it belongs to, by
// its name, or by a full id.
func childOf(typ string) func(*finder, *estate.Resource, *rule, string) *estate.Resource {
	return func(f *finder, from *estate.Resource, _ *rule, text string) *estate.Resource {
		if id := estate.ParseID(strings.TrimPrefix(text, "azureml:")); id.IsARM() {
			return f.resource(id, "")
		}
		return f.resource(workspaceOf(from.ID).Child(typ, strings.TrimPrefix(text, "azureml:")), "")
	}
}

// workspaceOf is the id of the top resource above id.
func workspaceOf(id estate.ResourceID) estate.ResourceID {
	for p := id.Parent(); !p.IsZero(); p = id.Parent() {
		id = p
	}
	return id
}

// groupByName finds a resource group of the same subscription by name or id.
func groupByName(f *finder, from *estate.Resource, _ *rule, text string) *estate.Resource {
	if strings.HasPrefix(text, "/") {
		return f.byID(from, text, typeGroup)
	}
	return f.resource(groupID(from.ID.Subscription(), text), typeGroup)
}

// byName finds a resource of the wanted type by its name.
func byName(f *finder, from *estate.Resource, r *rule, text string) *estate.Resource {
	return f.named(from, r.want, text, "", "")
}

// The rules by type. Sources: facts/azure-ml.md sections 1.2, 2, 3.1 and 4.2 for
// Microsoft.MachineLearningServices, compute-resources.md sections 0 to 4,
// associated-resources.md sections 1 to 4, data-stores.md sections 0 to 8; the
// rest from Microsoft's published types of the resource providers.
var rules = map[string][]rule{
	estate.WorkspaceType: {
		{text: "storageAccount", role: estate.DefaultStorage, want: typeStorage},
		{text: "keyVault", role: estate.KeyVault, want: typeVault},
		{text: "applicationInsights", role: estate.ApplicationInsights, want: typeInsights},
		{text: "containerRegistry", role: estate.ContainerRegistry, want: typeRegistry},
		{text: "containerRegistries[]", role: estate.ContainerRegistry, want: typeRegistry, detail: "additional"},
		{text: "keyVaults[]", role: estate.KeyVault, want: typeVault, detail: "additional"},
		{text: "storageAccounts[]", role: estate.Datastore, want: typeStorage, detail: azureBlob},
		{text: "workspaceHubConfig.additionalWorkspaceStorageAccounts[]", role: estate.Datastore, want: typeStorage, detail: azureBlob},
		{text: "workspaceHubConfig.defaultWorkspaceResourceGroup", role: estate.ResourceGroup, want: typeGroup, detail: "default for projects"},
		{text: "primaryUserAssignedIdentity", role: estate.Identity, want: typeIdentity},
		{text: "hubResourceId", role: estate.Hub, want: estate.WorkspaceType},
		{text: "associatedWorkspaces[]", role: estate.Hub, want: estate.WorkspaceType, reverse: true},
		{text: "adbWorkspace", role: estate.LinkedService, want: typeDatabricks},
		{text: "managedNetwork.outboundRules[].destination.serviceResourceId", role: estate.Network, detail: "outbound rule"},
		{text: "sharedPrivateLinkResources[].properties.privateLinkResourceId", role: estate.Network, detail: "shared private link"},
		{text: "serverlessComputeSettings.serverlessComputeCustomSubnet", role: estate.Network, want: typeSubnet, detail: "serverless compute"},
		{text: "imageBuildCompute", role: estate.ImageBuildCompute, resolve: childOf("computes")},
		{text: "privateEndpointConnections[].properties.privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint},
		{text: "privateEndpointConnections[].properties.privateEndpoint.subnetArmId", role: estate.Network, want: typeSubnet, detail: "private endpoint"},
		{text: "featureStoreSettings.offlineStoreConnectionName", role: estate.Connection, detail: "offline store", resolve: childOf("connections")},
		{text: "featureStoreSettings.onlineStoreConnectionName", role: estate.Connection, detail: "online store", resolve: childOf("connections")},
		{text: "serviceProvisionedResourceGroup", role: estate.ManagedGroup, resolve: groupByName},
	},
	"Microsoft.MachineLearningServices/workspaces/computes": {
		{text: "properties.subnet.id", role: estate.Network, want: typeSubnet},
		{text: "properties.aksNetworkingConfiguration.subnetId", role: estate.Network, want: typeSubnet},
		{text: "properties.virtualMachineImage.id", role: estate.Parent, detail: "image"},
	},
	"Microsoft.MachineLearningServices/workspaces/onlineEndpoints":            {{text: "compute", role: estate.Compute, resolve: childOf("computes")}},
	"Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments": {{text: "compute", role: estate.Compute, resolve: childOf("computes")}},
	"Microsoft.MachineLearningServices/workspaces/services":                   {{text: "computeName", role: estate.Compute, detail: "AKS", resolve: childOf("computes")}},
	"Microsoft.MachineLearningServices/workspaces/linkedServices":             {{text: "linkedServiceResourceId", role: estate.LinkedService}},
	"Microsoft.MachineLearningServices/workspaces/linkedWorkspaces":           {{text: "linkedWorkspaceResourceId", role: estate.LinkedService}},
	"Microsoft.MachineLearningServices/workspaces/outboundRules":              {{text: "destination.serviceResourceId", role: estate.Network, detail: "outbound rule"}},
	"Microsoft.MachineLearningServices/workspaces/privateEndpointConnections": {{text: "privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint}},
	"Microsoft.MachineLearningServices/workspaces/capabilityHosts":            {{text: "customerSubnet", role: estate.Network, want: typeSubnet}},
	"Microsoft.MachineLearningServices/workspaces/schedules": {
		{text: "action.jobDefinition.computeId", role: estate.Compute, resolve: childOf("computes")},
		{text: "action.jobDefinition.jobs[].computeId", role: estate.Compute, resolve: childOf("computes")},
	},
	typeMLRegistry: {
		{text: "regionDetails[].storageAccountDetails[].userCreatedStorageAccount.armResourceId.resourceId", role: estate.DefaultStorage, want: typeStorage},
		{text: "regionDetails[].storageAccountDetails[].systemCreatedStorageAccount.armResourceId.resourceId", role: estate.DefaultStorage, want: typeStorage},
		{text: "regionDetails[].acrDetails[].userCreatedAcrAccount.armResourceId.resourceId", role: estate.ContainerRegistry, want: typeRegistry},
		{text: "regionDetails[].acrDetails[].systemCreatedAcrAccount.armResourceId.resourceId", role: estate.ContainerRegistry, want: typeRegistry},
		{text: "managedResourceGroup.resourceId", role: estate.ManagedGroup, want: typeGroup},
		{text: "registryPrivateEndpointConnections[].properties.privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint},
	},
	typeStorage: {
		{text: "encryption.keyvaultproperties.keyvaulturi", role: estate.EncryptionKey, resolve: byAddress},
		{text: "encryption.identity.userAssignedIdentity", role: estate.Identity, want: typeIdentity},
		{text: "networkAcls.virtualNetworkRules[].id", role: estate.Network, want: typeSubnet},
		{text: "privateEndpointConnections[].properties.privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint},
	},
	typeVault: {
		{text: "networkAcls.virtualNetworkRules[].id", role: estate.Network, want: typeSubnet},
		{text: "privateEndpointConnections[].properties.privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint},
	},
	typeRegistry: {
		{text: "encryption.keyVaultProperties.keyIdentifier", role: estate.EncryptionKey, resolve: byAddress},
		{text: "privateEndpointConnections[].properties.privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint},
	},
	typeLogs: {
		{text: "features.clusterResourceId", role: estate.Logs, detail: "cluster"},
	},
	"Microsoft.Insights/diagnosticSettings": {
		{text: "workspaceId", role: estate.Logs, want: typeLogs},
		{text: "storageAccountId", role: estate.Logs, want: typeStorage},
	},
	typeAKS: {
		{text: "agentPoolProfiles[].vnetSubnetID", role: estate.Network, want: typeSubnet},
		{text: "addonProfiles.omsagent.config.logAnalyticsWorkspaceResourceID", role: estate.Logs, want: typeLogs},
		{text: "nodeResourceGroup", role: estate.ManagedGroup, resolve: groupByName},
		{text: "diskEncryptionSetID", role: estate.EncryptionKey, detail: "disks"},
	},
	"Microsoft.ContainerService/managedClusters/agentPools": {{text: "vnetSubnetID", role: estate.Network, want: typeSubnet}},
	typeDatabricks: {
		{text: "managedResourceGroupId", role: estate.ManagedGroup, want: typeGroup},
		{text: "parameters.amlWorkspaceId.value", role: estate.LinkedService, want: estate.WorkspaceType, reverse: true},
		{text: "parameters.customVirtualNetworkId.value", role: estate.Network},
		{text: "parameters.loadBalancerId.value", role: estate.Network},
		{text: "accessConnector.id", role: estate.Identity, detail: "access connector"},
		{text: "encryption.entities[].keyVaultProperties.keyVaultUri", role: estate.EncryptionKey, resolve: byAddress},
		{text: "privateEndpointConnections[].properties.privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint},
	},
	typeSynapse: {
		{text: "defaultDataLakeStorage.resourceId", role: estate.Datastore, want: typeStorage, detail: azureDataLakeGen2},
		{text: "defaultDataLakeStorage.accountUrl", role: estate.Datastore, detail: azureDataLakeGen2, resolve: byAddress},
		{text: "managedResourceGroupName", role: estate.ManagedGroup, resolve: groupByName},
	},
	typeHDInsight: {
		{text: "computeProfile.roles[].virtualNetworkProfile.subnet", role: estate.Network, want: typeSubnet},
		{text: "computeProfile.roles[].virtualNetworkProfile.id", role: estate.Network},
	},
	typeContainerGroup: {
		{text: "subnetIds[].id", role: estate.Network, want: typeSubnet},
		{text: "volumes[].azureFile.storageAccountName", role: estate.Datastore, want: typeStorage, detail: azureFile, resolve: byName},
		{text: "diagnostics.logAnalytics.workspaceResourceId", role: estate.Logs, want: typeLogs},
	},
	"Microsoft.Sql/servers/databases": {
		{text: "elasticPoolId", role: estate.Server, detail: "elastic pool"},
		{text: "sourceDatabaseId", role: estate.Replica, reverse: true},
	},
	typeSQL: {
		{text: "privateEndpointConnections[].properties.privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint},
		{text: "keyId", role: estate.EncryptionKey, resolve: byAddress},
	},
	typeSQLFailover: {
		{text: "partnerServers[].id", role: estate.FailoverPartner, want: typeSQL},
		{text: "databases[]", role: estate.FailoverGroup, reverse: true},
	},
	"Microsoft.Sql/locations/instanceFailoverGroups": {
		{text: "managedInstancePairs[].primaryManagedInstanceId", role: estate.FailoverGroup, want: typeSQLManaged, reverse: true},
		{text: "managedInstancePairs[].partnerManagedInstanceId", role: estate.FailoverPartner, want: typeSQLManaged},
	},
	typeSQLManaged: {
		{text: "subnetId", role: estate.Network, want: typeSubnet},
		{text: "keyId", role: estate.EncryptionKey, resolve: byAddress},
	},
	typePostgres:       flexibleServer,
	typeMySQL:          flexibleServer,
	typePostgresSingle: {{text: "sourceServerId", role: estate.Replica, reverse: true}},
	typeMySQLSingle:    {{text: "sourceServerId", role: estate.Replica, reverse: true}},
	typeCosmos: {
		{text: "keyVaultKeyUri", role: estate.EncryptionKey, resolve: byAddress},
		{text: "virtualNetworkRules[].id", role: estate.Network, want: typeSubnet},
		{text: "privateEndpointConnections[].properties.privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint},
	},
	typeVM: {{text: "networkProfile.networkInterfaces[].id", role: estate.Network}},
	"Microsoft.Network/networkInterfaces": {
		{text: "ipConfigurations[].properties.subnet.id", role: estate.Network, want: typeSubnet},
		{text: "ipConfigurations[].properties.publicIPAddress.id", role: estate.Network},
		{text: "networkSecurityGroup.id", role: estate.Network},
	},
	typeSubnet: {
		{text: "networkSecurityGroup.id", role: estate.Network}, {text: "routeTable.id", role: estate.Network}, {text: "natGateway.id", role: estate.Network},
	},
	"Microsoft.Network/virtualNetworks": {
		{text: "subnets[].properties.networkSecurityGroup.id", role: estate.Network}, {text: "subnets[].properties.routeTable.id", role: estate.Network},
		{text: "subnets[].properties.natGateway.id", role: estate.Network},
	},
	typePrivateEndpoint: {
		{text: "subnet.id", role: estate.Network, want: typeSubnet},
		{text: "privateLinkServiceConnections[].properties.privateLinkServiceId", role: estate.Network, detail: "private endpoint", reverse: true},
		{text: "manualPrivateLinkServiceConnections[].properties.privateLinkServiceId", role: estate.Network, detail: "private endpoint", reverse: true},
	},
	"Microsoft.Network/privateEndpoints/privateDnsZoneGroups": {{text: "privateDnsZoneConfigs[].properties.privateDnsZoneId", role: estate.Network, detail: "DNS zone"}},
	"Microsoft.Network/privateDnsZones/virtualNetworkLinks":   {{text: "virtualNetwork.id", role: estate.Network}},
	typeGroup:                              {{text: "/managedBy", role: estate.ManagedGroup, reverse: true}},
	"Microsoft.DataLakeAnalytics/accounts": {{text: "dataLakeStoreAccounts[].name", role: estate.Datastore, want: typeDataLake, detail: azureDataLakeGen1, resolve: byName}},
	"Microsoft.KeyVault/managedHSMs":       {},
	"Microsoft.Cache/Redis":                {{text: "subnetId", role: estate.Network, want: typeSubnet}},
	typeSearch:                             {{text: "sharedPrivateLinkResources[].properties.privateLinkResourceId", role: estate.Network}},
	"Microsoft.Network/virtualNetworks/virtualNetworkPeerings": {{text: "remoteVirtualNetwork.id", role: estate.Network}},
}

const typePrivateEndpoint = "Microsoft.Network/privateEndpoints"

var flexibleServer = []rule{
	{text: "sourceServerResourceId", role: estate.Replica, reverse: true},
	{text: "network.delegatedSubnetResourceId", role: estate.Network, want: typeSubnet},
	{text: "network.privateDnsZoneArmResourceId", role: estate.Network, detail: "DNS zone"},
	{text: "network.privateDnsZoneResourceId", role: estate.Network, detail: "DNS zone"},
	{text: "dataEncryption.primaryKeyURI", role: estate.EncryptionKey, resolve: byAddress},
	{text: "dataEncryption.primaryUserAssignedIdentityId", role: estate.Identity, want: typeIdentity},
	{text: "privateEndpointConnections[].properties.privateEndpoint.id", role: estate.Network, want: typePrivateEndpoint},
}

// children says in which role a parent leans on its children; where nothing is
// said a child leans on its parent.
var children = map[string]parentRule{
	"Microsoft.MachineLearningServices/workspaces/computes":                    {role: estate.Compute, detail: computeType},
	"Microsoft.MachineLearningServices/workspaces/datastores":                  {role: estate.Datastore, detail: datastoreType},
	"Microsoft.MachineLearningServices/workspaces/onlineEndpoints":             {role: estate.Endpoint, detail: fixed("online")},
	"Microsoft.MachineLearningServices/workspaces/batchEndpoints":              {role: estate.Endpoint, detail: fixed("batch")},
	"Microsoft.MachineLearningServices/workspaces/serverlessEndpoints":         {role: estate.Endpoint, detail: fixed("serverless")},
	"Microsoft.MachineLearningServices/workspaces/services":                    {role: estate.Endpoint, detail: computeType},
	"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments": {role: estate.Deployment},
	"Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments":  {role: estate.Deployment},
	"Microsoft.MachineLearningServices/workspaces/connections":                 {role: estate.Connection, detail: property("category")},
	"Microsoft.MachineLearningServices/workspaces/datasets":                    {role: estate.Dataset},
	"Microsoft.MachineLearningServices/workspaces/data":                        {role: estate.Dataset},
	"Microsoft.MachineLearningServices/workspaces/schedules":                   {role: estate.Schedule},
	"Microsoft.MachineLearningServices/workspaces/linkedServices":              {role: estate.LinkedService},
	"Microsoft.MachineLearningServices/workspaces/linkedWorkspaces":            {role: estate.LinkedService},
	"Microsoft.MachineLearningServices/workspaces/outboundRules":               {role: estate.Network, detail: fixed("outbound rule")},
	"Microsoft.MachineLearningServices/workspaces/privateEndpointConnections":  {role: estate.Network, detail: fixed("private endpoint")},
	"Microsoft.ContainerRegistry/registries/replications":                      {role: estate.Replica, detail: func(r *estate.Resource) string { return r.Location }},
	"Microsoft.ContainerService/managedClusters/agentPools":                    {role: estate.NodePool, detail: property("mode")},
	"Microsoft.Sql/servers/failoverGroups":                                     {role: estate.FailoverGroup},
	"Microsoft.Network/privateEndpoints/privateDnsZoneGroups":                  {role: estate.Network, detail: fixed("DNS zone")},
	"Microsoft.Sql/servers/databases":                                          {role: estate.Server, up: true},
	"Microsoft.Sql/managedInstances/databases":                                 {role: estate.Server, up: true},
	"Microsoft.DBforPostgreSQL/flexibleServers/databases":                      {role: estate.Server, up: true},
	"Microsoft.DBforPostgreSQL/servers/databases":                              {role: estate.Server, up: true},
	"Microsoft.DBforMySQL/flexibleServers/databases":                           {role: estate.Server, up: true},
	"Microsoft.DBforMySQL/servers/databases":                                   {role: estate.Server, up: true},
}

// specials are the types whose references need more than a path.
var specials = map[string]func(*finder, *estate.Resource){
	estate.WorkspaceType: (*finder).workspace,
	"Microsoft.MachineLearningServices/workspaces/computes":                    (*finder).compute,
	"Microsoft.MachineLearningServices/workspaces/datastores":                  (*finder).datastore,
	"Microsoft.MachineLearningServices/workspaces/services":                    (*finder).webService,
	"Microsoft.MachineLearningServices/workspaces/connections":                 (*finder).connection,
	"Microsoft.MachineLearningServices/workspaces/datasets":                    (*finder).dataset,
	"Microsoft.MachineLearningServices/workspaces/data/versions":               (*finder).dataset,
	"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments": (*finder).deployment,
	"Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments":  (*finder).deployment,
	typeInsights:  (*finder).insights,
	typeHDInsight: (*finder).hdinsight,
	"Microsoft.Storage/storageAccounts/objectReplicationPolicies": (*finder).objectReplication,
}

func fixed(s string) func(*estate.Resource) string { return func(*estate.Resource) string { return s } }

func property(name string) func(*estate.Resource) string {
	return func(r *estate.Resource) string { return r.Property(name).Str() }
}

// knownTypes are the rules of all types, by type in lower case.
var knownTypes = sync.OnceValue(func() map[string]*info {
	all := make(map[string]*info, len(rules)+len(children)+len(specials))
	of := func(typ string) *info {
		key := strings.ToLower(typ)
		if all[key] == nil {
			all[key] = &info{key: key}
		}
		return all[key]
	}
	for typ, list := range rules {
		x := of(typ)
		x.rules = make([]rule, len(list))
		for i, r := range list {
			r.compile()
			x.rules[i] = r
		}
	}
	for typ, p := range children {
		of(typ).parent = p
	}
	for typ, special := range specials {
		of(typ).special = special
	}
	for _, typ := range findable {
		of(typ).findable = true
	}
	return all
})

func (r *rule) compile() {
	text, root := strings.CutPrefix(r.text, "/")
	r.root, r.steps = root, path(text)
}

// identityRule is the one rule that holds for every type.
var identityRule = sync.OnceValue(func() *rule {
	r := &rule{text: "/identity.userAssignedIdentities{}", role: estate.Identity, want: typeIdentity}
	r.compile()
	return r
})

// name is the path as it is told to people: without the marks of containers.
func (r *rule) name() string {
	return strings.TrimPrefix(strings.NewReplacer("[]", "", "{}", "").Replace(r.text), "/")
}
