package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// finding is what of a finding in JSON must not change when the input is only
// written in another way.
type finding struct {
	Rule, Status, Severity, Fingerprint, Message string
	Resource                                     *string
	Origin                                       *struct {
		File    string
		Line    int
		Pointer string
	}
}

func findings(t *testing.T, got outcome) []finding {
	t.Helper()
	var d struct{ Findings []finding }
	if err := json.Unmarshal([]byte(got.out), &d); err != nil {
		t.Fatalf("exit %d: %v\n%s", got.code, err, got.err)
	}
	return d.Findings
}

// essence lists the findings without their places, in order.
func essence(list []finding) []string {
	var out []string
	for _, f := range list {
		id := ""
		if f.Resource != nil {
			id = strings.ToLower(*f.Resource)
		}
		out = append(out, strings.Join([]string{f.Rule, id, f.Status, f.Severity, f.Fingerprint}, " "))
	}
	slices.Sort(out)
	return out
}

// A template that says the same in another way has the same findings with the
// same fingerprints: dashboards and baselines would lose track otherwise.
func TestTheSameTemplateWrittenInAnotherWayHasTheSameFindings(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(workspace(t), "azuredeploy.json"))
	if err != nil {
		t.Fatal(err)
	}
	params, err := os.ReadFile(filepath.Join(workspace(t), "azuredeploy.parameters.json"))
	if err != nil {
		t.Fatal(err)
	}
	assessed := func(t *testing.T, name, text string) []finding {
		t.Helper()
		base := strings.TrimSuffix(name, ".json")
		dir := folder(t, map[string]string{name: text, base + ".parameters.json": string(params)})
		return findings(t, session{dir: dir}.run(t, "assess", name, "-o", "json"))
	}
	plain := assessed(t, "azuredeploy.json", string(src))
	if len(plain) < 50 {
		t.Fatalf("only %d findings", len(plain))
	}
	for what, change := range map[string]func(string) string{
		"ten lines further down":    func(s string) string { return strings.Repeat("\n", 10) + s },
		"with comments":             func(s string) string { return "// made by hand\n" + strings.Replace(s, "{", "{ /* here */", 1) },
		"with the ends of Windows":  func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"with a byte order mark":    func(s string) string { return "\ufeff" + s },
		"indented by tabs":          func(s string) string { return strings.ReplaceAll(s, "  ", "\t") },
		"with its resources turned": turned,
		"with other letters in type": func(s string) string {
			return strings.ReplaceAll(s, "Microsoft.Storage/storageAccounts", "microsoft.storage/StorageAccounts")
		},
	} {
		t.Run(what, func(t *testing.T) {
			if diff := cmp.Diff(essence(plain), essence(assessed(t, "azuredeploy.json", change(string(src))))); diff != "" {
				t.Errorf("(-plain +changed):\n%.3000s", diff)
			}
		})
	}
	t.Run("in a file of another name", func(t *testing.T) {
		if diff := cmp.Diff(essence(plain), essence(assessed(t, "main.json", string(src)))); diff != "" {
			t.Errorf("(-plain +renamed):\n%.3000s", diff)
		}
	})
	t.Run("and lines move with it", func(t *testing.T) {
		moved := assessed(t, "azuredeploy.json", strings.Repeat("\n", 10)+string(src))
		for i := range plain {
			a, b := plain[i].Origin, moved[i].Origin
			if (a == nil) != (b == nil) || a != nil && a.Line != 0 && a.File == "azuredeploy.json" && (b.Line != a.Line+10 || b.Pointer != a.Pointer) {
				t.Errorf("%s stood at %+v, and stands at %+v", plain[i].Rule, a, b)
			}
		}
	})
}

// turned gives a template with its resources in reverse order.
func turned(src string) string {
	var doc map[string]json.RawMessage
	var list []json.RawMessage
	if json.Unmarshal([]byte(bare(src)), &doc) != nil || json.Unmarshal(doc["resources"], &list) != nil {
		return "not a template"
	}
	slices.Reverse(list)
	doc["resources"], _ = json.Marshal(list)
	out, _ := json.MarshalIndent(doc, "", "  ")
	return string(out)
}

