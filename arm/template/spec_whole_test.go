package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// A machine learning workspace as a person writes it: concat, variables, ids, a condition by a choice of new or existing.
func TestWorkspaceByHand(t *testing.T) {
	const src = `{
		"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
		"contentVersion": "1.0.0.0",
		"parameters": {
			"workspaceName": {"type": "string"},
			"location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
			"storageAccountOption": {"type": "string", "defaultValue": "new", "allowedValues": ["new", "existing"]},
			"storageAccountName": {"type": "string", "defaultValue": "[concat('sa', uniqueString(resourceGroup().id))]"},
			"storageAccountResourceGroupName": {"type": "string", "defaultValue": "[resourceGroup().name]"},
			"zoneRedundant": {"type": "bool", "defaultValue": true},
			"computeCount": {"type": "int", "defaultValue": 2, "minValue": 0}
		},
		"variables": {
			"storageAccount": "[resourceId(parameters('storageAccountResourceGroupName'), 'Microsoft.Storage/storageAccounts', parameters('storageAccountName'))]",
			"sku": "[if(parameters('zoneRedundant'), 'Standard_ZRS', 'Standard_LRS')]",
			"insights": "[concat('ai-', toLower(parameters('workspaceName')))]"
		},
		"resources": [
			{
				"condition": "[equals(parameters('storageAccountOption'), 'new')]",
				"type": "Microsoft.Storage/storageAccounts",
				"apiVersion": "2022-09-01",
				"name": "[parameters('storageAccountName')]",
				"location": "[parameters('location')]",
				"sku": {"name": "[variables('sku')]"},
				"kind": "StorageV2",
				"properties": {"supportsHttpsTrafficOnly": true}
			},
			{
				"type": "Microsoft.Insights/components",
				"apiVersion": "2020-02-02",
				"name": "[variables('insights')]",
				"location": "[parameters('location')]",
				"kind": "web",
				"properties": {"Application_Type": "web"}
			},
			{
				"type": "Microsoft.MachineLearningServices/workspaces",
				"apiVersion": "2022-10-01",
				"name": "[parameters('workspaceName')]",
				"location": "[parameters('location')]",
				"identity": {"type": "SystemAssigned"},
				"dependsOn": ["[variables('storageAccount')]", "[resourceId('Microsoft.Insights/components', variables('insights'))]"],
				"properties": {
					"storageAccount": "[variables('storageAccount')]",
					"applicationInsights": "[resourceId('Microsoft.Insights/components', variables('insights'))]",
					"hbiWorkspace": "[equals(parameters('storageAccountOption'), 'existing')]",
					"description": "[json('null')]"
				},
				"resources": [{
					"type": "datastores",
					"apiVersion": "2022-10-01",
					"name": "blobs",
					"dependsOn": ["[resourceId('Microsoft.MachineLearningServices/workspaces', parameters('workspaceName'))]"],
					"properties": {"accountName": "[last(split(variables('storageAccount'), '/'))]", "datastoreType": "AzureBlob"}
				}]
			},
			{
				"type": "Microsoft.MachineLearningServices/workspaces/computes",
				"apiVersion": "2022-10-01",
				"name": "[concat(parameters('workspaceName'), '/cpu', padLeft(copyIndex(1), 2, '0'))]",
				"location": "[parameters('location')]",
				"copy": {"name": "computes", "count": "[parameters('computeCount')]"},
				"dependsOn": ["[parameters('workspaceName')]"],
				"properties": {"computeType": "AmlCompute", "properties": {"vmSize": "Standard_DS3_v2"}}
			}
		],
		"outputs": {
			"workspace": {"type": "string", "value": "[resourceId('Microsoft.MachineLearningServices/workspaces', parameters('workspaceName'))]"},
			"endpoint": {"type": "string", "value": "[reference(variables('storageAccount'), '2022-09-01').primaryEndpoints.blob]"}
		}
	}`
	x := clean(t, src, template.Options{
		SubscriptionID: "00000000-0000-0000-0000-000000000000", ResourceGroup: "myRg", Location: "westeurope",
		Parameters: params(t, `{"workspaceName": "ML"}`),
	})
	lists(t, "the resources", described(x), `
		Microsoft.Storage/storageAccounts sajs26ofeqkqeve
		Microsoft.Insights/components ai-ml
		Microsoft.MachineLearningServices/workspaces ML
		Microsoft.MachineLearningServices/workspaces/datastores ML/blobs
		Microsoft.MachineLearningServices/workspaces/computes ML/cpu01 computes[0]
		Microsoft.MachineLearningServices/workspaces/computes ML/cpu02 computes[1]
	`)
	lists(t, "the dependencies", dependencies(x), `
		ML <- sajs26ofeqkqeve, ai-ml
		ML/blobs <- ML
		ML/cpu01 <- ML
		ML/cpu02 <- ML
	`)
	sameJSON(t, `{
		"type": "Microsoft.MachineLearningServices/workspaces",
		"apiVersion": "2022-10-01",
		"name": "ML",
		"location": "westeurope",
		"identity": {"type": "SystemAssigned"},
		"properties": {
			"storageAccount": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg/providers/Microsoft.Storage/storageAccounts/sajs26ofeqkqeve",
			"applicationInsights": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg/providers/Microsoft.Insights/components/ai-ml",
			"hbiWorkspace": false
		}
	}`, bodyOf(x.Resources[2]))
	sameJSON(t, `{
		"workspace": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg/providers/Microsoft.MachineLearningServices/workspaces/ML",
		"endpoint": {"$unknown": "[reference('/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg/providers/Microsoft.Storage/storageAccounts/sajs26ofeqkqeve', '2022-09-01').primaryEndpoints.blob]"}
	}`, outputs(x))

	// The same with an account that is there already, in another group: nothing of it is deployed.
	x = expand(t, src, template.Options{
		SubscriptionID: "S", ResourceGroup: "G", Location: "westeurope",
		Parameters: params(t, `{"workspaceName": "ML", "storageAccountOption": "existing", "storageAccountName": "shared", "storageAccountResourceGroupName": "common", "computeCount": 0}`),
	})
	lists(t, "the resources", described(x), `
		Microsoft.Insights/components ai-ml
		Microsoft.MachineLearningServices/workspaces ML
		Microsoft.MachineLearningServices/workspaces/datastores ML/blobs
		no Microsoft.Storage/storageAccounts shared
	`)
	lists(t, "the problems", places(x), `
		warning dependency azuredeploy.json:43:19 /resources/2/dependsOn/0
	`)
	if got := find(t, x, "/blobs").Body.Path("properties", "accountName").Str(); got != "shared" {
		t.Errorf("the account is %s", got)
	}
}

