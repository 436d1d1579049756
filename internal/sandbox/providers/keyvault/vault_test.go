package keyvault_test

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const vault = "Microsoft.KeyVault/vaults/"

func body(properties string) string {
	return `{"location":"westeurope","properties":{"tenantId":"` + trial.Tenant + `","sku":{"family":"A","name":"standard"}` + properties + `}}`
}

func TestANewVaultHasWhatAzureFillsIn(t *testing.T) {
	b := trial.New(t)
	v := b.Make(vault+"kv-one@2022-07-01", body(`,"accessPolicies":[]`))
	for path, want := range map[string]string{
		"properties.vaultUri": "https://127.0.0.1:8443/vaults/kv-one/", "properties.enableSoftDelete": "true",
		"properties.softDeleteRetentionInDays": "90", "properties.enablePurgeProtection": "", "properties.enableRbacAuthorization": "false",
		"properties.publicNetworkAccess": "Enabled", "properties.provisioningState": "Succeeded", "properties.accessPolicies": "[]",
	} {
		b.Is(v, path, want)
	}
}

// TestTheAccessModelOfANewVault is conflict C7 of associated-resources.md: the
// newest version makes vaults with roles, unless it is told otherwise.
func TestTheAccessModelOfANewVault(t *testing.T) {
	b := trial.New(t)
	for path, c := range map[string]struct{ sent, roles string }{
		"kv-a@2023-02-01": {`,"accessPolicies":[]`, "false"},
		"kv-b@2026-02-01": {``, "true"},
		"kv-c@2026-02-01": {`,"enableRbacAuthorization":false,"accessPolicies":[]`, "false"},
		"kv-d@2023-02-01": {`,"enableRbacAuthorization":true`, "true"},
	} {
		b.Is(b.Make(vault+path, body(c.sent)), "properties.enableRbacAuthorization", c.roles)
	}
	b.Refuses("BadRequest", vault+"kv-e@2023-02-01", body(""))
}

func TestWhatAVaultRefuses(t *testing.T) {
	b := trial.New(t)
	b.Make(vault+"kv-one", body(`,"enablePurgeProtection":true,"softDeleteRetentionInDays":30`))
	for name, sent := range map[string]string{
		"soft delete off":            `,"enableSoftDelete":false`,
		"purge protection off again": `,"enablePurgeProtection":false`,
		"another retention":          `,"softDeleteRetentionInDays":90`,
		"too short a retention":      `,"softDeleteRetentionInDays":6`,
		"a policy for nobody":        `,"accessPolicies":[{"tenantId":"x","permissions":{}}]`,
	} {
		if _, err := b.Put(vault+"kv-one", body(sent)); trial.Code(err) != "BadRequest" {
			t.Errorf("%s: %v", name, err)
		}
	}
	v := b.Make(vault+"kv-one", body(""))
	b.Is(v, "properties.enablePurgeProtection", "true")
	b.Is(v, "properties.softDeleteRetentionInDays", "30")
	b.Refuses("InvalidParameter", vault+"kv-two", `{"location":"westeurope","properties":{"sku":{"family":"A","name":"standard"}}}`)
	for _, bad := range []string{"1abc", "ab", "a--b", "a-", strings.Repeat("a", 25)} {
		if _, err := b.Put(vault+bad, body("")); err == nil {
			t.Errorf("a vault may be called %s", bad)
		}
	}
}

func TestADeletedVaultKeepsItsNameAndComesBack(t *testing.T) {
	b := trial.New(t)
	first := b.Make(vault+"kv-one", body(`,"softDeleteRetentionInDays":7`))
	b.Make(vault+"kv-one/secrets/s", `{"properties":{"value":"x"}}`)
	if err := b.Delete(vault + "kv-one"); err != nil {
		t.Fatal(err)
	}
	b.Refuses("ConflictError", vault+"kv-one", body(""))
	b.Is(b.Ask("Microsoft.KeyVault", "checkNameAvailability", `{"name":"kv-one","type":"Microsoft.KeyVault/vaults"}`), "nameAvailable", "false")
	again := b.Make(vault+"kv-one", body(`,"createMode":"recover"`))
	b.Is(again, "properties.softDeleteRetentionInDays", "7")
	b.Is(again, "properties.createMode", "")
	b.Is(again, "id", object.Text(first, "id"))
	if b.Stored(vault+"kv-one/secrets/s") == nil {
		t.Error("its secret has not come back")
	}
	if err := b.Delete(vault + "kv-one"); err != nil {
		t.Fatal(err)
	}
	b.Advance(8 * 24 * time.Hour)
	if _, err := b.Put(vault+"kv-one", body("")); err != nil {
		t.Errorf("after the retention the name is not free: %v", err)
	}
}