// Every place that a report names is a place: the file is there, the line and the
// JSON pointer lead to something.
func TestPlacesLeadSomewhere(t *testing.T) {
	for _, example := range []string{"workspace", "resilient", "all-services"} {
		t.Run(example, func(t *testing.T) {
			dir := filepath.Join(examples(t), example)
			got := session{dir: dir}.run(t, "assess", ".", "-o", "json")
			cache := map[string][]string{}
			seen := 0
			for _, f := range findings(t, got) {
				if f.Origin == nil || f.Origin.File == "" {
					continue
				}
				lines, is := cache[f.Origin.File]
				if !is {
					text, err := os.ReadFile(filepath.Join(dir, f.Origin.File))
					if err != nil {
						t.Fatalf("%s stands in a file that is not there: %v", f.Rule, err)
					}
					lines = strings.Split(string(text), "\n")
					cache[f.Origin.File] = lines
				}
				if f.Origin.Line < 1 || f.Origin.Line > len(lines) || strings.TrimSpace(lines[f.Origin.Line-1]) == "" {
					t.Errorf("%s stands at %s:%d, where nothing is", f.Rule, f.Origin.File, f.Origin.Line)
				}
				if f.Origin.Pointer != "" && !leads(t, strings.Join(lines, "\n"), f.Origin.Pointer) {
					t.Errorf("%s stands at %s, which leads nowhere in %s", f.Rule, f.Origin.Pointer, f.Origin.File)
				}
				seen++
			}
			if seen == 0 {
				t.Error("no finding has a place")
			}
		})
	}
}

// bare blots the comments of the examples out; they stand on lines of their own.
func bare(text string) string { return regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(text, "") }

// leads says whether a JSON pointer leads to something in a document.
func leads(t *testing.T, text, pointer string) bool {
	t.Helper()
	var at any
	if err := json.Unmarshal([]byte(bare(text)), &at); err != nil {
		t.Fatal(err)
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch v := at.(type) {
		case map[string]any:
			next, is := v[token]
			if !is {
				return false
			}
			at = next
		case []any:
			i := 0
			for _, c := range token {
				if c < '0' || c > '9' {
					return false
				}
				i = 10*i + int(c-'0')
			}
			if token == "" || i >= len(v) {
				return false
			}
			at = v[i]
		default:
			return false
		}
	}
	return true
}

// All formats of one assessment agree on how many findings fail.
func TestTheFormatsOfARunAgree(t *testing.T) {
	dir := t.TempDir()
	got := session{dir: dir}.run(t, "assess", workspace(t), "-o", "text=r.txt,json=r.json,html=r.html,sarif=r.sarif,junit=r.xml,markdown=r.md")
	if got.code != ExitFindings {
		t.Fatalf("exit %d: %s", got.code, got.err)
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	failing := 0
	for _, f := range findings(t, outcome{out: read("r.json")}) {
		if f.Status == "fail" {
			failing++
		}
	}
	var sarif struct {
		Runs []struct{ Results []struct{ Kind string } }
	}
	if err := json.Unmarshal([]byte(read("r.sarif")), &sarif); err != nil {
		t.Fatal(err)
	}
	results := 0
	for _, r := range sarif.Runs[0].Results {
		if r.Kind == "fail" || r.Kind == "" {
			results++
		}
	}
	failures := len(regexp.MustCompile(`<failure[ >]`).FindAllString(read("r.xml"), -1))
	told := regexp.MustCompile(`([0-9]+) findings? fails?`).FindStringSubmatch(read("r.txt"))
	if failing == 0 || results != failing || failures != failing || told == nil || told[1] != itoaOf(failing) {
		t.Errorf("%d fail in JSON, %d in SARIF, %d in JUnit, %v in the text", failing, results, failures, told)
	}
}

func itoaOf(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// The example that is meant to be safe is: a reader learns from it.
func TestTheResilientExampleMeetsItsTarget(t *testing.T) {
	for _, target := range []string{"dev", "production"} {
		got := session{}.run(t, "assess", filepath.Join(examples(t), "resilient"), "--target", target)
		if got.code != ExitFine {
			t.Errorf("for %s it ends with %d:\n%s", target, got.code, got.out)
		}
	}
}
