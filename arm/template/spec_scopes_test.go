package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// headed makes a template of one level: a name of a schema file without its ending.
func headed(schema, sections string) string {
	return `{"$schema": "https://schema.management.azure.com/schemas/2019-08-01/` + schema + `.json#", "contentVersion": "1.0.0.0", ` + sections + `}`
}

var everyScope = template.Options{
	SubscriptionID: "S", TenantID: "T", ResourceGroup: "G", ManagementGroup: "M", Location: "westeurope",
}

// Section 8.2 of the specification: ids by the level of the template and the scope of the resource.
func TestIDsAtEveryLevel(t *testing.T) {
	tests := []struct{ schema, resource, want string }{
		{"deploymentTemplate", `"type": "A.B/c", "name": "n"`, "/subscriptions/S/resourceGroups/G/providers/A.B/c/n"},
		{"deploymentTemplate", `"type": "A.B/c/d", "name": "n/m"`, "/subscriptions/S/resourceGroups/G/providers/A.B/c/n/d/m"},
		{"deploymentTemplate", `"type": "A.B/c/d/e", "name": "n/m/o"`, "/subscriptions/S/resourceGroups/G/providers/A.B/c/n/d/m/e/o"},
		{"subscriptionDeploymentTemplate", `"type": "A.B/c", "name": "n"`, "/subscriptions/S/providers/A.B/c/n"},
		{"subscriptionDeploymentTemplate", `"type": "Microsoft.Resources/resourceGroups", "name": "n"`, "/subscriptions/S/resourceGroups/n"},
		{"managementGroupDeploymentTemplate", `"type": "A.B/c", "name": "n"`, "/providers/Microsoft.Management/managementGroups/M/providers/A.B/c/n"},
		{"tenantDeploymentTemplate", `"type": "A.B/c", "name": "n"`, "/providers/A.B/c/n"},
		// extension resources
		{"deploymentTemplate", `"type": "X.Y/locks", "name": "l", "scope": "A.B/c/n"`, "/subscriptions/S/resourceGroups/G/providers/A.B/c/n/providers/X.Y/locks/l"},
		{"deploymentTemplate", `"type": "X.Y/locks", "name": "l", "scope": "[format('A.B/c/{0}', 'n')]"`, "/subscriptions/S/resourceGroups/G/providers/A.B/c/n/providers/X.Y/locks/l"},
		{"deploymentTemplate", `"type": "X.Y/locks", "name": "l", "scope": "[resourceId('A.B/c', 'n')]"`, "/subscriptions/S/resourceGroups/G/providers/A.B/c/n/providers/X.Y/locks/l"},
		{"deploymentTemplate", `"type": "X.Y/locks", "name": "l", "scope": "/"`, "/providers/X.Y/locks/l"},
		{"deploymentTemplate", `"type": "X.Y/locks", "name": "l", "scope": "/subscriptions/Z"`, "/subscriptions/Z/providers/X.Y/locks/l"},
		{"subscriptionDeploymentTemplate", `"type": "X.Y/locks", "name": "l", "scope": "A.B/c/n"`, "/subscriptions/S/providers/A.B/c/n/providers/X.Y/locks/l"},
		{"managementGroupDeploymentTemplate", `"type": "X.Y/locks", "name": "l", "scope": "/"`, "/providers/X.Y/locks/l"},
		// the old form with "providers" in type and name
		{"deploymentTemplate", `"type": "A.B/c/providers/locks", "name": "n/X.Y/l"`, "/subscriptions/S/resourceGroups/G/providers/A.B/c/n/providers/X.Y/locks/l"},
	}
	for _, tt := range tests {
		x := clean(t, headed(tt.schema, `"resources": [{"apiVersion": "1", `+tt.resource+`}]`), everyScope)
		if got := x.Resources[0].ID.Text(); got != tt.want {
			t.Errorf("%s, %s\n has the id %s\n want       %s", tt.schema, tt.resource, got, tt.want)
		}
	}
}

