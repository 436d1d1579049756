package machinelearning

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func (s *service) batchEndpoints(h *provider.Hooks) {
	h.Prepare = func(c *provider.Call) error {
		s.endpointKeys(c)
		if name := object.Text(c.Body, "properties.defaults.deploymentName"); name != "" && !c.Seeding && c.Tx.Resource(c.ID+"/deployments/"+name) == nil {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The deployment '%s' was not found below the endpoint '%s': set the default after it is made.", name, c.Name)
		}
		if c.Parent != nil && !c.Seeding && c.Location != estate.NormalizeLocation(c.Parent.Location) {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The endpoint '%s' must be in the region of its workspace, %s.", c.Name, c.Parent.Location)
		}
		return nil
	}
	h.Show = func(c *provider.Call) error {
		uri := strings.TrimSuffix(s.world.At.Scoring(estate.NormalizeLocation(c.Location), c.Name), "/score") + "/jobs"
		object.Set(c.Body, "properties.scoringUri", uri)
		return nil
	}
	h.Drop = func(c *provider.Call) error { return s.dropEndpoint(c, typeBatchDeployment) }
	h.Actions = map[string]action{"listkeys": listEndpointKeys}
}

func (s *service) batchDeployments(h *provider.Hooks) {
	h.Prepare = func(c *provider.Call) error {
		if c.Seeding {
			return nil
		}
		compute := object.Text(c.Body, "properties.compute")
		pipeline := object.Inner(c.Body, "properties.deploymentConfiguration") != nil
		if compute == "" && !pipeline {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The deployment '%s' needs 'compute', the cluster that it runs on.", c.Name)
		}
		if _, err := s.computeOf(c, compute); err != nil {
			return err
		}
		return s.assetsThere(c, "model.assetId", "environmentId", "codeConfiguration.codeId", "deploymentConfiguration.componentId.assetId")
	}
	h.Drop = func(c *provider.Call) error {
		if c.Cascade || c.Parent == nil || !strings.EqualFold(object.Text(body(c.Parent), "properties.defaults.deploymentName"), c.Name) {
			return nil
		}
		if len(deploymentsOf(c.Tx, c.Parent.ID, typeBatchDeployment)) > 1 {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The deployment '%s' is the default one of its endpoint. Set another default first.", c.Name)
		}
		return nil
	}
}

// invoke starts a batch at an endpoint: with the deployment that is named, else
// the default one. The call is one for the job.
func (s *service) invoke(c *provider.Call, endpoint *state.Resource, deployment string, sent object.Object) error {
	o := body(endpoint)
	name := orText(deployment, object.Text(o, "properties.defaults.deploymentName"))
	all := deploymentsOf(c.Tx, endpoint.ID, typeBatchDeployment)
	if name == "" && len(all) == 1 {
		name = all[0].Name
	}
	d := c.Tx.Resource(endpoint.ID + "/deployments/" + name)
	if name == "" || d == nil {
		return refusal.New(http.StatusNotFound, "UserError", "The endpoint '%s' has no deployment '%s' to run, and no default one.", endpoint.Name, name)
	}
	settings := body(d)
	definition := object.CloneObject(object.Inner(sent, "properties"))
	for _, from := range []string{"InputData", "inputs"} {
		if in := object.Inner(definition, from); in != nil {
			delete(definition, from)
			definition["inputs"] = object.CloneObject(in)
		}
	}
	object.Set(definition, "jobType", "Pipeline")
	object.Set(definition, "experimentName", endpoint.Name)
	object.Set(definition, "displayName", endpoint.Name+" "+name)
	object.Set(definition, "computeId", object.Text(settings, "properties.compute"))
	object.Set(definition, "properties", object.Object{"endpointName": endpoint.Name, "deploymentName": name, "azureml.pipelineComponent": "batch"})
	object.Default(definition, "jobs", object.Object{})
	object.Default(definition, "tags", object.Object{})
	object.Default(definition, "outputs", object.Object{})
	object.Set(definition, "isArchived", false)
	c.Body = object.Object{"properties": definition}
	p, err := s.planOf(c)
	if err != nil {
		return err
	}
	p.Operation.Capability, p.Operation.Endpoint = catalog.ScoreBatch, endpoint.ID
	if cause := s.world.Health.Resource(c.Tx, d.ID, c.Now); cause.Read != 0 {
		if err := s.stands(c.Tx, c.Now, d.ID, false); err != nil {
			return err
		}
	}
	return s.submit(c, p)
}

// invokeBySchedule is invoke for the definition of a schedule.
func (s *service) invokeBySchedule(c *provider.Call, definition object.Object) error {
	name := last(strings.TrimPrefix(object.Text(definition, "endpointName"), "azureml:"))
	endpoint := c.Tx.Resource(workspaceOf(c.ID) + "/batchEndpoints/" + name)
	if endpoint == nil {
		return refusal.New(http.StatusNotFound, "UserError", "The batch endpoint '%s' was not found.", name)
	}
	return s.invoke(c, endpoint, object.Text(definition, "deploymentName"), object.Object{"properties": object.Inner(definition, "payload")})
}
