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
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

type action = func(*provider.Call) (provider.Reply, error)

// workspaceActions are those of facts/azure-ml.md section 1.9.
func (s *service) workspaceActions(h *provider.Hooks) {
	h.Actions = map[string]action{
		"listkeys":                s.listWorkspaceKeys,
		"liststorageaccountkeys":  s.listStorageKeys,
		"listnotebookkeys":        s.listNotebookKeys,
		"listnotebookaccesstoken": s.notebookToken,
		"resynckeys":              s.resyncKeys,
		"diagnose":                s.diagnose,
		"preparenotebook":         s.prepareNotebook,
		"provisionmanagednetwork": s.provisionNetwork,
	}
	h.Reads = map[string]action{
		"outboundnetworkdependenciesendpoints": s.outboundEndpoints,
		"privatelinkresources":                 s.privateLinkResources,
		"features":                             s.features,
	}
}

func (s *service) listWorkspaceKeys(c *provider.Call) (provider.Reply, error) {
	o := body(c.Was)
	storage, insights, registry := object.Text(o, "properties.storageAccount"), object.Text(o, "properties.applicationInsights"), object.Text(o, "properties.containerRegistry")
	out := object.Object{
		"userStorageKey": accountKey(c.Tx, storage), "userStorageArmId": storage,
		"appInsightsInstrumentationKey": object.Text(body(c.Tx.Resource(insights)), "properties.InstrumentationKey"),
		"notebookAccessKeys":            s.notebookKeys(c),
	}
	if r := c.Tx.Resource(registry); r != nil {
		admin := secret(r)
		out["containerRegistryCredentials"] = object.Object{
			"location": r.Location, "username": object.Text(admin, "username"),
			"passwords": []any{
				map[string]any{"name": "password", "value": object.Text(admin, "password")},
				map[string]any{"name": "password2", "value": object.Text(admin, "password2")},
			},
		}
	}
	return provider.Reply{Body: out}, nil
}

func (s *service) listStorageKeys(c *provider.Call) (provider.Reply, error) {
	storage := object.Text(body(c.Was), "properties.storageAccount")
	return provider.Reply{Body: object.Object{"userStorageKey": accountKey(c.Tx, storage)}}, s.stands(c.Tx, c.Now, storage, false)
}

// notebookKeys are derived from the notebook resource, so that they stay the same.
func (s *service) notebookKeys(c *provider.Call) object.Object {
	resource := object.Text(body(c.Was), "properties.notebookInfo.resourceId")
	return object.Object{"primaryAccessKey": derived(resource, "primary"), "secondaryAccessKey": derived(resource, "secondary")}
}

func (s *service) listNotebookKeys(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: s.notebookKeys(c)}, nil
}

func (s *service) notebookToken(c *provider.Call) (provider.Reply, error) {
	o := body(c.Was)
	token := ""
	if s.world.Tokens != nil {
		token = s.world.Tokens.Issue(c.Caller, audience, s.world.Wall(), time.Hour)
	}
	return provider.Reply{Body: object.Object{
		"accessToken": token, "expiresIn": 3600, "scope": "aznb_identity", "tokenType": "Bearer",
		"hostName": s.world.At.Region(estate.NormalizeLocation(c.Location)), "publicDns": s.world.At.Region(estate.NormalizeLocation(c.Location)),
		"notebookResourceId": object.Text(o, "properties.notebookInfo.resourceId"),
	}}, nil
}

// resyncKeys writes the keys of the storage account into the vault again.
func (s *service) resyncKeys(c *provider.Call) (provider.Reply, error) {
	o := body(c.Was)
	vault, storage := object.Text(o, "properties.keyVault"), object.Text(o, "properties.storageAccount")
	for _, b := range brought {
		ds := c.Tx.Resource(c.ID + "/datastores/" + b.name)
		if vault == "" || ds == nil || object.Text(body(ds), "properties.credentials.credentialsType") != "AccountKey" {
			continue
		}
		value := object.Encode(object.Object{"secretsType": "AccountKey", "key": accountKey(c.Tx, storage)})
		if err := s.keepSecret(c.Tx, c.Now, vault, secretName(o, b.name), string(value)); err != nil {
			return provider.Reply{}, err
		}
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: 3 * time.Second, Style: "location"}, nil
}

