package machinelearning

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func TestOutboundRulesStandAtTheWorkspaceToo(t *testing.T) {
	b := workspace(t)
	b.refused("PUT", ws+"/outboundRules/pypi", `{"properties":{"type":"FQDN","destination":"pypi.org"}}`, 400, "no managed network")
	b.make(ws, strings.Replace(workspaceBody, `"storageAccount"`, `"managedNetwork":{"isolationMode":"AllowOnlyApprovedOutbound","outboundRules":{"first":{"type":"FQDN","destination":"a.org"}}},"storageAccount"`, 1))
	if got := b.must("GET", ws, ""); got.text("properties.managedNetwork.networkId") == "" || got.text("properties.managedNetwork.status.status") != "Inactive" {
		t.Errorf("the network is %v", object.Get(got.body, "properties.managedNetwork"))
	}
	if a := b.must("PUT", ws+"/outboundRules/pypi", `{"properties":{"type":"FQDN","destination":"pypi.org"}}`); a.header.Get("Location") == "" {
		t.Errorf("the answer has %v", a.header)
	}
	b.later(time.Minute)
	b.make(ws+"/outboundRules/lake", `{"properties":{"type":"PrivateEndpoint","destination":{"serviceResourceId":"`+stID+`","subresourceTarget":"blob"}}}`)
	for _, c := range []struct{ body, part string }{
		{`{"properties":{"type":"FQDN"}}`, "host name"},
		{`{"properties":{"type":"PrivateEndpoint","destination":{"serviceResourceId":"/nowhere"}}}`, "serviceResourceId"},
		{`{"properties":{"type":"ServiceTag","destination":{}}}`, "serviceTag"},
		{`{"properties":{"type":"Hole"}}`, "not allowed"},
	} {
		b.refused("PUT", ws+"/outboundRules/bad", c.body, 400, c.part)
	}
	rules := func() []string {
		return sortedNames(object.Inner(b.must("GET", ws, "").body, "properties.managedNetwork.outboundRules"))
	}
	if got := rules(); !slices.Equal(got, []string{"first", "lake", "pypi"}) {
		t.Errorf("the workspace has the rules %v", got)
	}
	b.must("DELETE", ws+"/outboundRules/pypi", "")
	b.later(time.Minute)
	if got := rules(); !slices.Equal(got, []string{"first", "lake"}) {
		t.Errorf("without one the rules are %v", got)
	}
	b.make(ws+"/computes/cpu", clusterBody)
	if got := b.must("GET", ws, "").text("properties.managedNetwork.status.status"); got != "Active" {
		t.Errorf("with the first compute the network is %s", got)
	}
	a := b.must("POST", ws+"/provisionManagedNetwork", `{"includeSpark":true}`)
	b.later(time.Hour)
	if got := b.must("GET", a.header.Get("Location"), ""); !object.Bool(got.body, "sparkReady") {
		t.Errorf("provisioned it is %v", got)
	}
}

func TestConnectionsOfPrivateEndpointsStandAtTheWorkspace(t *testing.T) {
	b := workspace(t)
	a := b.must("PUT", ws+"/privateEndpointConnections/pe", `{"properties":{"privateLinkServiceConnectionState":{"status":"Pending"}}}`)
	if a.text("properties.privateLinkServiceConnectionState.status") != "Pending" {
		t.Errorf("it is %v", a)
	}
	b.refused("PUT", ws+"/privateEndpointConnections/pe", `{"properties":{"privateLinkServiceConnectionState":{"status":"Maybe"}}}`, 400, "not valid")
	if got := b.must("GET", ws, ""); len(object.List(got.body, "properties.privateEndpointConnections")) != 1 || number(got.body, "properties.privateLinkCount", 0) != 1 {
		t.Errorf("the workspace is %v", got)
	}
}

func TestServicesOfTheFirstGenerationReadBackLittle(t *testing.T) {
	b := workspace(t)
	b.cluster()
	b.make(ws+"/computes/k8s", attachBody)
	const v1 = "?api-version=2021-04-01"
	b.refused("PUT", ws+"/services/web"+v1, `{"properties":{"computeType":"AKS","computeName":"nowhere"}}`, 400, "was not found")
	a := b.make(ws+"/services/web"+v1, `{"properties":{"computeType":"AKS","computeName":"k8s","numReplicas":2,"environmentImageRequest":{"modelIds":["canary"]},"keys":{"primaryKey":"canary-one","secondaryKey":"canary-two"}}}`)
	if a.text("properties.state") != "Healthy" || strings.Contains(a.String(), "canary") || a.text("properties.scoringUri") == "" {
		t.Errorf("it is %v", a)
	}
	if got := b.must("POST", ws+"/services/web/listKeys"+v1, "").text("primaryKey"); got != "canary-one" {
		t.Errorf("its key is %q", got)
	}
	b.must("POST", "/inference/westeurope/web/score", "{}")
	b.sick.set(wsID+"/services/web", world.Gone, world.Gone)
	b.refused("POST", "/inference/westeurope/web/score", "{}", 503, "cannot answer")
}

func TestServerlessEndpointsAndTheirSubscriptions(t *testing.T) {
	b := workspace(t)
	const model = `"modelId":"azureml://registries/azureml-x/models/y"`
	if a := b.make(ws+"/marketplaceSubscriptions/m", `{"properties":{`+model+`}}`); a.text("properties.marketplaceSubscriptionStatus") != "Subscribed" {
		t.Errorf("the subscription is %v", a)
	}
	b.refused("PUT", ws+"/serverlessEndpoints/less", `{"location":"westeurope","properties":{"authMode":"Key"}}`, 400, "modelId")
	a := b.make(ws+"/serverlessEndpoints/less", `{"location":"westeurope","properties":{"authMode":"Key","modelSettings":{`+model+`}}}`)
	if a.text("properties.endpointState") != "Online" || a.text("properties.inferenceEndpoint.uri") == "" || !same(a.text("properties.marketplaceSubscriptionId"), wsID+"/marketplaceSubscriptions/m") {
		t.Errorf("the endpoint is %v", a)
	}
	b.refused("DELETE", ws+"/marketplaceSubscriptions/m", "", http.StatusConflict, "is used by")
	key := b.must("POST", ws+"/serverlessEndpoints/less/listKeys", "").text("primaryKey")
	b.must("POST", strings.TrimPrefix(a.text("properties.inferenceEndpoint.uri"), b.url)+"/score", "{}", "Authorization", "Bearer "+key)
}

func TestLinkedServicesNameWhatIsThere(t *testing.T) {
	b := workspace(t)
	const old = "?api-version=2020-09-01-preview"
	b.refused("PUT", ws+"/linkedServices/spark"+old, `{"properties":{"linkedServiceResourceId":"/nowhere"}}`, 400, "was not found")
	id := group + "/providers/Microsoft.Synapse/workspaces/syn"
	_ = b.w.Store.Write(func(tx *state.Tx) error {
		return tx.Put(&state.Resource{ID: id, Type: "Microsoft.Synapse/workspaces", Name: "syn", Location: "westeurope", Body: []byte(`{}`)})
	})
	if a := b.must("PUT", ws+"/linkedServices/spark"+old, `{"properties":{"linkedServiceResourceId":"`+id+`"}}`); a.text("properties.linkType") != "Synapse" {
		t.Errorf("it is %v", a)
	}
}
