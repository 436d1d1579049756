package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// asked expands two resources, one declared and one existing, and a module, and gives what an expression in an output
// makes of them.
func asked(t *testing.T, expression string) (string, *template.Expansion) {
	t.Helper()
	x := expand(t, symbolic(`
		"parameters": {"u": {"type": "string"}, "b": {"type": "bool"}},
		"resources": {
			"store": {
				"type": "Microsoft.Storage/storageAccounts",
				"apiVersion": "2023-01-01",
				"name": "sa",
				"location": "westeurope",
				"kind": "StorageV2",
				"sku": {"name": "Standard_ZRS"},
				"tags": {"env": "test"},
				"zones": ["1", "2"],
				"identity": {"type": "SystemAssigned"},
				"properties": {
					"accessTier": "Hot",
					"encryption": {"keySource": "Microsoft.Storage"},
					"rules": [{"value": "[parameters('u')]"}]
				}
			},
			"there": {
				"existing": true,
				"type": "Microsoft.KeyVault/vaults",
				"apiVersion": "2022-07-01",
				"name": "kv",
				"resourceGroup": "other"
			},
			"off": {
				"condition": false,
				"type": "A.B/c",
				"apiVersion": "1",
				"name": "off"
			},
			"loop": {
				"copy": {"name": "loop", "count": 3},
				"condition": "[not(equals(copyIndex(), 1))]",
				"type": "A.B/c",
				"apiVersion": "1",
				"name": "[format('l{0}', copyIndex())]",
				"properties": {"i": "[copyIndex()]"}
			},
			"module": {
				"type": "Microsoft.Resources/deployments",
				"apiVersion": "2022-09-01",
				"name": "mod",
				"properties": {
					"mode": "Incremental",
					"template": {
						`+rgSchema+`,
						"languageVersion": "2.0",
						"resources": {},
						"outputs": {
							"text": {"type": "string", "value": "from the module"},
							"object": {"type": "object", "value": {"list": [1, 2]}},
							"runtime": {"type": "string", "value": "[resourceGroup().tags.x]"},
							"secure": {"type": "securestring", "value": "hush"},
							"left": {"condition": false, "type": "string", "value": "x"}
						}
					}
				}
			}
		},
		"outputs": {"o": {"type": "object", "value": {"v": "`+expression+`"}}}`), everyScope)
	for _, d := range x.Diagnostics {
		if d.Code == template.CodeExpression || d.Code == template.CodeReference {
			return "error: " + d.Message, x
		}
	}
	v := x.Outputs[0].Value.Get("v")
	if r := v.Residual(); r != "" && !v.Secret() {
		return r, x
	}
	return string(v.AppendJSON(nil)), x
}

