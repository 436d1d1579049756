package relate

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Section 2 of facts/azure-ml.md: each type of compute, with what it may be
// attached to, and without.
func TestComputeByComputeOfTheFacts(t *testing.T) {
	own := func(kind string) string {
		return "ML/workspaces/w -compute-> ML/workspaces/w/computes/c (" + kind + ")"
	}
	in := func(properties string) string {
		return `[{"id":"#ML/workspaces/w"},{"id":"#ML/workspaces/w/computes/c","properties":` + properties + `}]`
	}
	var examples []example
	for kind, target := range map[string]string{
		"Kubernetes": "Microsoft.Kubernetes/connectedClusters/arc", "AKS": "Microsoft.ContainerService/managedClusters/k", "VirtualMachine": "Microsoft.Compute/virtualMachines/m",
		"HDInsight": "Microsoft.HDInsight/clusters/h", "Databricks": "Microsoft.Databricks/workspaces/d", "DataFactory": "Microsoft.DataFactory/factories/f",
		"DataLakeAnalytics": "Microsoft.DataLakeAnalytics/accounts/a",
	} {
		short := shorten(target)
		examples = append(examples,
			example{kind + " by its id", in(`{"computeType":"` + kind + `","resourceId":"#` + target + `"}`), []string{
				own(kind), "ML/workspaces/w/computes/c -compute-> " + short + " (" + kind + ")", "external " + short}},
			example{kind + " by its id, beside an address that says the same", in(`{"computeType":"` + kind + `","resourceId":"#` + target + `","properties":{"address":"x.azurehdinsight.net","workspaceUrl":"adb-1.azuredatabricks.net"}}`), []string{
				own(kind), "ML/workspaces/w/computes/c -compute-> " + short + " (" + kind + ")", "external " + short}},
			example{kind + " by something that is no text", in(`{"computeType":"` + kind + `","resourceId":{"id":"x"}}`), []string{
				own(kind), "not seen: resourceId of ML/workspaces/computes w/c: it is no text"}},
		)
	}
	for _, kind := range []string{"AmlCompute", "ComputeInstance"} { // Microsoft's own: there is nothing behind them
		examples = append(examples,
			example{kind, in(`{"computeType":"` + kind + `","properties":{"vmSize":"Standard_DS3_v2","scaleSettings":{"minNodeCount":0,"maxNodeCount":4}}}`), []string{own(kind)}},
			example{kind + " without a network", in(`{"computeType":"` + kind + `","resourceId":null,"properties":{"subnet":null}}`), []string{own(kind)}},
			example{kind + " of an image in a gallery", in(`{"computeType":"` + kind + `","properties":{"virtualMachineImage":{"id":"#Microsoft.Compute/galleries/g/images/i"}}}`), []string{own(kind),
				"ML/workspaces/w/computes/c -parent-> Compute/galleries/g/images/i (image)", "external Compute/galleries/g/images/i",
				"Compute/galleries/g/images/i -parent-> Compute/galleries/g", "external Compute/galleries/g"}},
		)
	}
	check(t, append(examples, []example{
		{"a Synapse pool by its id", in(`{"computeType":"SynapseSpark","resourceId":"#Microsoft.Synapse/workspaces/s/bigDataPools/p"}`), []string{own("SynapseSpark"),
			"ML/workspaces/w/computes/c -compute-> Synapse/workspaces/s/bigDataPools/p (SynapseSpark)", "external Synapse/workspaces/s/bigDataPools/p",
			"Synapse/workspaces/s/bigDataPools/p -parent-> Synapse/workspaces/s", "external Synapse/workspaces/s"}},
		{"a Synapse pool whose group is not said: the workspace of the input", `[{"id":"#ML/workspaces/w"},{"id":"#Gfar/providers/Microsoft.Synapse/workspaces/sw"},
			{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"SynapseSpark","properties":{"workspaceName":"SW","poolName":"p"}}}]`, []string{own("SynapseSpark"),
			"ML/workspaces/w/computes/c -compute-> group far/providers/Synapse/workspaces/sw/bigDataPools/p (SynapseSpark)",
			"group far/providers/Synapse/workspaces/sw/bigDataPools/p -parent-> group far/providers/Synapse/workspaces/sw",
			"external group far/providers/Synapse/workspaces/sw/bigDataPools/p"}},
		{"a Synapse pool without a name", in(`{"computeType":"SynapseSpark","properties":{"workspaceName":"s"}}`), []string{own("SynapseSpark"),
			"not seen: resourceId of ML/workspaces/computes w/c: there is neither a resourceId nor workspaceName and poolName"}},
		{"HDInsight by neither id nor address", in(`{"computeType":"HDInsight","properties":{"sshPort":22}}`), []string{own("HDInsight"),
			"not seen: resourceId of ML/workspaces/computes w/c: there is neither a resourceId nor address, so what the compute is attached to is not known"}},
		{"DataFactory has nothing but its id", in(`{"computeType":"DataFactory"}`), []string{own("DataFactory"),
			"not seen: resourceId of ML/workspaces/computes w/c: there is none, so what the compute is attached to is not known"}},
		{"a compute of another workspace with the same name", `[{"id":"#ML/workspaces/w"},{"id":"#ML/workspaces/v"},
			{"id":"#ML/workspaces/w/computes/c","properties":{"computeType":"AmlCompute"}},{"id":"#ML/workspaces/v/computes/c","properties":{"computeType":"AmlCompute"}}]`, []string{
			own("AmlCompute"), "ML/workspaces/v -compute-> ML/workspaces/v/computes/c (AmlCompute)"}},
	}...))
}

