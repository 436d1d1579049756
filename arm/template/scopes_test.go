package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/template"
)

func TestSchemaScope(t *testing.T) {
	tests := map[string]struct {
		scope eval.ScopeKind
		ok    bool
	}{
		"https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#":                {eval.ResourceGroupScope, true},
		"http://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json":                  {eval.ResourceGroupScope, true},
		"https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#":    {eval.SubscriptionScope, true},
		"https://schema.management.azure.com/schemas/2019-08-01/MANAGEMENTGROUPDEPLOYMENTTEMPLATE.JSON#": {eval.ManagementGroupScope, true},
		" https://schema.management.azure.com/schemas/2019-08-01/tenantDeploymentTemplate.json# ":        {eval.TenantScope, true},
		"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#":              {0, false},
		"": {0, false},
	}
	for schema, want := range tests {
		if scope, ok := template.SchemaScope(schema); scope != want.scope || ok != want.ok {
			t.Errorf("SchemaScope(%q) = %s, %v", schema, scope, ok)
		}
	}
}

// A deployment names the scope that it deploys to in several ways.
func TestScopesOfDeployments(t *testing.T) {
	tests := map[string]struct{ members, want, warn string }{
		"tenant":                      {`"scope": "/"`, "", ""},
		"management group":            {`"scope": "Microsoft.Management/managementGroups/m"`, "/providers/Microsoft.Management/managementGroups/m", ""},
		"management group, full id":   {`"scope": "/providers/Microsoft.Management/managementGroups/m"`, "/providers/Microsoft.Management/managementGroups/m", ""},
		"management group, computed":  {`"scope": "[tenantResourceId('Microsoft.Management/managementGroups', 'm')]"`, "/providers/Microsoft.Management/managementGroups/m", ""},
		"subscription":                {`"scope": "/subscriptions/x"`, "/subscriptions/x", ""},
		"subscription, function":      {`"scope": "[subscription().id]"`, "/subscriptions/s", ""},
		"subscription, member":        {`"subscriptionId": "x"`, "/subscriptions/x", ""},
		"group":                       {`"scope": "/subscriptions/x/resourceGroups/y"`, "/subscriptions/x/resourceGroups/y", ""},
		"group, member":               {`"resourceGroup": "y"`, "/subscriptions/s/resourceGroups/y", ""},
		"group and subscription":      {`"subscriptionId": "x", "resourceGroup": "y"`, "/subscriptions/x/resourceGroups/y", ""},
		"group, empty":                {`"resourceGroup": ""`, "/subscriptions/s/resourceGroups/g", ""},
		"group, null":                 {`"resourceGroup": "[null()]"`, "/subscriptions/s/resourceGroups/g", ""},
		"nothing":                     {`"location": "west"`, "/subscriptions/s/resourceGroups/g", ""},
		"group of a missing name":     {`"resourceGroup": "[parameters('p')]"`, "/subscriptions/s/resourceGroups/{parameters('p')}", ""},
		"group in an unknown id":      {`"scope": "[format('/subscriptions/{0}/resourceGroups/{1}', parameters('p'), 'y')]"`, "/subscriptions/{parameters('p')}/resourceGroups/y", ""},
		"an id that is no scope":      {`"scope": "[resourceId('A.B/c', 'n')]"`, "/subscriptions/s/resourceGroups/g", "is not one that can be deployed to"},
		"an id of which nothing is k": {`"scope": "[parameters('p')]"`, "/subscriptions/s/resourceGroups/g", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, `{`+rgSchema+`, "parameters": {"p": {"type": "string"}}, "resources": [`+
				nest("d", test.members+",", innerScope, `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}]`)+`]}`,
				template.Options{SubscriptionID: "s", ResourceGroup: "g"})
			want := test.want + "/providers/A.B/c/n"
			if got := find(t, x, "/A.B/c/n").ID.Text(); got != want {
				t.Errorf("the resource is %s, want %s", got, want)
			}
			if got := find(t, x, "deployments/d").ID.Text(); got != test.want+"/providers/Microsoft.Resources/deployments/d" {
				t.Errorf("the deployment is %s", got)
			}
			got := ""
			for _, d := range x.Diagnostics {
				if d.Severity == template.Error {
					got += d.Message
				}
			}
			if test.warn == "" && got != "" || !strings.Contains(got, test.warn) {
				t.Errorf("got %q, want %q", got, test.warn)
			}
		})
	}
}