// diagnosed are the parts of a diagnosis, the role that each is about, and the
// code of its findings.
var diagnosed = []struct {
	part string
	role estate.Role
	code string
}{
	{"storageAccountResults", estate.DefaultStorage, "StorageAccountNotReachable"},
	{"keyVaultResults", estate.KeyVault, "KeyVaultNotReachable"},
	{"containerRegistryResults", estate.ContainerRegistry, "ContainerRegistryNotReachable"},
	{"applicationInsightsResults", estate.ApplicationInsights, "ApplicationInsightsNotReachable"},
	{"networkSecurityRuleResults", estate.Network, "NetworkNotReachable"},
	{"otherResults", estate.Datastore, "DatastoreNotReachable"},
}

// diagnose asks how well everything is that the workspace leans on.
func (s *service) diagnose(c *provider.Call) (provider.Reply, error) {
	out := object.Object{"userDefinedRouteResults": []any{}, "dnsResolutionResults": []any{}, "resourceLockResults": s.locks(c)}
	for _, d := range diagnosed {
		results := []any{}
		for _, id := range s.leans.Playing(c.Tx, c.ID, d.role) {
			st := s.world.Health.Resource(c.Tx, id, c.Now)
			switch {
			case c.Tx.Resource(id) == nil && strings.HasPrefix(id, "/"):
				results = append(results, map[string]any{"code": d.code, "level": "Error", "message": "The resource " + id + " is not there."})
			case st.Read != world.Whole:
				results = append(results, map[string]any{"code": d.code, "level": "Error", "message": "The resource " + id + " cannot be reached. " + st.Why})
			case st.Write != world.Whole:
				results = append(results, map[string]any{"code": d.code, "level": "Warning", "message": "The resource " + id + " can only be read. " + st.Why})
			}
		}
		out[d.part] = results
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: 4 * time.Second, Style: "location", Body: object.Object{"value": out}}, nil
}

// locks tells of locks that hinder a workspace (facts/azure-ml.md section 0).
func (s *service) locks(c *provider.Call) []any {
	results := []any{}
	for r := range c.Tx.OfType("Microsoft.Authorization/locks", "") {
		if owner := state.OwnerOf(r.ID); same(owner, c.ID) || same(owner, c.Group) {
			results = append(results, map[string]any{"code": "ResourceLock", "level": "Warning", "message": "The lock " + r.ID + " may keep computes from scaling."})
		}
	}
	return results
}

func (s *service) prepareNotebook(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{Status: http.StatusAccepted, Takes: 3 * time.Second, Style: "location", Body: object.Get(body(c.Was), "properties.notebookInfo")},
		s.stands(c.Tx, c.Now, object.Text(body(c.Was), "properties.storageAccount"), true)
}

func (s *service) provisionNetwork(c *provider.Call) (provider.Reply, error) {
	o := body(c.Was)
	if mode := object.Text(o, managedNetwork+".isolationMode"); mode == "" || strings.EqualFold(mode, "Disabled") {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "ValidationError", "The workspace '%s' has no managed network to provision.", c.Name)
	}
	status := object.Object{"status": "Active", "sparkReady": object.Bool(c.Body, "includeSpark")}
	object.Set(o, managedNetwork+".status", status)
	return provider.Reply{Status: http.StatusAccepted, Takes: 30 * time.Minute, Style: "location", Body: status}, rebody(c.Tx, c.Now, c.Was, o)
}

func (s *service) outboundEndpoints(c *provider.Call) (provider.Reply, error) {
	region := estate.NormalizeLocation(c.Location)
	host := func(name string) map[string]any {
		return map[string]any{"domainName": name, "endpointDetails": []any{map[string]any{"port": 443}}}
	}
	return provider.Reply{Body: object.Object{"value": []any{
		map[string]any{"properties": map[string]any{"category": "Azure Active Directory", "endpoints": []any{host("login.microsoftonline.com")}}},
		map[string]any{"properties": map[string]any{"category": "Azure portal", "endpoints": []any{host("management.azure.com")}}},
		map[string]any{"properties": map[string]any{"category": "Azure Machine Learning", "endpoints": []any{host(region + ".api.azureml.ms"), host(region + ".experiments.azureml.net")}}},
	}}}, nil
}

func (s *service) privateLinkResources(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{map[string]any{
		"id": c.ID + "/privateLinkResources/amlworkspace", "name": "amlworkspace", "type": Namespace + "/workspaces/privateLinkResources",
		"properties": map[string]any{"groupId": "amlworkspace", "requiredMembers": []any{"default"}, "requiredZoneNames": []any{"privatelink.api.azureml.ms"}},
	}}}}, nil
}

func (s *service) features(*provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{}}}, nil
}
