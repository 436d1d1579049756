package providers_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

// live is a change that the catalog's remedies make to what is there.
type live struct {
	remedy string   // of internal/catalog/data/remedies
	make   []string // "path {body}", in order
	change []string // "METHOD path {body}", "wait 72h", or "METHOD path {body} => Code" for what is refused; in order
	shows  []string // "path: property=value" at the end
}

const (
	storages  = "Microsoft.Storage/storageAccounts/"
	here      = `"location":"westeurope"`
	lrs       = storages + `acc {` + here + `,"kind":"StorageV2","sku":{"name":"Standard_LRS"}}`
	login     = `"administratorLogin":"boss","administratorLoginPassword":"Pass-word-1234"`
	sqlServer = "Microsoft.Sql/servers/a {" + here + `,"properties":{` + login + `}}`
	sqlOther  = `Microsoft.Sql/servers/b {"location":"northeurope","properties":{` + login + `}}`
	sqlGroup  = `Microsoft.Sql/servers/a/failoverGroups/g {"properties":{"readWriteEndpoint":{"failoverPolicy":"Manual"},"partnerServers":[{"id":"{b}"}],"databases":["{db}"]}}`
	postgres  = "Microsoft.DBforPostgreSQL/flexibleServers/"
	mysql     = "Microsoft.DBforMySQL/flexibleServers/"
	cosmos    = "Microsoft.DocumentDB/databaseAccounts/acc"
	aks       = "Microsoft.ContainerService/managedClusters/a"
	pool      = aks + "/agentPools/p"
)