// Extension resources name what they extend in several ways.
func TestScopesOfExtensionResources(t *testing.T) {
	tests := map[string]struct{ scope, want, fail string }{
		"relative":         {`"A.B/c/n"`, "/subscriptions/s/resourceGroups/g/providers/A.B/c/n", ""},
		"relative, child":  {`"[format('A.B/c/{0}/d/{1}', 'n', 'm')]"`, "/subscriptions/s/resourceGroups/g/providers/A.B/c/n/d/m", ""},
		"full":             {`"[resourceId('other', 'A.B/c', 'n')]"`, "/subscriptions/s/resourceGroups/other/providers/A.B/c/n", ""},
		"group":            {`"[resourceGroup().id]"`, "/subscriptions/s/resourceGroups/g", ""},
		"subscription":     {`"/subscriptions/x"`, "/subscriptions/x", ""},
		"tenant":           {`"/"`, "", ""},
		"null":             {`"[null()]"`, "/subscriptions/s/resourceGroups/g", ""},
		"unknown, whole":   {`"[parameters('p')]"`, "{parameters('p')}", ""},
		"unknown, partly":  {`"[format('A.B/c/{0}', parameters('p'))]"`, "/subscriptions/s/resourceGroups/g/providers/A.B/c/{parameters('p')}", ""},
		"unknown, full id": {`"[resourceId('A.B/c', parameters('p'))]"`, "/subscriptions/s/resourceGroups/g/providers/A.B/c/{parameters('p')}", ""},
		"number":           {`7`, "/subscriptions/s/resourceGroups/g", "the scope of a resource is of type Integer"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, `{`+rgSchema+`, "parameters": {"p": {"type": "string"}}, "resources": [
				{"type": "Microsoft.Authorization/locks", "apiVersion": "1", "name": "lock", "scope": `+test.scope+`}]}`,
				template.Options{SubscriptionID: "s", ResourceGroup: "g"})
			r := x.Resources[0]
			if got, want := r.ID.Text(), test.want+"/providers/Microsoft.Authorization/locks/lock"; got != want {
				t.Errorf("the id is %s, want %s", got, want)
			}
			if got := r.ScopeID.Text(); got != test.want {
				t.Errorf("the scope is %s, want %s", got, test.want)
			}
			got := strings.Join(messages(x.Diagnostics), "\n")
			if !strings.Contains(got, test.fail) {
				t.Errorf("got %q, want %q", got, test.fail)
			}
		})
	}
}

// A subscription is templated, too: groups, policies, and modules in the groups.
func TestGroupsOfASubscription(t *testing.T) {
	x := clean(t, `{`+subSchema+`, "languageVersion": "2.0",
		"parameters": {"regions": {"type": "array", "defaultValue": ["westeurope", "northeurope"]}},
		"resources": {
			"group": {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01", "name": "[format('rg-{0}', parameters('regions')[copyIndex()])]",
				"location": "[parameters('regions')[copyIndex()]]", "tags": {"n": "[string(copyIndex())]"}, "copy": {"name": "group", "count": "[length(parameters('regions'))]"}},
			"module": {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "[format('m{0}', copyIndex())]",
				"resourceGroup": "[format('rg-{0}', parameters('regions')[copyIndex()])]", "dependsOn": ["[format('group[{0}]', copyIndex())]"],
				"copy": {"name": "module", "count": "[length(parameters('regions'))]"},
				"properties": {"mode": "Incremental", "template": {`+rgSchema+`, "languageVersion": "2.0",
					"resources": {"st": {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[uniqueString(resourceGroup().id)]",
						"location": "[resourceGroup().location]", "tags": "[resourceGroup().tags]"}}}}},
			"policy": {"type": "Microsoft.Authorization/policyAssignments", "apiVersion": "2022-06-01", "name": "p"}
		}}`, template.Options{SubscriptionID: "s"})
	var got []string
	for _, r := range x.Resources {
		got = append(got, r.Deployment.Facts.Scope().String()+" "+r.Type+" "+r.Location.Text())
	}
	same(t, []string{
		"subscription Microsoft.Resources/resourceGroups westeurope",
		"subscription Microsoft.Resources/resourceGroups northeurope",
		"subscription Microsoft.Resources/deployments ",
		"resource group Microsoft.Storage/storageAccounts westeurope",
		"subscription Microsoft.Resources/deployments ",
		"resource group Microsoft.Storage/storageAccounts northeurope",
		"subscription Microsoft.Authorization/policyAssignments ",
	}, got)
	if tags := string(x.Resources[5].Body.Get("tags").AppendJSON(nil)); tags != `{"n":"1"}` {
		t.Errorf("the tags of the second group are %s", tags)
	}
}
