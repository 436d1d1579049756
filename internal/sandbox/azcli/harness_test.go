package azcli_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// atOnce is how many commands run at the same time: az is slow to start, and
// spends that time computing.
const atOnce = 3

// az is the CLI, logged in to a sandbox of its own.
type az struct {
	*sandbox.Sandbox
	t    *testing.T
	vars *strings.Replacer // {sub}, {main} …: what is only known when the sandbox runs
	env  []string
}

// login starts a sandbox whose clock runs fast, registers it as a cloud by the
// file that it writes, and logs in, with the lines that the sandbox prints.
func login(t *testing.T) *az {
	t.Helper()
	if _, err := exec.LookPath("az"); err != nil {
		if os.Getenv("HOLDFAST_REQUIRE_AZ") != "" {
			t.Fatal("HOLDFAST_REQUIRE_AZ is set and there is no az in PATH: install it (apt-get install azure-cli)")
		}
		t.Skip("there is no az in PATH: install it (apt-get install azure-cli)")
	}
	t.Parallel()
	s, err := sandbox.Start(context.Background(), sandbox.Options{Rate: 600})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	at := s.Connection
	c := &az{Sandbox: s, t: t, vars: strings.NewReplacer("{sub}", "/subscriptions/"+at.Subscription, "{main}", at.Address, "{client}", at.ClientID)}
	c.env = append(os.Environ(), "AZURE_CONFIG_DIR="+t.TempDir(), "REQUESTS_CA_BUNDLE="+at.CAFile,
		"AZURE_CORE_COLLECT_TELEMETRY=no", "AZURE_CORE_NO_COLOR=true", "AZURE_CORE_ONLY_SHOW_ERRORS=true", "AZURE_CORE_SURVEY_MESSAGE=no")
	c.must("cloud register -n HoldfastSandbox --cloud-config @" + filepath.Join(filepath.Dir(at.CAFile), "cloud.json"))
	c.must("cloud set -n HoldfastSandbox")
	c.must("login --service-principal -u " + at.ClientID + " -p " + at.ClientSecret + " -t " + at.Tenant)
	return c
}

// words takes a command line apart; single quotes hold words together.
func words(line string) []string {
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}

// run runs a command line and gives all that it prints. Python's own races while
// az loads its modules in two threads are no answer: the line is run again.
func (c *az) run(line string) (string, error) {
	for {
		out, err := c.once(line)
		if err == nil || !strings.Contains(out, "partially initialized module") {
			return out, err
		}
	}
}

func (c *az) once(line string) (string, error) {
	ctx, cancel := context.WithTimeout(c.t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "az", words(c.vars.Replace(line))...)
	cmd.Env = c.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (c *az) must(line string) string {
	c.t.Helper()
	out, err := c.run(line)
	if err != nil {
		c.t.Fatalf("az %s: %v\n%s", line, err, out)
	}
	return strings.TrimSpace(out)
}

// call is a command and what it must print; one that begins with "!" must fail.
type call struct {
	line  string
	wants []string
}

// all runs commands that do not depend on each other, some at a time.
func (c *az) all(calls ...call) {
	c.t.Helper()
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for _, call := range calls {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			line, fails := strings.CutPrefix(call.line, "!")
			out, err := c.run(line)
			if (err != nil) != fails {
				c.t.Errorf("az %s: %v\n%s", line, err, out)
				return
			}
			for _, want := range call.wants {
				if !strings.Contains(out, c.vars.Replace(want)) {
					c.t.Errorf("az %s does not print %q but\n%s", line, want, out)
				}
			}
		})
	}
	wg.Wait()
}

func TestACommandLineIsTakenApart(t *testing.T) {
	got := strings.Join(words(`rest --body '{"a": 1}' --query  'value[]. name' -o tsv`), "|")
	if want := `rest|--body|{"a": 1}|--query|value[]. name|-o|tsv`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
