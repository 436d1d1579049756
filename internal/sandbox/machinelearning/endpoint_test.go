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

const (
	endpointBody   = `{"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"authMode":"Key","keys":{"primaryKey":"canary-one","secondaryKey":"canary-two"}}}`
	deploymentBody = `{"location":"westeurope","sku":{"name":"Default","capacity":2},"properties":{"endpointComputeType":"Managed","instanceType":"Standard_DS3_v2"}}`
	epID           = wsID + "/onlineEndpoints/demand"
)

// endpoint makes an online endpoint with the deployments, which share the traffic
// as it is given.
func (b *bench) endpoint(traffic string, deployments ...string) {
	b.t.Helper()
	b.make(epID, endpointBody)
	for _, d := range deployments {
		b.make(epID+"/deployments/"+d, deploymentBody)
	}
	b.make(epID, strings.Replace(endpointBody, `"authMode"`, `"traffic":`+traffic+`,"authMode"`, 1))
}

func TestAnEndpointIsMadeWithItsKeys(t *testing.T) {
	b := workspace(t)
	a := b.must("PUT", epID, endpointBody)
	if a.status != 201 || a.header.Get("Azure-AsyncOperation") == "" || !strings.HasPrefix(a.header.Get("x-ms-async-operation-timeout"), "PT1H") || a.text("properties.provisioningState") != "Creating" {
		t.Errorf("the answer is %v with %v", a, a.header)
	}
	if got := a.text("properties.properties.AzureAsyncOperationUri"); got != a.header.Get("Azure-AsyncOperation") {
		t.Errorf("the body has the operation at %q", got)
	}
	if strings.Contains(a.String(), "canary") {
		t.Errorf("it shows its keys: %v", a)
	}
	b.refused("POST", "/inference/westeurope/demand/score", "{}", 404, "no endpoint")
	b.later(time.Minute)
	a = b.must("GET", epID, "")
	if a.text("properties.scoringUri") != b.url+"/inference/westeurope/demand/score" || a.text("properties.swaggerUri") == "" || a.text("identity.principalId") == "" {
		t.Errorf("it is %v", a)
	}
	keys := func() string { return b.must("POST", epID+"/listKeys", "").String() }
	if got := keys(); !strings.Contains(got, "canary-one") || !strings.Contains(got, "canary-two") {
		t.Errorf("its keys are %s", got)
	}
	b.must("POST", epID+"/regenerateKeys", `{"keyType":"Primary","keyValue":"chosen"}`)
	b.must("POST", epID+"/regenerateKeys", `{"keyType":"Secondary"}`)
	if got := keys(); !strings.Contains(got, "chosen") || strings.Contains(got, "canary") {
		t.Errorf("after regenerateKeys its keys are %s", got)
	}
	b.refused("POST", epID+"/regenerateKeys", `{"keyType":"Third"}`, 400, "keyType")
	b.refused("POST", epID+"/token", "", 400, "gives no tokens")
	b.make(ml+"workspaces/other", workspaceBody)
	b.refused("PUT", ml+"workspaces/other/onlineEndpoints/demand", endpointBody, http.StatusConflict, "already taken")
}

