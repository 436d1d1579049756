package machinelearning

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const jobBody = `{"properties":{"jobType":"Command","command":"python train.py","environmentId":"azureml://registries/azureml/environments/sklearn/versions/1","computeId":"` + wsID + `/computes/cpu","experimentName":"e","tags":{"a":"b"}}}`

// trained opens a bench with a workspace and a cluster.
func trained(t testing.TB) *bench {
	t.Helper()
	b := workspace(t)
	b.make(ws+"/computes/cpu", clusterBody)
	return b
}

func (b *bench) status(job string) string {
	b.t.Helper()
	return b.must("GET", ws+"/jobs/"+job, "").text("properties.status")
}

func TestAJobRunsByTheClock(t *testing.T) {
	b := trained(t)
	a := b.must("PUT", ws+"/jobs/one", jobBody)
	if a.status != 201 || a.text("properties.status") != "Queued" || a.text("properties.services.Studio.endpoint") == "" || a.text("properties.services.Tracking.endpoint") == "" {
		t.Errorf("it is %v", a)
	}
	var seen []string
	for range 40 {
		if s := b.status("one"); len(seen) == 0 || seen[len(seen)-1] != s {
			seen = append(seen, s)
		}
		b.later(time.Second)
	}
	if want := []string{"Queued", "Preparing", "Running", "Completed"}; !slices.Equal(seen, want) {
		t.Errorf("it was %v, want %v", seen, want)
	}
	if log := b.blobs["stone/azureml/ExperimentRun/dcid.one/user_logs/std_log.txt"]; !strings.Contains(log, "Completed") {
		t.Errorf("its log is %q", log)
	}
	if b.blobs["stone/azureml/ExperimentRun/dcid.one/outputs/metrics.json"] == "" {
		t.Errorf("it has written %v", b.blobs)
	}
	if a := b.must("GET", ws+"/jobs/one", ""); a.text("properties.outputs.default.uri") == "" || a.text("properties.properties."+failureProperty) != "" {
		t.Errorf("it is %v", a)
	}
}

func TestAJobThatIsJumpedOverHasHappened(t *testing.T) {
	b := trained(t)
	b.must("PUT", ws+"/jobs/long", strings.Replace(jobBody, "python train.py", "sleep 7200", 1))
	b.later(time.Hour)
	if got := b.status("long"); got != "Running" {
		t.Errorf("after an hour it is %s", got)
	}
	b.later(3 * time.Hour)
	if got := b.status("long"); got != "Completed" {
		t.Errorf("after four hours it is %s", got)
	}
}

func TestAPutOfAJobThatIsThereChangesItsTags(t *testing.T) {
	b := trained(t)
	b.must("PUT", ws+"/jobs/one", jobBody)
	b.later(time.Minute)
	a := b.must("PUT", ws+"/jobs/one", strings.NewReplacer(`{"a":"b"}`, `{"c":"d"}`, "python train.py", "rm -rf /").Replace(jobBody))
	if a.status != 200 || a.text("properties.tags.c") != "d" || a.text("properties.tags.a") != "" || a.text("properties.command") != "python train.py" || a.text("properties.status") != "Completed" {
		t.Errorf("it is %v", a)
	}
}

func TestJobsAreRefused(t *testing.T) {
	b := trained(t)
	for _, c := range []struct{ name, body, part string }{
		{"no type", `{"properties":{}}`, "jobType"},
		{"no command", `{"properties":{"jobType":"Command","environmentId":"azureml:e:1"}}`, "command"},
		{"a compute that is not there", strings.Replace(jobBody, "/cpu", "/nowhere", 1), "was not found"},
		{"a datastore that is not there", strings.Replace(jobBody, `"tags"`, `"inputs":{"i":{"jobInputType":"uri_folder","uri":"azureml://datastores/nowhere/paths/x"}},"tags"`, 1), "was not found"},
		{"code that is not there", strings.Replace(jobBody, `"tags"`, `"codeId":"`+wsID+`/codes/c/versions/1","tags"`, 1), "was not found"},
		{"no trial", `{"properties":{"jobType":"Sweep"}}`, "needs"},
		{"no task", `{"properties":{"jobType":"AutoML"}}`, "taskDetails"},
		{"no entry", `{"properties":{"jobType":"Spark","codeId":"azureml:c:1"}}`, "entry"},
	} {
		if a := b.do("PUT", ws+"/jobs/j", c.body); a.status != 400 || !strings.Contains(a.message(), c.part) {
			t.Errorf("%s: %v, want %q", c.name, a, c.part)
		}
	}
}

