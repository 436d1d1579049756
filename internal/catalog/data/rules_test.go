package data_test

import (
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// What no outage shows: the plain rules, each with a resource that breaks it and
// one that does not.
func TestPlainRules(t *testing.T) {
	def := func(kind, sku, rest string) thing {
		return with(account, "", `"kind":"`+kind+`","sku":{"name":"`+sku+`"}`+rest).asDefault()
	}
	soft := `"deleteRetentionPolicy":{"enabled":true,"days":14},"containerDeleteRetentionPolicy":{"enabled":true,"days":14},"isVersioningEnabled":true`
	blobs := resource(t, account+"/blobServices", "it/default", "", `"properties":{`+soft+`}`)
	none := thing{}
	for _, tt := range []struct {
		rule      string
		bad, good thing
		mended    *estate.Resource // beside the good one
	}{
		{rule: "default-storage-region-failover", bad: def("StorageV2", "Standard_RAGRS", ""), good: def("StorageV2", "Standard_GZRS", "")},
		{rule: "default-storage-not-premium", bad: def("BlockBlobStorage", "Premium_LRS", ""), good: def("StorageV2", "Standard_ZRS", "")},
		{rule: "default-storage-kind", bad: def("BlobStorage", "Standard_LRS", ""), good: def("Storage", "Standard_LRS", "")},
		{rule: "default-storage-no-hierarchical-namespace", bad: def("StorageV2", "Standard_ZRS", `,"properties":{"isHnsEnabled":true}`), good: def("StorageV2", "Standard_ZRS", "")},
		{rule: "default-storage-immutable", bad: def("StorageV2", "Standard_ZRS", `,"properties":{"immutableStorageWithVersioning":{"enabled":true}}`), good: def("StorageV2", "Standard_ZRS", "")},
		{rule: "storage-legacy-kind", bad: def("Storage", "Standard_LRS", ""), good: def("StorageV2", "Standard_LRS", "")},
		{rule: "storage-blob-soft-delete", bad: stored("Standard_ZRS", ""), good: stored("Standard_ZRS", ""), mended: blobs},
		{rule: "storage-container-soft-delete", bad: stored("Standard_ZRS", "").asBlobs(), good: stored("Standard_ZRS", ""), mended: blobs},
		{rule: "storage-versioning", bad: stored("Standard_ZRS", ""), good: stored("Standard_ZRS", ""), mended: blobs},
		{rule: "storage-geo-without-pair", bad: with(account, "polandcentral", stored("Standard_GRS", "").rest), good: with(account, "polandcentral", stored("Standard_ZRS", "").rest)},
		{rule: "storage-failover-blocked", bad: stored("Standard_GRS", `,"properties":{"isNfsV3Enabled":true}`), good: stored("Standard_GRS", "")},
		{rule: "datastore-files-no-secondary-reads", bad: stored("Standard_RAGZRS", "").asShares(), good: stored("Standard_GZRS", "").asShares()},
		{rule: "datastore-adls-gen1-retired", bad: props(datastore, `"datastoreType":"AzureDataLakeGen1"`), good: none},
		{rule: "key-vault-purge-protection", bad: with(vault, "", ""), good: props(vault, `"enablePurgeProtection":true`)},
		{rule: "key-vault-soft-delete", bad: props(vault, `"enableSoftDelete":false`), good: with(vault, "", "")},
		{rule: "key-vault-encryption-key-protection", bad: with(vault, "", "").as(estate.EncryptionKey, ""), good: props(vault, `"enablePurgeProtection":true`).as(estate.EncryptionKey, "")},
		{rule: "key-vault-retention", bad: props(vault, `"softDeleteRetentionInDays":7`), good: with(vault, "", "")},
		{rule: "key-vault-not-replicated", bad: with(vault, "brazilsouth", ""), good: with(vault, "", "")},
		{rule: "key-vault-access-model", bad: with(vault, "", ""), good: props(vault, `"enableRbacAuthorization":false`)},
		{rule: "key-vault-access-policies-ignored", bad: props(vault, `"enableRbacAuthorization":true,"accessPolicies":[{"objectId":"o"}]`), good: props(vault, `"accessPolicies":[{"objectId":"o"}]`)},
		{rule: "container-registry-tier", bad: with(images, "", `"sku":{"name":"Standard"}`), good: with(images, "", `"sku":{"name":"Premium"}`)},
		{rule: "container-registry-soft-delete", bad: with(images, "", ""), good: props(images, `"policies":{"softDeletePolicy":{"status":"enabled"}}`)},
		{rule: "container-registry-retention", bad: props(images, `"policies":{"retentionPolicy":{"status":"enabled"}}`), good: with(images, "", "")},
		{rule: "container-registry-policy-conflict", bad: props(images, `"policies":{"softDeletePolicy":{"status":"enabled"},"retentionPolicy":{"status":"enabled"}}`), good: props(images, `"policies":{"softDeletePolicy":{"status":"enabled"}}`)},
		{rule: "application-insights-classic", bad: props(component, `"IngestionMode":"ApplicationInsights"`), good: props(component, `"IngestionMode":"LogAnalytics"`)},
		{rule: "application-insights-own-workspace", bad: with(component, "", ""), good: none},
		{rule: "application-insights-retention", bad: props(component, `"RetentionInDays":30`), good: with(component, "", "")},
		{rule: "log-analytics-daily-cap", bad: props(logs, `"workspaceCapping":{"dailyQuotaGb":5}`), good: props(logs, `"workspaceCapping":{"dailyQuotaGb":-1}`)},
		{rule: "log-analytics-export", bad: with(logs, "", ""), good: none},
		{rule: "log-analytics-replica-region", bad: props(logs, `"replication":{"enabled":true,"location":"japaneast"}`), good: props(logs, `"replication":{"enabled":true,"location":"uksouth"}`)},
		{rule: "workspace-region-zones", bad: with(workspace, "westus", ""), good: with(workspace, "", "")},
		{rule: "workspace-region-pair", bad: with(workspace, "swedencentral", ""), good: with(workspace, "", "")},
		{rule: "workspace-region-offered", bad: with(workspace, "chilecentral", ""), good: with(workspace, "", "")},
		{rule: "workspace-own-registry", bad: with(workspace, "", ""), good: none},
		{rule: "workspace-v1-legacy-mode", bad: props(workspace, `"v1LegacyMode":true`), good: with(workspace, "", "")},
		{rule: "workspace-managed-network-provisioned", bad: props(workspace, `"managedNetwork":{"isolationMode":"AllowInternetOutbound"}`), good: props(workspace, `"managedNetwork":{"isolationMode":"AllowInternetOutbound"},"provisionNetworkNow":true`)},
		{rule: "workspace-encryption-store", bad: props(workspace, `"encryption":{"status":"Enabled"}`), good: props(workspace, `"encryption":{"status":"Enabled","cosmosDbResourceId":"/subscriptions/s"}`)},
		{rule: "workspace-service-side-encryption", bad: props(workspace, `"enableServiceSideCMKEncryption":true`), good: with(workspace, "", "")},
		{rule: "workspace-hub-deletion", bad: with(workspace, "", `"kind":"hub"`), good: with(workspace, "", "")},
		{rule: "compute-cluster-low-priority", bad: props(compute, `"computeType":"AmlCompute","properties":{"vmPriority":"lowpriority"}`), good: props(compute, `"computeType":"AmlCompute"`)},
		{rule: "compute-retiring-size", bad: props(compute, `"computeType":"AmlCompute","properties":{"vmSize":"STANDARD_NC6"}`), good: props(compute, `"computeType":"AmlCompute","properties":{"vmSize":"STANDARD_NC6s_v3"}`)},
		{rule: "machine-learning-registry-one-region", bad: props(mlRegistry, `"regionDetails":[{"location":"westeurope"}]`), good: props(mlRegistry, `"regionDetails":[{"location":"westeurope"},{"location":"uksouth"}]`)},
		{rule: "online-endpoint-instances", bad: with(deployment, "", `"sku":{"capacity":2}`), good: with(deployment, "", `"sku":{"capacity":3}`)},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			if tt.bad != none {
				c, e, r := tt.bad.put(t)
				rule := c.Rule(tt.rule)
				if rule == nil || !slices.Contains(c.RulesFor(r.Service), rule) {
					t.Fatalf("there is no such rule about %s", r.Service)
				}
				applies, check := c.Applies(rule, e, r), c.Check(rule, e, r)
				if !applies.Known || !applies.Holds || !check.Known || check.Holds {
					t.Errorf("%s: applies %+v, passes %+v", tt.bad.rest, applies, check)
				}
			}
			if tt.good != none {
				var beside []*estate.Resource
				if tt.mended != nil {
					beside = append(beside, tt.mended)
				}
				c, e, r := tt.good.put(t, beside...)
				rule := c.Rule(tt.rule)
				applies, check := c.Applies(rule, e, r), c.Check(rule, e, r)
				if !applies.Known || applies.Holds && (!check.Known || !check.Holds) {
					t.Errorf("%s: applies %+v, passes %+v", tt.good.rest, applies, check)
				}
			}
		})
	}
}