// Sections 3 and 3.1 of facts/azure-ml.md: every way to write and to read every
// kind of datastore leads to the same resource.
func TestDatastoresInEveryShape(t *testing.T) {
	const st, lake, sql = "Storage/storageAccounts/st", "DataLakeStore/accounts/lake", "Sql/servers/s/databases/db"
	var examples []example
	for _, x := range []struct{ kind, properties, target string }{
		{"AzureBlob", `{"datastoreType":"AzureBlob","accountName":"st","containerName":"c","endpoint":"core.windows.net","protocol":"https","subscriptionId":"S","resourceGroup":"rg"}`, st},
		{"AzureFile", `{"datastoreType":"AzureFile","accountName":"st","fileShareName":"f","subscriptionId":"S","resourceGroup":"rg"}`, st},
		{"AzureDataLakeGen2", `{"datastoreType":"AzureDataLakeGen2","accountName":"st","filesystem":"f","subscriptionId":"S","resourceGroup":"rg"}`, st},
		{"AzureDataLakeGen1", `{"datastoreType":"AzureDataLakeGen1","storeName":"lake","subscriptionId":"S","resourceGroup":"rg"}`, lake},
		{"AzureBlob", `{"DataStoreType":"blob","AccountName":"st","ContainerName":"c","StorageAccountSubscriptionId":"S","StorageAccountResourceGroup":"rg","SkipValidation":true}`, st},
		{"AzureFile", `{"DataStoreType":"file","AccountName":"st","ShareName":"f","StorageAccountSubscriptionId":"S","StorageAccountResourceGroup":"rg"}`, st},
		{"AzureDataLakeGen1", `{"DataStoreType":"adls","StoreName":"lake","AdlsSubscriptionId":"S","AdlsResourceGroup":"rg","TenantId":"T"}`, lake},
		{"AzureDataLakeGen2", `{"DataStoreType":"adls-gen2","AccountName":"st","FileSystem":"f","AdlsSubscriptionId":"S","AdlsResourceGroup":"rg"}`, st},
		{"AzureBlob", `{"dataStoreType":"AzureBlob","azureStorageSection":{"accountName":"st","containerName":"c","subscriptionId":"S","resourceGroup":"rg"}}`, st},
		{"AzureFile", `{"dataStoreType":"AzureFile","azureStorageSection":{"accountName":"st","subscriptionId":"S","resourceGroup":"rg"},"azureDataLakeSection":null}`, st},
		{"AzureDataLakeGen1", `{"dataStoreType":"AzureDataLake","azureDataLakeSection":{"storeName":"lake","subscriptionId":"S","resourceGroup":"rg"}}`, lake},
		{"AzureDataLakeGen2", `{"dataStoreType":"AzureDataLakeGen2","azureStorageSection":{"accountName":"st","subscriptionId":"S","resourceGroup":"rg"}}`, st},
		{"AzureSqlDatabase", `{"dataStoreType":"AzureSqlDatabase","azureSqlDatabaseSection":{"serverName":"s","databaseName":"db","endpoint":"database.windows.net","subscriptionId":"S","resourceGroup":"rg"}}`, sql},
		{"AzureSqlDatabase", `{"dataStoreType":"AzureSqlDatabase","azureSqlDatabaseSection":{"serverName":"s.database.windows.net","databaseName":"db","subscriptionId":"S","resourceGroup":"rg"}}`, sql},
		{"AzureSqlDatabase", `{"DataStoreType":"sqldb","ServerName":"s","DatabaseName":"db","Endpoint":"database.usgovcloudapi.net","subscriptionId":"S","resourceGroup":"rg"}`, sql},
		{"AzurePostgreSql", `{"DataStoreType":"psqldb","ServerName":"p","DatabaseName":"db","Port":"5432","EnforceSSL":true,"subscriptionId":"S","resourceGroup":"rg"}`, "DBforPostgreSQL/flexibleServers/p"},
		{"AzureMySql", `{"dataStoreType":"AzureMySql","azureMySqlSection":{"serverName":"m.mysql.database.azure.com","databaseName":"db","subscriptionId":"S","resourceGroup":"rg"}}`, "DBforMySQL/flexibleServers/m"},
	} {
		want := []string{"ML/workspaces/w -datastore-> ML/workspaces/w/datastores/d (" + x.kind + ")", "ML/workspaces/w/datastores/d -datastore-> " + x.target + " (" + x.kind + ")", "external " + x.target}
		if x.target == sql {
			want = append(want, sql+" -server-> Sql/servers/s", "external Sql/servers/s")
		}
		examples = append(examples, example{x.properties, `[{"id":"#ML/workspaces/w"},{"id":"#ML/workspaces/w/datastores/d","properties":` + x.properties + `}]`, want})
	}
	check(t, examples)
}

