// Package inventorytest makes large inventories for tests and benchmarks: the
// answer of Resource Graph for many workspaces with all that they lean on. The
// same numbers give the same bytes.
package inventorytest

import (
	"fmt"
	"strconv"
)

// PerWorkspace is how many resources stand around each workspace, itself and its
// group included.
const PerWorkspace = 100

const (
	subscription = "00000000-0000-4000-8000-000000000001"
	tenant       = "00000000-0000-4000-8000-00000000000f"
)

var regions = []string{"westeurope", "northeurope", "eastus", "eastus2", "swedencentral", "francecentral", "uksouth", "japaneast"}

// Generate gives an inventory of workspaces*PerWorkspace resources: about 870
// bytes for each.
func Generate(workspaces int) []byte {
	g := &generator{out: make([]byte, 0, workspaces*PerWorkspace*880+256)}
	g.out = fmt.Appendf(g.out, `{"count":%d,"data":[`, workspaces*PerWorkspace)
	for i := range workspaces {
		g.workspace(i)
	}
	g.out = fmt.Appendf(g.out, "\n"+`],"resultTruncated":"false","skip_token":null,"total_records":%d}`, workspaces*PerWorkspace)
	return g.out
}

type generator struct {
	out      []byte
	n        int    // resources so far
	of       int    // resources of the current workspace
	number   string // of the workspace
	location string
	group    string // its id
}

// workspace adds one workspace with everything around it.
func (g *generator) workspace(i int) {
	g.number, g.location, g.of = fmt.Sprintf("%04d", i), regions[i%len(regions)], 0
	g.group = "/subscriptions/" + subscription + "/resourceGroups/rg-ml-" + g.number
	g.element(g.group, "microsoft.resources/subscriptions/resourcegroups", "rg-ml-"+g.number, `"properties":{"provisioningState":"Succeeded"}`)
	g.associated(i)
	g.computes()
	g.datastores()
	g.endpoints()
	g.clusters(i)
	g.databases()
	g.network()
	for k := 0; g.of < PerWorkspace; k++ {
		g.machine(k)
	}
}

// id is the id of a resource in the current group.
func (g *generator) id(path string) string { return g.group + "/providers/" + path }

func (g *generator) element(id, typ, name, more string) {
	if g.n > 0 {
		g.out = append(g.out, ',')
	}
	g.n++
	g.of++
	g.out = fmt.Appendf(g.out, "\n"+`{"id":"%s","name":"%s","type":"%s","tenantId":"%s","kind":"","location":"%s","resourceGroup":"rg-ml-%s","subscriptionId":"%s","managedBy":"",%s,"tags":{"costCenter":"cc-%s","environment":"production","owner":"team-%d"},"extendedLocation":null}`,
		id, name, typ, tenant, g.location, g.number, subscription, more, g.number, g.n%17)
}

// top adds a resource in the group: its full type in the spelling of ids, and in
// lower case as Resource Graph gives it.
func (g *generator) top(typ, lower, name, more string) string {
	id := g.id(typ + "/" + name)
	g.element(id, lower, name, more)
	return id
}

