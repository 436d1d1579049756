package template_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

func TestIdsByScope(t *testing.T) {
	schemas := map[string]string{
		"deploymentTemplate.json":                "/subscriptions/s/resourceGroups/g/providers/A.B/c/n",
		"subscriptionDeploymentTemplate.json#":   "/subscriptions/s/providers/A.B/c/n",
		"managementGroupDeploymentTemplate.json": "/providers/Microsoft.Management/managementGroups/m/providers/A.B/c/n",
		"tenantDeploymentTemplate.json#":         "/providers/A.B/c/n",
		"DEPLOYMENTTEMPLATE.JSON":                "/subscriptions/s/resourceGroups/g/providers/A.B/c/n",
	}
	for schema, want := range schemas {
		x := clean(t, `{"$schema": "http://schema.management.azure.com/schemas/2019-08-01/`+schema+`", "contentVersion": "1.0.0.0",
			"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}]}`,
			template.Options{SubscriptionID: "s", ResourceGroup: "g", ManagementGroup: "m"})
		same(t, []string{want}, ids(x.Resources))
	}
}

func TestIdsOfSymbolicScopesAreTheSameHoweverBuilt(t *testing.T) {
	x := expand(t, `{`+rgSchema+`,
		"parameters": {"name": {"type": "string"}},
		"resources": [
			{"type": "A.B/c", "apiVersion": "1", "name": "[parameters('name')]"},
			{"type": "A.B/c/d", "apiVersion": "1", "name": "[concat(parameters('name'), '/child')]"},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "dep", "resourceGroup": "other",
				"properties": {"mode": "Incremental", "template": {`+rgSchema+`, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}]}}}
		],
		"outputs": {
			"a": {"type": "string", "value": "[resourceId('A.B/c', parameters('name'))]"},
			"b": {"type": "string", "value": "[concat(resourceGroup().id, '/providers/A.B/c/', parameters('name'))]"},
			"c": {"type": "string", "value": "[format('/subscriptions/{0}/resourceGroups/{1}/providers/A.B/c/{2}', subscription().subscriptionId, resourceGroup().name, parameters('name'))]"},
			"d": {"type": "string", "value": "[resourceId('A.B/c/d', parameters('name'), 'child')]"},
			"e": {"type": "string", "value": "[resourceId('other', 'A.B/c', 'n')]"}
		}}`, template.Options{})
	base := "/subscriptions/{subscription().subscriptionId}/resourceGroups/{resourceGroup().name}/providers/A.B/c/{parameters('name')}"
	other := "/subscriptions/{subscription().subscriptionId}/resourceGroups/other/providers/"
	same(t, []string{base, base + "/d/child", other + "Microsoft.Resources/deployments/dep", other + "A.B/c/n"}, ids(x.Resources))
	for i, want := range []string{base, base, base, base + "/d/child", other + "A.B/c/n"} {
		if got := x.Outputs[i].Value.Text(); got != want {
			t.Errorf("output %s is %s, want %s", x.Outputs[i].Name, got, want)
		}
	}
}

func TestScopesOfResourcesAndDeployments(t *testing.T) {
	empty := `{` + rgSchema + `, "resources": []}`
	x := expand(t, `{`+rgSchema+`,
		"resources": [
			{"type": "Microsoft.Authorization/locks", "apiVersion": "1", "name": "relative", "scope": "[format('Microsoft.Storage/storageAccounts/{0}', 'st')]"},
			{"type": "Microsoft.Authorization/locks", "apiVersion": "1", "name": "full", "scope": "[resourceId('Microsoft.Storage/storageAccounts', 'st')]"},
			{"type": "Microsoft.Management/managementGroups", "apiVersion": "1", "name": "mg", "scope": "/"},
			{"type": "Microsoft.OperationalInsights/workspaces/providers/contentTemplates", "apiVersion": "1", "name": "ws/Microsoft.SecurityInsights/x"},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "tenant", "location": "w", "scope": "/", "properties": {"template": `+empty+`}},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "mg", "location": "w", "scope": "Microsoft.Management/managementGroups/m2", "properties": {"template": `+empty+`}},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "sub", "location": "w", "subscriptionId": "s2", "properties": {"template": `+empty+`}},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "both", "subscriptionId": "s2", "resourceGroup": "g2", "properties": {"template": `+empty+`}},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "id", "scope": "[format('/subscriptions/{0}/resourceGroups/{1}', 's3', 'g3')]", "properties": {"template": `+empty+`}}
		]}`, template.Options{SubscriptionID: "s", ResourceGroup: "g"})
	st := "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st/providers/Microsoft.Authorization/locks/"
	dep := "/providers/Microsoft.Resources/deployments/"
	same(t, []string{
		st + "relative", st + "full", "/providers/Microsoft.Management/managementGroups/mg",
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/ws/providers/Microsoft.SecurityInsights/contentTemplates/x",
		dep + "tenant", "/providers/Microsoft.Management/managementGroups/m2" + dep + "mg", "/subscriptions/s2" + dep + "sub",
		"/subscriptions/s2/resourceGroups/g2" + dep + "both", "/subscriptions/s3/resourceGroups/g3" + dep + "id",
	}, ids(x.Resources))
}

