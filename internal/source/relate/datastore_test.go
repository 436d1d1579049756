package relate

import (
	"strings"
	"testing"
)

func TestDatastores(t *testing.T) {
	store := func(properties string) string {
		return `{"id":"#ML/workspaces/w/datastores/d","properties":` + properties + `}`
	}
	own := func(kind string) string {
		if kind == "" {
			return "ML/workspaces/w -datastore-> ML/workspaces/w/datastores/d"
		}
		return "ML/workspaces/w -datastore-> ML/workspaces/w/datastores/d (" + kind + ")"
	}
	to := func(target, kind string) string {
		return "ML/workspaces/w/datastores/d -datastore-> " + target + " (" + kind + ")"
	}
	const w = `{"id":"#ML/workspaces/w"},`
	check(t, []example{
		{"blob, by group", `[` + w + store(`{"datastoreType":"AzureBlob","accountName":"st","subscriptionId":"S","resourceGroup":"data"}`) + `]`, []string{
			own("AzureBlob"),
			to("group data/providers/Storage/storageAccounts/st", "AzureBlob"),
			"external group data/providers/Storage/storageAccounts/st",
		}},
		{"blob, by group in the workspace's subscription", `[` + w + store(`{"datastoreType":"AzureBlob","accountName":"st","resourceGroup":"data"}`) + `]`, []string{
			own("AzureBlob"),
			to("group data/providers/Storage/storageAccounts/st", "AzureBlob"),
			"external group data/providers/Storage/storageAccounts/st",
		}},
		{"by name alone: the account of the input", `[` + w + store(`{"datastoreType":"AzureFile","accountName":"ST"}`) + `,{"id":"#Gx/providers/Microsoft.Storage/storageAccounts/st"}]`, []string{
			own("AzureFile"), to("group x/providers/Storage/storageAccounts/st", "AzureFile")}},
		{"by name alone: an account that another resource names by its id", `[` + store(`{"datastoreType":"AzureDataLakeGen2","accountName":"st"}`) + `,
			{"id":"#ML/workspaces/w","properties":{"storageAccount":"#Gx/providers/Microsoft.Storage/storageAccounts/st"}}]`, []string{
			own("AzureDataLakeGen2"),
			to("group x/providers/Storage/storageAccounts/st", "AzureDataLakeGen2"),
			"ML/workspaces/w -default-storage-> group x/providers/Storage/storageAccounts/st",
			"external group x/providers/Storage/storageAccounts/st",
		}},
		{"by name alone: a stranger", `[` + w + store(`{"datastoreType":"AzureBlob","accountName":"st"}`) + `]`, []string{
			own("AzureBlob"),
			to("? Storage/storageAccounts/st", "AzureBlob"),
			"external ? Storage/storageAccounts/st",
		}},
		{"a stale group: the name wins", `[` + w + store(`{"datastoreType":"AzureBlob","accountName":"st","subscriptionId":"S","resourceGroup":"old"}`) + `,{"id":"#Gnew/providers/Microsoft.Storage/storageAccounts/st"}]`, []string{
			own("AzureBlob"), to("group new/providers/Storage/storageAccounts/st", "AzureBlob")}},
		{"Data Lake Gen1", `[` + w + store(`{"datastoreType":"AzureDataLakeGen1","storeName":"lake","resourceGroup":"rg"}`) + `]`, []string{
			own("AzureDataLakeGen1"),
			to("DataLakeStore/accounts/lake", "AzureDataLakeGen1"),
			"external DataLakeStore/accounts/lake",
		}},
		{"OneLake is no ARM resource", `[` + w + store(`{"datastoreType":"OneLake","oneLakeWorkspaceName":"fab"}`) + `]`, []string{
			own("OneLake"),
			"not seen: oneLakeWorkspaceName of ML/workspaces/datastores w/d: OneLake is part of Microsoft Fabric and no ARM resource: fab",
		}},
		{"v1 blob as templates write it", `[` + w + store(`{"DataStoreType":"blob","AccountName":"st","StorageAccountSubscriptionId":"S","StorageAccountResourceGroup":"rg"}`) + `]`, []string{
			own("AzureBlob"),
			to("Storage/storageAccounts/st", "AzureBlob"),
			"external Storage/storageAccounts/st",
		}},
		{"v1 file as it is read", `[` + w + store(`{"dataStoreType":"AzureFile","azureStorageSection":{"accountName":"st","containerName":"c","subscriptionId":"S","resourceGroup":"rg"}}`) + `]`, []string{
			own("AzureFile"),
			to("Storage/storageAccounts/st", "AzureFile"),
			"external Storage/storageAccounts/st",
		}},
		{"v1 Data Lake Gen1", `[` + w + store(`{"DataStoreType":"adls","StoreName":"lake","AdlsSubscriptionId":"S","AdlsResourceGroup":"rg"}`) + `]`, []string{
			own("AzureDataLakeGen1"),
			to("DataLakeStore/accounts/lake", "AzureDataLakeGen1"),
			"external DataLakeStore/accounts/lake",
		}},
		{"v1 Data Lake Gen2", `[` + w + store(`{"DataStoreType":"adls-gen2","AccountName":"st","FileSystem":"f"}`) + `,{"id":"#Microsoft.Storage/storageAccounts/st"}]`, []string{
			own("AzureDataLakeGen2"), to("Storage/storageAccounts/st", "AzureDataLakeGen2")}},
		{"SQL database of the input", `[` + w + store(`{"DataStoreType":"sqldb","ServerName":"sql","DatabaseName":"db","Endpoint":"database.windows.net"}`) + `,{"id":"#Microsoft.Sql/servers/sql"},{"id":"#Microsoft.Sql/servers/sql/databases/db"}]`, []string{
			own("AzureSqlDatabase"),
			to("Sql/servers/sql/databases/db", "AzureSqlDatabase"),
			"Sql/servers/sql/databases/db -server-> Sql/servers/sql",
		}},
		{"SQL database of a stranger", `[` + w + store(`{"DataStoreType":"sqldb","ServerName":"sql","DatabaseName":"db"}`) + `]`, []string{
			own("AzureSqlDatabase"),
			to("? Sql/servers/sql/databases/db", "AzureSqlDatabase"),
			"? Sql/servers/sql/databases/db -server-> ? Sql/servers/sql",
			"external ? Sql/servers/sql",
			"external ? Sql/servers/sql/databases/db",
		}},
		{"SQL through the listener of a failover group", `[` + w + store(`{"DataStoreType":"sqldb","ServerName":"fg","DatabaseName":"db"}`) + `,
			{"id":"#Microsoft.Sql/servers/sql"},{"id":"#Microsoft.Sql/servers/sql/databases/db"},
			{"id":"#Microsoft.Sql/servers/sql/failoverGroups/fg","properties":{"partnerServers":[{"id":"#Gdr/providers/Microsoft.Sql/servers/sql2"}],"databases":["#Microsoft.Sql/servers/sql/databases/db"]}}]`, []string{
			own("AzureSqlDatabase"),
			to("Sql/servers/sql/failoverGroups/fg", "AzureSqlDatabase"),
			to("Sql/servers/sql/databases/db", "AzureSqlDatabase"),
			"Sql/servers/sql/databases/db -server-> Sql/servers/sql",
			"Sql/servers/sql/databases/db -failover-group-> Sql/servers/sql/failoverGroups/fg",
			"Sql/servers/sql -failover-group-> Sql/servers/sql/failoverGroups/fg",
			"Sql/servers/sql/failoverGroups/fg -failover-partner-> group dr/providers/Sql/servers/sql2",
			"external group dr/providers/Sql/servers/sql2",
		}},
		{"SQL managed instance", `[` + w + store(`{"dataStoreType":"AzureSqlDatabase","azureSqlDatabaseSection":{"serverName":"mi.abc123.database.windows.net","databaseName":"db","endpoint":"database.windows.net"}}`) + `,{"id":"#Microsoft.Sql/managedInstances/mi"}]`, []string{
			own("AzureSqlDatabase"),
			to("Sql/managedInstances/mi/databases/db", "AzureSqlDatabase"),
			"Sql/managedInstances/mi/databases/db -server-> Sql/managedInstances/mi",
			"external Sql/managedInstances/mi/databases/db",
		}},
		{"PostgreSQL: the kind of server that the input has", `[` + w + store(`{"DataStoreType":"psqldb","ServerName":"pg","DatabaseName":"db"}`) + `,{"id":"#Microsoft.DBforPostgreSQL/servers/pg"}]`, []string{
			own("AzurePostgreSql"), to("DBforPostgreSQL/servers/pg", "AzurePostgreSql")}},
		{"PostgreSQL by host", `[` + w + store(`{"dataStoreType":"AzurePostgreSql","azurePostgreSqlSection":{"serverName":"pg.postgres.database.azure.com","subscriptionId":"S","resourceGroup":"rg"}}`) + `]`, []string{
			own("AzurePostgreSql"),
			to("DBforPostgreSQL/flexibleServers/pg", "AzurePostgreSql"),
			"external DBforPostgreSQL/flexibleServers/pg",
		}},
		{"MySQL", `[` + w + store(`{"DataStoreType":"mysqldb","ServerName":"my"}`) + `,{"id":"#Microsoft.DBforMySQL/flexibleServers/my"}]`, []string{
			own("AzureMySql"), to("DBforMySQL/flexibleServers/my", "AzureMySql")}},
		{"DBFS: the Databricks workspace of a compute", `[` + w + store(`{"DataStoreType":"dbfs"}`) + `,
			{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"Databricks","resourceId":"#Microsoft.Databricks/workspaces/d"}}]`, []string{
			own("DBFS"),
			to("Databricks/workspaces/d", "DBFS"),
			"ML/workspaces/w -compute-> ML/workspaces/w/computes/c (Databricks)",
			"ML/workspaces/w/computes/c -compute-> Databricks/workspaces/d (Databricks)",
			"external Databricks/workspaces/d",
		}},
		{"DBFS: the Databricks workspace that says it is linked", `[` + w + store(`{"DataStoreType":"dbfs"}`) + `,
			{"id":"#Microsoft.Databricks/workspaces/d","properties":{"managedResourceGroupId":"#Gdbmrg","parameters":{"amlWorkspaceId":{"value":"#ML/workspaces/w"}}}}]`, []string{
			own("DBFS"),
			to("Databricks/workspaces/d", "DBFS"),
			"ML/workspaces/w -linked-service-> Databricks/workspaces/d",
			"Databricks/workspaces/d -managed-resources-> group dbmrg",
			"external group dbmrg",
		}},
		{"DBFS: no Databricks in sight", `[` + w + store(`{"DataStoreType":"dbfs"}`) + `]`, []string{
			own("DBFS"),
			"not seen: the Databricks workspace of ML/workspaces/datastores w/d: a datastore on the Databricks file system does not name it, and the workspace has no Databricks compute or link in the input",
		}},
		{"no account", `[` + w + store(`{"datastoreType":"AzureBlob"}`) + `]`, []string{
			own("AzureBlob"),
			"not seen: accountName of ML/workspaces/datastores w/d: it is not given, so what is behind the datastore is not known",
		}},
		{"a type that is not known yet", `[` + w + store(`{"datastoreType":"Tape","accountName":"st"}`) + `]`, []string{
			own(""),
			strings.TrimSuffix(to("? Storage/storageAccounts/st", ""), " ()"),
			"external ? Storage/storageAccounts/st",
			"not seen: datastoreType of ML/workspaces/datastores w/d: the type Tape is not known to Holdfast",
		}},
	})
}