// Two datastores on one account lean on one resource, whatever they are called.
func TestOneAccountBehindManyDatastores(t *testing.T) {
	check(t, []example{{"blobs and files", `[{"id":"#ML/workspaces/w","properties":{"storageAccount":"#Microsoft.Storage/storageAccounts/st"}},{"id":"#Microsoft.Storage/storageAccounts/st"},
		{"id":"#ML/workspaces/w/datastores/workspaceblobstore","properties":{"datastoreType":"AzureBlob","accountName":"st"}},
		{"id":"#ML/workspaces/w/datastores/workspacefilestore","properties":{"datastoreType":"AzureFile","accountName":"ST","resourceGroup":"moved-away","subscriptionId":"S"}}]`, []string{
		"ML/workspaces/w -default-storage-> Storage/storageAccounts/st",
		"ML/workspaces/w -datastore-> ML/workspaces/w/datastores/workspaceblobstore (AzureBlob)", "ML/workspaces/w/datastores/workspaceblobstore -datastore-> Storage/storageAccounts/st (AzureBlob)",
		"ML/workspaces/w -datastore-> ML/workspaces/w/datastores/workspacefilestore (AzureFile)", "ML/workspaces/w/datastores/workspacefilestore -datastore-> Storage/storageAccounts/st (AzureFile)"}}})
}

// Each address that a connection may point at.
func TestConnectionsByTheHostOfTheirTarget(t *testing.T) {
	for target, want := range map[string]string{
		"https://st.blob.core.windows.net/c": "Storage/storageAccounts/st", "abfss://f@st.dfs.core.windows.net/": "Storage/storageAccounts/st", "wasbs://c@st.blob.core.windows.net": "Storage/storageAccounts/st",
		"https://st.file.core.usgovcloudapi.net": "Storage/storageAccounts/st", "https://st.blob.core.chinacloudapi.cn/": "Storage/storageAccounts/st",
		"adl://lake.azuredatalakestore.net": "DataLakeStore/accounts/lake", "https://kv.vault.azure.net/": "KeyVault/vaults/kv", "cr.azurecr.io": "ContainerRegistry/registries/cr",
		"https://s.search.windows.net": "Search/searchServices/s", "https://ai.openai.azure.com/": "CognitiveServices/accounts/ai", "https://ai.cognitiveservices.azure.com": "CognitiveServices/accounts/ai",
		"https://ai.services.ai.azure.com/models": "CognitiveServices/accounts/ai", "r.redis.cache.windows.net:6380": "Cache/Redis/r", "https://h.azurehdinsight.net": "HDInsight/clusters/h",
		"https://sw.dev.azuresynapse.net": "Synapse/workspaces/sw", "sw-ondemand.sql.azuresynapse.net": "Synapse/workspaces/sw", "jdbc:sqlserver://s.database.windows.net:1433;database=d": "Sql/servers/s",
		"mongodb+srv://u:p@co.mongo.cosmos.azure.com/?tls=true": "DocumentDB/databaseAccounts/co", "co.documents.azure.com": "DocumentDB/databaseAccounts/co",
	} {
		e := build(read(t, `[{"id":"#ML/workspaces/w/connections/c","properties":{"category":"X","target":"`+target+`"}}]`), Options{})
		got := lines(e)
		if !slices.Contains(got, "ML/workspaces/w/connections/c -connection-> ? "+want+" (X)") {
			t.Errorf("%s leads to %q, want %s", target, got, want)
		}
	}
	for _, target := range []string{"https://example.com", "https://blob.core.windows.net", "https://st.blob.core.windows.net.evil.example", "https://evilvault.azure.net", "st", "10.1.2.3:1433", "https://", "ftp://x"} {
		e := build(read(t, `[{"id":"#ML/workspaces/w/connections/c","properties":{"category":"X","target":"`+target+`"}}]`), Options{})
		want := []string{"ML/workspaces/w -connection-> ML/workspaces/w/connections/c (X)", "external ML/workspaces/w", "not seen: target of ML/workspaces/connections w/c: " + target + " is not an Azure resource that Holdfast knows"}
		slices.Sort(want)
		if d := cmp.Diff(want, lines(e)); d != "" {
			t.Errorf("%s: -want +got\n%s", target, d)
		}
	}
}

