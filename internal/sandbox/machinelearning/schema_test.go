package machinelearning

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/schemas"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// hidden are members that the schemas require and no reading shows.
var hidden = map[string]object.Object{
	"AccountKey": {"secretsType": "AccountKey"},
}

// everything makes one of every type that has a schema.
func (b *bench) everything() {
	b.t.Helper()
	b.cluster()
	b.make(ws+"/computes/cpu", clusterBody)
	b.make(ws+"/computes/notebook", `{"properties":{"computeType":"ComputeInstance","properties":{"vmSize":"Standard_DS3_v2"}}}`)
	b.make(ws+"/computes/k8s", attachBody)
	b.must("PUT", ws+"/datastores/train", blobStoreBody)
	b.must("PUT", ws+"/datastores/files", `{"properties":{"datastoreType":"AzureFile","accountName":"stone","fileShareName":"s"}}`)
	b.must("PUT", ws+"/connections/openai", `{"properties":{"category":"AzureOpenAI","target":"https://x","authType":"ApiKey","credentials":{"key":"canary-connection"}}}`)
	for _, kind := range workspaceAssets {
		b.must("PUT", ws+"/"+kind+"/thing/versions/1", versionBodies[kind])
	}
	b.must("PUT", ws+"/jobs/one", jobBody)
	definition := strings.TrimSuffix(strings.TrimPrefix(jobBody, `{"properties":`), `}`)
	b.make(ws+"/schedules/nightly", `{"properties":{"isEnabled":false,"trigger":{"triggerType":"Cron","expression":"0 3 * * *"},"action":{"actionType":"CreateJob","jobDefinition":`+definition+`}}}`)
	b.endpoint(`{"blue":100}`, "blue")
	b.make(wsID+"/batchEndpoints/batch", `{"location":"westeurope","properties":{"authMode":"AADToken"}}`)
	b.make(wsID+"/batchEndpoints/batch/deployments/blue", `{"location":"westeurope","properties":{"compute":"`+wsID+`/computes/cpu"}}`)
	b.make(wsID+"/marketplaceSubscriptions/m", `{"properties":{"modelId":"azureml://registries/azureml-x/models/y"}}`)
	b.make(wsID+"/serverlessEndpoints/less", `{"location":"westeurope","properties":{"authMode":"Key","modelSettings":{"modelId":"azureml://registries/azureml-x/models/y"}}}`)
	b.make(wsID+"/capabilityHosts/agents", `{"properties":{"capabilityHostKind":"Agents","customerSubnet":null}}`)
	b.must("PUT", wsID+"/privateEndpointConnections/pe", `{"properties":{"privateLinkServiceConnectionState":{"status":"Approved"}}}`)
	b.must("PATCH", ws, `{"properties":{"managedNetwork":{"isolationMode":"AllowOnlyApprovedOutbound"}}}`)
	b.make(wsID+"/outboundRules/rule", `{"properties":{"type":"FQDN","destination":"pypi.org"}}`)
	b.make(regID, registryBody)
	for _, kind := range registryAssets {
		b.make(regID+"/"+kind+"/thing/versions/1", versionBodies[kind])
	}
	b.later(5 * 60e9)
}

func TestWhatReadingShowsFitsThePublishedSchemas(t *testing.T) {
	s := schemas.Load(t)
	b := workspace(t)
	b.everything()
	checked := map[string]bool{}
	for _, id := range b.ids() {
		shown := b.must("GET", id, "").body
		typ := object.Text(shown, "type")
		if strings.Contains(object.Text(shown, "properties.dataStoreType"), "Sql") {
			continue
		}
		sent := sendable(t, shown, id)
		found, err := s.Validate(sent)
		if err != nil {
			t.Errorf("%s: %v\n%s", id, err, object.Encode(shown))
		}
		if found {
			checked[typ] = true
		}
	}
	if len(checked) < 38 {
		t.Errorf("%d types were checked: %v", len(checked), checked)
	}
}

// ids are those of all resources of the provider.
func (b *bench) ids() []string {
	var out []string
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		for r := range tx.Below("") {
			if strings.HasPrefix(r.Type, Namespace) {
				out = append(out, r.ID)
			}
		}
		return nil
	})
	return out
}

// sendable is a body as a template would have it, with numbers as the schemas
// know them, and with the members that no reading shows.
func sendable(t *testing.T, shown object.Object, id string) map[string]any {
	t.Helper()
	raw, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	var o map[string]any
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatal(err)
	}
	o["apiVersion"] = stable
	if h := hidden[object.Text(o, "properties.credentials.credentialsType")]; h != nil {
		object.Set(o, "properties.credentials.secrets", h)
	}
	_ = id
	return o
}

// TestNoReadingShowsASecret plants secrets and looks for them in what reading and
// listing show of everything.
func TestNoReadingShowsASecret(t *testing.T) {
	b := workspace(t)
	b.everything()
	for _, id := range b.ids() {
		for _, path := range []string{id, id[:strings.LastIndexByte(id, '/')]} {
			if a := b.do("GET", path, ""); strings.Contains(a.String(), "canary") {
				t.Errorf("GET %s shows a secret: %v", path, a)
			}
		}
	}
}

// TestAPutOfTheSameBodyChangesNothing sends what was read once more.
func TestAPutOfTheSameBodyChangesNothing(t *testing.T) {
	b := workspace(t)
	b.everything()
	for _, id := range b.ids() {
		before := b.must("GET", id, "").body
		sent := object.CloneObject(before)
		for _, name := range []string{"systemData", "etag"} {
			delete(sent, name)
		}
		if strings.Contains(id, "/versions/") && strings.Contains(id, "/registries/") {
			continue // publishing may have changed the place of the bytes
		}
		a := b.do("PUT", id, string(object.Encode(sent)))
		if a.status >= 300 {
			t.Errorf("PUT %s: %v", id, a)
			continue
		}
		b.later(5 * 60e9)
		after := b.must("GET", id, "").body
		for _, o := range []object.Object{before, after} {
			delete(o, "systemData")
			for _, path := range []string{"properties.modifiedOn", "properties.properties.allocationStateTransitionTime", "properties.properties.AzureAsyncOperationUri", "properties.createdOn", "properties.properties.lastOperation"} {
				object.Delete(o, path)
			}
		}
		if x, y := string(object.Encode(before)), string(object.Encode(after)); x != y {
			t.Errorf("%s\nwas %s\nis  %s", id, x, y)
		}
	}
}
