package machinelearning

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/machinelearning/lean"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func (s *service) prepareDeployment(c *provider.Call) error {
	kind := object.Text(c.Body, "properties.endpointComputeType")
	if kind == "Managed" {
		object.Default(c.Body, "properties.instanceType", "Standard_DS3_v2")
	}
	object.Default(c.Body, "kind", kind)
	if c.Seeding {
		return nil
	}
	capacity := number(c.Body, "sku.capacity", 1)
	if object.Inner(c.Body, "sku") != nil {
		object.Default(c.Body, "sku.capacity", 1)
	}
	if !c.Created && capacity != number(body(c.Was), "sku.capacity", 1) {
		c.State = "Scaling"
	}
	onCluster := object.Text(body(c.Parent), "properties.compute") != ""
	bad := func(format string, args ...any) error {
		return refusal.New(http.StatusBadRequest, "BadRequest", format, args...)
	}
	switch {
	case capacity < 1 || capacity > 50:
		return bad("The deployment '%s' can have 1 to 50 instances, not %d.", c.Name, capacity)
	case onCluster != (kind == "Kubernetes"):
		return bad("The deployment '%s' of the type %s does not fit its endpoint '%s'.", c.Name, kind, c.Parent.Name)
	case c.Location != estate.NormalizeLocation(c.Parent.Location):
		return bad("The deployment '%s' must be in the region of its endpoint, %s.", c.Name, c.Parent.Location)
	}
	count := 0
	for range c.Tx.Children(c.Parent.ID, typeOnlineDeployment) {
		count++
	}
	if c.Created && count >= 20 {
		return bad("The endpoint '%s' has 20 deployments, which is the limit.", c.Parent.Name)
	}
	if kind == "Managed" {
		if err := s.enough(c, c.Location, object.Text(c.Body, "properties.instanceType"), false, reserved(capacity)); err != nil {
			return err
		}
	}
	if err := s.assetsThere(c, "model", "environmentId", "codeConfiguration.codeId"); err != nil {
		return err
	}
	if err := grows(c, "properties.properties"); err != nil {
		return err
	}
	return s.deployable(c, c.Parent.ID)
}

// assetsThere refuses a deployment that names assets of the workspace that are not
// there.
func (s *service) assetsThere(c *provider.Call, names ...string) error {
	for _, name := range names {
		id := strings.TrimPrefix(object.Text(c.Body, "properties."+name), "azureml:")
		if strings.HasPrefix(id, "/subscriptions/") && !strings.Contains(id, "/labels/") && c.Tx.Resource(id) == nil {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The asset '%s' in '%s' of the deployment '%s' was not found.", id, name, c.Name)
		}
	}
	return nil
}

// deployable says whether instances can be made now: they read the model, pull the
// image and take credentials, so that what running instances only miss is needed
// here (facts/azure-ml.md section 4.5).
func (s *service) deployable(c *provider.Call, endpoint string) error {
	v := s.leans.Ask(c.Tx, c.Now, lean.Operation{Workspace: workspaceOf(c.ID), Capability: catalog.ScoreOnline, Endpoint: endpoint})
	for _, cause := range append(v.Fatal, v.Missing...) {
		if cause.Level == world.Gone && !cause.Write {
			return unavailable(cause)
		}
	}
	return nil
}

// dropDeployment refuses a deployment that takes traffic (facts/azure-ml.md
// section 4.7: traffic is moved first).
func (s *service) dropDeployment(c *provider.Call) error {
	if c.Cascade || c.Parent == nil {
		return nil
	}
	if n := number(object.Inner(body(c.Parent), "properties.traffic"), c.Name, 0); n > 0 {
		return refusal.New(http.StatusBadRequest, "BadRequest", "The deployment '%s' takes %d %% of the traffic of its endpoint and cannot be deleted. Move the traffic first.", c.Name, n)
	}
	return nil
}

func (s *service) deploymentLogs(c *provider.Call) (provider.Reply, error) {
	st := s.world.Health.Resource(c.Tx, c.ID, c.Now)
	if st.Read == world.Gone {
		return provider.Reply{}, refusal.Unavailable("The deployment '%s' cannot be reached. %s", c.Name, st.Why)
	}
	return provider.Reply{Body: object.Object{"content": "Instance status: " + object.Text(body(c.Was), "properties.provisioningState") + "\n"}}, nil
}

func deploymentSkus(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{map[string]any{
		"resourceType": typeOnlineDeployment, "sku": map[string]any{"name": "Default", "tier": "Standard"},
		"capacity": map[string]any{"minimum": 1, "maximum": 50, "default": 1, "scaleType": "Manual"},
	}}}}, nil
}

// deploymentsOf are the deployments of an endpoint, in the order of their names.
func deploymentsOf(tx *state.Tx, endpoint, typ string) []*state.Resource {
	var out []*state.Resource
	for r := range tx.Children(endpoint, typ) {
		out = append(out, r)
	}
	return out
}
