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

func (s *service) workspaces(h *provider.Hooks) {
	h.Prepare, h.Kept, h.Show, h.Drop = s.prepareWorkspace, s.workspaceKept, s.showWorkspace, s.dropWorkspace
	h.Listed = func(c *provider.Call) bool {
		kinds := c.Query.Get("kind")
		return kinds == "" || contains(strings.Split(kinds, ","), object.Text(c.Body, "kind"))
	}
	h.Purge = func(c *provider.Call) bool {
		return strings.EqualFold(c.Query.Get("forceToPurge"), "true") || !recoverable(object.Text(body(c.Was), "kind"))
	}
	s.workspaceActions(h)
}

// recoverable says whether deleted workspaces of a kind can be recovered: hubs and
// projects are gone at once (facts/azure-ml.md section 1.3).
func recoverable(kind string) bool {
	return !strings.EqualFold(kind, "Hub") && !strings.EqualFold(kind, "Project")
}

func contains(list []string, text string) bool {
	for _, e := range list {
		if strings.EqualFold(strings.TrimSpace(e), text) {
			return true
		}
	}
	return false
}

// link is a resource that a workspace names.
type link struct {
	path, typ string
	kinds     []string // of workspaces that must name it
}

// links are checked in this order (facts/azure-ml.md section 1.3).
var links = []link{
	{"properties.hubResourceId", estate.WorkspaceType, []string{"Project"}},
	{"properties.storageAccount", typeStorage, []string{"Default", "Hub", "FeatureStore"}},
	{"properties.keyVault", typeVault, []string{"Default", "FeatureStore"}},
	{"properties.applicationInsights", typeInsights, []string{"Default", "FeatureStore"}},
	{"properties.containerRegistry", typeRegistry, nil},
	{"properties.primaryUserAssignedIdentity", typeIdentity, nil},
	{"properties.encryption.keyVaultProperties.keyVaultArmId", typeVault, nil},
	{"properties.encryption.cosmosDbResourceId", typeCosmos, nil},
	{"properties.encryption.searchAccountResourceId", typeSearch, nil},
	{"properties.encryption.storageAccountResourceId", typeStorage, nil},
}

// retireEnterprise turns the Enterprise edition into Basic. OUR READING: the
// edition is retired, and published templates whose parameters still ask for it
// are to deploy (data/quickstarts/201-machine-learning-advanced).
func retireEnterprise(c *provider.Call) {
	for _, path := range []string{"sku.name", "sku.tier"} {
		if strings.EqualFold(object.Text(c.Body, path), "Enterprise") {
			object.Set(c.Body, path, "Basic")
		}
	}
}

func (s *service) prepareWorkspace(c *provider.Call) error {
	retireEnterprise(c)
	if c.Created {
		if err := s.inheritHub(c); err != nil && !c.Seeding {
			return err
		}
	}
	for _, l := range links {
		if err := s.checkLink(c, l); err != nil && !c.Seeding {
			return err
		}
	}
	if err := s.checkStores(c); err != nil && !c.Seeding {
		return err
	}
	if err := s.checkEncryption(c); err != nil && !c.Seeding {
		return err
	}
	object.Default(c.Body, "properties.friendlyName", c.Name)
	if c.Created {
		account := body(c.Tx.Resource(object.Text(c.Body, "properties.storageAccount")))
		object.Default(c.Body, "properties.storageHnsEnabled", object.Bool(account, "properties.isHnsEnabled"))
		object.Default(c.Body, "properties.workspaceId", s.world.GUID())
		object.Default(c.Body, "properties.tenantId", s.world.Tenant)
		object.Default(c.Body, "properties.notebookInfo", object.Object{
			"resourceId": strings.ReplaceAll(s.world.GUID(), "-", ""), "isPrivateLinkEnabled": false,
		})
	} else {
		keep(c, "properties.containerRegistry")
	}
	return s.prepareNetwork(c)
}