func TestChildResources(t *testing.T) {
	x := clean(t, `{`+rgSchema+`,
		"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('p', copyIndex())]", "copy": {"name": "l", "count": 2},
			"resources": [
				{"type": "d", "apiVersion": "1", "name": "short", "dependsOn": ["[concat('p', copyIndex())]"], "properties": {"i": "[copyIndex()]"},
					"resources": [{"type": "e", "apiVersion": "1", "name": "deep"}]},
				{"type": "A.B/c/d", "apiVersion": "1", "name": "[format('p{0}/full', copyIndex())]"},
				{"type": "providers/locks", "apiVersion": "1", "name": "Microsoft.Authorization/lock"}
			]}]}`, template.Options{SubscriptionID: "s", ResourceGroup: "g"})
	base := "/subscriptions/s/resourceGroups/g/providers/A.B/c/"
	var want []string
	for _, p := range []string{"p0", "p1"} {
		want = append(want, base+p, base+p+"/d/short", base+p+"/d/short/e/deep", base+p+"/d/full", base+p+"/providers/Microsoft.Authorization/locks/lock")
	}
	same(t, want, ids(x.Resources))
	sameJSON(t, `{"type": "A.B/c/d", "apiVersion": "1", "name": "p1/short", "properties": {"i": 1}}`, bodyOf(find(t, x, "p1/d/short")))
}

func TestNamesThatDoNotFitTheirType(t *testing.T) {
	x := expand(t, `{`+rgSchema+`, "parameters": {"p": {"type": "string"}}, "resources": [
		{"type": "A.B/c/d", "apiVersion": "1", "name": "only"},
		{"type": "A.B/c", "apiVersion": "1", "name": "a/b"},
		{"type": "nothing", "apiVersion": "1", "name": "a"},
		{"type": "A.B/c/d", "apiVersion": "1", "name": "[parameters('p')]"}]}`, zeroScope)
	var got []string
	for _, d := range x.Diagnostics {
		if d.Code == template.CodeName {
			got = append(got, d.Message)
		}
	}
	if len(got) != 3 || !strings.Contains(got[0], "incorrect segment lengths") || !strings.Contains(got[2], "has no namespace") {
		t.Errorf("got %q", got)
	}
}

// files is a file system in memory, as Options.ReadFile wants it.
func files(m map[string]string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if src, ok := m[filepath.ToSlash(path)]; ok {
			return []byte(src), nil
		}
		return nil, fs.ErrNotExist
	}
}

