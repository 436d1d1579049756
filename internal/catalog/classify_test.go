package catalog

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Each case is a resource that leans on, or is leaned on by, a workspace, and
// the service that the embedded catalog finds in it.
func TestResourcesFindTheirService(t *testing.T) {
	const ml = "Microsoft.MachineLearningServices/workspaces"
	tests := []struct {
		name      string
		typ, body string
		role      estate.Role
		detail    string
		want      string
	}{
		{"a workspace", ml, `{}`, "", "", "azure-machine-learning"},
		{"its default account", "Microsoft.Storage/storageAccounts", `{}`, estate.DefaultStorage, "", "azure-storage"},
		{"in any letter case", "microsoft.storage/STORAGEACCOUNTS", `{}`, estate.DefaultStorage, "", "azure-storage"},
		{"an account of nobody", "Microsoft.Storage/storageAccounts", `{}`, "", "", "azure-storage"},
		{"an account with a flat namespace", "Microsoft.Storage/storageAccounts", `{"properties":{"isHnsEnabled":false}}`, "", "", "azure-storage"},
		{"an account behind a datastore of blobs", "Microsoft.Storage/storageAccounts", `{}`, estate.Datastore, "AzureBlob", "datastore-blob"},
		{"an account behind a datastore of files", "Microsoft.Storage/storageAccounts", `{}`, estate.Datastore, "azurefile", "datastore-files"},
		{"an account with a hierarchical namespace", "Microsoft.Storage/storageAccounts", `{"properties":{"isHnsEnabled":true}}`, estate.Datastore, "AzureBlob", "datastore-adls-gen2"},
		{"a default account with a hierarchical namespace", "Microsoft.Storage/storageAccounts", `{"properties":{"isHnsEnabled":true}}`, estate.DefaultStorage, "", "azure-storage"},
		{"an account whose namespace is not known", "Microsoft.Storage/storageAccounts", `{"properties":{"isHnsEnabled":"unknown hns"}}`, "", "", "azure-storage"},
		{"a store of Gen1", "Microsoft.DataLakeStore/accounts", `{}`, "", "", "datastore-adls-gen1"},
		{"a vault", "Microsoft.KeyVault/vaults", `{}`, estate.KeyVault, "", "key-vault"},
		{"a registry", "Microsoft.ContainerRegistry/registries", `{}`, estate.ContainerRegistry, "", "container-registry"},
		{"monitoring", "Microsoft.Insights/components", `{}`, estate.ApplicationInsights, "", "application-insights"},
		{"a compute instance", ml + "/computes", `{"properties":{"computeType":"ComputeInstance"}}`, estate.Compute, "", "compute-instance"},
		{"a compute cluster", ml + "/computes", `{"properties":{"computeType":"amlcompute"}}`, estate.Compute, "", "compute-cluster"},
		{"an attached cluster", ml + "/computes", `{"properties":{"computeType":"Kubernetes"}}`, estate.Compute, "", "aks"},
		{"a cluster", "Microsoft.ContainerService/managedClusters", `{}`, estate.Compute, "", "aks"},
		{"Databricks", "Microsoft.Databricks/workspaces", `{}`, "", "", "databricks"},
		{"Databricks as a compute", ml + "/computes", `{"properties":{"computeType":"Databricks"}}`, estate.Compute, "", "databricks"},
		{"a container group", "Microsoft.ContainerInstance/containerGroups", `{}`, "", "", "aci"},
		{"HDInsight", "Microsoft.HDInsight/clusters", `{}`, "", "", "hdinsight"},
		{"a compute of a type that is not known", ml + "/computes", `{"properties":{"computeType":"unknown type"}}`, estate.Compute, "", "workspace-asset"},
		{"a database", "Microsoft.Sql/servers/databases", `{}`, "", "", "azure-sql"},
		{"a managed instance", "Microsoft.Sql/managedInstances", `{}`, "", "", "azure-sql"},
		{"PostgreSQL", "Microsoft.DBforPostgreSQL/flexibleServers", `{}`, "", "", "postgresql"},
		{"MySQL", "Microsoft.DBforMySQL/flexibleServers", `{}`, "", "", "mysql"},
		{"a Databricks file system", ml + "/datastores", `{"properties":{"dataStoreType":"dbfs"}}`, estate.Datastore, "", "dbfs"},
		{"a datastore of blobs", ml + "/datastores", `{"properties":{"datastoreType":"AzureBlob"}}`, estate.Datastore, "", "datastore-blob"},
		{"Cosmos DB", "Microsoft.DocumentDB/databaseAccounts", `{}`, estate.EncryptionStore, "", "cosmos-db"},
		{"logs", "Microsoft.OperationalInsights/workspaces", `{}`, estate.Logs, "", "log-analytics"},
		{"something else", "Microsoft.Cdn/profiles", `{}`, "", "", ""},
	}
	c := defaultCatalogOf(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := "x"
			for range len(splitType(tt.typ)) - 2 {
				name = "w/" + name
			}
			r := resource(t, tt.typ, name, "westeurope", tt.body)
			w := resource(t, ml, "other", "westeurope", "{}")
			var relations []estate.Relation
			if tt.role != "" {
				relations = []estate.Relation{{From: w, To: r, Role: tt.role, Detail: tt.detail}}
			}
			built(c, []*estate.Resource{r, w}, relations)
			if r.Service != tt.want {
				t.Errorf("service %q, want %q", r.Service, tt.want)
			}
		})
	}
}

