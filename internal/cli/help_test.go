package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commands lists all commands of the program that people can call.
func commands() []*cobra.Command {
	root := (&program{}).rootCommand()
	var out []*cobra.Command
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		if cmd.Hidden {
			return
		}
		out = append(out, cmd)
		for _, c := range cmd.Commands() {
			visit(c)
		}
	}
	visit(root)
	return out
}

// name is the command with its words joined, as the name of a test.
func name(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func TestEveryCommandExplainsItself(t *testing.T) {
	for _, cmd := range commands() {
		t.Run(name(cmd), func(t *testing.T) {
			got := session{}.run(t, append(strings.Fields(cmd.CommandPath())[1:], "--help")...)
			if got.code != ExitFine || got.err != "" {
				t.Errorf("--help ends with %d: %s", got.code, got.err)
			}
			if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") || strings.ToUpper(cmd.Short[:1]) != cmd.Short[:1] {
				t.Errorf("its line in lists is %q: a sentence without a full stop is wanted", cmd.Short)
			}
			if !cmd.HasSubCommands() && !strings.Contains(got.out, "Examples:\n") {
				t.Error("there is no example")
			}
			for line := range strings.Lines(cmd.Long) {
				if len(strings.TrimSuffix(line, "\n")) > 80 {
					t.Errorf("more than 80 columns: %q", line)
				}
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
					t.Errorf("--%s is explained by %q", f.Name, f.Usage)
				}
				if !strings.Contains(got.out, "--"+f.Name) {
					t.Errorf("--%s is not in the help", f.Name)
				}
			})
		})
	}
}

// The examples of the help run as they are printed, in a folder that has the
// files which they name, with an az that lists a workspace.
func TestEveryExampleOfTheHelpRunsAsPrinted(t *testing.T) {
	if testing.Short() {
		t.Skip("many processes")
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh to run them with")
	}
	bin := programs(t)
	for _, cmd := range commands() {
		for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", " ")) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") || needsCloud(line) {
				continue
			}
			t.Run(name(cmd), func(t *testing.T) {
				t.Parallel()
				if !strings.Contains(line, cmd.CommandPath()) && cmd.HasParent() {
					t.Errorf("the example %q does not call the command", line)
				}
				run := exec.CommandContext(t.Context(), shell, "-c", line)
				run.Dir = playground(t)
				run.Env = []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + run.Dir}
				out, err := run.CombinedOutput()
				if code := run.ProcessState.ExitCode(); code != ExitFine && code != ExitFindings && code != ExitNotWhole {
					t.Errorf("%s\nends with %d (%v):\n%s", line, code, err, out)
				}
				if len(out) == 0 && !strings.Contains(line, ">") {
					t.Errorf("%s\nprints nothing", line)
				}
			})
		}
	}
}

// programs makes a folder with holdfast, which is this test (see TestMain), and an az.
func programs(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "holdfast")); err != nil {
		t.Skipf("no links here: %v", err)
	}
	if err := os.WriteFile(filepath.Join(bin, "az"), []byte("#!/bin/sh\ncat <<'END'\n"+listed+"\nEND\n"), 0o755); err != nil { //nolint:gosec // it is a program
		t.Fatal(err)
	}
	return bin
}

// ownRates are rates of one's own, see docs/availability.md.
const ownCosts = `currency: EUR
resources:
  - {name: demandst7f3k, monthly: 40}
  - {name: demand-aks, monthly: 900}
`

const ownRates = `rates:
  - id: service
    perYear: 5
`

// playground makes a folder with what examples name: the project's examples,
// azuredeploy.json with its parameters, infra/ with both, rates.yaml and
// costs.yaml.
func playground(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Symlink(examples(t), filepath.Join(dir, "examples")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "infra"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "rates.yaml"), []byte(ownRates), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "costs.yaml"), []byte(ownCosts), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "workspace.yaml"), []byte(churn), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"azuredeploy.json", "azuredeploy.parameters.json"} {
		text, err := os.ReadFile(filepath.Join(workspace(t), file))
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{file, filepath.Join("infra", file)} {
			if err := os.WriteFile(filepath.Join(dir, to), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if got := (session{}).run(t, "completion", shell); got.code != 0 || !strings.Contains(got.out, "holdfast") {
			t.Errorf("%s: exit %d, %d bytes: %s", shell, got.code, len(got.out), got.err)
		}
	}
	for _, tt := range []struct {
		line string
		want []string // each on a line of its own
		not  string
	}{
		{"as", []string{"assess"}, "outage"},
		{"arm ", []string{"expand", "eval"}, "assess"},
		{"catalog azure-s", []string{"azure-storage", "azure-sql"}, ""},
		{"explain aks-", []string{"aks-zone-outage", "aks-free-tier"}, ""},
		{"assess x -o ", []string{"text", "json", "html", "sarif", "junit", "markdown"}, "yaml"},
		{"outage x -o ", []string{"text", "json"}, "sarif"},
		{"assess x --target ", []string{"dev", "production", "critical"}, ""},
		{"assess x --fail-on ", []string{"critical", "high", "medium", "low", "info", "none"}, ""},
		{"improve x --capability ", []string{"author", "train", "score-online"}, ""},
		{"improve x -o ", []string{"text", "json", "markdown", "html"}, "sarif"},
		{"assess x --ta", []string{"--target"}, "--baseline"},
	} {
		got := session{}.run(t, append([]string{"__complete"}, strings.Split(tt.line, " ")...)...)
		for _, want := range tt.want {
			if !strings.Contains("\n"+got.out, "\n"+want) {
				t.Errorf("%q completes to %q: %s is missing", tt.line, got.out, want)
			}
		}
		if tt.not != "" && strings.Contains("\n"+got.out, "\n"+tt.not) {
			t.Errorf("%q completes to %s", tt.line, tt.not)
		}
	}
}

func TestTheHelpNamesTheExitCodes(t *testing.T) {
	got := session{}.run(t)
	for _, want := range []string{"0 fine", "1 findings at or above --fail-on", "2 wrong usage or input", "3 Azure or network error", "4 the result is not whole", "130 cancelled"} {
		if !strings.Contains(strings.Join(strings.Fields(got.out), " "), want) {
			t.Errorf("%q is not in the help:\n%s", want, got.out)
		}
	}
}

func TestVersionSaysWhichFactsItKnows(t *testing.T) {
	v := decoded(t, session{}.run(t, "version", "-o", "json").out)
	for _, key := range []string{"version", "go", "catalog", "rules"} {
		if v[key] == nil || v[key] == "" || v[key] == 0.0 {
			t.Errorf("%s is %v", key, v[key])
		}
	}
	text := session{}.run(t, "version").out
	if lines := strings.Split(strings.TrimSpace(text), "\n"); len(lines) != 4 || !strings.HasPrefix(lines[0], "holdfast ") || !strings.Contains(lines[3], " rules") {
		t.Errorf("version prints:\n%s", text)
	}
}
