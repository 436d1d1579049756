package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// configurations are resources that together meet every meter of the catalog.
var configurations = []struct{ typ, name, body string }{
	{"Microsoft.MachineLearningServices/workspaces", "ws", `{}`},
	{"Microsoft.MachineLearningServices/workspaces/computes", "ws/instance", `{"properties": {"computeType": "ComputeInstance", "properties": {"vmSize": "STANDARD_DS3_V2"}}}`},
	{"Microsoft.MachineLearningServices/workspaces/computes", "ws/cluster", `{"properties": {"computeType": "AmlCompute", "properties": {"vmSize": "Standard_D4s_v5", "scaleSettings": {"minNodeCount": 2, "maxNodeCount": 8}}}}`},
	{"Microsoft.MachineLearningServices/workspaces/computes", "ws/cheap", `{"properties": {"computeType": "AmlCompute", "properties": {"vmSize": "Standard_D4s_v5", "vmPriority": "lowPriority"}}}`},
	{"Microsoft.MachineLearningServices/workspaces/computes", "ws/attached", `{"properties": {"computeType": "Databricks"}}`},
	{"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments", "ws/e/managed", `{"sku": {"capacity": 3}, "properties": {"instanceType": "Standard_F4s_v2"}}`},
	{"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments", "ws/e/kubernetes", `{"properties": {"endpointComputeType": "Kubernetes"}}`},
	{"Microsoft.Storage/storageAccounts", "blobs", `{"kind": "StorageV2", "sku": {"name": "Standard_RAGZRS"}, "properties": {"accessTier": "Cool"}}`},
	{"Microsoft.Storage/storageAccounts", "lake", `{"kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "properties": {"isHnsEnabled": true}}`},
	{"Microsoft.Storage/storageAccounts", "old", `{"kind": "Storage", "sku": {"name": "Standard_GRS"}}`},
	{"Microsoft.Storage/storageAccounts", "fast", `{"kind": "BlockBlobStorage", "sku": {"name": "Premium_ZRS"}}`},
	{"Microsoft.Storage/storageAccounts", "shares", `{"kind": "FileStorage", "sku": {"name": "Premium_LRS"}}`},
	{"Microsoft.KeyVault/vaults", "vault", `{"properties": {"sku": {"name": "Premium"}}}`},
	{"Microsoft.KeyVault/vaults/keys", "vault/soft", `{"properties": {"kty": "RSA"}}`},
	{"Microsoft.KeyVault/vaults/keys", "vault/hard", `{"properties": {"kty": "RSA-HSM"}}`},
	{"Microsoft.ContainerRegistry/registries", "images", `{"sku": {"name": "Premium"}}`},
	{"Microsoft.ContainerRegistry/registries/replications", "images/northeurope", `{}`},
	{"Microsoft.Insights/components", "classic", `{"properties": {}}`},
	{"Microsoft.Insights/components", "modern", `{"properties": {"WorkspaceResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/logs"}}`},
	{"Microsoft.OperationalInsights/workspaces", "logs", `{"properties": {"sku": {"name": "PerGB2018"}, "replication": {"enabled": true}}}`},
	{"Microsoft.OperationalInsights/workspaces/dataExports", "logs/archive", `{}`},
	{"Microsoft.Search/searchServices", "search", `{"sku": {"name": "standard2"}, "properties": {"replicaCount": 3, "partitionCount": 2}}`},
	{"Microsoft.Search/searchServices", "small-search", `{"sku": {"name": "free"}}`},
	{"Microsoft.ContainerService/managedClusters", "free", `{"properties": {"agentPoolProfiles": [{"name": "linux", "vmSize": "Standard_D2s_v3", "count": 3}, {"name": "windows", "osType": "Windows", "vmSize": "Standard_D2s_v3"}, {"name": "spot", "scaleSetPriority": "Spot", "vmSize": "Standard_D2s_v3"}]}}`},
	{"Microsoft.ContainerService/managedClusters", "standard", `{"sku": {"tier": "Standard"}}`},
	{"Microsoft.ContainerService/managedClusters", "premium", `{"sku": {"tier": "Premium"}}`},
	{"Microsoft.ContainerService/managedClusters/agentPools", "free/more", `{"properties": {"vmSize": "Standard_NC6s_v3", "count": 2}}`},
	{"Microsoft.ContainerInstance/containerGroups", "web", `{"properties": {"osType": "Linux", "containers": [{"name": "a", "properties": {"resources": {"requests": {"cpu": 0.5, "memoryInGB": 1}}}}]}}`},
	{"Microsoft.Databricks/workspaces", "bricks", `{"sku": {"name": "premium"}}`},
	{"Microsoft.HDInsight/clusters", "hadoop", `{"properties": {"computeProfile": {"roles": [{"name": "worker", "targetInstanceCount": 4, "hardwareProfile": {"vmSize": "Standard_E8_V3"}}]}}}`},
	{"Microsoft.DBforPostgreSQL/flexibleServers", "pg", `{"sku": {"name": "Standard_E8ads_v5", "tier": "MemoryOptimized"}, "properties": {"highAvailability": {"mode": "ZoneRedundant"}, "storage": {"storageSizeGB": 256}, "backup": {"geoRedundantBackup": "Enabled"}}}`},
	{"Microsoft.DBforPostgreSQL/flexibleServers", "pg-small", `{"sku": {"name": "Standard_B2ms", "tier": "Burstable"}, "properties": {"storage": {"storageSizeGB": 32, "type": "PremiumV2_LRS"}}}`},
	{"Microsoft.DBforMySQL/flexibleServers", "my", `{"sku": {"name": "Standard_D4ads_v5", "tier": "GeneralPurpose"}, "properties": {"highAvailability": {"mode": "SameZone"}, "storage": {"storageSizeGB": 64, "storageRedundancy": "ZoneRedundancy"}}}`},
	{"Microsoft.DBforMySQL/flexibleServers", "my-small", `{"sku": {"name": "Standard_B1ms", "tier": "Burstable"}, "properties": {"storage": {"storageSizeGB": 20}}}`},
	{"Microsoft.Sql/servers/databases", "sql/general", `{"sku": {"name": "GP_Gen5", "capacity": 4}, "properties": {"maxSizeBytes": 1073741824}}`},
	{"Microsoft.Sql/servers/databases", "sql/zones", `{"sku": {"name": "GP_Gen5_8"}, "properties": {"zoneRedundant": true, "licenseType": "BasePrice", "maxSizeBytes": 1073741824}}`},
	{"Microsoft.Sql/servers/databases", "sql/critical", `{"sku": {"name": "BC_Gen5_2"}, "properties": {"maxSizeBytes": 1073741824}}`},
	{"Microsoft.Sql/servers/databases", "sql/hyper", `{"sku": {"name": "HS_Gen5_2"}, "properties": {"highAvailabilityReplicaCount": 1}}`},
	{"Microsoft.Sql/servers/databases", "sql/dtu", `{"sku": {"name": "P2"}}`},
	{"Microsoft.Sql/servers/databases", "sql/basic", `{"sku": {"name": "Basic"}}`},
	{"Microsoft.Sql/servers/databases", "sql/serverless", `{"sku": {"name": "GP_S_Gen5_2"}}`},
	{"Microsoft.Sql/servers/databases", "sql/pooled", `{"sku": {"name": "ElasticPool"}}`},
	{"Microsoft.Sql/servers/elasticPools", "sql/pool", `{}`},
	{"Microsoft.Sql/servers/failoverGroups", "sql/group", `{}`},
	{"Microsoft.Sql/managedInstances", "mi", `{"sku": {"name": "GP_Gen5", "tier": "GeneralPurpose"}, "properties": {"vCores": 8}}`},
	{"Microsoft.DocumentDB/databaseAccounts", "cosmos", `{"properties": {"backupPolicy": {"type": "Continuous"}, "locations": [{"locationName": "West Europe", "isZoneRedundant": true}, {"locationName": "North Europe"}]}}`},
	{"Microsoft.DocumentDB/databaseAccounts/sqlDatabases", "cosmos/db", `{"properties": {"options": {"throughput": 1000}}}`},
	{"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers", "cosmos/db/auto", `{"properties": {"options": {"autoscaleSettings": {"maxThroughput": 4000}}}}`},
	{"Microsoft.DocumentDB/databaseAccounts", "everywhere", `{"properties": {"enableMultipleWriteLocations": true, "locations": [{"locationName": "West Europe"}]}}`},
	{"Microsoft.DocumentDB/databaseAccounts/sqlDatabases", "everywhere/db", `{"properties": {"options": {"throughput": 400}}}`},
	{"Microsoft.Compute/virtualMachines", "vm", `{"properties": {"hardwareProfile": {"vmSize": "Standard_D2s_v3"}}}`},
	{"Microsoft.Network/privateEndpoints", "endpoint", `{}`},
	{"Microsoft.Network/privateDnsZones", "zone", `{}`},
	{"Microsoft.Network/natGateways", "nat", `{}`},
	{"Microsoft.Network/publicIPAddresses", "address", `{"sku": {"name": "Standard"}}`},
	{"Microsoft.Network/loadBalancers", "balancer", `{"sku": {"name": "Standard"}}`},
	{"Microsoft.Network/loadBalancers", "basic-balancer", `{}`},
	{"Microsoft.Network/virtualNetworks", "net", `{}`},
}

