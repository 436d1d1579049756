package azcli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/schemas"
)

// What people do from the first login to deleting the group.
func TestAzWorksWithResources(t *testing.T) {
	c := login(t)
	c.all(
		call{"group create -n g1 -l westeurope --tags a=b", []string{`"id": "{sub}/resourceGroups/g1"`, `"provisioningState": "Succeeded"`}},
		call{"group create -n g2 -l northeurope", []string{`"location": "northeurope"`}},
		call{"account show", []string{`"state": "Enabled"`, `"type": "servicePrincipal"`}},
		call{"account list-locations --query '[?name==`westeurope`].metadata.pairedRegion[].name'", []string{"northeurope"}},
		call{"account get-access-token --query tokenType", []string{"Bearer"}},
		call{"provider show -n Microsoft.MachineLearningServices --query registrationState", []string{"Registered"}},
		call{"provider register -n Microsoft.MachineLearningServices", nil},
		call{"!group show -n nope", []string{"ResourceGroupNotFound", "Resource group 'nope' could not be found"}},
		call{"group exists -n nope", []string{"false"}},
		call{"acr check-name -n holdfastfree", []string{`"nameAvailable": true`}},
	)
	c.all(
		call{"storage account create -g g1 -n hfstore -l westeurope --sku Standard_GRS", []string{`"secondaryLocation": "northeurope"`, `"statusOfSecondary": "available"`, `"provisioningState": "Succeeded"`}},
		call{"keyvault create -g g1 -n hfvault -l westeurope", []string{`"enableSoftDelete": true`, `"objectId"`, `"provisioningState": "Succeeded"`}},
		call{"acr create -g g1 -n hfregistry -l westeurope --sku Premium --admin-enabled", []string{`"adminUserEnabled": true`, `"loginServer": "127.0.0.1:`}},
		call{"monitor log-analytics workspace create -g g1 -n hflaw -l westeurope", []string{`"retentionInDays": 30`, `"provisioningState": "Succeeded"`}},
		call{"identity create -g g1 -n hfid", []string{`"principalId"`, `"type": "Microsoft.ManagedIdentity/userAssignedIdentities"`}},
		call{"aks create -g g1 -n hfaks --node-count 3 --zones 1 2 3 --no-ssh-key", []string{`"nodeResourceGroup": "MC_g1_hfaks_westeurope"`, `"provisioningState": "Succeeded"`}},
		call{"sql server create -g g1 -n hfsql1 -l westeurope -u adm -p Long-Enough-1!", []string{`"state": "Ready"`, `"administratorLoginPassword": null`}},
		call{"sql server create -g g1 -n hfsql2 -l northeurope -u adm -p Long-Enough-1!", []string{`"state": "Ready"`}},
		call{"cosmosdb create -g g1 -n hfcosmos --locations regionName=westeurope failoverPriority=0 isZoneRedundant=False", []string{`"provisioningState": "Succeeded"`}},
		call{"network private-dns zone create -g g1 -n example.internal", []string{`"maxNumberOfRecordSets"`}},
		call{`resource create -g g1 -n hfnet -l westeurope --resource-type Microsoft.Network/virtualNetworks --api-version 2023-09-01 -p '{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"default","properties":{"addressPrefix":"10.0.0.0/24"}}]}'`, []string{`"provisioningState": "Succeeded"`}},
	)
	c.all(
		call{"storage account list -g g1 --query '[].name'", []string{"hfstore"}},
		call{"storage account keys list -g g1 -n hfstore --query '[].keyName'", []string{"key1", "key2"}},
		call{"storage account show-connection-string -g g1 -n hfstore", []string{"BlobEndpoint=https://127.0.0.1:"}},
		call{"!storage account create -g g2 -n hfstore -l northeurope --sku Standard_LRS", []string{"StorageAccountAlreadyTaken"}},
		call{"storage container-rm create -g g1 --storage-account hfstore -n images", []string{`"name": "images"`}},
		call{"keyvault show -n hfvault --query properties.vaultUri", []string{"{main}/vaults/hfvault"}},
		call{"acr show -n hfregistry --query sku.tier", []string{"Premium"}},
		call{"acr credential show -n hfregistry --query username", []string{"hfregistry"}},
		call{"acr login -n hfregistry --expose-token", []string{`"accessToken"`, `"loginServer": "127.0.0.1:`}},
		call{"acr replication create -r hfregistry -l northeurope", []string{`"provisioningState": "Succeeded"`}},
		call{"monitor log-analytics workspace list -g g1 --query '[].name'", []string{"hflaw"}},
		call{"aks show -g g1 -n hfaks --query agentPoolProfiles[0].availabilityZones", []string{`"1"`, `"2"`, `"3"`}},
		call{"aks nodepool list -g g1 --cluster-name hfaks --query '[].mode'", []string{"System"}},
		call{"sql db create -g g1 -s hfsql1 -n db1 --backup-storage-redundancy Geo", []string{`"status": "Online"`, `"requestedBackupStorageRedundancy": "Geo"`}},
		call{"cosmosdb keys list -g g1 -n hfcosmos --query 'length(primaryMasterKey)'", []string{"88"}},
		call{"postgres flexible-server list -g g1", []string{"[]"}},
		call{"mysql flexible-server list -g g1", []string{"[]"}},
		call{"resource show --ids {sub}/resourceGroups/g1/providers/Microsoft.Network/virtualNetworks/hfnet --query properties.subnets[].name", []string{"default"}},
		call{"network private-dns zone list -g g1 --query '[].name'", []string{"example.internal"}},
		call{"group update -n g1 --set tags.team=ml --query tags", []string{`"a": "b"`, `"team": "ml"`}},
		call{"resource tag --tags x=y --ids {sub}/resourceGroups/g1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hfid --query tags", []string{`"x": "y"`}},
		call{"tag update --operation Merge --tags owner=me --resource-id {sub}/resourceGroups/g2", []string{`"owner": "me"`}},
	)
	c.all(
		call{"sql failover-group create -g g1 -s hfsql1 -n hffog --partner-server hfsql2 --add-db db1", []string{`"replicationRole": "Primary"`, `"replicationState": "CATCH_UP"`}},
		call{"acr replication list -r hfregistry --query '[].name'", []string{"westeurope", "northeurope"}},
		call{"tag list --resource-id {sub}/resourceGroups/g2", []string{`"owner": "me"`}},
		call{"resource list --tag x=y --query '[].name'", []string{"hfid"}},
		call{"resource list -g g1 --resource-type Microsoft.Sql/servers --query '[].location'", []string{"westeurope", "northeurope"}},
		call{`rest --method post --url {main}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01 --body '{"query":"resources | where type =~ \"microsoft.sql/servers\" | summarize n=count() by location | order by location asc"}'`, []string{`"totalRecords": 2`, `"location": "northeurope"`}},
		call{`!rest --method post --url {main}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01 --body '{"query":"resources | nonsense"}'`, []string{"InvalidQueryLanguage", "nonsense"}},
		call{`rest --method put --url {main}{sub}/resourceGroups/g1/providers/Microsoft.Authorization/roleAssignments/11111111-1111-1111-1111-111111111111?api-version=2022-04-01 --body '{"properties":{"roleDefinitionId":"{sub}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c","principalId":"22222222-2222-2222-2222-222222222222","principalType":"ServicePrincipal"}}'`, []string{`"principalId": "22222222-2222-2222-2222-222222222222"`}},
	)
	c.must("lock create -g g1 -n keep --lock-type CanNotDelete")
	c.all(
		call{"lock list -g g1 --query '[].level'", []string{"CanNotDelete"}},
		call{"!group delete -n g1 --yes", []string{"ScopeLocked"}},
		call{"!storage account delete -g g1 -n hfstore --yes", []string{"ScopeLocked", "Please remove the lock and try again"}},
	)
	c.must("lock delete -g g1 -n keep")
	c.must("keyvault delete -n hfvault")
	c.all(
		call{"keyvault list-deleted --resource-type vault --query '[].name'", []string{"hfvault"}},
		call{"storage account delete -g g1 -n hfstore --yes", nil},
		call{"group delete -n g2 --yes", nil},
	)
	c.must("keyvault purge -n hfvault")
	c.must("group delete -n g1 --yes")
	c.all(call{"group exists -n g1", []string{"false"}}, call{"resource list --query '[].id'", []string{"[]"}}, call{"group list --query '[].name'", []string{"[]"}})
}