func TestLinkedTemplates(t *testing.T) {
	linked := `{` + rgSchema + `, "parameters": {"n": {"type": "string"}},
		"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[parameters('n')]"}],
		"outputs": {"id": {"type": "string", "value": "[resourceId('A.B/c', parameters('n'))]"}}}`
	tests := map[string]struct {
		link   string
		file   string
		uriMap map[string]string
		info   bool
	}{
		"relative path":      {link: `"relativePath": "nested/x.json"`, file: "nested/x.json"},
		"beside the parent":  {link: `"uri": "https://example.com/a/nested/x.json?sas=1"`, file: "nested/x.json", info: true},
		"by known part":      {link: `"uri": "[uri(deployment().properties.templateLink.uri, 'nested/x.json')]"`, file: "nested/x.json", info: true},
		"by unknown base":    {link: `"uri": "[concat(parameters('base'), '/nested/x.json', parameters('token'))]"`, file: "nested/x.json", info: true},
		"by map":             {link: `"uri": "https://example.com/a/x.json"`, file: "local/x.json", uriMap: map[string]string{"https://example.com/": "other", "https://EXAMPLE.com/a/": "local"}},
		"template spec, map": {link: `"id": "/subscriptions/s/ts/1.0"`, file: "spec.json", uriMap: map[string]string{"/subscriptions/s/ts/1.0": "spec.json"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, `{`+rgSchema+`,
				"parameters": {"base": {"type": "string"}, "token": {"type": "securestring", "defaultValue": ""}},
				"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "d",
					"properties": {"mode": "Incremental", "templateLink": {`+test.link+`}, "parameters": {"n": {"value": "x"}}}}],
				"outputs": {"id": {"type": "string", "value": "[reference('d').outputs.id.value]"}}}`,
				template.Options{SubscriptionID: "s", ResourceGroup: "g", ReadFile: files(map[string]string{test.file: linked}), URIMap: test.uriMap,
					Parameters: []template.Assignment{}})
			sameJSON(t, `{"id": "/subscriptions/s/resourceGroups/g/providers/A.B/c/x"}`, outputs(x))
			info := false
			for _, d := range x.Diagnostics {
				info = info || d.Code == template.CodeLinkedTemplate && d.Severity == template.Info
			}
			if info != test.info {
				t.Errorf("diagnostics are %q", messages(x.Diagnostics))
			}
			if got := find(t, x, "/x").Node.Document().Name(); filepath.ToSlash(got) != test.file {
				t.Errorf("the resource is from %s, want %s", got, test.file)
			}
		})
	}
}

func TestLinkedTemplateThatIsNotThere(t *testing.T) {
	x := expand(t, `{`+rgSchema+`,
		"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "d",
			"properties": {"mode": "Incremental", "templateLink": {"uri": "https://example.com/x.json"}}}],
		"outputs": {"id": {"type": "string", "value": "[reference('d').outputs.id.value]"}}}`,
		template.Options{SubscriptionID: "s", ResourceGroup: "g", ReadFile: files(nil)})
	sameJSON(t, `{"id": {"$unknown": "[reference('/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deployments/d', '2021-04-01').outputs.id.value]"}}`, outputs(x))
	same(t, []string{"warning 3:58 linked-template: the linked template https://example.com/x.json is not at hand; its resources and outputs are unknown"}, messages(x.Diagnostics))
}

func TestParametersOfNestedDeployments(t *testing.T) {
	x := expand(t, `{`+rgSchema+`, "languageVersion": "2.0",
		"resources": {
			"first": {"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "first",
				"properties": {"mode": "Incremental", "template": {`+rgSchema+`, "resources": [], "outputs": {"name": {"type": "string", "value": "made"}}}}},
			"second": {"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "second",
				"properties": {"mode": "Incremental",
					"parameters": {
						"name": {"value": "[reference('first').outputs.name.value]"},
						"list": {"copy": [{"name": "value", "count": 2, "input": "[copyIndex('value')]"}]},
						"secret": {"reference": {"keyVault": {"id": "[resourceId('Microsoft.KeyVault/vaults', 'kv')]"}, "secretName": "s"}},
						"wrong": {"value": 1}
					},
					"template": {`+rgSchema+`,
						"parameters": {"name": {"type": "string"}, "list": {"type": "array"}, "secret": {"type": "securestring"}, "none": {"type": "int"}},
						"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[parameters('name')]",
							"properties": {"list": "[parameters('list')]", "secret": "[parameters('secret')]", "none": "[parameters('none')]"}}]}}}
		}}`, template.Options{SubscriptionID: "s", ResourceGroup: "g"})
	r := find(t, x, "/A.B/c/made")
	sameJSON(t, `{"type": "A.B/c", "apiVersion": "1", "name": "made", "properties": {
		"list": [0, 1], "secret": {"$secret": true}, "none": {"$unknown": "[parameters('none')]"}}}`, bodyOf(r))
	if u := r.Body.Path("properties", "secret").Unknown(); u == nil || u.Resource != "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv" {
		t.Errorf("the vault of the secret is not remembered: %+v", u)
	}
	got := strings.Join(messages(x.Diagnostics), "\n")
	for _, want := range []string{`the template of the deployment has no parameter "wrong"`, "gives no value for the parameter 'none'"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if x.Resources[0].Name.Text() != "first" {
		t.Errorf("the order is %q", ids(x.Resources))
	}
}
