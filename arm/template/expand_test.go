package template_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

const (
	rgSchema  = `"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0"`
	subSchema = `"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#", "contentVersion": "1.0.0.0"`
)

// compile parses a template that must be valid JSON.
func compile(t testing.TB, src string) (*template.Template, []template.Diagnostic) {
	t.Helper()
	doc, errs := jsonc.Parse("azuredeploy.json", []byte(src))
	for _, e := range errs {
		t.Fatalf("the template of the test is not JSON: %v", e)
	}
	return template.Parse(doc)
}

// expand expands a template and fails when that takes a context's end.
func expand(t testing.TB, src string, opts template.Options) *template.Expansion {
	t.Helper()
	tmpl, _ := compile(t, src)
	x, err := tmpl.Expand(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// clean expands a template that must give neither errors nor warnings.
func clean(t testing.TB, src string, opts template.Options) *template.Expansion {
	t.Helper()
	x := expand(t, src, opts)
	for _, d := range x.Diagnostics {
		if d.Severity != template.Info {
			t.Errorf("unexpected diagnostic: %s", d)
		}
	}
	return x
}

// params parses {"name": value, ...} into assignments.
func params(t testing.TB, src string) []template.Assignment {
	t.Helper()
	doc, errs := jsonc.Parse("params", []byte(src))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var list []template.Assignment
	for p := range doc.Root().Children() {
		list = append(list, template.Assignment{Name: p.Key(), Value: value.FromNode(p)})
	}
	return list
}

// ids lists "presence id" of all resources in their order.
func ids(list []*template.Resource) []string {
	var out []string
	for _, r := range list {
		line := r.ID.Text()
		if r.Presence != template.Yes {
			line = r.Presence.String() + " " + line
		}
		if r.Existing {
			line = "existing " + line
		}
		out = append(out, line)
	}
	return out
}

// outputs gives the outputs as one JSON object.
func outputs(x *template.Expansion) string {
	parts := []string{}
	for _, o := range x.Outputs {
		parts = append(parts, string(value.AppendQuoted(nil, o.Name))+":"+string(o.Value.AppendJSON(nil)))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// messages lists "severity line:column message" of the diagnostics.
func messages(list []template.Diagnostic) []string {
	var out []string
	for _, d := range list {
		p := d.Pos
		p.File = ""
		out = append(out, d.Severity.String()+" "+p.String()+" "+d.Code+": "+d.Message)
	}
	return out
}

func sameJSON(t testing.TB, want, got string) {
	t.Helper()
	var w, g any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("the expectation is not JSON: %v", err)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("the result is not JSON: %v in %s", err, got)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("values differ (-want +got):\n%s", diff)
	}
}

func same(t testing.TB, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lists differ (-want +got):\n%s", diff)
	}
}

// find gives the resource whose id ends with a text.
func find(t testing.TB, x *template.Expansion, suffix string) *template.Resource {
	t.Helper()
	i := slices.IndexFunc(x.Resources, func(r *template.Resource) bool { return strings.HasSuffix(r.ID.Text(), suffix) })
	if i < 0 {
		t.Fatalf("there is no resource %s among %q", suffix, ids(x.Resources))
	}
	return x.Resources[i]
}

func bodyOf(r *template.Resource) string { return string(r.Body.AppendJSON(nil)) }

var zeroScope = template.Options{SubscriptionID: "00000000-0000-0000-0000-000000000000", ResourceGroup: "myRg"}

func TestSnapshotOfASymbolicScope(t *testing.T) { // specification 15.1
	opts := zeroScope
	opts.Parameters = params(t, `{"location": "eastus"}`)
	x := clean(t, `{`+rgSchema+`,
		"parameters": {
			"location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
			"name": {"type": "string", "defaultValue": "[format('store{0}', uniqueString(resourceGroup().id))]"}
		},
		"resources": [{
			"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2022-09-01", "name": "[parameters('name')]",
			"location": "[parameters('location')]", "sku": {"name": "Standard_LRS"}, "properties": {}
		}]}`, opts)
	same(t, []string{"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg/providers/Microsoft.Storage/storageAccounts/storejs26ofeqkqeve"}, ids(x.Resources))
	sameJSON(t, `{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2022-09-01", "name": "storejs26ofeqkqeve",
		"location": "eastus", "sku": {"name": "Standard_LRS"}, "properties": {}}`, bodyOf(x.Resources[0]))
}

func TestNestedLoopsOverNothing(t *testing.T) { // specification 15.2
	x := clean(t, `{`+rgSchema+`,
		"parameters": {"vaults": {"type": "array", "defaultValue": [{"name": "kv", "policies": []}]}},
		"resources": [{
			"copy": {"name": "vaults", "count": "[length(parameters('vaults'))]"},
			"type": "Microsoft.KeyVault/vaults", "apiVersion": "2022-07-01",
			"name": "[parameters('vaults')[copyIndex()].name]", "location": "[resourceGroup().location]",
			"properties": {
				"copy": [{"name": "accessPolicies", "count": "[length(parameters('vaults')[copyIndex()].policies)]",
					"input": "[parameters('vaults')[copyIndex()].policies[copyIndex('accessPolicies')]]"}],
				"tenantId": "[subscription().tenantId]"
			}
		}]}`, zeroScope)
	sameJSON(t, `{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2022-07-01", "name": "kv",
		"location": {"$unknown": "[resourceGroup().location]"},
		"properties": {"accessPolicies": [], "tenantId": {"$unknown": "[tenant().tenantId]"}}}`, bodyOf(x.Resources[0]))
}

func TestScopeFunctionsInNestedDeployments(t *testing.T) { // specification 10.3 and 15.3
	nested := `{` + rgSchema + `, "resources": [],
		"outputs": {"group": {"type": "string", "value": "[resourceGroup().name]"}}}`
	x := clean(t, `{`+rgSchema+`,
		"resources": [
			{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "default", "resourceGroup": "inlineGroup",
				"properties": {"mode": "Incremental", "template": `+nested+`}},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "inner", "resourceGroup": "inlineGroup",
				"properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "Inner"}, "template": `+nested+`}},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "linked", "resourceGroup": "linkedGroup",
				"properties": {"mode": "Incremental", "templateLink": {"relativePath": "linked.json"}}}
		],
		"outputs": {
			"parent": {"type": "string", "value": "[resourceGroup().name]"},
			"default": {"type": "string", "value": "[reference('default').outputs.group.value]"},
			"inner": {"type": "string", "value": "[reference('inner').outputs.group.value]"},
			"linked": {"type": "string", "value": "[reference('linked').outputs.group.value]"}
		}}`, template.Options{
		SubscriptionID: "s", ResourceGroup: "parentGroup",
		ReadFile: func(string) ([]byte, error) { return []byte(nested), nil },
	})
	sameJSON(t, `{"parent": "parentGroup", "default": "parentGroup", "inner": "inlineGroup", "linked": "linkedGroup"}`, outputs(x))
}

func TestVariablesInNestedDeployments(t *testing.T) { // specification 15.4
	source := func(scope string) string {
		return `{` + rgSchema + `,
		"variables": {"exampleVar": "from parent template"},
		"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "nested",
			"properties": {"expressionEvaluationOptions": {"scope": "` + scope + `"}, "mode": "Incremental",
				"template": {` + rgSchema + `, "variables": {"exampleVar": "from nested template"}, "resources": [],
					"outputs": {"testVar": {"type": "string", "value": "[variables('exampleVar')]"}}}}}],
		"outputs": {"messageFromLinkedTemplate": {"type": "string", "value": "[reference('nested').outputs.testVar.value]"}}}`
	}
	sameJSON(t, `{"messageFromLinkedTemplate": "from parent template"}`, outputs(clean(t, source("outer"), zeroScope)))
	sameJSON(t, `{"messageFromLinkedTemplate": "from nested template"}`, outputs(clean(t, source("inner"), zeroScope)))
}

func TestObjectSpread(t *testing.T) { // specification 15.5
	x := clean(t, `{`+rgSchema+`,
		"variables": {"other": {"bar": "[flatten(createArray(createArray(1), createArray(2, 3), createArray(4)))]"}},
		"resources": [],
		"outputs": {"test": {"type": "object", "value": "[shallowMerge(createArray(createObject('foo', 'foo'), variables('other'), createObject('baz', 'baz')))]"}}}`, zeroScope)
	sameJSON(t, `{"test": {"foo": "foo", "bar": [1, 2, 3, 4], "baz": "baz"}}`, outputs(x))
}

func TestModuleOutputThroughACondition(t *testing.T) { // specification 15.6
	module := func(value string) string {
		return `{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "` + value + `",
			"properties": {"mode": "Incremental", "template": {` + rgSchema + `, "resources": [],
				"outputs": {"foo": {"type": "object", "value": {"bar": "` + value + `"}}}}}}`
	}
	x := clean(t, `{`+rgSchema+`, "languageVersion": "2.0",
		"parameters": {"useMod1": {"type": "bool"}},
		"resources": {"mod1": `+module("one")+`, "mod2": `+module("two")+`},
		"outputs": {"test": {"type": "string", "value": "[if(parameters('useMod1'), reference('mod1'), reference('mod2')).outputs.foo.value.bar]"}}}`,
		template.Options{Parameters: params(t, `{"useMod1": false}`)})
	sameJSON(t, `{"test": "two"}`, outputs(x))
}

func TestUserFunctionsThatCallEachOther(t *testing.T) { // specification 15.7
	x := clean(t, `{`+rgSchema+`, "languageVersion": "2.0",
		"functions": [{"namespace": "__bicep", "members": {
			"getAppServicePlanName": {"parameters": [{"type": "int", "name": "n"}],
				"output": {"type": "string", "value": "[format('plan-name-{0}', parameters('n'))]"}},
			"shorten": {"parameters": [{"type": "string", "name": "name"}],
				"output": {"type": "string", "value": "[concat(variables('prefix'), last(split(parameters('name'), '-')))]"}},
			"both": {"parameters": [{"type": "int", "name": "n"}],
				"output": {"type": "string", "value": "[__bicep.shorten(__bicep.getAppServicePlanName(parameters('n')))]"}}
		}}],
		"variables": {"prefix": "ASP"},
		"resources": {},
		"outputs": {"out": {"type": "string", "value": "[__bicep.both(999)]"}}}`, zeroScope)
	sameJSON(t, `{"out": "ASP999"}`, outputs(x))
}

func TestSubscriptionTemplateWithAGroupAndAModuleInIt(t *testing.T) { // specification 15.8
	x := clean(t, `{`+subSchema+`,
		"parameters": {"rg": {"type": "string"}},
		"resources": [
			{"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01", "name": "[parameters('rg')]", "location": "northeurope", "properties": {}},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "storage", "resourceGroup": "[parameters('rg')]",
				"dependsOn": ["[subscriptionResourceId('Microsoft.Resources/resourceGroups', parameters('rg'))]"],
				"properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": {`+rgSchema+`,
					"resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2022-09-01", "name": "st",
						"location": "[resourceGroup().location]"}]}}}
		]}`, template.Options{SubscriptionID: "sub", Parameters: params(t, `{"rg": "data"}`)})
	same(t, []string{
		"/subscriptions/sub/resourceGroups/data",
		"/subscriptions/sub/resourceGroups/data/providers/Microsoft.Resources/deployments/storage",
		"/subscriptions/sub/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/st",
	}, ids(x.Resources))
	if got := x.Resources[2].Location.Text(); got != "northeurope" {
		t.Errorf("the location of a group that the template makes is %q, want northeurope", got)
	}
	if d := x.Resources[2].Deployment; d.Resource != x.Resources[1] || d.Parent != x.Root {
		t.Error("the resource does not know its deployment")
	}
}
