package machinelearning

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
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
)

const typeJob = Namespace + "/workspaces/jobs"

func (s *service) jobs(h *provider.Hooks) {
	h.Prepare, h.Kept, h.Show, h.Drop = s.prepareJob, s.jobKept, s.showJob, dropJob
	h.Listed, h.Order = jobListed, func(_ *provider.Call, a, b *state.Resource) int { return orderBy("createdtime desc", a, b) }
	h.Actions = map[string]action{"cancel": s.cancel}
}

// jobListed holds a job against the query of a list. The jobs that a pipeline or
// sweep makes stand below it, not beside it.
func jobListed(c *provider.Call) bool {
	q, o := c.Query, c.Body
	if object.Get(o, "properties.properties") != nil {
		if _, child := object.Inner(o, "properties.properties")[parentProperty]; child && q.Get("properties") == "" {
			return false
		}
	}
	return active(c) &&
		(q.Get("jobType") == "" || strings.EqualFold(q.Get("jobType"), object.Text(o, "properties.jobType"))) &&
		(q.Get("tag") == "" || hasPairs(object.Inner(o, "properties.tags"), q.Get("tag"))) &&
		(q.Get("scheduleId") == "" || strings.EqualFold(last(q.Get("scheduleId")), object.Text(o, "properties.properties.scheduleName"))) &&
		hasPairs(object.Inner(o, "properties.properties"), q.Get("properties"))
}

// parentProperty is the property of a job that names the one that made it.
const parentProperty = "azureml.pipelinerunid"

// mutable is what a PUT of a job that is there changes; all else stays.
var mutable = []string{"tags", "isArchived", "description", "displayName", "notificationSetting"}

func (s *service) prepareJob(c *provider.Call) error {
	if c.Seeding {
		object.Default(c.Body, "properties.status", "Completed")
		return nil
	}
	if c.Was != nil {
		o := body(c.Was)
		for _, name := range mutable {
			if v, ok := object.Find(c.Body, "properties."+name); ok {
				object.Set(o, "properties."+name, v)
			}
		}
		if data := object.Get(c.Body, "systemData"); data != nil {
			object.Set(o, "systemData", data)
		}
		c.Body = o
		return nil
	}
	p := "properties."
	for _, name := range []string{"tags", "properties", "inputs", "outputs"} {
		object.Default(c.Body, p+name, object.Object{})
	}
	object.Default(c.Body, p+"displayName", c.Name)
	object.Default(c.Body, p+"isArchived", false)
	object.Default(c.Body, p+"experimentName", "Default")
	object.Set(c.Body, p+"status", "Queued")
	if err := s.checkJob(c); err != nil {
		return err
	}
	plan, err := s.planOf(c)
	if err != nil {
		return err
	}
	if err := s.submittable(c, plan); err != nil {
		return err
	}
	outputs := object.Inner(c.Body, p+"outputs")
	if _, ok := outputs["default"]; !ok {
		outputs["default"] = object.Object{"jobOutputType": "uri_folder", "mode": "ReadWriteMount", "uri": "azureml://datastores/workspaceartifactstore/paths/" + artifacts(c.Name)}
	}
	return s.keepPlan(c.Tx, c.ID, plan)
}

// artifacts is the folder of a run in the artifact store
// (facts/azure-ml.md section 4.6).
func artifacts(run string) string { return "ExperimentRun/dcid." + run + "/" }

// required are the members that a job of each type must have, as Microsoft's
// schema has it.
var required = map[string][]string{
	"Command": {"command", "environmentId"}, "Pipeline": nil, "Sweep": {"objective", "samplingAlgorithm", "searchSpace", "trial"},
	"AutoML": {"taskDetails"}, "Spark": {"codeId", "entry"},
}