func (g *generator) associated(i int) {
	sku := []string{"Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGZRS"}[i%4]
	for _, kind := range []string{"st", "dl"} {
		g.top("Microsoft.Storage/storageAccounts", "microsoft.storage/storageaccounts", kind+g.number,
			`"sku":{"name":"`+sku+`","tier":"Standard"},"identity":null,"zones":null,"properties":{"accessTier":"Hot","allowBlobPublicAccess":false,"minimumTlsVersion":"TLS1_2","isHnsEnabled":`+strconv.FormatBool(kind == "dl")+
				`,"supportsHttpsTrafficOnly":true,"provisioningState":"Succeeded","primaryLocation":"`+g.location+`","statusOfPrimary":"available","encryption":{"keySource":"Microsoft.Storage","services":{"blob":{"enabled":true,"keyType":"Account"},"file":{"enabled":true,"keyType":"Account"}}},"networkAcls":{"bypass":"AzureServices","defaultAction":"Deny","ipRules":[],"virtualNetworkRules":[{"id":"`+
				g.id("Microsoft.Network/virtualNetworks/vnet-"+g.number+"/subnets/ml")+`","action":"Allow"}]}}`)
	}
	g.top("Microsoft.KeyVault/vaults", "microsoft.keyvault/vaults", "kv-"+g.number,
		`"zones":null,"properties":{"sku":{"family":"A","name":"standard"},"tenantId":"`+tenant+`","enableSoftDelete":true,"softDeleteRetentionInDays":90,"enablePurgeProtection":true,"enableRbacAuthorization":true,"vaultUri":"https://kv-`+g.number+`.vault.azure.net/","provisioningState":"Succeeded","publicNetworkAccess":"Disabled"}`)
	registry := g.top("Microsoft.ContainerRegistry/registries", "microsoft.containerregistry/registries", "cr"+g.number,
		`"sku":{"name":"Premium","tier":"Premium"},"zones":null,"properties":{"adminUserEnabled":false,"loginServer":"cr`+g.number+`.azurecr.io","zoneRedundancy":"Disabled","policies":{"retentionPolicy":{"days":7,"status":"disabled"},"softDeletePolicy":{"retentionDays":7,"status":"disabled"}},"provisioningState":"Succeeded","publicNetworkAccess":"Enabled"}`)
	g.element(registry+"/replications/northeurope", "microsoft.containerregistry/registries/replications", "northeurope", `"properties":{"provisioningState":"Succeeded","regionEndpointEnabled":true,"zoneRedundancy":"Disabled"}`)
	logs := g.top("Microsoft.OperationalInsights/workspaces", "microsoft.operationalinsights/workspaces", "log-"+g.number,
		`"properties":{"retentionInDays":30,"sku":{"name":"PerGB2018"},"features":{"enableLogAccessUsingOnlyResourcePermissions":true},"workspaceCapping":{"dailyQuotaGb":-1.0},"provisioningState":"Succeeded","publicNetworkAccessForIngestion":"Enabled"}`)
	g.top("Microsoft.Insights/components", "microsoft.insights/components", "appi-"+g.number,
		`"properties":{"Application_Type":"web","Flow_Type":"Bluefield","IngestionMode":"LogAnalytics","RetentionInDays":90,"WorkspaceResourceId":"`+logs+`","provisioningState":"Succeeded"}`)
	g.top("Microsoft.ManagedIdentity/userAssignedIdentities", "microsoft.managedidentity/userassignedidentities", "id-"+g.number, `"properties":{"tenantId":"`+tenant+`","principalId":"`+tenant+`","clientId":"`+tenant+`"}`)
	g.top("Microsoft.MachineLearningServices/workspaces", "microsoft.machinelearningservices/workspaces", "mlw-"+g.number,
		`"sku":{"name":"Basic","tier":"Basic"},"identity":{"type":"UserAssigned","userAssignedIdentities":{"`+g.id("Microsoft.ManagedIdentity/userAssignedIdentities/id-"+g.number)+`":{"principalId":"`+tenant+`","clientId":"`+tenant+`"}}},"properties":{"friendlyName":"Workspace `+g.number+`","description":"","storageAccount":"`+
			g.id("Microsoft.Storage/storageAccounts/st"+g.number)+`","keyVault":"`+g.id("Microsoft.KeyVault/vaults/kv-"+g.number)+`","applicationInsights":"`+g.id("Microsoft.Insights/components/appi-"+g.number)+`","containerRegistry":"`+registry+
			`","primaryUserAssignedIdentity":"`+g.id("Microsoft.ManagedIdentity/userAssignedIdentities/id-"+g.number)+`","hbiWorkspace":false,"provisioningState":"Succeeded","publicNetworkAccess":"Disabled","v1LegacyMode":false,"managedNetwork":{"isolationMode":"Disabled"},"mlFlowTrackingUri":"azureml://`+g.location+
			`.api.azureml.ms/mlflow/v1.0`+g.id("Microsoft.MachineLearningServices/workspaces/mlw-"+g.number)+`","discoveryUrl":"https://`+g.location+`.api.azureml.ms/discovery"}`)
}

