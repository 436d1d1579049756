package cli

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// needsCloud says whether an example of the help talks to Azure or to a sandbox.
func needsCloud(line string) bool {
	for _, what := range []string{"holdfast sandbox", "holdfast deploy", "/subscriptions/", " azure --cloud", "holdfast demo"} {
		if strings.Contains(line, what) {
			return true
		}
	}
	return false
}

// staysUp says whether an example runs until it is interrupted.
func staysUp(line string) bool {
	words := strings.Fields(line)
	return strings.Contains(line, "--keep") || words[1] == "sandbox" && (len(words) == 2 || strings.HasPrefix(words[2], "-"))
}

// TestEveryExampleThatNeedsACloudRunsAgainstTheSandbox runs them one after the
// other, since they change what the next one finds.
func TestEveryExampleThatNeedsACloudRunsAgainstTheSandbox(t *testing.T) {
	if testing.Short() {
		t.Skip("many processes")
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh to run them with")
	}
	s, err := sandbox.Start(context.Background(), sandbox.Options{Rate: 3600, NoThrottling: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	dir, bin := playground(t), programs(t)
	if err := s.Connection.Write(filepath.Join(dir, "holdfast", "sandbox.json")); err != nil {
		t.Fatal(err)
	}
	group := "/subscriptions/" + s.Connection.Subscription + "/resourceGroups/rg-ml"
	seed := `[{"id":"` + group + `","name":"rg-ml","type":"Microsoft.Resources/resourceGroups","location":"westeurope"},
	  {"id":"` + group + `/providers/Microsoft.KeyVault/vaults/kv1","name":"kv1","type":"Microsoft.KeyVault/vaults","location":"westeurope","properties":{}}]`
	if _, err := s.Seed("seed", []byte(seed)); err != nil {
		t.Fatal(err)
	}
	const atSubscription = `{"$schema":"https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#","contentVersion":"1.0.0.0",
	  "resources":[{"type":"Microsoft.Resources/resourceGroups","apiVersion":"2022-09-01","name":"rg-more","location":"westeurope"}]}`
	if err := os.WriteFile(filepath.Join(dir, "subscription.json"), []byte(atSubscription), 0o600); err != nil {
		t.Fatal(err)
	}
	given := filepath.Join(dir, "azuredeploy.parameters.json") // its vault is not there
	const parameters = `{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#","contentVersion":"1.0.0.0",
	  "parameters":{"prefix":{"value":"demand"},"suffix":{"value":"7f3k"},"sqlPassword":{"value":"Only-In-The-Sandbox-1"}}}`
	if err := os.WriteFile(given, []byte(parameters), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(t *testing.T, line string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), shell, "-c", line)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + dir, "XDG_CACHE_HOME=" + dir, "HOLDFAST_CLOUD=sandbox", "HOLDFAST_SUBSCRIPTION=" + s.Connection.Subscription}
		out, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != ExitFine && code != ExitFindings && code != ExitNotWhole {
			t.Errorf("%s\nends with %d (%v):\n%s", line, code, err, out)
		}
	}
	run(t, "holdfast deploy azuredeploy.json -g rg-ml --yes")
	ran := 0
	for _, cmd := range commands() {
		for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", " ")) {
			line = strings.TrimSpace(line)
			if line == "" || !needsCloud(line) || staysUp(line) {
				continue
			}
			line = strings.NewReplacer("SUBSCRIPTION", s.Connection.Subscription, "/subscriptions/…", group+"/providers/Microsoft.KeyVault").Replace(line)
			if strings.HasPrefix(line, "holdfast deploy ") && !strings.Contains(line, "follow") && !strings.Contains(line, "--what-if") && !strings.Contains(line, "--yes") {
				line += " --yes" // where nobody can be asked
			}
			if strings.Contains(line, "fault stop") {
				run(t, "holdfast sandbox fault start latency --delay 1ms")
			}
			ran++
			t.Run(name(cmd), func(t *testing.T) { run(t, line) })
			if strings.Contains(line, "outage start") || strings.Contains(line, "fault start") { // for the next one
				run(t, "holdfast sandbox outage stop --all && holdfast sandbox fault stop")
			}
		}
	}
	if ran < 20 {
		t.Errorf("only %d examples were run", ran)
	}
}
