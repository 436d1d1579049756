package file_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/file"
	"github.com/holdfast-ml/holdfast/internal/source"
)

var update = flag.Bool("update", false, "write what is found into the golden files")

// outcomes writes what became of the findings, a line for each.
func outcomes(res *file.Result) string {
	var b strings.Builder
	for _, i := range res.Plan.Items {
		at := ""
		if i.Finding.Resource != nil {
			at = i.Finding.Resource.Name
		}
		fmt.Fprintf(&b, "%s %s: %s", i.Finding.Rule.ID, at, i.Outcome)
		if i.Follows {
			b.WriteString(" (follows)")
		}
		if i.Outcome == harden.Withdrawn {
			b.WriteString(": " + i.Why)
		}
		b.WriteByte('\n')
		for _, n := range i.Notes {
			if strings.Contains(n, "at this resource only") { // the others are the plan's
				b.WriteString("  note: " + n + "\n")
			}
		}
	}
	return b.String()
}

// Each folder of testdata/cases is a case: main.json with what lies beside it,
// hardened for the target critical in eastus2. Its golden files are the files as
// they are afterwards, with the reasons of the changes, and what became of the
// findings.
func TestCases(t *testing.T) {
	cat := defaults(t)
	entries, err := os.ReadDir(filepath.Join("testdata", "cases"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			main := filepath.Join("testdata", "cases", e.Name(), "main.json")
			res := hardened(t, cat, source.Options{Template: here}, "critical", main)
			holds(t, res)
			golden(t, filepath.Join("testdata", "golden", e.Name(), "outcomes.txt"), []byte(outcomes(res)))
			for _, f := range res.Files {
				name, err := filepath.Rel(filepath.Dir(main), f.Name)
				if err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join("testdata", "golden", e.Name(), name), f.After)
			}
			again := hardened(t, cat, source.Options{Template: here, Files: memory{}.put(res)}, "critical", main)
			for _, f := range again.Files {
				t.Errorf("a second run changes %s: %v", f.Name, f.Changes)
			}
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got)\n%s", name, d)
	}
}
