package machinelearning

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func TestASchedulesBatchIsInvoked(t *testing.T) {
	b := trained(t)
	const be = wsID + "/batchEndpoints/batch"
	b.make(be, `{"location":"westeurope","properties":{"authMode":"AADToken"}}`)
	b.make(be+"/deployments/blue", `{"location":"westeurope","properties":{"compute":"`+wsID+`/computes/cpu"}}`)
	b.make(be+"/deployments/green", `{"location":"westeurope","properties":{"compute":"`+wsID+`/computes/cpu"}}`)
	b.must("PATCH", be, `{"properties":{"defaults":{"deploymentName":"green"}}}`)
	b.later(time.Minute)
	b.refused("DELETE", be+"/deployments/green", "", 400, "default one")
	for name, endpoint := range map[string]string{"good": "batch", "bad": "nowhere"} {
		b.make(ws+"/schedules/"+name, `{"properties":{"trigger":{"triggerType":"Cron","expression":"0 3 * * *"},"action":{"actionType":"InvokeBatchEndpoint","endpointInvocationDefinition":{"endpointName":"azureml:`+endpoint+`","deploymentName":"blue"}}}}`)
	}
	b.make(ws+"/schedules/watch", `{"properties":{"trigger":{"triggerType":"Cron","expression":"0 4 * * *"},"action":{"actionType":"CreateMonitor","monitorDefinition":{"computeConfiguration":{"computeType":"ServerlessSpark"}}}}}`)
	b.later(24 * time.Hour)
	if got, want := b.names(ws+"/jobs"), []string{"watch-20261124t040000z", "good-20261124t030000z"}; !slices.Equal(got, want) {
		t.Errorf("there are the jobs %v, want %v", got, want)
	}
}

func TestApiVersionsAreChecked(t *testing.T) {
	b := workspace(t)
	for version, ok := range map[string]bool{
		"2026-05-01": true, "2025-06-01": true, "2020-09-01-preview": true, "2018-11-19": true, "1999-01-01": false,
	} {
		a := b.do("GET", wsID+"?api-version="+version, "")
		if (a.status == 200) != ok {
			t.Errorf("the workspace of %s: %v", version, a)
		}
		if !ok && !strings.Contains(a.message(), "2026-05-01") {
			t.Errorf("the refusal does not list versions: %v", a)
		}
	}
	b.must("PUT", ws+"/models/m/versions/1", modelBody)
	b.refused("GET", wsID+"/models/m?api-version=2021-01-01", "", 400, "API version")
	b.refused("GET", wsID+"/capabilityHosts?api-version=2024-04-01", "", 400, "API version")
}

func TestIdleInstancesAndTheirSettings(t *testing.T) {
	b := workspace(t)
	b.make(ws+"/computes/notebook", `{"properties":{"computeType":"ComputeInstance","properties":{"vmSize":"Standard_DS3_v2"}}}`)
	b.must("POST", ws+"/computes/notebook/updateIdleShutdownSetting", `{"idleTimeBeforeShutdown":"PT30M"}`)
	if got := b.must("GET", ws+"/computes/notebook", "").text("properties.properties.idleTimeBeforeShutdown"); got != "PT30M" {
		t.Errorf("it shuts down after %q", got)
	}
	b.refused("POST", ws+"/computes/notebook/listKeys", "", 400, "no keys")
	b.must("POST", ws+"/computes/notebook/stop", "")
	b.later(time.Minute)
	b.refused("PUT", ws+"/jobs/one", strings.Replace(jobBody, "/cpu", "/notebook", 1), 400, "is stopped")
	b.make(ws+"/computes/cpu", clusterBody)
	b.refused("POST", ws+"/computes/cpu/start", "", 400, "not supported")
	b.must("PATCH", ws+"/computes/cpu", `{"properties":{"properties":{"scaleSettings":{"minNodeCount":2,"maxNodeCount":6},"vmSize":"ignored"}}}`)
	b.later(time.Minute)
	if a := b.must("GET", ws+"/computes/cpu", ""); number(a.body, "properties.properties.currentNodeCount", 0) != 2 || a.text("properties.properties.vmSize") != "STANDARD_DS3_V2" {
		t.Errorf("after PATCH it is %v", a)
	}
}

func TestSubnetsOfComputesMayStandInTheirNetwork(t *testing.T) {
	b := workspace(t)
	const net = group + "/providers/Microsoft.Network/virtualNetworks/net"
	b.make(net+"?api-version=2024-01-01", `{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"a","properties":{"addressPrefix":"10.0.0.0/24"}}]}}`)
	in := func(subnet string) string {
		return strings.Replace(clusterBody, `"vmSize"`, `"subnet":{"id":"`+net+`/subnets/`+subnet+`"},"vmSize"`, 1)
	}
	b.make(ws+"/computes/cpu", in("a"))
	b.refused("PUT", ws+"/computes/gpu", in("b"), 400, "was not found")
}

func TestALockOfTheGroupIsDiagnosed(t *testing.T) {
	b := workspace(t)
	b.must("PUT", group+"/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01", `{"properties":{"level":"CanNotDelete"}}`)
	a := b.must("POST", ws+"/diagnose", "{}")
	b.later(time.Minute)
	got := b.must("GET", a.header.Get("Location"), "").body
	if text := fmt.Sprint(object.Get(got, "value.resourceLockResults")); !strings.Contains(text, "ResourceLock") {
		t.Errorf("it finds %s", text)
	}
}

func TestSecretsOfWorkspacesInOneVaultDoNotMeet(t *testing.T) {
	b := workspace(t)
	b.make(ml+"workspaces/other", workspaceBody)
	for i, w := range []string{ws, ml + "workspaces/other"} {
		b.must("PUT", w+"/datastores/same", strings.Replace(blobStoreBody, "canary", fmt.Sprint("key-", i), 1))
	}
	for i, w := range []string{ws, ml + "workspaces/other"} {
		if got := b.must("POST", w+"/datastores/same/listSecrets", "").text("key"); got != fmt.Sprint("key-", i) {
			t.Errorf("the key of %s is %q", w, got)
		}
	}
}

func TestRegisteringNeedsWhatTheCatalogSays(t *testing.T) {
	for _, c := range []struct {
		id          string
		read, write world.Level
		model       int  // the status of registering a model in the default datastore
		noted       bool // whether the model says what it goes without
	}{
		{wsID, world.Gone, world.Gone, 503, false},
		{stID, world.Gone, world.Gone, 503, false},
		{stID, world.Whole, world.Gone, 503, false},
		{kvID, world.Gone, world.Gone, 503, false},
		{kvID, world.Whole, world.Gone, 201, true},
		{crID, world.Gone, world.Gone, 201, true},
		{aiID, world.Gone, world.Gone, 201, false},
		{wsID + "/datastores/workspaceblobstore", world.Gone, world.Gone, 503, false},
		{wsID + "/datastores/workspacefilestore", world.Gone, world.Gone, 201, true},
	} {
		b := workspace(t)
		b.sick.set(c.id, c.read, c.write)
		a := b.do("PUT", ws+"/models/m/versions/1", modelBody)
		note, _ := object.Inner(a.body, "properties.properties")[missingProperty].(string)
		if a.status != c.model || strings.Contains(note, c.id) != c.noted {
			t.Errorf("without %s (%v, %v): %v", c.id, c.read, c.write, a)
		}
		if a.status == 503 {
			if left := b.do("GET", ws+"/models/m", ""); left.status != 404 {
				t.Errorf("without %s a container is left behind: %v", c.id, left)
			}
		}
	}
}