func TestEndpointsAreHeldToTheirRules(t *testing.T) {
	b := trained(t)
	b.endpoint(`{"blue":100}`, "blue", "green")
	with := func(more string) string { return strings.Replace(endpointBody, `"authMode"`, more+`,"authMode"`, 1) }
	for _, c := range []struct{ name, body, part string }{
		{"traffic of 90", with(`"traffic":{"blue":90}`), "must sum to 100"},
		{"traffic of 110", with(`"traffic":{"blue":60,"green":50}`), "must sum to 100"},
		{"traffic to nobody", with(`"traffic":{"red":100}`), "was not found"},
		{"half a percent", with(`"traffic":{"blue":99.5}`), "whole number"},
		{"a mirror of 60", with(`"traffic":{"blue":100},"mirrorTraffic":{"green":60}`), "at most 50"},
		{"another compute", with(`"compute":"` + wsID + `/computes/cpu"`), ""},
	} {
		if a := b.do("PUT", epID, c.body); a.status < 400 || !strings.Contains(a.message(), c.part) {
			t.Errorf("%s: %v, want %q", c.name, a, c.part)
		}
	}
	b.must("PUT", epID, with(`"traffic":{"blue":70,"green":30},"mirrorTraffic":{"green":20}`))
	b.later(time.Minute)
	b.must("PATCH", epID, `{"tags":{"a":"b"},"properties":{"description":"ignored","traffic":{"blue":1}}}`)
	b.later(time.Minute)
	if a := b.must("GET", epID, ""); a.text("tags.a") != "b" || a.text("properties.description") != "" || number(a.body, "properties.traffic.blue", 0) != 70 {
		t.Errorf("after PATCH it is %v", a)
	}
	b.refused("PUT", wsID+"/onlineEndpoints/other", strings.Replace(endpointBody, "westeurope", "northeurope", 1), 400, "region of its workspace")
	b.refused("PUT", wsID+"/onlineEndpoints/other", with(`"compute":"`+wsID+`/computes/cpu"`), 400, "computes of the type Kubernetes")
	if got := b.names(ws + "/onlineEndpoints?name=demand&computeType=Managed"); !slices.Equal(got, []string{"demand"}) {
		t.Errorf("the list is %v", got)
	}
}

func TestDeploymentsAreHeldToTheirRules(t *testing.T) {
	b := workspace(t)
	b.make(epID, endpointBody)
	a := b.must("PUT", epID+"/deployments/blue", deploymentBody)
	if a.status != 201 || !strings.HasPrefix(a.header.Get("x-ms-async-operation-timeout"), "PT2H") {
		t.Errorf("the answer is %v with %v", a, a.header)
	}
	b.later(time.Minute)
	for _, c := range []struct{ name, body, part string }{
		{"no type", `{"location":"westeurope","properties":{}}`, "endpointComputeType"},
		{"60 instances", strings.Replace(deploymentBody, `"capacity":2`, `"capacity":60`, 1), "1 to 50"},
		{"Kubernetes on a managed endpoint", strings.Replace(deploymentBody, "Managed", "Kubernetes", 1), "does not fit"},
		{"another region", strings.Replace(deploymentBody, "westeurope", "northeurope", 1), "region of its endpoint"},
		{"a model that is not there", strings.Replace(deploymentBody, `"instanceType"`, `"model":"`+wsID+`/models/m/versions/1","instanceType"`, 1), "was not found"},
		{"a size that is none", strings.Replace(deploymentBody, "Standard_DS3_v2", "Huge", 1), "not known"},
	} {
		if a := b.do("PUT", epID+"/deployments/red", c.body); a.status != 400 || !strings.Contains(a.message(), c.part) {
			t.Errorf("%s: %v, want %q", c.name, a, c.part)
		}
	}
	a = b.must("PATCH", epID+"/deployments/blue", `{"sku":{"name":"Default","capacity":4}}`)
	if got := b.must("GET", epID+"/deployments/blue", ""); got.text("properties.provisioningState") != "Scaling" {
		t.Errorf("while it scales it is %v (the answer was %v)", got, a)
	}
	b.later(time.Minute)
	b.must("PUT", epID, strings.Replace(endpointBody, `"authMode"`, `"traffic":{"blue":100},"authMode"`, 1))
	b.later(time.Minute)
	b.refused("DELETE", epID+"/deployments/blue", "", 400, "Move the traffic first")
	b.must("PUT", epID, strings.Replace(endpointBody, `"authMode"`, `"traffic":{"blue":0},"authMode"`, 1))
	b.later(time.Minute)
	if a := b.must("DELETE", epID+"/deployments/blue", ""); a.status != 202 || a.header.Get("Location") == "" {
		t.Errorf("DELETE gives %v", a)
	}
	if a := b.must("GET", epID+"/deployments/blue/skus", ""); len(object.List(a.body, "value")) != 1 {
		t.Errorf("its skus are %v", a)
	}
}

