package storage_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const account = "Microsoft.Storage/storageAccounts/"

func body(location, kind, sku, properties string) string {
	return `{"location":"` + location + `","kind":"` + kind + `","sku":{"name":"` + sku + `"},"properties":{` + properties + `}}`
}

func TestANewAccountHasWhatAzureFillsIn(t *testing.T) {
	b := trial.New(t)
	a := b.Make(account+"alpha", body("westeurope", "StorageV2", "standard_ragrs", ""))
	for path, want := range map[string]string{
		"sku.name": "Standard_RAGRS", "sku.tier": "Standard", "kind": "StorageV2",
		"properties.accessTier": "Hot", "properties.supportsHttpsTrafficOnly": "true", "properties.allowBlobPublicAccess": "false",
		"properties.provisioningState": "Succeeded", "properties.primaryLocation": "westeurope", "properties.secondaryLocation": "northeurope",
		"properties.statusOfPrimary": "available", "properties.statusOfSecondary": "available", "properties.creationTime": "2026-11-23T12:00:00.0000000Z",
		"properties.networkAcls.defaultAction": "Allow", "properties.encryption.keySource": "Microsoft.Storage",
		"properties.encryption.services.blob.lastEnabledTime": "2026-11-23T12:00:00.0000000Z",
		"properties.primaryEndpoints.blob":                    "https://127.0.0.1:8444/alpha/",
		"properties.primaryEndpoints.file":                    "https://127.0.0.1:8445/alpha/",
		"properties.secondaryEndpoints.blob":                  "https://127.0.0.1:8444/alpha-secondary/",
		"properties.secondaryEndpoints.file":                  "", // no share is read from the secondary
	} {
		b.Is(a, path, want)
	}
	for _, service := range []string{"blob", "file", "queue", "table"} {
		b.Is(b.Get(account+"alpha/"+service+"Services/default"), "name", "default")
	}
	if _, err := b.Read(account + "alpha/blobServices/other"); trial.Code(err) != "ResourceNotFound" {
		t.Errorf("another service is there: %v", err)
	}
}

func TestAnAccountIsReadyAfterAWhile(t *testing.T) {
	b := trial.New(t)
	shown, err := b.Put(account+"alpha", body("westeurope", "StorageV2", "Standard_LRS", ""))
	if err != nil {
		t.Fatal(err)
	}
	b.Is(shown, "properties.provisioningState", "ResolvingDNS")
	b.Settle()
	b.Is(b.Get(account+"alpha"), "properties.provisioningState", "Succeeded")
}

func TestWhichServicesAKindHas(t *testing.T) {
	b := trial.New(t)
	for kind, c := range map[string]struct{ sku, tier, has, lacks string }{
		"Storage":          {"Standard_LRS", "", "blob file queue table", "dfs web"},
		"StorageV2":        {"Standard_LRS", "Hot", "blob file queue table dfs web", ""},
		"BlobStorage":      {"Standard_GRS", "Hot", "blob dfs", "file queue table"},
		"BlockBlobStorage": {"Premium_ZRS", "Premium", "blob dfs", "file queue table"},
		"FileStorage":      {"Premium_LRS", "Premium", "file", "blob queue table"},
	} {
		a := b.Make(account+strings.ToLower(kind), body("westeurope", kind, c.sku, ""))
		b.Is(a, "properties.accessTier", c.tier)
		for _, service := range strings.Fields(c.has) {
			if object.Text(a, "properties.primaryEndpoints."+service) == "" {
				t.Errorf("%s has no %s", kind, service)
			}
		}
		for _, service := range strings.Fields(c.lacks) {
			if got := object.Text(a, "properties.primaryEndpoints."+service); got != "" {
				t.Errorf("%s has %s: %s", kind, service, got)
			}
		}
	}
}

