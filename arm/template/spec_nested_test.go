package template_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// Values go down through parameters and come up through outputs, over as many levels as there are; the version of the
// language is that of each template by itself (section 16.2 of the specification).
func TestThreeLevelsOfTemplates(t *testing.T) {
	x := clean(t, headed("subscriptionDeploymentTemplate", `
		"parameters": {"env": {"type": "string", "defaultValue": "test"}},
		"resources": [
			{
				"type": "Microsoft.Resources/resourceGroups",
				"apiVersion": "2022-09-01",
				"name": "[concat('rg-', parameters('env'))]",
				"location": "northeurope",
				"tags": {"env": "[parameters('env')]"}
			},
			{
				"type": "Microsoft.Resources/deployments",
				"apiVersion": "2022-09-01",
				"name": "middle",
				"resourceGroup": "[concat('rg-', parameters('env'))]",
				"dependsOn": ["[concat('rg-', parameters('env'))]"],
				"properties": {
					"mode": "Incremental",
					"expressionEvaluationOptions": {"scope": "inner"},
					"parameters": {"env": {"value": "[toUpper(parameters('env'))]"}},
					"template": {
						`+rgSchema+`,
						"languageVersion": "2.0",
						"parameters": {"env": {"type": "string"}},
						"resources": {
							"inner": {
								"type": "Microsoft.Resources/deployments",
								"apiVersion": "2022-09-01",
								"name": "inner",
								"properties": {
									"mode": "Incremental",
									"parameters": {
										"name": {"value": "[format('store{0}', toLower(parameters('env')))]"},
										"location": {"value": "[resourceGroup().location]"}
									},
									"template": {
										`+rgSchema+`,
										"parameters": {
											"name": {"type": "string"},
											"location": {"type": "string"}
										},
										"resources": [{
											"type": "Microsoft.Storage/storageAccounts",
											"apiVersion": "2023-01-01",
											"name": "[parameters('name')]",
											"location": "[parameters('location')]",
											"tags": "[resourceGroup().tags]"
										}],
										"outputs": {
											"id": {"type": "string", "value": "[resourceId('Microsoft.Storage/storageAccounts', parameters('name'))]"},
											"where": {"type": "string", "value": "[reference(parameters('name'), '2023-01-01', 'full').location]"}
										}
									}
								}
							}
						},
						"outputs": {
							"store": {"type": "object", "value": {"id": "[reference('inner').outputs.id.value]", "where": "[reference('inner').outputs.where.value]"}}
						}
					}
				}
			}
		],
		"outputs": {
			"store": {"type": "object", "value": "[reference('middle').outputs.store.value]"}
		}`), everyScope)
	lists(t, "the ids", ids(x.Resources), `
		/subscriptions/S/resourceGroups/rg-test
		/subscriptions/S/resourceGroups/rg-test/providers/Microsoft.Resources/deployments/middle
		/subscriptions/S/resourceGroups/rg-test/providers/Microsoft.Resources/deployments/inner
		/subscriptions/S/resourceGroups/rg-test/providers/Microsoft.Storage/storageAccounts/storetest
	`)
	sameJSON(t, `{"store": {"id": "/subscriptions/S/resourceGroups/rg-test/providers/Microsoft.Storage/storageAccounts/storetest", "where": "northeurope"}}`, outputs(x))
	sameJSON(t, `{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "storetest", "location": "northeurope", "tags": {"env": "test"}}`, bodyOf(x.Resources[3]))
	var chain []string
	for d := x.Resources[3].Deployment; d != nil; d = d.Parent {
		chain = append(chain, d.Name.Text())
	}
	lists(t, "the deployments", chain, `
		inner
		middle
		azuredeploy
	`)
}

