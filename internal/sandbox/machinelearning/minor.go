package machinelearning

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// serverless are endpoints of models that are billed by use.
func (s *service) serverless(h *provider.Hooks) {
	h.Prepare = func(c *provider.Call) error {
		s.endpointKeys(c)
		object.Default(c.Body, "sku", object.Object{"name": "Consumption"})
		model := object.Text(c.Body, "properties.modelSettings.modelId")
		if model == "" && !c.Seeding {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The serverless endpoint '%s' needs modelSettings.modelId.", c.Name)
		}
		for r := range c.Tx.Children(workspaceOf(c.ID), Namespace+"/workspaces/marketplaceSubscriptions") {
			if strings.EqualFold(object.Text(body(r), "properties.modelId"), model) {
				object.Set(c.Body, "properties.marketplaceSubscriptionId", r.ID)
			}
		}
		object.Set(c.Body, "properties.endpointState", "Creating")
		return nil
	}
	h.Done = func(c *provider.Call) error {
		object.Set(c.Body, "properties.endpointState", "Online")
		return nil
	}
	h.Show = func(c *provider.Call) error {
		uri := strings.TrimSuffix(s.world.At.Scoring(estate.NormalizeLocation(c.Location), c.Name), "/score")
		object.Set(c.Body, "properties.inferenceEndpoint", object.Object{"uri": uri, "headers": object.Object{}})
		return nil
	}
	h.Actions = map[string]action{"listkeys": listEndpointKeys, "regeneratekeys": s.regenerateKeys}
}

// webServices are those of the first generation, which read back little of what
// they were made with (facts/azure-ml.md section 4.7).
func (s *service) webServices(h *provider.Hooks) {
	h.Prepare = func(c *provider.Call) error {
		object.Default(c.Body, "properties.deploymentType", "Http")
		if c.Seeding || object.Text(c.Body, "properties.computeType") != "AKS" {
			return nil
		}
		_, err := s.computeOf(c, object.Text(c.Body, "properties.computeName"))
		return err
	}
	h.Done = func(c *provider.Call) error {
		object.Set(c.Body, "properties.state", "Healthy")
		return nil
	}
	h.Show = func(c *provider.Call) error {
		region := estate.NormalizeLocation(c.Location)
		object.Set(c.Body, "properties.scoringUri", s.world.At.Scoring(region, c.Name))
		return nil
	}
	h.Actions = map[string]action{"listkeys": func(c *provider.Call) (provider.Reply, error) {
		keys := object.Inner(secret(c.Was), "properties.keys")
		if len(keys) == 0 {
			keys = object.Object{"primaryKey": derived(c.ID, "primary"), "secondaryKey": derived(c.ID, "secondary")}
		}
		return provider.Reply{Body: keys}, nil
	}}
}

func (s *service) linkedServices(h *provider.Hooks) {
	h.Prepare = func(c *provider.Call) error {
		id := object.Text(c.Body, "properties.linkedServiceResourceId")
		if !c.Seeding && c.Tx.Resource(id) == nil {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The resource '%s' to be linked was not found.", id)
		}
		object.Default(c.Body, "properties.linkType", "Synapse")
		return nil
	}
}

func (s *service) marketplace(h *provider.Hooks) {
	h.Done = func(c *provider.Call) error {
		object.Set(c.Body, "properties.marketplaceSubscriptionStatus", "Subscribed")
		object.Set(c.Body, "properties.marketplacePlan", object.Object{"publisherId": "", "offerId": last(object.Text(c.Body, "properties.modelId")), "planId": ""})
		return nil
	}
	h.Drop = func(c *provider.Call) error {
		for r := range c.Tx.Children(workspaceOf(c.ID), Namespace+"/workspaces/serverlessEndpoints") {
			if !c.Cascade && same(object.Text(body(r), "properties.marketplaceSubscriptionId"), c.ID) {
				return refusal.Conflict("Conflict", "The subscription '%s' is used by the serverless endpoint '%s'.", c.Name, r.Name)
			}
		}
		return nil
	}
}

// resourceNamed finds a resource of a type by its name; nil when there is none.
func resourceNamed(tx *state.Tx, typ, name, region string) *state.Resource {
	for r := range tx.OfType(typ, "") {
		if strings.EqualFold(r.Name, name) && (region == "" || estate.NormalizeLocation(r.Location) == region) {
			return r
		}
	}
	return nil
}
