package registry_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const registry = "Microsoft.ContainerRegistry/registries/"

func body(location, sku, properties string) string {
	return `{"location":"` + location + `","sku":{"name":"` + sku + `"},"properties":{` + properties + `}}`
}

func TestANewRegistryHasWhatAzureFillsIn(t *testing.T) {
	b := trial.New(t)
	r := b.Make(registry+"Alpha", body("westeurope", "basic", ""))
	for path, want := range map[string]string{
		"sku.name": "Basic", "sku.tier": "Basic", "properties.loginServer": "alpha.azurecr.io", "properties.adminUserEnabled": "false",
		"properties.creationDate": "2026-11-23T12:00:00.0000000Z", "properties.policies.retentionPolicy.status": "disabled",
		"properties.policies.exportPolicy.status": "enabled", "properties.publicNetworkAccess": "Enabled",
		"properties.zoneRedundancy": "Disabled", "properties.dataEndpointHostNames": "[]",
	} {
		b.Is(r, path, want)
	}
	b.Is(b.Make(registry+"listening", body("westeurope", "Basic", "")), "properties.loginServer", "127.0.0.1:9000")
}

// TestOnlyPremiumReplicates is associated-resources.md 3.1: replications need
// the tier Premium, whose registries have one of their own region.
func TestOnlyPremiumReplicates(t *testing.T) {
	b := trial.New(t)
	b.Make(registry+"plain", body("westeurope", "Standard", ""))
	b.Refuses("SkuNotSupported", registry+"plain/replications/northeurope", `{"location":"northeurope"}`)
	b.Make(registry+"plain", body("westeurope", "Premium", ""))
	b.Is(b.Get(registry+"plain/replications/westeurope"), "properties.status.displayStatus", "Ready")
	b.Make(registry+"plain/replications/northeurope", `{"location":"North Europe"}`)
	b.Refuses("InvalidReplicationName", registry+"plain/replications/other", `{"location":"eastus"}`)
	b.Refuses("ZoneRedundancyNotSupported", registry+"plain/replications/westus", `{"location":"westus","properties":{"zoneRedundancy":"Enabled"}}`)
	b.Refuses("SkuNotSupported", registry+"plain", body("westeurope", "Standard", ""))
	if err := b.Delete(registry + "plain/replications/westeurope"); err == nil {
		t.Error("the home replication can be deleted")
	}
	if err := b.Delete(registry + "plain/replications/northeurope"); err != nil {
		t.Fatal(err)
	}
	b.Make(registry+"plain", body("westeurope", "Standard", ""))
	if err := b.Delete(registry + "plain"); err != nil {
		t.Fatal(err)
	}
	if b.Stored(registry+"plain/replications/westeurope") != nil {
		t.Error("a replication is left")
	}
}

func TestWhatATierDoesNotHave(t *testing.T) {
	b := trial.New(t)
	for name, sent := range map[string]string{
		"data endpoints": `"dataEndpointEnabled":true`, "zones": `"zoneRedundancy":"Enabled"`, "a closed network": `"publicNetworkAccess":"Disabled"`,
		"retention": `"policies":{"retentionPolicy":{"status":"enabled"}}`, "trust": `"policies":{"trustPolicy":{"status":"enabled"}}`,
	} {
		if _, err := b.Put(registry+"alpha", body("westeurope", "Standard", sent)); trial.Code(err) != "SkuNotSupported" {
			t.Errorf("%s on Standard: %v", name, err)
		}
	}
	b.Refuses("ZoneRedundancyNotSupported", registry+"alpha", body("westus", "Premium", `"zoneRedundancy":"Enabled"`))
	b.Make(registry+"alpha", body("westeurope", "Premium", `"zoneRedundancy":"Enabled","dataEndpointEnabled":true`))
	b.Is(b.Get(registry+"alpha"), "properties.dataEndpointHostNames", `["alpha.westeurope.data.azurecr.io"]`)
	b.Refuses("ZoneRedundancyCannotBeChanged", registry+"alpha", body("westeurope", "Premium", `"zoneRedundancy":"Disabled"`))
}