// Section 14.4 of the specification.
func TestReferenceModel(t *testing.T) {
	const (
		store = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Storage/storageAccounts/sa"
		vault = "/subscriptions/S/resourceGroups/other/providers/Microsoft.KeyVault/vaults/kv"
	)
	tests := []struct{ in, want string }{
		// what the body declares is known, also by id and in any case
		{"[reference('store').accessTier]", `"Hot"`},
		{"[reference('store').AccessTier]", `"Hot"`},
		{"[reference('store', '2023-01-01').accessTier]", `"Hot"`},
		{"[reference(resourceId('Microsoft.Storage/storageAccounts', 'sa')).accessTier]", `"Hot"`},
		{"[reference(resourceId('microsoft.storage/STORAGEACCOUNTS', 'SA'), '2023-01-01').accessTier]", `"Hot"`},
		{"[reference('store').rules[0].value]", "[parameters('u')]"},
		{"[tryGet(reference('store'), 'accessTier')]", `"Hot"`},
		// what it does not may be there all the same
		{"[reference('store').primaryEndpoints.blob]", "[reference('" + store + "', '2023-01-01').primaryEndpoints.blob]"},
		{"[reference('store').encryption.services]", "[reference('" + store + "', '2023-01-01').encryption.services]"},
		{"[contains(reference('store'), 'x')]", "[contains(reference('" + store + "', '2023-01-01'), 'x')]"},
		{"[reference('store').provisioningState]", "[reference('" + store + "', '2023-01-01').provisioningState]"},
		// the whole resource
		{"[reference('store', '2023-01-01', 'full').location]", `"westeurope"`},
		{"[reference('store', '2023-01-01', 'FULL').sku.name]", `"Standard_ZRS"`},
		{"[reference('store', '2023-01-01', 'Full').kind]", `"StorageV2"`},
		{"[reference('store', '2023-01-01', 'full').tags.env]", `"test"`},
		{"[reference('store', '2023-01-01', 'full').zones[1]]", `"2"`},
		{"[reference('store', '2023-01-01', 'full').identity.type]", `"SystemAssigned"`},
		{"[reference('store', '2023-01-01', 'full').identity.principalId]", "[reference('" + store + "', '2023-01-01', 'full').identity.principalId]"},
		{"[reference('store', '2023-01-01', 'full').properties.accessTier]", `"Hot"`},
		{"[reference('store', '2023-01-01', 'full').resourceGroupName]", `"G"`},
		{"[reference('store', '2023-01-01', 'full').subscriptionId]", `"S"`},
		{"[reference('store', '2023-01-01', 'full').apiVersion]", `"2023-01-01"`},
		{"[reference('store', '2023-01-01', 'full').resourceId]", `"Microsoft.Storage/storageAccounts/sa"`},
		// an existing resource: its identity only
		{"[reference('there').vaultUri]", "[reference('" + vault + "', '2022-07-01').vaultUri]"},
		{"[reference('there', '2022-07-01', 'full').name]", `"kv"`},
		{"[reference('there', '2022-07-01', 'full').id]", `"` + vault + `"`},
		{"[reference('there', '2022-07-01', 'full').resourceGroupName]", `"other"`},
		{"[reference('there', '2022-07-01', 'full').location]", "[reference('" + vault + "', '2022-07-01', 'full').location]"},
		// modules
		{"[reference('module').outputs.text.value]", `"from the module"`},
		{"[reference('module', '2022-09-01').outputs.object.value.list[1]]", `2`},
		{"[reference(resourceId('Microsoft.Resources/deployments', 'mod')).outputs.text.value]", `"from the module"`},
		{"[reference('module').outputs.TEXT.value]", `"from the module"`},
		{"[reference('module').outputs.text.type]", `"string"`},
		{"[reference('module').outputs.runtime.value]", "[resourceGroup().tags.x]"},
		{"[reference('module').outputs.secure.value]", `{"$secret":true}`},
		{"[listOutputsWithSecureValues('module', '2022-09-01').secure]", `{"$secret":true}`},
		{"[reference('module').outputs.none.value]", "error: The language expression property 'none' doesn't exist, available properties are 'text, object, runtime, secure'"},
		{"[reference('module').outputs.left.value]", "error: The language expression property 'left' doesn't exist"},
		// loops
		{"[reference('loop[0]').i]", `0`},
		{"[reference(format('loop[{0}]', 2)).i]", `2`},
		{"[references('loop')[1].i]", `2`},
		{"[length(references('loop'))]", `2`},
		{"[map(references('loop'), lambda('r', lambdaVariables('r').i))]", `[0,2]`},
		{"[references('loop', 'full')[0].name]", `"l0"`},
		// what is not deployed
		{"[reference('off').x]", "error: Unable to evaluate template language function 'reference': the resource '/subscriptions/S/resourceGroups/G/providers/A.B/c/off' is not deployed"},
		{"[if(false(), reference('off').x, 'fine')]", `"fine"`},
		{"[if(parameters('b'), reference('off').x, 'y')]", "[if(parameters('b'), reference('/subscriptions/S/resourceGroups/G/providers/A.B/c/off', '1').x, 'y')]"},
		{"[reference('loop[1]').i]", "error: Unable to evaluate template language function 'reference'"},
		{"[reference('nothing').x]", "error: Unable to evaluate template language function 'reference': the resource 'nothing' is not defined in the template"},
		{"[reference('Store').x]", "error: Unable to evaluate template language function 'reference': the resource 'Store' is not defined in the template"},
		{"[reference('/subscriptions/X/resourceGroups/Y/providers/A.B/c/z', '1').x]", "[reference('/subscriptions/X/resourceGroups/Y/providers/A.B/c/z', '1').x]"},
		// identity and secrets
		{"[resourceInfo('store').id]", `"` + store + `"`},
		{"[resourceInfo('store').type]", `"Microsoft.Storage/storageAccounts"`},
		{"[resourceInfo('there').name]", `"kv"`},
		{"[resourceInfo('module').apiVersion]", `"2022-09-01"`},
		{"[listKeys('store', '2023-01-01').keys[0].value]", `{"$secret":true}`},
		{"[empty(listKeys('store', '2023-01-01').keys[0].value)]", "[empty(listKeys('store', '2023-01-01').keys[0].value)]"},
	}
	for _, tt := range tests {
		got, _ := asked(t, tt.in)
		if strings.HasPrefix(tt.want, "error: ") && strings.HasPrefix(got, tt.want) {
			continue
		}
		if got != tt.want {
			t.Errorf("%s\n gives %s\n want  %s", tt.in, got, tt.want)
		}
	}
}

