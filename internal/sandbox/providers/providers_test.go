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
	{"Microsoft.Sql/servers/sql-one", `{"location":"westeurope","properties":{"administratorLogin":"boss","administratorLoginPassword":"canary"}}`},
	{"Microsoft.Sql/servers/sql-two", `{"location":"northeurope","properties":{"administratorLogin":"boss","administratorLoginPassword":"canary"}}`},
	{"Microsoft.Sql/servers/sql-one/databases/db", `{"location":"westeurope","sku":{"name":"GP_Gen5_2"},"properties":{"zoneRedundant":true}}`},
	{"Microsoft.Sql/servers/sql-one/databases/db/backupShortTermRetentionPolicies/default", `{"properties":{"retentionDays":14}}`},
	{"Microsoft.Sql/servers/sql-one/elasticPools/pool", `{"location":"westeurope","sku":{"name":"GP_Gen5","tier":"GeneralPurpose","capacity":2}}`},
	{"Microsoft.Sql/servers/sql-one/firewallRules/all", `{"properties":{"startIpAddress":"0.0.0.0","endIpAddress":"0.0.0.0"}}`},
	{"Microsoft.Sql/servers/sql-one/failoverGroups/group", `{"properties":{"partnerServers":[{"id":"` + trial.Group + `/providers/Microsoft.Sql/servers/sql-two"}],"readWriteEndpoint":{"failoverPolicy":"Manual"},"databases":["` + trial.Group + `/providers/Microsoft.Sql/servers/sql-one/databases/db"]}}`},
	{"Microsoft.DBforPostgreSQL/flexibleServers/pg-one", `{"location":"westeurope","properties":{"administratorLogin":"boss","administratorLoginPassword":"canary","highAvailability":{"mode":"ZoneRedundant"}}}`},
	{"Microsoft.DBforPostgreSQL/flexibleServers/pg-one/databases/app", `{"properties":{}}`},
	{"Microsoft.DBforPostgreSQL/flexibleServers/pg-one/firewallRules/all", `{"properties":{"startIpAddress":"0.0.0.0","endIpAddress":"0.0.0.0"}}`},
	{"Microsoft.DBforMySQL/flexibleServers/my-one", `{"location":"westeurope","properties":{"administratorLogin":"boss","administratorLoginPassword":"canary"}}`},
	{"Microsoft.DBforMySQL/flexibleServers/my-one/databases/app", `{"properties":{}}`},
	{"Microsoft.DocumentDB/databaseAccounts/cosmos-one", `{"location":"westeurope","properties":{"databaseAccountOfferType":"Standard","locations":[{"locationName":"West Europe","failoverPriority":0,"isZoneRedundant":true},{"locationName":"northeurope","failoverPriority":1}]}}`},
	{"Microsoft.DocumentDB/databaseAccounts/cosmos-one/sqlDatabases/db", `{"properties":{"resource":{"id":"db"},"options":{}}}`},
	{"Microsoft.DocumentDB/databaseAccounts/cosmos-one/sqlDatabases/db/containers/items", `{"properties":{"resource":{"id":"items","partitionKey":{"paths":["/id"],"kind":"Hash"}}}}`},
	{"Microsoft.Databricks/workspaces/bricks", `{"location":"westeurope","sku":{"name":"premium"},"properties":{"managedResourceGroupId":"/subscriptions/` + trial.Subscription + `/resourceGroups/bricks-managed"}}`},
	{"Microsoft.Databricks/accessConnectors/bricks", `{"location":"westeurope","identity":{"type":"SystemAssigned"}}`},
	{"Microsoft.ContainerInstance/containerGroups/group@2025-09-01", `{"location":"westeurope","zones":["1"],"properties":{"osType":"Linux","containers":[{"name":"web","properties":{"image":"nginx","resources":{"requests":{"cpu":1,"memoryInGB":2}},"environmentVariables":[{"name":"A","secureValue":"canary"}]}}],"imageRegistryCredentials":[{"server":"r","username":"u","password":"canary"}]}}`},
	{"Microsoft.HDInsight/clusters/hadoop@2021-06-01", `{"location":"westeurope","properties":{"clusterDefinition":{"kind":"spark","configurations":{"gateway":{"restAuthCredential.isEnabled":true,"restAuthCredential.password":"canary"}}},"computeProfile":{"roles":[{"name":"headnode","targetInstanceCount":2,"hardwareProfile":{"vmSize":"Standard_D3_v2"},"osProfile":{"linuxOperatingSystemProfile":{"username":"ssh","password":"canary"}}},{"name":"workernode","targetInstanceCount":3,"hardwareProfile":{"vmSize":"Standard_D3_v2"}}]},"storageProfile":{"storageaccounts":[{"name":"s","isDefault":true,"container":"c","key":"canary"}]}}}`},
}

