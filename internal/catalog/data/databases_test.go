package data_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

const (
	sqlServer   = "Microsoft.Sql/servers"
	sqlDatabase = sqlServer + "/databases"
	sqlGroup    = sqlServer + "/failoverGroups"
	sqlPool     = sqlServer + "/elasticPools"
	sqlInstance = "Microsoft.Sql/managedInstances"
	postgres    = "Microsoft.DBforPostgreSQL/flexibleServers"
	oldPostgres = "Microsoft.DBforPostgreSQL/servers"
	mysql       = "Microsoft.DBforMySQL/flexibleServers"
	oldMySQL    = "Microsoft.DBforMySQL/servers"
	cosmos      = "Microsoft.DocumentDB/databaseAccounts"
	connection  = workspace + "/connections"
)

// Where databases and what a workspace says of them belong, see section 0 of
// facts/data-stores.md and section 3.1 of facts/azure-ml.md.
func TestDatabasesBelongToTheirService(t *testing.T) {
	for _, tt := range []struct {
		thing
		want string
	}{
		{of(sqlServer, ""), "azure-sql"}, {of(sqlGroup, ""), "azure-sql"}, {of(sqlInstance, ""), "azure-sql"}, {of(sqlPool, ""), "azure-sql"},
		{of("Microsoft.Sql/locations/instanceFailoverGroups", ""), "azure-sql"},
		{props(datastore, `"DataStoreType":"sqldb"`), "azure-sql"}, {props(datastore, `"dataStoreType":"AzureSqlDatabase"`), "azure-sql"},
		{props(connection, `"category":"AzureSqlMi"`), "azure-sql"},
		{of(postgres, ""), "postgresql"}, {of(oldPostgres, ""), "postgresql"}, {props(datastore, `"DataStoreType":"psqldb"`), "postgresql"},
		{props(connection, `"category":"AzurePostgresDb"`), "postgresql"},
		{of(mysql, ""), "mysql"}, {of(oldMySQL, ""), "mysql"}, {props(datastore, `"dataStoreType":"AzureMySql"`), "mysql"},
		{props(connection, `"category":"AzureMySqlDb"`), "mysql"},
		{props(datastore, `"DataStoreType":"dbfs"`), "dbfs"},
		{thing{cosmos, "", "", estate.EncryptionStore, ""}, "cosmos-db"},
	} {
		if _, _, r := tt.put(t); r.Service != tt.want {
			t.Errorf("%s %s belongs to %s, want %s", tt.typ, tt.rest, r.Service, tt.want)
		}
	}
}

func servers(mode string) string { return `"highAvailability":{"mode":"` + mode + `"}` }

func regions(rest string, names ...string) thing {
	list := ""
	for i, name := range names {
		if i > 0 {
			list += ","
		}
		list += name
	}
	return props(cosmos, `"locations":[`+list+`]`+rest)
}

const (
	plainRegion  = `{"locationName":"westeurope"}`
	zonedRegion  = `{"locationName":"westeurope","isZoneRedundant":true}`
	secondRegion = `{"locationName":"northeurope"}`
	thirdRegion  = `{"locationName":"uksouth"}`
)

