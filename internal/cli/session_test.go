package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// session is the world around one run of the program. The zero session has an
// empty environment, no terminal, and a folder without a project file.
type session struct {
	dir   string
	stdin io.Reader
	env   map[string]string
	width int // of the terminal
	ctx   context.Context
}

// outcome is how a run ended.
type outcome struct {
	code     int
	out, err string
}

func (s session) run(t testing.TB, args ...string) outcome {
	t.Helper()
	if s.dir == "" {
		s.dir = t.TempDir()
	}
	if s.stdin == nil {
		s.stdin = strings.NewReader("")
	}
	if s.ctx == nil {
		s.ctx = t.Context()
	}
	var out, errs bytes.Buffer
	code := Run(s.ctx, args, Streams{
		In: s.stdin, Out: &out, Err: &errs, Dir: s.dir, OutWidth: s.width,
		Env: func(key string) string { return s.env[key] },
	})
	return outcome{code, out.String(), errs.String()}
}

// examples is the folder of the example estates.
func examples(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "examples"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func workspace(t testing.TB) string { return filepath.Join(examples(t), "workspace") }

// folder makes a folder with files, by name.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// decoded reads JSON output.
func decoded(t testing.TB, text string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, text)
	}
	return v
}

// smallest is the smallest estate that is whole: a template with a workspace and
// its account, which a zone outage takes away.
const smallest = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
  "resources": [
    {"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2025-06-01", "name": "ml", "location": "westeurope",
     "properties": {"storageAccount": "[resourceId('Microsoft.Storage/storageAccounts', 'st')]"}},
    {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2024-01-01", "name": "st", "location": "westeurope",
     "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}
  ]
}`

// listed is the same as the service lists it: without what only other calls tell,
// so that it is not whole.
const listed = `[
  {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/ml", "name": "ml",
   "type": "Microsoft.MachineLearningServices/workspaces", "location": "westeurope",
   "properties": {"storageAccount": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st"}},
  {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/st", "name": "st",
   "type": "Microsoft.Storage/storageAccounts", "location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}
]`
