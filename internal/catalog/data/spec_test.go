package data_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// belongs is a service with resources that belong to it, and near misses that
// belong to another one, "" for none.
type belongs struct {
	service string
	mine    []thing
	others  map[string]thing
}

// Section 6 of the design, service by service: what is one, and what only looks
// like it.
func TestEveryServiceHasItsResources(t *testing.T) {
	kind := func(text string) thing { return props(compute, `"computeType":"`+text+`"`) }
	store := func(text string) thing { return props(datastore, `"datastoreType":"`+text+`"`) }
	service := func(text string) thing { return props(webService, `"computeType":"`+text+`"`) }
	link := func(text string) thing { return props(workspace+"/connections", `"category":"`+text+`"`) }
	hns := func(text string) thing { return stored("Standard_ZRS", `,"properties":{"isHnsEnabled":`+text+`}`) }
	child := func(name string) thing { return with(workspace+"/"+name, "", "") }
	all := []belongs{
		{"azure-machine-learning", []thing{with(workspace, "", ""), with(strings.ToLower(workspace), "", ""), with(workspace, "", `"kind":"Hub"`), with(workspace, "", `"kind":"FeatureStore"`)},
			map[string]thing{"log-analytics": with(logs, "", ""), "": with("Microsoft.MachineLearning/workspaces", "", "")}},
		{"azure-storage", []thing{stored("Standard_ZRS", ""), stored("Standard_ZRS", "").asDefault(), hns("false"), hns("true").asDefault(), stored("Premium_LRS", `,"properties":{}`)},
			map[string]thing{"datastore-adls-gen2": hns("true"), "": with("Microsoft.ClassicStorage/storageAccounts", "", "")}},
		{"key-vault", []thing{with(vault, "", ""), with(vault, "", "").as(estate.KeyVault, ""), with(vault, "", "").as(estate.EncryptionKey, "")},
			map[string]thing{"": with("Microsoft.KeyVault/managedHSMs", "", "")}},
		{"container-registry", []thing{with(images, "", ""), with(images, "", "").as(estate.ContainerRegistry, "additional")}, map[string]thing{"azure-machine-learning-registry": with(mlRegistry, "", "")}},
		{"application-insights", []thing{with(component, "", ""), with("microsoft.insights/components", "", "")}, map[string]thing{"": with("Microsoft.Insights/actionGroups", "", "")}},
		{"compute-instance", []thing{kind("ComputeInstance"), kind("computeinstance")}, map[string]thing{"compute-cluster": kind("AmlCompute"), "workspace-asset": kind("")}},
		{"compute-cluster", []thing{kind("AmlCompute"), kind("amlcompute")}, map[string]thing{"compute-instance": kind("ComputeInstance"), "workspace-asset": kind("Quantum")}},
		{"aks", []thing{of(cluster, ""), kind("AKS"), kind("Aks"), kind("Kubernetes"), service("AKS")}, map[string]thing{"arc-kubernetes": of("Microsoft.Kubernetes/connectedClusters", ""), "aci": service("ACI")}},
		{"databricks", []thing{of(spark, ""), kind("Databricks"), link("Databricks"), link("AzureDatabricksDeltaLake")}, map[string]thing{"dbfs": store("dbfs"), "workspace-asset": link("Snowflake"), "": of("Microsoft.Databricks/accessConnectors", "")}},
		{"aci", []thing{of(containers, ""), of(ngroups, ""), service("ACI"), service("aci")}, map[string]thing{"aks": service("AKS"), "workspace-asset": service("")}},
		{"hdinsight", []thing{of(hadoop, ""), kind("HDInsight")}, map[string]thing{"": of("Microsoft.HDInsight/clusterpools", "")}},
		{"datastore-blob", []thing{store("AzureBlob"), store("blob"), store("AZUREBLOB"), stored("Standard_LRS", "").asBlobs(), hns("false").asBlobs()},
			map[string]thing{"datastore-files": store("AzureFile"), "datastore-adls-gen2": hns("true").asBlobs(), "workspace-asset": store("OneLake")}},
		{"datastore-files", []thing{store("AzureFile"), store("file"), stored("Standard_LRS", "").asShares()}, map[string]thing{"datastore-blob": store("AzureBlob")}},
		{"datastore-adls-gen2", []thing{store("AzureDataLakeGen2"), store("adls-gen2"), hns("true"), hns("true").asShares(), hns("true").as(estate.Datastore, "AzureDataLakeGen2")},
			map[string]thing{"datastore-adls-gen1": store("AzureDataLake"), "azure-storage": hns("true").asDefault()}},
		{"datastore-adls-gen1", []thing{store("AzureDataLakeGen1"), store("AzureDataLake"), store("adls"), of("Microsoft.DataLakeStore/accounts", "")},
			map[string]thing{"datastore-adls-gen2": store("adls-gen2"), "data-lake-analytics": of("Microsoft.DataLakeAnalytics/accounts", "")}},
		{"azure-sql", []thing{of("Microsoft.Sql/servers", ""), of("Microsoft.Sql/servers/databases", ""), of("Microsoft.Sql/servers/elasticPools", ""), of("Microsoft.Sql/servers/failoverGroups", ""), of("Microsoft.Sql/managedInstances", ""),
			of("Microsoft.Sql/managedInstances/databases", ""), store("sqldb"), store("AzureSqlDatabase"), link("AzureSqlDb"), link("AzureSqlMi")},
			map[string]thing{"": of("Microsoft.SqlVirtualMachine/sqlVirtualMachines", ""), "postgresql": store("AzurePostgreSql")}},
		{"postgresql", []thing{of("Microsoft.DBforPostgreSQL/flexibleServers", ""), of("Microsoft.DBforPostgreSQL/servers", ""), store("psqldb"), store("AzurePostgreSql"), link("AzurePostgresDb")},
			map[string]thing{"mysql": store("mysqldb"), "": of("Microsoft.DBforMariaDB/servers", "")}},
		{"mysql", []thing{of("Microsoft.DBforMySQL/flexibleServers", ""), of("Microsoft.DBforMySQL/servers", ""), store("mysqldb"), store("AzureMySql"), link("AzureMySqlDb")}, map[string]thing{"postgresql": store("psqldb")}},
		{"dbfs", []thing{store("DBFS"), store("dbfs")}, map[string]thing{"databricks": of(spark, ""), "workspace-asset": store("Tape")}},
		{"cosmos-db", []thing{of("Microsoft.DocumentDB/databaseAccounts", ""), of("Microsoft.DocumentDB/databaseAccounts", "").as(estate.EncryptionStore, "")}, map[string]thing{"": of("Microsoft.DocumentDB/mongoClusters", "")}},
		{"ai-search", []thing{of("Microsoft.Search/searchServices", "")}, map[string]thing{"": of("Microsoft.CognitiveServices/accounts", "")}},
		{"online-endpoint", []thing{with(online, "", ""), with(deployment, "", ""), child("serverlessEndpoints"), child("inferencePools")}, map[string]thing{"batch-endpoint": child("batchEndpoints")}},
		{"batch-endpoint", []thing{child("batchEndpoints"), child("batchEndpoints/deployments")}, map[string]thing{"online-endpoint": with(deployment, "", "")}},
		{"azure-machine-learning-registry", []thing{with(mlRegistry, "", "")}, map[string]thing{"container-registry": with(images, "", "")}},
		{"log-analytics", []thing{with(logs, "", "")}, map[string]thing{"": of("Microsoft.OperationalInsights/clusters", "")}},
		{"virtual-network", []thing{of("Microsoft.Network/virtualNetworks", ""), of("Microsoft.Network/virtualNetworks/subnets", ""), of("Microsoft.Network/networkSecurityGroups", ""), of("Microsoft.Network/routeTables", "")},
			map[string]thing{"": of("Microsoft.Network/loadBalancers", "")}},
		{"private-endpoint", []thing{of("Microsoft.Network/privateEndpoints", "")}, map[string]thing{"": of("Microsoft.Network/privateLinkServices", "")}},
		{"private-dns-zone", []thing{of("Microsoft.Network/privateDnsZones", ""), of("Microsoft.Network/privateDnsZones/virtualNetworkLinks", "")}, map[string]thing{"": of("Microsoft.Network/dnsZones", "")}},
		{"resource-group", []thing{of("Microsoft.Resources/resourceGroups", "")}, map[string]thing{"": of("Microsoft.Resources/deployments", "")}},
		{"managed-identity", []thing{of("Microsoft.ManagedIdentity/userAssignedIdentities", "")}, map[string]thing{"": of("Microsoft.ManagedIdentity/identities", "")}},
		{"virtual-machine", []thing{of(machine, ""), kind("VirtualMachine")}, map[string]thing{"": of("Microsoft.Compute/virtualMachineScaleSets", "")}},
		{"synapse", []thing{of("Microsoft.Synapse/workspaces", ""), of("Microsoft.Synapse/workspaces/bigDataPools", ""), kind("SynapseSpark")}, map[string]thing{"": of("Microsoft.Synapse/workspaces/sqlPools", "")}},
		{"data-factory", []thing{of("Microsoft.DataFactory/factories", ""), kind("DataFactory")}, nil},
		{"data-lake-analytics", []thing{of("Microsoft.DataLakeAnalytics/accounts", ""), kind("DataLakeAnalytics")}, map[string]thing{"datastore-adls-gen1": of("Microsoft.DataLakeStore/accounts", "")}},
		{"arc-kubernetes", []thing{of("Microsoft.Kubernetes/connectedClusters", "")}, map[string]thing{"aks": of(cluster, "")}},
		{"workspace-asset", []thing{child("jobs"), child("models"), child("data"), child("datasets"), child("environments"), child("components"), child("codes"), child("schedules"), child("connections"), child("outboundRules"), link("Git"), store("OneLake"), kind("Quantum")},
			map[string]thing{"": child("privateEndpointConnections"), "databricks": link("Databricks")}},
	}
	tried := map[string]bool{}
	for _, b := range all {
		tried[b.service] = true
		for _, x := range b.mine {
			if _, _, r := x.put(t); r.Service != b.service {
				t.Errorf("%s %s %s belongs to %q, want %s", x.typ, x.rest, x.detail, r.Service, b.service)
			}
		}
		for want, x := range b.others {
			if _, _, r := x.put(t); r.Service != want {
				t.Errorf("%s %s %s belongs to %q, want %q", x.typ, x.rest, x.detail, r.Service, want)
			}
		}
	}
	for _, s := range load(t).Services() {
		if !tried[s.ID] {
			t.Errorf("no resource of %s is tried", s.ID)
		}
	}
}

