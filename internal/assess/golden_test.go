package assess

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The estates of testdata/golden, each assessed against every built-in target:
// everything that a finding says, in words.
func TestWholeAssessments(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.estate")
	if err != nil || len(files) == 0 {
		t.Fatalf("no estates in testdata/golden: %v", err)
	}
	for _, file := range files {
		for _, target := range BuiltinTargets() {
			t.Run(filepath.Base(file)+" "+target.Name, func(t *testing.T) {
				src, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				got := inWords(assess(t, string(src), Options{Target: target}))
				golden := strings.TrimSuffix(file, ".estate") + "." + target.Name + ".golden"
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatalf("%v: write it with -update", err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", golden, diff)
				}
			})
		}
	}
}

func inWords(r *Result) string {
	var b strings.Builder
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Status == NotApplicable {
			continue
		}
		fmt.Fprintf(&b, "%s %s %s %s at line %d\n", f.Status, f.Severity, f.Rule.ID, f.Resource.Name, f.Origin.Line)
		if f.Status == Pass {
			continue
		}
		fmt.Fprintf(&b, "    %s\n    remedy: %s\n", f.Message, f.Remedy)
		for _, ws := range f.Workspaces {
			fmt.Fprintf(&b, "    of workspace %s\n", ws.Name)
		}
		if f.Behind != nil {
			fmt.Fprintf(&b, "    behind %s\n", f.Behind.Name)
		}
		for _, e := range f.Evidence {
			fmt.Fprintf(&b, "    seen: %s (%s) is %s\n", e.Setting, e.Path, e.Value)
		}
		for _, l := range f.Takes {
			fmt.Fprintf(&b, "    in %s: %s of %s %s, back: %s, data: %s\n", l.Outage, l.Capability, l.Workspace.Name, l.Effect, l.RTO, l.RPO)
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "%s: %s\n", n.Severity, n.Message)
	}
	s := r.Summary
	fmt.Fprintf(&b, "%d workspaces, %d resources, %d relations, %d outages; %d findings: %d fail, %d unknown, %d not applicable, %d pass\n",
		s.Workspaces, s.Resources, s.Relations, s.Outages, s.Findings, s.Fail, s.Unknown, s.NotApplicable, s.Pass)
	return b.String()
}