// Section 8.6: what must be there before, said or implied; resources come in an order in which they can be deployed.
func TestOrderOfResources(t *testing.T) {
	x := clean(t, classic(`
		"resources": [
			{"type": "A.B/c", "apiVersion": "1", "name": "byName", "dependsOn": ["last"]},
			{"type": "A.B/c", "apiVersion": "1", "name": "byID", "dependsOn": ["[resourceId('A.B/c', 'byName')]"]},
			{"type": "A.B/c", "apiVersion": "1", "name": "byType", "dependsOn": ["A.B/c/byID", "[concat('A.B/c/', 'byName')]"]},
			{"type": "A.B/c", "apiVersion": "1", "name": "byLoop", "dependsOn": ["L"]},
			{"type": "A.B/c", "apiVersion": "1", "name": "byInstance", "dependsOn": ["[concat('copy', 1)]"]},
			{"type": "A.B/c", "apiVersion": "1", "name": "bySkipped", "dependsOn": ["off", "last"]},
			{"type": "A.B/c", "apiVersion": "1", "name": "byReference", "properties": {"x": "[reference('last').y]", "k": "[listKeys(resourceId('A.B/c', 'byName'), '1').k]"}},
			{"type": "A.B/c", "apiVersion": "1", "name": "byList", "dependsOn": "[createArray('last', 'byName')]"},
			{"type": "A.B/c", "apiVersion": "1", "name": "[concat('copy', copyIndex())]", "copy": {"name": "L", "count": 2}},
			{"type": "A.B/c", "apiVersion": "1", "name": "off", "condition": false},
			{"type": "A.B/c", "apiVersion": "1", "name": "last"}
		]`), everyScope)
	lists(t, "the dependencies", dependencies(x), `
		byName <- last
		byID <- byName
		byType <- byID, byName
		byLoop <- copy0, copy1
		byInstance <- copy1
		bySkipped <- last
		byReference <- last, byName
		byList <- last, byName
	`)
	lists(t, "the resources", described(x), `
		A.B/c last
		A.B/c byName
		A.B/c byID
		A.B/c byType
		A.B/c copy0 L[0]
		A.B/c copy1 L[1]
		A.B/c byLoop
		A.B/c byInstance
		A.B/c bySkipped
		A.B/c byReference
		A.B/c byList
		no A.B/c off
	`)
}

