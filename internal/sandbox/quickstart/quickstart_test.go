package quickstart_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/quickstart"
	"github.com/holdfast-ml/holdfast/internal/sandbox/schemas"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func start(t testing.TB) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(context.Background(), sandbox.Options{Manual: true, NoThrottling: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// files are a quickstart's template and parameter file.
func files(t testing.TB, dir string) (template, parameters []byte) {
	t.Helper()
	at := filepath.Join(schemas.Shared(t, "data/quickstarts"), dir)
	template, err := os.ReadFile(filepath.Join(at, "azuredeploy.json"))
	if err != nil {
		t.Fatal(err)
	}
	if parameters, err = os.ReadFile(filepath.Join(at, "azuredeploy.parameters.json")); err != nil {
		t.Fatal(err)
	}
	return template, parameters
}

// TestEveryQuickstartIsDeployed deploys every published template with its
// parameter file, and holds those that Azure refuses today to their reason.
func TestEveryQuickstartIsDeployed(t *testing.T) {
	entries, err := os.ReadDir(schemas.Shared(t, "data/quickstarts"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range entries {
		seen++
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel()
			template, parameters := files(t, e.Name())
			err := quickstart.Deploy(t, start(t), e.Name(), template, parameters)
			want, refused := quickstart.Refused[e.Name()]
			switch {
			case !refused && err != nil:
				t.Error(err)
			case refused && err == nil:
				t.Errorf("it is deployed, although %s", want.Why)
			case refused && !strings.Contains(err.Error(), want.Code):
				t.Errorf("it is refused with %v, not %s", err, want.Code)
			}
		})
	}
	if seen != 48 {
		t.Errorf("%d templates are there, not 48", seen)
	}
}

// TestAChangedTemplateIsDeployed holds that the bytes that are given count, not
// those that are published.
func TestAChangedTemplateIsDeployed(t *testing.T) {
	s := start(t)
	template, parameters := files(t, "101-storage-account-create")
	changed := strings.Replace(string(template), `"Standard_LRS"`, `"Standard_ZRS" /* in all zones */`, 1)
	if changed == string(template) {
		t.Fatal("the template has no Standard_LRS to change")
	}
	if err := quickstart.Deploy(t, s, "101-storage-account-create", []byte(changed), parameters, quickstart.In("westeurope"), quickstart.Group("rg-of-mine")); err != nil {
		t.Fatal(err)
	}
	found := 0
	_ = s.World.Store.Read(func(tx *state.Tx) error {
		for r := range tx.OfType("Microsoft.Storage/storageAccounts", "/subscriptions/"+s.Connection.Subscription+"/resourceGroups/rg-of-mine") {
			found++
			if body := string(r.Body); !strings.Contains(body, "Standard_ZRS") || r.Location != "westeurope" {
				t.Errorf("the account is in %s and %s", r.Location, body)
			}
		}
		return nil
	})
	if found != 1 {
		t.Errorf("%d accounts are there", found)
	}
	if err := quickstart.Deploy(t, s, "101-storage-account-create", []byte(changed), parameters, quickstart.In("westus")); err == nil || !strings.Contains(err.Error(), "RedundancyConfigurationNotAvailableInRegion") {
		t.Errorf("ZRS in a region without zones: %v", err)
	}
}

func TestAParameterOfOnesOwn(t *testing.T) {
	template, parameters := files(t, "101-aks-azml-targetcompute")
	if err := quickstart.Deploy(t, start(t), "101-aks-azml-targetcompute", template, parameters, quickstart.With("kuberneteVersion", "1.34")); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeDeployedSaysWhy(t *testing.T) {
	s := start(t)
	const head = `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0"`
	for name, c := range map[string]struct{ template, parameters, want string }{
		"no JSON":                 {`{`, ``, "101-x/azuredeploy.json"},
		"no JSON in parameters":   {head + `,"resources":[]}`, `[`, "101-x/azuredeploy.parameters.json"},
		"an unknown prerequisite": {head + `,"resources":[]}`, `{"parameters":{"a":{"value":"GET-PREREQ-moon"}}}`, "the parameter a: nothing is known of the prerequisite moon"},
		"a parameter too many":    {head + `,"resources":[]}`, `{"parameters":{"a":{"value":1}}}`, "InvalidTemplate"},
		"a number as parameter":   {head + `,"resources":[]}`, `{"parameters":{"a":1}}`, "the parameter a is no object"},
		"a failing resource": {head + `,"resources":[{"type":"Microsoft.Storage/storageAccounts","apiVersion":"2023-05-01","name":"aaa1","location":"westus","kind":"StorageV2","sku":{"name":"Standard_ZRS"}}]}`, ``,
			"RedundancyConfigurationNotAvailableInRegion"},
	} {
		err := quickstart.Deploy(t, s, "101-x", []byte(c.template), []byte(c.parameters))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestWordsBecomeValues deploys a template that only tells what it was given.
func TestWordsBecomeValues(t *testing.T) {
	s := start(t)
	const template = `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
		"parameters":{"name":{"type":"string"},"short":{"type":"string","maxLength":5},"list":{"type":"array"},"secret":{"type":"securestring"},"key":{"type":"string"},"key2":{"type":"string"}},
		"resources":[{"type":"Microsoft.Storage/storageAccounts","apiVersion":"2023-05-01","name":"[parameters('name')]","location":"eastus","kind":"StorageV2","sku":{"name":"Standard_LRS"},
			"tags":{"short":"[parameters('short')]","list":"[parameters('list')[0].deep]","secret":"[string(length(parameters('secret')))]","same":"[string(equals(parameters('key'), parameters('key2')))]"}}]}`
	const parameters = `{"parameters":{"name":{"value":"GEN-UNIQUE"},"short":{"value":"GEN-UNIQUE-5"},"list":{"value":[{"deep":"GET-PREREQ-location"}]},
		"secret":{"reference":"GEN-KEYVAULT-PASSWORD-REFERENCE"},"key":{"value":"GET-PREREQ-resource_cmk_uri"},"key2":{"value":"GET-PREREQ-resource_cmk_uri"}}}`
	if err := quickstart.Deploy(t, s, "101-y", []byte(template), []byte(parameters)); err != nil {
		t.Fatal(err)
	}
	seen := ""
	_ = s.World.Store.Read(func(tx *state.Tx) error {
		for r := range tx.OfType("Microsoft.Storage/storageAccounts", "") {
			seen += string(r.Body)
		}
		return nil
	})
	for _, want := range []string{`"list":"eastus"`, `"secret":"14"`, `"same":"True"`, `"short":"q`} {
		if !strings.Contains(seen, want) {
			t.Errorf("%s is not in %s", want, seen)
		}
	}
}
