package providers_test

import "strings"

const (
	vaultOf   = "Microsoft.KeyVault/vaults/safe"
	registry  = "Microsoft.ContainerRegistry/registries/images"
	component = "Microsoft.Insights/components/watch"
	logs      = "Microsoft.OperationalInsights/workspaces/logs"
	cluster   = aks + ` {` + here + `,"identity":{"type":"SystemAssigned"},"properties":{"dnsPrefix":"a","disableLocalAccounts":true,"aadProfile":{"managed":true},"agentPoolProfiles":[{"name":"p","mode":"System","count":3,"vmSize":"Standard_D4s_v3","upgradeSettings":{"maxSurge":"1"}}]}}`
	pgServer  = postgres + `pga {` + here + `,"sku":{"name":"Standard_D2ds_v5","tier":"GeneralPurpose"},"properties":{` + login + `}}`
	myServer  = mysql + `mya {` + here + `,"sku":{"name":"Standard_D2ads_v5","tier":"GeneralPurpose"},"properties":{` + login + `,"storage":{"autoGrow":"Disabled"}}}`
	database  = `Microsoft.Sql/servers/a/databases/d {` + here + `,"sku":{"name":"GP_Gen5","capacity":2}}`
	geo       = `{"properties":{"backupPolicy":{"type":"Periodic","periodicModeProperties":{"backupStorageRedundancy":"Geo"}}}}`
)