func TestOldVersionsOfTheInterfaceAreFound(t *testing.T) {
	c := load(t)
	for _, tt := range []struct {
		rule, typ, name, rest string
		versions              map[string]bool
	}{
		{"key-vault-api-version", vault, "it", "", map[string]bool{"2023-07-01": false, "2026-02-01": true}},
		{"datastore-v1-api", datastore, "ws/it", `"properties":{"DataStoreType":"blob"}`, map[string]bool{"2020-05-01-preview": false, "2022-05-01": true}},
	} {
		for version, want := range tt.versions {
			r := declared(t, version, tt.typ, tt.name, "westeurope", tt.rest)
			e := build(c, []*estate.Resource{r})
			rule := c.Rule(tt.rule)
			applies, check := c.Applies(rule, e, r), c.Check(rule, e, r)
			if !applies.Known || !applies.Holds || !check.Known || check.Holds != want {
				t.Errorf("%s of version %s: applies %+v, passes %+v", tt.rule, version, applies, check)
			}
		}
	}
}

// An id that only a deployment makes known still shows that something is named.
func TestWhatIsNamedNeedNotBeKnown(t *testing.T) {
	c := load(t)
	for _, made := range []bool{true, false} {
		ws, cr := resource(t, workspace, "ws", "westeurope", ""), resource(t, images, "cr", "westeurope", "")
		ai, la := resource(t, component, "ai", "westeurope", ""), resource(t, logs, "la", "westeurope", "")
		la.External, la.Implied = made, made
		relations := []estate.Relation{{From: ai, To: la, Role: estate.Logs}}
		if !made {
			relations = append(relations, estate.Relation{From: ws, To: cr, Role: estate.ContainerRegistry})
		}
		e := build(c, []*estate.Resource{ws, cr, ai, la}, relations...)
		for rule, r := range map[string]*estate.Resource{"workspace-own-registry": ws, "application-insights-own-workspace": ai} {
			if v := c.Check(c.Rule(rule), e, r); !v.Known || v.Holds == made {
				t.Errorf("%s when the service makes it (%v): %+v", rule, made, v)
			}
		}
	}
}

