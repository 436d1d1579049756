package deployment_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/certificate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/entra"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// cli is the az CLI, logged in to a control plane.
type cli struct {
	t   *testing.T
	h   *whole
	env []string
	log strings.Builder // the requests
}

func newCLI(t *testing.T, h *whole) *cli {
	t.Helper()
	if _, err := exec.LookPath("az"); err != nil {
		if os.Getenv("HOLDFAST_REQUIRE_AZ") != "" {
			t.Fatal("az is not there: install the Debian package azure-cli")
		}
		t.Skip("az is not there: install the Debian package azure-cli")
	}
	c := &cli{t: t, h: h}
	authority, err := certificate.New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := authority.Server(time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := entra.New(h.w)
	if err != nil {
		t.Fatal(err)
	}
	h.w.Tokens = tokens
	if err := h.w.Store.Write(func(tx *state.Tx) error { return entra.Register(tx, "app", "object", "az", "secret") }); err != nil {
		t.Fatal(err)
	}
	arm := h.server.Config.Handler
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		c.log.WriteString(r.Method + " " + r.URL.String() + "\n")
		if entra.Serves(h.w.Tenant, r.URL.Path) {
			tokens.ServeHTTP(rw, r)
			return
		}
		h.w.Clock.Advance(20 * time.Second) // so that what takes time ends soon
		arm.ServeHTTP(rw, r)
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.StartTLS()
	t.Cleanup(server.Close)
	h.w.At.Main = server.URL
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	c.env = append(os.Environ(), "AZURE_CONFIG_DIR="+dir, "REQUESTS_CA_BUNDLE="+ca, "AZURE_CORE_COLLECT_TELEMETRY=no", "AZURE_CORE_NO_COLOR=true", "AZURE_CORE_ONLY_SHOW_ERRORS=true")
	c.must("cloud", "register", "-n", "Sandbox", "--endpoint-resource-manager", server.URL, "--endpoint-active-directory", server.URL+"/adfs",
		"--endpoint-active-directory-resource-id", "https://management.azure.com/", "--endpoint-active-directory-graph-resource-id", server.URL, "--endpoint-management", server.URL)
	c.must("cloud", "set", "-n", "Sandbox")
	c.must("login", "--service-principal", "-u", "app", "-p", "secret", "--tenant", h.w.Tenant)
	return c
}

// run runs az and gives what it prints.
func (c *cli) run(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "az", args...)
	command.Env = c.env
	out, err := command.CombinedOutput()
	return string(out), err
}

func (c *cli) must(args ...string) string {
	c.t.Helper()
	out, err := c.run(args...)
	if err != nil {
		c.t.Fatalf("az %s: %v\n%s\n%s", strings.Join(args, " "), err, out, c.log.String())
	}
	return out
}

