package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/deploy"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/source"
)

const deployCanary = "c4n4ry-5ecret-Pa55"

// azureAt starts a sandbox and gives the flags that lead to it, and a folder with
// the example and templates that make groups.
func azureAt(t *testing.T) (*sandbox.Sandbox, []string, string) {
	t.Helper()
	s, err := sandbox.Start(context.Background(), sandbox.Options{Rate: 36000, NoThrottling: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	text, err := os.ReadFile(filepath.Join(workspace(t), "azuredeploy.json"))
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{
		"azuredeploy.json": string(text),
		"azuredeploy.parameters.json": `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0",
  "parameters": {"prefix": {"value": "demand"}, "suffix": {"value": "7f3k"}, "sqlPassword": {"value": "` + deployCanary + `"}}}`,
		"group.json": `{"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#", "contentVersion": "1.0.0.0",
  "resources": [{"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01", "name": "rg", "location": "westeurope"}]}`,
		"lake.json": `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
  "resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "lake7f3k", "location": "westeurope",
    "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "properties": {}}]}`,
		"bad.json": `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
  "resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "No Good Name", "location": "westeurope",
    "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "properties": {}}]}`,
	})
	file := filepath.Join(t.TempDir(), "connection.json")
	if err := s.Connection.Write(file); err != nil {
		t.Fatal(err)
	}
	return s, []string{"--cloud", "sandbox", "--connection", file}, dir
}

// TestDeployFromPreviewToReport is the whole way as a user goes it; the password
// is seen nowhere on it.
func TestDeployFromPreviewToReport(t *testing.T) {
	t.Parallel()
	_, to, dir := azureAt(t)
	run := func(code int, want []string, args ...string) outcome {
		t.Helper()
		got := session{dir: dir}.run(t, append(args, to...)...)
		if got.code != code {
			t.Errorf("%v: exit %d, want %d\n%s%s", args, got.code, code, got.out, got.err)
		}
		for _, w := range want {
			if !strings.Contains(got.out+got.err, w) {
				t.Errorf("%v: %q is missing in\n%s%s", args, w, got.out, got.err)
			}
		}
		if strings.Contains(got.out+got.err, deployCanary) {
			t.Errorf("%v: the password is seen", args)
		}
		return got
	}
	run(ExitFine, []string{"+ rg ", "1 resource deployed", "✓ succeeded"}, "deploy", "group.json", "--location", "westeurope", "--yes")
	run(ExitFine, []string{"demand-ml is new", "15 resources: 15 to create"}, "deploy", "azuredeploy.json", "-g", "rg", "--what-if", "--debug")
	run(ExitUsage, []string{"there is no deployment azuredeploy in the resource group rg"}, "deploy", "follow", "azuredeploy", "-g", "rg")
	run(ExitFine, []string{"What took how long", "demand-aks", "workspaceId", "15 resources deployed"}, "deploy", "azuredeploy.json", "-g", "rg", "--yes", "--name", "first", "--debug")
	run(ExitFine, []string{"✓ succeeded", "15 resources deployed"}, "deploy", "follow", "first", "-g", "rg")

	got := run(ExitFine, nil, "deploy", "azuredeploy.json", "-g", "rg", "--what-if", "-o", "json")
	var v struct {
		SchemaVersion string
		Deployment    placeJSON
		Preview       struct {
			Changes    []deploy.Change
			Counts     map[string]int
			Total      int
			Resilience deploy.Resilience
		}
	}
	if err := json.Unmarshal([]byte(got.out), &v); err != nil {
		t.Fatal(err)
	}
	if v.SchemaVersion != "1.0" || v.Deployment.ResourceGroup != "rg" || v.Preview.Counts["create"] != 0 || v.Preview.Total != len(v.Preview.Changes) {
		t.Errorf("%+v", v)
	}
	if len(v.Preview.Resilience.Shifts) > 0 || len(v.Preview.Resilience.New) > 0 || v.Preview.Resilience.Same == 0 {
		t.Errorf("the same once more changes the resilience: %+v", v.Preview.Resilience)
	}
	file := filepath.Join(dir, "out.json")
	run(ExitFine, []string{"wrote out.json (json)", "1 resource deployed"}, "deploy", "lake.json", "-g", "rg", "--yes", "-o", "text", "-o", "json=out.json")
	if text, err := os.ReadFile(file); err != nil || decoded(t, string(text))["result"] == nil {
		t.Errorf("%s, %v", text, err)
	}
}

// TestDeployRefuses what cannot be deployed, with what to do, and changes nothing.
func TestDeployRefuses(t *testing.T) {
	t.Parallel()
	_, to, dir := azureAt(t)
	if got := (session{dir: dir}).run(t, append([]string{"deploy", "group.json", "--location", "westeurope", "--yes", "-q"}, to...)...); got.code != 0 {
		t.Fatal(got.err)
	}
	for name, tt := range map[string]struct {
		args []string
		code int
		want []string
	}{
		"no terminal":         {[]string{"lake.json", "-g", "rg"}, ExitUsage, []string{"there is no terminal to ask", "hint: add --yes"}},
		"no group":            {[]string{"lake.json", "--yes"}, ExitUsage, []string{"lake.json is a template for a resource group", "hint: name one with -g"}},
		"a group too many":    {[]string{"group.json", "-g", "rg", "--yes"}, ExitUsage, []string{"is a template for a subscription", "hint: leave out -g"}},
		"no location":         {[]string{"group.json", "--yes"}, ExitUsage, []string{"needs a region that keeps its record", "--location westeurope"}},
		"a group not there":   {[]string{"lake.json", "-g", "nowhere", "--yes"}, ExitUsage, []string{"there is no resource group nowhere", "az group create -n nowhere"}},
		"a missing parameter": {[]string{"azuredeploy.json", "-g", "rg", "--yes", "-p", "azuredeploy.json"}, ExitUsage, []string{"is not a parameter file"}},
		"no file":             {[]string{"none.json", "-g", "rg", "--yes"}, ExitUsage, []string{"cannot read the template"}},
		"what Azure refuses":  {[]string{"bad.json", "-g", "rg", "--yes"}, ExitAzure, []string{"at bad.json:2:17", "InvalidResourceName", "Azure does not accept the template", "nothing was deployed"}},
		"a wrong format":      {[]string{"lake.json", "-g", "rg", "--yes", "-o", "yaml"}, ExitUsage, []string{"unknown output format"}},
	} {
		got := session{dir: dir}.run(t, append(append([]string{"deploy"}, tt.args...), to...)...)
		if got.code != tt.code {
			t.Errorf("%s: exit %d, want %d: %s", name, got.code, tt.code, got.err)
		}
		for _, w := range tt.want {
			if !strings.Contains(got.err, w) {
				t.Errorf("%s: %q is missing in\n%s", name, w, got.err)
			}
		}
	}
	got := session{dir: dir}.run(t, append([]string{"deploy", "bad.json", "-g", "rg", "--yes", "-o", "json"}, to...)...)
	problems, _ := decoded(t, got.out)["problems"].([]any)
	if got.code != ExitAzure || len(problems) != 1 {
		t.Errorf("as JSON: exit %d, %s", got.code, got.out)
	}
}

// terminal is a person at a terminal, who answers once and may press Ctrl-C when a
// text appears.
type terminal struct {
	mu    sync.Mutex
	seen  bytes.Buffer
	on    string
	press func()
}

func (w *terminal) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen.Write(b)
	if w.press != nil && strings.Contains(w.seen.String(), w.on) {
		w.press()
		w.press = nil
	}
	return len(b), nil
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

func TestDeployAsksAndCanBeLeft(t *testing.T) {
	t.Parallel()
	s, to, dir := azureAt(t)
	at := func(answer, on string, args ...string) (int, string) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		w := &terminal{on: on}
		if on != "" {
			w.press = cancel
		}
		code := Run(ctx, append(append([]string{"deploy"}, args...), to...), Streams{In: strings.NewReader(answer), Out: w, Err: w, Dir: dir, OutWidth: 100, ErrTTY: true, InTTY: true, Env: func(string) string { return "" }})
		w.mu.Lock()
		defer w.mu.Unlock()
		return code, escapes.ReplaceAllString(w.seen.String(), "")
	}
	if code, text := at("y\n", "", "group.json", "--location", "westeurope"); code != ExitFine || !strings.Contains(text, "[y/N]") || !strings.Contains(text, "1 resource deployed") {
		t.Fatalf("yes: exit %d\n%s", code, text)
	}
	for _, answer := range []string{"n\n", "\n", "", "maybe\n"} {
		if code, text := at(answer, "", "lake.json", "-g", "rg"); code != ExitCancelled || !strings.Contains(text, "nothing was changed") {
			t.Errorf("%q: exit %d\n%s", answer, code, text)
		}
	}
	code, text := at("y\n", " done · ", "lake.json", "-g", "rg")
	if code != ExitCancelled || !strings.Contains(text, "stopped watching; the deployment goes on") || !strings.Contains(text, "holdfast deploy follow lake -g rg --subscription "+s.Connection.Subscription+" --cloud sandbox") {
		t.Errorf("Ctrl-C: exit %d\n%s", code, text)
	}
	if _, err := s.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if code, text := at("", "", "follow", "lake", "-g", "rg", "--template", "lake.json"); code != ExitFine || !strings.Contains(text, "1 resource deployed") {
		t.Errorf("taken up: exit %d\n%s", code, text)
	}
}

