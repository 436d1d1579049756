package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// resultWith is a result with that many failing findings by severity, over an
// estate of one workspace.
func resultWith(by map[assess.Severity]int, notSeen ...estate.NotSeen) *assess.Result {
	r := &assess.Result{Estate: &estate.Estate{}, Target: assess.TargetByName(assess.ProductionTarget)}
	r.Estate.Coverage = estate.Coverage{Resources: 1, NotSeen: notSeen}
	r.Summary = assess.Summary{Workspaces: 1, BySeverity: by}
	return r
}

func TestVerdict(t *testing.T) {
	unseen := estate.NotSeen{What: "ml/train", Why: "no permission"}
	for _, tt := range []struct {
		name   string
		result *assess.Result
		failOn assess.Severity
		code   int
		means  string
	}{
		{"nothing found", resultWith(nil), assess.High, 0, "no finding of severity high or worse"},
		{"only milder ones", resultWith(map[assess.Severity]int{assess.Medium: 3, assess.Low: 1}), assess.High, 0, "no finding of severity high or worse"},
		{"one as severe", resultWith(map[assess.Severity]int{assess.High: 1}), assess.High, 1, "findings of severity high or worse"},
		{"one more severe", resultWith(map[assess.Severity]int{assess.Critical: 1}), assess.Low, 1, "findings of severity low or worse"},
		{"a count of none does not count", resultWith(map[assess.Severity]int{assess.Critical: 0}), assess.Info, 0, "no finding of severity info or worse"},
		{"findings do not decide", resultWith(map[assess.Severity]int{assess.Critical: 1}), "", 0, "findings do not decide (--fail-on none)"},
		{"what was not seen is never fine", resultWith(nil, unseen), assess.High, 4, "the result is not whole: ml/train: no permission"},
		{"not even when findings do not decide", resultWith(nil, unseen), "", 4, "the result is not whole: ml/train: no permission"},
		{"findings weigh more than what was not seen", resultWith(map[assess.Severity]int{assess.High: 1}, unseen), assess.High, 1, "findings of severity high or worse"},
	} {
		code, means := verdict(tt.result, tt.failOn)
		if code != tt.code || means != tt.means {
			t.Errorf("%s: %d, %q; want %d, %q", tt.name, code, means, tt.code, tt.means)
		}
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"infra/main.json": "infra/main.json", "name=value": "name=value", "@p.json": "@p.json", "zürich.json": "zürich.json",
		"my files": "'my files'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "a;rm": "'a;rm'", "*": "'*'", "": "''", "~": "'~'", "a\nb": "'a\nb'", "!x": "'!x'",
	} {
		if got := quoted(word); got != want {
			t.Errorf("quoted(%q) = %s, want %s", word, got, want)
		}
	}
}

