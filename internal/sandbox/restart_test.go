package sandbox_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
)

// childState names the folder of a sandbox that a test wants in a process of its
// own, so that it can be killed.
const childState = "HOLDFAST_TEST_SANDBOX_STATE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childState); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

// child runs a sandbox and prints its connection, until it is killed or its
// standard input ends.
func child(dir string) int {
	s, err := sandbox.Start(context.Background(), sandbox.Options{StateDir: dir, Manual: true})
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(s.Connection)
	}
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error())
		return 1
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// apart starts a sandbox in a process of its own and gives its connection and
// what kills it, as `kill -9` does.
func apart(t *testing.T, dir string) (sandbox.Connection, func()) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), childState+"="+dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = in.Close()
	}
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var c sandbox.Connection
	if err != nil || json.Unmarshal(line, &c) != nil {
		t.Fatalf("the sandbox in a process of its own does not start: %v %s", err, line)
	}
	return c, kill
}

const slowTemplate = `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[
{"type":"Microsoft.Storage/storageAccounts","apiVersion":"2023-01-01","name":"killedandback","location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"}},
{"type":"Microsoft.ContainerService/managedClusters","apiVersion":"2023-08-01","name":"slow","location":"westeurope","identity":{"type":"SystemAssigned"},
 "dependsOn":["[resourceId('Microsoft.Storage/storageAccounts','killedandback')]"],
 "properties":{"dnsPrefix":"slow","agentPoolProfiles":[{"name":"system","mode":"System","count":1,"vmSize":"Standard_D4s_v3"}]}}],
"outputs":{"fqdn":{"type":"string","value":"[reference('slow').fqdn]"}}}`

// A sandbox that is killed while it deploys goes on where it was: the same
// subscription, secret and certificate, the deployment under way, the outage, the
// time.
func TestASandboxThatIsKilledGoesOn(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	first, kill := apart(t, dir)
	c := clientOf(t, first)
	group := "/subscriptions/" + first.Subscription + "/resourceGroups/rg"
	scope := azure.Scope{Subscription: first.Subscription, Group: "rg"}
	if _, err := c.Put(ctx, group, "2022-09-01", map[string]any{"location": "westeurope"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateDeployment(ctx, scope, "slow", azure.DeploymentRequest{Template: json.RawMessage(slowTemplate)}); err != nil {
		t.Fatal(err)
	}
	admin := dialTo(t, first)
	if _, err := admin.StartOutage(ctx, failure.Outage{Scope: catalog.ScopeRegion, Region: "uksouth"}); err != nil {
		t.Fatal(err)
	}
	now, err := admin.Advance(ctx, 45*time.Second) // the account is there, the cluster is not
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(first.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	kill()

	s, c := start(t, sandbox.Options{StateDir: dir, Manual: true})
	second := s.Connection
	if second.Subscription != first.Subscription || second.Tenant != first.Tenant || second.ClientSecret != first.ClientSecret {
		t.Error("it is another one after the restart")
	}
	if again, err := os.ReadFile(second.CAFile); err != nil || string(again) != string(pem) {
		t.Errorf("clients must trust another certificate: %v", err)
	}
	if s.World.Clock.Now().Before(now) {
		t.Errorf("the clock went back from %v to %v", now, s.World.Clock.Now())
	}
	if st, err := s.Status(); err != nil || len(st.Outages) != 1 || st.Outages[0].Region != "uksouth" {
		t.Errorf("the outage is forgotten: %+v %v", st.Outages, err)
	}
	state := func() string {
		t.Helper()
		r, err := c.Get(ctx, group+"/providers/Microsoft.Resources/deployments/slow", "2022-09-01")
		if err != nil {
			t.Fatal(err)
		}
		var d struct {
			Properties struct {
				ProvisioningState string
				Outputs           map[string]struct{ Value string }
			}
		}
		if err := r.Decode(&d); err != nil {
			t.Fatal(err)
		}
		if d.Properties.ProvisioningState == "Succeeded" && !strings.Contains(d.Properties.Outputs["fqdn"].Value, "azmk8s.io") {
			t.Errorf("the output is %v", d.Properties.Outputs)
		}
		return d.Properties.ProvisioningState
	}
	if got := state(); got != "Running" {
		t.Errorf("after the restart the deployment is %s, not Running", got)
	}
	if _, err := s.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := state(); got != "Succeeded" {
		t.Errorf("an hour later the deployment is %s", got)
	}
}

func TestAStateFolderHasOneSandbox(t *testing.T) {
	dir := t.TempDir()
	start(t, sandbox.Options{StateDir: dir})
	_, err := sandbox.Start(t.Context(), sandbox.Options{StateDir: dir})
	if err == nil || !strings.Contains(err.Error(), "another sandbox is using it") {
		t.Errorf("a second one gives %v", err)
	}
}

func TestTheConnectionFile(t *testing.T) {
	dir := t.TempDir()
	file := dir + "/deep/sandbox.json"
	if _, err := sandbox.ReadConnection(file); !errors.Is(err, sandbox.ErrNoConnection) || !strings.Contains(err.Error(), file) {
		t.Errorf("none gives %v", err)
	}
	c := sandbox.Connection{Address: "https://127.0.0.1:8443", AdminToken: "x"}
	if err := c.Write(file); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v %v", info.Mode(), err)
	}
	if back, err := sandbox.ReadConnection(file); err != nil || back != c {
		t.Errorf("%+v %v", back, err)
	}
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.ReadConnection(file); err == nil || !strings.Contains(err.Error(), "not the connection") {
		t.Errorf("another file gives %v", err)
	}
}

const seedEstate = `[{"id":"/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/seeded","name":"seeded",
"type":"Microsoft.Storage/storageAccounts","location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_GRS"},"properties":{}}]`

func TestASeedIsThereFromTheStart(t *testing.T) {
	s, c := start(t, sandbox.Options{})
	n, err := s.Seed("seed.json", []byte(seedEstate))
	if err != nil || n != 1 {
		t.Fatalf("%d %v", n, err)
	}
	r, err := c.Get(t.Context(), "/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/seeded", "2023-01-01")
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Properties struct{ ProvisioningState, SecondaryLocation string }
	}
	if err := r.Decode(&body); err != nil || body.Properties.ProvisioningState != "Succeeded" || body.Properties.SecondaryLocation != "northeurope" {
		t.Errorf("%+v %v", body, err)
	}
	for _, test := range []struct{ src, want string }{
		{`{`, "not JSON"}, {`{"a":1}`, "no inventory and no estate"}, {`[]`, "seed"},
	} {
		if _, err := s.Seed("seed.json", []byte(test.src)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s gives %v, want %q", test.src, err, test.want)
		}
	}
}
