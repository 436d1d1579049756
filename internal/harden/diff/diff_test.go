package diff_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/edit"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/harden/diff"
)

var update = flag.Bool("update", false, "write the golden files")

const template = `{
  // the account
  "resources": [
    {
      "name": "storage",
      "sku": {
        "name": "Standard_LRS"
      },
      "properties": {}
    },
    {
      "name": "vault",
      "a": 1,
      "b": 2,
      "c": 3,
      "d": 4,
      "e": 5,
      "f": 6,
      "properties": {
        "enablePurgeProtection": false
      }
    }
  ]
}
`

// hardened changes the template at three places, two of them near each other.
func hardened(t testing.TB, source string) []edit.Change {
	t.Helper()
	doc, errs := jsonc.Parse("t.json", []byte(source))
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	s := edit.New(doc)
	storage, vault := doc.Root().Get("resources").At(0), doc.Root().Get("resources").At(1)
	for _, err := range []error{
		s.Replace(storage.Get("sku").Get("name"), value.String("Standard_ZRS"), "storage-zrs: Convert the account to zone-redundant storage (default-storage-zone-outage)"),
		s.SetMember(storage.Get("properties"), "allow", value.Bool(false), "storage-keys: Switch off\nshared keys"),
		s.Replace(vault.Get("properties").Get("enablePurgeProtection"), value.Bool(true), "vault-purge: Protect against purging (key-vault-deletion)"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return s.Changes()
}

func written(t testing.TB, opts diff.Options, files ...diff.File) string {
	t.Helper()
	var b strings.Builder
	if err := diff.Write(&b, files, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEachHunkSaysWhy(t *testing.T) {
	for name, opts := range map[string]diff.Options{"plain": {}, "colour": {Colour: true}} {
		got := written(t, opts, diff.File{Name: "infra/azuredeploy.json", Source: template, Changes: hardened(t, template)})
		golden := filepath.Join("testdata", name+".diff")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s differs (-want +got):\n%s", golden, d)
		}
	}
}

func TestNothingIsWrittenOfAFileThatStaysAsItIs(t *testing.T) {
	if got := written(t, diff.Options{}, diff.File{Name: "a.json", Source: template}); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestChangesThatDoNotFitAreRefused(t *testing.T) {
	err := diff.Write(&strings.Builder{}, []diff.File{{Name: "a.json", Source: "{}", Changes: []edit.Change{{Start: 1, End: 9}}}}, diff.Options{})
	if err == nil || !strings.Contains(err.Error(), "a.json") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

func TestATerminalIsNotSteeredByAFile(t *testing.T) {
	source := "{\n  \"a\": \"\x1b]0;evil\a\",\n  \"b\": 1\n}\n"
	change := edit.Change{Start: strings.Index(source, "1\n"), Text: "2", Why: []string{"be\x1b[2Jcause"}}
	change.End = change.Start + 1
	got := written(t, diff.Options{Colour: true}, diff.File{Name: "a.json", Source: source, Changes: []edit.Change{change}})
	for _, bad := range []string{"\x1b]", "\a", "\x1b[2J"} {
		if strings.Contains(got, bad) {
			t.Errorf("the diff holds %q:\n%q", bad, got)
		}
	}
	if plain := written(t, diff.Options{}, diff.File{Name: "a.json", Source: source, Changes: []edit.Change{change}}); !strings.Contains(plain, "\x1b]0;evil\a") {
		t.Error("without colours the diff has to hold the bytes of the file, or it cannot be applied")
	}
}

// applied applies a diff with a real tool in an empty folder. Git is needed to work
// on the project at all; patch is asked where it is installed.
func applied(t testing.TB, files map[string]string, patch string, tool ...string) map[string]string {
	t.Helper()
	if _, err := exec.LookPath(tool[0]); err != nil {
		if tool[0] == "git" {
			t.Fatalf("the test needs %s: %v", tool[0], err)
		}
		t.Skipf("%s is not installed", tool[0])
	}
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(tool[0], tool[1:]...)
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(patch)
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s\npatch:\n%q", tool, err, out, patch)
	}
	after := map[string]string{}
	for name := range files {
		src, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		after[name] = string(src)
	}
	return after
}

func TestGitAndPatchApplyIt(t *testing.T) {
	sources := map[string]string{
		"infra/azuredeploy.json":  template,
		"with space/a b.json":     strings.ReplaceAll(template, "\n", "\r\n"),
		"no final newline.json":   strings.TrimSuffix(template, "\n"),
		"größe/ümlaut.json":       "\xEF\xBB\xBF" + template,
		"one-line.json":           `{"resources":[{"sku":{"name":"x"},"properties":{}},{"properties":{"enablePurgeProtection":false}}]}`,
		"last-line-without.json":  "{\"resources\":[{\"sku\":{\"name\":\"x\"},\"properties\":{}},\r\n{\"properties\":{\"enablePurgeProtection\":false}}]}",
		"a\"quote\\and\ttab.json": template,
	}
	for name, source := range sources {
		changes := hardened(t, source)
		patch := written(t, diff.Options{}, diff.File{Name: name, Source: source, Changes: changes})
		want := map[string]string{name: string(edit.Apply(source, changes))}
		for _, tool := range [][]string{{"git", "apply", "-"}, {"patch", "-p1", "--binary", "-s"}} {
			t.Run(fmt.Sprintf("%s %q", tool[0], name), func(t *testing.T) {
				if d := cmp.Diff(want, applied(t, map[string]string{name: source}, patch, tool...)); d != "" {
					t.Errorf("the file differs (-want +got):\n%s\npatch:\n%q", d, patch)
				}
			})
		}
	}
}

// first gives the first line of one side of a hunk.
func first(head string, side int) int {
	line, count := 0, 1
	fmt.Sscanf(strings.Fields(head)[side][1:], "%d,%d", &line, &count)
	if count == 0 {
		line++
	}
	return line
}

// apply is what the tools do, to try many diffs quickly.
func apply(t *rapid.T, source, patch string) string {
	lines := strings.SplitAfter(source, "\n")
	var out strings.Builder
	at := 0
	body := strings.SplitAfter(patch, "\n")[2:]
	for i := 0; i < len(body); i++ {
		l := body[i]
		if l == "" {
			break
		}
		text := l[1:]
		if i+1 < len(body) && strings.HasPrefix(body[i+1], "\\") {
			text = strings.TrimSuffix(text, "\n")
		}
		switch l[0] {
		case '@':
			from, to := first(l, 1), first(l, 2)
			for ; at < from-1; at++ {
				out.WriteString(lines[at])
			}
			if got := strings.Count(out.String(), "\n") + 1; got != to {
				t.Fatalf("the hunk %q goes to line %d", l, got)
			}
		case ' ', '-':
			if lines[at] != text {
				t.Fatalf("line %d is %q, the diff has %q", at+1, lines[at], text)
			}
			at++
			if l[0] == ' ' {
				out.WriteString(text)
			}
		case '+':
			out.WriteString(text)
		}
	}
	return out.String() + strings.Join(lines[at:], "")
}

func TestAnyChangesGiveADiffThatMakesThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.StringOfN(rapid.SampledFrom([]rune("ab\n\n\r")), 1, 80, -1).Draw(t, "source")
		var changes []edit.Change
		at := 0
		for at < len(source) && len(changes) < 5 {
			start := rapid.IntRange(at, len(source)).Draw(t, "start")
			end := rapid.IntRange(start, min(start+9, len(source))).Draw(t, "end")
			text := rapid.StringOfN(rapid.SampledFrom([]rune("xy\n")), 0, 6, -1).Draw(t, "text")
			if source[start:end] != text {
				changes = append(changes, edit.Change{Start: start, End: end, Text: text, Why: []string{fmt.Sprintf("r%d.", len(changes))}})
			}
			at = end + 1
		}
		want := string(edit.Apply(source, changes))
		if want == source || len(changes) == 0 {
			return
		}
		var b strings.Builder
		if err := diff.Write(&b, []diff.File{{Name: "f", Source: source, Changes: changes}}, diff.Options{}); err != nil {
			t.Fatal(err)
		}
		if got := apply(t, source, b.String()); got != want {
			t.Fatalf("want %q\ngot  %q\nof   %q\ndiff:\n%s", want, got, source, b.String())
		}
		for i := range changes {
			if n := strings.Count(b.String(), fmt.Sprintf("r%d.", i)); n != 1 {
				t.Fatalf("the reason of change %d stands %d times in\n%s", i, n, b.String())
			}
		}
	})
}

func TestLinesAreCounted(t *testing.T) {
	f := diff.File{Name: "a.json", Source: template, Changes: hardened(t, template)}
	added, removed := diff.Count(f)
	patch := written(t, diff.Options{}, f)
	if want := strings.Count(patch, "\n+") - 1; added != want {
		t.Errorf("%d lines added, want %d", added, want)
	}
	if want := strings.Count(patch, "\n-"); removed != want {
		t.Errorf("%d lines removed, want %d", removed, want)
	}
}