// child adds a child of the workspace.
func (g *generator) child(kind, lower, name, more string) string {
	id := g.id("Microsoft.MachineLearningServices/workspaces/mlw-" + g.number + "/" + kind + "/" + name)
	g.element(id, "microsoft.machinelearningservices/workspaces/"+lower, name, more)
	return id
}

func (g *generator) computes() {
	subnet := g.id("Microsoft.Network/virtualNetworks/vnet-" + g.number + "/subnets/ml")
	for k := range 4 {
		g.child("computes", "computes", "cpu-"+strconv.Itoa(k), `"properties":{"computeType":"AmlCompute","computeLocation":"`+g.location+`","isAttachedCompute":false,"provisioningState":"Succeeded","properties":{"vmSize":"STANDARD_DS3_V2","vmPriority":"Dedicated","scaleSettings":{"minNodeCount":0,"maxNodeCount":4,"nodeIdleTimeBeforeScaleDown":"PT120S"},"subnet":{"id":"`+subnet+`"},"allocationState":"Steady","currentNodeCount":0}}`)
	}
	for k := range 4 {
		g.child("computes", "computes", "ci-"+g.number+"-"+string(rune('a'+k)), `"properties":{"computeType":"ComputeInstance","computeLocation":"`+g.location+`","isAttachedCompute":false,"provisioningState":"Succeeded","properties":{"vmSize":"STANDARD_DS11_V2","state":"Running","subnet":{"id":"`+subnet+`"},"personalComputeInstanceSettings":{"assignedUser":{"objectId":"`+tenant+`"}}}}`)
	}
	g.child("computes", "computes", "k8s", `"properties":{"computeType":"Kubernetes","resourceId":"`+g.id("Microsoft.ContainerService/managedClusters/aks-"+g.number)+`","isAttachedCompute":true,"provisioningState":"Succeeded","properties":{"namespace":"default","defaultInstanceType":"defaultinstancetype"}}`)
}

func (g *generator) datastores() {
	for _, d := range []struct{ name, kind, rest string }{
		{"workspaceblobstore", "AzureBlob", `"containerName":"azureml-blobstore-` + tenant + `","accountName":"st` + g.number + `"`},
		{"workspaceartifactstore", "AzureBlob", `"containerName":"azureml","accountName":"st` + g.number + `"`},
		{"workspacefilestore", "AzureFile", `"fileShareName":"azureml-filestore-` + tenant + `","accountName":"st` + g.number + `"`},
		{"workspaceworkingdirectory", "AzureFile", `"fileShareName":"code-` + tenant + `","accountName":"st` + g.number + `"`},
		{"lake", "AzureDataLakeGen2", `"filesystem":"raw","accountName":"dl` + g.number + `"`},
	} {
		g.child("datastores", "datastores", d.name, `"properties":{"datastoreType":"`+d.kind+`","endpoint":"core.windows.net","protocol":"https",`+d.rest+
			`,"subscriptionId":"`+subscription+`","resourceGroup":"rg-ml-`+g.number+`","isDefault":`+strconv.FormatBool(d.name == "workspaceblobstore")+`,"serviceDataAccessAuthIdentity":"None","credentials":{"credentialsType":"AccountKey"}}`)
	}
	g.child("connections", "connections", "sql", `"properties":{"category":"AzureSqlDb","authType":"AAD","target":"sql-`+g.number+`.database.windows.net","isSharedToAll":true,"metadata":{}}`)
}

