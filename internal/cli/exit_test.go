package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestExitCodes(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want int
	}{
		{"all well", nil, 0},
		{"a silent end", status(ExitFindings), 1},
		{"not whole", status(ExitNotWhole), 4},
		{"fine is no error", status(ExitFine), 0},
		{"wrong usage", usage("no"), 2},
		{"wrong usage, wrapped", fmt.Errorf("reading: %w", usage("no")), 2},
		{"wrong usage with a hint", withHint(usage("no"), "do"), 2},
		{"a hint keeps the code", withHint(&exitError{code: ExitAzure, err: errors.New("gone")}, "do"), 3},
		{"cancelled", fmt.Errorf("assessing: %w", context.Canceled), 130},
		{"anything else is of the input", errors.New("disk"), 2},
	}
	for _, tt := range tests {
		if got := exitCode(tt.err); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestTheInnermostHintIsNotLost(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("x"), ""},
		{usage("x"), ""},
		{withHint(usage("x"), "do"), "do"},
		{usage("more: %w", withHint(usage("x"), "do")), "do"},
		{withHint(withHint(usage("x"), "inner"), "outer"), "outer"},
		{withHint(withHint(usage("x"), "inner"), ""), "inner"},
	} {
		if got := hintOf(tt.err); got != tt.want {
			t.Errorf("the hint of %v is %q, want %q", tt.err, got, tt.want)
		}
	}
}

func TestJSONIsWantedWhereItGoesToStandardOutput(t *testing.T) {
	for _, tt := range []struct {
		args string
		env  string // HOLDFAST_OUTPUT
		want bool
	}{
		{"explain x -o json", "", true},
		{"explain x -ojson", "", true},
		{"explain x -o=json", "", true},
		{"explain x --output json", "", true},
		{"explain x --output=json", "", true},
		{"-o json explain x", "", true},
		{"assess x -o json=-", "", true},
		{"assess x -o json=", "", true},
		{"assess x -o html=r.html,json", "", true},
		{"assess x -o html=r.html -o json", "", true},
		{"explain x", "json", true},
		{"explain x", "html=r.html,json", true},
		{"assess x -o json=r.json", "", false}, // people read standard error then
		{"assess json", "", false},
		{"explain json -o text", "", false},
		{"explain x -o text", "json", false}, // the flag wins
		{"explain x", "", false},
		{"explain x -o", "json", false},
		{"explain -- -o json", "", false},
	} {
		p := &program{Streams: Streams{Env: func(key string) string {
			if key == "HOLDFAST_OUTPUT" {
				return tt.env
			}
			return ""
		}}}
		if got := p.wantsJSON(strings.Fields(tt.args)); got != tt.want {
			t.Errorf("%q with HOLDFAST_OUTPUT=%q: %v, want %v", tt.args, tt.env, got, tt.want)
		}
	}
}

func TestErrorsAreJSONOnTheLastLineWhenJSONIsAskedFor(t *testing.T) {
	dir := folder(t, map[string]string{"broken.json": "{\n", "empty.json": "[]"})
	for _, tt := range []struct {
		args    []string
		message string
		hint    string
	}{
		{[]string{"explain", "nothing", "-o", "json"}, `there is no rule "nothing"`, "list them with: holdfast rules"},
		{[]string{"explain", "-o", "json"}, "holdfast explain needs one rule", "usage: holdfast explain RULE"},
		{[]string{"bogus", "-o", "json"}, `holdfast has no command "bogus"`, "list them with: holdfast --help"},
		{[]string{"assess", "x", "--bogus", "-o", "json"}, "unknown flag: --bogus", "see 'holdfast assess --help'"},
		{[]string{"assess", "broken.json", "-o", "json"}, "", ""},
		{[]string{"assess", "empty.json", "-o", "json"}, "no resources found", "give ARM templates"},
		{[]string{"assess", "a\tb\"c", "-o", "json"}, "a\tb\"c", ""},
	} {
		got := session{dir: dir}.run(t, tt.args...)
		lines := strings.Split(strings.TrimSuffix(got.err, "\n"), "\n")
		e, ok := decoded(t, lines[len(lines)-1])["error"].(map[string]any)
		if !ok || got.code != 2 || e["code"] != float64(2) || !strings.Contains(e["message"].(string), tt.message) || !strings.Contains(e["hint"].(string), tt.hint) {
			t.Errorf("%q ends with %d and says %v", tt.args, got.code, e)
		}
		if got.out != "" {
			t.Errorf("%q prints %q beside the error", tt.args, got.out)
		}
	}
}

