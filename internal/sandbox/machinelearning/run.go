package machinelearning

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/machinelearning/lean"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// eventRun takes a run one step further; the key is the id of the job.
const eventRun = "machinelearning.run"

// How long a run is in each state before it goes on.
const (
	queued    = 2 * time.Second
	preparing = 4 * time.Second
)

// jobKept queues a new job.
func (s *service) jobKept(c *provider.Call) error {
	s.engine.Store(&c.Engine)
	if !c.Created || c.Seeding {
		return nil
	}
	if c.Engine != nil && usesImage(c.Body) && s.stands(c.Tx, c.Now, workspaceOf(c.ID), true) == nil {
		// A registry that cannot be made now is missed later, by the image.
		_ = c.Tx.Attempt(func() error { _, err := s.ensureRegistry(c, workspaceOf(c.ID)); return err })
	}
	return c.Tx.Schedule(state.Event{At: c.Now.Add(queued), Kind: eventRun, Key: c.ID})
}

// usesImage says whether a job needs an image that is built for the workspace.
func usesImage(o object.Object) bool {
	id := object.Text(o, "properties.environmentId")
	return id != "" && !strings.HasPrefix(id, "azureml://registries/")
}

// runStep is the next step of a run.
func (s *service) runStep(tx *state.Tx, now time.Time, e state.Event) error {
	job, p := tx.Resource(e.Key), planOf(tx, e.Key)
	if job == nil || p == nil {
		return nil
	}
	o := body(job)
	status := object.Text(o, "properties.status")
	if ended(status) {
		return nil
	}
	if cause := s.hindrance(tx, now, p); cause != nil {
		return s.finish(tx, now, job, o, p, "Failed", cause.Error())
	}
	next := func(status string, in time.Duration) error {
		object.Set(o, "properties.status", status)
		p.Log = append(p.Log, now.UTC().Format(time.RFC3339)+" "+status)
		if err := s.keepPlan(tx, job.ID, p); err != nil {
			return err
		}
		if err := rebody(tx, now, job, o); err != nil {
			return err
		}
		if in < 0 {
			return nil
		}
		return tx.Schedule(state.Event{At: now.Add(in), Kind: eventRun, Key: job.ID})
	}
	switch status {
	case "Queued":
		return next("Preparing", preparing)
	case "Preparing":
		p.Started = now
		children, err := s.children(tx, now, job, o, p)
		if err != nil {
			return err
		}
		if p.Children = children; len(children) == 0 {
			return next("Running", p.Takes)
		}
		if err := tx.Schedule(state.Event{At: now.Add(queued), Kind: eventRun, Key: children[0]}); err != nil {
			return err
		}
		return next("Running", -1) // its last child ends it
	}
	return s.finish(tx, now, job, o, p, "Completed", "")
}

// hindrance is what keeps a run from going on, nil when nothing does. What it goes
// without is put into its log once.
func (s *service) hindrance(tx *state.Tx, now time.Time, p *plan) error {
	if p.Fails != "" {
		return errors.New(p.Fails)
	}
	v := s.leans.Ask(tx, now, p.Operation)
	for _, id := range p.Registries { // this job needs them, others do not
		if st := s.world.Health.Resource(tx, id, now); st.Read == world.Gone {
			v.Fatal = append(v.Fatal, lean.Cause{ID: id, Role: estate.Registry, Level: st.Read, Why: st.Why})
		}
	}
	if len(v.Halting) > 0 && p.Turn == nil {
		turn := s.odd(&v, string(p.Operation.Capability)+" "+state.Key(p.Operation.Workspace))
		p.Turn = &turn
	}
	for _, cause := range v.Missing {
		if line := "WARNING " + cause.String(); !contains(p.Log, line) {
			p.Log = append(p.Log, line)
		}
	}
	if cause, bad := v.First(p.Turn != nil && *p.Turn); bad {
		return unavailable(cause)
	}
	return nil
}

