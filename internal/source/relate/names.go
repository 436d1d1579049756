package relate

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// host says which resources answer under a host name: <name>.<suffix> is the
// resource called name of the type, or of one of the other types when the
// estate has it there.
type host struct {
	suffix string
	typ    string
	also   []string
	strip  []string // endings of the name that are not part of the resource's name
}

// hosts are the host names of the services, public cloud first. Sources:
// facts on data stores section 0 (SQL, PostgreSQL, MySQL, Cosmos DB,
// Databricks), on AML section 4.3 (storage), the documented endpoint suffixes
// of `az cloud show` for the other clouds.
var hosts = []host{
	{suffix: "blob.core.windows.net", typ: typeStorage}, {suffix: "dfs.core.windows.net", typ: typeStorage}, {suffix: "file.core.windows.net", typ: typeStorage},
	{suffix: "queue.core.windows.net", typ: typeStorage}, {suffix: "table.core.windows.net", typ: typeStorage},
	{suffix: "blob.core.usgovcloudapi.net", typ: typeStorage}, {suffix: "dfs.core.usgovcloudapi.net", typ: typeStorage}, {suffix: "file.core.usgovcloudapi.net", typ: typeStorage},
	{suffix: "blob.core.chinacloudapi.cn", typ: typeStorage}, {suffix: "dfs.core.chinacloudapi.cn", typ: typeStorage}, {suffix: "file.core.chinacloudapi.cn", typ: typeStorage},
	{suffix: "azuredatalakestore.net", typ: typeDataLake},
	{suffix: "postgres.database.azure.com", typ: typePostgres, also: []string{typePostgresSingle}},
	{suffix: "postgres.database.usgovcloudapi.net", typ: typePostgres, also: []string{typePostgresSingle}},
	{suffix: "postgres.database.chinacloudapi.cn", typ: typePostgres, also: []string{typePostgresSingle}},
	{suffix: "mysql.database.azure.com", typ: typeMySQL, also: []string{typeMySQLSingle}},
	{suffix: "mysql.database.usgovcloudapi.net", typ: typeMySQL, also: []string{typeMySQLSingle}},
	{suffix: "mysql.database.chinacloudapi.cn", typ: typeMySQL, also: []string{typeMySQLSingle}},
	{suffix: "database.windows.net", typ: typeSQL}, {suffix: "database.usgovcloudapi.net", typ: typeSQL}, {suffix: "database.chinacloudapi.cn", typ: typeSQL},
	{suffix: "documents.azure.com", typ: typeCosmos}, {suffix: "mongo.cosmos.azure.com", typ: typeCosmos},
	{suffix: "vault.azure.net", typ: typeVault}, {suffix: "vault.usgovcloudapi.net", typ: typeVault}, {suffix: "vault.azure.cn", typ: typeVault},
	{suffix: "managedhsm.azure.net", typ: "Microsoft.KeyVault/managedHSMs"},
	{suffix: "azurecr.io", typ: typeRegistry}, {suffix: "azurecr.us", typ: typeRegistry}, {suffix: "azurecr.cn", typ: typeRegistry},
	{suffix: "search.windows.net", typ: typeSearch},
	{suffix: "openai.azure.com", typ: typeCognitive}, {suffix: "cognitiveservices.azure.com", typ: typeCognitive}, {suffix: "services.ai.azure.com", typ: typeCognitive},
	{suffix: "redis.cache.windows.net", typ: "Microsoft.Cache/Redis"},
	{suffix: "azurehdinsight.net", typ: typeHDInsight, strip: []string{"-ssh-int", "-ssh", "-int"}},
	{suffix: "sql.azuresynapse.net", typ: typeSynapse, strip: []string{"-ondemand"}}, {suffix: "dev.azuresynapse.net", typ: typeSynapse},
	{suffix: "azuredatabricks.net", typ: typeDatabricks}, {suffix: "databricks.azure.cn", typ: typeDatabricks}, {suffix: "databricks.azure.us", typ: typeDatabricks},
}

