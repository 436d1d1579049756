package relate

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// The kinds of datastores, as the second generation of the API spells them, and
// in the same way for those that only the first has. They are the detail of
// relations in the role datastore.
const (
	azureBlob         = "AzureBlob"
	azureFile         = "AzureFile"
	azureDataLakeGen1 = "AzureDataLakeGen1"
	azureDataLakeGen2 = "AzureDataLakeGen2"
	azureSQL          = "AzureSqlDatabase"
	azurePostgres     = "AzurePostgreSql"
	azureMySQL        = "AzureMySql"
	databricksFiles   = "DBFS"
	oneLake           = "OneLake"
)

// datastoreTypes gives the kind for each way to write it, in lower case: what
// the second generation writes, and what the first writes and reads
// (facts/azure-ml.md sections 3 and 3.1).
var datastoreTypes = map[string]string{
	"azureblob": azureBlob, "blob": azureBlob,
	"azurefile": azureFile, "file": azureFile,
	"azuredatalakegen1": azureDataLakeGen1, "azuredatalake": azureDataLakeGen1, "adls": azureDataLakeGen1,
	"azuredatalakegen2": azureDataLakeGen2, "adls-gen2": azureDataLakeGen2,
	"azuresqldatabase": azureSQL, "sqldb": azureSQL,
	"azurepostgresql": azurePostgres, "psqldb": azurePostgres,
	"azuremysql": azureMySQL, "mysqldb": azureMySQL,
	"dbfs": databricksFiles, "onelake": oneLake,
}

// datastoreType is the kind of a datastore, "" when it is not known.
func datastoreType(r *estate.Resource) string {
	return datastoreTypes[strings.ToLower(r.Property("datastoreType").Str())]
}

// sections are the places of a datastore's body that hold its settings: the
// properties themselves, and what the first generation reads back.
var sections = [][]string{nil, {"azureStorageSection"}, {"azureDataLakeSection"}, {"azureSqlDatabaseSection"}, {"azurePostgreSqlSection"}, {"azureMySqlSection"}}

// setting gives the first of the names that is there.
func setting(properties value.Value, names ...string) value.Value {
	for _, section := range sections {
		at := properties.Path(section...)
		for _, name := range names {
			if v := at.Get(name); !v.IsNull() && v.Text() != "" {
				return v
			}
		}
	}
	return value.Absent()
}

// datastore relates a datastore with the account, server or file system behind it.
func (f *finder) datastore(r *estate.Resource) {
	properties := r.Body.Get("properties")
	kind := datastoreType(r)
	subscription := setting(properties, "subscriptionId", "StorageAccountSubscriptionId", "AdlsSubscriptionId").Text()
	group := setting(properties, "resourceGroup", "StorageAccountResourceGroup", "AdlsResourceGroup").Text()
	account := func(typ string, names ...string) {
		f.behind(r, kind, setting(properties, names...), names[0], func(name string) []*estate.Resource {
			return []*estate.Resource{f.named(r, typ, name, subscription, group)}
		})
	}
	server := func(types ...string) {
		f.behind(r, kind, setting(properties, "serverName"), "serverName", func(name string) []*estate.Resource {
			return []*estate.Resource{f.server(r, name, subscription, group, types)}
		})
	}
	switch kind {
	case azureBlob, azureFile, azureDataLakeGen2:
		account(typeStorage, "accountName")
	case azureDataLakeGen1:
		account(typeDataLake, "storeName", "accountName")
	case azureSQL:
		database := setting(properties, "databaseName").Text()
		endpoint := setting(properties, "endpoint").Text()
		f.behind(r, kind, setting(properties, "serverName"), "serverName", func(name string) []*estate.Resource {
			return f.sqlDatabase(r, name, endpoint, database, subscription, group)
		})
	case azurePostgres:
		server(typePostgres, typePostgresSingle)
	case azureMySQL:
		server(typeMySQL, typeMySQLSingle)
	case databricksFiles:
		f.later = append(f.later, func() { f.later = append(f.later, func() { f.fileSystem(r) }) }) // when computes are related
	case oneLake:
		f.unseen(r, "oneLakeWorkspaceName", "OneLake is part of Microsoft Fabric and no ARM resource: "+properties.Get("oneLakeWorkspaceName").Text(), properties)
	default:
		v := properties.Get("datastoreType")
		f.unseen(r, "datastoreType", reason(v, "the type "+v.Text()+" is not known to Holdfast"), v)
		if !setting(properties, "accountName").IsNull() {
			account(typeStorage, "accountName")
		}
	}
}

