package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/holdfast-ml/holdfast/internal/assess"
)

func TestEnvName(t *testing.T) {
	for flag, want := range map[string]string{
		"target": "HOLDFAST_TARGET", "fail-on": "HOLDFAST_FAIL_ON", "write-baseline": "HOLDFAST_WRITE_BASELINE", "resource-group": "HOLDFAST_RESOURCE_GROUP",
	} {
		if got := envName(flag); got != want {
			t.Errorf("envName(%q) = %q, want %q", flag, got, want)
		}
	}
}

func TestNoTwoFlagsShareAnEnvironmentVariable(t *testing.T) {
	root := (&program{}).rootCommand()
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		seen := map[string]string{}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if other, is := seen[envName(f.Name)]; is {
				t.Errorf("%s: --%s and --%s are both %s", cmd.CommandPath(), f.Name, other, envName(f.Name))
			}
			seen[envName(f.Name)] = f.Name
		})
		for _, c := range cmd.Commands() {
			visit(c)
		}
	}
	visit(root)
}

func TestThreshold(t *testing.T) {
	for _, tt := range []struct {
		flag, file string
		want       assess.Severity
		wrong      bool
	}{
		{"", "", assess.High, false},
		{"", "low", assess.Low, false},
		{"critical", "low", assess.Critical, false}, // the flag wins
		{"none", "low", "", false},
		{"none", "", "", false},
		{"info", "", assess.Info, false},
		{"High", "", "", true},
		{"severe", "", "", true},
	} {
		st := settings{failOn: tt.flag}
		if tt.file != "" {
			st.project = &assess.Project{FailOn: assess.Severity(tt.file)}
		}
		got, err := st.threshold()
		if got != tt.want || (err != nil) != tt.wrong {
			t.Errorf("--fail-on %q with failOn: %q: %q, %v", tt.flag, tt.file, got, err)
		}
		if tt.wrong && !strings.Contains(hintOf(err), "--fail-on takes critical, high, medium, low, info or none") {
			t.Errorf("the hint is %q", hintOf(err))
		}
	}
}

// Where a setting is given in several places, the nearest counts: the flag, then
// the environment, then the project's file, then the default. 'config' shows
// which it was.
func TestTheNearestSettingCounts(t *testing.T) {
	file := `
target: critical
failOn: low
baseline: known.json
catalog: facts
scope: {subscription: s-file, resourceGroup: g-file, location: northeurope, tenant: t-file}
suppressions: [{rule: x, reason: y}]
pairs: [{primary: a, secondary: b}]
`
	dir := folder(t, map[string]string{".holdfast.yaml": file, "sub/deep/keep": ""})
	names := []string{"target", "fail-on", "subscription", "resource-group", "location", "tenant", "baseline", "catalog"}
	fromFile := map[string]string{
		"target": "critical", "fail-on": "low", "subscription": "s-file", "resource-group": "g-file", "location": "northeurope", "tenant": "t-file",
		"baseline": filepath.Join(dir, "known.json"), "catalog": filepath.Join(dir, "facts"),
	}
	defaults := map[string]string{
		"target": "production", "fail-on": "high", "subscription": "(symbolic)", "resource-group": "(symbolic)", "location": "(symbolic)", "tenant": "(symbolic)",
		"baseline": "(none)", "catalog": "(built in)",
	}
	other := map[string]string{"fail-on": "info"} // what the environment says; the flag says more of it
	value := func(name, where string) string {
		if name == "fail-on" {
			return map[string]string{"env": other[name], "flag": "medium"}[where]
		}
		return name + "-" + where
	}
	for _, name := range names {
		for _, tt := range []struct {
			where     string
			flag, env bool
			dir       string
			want      string
			from      string
		}{
			{"nowhere", false, false, t.TempDir(), defaults[name], "default"},
			{"the file", false, false, filepath.Join(dir, "sub", "deep"), fromFile[name], "project file"},
			{"environment and file", false, true, dir, value(name, "env"), "environment"},
			{"flag, environment and file", true, true, dir, value(name, "flag"), "flag"},
			{"flag alone", true, false, t.TempDir(), value(name, "flag"), "flag"},
		} {
			env := map[string]string{}
			if tt.env {
				env[envName(name)] = value(name, "env")
			}
			args := []string{"config", "-o", "json"}
			if tt.flag {
				args = append(args, "--"+name, value(name, "flag"))
			}
			got := session{dir: tt.dir, env: env}.run(t, args...)
			if got.code != 0 {
				t.Fatalf("%s from %s: exit %d: %s", name, tt.where, got.code, got.err)
			}
			if v, from := setting(t, got.out, name); v != tt.want || from != tt.from {
				t.Errorf("%s from %s: %q (%s), want %q (%s)", name, tt.where, v, from, tt.want, tt.from)
			}
		}
	}
}

// setting finds a setting in the output of config -o json.
func setting(t *testing.T, out, name string) (value, from string) {
	t.Helper()
	for _, s := range decoded(t, out)["settings"].([]any) {
		if m := s.(map[string]any); m["name"] == name {
			return m["value"].(string), m["from"].(string)
		}
	}
	t.Fatalf("no setting %s in %s", name, out)
	return "", ""
}

func TestAFlagThatRepeatsTheEnvironmentIsTheFlags(t *testing.T) {
	got := session{env: map[string]string{"HOLDFAST_TARGET": "dev"}}.run(t, "config", "--target", "dev", "-o", "json")
	if v, from := setting(t, got.out, "target"); v != "dev" || from != "flag" {
		t.Errorf("%s from %s", v, from)
	}
}