func TestTheAzCLIDeploys(t *testing.T) {
	c := newCLI(t, newWhole(t))
	file := filepath.Join(t.TempDir(), "main.json")
	if err := os.WriteFile(file, []byte(templ(`// comments and lines
"parameters": {"n": {"type": "string", "metadata": {"description": "a
 text over lines"}}},
"resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2021-04-01", "name": "[parameters('n')]", "location": "[resourceGroup().location]", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}],
"outputs": {"id": {"type": "string", "value": "[resourceId('Microsoft.Storage/storageAccounts', parameters('n'))]"}}`)), 0o600); err != nil {
		t.Fatal(err)
	}
	wide := filepath.Join(t.TempDir(), "wide.json")
	if err := os.WriteFile(wide, []byte(strings.Replace(templ(`"resources": [
 {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01", "name": "made", "location": "[deployment().location]"},
`+child("within", `, "resourceGroup": "made", "dependsOn": ["made"]`, inner, templ(`"resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2021-04-01", "name": "holdfasttoo", "location": "[resourceGroup().location]", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}]`))+`]`),
		"deploymentTemplate", "subscriptionDeploymentTemplate", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	at := []string{"-g", "g1", "-f", file}
	named := append(at, "-n", "first", "-p", "n=holdfast")
	tests := []struct {
		args  []string
		wants []string // what it prints
		fails bool
	}{
		{append([]string{"deployment", "group", "validate"}, named...), []string{`"error": null`, `"provisioningState": "Succeeded"`, "storageAccounts/holdfast"}, false},
		{append([]string{"deployment", "group", "what-if"}, named...), []string{"+ Microsoft.Storage/storageAccounts/holdfast", `sku.name:      "Standard_LRS"`, "1 to create"}, false},
		{append([]string{"deployment", "group", "create"}, named...), []string{`"provisioningState": "Succeeded"`, `"value": "` + group + `/providers/Microsoft.Storage/storageAccounts/holdfast"`}, false},
		{append([]string{"deployment", "group", "what-if"}, named...), []string{"1 no change"}, false},
		{[]string{"deployment", "group", "list", "-g", "g1", "-o", "table"}, []string{"first   Succeeded"}, false},
		{[]string{"deployment", "operation", "group", "list", "-g", "g1", "-n", "first"}, []string{`"provisioningOperation": "EvaluateDeploymentOutput"`, `"statusCode": "OK"`}, false},
		{[]string{"deployment", "group", "export", "-g", "g1", "-n", "first"}, []string{`"kind": "StorageV2"`}, false},
		{append([]string{"deployment", "group", "create", "-p", "n=Bad_Name"}, at...), []string{"InvalidTemplateDeployment", "InvalidResourceName"}, true},
		{append([]string{"deployment", "group", "create", "-p", "n=holdfast", "more=1"}, at...), []string{"more"}, true},
		{[]string{"deployment", "sub", "what-if", "-l", "uksouth", "-f", wide, "-n", "wide"}, []string{"+ resourceGroups/made", "to create"}, false},
		{[]string{"deployment", "sub", "create", "-l", "uksouth", "-f", wide, "-n", "wide"}, []string{`"provisioningState": "Succeeded"`, "holdfasttoo"}, false},
		{[]string{"deployment", "operation", "sub", "list", "-n", "wide", "-o", "table"}, []string{"OperationId"}, false},
		{[]string{"deployment", "group", "delete", "-g", "g1", "-n", "first"}, nil, false},
		{[]string{"deployment", "group", "show", "-g", "g1", "-n", "first"}, []string{"DeploymentNotFound"}, true},
	}
	for _, test := range tests {
		out, err := c.run(test.args...)
		if (err != nil) != test.fails {
			t.Errorf("az %s: %v\n%s\n%s", strings.Join(test.args, " "), err, out, c.log.String())
		}
		for _, want := range test.wants {
			if !strings.Contains(out, want) {
				t.Errorf("az %s does not say %s but\n%s", strings.Join(test.args, " "), want, out)
			}
		}
	}
}

// The template of the guide: a workspace with all that it leans on behind a virtual network, and a private endpoint in
// a deployment of its own.
func TestTheAzCLIDeploysAWorkspaceBehindAVirtualNetwork(t *testing.T) {
	dir := quickstarts()
	if dir == "" {
		t.Skip("the quickstart templates are not there: set HOLDFAST_SHARED")
	}
	c := newCLI(t, newLearning(t))
	args := func(verb string) []string {
		return []string{"deployment", "group", verb, "-g", "g1", "-n", "ws", "-f", filepath.Join(dir, "201-machine-learning-advanced", "azuredeploy.json"), "-p",
			"workspaceName=advanced", "location=westeurope", "storageAccountBehindVNet=true", "keyVaultBehindVNet=true", "containerRegistryBehindVNet=true",
			"containerRegistryOption=new", "containerRegistrySku=Premium", "privateEndpointType=AutoApproval", "vnetOption=new"}
	}
	for _, step := range []struct{ verb, want string }{
		{"validate", `"error": null`}, {"what-if", "13 to create"}, {"create", `"provisioningState": "Succeeded"`}, {"what-if", "13 no change"},
	} {
		if out := c.must(args(step.verb)...); !strings.Contains(out, step.want) {
			t.Errorf("az deployment group %s does not say %q but\n%s", step.verb, step.want, out)
		}
	}
	if out := c.must("deployment", "operation", "group", "list", "-g", "g1", "-n", "ws", "--query", "length([?properties.provisioningState=='Succeeded'])"); strings.TrimSpace(out) != "9" {
		t.Errorf("%s operations have succeeded, want 9", out)
	}
}