// Sections 1.2, 2 to 7 and 8b of facts/data-stores.md, row by row, as far as one
// resource tells.
func TestWhatDatabasesSurvive(t *testing.T) {
	for _, tt := range []survivalCase{
		{"an instance", props(sqlInstance, ``), catalog.ScopeZone, catalog.Down, "outage", "0"},
		{"a zone-redundant instance", props(sqlInstance, `"zoneRedundant":true`), catalog.ScopeZone, catalog.FailsOver, "<=PT30S", "0"},
		{"an instance with geo-redundant backups", props(sqlInstance, ``), catalog.ScopeRegion, catalog.Down, "rebuild", "<=PT1H"},
		{"an instance with local backups", props(sqlInstance, `"requestedBackupStorageRedundancy":"Local"`), catalog.ScopeRegion, catalog.Down, "outage", "0"},
		{"a pool with zones", props(sqlPool, `"zoneRedundant":true`), catalog.ScopeZone, catalog.FailsOver, "<=PT30S", "0"},
		{"a datastore", props(datastore, `"DataStoreType":"sqldb"`), catalog.ScopeRegion, catalog.CarriesOn, "0", "0"},
		{"a failover group", of(sqlGroup, ""), catalog.ScopeRegion, catalog.CarriesOn, "0", "0"},
		{"PostgreSQL", of(postgres, ""), catalog.ScopeZone, catalog.Down, "rebuild", "<=PT5M"},
		{"PostgreSQL with a standby beside it", props(postgres, servers("SameZone")), catalog.ScopeZone, catalog.Down, "rebuild", "<=PT5M"},
		{"PostgreSQL with a standby beside it", props(postgres, servers("SameZone")), catalog.ScopeNode, catalog.FailsOver, "~PT120S", "0"},
		{"PostgreSQL with a standby elsewhere", props(postgres, servers("zoneredundant")), catalog.ScopeZone, catalog.FailsOver, "~PT120S", "0"},
		{"PostgreSQL with a standby elsewhere", props(postgres, servers("ZoneRedundant")), catalog.ScopeRegion, catalog.Down, "outage", "0"},
		{"PostgreSQL with geo backups", props(postgres, `"backup":{"geoRedundantBackup":"Enabled"}`), catalog.ScopeRegion, catalog.Down, "rebuild", "<=PT1H"},
		{"PostgreSQL with geo backups in a region without a pair", thing{postgres, "polandcentral", `"properties":{"backup":{"geoRedundantBackup":"Enabled"}}`, "", ""}, catalog.ScopeRegion, catalog.Down, "outage", "0"},
		{"a single PostgreSQL server with geo backups", props(oldPostgres, `"storageProfile":{"geoRedundantBackup":"Enabled"}`), catalog.ScopeRegion, catalog.Down, "rebuild", "<=PT1H"},
		{"MySQL", of(mysql, ""), catalog.ScopeZone, catalog.Down, "rebuild", "unknown"},
		{"MySQL with a standby elsewhere", props(mysql, servers("ZoneRedundant")), catalog.ScopeZone, catalog.FailsOver, "~PT120S", "0"},
		{"MySQL with geo backups", props(mysql, `"backup":{"geoRedundantBackup":"Enabled"}`), catalog.ScopeRegion, catalog.Down, "rebuild", "unknown"},
		{"MySQL", of(mysql, ""), catalog.ScopeService, catalog.Down, "outage", "0"},
		{"Cosmos DB in one region", regions("", plainRegion), catalog.ScopeZone, catalog.Down, "outage", "unknown"},
		{"Cosmos DB in one zone-redundant region", regions("", zonedRegion), catalog.ScopeZone, catalog.CarriesOn, "0", "0"},
		{"Cosmos DB in one region", regions("", zonedRegion), catalog.ScopeRegion, catalog.Down, "outage", "0"},
		{"Cosmos DB in two regions", regions("", plainRegion, secondRegion), catalog.ScopeRegion, catalog.FailedOver, "PT1M", "<=PT15M"},
		{"Cosmos DB in two regions with automatic failover", regions(`,"enableAutomaticFailover":true`, plainRegion, secondRegion), catalog.ScopeRegion, catalog.FailsOver, "PT1H", "<=PT15M"},
		{"Cosmos DB in three regions with strong consistency", regions(`,"enableAutomaticFailover":true,"consistencyPolicy":{"defaultConsistencyLevel":"Strong"}`, plainRegion, secondRegion, thirdRegion), catalog.ScopeRegion, catalog.FailsOver, "PT1H", "0"},
		{"Cosmos DB that writes in two regions", regions(`,"enableMultipleWriteLocations":true`, plainRegion, secondRegion), catalog.ScopeRegion, catalog.FailsOver, "0", "<=PT15M"},
		{"Cosmos DB with periodic backups", regions("", plainRegion), catalog.ScopeResource, catalog.Down, "rebuild", "~PT4H"},
		{"Cosmos DB with continuous backups", regions(`,"backupPolicy":{"type":"Continuous"}`, plainRegion), catalog.ScopeResource, catalog.Down, "rebuild", "<=PT100S"},
		{"Cosmos DB of an encrypted workspace", thing{cosmos, "", `"properties":{}`, estate.EncryptionStore, ""}, catalog.ScopeResource, catalog.Down, "rebuild", "total"},
		{"a file system whose Databricks is not in the input", props(datastore, `"DataStoreType":"dbfs"`), catalog.ScopeZone, catalog.Unknown, "unknown", "unknown"},
	} {
		tt.run(t)
	}
}