func TestPipelinesAndSweepsRunTheirPartsInTurn(t *testing.T) {
	b := trained(t)
	step := `{"jobType":"Command","command":"sleep 10","computeId":"cpu","environmentId":"azureml:e:1"}`
	for name, body := range map[string]string{
		"pipe":  `{"properties":{"jobType":"Pipeline","settings":{"default_compute":"cpu"},"jobs":{"a":` + step + `,"b":{"componentId":"azureml:c:1"},"c":` + step + `}}}`,
		"sweep": `{"properties":{"jobType":"Sweep","computeId":"cpu","objective":{"goal":"Maximize","primaryMetric":"m"},"samplingAlgorithm":{"samplingAlgorithmType":"Random"},"searchSpace":{},"trial":` + step + `,"limits":{"jobLimitsType":"Sweep","maxTotalTrials":3}}}`,
		"auto":  `{"properties":{"jobType":"AutoML","computeId":"cpu","taskDetails":{"taskType":"Regression"}}}`,
	} {
		b.must("PUT", ws+"/jobs/"+name, body)
		b.later(15 * time.Second)
		if got := b.status(name); got != "Running" {
			t.Errorf("%s is %s", name, got)
		}
		b.later(5 * time.Minute)
		if got := b.status(name); got != "Completed" {
			t.Errorf("%s is %s", name, got)
		}
		if got := b.names(ws + "/jobs?properties=" + parentProperty + "=" + name); len(got) != 3 {
			t.Errorf("%s has the parts %v", name, got)
		}
	}
	if got := b.names(ws + "/jobs"); len(got) != 3 {
		t.Errorf("the list has %v", got)
	}
	b.must("PUT", ws+"/jobs/broken", `{"properties":{"jobType":"Pipeline","jobs":{"a":`+step+`,"b":`+strings.Replace(step, "cpu", "nowhere", 1)+`}}}`)
	b.later(5 * time.Minute)
	if got := b.status("broken"); got != "Failed" {
		t.Errorf("a pipeline with a step that cannot run is %s", got)
	}
}

func TestARunIsCanceled(t *testing.T) {
	b := trained(t)
	b.must("PUT", ws+"/jobs/one", jobBody)
	b.refused("DELETE", ws+"/jobs/one", "", 409, "runs and cannot be deleted")
	if a := b.must("POST", ws+"/jobs/one/cancel", ""); a.status != 202 || a.header.Get("Location") == "" {
		t.Errorf("cancel gives %v", a)
	}
	b.later(time.Hour)
	if got := b.status("one"); got != "Canceled" {
		t.Errorf("it is %s", got)
	}
	b.refused("POST", ws+"/jobs/one/cancel", "", 400, "cannot be canceled")
	b.must("DELETE", ws+"/jobs/one", "")
	b.later(time.Minute)
	if a := b.do("GET", ws+"/jobs/one", ""); a.status != 404 {
		t.Errorf("it is there: %v", a)
	}
}

func TestJobsAreListedInPages(t *testing.T) {
	b := trained(t)
	for i := range 60 {
		b.must("PUT", fmt.Sprintf("%s/jobs/j%02d", ws, i), jobBody)
	}
	first := b.must("GET", ws+"/jobs", "")
	if got := len(object.List(first.body, "value")); got != 50 || !strings.Contains(first.text("nextLink"), "skip=") {
		t.Errorf("the first page has %d and goes on at %q", got, first.text("nextLink"))
	}
	if got := b.names(ws + "/jobs?jobType=Command&tag=a"); len(got) != 60 {
		t.Errorf("all pages have %d", len(got))
	}
	if got := b.names(ws + "/jobs?tag=z"); len(got) != 0 {
		t.Errorf("with another tag there are %v", got)
	}
}