// What a report proposes to run next leads to the same assessment again: with the
// same parameters and settings, and in a form that a shell takes.
func TestWhatToRunNextRepeatsTheCommandLine(t *testing.T) {
	failing := resultWith(map[assess.Severity]int{assess.High: 1})
	failing.Findings = []assess.Finding{
		{Rule: &catalog.Rule{ID: "known-one"}, Status: assess.Fail, Known: true},
		{Rule: &catalog.Rule{ID: "open-one"}, Status: assess.Unknown},
		{Rule: &catalog.Rule{ID: "first-one"}, Status: assess.Fail},
	}
	for _, tt := range []struct {
		name   string
		args   []string
		result *assess.Result
		want   []string
	}{
		{"nothing fails", []string{"infra"}, resultWith(nil), []string{
			"holdfast assess infra -o html=report.html", "holdfast assess infra --target critical",
		}},
		{"the first finding that counts is explained", []string{"infra"}, failing, []string{
			"holdfast explain first-one", "holdfast assess infra -o html=report.html", "holdfast assess infra --target critical",
		}},
		{"several sources with odd names", []string{"a b.json", "c.json"}, resultWith(nil), []string{
			"holdfast assess 'a b.json' c.json -o html=report.html", "holdfast assess 'a b.json' c.json --target critical",
		}},
		{"parameters and scope are kept, outputs are not", []string{"t.json", "-p", "p.json", "-p", "name=a b", "--location", "westeurope", "--strict", "-o", "json=x", "--fail-on", "low"}, resultWith(nil), []string{
			"holdfast assess t.json --location westeurope --parameters p.json --parameters 'name=a b' --strict -o html=report.html",
			"holdfast assess t.json --location westeurope --parameters p.json --parameters 'name=a b' --strict --target critical",
		}},
		{"there is a page already", []string{"t.json", "-o", "html=r.html"}, resultWith(nil), []string{"holdfast assess t.json --target critical"}},
		{"the target is named once", []string{"t.json", "--target", "production"}, resultWith(nil), []string{
			"holdfast assess t.json -o html=report.html", "holdfast assess t.json --target critical",
		}},
		{"standard input is gone", []string{"-"}, failing, []string{"holdfast explain first-one"}},
		{"also beside a file", []string{"t.json", "-"}, failing, []string{"holdfast explain first-one"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &program{fromEnv: map[string]bool{}}
			cmd, f := parsed(t, p, tt.args)
			if diff := cmp.Diff(tt.want, next(p.again(cmd, cmd.Flags().Args()), f, tt.result)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// parsed reads the arguments of assess.
func parsed(t *testing.T, p *program, args []string) (*cobra.Command, *assessFlags) {
	t.Helper()
	root := p.rootCommand()
	cmd, _, err := root.Find([]string{"assess"})
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	outs, _ := cmd.Flags().GetStringSlice("output")
	return cmd, &assessFlags{outs: outs}
}

func TestAnotherTargetIsKeptInWhatToRunNext(t *testing.T) {
	p := &program{fromEnv: map[string]bool{}}
	cmd, f := parsed(t, p, []string{"t.json", "--target", "critical"})
	r := resultWith(nil)
	r.Target = assess.TargetByName(assess.CriticalTarget)
	if diff := cmp.Diff([]string{"holdfast assess t.json --target critical -o html=report.html"}, next(p.again(cmd, []string{"t.json"}), f, r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatTheEnvironmentSaysIsNotRepeated(t *testing.T) {
	p := &program{fromEnv: map[string]bool{"location": true}}
	cmd, _ := parsed(t, p, []string{"t.json", "--location", "westeurope"})
	if got := p.again(cmd, []string{"t.json"}); got != "holdfast assess t.json" {
		t.Errorf("again: %s", got)
	}
}

// One estate, each way to end.
func TestAssessEndsWithTheCodeThatItsTableSays(t *testing.T) {
	safe := strings.Replace(smallest, "Standard_LRS", "Standard_ZRS", 1)
	dir := folder(t, map[string]string{
		"lrs.json": smallest, "zrs.json": safe, "listed.json": listed, "vault.json": `[{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv",
			"name": "kv", "type": "Microsoft.KeyVault/vaults", "location": "westeurope", "properties": {"enableSoftDelete": true, "enablePurgeProtection": true}}]`,
		"nothing.json": `{"a": 1}`, "broken.json": "{", "half/a.json": safe, "half/b.json": "{",
	})
	for _, tt := range []struct {
		name string
		args []string
		want int
	}{
		{"findings", []string{"lrs.json"}, 1},
		{"none of this severity", []string{"zrs.json"}, 0},
		{"milder ones, asked for", []string{"zrs.json", "--fail-on", "low"}, 1},
		{"findings that do not decide", []string{"lrs.json", "--fail-on", "none"}, 0},
		{"a target that wants nothing", []string{"lrs.json", "--target", "dev"}, 0},
		{"a target that wants more", []string{"zrs.json", "--target", "critical"}, 1},
		{"what was not listed", []string{"listed.json", "--fail-on", "none"}, 4},
		{"findings in what was", []string{"listed.json"}, 1},
		{"no workspace", []string{"vault.json", "--target", "dev", "--fail-on", "none"}, 4},
		{"no resource", []string{"nothing.json"}, 2},
		{"no JSON", []string{"broken.json"}, 2},
		{"no such file", []string{"missing.json"}, 2},
		{"a folder of which one file is broken is never fine", []string{"half"}, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := session{dir: dir}.run(t, append([]string{"assess"}, tt.args...)...)
			if got.code != tt.want {
				t.Errorf("exit %d, want %d\n%s%s", got.code, tt.want, got.out, got.err)
			}
			if tt.want == ExitUsage && (got.out != "" || !strings.Contains(got.err, "holdfast: ")) {
				t.Errorf("prints %q and says %q", got.out, got.err)
			}
			if tt.want == ExitNotWhole && !strings.Contains(got.out, "not whole") {
				t.Errorf("it does not say that it is not whole:\n%s", got.out)
			}
		})
	}
}

func TestSeveralOutputsAreWrittenByOneRun(t *testing.T) {
	dir := folder(t, map[string]string{"e.json": smallest, "out/keep": ""})
	got := session{dir: dir}.run(t, "assess", "e.json", "-o", "text,json=out/r.json", "-o", "html=out/r.html", "-o", "sarif=out/r.sarif,junit=out/r.xml,markdown=out/r.md")
	if got.code != 1 || !strings.Contains(got.out, "What is lost when") {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	for file, want := range map[string]string{"r.json": `"schemaVersion"`, "r.html": "<!doctype html>", "r.sarif": "2.1.0", "r.xml": "<testsuite", "r.md": "# "} {
		text, err := os.ReadFile(filepath.Join(dir, "out", file))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, %d bytes without %q", file, err, len(text), want)
		}
		if !strings.Contains(got.err, "wrote out/"+file+" (") {
			t.Errorf("that %s was written is not told:\n%s", file, got.err)
		}
	}
	alone := session{dir: dir}.run(t, "assess", "e.json", "-o", "json")
	if text, _ := os.ReadFile(filepath.Join(dir, "out", "r.json")); string(text) != alone.out {
		t.Error("the same report differs in a file and on standard output")
	}
}

func TestQuietAndVerbose(t *testing.T) {
	dir := folder(t, map[string]string{"e.json": smallest, "t.json": strings.Replace(smallest, `"Standard_LRS"`, `"[parameters('sku')]"`, 1)})
	loud := session{dir: dir}.run(t, "assess", "e.json", "-o", "json=r.json")
	quiet := session{dir: dir}.run(t, "assess", "e.json", "-o", "json=r.json", "--quiet")
	if loud.err != "wrote r.json (json)\n" || quiet.err != "" || quiet.code != loud.code {
		t.Errorf("it says %q, quiet %q", loud.err, quiet.err)
	}
	quiet = session{dir: dir}.run(t, "assess", "missing.json", "-q")
	if !strings.Contains(quiet.err, "missing.json") {
		t.Errorf("errors are not told when quiet: %q", quiet.err)
	}
	short, long := session{dir: dir}.run(t, "assess", "e.json").out, session{dir: dir}.run(t, "assess", "e.json", "-v").out
	if len(strings.Split(long, "\n")) <= len(strings.Split(short, "\n")) {
		t.Error("--verbose shows no more")
	}
}

func TestTheBaselineOfAProject(t *testing.T) {
	dir := folder(t, map[string]string{"e.json": smallest, ".holdfast.yaml": "baseline: known.json\n"})
	if got := (session{dir: dir}).run(t, "assess", "e.json"); got.code != ExitUsage || !strings.Contains(got.err, "cannot read the baseline") || !strings.Contains(got.err, "--write-baseline") {
		t.Errorf("a baseline that is not there yet: exit %d: %s", got.code, got.err)
	}
}

func TestABaselineCanBeWrittenBesideAReport(t *testing.T) {
	dir := folder(t, map[string]string{"e.json": smallest})
	first := session{dir: dir}.run(t, "assess", "e.json", "--write-baseline", "known.json")
	if first.code != 1 || !strings.Contains(first.err, "wrote known.json: pass it with --baseline, and only new findings count") {
		t.Fatalf("exit %d: %s", first.code, first.err)
	}
	if got := (session{dir: dir}).run(t, "assess", "e.json", "--baseline", "known.json", "--fail-on", "info"); got.code != 0 {
		t.Errorf("known findings count: exit %d\n%s", got.code, got.out)
	}
	more := strings.Replace(smallest, `"resources": [`, `"resources": [{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2024-01-01", "name": "kv", "location": "westeurope", "properties": {}},`, 1)
	if err := os.WriteFile(filepath.Join(dir, "more.json"), []byte(more), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := (session{dir: dir}).run(t, "assess", "more.json", "--baseline", "known.json", "--fail-on", "medium"); got.code != 1 {
		t.Errorf("a new finding does not count: exit %d\n%s", got.code, got.out)
	}
	for _, wrong := range []string{"e.json", ".", "missing.json"} {
		if got := (session{dir: dir}).run(t, "assess", "e.json", "--baseline", wrong); got.code != ExitUsage {
			t.Errorf("--baseline %s ends with %d", wrong, got.code)
		}
	}
}