func (s *service) checkJob(c *provider.Call) error {
	kind := object.Text(c.Body, "properties.jobType")
	for _, name := range required[kind] {
		if v := object.Get(c.Body, "properties."+name); v == nil || v == "" {
			return refusal.New(http.StatusBadRequest, "UserError", "The %s job '%s' needs '%s'.", strings.ToLower(kind), c.Name, name)
		}
	}
	for _, path := range []string{"environmentId", "codeId", "componentId", "trial.environmentId", "trial.codeId"} {
		id := strings.TrimPrefix(object.Text(c.Body, "properties."+path), "azureml:")
		if strings.HasPrefix(id, "/subscriptions/") && !strings.Contains(id, "/labels/") && c.Tx.Resource(id) == nil {
			return refusal.New(http.StatusBadRequest, "UserError", "The asset '%s' in '%s' of the job '%s' was not found.", id, path, c.Name)
		}
	}
	return nil
}

// plan is what a run needs, and how far it is. It is kept as a record.
type plan struct {
	Operation  lean.Operation `json:"operation"`
	Registries []string       `json:"registries,omitempty"` // that its assets come from
	Takes      time.Duration  `json:"takes"`
	Children   []string       `json:"children,omitempty"` // ids of jobs still to run, in order
	Turn       *bool          `json:"turn,omitempty"`     // whether it is one that fails where something serves in part
	Started    time.Time      `json:"started,omitzero"`
	Fails      string         `json:"fails,omitempty"` // why it cannot run at all
	Log        []string       `json:"log,omitempty"`
}

const recordPlan = "machinelearning.run"

func (s *service) keepPlan(tx *state.Tx, job string, p *plan) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return tx.PutRecord(recordPlan, state.Key(job), b)
}

func planOf(tx *state.Tx, job string) *plan {
	p := new(plan)
	if b, ok := tx.Record(recordPlan, state.Key(job)); !ok || json.Unmarshal(b, p) != nil {
		return nil
	}
	return p
}

// sleeps is a command that only waits: so long runs can be rehearsed.
var sleeps = regexp.MustCompile(`^\s*sleep\s+(\d{1,6})\b`)

// usualRun is how long other commands take.
const usualRun = 20 * time.Second

// planOf works out what a job needs: its compute, the datastores that its inputs
// and outputs name, the registries of its assets.
func (s *service) planOf(c *provider.Call) (*plan, error) {
	p := &plan{Operation: lean.Operation{Workspace: workspaceOf(c.ID), Capability: catalog.Train}, Takes: usualRun}
	if m := sleeps.FindStringSubmatch(object.Text(c.Body, "properties.command")); m != nil {
		n, _ := strconv.Atoi(m[1])
		p.Takes = time.Duration(n) * time.Second
	}
	compute := object.Text(c.Body, "properties.computeId")
	for _, name := range []string{"default_compute", "defaultCompute", "default_datastore"} {
		if v := object.Text(c.Body, "properties.settings."+name); compute == "" && v != "" && name != "default_datastore" {
			compute = v
		}
	}
	id, err := s.computeOf(c, compute)
	if err != nil {
		return nil, err
	}
	p.Operation.Compute = id
	var bad error
	eachText(object.Inner(c.Body, "properties"), func(text string) {
		if ds := datastoreIn(p.Operation.Workspace, text); ds != "" && !slices.Contains(p.Operation.Datastores, ds) {
			if c.Tx.Resource(ds) == nil && bad == nil {
				bad = refusal.New(http.StatusBadRequest, "UserError", "The datastore '%s' in '%s' was not found in the workspace.", last(ds), text)
			}
			p.Operation.Datastores = append(p.Operation.Datastores, ds)
		}
		if name, _, ok := strings.Cut(strings.TrimPrefix(text, "azureml://registries/"), "/"); ok && strings.HasPrefix(text, "azureml://registries/") {
			for r := range c.Tx.OfType(Namespace+"/registries", "") {
				if strings.EqualFold(r.Name, name) && !slices.Contains(p.Registries, r.ID) {
					p.Registries = append(p.Registries, r.ID)
				}
			}
		}
	})
	slices.Sort(p.Operation.Datastores)
	return p, bad
}

// eachText gives every string in a value, in the order of the names.
func eachText(v any, yield func(string)) {
	switch v := v.(type) {
	case string:
		yield(v)
	case []any:
		for _, e := range v {
			eachText(e, yield)
		}
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			eachText(v[name], yield)
		}
	}
}