// The published template, with its published parameters and as the guide has it.
func TestAzDeploysTheAdvancedWorkspace(t *testing.T) {
	dir := filepath.Join(schemas.Shared(t, "data/quickstarts"), "201-machine-learning-advanced")
	src, err := os.ReadFile(filepath.Join(dir, "azuredeploy.parameters.json"))
	if err != nil {
		t.Fatal(err)
	}
	published := filepath.Join(t.TempDir(), "published.json")
	if err := os.WriteFile(published, []byte(strings.ReplaceAll(string(src), "GEN-UNIQUE", "published")), 0o600); err != nil {
		t.Fatal(err)
	}
	c := login(t)
	template := " -f " + filepath.Join(dir, "azuredeploy.json") + " -p "
	asPublished := " -g pub -n ws" + template + "@" + published
	behind := " -g g1 -n ws" + template + "workspaceName=advanced location=westeurope sku=basic storageAccountBehindVNet=true keyVaultBehindVNet=true" +
		" containerRegistryBehindVNet=true containerRegistryOption=new containerRegistrySku=Premium privateEndpointType=AutoApproval vnetOption=new"
	c.all(call{"group create -n pub -l westcentralus", nil}, call{"group create -n g1 -l westeurope", nil})
	c.all(
		call{"deployment group validate" + asPublished, []string{`"error": null`}},
		call{"deployment group validate" + behind, []string{`"error": null`}},
		call{"deployment group what-if" + behind, []string{"13 to create", "+ Microsoft.MachineLearningServices/workspaces/advanced"}},
		call{"!deployment group show -g g1 -n ws", []string{"DeploymentNotFound"}},
	)
	c.all(
		call{"deployment group create" + asPublished, []string{`"provisioningState": "Succeeded"`}},
		call{"deployment group create" + behind, []string{`"provisioningState": "Succeeded"`}},
	)
	ids := strings.Fields(c.must("deployment group show -g g1 -n ws --query properties.outputResources[].id -o tsv"))
	if len(ids) != 13 {
		t.Fatalf("the deployment has made %d resources, not 13: %s", len(ids), ids)
	}
	ws := "{main}{sub}/resourceGroups/g1/providers/Microsoft.MachineLearningServices/workspaces/advanced"
	job := `{"properties":{"jobType":"Command","command":"echo hi","environmentId":"azureml://registries/azureml/environments/sklearn-1.5/versions/1","computeId":"{sub}/resourceGroups/g1/providers/Microsoft.MachineLearningServices/workspaces/advanced/computes/cpu"}}`
	c.all(
		call{"resource show --query '[].name' --ids " + strings.Join(ids, " "), names(ids)},
		call{"resource list -g g1 --query '[].id'", []string{"/workspaces/advanced", "/privateEndpoints/advanced-PrivateEndpoint", "/Microsoft.Insights/components/"}},
		call{"resource show -g pub -n published --resource-type Microsoft.MachineLearningServices/workspaces --query sku", []string{`"tier": "Basic"`}},
		call{"deployment group what-if" + behind, []string{"13 no change"}},
		call{"deployment operation group list -g g1 -n ws --query 'length([?properties.provisioningState==`Succeeded`])'", []string{"9"}},
		call{"network private-dns zone list -g g1 --query '[].name'", []string{"privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"}},
		call{"network private-dns link vnet list -g g1 -z privatelink.api.azureml.ms --query '[].virtualNetworkLinkState'", []string{"Completed"}},
		call{"rest --url " + ws + "/datastores?api-version=2023-10-01 --query value[].name", []string{"workspaceblobstore", "workspacefilestore"}},
		call{"rest --method post --url " + ws + "/datastores/workspaceblobstore/listSecrets?api-version=2023-10-01", []string{`"secretsType": "AccountKey"`}},
		call{"rest --url " + ws + "/outboundNetworkDependenciesEndpoints?api-version=2023-10-01", []string{"Azure Active Directory"}},
		call{"rest --method put --url " + ws + `/computes/cpu?api-version=2023-10-01 --body '{"location":"westeurope","properties":{"computeType":"AmlCompute","properties":{"vmSize":"Standard_DS2_v2","scaleSettings":{"maxNodeCount":2,"minNodeCount":0}}}}'`, []string{`"computeType": "AmlCompute"`}},
	)
	c.all(call{"rest --method put --url " + ws + "/jobs/first?api-version=2023-10-01 --body '" + job + "'", []string{`"jobType": "Command"`}})
	c.all(
		call{"rest --url " + ws + "/jobs?api-version=2023-10-01 --query value[].name", []string{"first"}},
		call{"rest --url " + ws + "/computes?api-version=2023-10-01 --query value[].name", []string{"cpu"}},
		call{"deployment group delete -g g1 -n ws", nil},
	)
	c.all(
		call{"!deployment group show -g g1 -n ws", []string{"DeploymentNotFound"}},
		call{"resource delete --ids " + strings.TrimPrefix(ws, "{main}"), nil},
	)
	c.all(call{"!resource show --ids " + strings.TrimPrefix(ws, "{main}"), []string{"ResourceNotFound"}})
}

