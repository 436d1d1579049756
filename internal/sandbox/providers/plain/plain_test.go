package plain_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

func TestServicesThatAreNoMore(t *testing.T) {
	b := trial.New(t)
	for path, instead := range map[string]string{"Microsoft.DataLakeStore/accounts/lake": "isHnsEnabled", "Microsoft.DataLakeAnalytics/accounts/lake": "Synapse"} {
		_, err := b.Put(path+"@2016-11-01", `{"location":"westeurope","properties":{}}`)
		if trial.Code(err) != "ServiceRetired" || !strings.Contains(err.Error(), "2024-02-29") || !strings.Contains(err.Error(), instead) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestASearchService(t *testing.T) {
	b := trial.New(t)
	const search = "Microsoft.Search/searchServices/find"
	s := b.Make(search, `{"location":"westeurope","sku":{"name":"basic"}}`)
	for path, want := range map[string]string{"properties.status": "running", "properties.provisioningState": "succeeded", "properties.replicaCount": "1"} {
		b.Is(s, path, want)
	}
	keys := b.Done(search, "listAdminKeys", "")
	if len(object.Text(keys, "primaryKey")) != 52 {
		t.Errorf("the keys are %v", keys)
	}
	_, fresh, err := b.Over("POST", search+"/regenerateAdminKey/secondary", "", "")
	if err != nil {
		t.Fatal(err)
	}
	b.Is(fresh, "primaryKey", object.Text(keys, "primaryKey"))
	if object.Text(fresh, "secondaryKey") == object.Text(keys, "secondaryKey") {
		t.Error("the secondary key is the old one")
	}
	b.Refuses("BadRequest", search, `{"location":"westeurope","sku":{"name":"standard"}}`)
	b.Refuses("BadRequest", "Microsoft.Search/searchServices/free", `{"location":"westeurope","sku":{"name":"free"},"properties":{"replicaCount":2}}`)
}

// TestAScriptIsNotRun wants a deployment script to fail in the open, not to
// seem to have run.
func TestAScriptIsNotRun(t *testing.T) {
	b := trial.New(t)
	s := b.Make("Microsoft.Resources/deploymentScripts/script", `{"location":"westeurope","kind":"AzureCLI","properties":{"azCliVersion":"2.45.0","retentionInterval":"P1D","scriptContent":"exit 0"}}`)
	b.Is(s, "properties.provisioningState", "Failed")
	b.Is(s, "properties.status.error.code", "DeploymentScriptNotRun")
}

func TestSmallerServices(t *testing.T) {
	b := trial.New(t)
	b.Refuses("BadRequest", "Microsoft.Web/serverfarms/plan", `{"location":"westeurope","sku":{"name":"B1"},"properties":{"zoneRedundant":true}}`)
	b.Is(b.Make("Microsoft.Web/serverfarms/plan", `{"location":"westeurope","sku":{"name":"P1v3"},"properties":{"zoneRedundant":true}}`), "sku.tier", "PremiumV3")
	b.Is(b.Make("Microsoft.Web/sites/site-one", `{"location":"westeurope","properties":{"serverFarmId":"`+trial.ID("Microsoft.Web/serverfarms/plan")+`"}}`), "properties.defaultHostName", "site-one.azurewebsites.net")
	b.Refuses("NotFound", "Microsoft.Web/sites/site-two", `{"location":"westeurope","properties":{"serverFarmId":"`+trial.ID("Microsoft.Web/serverfarms/none")+`"}}`)
	b.Make("Microsoft.EventHub/namespaces/hub-one", `{"location":"westeurope"}`)
	b.Make("Microsoft.EventHub/namespaces/hub-one/authorizationRules/send", `{"properties":{"rights":["Send"]}}`)
	keys := b.Done("Microsoft.EventHub/namespaces/hub-one/authorizationRules/send", "listKeys", "")
	if !strings.HasPrefix(object.Text(keys, "primaryConnectionString"), "Endpoint=sb://hub-one.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=") {
		t.Errorf("the keys are %v", keys)
	}
	synapse := b.Make("Microsoft.Synapse/workspaces/syn", `{"location":"westeurope","properties":{"defaultDataLakeStorage":{"filesystem":"f"}}}`)
	b.Is(synapse, "properties.connectivityEndpoints.dev", "https://syn.dev.azuresynapse.net")
}