func TestAnAccountThatCannotBe(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"taken", body("westeurope", "StorageV2", "Standard_LRS", ""))
	b.Make("/subscriptions/"+trial.Subscription+"/resourceGroups/other", `{"location":"westeurope"}`)
	for name, c := range map[string]struct{ code, path, body string }{
		"zones where there are none":   {"RedundancyConfigurationNotAvailableInRegion", account + "aaa", body("westus", "StorageV2", "Standard_ZRS", "")},
		"a pair where there is none":   {"RedundancyConfigurationNotAvailableInRegion", account + "aaa", body("qatarcentral", "StorageV2", "Standard_GRS", "")},
		"GZRS needs both":              {"RedundancyConfigurationNotAvailableInRegion", account + "aaa", body("northcentralus", "StorageV2", "Standard_GZRS", "")},
		"a sku that is none":           {"InvalidParameter", account + "aaa", body("westeurope", "StorageV2", "Standard_XRS", "")},
		"GRS of block blobs":           {"InvalidValuesForRequestParameters", account + "aaa", body("westeurope", "BlockBlobStorage", "Standard_GRS", "")},
		"GZRS of the first generation": {"InvalidValuesForRequestParameters", account + "aaa", body("westeurope", "Storage", "Standard_GZRS", "")},
		"standard file account":        {"InvalidValuesForRequestParameters", account + "aaa", body("westeurope", "FileStorage", "Standard_LRS", "")},
		"folders in a file account":    {"HnsNotSupportedForThisKindAccount", account + "aaa", body("westeurope", "FileStorage", "Premium_LRS", `"isHnsEnabled":true`)},
		"NFS without folders":          {"InvalidRequestPropertyValue", account + "aaa", body("westeurope", "StorageV2", "Standard_LRS", `"isNfsV3Enabled":true`)},
		"no kind":                      {"InvalidValuesForRequestParameters", account + "aaa", `{"location":"westeurope","sku":{"name":"Standard_LRS"}}`},
		"a taken name": {"StorageAccountAlreadyTaken", "/subscriptions/" + trial.Subscription + "/resourceGroups/other/providers/" + account + "taken",
			body("westeurope", "StorageV2", "Standard_LRS", "")},
	} {
		if _, err := b.Put(c.path, c.body); trial.Code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	for _, name := range []string{"ab", "With-Dash", "UPPER", strings.Repeat("a", 25)} {
		if _, err := b.Put(account+name, body("westeurope", "StorageV2", "Standard_LRS", "")); err == nil {
			t.Errorf("the name %s is taken", name)
		}
	}
}

// TestWhatAnAccountMayBecome is associated-resources.md 1.3: geo redundancy is
// added and taken away in place, zones and hardware are not.
func TestWhatAnAccountMayBecome(t *testing.T) {
	const no = "StorageAccountTypeConversionNotAllowed"
	for _, c := range []struct{ from, to, code string }{
		{"Standard_LRS", "Standard_GRS", ""}, {"Standard_LRS", "Standard_RAGRS", ""}, {"Standard_GRS", "Standard_LRS", ""},
		{"Standard_RAGRS", "Standard_GRS", ""}, {"Standard_ZRS", "Standard_GZRS", ""}, {"Standard_RAGZRS", "Standard_ZRS", ""},
		{"Standard_LRS", "Standard_ZRS", no}, {"Standard_ZRS", "Standard_LRS", no}, {"Standard_GRS", "Standard_GZRS", no},
		{"Standard_LRS", "Standard_GZRS", no}, {"Standard_LRS", "Premium_LRS", no}, {"Standard_GZRS", "Standard_LRS", no},
	} {
		b := trial.New(t)
		b.Make(account+"alpha", body("westeurope", "StorageV2", c.from, ""))
		if _, err := b.Put(account+"alpha", body("westeurope", "StorageV2", c.to, "")); trial.Code(err) != c.code {
			t.Errorf("%s to %s: %v, want %q", c.from, c.to, err, c.code)
		}
	}
}

func TestWhatOfAnAccountStays(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"alpha", body("westeurope", "Storage", "Standard_LRS", ""))
	b.Make(account+"folders", body("westeurope", "StorageV2", "Standard_LRS", `"isHnsEnabled":true,"largeFileSharesState":"Enabled"`))
	const no = "AccountPropertyCannotBeUpdated"
	b.Refuses(no, account+"folders", body("westeurope", "StorageV2", "Standard_LRS", `"isHnsEnabled":false`))
	b.Refuses(no, account+"folders", body("westeurope", "StorageV2", "Standard_LRS", `"largeFileSharesState":"Disabled"`))
	b.Refuses(no, account+"folders", body("westeurope", "Storage", "Standard_LRS", ""))
	b.Refuses("InvalidResourceLocation", account+"folders", body("northeurope", "StorageV2", "Standard_LRS", ""))
	upgraded := b.Make(account+"alpha", body("westeurope", "StorageV2", "Standard_LRS", ""))
	b.Is(upgraded, "kind", "StorageV2")
	b.Refuses(no, account+"alpha", body("westeurope", "StorageV2", "Standard_LRS", `"isHnsEnabled":true`))
	b.Is(b.Make(account+"folders", body("westeurope", "StorageV2", "Standard_LRS", "")), "properties.isHnsEnabled", "true")
}

func TestKeys(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"alpha", body("westeurope", "StorageV2", "Standard_LRS", ""))
	keys := func(o object.Object) []string {
		var out []string
		for _, k := range object.List(o, "keys") {
			m, _ := k.(map[string]any)
			if object.Text(m, "permissions") != "FULL" || object.Text(m, "creationTime") == "" {
				t.Errorf("a key is %v", m)
			}
			out = append(out, object.Text(m, "value"))
		}
		return out
	}
	first := keys(b.Done(account+"alpha", "listKeys", ""))
	if len(first) != 2 || first[0] == first[1] || len(first[0]) != 88 {
		t.Fatalf("the keys are %v", first)
	}
	second := keys(b.Done(account+"alpha", "regenerateKey", `{"keyName":"key1"}`))
	if second[0] == first[0] || second[1] != first[1] {
		t.Error("not the first key alone has changed")
	}
	if again := keys(b.Done(account+"alpha", "listKeys", "")); again[0] != second[0] {
		t.Error("the new key is not kept")
	}
	if _, err := b.Post(account+"alpha", "regenerateKey", `{"keyName":"key3"}`); trial.Code(err) != "InvalidValuesForRequestParameters" {
		t.Errorf("key3: %v", err)
	}
}