// estateFrom reads a listing.
func estateFrom(t *testing.T, text string) *estate.Estate {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := source.Load(t.Context(), []string{"-"}, source.Options{Stdin: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	cat.Classify(e)
	return e
}

// TestTheResilienceGainedAndLostIsTold: an account that is made zone-redundant is a
// gain in its zones, and the same way back a loss; nothing else moves.
func TestTheResilienceGainedAndLostIsTold(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	weak, strong := estateFrom(t, listed), estateFrom(t, strings.Replace(listed, "Standard_LRS", "Standard_ZRS", 1))
	better, worse, same := compare(weak, strong, cat), compare(strong, weak, cat), compare(weak, estateFrom(t, listed), cat)
	if better.Gained() == 0 || better.Lost() != 0 || worse.Lost() != better.Gained() || worse.Gained() != 0 {
		t.Errorf("better %+v\nworse %+v", better, worse)
	}
	if x := better.Shifts[0]; x.Workspace != "ml" || !strings.Contains(x.Outage, "zones 1, 2, 3 of westeurope") || len(x.Capabilities) == 0 {
		t.Errorf("%+v", x)
	}
	if len(same.Shifts) != 0 || same.Same == 0 || len(same.New) != 0 {
		t.Errorf("the same: %+v", same)
	}
	fresh := compare(estateFrom(t, `[{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x", "type": "Microsoft.Web/sites", "name": "x"}]`), strong, cat)
	if len(fresh.New) != 1 || len(fresh.New[0].Lines) == 0 || len(fresh.Shifts) != 0 {
		t.Errorf("a new workspace: %+v", fresh)
	}
}
