package providers_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
	"github.com/holdfast-ml/holdfast/internal/sandbox/schemas"
)

// TestTypesAreWellFormed holds the data to themselves: versions newest first and
// once each, and what is immutable, kept or allowed is a path.
func TestTypesAreWellFormed(t *testing.T) {
	b := trial.New(t)
	count := 0
	for _, typ := range b.Control.Types() {
		count++
		if space, _, _ := strings.Cut(typ.Name, "/"); space == "Microsoft.Resources" || space == "Microsoft.Authorization" {
			continue // ARM's own
		}
		seen := map[string]bool{}
		for _, v := range typ.APIVersions {
			if seen[v] {
				t.Errorf("%s has the version %s twice", typ.Name, v)
			}
			seen[v] = true
		}
		if !slices.IsSortedFunc(typ.APIVersions, func(a, b string) int { return strings.Compare(b[:10], a[:10]) }) {
			t.Errorf("%s: versions are not newest first: %v", typ.Name, typ.APIVersions)
		}
		for path := range typ.Allowed {
			if strings.HasPrefix(path, ".") || strings.HasSuffix(path, ".") {
				t.Errorf("%s: %s is no path", typ.Name, path)
			}
		}
		if i := strings.LastIndexByte(typ.Name, '/'); strings.Count(typ.Name, "/") > 1 && typ.Kind != "extension" && b.Control.Type(typ.Name[:i]) == nil && !strings.Contains(typ.Name, "/locations/") {
			t.Errorf("%s has no parent type", typ.Name)
		}
	}
	if count < 60 {
		t.Errorf("there are %d types", count)
	}
}

