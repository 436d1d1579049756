package scram_test

import (
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
	"github.com/holdfast-ml/holdfast/faulttree/scram"
)

// witness skips a test when SCRAM is not installed, unless it is demanded.
func witness(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("scram"); err == nil {
		return
	}
	if os.Getenv("HOLDFAST_REQUIRE_SCRAM") != "" {
		t.Fatal(scram.ErrMissing)
	}
	t.Skip(scram.ErrMissing)
}

// input is the folder of the models that SCRAM ships.
func input(t testing.TB) string {
	t.Helper()
	witness(t)
	dir := "/usr/share/scram/input"
	if d := os.Getenv("SCRAM_INPUT"); d != "" {
		dir = d
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the models that SCRAM ships are not there (SCRAM_INPUT says where): %v", err)
	}
	return dir
}

// shipped are the models that SCRAM ships and can analyse: files, and whether
// common causes are applied.
var shipped = []struct {
	files string
	ccf   bool
}{
	{files: "BSCU/BSCU.xml"},
	{files: "Baobab/baobab1.xml Baobab/baobab1-basic-events.xml"},
	{files: "Baobab/baobab2.xml Baobab/baobab2-basic-events.xml"},
	{files: "Chinese/chinese.xml Chinese/chinese-basic-events.xml"},
	{files: "Chinese/chinese.xml Chinese/high-prob.xml"},
	{files: "HIPPS/HIPPS.xml"},
	{files: "Lift/lift.xml"},
	{files: "SmallTree/SmallTree.xml"},
	{files: "Theatre/theatre.xml"},
	{files: "ThreeMotor/three_motor.xml"},
	{files: "TwoTrain/two_train.xml"},
	{files: "TwoTrain/common_cause.xml"},
	{files: "TwoTrain/common_cause.xml", ccf: true},
	{files: "ne574/ne574.xml"},
}

func paths(dir, files string) []string {
	var out []string
	for _, f := range strings.Fields(files) {
		out = append(out, filepath.Join(dir, f))
	}
	return out
}