// Section 5 of facts/regions-limits-outages.md and the SLA lines of the other
// facts: what is promised of a resource as it stands.
func TestPublishedFigures(t *testing.T) {
	zonal := func(typ, mode string) thing { return props(typ, `"highAvailability":{"mode":"`+mode+`"}`) }
	const pg, my, cosmos, database = "Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.DBforMySQL/flexibleServers", "Microsoft.DocumentDB/databaseAccounts", "Microsoft.Sql/servers/databases"
	regions := func(zoned, multi string, names ...string) thing {
		var list []string
		for _, n := range names {
			list = append(list, `{"locationName":"`+n+`","isZoneRedundant":`+zoned+`}`)
		}
		return props(cosmos, `"enableMultipleWriteLocations":`+multi+`,"locations":[`+strings.Join(list, ",")+`]`)
	}
	for _, tt := range []struct {
		name string
		thing
		percent float64
	}{
		{"a workspace", with(workspace, "", ""), 99.9},
		{"an endpoint", with(online, "", ""), 99.9},
		{"storage, LRS", stored("Standard_LRS", ""), 99.9},
		{"storage, ZRS: zones raise nothing", stored("Standard_ZRS", ""), 99.9},
		{"storage, RA-GRS: reads", stored("Standard_RAGRS", ""), 99.99},
		{"a vault", with(vault, "", ""), 99.99},
		{"a registry, Basic", with(images, "", `"sku":{"name":"Basic"}`), 99.9},
		{"a registry, Premium", with(images, "", `"sku":{"name":"Premium"}`), 99.9},
		{"monitoring", with(component, "", ""), 99.9},
		{"logs", with(logs, "", ""), 99.9},
		{"AKS, Free: none", of(cluster, `"sku":{"name":"Base","tier":"Free"}`), 0},
		{"AKS, Standard with zones", pools(spreadPool), 99.95},
		{"AKS, Standard without zones", pools(loosePool), 99.9},
		{"AKS, Automatic", of(cluster, `"sku":{"name":"Automatic","tier":"Standard"}`), 99.95},
		{"Databricks", of(spark, ""), 99.95},
		{"a container group", of(containers, ""), 99.9},
		{"HDInsight", of(hadoop, ""), 99.9},
		{"a database over zones", props(database, `"zoneRedundant":true`), 99.995},
		{"a database", props(database, `"zoneRedundant":false`), 99.99},
		{"PostgreSQL over zones", zonal(pg, "ZoneRedundant"), 99.99},
		{"PostgreSQL with a standby beside it", zonal(pg, "SameZone"), 99.95},
		{"PostgreSQL alone", zonal(pg, "Disabled"), 99.9},
		{"MySQL over zones", zonal(my, "ZoneRedundant"), 99.99},
		{"MySQL with a standby beside it", zonal(my, "SameZone"), 99.95},
		{"MySQL alone", zonal(my, "Disabled"), 99.9},
		{"Cosmos DB in one region", regions("false", "false", "West Europe"), 99.99},
		{"Cosmos DB in one region over zones", regions("true", "false", "West Europe"), 99.995},
		{"Cosmos DB in two regions, one writes", regions("false", "false", "West Europe", "North Europe"), 99.99},
		{"Cosmos DB in two regions, both write", regions("false", "true", "West Europe", "North Europe"), 99.999},
		{"Private Link", of("Microsoft.Network/privateEndpoints", ""), 99.99},
		{"a machine", of(machine, ""), 99.9},
		{"a network: none", of("Microsoft.Network/virtualNetworks", ""), 0},
	} {
		c, e, r := tt.put(t)
		p := c.Promise(e, r)
		got := 0.0
		if p.Best != nil {
			got = p.Best.Percent
		}
		if got != tt.percent || p.Best != p.Worst || len(p.Unknowns) > 0 {
			t.Errorf("%s: %v, unknown %q; want %v", tt.name, got, p.Unknowns, tt.percent)
		}
	}
}

// What was or will be retired, with the day.
func TestRetirementDays(t *testing.T) {
	want := map[string][]string{
		"aks":                  {"2025-09-30", "2025-11-30", "2026-03-01", "2027-03-17", "2027-06-30", "2028-03-31", "2028-06-30"}, // section 1.6 of facts/compute-resources.md
		"hdinsight":            {"2025-03-31"},
		"datastore-adls-gen1":  {"2024-02-29"},
		"application-insights": {"2024-02-29"},
		"postgresql":           {"2025-03-28"},
		"mysql":                {"2024-09-16"},
		"aci":                  {"2026-06-30"}, // support of the v1 SDK
	}
	c := load(t)
	for id, days := range want {
		for _, day := range days {
			if !slices.ContainsFunc(c.Service(id).Retirements, func(r catalog.Retirement) bool { return r.On == day }) {
				t.Errorf("%s says nothing of %s", id, day)
			}
		}
	}
	for _, s := range c.Services() {
		for _, r := range s.Retirements {
			if r.What == "" || len(r.On) != len("2026-01-01") {
				t.Errorf("%s: %+v", s.ID, r)
			}
		}
	}
}