func TestALockOnTheGroupOfAWorkspaceIsFound(t *testing.T) {
	c := load(t)
	rule := c.Rule("resource-group-lock")
	for _, locked := range []bool{true, false} {
		ws := resource(t, workspace, "ws", "westeurope", "")
		its := &estate.Resource{ID: estate.ParseID("/subscriptions/s/resourceGroups/g"), Type: group, Name: "g", Location: "westeurope"}
		lock := resource(t, "Microsoft.Authorization/locks", "keep", "", `"properties":{"level":"CanNotDelete"}`)
		relations := []estate.Relation{{From: ws, To: its, Role: estate.ResourceGroup}}
		if locked {
			relations = append(relations, estate.Relation{From: lock, To: its, Role: estate.Lock})
		}
		e := build(c, []*estate.Resource{ws, its, lock}, relations...)
		if applies := c.Applies(rule, e, its); !applies.Known || applies.Holds != locked {
			t.Errorf("locked %v: applies %+v", locked, applies)
		}
		if check := c.Check(rule, e, its); !check.Known || check.Holds {
			t.Errorf("locked %v: passes %+v", locked, check)
		}
	}
}

func TestWorkspacesOfTwoRegionsShouldNotShareAVault(t *testing.T) {
	c := load(t)
	rule := c.Rule("key-vault-shared-across-regions")
	for at, want := range map[string]bool{"westeurope": true, "northeurope": false} {
		kv, a, b := resource(t, vault, "kv", "westeurope", ""), resource(t, workspace, "a", "westeurope", ""), resource(t, workspace, "b", at, "")
		e := build(c, []*estate.Resource{kv, a, b}, estate.Relation{From: a, To: kv, Role: estate.KeyVault}, estate.Relation{From: b, To: kv, Role: estate.KeyVault})
		if v := c.Check(rule, e, kv); !v.Known || v.Holds != want {
			t.Errorf("a second workspace in %s: %+v, want %v", at, v, want)
		}
	}
}

func TestAResourceShouldBeInTheRegionOfItsGroup(t *testing.T) {
	c := load(t)
	rule := c.Rule("resource-group-region")
	for at, want := range map[string]bool{"westeurope": true, "northeurope": false} {
		kv := resource(t, vault, "kv", "westeurope", "")
		its := &estate.Resource{ID: estate.ParseID("/subscriptions/s/resourceGroups/g"), Type: group, Name: "g", Location: at}
		e := build(c, []*estate.Resource{kv, its}, estate.Relation{From: kv, To: its, Role: estate.ResourceGroup})
		if v := c.Check(rule, e, kv); !v.Known || v.Holds != want {
			t.Errorf("a group in %s: %+v, want %v", at, v, want)
		}
	}
}