// TestSoftDeleteStandsAlone is conflict C3 of associated-resources.md.
func TestSoftDeleteStandsAlone(t *testing.T) {
	b := trial.New(t)
	const soft = `"policies":{"softDeletePolicy":{"status":"enabled"}}`
	b.Make(registry+"alpha", body("westeurope", "Premium", soft))
	b.Refuses("SoftDeletePolicyNotSupported", registry+"alpha/replications/northeurope", `{"location":"northeurope"}`)
	b.Refuses("SoftDeletePolicyNotSupported", registry+"alpha", body("westeurope", "Premium", `"policies":{"softDeletePolicy":{"status":"enabled"},"retentionPolicy":{"status":"enabled"}}`))
	b.Make(registry+"bravo", body("westeurope", "Premium", ""))
	b.Make(registry+"bravo/replications/northeurope", `{"location":"northeurope"}`)
	b.Refuses("SoftDeletePolicyNotSupported", registry+"bravo", body("westeurope", "Premium", soft))
}

func TestTheAdminUser(t *testing.T) {
	b := trial.New(t)
	b.Make(registry+"alpha", body("westeurope", "Basic", ""))
	if _, err := b.Post(registry+"alpha", "listCredentials", ""); trial.Code(err) != "UnAuthorizedForCredentialOperations" {
		t.Errorf("without an admin user: %v", err)
	}
	b.Make(registry+"alpha", body("westeurope", "Basic", `"adminUserEnabled":true`))
	passwords := func(o object.Object) []string {
		b.Is(o, "username", "alpha")
		var out []string
		for _, p := range facet.Objects(o, "passwords") {
			out = append(out, object.Text(p, "value"))
		}
		return out
	}
	first := passwords(b.Done(registry+"alpha", "listCredentials", ""))
	if len(first) != 2 || len(first[0]) != 52 || first[0] == first[1] {
		t.Fatalf("the passwords are %v", first)
	}
	second := passwords(b.Done(registry+"alpha", "regenerateCredential", `{"name":"password2"}`))
	if second[0] != first[0] || second[1] == first[1] {
		t.Error("not the second password alone has changed")
	}
	if _, err := b.Post(registry+"alpha", "regenerateCredential", `{"name":"password3"}`); trial.Code(err) != "InvalidPasswordName" {
		t.Errorf("password3: %v", err)
	}
	secret := object.Must(b.Stored(registry + "alpha").Secret)
	b.Is(secret, "password2", second[1])
}

func TestUsagesAndLimits(t *testing.T) {
	b := trial.New(t)
	b.Make(registry+"alpha", body("westeurope", "Basic", ""))
	hook := `{"location":"westeurope","properties":{"serviceUri":"https://example.org/canary","actions":["push"]}}`
	b.Make(registry+"alpha/webhooks/first", hook)
	shown := b.Make(registry+"alpha/webhooks/second", hook)
	b.Is(shown, "properties.serviceUri", "")
	b.Refuses("QuotaExceeded", registry+"alpha/webhooks/third", hook)
	usages := facet.Objects(b.Below(registry+"alpha", "listUsages"), "value")
	if len(usages) != 2 {
		t.Fatalf("the usages are %v", usages)
	}
	b.Is(usages[1], "currentValue", "2")
	b.Is(usages[0], "limit", "10737418240")
}

func TestNames(t *testing.T) {
	b := trial.New(t)
	b.Make(registry+"alpha", body("westeurope", "Basic", ""))
	b.Make("/subscriptions/"+trial.Subscription+"/resourceGroups/other", `{"location":"westeurope"}`)
	b.Refuses("AlreadyInUse", "/subscriptions/"+trial.Subscription+"/resourceGroups/other/providers/"+registry+"ALPHA", body("westeurope", "Basic", ""))
	for _, bad := range []string{"abcd", "with-dash", strings.Repeat("a", 51)} {
		if _, err := b.Put(registry+bad, body("westeurope", "Basic", "")); err == nil {
			t.Errorf("a registry may be called %s", bad)
		}
	}
	b.Is(b.Ask("Microsoft.ContainerRegistry", "checkNameAvailability", `{"name":"alpha","type":"Microsoft.ContainerRegistry/registries"}`), "reason", "AlreadyExists")
}