func TestWhatComesFromFilesCannotSteerTheTerminal(t *testing.T) {
	for in, want := range map[string]string{
		"plain":               "plain",
		"two\nlines\tand tab": "two\nlines\tand tab",
		"zürich 東京 →":         "zürich 東京 →",
		"\x1b[31mred":         "�[31mred",
		"bell\a\b\r":          "bell���",
		"c1 \u009b31m":        "c1 �31m",
		"bidi \u202e txt":     "bidi � txt",
		"null \x00":           "null �",
	} {
		if got := harmless(in); got != want {
			t.Errorf("harmless(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestHostileNamesReachNoTerminalRaw(t *testing.T) {
	hostile := strings.ReplaceAll(strings.ReplaceAll(listed, `"ml"`, `"ml\u001b[2J\u0007"`), "/st", `/st\u001b]0;x\u0007\nfake: line`)
	hostile = strings.ReplaceAll(hostile, "westeurope", `west\u001b[31meurope`)
	dir := folder(t, map[string]string{"e.json": hostile})
	for _, args := range [][]string{
		{"assess", "e.json"}, {"assess", "e.json", "-v"}, {"assess", "e.json", "-o", "markdown"}, {"assess", "e.json", "-o", "html"}, {"assess", "e.json", "-o", "junit"},
		{"assess", "e.json", "-o", "sarif"}, {"assess", "e.json", "-o", "json"}, {"outage", "e.json"}, {"outage", "e.json", "--region", "mars"}, {"outage", "e.json", "--resource", "nothing"},
	} {
		got := session{dir: dir}.run(t, args...)
		for what, text := range map[string]string{"standard output": got.out, "standard error": got.err} {
			if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x9b }); i >= 0 {
				t.Errorf("%q puts a control character on %s: %q", args, what, text[max(0, i-40):min(len(text), i+20)])
			}
		}
		if got.code > ExitNotWhole {
			t.Errorf("%q ends with %d", args, got.code)
		}
	}
}

func TestATemplateWithHostileTextsReachesNoTerminalRaw(t *testing.T) {
	dir := folder(t, map[string]string{"t.json": `{
		"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
		"parameters": {"p\u001b[31m": {"type": "string"}, "q": {"type": "int\u0007"}},
		"resources": [{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2026-04-01", "name": "[nothing\u001b[2J()]"}],
		"outputs": {"o\u001b[31m": {"type": "string", "value": "\u001b[5m"}}
	}`})
	for _, args := range [][]string{{"arm", "expand", "t.json"}, {"arm", "expand", "t.json", "-o", "json"}, {"assess", "t.json"}, {"arm", "eval", "[parameters('p')]", "--template", "t.json"}} {
		got := session{dir: dir}.run(t, args...)
		if strings.ContainsAny(got.out+got.err, "\x1b\a") {
			t.Errorf("%q puts control characters on the terminal:\n%q\n%q", args, got.out, got.err)
		}
	}
}

func TestACancelledRunSaysSoAndWritesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	for _, args := range [][]string{
		{"assess", workspace(t), "-o", "html=report.html"}, {"outage", workspace(t)}, {"arm", "expand", workspace(t) + "/azuredeploy.json"},
		{"arm", "eval", "--stdin"},
	} {
		got := session{dir: dir, ctx: ctx, stdin: strings.NewReader("[add(1, 2)]\n")}.run(t, args...)
		if got.code != ExitCancelled || got.err != "holdfast: cancelled; nothing was changed\n" || got.out != "" {
			t.Errorf("%q ends with %d: %s%s", args, got.code, got.out, got.err)
		}
	}
	got := session{dir: dir, ctx: ctx}.run(t, "assess", workspace(t), "-o", "json")
	if e := decoded(t, got.err)["error"].(map[string]any); got.code != ExitCancelled || e["code"] != float64(130) {
		t.Errorf("with -o json it says %s", got.err)
	}
}

// interrupting is a standard input during which the user interrupts.
type interrupting struct {
	io     *strings.Reader
	cancel context.CancelFunc
}

func (i interrupting) Read(b []byte) (int, error) {
	i.cancel()
	return i.io.Read(b)
}

func TestAnInterruptInTheMiddleEndsTheRun(t *testing.T) {
	for _, args := range [][]string{{"assess", "-"}, {"outage", "-"}, {"assess", "-", "-o", "sarif=x.sarif"}} {
		ctx, cancel := context.WithCancel(t.Context())
		got := session{ctx: ctx, stdin: interrupting{strings.NewReader(listed), cancel}}.run(t, args...)
		if got.code != ExitCancelled || got.out != "" {
			t.Errorf("%q ends with %d: %s%s", args, got.code, got.out, got.err)
		}
	}
}