func (g *generator) endpoints() {
	for k := range 2 {
		id := g.child("onlineEndpoints", "onlineendpoints", "score-"+g.number+"-"+strconv.Itoa(k), `"properties":{"authMode":"Key","provisioningState":"Succeeded","publicNetworkAccess":"Enabled","scoringUri":"https://score-`+g.number+`.`+g.location+`.inference.ml.azure.com/score","traffic":{"blue":90,"green":10}}`)
		for _, name := range []string{"blue", "green"} {
			g.element(id+"/deployments/"+name, "microsoft.machinelearningservices/workspaces/onlineendpoints/deployments", name,
				`"sku":{"name":"Default","capacity":3},"properties":{"endpointComputeType":"Managed","instanceType":"Standard_DS3_v2","model":"`+g.id("Microsoft.MachineLearningServices/workspaces/mlw-"+g.number+"/models/m/versions/7")+`","environmentId":"azureml://registries/azureml/environments/sklearn-1.5/versions/12","provisioningState":"Succeeded","scaleSettings":{"scaleType":"Default"}}`)
		}
	}
}

func (g *generator) clusters(i int) {
	zones := []string{`["1","2","3"]`, `null`, `["1"]`}[i%3]
	aks := g.top("Microsoft.ContainerService/managedClusters", "microsoft.containerservice/managedclusters", "aks-"+g.number,
		`"sku":{"name":"Base","tier":"Standard"},"zones":null,"properties":{"kubernetesVersion":"1.33","dnsPrefix":"aks","nodeResourceGroup":"MC_rg-ml-`+g.number+`","agentPoolProfiles":[{"name":"system","mode":"System","count":3,"vmSize":"Standard_D4s_v5","availabilityZones":`+zones+
			`,"vnetSubnetID":"`+g.id("Microsoft.Network/virtualNetworks/vnet-"+g.number+"/subnets/aks")+`"}],"networkProfile":{"loadBalancerSku":"standard","networkPlugin":"azure"},"autoUpgradeProfile":{"upgradeChannel":"stable"},"provisioningState":"Succeeded"}`)
	g.element(aks+"/agentPools/system", "microsoft.containerservice/managedclusters/agentpools", "system", `"properties":{"mode":"System","count":3,"availabilityZones":`+zones+`,"vmSize":"Standard_D4s_v5","provisioningState":"Succeeded"}`)
	g.element(aks+"/agentPools/user", "microsoft.containerservice/managedclusters/agentpools", "user", `"properties":{"mode":"User","count":2,"enableAutoScaling":true,"minCount":2,"maxCount":8,"availabilityZones":`+zones+`,"vmSize":"Standard_D8s_v5","provisioningState":"Succeeded"}`)
	g.top("Microsoft.Databricks/workspaces", "microsoft.databricks/workspaces", "dbw-"+g.number,
		`"sku":{"name":"premium"},"properties":{"managedResourceGroupId":"/subscriptions/`+subscription+`/resourceGroups/rg-dbw-`+g.number+`","workspaceUrl":"adb-`+g.number+`.7.azuredatabricks.net","parameters":{"storageAccountSkuName":{"type":"String","value":"Standard_ZRS"},"enableNoPublicIp":{"type":"Bool","value":true}},"provisioningState":"Succeeded"}`)
}

func (g *generator) databases() {
	server := g.top("Microsoft.Sql/servers", "microsoft.sql/servers", "sql-"+g.number, `"properties":{"version":"12.0","state":"Ready","fullyQualifiedDomainName":"sql-`+g.number+`.database.windows.net","minimalTlsVersion":"1.2","publicNetworkAccess":"Disabled"}`)
	for _, name := range []string{"features", "labels"} {
		g.element(server+"/databases/"+name, "microsoft.sql/servers/databases", name, `"sku":{"name":"GP_Gen5","tier":"GeneralPurpose","capacity":2,"family":"Gen5"},"properties":{"status":"Online","zoneRedundant":false,"requestedBackupStorageRedundancy":"Geo","readScale":"Disabled","maxSizeBytes":34359738368}`)
	}
	g.top("Microsoft.DBforPostgreSQL/flexibleServers", "microsoft.dbforpostgresql/flexibleservers", "psql-"+g.number,
		`"sku":{"name":"Standard_D4ds_v5","tier":"GeneralPurpose"},"properties":{"version":"16","availabilityZone":"1","highAvailability":{"mode":"ZoneRedundant","standbyAvailabilityZone":"2","state":"Healthy"},"backup":{"backupRetentionDays":7,"geoRedundantBackup":"Disabled"},"replicationRole":"Primary","state":"Ready"}`)
}

