package probe_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/inventory"
	"github.com/holdfast-ml/holdfast/internal/source/relate"
)

// draft is an estate in the making: resources as ARM has them.
type draft struct {
	*rand.Rand
	group string
	all   []map[string]any
}

type body = map[string]any

// add puts a resource in and gives its id.
func (d *draft) add(typ, name, location string, b body) string {
	id := d.group + "/providers/" + typ + "/" + name
	if parts, names := strings.Split(typ, "/"), strings.Split(name, "/"); len(parts) > 2 {
		id = d.group + "/providers/" + parts[0]
		for i, p := range parts[1:] {
			id += "/" + p + "/" + names[i]
		}
	}
	r := body{"id": id, "name": name[strings.LastIndex(name, "/")+1:], "type": typ}
	if location != "" {
		r["location"] = location
	}
	for k, v := range b {
		r[k] = v
	}
	d.all = append(d.all, r)
	return id
}

func (d *draft) pick(from ...string) string { return from[d.IntN(len(from))] }
func (d *draft) chance(percent int) bool    { return d.IntN(100) < percent }

// draw draws an estate of one or two workspaces with all that they lean on.
func draw(seed uint64) []byte {
	d := &draft{Rand: rand.New(rand.NewPCG(seed, 7)), group: "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"}
	home := d.pick("westeurope", "westeurope", "northeurope", "westus", "francecentral")
	other := d.pick("northeurope", "westeurope", "westus")
	region := func() string { // mostly at home
		if d.chance(20) {
			return other
		}
		return home
	}
	d.all = append(d.all, body{"id": d.group, "name": "rg", "type": "Microsoft.Resources/resourceGroups", "location": region()})
	logs := d.add("Microsoft.OperationalInsights/workspaces", "logs", region(), body{"properties": body{}})
	for w := range 1 + d.IntN(2) {
		d.workspace(fmt.Sprintf("%d", w), home, region, logs)
	}
	b, _ := json.Marshal(d.all)
	return b
}

func (d *draft) storage(name, location string) string {
	return d.add("Microsoft.Storage/storageAccounts", name, location, body{"kind": "StorageV2", "sku": body{"name": d.pick("Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Standard_GZRS")}, "properties": body{}})
}

func (d *draft) workspace(n, home string, region func() string, logs string) {
	properties := body{
		"storageAccount":      d.storage("st"+n, home),
		"keyVault":            d.add("Microsoft.KeyVault/vaults", "kv"+n, region(), body{"properties": body{"sku": body{"family": "A", "name": "standard"}, "tenantId": "x", "accessPolicies": []any{}}}),
		"applicationInsights": d.add("Microsoft.Insights/components", "ai"+n, region(), body{"kind": "web", "properties": body{"Application_Type": "web", "WorkspaceResourceId": logs}}),
	}
	if d.chance(70) {
		properties["containerRegistry"] = d.add("Microsoft.ContainerRegistry/registries", "cr"+n, region(), body{"sku": body{"name": d.pick("Basic", "Standard", "Premium")}, "properties": body{}})
	}
	const ml = "Microsoft.MachineLearningServices/workspaces"
	ws := d.add(ml, "ws"+n, home, body{"identity": body{"type": "SystemAssigned"}, "properties": properties})
	var cluster string
	if d.chance(50) {
		pool := body{"name": "system", "count": 3, "vmSize": "Standard_DS3_v2", "mode": "System", "osType": "Linux"}
		if r, _ := estate.RegionByName(home); r.Zones > 0 && d.chance(50) {
			pool["availabilityZones"] = []string{"1", "2", "3"}
		}
		aks := d.add("Microsoft.ContainerService/managedClusters", "aks"+n, home, body{"sku": body{"name": "Base", "tier": d.pick("Free", "Standard")}, "properties": body{"agentPoolProfiles": []any{pool}, "dnsPrefix": "k"}})
		cluster = d.add(ml+"/computes", "ws"+n+"/k8s", home, body{"properties": body{"computeType": "Kubernetes", "resourceId": aks, "properties": body{"namespace": "default"}}})
	}
	var train string
	for i := range d.IntN(3) {
		train = d.add(ml+"/computes", fmt.Sprintf("ws%s/cpu%d", n, i), d.pick(home, home, region()), body{"properties": body{"computeType": "AmlCompute", "properties": body{
			"vmSize": "STANDARD_DS3_V2", "vmPriority": "Dedicated", "scaleSettings": body{"minNodeCount": 0, "maxNodeCount": 4}}}})
	}
	if d.chance(60) {
		account := d.storage("data"+n, region())
		d.add(ml+"/datastores", "ws"+n+"/sales", "", body{"properties": body{"datastoreType": "AzureBlob", "accountName": account[strings.LastIndex(account, "/")+1:], "containerName": "sales", "credentials": body{"credentialsType": "None"}}})
	}
	for i := range d.IntN(3) {
		d.endpoint(fmt.Sprintf("ws%s/ep%s%d", n, n, i), home, ws, cluster)
	}
	if train != "" && d.chance(50) {
		d.add(ml+"/batchEndpoints", "ws"+n+"/batch"+n, home, body{"properties": body{"authMode": "AADToken", "defaults": body{"deploymentName": "main"}}})
		d.add(ml+"/batchEndpoints/deployments", "ws"+n+"/batch"+n+"/main", home, body{"properties": body{"compute": train}})
	}
}

// endpoint is an online endpoint with one or two deployments that share its
// traffic.
func (d *draft) endpoint(name, home, ws, cluster string) {
	const ml = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
	p := body{"authMode": d.pick("Key", "AADToken"), "traffic": body{"blue": 100}}
	kind := "Managed"
	if cluster != "" && d.chance(40) {
		kind, p["compute"], p["authMode"] = "Kubernetes", cluster, "Key"
	}
	d.add(ml, name, home, body{"properties": p})
	d.add(ml+"/deployments", name+"/blue", home, body{"sku": body{"name": "Default", "capacity": 1 + d.IntN(4)}, "properties": body{"endpointComputeType": kind, "instanceType": "Standard_DS3_v2"}})
}

// see reads what the sandbox holds as a client does: Resource Graph, and the
// lists that only workspaces have.
func see(t testing.TB, c *azure.Client, cat *catalog.Catalog) *estate.Estate {
	t.Helper()
	ctx := context.Background()
	var rows []json.RawMessage
	for _, q := range []string{
		"resources | project id, name, type, location, kind, sku, zones, tags, identity, properties | order by id asc",
		"resourcecontainers | where type == 'microsoft.resources/subscriptions/resourcegroups' | project id, name, type = 'Microsoft.Resources/resourceGroups', location, tags, properties | order by id asc",
	} {
		got, err := azure.All(c.Query(ctx, q, nil))
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, got...)
	}
	for _, raw := range slices.Clone(rows) {
		var r struct{ ID, Type string }
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		if !strings.EqualFold(r.Type, estate.WorkspaceType) {
			continue
		}
		for _, list := range []string{"computes", "datastores", "connections"} {
			got, err := azure.All(c.List(ctx, r.ID+"/"+list, "2025-06-01"))
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, got...)
		}
	}
	b, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	doc, problems := jsonc.Parse("live", b)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	found := relate.Find(inventory.Read(doc).Resources, relate.Options{})
	e := estate.Build(found.Resources, found.Relations, estate.Coverage{})
	cat.Classify(e)
	return e
}
