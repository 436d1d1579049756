package cli

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/harden/live"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// hardenable is a folder with the example, as infra/.
func hardenable(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "infra"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"azuredeploy.json", "azuredeploy.parameters.json"} {
		src, err := os.ReadFile(filepath.Join(workspace(t), name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "infra", name), src, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func textOf(t *testing.T, dir string, more ...string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(append([]string{dir}, more...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

func TestHardenSaysWhatItWouldDoAndWritesNothing(t *testing.T) {
	dir := hardenable(t)
	before := textOf(t, dir, "infra", "azuredeploy.json")
	for _, args := range [][]string{{}, {"--plan"}, {"--diff"}, {"-o", "json"}, {"-o", "markdown"}} {
		got := session{dir: dir}.run(t, append([]string{"harden", "infra"}, args...)...)
		if got.code != ExitFindings {
			t.Errorf("%v: exit %d: %s", args, got.code, got.err)
		}
		if textOf(t, dir, "infra", "azuredeploy.json") != before {
			t.Fatalf("%v: the template was written", args)
		}
	}
	text := session{dir: dir}.run(t, "harden", "infra").out
	for _, want := range []string{
		"findings can be mended in 1 file", "zones 1, 2, 3   ", "✗ → ✓", "Convert the account to zone-redundant storage (ZRS)",
		"conversion, up to 72 hours", "! For ever: Purge protection cannot be turned off", "infra/azuredeploy.json  +", "Only by making it anew",
		"nothing was written", "holdfast harden infra --diff", "holdfast harden infra --write",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

func TestTheDiffIsWhatIsWritten(t *testing.T) {
	dir := hardenable(t)
	diff := session{dir: dir}.run(t, "harden", "infra", "--diff")
	if !strings.HasPrefix(diff.out, "--- a/infra/azuredeploy.json\n+++ b/infra/azuredeploy.json\n@@ ") || !strings.Contains(diff.err, "can be mended in 1 file") {
		t.Fatalf("diff: %s\n%s", diff.out, diff.err)
	}
	other := hardenable(t)
	cmd := exec.Command("git", "apply", "-")
	cmd.Dir, cmd.Stdin = other, strings.NewReader(diff.out)
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(other))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, out)
	}
	if got := (session{dir: dir}).run(t, "harden", "infra", "--write"); got.code != ExitFindings || !strings.Contains(got.out, "Files written") {
		t.Fatalf("--write: %d %s%s", got.code, got.out, got.err)
	}
	if textOf(t, dir, "infra", "azuredeploy.json") != textOf(t, other, "infra", "azuredeploy.json") {
		t.Error("the diff and --write give different files")
	}
	info, err := os.Stat(filepath.Join(dir, "infra", "azuredeploy.json"))
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the mode of the file is %v, %v", info.Mode(), err)
	}
	if again := (session{dir: dir}).run(t, "harden", "infra", "--diff"); again.out != "" {
		t.Errorf("a second run changes something:\n%s", again.out)
	}
	left := session{dir: dir}.run(t, "assess", "infra", "-o", "json").out
	if strings.Contains(left, `"rule": "default-storage-zone-outage", "status": "fail"`) {
		t.Error("what was mended still fails")
	}
}

func TestAReadOnlyFileIsNotWritten(t *testing.T) {
	dir := hardenable(t)
	name := filepath.Join(dir, "infra", "azuredeploy.json")
	if err := os.Chmod(name, 0o440); err != nil {
		t.Fatal(err)
	}
	before := textOf(t, name)
	got := session{dir: dir}.run(t, "harden", "infra", "--write")
	if got.code != ExitUsage || !strings.Contains(got.err, "it is read-only; nothing was written") || textOf(t, name) != before {
		t.Errorf("exit %d: %s", got.code, got.err)
	}
}

func TestALinkStaysALink(t *testing.T) {
	dir := hardenable(t)
	if err := os.Rename(filepath.Join(dir, "infra", "azuredeploy.json"), filepath.Join(dir, "real.json")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("..", "real.json"), filepath.Join(dir, "infra", "azuredeploy.json")); err != nil {
		t.Skipf("no links here: %v", err)
	}
	before := textOf(t, dir, "real.json")
	session{dir: dir}.run(t, "harden", "infra/azuredeploy.json", "--write")
	if info, err := os.Lstat(filepath.Join(dir, "infra", "azuredeploy.json")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v %v", info.Mode(), err)
	}
	if textOf(t, dir, "real.json") == before {
		t.Error("the file behind the link was not written")
	}
}

func TestTheResultGoesElsewhere(t *testing.T) {
	dir := hardenable(t)
	before := textOf(t, dir, "infra", "azuredeploy.json")
	for _, to := range []string{"hardened.json", "out/"} {
		got := session{dir: dir}.run(t, "harden", "infra", "-o", to)
		if got.code != ExitFindings || !strings.Contains(got.out, "(from infra/azuredeploy.json)") {
			t.Errorf("-o %s: exit %d %s%s", to, got.code, got.out, got.err)
		}
	}
	if textOf(t, dir, "infra", "azuredeploy.json") != before {
		t.Error("the template itself was written")
	}
	hardened := textOf(t, dir, "hardened.json")
	if hardened == before || hardened != textOf(t, dir, "out", "azuredeploy.json") {
		t.Error("the results differ, or nothing was changed")
	}
	// What cannot be changed further is written as it is.
	if got := (session{dir: dir}).run(t, "harden", "hardened.json", "-p", "infra/azuredeploy.parameters.json", "-o", "same.json"); got.code != ExitFindings || textOf(t, dir, "same.json") != hardened {
		t.Errorf("exit %d %s", got.code, got.err)
	}
}

func TestHardenMendsOnlyTheRulesThatAreNamed(t *testing.T) {
	dir := hardenable(t)
	got := session{dir: dir}.run(t, "harden", "infra", "--only", "aks-free-tier", "--diff")
	if n := strings.Count(got.out, "\n@@ "); n != 1 || !strings.Contains(got.out, `"tier": "Standard"`) {
		t.Errorf("%d hunks:\n%s", n, got.out)
	}
}

func TestHardenRefusesWhatDoesNotGoTogether(t *testing.T) {
	dir := hardenable(t)
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"infra", "--diff", "--write"}, "--diff and --write do not go together"},
		{[]string{"infra", "--write", "-o", "x.json"}, "--write and -o x.json do not go together"},
		{[]string{"infra", "--apply"}, "--apply is for what is in Azure"},
		{[]string{liveGroup, "--write"}, "--write is for templates"},
		{[]string{liveGroup, "--apply"}, "there is no terminal to ask"},
		{[]string{"infra", "--only", "aks-free-teir"}, `did you mean "aks-free-tier"?`},
		{[]string{"infra", "--region", "nowhere"}, `there is no region "nowhere"`},
		{[]string{"infra", "-o", "yaml"}, `unknown output format "yaml"`},
		{[]string{"infra", "-o", "a.json", "-o", "b.json"}, "two places"},
		{[]string{"infra", "--diff", "-o", "json"}, "both go to standard output"},
		{[]string{"infra", "--yes"}, "--yes answers the question of --apply"},
		{[]string{}, "needs a SOURCE"},
		{[]string{"nothing.json"}, "nothing.json"},
	} {
		got := session{dir: dir}.run(t, append([]string{"harden"}, tt.args...)...)
		if got.code != ExitUsage || !strings.Contains(got.err, tt.says) {
			t.Errorf("%v: exit %d, %q is missing in %s", tt.args, got.code, tt.says, got.err)
		}
	}
}