// settings are the remedies that change one setting.
var settings = []live{
	{remedy: "storage-gzrs, storage-ragzrs", make: []string{strings.Replace(lrs, "LRS", "RAGRS", 1)}, change: []string{
		`POST ` + storages + `acc/startAccountMigration {"properties":{"targetSkuName":"Standard_RAGZRS"}}`, "wait 72h",
	}, shows: []string{storages + "acc: sku.name=Standard_RAGZRS", storages + "acc: properties.secondaryLocation=northeurope"}},
	{remedy: "storage-geo-zrs", make: []string{strings.Replace(lrs, "LRS", "ZRS", 1)}, change: []string{`PATCH ` + storages + `acc {"sku":{"name":"Standard_GZRS"}}`},
		shows: []string{storages + "acc: sku.name=Standard_GZRS"}},
	{remedy: "key-vault-access-policies, key-vault-roles, key-vault-soft-delete",
		make: []string{vaultOf + ` {` + here + `,"properties":{"tenantId":"{tenant}","sku":{"family":"A","name":"standard"},"accessPolicies":[],"enableRbacAuthorization":true}}`}, change: []string{
			`PATCH ` + vaultOf + ` {"properties":{"enableRbacAuthorization":false}}`, "shows " + vaultOf + ": properties.enableRbacAuthorization=false",
			`PATCH ` + vaultOf + ` {"properties":{"enableRbacAuthorization":true}}`, `PATCH ` + vaultOf + ` {"properties":{"enableSoftDelete":true}}`,
			`PATCH ` + vaultOf + ` {"properties":{"enableSoftDelete":false}} => BadRequest`,
		}, shows: []string{vaultOf + ": properties.enableRbacAuthorization=true", vaultOf + ": properties.sku.name=standard"}},
	{remedy: "registry-replica-routing, registry-keep-images, registry-soft-delete-off", make: []string{registry + ` {` + here + `,"sku":{"name":"Premium"},"properties":{"policies":{"retentionPolicy":{"status":"enabled","days":7}}}}`,
		registry + `/replications/northeurope {"location":"northeurope","properties":{"regionEndpointEnabled":false}}`}, change: []string{
		`PATCH ` + registry + `/replications/northeurope {"properties":{"regionEndpointEnabled":true}}`,
		`PATCH ` + registry + ` {"properties":{"policies":{"retentionPolicy":{"status":"disabled"}}}}`,
		`PATCH ` + registry + ` {"properties":{"policies":{"softDeletePolicy":{"status":"disabled"}}}}`,
	}, shows: []string{registry + "/replications/northeurope: properties.regionEndpointEnabled=true", registry + ": properties.policies.retentionPolicy.status=disabled", registry + ": properties.policies.retentionPolicy.days=7"}},
	{remedy: "insights-own-workspace", make: []string{component + ` {` + here + `,"kind":"web","properties":{"Application_Type":"web"}}`, logs + " {" + here + "}"}, change: []string{
		`PUT ` + component + ` {` + here + `,"kind":"web","properties":{"Application_Type":"web","WorkspaceResourceId":"{logs}x"}} => InvalidWorkspaceResourceId`,
		`PUT ` + component + ` {` + here + `,"kind":"web","properties":{"Application_Type":"web","WorkspaceResourceId":"{logs}"}}`,
	}, shows: []string{component + ": properties.WorkspaceResourceId={logs}"}},
	{remedy: "logs-no-cap", make: []string{logs + ` {` + here + `,"properties":{"workspaceCapping":{"dailyQuotaGb":1},"retentionInDays":90}}`}, change: []string{`PATCH ` + logs + ` {"properties":{"workspaceCapping":{"dailyQuotaGb":-1}}}`},
		shows: []string{logs + ": properties.workspaceCapping.dailyQuotaGb=-1", logs + ": properties.retentionInDays=90"}},
	{remedy: "aks-upgrade-channel, aks-autoscaler-limit, aks-balance-pools, aks-local-accounts, aks-upgrade-surge, aks-maintenance-window", make: []string{cluster}, change: []string{
		`PUT ` + aks + ` {` + here + `,"identity":{"type":"SystemAssigned"},"properties":{"disableLocalAccounts":false,"autoUpgradeProfile":{"upgradeChannel":"patch"},"autoScalerProfile":{"max-total-unready-percentage":"60","balance-similar-node-groups":"true"}}}`,
		`PUT ` + pool + ` {"properties":{"count":3,"mode":"System","upgradeSettings":{"maxSurge":"33%"}}}`,
		`PUT ` + aks + `/maintenanceConfigurations/aksManagedNodeOSUpgradeSchedule {"properties":{"maintenanceWindow":{"schedule":{"weekly":{"intervalWeeks":1,"dayOfWeek":"Sunday"}},"durationHours":4,"startTime":"02:00","utcOffset":"+00:00"}}}`,
	}, shows: []string{aks + ": properties.autoUpgradeProfile.upgradeChannel=patch", aks + ": properties.autoScalerProfile.max-total-unready-percentage=60", aks + ": properties.disableLocalAccounts=false",
		pool + ": properties.upgradeSettings.maxSurge=33%", pool + ": properties.vmSize=Standard_D4s_v3"}},
	{remedy: "postgresql-auto-grow, postgresql-backup-retention, postgresql-maintenance-window", make: []string{pgServer}, change: []string{
		`PATCH ` + postgres + `pga {"properties":{"storage":{"autoGrow":"Enabled"}}}`, `PATCH ` + postgres + `pga {"properties":{"backup":{"backupRetentionDays":14}}}`,
		`PATCH ` + postgres + `pga {"properties":{"backup":{"backupRetentionDays":36}}} => InvalidParameterValue`,
		`PATCH ` + postgres + `pga {"properties":{"maintenanceWindow":{"customWindow":"Enabled","dayOfWeek":0,"startHour":2,"startMinute":0}}}`,
	}, shows: []string{postgres + "pga: properties.storage.autoGrow=Enabled", postgres + "pga: properties.storage.storageSizeGB=32", postgres + "pga: properties.backup.backupRetentionDays=14", postgres + "pga: properties.maintenanceWindow.startHour=2"}},
	{remedy: "mysql-auto-grow, mysql-backup-retention, mysql-maintenance-window", make: []string{myServer}, change: []string{
		`PATCH ` + mysql + `mya {"properties":{"storage":{"autoGrow":"Enabled"}}}`, `PATCH ` + mysql + `mya {"properties":{"backup":{"backupRetentionDays":14}}}`,
		`PATCH ` + mysql + `mya {"properties":{"maintenanceWindow":{"customWindow":"Enabled","dayOfWeek":0,"startHour":2,"startMinute":0}}}`,
	}, shows: []string{mysql + "mya: properties.storage.autoGrow=Enabled", mysql + "mya: properties.backup.backupRetentionDays=14", mysql + "mya: properties.maintenanceWindow.customWindow=Enabled"}},
	{remedy: "sql-backup-retention, sql-grace-period", make: []string{sqlServer, sqlOther, database}, change: []string{
		`PUT Microsoft.Sql/servers/a/databases/d/backupShortTermRetentionPolicies/default {"properties":{"retentionDays":7}}`,
		`PUT Microsoft.Sql/servers/a/failoverGroups/g {"properties":{"readWriteEndpoint":{"failoverPolicy":"Automatic","failoverWithDataLossGracePeriodMinutes":600},"partnerServers":[{"id":"{b}"}],"databases":["{db}"]}}`,
		`PATCH Microsoft.Sql/servers/a/failoverGroups/g {"properties":{"readWriteEndpoint":{"failoverPolicy":"Automatic","failoverWithDataLossGracePeriodMinutes":60}}}`,
	}, shows: []string{"Microsoft.Sql/servers/a/databases/d/backupShortTermRetentionPolicies/default: properties.retentionDays=7",
		"Microsoft.Sql/servers/a/failoverGroups/g: properties.readWriteEndpoint.failoverWithDataLossGracePeriodMinutes=60"}},
	{remedy: "cosmos-geo-backup, cosmos-continuous-backup", make: []string{cosmos + ` {` + here + `,"properties":{"locations":[{"locationName":"westeurope"}],"backupPolicy":{"type":"Periodic","periodicModeProperties":{"backupStorageRedundancy":"Local"}}}}`}, change: []string{
		`PATCH ` + cosmos + ` ` + geo, "shows " + cosmos + ": properties.backupPolicy.periodicModeProperties.backupStorageRedundancy=Geo",
		`PATCH ` + cosmos + ` {"properties":{"backupPolicy":{"type":"Continuous","continuousModeProperties":{"tier":"Continuous7Days"}}}}`,
		`PATCH ` + cosmos + ` ` + geo + ` => BadRequest`,
	}, shows: []string{cosmos + ": properties.backupPolicy.continuousModeProperties.tier=Continuous7Days"}},
}