// everything is one of each kind of resource that a published schema describes,
// in an order in which they can be made.
var everything = []struct{ path, body string }{
	{"Microsoft.Storage/storageAccounts/dataone", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_RAGRS"},"properties":{"isHnsEnabled":true}}`},
	{"Microsoft.Storage/storageAccounts/plainone", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_ZRS"},"identity":{"type":"SystemAssigned"}}`},
	{"Microsoft.Storage/storageAccounts/plainone/blobServices/default", `{"properties":{"deleteRetentionPolicy":{"enabled":true,"days":7},"isVersioningEnabled":true}}`},
	{"Microsoft.Storage/storageAccounts/plainone/blobServices/default/containers/data", `{}`},
	{"Microsoft.Storage/storageAccounts/plainone/fileServices/default/shares/code", `{}`},
	{"Microsoft.Storage/storageAccounts/plainone/queueServices/default/queues/jobs", `{}`},
	{"Microsoft.Storage/storageAccounts/plainone/tableServices/default/tables/Rows", `{}`},
	{"Microsoft.Storage/storageAccounts/plainone/encryptionScopes/scope", `{}`},
	{"Microsoft.KeyVault/vaults/vault-one", `{"location":"westeurope","properties":{"tenantId":"` + trial.Tenant + `","sku":{"family":"A","name":"standard"},"accessPolicies":[]}}`},
	{"Microsoft.KeyVault/vaults/vault-one/secrets/password", `{"properties":{"value":"canary"}}`},
	{"Microsoft.KeyVault/vaults/vault-one/keys/wrap", `{"properties":{"kty":"RSA"}}`},
	{"Microsoft.ContainerRegistry/registries/registryone", `{"location":"westeurope","sku":{"name":"Premium"}}`},
	{"Microsoft.ContainerRegistry/registries/registryone/replications/northeurope", `{"location":"northeurope"}`},
	{"Microsoft.ContainerRegistry/registries/registryone/webhooks/hookone", `{"location":"westeurope","properties":{"serviceUri":"https://example.org","actions":["push"]}}`},
	{"Microsoft.OperationalInsights/workspaces/logs", `{"location":"westeurope"}`},
	{"Microsoft.OperationalInsights/workspaces/logs/tables/AmlComputeJobEvent", `{"properties":{"plan":"Analytics"}}`},
	{"Microsoft.Insights/components/insights", `{"location":"westeurope","kind":"web","properties":{"Application_Type":"web"}}`},
	{"Microsoft.ManagedIdentity/userAssignedIdentities/ident", `{"location":"westeurope"}`},
	{"Microsoft.ManagedIdentity/userAssignedIdentities/ident/federatedIdentityCredentials/cred", `{"properties":{"issuer":"https://issuer","subject":"me","audiences":["api://AzureADTokenExchange"]}}`},
	{"Microsoft.ContainerService/managedClusters/cluster", `{"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"agentPoolProfiles":[{"name":"system","mode":"System","count":3,"vmSize":"Standard_D4s_v3","availabilityZones":["1","2","3"]}]}}`},
	{"Microsoft.ContainerService/managedClusters/cluster/agentPools/users", `{"properties":{"count":2,"mode":"User"}}`},
	{"Microsoft.ContainerService/managedClusters/cluster/maintenanceConfigurations/default", `{"properties":{"timeInWeek":[{"day":"Monday","hourSlots":[1]}]}}`},
}

func TestWhatReadingShowsFitsThePublishedSchemas(t *testing.T) {
	s := schemas.Load(t)
	b := trial.New(t)
	checked := 0
	for _, r := range everything {
		shown := b.Make(r.path, r.body)
		typ := b.Control.Type(object.Text(shown, "type"))
		found := false
		for _, version := range typ.APIVersions {
			body := sendable(shown)
			body["apiVersion"] = version
			ok, err := s.Validate(body)
			if err != nil {
				t.Errorf("%s@%s: %v\n%s", r.path, version, err, object.Encode(body))
			}
			found = found || ok
		}
		if found {
			checked++
		} else {
			t.Errorf("%s: no schema is published for it", r.path)
		}
	}
	if checked < len(everything) {
		t.Errorf("%d of %d were checked", checked, len(everything))
	}
}

// sendable is a body as encoding/json has it for the schemas: numbers are
// numbers, and the values that no reading shows are there.
func sendable(o object.Object) map[string]any {
	c := object.CloneObject(o)
	parts := strings.Split(object.Text(c, "id"), "/providers/")
	segments := strings.Split(parts[len(parts)-1], "/")
	var names []string // the schemas have the names of the parents too
	for i := 2; i < len(segments); i += 2 {
		names = append(names, segments[i])
	}
	c["name"] = strings.Join(names, "/")
	switch strings.ToLower(object.Text(c, "type")) {
	case "microsoft.containerregistry/registries/webhooks":
		object.Set(c, "properties.serviceUri", "https://example.org")
	}
	m, _ := plain(c).(map[string]any)
	return m
}

func plain(v any) any {
	type number interface{ Float64() (float64, error) }
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			v[k] = plain(v[k])
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case number:
		f, _ := v.Float64()
		return f
	case int, int64, uint64:
		var f float64
		_, _ = fmt.Sscan(fmt.Sprint(v), &f)
		return f
	}
	return v
}

// TestNoReadingShowsASecret plants secrets and looks for them in what reading
// shows of everything.
func TestNoReadingShowsASecret(t *testing.T) {
	b := trial.New(t)
	for _, r := range everything {
		shown := string(object.Encode(b.Make(r.path, r.body)))
		secret := object.Must(b.Stored(r.path).Secret)
		for name, v := range secret {
			if name == "version" || name == "copiesSince" || name == "username" { // no secrets
				continue
			}
			if text, ok := v.(string); ok && len(text) > 20 && strings.Contains(shown, text) {
				t.Errorf("%s shows its %s", r.path, name)
			}
		}
		if strings.Contains(shown, "canary") {
			t.Errorf("%s shows the canary", r.path)
		}
	}
}

// TestAPutOfTheSameBodyChangesNothing wants what a PUT of the same body leaves to be what
// was there: a template can be deployed again.
func TestAPutOfTheSameBodyChangesNothing(t *testing.T) {
	b := trial.New(t)
	for _, r := range everything {
		b.Make(r.path, r.body)
	}
	for _, r := range everything {
		first := b.Get(r.path)
		second := b.Make(r.path, r.body)
		for _, o := range []object.Object{first, second} {
			for _, path := range []string{"etag", "systemData", "properties.modifiedDate", "properties.lastModifiedTime", "properties.attributes.updated", "properties.secretUriWithVersion"} {
				object.Delete(o, path)
			}
		}
		if x, y := string(object.Encode(first)), string(object.Encode(second)); x != y {
			t.Errorf("%s:\n%s\nbecame\n%s", r.path, x, y)
		}
	}
}