var changes = []live{
	{remedy: "storage-zrs", make: []string{lrs}, change: []string{
		`PATCH ` + storages + `acc {"sku":{"name":"Standard_ZRS"}} => StorageAccountTypeConversionNotAllowed`,
		`PUT ` + storages + `acc {` + here + `,"kind":"StorageV2","sku":{"name":"Standard_ZRS"}} => StorageAccountTypeConversionNotAllowed`,
		`POST ` + storages + `acc/startAccountMigration {"properties":{"targetSkuName":"Standard_ZRS"}}`,
		`POST ` + storages + `acc/startAccountMigration {"properties":{"targetSkuName":"Standard_ZRS"}} => SkuConversionInProgress`,
		`PATCH ` + storages + `acc {"sku":{"name":"Standard_GRS"}} => SkuConversionInProgress`,
		`PATCH ` + storages + `acc {"tags":{"still":"usable"}}`,
		"wait 72h",
	}, shows: []string{storages + "acc: sku.name=Standard_ZRS", storages + "acc: properties.storageAccountSkuConversionStatus.skuConversionStatus=Succeeded", storages + "acc: tags.still=usable"}},
	{remedy: "storage-gzrs-lrs", make: []string{lrs}, change: []string{
		`POST ` + storages + `acc/startAccountMigration {"properties":{"targetSkuName":"Standard_GZRS"}} => InvalidSkuConversion`,
		`POST ` + storages + `acc/startAccountMigration {"properties":{"targetSkuName":"Standard_ZRS"}}`,
		"wait 33h",
		`PATCH ` + storages + `acc {"sku":{"name":"Standard_GZRS"}} => SkuConversionTooSoon`,
		"wait 72h",
		`PATCH ` + storages + `acc {"sku":{"name":"Standard_GZRS"}}`,
	}, shows: []string{storages + "acc: sku.name=Standard_GZRS", storages + "acc: properties.secondaryLocation=northeurope"}},
	{remedy: "storage-geo-lrs", make: []string{lrs}, change: []string{`PATCH ` + storages + `acc {"sku":{"name":"Standard_GRS"}}`},
		shows: []string{storages + "acc: sku.name=Standard_GRS", storages + "acc: properties.accessTier=Hot"}},
	{remedy: "storage-v2", make: []string{strings.Replace(lrs, "StorageV2", "Storage", 1)}, change: []string{
		`PATCH ` + storages + `acc {"kind":"StorageV2","properties":{"accessTier":"Hot"}}`,
		`PATCH ` + storages + `acc {"kind":"Storage"} => AccountPropertyCannotBeUpdated`,
	}, shows: []string{storages + "acc: kind=StorageV2"}},
	{remedy: "storage-v2 of blobs alone", make: []string{strings.Replace(lrs, "StorageV2", "BlobStorage", 1)}, change: []string{
		`PATCH ` + storages + `acc {"kind":"StorageV2"}`,
	}, shows: []string{storages + "acc: kind=StorageV2", storages + "acc/fileServices/default: name=default"}},
	{remedy: "storage-soft-delete, storage-versioning", make: []string{lrs}, change: []string{
		`PATCH ` + storages + `acc/blobServices/default {"properties":{}} => UnsupportedHttpVerb`,
		`PUT ` + storages + `acc/blobServices/default {"properties":{"isVersioningEnabled":true,"deleteRetentionPolicy":{"enabled":true,"days":14},"containerDeleteRetentionPolicy":{"enabled":true,"days":14}}}`,
	}, shows: []string{storages + "acc/blobServices/default: properties.deleteRetentionPolicy.days=14", storages + "acc/blobServices/default: properties.isVersioningEnabled=true"}},
	{remedy: "storage-share-soft-delete", make: []string{lrs}, change: []string{
		`PUT ` + storages + `acc/fileServices/default {"properties":{"shareDeleteRetentionPolicy":{"enabled":true,"days":14}}}`,
	}, shows: []string{storages + "acc/fileServices/default: properties.shareDeleteRetentionPolicy.days=14"}},
	{remedy: "key-vault-purge-protection", make: []string{`Microsoft.KeyVault/vaults/safe {` + here + `,"properties":{"tenantId":"` + trial.Tenant + `","sku":{"family":"A","name":"standard"},"accessPolicies":[]}}`}, change: []string{
		`PATCH Microsoft.KeyVault/vaults/safe {"properties":{"enablePurgeProtection":true}}`,
		`PATCH Microsoft.KeyVault/vaults/safe {"properties":{"enablePurgeProtection":false}} => BadRequest`,
	}, shows: []string{"Microsoft.KeyVault/vaults/safe: properties.enablePurgeProtection=true"}},
	{remedy: "registry-premium, registry-replica", make: []string{`Microsoft.ContainerRegistry/registries/images {` + here + `,"sku":{"name":"Basic"}}`}, change: []string{
		`PUT Microsoft.ContainerRegistry/registries/images/replications/northeurope {"location":"northeurope","properties":{}} => SkuNotSupported`,
		`PATCH Microsoft.ContainerRegistry/registries/images {"sku":{"name":"Premium"}}`,
		`PUT Microsoft.ContainerRegistry/registries/images/replications/northeurope {"location":"northeurope","properties":{"regionEndpointEnabled":true}}`,
		`PATCH Microsoft.ContainerRegistry/registries/images {"sku":{"name":"Basic"}} => SkuNotSupported`,
		`PATCH Microsoft.ContainerRegistry/registries/images {"properties":{"policies":{"softDeletePolicy":{"status":"enabled"}}}} => SoftDeletePolicyNotSupported`,
	}, shows: []string{"Microsoft.ContainerRegistry/registries/images: sku.tier=Premium", "Microsoft.ContainerRegistry/registries/images/replications/northeurope: properties.status.displayStatus=Ready"}},
	{remedy: "insights-retention", make: []string{"Microsoft.OperationalInsights/workspaces/logs {" + here + "}",
		`Microsoft.Insights/components/watch {` + here + `,"kind":"web","properties":{"Application_Type":"web","RetentionInDays":30,"WorkspaceResourceId":"{logs}"}}`}, change: []string{
		`PATCH Microsoft.Insights/components/watch {"tags":{"a":"b"},"properties":{"RetentionInDays":180}}`, // it changes tags alone
		"shows Microsoft.Insights/components/watch: properties.RetentionInDays=30",
		`PUT Microsoft.Insights/components/watch {` + here + `,"kind":"web","tags":{"a":"b"},"properties":{"Application_Type":"web","RetentionInDays":180}}`,
	}, shows: []string{"Microsoft.Insights/components/watch: properties.RetentionInDays=180", "Microsoft.Insights/components/watch: tags.a=b", "Microsoft.Insights/components/watch: properties.WorkspaceResourceId={logs}"}},
	{remedy: "logs-replication", make: []string{"Microsoft.OperationalInsights/workspaces/logs {" + here + "}"}, change: []string{
		`PATCH Microsoft.OperationalInsights/workspaces/logs {"properties":{"replication":{"enabled":true,"location":"eastus"}}} => InvalidReplicationLocation`,
		`PATCH Microsoft.OperationalInsights/workspaces/logs {"properties":{"replication":{"enabled":true,"location":"northeurope"}}}`, "wait 1h",
		`DELETE Microsoft.OperationalInsights/workspaces/logs => Conflict`,
		`PATCH Microsoft.OperationalInsights/workspaces/logs {"properties":{"replication":{"enabled":true,"location":"uksouth"}}} => ReplicationLocationCannotBeChanged`,
	}, shows: []string{"Microsoft.OperationalInsights/workspaces/logs: properties.replication.provisioningState=Succeeded"}},
	{remedy: "aks-tier, aks-nodes, aks-zones", make: []string{aks + ` {` + here + `,"identity":{"type":"SystemAssigned"},"properties":{"dnsPrefix":"a","agentPoolProfiles":[{"name":"p","mode":"System","count":1,"vmSize":"Standard_D4s_v3"}]}}`}, change: []string{
		`PATCH ` + aks + ` {"tags":{"a":"b"},"sku":{"name":"Base","tier":"Standard"}}`, // it changes tags alone
		"shows " + aks + ": sku.tier=Free",
		`PUT ` + aks + ` {` + here + `,"tags":{"a":"b"},"sku":{"name":"Base","tier":"Standard"},"identity":{"type":"SystemAssigned"},"properties":{}}`,
		`PATCH ` + pool + ` {"properties":{"count":3}} => UnsupportedHttpVerb`,
		`PUT ` + pool + ` {"properties":{"count":3,"mode":"System","availabilityZones":["1","2","3"]}} => PropertyChangeNotAllowed`,
		`PUT ` + pool + ` {"properties":{"count":3,"mode":"System"}}`,
		`PUT ` + aks + `/agentPools/zoned {"properties":{"count":3,"mode":"System","availabilityZones":["1","2","3"]}}`,
		`DELETE ` + pool,
		`PUT ` + aks + `/maintenanceConfigurations/aksManagedAutoUpgradeSchedule {"properties":{"maintenanceWindow":{"schedule":{"weekly":{"intervalWeeks":1,"dayOfWeek":"Sunday"}},"durationHours":8,"startTime":"00:00"}}}`,
	}, shows: []string{aks + ": sku.tier=Standard", aks + ": tags.a=b", aks + "/agentPools/zoned: properties.count=3", aks + ": properties.dnsPrefix=a"}},
	{remedy: "databricks-root-gzrs", make: []string{`Microsoft.Databricks/workspaces/dbx {` + here + `,"properties":{"managedResourceGroupId":"` + strings.TrimSuffix(trial.Group, "rg") + `dbx"}}`}, change: []string{
		`PUT Microsoft.Databricks/workspaces/dbx {` + here + `,"properties":{"managedResourceGroupId":"` + strings.TrimSuffix(trial.Group, "rg") + `dbx","parameters":{"storageAccountSkuName":{"value":"Standard_GZRS"}}}}`, "wait 72h",
	}, shows: []string{"Microsoft.Databricks/workspaces/dbx: properties.parameters.storageAccountSkuName.value=Standard_GZRS"}},
	{remedy: "sql-tier, sql-backup-zone, sql-zone-redundant", make: []string{sqlServer, `Microsoft.Sql/servers/a/databases/d {` + here + `,"sku":{"name":"Basic","tier":"Basic","capacity":5}}`}, change: []string{
		`PATCH Microsoft.Sql/servers/a/databases/d {"properties":{"zoneRedundant":true}} => ProvisioningDisabled`,
		`PATCH Microsoft.Sql/servers/a/databases/d {"sku":{"name":"GP_Gen5","tier":"GeneralPurpose","family":"Gen5","capacity":2}}`,
		`PATCH Microsoft.Sql/servers/a/databases/d {"properties":{"requestedBackupStorageRedundancy":"GeoZone"}}`,
		`PATCH Microsoft.Sql/servers/a/databases/d {"properties":{"zoneRedundant":true}}`,
	}, shows: []string{"Microsoft.Sql/servers/a/databases/d: sku.tier=GeneralPurpose", "Microsoft.Sql/servers/a/databases/d: properties.zoneRedundant=true", "Microsoft.Sql/servers/a/databases/d: properties.requestedBackupStorageRedundancy=GeoZone"}},
	{remedy: "sql-hyperscale-zone", make: []string{sqlServer, `Microsoft.Sql/servers/a/databases/d {` + here + `,"sku":{"name":"HS_Gen5","capacity":2},"properties":{"requestedBackupStorageRedundancy":"GeoZone","highAvailabilityReplicaCount":1}}`}, change: []string{
		`PATCH Microsoft.Sql/servers/a/databases/d {"properties":{"zoneRedundant":true}} => ZoneRedundancyCannotBeChanged`,
		`PATCH Microsoft.Sql/servers/a/databases/d {"properties":{"requestedBackupStorageRedundancy":"Local"}} => BackupStorageRedundancyCannotBeChanged`,
	}},
	{remedy: "sql-failover-group, sql-failover-policy", make: []string{sqlServer, `Microsoft.Sql/servers/a/databases/d {` + here + `,"sku":{"name":"GP_Gen5","capacity":2}}`}, change: []string{
		`PUT ` + sqlGroup + ` => FailoverGroupPartnerServerNotFound`,
		`PUT ` + sqlOther,
		`PUT ` + sqlGroup,
		`PATCH Microsoft.Sql/servers/a/failoverGroups/g {"properties":{"readWriteEndpoint":{"failoverPolicy":"Automatic"}}} => InvalidFailoverGroupGracePeriod`,
		`PATCH Microsoft.Sql/servers/a/failoverGroups/g {"properties":{"readWriteEndpoint":{"failoverPolicy":"Automatic","failoverWithDataLossGracePeriodMinutes":60}}}`,
		`PATCH Microsoft.Sql/servers/a/failoverGroups/g {"properties":{"readWriteEndpoint":{"failoverPolicy":"Manual"}}}`,
	}, shows: []string{"Microsoft.Sql/servers/b/databases/d: properties.status=Online", "Microsoft.Sql/servers/b/failoverGroups/g: properties.replicationRole=Secondary",
		"Microsoft.Sql/servers/a/failoverGroups/g: properties.readWriteEndpoint.failoverPolicy=Manual"}},
	{remedy: "postgresql-tier, postgresql-zone-ha, postgresql-replica", make: []string{postgres + `pga {` + here + `,"sku":{"name":"Standard_B2s","tier":"Burstable"},"properties":{` + login + `}}`}, change: []string{
		`PATCH ` + postgres + `pga {"properties":{"highAvailability":{"mode":"ZoneRedundant"}}} => HANotSupportedForBurstableSku`,
		`PATCH ` + postgres + `pga {"sku":{"name":"Standard_D2ds_v5","tier":"GeneralPurpose"}}`,
		`PATCH ` + postgres + `pga {"properties":{"highAvailability":{"mode":"SameZone"}}}`,
		`PATCH ` + postgres + `pga {"properties":{"highAvailability":{"mode":"ZoneRedundant"}}} => HAModeChangeNotSupported`,
		`PATCH ` + postgres + `pga {"properties":{"highAvailability":{"mode":"Disabled"}}}`,
		`PATCH ` + postgres + `pga {"properties":{"highAvailability":{"mode":"ZoneRedundant"}}}`,
		`PATCH ` + postgres + `pga {"properties":{"backup":{"geoRedundantBackup":"Enabled"}}} => PropertyChangeNotAllowed`,
		`PUT ` + postgres + `pgb {"location":"northeurope","properties":{"createMode":"Replica","sourceServerResourceId":"{pg}"}}`,
		`PUT ` + postgres + `pga/virtualendpoints/end {"properties":{"endpointType":"ReadWrite","members":["pgb"]}}`,
	}, shows: []string{postgres + "pga: properties.highAvailability.state=Healthy", postgres + "pgb: properties.replicationRole=GeoAsyncReplica", postgres + "pga/virtualendpoints/end: properties.endpointType=ReadWrite"}},
	{remedy: "mysql-tier, mysql-zone-ha, mysql-replica", make: []string{mysql + `mya {` + here + `,"sku":{"name":"Standard_B2s","tier":"Burstable"},"properties":{` + login + `}}`}, change: []string{
		`PATCH ` + mysql + `mya {"sku":{"name":"Standard_D2ads_v5","tier":"GeneralPurpose"}}`,
		`PATCH ` + mysql + `mya {"properties":{"highAvailability":{"mode":"ZoneRedundant"}}} => ZoneRedundantHACannotBeEnabled`,
		`PUT ` + mysql + `myb {"location":"northeurope","properties":{"createMode":"Replica","sourceServerResourceId":"{my}"}}`,
	}, shows: []string{mysql + "myb: properties.replicationRole=Replica"}},
	{remedy: "mysql-zone-ha of business-critical servers", make: []string{mysql + `mya {` + here + `,"sku":{"name":"Standard_E2ads_v5","tier":"MemoryOptimized"},"properties":{` + login + `}}`}, change: []string{
		`PUT ` + mysql + `mya/configurations/gtid_mode {"properties":{"value":"ON"}}`, `PUT ` + mysql + `mya/configurations/enforce_gtid_consistency {"properties":{"value":"ON"}}`,
		`PATCH ` + mysql + `mya {"properties":{"highAvailability":{"mode":"ZoneRedundant"}}}`,
	}, shows: []string{mysql + "mya: properties.highAvailability.state=Healthy"}},
	{remedy: "cosmos-region, cosmos-automatic-failover", make: []string{cosmos + ` {` + here + `,"properties":{"locations":[{"locationName":"westeurope"}]}}`}, change: []string{
		`PATCH ` + cosmos + ` {"properties":{"enableAutomaticFailover":true,"locations":[{"locationName":"westeurope","failoverPriority":0},{"locationName":"northeurope","failoverPriority":1}]}} => BadRequest`,
		`PATCH ` + cosmos + ` {"properties":{"locations":[{"locationName":"westeurope","failoverPriority":0},{"locationName":"northeurope","failoverPriority":1}]}}`,
		`PATCH ` + cosmos + ` {"properties":{"enableAutomaticFailover":true}}`,
	}, shows: []string{cosmos + ": properties.enableAutomaticFailover=true"}},
	{remedy: "cosmos-zones", make: []string{cosmos + ` {` + here + `,"properties":{"locations":[{"locationName":"westeurope"}]}}`}, change: []string{
		`PATCH ` + cosmos + ` {"properties":{"locations":[{"locationName":"westeurope","failoverPriority":0,"isZoneRedundant":true}]}} => BadRequest`,
		`PATCH ` + cosmos + ` {"properties":{"locations":[{"locationName":"westeurope","failoverPriority":0},{"locationName":"northeurope","failoverPriority":1,"isZoneRedundant":true}]}}`,
		`POST ` + cosmos + `/failoverPriorityChange {"failoverPolicies":[{"locationName":"northeurope","failoverPriority":0},{"locationName":"westeurope","failoverPriority":1}]}`, "wait 1h",
		`PATCH ` + cosmos + ` {"properties":{"locations":[{"locationName":"northeurope","failoverPriority":0,"isZoneRedundant":true}]}}`,
		`PATCH ` + cosmos + ` {"properties":{"locations":[{"locationName":"northeurope","failoverPriority":0,"isZoneRedundant":true},{"locationName":"westeurope","failoverPriority":1,"isZoneRedundant":true}]}}`,
		`POST ` + cosmos + `/failoverPriorityChange {"failoverPolicies":[{"locationName":"westeurope","failoverPriority":0},{"locationName":"northeurope","failoverPriority":1}]}`, "wait 1h",
	}},
	{remedy: "delete-lock", make: []string{lrs}, change: []string{
		`PUT ` + storages + `acc/providers/Microsoft.Authorization/locks/acc-no-delete@2020-05-01 {"properties":{"level":"CanNotDelete","notes":"Kept by Holdfast"}}`,
		`DELETE ` + storages + `acc => ScopeLocked`,
		`PATCH ` + storages + `acc {"tags":{"changed":"yes"}}`,
	}, shows: []string{storages + "acc: tags.changed=yes"}},
}

