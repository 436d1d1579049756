package deployment_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/machinelearning"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var placeholder = regexp.MustCompile(`GEN-[A-Z]+[-A-Z0-9]*|GET-PREREQ-[A-Za-z_]+`)

// filled gives parameters the values that the tests of Azure's quickstarts would: new names, and what was there before.
func filled(parameters string) string {
	parameters = regexp.MustCompile(`"reference": *"[^"]*"`).ReplaceAllString(parameters, `"value":"Pass-word-1234"`)
	return placeholder.ReplaceAllStringFunc(parameters, func(p string) string {
		switch low := strings.ToLower(p); {
		case p == "GEN-UNIQUE":
			return "holdfast"
		case strings.Contains(low, "location"):
			return "westeurope"
		case strings.Contains(low, "cmk_uri"):
			return "https://holdfastkeys.vault.azure.net/keys/k/00000000000000000000000000000001"
		case strings.Contains(low, "keyvault"):
			return group + "/providers/Microsoft.KeyVault/vaults/holdfastkeys"
		case strings.Contains(low, "synapse"):
			return group + "/providers/Microsoft.Synapse/workspaces/synapse"
		case strings.Contains(low, "workspace"):
			return "holdfast"
		case strings.Contains(low, "storageaccount"):
			return "holdfaststore"
		case strings.Contains(low, "guid"), strings.Contains(low, "objectid"):
			return "44444444-4444-4444-8444-444444444444"
		case strings.Contains(low, "password"):
			return "Pass-word-1234"
		}
		return "fresh1"
	})
}

func newLearning(t *testing.T) *whole {
	return newWhole(t, func(w *world.World) (*provider.Provider, error) { return machinelearning.Provider(w) })
}

// errorsOf are the innermost reasons of a deployment that failed.
func errorsOf(p object.Object) string {
	return strings.Join(innermost(object.Inner(p, "error")), "; ")
}

// The published templates that make workspaces deploy as they are, and those that need one deploy into it. What is
// refused is what Azure refuses, too: versions of Kubernetes that are gone, and things to attach that are not there.
func TestMachineLearningTemplatesDeploy(t *testing.T) {
	const create = "101-machine-learning-create"
	tests := []struct {
		name    string
		into    bool   // a workspace that is there before
		refused string // why, "" when it deploys
	}{
		{create, false, ""},
		{"201-machine-learning-advanced", false, ""},
		{"201-machine-learning-private-ip", false, ""},
		{"201-machine-learning-encrypted-workspace", false, ""},
		{"101-machine-learning-dataset-create-workspace-multiple-dataset-datastore", false, ""},
		{"101-aks", false, ""},
		{"101-aks-azml-targetcompute", false, "version 1.16.9, which is not supported"},
		{"101-key-vault-create", false, ""},
		{"101-machine-learning-compute-create-amlcompute", true, ""},
		{"101-machine-learning-compute-create-computeinstance", true, ""},
		{"101-machine-learning-compute-create-akscompute", true, ""},
		{"101-machine-learning-compute-attach-aks", true, "was not found"},
		{"101-machine-learning-compute-attach-adla", true, "was not found"},
		{"101-machine-learning-compute-attach-dsvm", true, "was not found"},
		{"101-machine-learning-compute-attach-hdi", true, "was not found"},
		{"101-machine-learning-datastore-create-adls", true, ""},
		{"101-machine-learning-datastore-create-adls-gen2", true, ""},
		{"101-machine-learning-datastore-create-blob", true, ""},
		{"101-machine-learning-datastore-create-dbfs", true, ""},
		{"101-machine-learning-datastore-create-file", true, ""},
		{"101-machine-learning-datastore-create-mysql", true, ""},
		{"101-machine-learning-datastore-create-psql", true, ""},
		{"101-machine-learning-datastore-create-sql", true, ""},
		{"101-machine-learning-dataset-create-file-from-relative-path", true, ""},
		{"101-machine-learning-dataset-create-file-from-web-url", true, ""},
		{"101-machine-learning-dataset-create-tabular-from-relative-path", true, ""},
		{"101-machine-learning-dataset-create-tabular-from-sql-query", true, ""},
		{"101-machine-learning-dataset-create-tabular-from-web-url", true, ""},
		{"101-machine-learning-linkedservice-create", true, "was not found"},
		{"101-machine-learning-service-create-aci", true, ""},
		{"101-machine-learning-service-create-aks", true, "was not found"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newLearning(t)
			if status, answer, _ := h.ask("PUT", group+"/providers/Microsoft.KeyVault/vaults/holdfastkeys?api-version=2021-06-01-preview",
				`{"location": "westeurope", "properties": {"tenantId": "`+h.w.Tenant+`", "sku": {"family": "A", "name": "standard"}, "accessPolicies": [], "enablePurgeProtection": true}}`); status != 200 && status != 201 {
				t.Fatal(status, answer)
			}
			h.w.Clock.Advance(time.Minute)
			if test.into {
				template, parameters := quickstart(t, create)
				if p, refused := h.deployAs("before", sent(template, filled(strings.ReplaceAll(parameters, "westcentralus", "westeurope")))); refused != "" || object.Text(p, "provisioningState") != "Succeeded" {
					t.Fatalf("the workspace: %s %s", refused, errorsOf(p))
				}
			}
			template, parameters := quickstart(t, test.name)
			// The sandbox has the tiers of today's specification, which has no edition Enterprise any more.
			body := regexp.MustCompile(`("defaultValue"|"value"): *"enterprise"`).ReplaceAllString(sent(template, filled(parameters)), `$1: "basic"`)
			p, refused := h.deployAs("main", body)
			switch {
			case test.refused != "":
				if !strings.Contains(refused, test.refused) {
					t.Errorf("it is refused with %q, want %q", refused, test.refused)
				}
			case refused != "" || object.Text(p, "provisioningState") != "Succeeded":
				t.Errorf("it is %v: %s %s", p["provisioningState"], refused, errorsOf(p))
			}
		})
	}
}