// computeOf finds a compute by its id or name; "" without one is serverless.
func (s *service) computeOf(c *provider.Call, text string) (string, error) {
	text = strings.TrimPrefix(text, "azureml:")
	if text == "" || strings.EqualFold(text, "serverless") {
		return "", nil
	}
	id := text
	if !strings.HasPrefix(text, "/") {
		id = workspaceOf(c.ID) + "/computes/" + text
	}
	r := c.Tx.Resource(id)
	switch o := body(r); {
	case r == nil || !strings.EqualFold(r.Type, Namespace+"/workspaces/computes"):
		return "", refusal.New(http.StatusBadRequest, "UserError", "The compute '%s' was not found in the workspace '%s'.", text, last(workspaceOf(c.ID)))
	case !same(workspaceOf(id), workspaceOf(c.ID)):
		return "", refusal.New(http.StatusBadRequest, "UserError", "The compute '%s' belongs to another workspace.", text)
	case !runsJobs(object.Text(o, "properties.computeType")):
		return "", refusal.New(http.StatusBadRequest, "UserError", "Jobs do not run on computes of the type %s.", object.Text(o, "properties.computeType"))
	case object.Text(o, "properties.provisioningState") == "Failed":
		return "", refusal.New(http.StatusBadRequest, "UserError", "The compute '%s' is not usable: its provisioning failed.", text)
	case object.Text(o, "properties.computeType") == "ComputeInstance" && object.Text(o, "properties.properties.state") == "Stopped":
		return "", refusal.New(http.StatusBadRequest, "UserError", "The compute instance '%s' is stopped.", text)
	}
	return r.ID, nil
}

// gates are the roles without which nothing is taken in at all; what else is
// needed ends a run that was begun.
var gates = []estate.Role{estate.Workspace, estate.Hub, estate.EncryptionKey, estate.EncryptionStore, estate.Network, estate.Endpoint}

// submittable refuses a job that cannot even be queued, and notes what it will go
// without.
func (s *service) submittable(c *provider.Call, p *plan) error {
	v := s.leans.Ask(c.Tx, c.Now, p.Operation)
	for _, cause := range v.Fatal {
		if slices.Contains(gates, cause.Role) {
			return unavailable(cause)
		}
	}
	if len(v.Halting) > 0 {
		turn := s.odd(&v, string(p.Operation.Capability)+" "+state.Key(p.Operation.Workspace))
		p.Turn = &turn
		for _, cause := range v.Halting {
			if turn && slices.Contains(gates, cause.Role) {
				return unavailable(cause)
			}
		}
	}
	noteMissing(c.Body, v.Missing)
	for _, cause := range v.Missing {
		p.Log = append(p.Log, "WARNING "+cause.String())
	}
	return nil
}

// showJob adds the addresses of its services.
func (s *service) showJob(c *provider.Call) error {
	services := object.CloneObject(object.Inner(c.Body, "properties.services"))
	region := estate.NormalizeLocation(c.Location)
	if c.Parent != nil {
		region = estate.NormalizeLocation(c.Parent.Location)
	}
	ws := workspaceOf(c.ID)
	services["Tracking"] = object.Object{"jobServiceType": "Tracking", "endpoint": "azureml://" + host(s.world.At.Region(region)) + "/mlflow/v1.0" + ws + "?"}
	services["Studio"] = object.Object{"jobServiceType": "Studio", "endpoint": s.world.At.Region(region) + "/studio/v1.0" + ws + "/runs/" + c.Name}
	object.Set(c.Body, "properties.services", services)
	return nil
}

func dropJob(c *provider.Call) error {
	if !c.Cascade && !ended(object.Text(body(c.Was), "properties.status")) {
		return refusal.Conflict("UserError", "The job '%s' runs and cannot be deleted. Cancel it first.", c.Name)
	}
	return c.Tx.DeleteRecord(recordPlan, state.Key(c.ID))
}

// ended says whether a run with that status is over.
func ended(status string) bool {
	return status == "Completed" || status == "Failed" || status == "Canceled"
}