func TestADeploymentNeedsAFifthMoreQuotaThanItHas(t *testing.T) {
	for n, want := range map[int]int{1: 2, 2: 3, 5: 6, 10: 12, 50: 60} {
		if got := reserved(n); got != want {
			t.Errorf("%d instances need %d, want %d", n, got, want)
		}
	}
	b := workspace(t)
	b.make(epID, endpointBody)
	b.make(epID+"/deployments/blue", strings.Replace(deploymentBody, `"capacity":2`, `"capacity":10`, 1))
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		if got := used(tx, subscription, "westeurope", "").families["standardDSv2Family"]; got != 48 {
			t.Errorf("10 instances of 4 cores use %d", got)
		}
		return nil
	})
}

const scoreURI = "/inference/westeurope/demand/score"

func TestTrafficIsSharedAsItSays(t *testing.T) {
	b := workspace(t)
	b.endpoint(`{"blue":70,"green":30}`, "blue", "green")
	count := map[string]int{}
	for range 100 {
		a := b.must("POST", scoreURI, `{"data":[1]}`, "Authorization", "Bearer canary-one")
		if a.text("deployment") != a.header.Get(deploymentHeader) {
			t.Fatalf("it is %v with %v", a, a.header)
		}
		count[a.text("deployment")]++
	}
	if count["blue"] != 70 || count["green"] != 30 {
		t.Errorf("of 100 requests %v", count)
	}
	if a := b.must("POST", scoreURI, "{}", "Authorization", "Bearer canary-two", deploymentHeader, "green"); a.text("deployment") != "green" {
		t.Errorf("asked for green, it is %v", a)
	}
	b.refused("POST", scoreURI, "{}", 404, "could not be found", "Authorization", "Bearer canary-one", deploymentHeader, "red")
	b.refused("POST", scoreURI, "{}", 401, "key", "Authorization", "Bearer wrong")
	b.refused("POST", scoreURI, "{}", 401, "Authorization header", "Authorization", "")
	b.refused("POST", scoreURI, "[]", 400, "JSON", "Authorization", "Bearer canary-one")
	b.must("GET", "/inference/westeurope/demand/swagger.json", "", "Authorization", "Bearer canary-one")
	b.must("GET", "/inference/westeurope/demand/", "")
	b.refused("POST", "/inference/northeurope/demand/score", "{}", 404, "no endpoint")
}

func TestTokensOfEndpoints(t *testing.T) {
	b := workspace(t)
	wall := noon
	b.w.Wall = func() time.Time { return wall }
	b.make(epID, `{"location":"westeurope","properties":{"authMode":"AMLToken"}}`)
	b.make(epID+"/deployments/blue", deploymentBody)
	token := b.must("POST", epID+"/token", "").text("accessToken")
	score := func(token string) int {
		return b.do("POST", scoreURI, "{}", "Authorization", "Bearer "+token, deploymentHeader, "blue").status
	}
	if got := score(token); got != 200 {
		t.Errorf("with its token it gives %d", got)
	}
	if got := score("9999999999." + strings.Split(token, ".")[1]); got != 401 {
		t.Errorf("with a token that was changed it gives %d", got)
	}
	wall = wall.Add(2 * time.Hour)
	if got := score(token); got != 401 {
		t.Errorf("with an old token it gives %d", got)
	}
	b.make(wsID+"/onlineEndpoints/entra", `{"location":"westeurope","properties":{"authMode":"AADToken"}}`)
	b.make(wsID+"/onlineEndpoints/entra/deployments/blue", deploymentBody)
	for given, want := range map[string]int{"Bearer good": 200, "Bearer bad": 401} {
		if a := b.do("POST", "/inference/westeurope/entra/score", "{}", "Authorization", given, deploymentHeader, "blue"); a.status != want {
			t.Errorf("%s gives %v", given, a)
		}
	}
	b.refused("POST", wsID+"/onlineEndpoints/entra/listKeys", "", 400, "has no keys")
}