// What a nested template wants and what it gets.
func TestParametersOfNestedTemplates(t *testing.T) {
	tests := map[string]struct{ declared, given, want, output string }{
		"given":               {`{"p": {"type": "string"}}`, `"parameters": {"p": {"value": "x"}},`, "", `{"o": "x"}`},
		"in another case":     {`{"p": {"type": "string"}}`, `"parameters": {"P": {"value": "x"}},`, "", `{"o": "x"}`},
		"expression":          {`{"p": {"type": "string"}}`, `"parameters": {"p": {"value": "[concat('x', variables('v'))]"}},`, "", `{"o": "xv"}`},
		"default":             {`{"p": {"type": "string", "defaultValue": "d"}}`, ``, "", `{"o": "d"}`},
		"null, default":       {`{"p": {"type": "string", "defaultValue": "d"}}`, `"parameters": {"p": {"value": "[null()]"}},`, "", `{"o": "d"}`},
		"default sees own":    {`{"q": {"type": "string", "defaultValue": "q"}, "p": {"type": "string", "defaultValue": "[parameters('q')]"}}`, ``, "", `{"o": "q"}`},
		"whole by a call":     {`{"p": {"type": "string"}}`, `"parameters": "[createObject('p', createObject('value', 'made'))]",`, "", `{"o": "made"}`},
		"vault":               {`{"p": {"type": "securestring"}}`, `"parameters": {"p": {"reference": {"keyVault": {"id": "[resourceId('Microsoft.KeyVault/vaults', 'kv')]"}, "secretName": "s"}}},`, "", `{"o": {"$secret": true}}`},
		"missing":             {`{"p": {"type": "string"}}`, ``, "error parameter-missing the deployment gives no value for the parameter 'p' of its template", ""},
		"not declared":        {`{"p": {"type": "string", "defaultValue": ""}}`, `"parameters": {"q": {"value": 1}},`, "error parameter-unknown the template of the deployment has no parameter \"q\"", ""},
		"wrong type":          {`{"p": {"type": "string"}}`, `"parameters": {"p": {"value": 5}},`, "error parameter-type parameter 'p' is of type Integer, expected string", ""},
		"no object":           {`{"p": {"type": "string", "defaultValue": ""}}`, `"parameters": [],`, "error deployment the parameters of a deployment are of kind array, expected an object", ""},
		"evaluated outside":   {`{"p": {"type": "string"}}`, `"parameters": {"p": {"value": "[variables('inside')]"}},`, "error expression The template variable 'inside' is not found", ""},
		"both ways":           {`{"p": {"type": "string", "defaultValue": ""}}`, `"parameters": {}, "parametersLink": {"uri": "x"},`, "error deployment the deployment has both parameters and a parametersLink", ""},
		"not allowed":         {`{"p": {"type": "string", "allowedValues": ["a"]}}`, `"parameters": {"p": {"value": "b"}},`, "error parameter-type parameter 'p' is \"b\", which is not an allowed value", ""},
		"unknown is no error": {`{"p": {"type": "int"}}`, `"parameters": {"p": {"value": "[resourceGroup().tags.x]"}},`, "", `{"o": {"$unknown": "[resourceGroup().tags.x]"}}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, classic(`
				"variables": {"v": "v"},
				"resources": [{
					"type": "Microsoft.Resources/deployments",
					"apiVersion": "2022-09-01",
					"name": "d",
					"properties": {
						"mode": "Incremental",
						"expressionEvaluationOptions": {"scope": "inner"},
						`+tt.given+`
						"template": {
							`+rgSchema+`,
							"parameters": `+tt.declared+`,
							"variables": {"inside": 1},
							"resources": [],
							"outputs": {"o": {"type": "string", "value": "[parameters('p')]"}}
						}
					}
				}],
				"outputs": {"o": {"type": "object", "value": "[reference('d').outputs.o.value]"}}`), everyScope)
			found := 0
			for _, d := range x.Diagnostics {
				switch line := d.Severity.String() + " " + d.Code + " " + d.Message; {
				case tt.want != "" && len(line) >= len(tt.want) && line[:len(tt.want)] == tt.want:
					found++
				case d.Code == template.CodeOutput || d.Code == template.CodeLinkedTemplate:
					// the output of the root is declared an object for all rows
				case tt.want == "":
					t.Errorf("unexpected: %s", d)
				}
			}
			if tt.want != "" && found != 1 {
				t.Errorf("%q is said %d times in %q", tt.want, found, messages(x.Diagnostics))
			}
			if tt.output != "" {
				sameJSON(t, tt.output, outputs(x))
			}
		})
	}
}

// deployment() of the root and of nested templates (sections 5.3 and 12.8).
func TestWhatDeploymentGives(t *testing.T) {
	tests := []struct{ schema, head, expression, want string }{
		{"deploymentTemplate", ``, "[deployment().name]", `"azuredeploy"`},
		{"deploymentTemplate", ``, "[deployment().properties.mode]", `"Incremental"`},
		{"deploymentTemplate", ``, "[deployment().properties.template.contentVersion]", `"1.0.0.0"`},
		{"deploymentTemplate", ``, "[deployment().properties.templateLink.uri]", `{"$unknown":"[deployment().properties.templateLink.uri]"}`},
		{"deploymentTemplate", `"languageVersion": "2.0",`, "[deployment().properties.template.contentVersion]", `"1.0.0.0"`},
		{"subscriptionDeploymentTemplate", ``, "[deployment().location]", `"westeurope"`},
		{"managementGroupDeploymentTemplate", ``, "[deployment().location]", `"westeurope"`},
		{"tenantDeploymentTemplate", ``, "[deployment().location]", `"westeurope"`},
	}
	for _, tt := range tests {
		resources := `[]`
		if tt.head != "" {
			resources = `{}`
		}
		x := clean(t, headed(tt.schema, tt.head+` "resources": `+resources+`, "outputs": {"o": {"type": "string", "value": "`+tt.expression+`"}}`), everyScope)
		if got := string(x.Outputs[0].Value.AppendJSON(nil)); got != tt.want {
			t.Errorf("%s in a %s gives %s, want %s", tt.expression, tt.schema, got, tt.want)
		}
	}
	x := expand(t, classic(`"resources": [], "outputs": {"o": {"type": "string", "value": "[deployment().location]"}}`), everyScope)
	reports(t, x, template.CodeExpression, "The language expression property 'location' doesn't exist")
}