// hole is a text with one unknown piece in it.
func hole(before, name, after string) value.Value {
	p := expr.Call("parameters", expr.Str(name))
	parts := []value.Part{{Hole: p}}
	if before != "" {
		parts = append([]value.Part{{Lit: expand(before)}}, parts...)
	}
	if after != "" {
		parts = append(parts, value.Part{Lit: after})
	}
	return value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Subject: name, Residual: p, Hint: value.StringKind, Parts: parts})
}

func child(kind, name string, properties value.Value) *estate.Resource {
	id := estate.ParseID(expand("#ML/workspaces/w/" + kind + "/" + name))
	return &estate.Resource{ID: id, Type: id.Type(), Name: id.Name(), Body: object("properties", properties)}
}

// What is named by a parameter finds the resource that has the same parameter in
// its name: the expression is the name.
func TestSymbolicNamesAreFound(t *testing.T) {
	declared := func(id string) *estate.Resource {
		r := &estate.Resource{ID: estate.ParseID(expand(id)), Body: object()}
		r.Type, r.Name = r.ID.Type(), r.ID.Name()
		return r
	}
	const kv, st, sql, pg, h = "#Microsoft.KeyVault/vaults/{parameters('n')}", "#Microsoft.Storage/storageAccounts/{parameters('n')}", "#Microsoft.Sql/servers/{parameters('n')}", "#Microsoft.DBforPostgreSQL/flexibleServers/pre{parameters('n')}", "#Microsoft.HDInsight/clusters/{parameters('n')}"
	for _, x := range []struct {
		what, declared string
		from           *estate.Resource
		want           string
	}{
		{"a datastore by the name of its account", st, child("datastores", "d", object("datastoreType", "AzureBlob", "accountName", hole("", "n", ""))),
			"ML/workspaces/w/datastores/d -datastore-> Storage/storageAccounts/{parameters('n')} (AzureBlob)"},
		{"a server by its name", pg, child("datastores", "d", object("DataStoreType", "psqldb", "ServerName", hole("pre", "n", ""))),
			"ML/workspaces/w/datastores/d -datastore-> DBforPostgreSQL/flexibleServers/pre{parameters('n')} (AzurePostgreSql)"},
		{"a server by its host", sql, child("datastores", "d", object("DataStoreType", "sqldb", "ServerName", hole("", "n", ".database.windows.net"))),
			"ML/workspaces/w/datastores/d -datastore-> Sql/servers/{parameters('n')} (AzureSqlDatabase)"},
		{"a connection by its address", kv, child("connections", "c", object("category", "X", "target", hole("https://", "n", ".vault.azure.net/"))),
			"ML/workspaces/w/connections/c -connection-> KeyVault/vaults/{parameters('n')} (X)"},
		{"a compute by its address", h, child("computes", "c", object("computeType", "HDInsight", "properties", object("address", hole("", "n", "-ssh.azurehdinsight.net")))),
			"ML/workspaces/w/computes/c -compute-> HDInsight/clusters/{parameters('n')} (HDInsight)"},
		{"a workspace by the id", kv, workspace(object("keyVault", hole("#Microsoft.KeyVault/vaults/", "n", ""))), "ML/workspaces/w -key-vault-> KeyVault/vaults/{parameters('n')}"},
		{"a compute by the id", h, child("computes", "c", object("computeType", "HDInsight", "resourceId", hole("#Microsoft.HDInsight/clusters/", "n", ""))),
			"ML/workspaces/w/computes/c -compute-> HDInsight/clusters/{parameters('n')} (HDInsight)"},
	} {
		got := lines(build([]*estate.Resource{x.from, declared(x.declared)}, Options{}))
		if !slices.Contains(got, x.want) || slices.Contains(got, "external "+shorten(expand(x.declared))) {
			t.Errorf("%s: %q\nwant %s", x.what, got, x.want)
		}
		other := lines(build([]*estate.Resource{x.from, declared(x.declared + "2")}, Options{}))
		if slices.Contains(other, x.want+"2") || len(other) <= 1 {
			t.Errorf("%s: a resource with another name is taken: %q", x.what, other)
		}
	}
}