func TestAnEndpointAnswersAsLongAsADeploymentDoes(t *testing.T) {
	b := workspace(t)
	b.endpoint(`{"blue":50,"green":50}`, "blue", "green")
	ask := func(deployment string) int {
		return b.do("POST", scoreURI, "{}", "Authorization", "Bearer canary-one", deploymentHeader, deployment).status
	}
	b.sick.set(epID+"/deployments/blue", world.Gone, world.Gone)
	count := map[int]int{}
	for range 100 {
		count[ask("")]++
	}
	if count[200] != 50 || count[503] != 50 {
		t.Errorf("with one of two down: %v", count)
	}
	if ask("blue") != 503 || ask("green") != 200 {
		t.Errorf("asked by name: blue %d, green %d", ask("blue"), ask("green"))
	}
	delete(b.sick, state.Key(epID+"/deployments/blue"))
	b.sick.set(epID, world.Partial, world.Partial)
	count = map[int]int{}
	for range 10 {
		count[ask("")]++
	}
	if count[200] != 5 || count[503] != 5 {
		t.Errorf("of what serves in part: %v", count)
	}
	b.sick.set(epID, world.Gone, world.Gone)
	if got := ask(""); got != 503 {
		t.Errorf("with the endpoint down it gives %d", got)
	}
}

func TestWhatRunsGoesOnWithoutWhatItWasMadeFrom(t *testing.T) {
	b := workspace(t)
	b.endpoint(`{"blue":100}`, "blue")
	for _, id := range []string{stID, kvID, crID} {
		b.sick.set(id, world.Gone, world.Gone)
		a := b.must("POST", scoreURI, "{}", "Authorization", "Bearer canary-one")
		if got := a.header.Get(missingHeader); !strings.Contains(got, id) {
			t.Errorf("without %s it says %q", id, got)
		}
		b.refused("PUT", epID+"/deployments/green", deploymentBody, 503, id)
		delete(b.sick, state.Key(id))
	}
	b.sick.set(wsID, world.Gone, world.Gone)
	b.refused("POST", scoreURI, "{}", 503, "workspace", "Authorization", "Bearer canary-one")
}

func TestABatchIsAJob(t *testing.T) {
	b := trained(t)
	const be = wsID + "/batchEndpoints/nightly"
	b.make(be, `{"location":"westeurope","properties":{"authMode":"AADToken"}}`)
	b.refused("PUT", be, `{"location":"westeurope","properties":{"authMode":"AADToken","defaults":{"deploymentName":"blue"}}}`, 400, "was not found")
	b.refused("PUT", be+"/deployments/blue", `{"location":"westeurope","properties":{}}`, 400, "compute")
	b.make(be+"/deployments/blue", `{"location":"westeurope","properties":{"compute":"`+wsID+`/computes/cpu"}}`)
	b.must("PATCH", be, `{"properties":{"defaults":{"deploymentName":"blue"}}}`)
	b.later(time.Minute)
	uri := b.must("GET", be, "").text("properties.scoringUri")
	if !strings.HasSuffix(uri, "/inference/westeurope/nightly/jobs") {
		t.Fatalf("its address is %q", uri)
	}
	path := strings.TrimPrefix(uri, b.url)
	b.refused("POST", path, "{}", 401, "token", "Authorization", "Bearer bad")
	b.refused("POST", path, "{}", 404, "no deployment", deploymentHeader, "red")
	invoke := func() answered {
		return b.must("POST", path, `{"properties":{"InputData":{"d":{"jobInputType":"uri_folder","uri":"azureml://datastores/workspaceblobstore/paths/in"}}}}`)
	}
	a := invoke()
	if a.status != 201 || a.text("properties.status") != "Queued" {
		t.Errorf("it is %v", a)
	}
	b.later(5 * time.Minute)
	if got := b.must("GET", path+"/"+a.text("name"), "").text("properties.status"); got != "Completed" {
		t.Errorf("it is %s", got)
	}
	if b.blobs["stone/azureml/"+artifacts(a.text("name"))+"outputs/predictions.csv"] == "" {
		t.Errorf("it has written %v", b.blobs)
	}
	b.sick.set(wsID+"/computes/cpu", world.Gone, world.Gone)
	a = invoke()
	b.later(5 * time.Minute)
	if got := b.must("GET", ws+"/jobs/"+a.text("name"), ""); got.text("properties.status") != "Failed" {
		t.Errorf("without its cluster it is %v", got)
	}
	b.sick.set(be, world.Gone, world.Gone)
	b.refused("POST", path, "{}", 503, "endpoint")
}
