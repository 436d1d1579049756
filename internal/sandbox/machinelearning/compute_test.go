package machinelearning

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// cluster makes an AKS cluster.
func (b *bench) cluster() {
	b.t.Helper()
	b.make(aksID+"?api-version=2024-05-01", `{"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"dnsPrefix":"k","agentPoolProfiles":[{"name":"p","mode":"System","count":3,"vmSize":"Standard_D4s_v5"}]}}`)
}

const attachBody = `{"location":"westeurope","properties":{"computeType":"Kubernetes","resourceId":"` + aksID + `","properties":{"namespace":"default"}}}`

func TestAClusterIsMadeByAnAsynchronousOperation(t *testing.T) {
	b := workspace(t)
	a := b.must("PUT", ws+"/computes/cpu", clusterBody)
	if a.status != http.StatusCreated || a.header.Get("Azure-AsyncOperation") == "" || a.text("properties.provisioningState") != "Creating" {
		t.Errorf("the answer is %v with %v", a, a.header)
	}
	if got := b.must("GET", a.header.Get("Azure-AsyncOperation"), "").text("status"); got != "InProgress" {
		t.Errorf("the operation is %s", got)
	}
	b.later(time.Minute)
	if got := b.must("GET", a.header.Get("Azure-AsyncOperation"), "").text("status"); got != "Succeeded" {
		t.Errorf("the operation is %s", got)
	}
	a = b.must("GET", ws+"/computes/cpu", "")
	for path, want := range map[string]string{
		"properties.provisioningState": "Succeeded", "properties.computeLocation": "westeurope", "properties.properties.allocationState": "Steady",
		"properties.properties.vmPriority": "Dedicated", "properties.properties.osType": "Linux",
	} {
		if got := a.text(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if got := object.List(b.must("POST", ws+"/computes/cpu/listNodes", "").body, "nodes"); len(got) != 1 {
		t.Errorf("it has the nodes %v", got)
	}
	if a := b.must("DELETE", ws+"/computes/cpu?underlyingResourceAction=Delete", ""); a.status != http.StatusAccepted || a.header.Get("Location") == "" || a.header.Get("Azure-AsyncOperation") == "" {
		t.Errorf("DELETE gives %v with %v", a, a.header)
	}
}

func TestComputesAreHeldToTheirRules(t *testing.T) {
	b := workspace(t)
	b.cluster()
	b.make(ws+"/computes/taken", clusterBody)
	b.make(ml+"workspaces/other", workspaceBody)
	for _, c := range []struct {
		name, path, body string
		part             string
		status           int
	}{
		{"a name that ends with a number", ws + "/computes/cpu-1", clusterBody, "hyphen followed by digits", 400},
		{"a short name", ws + "/computes/ab", clusterBody, "not valid", 400},
		{"a type that is not known", ws + "/computes/cpu", `{"properties":{"computeType":"Abacus"}}`, "not allowed", 400},
		{"no type", ws + "/computes/cpu", `{"properties":{}}`, "computeType", 400},
		{"no size", ws + "/computes/cpu", `{"properties":{"computeType":"AmlCompute","properties":{"scaleSettings":{"maxNodeCount":1}}}}`, "vmSize", 400},
		{"a size that is none", ws + "/computes/cpu", strings.Replace(clusterBody, "STANDARD_DS3_V2", "Huge", 1), "not known", 400},
		{"no scale", ws + "/computes/cpu", `{"properties":{"computeType":"AmlCompute","properties":{"vmSize":"Standard_DS3_v2"}}}`, "scaleSettings", 400},
		{"a subnet that is not there", ws + "/computes/cpu", strings.Replace(clusterBody, `"vmSize"`, `"subnet":{"id":"`+group+`/providers/Microsoft.Network/virtualNetworks/v/subnets/s"},"vmSize"`, 1), "subnet", 400},
		{"too many nodes", ws + "/computes/cpu", strings.Replace(clusterBody, `"maxNodeCount":4`, `"maxNodeCount":400`, 1), "exceeding quota", 400},
		{"a name that is taken in the region", ml + "workspaces/other/computes/taken", clusterBody, "unique in a region", 409},
		{"an instance elsewhere", ws + "/computes/nb-one", `{"location":"northeurope","properties":{"computeType":"ComputeInstance","properties":{"vmSize":"Standard_DS3_v2"}}}`, "region of its workspace", 400},
		{"attached to nothing", ws + "/computes/k8s", `{"properties":{"computeType":"Kubernetes"}}`, "resourceId", 400},
		{"attached to what is not there", ws + "/computes/k8s", strings.Replace(attachBody, "/k8s", "/nowhere", 1), "not found", 400},
		{"attached to another type", ws + "/computes/k8s", strings.Replace(attachBody, aksID, stID, 1), "managedClusters", 400},
	} {
		if a := b.do("PUT", c.path, c.body); a.status != c.status || !strings.Contains(a.message(), c.part) {
			t.Errorf("%s: %v, want %d and %q", c.name, a, c.status, c.part)
		}
	}
	b.make(ml+"workspaces/other/computes/taken", strings.Replace(clusterBody, "westeurope", "northeurope", 1))
	if a := b.make(ws+"/computes/north", strings.Replace(clusterBody, "westeurope", "northeurope", 1)); a.text("properties.computeLocation") != "northeurope" || a.text("location") != "northeurope" {
		t.Errorf("a cluster in another region is %v", a)
	}
}

func TestComputesAreAttachedAndDetached(t *testing.T) {
	b := workspace(t)
	b.cluster()
	a := b.make(ws+"/computes/k8s", attachBody)
	if !object.Bool(a.body, "properties.isAttachedCompute") || a.text("properties.resourceId") != aksID {
		t.Errorf("it is %v", a)
	}
	if a := b.must("POST", ws+"/computes/k8s/listKeys", ""); a.text("userKubeConfig") == "" {
		t.Errorf("its keys are %v", a)
	}
	b.refused("DELETE", ws+"/computes/k8s", "", 400, "underlyingResourceAction")
	b.refused("DELETE", ws+"/computes/k8s?underlyingResourceAction=Eat", "", 400, "not valid")
	b.must("DELETE", ws+"/computes/k8s?underlyingResourceAction=Detach", "")
	b.later(time.Minute)
	b.must("GET", aksID+"?api-version=2024-05-01", "")
	b.make(ws+"/computes/k8s", attachBody)
	b.must("DELETE", ws+"/computes/k8s?underlyingResourceAction=Delete", "")
	b.later(20 * time.Minute)
	if a := b.do("GET", aksID+"?api-version=2024-05-01", ""); a.status != http.StatusNotFound {
		t.Errorf("the cluster is there: %v", a)
	}
	if a := b.make(ws+"/computes/made", `{"properties":{"computeType":"AKS","properties":{"agentCount":3}}}`); a.text("properties.resourceId") == "" {
		t.Errorf("the service has made no cluster: %v", a)
	}
}

func TestSecretsOfComputesAreListedAndNotShown(t *testing.T) {
	b := workspace(t)
	dbx := group + "/providers/Microsoft.Databricks/workspaces/dbx"
	_ = b.w.Store.Write(func(tx *state.Tx) error {
		return tx.Put(&state.Resource{ID: dbx, Type: "Microsoft.Databricks/workspaces", Name: "dbx", Location: "westeurope", Body: []byte(`{}`)})
	})
	a := b.make(ws+"/computes/spark", `{"properties":{"computeType":"Databricks","resourceId":"`+dbx+`","properties":{"databricksAccessToken":"dapi-canary","workspaceUrl":"adb-1.azuredatabricks.net"}}}`)
	if strings.Contains(a.String(), "canary") {
		t.Errorf("it shows its token: %v", a)
	}
	if got := b.must("POST", ws+"/computes/spark/listKeys", "").text("databricksAccessToken"); got != "dapi-canary" {
		t.Errorf("its token is %q", got)
	}
}

func TestInstancesAreStoppedAndStarted(t *testing.T) {
	b := workspace(t)
	a := b.make(ws+"/computes/notebook", `{"properties":{"computeType":"ComputeInstance","properties":{"vmSize":"Standard_DS3_v2"}}}`)
	if a.text("properties.properties.state") != "Running" {
		t.Errorf("it is %v", a)
	}
	for _, c := range []struct{ action, want string }{{"stop", "Stopped"}, {"start", "Running"}, {"restart", "Running"}} {
		if a := b.must("POST", ws+"/computes/notebook/"+c.action, ""); a.status != http.StatusAccepted || a.header.Get("Location") == "" {
			t.Errorf("%s gives %v", c.action, a)
		}
		b.later(time.Minute)
		if got := b.must("GET", ws+"/computes/notebook", "").text("properties.properties.state"); got != c.want {
			t.Errorf("after %s it is %s", c.action, got)
		}
	}
	b.sick.set(wsID+"/computes/notebook", world.Gone, world.Gone)
	b.refused("POST", ws+"/computes/notebook/start", "", 503, "not available")
}

func TestQuotasAreCountedAndSet(t *testing.T) {
	b := workspace(t)
	b.make(ws+"/computes/cpu", clusterBody) // 4 nodes of 4 cores
	regional := "/subscriptions/" + subscription + "/providers/Microsoft.MachineLearningServices/locations/westeurope/"
	row := func(list, name string) object.Object {
		for _, e := range object.List(b.must("GET", regional+list, "").body, "value") {
			m, _ := e.(map[string]any)
			if object.Text(m, "name.value") == name && !strings.Contains(object.Text(m, "type"), "workspaces/quotas") {
				return m
			}
		}
		t.Fatalf("%s has no row %s", list, name)
		return nil
	}
	if got := row("usages", "standardDSv2Family"); number(got, "currentValue", 0) != 16 || number(got, "limit", 0) != sizes().Limits.Dedicated {
		t.Errorf("the usage is %v", got)
	}
	if got := number(row("usages", "Clusters"), "currentValue", 0); got != 1 {
		t.Errorf("there are %d clusters", got)
	}
	set := func(limit string, name string) string {
		a := b.must("POST", regional+"updateQuotas", `{"location":"westeurope","value":[{"id":"`+regional+`vmFamilies/`+name+`","type":"Microsoft.MachineLearningServices/vmFamily/quotas","limit":`+limit+`,"unit":"Count"}]}`)
		m, _ := object.List(a.body, "value")[0].(map[string]any)
		return object.Text(m, "status")
	}
	for _, c := range []struct{ limit, family, want string }{
		{"20", "standardDSv2Family", "Success"}, {"10", "standardDSv2Family", "InvalidQuotaBelowClusterMinimum"}, {"10", "nonsense", "InvalidVMFamilyName"},
	} {
		if got := set(c.limit, c.family); got != c.want {
			t.Errorf("setting %s to %s gives %s, want %s", c.family, c.limit, got, c.want)
		}
	}
	if got := number(row("quotas", "standardDSv2Family"), "limit", 0); got != 20 {
		t.Errorf("the quota is %d", got)
	}
	b.refused("PUT", ws+"/computes/more", clusterBody, 400, "exceeding quota")
	b.make(ws+"/computes/cheap", strings.Replace(clusterBody, `"vmSize"`, `"vmPriority":"LowPriority","vmSize"`, 1))
	if got := object.List(b.must("GET", regional+"vmSizes", "").body, "value"); len(got) != len(sizes().Sizes) {
		t.Errorf("there are %d sizes", len(got))
	}
}

func TestARegionCanRunOutOfMachines(t *testing.T) {
	full := WithCapacity(func(_ *state.Tx, _ time.Time, region, size string, _ int) error {
		return refusal.New(http.StatusConflict, "AllocationFailed", "There are no machines of the size %s in %s.", size, region)
	})
	b := workspace(t, full)
	b.refused("PUT", ws+"/computes/cpu", clusterBody, http.StatusConflict, "no machines")
}

func TestNamesOfSizesTellTheirCores(t *testing.T) {
	for _, c := range []struct {
		name, family string
		cores        int
		gpu, ok      bool
	}{
		{"STANDARD_DS3_V2", "standardDSv2Family", 4, false, true},
		{"Standard_D16s_v5", "standardDSv5Family", 16, false, true},
		{"Standard_NC48ads_A100_v4", "standardNCADSa100v4Family", 48, true, true},
		{"Standard_E4-2ds_v5", "standardEDSv5Family", 4, false, true},
		{"Huge", "", 0, false, false}, {"", "", 0, false, false}, {"Standard_D99999999999999999999", "", 0, false, false},
	} {
		z, ok := sizeOf(c.name)
		if ok != c.ok || z.Cores != c.cores || !strings.EqualFold(z.Family, c.family) || (z.GPUs > 0) != c.gpu {
			t.Errorf("%q is %+v, %v", c.name, z, ok)
		}
	}
	if got := families(); len(got) < 8 || slices.ContainsFunc(got, func(z size) bool { return z.Family == "" || z.Cores == 0 }) {
		t.Errorf("the families are %v", got)
	}
}