// plainly are those of which no schema is at hand.
var plainly = []struct{ path, body string }{
	{"Microsoft.Compute/disks/disk", `{"location":"westeurope","properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":32}}`},
	{"Microsoft.Compute/availabilitySets/set", `{"location":"westeurope"}`},
	{"Microsoft.Search/searchServices/search-one", `{"location":"westeurope","sku":{"name":"basic"}}`},
	{"Microsoft.Synapse/workspaces/synapse-one", `{"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"defaultDataLakeStorage":{"accountUrl":"https://x","filesystem":"f"},"sqlAdministratorLogin":"boss","sqlAdministratorLoginPassword":"canary"}}`},
	{"Microsoft.Synapse/workspaces/synapse-one/bigDataPools/spark", `{"location":"westeurope","properties":{"nodeCount":3,"nodeSize":"Small"}}`},
	{"Microsoft.DataFactory/factories/factory-one", `{"location":"westeurope"}`},
	{"Microsoft.Web/serverfarms/plan", `{"location":"westeurope","sku":{"name":"P1v3"}}`},
	{"Microsoft.EventHub/namespaces/hub-one", `{"location":"westeurope"}`},
	{"Microsoft.EventHub/namespaces/hub-one/eventhubs/events", `{"properties":{}}`},
	{"Microsoft.DataProtection/backupVaults/backups", `{"location":"westeurope","properties":{"storageSettings":[{"datastoreType":"VaultStore","type":"GeoRedundant"}]}}`},
	{"Microsoft.RecoveryServices/vaults/recovery", `{"location":"westeurope"}`},
	{"Microsoft.Logic/workflows/flow", `{"location":"westeurope","properties":{"definition":{}}}`},
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
	case "microsoft.containerinstance/containergroups":
		for _, container := range object.List(c, "properties.containers") {
			m, _ := container.(map[string]any)
			object.Delete(m, "properties.instanceView")
		}
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
	for _, r := range slices.Concat(everything, plainly) {
		shown := string(object.Encode(b.Make(r.path, r.body)))
		secret := object.Must(b.Stored(strings.Split(r.path, "@")[0]).Secret)
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
	all := slices.Concat(everything, plainly)
	for _, r := range all {
		b.Make(r.path, r.body)
	}
	for _, r := range all {
		path, _, _ := strings.Cut(r.path, "@")
		first := b.Get(path)
		second := b.Make(r.path, r.body)
		for _, o := range []object.Object{first, second} {
			for _, path := range []string{"etag", "systemData", "properties.modifiedDate", "properties.lastModifiedTime", "properties.attributes.updated", "properties.secretUriWithVersion",
				"properties.resource._ts", "properties.resource._etag", "properties.updatedAt", "properties.changedTime"} {
				object.Delete(o, path)
			}
		}
		if x, y := string(object.Encode(first)), string(object.Encode(second)); x != y {
			t.Errorf("%s:\n%s\nbecame\n%s", r.path, x, y)
		}
	}
}