func splitType(typ string) []string {
	var out []string
	for len(typ) > 0 {
		i := 0
		for i < len(typ) && typ[i] != '/' {
			i++
		}
		out, typ = append(out, typ[:i]), typ[min(i+1, len(typ)):]
	}
	return out
}

// The parts of a match, on the small catalog.
func TestAllPartsOfAMatchMustHold(t *testing.T) {
	tests := []struct {
		name, match, body string
		roles             []estate.Role
		want              bool
	}{
		{"a value", "{type: Microsoft.Test/shelves, where: {kind: [A, B]}}", `{"kind":"b"}`, nil, true},
		{"another value", "{type: Microsoft.Test/shelves, where: {kind: [A, B]}}", `{"kind":"c"}`, nil, false},
		{"a value that is not there", "{type: Microsoft.Test/shelves, where: {kind: ''}}", `{}`, nil, false},
		{"a value that is not known", "{type: Microsoft.Test/shelves, where: {kind: A}}", `{"kind":"unknown kind"}`, nil, false},
		{"one of a list", "{type: Microsoft.Test/shelves, where: {'homes[*].name': a}}", `{"homes":[{"name":"b"},{"name":"A"}]}`, nil, true},
		{"none of a list", "{type: Microsoft.Test/shelves, where: {'homes[*].name': a}}", `{"homes":[]}`, nil, false},
		{"two values", "{type: Microsoft.Test/shelves, where: {kind: A, sku.name: B}}", `{"kind":"A","sku":{"name":"C"}}`, nil, false},
		{"absent", "{type: Microsoft.Test/shelves, absent: [kind]}", `{}`, nil, true},
		{"null is absent", "{type: Microsoft.Test/shelves, absent: [kind]}", `{"kind":null}`, nil, true},
		{"there", "{type: Microsoft.Test/shelves, absent: [kind]}", `{"kind":"A"}`, nil, false},
		{"not known is not absent", "{type: Microsoft.Test/shelves, absent: [kind]}", `{"kind":"unknown kind"}`, nil, false},
		{"a role", "{type: Microsoft.Test/shelves, roles: [datastore, logs]}", `{}`, []estate.Role{estate.Logs}, true},
		{"no role", "{type: Microsoft.Test/shelves, roles: [datastore]}", `{}`, nil, false},
		{"a role that it must not have", "{type: Microsoft.Test/shelves, notRoles: [logs]}", `{}`, []estate.Role{estate.Logs}, false},
		{"a detail", "{type: Microsoft.Test/shelves, roles: [logs], detail: fine}", `{}`, []estate.Role{estate.Logs}, true},
		{"another detail", "{type: Microsoft.Test/shelves, roles: [logs], detail: rough}", `{}`, []estate.Role{estate.Logs}, false},
		{"a detail of another role", "{type: Microsoft.Test/shelves, roles: [datastore], detail: fine}", `{}`, []estate.Role{estate.Logs}, false},
		{"a role alone, of any type", "{roles: [logs]}", `{}`, []estate.Role{estate.Logs}, true},
		{"a role alone that it does not play", "{roles: [logs]}", `{}`, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := mustExtend(t, map[string]string{"services/shelf.yaml": replaceOnce(t, shelfService, "- type: Microsoft.Test/shelves\n", "- "+tt.match+"\n")})
			r := resource(t, "Microsoft.Test/shelves", "s1", "westeurope", tt.body)
			w := resource(t, "Microsoft.Test/houses", "h1", "westeurope", "{}")
			var relations []estate.Relation
			for _, role := range tt.roles {
				relations = append(relations, estate.Relation{From: w, To: r, Role: role, Detail: "Fine"})
			}
			built(c, []*estate.Resource{r, w}, relations)
			if got := r.Service == "shelf"; got != tt.want {
				t.Errorf("it is %q", r.Service)
			}
		})
	}
}

func TestTheFirstServiceThatMatchesWins(t *testing.T) {
	second := replaceOnce(t, shelfService, "id: shelf\n", "id: second\n")
	c := mustExtend(t, map[string]string{"services/second.yaml": second})
	_, r := at(t, c, "westeurope", "{}")
	if r.Service != "shelf" {
		t.Errorf("it is %q", r.Service)
	}
}
