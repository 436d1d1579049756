package harden_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// builder collects the parts of an estate of real services around a workspace.
type builder struct {
	t         testing.TB
	region    string
	resources map[string]*estate.Resource
	order     []*estate.Resource
	relations []estate.Relation
}

func newBuilder(t testing.TB, region string) *builder {
	b := &builder{t: t, resources: map[string]*estate.Resource{}, region: region}
	b.add("ws", estate.WorkspaceType, `"properties":{}`)
	return b
}

// add adds a resource; the names of children have those of their parents before a
// slash. Members are those of its body.
func (b *builder) add(name, typ, members string) *estate.Resource {
	b.t.Helper()
	doc, errs := jsonc.Parse("main.json", []byte(`{"apiVersion":"2026-01-01",`+members+`}`))
	if len(errs) > 0 {
		b.t.Fatal(errs)
	}
	types, names := strings.Split(typ, "/"), strings.Split(name, "/")
	id := "/subscriptions/s/resourceGroups/g/providers/" + types[0]
	for i := range names {
		id += "/" + types[i+1] + "/" + names[i]
	}
	r := &estate.Resource{ID: estate.ParseID(id), Type: typ, Name: name, Location: b.region, Body: value.FromNode(doc.Root())}
	b.resources[name], b.order = r, append(b.order, r)
	return r
}

func (b *builder) lean(from string, role estate.Role, to string) {
	b.relations = append(b.relations, estate.Relation{From: b.resources[from], To: b.resources[to], Role: role})
}

func (b *builder) build(c *catalog.Catalog) *estate.Estate {
	e := estate.Build(b.order, b.relations, estate.Coverage{})
	c.Classify(e)
	return e
}

const (
	accountType  = "Microsoft.Storage/storageAccounts"
	registryType = "Microsoft.ContainerRegistry/registries"
	clusterType  = "Microsoft.ContainerService/managedClusters"
	postgresType = "Microsoft.DBforPostgreSQL/flexibleServers"
	mysqlType    = "Microsoft.DBforMySQL/flexibleServers"
	serverType   = "Microsoft.Sql/servers"
	instanceType = "Microsoft.Sql/managedInstances"
	cosmosType   = "Microsoft.DocumentDB/databaseAccounts"
	vaultType    = "Microsoft.KeyVault/vaults"
	logsType     = "Microsoft.OperationalInsights/workspaces"
	insightsType = "Microsoft.Insights/components"
	datastoreOf  = estate.WorkspaceType + "/datastores"
	computeOf    = estate.WorkspaceType + "/computes"
	endpointOf   = estate.WorkspaceType + "/onlineEndpoints"
)

func (b *builder) account(name, kind, sku, properties string) *estate.Resource {
	return b.add(name, accountType, fmt.Sprintf(`"kind":%q,"sku":{"name":%q},"properties":{%s}`, kind, sku, properties))
}

// store adds a datastore of the workspace on a resource.
func (b *builder) store(name, kind, on string) {
	b.add("ws/"+name, datastoreOf, fmt.Sprintf(`"properties":{"datastoreType":%q}`, kind))
	b.lean("ws", estate.Datastore, "ws/"+name)
	b.lean("ws/"+name, estate.Datastore, on)
}

func (b *builder) cluster(name, members string) {
	b.add(name, clusterType, members)
	b.add("ws/"+name, computeOf, `"properties":{"computeType":"Kubernetes","resourceId":"`+b.resources[name].ID.String()+`"}`)
	b.lean("ws", estate.Compute, "ws/"+name)
	b.lean("ws/"+name, estate.Compute, name)
}

// usual is a workspace on what most have.
func usual(t testing.TB, region string) *builder {
	b := newBuilder(t, region)
	b.account("st", "StorageV2", "Standard_LRS", "")
	b.lean("ws", estate.DefaultStorage, "st")
	b.add("kv", vaultType, `"properties":{}`)
	b.lean("ws", estate.KeyVault, "kv")
	b.add("cr", registryType, `"sku":{"name":"Basic"},"properties":{}`)
	b.lean("ws", estate.ContainerRegistry, "cr")
	return b
}