func TestConnections(t *testing.T) {
	const w = `{"id":"#ML/workspaces/w"},`
	link := func(properties string) string {
		return `{"id":"#ML/workspaces/w/connections/c","properties":` + properties + `}`
	}
	own := func(category string) string {
		return "ML/workspaces/w -connection-> ML/workspaces/w/connections/c (" + category + ")"
	}
	to := func(target, category string) string {
		return "ML/workspaces/w/connections/c -connection-> " + target + " (" + category + ")"
	}
	check(t, []example{
		{"by the id in its metadata", `[` + w + link(`{"category":"AzureOpenAI","target":"https://x/","metadata":{"ResourceId":"#Microsoft.CognitiveServices/accounts/ai"}}`) + `]`, []string{
			own("AzureOpenAI"),
			to("CognitiveServices/accounts/ai", "AzureOpenAI"),
			"external CognitiveServices/accounts/ai",
		}},
		{"by a target that is an id", `[` + w + link(`{"category":"AzureBlob","target":"#Microsoft.Storage/storageAccounts/st"}`) + `]`, []string{
			own("AzureBlob"),
			to("Storage/storageAccounts/st", "AzureBlob"),
			"external Storage/storageAccounts/st",
		}},
		{"SQL by host, with a port", `[` + w + link(`{"category":"AzureSqlDb","target":"tcp:sql.database.windows.net,1433"}`) + `,{"id":"#Microsoft.Sql/servers/sql"}]`, []string{
			own("AzureSqlDb"), to("Sql/servers/sql", "AzureSqlDb")}},
		{"SQL managed instance by host", `[` + w + link(`{"category":"AzureSqlMi","target":"mi.public.a1b2.database.windows.net,3342"}`) + `]`, []string{
			own("AzureSqlMi"),
			to("? Sql/managedInstances/mi", "AzureSqlMi"),
			"external ? Sql/managedInstances/mi",
		}},
		{"PostgreSQL, MySQL, Cosmos DB by address", `[` + w + link(`{"category":"AzurePostgresDb","target":"postgresql://pg.postgres.database.azure.com:5432/db"}`) + `,
			{"id":"#ML/workspaces/w/connections/m","properties":{"category":"AzureMySqlDb","target":"my.mysql.database.azure.com"}},
			{"id":"#ML/workspaces/w/connections/o","properties":{"category":"CosmosDb","target":"https://co.documents.azure.com:443/"}}]`, []string{
			own("AzurePostgresDb"),
			to("? DBforPostgreSQL/flexibleServers/pg", "AzurePostgresDb"),
			"external ? DBforPostgreSQL/flexibleServers/pg",
			"ML/workspaces/w -connection-> ML/workspaces/w/connections/m (AzureMySqlDb)",
			"ML/workspaces/w/connections/m -connection-> ? DBforMySQL/flexibleServers/my (AzureMySqlDb)",
			"external ? DBforMySQL/flexibleServers/my",
			"ML/workspaces/w -connection-> ML/workspaces/w/connections/o (CosmosDb)",
			"ML/workspaces/w/connections/o -connection-> ? DocumentDB/databaseAccounts/co (CosmosDb)",
			"external ? DocumentDB/databaseAccounts/co",
		}},
		{"a place outside Azure is said", `[` + w + link(`{"category":"Git","target":"https://github.com/a/b"}`) + `]`, []string{
			own("Git"),
			"not seen: target of ML/workspaces/connections w/c: https://github.com/a/b is not an Azure resource that Holdfast knows",
		}},
	})
}

