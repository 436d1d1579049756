package template_test

import (
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// outputOf expands a template that has nothing but one output.
func outputOf(t *testing.T, head, expression string, opts template.Options) string {
	t.Helper()
	x := expand(t, `{`+head+`, "resources": [], "outputs": {"o": {"type": "object", "value": {"v": "`+expression+`"}}}}`, opts)
	for _, d := range x.Diagnostics {
		if d.Severity == template.Error {
			t.Errorf("%s: %s", expression, d)
		}
	}
	return string(x.Outputs[0].Value.Get("v").AppendJSON(nil))
}

func TestScopeFacts(t *testing.T) {
	const mgSchema = `"$schema": "https://schema.management.azure.com/schemas/2019-08-01/managementGroupDeploymentTemplate.json#", "contentVersion": "1.0.0.0"`
	given := template.Options{
		SubscriptionID: "s", SubscriptionName: "Production", TenantID: "t", ResourceGroup: "g", ManagementGroup: "m",
		Location: "westeurope", Tags: map[string]string{"env": "p"},
	}
	tests := []struct {
		head, expression string
		opts             template.Options
		want             string
	}{
		{rgSchema, "[resourceGroup().location]", given, `"westeurope"`},
		{rgSchema, "[resourceGroup().tags.env]", given, `"p"`},
		{rgSchema, "[subscription().displayName]", given, `"Production"`},
		{rgSchema, "[tenant().tenantId]", given, `"t"`},
		{mgSchema, "[managementGroup().id]", given, `"/providers/Microsoft.Management/managementGroups/m"`},
		{mgSchema, "[managementGroupResourceId('A.B/c', 'n')]", given, `"/providers/Microsoft.Management/managementGroups/m/providers/A.B/c/n"`},
		{subSchema, "[deployment().location]", given, `"westeurope"`},
		{subSchema, "[resourceId('A.B/c', 'n')]", given, `"/subscriptions/s/providers/A.B/c/n"`},
		{rgSchema, "[resourceGroup().id]", template.Options{}, `{"$unknown":"[resourceGroup().id]"}`},
		{rgSchema, "[subscription().id]", template.Options{}, `{"$unknown":"[subscription().id]"}`},
		{rgSchema, "[resourceGroup().tags]", template.Options{}, `{"$unknown":"[resourceGroup().tags]"}`},
		{subSchema, "[deployment().location]", template.Options{}, `{"$unknown":"[deployment().location]"}`},
		{rgSchema, "[resourceGroup().location]", template.Options{Location: "x"}, `"x"`},
	}
	for _, test := range tests {
		if got := outputOf(t, test.head, test.expression, test.opts); got != test.want {
			t.Errorf("%s is %s, want %s", test.expression, got, test.want)
		}
	}
}

func TestDeploymentFunction(t *testing.T) {
	tests := []struct {
		head, expression string
		opts             template.Options
		want             string
	}{
		{rgSchema, "[deployment().name]", template.Options{}, `"azuredeploy"`},
		{rgSchema, "[deployment().name]", template.Options{DeploymentName: "given"}, `"given"`},
		{rgSchema, "[deployment().properties.mode]", template.Options{}, `"Incremental"`},
		{rgSchema, "[deployment().properties.template.contentVersion]", template.Options{}, `"1.0.0.0"`},
		{rgSchema, "[deployment().properties.templateLink.uri]", template.Options{TemplateURI: "https://h/a.json"}, `"https://h/a.json"`},
		{rgSchema, "[uri(deployment().properties.templateLink.uri, 'b.json')]", template.Options{TemplateURI: "https://h/x/a.json"}, `"https://h/x/b.json"`},
		{rgSchema, "[deployment().properties.templateLink.uri]", template.Options{}, `{"$unknown":"[deployment().properties.templateLink.uri]"}`},
		{rgSchema + `, "languageVersion": "2.0"`, "[deployment().properties.template.contentVersion]", template.Options{}, `"1.0.0.0"`},
	}
	for _, test := range tests {
		head := test.head
		if test.head != rgSchema {
			head += `, "variables": {}`
		}
		if test.head == rgSchema {
			if got := outputOf(t, head, test.expression, test.opts); got != test.want {
				t.Errorf("%s is %s, want %s", test.expression, got, test.want)
			}
			continue
		}
		x := expand(t, `{`+head+`, "resources": {}, "outputs": {"o": {"type": "string", "value": "`+test.expression+`"}}}`, test.opts)
		if got := string(x.Outputs[0].Value.AppendJSON(nil)); got != test.want {
			t.Errorf("%s is %s, want %s", test.expression, got, test.want)
		}
	}
}

func TestClockAndChanceComeFromOutside(t *testing.T) {
	src := `{` + rgSchema + `, "parameters": {
			"now": {"type": "string", "defaultValue": "[utcNow('yyyy-MM-dd')]"},
			"id": {"type": "string", "defaultValue": "[newGuid()]"}},
		"resources": [], "outputs": {"o": {"type": "array", "value": ["[parameters('now')]", "[parameters('id')]"]}}}`
	sameJSON(t, `{"o": [{"$unknown": "[utcNow('yyyy-MM-dd')]"}, {"$unknown": "[newGuid()]"}]}`, outputs(clean(t, src, template.Options{})))
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	sameJSON(t, `{"o": ["2026-03-04", "fixed"]}`, outputs(clean(t, src, template.Options{UTCNow: &now, NewGUID: "fixed"})))
}

func TestTablesAnswerZonesAndRoles(t *testing.T) {
	src := `{` + rgSchema + `, "resources": [], "outputs": {"o": {"type": "array", "value": [
		"[pickZones('Microsoft.Compute', 'virtualMachines', 'westeurope', 2)]", "[roleDefinitions('Reader').id]"]}}}`
	x := clean(t, src, template.Options{
		SubscriptionID: "s", ResourceGroup: "g",
		Zones: func(_, _, location string) ([]string, bool) { return []string{"1", "2", "3"}, location == "westeurope" },
		Roles: func(name string) (string, bool) { return "guid-of-" + name, true },
	})
	sameJSON(t, `{"o": [["1", "2"], "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/guid-of-Reader"]}`, outputs(x))
	x = clean(t, src, template.Options{SubscriptionID: "s", ResourceGroup: "g"})
	if !x.Outputs[0].Value.At(0).IsUnknown() || !x.Outputs[0].Value.At(1).IsUnknown() {
		t.Errorf("without tables they are %s", outputs(x))
	}
}

func TestNullCountsAsAbsentInBodies(t *testing.T) {
	x := clean(t, `{`+rgSchema+`, "parameters": {"o": {"type": "object", "defaultValue": {"a": null, "b": [{"c": null, "d": 1}]}}},
		"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "tags": "[null()]", "sku": "[json('null')]",
			"properties": {"x": "[if(true(), null(), 1)]", "y": "[parameters('o')]", "z": "[createObject('k', null(), 'l', createObject('m', null()))]", "list": ["[null()]"]}}],
		"outputs": {"o": {"type": "object", "value": "[parameters('o')]"}}}`, zeroScope)
	sameJSON(t, `{"type": "A.B/c", "apiVersion": "1", "name": "n",
		"properties": {"y": {"b": [{"d": 1}]}, "z": {"l": {}}, "list": [null]}}`, bodyOf(x.Resources[0]))
	sameJSON(t, `{"o": {"a": null, "b": [{"c": null, "d": 1}]}}`, outputs(x))
}

func TestEscapedBracketsAndExpressionsInNames(t *testing.T) {
	x := clean(t, `{`+rgSchema+`, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {
		"escaped": "[[parameters('x')]", "half": "[not closed", "spaced": " [concat('a')]", "[concat('ke', 'y')]": 1,
		"[[literal]": 2, "[string('copy')]": "[concat('a', 'b')]"}}]}`, zeroScope)
	sameJSON(t, `{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {
		"escaped": "[parameters('x')]", "half": "[not closed", "spaced": " [concat('a')]", "key": 1, "[literal]": 2, "copy": "ab"}}`, bodyOf(x.Resources[0]))
}
