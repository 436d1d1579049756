package insights_test

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const (
	component = "Microsoft.Insights/components/"
	workspace = "Microsoft.OperationalInsights/workspaces/"
)

func TestAComponentHasItsKeysAndKeepsThem(t *testing.T) {
	b := trial.New(t)
	b.Make(workspace+"logs", `{"location":"westeurope"}`)
	body := `{"location":"westeurope","kind":"web","properties":{"Application_Type":"web","WorkspaceResourceId":"` + trial.ID(workspace+"logs") + `"}}`
	c := b.Make(component+"alpha", body)
	key, app := object.Text(c, "properties.InstrumentationKey"), object.Text(c, "properties.AppId")
	if len(key) != 36 || len(app) != 36 || key == app {
		t.Fatalf("key %q, app %q", key, app)
	}
	for path, want := range map[string]string{
		"properties.ApplicationId": "alpha", "properties.TenantId": trial.Subscription, "properties.RetentionInDays": "90", "properties.IngestionMode": "LogAnalytics",
		"properties.Flow_Type": "Bluefield", "properties.provisioningState": "Succeeded", "properties.CreationDate": "2026-11-23T12:00:15.0000000Z",
		"properties.ConnectionString": "InstrumentationKey=" + key + ";IngestionEndpoint=https://127.0.0.1:8443/ingestion/;LiveEndpoint=https://127.0.0.1:8443/ingestion/;ApplicationId=" + app,
	} {
		b.Is(c, path, want)
	}
	b.Advance(time.Hour)
	again := b.Make(component+"alpha", strings.Replace(body, `"web","W`, `"other","InstrumentationKey":"mine","W`, 1))
	b.Is(again, "properties.InstrumentationKey", key)
	b.Is(again, "properties.CreationDate", object.Text(c, "properties.CreationDate"))
}

// TestAComponentWithoutAWorkspaceGetsOne is associated-resources.md 4.1.
func TestAComponentWithoutAWorkspaceGetsOne(t *testing.T) {
	b := trial.New(t)
	c := b.Make(component+"alpha@2018-05-01-preview", `{"location":"westeurope","kind":"web","properties":{"Application_Type":"web"}}`)
	id := object.Text(c, "properties.WorkspaceResourceId")
	if !strings.Contains(id, "/resourceGroups/ai_alpha_") || !strings.HasSuffix(id, "_managed/providers/"+workspace+"managed-alpha-ws") {
		t.Errorf("the workspace is %s", id)
	}
	b.Is(b.Get(id), "location", "westeurope")
	b.Is(b.Make(component+"alpha@2018-05-01-preview", `{"location":"westeurope","kind":"web","properties":{"Application_Type":"web"}}`), "properties.WorkspaceResourceId", id)
}

func TestWhatAComponentRefuses(t *testing.T) {
	b := trial.New(t)
	b.Refuses("InvalidWorkspaceResourceId", component+"alpha", `{"location":"westeurope","properties":{"WorkspaceResourceId":"`+trial.ID(workspace+"none")+`"}}`)
	b.Refuses("BadRequest", component+"alpha", `{"location":"westeurope","properties":{"RetentionInDays":31}}`)
	b.Refuses("InvalidParameter", component+"alpha", `{"location":"westeurope","properties":{"IngestionMode":"None"}}`)
}

func TestAWorkspaceHasItsKeys(t *testing.T) {
	b := trial.New(t)
	w := b.Make(workspace+"logs", `{"location":"westeurope"}`)
	for path, want := range map[string]string{"properties.sku.name": "PerGB2018", "properties.retentionInDays": "30", "properties.workspaceCapping.dailyQuotaGb": "-1"} {
		b.Is(w, path, want)
	}
	if len(object.Text(w, "properties.customerId")) != 36 {
		t.Errorf("its customer id is %v", object.Get(w, "properties.customerId"))
	}
	keys := b.Done(workspace+"logs", "sharedKeys", "")
	if len(object.Text(keys, "primarySharedKey")) != 88 {
		t.Errorf("the keys are %v", keys)
	}
	again := b.Done(workspace+"logs", "sharedKeys", "")
	b.Is(again, "primarySharedKey", object.Text(keys, "primarySharedKey"))
	fresh := b.Done(workspace+"logs", "regenerateSharedKey", "")
	if object.Text(fresh, "primarySharedKey") == object.Text(keys, "primarySharedKey") {
		t.Error("the key is the old one")
	}
	b.Refuses("InvalidParameter", workspace+"short", `{"location":"westeurope","properties":{"retentionInDays":20}}`)
	b.Is(b.Make(workspace+"logs/tables/Jobs_CL", `{"properties":{}}`), "properties.retentionInDays", "30")
}

// TestReplicationOfAWorkspace is associated-resources.md 4.1 and 4.3: within a
// group of regions, begun after a while, off before the workspace can go.
func TestReplicationOfAWorkspace(t *testing.T) {
	b := trial.New(t)
	to := func(region string) string {
		return `{"location":"westeurope","properties":{"replication":{"enabled":true,"location":"` + region + `"}}}`
	}
	b.Refuses("InvalidReplicationLocation", workspace+"logs", to("eastus"))
	b.Refuses("InvalidReplicationLocation", workspace+"logs", to("westeurope"))
	b.Refuses("InvalidReplicationLocation", workspace+"logs", strings.Replace(to("eastus"), "westeurope", "eastus2", 1))
	w, err := b.Put(workspace+"logs", to("northeurope"))
	if err != nil {
		t.Fatal(err)
	}
	b.Is(w, "properties.replication.provisioningState", "EnableRequested")
	b.Advance(time.Hour)
	b.Is(b.Get(workspace+"logs"), "properties.replication.provisioningState", "Succeeded")
	b.Is(b.Get(workspace+"logs"), "properties.failover.state", "Inactive")
	b.Refuses("ReplicationLocationCannotBeChanged", workspace+"logs", to("uksouth"))
	if err := b.Delete(workspace + "logs"); trial.Code(err) != "Conflict" {
		t.Errorf("it goes with replication on: %v", err)
	}
	b.Make(workspace+"logs", `{"location":"westeurope","properties":{"replication":{"enabled":false}}}`)
	if err := b.Delete(workspace + "logs"); err != nil {
		t.Error(err)
	}
}

func TestDiagnosticSettingsNeedASink(t *testing.T) {
	b := trial.New(t)
	b.Make(workspace+"logs", `{"location":"westeurope"}`)
	at := workspace + "logs/providers/Microsoft.Insights/diagnosticSettings/audit"
	b.Refuses("BadRequest", at, `{"properties":{"logs":[]}}`)
	b.Refuses("ResourceNotFound", at, `{"properties":{"workspaceId":"`+trial.ID(workspace+"none")+`"}}`)
	b.Is(b.Make(at, `{"properties":{"workspaceId":"`+trial.ID(workspace+"logs")+`"}}`), "name", "audit")
}

func TestAlertsStandInNoRegion(t *testing.T) {
	b := trial.New(t)
	b.Is(b.Make("Microsoft.Insights/actionGroups/people", `{"location":"Global","properties":{"groupShortName":"people"}}`), "location", "global")
	b.Is(b.Make("Microsoft.Insights/metricAlerts/slow", `{"location":"global","properties":{"criteria":{"allOf":[]}}}`), "properties.autoMitigate", "true")
}
