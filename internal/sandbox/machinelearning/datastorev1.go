package machinelearning

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// first is a kind of datastore of the first generation: what it is called when
// written and when read, the section that reading has, and what goes there
// (facts/azure-ml.md section 3.1).
type first struct {
	write, read, section string
	fields               map[string]string // in the section: what was written
	need                 []string
	hidden               []string
	second               string // the kind of the second generation, "" where that has none
}

var firsts = []first{
	{write: "blob", second: "AzureBlob", fields: map[string]string{"accountName": "AccountName", "containerName": "ContainerName", "subscriptionId": "StorageAccountSubscriptionId", "resourceGroup": "StorageAccountResourceGroup"}, need: []string{"AccountName", "ContainerName"}, hidden: []string{"AccountKey", "SasToken"}},
	{write: "file", second: "AzureFile", fields: map[string]string{"accountName": "AccountName", "fileShareName": "ShareName", "subscriptionId": "StorageAccountSubscriptionId", "resourceGroup": "StorageAccountResourceGroup"}, need: []string{"AccountName", "ShareName"}, hidden: []string{"AccountKey", "SasToken"}},
	{write: "adls-gen2", second: "AzureDataLakeGen2", fields: map[string]string{"accountName": "AccountName", "filesystem": "FileSystem", "subscriptionId": "AdlsSubscriptionId", "resourceGroup": "AdlsResourceGroup"}, need: []string{"AccountName", "FileSystem"}, hidden: []string{"ClientSecret"}},
	{write: "adls", second: "AzureDataLakeGen1", fields: map[string]string{"storeName": "StoreName", "subscriptionId": "AdlsSubscriptionId", "resourceGroup": "AdlsResourceGroup"}, need: []string{"StoreName"}, hidden: []string{"ClientSecret"}},
	{write: "sqldb", read: "AzureSqlDatabase", section: "azureSqlDatabaseSection", fields: map[string]string{"serverName": "ServerName", "databaseName": "DatabaseName", "endpoint": "Endpoint", "subscriptionId": "SubscriptionId", "resourceGroup": "ResourceGroup"}, need: []string{"ServerName", "DatabaseName"}, hidden: []string{"Password", "ClientSecret"}},
	{write: "psqldb", read: "AzurePostgreSql", section: "azurePostgreSqlSection", fields: map[string]string{"serverName": "ServerName", "databaseName": "DatabaseName", "endpoint": "Endpoint", "userId": "UserId", "portNumber": "Port", "enableSsl": "EnforceSSL"}, need: []string{"ServerName", "DatabaseName"}, hidden: []string{"Password"}},
	{write: "mysqldb", read: "AzureMySql", section: "azureMySqlSection", fields: map[string]string{"serverName": "ServerName", "databaseName": "DatabaseName", "endpoint": "Endpoint", "userId": "UserId", "portNumber": "Port"}, need: []string{"ServerName", "DatabaseName"}, hidden: []string{"Password"}},
	{write: "dbfs", read: "DBFS"},
}

// isFirst says whether properties are written as the first generation has it.
func isFirst(p object.Object) bool {
	_, err := firstOf(p)
	return err == nil
}

func firstOf(p object.Object) (first, error) {
	kind := object.Text(p, "datastoreType")
	for _, f := range firsts {
		if strings.EqualFold(f.write, kind) || f.read != "" && strings.EqualFold(f.read, kind) {
			return f, nil
		}
	}
	return first{}, refusal.New(http.StatusBadRequest, "UserError", "The datastore type '%s' is not supported: use blob, file, adls, adls-gen2, sqldb, psqldb, mysqldb or dbfs.", kind)
}

// readFirst makes the body that reading shows of what was written, and gives what
// is secret. Kinds that the second generation knows too are kept in its shape.
func readFirst(p object.Object, id estate.ResourceID) (shown, values object.Object, err error) {
	f, err := firstOf(p)
	if err != nil {
		return p, nil, err
	}
	sections := object.Inner(p, f.section)
	given := func(name string) any {
		if v := object.Get(p, name); v != nil && v != "" {
			return v
		}
		return nil
	}
	if f.section != "" && sections != nil { // as it was read, given again
		return p, nil, nil
	}
	for _, name := range f.need {
		if given(name) == nil {
			return p, nil, refusal.New(http.StatusBadRequest, "UserError", "The datastore '%s' of the type %s needs '%s'.", id.LastName(), f.write, name)
		}
	}
	section := object.Object{}
	for name, from := range f.fields {
		section[name] = given(from)
	}
	credentials := "None"
	for _, name := range f.hidden {
		if v := given(name); v != nil {
			values, credentials = object.Object{"secretsType": firstSecrets[name], strings.ToLower(name[:1]) + name[1:]: v}, firstSecrets[name]
			if name == "AccountKey" {
				values["key"] = v
			}
		}
	}
	if f.second != "" {
		section["datastoreType"], section["credentials"] = f.second, object.Object{"credentialsType": credentials}
		section["description"], section["tags"], section["properties"] = nil, object.Object{}, object.Object{}
		section["serviceDataAccessAuthIdentity"] = "None"
		if f.second != "AzureDataLakeGen1" {
			section["endpoint"], section["protocol"] = "core.windows.net", "https"
		}
		return section, values, nil
	}
	shown = object.Object{"dataStoreType": f.read, "name": id.LastName(), "hasBeenValidated": !object.Bool(p, "skipValidation"), "tags": object.Object{}}
	if f.section != "" {
		section["credentialType"] = credentials
		shown[f.section] = section
	}
	return shown, values, nil
}

var firstSecrets = map[string]string{"AccountKey": "AccountKey", "SasToken": "Sas", "ClientSecret": "ServicePrincipal", "Password": "SqlAuthentication"}

// firstSections are the sections that reading in the first generation has for
// kinds of the second.
var firstSections = map[string]struct{ kind, section string }{
	"AzureBlob":         {"AzureBlob", "azureStorageSection"},
	"AzureFile":         {"AzureFile", "azureStorageSection"},
	"AzureDataLakeGen2": {"AzureDataLakeGen2", "azureStorageSection"},
	"AzureDataLakeGen1": {"AzureDataLake", "azureDataLakeSection"},
}

// showDatastore shows a datastore in the words of the generation that is asked.
func showDatastore(c *provider.Call) error {
	p := object.Inner(c.Body, "properties")
	f, ok := firstSections[object.Text(p, "datastoreType")]
	if c.APIVersion != firstVersion || !ok {
		return nil
	}
	section := object.Object{"credentialType": object.Text(p, "credentials.credentialsType")}
	for _, name := range []string{"accountName", "endpoint", "protocol", "subscriptionId", "resourceGroup", "storeName"} {
		if v := object.Get(p, name); v != nil {
			section[name] = v
		}
	}
	for _, name := range []string{"containerName", "fileShareName", "filesystem"} {
		if v := object.Get(p, name); v != nil {
			section["containerName"] = v
		}
	}
	c.Body["properties"] = object.Object{
		"dataStoreType": f.kind, "name": c.Name, "hasBeenValidated": true, "tags": object.Get(p, "tags"), "isDefault": object.Bool(p, "isDefault"), f.section: section,
	}
	return nil
}
