package machinelearning

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func TestAWorkspaceIsMadeByAnOperationWithALocation(t *testing.T) {
	b := open(t)
	b.associated()
	a := b.must("PUT", ws, workspaceBody)
	if a.status != http.StatusAccepted || a.header.Get("Location") == "" || a.header.Get("Retry-After") == "" {
		t.Errorf("the answer is %v with %v", a, a.header)
	}
	if got := b.must("GET", ws, "").text("properties.provisioningState"); got != "Creating" {
		t.Errorf("meanwhile it is %s", got)
	}
	b.later(time.Minute)
	a = b.must("GET", ws, "")
	for path, want := range map[string]string{
		"kind": "Default", "properties.provisioningState": "Succeeded", "properties.friendlyName": "shop", "properties.tenantId": b.w.Tenant,
		"properties.discoveryUrl": b.url + "/regions/westeurope/discovery", "sku.tier": "Basic",
	} {
		if got := a.text(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	for _, path := range []string{"properties.workspaceId", "properties.notebookInfo.resourceId", "identity.principalId", "systemData.createdAt"} {
		if a.text(path) == "" {
			t.Errorf("it has no %s: %v", path, a)
		}
	}
	if !strings.HasPrefix(a.text("properties.mlFlowTrackingUri"), "azureml://") || object.Get(a.body, "properties.storageHnsEnabled") != false {
		t.Errorf("it is %v", a)
	}
	if d := b.must("GET", a.text("properties.discoveryUrl"), ""); d.text("api") != b.url+"/regions/westeurope" {
		t.Errorf("discovery gives %v", d)
	}
}

func TestAWorkspaceBringsDatastoresWithWhatIsBehindThem(t *testing.T) {
	b := workspace(t)
	guid := b.must("GET", ws, "").text("properties.workspaceId")
	for name, behind := range map[string]string{
		"workspaceblobstore":        "/blobServices/default/containers/azureml-blobstore-" + guid,
		"workspaceartifactstore":    "/blobServices/default/containers/azureml",
		"workspacefilestore":        "/fileServices/default/shares/azureml-filestore-" + guid,
		"workspaceworkingdirectory": "/fileServices/default/shares/" + notebookShare,
	} {
		ds := b.must("GET", ws+"/datastores/"+name, "")
		if ds.text("properties.accountName") != "stone" || object.Bool(ds.body, "properties.isDefault") != (name == "workspaceblobstore") {
			t.Errorf("%s is %v", name, ds)
		}
		b.must("GET", stID+behind+"?api-version=2023-05-01", "")
		key := b.must("POST", ws+"/datastores/"+name+"/listSecrets", "")
		_ = b.w.Store.Read(func(tx *state.Tx) error {
			if want := accountKey(tx, stID); key.text("key") != want || want == "" {
				t.Errorf("the secret of %s is %v, want %q", name, key, want)
			}
			if tx.Resource(kvID+"/secrets/"+guid+"-"+name) == nil {
				t.Errorf("the vault has no secret for %s", name)
			}
			return nil
		})
	}
}

func TestAWorkspaceIsRefusedWithoutWhatItNeeds(t *testing.T) {
	b := open(t)
	b.associated()
	b.make(group+"/providers/Microsoft.Storage/storageAccounts/lake?api-version=2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{"isHnsEnabled":true}}`)
	b.make(group+"/providers/Microsoft.Storage/storageAccounts/quick?api-version=2023-05-01", `{"location":"westeurope","kind":"BlockBlobStorage","sku":{"name":"Premium_LRS"},"properties":{}}`)
	body := func(change string) string {
		from, to, _ := strings.Cut(change, " => ")
		if !strings.Contains(workspaceBody, from) {
			t.Fatalf("the body has no %s", from)
		}
		return strings.Replace(workspaceBody, from, to, 1)
	}
	for _, c := range []struct{ name, body, part string }{
		{"no storage", body(`"storageAccount":"` + stID + `", => `), "storageAccount"},
		{"no vault", body(`"keyVault":"` + kvID + `", => `), "keyVault"},
		{"no insights", body(`"applicationInsights":"` + aiID + `", => `), "applicationInsights"},
		{"a storage account that is not there", body("stone => nowhere"), "was not found"},
		{"one with a hierarchical namespace", body("stone => lake"), "hierarchical namespace"},
		{"a premium one", body("stone => quick"), "premium"},
		{"a vault of another type", body(kvID + " => " + aiID), "must be the id of a resource of the type Microsoft.KeyVault/vaults"},
		{"another subscription", body(subscription + " => aaaaaaaa-0000-0000-0000-000000000009"), "was not found"},
		{"a project without a hub", body(`"location" => "kind":"Project","location"`), "hubResourceId"},
		{"a short name", workspaceBody, "not valid"},
	} {
		path := ws
		if c.name == "a short name" {
			path = ml + "workspaces/ab"
		} else {
			path = ml + "workspaces/www"
		}
		a := b.do("PUT", path, c.body)
		if a.status != http.StatusBadRequest || !strings.Contains(a.message(), c.part) {
			t.Errorf("%s: %v, want %q", c.name, a, c.part)
		}
	}
}

func TestAWorkspaceIsNotMadeWhileItsStoresAreDown(t *testing.T) {
	for _, id := range []string{stID, kvID} {
		b := open(t)
		b.associated()
		b.sick.set(id, world.Whole, world.Gone)
		b.refused("PUT", ml+"workspaces/www", workspaceBody, http.StatusServiceUnavailable, "cannot be written to")
		if a := b.do("GET", ml+"workspaces/www", ""); a.status != http.StatusNotFound {
			t.Errorf("with %s read-only something is left behind: %v", id, a)
		}
	}
}

func TestWhatAWorkspaceWasMadeWithStays(t *testing.T) {
	b := workspace(t)
	b.make(group+"/providers/Microsoft.Storage/storageAccounts/sttwo?api-version=2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}`)
	if a := b.do("PUT", ws, strings.Replace(workspaceBody, "stone", "sttwo", 1)); a.status != http.StatusConflict || !strings.Contains(a.message(), "cannot be changed once the workspace has been created") {
		t.Errorf("another storage account: %v", a)
	}
	before := b.must("GET", ws, "")
	b.must("PATCH", ws, `{"tags":{"a":"b"},"properties":{"description":"new","storageAccount":"/ignored","hbiWorkspace":true}}`)
	after := b.must("GET", ws, "")
	if after.text("properties.description") != "new" || after.text("tags.a") != "b" || after.text("properties.storageAccount") != stID || object.Bool(after.body, "properties.hbiWorkspace") {
		t.Errorf("after PATCH it is %v", after)
	}
	b.must("PUT", ws, workspaceBody)
	if got := b.must("GET", ws, "").text("properties.workspaceId"); got != before.text("properties.workspaceId") {
		t.Errorf("after PUT its id is %s", got)
	}
	b.refused("PATCH", ws, `{"properties":{"managedNetwork":{"isolationMode":"Nonsense"}}}`, http.StatusBadRequest, "not allowed")
	b.must("PATCH", ws, `{"properties":{"managedNetwork":{"isolationMode":"AllowOnlyApprovedOutbound"}}}`)
	b.refused("PATCH", ws, `{"properties":{"managedNetwork":{"isolationMode":"Disabled"}}}`, http.StatusConflict, "not allowed")
}

func TestADeletedWorkspaceKeepsItsNameUntilItIsPurged(t *testing.T) {
	b := workspace(t)
	b.make(ws+"/computes/cpu", clusterBody)
	b.must("DELETE", ws, "")
	b.later(time.Minute)
	if a := b.do("GET", ws, ""); a.status != http.StatusNotFound {
		t.Errorf("it is there: %v", a)
	}
	b.refused("PUT", ws, workspaceBody, http.StatusBadRequest, "Soft-deleted workspace exists. Please purge or recover it.")
	b.later(15 * 24 * time.Hour)
	b.make(ws, workspaceBody)
	b.must("DELETE", ws+"?forceToPurge=true", "")
	b.later(time.Minute)
	b.make(ws, workspaceBody)
	if got := b.names(ws + "/computes"); len(got) != 0 {
		t.Errorf("it has the computes %v", got)
	}
}

func TestHubsHaveProjects(t *testing.T) {
	b := open(t)
	b.associated()
	b.make(ml+"workspaces/hub", strings.Replace(workspaceBody, `"location"`, `"kind":"Hub","location"`, 1))
	hub := group + "/providers/" + ml + "workspaces/hub"
	p := b.make(ml+"workspaces/project", `{"location":"westeurope","kind":"Project","identity":{"type":"SystemAssigned"},"properties":{"hubResourceId":"`+hub+`"}}`)
	if p.text("properties.storageAccount") != stID || p.text("properties.keyVault") != kvID {
		t.Errorf("it has not what the hub has: %v", p)
	}
	if got := object.List(b.must("GET", hub, "").body, "properties.associatedWorkspaces"); len(got) != 1 {
		t.Errorf("the hub has the projects %v", got)
	}
	b.refused("DELETE", hub, "", http.StatusConflict, "has projects")
	b.must("DELETE", ml+"workspaces/project", "")
	b.later(time.Minute)
	b.make(ml+"workspaces/project", `{"location":"westeurope","kind":"Project","properties":{"hubResourceId":"`+hub+`"}}`)
	if got := b.names(group + "/providers/Microsoft.MachineLearningServices/workspaces?kind=Project"); !slices.Equal(got, []string{"project"}) {
		t.Errorf("the list of projects is %v", got)
	}
}

func TestAnEncryptedWorkspaceHasItsStoresInAManagedGroup(t *testing.T) {
	b := open(t)
	b.associated()
	key := `"encryption":{"status":"Enabled","keyVaultProperties":{"keyVaultArmId":"` + kvID + `","keyIdentifier":"https://kvone.vault.azure.net/keys/k/1"}},`
	body := strings.Replace(workspaceBody, `"storageAccount"`, key+`"storageAccount"`, 1)
	b.refused("PUT", ml+"workspaces/www", strings.Replace(body, "kvone.vault", "other.vault", 1), http.StatusBadRequest, "not in the vault")
	a := b.make(ws, body)
	name := a.text("properties.serviceProvisionedResourceGroup")
	if name == "" {
		t.Fatalf("it has no managed group: %v", a)
	}
	var types []string
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		for r := range tx.Below("/subscriptions/" + subscription + "/resourceGroups/" + name) {
			if strings.Count(r.ID, "/") == 8 {
				types = append(types, r.Type)
			}
		}
		return nil
	})
	slices.Sort(types)
	if want := []string{typeCosmos, typeSearch, typeStorage}; !slices.Equal(types, want) {
		t.Errorf("the group holds %v, want %v", types, want)
	}
	b.must("DELETE", ws+"?forceToPurge=true", "")
	b.later(time.Hour)
	if a := b.do("GET", "/subscriptions/"+subscription+"/resourceGroups/"+name+"?api-version=2024-03-01", ""); a.status != http.StatusNotFound {
		t.Errorf("the group of a purged workspace is there: %v", a)
	}
	serviceSide := strings.Replace(body, `"encryption"`, `"enableServiceSideCMKEncryption":true,"encryption"`, 1)
	if a := b.make(ml+"workspaces/side", serviceSide); a.text("properties.serviceProvisionedResourceGroup") != "" {
		t.Errorf("with encryption on the service's side it has a group: %v", a)
	}
	// An encryption that is off may be empty: Microsoft's own template sends that.
	off := strings.Replace(workspaceBody, `"storageAccount"`, `"encryption":{"status":"Disabled","keyVaultProperties":{"keyVaultArmId":"","keyIdentifier":""}},"storageAccount"`, 1)
	b.make(ml+"workspaces/off", off)
}

func TestActionsOfAWorkspace(t *testing.T) {
	b := workspace(t)
	keys := b.must("POST", ws+"/listKeys", "")
	for _, path := range []string{"userStorageKey", "userStorageArmId", "appInsightsInstrumentationKey", "containerRegistryCredentials.username", "notebookAccessKeys.primaryAccessKey"} {
		if keys.text(path) == "" {
			t.Errorf("listKeys has no %s: %v", path, keys)
		}
	}
	if a := b.must("POST", ws+"/listStorageAccountKeys", ""); a.text("userStorageKey") != keys.text("userStorageKey") {
		t.Errorf("listStorageAccountKeys gives %v", a)
	}
	if a := b.must("POST", ws+"/listNotebookKeys", ""); a.text("primaryAccessKey") == "" {
		t.Errorf("listNotebookKeys gives %v", a)
	}
	if a := b.must("POST", ws+"/listNotebookAccessToken", ""); a.text("accessToken") == "" {
		t.Errorf("listNotebookAccessToken gives %v", a)
	}
	for _, name := range []string{"resyncKeys", "prepareNotebook", "diagnose"} {
		if a := b.must("POST", ws+"/"+name, "{}"); a.status != http.StatusAccepted || a.header.Get("Location") == "" {
			t.Errorf("%s gives %v with %v", name, a, a.header)
		}
	}
	b.refused("POST", ws+"/provisionManagedNetwork", "{}", http.StatusBadRequest, "no managed network")
	for _, name := range []string{"outboundNetworkDependenciesEndpoints", "privateLinkResources", "features"} {
		b.must("GET", ws+"/"+name, "")
	}
}

func TestDiagnoseTellsWhatIsDown(t *testing.T) {
	b := workspace(t)
	diagnose := func() object.Object {
		a := b.must("POST", ws+"/diagnose", "{}")
		b.later(time.Minute)
		return b.must("GET", a.header.Get("Location"), "").body
	}
	if got := object.List(diagnose(), "value.storageAccountResults"); len(got) != 0 {
		t.Errorf("all is well, and it finds %v", got)
	}
	b.sick.set(stID, world.Gone, world.Gone)
	b.sick.set(kvID, world.Whole, world.Gone)
	out := diagnose()
	for path, want := range map[string]string{"storageAccountResults": "cannot be reached", "keyVaultResults": "can only be read"} {
		if got := fmt.Sprint(object.Get(out, "value."+path)); !strings.Contains(got, want) {
			t.Errorf("%s are %s, want %q", path, got, want)
		}
	}
	if got := object.List(out, "value.containerRegistryResults"); len(got) != 0 {
		t.Errorf("of the registry it finds %v", got)
	}
}
