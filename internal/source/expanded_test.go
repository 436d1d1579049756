package source_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// Whoever asks for the expansions gets those whose resources are in the estate: a
// linked template comes with the one that links it, not once more by itself.
func TestExpansionsAreHandedOut(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const schema = `"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0"`
	write("main.json", `{`+schema+`, "resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "linked",
		"properties": {"mode": "Incremental", "templateLink": {"relativePath": "store.json"}}}]}`)
	write("store.json", `{`+schema+`, "resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "store",
		"location": "westeurope", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}]}`)
	var got []*template.Expansion
	e, _, err := source.Load(context.Background(), []string{dir}, source.Options{Expanded: func(x *template.Expansion) { got = append(got, x) }})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || filepath.Base(got[0].Root.Template.Document().Name()) != "main.json" {
		t.Fatalf("got %d expansions", len(got))
	}
	for _, r := range e.Resources {
		if r.Name == "store" {
			for _, x := range got[0].Resources {
				if x.Node == r.Body.Use() {
					return
				}
			}
		}
	}
	t.Error("no expansion has the declaration of the account")
}
