package eval

import "github.com/holdfast-ml/holdfast/arm/value"

// publicCloud is the object of environment() in the public cloud
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment#environment).
var publicCloud = value.Object([]value.Member{
	{Key: "name", Value: value.String("AzureCloud")},
	{Key: "gallery", Value: value.String("https://gallery.azure.com/")},
	{Key: "graph", Value: value.String("https://graph.windows.net/")},
	{Key: "portal", Value: value.String("https://portal.azure.com")},
	{Key: "graphAudience", Value: value.String("https://graph.windows.net/")},
	{Key: "activeDirectoryDataLake", Value: value.String("https://datalake.azure.net/")},
	{Key: "batch", Value: value.String("https://batch.core.windows.net/")},
	{Key: "media", Value: value.String("https://rest.media.azure.net")},
	{Key: "sqlManagement", Value: value.String("https://management.core.windows.net:8443/")},
	{Key: "vmImageAliasDoc", Value: value.String("https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json")},
	{Key: "resourceManager", Value: value.String("https://management.azure.com/")},
	{Key: "authentication", Value: value.Object([]value.Member{
		{Key: "loginEndpoint", Value: value.String("https://login.microsoftonline.com/")},
		{Key: "audiences", Value: value.Array([]value.Value{
			value.String("https://management.core.windows.net/"), value.String("https://management.azure.com/"),
		})},
		{Key: "tenant", Value: value.String("common")},
		{Key: "identityProvider", Value: value.String("AAD")},
	})},
	{Key: "suffixes", Value: value.Object([]value.Member{
		{Key: "acrLoginServer", Value: value.String(".azurecr.io")},
		{Key: "azureDatalakeAnalyticsCatalogAndJob", Value: value.String("azuredatalakeanalytics.net")},
		{Key: "azureDatalakeStoreFileSystem", Value: value.String("azuredatalakestore.net")},
		{Key: "azureFrontDoorEndpointSuffix", Value: value.String("azurefd.net")},
		{Key: "keyvaultDns", Value: value.String(".vault.azure.net")},
		{Key: "sqlServerHostname", Value: value.String(".database.windows.net")},
		{Key: "storage", Value: value.String("core.windows.net")},
	})},
})
