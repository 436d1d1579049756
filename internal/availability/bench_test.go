package availability

import (
	"context"
	"fmt"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// organisation makes an estate of workspaces that share registries, vaults and
// data stores, as the teams of one company do. It is not classified.
func organisation(workspaces int) *estate.Estate {
	const ml = "Microsoft.MachineLearningServices/workspaces"
	var resources []*estate.Resource
	var relations []estate.Relation
	regions := []string{"westeurope", "northeurope"}
	add := func(typ, path, name, region string, body map[string]any) *estate.Resource {
		if body == nil {
			body = map[string]any{}
		}
		body["properties"] = map[string]any{}
		r := &estate.Resource{
			ID:   estate.ParseID("/subscriptions/s/resourceGroups/ml/providers/" + path),
			Type: typ, Name: name, Location: region, Body: value.FromAny(body),
		}
		resources = append(resources, r)
		return r
	}
	lean := func(from *estate.Resource, role estate.Role, to *estate.Resource) {
		relations = append(relations, estate.Relation{From: from, To: to, Role: role})
	}
	shared := func(typ, prefix string, count int, sku string) []*estate.Resource {
		out := make([]*estate.Resource, count)
		for i := range out {
			name := fmt.Sprintf("%s%d", prefix, i)
			out[i] = add(typ, typ+"/"+name, name, regions[i%2], map[string]any{"sku": map[string]any{"name": sku}, "kind": "StorageV2"})
		}
		return out
	}
	registries := shared("Microsoft.ContainerRegistry/registries", "cr", 4, "Premium")
	vaults := shared("Microsoft.KeyVault/vaults", "kv", 20, "standard")
	data := shared("Microsoft.Storage/storageAccounts", "data", 30, "Standard_ZRS")
	logs := shared("Microsoft.Insights/components", "ai", 10, "x")
	for n := range workspaces {
		name, region := fmt.Sprintf("ws%d", n), regions[n%2]
		ws := add(ml, ml+"/"+name, name, region, nil)
		st := add("Microsoft.Storage/storageAccounts", fmt.Sprintf("Microsoft.Storage/storageAccounts/st%d", n), fmt.Sprintf("st%d", n), region,
			map[string]any{"sku": map[string]any{"name": []string{"Standard_LRS", "Standard_ZRS"}[n/2%2]}, "kind": "StorageV2"})
		lean(ws, estate.DefaultStorage, st)
		lean(ws, estate.KeyVault, vaults[n%len(vaults)])
		lean(ws, estate.ContainerRegistry, registries[n%len(registries)])
		lean(ws, estate.ApplicationInsights, logs[n%len(logs)])
		for i := range 2 {
			ds := add(ml+"/datastores", fmt.Sprintf("%s/%s/datastores/d%d", ml, name, i), fmt.Sprintf("%s/d%d", name, i), "", nil)
			lean(ws, estate.Datastore, ds)
			lean(ds, estate.Datastore, data[(n*2+i)%len(data)])
		}
		c := add(ml+"/computes", fmt.Sprintf("%s/%s/computes/c", ml, name), name+"/c", region, nil)
		c.Body = value.FromAny(map[string]any{"properties": map[string]any{"computeType": "AmlCompute"}})
		lean(ws, estate.Compute, c)
		e := add(ml+"/onlineEndpoints", fmt.Sprintf("%s/%s/onlineEndpoints/e", ml, name), name+"/e", region, nil)
		d := add(ml+"/onlineEndpoints/deployments", fmt.Sprintf("%s/%s/onlineEndpoints/e/deployments/blue", ml, name), name+"/e/blue", region, nil)
		lean(ws, estate.Endpoint, e)
		lean(e, estate.Deployment, d)
	}
	return estate.Build(resources, relations, estate.Coverage{})
}

// BenchmarkOrganisation is 1,000 workspaces with 6 capabilities each, ranges,
// shares and worst years included, with the facts of the embedded catalog.
func BenchmarkOrganisation(b *testing.B) {
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	e := organisation(1000)
	cat.Classify(e)
	for b.Loop() {
		a, err := New(context.Background(), e, cat, DefaultRates(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range a.Rows {
			a.WorstYear(a.Shares(r, ExpectedReading))
		}
		b.ReportMetric(float64(len(a.Rows)), "rows")
		b.ReportMetric(float64(a.sheets[ExpectedReading].flat.Len()), "nodes")
	}
}

// BenchmarkWorkspace is one workspace with a hundred resources around it.
func BenchmarkWorkspace(b *testing.B) {
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	e := sketch.Many(1)
	cat.Classify(e)
	for b.Loop() {
		if _, err := New(context.Background(), e, cat, DefaultRates(), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