// drawEstate draws a workspace and what it leans on, of the services and settings
// that remedies are about.
func drawEstate(t *rapid.T, tb testing.TB) *builder {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	b := newBuilder(tb, pick("region", "westeurope", "westeurope", "westus", "northcentralus", "swedencentral", "{resourceGroup().location}"))
	skus := []string{"Standard_LRS", "Standard_LRS", "Standard_GRS", "Standard_ZRS", "Standard_RAGRS", "Standard_GZRS", "Premium_LRS"}
	if rapid.Bool().Draw(t, "default account") {
		b.account("st", pick("default kind", "StorageV2", "StorageV2", "Storage"), pick("default", skus...), pick("default properties", ``, `"isHnsEnabled":true`))
		b.lean("ws", estate.DefaultStorage, "st")
	}
	if rapid.Bool().Draw(t, "vault") {
		b.add("kv", vaultType, `"properties":{`+pick("purge", ``, `"enablePurgeProtection":true`)+`}`)
		b.lean("ws", estate.KeyVault, "kv")
	}
	kinds := []string{"data", "files", "registry", "aks", "postgresql", "mysql", "sql", "instance", "cosmos", "logs", "endpoint", "cluster"}
	for n, kind := range rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 1, 6, rapid.ID[string]).Draw(t, "kinds") {
		b.draw(kind, fmt.Sprintf("%s%d", kind, n), pick, skus)
	}
	return b
}

func (b *builder) draw(kind, name string, pick func(string, ...string) string, skus []string) {
	switch kind {
	case "data":
		b.account(name, pick("kind", "StorageV2", "StorageV2", "BlobStorage", "Storage"), pick("data", skus...), pick("properties", ``, ``, `"isNfsV3Enabled":true,"isHnsEnabled":true`))
		b.store("d"+name, "AzureBlob", name)
	case "files":
		b.account(name, "StorageV2", pick("files", skus...), "")
		b.store("d"+name, "AzureFile", name)
	case "registry":
		b.add(name, registryType, fmt.Sprintf(`"sku":{"name":%q},"properties":{%s}`, pick("tier", "Basic", "Standard", "Premium"), pick("policy", ``, `"policies":{"softDeletePolicy":{"status":"enabled"}}`)))
		b.lean("ws", estate.ContainerRegistry, name)
	case "aks":
		b.cluster(name, `"sku":{"tier":"`+pick("aks tier", "Free", "Standard")+`"},"properties":{"agentPoolProfiles":`+
			pick("pools", `[{"name":"a","count":1}]`, `[{"name":"a","count":3,"availabilityZones":["1","2","3"]}]`, `[{"name":"a","count":2,"availabilityZones":["1","2","3"]},{"name":"b","count":4}]`)+`}`)
	case "postgresql":
		b.add(name, postgresType, fmt.Sprintf(`"sku":{"tier":%q},"properties":{"highAvailability":{"mode":%q}}`, pick("pg", "Burstable", "GeneralPurpose"), pick("ha", "Disabled", "SameZone", "ZoneRedundant")))
		b.store("d"+name, "AzurePostgreSql", name)
	case "mysql":
		b.add(name, mysqlType, fmt.Sprintf(`"sku":{"tier":%q},"properties":{}`, pick("my", "Burstable", "GeneralPurpose")))
		b.store("d"+name, "AzureMySql", name)
	case "sql":
		b.add(name, serverType, `"properties":{}`)
		for _, db := range []string{"one", "two"}[:len(pick("databases", "1", "22"))] {
			b.add(name+"/"+db, serverType+"/databases", fmt.Sprintf(`"sku":{"tier":%q},"properties":{}`, pick("edition", "BusinessCritical", "GeneralPurpose", "Basic", "Hyperscale")))
			b.lean(name+"/"+db, estate.Server, name)
			b.store("d"+name+db, "AzureSqlDatabase", name+"/"+db)
		}
	case "instance":
		b.add(name, instanceType, fmt.Sprintf(`"sku":{"tier":%q},"properties":{}`, pick("instance", "BusinessCritical", "GeneralPurpose")))
		b.store("d"+name, "AzureSqlDatabase", name)
	case "cosmos":
		b.add(name, cosmosType, `"properties":{"locations":[{"locationName":"`+b.region+`","failoverPriority":0}]`+pick("capabilities", ``, `,"capabilities":[{"name":"EnableServerless"}]`)+`}`)
		b.lean("ws", estate.EncryptionStore, name)
	case "logs":
		b.add(name, logsType, `"properties":{}`)
		b.add("ai", insightsType, `"properties":{"RetentionInDays":`+pick("retention", "30", "90")+`}`)
		b.lean("ws", estate.ApplicationInsights, "ai")
		b.lean("ai", estate.Logs, name)
	case "endpoint":
		b.add("ws/"+name, endpointOf, `"properties":{}`)
		b.add("ws/"+name+"/blue", endpointOf+"/deployments", `"sku":{"capacity":`+pick("instances", "1", "2", "3")+`},"properties":{"endpointComputeType":"Managed"}`)
		b.lean("ws", estate.Endpoint, "ws/"+name)
		b.lean("ws/"+name, estate.Deployment, "ws/"+name+"/blue")
	case "cluster":
		b.add("ws/"+name, computeOf, `"properties":{"computeType":"AmlCompute","properties":{"vmPriority":"`+pick("priority", "Dedicated", "LowPriority")+`"}}`)
		b.lean("ws", estate.Compute, "ws/"+name)
	}
}
