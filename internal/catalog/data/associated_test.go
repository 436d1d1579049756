package data_test

import (
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Where resources belong: sections 1 to 4 of facts/associated-resources.md and
// section 3 of facts/azure-ml.md.
func TestResourcesBelongToTheServiceThatTheyAreUsedAs(t *testing.T) {
	lake := `,"properties":{"isHnsEnabled":true}`
	for _, tt := range []struct {
		name string
		thing
		want string
	}{
		{"a default account", stored("Standard_LRS", "").asDefault(), "azure-storage"},
		{"a default account that must not be a lake", stored("Standard_LRS", lake).asDefault(), "azure-storage"},
		{"an account that nobody names", stored("Standard_LRS", ""), "azure-storage"},
		{"a lake that nobody names", stored("Standard_LRS", lake), "datastore-adls-gen2"},
		{"an account with blobs", stored("Standard_LRS", "").asBlobs(), "datastore-blob"},
		{"a lake used for its blobs", stored("Standard_LRS", lake).asBlobs(), "datastore-adls-gen2"},
		{"an account with shares", stored("Standard_LRS", `,"properties":{"isHnsEnabled":false}`).asShares(), "datastore-files"},
		{"a blob datastore", props(datastore, `"datastoreType":"AzureBlob"`), "datastore-blob"},
		{"a v1 file datastore", props(datastore, `"DataStoreType":"file"`), "datastore-files"},
		{"a v1 lake datastore", props(datastore, `"DataStoreType":"adls-gen2"`), "datastore-adls-gen2"},
		{"a retired datastore", props(datastore, `"DataStoreType":"adls"`), "datastore-adls-gen1"},
		{"a cluster", props(compute, `"computeType":"amlcompute"`), "compute-cluster"},
		{"an instance", props(compute, `"computeType":"ComputeInstance"`), "compute-instance"},
		{"an endpoint", with(online, "", ""), "online-endpoint"},
		{"a registry of models", with(mlRegistry, "", ""), "azure-machine-learning-registry"},
		{"a datastore of a kind that nobody knows", props(datastore, `"datastoreType":"OneLake"`), "workspace-asset"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, r := tt.put(t); r.Service != tt.want {
				t.Errorf("it belongs to %s, want %s", r.Service, tt.want)
			}
		})
	}
}

// Section 5 of facts/associated-resources.md and sections 1 and 2 of
// facts/azure-ml.md, row by row.
func TestWhatTheWorkspaceAndWhatIsMadeWithItSurvive(t *testing.T) {
	for _, tt := range []struct {
		name string
		thing
		scope    catalog.Scope
		state    catalog.State
		trigger  string
		rto, rpo string
	}{
		{"default LRS", stored("Standard_LRS", "").asDefault(), "zone", "down", "none", "outage", "total"},
		{"default ZRS", stored("Standard_ZRS", "").asDefault(), "zone", "carries-on", "automatic", "0", "0"},
		{"default GRS", stored("Standard_GRS", "").asDefault(), "zone", "down", "none", "outage", "<=PT15M"},
		{"default RA-GRS", stored("Standard_RAGRS", "").asDefault(), "zone", "down", "none", "outage", "<=PT15M"},
		{"default GZRS", stored("Standard_GZRS", "").asDefault(), "zone", "carries-on", "automatic", "0", "0"},
		{"default ZRS", stored("Standard_ZRS", "").asDefault(), "region", "down", "none", "outage", "total"},
		{"default GZRS, which cannot be failed over", stored("Standard_GZRS", "").asDefault(), "region", "down", "none", "outage", "<=PT15M"},
		{"default RA-GZRS, which cannot be failed over", stored("Standard_RAGZRS", "").asDefault(), "service", "down", "none", "outage", "0"},
		{"data LRS", stored("Standard_LRS", "").asBlobs(), "zone", "down", "none", "outage", "total"},
		{"data GRS", stored("Standard_GRS", "").asBlobs(), "zone", "failed-over", "customer", "<=PT60M", "<=PT15M"},
		{"data RA-GZRS", stored("Standard_RAGZRS", "").asBlobs(), "zone", "carries-on", "automatic", "0", "0"},
		{"data RA-GZRS", stored("Standard_RAGZRS", "").asBlobs(), "region", "failed-over", "customer", "<=PT60M", "<=PT15M"},
		{"data ZRS", stored("Standard_ZRS", "").asBlobs(), "region", "down", "none", "outage", "total"},
		{"shares GZRS", stored("Standard_GZRS", "").asShares(), "region", "failed-over", "customer", "<=PT60M", "<=PT15M"},
		{"data GRS with NFS", stored("Standard_GRS", `,"properties":{"isNfsV3Enabled":true}`).asBlobs(), "region", "down", "microsoft", "outage", "<=PT15M"},
		{"premium shares in three zones", with(account, "", `"kind":"FileStorage","sku":{"name":"Premium_ZRS"}`).asShares(), "zone", "carries-on", "automatic", "0", "0"},
		{"a datastore, which has no bytes of its own", props(datastore, `"datastoreType":"AzureBlob"`), "zone", "carries-on", "none", "0", "0"},
		{"a vault", with(vault, "", ""), "zone", "carries-on", "automatic", "0", "0"},
		{"a vault with a copy in the pair", with(vault, "", ""), "region", "read-only", "microsoft", "PT8H", "unknown"},
		{"a vault in a region without a pair", with(vault, "italynorth", ""), "region", "down", "none", "outage", "0"},
		{"a vault whose pair gets no copy", with(vault, "westus3", ""), "region", "down", "none", "outage", "0"},
		{"a Basic registry with the flag off", with(images, "", `"sku":{"name":"Basic"},"properties":{"zoneRedundancy":"Disabled"}`), "zone", "carries-on", "automatic", "0", "<=PT15M"},
		{"a Premium registry alone", with(images, "", `"sku":{"name":"Premium"}`), "region", "down", "none", "outage", "unknown"},
		{"Application Insights", with(component, "", ""), "region", "down", "none", "outage", "outage"},
		{"logs with both kinds of resilience", with(logs, "northeurope", ""), "zone", "carries-on", "automatic", "0", "0"},
		{"logs with service resilience only", with(logs, "westus2", ""), "zone", "carries-on", "automatic", "0", "unknown"},
		{"logs with data resilience only", with(logs, "uksouth", ""), "zone", "degraded", "none", "outage", "outage"},
		{"logs with neither", with(logs, "westeurope", ""), "zone", "down", "none", "outage", "unknown"},
		{"replicated logs", props(logs, `"replication":{"enabled":true,"location":"northeurope"}`), "region", "failed-over", "customer", "unknown", "unknown"},
		{"a workspace", with(workspace, "", ""), "zone", "carries-on", "automatic", "0", "0"},
		{"a workspace", with(workspace, "", ""), "region", "down", "none", "outage", "total"},
		{"a cluster", props(compute, `"computeType":"AmlCompute"`), "zone", "degraded", "none", "outage", "0"},
		{"an instance", props(compute, `"computeType":"ComputeInstance"`), "zone", "down", "none", "outage", "unknown"},
		{"a deployment of one instance", with(deployment, "", `"sku":{"capacity":1}`), "zone", "down", "none", "outage", "0"},
		{"a deployment of three instances", with(deployment, "", `"sku":{"capacity":3}`), "zone", "unknown", "", "unknown", "0"},
		{"an endpoint on a cluster of one's own", props(online, `"compute":"aks"`), "region", "carries-on", "none", "0", "0"},
	} {
		survivalCase{tt.name, tt.thing, tt.scope, tt.state, tt.rto, tt.rpo}.run(t)
		c, e, r := tt.put(t)
		if f := c.Survive(e, r, tt.scope).Fact; tt.trigger != "" && (f == nil || f.Trigger != tt.trigger) {
			t.Errorf("%s in an outage of its %s: %+v, want it triggered by %s", tt.name, tt.scope, f, tt.trigger)
		}
	}
}