func TestServicesHoldTheirRules(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"alpha", body("westeurope", "StorageV2", "Standard_LRS", ""))
	b.Make(account+"folders", body("westeurope", "StorageV2", "Standard_LRS", `"isHnsEnabled":true`))
	blob := account + "alpha/blobServices/default"
	b.Refuses("FeatureNotSupportedForAccount", account+"folders/blobServices/default", `{"properties":{"isVersioningEnabled":true}}`)
	b.Refuses("InvalidRestorePolicy", blob, `{"properties":{"restorePolicy":{"enabled":true,"days":3}}}`)
	b.Refuses("InvalidRequestPropertyValue", blob, `{"properties":{"deleteRetentionPolicy":{"enabled":true,"days":400}}}`)
	whole := `{"properties":{"restorePolicy":{"enabled":true,"days":%},"deleteRetentionPolicy":{"enabled":true,"days":7},"changeFeed":{"enabled":true},"isVersioningEnabled":true}}`
	b.Refuses("InvalidRequestPropertyValue", blob, strings.Replace(whole, "%", "7", 1))
	b.Make(blob, strings.Replace(whole, "%", "6", 1))
	b.Is(b.Get(account+"alpha/fileServices/default"), "properties.shareDeleteRetentionPolicy.enabled", "true")
	b.Refuses("InvalidRequestPropertyValue", account+"alpha/fileServices/default", `{"properties":{"shareDeleteRetentionPolicy":{"enabled":true,"days":0}}}`)
	if err := b.Delete(blob); trial.Code(err) != "UnsupportedHttpVerb" {
		t.Errorf("deleting a service: %v", err)
	}
	if err := b.Delete(account + "alpha"); err != nil {
		t.Errorf("deleting the account: %v", err)
	}
	if b.Stored(blob) != nil {
		t.Error("the service is still there")
	}
}

func TestContainersAndShares(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"alpha", body("westeurope", "StorageV2", "Standard_LRS", ""))
	b.Make(account+"fast", body("westeurope", "FileStorage", "Premium_LRS", ""))
	b.Make(account+"open", body("westeurope", "StorageV2", "Standard_LRS", `"allowBlobPublicAccess":true`))
	container := b.Make(account+"alpha/blobServices/default/containers/data", `{}`)
	for path, want := range map[string]string{"properties.publicAccess": "None", "properties.leaseState": "Available", "properties.hasLegalHold": "false"} {
		b.Is(container, path, want)
	}
	b.Refuses("PublicAccessNotPermitted", account+"alpha/blobServices/default/containers/shown", `{"properties":{"publicAccess":"Blob"}}`)
	b.Make(account+"open/blobServices/default/containers/shown", `{"properties":{"publicAccess":"Blob"}}`)
	b.Is(b.Make(account+"alpha/fileServices/default/shares/code", `{}`), "properties.shareQuota", "5120")
	b.Is(b.Make(account+"fast/fileServices/default/shares/code", `{"properties":{"enabledProtocols":"NFS"}}`), "properties.accessTier", "Premium")
	b.Refuses("InvalidRequestPropertyValue", account+"alpha/fileServices/default/shares/nfs", `{"properties":{"enabledProtocols":"NFS"}}`)
	b.Refuses("InvalidRequestPropertyValue", account+"alpha/fileServices/default/shares/big", `{"properties":{"shareQuota":5121}}`)
	for _, name := range []string{"ab", "Upper", "two--dashes", "-first"} {
		if _, err := b.Put(account+"alpha/blobServices/default/containers/"+name, `{}`); err == nil {
			t.Errorf("a container may be called %s", name)
		}
	}
}

func TestIsANameFree(t *testing.T) {
	b := trial.New(t)
	b.Make(account+"taken", body("westeurope", "StorageV2", "Standard_LRS", ""))
	for name, want := range map[string]string{"taken": "AlreadyExists", "free": "", "Not_Valid": "AccountNameInvalid"} {
		reply := b.Ask("Microsoft.Storage", "checkNameAvailability", `{"name":"`+name+`","type":"Microsoft.Storage/storageAccounts"}`)
		b.Is(reply, "reason", want)
		b.Is(reply, "nameAvailable", map[bool]string{true: "true", false: "false"}[want == ""])
	}
}
