package improve

import (
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

func change(t testing.TB, c *catalog.Catalog, e *estate.Estate, remedy, name string) Change {
	t.Helper()
	rem := c.Remedy(remedy)
	at := slices.IndexFunc(e.Resources, func(r *estate.Resource) bool { return r.Name == name })
	if rem == nil || at < 0 {
		t.Fatalf("there is no remedy %s, or no resource %s", remedy, name)
	}
	return Change{rem, e.Resources[at]}
}

func named(t testing.TB, e *estate.Estate, name string) *estate.Resource {
	t.Helper()
	at := slices.IndexFunc(e.Resources, func(r *estate.Resource) bool { return r.Name == name })
	if at < 0 {
		t.Fatalf("there is no resource %s", name)
	}
	return e.Resources[at]
}

// Changes are made on a copy: settings, children and further resources.
func TestChangesAreTriedOnACopy(t *testing.T) {
	c := loadCatalog(t)
	e := usual(t).build(c)
	before := signature(e)
	after := Apply(e, c, "northeurope",
		change(t, c, e, "storage-zrs", "st"), change(t, c, e, "storage-soft-delete", "st"),
		change(t, c, e, "registry-premium", "cr"), change(t, c, e, "registry-replica", "cr"),
		change(t, c, e, "postgresql-tier", "pg"), change(t, c, e, "postgresql-replica", "pg"), change(t, c, e, "delete-lock", "pg"))
	if signature(e) != before {
		t.Error("the estate itself was changed")
	}
	if got := named(t, after, "st").Body.Path("sku", "name").Str(); got != "Standard_ZRS" {
		t.Errorf("the sku is %q", got)
	}
	blobs := named(t, after, "st/default")
	if days, _ := blobs.Property("deleteRetentionPolicy", "days").AsInt(); days != 14 || !blobs.Is("Microsoft.Storage/storageAccounts/blobServices") {
		t.Errorf("soft delete: %s", blobs.Body.AppendJSON(nil))
	}
	if r := named(t, after, "cr/northeurope"); r.Location != "northeurope" || !strings.HasSuffix(r.ID.String(), "/registries/cr/replications/northeurope") {
		t.Errorf("the replica: %+v", r)
	}
	twin := named(t, after, "pg-northeurope")
	if twin.Location != "northeurope" || !twin.HasRole(estate.Replica) || twin.Property("sourceServerResourceId").Str() != named(t, e, "pg").ID.String() {
		t.Errorf("the read replica: %+v", twin)
	}
	if s, ok := c.Setting(after, named(t, after, "pg"), "replicaLocations"); !ok || s.Text != "northeurope" {
		t.Errorf("the server knows its replicas as %q", s.Text)
	}
	if lock := named(t, after, "pg-no-delete"); !strings.HasSuffix(lock.ID.String(), "/flexibleServers/pg/providers/Microsoft.Authorization/locks/pg-no-delete") {
		t.Errorf("the lock: %s", lock.ID)
	}
	if len(after.Relations) != len(e.Relations)+1 {
		t.Errorf("%d relations, were %d", len(after.Relations), len(e.Relations))
	}
}

// Every remedy that changes something leads to an estate in which it is not about
// the resource any more: done once is done.
func TestADoneRemedyIsDone(t *testing.T) {
	c := loadCatalog(t)
	b := usual(t)
	b.account("data", "Standard_ZRS")
	b.store("blobs", "AzureBlob", "data")
	b.account("geo", "Standard_GRS")
	b.store("old", "AzureBlob", "geo")
	b.cluster("aks", `[{"name":"a","count":2}]`)
	b.add("sql", serverType, `"properties":{}`)
	b.add("sql/db", serverType+"/databases", `"sku":{"tier":"BusinessCritical"},"properties":{}`)
	b.store("orders", "AzureSqlDatabase", "sql/db")
	b.add("cosmos", cosmosType, `"properties":{"locations":[{"locationName":"westeurope","failoverPriority":0}]}`)
	b.lean("ws", estate.EncryptionStore, "cosmos")
	b.add("kv", "Microsoft.KeyVault/vaults", `"properties":{}`)
	b.lean("ws", estate.KeyVault, "kv")
	b.add("ws/e", estate.WorkspaceType+"/onlineEndpoints", `"properties":{}`)
	b.add("ws/e/blue", estate.WorkspaceType+"/onlineEndpoints/deployments", `"sku":{"capacity":1},"properties":{}`)
	b.lean("ws", estate.Endpoint, "ws/e")
	b.lean("ws/e", estate.Deployment, "ws/e/blue")
	b.add("my", "Microsoft.DBforMySQL/flexibleServers", `"sku":{"tier":"GeneralPurpose"},"properties":{}`)
	b.store("mine", "AzureMySql", "my")
	e := b.build(c)
	tried := map[string]bool{}
	for _, r := range e.Resources {
		for _, rem := range c.RemediesFor(r.Service) {
			v := c.Concerns(rem, e, r)
			if len(rem.Set)+len(rem.Add) == 0 || !v.Holds || rem.ID == "delete-lock" || rem.ID == "workspace-image-build" {
				continue
			}
			if needs, _ := c.Missing(rem, e, r); len(needs) > 0 {
				continue
			}
			tried[rem.ID] = true
			after := Apply(e, c, "northeurope", Change{rem, r})
			if v := c.Concerns(rem, after, after.ByID(r.ID)); !v.Known || v.Holds {
				t.Errorf("%s on %s is still to be done after it was: %+v", rem.ID, r.Name, v)
			}
		}
	}
	for _, id := range []string{"storage-zrs", "storage-gzrs", "storage-geo-zrs", "registry-premium", "aks-zones", "aks-nodes", "aks-tier", "sql-zone-redundant", "sql-failover-group", "cosmos-zones", "cosmos-region", "key-vault-purge-protection", "endpoint-instances", "mysql-zone-ha", "mysql-replica", "postgresql-tier", "storage-soft-delete"} {
		if !tried[id] {
			t.Errorf("%s was not tried", id)
		}
	}
}

// A second half is a workspace of its own in the other region, with all that the
// first one leans on there; what stands elsewhere is shared.
func TestASecondHalf(t *testing.T) {
	c := loadCatalog(t)
	b := usual(t)
	b.region = "swedencentral"
	b.account("far", "Standard_LRS")
	b.region = "westeurope"
	b.store("shared", "AzureBlob", "far")
	e := b.build(c)
	ws := e.Workspaces()[0]
	after, made := Pair(e, c, ws, "northeurope")
	var names []string
	for _, r := range made {
		names = append(names, r.Name)
		if r.Location != "northeurope" || !strings.EqualFold(r.ID.ResourceGroup(), "g-northeurope") {
			t.Errorf("%s stands in %s, %s", r.Name, r.Location, r.ID)
		}
	}
	slices.Sort(names)
	if want := []string{"cr", "pg", "st", "ws", "ws/facts", "ws/shared"}; !slices.Equal(names, want) {
		t.Errorf("made are %v, want %v", names, want)
	}
	second := secondaries(after, after.ByID(ws.ID))
	if len(second) != 1 || second[0].Location != "northeurope" {
		t.Fatalf("secondaries: %v", second)
	}
	for _, r := range closure(after, second[0]) {
		if r.Location == "westeurope" {
			t.Errorf("the second half leans on %s in the first region", r.ID)
		}
	}
	if !slices.ContainsFunc(closure(after, second[0]), func(r *estate.Resource) bool { return r.Name == "far" }) {
		t.Error("what stands elsewhere is not shared")
	}
}

func TestTheOtherRegion(t *testing.T) {
	for region, want := range map[string]string{"westeurope": "northeurope", "northeurope": "westeurope", "atlantis": "", "": ""} {
		if got := OtherRegion(region); got != want {
			t.Errorf("%q: %q, want %q", region, got, want)
		}
	}
	for _, r := range estate.Regions() {
		if other, ok := estate.RegionByName(OtherRegion(r.Name)); !ok || !other.AML || other.Name == r.Name {
			t.Errorf("the other region of %s is %q", r.Name, other.Name)
		}
	}
}
