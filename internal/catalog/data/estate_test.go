// Package data_test holds the facts of the catalog's YAML against the tables
// that they were taken from.
package data_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// The types of the workspace and of what is made with it.
const (
	workspace  = estate.WorkspaceType
	account    = "Microsoft.Storage/storageAccounts"
	vault      = "Microsoft.KeyVault/vaults"
	images     = "Microsoft.ContainerRegistry/registries"
	component  = "Microsoft.Insights/components"
	logs       = "Microsoft.OperationalInsights/workspaces"
	compute    = workspace + "/computes"
	datastore  = workspace + "/datastores"
	online     = workspace + "/onlineEndpoints"
	deployment = online + "/deployments"
	mlRegistry = "Microsoft.MachineLearningServices/registries"
	group      = "Microsoft.Resources/resourceGroups"
)

func load(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// resource makes a resource as a template of today declares it; rest are members
// of its body.
func resource(t testing.TB, typ, name, location, rest string) *estate.Resource {
	t.Helper()
	return declared(t, "2026-05-01", typ, name, location, rest)
}

// declared makes a resource as a template declares it with an API version.
func declared(t testing.TB, version, typ, name, location, rest string) *estate.Resource {
	t.Helper()
	if rest != "" {
		rest = "," + rest
	}
	doc, errs := jsonc.Parse("main.json", []byte(`{"apiVersion":"`+version+`"`+rest+`}`))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	types, names := strings.Split(typ, "/"), strings.Split(name, "/")
	id := "/subscriptions/s/resourceGroups/g/providers/" + types[0]
	for i := range names {
		id += "/" + types[i+1] + "/" + names[i]
	}
	return &estate.Resource{ID: estate.ParseID(id), Type: typ, Name: name, Location: location, Body: value.FromNode(doc.Root())}
}

// build makes a classified estate.
func build(c *catalog.Catalog, resources []*estate.Resource, relations ...estate.Relation) *estate.Estate {
	e := estate.Build(resources, relations, estate.Coverage{})
	c.Classify(e)
	return e
}

// thing is a resource beside a workspace in West Europe.
type thing struct {
	typ, at, rest string      // West Europe when at is empty
	role          estate.Role // that it plays for the workspace
	detail        string
}

func (x thing) name() string {
	switch strings.Count(x.typ, "/") {
	case 2:
		return "ws/it"
	case 3:
		return "ws/it/blue"
	}
	return "it"
}

// put makes an estate of the thing, the workspace and others.
func (x thing) put(t testing.TB, others ...*estate.Resource) (*catalog.Catalog, *estate.Estate, *estate.Resource) {
	t.Helper()
	if x.at == "" {
		x.at = "westeurope"
	}
	it, ws := resource(t, x.typ, x.name(), x.at, x.rest), resource(t, workspace, "ws", "westeurope", "")
	var relations []estate.Relation
	if x.role != "" {
		relations = append(relations, estate.Relation{From: ws, To: it, Role: x.role, Detail: x.detail})
	}
	c := load(t)
	e := build(c, append([]*estate.Resource{ws, it}, others...), relations...)
	return c, e, e.ByID(it.ID)
}

// with is a thing that nobody leans on, props one with properties.
func with(typ, at, rest string) thing { return thing{typ: typ, at: at, rest: rest} }

func props(typ, text string) thing { return thing{typ: typ, rest: `"properties":{` + text + `}`} }

func (x thing) as(role estate.Role, detail string) thing {
	x.role, x.detail = role, detail
	return x
}

// stored is a StorageV2 account with a sku and other members of its body.
func stored(sku, rest string) thing {
	return thing{typ: account, rest: `"kind":"StorageV2","sku":{"name":"` + sku + `"}` + rest}
}

func (x thing) asDefault() thing { return x.as(estate.DefaultStorage, "") }
func (x thing) asBlobs() thing   { return x.as(estate.Datastore, "AzureBlob") }
func (x thing) asShares() thing  { return x.as(estate.Datastore, "AzureFile") }