// The ARM types that rules speak of.
const (
	typeStorage        = "Microsoft.Storage/storageAccounts"
	typeVault          = "Microsoft.KeyVault/vaults"
	typeRegistry       = "Microsoft.ContainerRegistry/registries"
	typeInsights       = "Microsoft.Insights/components"
	typeLogs           = "Microsoft.OperationalInsights/workspaces"
	typeIdentity       = "Microsoft.ManagedIdentity/userAssignedIdentities"
	typeCosmos         = "Microsoft.DocumentDB/databaseAccounts"
	typeSearch         = "Microsoft.Search/searchServices"
	typeCognitive      = "Microsoft.CognitiveServices/accounts"
	typeDataLake       = "Microsoft.DataLakeStore/accounts"
	typeSQL            = "Microsoft.Sql/servers"
	typeSQLManaged     = "Microsoft.Sql/managedInstances"
	typeSQLFailover    = "Microsoft.Sql/servers/failoverGroups"
	typePostgres       = "Microsoft.DBforPostgreSQL/flexibleServers"
	typePostgresSingle = "Microsoft.DBforPostgreSQL/servers"
	typeMySQL          = "Microsoft.DBforMySQL/flexibleServers"
	typeMySQLSingle    = "Microsoft.DBforMySQL/servers"
	typeDatabricks     = "Microsoft.Databricks/workspaces"
	typeHDInsight      = "Microsoft.HDInsight/clusters"
	typeSynapse        = "Microsoft.Synapse/workspaces"
	typeAKS            = "Microsoft.ContainerService/managedClusters"
	typeContainerGroup = "Microsoft.ContainerInstance/containerGroups"
	typeVM             = "Microsoft.Compute/virtualMachines"
	typeSubnet         = "Microsoft.Network/virtualNetworks/subnets"
	typeGroup          = "Microsoft.Resources/resourceGroups"
	typeMLRegistry     = "Microsoft.MachineLearningServices/registries"
)

// findable are the types whose resources can be found by their name alone: it is
// unique in the cloud, or it is what the body of another resource gives.
var findable = []string{
	typeStorage, typeVault, typeRegistry, typeCosmos, typeSearch, typeCognitive, typeDataLake, typeSQL, typeSQLManaged, typeSQLFailover, typePostgres,
	typePostgresSingle, typeMySQL, typeMySQLSingle, typeDatabricks, typeHDInsight, typeSynapse, typeMLRegistry, "Microsoft.Cache/Redis", "Microsoft.KeyVault/managedHSMs",
}

// hostOf takes the host out of an address such as https://host:443/path,
// jdbc:sqlserver://host:1433;database=d, tcp:host,1433 or the host alone, in
// lower case unless it is symbolic; "" for text that is none.
func hostOf(address string) string {
	s := strings.TrimSpace(address)
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+3:]
	} else {
		s = strings.TrimPrefix(s, "tcp:")
	}
	if strings.Contains(s, "{") { // an expression may hold any character
		return symbolicHost(s)
	}
	if i := strings.LastIndexByte(authority(s), '@'); i >= 0 { // abfss://files@account.dfs...
		s = s[i+1:]
	}
	if i := strings.IndexAny(s, ":/;,?#"); i >= 0 {
		s = s[:i]
	}
	if !strings.Contains(s, ".") || strings.ContainsAny(s, " \t") {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(s, "."))
}

func authority(s string) string {
	if i := strings.IndexByte(s, '/'); i >= 0 {
		return s[:i]
	}
	return s
}

func symbolicHost(s string) string {
	depth := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case depth == 0 && (c == '/' || c == ':' || c == ';' || c == ',' || c == '?' || c == '#'):
			return s[:i]
		case depth == 0 && c == '@':
			return symbolicHost(s[i+1:])
		}
	}
	return s
}

// splitHost finds the service and the name that a host names.
func splitHost(h string) (host, string, bool) {
	for _, known := range hosts {
		n := len(h) - len(known.suffix)
		if n < 2 || h[n-1] != '.' || h[n:] != known.suffix {
			continue
		}
		name := h[:n-1]
		if known.typ == typeSQL {
			if server, zone, ok := cutDot(name); ok && zone != "" { // <name>.<zone id>: a managed instance
				return host{suffix: known.suffix, typ: typeSQLManaged}, strings.TrimSuffix(server, ".public"), true
			}
		}
		for _, end := range known.strip {
			if short, ok := strings.CutSuffix(name, end); ok {
				name = short
				break
			}
		}
		return known, name, true
	}
	return host{}, "", false
}