// A choice names both sides wherever a resource can be named, each under its
// condition; a side that is null names none.
func TestChoicesEverywhere(t *testing.T) {
	side := func(a, b string) value.Value { return choice(value.String(expand(a)), value.String(expand(b))) }
	for _, x := range []struct {
		what  string
		from  *estate.Resource
		wants [2]string
	}{
		{"a compute", child("computes", "c", object("computeType", "AKS", "resourceId", side("#Microsoft.ContainerService/managedClusters/a", "#Microsoft.ContainerService/managedClusters/b"))),
			[2]string{"ML/workspaces/w/computes/c -compute-> ContainerService/managedClusters/a (AKS)", "ML/workspaces/w/computes/c -compute-> ContainerService/managedClusters/b (AKS)"}},
		{"a compute by its address", child("computes", "c", object("computeType", "Databricks", "properties", object("workspaceUrl", side("adb-1.azuredatabricks.net", "adb-2.azuredatabricks.net")))),
			[2]string{"ML/workspaces/w/computes/c -compute-> ? Databricks/workspaces/{adb-1.azuredatabricks.net} (Databricks)", "ML/workspaces/w/computes/c -compute-> ? Databricks/workspaces/{adb-2.azuredatabricks.net} (Databricks)"}},
		{"a datastore", child("datastores", "d", object("datastoreType", "AzureFile", "accountName", side("a", "b"))),
			[2]string{"ML/workspaces/w/datastores/d -datastore-> ? Storage/storageAccounts/a (AzureFile)", "ML/workspaces/w/datastores/d -datastore-> ? Storage/storageAccounts/b (AzureFile)"}},
		{"a database", child("datastores", "d", object("datastoreType", "AzureMySql", "serverName", side("a", "b"))),
			[2]string{"ML/workspaces/w/datastores/d -datastore-> ? DBforMySQL/flexibleServers/a (AzureMySql)", "ML/workspaces/w/datastores/d -datastore-> ? DBforMySQL/flexibleServers/b (AzureMySql)"}},
		{"a connection", child("connections", "c", object("category", "X", "target", side("https://a.vault.azure.net", "https://b.vault.azure.net"))),
			[2]string{"ML/workspaces/w/connections/c -connection-> ? KeyVault/vaults/a (X)", "ML/workspaces/w/connections/c -connection-> ? KeyVault/vaults/b (X)"}},
		{"an endpoint", child("onlineEndpoints", "e", object("compute", side("azureml:a", "azureml:b"))),
			[2]string{"ML/workspaces/w/onlineEndpoints/e -compute-> ML/workspaces/w/computes/a", "ML/workspaces/w/onlineEndpoints/e -compute-> ML/workspaces/w/computes/b"}},
		{"a subnet", child("computes", "c", object("computeType", "AmlCompute", "properties", object("subnet", object("id", side("#Microsoft.Network/virtualNetworks/v/subnets/a", "#Microsoft.Network/virtualNetworks/v/subnets/b"))))),
			[2]string{"ML/workspaces/w/computes/c -network-> Network/virtualNetworks/v/subnets/a", "ML/workspaces/w/computes/c -network-> Network/virtualNetworks/v/subnets/b"}},
	} {
		got := lines(build([]*estate.Resource{x.from}, Options{}))
		for i, condition := range []string{"[parameters('flag')]", "[not(parameters('flag'))]"} {
			if want := x.wants[i] + " if " + condition; !slices.Contains(got, want) {
				t.Errorf("%s: %q\nwant %s", x.what, got, want)
			}
		}
	}
}

// Extension resources of any depth lean on what they extend, and children on
// their parents, so that nothing of an input stands alone but its top resources.
func TestEveryChildHasItsParent(t *testing.T) {
	for typ := range children {
		id := estate.ParseID(expand("#Grg")).InGroup(typ, "a/b/c"[:2*strings.Count(typ, "/")-1])
		r := &estate.Resource{ID: id, Type: typ, Name: id.Name(), Body: object()}
		found := Find([]*estate.Resource{r}, Options{})
		parent := r.ID.Parent()
		if !slices.ContainsFunc(found.Relations, func(rel estate.Relation) bool {
			return rel.From == r && rel.To.ID.Equal(parent) || rel.To == r && rel.From.ID.Equal(parent)
		}) {
			t.Errorf("%s has no relation with %s", id, parent)
		}
	}
}