// sqlEstate is a server in West Europe with a database, one in North Europe, and
// a failover group between them with the policy ("" for none).
func sqlEstate(t testing.TB, database, policy string) (*catalog.Catalog, *estate.Estate, map[string]*estate.Resource) {
	t.Helper()
	c := load(t)
	all := map[string]*estate.Resource{
		"server":   resource(t, sqlServer, "a", "westeurope", ""),
		"partner":  resource(t, sqlServer, "b", "northeurope", ""),
		"database": resource(t, sqlDatabase, "a/db", "westeurope", database),
		"group":    resource(t, sqlGroup, "a/fg", "", `"properties":{"readWriteEndpoint":{"failoverPolicy":"`+policy+`"}}`),
	}
	list := []*estate.Resource{all["server"], all["partner"], all["database"]}
	relations := []estate.Relation{{From: all["database"], To: all["server"], Role: estate.Server}}
	if policy != "" {
		list = append(list, all["group"])
		relations = append(relations,
			estate.Relation{From: all["server"], To: all["group"], Role: estate.FailoverGroup},
			estate.Relation{From: all["database"], To: all["group"], Role: estate.FailoverGroup},
			estate.Relation{From: all["group"], To: all["partner"], Role: estate.FailoverPartner})
	}
	return c, build(c, list, relations...), all
}

func TestWhatAFailoverGroupBuysADatabase(t *testing.T) {
	for _, tt := range []struct {
		name, database, policy, of string
		scope                      catalog.Scope
		state                      catalog.State
		trigger, rto, rpo          string
	}{
		{"a lone database", `"sku":{"tier":"GeneralPurpose"}`, "", "database", catalog.ScopeZone, catalog.Down, "none", "outage", "0"},
		{"a lone database", `"sku":{"tier":"GeneralPurpose"}`, "", "database", catalog.ScopeRegion, catalog.Down, "customer", "rebuild", "<=PT1H"},
		{"a zone-redundant one", `"properties":{"zoneRedundant":true}`, "Manual", "database", catalog.ScopeZone, catalog.FailsOver, "automatic", "<=PT30S", "0"},
		{"one in a group", `"sku":{"tier":"GeneralPurpose"}`, "Manual", "database", catalog.ScopeZone, catalog.FailedOver, "customer", "<=PT60S", "unknown"},
		{"one in a group", `"sku":{"tier":"GeneralPurpose"}`, "Manual", "database", catalog.ScopeRegion, catalog.FailedOver, "customer", "<=PT60S", "unknown"},
		{"a Business Critical one in a group", `"sku":{"tier":"BusinessCritical"}`, "Manual", "database", catalog.ScopeRegion, catalog.FailedOver, "customer", "<=PT60S", "<=PT5S"},
		{"one that waits for Microsoft", `"sku":{"tier":"GeneralPurpose"}`, "Automatic", "database", catalog.ScopeRegion, catalog.FailedOver, "microsoft", "PT8H", "unknown"},
		{"the server of one in a group", `"sku":{"tier":"GeneralPurpose"}`, "Manual", "server", catalog.ScopeRegion, catalog.FailedOver, "customer", "<=PT60S", "0"},
		{"the server of a lone one", `"sku":{"tier":"GeneralPurpose"}`, "", "server", catalog.ScopeRegion, catalog.Down, "none", "outage", "0"},
		{"the server of a zone-redundant one", `"properties":{"zoneRedundant":true}`, "", "server", catalog.ScopeZone, catalog.CarriesOn, "none", "0", "0"},
	} {
		t.Run(tt.name+" in an outage of its "+string(tt.scope), func(t *testing.T) {
			c, e, all := sqlEstate(t, tt.database, tt.policy)
			got := c.Survive(e, all[tt.of], tt.scope)
			if got.Fact == nil {
				t.Fatalf("which row holds is not known: %v", got.Unknowns)
			}
			rto, _ := catalog.ParseSpan(tt.rto)
			rpo, _ := catalog.ParseSpan(tt.rpo)
			if f := got.Fact; f.State != tt.state || f.Trigger != tt.trigger || f.RTO != rto || f.RPO != rpo {
				t.Errorf("it is %s (%s), RTO %v, RPO %v", f.State, f.Trigger, f.RTO, f.RPO)
			}
		})
	}
}

// A logical server that is only named is not taken for one that carries on,
// since its databases may not: see section 1.1 of facts/data-stores.md.
func TestAServerThatIsOnlyNamedIsNotTakenToCarryOn(t *testing.T) {
	c, _, all := sqlEstate(t, `"properties":{}`, "")
	for external, want := range map[bool]catalog.State{false: catalog.CarriesOn, true: catalog.Unknown} {
		server := *all["server"]
		server.External = external
		e := build(c, []*estate.Resource{&server})
		if got := c.Survive(e, e.ByID(server.ID), catalog.ScopeZone); got.State != want {
			t.Errorf("external %v: %+v, want %s", external, got, want)
		}
	}
}