// cutDot cuts a name at its first dot that is not in an expression.
func cutDot(s string) (before, after string, found bool) {
	depth := 0
	for i := range len(s) {
		switch {
		case s[i] == '{':
			depth++
		case s[i] == '}':
			depth--
		case s[i] == '.' && depth == 0:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// virtualEndpoint gives the PostgreSQL server behind the name of a virtual
// endpoint, <endpoint>.writer or <endpoint>.reader; nil when the input has none of
// that name. Source: facts, data-stores.md 3.
func (f *finder) virtualEndpoint(name string) *estate.Resource {
	short, ok := strings.CutSuffix(name, ".writer")
	if !ok {
		short, ok = strings.CutSuffix(name, ".reader")
	}
	if !ok {
		return nil
	}
	for _, r := range f.resources {
		if strings.EqualFold(r.Type, typePostgres+"/virtualendpoints") && strings.EqualFold(r.ID.LastName(), short) {
			return f.byKey[r.ID.Parent().Key()]
		}
	}
	return nil
}

// byHost gives the resource that answers under the host, made external when the
// input does not hold it; nil when the host belongs to no service that is known.
func (f *finder) byHost(from *estate.Resource, h string) *estate.Resource {
	known, name, ok := splitHost(h)
	if !ok {
		return nil
	}
	if known.typ == typeDatabricks {
		if r := f.databricks()[h]; r != nil {
			return r
		}
		return f.named(from, typeDatabricks, "{"+h+"}", "", "")
	}
	if known.typ == typeSQL {
		return f.sqlServer(from, name, "", "")
	}
	if known.typ == typePostgres {
		if r := f.virtualEndpoint(name); r != nil {
			return r
		}
	}
	for _, typ := range known.also {
		if r := f.lookup(typ, name); r != nil {
			return r
		}
	}
	return f.named(from, known.typ, name, "", "")
}

// named gives the resource of the type with that name. Subscription and group
// are used where they are given; without a group the name has to do, and a
// resource that the input does not hold lies in an unknown group.
func (f *finder) named(from *estate.Resource, typ, name, subscription, group string) *estate.Resource {
	if subscription == "" && group != "" {
		subscription = from.ID.Subscription()
	}
	if group != "" {
		id := groupID(subscription, group).InGroup(typ, name)
		if r := f.byKey[id.Key()]; r != nil {
			return r
		}
		if r := f.lookup(typ, name); r != nil { // it was moved, and the reference is stale
			return r
		}
		return f.resource(id, typ)
	}
	if r := f.lookup(typ, name); r != nil {
		return r
	}
	return f.resource(groupID(subscription, "").InGroup(typ, name), typ)
}

// groupID is the id of a group, with unknown pieces in braces.
func groupID(subscription, group string) estate.ResourceID {
	if subscription == "" {
		subscription = "{subscription}"
	}
	if group == "" {
		group = "{resourceGroup}"
	}
	return estate.ParseID("/subscriptions/" + subscription + "/resourceGroups/" + group)
}

// lookup finds a resource of the input by type and name, nil when it has none.
func (f *finder) lookup(typ, name string) *estate.Resource {
	if f.byName == nil {
		f.indexNames()
	}
	return f.byName[nameKey(typ, name)]
}

func nameKey(typ, name string) string { return strings.ToLower(typ) + "|" + strings.ToLower(name) }

func (f *finder) indexNames() {
	f.byName = map[string]*estate.Resource{}
	for _, r := range f.resources {
		info := f.info(r.Type)
		if !info.findable {
			continue
		}
		key := info.key + "|" + strings.ToLower(r.ID.LastName())
		if old := f.byName[key]; old == nil || old.External && !r.External {
			f.byName[key] = r
		}
	}
}

// databricks gives the Databricks workspaces by the host of their address.
func (f *finder) databricks() map[string]*estate.Resource {
	if f.byURL == nil {
		f.byURL = map[string]*estate.Resource{}
		for _, r := range f.resources {
			if !r.Is(typeDatabricks) {
				continue
			}
			if url := r.Property("workspaceUrl").Str(); url != "" {
				f.byURL[hostOf(url)] = r
			}
		}
	}
	return f.byURL
}
