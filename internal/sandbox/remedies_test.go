package sandbox_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/quickstart"
)

// TestRemediesAroundAWorkspace makes the changes of the catalog's remedies that
// need a workspace, an endpoint, a registry of assets or an extension.
func TestRemediesAroundAWorkspace(t *testing.T) {
	l := newLab(t, sandbox.Options{NoThrottling: true})
	for _, name := range []string{"serving", "computes"} {
		template, err := os.ReadFile(filepath.Join("quickstart", "testdata", "own", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		parameters := `{"parameters":{"workspace":{"value":"GET-PREREQ-workspaceName"}}}`
		if err := quickstart.Deploy(t, l.Sandbox, name, template, []byte(parameters), quickstart.In("westeurope"), quickstart.Group("rg-data")); err != nil {
			t.Fatal(err)
		}
	}
	ml := l.group + "/providers/Microsoft.MachineLearningServices/"
	extension := l.group + "/providers/Microsoft.ContainerService/managedClusters/cluster/providers/Microsoft.KubernetesConfiguration/extensions/azureml"
	const version, extensions = "2026-05-01", "2023-05-01"
	for _, c := range []struct{ remedy, method, path, version, body, property, want string }{
		{"workspace-image-build", http.MethodPatch, ml + "workspaces/qsworkspace", version, `{"properties":{"imageBuildCompute":"cpu-cluster"}}`, "properties.imageBuildCompute", "cpu-cluster"},
		{"workspace-v2", http.MethodPatch, ml + "workspaces/qsworkspace", version, `{"properties":{"v1LegacyMode":false}}`, "properties.v1LegacyMode", "false"},
		{"workspace-own-registry", http.MethodPut, l.group + "/providers/Microsoft.ContainerRegistry/registries/crown1", "2025-11-01", `{"location":"westeurope","sku":{"name":"Premium"}}`, "sku.tier", "Premium"},
		{"workspace-own-registry", http.MethodPatch, ml + "workspaces/qsworkspace", version, `{"properties":{"containerRegistry":"` + l.group + `/providers/Microsoft.ContainerRegistry/registries/crown1"}}`,
			"properties.containerRegistry", l.group + "/providers/Microsoft.ContainerRegistry/registries/crown1"},
		{"endpoint-instances", http.MethodPatch, ml + "workspaces/qsworkspace/onlineEndpoints/sweep-score/deployments/blue", version, `{"sku":{"name":"Default","capacity":5}}`, "sku.capacity", "5"},
		{"aks-router", http.MethodPatch, extension, extensions, `{"properties":{"configurationSettings":{"inferenceRouterHA":"False"}}}`, "properties.configurationSettings.inferenceRouterHA", "False"},
		{"aks-router", http.MethodPatch, extension, extensions, `{"properties":{"configurationSettings":{"inferenceRouterHA":"True"}}}`, "properties.configurationSettings.enableInference", "True"},
	} {
		l.ask(c.method, c.path, c.version, c.body)
		shown := l.ask(http.MethodGet, c.path, c.version, "")
		if got := text(object.Get(shown, c.property)); got != c.want {
			t.Errorf("%s: %s is %q, not %q", c.remedy, c.property, got, c.want)
		}
	}
	registry := ml + "registries/sweep-assets"
	was := l.ask(http.MethodGet, registry, version, "")
	regions := object.List(was, "properties.regionDetails")
	body := object.Object{"location": object.Text(was, "location"), "identity": object.Object{"type": "SystemAssigned"}, "properties": object.Object{
		"regionDetails": append(regions, object.Object{"location": "uksouth",
			"acrDetails":            []any{object.Object{"systemCreatedAcrAccount": object.Object{"acrAccountSku": "Premium"}}},
			"storageAccountDetails": []any{object.Object{"systemCreatedStorageAccount": object.Object{"storageAccountType": "Standard_LRS", "storageAccountHnsEnabled": false}}},
		}),
	}}
	l.ask(http.MethodPut, registry, version, string(object.Encode(body)))
	l.pass(time.Hour)
	if now := object.List(l.ask(http.MethodGet, registry, version, ""), "properties.regionDetails"); len(regions) != 2 || len(now) != 3 {
		t.Errorf("ml-registry-region: %d regions became %d", len(regions), len(now))
	}
}

// text is a value of a body, for comparing.
func text(v any) string {
	if s, ok := v.(interface{ String() string }); ok { // a number
		return s.String()
	}
	return fmt.Sprint(v)
}