func TestReplicasElsewhereCarryAServer(t *testing.T) {
	for _, tt := range []struct {
		typ, at, rpo string
		scope        catalog.Scope
		want         catalog.State
	}{
		{postgres, "northeurope", "<=PT5M", catalog.ScopeRegion, catalog.FailedOver},
		{postgres, "westeurope", "<=PT5M", catalog.ScopeZone, catalog.FailedOver},
		{postgres, "westeurope", "0", catalog.ScopeRegion, catalog.Down},
		{mysql, "northeurope", "unknown", catalog.ScopeRegion, catalog.FailedOver},
		{mysql, "westeurope", "0", catalog.ScopeService, catalog.Down},
	} {
		c := load(t)
		source := resource(t, tt.typ, "a", "westeurope", "")
		replica := resource(t, tt.typ, "b", tt.at, `"properties":{"createMode":"Replica"}`)
		e := build(c, []*estate.Resource{source, replica}, estate.Relation{From: source, To: replica, Role: estate.Replica})
		rpo, _ := catalog.ParseSpan(tt.rpo)
		if got := c.Survive(e, source, tt.scope); got.State != tt.want || got.Fact.RPO != rpo {
			t.Errorf("%s with a replica in %s in an outage of its %s: %+v", tt.typ, tt.at, tt.scope, got)
		}
	}
}

// The account of the file system root has the redundancy that the Databricks
// workspace asks for; see section 8 of facts/data-stores.md.
func TestTheDatabricksWorkspaceDecidesForItsFileSystem(t *testing.T) {
	for body, want := range map[string]catalog.State{
		`"parameters":{}`: catalog.Down,
		`"parameters":{"storageAccountSkuName":{"value":"Standard_ZRS"}}`: catalog.CarriesOn,
		`"parameters":{"storageAccountSkuName":{"value":"Standard_LRS"}}`: catalog.Down,
	} {
		c := load(t)
		files := resource(t, datastore, "ws/files", "", `"properties":{"DataStoreType":"DBFS"}`)
		bricks := resource(t, spark, "bricks", "westeurope", `"properties":{`+body+`}`)
		e := build(c, []*estate.Resource{files, bricks}, estate.Relation{From: files, To: bricks, Role: estate.Datastore, Detail: "DBFS"})
		if got := c.Survive(e, files, catalog.ScopeZone); got.State != want {
			t.Errorf("%s: %+v, want %s", body, got, want)
		}
	}
}