func TestStandardInputIsHardenedToAFile(t *testing.T) {
	dir := hardenable(t)
	stdin := func() session {
		return session{dir: dir, stdin: strings.NewReader(textOf(t, dir, "infra", "azuredeploy.json"))}
	}
	args := []string{"harden", "-", "-p", "infra/azuredeploy.parameters.json"}
	if got := stdin().run(t, append(slices.Clone(args), "--write")...); got.code != ExitUsage || !strings.Contains(got.err, "standard input cannot be edited in place") {
		t.Errorf("--write: %d %s", got.code, got.err)
	}
	if got := stdin().run(t, append(slices.Clone(args), "-o", "new.json")...); got.code != ExitFindings || !strings.Contains(textOf(t, dir, "new.json"), "Standard_ZRS\",\n") {
		t.Errorf("-o: %d %s", got.code, got.err)
	}
}

func TestHardenFitsTheTerminal(t *testing.T) {
	for _, source := range []string{"workspace", "all-services", "resilient"} {
		got := session{dir: examples(t), width: 80, env: map[string]string{"NO_COLOR": "1"}}.run(t, "harden", source, "-v")
		for line := range strings.Lines(got.out) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 && !strings.Contains(line, "holdfast harden") && !strings.Contains(line, ".json") {
				t.Errorf("%s: %d columns: %s", source, n, line)
			}
		}
	}
}