func TestOrderOfSymbols(t *testing.T) {
	x := clean(t, symbolic(`
		"resources": {
			"a": {"type": "A.B/c", "apiVersion": "1", "name": "a", "dependsOn": ["z", "loop[1]", "there"]},
			"b": {"type": "A.B/c", "apiVersion": "1", "name": "b", "dependsOn": ["loop", "[format('other[{0}]', 0)]"]},
			"c": {"type": "A.B/c", "apiVersion": "1", "name": "c", "properties": {"x": "[reference('loop[0]').y]"}},
			"d": {"type": "A.B/c", "apiVersion": "1", "name": "d", "properties": {"x": "[references('other')]"}},
			"loop": {"copy": {"name": "copies", "count": 2}, "type": "A.B/c", "apiVersion": "1", "name": "[format('l{0}', copyIndex())]"},
			"other": {"copy": {"name": "others", "count": 2}, "type": "A.B/c", "apiVersion": "1", "name": "[format('o{0}', copyIndex())]"},
			"there": {"existing": true, "type": "A.B/c", "apiVersion": "1", "name": "there"},
			"z": {"type": "A.B/c", "apiVersion": "1", "name": "z"}
		}`), everyScope)
	lists(t, "the dependencies", dependencies(x), `
		a <- z, l1, there
		b <- l0, l1, o0
		c <- l0
		d <- o0, o1
	`)
}

func TestCircles(t *testing.T) {
	const c = `"type": "A.B/c", "apiVersion": "1", `
	tests := map[string]struct{ sections, want string }{
		"two":       {`"resources": [{` + c + `"name": "a", "dependsOn": ["b"]}, {` + c + `"name": "b", "dependsOn": ["a"]}]`, "Circular dependency detected on resource: '/subscriptions/S/resourceGroups/G/providers/A.B/c/a'"},
		"three":     {`"resources": [{` + c + `"name": "a", "dependsOn": ["b"]}, {` + c + `"name": "b", "dependsOn": ["c"]}, {` + c + `"name": "c", "dependsOn": ["a"]}]`, "Circular dependency detected on resource: '"},
		"itself":    {`"resources": [{` + c + `"name": "a", "properties": {"x": "[reference('a').y]"}}]`, "Circular dependency detected on resource: '"},
		"reference": {`"resources": [{` + c + `"name": "a", "properties": {"x": "[reference('b').y]"}}, {` + c + `"name": "b", "properties": {"y": "[reference('a').x]"}}]`, "Circular dependency detected on resource: '"},
		"mixed":     {`"resources": [{` + c + `"name": "a", "properties": {"x": "[reference('b').y]"}}, {` + c + `"name": "b", "dependsOn": ["a"]}]`, "Circular dependency detected on resource: '"},
		"variables": {`"variables": {"a": "[variables('b')]", "b": "[variables('a')]"}, "resources": [{` + c + `"name": "[variables('a')]"}]`, "Circular dependency detected in template language expression: variables a -> b -> a"},
		"defaults":  {`"parameters": {"a": {"type": "string", "defaultValue": "[parameters('a')]"}}, "resources": []`, "the default of parameter 'a' leads back to it"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			reports(t, expand(t, classic(tt.sections), everyScope), template.CodeCycle, tt.want)
		})
	}
}

// A name that dependsOn gives and that is not there is a warning at its place.
func TestDependenciesThatAreNotThere(t *testing.T) {
	x := expand(t, classic(`
		"resources": [
			{"type": "A.B/c", "apiVersion": "1", "name": "a", "dependsOn": ["none", "[resourceId('A.B/c', 'b')]", 5]},
			{"type": "A.B/c", "apiVersion": "1", "name": "c", "dependsOn": "a"}
		]`), everyScope)
	lists(t, "the problems", problems(x), `
		error dependency 4:106 /resources/0/dependsOn/2 an entry of dependsOn is of type Integer, expected a string
		warning dependency 4:68 /resources/0/dependsOn/0 the resource 'none' that A.B/c a depends on is not defined in the template
		warning dependency 4:76 /resources/0/dependsOn/1 the resource '/subscriptions/S/resourceGroups/G/providers/A.B/c/b' that A.B/c a depends on is not defined in the template
		warning dependency 5:67 /resources/1/dependsOn dependsOn is a string, expected an array of names or ids
	`)
}