func TestTheProjectFileIsShownAsItWasFound(t *testing.T) {
	dir := folder(t, map[string]string{".holdfast.yaml": "target: dev\n", "other.yaml": "target: critical\n", "sub/keep": ""})
	for _, tt := range []struct {
		dir  string
		args []string
		env  map[string]string
		want string
	}{
		{dir, nil, nil, ".holdfast.yaml"},
		{filepath.Join(dir, "sub"), nil, nil, filepath.Join("..", ".holdfast.yaml")},
		{dir, []string{"--config", "other.yaml"}, nil, "other.yaml"},
		{dir, nil, map[string]string{"HOLDFAST_CONFIG": "other.yaml"}, "other.yaml"},
		{t.TempDir(), nil, nil, "(none found)"},
	} {
		got := session{dir: tt.dir, env: tt.env}.run(t, append([]string{"config", "-o", "json"}, tt.args...)...)
		if file, _ := setting(t, got.out, "project file"); file != tt.want {
			t.Errorf("%v in %s: %q, want %q", tt.args, tt.dir, file, tt.want)
		}
	}
}

func TestWrongSettingsAreErrorsOfUsage(t *testing.T) {
	dir := folder(t, map[string]string{
		".holdfast.yaml": "targe: dev\n", "list.yaml": "- a\n", "target.yaml": "name: x\nsurvive: [{outage: flood}]\n", "ok.yaml": "target: dev\n", "empty.yaml": "",
		"gone.yaml": "target: nowhere.yaml\n",
	})
	for _, tt := range []struct {
		args []string
		env  map[string]string
		want string
	}{
		{[]string{"config"}, nil, `.holdfast.yaml:1:1: the project's file has no "targe": did you mean "target"?`},
		{[]string{"catalog"}, nil, `did you mean "target"?`},
		{[]string{"config", "--config", "list.yaml"}, nil, "list.yaml:1:1: "},
		{[]string{"config", "--config", "missing.yaml"}, nil, "cannot read the project file: "},
		{[]string{"config", "--config", "ok.yaml", "--fail-on", "bad"}, nil, `there is no severity "bad"`},
		{[]string{"assess", "x", "--config", "ok.yaml", "--target", "target.yaml"}, nil, `target.yaml:2:11: there is no outage "flood"`},
		{[]string{"assess", "x", "--config", "ok.yaml", "--target", "empty.yaml"}, nil, "empty.yaml: the target says nothing"},
		{[]string{"assess", "x", "--config", "ok.yaml", "--target", "."}, nil, "cannot read the target: "},
		{[]string{"assess", "x", "--config", "gone.yaml"}, nil, "nowhere.yaml"},
		{[]string{"assess", "x", "--config", "ok.yaml", "--catalog", "missing"}, nil, "the catalog cannot be used"},
		{[]string{"version"}, map[string]string{"HOLDFAST_QUIET": "maybe"}, "environment variable HOLDFAST_QUIET: "},
		{[]string{"version"}, map[string]string{"HOLDFAST_COLOR": "blue"}, `--color is "blue": it must be auto, always or never`},
		{[]string{"version"}, map[string]string{"HOLDFAST_OUTPUT": "xml"}, `unknown output format "xml"`},
	} {
		got := session{dir: dir, env: tt.env}.run(t, tt.args...)
		if got.code != ExitUsage || !strings.Contains(got.err, tt.want) || got.out != "" {
			t.Errorf("%v %v ends with %d: %s\nwant: %s", tt.args, tt.env, got.code, got.err, tt.want)
		}
	}
}

func TestAProjectFileThatCannotBeReadIsAnError(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".holdfast.yaml"), 0o755); err != nil {
		t.Fatal(err)
	}
	got := session{dir: dir}.run(t, "config")
	if got.code != ExitUsage || !strings.Contains(got.err, "reading the project's settings") {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
}

func TestEnvironmentVariablesStandForFlags(t *testing.T) {
	dir := folder(t, map[string]string{"e.json": smallest, "names.json": "[]"})
	for _, tt := range []struct {
		env  map[string]string
		args []string
		code int
		out  string
		err  string
	}{
		{map[string]string{"HOLDFAST_OUTPUT": "json"}, []string{"assess", "e.json"}, 1, `"schemaVersion"`, ""},
		{map[string]string{"HOLDFAST_FAIL_ON": "none"}, []string{"assess", "e.json"}, 0, "--fail-on none", ""},
		{map[string]string{"HOLDFAST_TARGET": "dev"}, []string{"assess", "e.json"}, 0, "target dev", ""},
		{map[string]string{"HOLDFAST_REGION": "westeurope", "HOLDFAST_ZONE": "2"}, []string{"outage", "e.json"}, 0, "Zone 2 of westeurope fails", ""},
		{map[string]string{"HOLDFAST_COLOR": "always"}, []string{"catalog"}, 0, "\x1b[", ""},
		{map[string]string{"HOLDFAST_VERBOSE": "true"}, []string{"assess", "e.json", "--fail-on", "none"}, 0, "pass", ""},
		{map[string]string{"HOLDFAST_LOCATION": "westus3"}, []string{"arm", "eval", "[resourceGroup().location]"}, 0, `"westus3"`, ""},
		{map[string]string{"HOLDFAST_BASELINE": "nothing.json"}, []string{"assess", "e.json"}, 2, "", "cannot read the baseline"},
		{map[string]string{"HOLDFAST_TARGET": "dev"}, []string{"version"}, 0, "holdfast", ""}, // a variable for other commands is harmless
	} {
		got := session{dir: dir, env: tt.env}.run(t, tt.args...)
		if got.code != tt.code || !strings.Contains(got.out, tt.out) || !strings.Contains(got.err, tt.err) {
			t.Errorf("%v %q ends with %d:\n%s%s", tt.env, tt.args, got.code, got.out, got.err)
		}
	}
}