// model reads files as holdfast does.
func model(t testing.TB, files []string, ccf bool) *faulttree.Model {
	t.Helper()
	m, _, err := openpsa.ReadFiles(files...)
	if err == nil && ccf {
		m, err = m.WithCommonCauses()
	}
	if err == nil {
		err = m.Evaluate(8760)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSCRAMAgreesOnTheModelsThatItShips(t *testing.T) {
	dir := input(t)
	for _, c := range shipped {
		t.Run(strings.ReplaceAll(c.files, "/", "_"), func(t *testing.T) {
			files := paths(dir, c.files)
			if _, err := os.Stat(files[0]); err != nil {
				t.Skip(err)
			}
			flags := []string{}
			if c.ccf {
				flags = append(flags, "--ccf", "1")
			}
			m := model(t, files, c.ccf)
			r, err := scram.Analyse(t.Context(), files, flags...)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range m.Tops() {
				compare(t, g, r)
			}
			hold(t, m.Tops(), files, flags...)
		})
	}
}

// compare holds a gate against SCRAM's report: numbers of products by order, and
// figures to the six digits that it prints.
func compare(t testing.TB, g *faulttree.Gate, r *scram.Report) {
	t.Helper()
	want := r.Top(g.Name)
	if want == nil {
		t.Errorf("SCRAM reports no %s", g.Name)
		return
	}
	a, err := faulttree.Analyse(g, 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.Probability()
	if err != nil {
		t.Fatal(err)
	}
	if !digits(p, want.Probability) {
		t.Errorf("%s: P = %.9g, SCRAM says %g", g.Name, p, want.Probability)
	}
	sets, err := a.CutSets()
	if err != nil {
		t.Fatal(err)
	}
	if got := sets.Count(); got.Int64() != int64(want.Products) {
		t.Errorf("%s: %s minimal cut sets, SCRAM says %d", g.Name, got, want.Products)
	}
	for n, count := range sets.Orders() {
		if n > 0 && n <= len(want.Orders) && count.Int64() != int64(want.Orders[n-1]) {
			t.Errorf("%s: %s cut sets of %d events, SCRAM says %d", g.Name, count, n, want.Orders[n-1])
		}
	}
	importance(t, a, sets, want)
}

// importance holds the importance of every event that SCRAM lists: those that are
// in a minimal cut set, up to the first that is not.
func importance(t testing.TB, a *faulttree.Analysis, sets *faulttree.CutSets, want *scram.Top) {
	t.Helper()
	list, err := a.Importance()
	if err != nil {
		t.Fatal(err)
	}
	occurrences := sets.Occurrences()
	ours := map[string]int{}
	for v, i := range list {
		ours[sorted(i.Event.Name)] = v
	}
	for _, w := range want.Importance {
		v, ok := ours[sorted(w.Event)]
		if !ok {
			t.Errorf("%s: SCRAM knows an event %s", want.Name, w.Event)
			continue
		}
		i := list[v]
		if occurrences[v].Int64() != int64(w.Occurrence) {
			t.Errorf("%s: %s is in %s cut sets, SCRAM says %d", want.Name, w.Event, occurrences[v], w.Occurrence)
		}
		for _, f := range []struct {
			name      string
			got, want float64
		}{
			{"Birnbaum", i.Birnbaum, w.Birnbaum},
			{"criticality", i.Criticality, w.Criticality},
			{"Fussell-Vesely", i.FussellVesely, w.Diagnostic},
			{"RAW", i.RAW, w.RAW},
			{"RRW", i.RRW, w.RRW},
		} {
			if f.name == "RRW" && (math.IsInf(f.got, 1) || f.got > 1e9) {
				continue // SCRAM prints 0, or what rounding made of the division by 0
			}
			if math.Abs(f.got-f.want) > 1e-6 && !digits(f.got, f.want) {
				t.Errorf("%s: %s of %s is %.9g, SCRAM says %g", want.Name, f.name, w.Event, f.got, f.want)
			}
		}
	}
}

// sorted is the name of a common cause with its members in order; SCRAM has one
// of its own.
func sorted(name string) string {
	members := strings.Fields(strings.Trim(name, "[]"))
	slices.Sort(members)
	return strings.Join(members, " ")
}

// digits says whether two figures agree to the six digits that SCRAM prints.
func digits(got, want float64) bool {
	return got == want || math.Abs(got-want) <= 5.01e-6*math.Abs(want)
}

// hold wants the probabilities to agree with SCRAM's to nine digits.
func hold(t testing.TB, gates []*faulttree.Gate, files []string, flags ...string) {
	t.Helper()
	var claims []scram.Claim
	for _, g := range gates {
		a, err := faulttree.Analyse(g, 0)
		if err != nil {
			t.Fatal(err)
		}
		p, err := a.Probability()
		if err != nil {
			t.Fatal(err)
		}
		claims = append(claims, scram.Claim{Gate: g.Name, Probability: p})
	}
	differences, err := scram.Differences(t.Context(), files, claims, flags...)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range differences {
		t.Logf("%s: P = %.17g, SCRAM differs by %g", claims[i].Gate, claims[i].Probability, d)
		if c := claims[i]; math.Abs(d) > 1e-9*c.Probability {
			t.Errorf("%s: SCRAM's probability is %.17g + %g", c.Gate, c.Probability, d)
		}
	}
}

// The largest model that SCRAM ships. SCRAM needs 38 s and gigabytes to list its
// 130,281,976 products, a number that is published with it; here it lists those
// of at most 4 events.
func TestSCRAMAgreesOnCEA9601(t *testing.T) {
	files := paths(input(t), "CEA9601/CEA9601.xml CEA9601/CEA9601-basic-events.xml")
	if testing.Short() {
		t.Skip("SCRAM takes seconds")
	}
	m := model(t, files, false)
	a, err := faulttree.Analyse(m.Gate("r1"), 0)
	if err != nil {
		t.Fatal(err)
	}
	sets, err := a.CutSets()
	if err != nil {
		t.Fatal(err)
	}
	if got := sets.Count().String(); got != "130281976" {
		t.Errorf("%s minimal cut sets, want 130281976", got)
	}
	r, err := scram.Analyse(t.Context(), files, "--limit-order", "4", "--importance", "0")
	if err != nil {
		t.Fatal(err)
	}
	want := r.Top("r1")
	if p, err := a.Probability(); err != nil || !digits(p, want.Probability) {
		t.Errorf("P = %.9g (%v), SCRAM says %g", p, err, want.Probability)
	}
	for n, count := range sets.Orders()[1:5] {
		if scrams := append(want.Orders, 0, 0, 0, 0)[n]; count.Int64() != int64(scrams) {
			t.Errorf("%s cut sets of %d events, SCRAM says %d", count, n+1, scrams)
		}
	}
}

// What SCRAM ships besides needs more than fault trees; holdfast says so.
func TestWhatIsNotReadIsSaid(t *testing.T) {
	dir := input(t)
	for files, want := range map[string]string{
		"TwoTrain/substitutions.xml":                "<define-substitution> is not supported",
		"TwoTrain/nondeclarative_substitutions.xml": "<define-substitution> is not supported",
		"TwoTrain/two_train_alignment.xml":          "<define-alignment> is not supported",
		"EventTrees/attack_alignment.xml":           "<define-alignment> is not supported",
		"Chinese/mcs_prob.xml":                      "",
	} {
		_, _, err := openpsa.ReadFiles(paths(dir, files)...)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", files, err, want)
		}
	}
	for _, files := range []string{"EventTrees/bcd.xml", "EventTrees/gas_leak/gas_leak.xml", "ThreeMotor/event_tree.xml ThreeMotor/three_motor.xml"} {
		_, notes, err := openpsa.ReadFiles(paths(dir, files)...)
		if err != nil || len(notes) == 0 || !strings.Contains(notes[0].Text, "is not read: only fault trees are") {
			t.Errorf("%s: notes %v (%v)", files, notes, err)
		}
	}
}

func TestSCRAMsErrorsArePassedOn(t *testing.T) {
	witness(t)
	file := filepath.Join(t.TempDir(), "broken.xml")
	if err := os.WriteFile(file, []byte("<opsa-mef><nothing/></opsa-mef>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := scram.Analyse(t.Context(), []string{file}); err == nil || !strings.Contains(err.Error(), "scram: ") {
		t.Errorf("err = %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := scram.Analyse(t.Context(), []string{file}); !errors.Is(err, scram.ErrMissing) {
		t.Errorf("err = %v without SCRAM", err)
	}
}