// TestRemediesAreTakenAsAzureTakesThem makes the changes of each remedy over HTTP,
// with what Azure refuses on the way.
func TestRemediesAreTakenAsAzureTakesThem(t *testing.T) {
	for _, c := range slices.Concat(changes, settings) {
		t.Run(c.remedy, func(t *testing.T) {
			b := trial.New(t)
			for _, m := range c.make {
				path, body, _ := strings.Cut(named(m), " ")
				b.Make(path, body)
			}
			for _, step := range c.change {
				carry(t, b, named(step))
			}
			for _, s := range c.shows {
				shown(t, b, named(s))
			}
		})
	}
}

// named puts ids into a text.
func named(text string) string {
	return strings.NewReplacer("{tenant}", trial.Tenant, "{logs}", trial.ID("Microsoft.OperationalInsights/workspaces/logs"), "{b}", trial.ID("Microsoft.Sql/servers/b"),
		"{db}", trial.ID("Microsoft.Sql/servers/a/databases/d"), "{pg}", trial.ID(postgres+"pga"), "{my}", trial.ID(mysql+"mya")).Replace(text)
}

func carry(t *testing.T, b *trial.Bench, step string) {
	t.Helper()
	step, code, _ := strings.Cut(step, " => ")
	verb, rest, _ := strings.Cut(step, " ")
	switch verb {
	case "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			t.Fatal(err)
		}
		b.Advance(d)
		return
	case "shows":
		shown(t, b, rest)
		return
	}
	path, body, _ := strings.Cut(rest, " ")
	status, _, err := b.Over(verb, path, "", body)
	if got := trial.Code(err); got != code {
		t.Fatalf("%s gives %d %v, want %q", step, status, err, code)
	}
	if err == nil && verb != http.MethodPost {
		b.Settle()
	}
}

func shown(t *testing.T, b *trial.Bench, want string) {
	t.Helper()
	path, rest, _ := strings.Cut(want, ": ")
	property, value, _ := strings.Cut(rest, "=")
	if got := fmt.Sprint(trial.Text(object.Get(b.Get(path), property))); got != value {
		t.Errorf("%s of %s is %q, want %q", property, path, got, value)
	}
}