// checkStores says whether a new workspace can use the storage and the vault that
// it names.
func (s *service) checkStores(c *provider.Call) error {
	if !c.Created {
		return nil
	}
	if storage := object.Text(c.Body, "properties.storageAccount"); storage != "" {
		if err := checkStorage(c.Tx.Resource(storage)); err != nil {
			return err
		}
	}
	for _, path := range []string{"properties.storageAccount", "properties.keyVault"} {
		if id := object.Text(c.Body, path); id != "" {
			if err := s.stands(c.Tx, c.Now, id, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep takes over values of the resource that was there where the body has none.
func keep(c *provider.Call, paths ...string) {
	was := body(c.Was)
	for _, path := range paths {
		if v, ok := object.Find(was, path); ok && v != nil {
			object.Default(c.Body, path, v)
		}
	}
}

// checkLink holds one link against what is there.
func (s *service) checkLink(c *provider.Call, l link) error {
	v, there := object.Find(c.Body, l.path)
	id, isText := v.(string)
	kind := object.Text(c.Body, "kind")
	name := l.path[strings.LastIndexByte(l.path, '.')+1:]
	switch {
	case !there || v == nil || isText && id == "":
		if there {
			object.Delete(c.Body, l.path)
		}
		if contains(l.kinds, kind) {
			return refusal.New(http.StatusBadRequest, "ValidationError", "Missing dependent resources in workspace json: a workspace of the kind %s needs the property '%s'.", kind, name)
		}
		return nil
	case !isText || !is(id, l.typ):
		return refusal.New(http.StatusBadRequest, "ValidationError", "The property '%s' must be the id of a resource of the type %s.", name, l.typ)
	}
	if strings.EqualFold(object.Text(body(c.Was), l.path), id) {
		return nil // what is gone since does not hinder other changes
	}
	if c.Tx.Resource(id) == nil {
		return refusal.New(http.StatusBadRequest, "ValidationError", "The resource '%s' in the property '%s' was not found. Create it first.", id, name)
	}
	if a, b := estate.ParseID(id).Subscription(), estate.ParseID(c.ID).Subscription(); !strings.EqualFold(a, b) {
		return refusal.New(http.StatusBadRequest, "ValidationError", "The resource '%s' in the property '%s' must be in the subscription of the workspace, %s.", id, name, b)
	}
	return nil
}

// checkStorage says whether an account can be the default one of a workspace
// (facts/azure-ml.md section 1.2).
func checkStorage(account *state.Resource) error {
	o := body(account)
	if account == nil {
		return nil // a project's hub has it
	}
	refuse := func(what string) error {
		return refusal.New(http.StatusBadRequest, "ValidationError", "The storage account '%s' cannot be the default storage of a workspace: %s. Such an account can be attached as a datastore.", account.ID, what)
	}
	kind, sku := object.Text(o, "kind"), object.Text(o, "sku.name")
	switch {
	case strings.HasPrefix(strings.ToLower(sku), "premium"):
		return refuse("premium accounts are not supported, and this one is " + sku)
	case strings.EqualFold(kind, "BlobStorage"):
		return refuse("accounts of the kind BlobStorage are not supported")
	case object.Bool(o, "properties.isHnsEnabled"):
		return refuse("it has a hierarchical namespace")
	}
	return nil
}

// inheritHub gives a project what its hub has.
func (s *service) inheritHub(c *provider.Call) error {
	id := object.Text(c.Body, "properties.hubResourceId")
	if id == "" {
		return nil
	}
	hub := body(c.Tx.Resource(id))
	if c.Tx.Resource(id) != nil && !strings.EqualFold(object.Text(hub, "kind"), "Hub") {
		return refusal.New(http.StatusBadRequest, "ValidationError", "The workspace '%s' in the property 'hubResourceId' is no hub.", id)
	}
	for _, path := range []string{"storageAccount", "keyVault", "applicationInsights", "containerRegistry"} {
		if v := object.Get(hub, "properties."+path); v != nil {
			object.Default(c.Body, "properties."+path, v)
		}
	}
	return nil
}

// host is a URL without its scheme.
func host(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	return rest
}

// showWorkspace adds the addresses.
func (s *service) showWorkspace(c *provider.Call) error {
	region := estate.NormalizeLocation(c.Location)
	base := s.world.At.Region(region)
	object.Set(c.Body, "properties.discoveryUrl", base+"/discovery")
	object.Set(c.Body, "properties.mlFlowTrackingUri", "azureml://"+host(base)+"/mlflow/v1.0"+c.ID)
	if object.Inner(c.Body, "properties.notebookInfo") != nil {
		object.Set(c.Body, "properties.notebookInfo.fqdn", "ml-"+strings.ToLower(c.Name)+"-"+region+"."+host(base))
	}
	connections := []any{}
	for r := range c.Tx.Children(c.ID, Namespace+"/workspaces/privateEndpointConnections") {
		connections = append(connections, map[string]any(body(r)))
	}
	object.Set(c.Body, "properties.privateEndpointConnections", connections)
	object.Set(c.Body, "properties.privateLinkCount", len(connections))
	return nil
}

// dropWorkspace takes away what cannot be recovered: computes and endpoints, whose
// runs end (facts/azure-ml.md section 1.7).
func (s *service) dropWorkspace(c *provider.Call) error {
	var projects []string
	for r := range c.Tx.OfType(estate.WorkspaceType, "") {
		if same(object.Text(body(r), "properties.hubResourceId"), c.ID) {
			projects = append(projects, r.ID)
		}
	}
	if len(projects) > 0 && !c.Cascade {
		return refusal.Conflict("Conflict", "The hub '%s' has projects and cannot be deleted before them: %s.", c.Name, strings.Join(projects, ", "))
	}
	var gone []string
	for r := range c.Tx.Below(c.ID) {
		_, typ, _ := strings.Cut(strings.ToLower(r.Type), "/")
		for _, hard := range []string{"workspaces/computes", "workspaces/onlineendpoints", "workspaces/batchendpoints", "workspaces/serverlessendpoints"} {
			if typ == hard || strings.HasPrefix(typ, hard+"/") {
				gone = append(gone, r.ID)
			}
		}
	}
	for _, id := range gone {
		if err := c.Tx.Delete(id); err != nil {
			return err
		}
	}
	if group := object.Text(body(c.Was), "properties.serviceProvisionedResourceGroup"); group != "" && c.Engine != nil && c.Type.Hooks.Purge(c) {
		// One that can be recovered keeps its stores, and their cost.
		id := "/subscriptions/" + c.Subscription + "/resourceGroups/" + group
		if c.Tx.Resource(id) != nil {
			if _, err := c.Engine.Delete(c.Tx, c.Now, provider.Request{ID: id, Caller: c.Caller, Internal: true}); err != nil {
				return err
			}
		}
	}
	return s.endRuns(c)
}
