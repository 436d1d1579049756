package machinelearning

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const blobStoreBody = `{"properties":{"datastoreType":"AzureBlob","accountName":"stone","containerName":"train","subscriptionId":"` + subscription + `","resourceGroup":"rg","credentials":{"credentialsType":"AccountKey","secrets":{"secretsType":"AccountKey","key":"canary"}}}}`

func TestDatastoresOfAllKinds(t *testing.T) {
	b := workspace(t)
	for _, c := range []struct{ kind, more, secret string }{
		{"AzureBlob", `"accountName":"stone","containerName":"c"`, `{"credentialsType":"Sas","secrets":{"secretsType":"Sas","sasToken":"canary"}}`},
		{"AzureFile", `"accountName":"stone","fileShareName":"s"`, `{"credentialsType":"AccountKey","secrets":{"secretsType":"AccountKey","key":"canary"}}`},
		{"AzureDataLakeGen2", `"accountName":"stone","filesystem":"f"`, `{"credentialsType":"ServicePrincipal","tenantId":"t","clientId":"c","secrets":{"secretsType":"ServicePrincipal","clientSecret":"canary"}}`},
		{"AzureDataLakeGen1", `"storeName":"old"`, `{"credentialsType":"Certificate","tenantId":"t","clientId":"c","thumbprint":"p","secrets":{"secretsType":"Certificate","certificate":"canary"}}`},
		{"OneLake", `"oneLakeWorkspaceName":"f","artifact":{"artifactType":"LakeHouse","artifactName":"l"}`, `{"credentialsType":"None"}`},
	} {
		path := ws + "/datastores/" + strings.ToLower(c.kind)
		a := b.must("PUT", path, `{"properties":{"datastoreType":"`+c.kind+`",`+c.more+`,"credentials":`+c.secret+`}}`)
		if a.status != 201 || a.text("properties.datastoreType") != c.kind || strings.Contains(a.String(), "canary") || a.header.Get("Azure-AsyncOperation") != "" {
			t.Errorf("%s: %v", c.kind, a)
		}
		if object.Get(a.body, "properties.provisioningState") != nil {
			t.Errorf("%s has a provisioning state: %v", c.kind, a)
		}
		if c.kind == "OneLake" {
			b.refused("POST", path+"/listSecrets", "", 400, "has no secrets")
		} else if s := b.must("POST", path+"/listSecrets", ""); !strings.Contains(s.String(), "canary") || s.text("secretsType") == "" {
			t.Errorf("the secret of %s is %v", c.kind, s)
		}
		if again := b.must("PUT", path, `{"properties":{"datastoreType":"`+c.kind+`",`+c.more+`,"credentials":`+c.secret+`}}`); again.status != 200 {
			t.Errorf("%s again: %v", c.kind, again)
		}
	}
}

func TestDatastoresAreRefused(t *testing.T) {
	b := workspace(t)
	for _, c := range []struct{ name, body, part string }{
		{"no kind", `{"properties":{}}`, "datastoreType"},
		{"a kind that is not known", `{"properties":{"datastoreType":"Tape"}}`, "not supported"},
		{"no container", `{"properties":{"datastoreType":"AzureBlob","accountName":"stone"}}`, "containerName"},
		{"no key", `{"properties":{"datastoreType":"AzureBlob","accountName":"stone","containerName":"c","credentials":{"credentialsType":"AccountKey"}}}`, "credentials.secrets.key"},
		{"unknown credentials", `{"properties":{"datastoreType":"AzureBlob","accountName":"stone","containerName":"c","credentials":{"credentialsType":"Magic"}}}`, "not supported"},
	} {
		if a := b.do("PUT", ws+"/datastores/d", c.body); a.status != 400 || !strings.Contains(a.message(), c.part) {
			t.Errorf("%s: %v, want %q", c.name, a, c.part)
		}
	}
	b.refused("PUT", ws+"/datastores/with-hyphen", blobStoreBody, 400, "letters, digits and underscores")
	b.refused("DELETE", ws+"/datastores/workspaceblobstore", "", 400, "default")
}

func TestTheSecretsOfDatastoresAreInTheVault(t *testing.T) {
	b := workspace(t)
	b.sick.set(kvID, world.Whole, world.Gone)
	b.refused("PUT", ws+"/datastores/train", blobStoreBody, 503, "cannot be written to")
	if a := b.do("GET", ws+"/datastores/train", ""); a.status != 404 {
		t.Errorf("something is left behind: %v", a)
	}
	b.must("POST", ws+"/datastores/workspaceblobstore/listSecrets", "")
	none := strings.Replace(blobStoreBody, `{"credentialsType":"AccountKey","secrets":{"secretsType":"AccountKey","key":"canary"}}`, `{"credentialsType":"None"}`, 1)
	b.must("PUT", ws+"/datastores/open", none) // with identities no secret is written
	delete(b.sick, state.Key(kvID))
	b.must("PUT", ws+"/datastores/train", blobStoreBody)
	b.sick.set(kvID, world.Gone, world.Gone)
	b.refused("POST", ws+"/datastores/train/listSecrets", "", 503, "not available")
	b.refused("DELETE", ws+"/datastores/train", "", 503, "")
	delete(b.sick, state.Key(kvID))
	b.must("DELETE", ws+"/datastores/train", "")
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		for r := range tx.Below(kvID) {
			if strings.HasSuffix(r.ID, "-train") {
				t.Errorf("the vault has %s still", r.ID)
			}
		}
		return nil
	})
}

func TestWhatIsBehindADatastoreIsAskedUnlessTheCallerDoesNotWantIt(t *testing.T) {
	b := workspace(t)
	b.sick.set(stID, world.Gone, world.Gone)
	b.refused("PUT", ws+"/datastores/train", blobStoreBody, 503, "not available")
	b.must("PUT", ws+"/datastores/train?skipValidation=true", blobStoreBody)
}

