package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

func TestReferenceGivesWhatTheBodyDeclares(t *testing.T) {
	x := clean(t, `{`+rgSchema+`,
		"resources": [
			{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2022-09-01", "name": "st", "location": "westeurope",
				"sku": {"name": "Standard_ZRS"}, "identity": {"type": "SystemAssigned"},
				"properties": {"tier": "Hot", "nested": {"a": [1, 2]}}}
		],
		"outputs": {
			"declared": {"type": "string", "value": "[reference('st').tier]"},
			"list": {"type": "array", "value": "[reference('st').nested.a]"},
			"byId": {"type": "string", "value": "[reference(resourceId('Microsoft.Storage/storageAccounts', 'st')).tier]"},
			"runtime": {"type": "string", "value": "[reference('st').primaryEndpoints.blob]"},
			"added": {"type": "string", "value": "[reference('st').nested.b]"},
			"location": {"type": "string", "value": "[reference('st', '2022-09-01', 'Full').location]"},
			"sku": {"type": "string", "value": "[reference('st', '2022-09-01', 'full').sku.name]"},
			"principal": {"type": "string", "value": "[reference('st', '2022-09-01', 'full').identity.principalId]"},
			"group": {"type": "string", "value": "[reference('st', '2022-09-01', 'full').resourceGroupName]"},
			"key": {"type": "securestring", "value": "[listKeys('st', '2022-09-01').keys[0].value]"}
		}}`, zeroScope)
	id := "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg/providers/Microsoft.Storage/storageAccounts/st"
	sameJSON(t, `{
		"declared": "Hot", "list": [1, 2], "byId": "Hot",
		"runtime": {"$unknown": "[reference('`+id+`', '2022-09-01').primaryEndpoints.blob]"},
		"added": {"$unknown": "[reference('`+id+`', '2022-09-01').nested.b]"},
		"location": "westeurope", "sku": "Standard_ZRS",
		"principal": {"$unknown": "[reference('`+id+`', '2022-09-01', 'full').identity.principalId]"},
		"group": "myRg",
		"key": {"$secret": true}}`, outputs(x))
}

func TestReferenceMakesADependency(t *testing.T) {
	x := clean(t, `{`+rgSchema+`,
		"resources": [
			{"type": "A.B/c", "apiVersion": "1", "name": "second", "properties": {"x": "[reference('first').y]"}},
			{"type": "A.B/c", "apiVersion": "1", "name": "first", "properties": {"y": 5}}
		]}`, zeroScope)
	if got := x.Resources[0].Name.Text(); got != "first" {
		t.Errorf("%s comes first, want the resource that is referred to", got)
	}
	sameJSON(t, `{"type": "A.B/c", "apiVersion": "1", "name": "second", "properties": {"x": 5}}`, bodyOf(x.Resources[1]))
}

func TestSymbolicNames(t *testing.T) {
	x := clean(t, `{`+rgSchema+`, "languageVersion": "2.0",
		"resources": {
			"user": {"type": "A.B/c", "apiVersion": "1", "name": "user", "dependsOn": ["loop", "[format('loop[{0}]', 1)]"],
				"properties": {
					"one": "[reference(format('loop[{0}]', 1)).i]",
					"id": "[resourceInfo('old').id]",
					"state": "[reference('old').endpoint]",
					"place": "[reference('old', '1', 'full').location]"}},
			"loop": {"type": "A.B/d", "apiVersion": "1", "name": "[concat('l', copyIndex())]", "copy": {"name": "loop", "count": 2},
				"condition": "[not(equals(copyIndex(), 0))]", "properties": {"i": "[copyIndex()]"}},
			"old": {"existing": true, "type": "A.B/old", "apiVersion": "1", "name": "o", "resourceGroup": "elsewhere"}
		},
		"outputs": {"all": {"type": "array", "value": "[map(references('loop'), lambda('r', lambdaVariables('r').i))]"}}}`,
		template.Options{SubscriptionID: "s", ResourceGroup: "g"})
	old := "/subscriptions/s/resourceGroups/elsewhere/providers/A.B/old/o"
	same(t, []string{"/subscriptions/s/resourceGroups/g/providers/A.B/d/l1", "existing " + old, "/subscriptions/s/resourceGroups/g/providers/A.B/c/user"}, ids(x.Resources))
	sameJSON(t, `{"type": "A.B/c", "apiVersion": "1", "name": "user", "properties": {
		"one": 1, "id": "`+old+`",
		"state": {"$unknown": "[reference('`+old+`', '1').endpoint]"},
		"place": {"$unknown": "[reference('`+old+`', '1', 'full').location]"}}}`, bodyOf(find(t, x, "/user")))
	same(t, []string{"/subscriptions/s/resourceGroups/g/providers/A.B/d/l0"}, strip(ids(x.Skipped)))
	sameJSON(t, `{"all": [1]}`, outputs(x))
}

