package machinelearning

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// TestAPrivateEndpointLeadsToTheWorkspace makes one in the customer's network: the
// workspace shows its connection, and people who come through it lean on it.
func TestAPrivateEndpointLeadsToTheWorkspace(t *testing.T) {
	b := trained(t)
	const net = group + "/providers/Microsoft.Network/virtualNetworks/net"
	const pe = group + "/providers/Microsoft.Network/privateEndpoints/pe"
	b.make(net+"?api-version=2024-01-01", `{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"a","properties":{"addressPrefix":"10.0.0.0/24"}}]}}`)
	b.make(pe+"?api-version=2024-01-01", `{"location":"westeurope","properties":{"subnet":{"id":"`+net+`/subnets/a"},"privateLinkServiceConnections":[{"name":"c","properties":{"privateLinkServiceId":"`+wsID+`","groupIds":["amlworkspace"]}}]}}`)
	a := b.must("GET", ws, "")
	list := object.List(a.body, "properties.privateEndpointConnections")
	if len(list) != 1 || number(a.body, "properties.privateLinkCount", 0) != 1 {
		t.Fatalf("the workspace has the connections %v", list)
	}
	c, _ := list[0].(map[string]any)
	if !same(object.Text(c, "properties.privateEndpoint.id"), pe) || object.Text(c, "properties.privateLinkServiceConnectionState.status") != "Approved" {
		t.Errorf("the connection is %v", c)
	}
	b.sick.set(pe, world.Gone, world.Gone)
	b.refused("GET", studio, "", 503, pe)
	b.refused("PUT", ws+"/jobs/one", jobBody, 503, pe)
	b.refused("PUT", ws+"/models/m/versions/1", modelBody, 503, pe)
	delete(b.sick, state.Key(pe))
	b.must("DELETE", pe+"?api-version=2024-01-01", "")
	b.later(10 * time.Minute)
	if got := object.List(b.must("GET", ws, "").body, "properties.privateEndpointConnections"); len(got) != 0 {
		t.Errorf("without the endpoint there are %v", got)
	}
	b.must("GET", studio, "")
}

// TestAWorkspaceInAGroupGoesWithIt deletes the group of a hub and its project,
// whatever order their names are in.
func TestAWorkspaceInAGroupGoesWithIt(t *testing.T) {
	b := open(t)
	b.associated()
	b.make(ml+"workspaces/a-hub", strings.Replace(workspaceBody, `"location"`, `"kind":"Hub","location"`, 1))
	b.make(ml+"workspaces/b-project", `{"location":"westeurope","kind":"Project","properties":{"hubResourceId":"`+group+`/providers/`+ml+`workspaces/a-hub"}}`)
	b.must("DELETE", group+"?api-version=2024-03-01", "")
	b.later(time.Hour)
	if a := b.do("GET", group+"?api-version=2024-03-01", ""); a.status != 404 {
		t.Errorf("the group is there: %v", a)
	}
	if got := b.ids(); len(got) != 0 {
		t.Errorf("there are %v still", got)
	}
}

// TestARedeployedTemplateChangesNothing puts a workspace and all below it twice, as
// a template that is deployed again does.
func TestARedeployedTemplateChangesNothing(t *testing.T) {
	b := trained(t)
	b.endpoint(`{"blue":100}`, "blue")
	keys := b.must("POST", epID+"/listKeys", "").String()
	before := b.must("GET", ws, "").text("properties.workspaceId")
	b.must("PUT", ws, workspaceBody)
	b.later(time.Minute)
	b.must("PUT", ws+"/computes/cpu", clusterBody)
	b.later(time.Minute)
	b.must("PUT", epID, `{"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"authMode":"Key","traffic":{"blue":100}}}`)
	b.later(time.Minute)
	b.must("PUT", epID+"/deployments/blue", deploymentBody)
	b.later(time.Minute)
	if got := b.must("POST", epID+"/listKeys", "").String(); got != keys {
		t.Errorf("the keys were %s and are %s", keys, got)
	}
	if got := b.must("GET", ws, "").text("properties.workspaceId"); got != before {
		t.Errorf("the workspace was %s and is %s", before, got)
	}
	if got := b.names(ws + "/datastores"); len(got) != 4 {
		t.Errorf("the datastores are %v", got)
	}
	b.must("POST", scoreURI, "{}", "Authorization", "Bearer canary-one")
}