// TestAccessPolicies adds, replaces and takes away what one principal may do,
// and leaves the others alone.
func TestAccessPolicies(t *testing.T) {
	b := trial.New(t)
	policy := func(who, secrets string) string {
		return `{"tenantId":"` + trial.Tenant + `","objectId":"` + who + `","permissions":{"secrets":[` + secrets + `],"keys":["get"]}}`
	}
	b.Make(vault+"kv-one", body(`,"accessPolicies":[`+policy("alice", `"get"`)+`,`+policy("bob", `"list"`)+`]`))
	for _, c := range []struct{ how, who, secrets, want string }{
		{"add", "alice", `"Get","set"`, `alice:get,set bob:list`},
		{"add", "carol", `"get"`, `alice:get,set bob:list carol:get`},
		{"replace", "bob", `"get"`, `alice:get,set bob:get carol:get`},
		{"remove", "alice", `"get"`, `alice:set bob:get carol:get`},
		{"remove", "carol", `"get"`, `alice:set bob:get`},
	} {
		b.Make(vault+"kv-one/accessPolicies/"+c.how, `{"properties":{"accessPolicies":[`+policy(c.who, c.secrets)+`]}}`)
		var got []string
		for _, p := range facet.Objects(b.Get(vault+"kv-one"), "properties.accessPolicies") {
			got = append(got, object.Text(p, "objectId")+":"+strings.Join(facet.Strings(p, "permissions.secrets"), ","))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s %s %s: %s, want %s", c.how, c.who, c.secrets, s, c.want)
		}
	}
	b.Refuses("InvalidParameter", vault+"kv-one/accessPolicies/add", `{"properties":{}}`)
}

func TestASecretShowsEverythingButItsValue(t *testing.T) {
	b := trial.New(t)
	b.Make(vault+"kv-one", body(""))
	b.Refuses("BadRequest", vault+"kv-one/secrets/s", `{"properties":{}}`)
	first := b.Make(vault+"kv-one/secrets/s", `{"properties":{"value":"canary","contentType":"text/plain"}}`)
	b.Is(first, "properties.value", "")
	b.Is(first, "properties.secretUri", "https://127.0.0.1:8443/vaults/kv-one/secrets/s")
	b.Is(first, "properties.attributes.enabled", "true")
	secret := func() object.Object { return object.Must(b.Stored(vault + "kv-one/secrets/s").Secret) }
	b.Is(secret(), "value", "canary")
	version := object.Text(first, "properties.secretUriWithVersion")
	if len(version) != len("https://127.0.0.1:8443/vaults/kv-one/secrets/s/")+32 {
		t.Errorf("the version is %s", version)
	}
	same := b.Make(vault+"kv-one/secrets/s", `{"properties":{"contentType":"x"}}`)
	b.Is(same, "properties.secretUriWithVersion", version)
	next := b.Make(vault+"kv-one/secrets/s", `{"properties":{"value":"other"}}`)
	if object.Text(next, "properties.secretUriWithVersion") == version {
		t.Error("a new value has the old version")
	}
	b.Is(secret(), "value", "other")
}

func TestAKeyIsMadeOnce(t *testing.T) {
	b := trial.New(t)
	b.Make(vault+"kv-one", body(""))
	first := b.Make(vault+"kv-one/keys/k", `{"properties":{"kty":"RSA","keySize":4096}}`)
	second := b.Make(vault+"kv-one/keys/k", `{"properties":{"kty":"EC"}}`)
	b.Is(second, "properties.kty", "RSA")
	b.Is(second, "properties.keySize", "4096")
	b.Is(second, "properties.keyUriWithVersion", object.Text(first, "properties.keyUriWithVersion"))
	b.Is(b.Make(vault+"kv-one/keys/curve", `{"properties":{"kty":"EC"}}`), "properties.curveName", "P-256")
	b.Refuses("InvalidParameter", vault+"kv-one/keys/none", `{"properties":{"kty":"DSA"}}`)
}

func TestIsANameFree(t *testing.T) {
	b := trial.New(t)
	b.Make(vault+"kv-one", body(""))
	for name, want := range map[string]string{"KV-ONE": "AlreadyExists", "kv-two": "", "1": "AccountNameInvalid"} {
		b.Is(b.Ask("Microsoft.KeyVault", "checkNameAvailability", `{"name":"`+name+`"}`), "reason", want)
	}
}
