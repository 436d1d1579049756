package machinelearning

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/machinelearning/lean"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// services are what the discovery of a region lists (facts/azure-ml.md section
// 5.1); they are all at the same address.
var services = []string{"api", "catalog", "experimentation", "gallery", "history", "hyperdrive", "labeling", "modelmanagement", "pipelines", "studio", "studiocoreservices"}

// discovery says where the services of a region are. It needs no token.
func (p *plane) discovery(rw http.ResponseWriter, r *http.Request) {
	region, ok := estate.RegionByName(r.PathValue("region"))
	if !ok {
		p.fail(rw, refusal.New(http.StatusNotFound, "NotFound", "The region %s is not known.", r.PathValue("region")))
		return
	}
	out := map[string]string{}
	for _, name := range services {
		out[name] = p.world.At.Region(region.Name)
	}
	answer(rw, http.StatusOK, out)
}

// regional answers for a workspace: /regions/{region}/{service}/v1.0/{id}/{rest}.
func (p *plane) regional(rw http.ResponseWriter, r *http.Request) {
	var out any
	err := p.world.Store.Read(func(tx *state.Tx) error {
		if _, err := p.caller(r); err != nil {
			return err
		}
		ws, rest, err := workspaceAt(tx, r.PathValue("region"), "/"+r.PathValue("path"))
		if err != nil {
			return err
		}
		if r.Method != http.MethodGet && r.PathValue("service") != "mlflow" {
			return refusal.New(http.StatusMethodNotAllowed, "MethodNotAllowed", "The sandbox answers this address by GET only.")
		}
		switch r.PathValue("service") {
		case "studio", "studiocoreservices":
			out, err = p.studio(rw, tx, ws, rest)
		case "history":
			out, err = p.history(tx, ws, rest)
		case "mlflow":
			out, err = p.mlflow(tx, ws, rest, r)
		default:
			err = refusal.New(http.StatusNotFound, "NotFound", "The sandbox does not have the service %s of the regional API.", r.PathValue("service"))
		}
		return err
	})
	if err != nil {
		p.fail(rw, err)
		return
	}
	answer(rw, http.StatusOK, out)
}

// workspaceAt finds the workspace that a path begins with, in its region.
func workspaceAt(tx *state.Tx, region, path string) (ws *state.Resource, rest string, err error) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) < 8 {
		return nil, "", refusal.New(http.StatusNotFound, "NotFound", "The path names no workspace.")
	}
	id := "/" + strings.Join(parts[:8], "/")
	ws = tx.Resource(id)
	if ws == nil || !strings.EqualFold(ws.Type, estate.WorkspaceType) || estate.NormalizeLocation(ws.Location) != estate.NormalizeLocation(region) {
		return nil, "", refusal.New(http.StatusNotFound, "UserError", "The workspace '%s' was not found in the region %s.", id, region)
	}
	return ws, strings.Join(parts[8:], "/"), nil
}

// studio opens the workspace as people do: with its notebooks, and with what is
// missing while the rest goes on.
func (p *plane) studio(rw http.ResponseWriter, tx *state.Tx, ws *state.Resource, rest string) (any, error) {
	v := p.leans.Ask(tx, p.world.Clock.Now(), lean.Operation{Workspace: ws.ID, Capability: catalog.Author})
	if cause, bad := v.First(p.odd(&v, "author "+state.Key(ws.ID))); bad {
		return nil, unavailable(cause)
	}
	if len(v.Missing) > 0 {
		rw.Header().Set(missingHeader, causes(v.Missing))
	}
	missing := []any{}
	for _, c := range v.Missing {
		missing = append(missing, map[string]any{"id": c.ID, "role": string(c.Role), "message": c.String()})
	}
	if run, ok := strings.CutPrefix(rest, "runs/"); ok {
		return p.run(tx, ws, run)
	}
	storage := object.Text(body(ws), "properties.storageAccount")
	share := object.Text(body(tx.Resource(ws.ID+"/datastores/workspaceworkingdirectory")), "properties.fileShareName")
	return map[string]any{
		"id": ws.ID, "name": ws.Name, "location": ws.Location, "missing": missing,
		"notebooks": map[string]any{"fileShare": share, "endpoint": p.world.At.FileEndpoint(last(storage), false) + share},
	}, nil
}

// history answers what the run history is asked (facts/azure-ml.md section 5.2).
func (p *plane) history(tx *state.Tx, ws *state.Resource, rest string) (any, error) {
	if err := p.reachable(tx, ws.ID); err != nil {
		return nil, err
	}
	parts := strings.Split(rest, "/")
	switch {
	case len(parts) == 2 && parts[0] == "experiments":
		return map[string]any{"name": parts[1], "experimentId": experimentID(ws, parts[1]), "artifactLocation": "azureml://artifacts/"}, nil
	case len(parts) >= 3 && parts[0] == "experiments" && parts[2] == "runs":
		switch len(parts) {
		case 3:
			return map[string]any{"value": p.runs(tx, ws, parts[1]), "continuationToken": nil}, nil
		case 4:
			return p.run(tx, ws, parts[3])
		case 5:
			if parts[4] == "artifacts" {
				return p.artifacts(tx, ws, parts[3])
			}
		}
	}
	return nil, refusal.New(http.StatusNotFound, "NotFound", "The sandbox does not have the run history's %s.", rest)
}