func (g *generator) network() {
	g.top("Microsoft.Network/virtualNetworks", "microsoft.network/virtualnetworks", "vnet-"+g.number,
		`"properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"enableDdosProtection":false,"subnets":[{"name":"ml","id":"`+g.id("Microsoft.Network/virtualNetworks/vnet-"+g.number+"/subnets/ml")+`","properties":{"addressPrefix":"10.0.1.0/24","networkSecurityGroup":{"id":"`+g.id("Microsoft.Network/networkSecurityGroups/nsg-"+g.number)+`"}}},{"name":"aks","properties":{"addressPrefix":"10.0.2.0/23"}}],"provisioningState":"Succeeded"}`)
	g.top("Microsoft.Network/networkSecurityGroups", "microsoft.network/networksecuritygroups", "nsg-"+g.number, `"properties":{"securityRules":[{"name":"allow-https","properties":{"access":"Allow","direction":"Inbound","priority":100,"protocol":"Tcp","destinationPortRange":"443","sourceAddressPrefix":"VirtualNetwork","destinationAddressPrefix":"*"}}],"provisioningState":"Succeeded"}`)
	for _, target := range []string{"Microsoft.MachineLearningServices/workspaces/mlw-" + g.number, "Microsoft.Storage/storageAccounts/st" + g.number} {
		g.top("Microsoft.Network/privateEndpoints", "microsoft.network/privateendpoints", fmt.Sprintf("pe-%s-%d", g.number, g.of),
			`"properties":{"subnet":{"id":"`+g.id("Microsoft.Network/virtualNetworks/vnet-"+g.number+"/subnets/ml")+`"},"privateLinkServiceConnections":[{"name":"pe","properties":{"privateLinkServiceId":"`+g.id(target)+`","groupIds":["blob"],"privateLinkServiceConnectionState":{"status":"Approved"}}}],"provisioningState":"Succeeded"}`)
	}
}

// machine adds a resource that has nothing to do with the workspace, as most of a
// subscription has not.
func (g *generator) machine(k int) {
	name := fmt.Sprintf("vm-%s-%02d", g.number, k)
	switch k % 3 {
	case 0:
		g.top("Microsoft.Compute/virtualMachines", "microsoft.compute/virtualmachines", name,
			`"zones":["`+strconv.Itoa(k%3+1)+`"],"properties":{"hardwareProfile":{"vmSize":"Standard_D2s_v5"},"osProfile":{"computerName":"`+name+`","adminUsername":"azureuser"},"storageProfile":{"osDisk":{"osType":"Linux","createOption":"FromImage","managedDisk":{"storageAccountType":"Premium_LRS"}}},"networkProfile":{"networkInterfaces":[{"id":"`+g.id("Microsoft.Network/networkInterfaces/"+fmt.Sprintf("vm-%s-%02d", g.number, k+1))+`"}]},"provisioningState":"Succeeded"}`)
	case 1:
		g.top("Microsoft.Network/networkInterfaces", "microsoft.network/networkinterfaces", name,
			`"properties":{"enableAcceleratedNetworking":true,"ipConfigurations":[{"name":"ipconfig1","properties":{"privateIPAddress":"10.0.3.`+strconv.Itoa(k+4)+`","primary":true,"subnet":{"id":"`+g.id("Microsoft.Network/virtualNetworks/vnet-"+g.number+"/subnets/aks")+`"}}}],"provisioningState":"Succeeded"}`)
	default:
		g.top("Microsoft.Compute/disks", "microsoft.compute/disks", name, `"sku":{"name":"Premium_LRS","tier":"Premium"},"zones":["1"],"properties":{"diskSizeGB":128,"diskState":"Attached","osType":"Linux","creationData":{"createOption":"FromImage"},"provisioningState":"Succeeded"}`)
	}
}
