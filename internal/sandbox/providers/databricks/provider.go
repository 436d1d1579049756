package databricks

import (
	"embed"
	"fmt"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const (
	workspaceType = "Microsoft.Databricks/workspaces"
	managed       = "properties.managedResourceGroupId"
	rootSKU       = "properties.parameters.storageAccountSkuName.value"
	rootName      = "properties.parameters.storageAccountName.value"
)

// Provider is the resource provider.
func Provider(*world.World) (*provider.Provider, error) {
	p, err := provider.Load("Microsoft.Databricks", types)
	if err != nil {
		return nil, err
	}
	p.Type(workspaceType).Hooks = provider.Hooks{Prepare: prepare, Kept: kept, Show: show, Drop: drop}
	return p, nil
}

func prepare(c *provider.Call) error {
	if group := object.Text(c.Body, managed); group != "" {
		object.Set(c.Body, managed, groupID(group))
	}
	if err := facet.Checks(c, check); err != nil {
		return err
	}
	facet.Made(c, "properties.workspaceId", func() any { return fmt.Sprintf("%d%09d", 1000000+c.World.Intn(8999999), c.World.Intn(1000000000)) })
	id := object.Text(c.Body, "properties.workspaceId")
	facet.Made(c, "properties.workspaceUrl", func() any { return fmt.Sprintf("adb-%s.%d.azuredatabricks.net", id, c.World.Intn(20)) })
	facet.Made(c, "properties.createdDateTime", func() any { return facet.Time(c.Now) })
	facet.Made(c, "properties.isUcEnabled", func() any { return object.Text(c.Body, "sku.name") == "premium" })
	if object.Text(c.Body, "properties.computeMode") == "Serverless" {
		return nil
	}
	defaults := []struct {
		name, kind string
		value      any
	}{
		{"storageAccountSkuName", "String", "Standard_GRS"}, // data-stores.md 8
		{"storageAccountName", "String", "dbstorage" + facet.Token(c, 13)},
		{"enableNoPublicIp", "Bool", true}, {"prepareEncryption", "Bool", false}, {"requireInfrastructureEncryption", "Bool", false},
		{"natGatewayName", "String", "nat-gateway"}, {"publicIpName", "String", "nat-gw-public-ip"}, {"vnetAddressPrefix", "String", "10.139"},
	}
	was := facet.Was(c)
	for _, d := range defaults {
		path := "properties.parameters." + d.name
		if v := object.Get(was, path); v != nil && object.Get(c.Body, path) == nil {
			object.Set(c.Body, path, v)
		}
		object.Default(c.Body, path+".value", d.value)
		object.Set(c.Body, path+".type", d.kind)
	}
	return nil
}

// check holds a workspace to its managed group, and the root account to what its
// region has.
func check(c *provider.Call) error {
	group, serverless := object.Text(c.Body, managed), object.Text(c.Body, "properties.computeMode") == "Serverless"
	sku := object.Text(c.Body, rootSKU)
	was, wasNone := object.Find(facet.Was(c), "properties.parameters.enableNoPublicIp.value")
	now := object.Bool(c.Body, "properties.parameters.enableNoPublicIp.value")
	had := object.Text(facet.Was(c), managed)
	switch {
	case had != "" && !strings.EqualFold(had, group):
		return refusal.Conflict("PropertyChangeNotAllowed", "Changing property '%s' is not allowed.", managed)
	case serverless && (group != "" || object.Inner(c.Body, "properties.parameters") != nil):
		return refusal.BadRequest("A serverless workspace has neither managedResourceGroupId nor parameters.")
	case !serverless && group == "":
		return refusal.New(http.StatusBadRequest, "ApplianceManagedResourceGroupMissing", "The property managedResourceGroupId of the workspace %s is missing.", c.Name)
	case c.Was == nil && !serverless && c.Tx.Resource(group) != nil:
		return refusal.Conflict("ManagedResourceGroupAlreadyExists", "The managed resource group '%s' exists already: the workspace %s must make its own.", group, c.Name)
	case !serverless && !strings.HasPrefix(strings.ToLower(group), strings.ToLower("/subscriptions/"+c.Subscription+"/resourceGroups/")):
		return refusal.New(http.StatusBadRequest, "InvalidManagedResourceGroup", "The managed resource group '%s' must be in the subscription of the workspace.", group)
	case strings.Contains(sku, "ZRS") && !facet.HasZones(c.Location):
		return refusal.New(http.StatusBadRequest, "RedundancyConfigurationNotAvailableInRegion", "The storage account sku %s is not available in the region %s.", sku, c.Location)
	case c.Was != nil && wasNone && was == true && !now && object.Get(c.Body, "properties.parameters.enableNoPublicIp.value") != nil:
		return refusal.New(http.StatusBadRequest, "CustomParameterUpdateNotAllowed", "The parameter enableNoPublicIp of the workspace %s cannot be turned off.", c.Name)
	}
	if id := object.Text(c.Body, "properties.parameters.customVirtualNetworkId.value"); id != "" && c.Tx.Resource(id) == nil {
		return refusal.New(http.StatusBadRequest, "InvalidResourceReference", "The virtual network '%s' of the workspace %s is not found.", id, c.Name)
	}
	return nil
}

// groupID is the id of a resource group; templates also give it as
// subscriptionResourceId('Microsoft.Resources/resourceGroups', name) does.
func groupID(id string) string {
	const long = "/providers/microsoft.resources/resourcegroups/"
	if i := strings.Index(strings.ToLower(id), long); i >= 0 {
		return id[:i] + "/resourceGroups/" + id[i+len(long):]
	}
	return id
}

// kept makes the managed group with the root account, and lets the account's sku
// follow the workspace's setting.
func kept(c *provider.Call) error {
	group := object.Text(c.Body, managed)
	if group == "" {
		return nil
	}
	if c.Tx.Resource(group) == nil {
		if err := facet.Bring(c, provider.Request{ID: group, Body: object.Object{"location": c.Location, "managedBy": c.ID}}); err != nil {
			return err
		}
	}
	id := group + "/providers/Microsoft.Storage/storageAccounts/" + object.Text(c.Body, rootName)
	account := c.Tx.Resource(id)
	if account == nil {
		err := facet.Bring(c, provider.Request{ID: id, Body: object.Object{
			"location": c.Location, "kind": "StorageV2", "sku": object.Object{"name": object.Text(c.Body, rootSKU)},
			"tags": object.Object{"application": "databricks", "databricks-environment": "true"}, "properties": object.Object{"isHnsEnabled": true},
		}})
		return err
	}
	return convertRoot(c, account)
}

// convertRoot lets the root account follow the workspace's setting as any account
// would: a copy in the paired region comes and goes by a plain change, copies in
// several zones by a conversion that takes its time.
func convertRoot(c *provider.Call, account *state.Resource) error {
	from, to := object.Text(object.Must(account.Body), "sku.name"), object.Text(c.Body, rootSKU)
	if from == to {
		return nil
	}
	if c.Seeding {
		body := object.Must(account.Body)
		object.Set(body, "sku.name", to)
		return facet.Change(c, account, body, nil)
	}
	if step := likeZones(from, to); step != from {
		if err := facet.Bring(c, provider.Request{ID: account.ID, Body: object.Object{
			"location": account.Location, "kind": "StorageV2", "sku": object.Object{"name": step}, "tags": object.Get(object.Must(account.Body), "tags"),
			"properties": object.Object{"isHnsEnabled": true},
		}}); err != nil {
			return err
		}
		if step == to {
			return nil
		}
	}
	_, err := c.Engine.Post(c.Tx, c.Now, provider.Request{ID: account.ID, Internal: true, Body: object.Object{"properties": object.Object{"targetSkuName": to}}}, "startAccountMigration")
	return err
}

// likeZones is the sku that has the geo copy of to and the zones of from.
func likeZones(from, to string) string {
	if strings.Contains(from, "ZRS") == strings.Contains(to, "ZRS") {
		return to
	}
	if strings.Contains(to, "ZRS") { // there are no zones yet
		return map[string]string{"Standard_ZRS": "Standard_LRS", "Standard_GZRS": "Standard_GRS", "Standard_RAGZRS": "Standard_RAGRS", "Premium_ZRS": "Premium_LRS"}[to]
	}
	return map[string]string{"Standard_LRS": "Standard_ZRS", "Standard_GRS": "Standard_GZRS", "Standard_RAGRS": "Standard_RAGZRS", "Premium_LRS": "Premium_ZRS"}[to]
}

func show(c *provider.Call) error {
	if err := facet.Connections(c); err != nil {
		return err
	}
	if len(object.List(c.Body, "properties.privateEndpointConnections")) == 0 {
		object.Delete(c.Body, "properties.privateEndpointConnections")
	}
	return nil
}

// drop takes the managed group away with the workspace.
func drop(c *provider.Call) error {
	group := object.Text(facet.Was(c), managed)
	if group == "" || c.Tx.Resource(group) == nil || strings.EqualFold(group, c.Group) {
		return nil
	}
	_, err := c.Engine.Delete(c.Tx, c.Now, provider.Request{ID: group})
	return err
}