// What every meter of the catalog asks the price list for, and how many units of
// it, for one configuration of each kind.
func TestWhatMetersAskFor(t *testing.T) {
	c := defaultCatalogOf(t)
	var all []*estate.Resource
	for _, x := range configurations {
		all = append(all, resource(t, x.typ, x.name, "westeurope", x.body))
	}
	// An account behind a datastore of file shares.
	shares := resource(t, "Microsoft.Storage/storageAccounts", "files", "westeurope", `{"kind": "StorageV2", "sku": {"name": "Standard_RAGRS"}, "properties": {}}`)
	store := resource(t, "Microsoft.MachineLearningServices/workspaces/datastores", "ws/files", "", `{"properties": {"datastoreType": "AzureFile"}}`)
	e := built(c, append(slices.Clone(all), shares, store), []estate.Relation{{From: store, To: shares, Role: estate.Datastore, Detail: "AzureFile"}})
	met := map[string]bool{}
	var b strings.Builder
	for _, r := range append(all, shares) {
		fmt.Fprintf(&b, "%s %s\n", r.Type, r.Name)
		charges, _ := c.Charges(e, r)
		for _, x := range charges {
			met[x.Meter.ID] = true
			fmt.Fprintf(&b, "  %s", x.Meter.ID)
			if x.Of != "" {
				fmt.Fprintf(&b, " of %s", x.Of)
			}
			if text := x.Meter.Nothing + x.Meter.NoPrice; text != "" {
				fmt.Fprintf(&b, ": %s", text)
			}
			for _, why := range x.Unknowns {
				fmt.Fprintf(&b, "\n    not known: %s", why)
			}
			for i, q := range x.Items {
				count := "some"
				if x.Counts[i].Known {
					count = fmt.Sprintf("%g", x.Counts[i].Units)
				}
				fmt.Fprintf(&b, "\n    %s × %s in %s", count, strings.Join(slices.DeleteFunc([]string{q.Service, q.Product, q.Sku, q.Meter, q.ArmSku}, func(s string) bool { return s == "" }), " · "), strings.TrimSpace(x.Region+" "+q.Region))
			}
			b.WriteByte('\n')
		}
	}
	golden(t, "meters.golden", b.String())
	for _, m := range c.Meters() {
		if !met[m.ID] {
			t.Errorf("no configuration meets the meter %s: add one", m.ID)
		}
	}
}