// A module as Bicep compiles it: user-defined types, loops over optional lists, locks and role assignments as extension
// resources, an empty deployment for telemetry, existing resources in another group.
func TestModuleByBicep(t *testing.T) {
	src := symbolic(`
		"metadata": {"_generator": {"name": "bicep", "version": "0.30.0", "templateHash": "1"}},
		"definitions": {
			"lockType": {
				"type": "object",
				"properties": {
					"name": {"type": "string", "nullable": true},
					"kind": {"type": "string", "allowedValues": ["CanNotDelete", "None", "ReadOnly"], "nullable": true}
				}
			},
			"roleAssignmentType": {
				"type": "object",
				"properties": {
					"roleDefinitionIdOrName": {"type": "string"},
					"principalId": {"type": "string"}
				}
			},
			"replicaType": {
				"type": "object",
				"properties": {
					"location": {"type": "string"},
					"zoneRedundant": {"type": "bool", "nullable": true}
				}
			}
		},
		"parameters": {
			"name": {"type": "string", "minLength": 5},
			"location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
			"lock": {"$ref": "#/definitions/lockType", "nullable": true},
			"roleAssignments": {"type": "array", "items": {"$ref": "#/definitions/roleAssignmentType"}, "nullable": true},
			"replicas": {"type": "array", "items": {"$ref": "#/definitions/replicaType"}, "nullable": true},
			"keyVault": {"type": "object", "properties": {"name": {"type": "string"}, "group": {"type": "string"}}, "nullable": true},
			"enableTelemetry": {"type": "bool", "defaultValue": true}
		},
		"variables": {
			"copy": [
				{
					"name": "formattedRoleAssignments",
					"count": "[length(coalesce(parameters('roleAssignments'), createArray()))]",
					"input": "[union(coalesce(parameters('roleAssignments'), createArray())[copyIndex('formattedRoleAssignments')], createObject('roleDefinitionId', coalesce(tryGet(variables('builtInRoleNames'), coalesce(parameters('roleAssignments'), createArray())[copyIndex('formattedRoleAssignments')].roleDefinitionIdOrName), coalesce(parameters('roleAssignments'), createArray())[copyIndex('formattedRoleAssignments')].roleDefinitionIdOrName)))]"
				}
			],
			"builtInRoleNames": {
				"Reader": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'acdd72a7-3385-48ef-bd42-f606fba81ae7')]"
			}
		},
		"resources": {
			"telemetry": {
				"condition": "[parameters('enableTelemetry')]",
				"type": "Microsoft.Resources/deployments",
				"apiVersion": "2024-03-01",
				"name": "[format('46d3xbcp.res.registry.{0}', substring(uniqueString(deployment().name, parameters('location')), 0, 4))]",
				"properties": {
					"mode": "Incremental",
					"template": {
						"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
						"contentVersion": "1.0.0.0",
						"resources": []
					}
				}
			},
			"vault::key": {
				"condition": "[not(empty(parameters('keyVault')))]",
				"existing": true,
				"type": "Microsoft.KeyVault/vaults/keys",
				"apiVersion": "2023-07-01",
				"resourceGroup": "[coalesce(tryGet(parameters('keyVault'), 'group'), resourceGroup().name)]",
				"name": "[format('{0}/{1}', coalesce(tryGet(parameters('keyVault'), 'name'), 'dummy'), 'key')]"
			},
			"registry": {
				"type": "Microsoft.ContainerRegistry/registries",
				"apiVersion": "2023-11-01-preview",
				"name": "[parameters('name')]",
				"location": "[parameters('location')]",
				"sku": {"name": "Premium"},
				"properties": {
					"encryption": "[if(not(empty(parameters('keyVault'))), createObject('status', 'enabled', 'keyIdentifier', reference('vault::key').keyUri), null())]",
					"zoneRedundancy": "Enabled"
				}
			},
			"registry_lock": {
				"condition": "[and(not(empty(coalesce(parameters('lock'), createObject()))), not(equals(tryGet(parameters('lock'), 'kind'), 'None')))]",
				"type": "Microsoft.Authorization/locks",
				"apiVersion": "2020-05-01",
				"scope": "[format('Microsoft.ContainerRegistry/registries/{0}', parameters('name'))]",
				"name": "[coalesce(tryGet(parameters('lock'), 'name'), format('lock-{0}', parameters('name')))]",
				"properties": {"level": "[coalesce(tryGet(parameters('lock'), 'kind'), '')]"},
				"dependsOn": ["registry"]
			},
			"registry_roles": {
				"copy": {"name": "registry_roles", "count": "[length(coalesce(variables('formattedRoleAssignments'), createArray()))]"},
				"type": "Microsoft.Authorization/roleAssignments",
				"apiVersion": "2022-04-01",
				"scope": "[format('Microsoft.ContainerRegistry/registries/{0}', parameters('name'))]",
				"name": "[guid(resourceId('Microsoft.ContainerRegistry/registries', parameters('name')), variables('formattedRoleAssignments')[copyIndex()].principalId)]",
				"properties": {
					"roleDefinitionId": "[variables('formattedRoleAssignments')[copyIndex()].roleDefinitionId]",
					"principalId": "[variables('formattedRoleAssignments')[copyIndex()].principalId]"
				},
				"dependsOn": ["registry"]
			},
			"replicas": {
				"copy": {"name": "replicas", "count": "[length(coalesce(parameters('replicas'), createArray()))]"},
				"type": "Microsoft.Resources/deployments",
				"apiVersion": "2022-09-01",
				"name": "[format('replica-{0}', copyIndex())]",
				"properties": {
					"expressionEvaluationOptions": {"scope": "inner"},
					"mode": "Incremental",
					"parameters": {
						"registryName": {"value": "[parameters('name')]"},
						"location": {"value": "[coalesce(parameters('replicas'), createArray())[copyIndex()].location]"},
						"zoneRedundant": {"value": "[tryGet(coalesce(parameters('replicas'), createArray())[copyIndex()], 'zoneRedundant')]"}
					},
					"template": {
						"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
						"languageVersion": "2.0",
						"contentVersion": "1.0.0.0",
						"parameters": {
							"registryName": {"type": "string"},
							"location": {"type": "string"},
							"zoneRedundant": {"type": "bool", "nullable": true}
						},
						"resources": {
							"registry": {
								"existing": true,
								"type": "Microsoft.ContainerRegistry/registries",
								"apiVersion": "2023-11-01-preview",
								"name": "[parameters('registryName')]"
							},
							"replica": {
								"type": "Microsoft.ContainerRegistry/registries/replications",
								"apiVersion": "2023-11-01-preview",
								"name": "[format('{0}/{1}', parameters('registryName'), parameters('location'))]",
								"location": "[parameters('location')]",
								"properties": {"zoneRedundancy": "[if(coalesce(parameters('zoneRedundant'), false()), 'Enabled', 'Disabled')]"},
								"dependsOn": ["registry"]
							}
						},
						"outputs": {
							"resourceId": {"type": "string", "value": "[resourceId('Microsoft.ContainerRegistry/registries/replications', parameters('registryName'), parameters('location'))]"},
							"location": {"type": "string", "value": "[reference('replica', '2023-11-01-preview', 'full').location]"}
						}
					}
				},
				"dependsOn": ["registry"]
			}
		},
		"outputs": {
			"loginServer": {"type": "string", "value": "[reference('registry').loginServer]"},
			"location": {"type": "string", "value": "[reference('registry', '2023-11-01-preview', 'full').location]"},
			"replicaLocations": {
				"type": "array",
				"copy": {"count": "[length(coalesce(parameters('replicas'), createArray()))]", "input": "[reference(format('replicas[{0}]', copyIndex())).outputs.location.value]"}
			}
		}`)
	minimal := clean(t, src, template.Options{
		SubscriptionID: "S", ResourceGroup: "G", Location: "westeurope", Parameters: params(t, `{"name": "registry1", "enableTelemetry": false}`),
	})
	lists(t, "the resources", described(minimal), `
		Microsoft.ContainerRegistry/registries registry1
		no Microsoft.Resources/deployments 46d3xbcp.res.registry.`+telemetryHash(minimal)+`
		no existing Microsoft.KeyVault/vaults/keys dummy/key
		no Microsoft.Authorization/locks lock-registry1
	`)
	sameJSON(t, `{"loginServer": {"$unknown": "[reference('/subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerRegistry/registries/registry1', '2023-11-01-preview').loginServer]"}, "location": "westeurope", "replicaLocations": []}`, outputs(minimal))
	if p := minimal.Resources[0].Body.Get("properties"); !p.Get("encryption").IsAbsent() || p.Get("zoneRedundancy").Str() != "Enabled" {
		t.Errorf("the properties are %s", p.AppendJSON(nil))
	}

	full := clean(t, src, template.Options{
		SubscriptionID: "S", ResourceGroup: "G", Location: "westeurope",
		Parameters: params(t, `{
			"name": "registry1",
			"enableTelemetry": false,
			"lock": {"kind": "CanNotDelete"},
			"roleAssignments": [{"roleDefinitionIdOrName": "Reader", "principalId": "p1"}, {"roleDefinitionIdOrName": "/my/role", "principalId": "p2"}],
			"replicas": [{"location": "northeurope", "zoneRedundant": true}, {"location": "eastus"}],
			"keyVault": {"name": "vault1", "group": "keys"}
		}`),
	})
	var lines []string
	for _, line := range described(full) {
		if !strings.Contains(line, "telemetry") && !strings.Contains(line, "46d3xbcp") && !strings.Contains(line, "roleAssignments") {
			lines = append(lines, line)
		}
	}
	lists(t, "the resources", lines, `
		existing Microsoft.KeyVault/vaults/keys vault1/key
		Microsoft.ContainerRegistry/registries registry1
		Microsoft.Authorization/locks lock-registry1
		Microsoft.Resources/deployments replica-0 replicas[0]
		existing Microsoft.ContainerRegistry/registries registry1
		Microsoft.ContainerRegistry/registries/replications registry1/northeurope
		Microsoft.Resources/deployments replica-1 replicas[1]
		existing Microsoft.ContainerRegistry/registries registry1
		Microsoft.ContainerRegistry/registries/replications registry1/eastus
	`)
	if got := find(t, full, "/keys/key").ID.Text(); got != "/subscriptions/S/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/vault1/keys/key" {
		t.Errorf("the key is %s", got)
	}
	if got := find(t, full, "/locks/lock-registry1").Body.Path("properties", "level").Str(); got != "CanNotDelete" {
		t.Errorf("the level of the lock is %s", got)
	}
	var roles []string
	for _, r := range full.Resources {
		if r.Type == "Microsoft.Authorization/roleAssignments" {
			roles = append(roles, r.Body.Path("properties", "roleDefinitionId").Str())
		}
	}
	lists(t, "the roles", roles, `
		/subscriptions/S/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7
		/my/role
	`)
	for location, want := range map[string]string{"northeurope": "Enabled", "eastus": "Disabled"} {
		if got := find(t, full, "/replications/"+location).Body.Path("properties", "zoneRedundancy").Str(); got != want {
			t.Errorf("the replica in %s is %s, want %s", location, got, want)
		}
	}
	if got := string(full.Outputs[2].Value.AppendJSON(nil)); got != `["northeurope","eastus"]` {
		t.Errorf("the locations are %s", got)
	}
}

// telemetryHash is the end of the name of the telemetry deployment, which is not of interest.
func telemetryHash(x *template.Expansion) string {
	name := x.Skipped[0].Name.Text()
	return name[strings.LastIndexByte(name, '.')+1:]
}