func strip(list []string) []string {
	for i := range list {
		list[i] = strings.TrimPrefix(list[i], "no ")
	}
	return list
}

func TestConditions(t *testing.T) {
	src := `{` + rgSchema + `,
		"parameters": {"new": {"type": "bool"}},
		"resources": [
			{"condition": "[parameters('new')]", "type": "A.B/c", "apiVersion": "1", "name": "maybe"},
			{"condition": false, "type": "A.B/c", "apiVersion": "1", "name": "never", "properties": {"x": "[parameters('undeclared')]"}},
			{"type": "A.B/c", "apiVersion": "1", "name": "user", "dependsOn": ["never", "maybe"],
				"properties": {"x": "[if(parameters('new'), reference('maybe').y, 'none')]"}},
			{"condition": "[parameters('new')]", "type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "dep",
				"properties": {"mode": "Incremental", "template": {` + rgSchema + `, "resources": [
					{"type": "A.B/c", "apiVersion": "1", "name": "inside"}]}}}
		]}`
	base := "/subscriptions/s/resourceGroups/g/providers/A.B/c/"
	opts := template.Options{SubscriptionID: "s", ResourceGroup: "g"}
	t.Run("unknown", func(t *testing.T) {
		x := expand(t, src, opts)
		same(t, []string{"maybe " + base + "maybe", base + "user",
			"maybe /subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deployments/dep", "maybe " + base + "inside"}, ids(x.Resources))
		if got := find(t, x, "/inside").Condition.Residual(); got != "[parameters('new')]" {
			t.Errorf("the condition inside of a deployment is %s", got)
		}
		for _, d := range x.Diagnostics {
			if d.Severity == template.Error {
				t.Errorf("unexpected error: %s", d)
			}
		}
	})
	t.Run("false", func(t *testing.T) {
		opts.Parameters = params(t, `{"new": false}`)
		x := clean(t, src, opts)
		same(t, []string{base + "user"}, ids(x.Resources))
		same(t, []string{base + "maybe", base + "never", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deployments/dep"}, strip(ids(x.Skipped)))
	})
}

func TestReferenceErrors(t *testing.T) {
	tests := map[string]struct{ resources, value, want string }{
		"not there":     {`[]`, `[reference('missing').x]`, "the resource 'missing' is not defined in the template"},
		"not deployed":  {`[{"condition": false, "type": "A.B/c", "apiVersion": "1", "name": "n"}]`, `[reference('n').x]`, "is not deployed, as its condition is false"},
		"no output":     {`[{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "d", "properties": {"mode": "Incremental", "template": {` + rgSchema + `, "resources": [], "outputs": {"a": {"type": "int", "value": 1}}}}}]`, `[reference('d').outputs.b.value]`, "property 'b' doesn't exist, available properties are 'a'"},
		"of each other": {`[{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"x": "[reference('m').y]"}}, {"type": "A.B/c", "apiVersion": "1", "name": "m", "properties": {"y": "[reference('n').x]"}}]`, `x`, "Circular dependency detected on resource"},
		"of itself":     {`[{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"x": "[reference('n').y]"}}]`, `x`, "Circular dependency detected on resource"},
		"depend":        {`[{"type": "A.B/c", "apiVersion": "1", "name": "n", "dependsOn": ["m"]}, {"type": "A.B/c", "apiVersion": "1", "name": "m", "dependsOn": ["[resourceId('A.B/c', 'n')]"]}]`, `x`, "Circular dependency detected on resource"},
		"in a name":     {`[{"type": "A.B/c", "apiVersion": "1", "name": "[reference('n').x]"}]`, `x`, "not expected at this location"},
		"depend on nothing": {`[{"type": "A.B/c", "apiVersion": "1", "name": "n", "dependsOn": ["other"]}]`, `x`,
			"the resource 'other' that A.B/c n depends on is not defined in the template"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, `{`+rgSchema+`, "resources": `+test.resources+`, "outputs": {"o": {"type": "string", "value": "`+test.value+`"}}}`, zeroScope)
			if got := strings.Join(messages(x.Diagnostics), "\n"); strings.Count(got, test.want) != 1 {
				t.Errorf("got %q, want %q once", got, test.want)
			}
		})
	}
}