func TestListsOfDatastoresHaveThirtyOnAPage(t *testing.T) {
	b := workspace(t)
	for i := range 33 {
		b.must("PUT", fmt.Sprintf("%s/datastores/d%02d", ws, i), blobStoreBody)
	}
	first := b.must("GET", ws+"/datastores", "")
	if got := len(object.List(first.body, "value")); got != 30 || !strings.Contains(first.text("nextLink"), "skip=") {
		t.Errorf("the first page has %d and goes on at %s", got, first.text("nextLink"))
	}
	if got := b.names(ws + "/datastores"); len(got) != 37 {
		t.Errorf("all pages have %d", len(got))
	}
	for query, want := range map[string][]string{
		"isDefault=true": {"workspaceblobstore"}, "names=d01,d02": {"d01", "d02"}, "searchText=working": {"workspaceworkingdirectory"},
	} {
		if got := b.names(ws + "/datastores?" + query); !slices.Equal(got, want) {
			t.Errorf("?%s gives %v, want %v", query, got, want)
		}
	}
	if got := len(object.List(b.must("GET", ws+"/datastores?count=5", "").body, "value")); got != 5 {
		t.Errorf("a page of 5 has %d", got)
	}
}

func TestDatastoresOfTheFirstGeneration(t *testing.T) {
	b := workspace(t)
	const v1 = "?api-version=" + firstVersion
	for _, c := range []struct{ name, body, kind, section, field, want string }{
		{"sql", `"DataStoreType":"sqldb","ServerName":"srv","DatabaseName":"db","UserName":"u","Password":"canary","Endpoint":"database.windows.net"`, "AzureSqlDatabase", "azureSqlDatabaseSection", "serverName", "srv"},
		{"psql", `"DataStoreType":"psqldb","ServerName":"srv","DatabaseName":"db","UserId":"u","Password":"canary","EnforceSSL":true`, "AzurePostgreSql", "azurePostgreSqlSection", "databaseName", "db"},
		{"mysql", `"DataStoreType":"mysqldb","ServerName":"srv","DatabaseName":"db","UserId":"u","Password":"canary","Port":"3306"`, "AzureMySql", "azureMySqlSection", "userId", "u"},
		{"files", `"DataStoreType":"dbfs"`, "DBFS", "", "", ""},
		{"blobs", `"DataStoreType":"blob","AccountName":"stone","ContainerName":"c","AccountKey":"canary"`, "AzureBlob", "azureStorageSection", "containerName", "c"},
	} {
		a := b.must("PUT", ws+"/datastores/"+c.name+v1, `{"properties":{`+c.body+`,"SkipValidation":true}}`)
		if strings.Contains(a.String(), "canary") || a.text("properties.dataStoreType") != c.kind || c.section != "" && a.text("properties."+c.section+"."+c.field) != c.want {
			t.Errorf("%s is %v", c.name, a)
		}
	}
	if s := b.must("POST", ws+"/datastores/sql/listSecrets"+v1, ""); !strings.Contains(s.String(), "canary") {
		t.Errorf("the secret is %v", s)
	}
	first, second := b.names(ws+"/datastores"+v1), b.names(ws+"/datastores")
	if !slices.Contains(first, "sql") || !slices.Contains(first, "workspaceblobstore") || slices.Contains(second, "sql") || !slices.Contains(second, "blobs") {
		t.Errorf("the lists are %v and %v", first, second)
	}
	b.refused("PUT", ws+"/datastores/bad"+v1, `{"properties":{"DataStoreType":"sqldb"}}`, 400, "ServerName")
	b.refused("PUT", ws+"/datastores/bad"+v1, `{"properties":{"DataStoreType":"tape"}}`, 400, "not supported")
}

func TestConnectionsKeepTheirCredentialsToThemselves(t *testing.T) {
	b := workspace(t)
	body := `{"properties":{"category":"AzureOpenAI","target":"https://x.openai.azure.com","authType":"ApiKey","credentials":{"key":"canary"},"isSharedToAll":true}}`
	a := b.must("PUT", ws+"/connections/openai", body)
	if strings.Contains(a.String(), "canary") || a.text("properties.category") != "AzureOpenAI" {
		t.Errorf("it is %v", a)
	}
	if got := b.must("POST", ws+"/connections/openai/listsecrets", "").text("properties.credentials.key"); got != "canary" {
		t.Errorf("its key is %q", got)
	}
	b.refused("PUT", ws+"/connections/x", `{"properties":{"category":"X","target":"t","authType":"Magic"}}`, 400, "not allowed")
	b.refused("PUT", ws+"/connections/x", `{"properties":{"category":"X","target":"t","authType":"ApiKey"}}`, 400, "credentials.key")
	b.refused("PUT", ws+"/connections/x", `{"properties":{"category":"X","authType":"None"}}`, 400, "target")
	if got := b.names(ws + "/connections?category=AzureOpenAI"); !slices.Equal(got, []string{"openai"}) {
		t.Errorf("the list is %v", got)
	}
	if got := b.names(ws + "/connections?includeAll=true"); len(got) != 5 {
		t.Errorf("with datastores it is %v", got)
	}
	b.sick.set(kvID, world.Whole, world.Gone)
	b.refused("PUT", ws+"/connections/more", body, 503, "cannot be written to")
	b.refused("DELETE", ws+"/connections/openai", "", 503, "cannot be written to")
	b.must("PUT", ws+"/connections/identity", `{"properties":{"category":"AzureBlob","target":"https://x","authType":"AAD"}}`)
	delete(b.sick, state.Key(kvID))
	b.must("DELETE", ws+"/connections/openai", "")
}