func TestHostsWhoseNamesAreNotKnownYet(t *testing.T) {
	link := func(category, target string) string {
		return `{"id":"#ML/workspaces/w"},{"id":"#ML/workspaces/w/connections/c","properties":{"category":"` + category + `","target":"` + target + `"}}`
	}
	const name = "sql-{uniqueString(subscription().id, 'w')}"
	check(t, []example{
		{"a dot in an expression parts no managed instance from its zone", `[` + link("AzureSqlDb", name+".database.windows.net") + `,{"id":"#Gx/providers/Microsoft.Sql/servers/` + name + `"}]`, []string{
			"ML/workspaces/w -connection-> ML/workspaces/w/connections/c (AzureSqlDb)",
			"ML/workspaces/w/connections/c -connection-> group x/providers/Sql/servers/" + name + " (AzureSqlDb)",
		}},
		{"a virtual endpoint of PostgreSQL leads to its server", `[` + link("AzurePostgresDb", "pg-rw.writer.postgres.database.azure.com") + `,
			{"id":"#Gx/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg"},{"id":"#Gx/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg/virtualendpoints/pg-rw"}]`, []string{
			"ML/workspaces/w -connection-> ML/workspaces/w/connections/c (AzurePostgresDb)",
			"ML/workspaces/w/connections/c -connection-> group x/providers/DBforPostgreSQL/flexibleServers/pg (AzurePostgresDb)",
			"group x/providers/DBforPostgreSQL/flexibleServers/pg/virtualendpoints/pg-rw -parent-> group x/providers/DBforPostgreSQL/flexibleServers/pg",
		}},
	})
}

func TestHosts(t *testing.T) {
	for address, want := range map[string]string{
		"https://ST1.blob.core.windows.net/c/x?sv=1": "st1.blob.core.windows.net", "st1.blob.core.windows.net": "st1.blob.core.windows.net",
		"abfss://files@st1.dfs.core.windows.net/p": "st1.dfs.core.windows.net", "jdbc:sqlserver://s.database.windows.net:1433;database=d": "s.database.windows.net",
		"tcp:s.database.windows.net,1433": "s.database.windows.net", "{parameters('x')}.blob.core.windows.net/a": "{parameters('x')}.blob.core.windows.net",
		"hello": "", "": "", "://": "", "a b.c": "", "https://x.y.": "x.y", "https://f@{f('@/')}.a.b:1": "{f('@/')}.a.b",
	} {
		if got := hostOf(address); got != want {
			t.Errorf("hostOf(%q) = %q, want %q", address, got, want)
		}
	}
	for _, h := range []string{"", ".", "blob.core.windows.net", ".blob.core.windows.net", "example.com", "xblob.core.windows.net"} {
		if _, name, ok := splitHost(h); ok {
			t.Errorf("splitHost(%q) gives %q", h, name)
		}
	}
}