// What a new workspace consists of, over the two regions of a pair, by one
// deployment at the subscription, and private ones with a key of their own.
func TestAzDeploysWhatANewWorkspaceConsistsOf(t *testing.T) {
	own := filepath.Join("..", "quickstart", "testdata", "own")
	c := login(t)
	stamps := " -n stamps -l westeurope -f " + filepath.Join(own, "stamps.json")
	c.all(
		call{"deployment sub validate" + stamps, []string{`"error": null`}},
		call{"deployment sub create" + stamps, []string{`"provisioningState": "Succeeded"`}},
		call{"group create -n private -l westeurope", nil},
	)
	c.all(
		call{"deployment sub create" + stamps, []string{`"provisioningState": "Succeeded"`}}, // once more
		call{"resource list --resource-type Microsoft.MachineLearningServices/workspaces --query '[].name'", []string{"mlw-sweep-westeurope", "mlw-sweep-northeurope"}},
		call{"deployment group create -g private -n ws -f " + filepath.Join(own, "workspace.json"), []string{`"provisioningState": "Succeeded"`}},
		call{"resource list -g private --resource-type Microsoft.Network/privateEndpoints --query '[].name'", []string{"pe-ws", "pe-blob", "pe-vault"}},
	)
}

// names are the last parts of ids.
func names(ids []string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, `"`+id[strings.LastIndexByte(id, '/')+1:]+`"`)
	}
	return out
}
