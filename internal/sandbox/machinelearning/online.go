package machinelearning

import (
	"net/http"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const (
	typeOnline           = Namespace + "/workspaces/onlineEndpoints"
	typeOnlineDeployment = Namespace + "/workspaces/onlineEndpoints/deployments"
	typeBatch            = Namespace + "/workspaces/batchEndpoints"
	typeBatchDeployment  = Namespace + "/workspaces/batchEndpoints/deployments"
)

func (s *service) onlineEndpoints(h *provider.Hooks) {
	h.Prepare, h.Show = s.prepareOnline, s.showOnline
	h.Drop = func(c *provider.Call) error { return s.dropEndpoint(c, typeOnlineDeployment) }
	h.Actions = map[string]action{"listkeys": listEndpointKeys, "regeneratekeys": s.regenerateKeys, "token": s.endpointToken}
	h.Listed = endpointListed
	h.Order = func(c *provider.Call, a, b *state.Resource) int {
		by := map[string]string{"createdatasc": "createdtime", "createdatdesc": "createdtime desc", "updatedatasc": "modifiedtime", "updatedatdesc": "modifiedtime desc"}
		return orderBy(orText(by[strings.ToLower(c.Query.Get("orderBy"))], "name"), a, b)
	}
}

func endpointListed(c *provider.Call) bool {
	q := c.Query
	kind := "Managed"
	if object.Text(c.Body, "properties.compute") != "" {
		kind = "Kubernetes"
	}
	return (q.Get("name") == "" || strings.EqualFold(q.Get("name"), c.Was.Name)) &&
		(q.Get("computeType") == "" || strings.EqualFold(q.Get("computeType"), kind)) &&
		hasPairs(object.Inner(c.Body, "tags"), q.Get("tags")) && hasPairs(object.Inner(c.Body, "properties.properties"), q.Get("properties"))
}

func (s *service) prepareOnline(c *provider.Call) error {
	s.endpointKeys(c)
	object.Default(c.Body, "kind", "Managed")
	if object.Text(c.Body, "properties.compute") != "" {
		object.Set(c.Body, "kind", "K8S")
	} else {
		object.Delete(c.Body, "properties.compute")
	}
	if c.Seeding {
		return nil
	}
	if err := s.checkOnline(c); err != nil {
		return err
	}
	if err := grows(c, "properties.properties"); err != nil {
		return err
	}
	deployments := map[string]bool{}
	for r := range c.Tx.Children(c.ID, typeOnlineDeployment) {
		deployments[strings.ToLower(r.Name)] = true
	}
	if err := checkTraffic(c, "traffic", deployments, 100, true); err != nil {
		return err
	}
	return checkTraffic(c, "mirrorTraffic", deployments, 50, false)
}

func (s *service) checkOnline(c *provider.Call) error {
	bad := func(format string, args ...any) error {
		return refusal.New(http.StatusBadRequest, "BadRequest", format, args...)
	}
	compute, mode := object.Text(c.Body, "properties.compute"), object.Text(c.Body, "properties.authMode")
	if was := object.Text(body(c.Was), "properties.authMode"); was != "" && was != mode && (was == "AMLToken") != (mode == "AMLToken") && c.Method == http.MethodPatch {
		return bad("The authentication mode of the endpoint '%s' is changed by PUT only.", c.Name)
	}
	if c.Parent != nil && compute == "" && c.Location != estate.NormalizeLocation(c.Parent.Location) {
		return bad("The endpoint '%s' must be in the region of its workspace, %s.", c.Name, c.Parent.Location)
	}
	if compute == "" {
		if u := used(c.Tx, c.Subscription, c.Location, c.ID); c.Created && u.endpoints > sizes().Limits.Endpoints {
			return bad("The subscription has %d endpoints in the region %s, which is the limit.", u.endpoints-1, c.Location)
		}
		return nil
	}
	id, err := s.computeOf(c, compute)
	if err != nil {
		return err
	}
	if kind := object.Text(body(c.Tx.Resource(id)), "properties.computeType"); kind != "Kubernetes" && kind != "AKS" {
		return bad("Online endpoints run on computes of the type Kubernetes, and '%s' is of the type %s.", compute, kind)
	}
	if mode == "AADToken" {
		return bad("Endpoints on Kubernetes do not support the authentication mode AADToken.")
	}
	return s.stands(c.Tx, c.Now, id, true)
}

// grows refuses a bag of properties that loses or changes one
// (facts/azure-ml.md section 4.5).
func grows(c *provider.Call, path string) error {
	now := object.Inner(c.Body, path)
	was := object.Inner(body(c.Was), path)
	for _, name := range sortedNames(was) {
		if name == "AzureAsyncOperationUri" || name == missingProperty {
			continue
		}
		if v, ok := now[name]; !ok {
			if now == nil {
				now = object.Object{}
				object.Set(c.Body, path, now)
			}
			now[name] = was[name]
		} else if v != was[name] {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The property '%s' of '%s' can be added, but not be changed or removed.", name, c.Name)
		}
	}
	return nil
}

// checkTraffic holds the shares of deployments to their rules: each names one that
// is there, and together they are most, or no more than that.
func checkTraffic(c *provider.Call, name string, deployments map[string]bool, most int, all bool) error {
	shares := object.Inner(c.Body, "properties."+name)
	sum := 0
	for _, d := range sortedNames(shares) {
		n := number(shares, d, -1)
		if n < 0 || n > 100 {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The %s of the deployment '%s' must be a whole number from 0 to 100.", name, d)
		}
		if sum += n; n > 0 && !deployments[strings.ToLower(d)] {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The deployment '%s' in %s was not found below the endpoint '%s'.", d, name, c.Name)
		}
	}
	switch {
	case all && sum != most && sum != 0:
		return refusal.New(http.StatusBadRequest, "BadRequest", "The values of %s of the endpoint '%s' must sum to %d, not to %d.", name, c.Name, most, sum)
	case sum > most:
		return refusal.New(http.StatusBadRequest, "BadRequest", "The values of %s of the endpoint '%s' must sum to at most %d, not to %d.", name, c.Name, most, sum)
	}
	return nil
}

// showOnline adds the addresses, and takes the deployments out of the traffic that
// are gone.
func (s *service) showOnline(c *provider.Call) error {
	uri := s.world.At.Scoring(estate.NormalizeLocation(c.Location), c.Name)
	object.Set(c.Body, "properties.scoringUri", uri)
	object.Set(c.Body, "properties.swaggerUri", strings.TrimSuffix(uri, "/score")+"/swagger.json")
	return nil
}

// dropEndpoint refuses an endpoint that takes traffic nowhere else, and lets its
// deployments go with it.
func (s *service) dropEndpoint(c *provider.Call, typ string) error {
	var gone []string
	for r := range c.Tx.Children(c.ID, typ) {
		gone = append(gone, r.ID)
	}
	for _, id := range gone {
		if err := c.Tx.Delete(id); err != nil {
			return err
		}
	}
	return nil
}

// endpointKeys keeps the keys that are given and makes those that are not
// (facts/azure-ml.md section 0, 8).
func (s *service) endpointKeys(c *provider.Call) {
	if c.Secret == nil {
		c.Secret = object.Object{}
	}
	for _, name := range []string{"primaryKey", "secondaryKey"} {
		if object.Text(c.Secret, "properties.keys."+name) == "" {
			object.Set(c.Secret, "properties.keys."+name, s.key())
		}
	}
}

func listEndpointKeys(c *provider.Call) (provider.Reply, error) {
	if mode := object.Text(body(c.Was), "properties.authMode"); !strings.EqualFold(mode, "Key") && !strings.EqualFold(mode, "KeyAndAAD") {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "BadRequest", "The endpoint '%s' has no keys: its authentication mode is %s.", c.Name, mode)
	}
	return provider.Reply{Body: object.Inner(secret(c.Was), "properties.keys")}, nil
}