func TestAReplicaElsewhereCarriesARegistryThroughARegion(t *testing.T) {
	for at, want := range map[string]catalog.State{"northeurope": catalog.FailsOver, "westeurope": catalog.Down} {
		replica := resource(t, images+"/replications", "it/other", at, "")
		c, e, r := with(images, "", `"sku":{"name":"premium"}`).put(t, replica)
		if got := c.Survive(e, r, catalog.ScopeRegion).State; got != want {
			t.Errorf("a replica in %s: %s, want %s", at, got, want)
		}
	}
}

func TestReplicationOfObjectsBlocksTheFailover(t *testing.T) {
	c := load(t)
	geo := `"kind":"StorageV2","sku":{"name":"Standard_GZRS"}`
	from, to := resource(t, account, "from", "westeurope", geo), resource(t, account, "to", "uksouth", geo)
	e := build(c, []*estate.Resource{from, to}, estate.Relation{From: from, To: to, Role: estate.Replica})
	rule := c.Rule("storage-failover-blocked")
	for _, r := range []*estate.Resource{from, to} {
		if got := c.Survive(e, r, catalog.ScopeRegion); got.State != catalog.Down {
			t.Errorf("%s: %+v", r.Name, got)
		}
		if v := c.Check(rule, e, r); !v.Known || v.Holds {
			t.Errorf("%s passes %s: %+v", r.Name, rule.ID, v)
		}
	}
}

// A capability leans on the workspace and on its default account in any case.
func TestEveryCapabilityLeansOnTheWorkspaceAndItsStorage(t *testing.T) {
	needs := load(t).Needs()
	for _, capability := range catalog.Capabilities {
		for _, role := range []estate.Role{"workspace", estate.DefaultStorage} {
			if !slices.ContainsFunc(needs, func(n *catalog.Need) bool { return n.Capability == capability && n.Role == role }) {
				t.Errorf("%s does not lean on %s", capability, role)
			}
		}
	}
}

// Online scoring needs registry, vault and storage when an instance is replaced,
// and not before: facts/azure-ml.md section 4.5.
func TestOnlineScoringIsOnlyDegradedWithoutRegistryAndVault(t *testing.T) {
	seen := 0
	for _, n := range load(t).Needs() {
		switch n.Role {
		case estate.ContainerRegistry, estate.KeyVault, estate.DefaultStorage, estate.Registry:
			if n.Capability == catalog.ScoreOnline {
				seen++
				if n.Read != catalog.Soft || n.Write == catalog.Hard {
					t.Errorf("%s: read %s, write %s", n.Role, n.Read, n.Write)
				}
			}
		}
	}
	if seen != 4 {
		t.Errorf("it leans on %d of the four", seen)
	}
}