func TestTheFirstImageMakesTheRegistry(t *testing.T) {
	b := open(t)
	b.associated()
	b.make(ws, strings.Replace(workspaceBody, `,"containerRegistry":"`+crID+`"`, "", 1))
	b.must("PUT", ws+"/environments/e/versions/1", envBody)
	if got := b.must("GET", ws, "").text("properties.containerRegistry"); got != "" {
		t.Errorf("it has the registry %s already", got)
	}
	b.must("PUT", ws+"/jobs/one", `{"properties":{"jobType":"Command","command":"c","environmentId":"`+wsID+`/environments/e/versions/1"}}`)
	id := b.must("GET", ws, "").text("properties.containerRegistry")
	if id == "" {
		t.Fatal("it has no registry")
	}
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		if tx.Resource(id) == nil {
			t.Errorf("%s is not there", id)
		}
		return nil
	})
}

func TestAScheduleStartsJobsOnTheClock(t *testing.T) {
	b := trained(t)
	definition := strings.TrimSuffix(strings.TrimPrefix(jobBody, `{"properties":`), `}`)
	body := `{"properties":{"isEnabled":true,"trigger":{"triggerType":"Cron","expression":"0 3 * * *"},"action":{"actionType":"CreateJob","jobDefinition":` + definition + `}}}`
	if a := b.must("PUT", ws+"/schedules/nightly", body); a.status != 201 || a.header.Get("Azure-AsyncOperation") == "" {
		t.Errorf("it is %v", a)
	}
	b.later(49 * time.Hour)
	jobs := b.names(ws + "/jobs?properties=scheduleName=nightly")
	if want := []string{"nightly-20261125t030000z", "nightly-20261124t030000z"}; !slices.Equal(jobs, want) {
		t.Errorf("it has started %v, want %v", jobs, want)
	}
	if got := b.status(jobs[1]); got != "Completed" {
		t.Errorf("the first one is %s", got)
	}
	b.refused("DELETE", ws+"/schedules/nightly", "", 400, "Disable it before")
	b.must("PUT", ws+"/schedules/nightly", strings.Replace(body, `"isEnabled":true`, `"isEnabled":false`, 1))
	b.later(49 * time.Hour)
	if got := b.names(ws + "/jobs?properties=scheduleName=nightly"); len(got) != 2 {
		t.Errorf("disabled, it has started %v", got)
	}
	for query, want := range map[string]int{"": 0, "listViewType=DisabledOnly": 1, "listViewType=All": 1} {
		if got := b.names(ws + "/schedules?" + query); len(got) != want {
			t.Errorf("?%s lists %v", query, got)
		}
	}
	b.must("DELETE", ws+"/schedules/nightly", "")
	b.refused("PUT", ws+"/schedules/bad", strings.Replace(body, "0 3 * * *", "x", 1), 400, "trigger")
	b.refused("PUT", ws+"/schedules/bad", strings.Replace(body, "jobDefinition", "jobdef", 1), 400, "jobDefinition")
}

func TestASchedulesJobFailsWhenTheWorkspaceIsDownAndTheNextOneRuns(t *testing.T) {
	b := trained(t)
	definition := strings.TrimSuffix(strings.TrimPrefix(jobBody, `{"properties":`), `}`)
	b.make(ws+"/schedules/hourly", `{"properties":{"trigger":{"triggerType":"Recurrence","frequency":"Hour","interval":1,"startTime":"2026-11-23T13:00:00"},"action":{"actionType":"CreateJob","jobDefinition":`+definition+`}}}`)
	b.sick.set(wsID, world.Gone, world.Gone)
	b.later(90 * time.Minute)
	delete(b.sick, state.Key(wsID))
	if got := b.names(ws + "/jobs"); len(got) != 0 {
		t.Errorf("while it was down %v were started", got)
	}
	b.later(time.Hour)
	if got := b.names(ws + "/jobs"); len(got) != 1 {
		t.Errorf("afterwards there are %v", got)
	}
}