// Section 10.2: where a nested deployment goes, by its members; its own scope functions tell.
func TestTargetsOfDeployments(t *testing.T) {
	const (
		group = "deploymentTemplate"
		sub   = "subscriptionDeploymentTemplate"
		mg    = "managementGroupDeploymentTemplate"
		ten   = "tenantDeploymentTemplate"
	)
	tests := []struct{ parent, members, child, want string }{
		{group, ``, group, "/subscriptions/S/resourceGroups/G"},
		{group, `"resourceGroup": "other",`, group, "/subscriptions/S/resourceGroups/other"},
		{group, `"resourceGroup": "[concat('o', 'p')]",`, group, "/subscriptions/S/resourceGroups/op"},
		{group, `"resourceGroup": "other", "subscriptionId": "S2",`, group, "/subscriptions/S2/resourceGroups/other"},
		{group, `"subscriptionId": "S2", "location": "westus",`, sub, "/subscriptions/S2"},
		{group, `"scope": "/", "location": "westus",`, ten, ""},
		{group, `"scope": "Microsoft.Management/managementGroups/M2", "location": "westus",`, mg, "/providers/Microsoft.Management/managementGroups/M2"},
		{sub, ``, sub, "/subscriptions/S"},
		{sub, `"resourceGroup": "other",`, group, "/subscriptions/S/resourceGroups/other"},
		{sub, `"subscriptionId": "S2", "location": "westus",`, sub, "/subscriptions/S2"},
		{sub, `"subscriptionId": "S2", "resourceGroup": "other",`, group, "/subscriptions/S2/resourceGroups/other"},
		{sub, `"scope": "/", "location": "westus",`, ten, ""},
		{mg, ``, mg, "/providers/Microsoft.Management/managementGroups/M"},
		{mg, `"subscriptionId": "S2", "location": "westus",`, sub, "/subscriptions/S2"},
		{mg, `"subscriptionId": "S2", "resourceGroup": "other",`, group, "/subscriptions/S2/resourceGroups/other"},
		{mg, `"scope": "/", "location": "westus",`, ten, ""},
		{ten, ``, ten, ""},
		{ten, `"scope": "Microsoft.Management/managementGroups/M2", "location": "westus",`, mg, "/providers/Microsoft.Management/managementGroups/M2"},
		{ten, `"scope": "[tenantResourceId('Microsoft.Management/managementGroups', 'M2')]", "location": "westus",`, mg, "/providers/Microsoft.Management/managementGroups/M2"},
		{ten, `"subscriptionId": "S2", "location": "westus",`, sub, "/subscriptions/S2"},
		{ten, `"scope": "[subscriptionResourceId('S2', 'Microsoft.Resources/resourceGroups', 'x')]", "location": "westus",`, ten, "error"},
	}
	for _, tt := range tests {
		src := headed(tt.parent, `"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", `+tt.members+`
			"properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
				"template": `+headed(tt.child, `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}]`)+`}}]`)
		x := expand(t, src, everyScope)
		if tt.want == "error" {
			if !template.HasErrors(x.Diagnostics) {
				t.Errorf("%s with %s is accepted", tt.parent, tt.members)
			}
			continue
		}
		if got := x.Resources[1].ID.Text(); got != tt.want+"/providers/A.B/c/n" || len(x.Diagnostics) > 0 {
			t.Errorf("%s with %s: the resource is %s; %q", tt.parent, tt.members, got, messages(x.Diagnostics))
		}
		if got := x.Resources[0].ID.Text(); got != tt.want+"/providers/Microsoft.Resources/deployments/d" {
			t.Errorf("%s with %s: the deployment is %s", tt.parent, tt.members, got)
		}
	}
}

// Section 10.3: with outer scope expressions are those of the parent, with inner those of the nested template.
func TestWhatExpressionsOfNestedTemplatesSee(t *testing.T) {
	parent := func(head, options string) string {
		return `{` + rgSchema + `, ` + head + `
			"parameters": {"p": {"type": "string", "defaultValue": "parent's"}},
			"variables": {"v": "parent's"},
			"resources": ` + map[bool]string{true: `{"d": `, false: `[`}[head != ""] + `{
				"type": "Microsoft.Resources/deployments",
				"apiVersion": "2022-09-01",
				"name": "d",
				"resourceGroup": "target",
				"properties": {
					"mode": "Incremental",
					` + options + `
					"template": {
						` + rgSchema + `,
						"parameters": {"p": {"type": "string", "defaultValue": "nested's"}},
						"variables": {"v": "nested's"},
						"resources": [{
							"type": "A.B/c",
							"apiVersion": "1",
							"name": "n",
							"properties": {
								"p": "[parameters('p')]",
								"v": "[variables('v')]",
								"group": "[resourceGroup().name]",
								"id": "[resourceId('A.B/c', 'x')]",
								"deployment": "[deployment().name]"
							}
						}]
					}
				}
			}` + map[bool]string{true: `}`, false: `]`}[head != ""] + `}`
	}
	const outer = `{"p": "parent's", "v": "parent's", "group": "G", "id": "/subscriptions/S/resourceGroups/G/providers/A.B/c/x", "deployment": "azuredeploy"}`
	const inner = `{"p": "nested's", "v": "nested's", "group": "target", "id": "/subscriptions/S/resourceGroups/target/providers/A.B/c/x", "deployment": "d"}`
	tests := map[string]struct{ head, options, want string }{
		"classic":        {"", "", outer},
		"classic, outer": {"", `"expressionEvaluationOptions": {"scope": "outer"},`, outer},
		"classic, Outer": {"", `"expressionEvaluationOptions": {"scope": "Outer"},`, outer},
		"classic, inner": {"", `"expressionEvaluationOptions": {"scope": "inner"},`, inner},
		"classic, INNER": {"", `"expressionEvaluationOptions": {"scope": "INNER"},`, inner},
		"2.0":            {`"languageVersion": "2.0",`, "", inner},
		"2.0, inner":     {`"languageVersion": "2.0",`, `"expressionEvaluationOptions": {"scope": "inner"},`, inner},
		"2.1":            {`"languageVersion": "2.1-experimental",`, "", inner},
	}
	for name, tt := range tests {
		x := clean(t, parent(tt.head, tt.options), everyScope)
		r := x.Resources[len(x.Resources)-1]
		sameJSON(t, tt.want, string(r.Body.Get("properties").AppendJSON(nil)))
		// The id is that of the target in every case.
		if got := r.ID.Text(); !strings.HasPrefix(got, "/subscriptions/S/resourceGroups/target/") {
			t.Errorf("%s: the id is %s", name, got)
		}
	}
}