// regenerateKeys sets a key: the one that is given, or a new one.
func (s *service) regenerateKeys(c *provider.Call) (provider.Reply, error) {
	name := map[string]string{"primary": "primaryKey", "secondary": "secondaryKey"}[strings.ToLower(object.Text(c.Body, "keyType"))]
	if name == "" {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "BadRequest", "The keyType '%s' is not valid: use Primary or Secondary.", object.Text(c.Body, "keyType"))
	}
	hidden := secret(c.Was)
	object.Set(hidden, "properties.keys."+name, orText(object.Text(c.Body, "keyValue"), s.key()))
	r := c.Was.Copy()
	r.Secret, r.Changed = object.Encode(hidden), c.Now
	return provider.Reply{Status: http.StatusAccepted, Takes: 2 * time.Second, Style: "location"}, c.Tx.Put(r)
}

// endpointToken gives a token of the service's own for an endpoint that takes
// such.
func (s *service) endpointToken(c *provider.Call) (provider.Reply, error) {
	if mode := object.Text(body(c.Was), "properties.authMode"); mode != "AMLToken" {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "BadRequest", "The endpoint '%s' gives no tokens: its authentication mode is %s.", c.Name, mode)
	}
	now := s.world.Wall().UTC()
	until := now.Add(time.Hour)
	return provider.Reply{Body: object.Object{
		"accessToken": s.ownToken(c.Was, until), "expiryTimeUtc": until.Unix(), "refreshAfterTimeUtc": now.Add(45 * time.Minute).Unix(), "tokenType": "Bearer",
	}}, nil
}

func (s *service) onlineDeployments(h *provider.Hooks) {
	h.Prepare, h.Drop = s.prepareDeployment, s.dropDeployment
	h.Actions = map[string]action{"getlogs": s.deploymentLogs}
	h.Reads = map[string]action{"skus": deploymentSkus}
	h.Order = func(c *provider.Call, a, b *state.Resource) int {
		return orderBy(orText(c.Query.Get("$orderBy"), "name"), a, b)
	}
}