// children makes the jobs that a job consists of: the steps of a pipeline, the
// trials of a sweep or of automated machine learning. The first may run.
func (s *service) children(tx *state.Tx, now time.Time, job *state.Resource, o object.Object, p *plan) ([]string, error) {
	steps := []object.Object{}
	names := []string{}
	switch object.Text(o, "properties.jobType") {
	case "Pipeline":
		all := object.Inner(o, "properties.jobs")
		for _, name := range sortedNames(all) {
			step, _ := all[name].(map[string]any)
			step = object.CloneObject(step)
			object.Default(step, "jobType", "Command")
			steps, names = append(steps, step), append(names, name)
		}
	case "Sweep", "AutoML":
		count := min(number(o, "properties.limits.maxTotalTrials", 3), number(o, "properties.taskDetails.limitSettings.maxTrials", 3), 3)
		for i := range max(count, 1) {
			trial := object.CloneObject(object.Inner(o, "properties.trial"))
			trial["jobType"], trial["computeId"] = "Command", object.Get(o, "properties.computeId")
			steps, names = append(steps, trial), append(names, "trial_"+strconv.Itoa(i))
		}
	}
	var ids []string
	for i, step := range steps {
		id := state.OwnerOf(job.ID) + "/jobs/" + s.world.GUID()
		object.Set(step, "status", "Queued")
		object.Set(step, "displayName", names[i])
		object.Set(step, "experimentName", object.Get(o, "properties.experimentName"))
		object.Set(step, "properties", object.Object{parentProperty: job.Name, "azureml.moduleid": names[i]})
		object.Set(step, "tags", object.Object{})
		object.Set(step, "isArchived", false)
		c := s.inside(tx, now, id, object.Object{"properties": step})
		own, err := s.planOf(c)
		if err != nil { // a step that cannot run fails when its turn comes
			own = &plan{Operation: p.Operation, Takes: p.Takes, Fails: err.Error()}
		}
		own.Operation.Capability, own.Operation.Endpoint = p.Operation.Capability, p.Operation.Endpoint
		own.Operation.Compute = orText(own.Operation.Compute, p.Operation.Compute)
		if err := s.keepPlan(tx, id, own); err != nil {
			return nil, err
		}
		if err := putJob(c); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// inside is a call that the service itself makes.
func (s *service) inside(tx *state.Tx, now time.Time, id string, o object.Object) *provider.Call {
	ws := tx.Resource(workspaceOf(id))
	c := &provider.Call{World: s.world, Tx: tx, Now: now, ID: id, Name: last(id), Method: http.MethodPut, Created: true, Parent: ws, Body: o, Secret: object.Object{}, Subscription: estate.ParseID(id).Subscription()}
	if ws != nil {
		c.Location = ws.Location
	}
	if engine := s.engine.Load(); engine != nil {
		c.Engine = *engine
	}
	return c
}

// putJob keeps a job that the service itself has made.
func putJob(c *provider.Call) error {
	o := c.Body
	o["id"], o["name"], o["type"] = c.ID, c.Name, typeJob
	at := c.Now.UTC().Format(time.RFC3339Nano)
	o["systemData"] = object.Object{"createdBy": "Service", "createdByType": "Application", "createdAt": at, "lastModifiedAt": at}
	return c.Tx.Put(&state.Resource{ID: c.ID, Type: typeJob, Name: c.Name, Body: object.Encode(o), Created: c.Now, Changed: c.Now})
}

// submit makes a job by itself and queues it.
func (s *service) submit(c *provider.Call, p *plan) error {
	if err := s.submittable(c, p); err != nil {
		return err
	}
	if err := s.keepPlan(c.Tx, c.ID, p); err != nil {
		return err
	}
	object.Set(c.Body, "properties.status", "Queued")
	if err := putJob(c); err != nil {
		return err
	}
	return s.jobKept(c)
}

// finish ends a run, writes its log, and lets the job that it is a part of go on.
func (s *service) finish(tx *state.Tx, now time.Time, job *state.Resource, o object.Object, p *plan, status, why string) error {
	object.Set(o, "properties.status", status)
	p.Log = append(p.Log, now.UTC().Format(time.RFC3339)+" "+status)
	if why != "" {
		p.Log = append(p.Log, "ERROR "+why)
		properties := object.CloneObject(object.Inner(o, "properties.properties"))
		properties[failureProperty] = why
		object.Set(o, "properties.properties", properties)
	}
	if err := s.writeLog(tx, now, job, p, status); err != nil {
		p.Log = append(p.Log, "WARNING the log could not be written: "+err.Error())
	}
	if err := s.keepPlan(tx, job.ID, p); err != nil {
		return err
	}
	if err := rebody(tx, now, job, o); err != nil {
		return err
	}
	parent, _ := object.Inner(o, "properties.properties")[parentProperty].(string)
	if parent == "" {
		return nil
	}
	return s.goOn(tx, now, state.OwnerOf(job.ID)+"/jobs/"+parent, status, job.Name)
}

// failureProperty is where a job that failed says why: a property of the sandbox,
// which Azure does not have; Azure tells it in the run history.
const failureProperty = "sandbox.failure"

// goOn starts the next child of a job after one has ended, or ends the job.
func (s *service) goOn(tx *state.Tx, now time.Time, id, status, child string) error {
	parent, p := tx.Resource(id), planOf(tx, id)
	if parent == nil || p == nil || ended(object.Text(body(parent), "properties.status")) {
		return nil
	}
	if status != "Completed" {
		return s.finish(tx, now, parent, body(parent), p, status, fmt.Sprintf("the job %s, a part of this one, ended as %s", child, status))
	}
	if len(p.Children) > 0 {
		p.Children = p.Children[1:]
	}
	if err := s.keepPlan(tx, id, p); err != nil {
		return err
	}
	next := id
	if len(p.Children) > 0 {
		next = p.Children[0]
	}
	return tx.Schedule(state.Event{At: now, Kind: eventRun, Key: next})
}

// cancel ends a run.
func (s *service) cancel(c *provider.Call) (provider.Reply, error) {
	o, p := body(c.Was), planOf(c.Tx, c.ID)
	if status := object.Text(o, "properties.status"); ended(status) {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "UserError", "The job '%s' is %s already and cannot be canceled.", c.Name, strings.ToLower(status))
	}
	if p == nil {
		p = &plan{}
	}
	if err := s.finish(c.Tx, c.Now, c.Was, o, p, "Canceled", ""); err != nil {
		return provider.Reply{}, err
	}
	for _, id := range p.Children {
		if child := c.Tx.Resource(id); child != nil && !ended(object.Text(body(child), "properties.status")) {
			own := body(child)
			object.Set(own, "properties.status", "Canceled")
			if err := rebody(c.Tx, c.Now, child, own); err != nil {
				return provider.Reply{}, err
			}
		}
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: time.Second, Style: "location"}, nil
}

// endRuns cancels the runs of a workspace that goes.
func (s *service) endRuns(c *provider.Call) error {
	var running []*state.Resource
	for r := range c.Tx.Children(c.ID, typeJob) {
		if !ended(object.Text(body(r), "properties.status")) {
			running = append(running, r)
		}
	}
	for _, r := range running {
		o := body(r)
		object.Set(o, "properties.status", "Canceled")
		if err := rebody(c.Tx, c.Now, r, o); err != nil {
			return err
		}
	}
	return nil
}

// writeLog writes the log of a run, and a small output of one that completed, into
// the artifact store of the workspace.
func (s *service) writeLog(tx *state.Tx, now time.Time, job *state.Resource, p *plan, status string) error {
	account := object.Text(body(tx.Resource(workspaceOf(job.ID))), "properties.storageAccount")
	if s.blobs == nil || account == "" {
		return nil
	}
	if err := s.stands(tx, now, account, true); err != nil {
		return err
	}
	folder := artifacts(job.Name)
	log := strings.Join(p.Log, "\n") + "\n"
	if err := s.blobs.Write(tx, last(account), "azureml", folder+"user_logs/std_log.txt", []byte(log)); err != nil {
		return err
	}
	if status != "Completed" {
		return nil
	}
	what := object.Object{"run": job.Name, "capability": string(p.Operation.Capability), "started": p.Started.UTC().Format(time.RFC3339), "ended": now.UTC().Format(time.RFC3339)}
	name := "outputs/metrics.json"
	if p.Operation.Capability == catalog.ScoreBatch {
		name = "outputs/predictions.csv"
	}
	return s.blobs.Write(tx, last(account), "azureml", folder+name, object.Encode(what))
}