// Section 8.2: children inside of their parents, by short and by full name, through several levels.
func TestChildrenInBothForms(t *testing.T) {
	x := clean(t, classic(`
		"resources": [
			{
				"type": "A.B/c",
				"apiVersion": "1",
				"name": "[concat('p', 'q')]",
				"resources": [
					{
						"type": "d",
						"apiVersion": "1",
						"name": "short",
						"resources": [{"type": "e", "apiVersion": "1", "name": "grandchild"}]
					},
					{"type": "A.B/c/d", "apiVersion": "1", "name": "pq/full"},
					{"type": "X.Y/locks", "apiVersion": "1", "name": "lock", "scope": "A.B/c/pq"}
				]
			},
			{"type": "A.B/c/d", "apiVersion": "1", "name": "pq/apart", "dependsOn": ["pq"]}
		]`), everyScope)
	lists(t, "the ids", ids(x.Resources), `
		/subscriptions/S/resourceGroups/G/providers/A.B/c/pq
		/subscriptions/S/resourceGroups/G/providers/A.B/c/pq/d/short
		/subscriptions/S/resourceGroups/G/providers/A.B/c/pq/d/short/e/grandchild
		/subscriptions/S/resourceGroups/G/providers/A.B/c/pq/d/full
		/subscriptions/S/resourceGroups/G/providers/A.B/c/pq/providers/X.Y/locks/lock
		/subscriptions/S/resourceGroups/G/providers/A.B/c/pq/d/apart
	`)
	lists(t, "the dependencies", dependencies(x), `
		pq/apart <- pq
	`)
}

// The condition of a parent is not that of its children, and copies of a parent have children of their own.
func TestConditionsAndLoopsOfParents(t *testing.T) {
	x := clean(t, classic(`
		"resources": [
			{
				"type": "A.B/c",
				"apiVersion": "1",
				"name": "off",
				"condition": false,
				"resources": [{"type": "d", "apiVersion": "1", "name": "x"}]
			},
			{
				"type": "A.B/c",
				"apiVersion": "1",
				"name": "[concat('p', copyIndex())]",
				"copy": {"name": "L", "count": 2},
				"resources": [{"type": "d", "apiVersion": "1", "name": "[concat('c', copyIndex())]"}]
			}
		]`), everyScope)
	lists(t, "the resources", described(x), `
		A.B/c/d off/x
		A.B/c p0 L[0]
		A.B/c/d p0/c0 L[0]
		A.B/c p1 L[1]
		A.B/c/d p1/c1 L[1]
		no A.B/c off
	`)
}

func TestNamesAndTypesThatDoNotFit(t *testing.T) {
	tests := []struct{ resource, want string }{
		{`"type": "A.B/c/d", "name": "n"`, "'n' of type 'A.B/c/d' has incorrect segment lengths"},
		{`"type": "A.B/c", "name": "n/m"`, "'n/m' of type 'A.B/c' has incorrect segment lengths"},
		{`"type": "A.B/c/d", "name": "n/m/o"`, "'n/m/o' of type 'A.B/c/d' has incorrect segment lengths"},
		{`"type": "vm", "name": "n"`, "the type 'vm' has no namespace"},
		{`"type": "A.B/c", "name": 5`, "the name of a resource is of type Integer, expected a string"},
		{`"type": 5, "name": "n"`, ""},
		// What is not known may hold segments.
		{`"type": "A.B/c/d", "name": "[parameters('p')]"`, ""},
		{`"type": "A.B/c/d", "name": "[concat(parameters('p'), '/x')]"`, ""},
		{`"type": "A.B/c/d/e", "name": "[concat(parameters('p'), '/x')]"`, ""},
	}
	for _, tt := range tests {
		x := expand(t, classic(`"parameters": {"p": {"type": "string"}}, "resources": [{"apiVersion": "1", `+tt.resource+`}]`), everyScope)
		var names []string
		for _, d := range x.Diagnostics {
			if d.Code == template.CodeName {
				names = append(names, d.Message)
			}
		}
		if got := strings.Join(names, " | "); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s gives %q, want %q", tt.resource, got, tt.want)
		}
	}
}