// behind relates a datastore with what resolve finds under the name.
func (f *finder) behind(r *estate.Resource, kind string, name value.Value, what string, resolve func(string) []*estate.Resource) {
	any := false
	ok := references(name, name, "", 0, func(ref reference) {
		any = true
		f.later = append(f.later, func() {
			behind := []*estate.Resource{f.madeBy(ref.value, typeStorage, typeDataLake, typeSQL, typeSQLManaged, typePostgres, typePostgresSingle, typeMySQL, typeMySQLSingle)}
			if behind[0] == nil {
				behind = resolve(ref.text)
			}
			for _, to := range behind {
				f.add(r, to, estate.Datastore, kind, r.OriginOf(ref.value), ref.presence)
			}
		})
	})
	if !any || !ok {
		f.unseen(r, what, reason(name, "it is not given, so what is behind the datastore is not known"), name)
	}
}

// server gives the database server with that name or host: of the first type
// that the input has, else an external one of the first type.
func (f *finder) server(from *estate.Resource, name, subscription, group string, types []string) *estate.Resource {
	if _, short, ok := splitHost(hostOf(name)); ok {
		name = short
	}
	for _, typ := range types {
		if r := f.lookup(typ, name); r != nil {
			return r
		}
	}
	return f.named(from, types[0], name, subscription, group)
}

// sqlServer gives what answers under a name at database.windows.net: a server,
// or the listener of a failover group.
func (f *finder) sqlServer(from *estate.Resource, name, subscription, group string) *estate.Resource {
	for _, typ := range []string{typeSQL, typeSQLFailover, typeSQLManaged} {
		if r := f.lookup(typ, name); r != nil {
			return r
		}
	}
	return f.named(from, typeSQL, name, subscription, group)
}

// sqlDatabase gives the database of that name on the server. Behind the listener
// of a failover group stand both the group and the database on its server.
func (f *finder) sqlDatabase(from *estate.Resource, server, endpoint, database, subscription, group string) []*estate.Resource {
	typ := ""
	h := hostOf(server)
	if h == "" || !strings.HasSuffix(h, endpoint) {
		h = hostOf(server + "." + endpoint)
	}
	if known, short, ok := splitHost(h); ok {
		server, typ = short, known.typ
	}
	to := f.lookup(typeSQLManaged, server)
	if to == nil && typ == typeSQLManaged {
		to = f.named(from, typeSQLManaged, server, subscription, group)
	} else if to == nil {
		to = f.sqlServer(from, server, subscription, group)
	}
	if database == "" {
		return []*estate.Resource{to}
	}
	if !to.Is(typeSQLFailover) {
		return []*estate.Resource{f.resource(to.ID.Child("databases", database), "")}
	}
	if db := f.byKey[to.ID.Parent().Child("databases", database).Key()]; db != nil {
		return []*estate.Resource{to, db}
	}
	return []*estate.Resource{to}
}

// fileSystem relates a datastore on the Databricks file system, which names
// nothing, with the Databricks workspaces that its workspace is linked with.
func (f *finder) fileSystem(r *estate.Resource) {
	workspace := workspaceOf(r.ID).Key()
	if f.linked == nil {
		f.linked = map[string][]*estate.Resource{}
		for _, rel := range f.relations {
			if rel.To.Is(typeDatabricks) {
				key := workspaceOf(rel.From.ID).Key()
				f.linked[key] = append(f.linked[key], rel.To)
			}
		}
	}
	for _, to := range f.linked[workspace] {
		f.add(r, to, estate.Datastore, databricksFiles, r.Origin, "")
	}
	if len(f.linked[workspace]) == 0 {
		f.unseen(r, "the Databricks workspace", "a datastore on the Databricks file system does not name it, and the workspace has no Databricks compute or link in the input", r.Body)
	}
}
