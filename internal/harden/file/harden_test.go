package file_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/file"
	"github.com/holdfast-ml/holdfast/internal/source"
)

const account = `{ "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "models", "location": "eastus2",
  "sku": { "name": "[parameters('sku')]" }, "kind": "StorageV2", "properties": {} }`

func templateOf(parameters string, resources ...string) string {
	return "{ " + schemaLine + ",\n\"parameters\": {" + parameters + "},\n\"resources\": [\n" + strings.Join(resources, ",\n") + "\n] }\n"
}

func harden1(t *testing.T, cat *catalog.Catalog, opts source.Options, plan harden.Options, names ...string) *file.Result {
	t.Helper()
	res, err := file.Harden(context.Background(), file.Input{Names: names, Catalog: cat, Source: opts}, file.Options{Plan: plan})
	if err != nil {
		t.Fatal(err)
	}
	holds(t, res)
	return res
}

// after gives a file as it is afterwards, "" when it does not change.
func after(res *file.Result, name string) string {
	for _, f := range res.Files {
		if f.Name == name {
			return string(f.After)
		}
	}
	return ""
}

// A value is changed where it comes from: in the file that supplies it, also when
// that was given as a document, in the standard input, and at the property when it
// was given beside the files.
func TestWhereValuesComeFrom(t *testing.T) {
	cat := defaults(t)
	plain := templateOf(`"sku": { "type": "string", "defaultValue": "Standard_GRS" }`, account)
	given := `{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": { "sku": { "value": "Standard_LRS" } } }`
	files := fstest.MapFS{"main.json": {Data: []byte(plain)}, "other.json": {Data: []byte(given)}}
	only := harden.Options{Rules: []string{"storage-zone-outage"}}

	t.Run("a parameter file that is an input", func(t *testing.T) {
		res := harden1(t, cat, source.Options{Template: here, Files: files}, only, "main.json", "other.json")
		if after(res, "main.json") != "" || !strings.Contains(after(res, "other.json"), "ZRS") {
			t.Error(res.Files)
		}
	})
	t.Run("a parameter file that is a document", func(t *testing.T) {
		doc, _ := jsonc.Parse("given.json", []byte(given))
		opts := source.Options{Template: here, Files: files}
		opts.Template.ParameterFiles = []*jsonc.Document{doc}
		res := harden1(t, cat, opts, only, "main.json")
		if after(res, "main.json") != "" || !strings.Contains(after(res, "given.json"), "ZRS") {
			t.Error(res.Files)
		}
	})
	t.Run("a value beside the files", func(t *testing.T) {
		opts := source.Options{Template: here, Files: files}
		opts.Template.Parameters = []template.Assignment{{Name: "sku", Text: "Standard_LRS"}}
		res := harden1(t, cat, opts, only, "main.json")
		if text := after(res, "main.json"); !strings.Contains(text, `"defaultValue": "Standard_GRS"`) || strings.Contains(text, `"name": "[parameters('sku')]"`) {
			t.Error(text)
		}
	})
	t.Run("the standard input", func(t *testing.T) {
		res := harden1(t, cat, source.Options{Template: here, Stdin: strings.NewReader(plain)}, only, source.Stdin)
		if text := after(res, "(standard input)"); !strings.Contains(text, `ZRS" }`) {
			t.Error(text, outcomes(res))
		}
	})
}

// What no template declares is left to the plan.
func TestWhatComesFromAnInventoryIsNotWritten(t *testing.T) {
	files := fstest.MapFS{"inventory.json": {Data: []byte(`[ { "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/models", "name": "models",
		"type": "Microsoft.Storage/storageAccounts", "location": "eastus2", "sku": { "name": "Standard_LRS" }, "kind": "StorageV2", "properties": {} } ]`)},
		"main.json": {Data: []byte(templateOf(`"sku": { "type": "string", "defaultValue": "Standard_LRS" }`, strings.Replace(account, "models", "declared", 1)))}}
	res := harden1(t, defaults(t), source.Options{Template: here, Files: files}, harden.Options{Rules: []string{"storage-zone-outage"}}, "inventory.json", "main.json")
	got := map[string]harden.Outcome{}
	for _, i := range res.Plan.Items {
		got[i.Finding.Resource.Name] = i.Outcome
		if i.Finding.Resource.Name == "models" && !strings.Contains(i.Why, "template") {
			t.Error(i.Why)
		}
	}
	if got["models"] != harden.Decision || got["declared"] != harden.Mended {
		t.Error(got)
	}
}

// A loop whose instances want different things cannot be written narrower: the
// step is withdrawn and says what would change with it.
func TestALoopThatMakesOthersIsLeftAlone(t *testing.T) {
	loop := `{ "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[concat('store', copyIndex())]", "copy": { "name": "l", "count": 2 },
  "location": "[if(equals(copyIndex(), 0), 'eastus2', 'westus')]", "sku": { "name": "Standard_LRS" }, "kind": "StorageV2", "properties": {} }`
	files := fstest.MapFS{"main.json": {Data: []byte(templateOf(``, loop))}}
	res := harden1(t, defaults(t), source.Options{Template: here, Files: files}, harden.Options{Rules: []string{"storage-zone-outage"}}, "main.json")
	found := false
	for _, i := range res.Plan.Items {
		if i.Finding.Resource.Name == "store0" {
			found = true
			if i.Outcome != harden.Withdrawn || !strings.Contains(i.Why, "store1") {
				t.Errorf("%s: %s", i.Outcome, i.Why)
			}
		}
	}
	if !found || len(res.Files) > 0 {
		t.Error(outcomes(res), res.Files)
	}
}

// Only what is asked for is written.
func TestOnlySomeRules(t *testing.T) {
	files := fstest.MapFS{"main.json": {Data: []byte(templateOf(`"sku": { "type": "string", "defaultValue": "Standard_LRS" }`, account))}}
	res := harden1(t, defaults(t), source.Options{Template: here, Files: files}, harden.Options{Rules: []string{"storage-versioning"}}, "main.json")
	if text := after(res, "main.json"); !strings.Contains(text, "isVersioningEnabled") || strings.Contains(text, "ZRS") {
		t.Error(text)
	}
}

func TestErrorsAreThoseOfTheInput(t *testing.T) {
	cat := defaults(t)
	run := func(ctx context.Context, files fs.FS, names ...string) error {
		_, err := file.Harden(ctx, file.Input{Names: names, Catalog: cat, Source: source.Options{Files: files.(fstest.MapFS)}}, file.Options{Assess: assess.Options{}})
		return err
	}
	if err := run(context.Background(), fstest.MapFS{}, "main.json"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := run(context.Background(), fstest.MapFS{"main.json": {Data: []byte(templateOf(""))}}, "main.json"); !errors.Is(err, source.ErrNothing) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(ctx, fstest.MapFS{"main.json": {Data: []byte(templateOf(`"sku": { "type": "string" }`, account))}}, "main.json"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