// quick is a sandbox that holds the example and in which an hour takes a tenth of
// a second, and a session that knows it.
func quick(t *testing.T) session {
	t.Helper()
	box, err := sandbox.Start(t.Context(), sandbox.Options{NoThrottling: true, Rate: 36000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	dir := t.TempDir()
	if got := (session{dir: dir}).run(t, "inventory", workspace(t), "--subscription", liveSubscription, "--resource-group", "rg-ml", "--location", "westeurope", "-o", "seed.json"); got.code != ExitFine {
		t.Fatalf("the seed: %d %s", got.code, got.err)
	}
	if _, err := box.Seed("seed.json", []byte(textOf(t, dir, "seed.json"))); err != nil {
		t.Fatal(err)
	}
	if err := box.Connection.Write(filepath.Join(dir, "cache", "holdfast", "sandbox.json")); err != nil {
		t.Fatal(err)
	}
	return session{dir: dir, env: map[string]string{"XDG_CACHE_HOME": filepath.Join(dir, "cache"), "HOLDFAST_CLOUD": "sandbox"}}
}

// What is done to Azure is told, kept, and taken back.
func TestHardenInAzureFromPlanToUndo(t *testing.T) {
	s := quick(t)
	s.env["XDG_STATE_HOME"] = filepath.Join(s.dir, "state")
	plan := s.run(t, "harden", liveGroup, "--plan")
	for _, want := range []string{"can be mended on what is there", "What would be sent", "PATCH " + liveGroup, "nothing was changed", "--apply"} {
		if !strings.Contains(plan.out, want) {
			t.Errorf("%q is missing in the plan (exit %d):\n%s%s", want, plan.code, plan.out, plan.err)
		}
	}
	if list := s.run(t, "harden", "undo"); list.code != ExitFine || !strings.Contains(list.out, "Nothing was changed in Azure") {
		t.Errorf("undo: %d %s%s", list.code, list.out, list.err)
	}
	only := []string{"harden", liveGroup, "--only", "aks-free-tier", "--only", "storage-blob-soft-delete"}
	made := s.run(t, append(slices.Clone(only), "--apply", "--yes")...)
	if made.code != ExitFine || !strings.Contains(made.out, "Take it back with: holdfast harden undo ") {
		t.Fatalf("apply: exit %d\n%s%s", made.code, made.out, made.err)
	}
	if again := s.run(t, append(slices.Clone(only), "--plan")...); !strings.Contains(again.out, "Nothing that counts fails") {
		t.Errorf("it is not mended:\n%s%s", again.out, again.err)
	}
	d := decoded(t, s.run(t, "harden", "undo", "-o", "json").out)
	runs := d["runs"].([]any)
	if len(runs) != 1 || d["schemaVersion"] != "1.0" {
		t.Fatalf("runs: %v", d)
	}
	id := runs[0].(map[string]any)["id"].(string)
	back := s.run(t, "harden", "undo", id, "--yes")
	if back.code != ExitFine || !strings.Contains(back.out, "taken back") || !strings.Contains(back.out, "demand-aks: Move the cluster to the Standard tier (done)") {
		t.Errorf("undo: exit %d\n%s%s", back.code, back.out, back.err)
	}
	if after := s.run(t, append(slices.Clone(only), "--plan")...); !strings.Contains(after.out, "aks-free-tier") {
		t.Errorf("the tier was not put back:\n%s%s", after.out, after.err)
	}
	if got := s.run(t, "harden", "undo", "nothing", "--yes"); got.code != ExitUsage {
		t.Errorf("a run that is not there: exit %d %s", got.code, got.err)
	}
}

// An interrupted run is told to be one, and the same command ends it.
func TestAnInterruptedRunIsTakenUpByTheSameCommand(t *testing.T) {
	s := quick(t)
	journal := filepath.Join(s.dir, "harden.db")
	args := []string{"harden", liveGroup, "--only", "default-storage-zone-outage", "--apply", "--yes", "--journal", "harden.db"}
	ctx, stop := context.WithCancel(t.Context())
	first := s
	first.ctx = ctx
	go func() { // as soon as the conversion has begun
		for ctx.Err() == nil {
			if run, err := live.OpenRun(ctx, journal, liveGroup); err == nil && run != nil {
				for _, task := range run.Tasks {
					if len(task.Made) > 0 && len(task.Made[0].Sent) > 0 {
						stop()
					}
				}
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	got := first.run(t, args...)
	stop()
	if got.code != ExitCancelled || !strings.Contains(got.err, "interrupted after 0 of 1 step") || !strings.Contains(got.err, "go on with: holdfast harden "+liveGroup) {
		t.Fatalf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	if list := s.run(t, "harden", "undo", "--journal", "harden.db"); !strings.Contains(list.out, "· open") || !strings.Contains(list.out, "Go on with:") {
		t.Errorf("the run is not listed as open:\n%s%s", list.out, list.err)
	}
	if got = s.run(t, args...); got.code != ExitFine || !strings.Contains(got.err, "going on with the run harden-") || !strings.Contains(got.out, "1 of 1 step is made") {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
	if got = s.run(t, "harden", liveGroup, "--only", "default-storage-zone-outage"); !strings.Contains(got.out, "Nothing that counts fails") {
		t.Errorf("it is not mended:\n%s%s", got.out, got.err)
	}
}

func TestHardenAsksBeforeItChangesAnything(t *testing.T) {
	s := quick(t)
	s.env["XDG_STATE_HOME"] = filepath.Join(s.dir, "state")
	for _, tt := range []struct {
		answer string
		want   int
	}{{"n\n", ExitCancelled}, {"\n", ExitCancelled}, {"y\n", ExitFine}} {
		answer, want := tt.answer, tt.want
		var out, errs bytes.Buffer
		code := Run(t.Context(), []string{"harden", liveGroup, "--only", "aks-free-tier", "--apply"}, Streams{
			In: strings.NewReader(answer), Out: &out, Err: &errs, Dir: s.dir, InTTY: true,
			Env: func(key string) string { return s.env[key] },
		})
		if code != want || !strings.Contains(errs.String(), "Make these changes in Azure (1 step)? [y/N]") {
			t.Errorf("%q: exit %d\n%s%s", answer, code, out.String(), errs.String())
		}
		if want == ExitCancelled && !strings.Contains(errs.String(), "not confirmed; nothing was changed") {
			t.Errorf("%q: it is not said that nothing was changed: %s", answer, errs.String())
		}
	}
}
