package price

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
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

// madeUp is the price list of the tests: made-up prices in XTS, the currency that
// ISO 4217 keeps for tests; in North Europe everything costs twice as much as in
// West Europe.
func madeUp(t testing.TB) *List {
	t.Helper()
	l, err := Load(loadCatalog(t), Options{}, "testdata/list")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// at makes a resource of its type, full name and body. A text "unknown x" in the
// body stands for the unknown [parameters('x')].
func at(t testing.TB, typ, name, location, body string) *estate.Resource {
	t.Helper()
	doc, errs := jsonc.Parse("main.json", []byte(body))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	types, names := strings.Split(typ, "/"), strings.Split(name, "/")
	id := "/subscriptions/s/resourceGroups/g/providers/" + types[0]
	for i := range names {
		id += "/" + types[i+1] + "/" + names[i]
	}
	return &estate.Resource{ID: estate.ParseID(id), Type: typ, Name: name, Location: location, Body: holes(value.FromNode(doc.Root()))}
}

// holes makes unknowns of the strings that begin with "unknown ".
func holes(v value.Value) value.Value {
	switch v.Kind() {
	case value.StringKind:
		if name, ok := strings.CutPrefix(v.Str(), "unknown "); ok {
			return value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Residual: expr.Call("parameters", expr.Str(name)), Subject: name})
		}
	case value.ArrayKind:
		var elems []value.Value
		for _, e := range v.Elems() {
			elems = append(elems, holes(e))
		}
		return value.Array(elems)
	case value.ObjectKind:
		var members []value.Member
		for k, m := range v.Members() {
			members = append(members, value.Member{Key: k, Value: holes(m)})
		}
		return value.Object(members)
	}
	return v
}

func estateOf(t testing.TB, resources ...*estate.Resource) *estate.Estate {
	e := estate.Build(resources, nil, estate.Coverage{})
	loadCatalog(t).Classify(e)
	return e
}

const (
	accountType  = "Microsoft.Storage/storageAccounts"
	registryType = "Microsoft.ContainerRegistry/registries"
	replicaType  = registryType + "/replications"
	clusterType  = "Microsoft.ContainerService/managedClusters"
	postgresType = "Microsoft.DBforPostgreSQL/flexibleServers"
	databaseType = "Microsoft.Sql/servers/databases"
	cosmosType   = "Microsoft.DocumentDB/databaseAccounts"
	computeType  = estate.WorkspaceType + "/computes"
)
