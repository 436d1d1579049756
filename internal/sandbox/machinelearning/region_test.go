package machinelearning

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const studio = "/regions/westeurope/studio/v1.0" + wsID

func TestTheStudioOpensTheWorkspace(t *testing.T) {
	b := trained(t)
	a := b.must("GET", studio, "")
	if a.text("id") != wsID || a.text("notebooks.fileShare") != notebookShare || len(object.List(a.body, "missing")) != 0 {
		t.Errorf("it is %v", a)
	}
	b.refused("GET", studio, "", 401, "token", "Authorization", "Bearer bad")
	b.refused("GET", strings.Replace(studio, "westeurope", "northeurope", 1), "", 404, "was not found")
	b.refused("GET", "/regions/westeurope/studio/v1.0/nonsense", "", 404, "no workspace")
	b.refused("GET", "/regions/westeurope/telepathy/v1.0"+wsID, "", 404, "telepathy")
	b.refused("GET", "/regions/atlantis/discovery", "", 404, "not known")
	for _, id := range []string{wsID, stID} {
		b.sick.set(id, world.Gone, world.Gone)
		b.refused("GET", studio, "", 503, id)
		delete(b.sick, state.Key(id))
	}
	b.sick.set(kvID, world.Gone, world.Gone)
	a = b.must("GET", studio, "")
	if !strings.Contains(a.String(), "key vault") || a.header.Get(missingHeader) == "" {
		t.Errorf("without its vault it is %v with %v", a, a.header)
	}
}

func TestRunsAreReadInTheRunHistoryAndByMLflow(t *testing.T) {
	b := trained(t)
	b.must("PUT", ws+"/jobs/good", jobBody)
	b.must("PUT", ws+"/jobs/bad", jobBody)
	b.later(10 * time.Second)
	b.must("POST", ws+"/jobs/bad/cancel", "")
	b.later(time.Minute)
	history := "/regions/westeurope/history/v1.0" + wsID + "/experiments/e"
	if got := b.must("GET", history+"/runs/good", ""); got.text("status") != "Completed" || got.text("startTimeUtc") == "" || got.text("endTimeUtc") == "" {
		t.Errorf("the run is %v", got)
	}
	if got := b.must("GET", history+"/runs", ""); len(object.List(got.body, "value")) != 2 {
		t.Errorf("the runs are %v", got)
	}
	if got := b.must("GET", history+"/runs/good/artifacts", ""); len(object.List(got.body, "value")) != 1 {
		t.Errorf("the artifacts are %v", got)
	}
	b.must("GET", history, "")
	b.refused("GET", history+"/runs/none", "", 404, "was not found")
	b.refused("GET", history+"/moods", "", 404, "does not have")
	b.refused("POST", history+"/runs", "{}", 405, "GET only")
	mlflow := "/regions/westeurope/mlflow/v1.0" + wsID + "/api/2.0/mlflow/"
	if got := b.must("GET", mlflow+"runs/get?run_id=bad", ""); got.text("run.info.status") != "KILLED" {
		t.Errorf("the run is %v", got)
	}
	if got := b.must("POST", mlflow+"runs/search", "{}"); len(object.List(got.body, "runs")) != 2 {
		t.Errorf("the runs are %v", got)
	}
	if got := b.must("GET", mlflow+"experiments/search", ""); len(object.List(got.body, "experiments")) != 1 {
		t.Errorf("the experiments are %v", got)
	}
	b.refused("GET", mlflow+"nonsense", "", 404, "does not have")
	b.sick.set(wsID, world.Gone, world.Gone)
	b.refused("GET", history+"/runs/good", "", 503, wsID)
}

func TestTheHistoryTellsWhyARunFailed(t *testing.T) {
	b := trained(t)
	b.must("PUT", ws+"/jobs/one", jobBody)
	b.sick.set(stID, world.Gone, world.Gone)
	b.later(time.Minute)
	a := b.must("GET", "/regions/westeurope/history/v1.0"+wsID+"/experiments/e/runs/one", "")
	if a.text("status") != "Failed" || !strings.Contains(a.text("error.error.message"), "a test has taken it down") {
		t.Errorf("it is %v", a)
	}
	if len(b.blobs) != 0 {
		t.Errorf("with its storage down it has written %v", b.blobs)
	}
}

func TestAWorkspaceFromAnEstateIsComplete(t *testing.T) {
	b := open(t)
	var all []control.Seeded
	for _, r := range []struct{ id, body string }{ // the workspace comes before its storage account
		{wsID, workspaceBody},
		{wsID + "/computes/old-1", `{"location":"westeurope","properties":{"computeType":"AmlCompute","properties":{"vmSize":"Standard_Odd_v9"}}}`},
		{wsID + "/datastores/sql", `{"properties":{"dataStoreType":"AzureSqlDatabase","azureSqlDatabaseSection":{"serverName":"srv","databaseName":"db"}}}`},
		{wsID + "/onlineEndpoints/demand", `{"location":"westeurope","properties":{"authMode":"Key","traffic":{"blue":100}}}`},
		{wsID + "/onlineEndpoints/demand/deployments/blue", `{"location":"westeurope","properties":{"endpointComputeType":"Managed"}}`},
		{wsID + "/jobs/past", `{"properties":{"jobType":"Command","status":"Completed"}}`},
		{kvID, `{"location":"westeurope","properties":{"tenantId":"t","sku":{"family":"A","name":"standard"}}}`},
		{stID, `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}`},
	} {
		o, err := object.Decode([]byte(r.body))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, control.Seeded{ID: r.id, Type: estate.ParseID(r.id).Type(), Location: object.Text(o, "location"), Body: o})
	}
	if err := b.w.Store.Write(func(tx *state.Tx) error { return b.arm.Seed(tx, b.w.Clock.Now(), all) }); err != nil {
		t.Fatal(err)
	}
	b.later(time.Second)
	if got := b.names(ws + "/datastores"); len(got) != 4 {
		t.Errorf("its datastores are %v", got)
	}
	b.must("GET", stID+"/blobServices/default/containers/azureml?api-version=2023-05-01", "")
	if got := b.status("past"); got != "Completed" {
		t.Errorf("a job of the past is %s", got)
	}
	key := b.must("POST", epID+"/listKeys", "").text("primaryKey")
	if a := b.must("POST", scoreURI, "{}", "Authorization", "Bearer "+key); a.text("deployment") != "blue" {
		t.Errorf("it is %v", a)
	}
	b.must("PUT", ws+"/jobs/new", strings.Replace(jobBody, "/cpu", "/old-1", 1))
	b.later(time.Minute)
	if got := b.status("new"); got != "Completed" {
		t.Errorf("a new job is %s", got)
	}
}