// Every service of the guide has a meter, or one on what is behind it.
func TestEveryServiceOfTheGuideIsPriced(t *testing.T) {
	c := defaultCatalogOf(t)
	// Retired, made by another service, or on the bill of the account behind it.
	elsewhere := []string{"datastore-adls-gen1", "dbfs"}
	for _, s := range c.Services() {
		if !s.InGuide || slices.Contains(elsewhere, s.ID) {
			continue
		}
		priced := slices.ContainsFunc(s.Types, func(typ string) bool {
			return len(c.MetersFor(&estate.Resource{Type: typ, Service: s.ID})) > 0
		})
		if !priced {
			t.Errorf("no meter is about %s (%v)", s.ID, s.Types)
		}
	}
}

// A reading that is not known is said, whatever the meter: no charge is dropped in
// silence.
func TestNoUnknownIsDropped(t *testing.T) {
	c := defaultCatalogOf(t)
	for _, x := range configurations {
		if !strings.Contains(x.body, `"sku"`) {
			continue
		}
		body := strings.Replace(x.body, `"sku": {`, `"sku": {"odd": 1, `, 1)
		at := strings.Index(body, `"name": "`)
		if at < 0 {
			continue
		}
		end := at + len(`"name": "`) + strings.IndexByte(body[at+len(`"name": "`):], '"')
		body = body[:at] + `"name": "unknown sku` + body[end:]
		r := resource(t, x.typ, x.name, "westeurope", body)
		e := built(c, []*estate.Resource{r}, nil)
		charges, _ := c.Charges(e, r)
		said := slices.ContainsFunc(charges, func(x Charge) bool {
			return slices.ContainsFunc(x.Unknowns, func(s string) bool { return strings.Contains(s, "[parameters('sku')]") })
		})
		if !said && x.name != "bricks" {
			t.Errorf("%s %s: an unknown sku leaves %d charges, and none says so", x.typ, x.name, len(charges))
		}
	}
}
