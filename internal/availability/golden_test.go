package availability

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree/simulation"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (-update writes it)", err)
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s:%d differs (run with -update when the change is meant)\n got  %s\n want %s", path, i+1, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Errorf("%s has %d lines, want %d", path, len(w), len(g))
	}
}

// described is an analysis for the eye: the figures of each row, what contributes, what doubling a rate would do, and
// the fault trees with their numbers of minimal cut sets.
func described(t *testing.T, a *Analysis, years int) string {
	t.Helper()
	var b strings.Builder
	hours := func(available float64) string { return fmt.Sprintf("%.4g", Hours(available)) }
	for _, r := range a.Rows {
		fmt.Fprintf(&b, "%s of %s\n", r.Capability, r.Workspace.Name)
		fmt.Fprintf(&b, "  lost hours a year: expected %s to %s (90 %%: %s to %s), contractual %s to %s; not whole %s to %s\n",
			hours(r.Expected.Best), hours(r.Expected.Worst), hours(r.Expected.High), hours(r.Expected.Low),
			hours(r.Contractual.Best), hours(r.Contractual.Worst), hours(r.Whole.Best), hours(r.Whole.Worst))
		for _, s := range a.Sensitivities(r) {
			if s.Hours > 1e-6 {
				fmt.Fprintf(&b, "  twice %-16s %+.3g h\n", s.Rate.ID, s.Hours)
			}
		}
		for _, name := range a.Unpromised(r) {
			fmt.Fprintf(&b, "  nothing is promised of %s\n", name)
		}
		for _, text := range a.Unknowns(r) {
			fmt.Fprintf(&b, "  not known: %s\n", text)
		}
		if years > 0 {
			fmt.Fprintf(&b, "  %s\n", played(t, a, r, years))
		}
	}
	for _, reading := range []Reading{ExpectedReading, ContractualReading} {
		for _, top := range a.Tops(reading) {
			n, err := a.CutSets(reading, top)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s: %s: P %.6g, %s minimal cut sets\n", reading, top.Title, top.Probability, n)
		}
	}
	return b.String()
}

func played(t *testing.T, a *Analysis, r *Row, years int) string {
	t.Helper()
	res, err := a.Years(t.Context(), r, simulation.Options{Years: years, Seed: 1})
	if errors.Is(err, ErrNever) {
		return "played: " + err.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("played %d years: median %.4g h, 19 of 20 below %.4g h, longest outage of 19 in 20 below %.4g h", years, res.Quantile(0.5), res.Quantile(0.95), res.LongestQuantile(0.95))
}

func TestFiguresOfTheExamples(t *testing.T) {
	cat := embedded(t)
	for _, name := range []string{"workspace", "all-services", "resilient"} {
		a := analysed(t, loaded(t, cat, filepath.Join("..", "..", "examples", name)), cat)
		golden(t, name+".txt", described(t, a, 0))
	}
}

// Small estates, each below a line with "== " and what it shows.
func TestFiguresOfSmallEstates(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "estates.txt"))
	if err != nil {
		t.Fatal(err)
	}
	cat := sketch.Catalog(t)
	var b strings.Builder
	for each := range strings.SplitSeq("\n"+string(text), "\n== ") {
		if title, lines, _ := strings.Cut(each, "\n"); title != "" {
			fmt.Fprintf(&b, "== %s\n%s\n", title, described(t, analysed(t, sketch.Estate(t, lines), cat), 50))
		}
	}
	golden(t, "estates.golden", b.String())
}
