package databricks_test

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const (
	workspace = "Microsoft.Databricks/workspaces/"
	managed   = "/subscriptions/" + trial.Subscription + "/resourceGroups/managed"
)

func body(location, parameters string) string {
	return `{"location":"` + location + `","sku":{"name":"premium"},"properties":{"managedResourceGroupId":"` + managed + `","parameters":{` + parameters + `}}}`
}

func TestAWorkspaceMakesItsGroup(t *testing.T) {
	b := trial.New(t)
	w := b.Make(workspace+"bricks", body("westeurope", ""))
	if url := object.Text(w, "properties.workspaceUrl"); !strings.HasPrefix(url, "adb-"+object.Text(w, "properties.workspaceId")+".") || !strings.HasSuffix(url, ".azuredatabricks.net") {
		t.Errorf("its address is %s", url)
	}
	b.Is(w, "properties.parameters.storageAccountSkuName.value", "Standard_GRS")
	b.Is(w, "properties.parameters.enableNoPublicIp.value", "true")
	root := managed + "/providers/Microsoft.Storage/storageAccounts/" + object.Text(w, "properties.parameters.storageAccountName.value")
	b.Is(b.Get(root), "sku.name", "Standard_GRS")
	b.Is(b.Get(root), "properties.isHnsEnabled", "true")
	b.Is(b.Get(managed), "managedBy", trial.ID(workspace+"bricks"))
	changed := b.Make(workspace+"bricks", body("westeurope", `"storageAccountSkuName":{"value":"Standard_GZRS"}`))
	b.Is(changed, "properties.parameters.storageAccountName.value", object.Text(w, "properties.parameters.storageAccountName.value"))
	b.Is(b.Get(root), "sku.name", "Standard_GRS") // the account is converted, which takes its time
	b.Advance(72 * time.Hour)
	b.Is(b.Get(root), "sku.name", "Standard_GZRS")
	if err := b.Delete(workspace + "bricks"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Read(managed); err == nil {
		t.Error("the managed group is left")
	}
}

func TestWhatAWorkspaceRefuses(t *testing.T) {
	b := trial.New(t)
	for name, c := range map[string]struct{ code, body string }{
		"no group":              {"ApplianceManagedResourceGroupMissing", `{"location":"westeurope","properties":{}}`},
		"a group that is there": {"ManagedResourceGroupAlreadyExists", strings.Replace(body("westeurope", ""), "/managed", "/rg", 1)},
		"serverless with one":   {"BadRequest", strings.Replace(body("westeurope", ""), `"properties":{`, `"properties":{"computeMode":"Serverless",`, 1)},
		"zones in westus":       {"RedundancyConfigurationNotAvailableInRegion", body("westus", `"storageAccountSkuName":{"value":"Standard_ZRS"}`)},
		"another subscription":  {"InvalidManagedResourceGroup", strings.Replace(body("westeurope", ""), trial.Subscription, "bbbbbbbb-0000-0000-0000-000000000009", 1)},
		"no such network":       {"InvalidResourceReference", body("westeurope", `"customVirtualNetworkId":{"value":"`+trial.ID("Microsoft.Network/virtualNetworks/none")+`"}`)},
	} {
		if _, err := b.Put(workspace+"bricks", c.body); trial.Code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	b.Make(workspace+"serverless", `{"location":"westeurope","sku":{"name":"premium"},"properties":{"computeMode":"Serverless"}}`)
	b.Make(workspace+"bricks", body("westeurope", ""))
	b.Refuses("CustomParameterUpdateNotAllowed", workspace+"bricks", body("westeurope", `"enableNoPublicIp":{"value":false}`))
	b.Refuses("PropertyChangeNotAllowed", workspace+"bricks", body("westeurope", `"storageAccountName":{"value":"other"}`))
	b.Refuses("PropertyChangeNotAllowed", workspace+"bricks", strings.Replace(body("westeurope", ""), "/managed", "/other", 1))
	long := strings.Replace(body("westeurope", ""), "/resourceGroups/", "/providers/Microsoft.Resources/resourceGroups/", 1) // as published templates have it
	b.Is(b.Make(workspace+"bricks", long), "properties.managedResourceGroupId", managed)
}
