package improve

import (
	"fmt"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

func loadCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// builder collects the parts of an estate of real services.
type builder struct {
	t         testing.TB
	resources map[string]*estate.Resource
	order     []*estate.Resource
	relations []estate.Relation
	region    string
}

func newBuilder(t testing.TB, region string) *builder {
	b := &builder{t: t, resources: map[string]*estate.Resource{}, region: region}
	b.add("ws", estate.WorkspaceType, `"properties":{}`)
	return b
}

// add adds a resource; the names of children have those of their parents before a
// slash.
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
	serverType   = "Microsoft.Sql/servers"
	cosmosType   = "Microsoft.DocumentDB/databaseAccounts"
	datastoreOf  = estate.WorkspaceType + "/datastores"
	computeOf    = estate.WorkspaceType + "/computes"
)

func (b *builder) account(name, sku string) {
	b.add(name, accountType, fmt.Sprintf(`"kind":"StorageV2","sku":{"name":%q},"properties":{}`, sku))
}

// store adds a datastore of the workspace on a resource.
func (b *builder) store(name, kind, on string) {
	b.add("ws/"+name, datastoreOf, fmt.Sprintf(`"properties":{"datastoreType":%q}`, kind))
	b.lean("ws", estate.Datastore, "ws/"+name)
	b.lean("ws/"+name, estate.Datastore, on)
}

func (b *builder) cluster(name, pools string) {
	b.add(name, clusterType, `"sku":{"tier":"Free"},"properties":{"agentPoolProfiles":`+pools+`}`)
	b.add("ws/"+name, computeOf, `"properties":{"computeType":"Kubernetes","resourceId":"`+b.resources[name].ID.String()+`"}`)
	b.lean("ws", estate.Compute, "ws/"+name)
	b.lean("ws/"+name, estate.Compute, name)
}

// usual is a workspace with an account in LRS, a registry and a database.
func usual(t testing.TB) *builder {
	b := newBuilder(t, "westeurope")
	b.account("st", "Standard_LRS")
	b.lean("ws", estate.DefaultStorage, "st")
	b.add("cr", registryType, `"sku":{"name":"Basic"},"properties":{}`)
	b.lean("ws", estate.ContainerRegistry, "cr")
	b.add("pg", postgresType, `"sku":{"tier":"Burstable"},"properties":{}`)
	b.store("facts", "AzurePostgreSql", "pg")
	return b
}

func usualRates() *availability.Rates { return availability.DefaultRates() }