// What no outage shows, with a resource that breaks each rule and one that does
// not.
func TestPlainRulesOfDatabases(t *testing.T) {
	group := func(text string) thing { return props(sqlGroup, `"readWriteEndpoint":{`+text+`}`) }
	for _, tt := range []ruleCase{
		{"azure-sql-failover-policy", group(`"failoverPolicy":"automatic"`), group(`"failoverPolicy":"Manual"`)},
		{"azure-sql-grace-period", group(`"failoverPolicy":"Automatic","failoverWithDataLossGracePeriodMinutes":120`), group(`"failoverPolicy":"Automatic"`)},
		{"azure-sql-connection-host", of(sqlGroup, ""), thing{sqlGroup, "", "", estate.Datastore, ""}},
		{"azure-sql-backup-redundancy", props(sqlInstance, `"requestedBackupStorageRedundancy":"Zone"`), props(sqlInstance, ``)},
		{"azure-sql-general-purpose-v2", props(sqlInstance, `"isGeneralPurposeV2":true`), props(sqlInstance, ``)},
		{"azure-sql-mi-zone-backups", props(sqlInstance, `"zoneRedundant":true`), props(sqlInstance, `"zoneRedundant":true,"requestedBackupStorageRedundancy":"GeoZone"`)},
		{"azure-sql-maintenance-window", props(sqlInstance, ``), props(sqlInstance, `"maintenanceConfigurationId":"x"`)},
		{"postgresql-geo-backup", of(postgres, ""), props(postgres, `"createMode":"Replica"`)},
		{"postgresql-burstable", of(postgres, `"sku":{"tier":"Burstable"}`), of(postgres, `"sku":{"tier":"GeneralPurpose"}`)},
		{"postgresql-single-server", of(oldPostgres, ""), of(postgres, "")},
		{"postgresql-auto-grow", of(postgres, ""), props(postgres, `"storage":{"autoGrow":"Enabled"}`)},
		{"postgresql-backup-retention", of(postgres, ""), props(postgres, `"backup":{"backupRetentionDays":14}`)},
		{"postgresql-maintenance-window", of(postgres, ""), props(postgres, `"maintenanceWindow":{"customWindow":"Enabled"}`)},
		{"mysql-geo-backup", of(mysql, ""), props(mysql, `"backup":{"geoRedundantBackup":"enabled"}`)},
		{"mysql-burstable", of(mysql, `"sku":{"tier":"Burstable"}`), of(mysql, `"sku":{"tier":"GeneralPurpose"}`)},
		{"mysql-single-server", of(oldMySQL, ""), of(mysql, "")},
		{"mysql-auto-grow", props(mysql, `"storage":{"autoGrow":"Disabled"}`), of(mysql, "")},
		{"mysql-backup-retention", props(mysql, `"backup":{"backupRetentionDays":1}`), of(mysql, "")},
		{"mysql-maintenance-window", of(mysql, ""), props(mysql, `"maintenanceWindow":{"customWindow":"Enabled"}`)},
		{"cosmos-db-automatic-failover", regions("", plainRegion, secondRegion), regions("", plainRegion)},
		{"cosmos-db-strong-two-regions", regions(`,"consistencyPolicy":{"defaultConsistencyLevel":"Strong"}`, plainRegion, secondRegion), regions("", plainRegion, secondRegion)},
		{"cosmos-db-continuous-backup", regions("", plainRegion), regions(`,"backupPolicy":{"type":"Continuous"}`, plainRegion)},
		{"cosmos-db-local-backup", regions(`,"backupPolicy":{"type":"Periodic","periodicModeProperties":{"backupStorageRedundancy":"Local"}}`, plainRegion), regions("", plainRegion)},
		{"cosmos-db-free-tier", regions(`,"enableFreeTier":true`, plainRegion), regions("", plainRegion)},
		{"cosmos-db-managed-by-microsoft", thing{cosmos, "", `"properties":{}`, estate.EncryptionStore, ""}, regions("", plainRegion)},
		{"dbfs-production-data", props(datastore, `"DataStoreType":"dbfs"`), thing{}},
	} {
		tt.run(t)
	}
}

func TestPlainRulesOfSQLDatabases(t *testing.T) {
	for _, tt := range []struct{ rule, bad, good string }{
		{"azure-sql-zone-tier", `"properties":{"edition":"basic"}`, `"sku":{"tier":"Premium"}`},
		{"azure-sql-hyperscale-replica", `"sku":{"tier":"Hyperscale"},"properties":{"zoneRedundant":true}`, `"sku":{"tier":"Hyperscale"},"properties":{"zoneRedundant":true,"highAvailabilityReplicaCount":1,"requestedBackupStorageRedundancy":"GeoZone"}`},
		{"azure-sql-secondary-zone", `"properties":{"createMode":"Secondary"}`, `"properties":{"createMode":"Secondary","zoneRedundant":true}`},
		{"azure-sql-backup-redundancy", `"properties":{"requestedBackupStorageRedundancy":"Local"}`, `"properties":{}`},
	} {
		for body, passes := range map[string]bool{tt.bad: false, tt.good: true} {
			c, e, all := sqlEstate(t, body, "")
			rule := c.Rule(tt.rule)
			if v := c.Check(rule, e, all["database"]); !v.Known || v.Holds != passes {
				t.Errorf("%s of %s: %+v, want %v", tt.rule, body, v, passes)
			}
			if v := c.Applies(rule, e, all["database"]); !v.Known || !v.Holds {
				t.Errorf("%s of %s: it does not apply: %+v", tt.rule, body, v)
			}
		}
	}
}

func TestAPartnerInTheSameRegionIsFound(t *testing.T) {
	c, e, all := sqlEstate(t, `"properties":{}`, "Manual")
	rule := c.Rule("azure-sql-partner-region")
	if v := c.Check(rule, e, all["group"]); !v.Known || !v.Holds {
		t.Errorf("a partner in another region: %+v", v)
	}
	near := *all["partner"]
	near.Location = "westeurope"
	group := *all["group"]
	e = build(c, []*estate.Resource{all["server"], &near, &group}, estate.Relation{From: &group, To: &near, Role: estate.FailoverPartner})
	if v := c.Check(rule, e, e.ByID(group.ID)); !v.Known || v.Holds {
		t.Errorf("a partner in the same region: %+v", v)
	}
}
