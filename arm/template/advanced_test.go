package template_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// The template for an advanced workspace makes or reuses each of its resources.
// Every combination of its options gives the resources that were asked for, and
// a workspace that points at them whether they are new or not.
func TestAdvancedWorkspaceInAllCombinations(t *testing.T) {
	path := filepath.Join(quickstarts(t), "201-machine-learning-advanced", "azuredeploy.json")
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc, _ := jsonc.Parse(path, src)
	tmpl, _ := template.Parse(doc)
	twoWays, threeWays := []string{"new", "existing"}, []string{"new", "existing", "none"}
	combinations := 0
	for _, storage := range twoWays {
		for _, vault := range twoWays {
			for _, insights := range twoWays {
				for _, registry := range threeWays {
					for _, network := range threeWays {
						for _, endpoint := range []string{"none", "AutoApproval", "ManualApproval"} {
							combinations++
							checkAdvanced(t, tmpl, map[string]string{
								"storageAccountOption": storage, "keyVaultOption": vault, "applicationInsightsOption": insights,
								"containerRegistryOption": registry, "vnetOption": network, "subnetOption": network,
								"privateEndpointType": endpoint,
							})
						}
					}
				}
			}
		}
	}
	if combinations != 216 {
		t.Errorf("%d combinations", combinations)
	}
}

func checkAdvanced(t *testing.T, tmpl *template.Template, options map[string]string) {
	t.Helper()
	opts := template.Options{SubscriptionID: "s", ResourceGroup: "rg", Location: "westeurope", TenantID: "t"}
	text := func(name, v string) {
		opts.Parameters = append(opts.Parameters, template.Assignment{Name: name, Text: v})
	}
	for name, v := range map[string]string{
		"workspaceName": "ws", "location": "westeurope", "storageAccountName": "st", "keyVaultName": "kv",
		"applicationInsightsName": "ai", "containerRegistryName": "cr", "vnetName": "vnet", "subnetName": "sub",
		"storageAccountResourceGroupName": "data",
	} {
		text(name, v)
	}
	if options["storageAccountOption"] == "new" {
		opts.Parameters[slices.IndexFunc(opts.Parameters, func(a template.Assignment) bool { return a.Name == "storageAccountResourceGroupName" })].Text = "rg"
	}
	for name, v := range options {
		text(name, v)
	}
	label := fmt.Sprint(options)
	x, err := tmpl.Expand(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range x.Diagnostics {
		if d.Severity != template.Info {
			t.Errorf("%s: %s", label, d)
		}
	}
	want := []string{"Microsoft.MachineLearningServices/workspaces ws", "Microsoft.Resources/deployments DeployPrivateEndpoints"}
	add := func(condition bool, names ...string) {
		if condition {
			want = append(want, names...)
		}
	}
	endpoint := options["privateEndpointType"]
	add(options["storageAccountOption"] == "new", "Microsoft.Storage/storageAccounts st")
	add(options["keyVaultOption"] == "new", "Microsoft.KeyVault/vaults kv")
	add(options["applicationInsightsOption"] == "new", "Microsoft.Insights/components ai")
	add(options["containerRegistryOption"] == "new", "Microsoft.ContainerRegistry/registries cr")
	add(options["vnetOption"] == "new", "Microsoft.Network/virtualNetworks vnet", "Microsoft.Network/virtualNetworks/subnets vnet/sub")
	add(options["subnetOption"] == "existing" && endpoint != "none", "Microsoft.Resources/deployments UpdateSubnetPolicy", "Microsoft.Network/virtualNetworks/subnets vnet/sub")
	add(endpoint != "none", "Microsoft.Network/privateEndpoints ws-PrivateEndpoint")
	var got []string
	var workspace *template.Resource
	for _, r := range x.Resources {
		if r.Type == "Microsoft.MachineLearningServices/workspaces" {
			workspace = r
		}
		if strings.HasPrefix(r.Type, "Microsoft.Network/private") && r.Type != "Microsoft.Network/privateEndpoints" {
			if endpoint != "AutoApproval" {
				t.Errorf("%s: there is a %s", label, r.Type)
			}
			continue
		}
		got = append(got, r.Type+" "+r.Name.Text())
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("%s:\nwant %q\n got %q", label, want, got)
	}
	registry := "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/cr"
	if options["containerRegistryOption"] == "none" {
		registry = ""
	}
	group := "data"
	if options["storageAccountOption"] == "new" {
		group = "rg"
	}
	for property, id := range map[string]string{
		"storageAccount":      "/subscriptions/s/resourceGroups/" + group + "/providers/Microsoft.Storage/storageAccounts/st",
		"keyVault":            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
		"applicationInsights": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Insights/components/ai",
		"containerRegistry":   registry,
	} {
		if got := workspace.Body.Path("properties", property); got.Text() != id {
			t.Errorf("%s: %s is %q, want %q", label, property, got.Text(), id)
		}
	}
	dependsOn := 0
	for _, o := range []string{"storageAccountOption", "keyVaultOption", "applicationInsightsOption", "containerRegistryOption"} {
		if options[o] == "new" {
			dependsOn++
		}
	}
	if len(workspace.DependsOn) != dependsOn {
		t.Errorf("%s: the workspace depends on %d resources, want %d", label, len(workspace.DependsOn), dependsOn)
	}
	unknown := workspace.Body.Contains(func(v value.Value) bool { return v.IsUnknown() })
	if unknown {
		t.Errorf("%s: the workspace holds something unknown: %s", label, bodyOf(workspace))
	}
}
