package blueprint_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/blueprint"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// az runs the Azure CLI, which is registered with a sandbox and logged in.
type az struct {
	t   *testing.T
	env []string
}

func login(t *testing.T) *az {
	t.Helper()
	if _, err := exec.LookPath("az"); err != nil {
		if os.Getenv("HOLDFAST_REQUIRE_AZ") != "" {
			t.Fatal("HOLDFAST_REQUIRE_AZ is set and there is no az in PATH: install it (apt-get install azure-cli)")
		}
		t.Skip("there is no az in PATH: install it (apt-get install azure-cli)")
	}
	s, err := sandbox.Start(context.Background(), sandbox.Options{Rate: 36000, NoThrottling: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	at := s.Connection
	c := &az{t: t, env: append(os.Environ(), "AZURE_CONFIG_DIR="+t.TempDir(), "REQUESTS_CA_BUNDLE="+at.CAFile,
		"AZURE_CORE_COLLECT_TELEMETRY=no", "AZURE_CORE_NO_COLOR=true", "AZURE_CORE_ONLY_SHOW_ERRORS=true", "AZURE_CORE_SURVEY_MESSAGE=no")}
	c.must("cloud", "register", "-n", "HoldfastSandbox", "--cloud-config", "@"+filepath.Join(filepath.Dir(at.CAFile), "cloud.json"))
	c.must("cloud", "set", "-n", "HoldfastSandbox")
	c.must("login", "--service-principal", "-u", at.ClientID, "-p", at.ClientSecret, "-t", at.Tenant)
	return c
}

// must runs a command line. Python's own races while az loads its modules are no
// answer: the line is run again.
func (c *az) must(args ...string) string {
	c.t.Helper()
	for {
		ctx, cancel := context.WithTimeout(c.t.Context(), 3*time.Minute)
		cmd := exec.CommandContext(ctx, "az", args...)
		cmd.Env = c.env
		out, err := cmd.CombinedOutput()
		cancel()
		if err != nil && strings.Contains(string(out), "partially initialized module") {
			continue
		}
		if err != nil {
			c.t.Fatalf("az %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
}

// A handful of combinations is deployed as the README of each says it.
func TestAzDeploysWhatIsWritten(t *testing.T) {
	c := login(t)
	for _, s := range []blueprint.Spec{
		{Name: "plain", Region: "northeurope", Target: "dev", Network: blueprint.Public},
		{Name: "all", Region: "northeurope", SecondRegion: "westeurope", Target: "critical", Network: blueprint.Private, Services: blueprint.Services},
		{Name: "keyed", Region: "swedencentral", Target: "production", Network: blueprint.Private, Key: true},
	} {
		t.Run(name(&s), func(t *testing.T) {
			dir := written(t, &s)
			args := []string{"deployment", "sub", "create", "--name", s.Name, "--location", s.Region, "--template-file", filepath.Join(dir, blueprint.TemplateFile),
				"--parameters", "@" + filepath.Join(dir, blueprint.ParameterFile)}
			for _, p := range blueprint.Asked(&s) {
				v := "Long-Enough-1!"
				if p == "administratorsId" {
					v = "11111111-2222-4333-8444-555555555555"
				}
				args = append(args, p+"="+v)
			}
			args = append(args, "--query", "properties.[provisioningState, outputs.workspaces.value]")
			if out := c.must(args...); !strings.Contains(out, "Succeeded") || !strings.Contains(out, s.Workspace(s.Region)) {
				t.Errorf("az tells %s", out)
			}
		})
	}
}
