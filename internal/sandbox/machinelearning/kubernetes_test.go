package machinelearning

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const k8sEndpoint = `{"location":"westeurope","properties":{"authMode":"Key","compute":"` + wsID + `/computes/k8s","keys":{"primaryKey":"one","secondaryKey":"two"}}}`

// onKubernetes opens a bench with an endpoint on an attached cluster.
func onKubernetes(t *testing.T) *bench {
	b := workspace(t)
	b.cluster()
	b.make(ws+"/computes/k8s", attachBody)
	b.make(epID, k8sEndpoint)
	b.make(epID+"/deployments/blue", `{"location":"westeurope","properties":{"endpointComputeType":"Kubernetes","instanceType":"gpu"}}`)
	return b
}

func TestEndpointsOnKubernetes(t *testing.T) {
	b := onKubernetes(t)
	if a := b.must("GET", epID, ""); a.text("kind") != "K8S" || a.text("properties.compute") != wsID+"/computes/k8s" {
		t.Errorf("the endpoint is %v", a)
	}
	b.must("POST", scoreURI, "{}", "Authorization", "Bearer one", deploymentHeader, "blue")
	b.refused("PUT", wsID+"/onlineEndpoints/entra", strings.Replace(k8sEndpoint, `"Key"`, `"AADToken"`, 1), 400, "do not support")
	b.refused("PUT", epID+"/deployments/green", deploymentBody, 400, "does not fit")
	b.refused("PUT", epID, strings.Replace(k8sEndpoint, "/k8s", "/other", 1), 409, "cannot be changed")
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		if u := used(tx, subscription, "westeurope", ""); u.total != 0 {
			t.Errorf("what runs on an own cluster uses %d cores of the quota", u.total)
		}
		return nil
	})
	if got := b.names(ws + "/onlineEndpoints?computeType=Kubernetes"); len(got) != 1 {
		t.Errorf("the list is %v", got)
	}
	b.sick.set(wsID+"/computes/k8s", world.Gone, world.Gone)
	b.refused("PUT", wsID+"/onlineEndpoints/more", k8sEndpoint, 503, "not available")
}

func TestLogsOfDeployments(t *testing.T) {
	b := onKubernetes(t)
	if a := b.must("POST", epID+"/deployments/blue/getLogs", `{"containerType":"InferenceServer"}`); a.text("content") == "" {
		t.Errorf("the logs are %v", a)
	}
	b.sick.set(epID+"/deployments/blue", world.Gone, world.Gone)
	b.refused("POST", epID+"/deployments/blue/getLogs", "{}", 503, "cannot be reached")
}

func TestPropertiesOfEndpointsOnlyGrow(t *testing.T) {
	b := workspace(t)
	with := func(p string) string {
		return strings.Replace(endpointBody, `"authMode"`, `"properties":`+p+`,"authMode"`, 1)
	}
	b.make(epID, with(`{"a":"1"}`))
	b.refused("PUT", epID, with(`{"a":"2"}`), 400, "can be added")
	a := b.make(epID, with(`{"b":"2"}`))
	if a.text("properties.properties.a") != "1" || a.text("properties.properties.b") != "2" {
		t.Errorf("they are %v", object.Get(a.body, "properties.properties"))
	}
}

func TestAnEndpointGoesWithItsDeployments(t *testing.T) {
	b := workspace(t)
	b.endpoint(`{"blue":100}`, "blue")
	if a := b.must("DELETE", epID, ""); a.status != 202 || a.header.Get("Location") == "" {
		t.Errorf("the answer is %v with %v", a, a.header)
	}
	b.later(time.Minute)
	for _, path := range []string{epID, epID + "/deployments/blue"} {
		if a := b.do("GET", path, ""); a.status != 404 {
			t.Errorf("%s is there: %v", path, a)
		}
	}
	b.refused("POST", scoreURI, "{}", 404, "no endpoint")
	b.endpoint(`{"blue":100}`, "blue") // its name is free again
}

func TestADeploymentThatIsNotReadyDoesNotAnswer(t *testing.T) {
	b := workspace(t)
	b.make(epID, endpointBody)
	b.must("PUT", epID+"/deployments/blue", deploymentBody)
	b.refused("POST", scoreURI, "{}", 503, "not ready", "Authorization", "Bearer canary-one", deploymentHeader, "blue")
	b.refused("POST", scoreURI, "{}", 404, "gives no deployment any traffic", "Authorization", "Bearer canary-one")
	b.later(time.Minute)
	b.must("POST", scoreURI, "{}", "Authorization", "Bearer canary-one", deploymentHeader, "blue")
}

func TestProbesOfLoadBalancersSeeAnOutage(t *testing.T) {
	b := workspace(t)
	b.make(epID, endpointBody)
	b.must("GET", "/inference/westeurope/demand/", "")
	b.sick.set(epID, world.Gone, world.Gone)
	b.refused("GET", "/inference/westeurope/demand/", "", 503, "not available")
	b.refused("GET", "/inference/westeurope/none/", "", 404, "no endpoint")
	b.refused("GET", "/inference/westeurope/none/swagger.json", "", 404, "no endpoint")
	b.refused("GET", "/inference/", "", 404, "nothing at")
}
