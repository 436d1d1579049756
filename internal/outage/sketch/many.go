package sketch

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

var manyRegions = []string{
	"westeurope", "northeurope", "swedencentral", "germanywestcentral", "francecentral",
	"uksouth", "eastus", "eastus2", "westus3", "southeastasia",
}

// Many makes an estate of workspaces over ten regions, each with resources
// around it: about a hundred for each, as an inventory of a large company has
// them. It is not classified.
func Many(workspaces int) *estate.Estate {
	var resources []*estate.Resource
	var relations []estate.Relation
	for n := range workspaces {
		m := &maker{region: manyRegions[n%len(manyRegions)], group: fmt.Sprintf("/subscriptions/00000000-0000-0000-0000-%012d/resourceGroups/rg-%d", n%7, n)}
		m.one(n)
		resources = append(resources, m.resources...)
		relations = append(relations, m.relations...)
	}
	return estate.Build(resources, relations, estate.Coverage{})
}

type maker struct {
	region, group string
	resources     []*estate.Resource
	relations     []estate.Relation
}

func (m *maker) add(typ, name, location string, body map[string]any) *estate.Resource {
	segments := strings.Split(typ, "/")
	var id strings.Builder
	id.WriteString(m.group + "/providers/" + segments[0])
	for i, part := range strings.Split(name, "/") {
		id.WriteString("/" + segments[i+1] + "/" + part)
	}
	if body == nil {
		body = map[string]any{}
	}
	if body["properties"] == nil {
		body["properties"] = map[string]any{}
	}
	r := &estate.Resource{ID: estate.ParseID(id.String()), Type: typ, Name: name, Location: location, Body: value.FromAny(body)}
	m.resources = append(m.resources, r)
	return r
}

func (m *maker) lean(from *estate.Resource, role estate.Role, to *estate.Resource) {
	m.relations = append(m.relations, estate.Relation{From: from, To: to, Role: role})
}

func sku(name string) map[string]any {
	return map[string]any{"sku": map[string]any{"name": name}, "kind": "StorageV2"}
}

func (m *maker) one(n int) {
	const ml = "Microsoft.MachineLearningServices/workspaces"
	name := fmt.Sprintf("mlw-%d", n)
	skus := []string{"Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS"}
	ws := m.add(ml, name, m.region, nil)
	st := m.add("Microsoft.Storage/storageAccounts", fmt.Sprintf("st%d", n), m.region, sku(skus[n%4]))
	m.lean(ws, estate.DefaultStorage, st)
	m.lean(ws, estate.KeyVault, m.add("Microsoft.KeyVault/vaults", fmt.Sprintf("kv-%d", n), m.region, nil))
	m.lean(ws, estate.ContainerRegistry, m.add("Microsoft.ContainerRegistry/registries", fmt.Sprintf("cr%d", n), m.region, sku("Premium")))
	ai := m.add("Microsoft.Insights/components", fmt.Sprintf("ai-%d", n), m.region, nil)
	m.lean(ws, estate.ApplicationInsights, ai)
	m.lean(ai, estate.Logs, m.add("Microsoft.OperationalInsights/workspaces", fmt.Sprintf("log-%d", n), m.region, nil))
	k8s := m.add("Microsoft.ContainerService/managedClusters", fmt.Sprintf("aks-%d", n), m.region, nil)
	for i := range 20 {
		kind := map[string]any{"properties": map[string]any{"computeType": "AmlCompute"}}
		if i < 10 {
			kind = map[string]any{"properties": map[string]any{"computeType": "ComputeInstance"}}
		}
		c := m.add(ml+"/computes", fmt.Sprintf("%s/c%d", name, i), m.region, kind)
		m.lean(ws, estate.Compute, c)
		if i == 19 {
			m.lean(c, estate.Compute, k8s)
		}
	}
	for i := range 20 {
		ds := m.add(ml+"/datastores", fmt.Sprintf("%s/ds%d", name, i), "", map[string]any{"properties": map[string]any{"datastoreType": "AzureBlob"}})
		data := st
		if i >= 4 {
			data = m.add("Microsoft.Storage/storageAccounts", fmt.Sprintf("st%dd%d", n, i), m.region, sku(skus[i%4]))
		}
		m.relations = append(m.relations,
			estate.Relation{From: ws, To: ds, Role: estate.Datastore, Detail: "AzureBlob"},
			estate.Relation{From: ds, To: data, Role: estate.Datastore, Detail: "AzureBlob"})
	}
	for i := range 9 {
		e := m.add(ml+"/onlineEndpoints", fmt.Sprintf("%s/e%d", name, i), m.region, nil)
		d := m.add(ml+"/onlineEndpoints/deployments", fmt.Sprintf("%s/e%d/blue", name, i), m.region, nil)
		m.lean(ws, estate.Endpoint, e)
		m.lean(e, estate.Deployment, d)
	}
	for i := range 19 { // around it, and of no service
		m.add("Microsoft.Network/networkInterfaces", fmt.Sprintf("nic-%d-%d", n, i), m.region, nil)
	}
}