func experimentID(ws *state.Resource, name string) string {
	return derived(state.Key(ws.ID), name)[:16]
}

// runs are those of an experiment, the newest first.
func (p *plane) runs(tx *state.Tx, ws *state.Resource, experiment string) []any {
	var all []*state.Resource
	for r := range tx.Children(ws.ID, typeJob) {
		if experiment == "" || strings.EqualFold(object.Text(body(r), "properties.experimentName"), experiment) {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b *state.Resource) int { return orderBy("createdtime desc", a, b) })
	out := []any{}
	for _, r := range all {
		out = append(out, p.runOf(tx, r))
	}
	return out
}

func (p *plane) run(tx *state.Tx, ws *state.Resource, name string) (any, error) {
	job := tx.Resource(ws.ID + "/jobs/" + name)
	if job == nil {
		return nil, refusal.New(http.StatusNotFound, "UserError", "The run '%s' was not found.", name)
	}
	return p.runOf(tx, job), nil
}

func (p *plane) runOf(tx *state.Tx, job *state.Resource) map[string]any {
	o := body(job)
	out := map[string]any{
		"runId": job.Name, "status": object.Text(o, "properties.status"), "displayName": object.Text(o, "properties.displayName"), "runType": object.Text(o, "properties.jobType"),
		"createdUtc": job.Created.UTC().Format(time.RFC3339), "tags": object.Get(o, "properties.tags"), "properties": object.Get(o, "properties.properties"),
		"startTimeUtc": nil, "endTimeUtc": nil, "error": nil,
	}
	if plan := planOf(tx, job.ID); plan != nil && !plan.Started.IsZero() {
		out["startTimeUtc"] = plan.Started.UTC().Format(time.RFC3339)
	}
	if ended(object.Text(o, "properties.status")) {
		out["endTimeUtc"] = job.Changed.UTC().Format(time.RFC3339)
	}
	if why, ok := object.Inner(o, "properties.properties")[failureProperty].(string); ok {
		out["error"] = map[string]any{"error": map[string]any{"code": "ServiceError", "message": why}}
	}
	return out
}

// artifacts are the files that a run has written.
func (p *plane) artifacts(tx *state.Tx, ws *state.Resource, name string) (any, error) {
	job := tx.Resource(ws.ID + "/jobs/" + name)
	if job == nil {
		return nil, refusal.New(http.StatusNotFound, "UserError", "The run '%s' was not found.", name)
	}
	out := []any{}
	if status := object.Text(body(job), "properties.status"); ended(status) {
		out = append(out, map[string]any{"origin": "ExperimentRun", "container": "dcid." + name, "path": "user_logs/std_log.txt"})
	}
	return map[string]any{"value": out, "continuationToken": nil}, nil
}

// mlflow answers what MLflow clients ask to read runs.
func (p *plane) mlflow(tx *state.Tx, ws *state.Resource, rest string, r *http.Request) (any, error) {
	if err := p.reachable(tx, ws.ID); err != nil {
		return nil, err
	}
	switch strings.TrimPrefix(rest, "api/2.0/mlflow/") {
	case "runs/get":
		job := tx.Resource(ws.ID + "/jobs/" + r.URL.Query().Get("run_id"))
		if job == nil {
			return nil, refusal.New(http.StatusNotFound, "RESOURCE_DOES_NOT_EXIST", "The run '%s' was not found.", r.URL.Query().Get("run_id"))
		}
		return map[string]any{"run": mlflowRun(ws, job)}, nil
	case "runs/search":
		out := []any{}
		for job := range tx.Children(ws.ID, typeJob) {
			out = append(out, mlflowRun(ws, job))
		}
		return map[string]any{"runs": out}, nil
	case "experiments/search", "experiments/list":
		out := []any{}
		seen := map[string]bool{}
		for job := range tx.Children(ws.ID, typeJob) {
			if name := object.Text(body(job), "properties.experimentName"); !seen[name] {
				seen[name] = true
				out = append(out, map[string]any{"experiment_id": experimentID(ws, name), "name": name, "lifecycle_stage": "active"})
			}
		}
		return map[string]any{"experiments": out}, nil
	}
	return nil, refusal.New(http.StatusNotFound, "ENDPOINT_NOT_FOUND", "The sandbox does not have MLflow's %s.", rest)
}

func mlflowRun(ws, job *state.Resource) map[string]any {
	o := body(job)
	status := map[string]string{"Completed": "FINISHED", "Failed": "FAILED", "Canceled": "KILLED", "Running": "RUNNING"}[object.Text(o, "properties.status")]
	tags := []any{}
	all := object.Inner(o, "properties.tags")
	for _, name := range sortedNames(all) {
		tags = append(tags, map[string]any{"key": name, "value": all[name]})
	}
	return map[string]any{
		"info": map[string]any{
			"run_id": job.Name, "run_uuid": job.Name, "experiment_id": experimentID(ws, object.Text(o, "properties.experimentName")),
			"status": orText(status, "SCHEDULED"), "start_time": job.Created.UnixMilli(), "lifecycle_stage": "active",
		},
		"data": map[string]any{"tags": tags, "metrics": []any{}, "params": []any{}},
	}
}
