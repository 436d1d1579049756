package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/cli"
)

// TestOnlyWhatTalksToAzureOpensConnections wants no room to import what opens
// connections or starts programs, but for those that are there to talk to Azure
// and the simulated one: what assesses files cannot reach a network.
func TestOnlyWhatTalksToAzureOpensConnections(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./cmd/holdfast")
	cmd.Dir = top
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/holdfast-ml/holdfast/"
	may := []string{"internal/azure", "internal/sandbox", "internal/probe"}
	ours := 0
	for _, line := range strings.Split(string(out), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || !strings.HasPrefix(words[0], module) {
			continue
		}
		ours++
		room := strings.TrimPrefix(words[0], module)
		if slices.ContainsFunc(may, func(p string) bool { return room == p || strings.HasPrefix(room, p+"/") }) {
			continue
		}
		for _, w := range words {
			if w == "net" || w == "net/http" || w == "os/exec" || w == "crypto/tls" {
				t.Errorf("%s imports %s", words[0], w)
			}
		}
	}
	if ours < 10 {
		t.Errorf("only %d packages of the program were looked at", ours)
	}
}

const canary = "c4n4ry-5ecret"

// TestNoSecretIsPrinted plants a secret in every place where a template or a
// parameter file can hold one, and looks for it in everything that is produced.
func TestNoSecretIsPrinted(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	template := write("main.json", `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "password": {"type": "securestring"},
    "object": {"type": "secureObject", "defaultValue": {"key": "`+canary+`"}}
  },
  "variables": {"text": "[concat('prefix-', parameters('password'))]"},
  "resources": [
    {"type": "Microsoft.Sql/servers", "apiVersion": "2025-01-01", "name": "sql", "location": "westeurope",
     "properties": {"administratorLogin": "me", "administratorLoginPassword": "[variables('text')]"}},
    {"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2026-05-01", "name": "mlw", "location": "westeurope",
     "tags": {"leak": "[parameters('password')]", "other": "[parameters('object').key]"},
     "properties": {"storageAccount": "[resourceId('Microsoft.Storage/storageAccounts', toLower(parameters('password')))]"}},
    {"type": "Microsoft.MachineLearningServices/workspaces/datastores", "apiVersion": "2020-05-01-preview", "name": "mlw/orders", "location": "westeurope",
     "properties": {"DataStoreType": "sqldb", "ServerName": "sql", "DatabaseName": "d", "UserName": "me", "Password": "[parameters('password')]"}}
  ],
  "outputs": {"leak": {"type": "string", "value": "[base64(parameters('password'))]"}, "upper": {"type": "string", "value": "[toUpper(variables('text'))]"}}
}`)
	params := write("main.parameters.json", `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0",
  "parameters": {"password": {"value": "`+canary+`"}}}`)
	runs := [][]string{
		{"arm", "expand", template, "-p", params, "-o", "json"},
		{"arm", "expand", template, "-p", params},
		{"arm", "expand", template, "-p", "password=" + canary, "-o", "json"},
		{"arm", "eval", "[variables('text')]", "--template", template, "-p", params},
		{"arm", "eval", "[json(parameters('password'))]", "--template", template, "-p", params},
		{"outage", template, "-p", params},
		{"outage", template, "-p", params, "-o", "json"},
	}
	for _, format := range []string{"text", "json", "html", "sarif", "junit", "markdown"} {
		runs = append(runs, []string{"assess", template, "-p", params, "-v", "-o", format})
	}
	for _, args := range runs {
		out, errs, code := run(t, args...)
		if len(out)+len(errs) == 0 || code == cli.ExitCancelled {
			t.Errorf("%v: exit %d without any output", args, code)
		}
		for _, secret := range []string{canary, strings.ToUpper(canary), "YzRuNHJ5LTVlY3JldA"} {
			for name, text := range map[string]string{"standard output": out, "standard error": errs} {
				if strings.Contains(text, secret) {
					t.Errorf("%v: the secret stands on %s", args, name)
				}
			}
		}
	}
}
