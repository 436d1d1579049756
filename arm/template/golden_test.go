package template_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares an expansion, written out, with a file in testdata.
func golden(t *testing.T, name string, x *template.Expansion) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, written(x), "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s differs (-want +got), write it anew with -update:\n%s", path, diff)
	}
}

// written gives everything that an expansion tells as JSON.
func written(x *template.Expansion) []byte {
	b := []byte(`{"resources":[`)
	text := func(key, s string) {
		b = value.AppendQuoted(b, key)
		b = append(b, ':')
		b = value.AppendQuoted(b, s)
		b = append(b, ',')
	}
	for i, r := range append(x.Resources[:len(x.Resources):len(x.Resources)], x.Skipped...) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		text("id", r.ID.Text())
		text("at", r.Node.Pointer())
		text("presence", r.Presence.String())
		if r.Existing {
			text("existing", "true")
		}
		for _, d := range r.DependsOn {
			text("dependsOn", d.ID.Text())
		}
		b = append(b, `"body":`...)
		b = r.Body.AppendJSON(b)
		b = append(b, '}')
	}
	b = append(b, `],"outputs":`...)
	b = append(b, outputs(x)...)
	b = append(b, `,"diagnostics":[`...)
	for i, d := range x.Diagnostics {
		if i > 0 {
			b = append(b, ',')
		}
		b = value.AppendQuoted(b, d.String())
	}
	return append(b, `]}`...)
}

const moduleParameters = `{
	"name": "stdata", "lock": {"kind": "CanNotDelete"}, "tags": {"a": "b"},
	"roleAssignments": [
		{"roleDefinitionIdOrName": "Reader", "principalId": "p1"},
		{"roleDefinitionIdOrName": "/providers/Microsoft.Authorization/roleDefinitions/x", "principalId": "p2", "name": "fixed"},
		{"roleDefinitionIdOrName": "11111111-2222-3333-4444-555555555555", "principalId": "p3"}
	],
	"containers": [{"name": "one"}, {"name": "two", "publicAccess": "Blob"}],
	"keyVaultResourceId": "/subscriptions/other/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/kv"
}`

func readModule(t testing.TB) *template.Template {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", "module.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, errs := jsonc.Parse("module.json", src)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	tmpl, diags := template.Parse(doc)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return tmpl
}

// A module in the manner of Azure Verified Modules: types, nullable parameters,
// loops over variables and modules, existing resources, telemetry.
func TestCompiledModule(t *testing.T) {
	tmpl := readModule(t)
	tests := map[string]template.Options{
		"module.full.json":    {SubscriptionID: "sub", ResourceGroup: "rg", Location: "westeurope", TenantID: "t", Parameters: params(t, moduleParameters)},
		"module.minimal.json": {SubscriptionID: "sub", ResourceGroup: "rg", Location: "westeurope", Parameters: params(t, `{"name": "stdata", "enableTelemetry": false}`)},
		"module.nothing.json": {},
	}
	for name, opts := range tests {
		t.Run(name, func(t *testing.T) {
			x, err := tmpl.Expand(context.Background(), opts)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, x)
		})
	}
}

// A template is expanded by several goroutines at once and always gives the same.
func TestExpansionIsRepeatable(t *testing.T) {
	tmpl := readModule(t)
	opts := template.Options{SubscriptionID: "sub", Parameters: params(t, moduleParameters)}
	results := make([]string, 16)
	var group sync.WaitGroup
	for i := range results {
		group.Go(func() {
			x, err := tmpl.Expand(context.Background(), opts)
			if err != nil {
				t.Error(err)
				return
			}
			results[i] = string(written(x))
		})
	}
	group.Wait()
	for _, r := range results[1:] {
		if r != results[0] {
			t.Fatalf("two expansions differ:\n%s", cmp.Diff(results[0], r))
		}
	}
}
