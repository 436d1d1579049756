package scram_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/internal/draw"
	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
	"github.com/holdfast-ml/holdfast/faulttree/scram"
)

// forest draws many trees into one model, so that SCRAM is started once for all.
func forest(r *rand.Rand, trees int, opt draw.Options) *faulttree.Model {
	all := &faulttree.Model{Name: "forest"}
	for i := range trees {
		m := draw.Model(r, opt)
		for _, g := range m.Gates {
			g.Name = fmt.Sprintf("t%d%s", i, g.Name)
		}
		for _, e := range m.Events {
			e.Name = fmt.Sprintf("t%d%s", i, e.Name)
		}
		for _, h := range m.Houses {
			h.Name = fmt.Sprintf("t%d%s", i, h.Name)
		}
		all.Gates = append(all.Gates, m.Gates...)
		all.Events = append(all.Events, m.Events...)
		all.Houses = append(all.Houses, m.Houses...)
	}
	return all
}

// write puts the model into a file as holdfast writes it.
func write(t testing.TB, m *faulttree.Model) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "model.xml")
	w, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := openpsa.Write(w, m); err != nil {
		t.Fatal(err)
	}
	return file
}

// Small trees of and, or and k of n events, as package openpsa writes them.
func TestSCRAMAgreesOnRandomTrees(t *testing.T) {
	witness(t)
	m := forest(rand.New(rand.NewPCG(2026, 11)), 200, draw.Options{Events: 12, Gates: 10, Coherent: true, Plain: true})
	agree(t, m, m)
}

// Trees with any argument in k of n, also the same one twice: SCRAM reads them
// when they are put in and, or and not.
func TestSCRAMAgreesOnRandomTreesPutPlainly(t *testing.T) {
	witness(t)
	m := forest(rand.New(rand.NewPCG(2026, 17)), 100, draw.Options{Events: 9, Gates: 6, Coherent: true, Houses: true})
	agree(t, m, m.Plain())
}

// agree wants SCRAM to find for the gates of a model, written in its own way, what
// holdfast finds.
func agree(t *testing.T, m, written *faulttree.Model) {
	t.Helper()
	file := write(t, written)
	r, err := scram.Analyse(t.Context(), []string{file})
	if err != nil {
		t.Fatal(err)
	}
	var gates []*faulttree.Gate
	for _, g := range m.Tops() {
		if p := analysed(t, g); p > 0 && p < 1 {
			compare(t, g, r)
			gates = append(gates, g)
		}
	}
	hold(t, gates, []string{file})
	if len(gates) < 100 {
		t.Errorf("only %d top events compared", len(gates))
	}
}

func analysed(t testing.TB, g *faulttree.Gate) float64 {
	t.Helper()
	a, err := faulttree.Analyse(g, 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.Probability()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Trees with all operators. Probabilities are equal. SCRAM loses the sign of the
// importance when the root of its diagram happens to be complemented (it asks the
// node and not the edge), and then for all events; brute force agrees with
// holdfast, see TestImportanceFollowsItsDefinition in package faulttree.
func TestSCRAMAgreesOnRandomTreesWithComplements(t *testing.T) {
	witness(t)
	m := forest(rand.New(rand.NewPCG(2026, 23)), 100, draw.Options{Events: 10, Gates: 8})
	file := write(t, m.Plain())
	r, err := scram.Analyse(t.Context(), []string{file})
	if err != nil {
		t.Fatal(err)
	}
	trees, flipped := 0, 0
	for _, g := range m.Tops() {
		p := analysed(t, g)
		want := r.Top(g.Name)
		if want == nil || !digits(p, want.Probability) {
			t.Errorf("%s: P = %.9g, SCRAM says %+v", g.Name, p, want)
			continue
		}
		if p == 0 || p == 1 {
			continue
		}
		a, err := faulttree.Analyse(g, 0)
		if err != nil {
			t.Fatal(err)
		}
		if signs(t, a, want) < 0 {
			flipped++
		}
		found, err := a.CutSets()
		if err != nil {
			t.Fatal(err)
		}
		trees++
		if n := found.Count().Int64(); n != int64(want.Products) {
			t.Errorf("%s: %d cut sets, SCRAM says %d", g.Name, n, want.Products)
		}
	}
	t.Logf("%d trees agree; SCRAM lost the signs of %d", trees, flipped)
}

// signs is 1 when SCRAM's Birnbaum importance is ours, and -1 when it is with all
// signs changed.
func signs(t *testing.T, a *faulttree.Analysis, want *scram.Top) float64 {
	t.Helper()
	list, err := a.Importance()
	if err != nil {
		t.Fatal(err)
	}
	ours := map[string]float64{}
	for _, i := range list {
		ours[i.Event.Name] = i.Birnbaum
	}
	sign := 0.0
	for _, w := range want.Importance {
		got := ours[w.Event]
		if sign == 0 && math.Abs(got) > 1e-9 {
			sign = math.Copysign(1, got*w.Birnbaum)
		}
		if math.Abs(sign*got-w.Birnbaum) > 1e-6 {
			t.Errorf("%s: Birnbaum of %s is %.9g, SCRAM says %g", want.Name, w.Event, got, w.Birnbaum)
		}
	}
	return sign
}

// Where arguments of k of n share events, SCRAM 0.16.2 gives another probability
// for the tree as it is written, but not for the same tree put in and, or and not,
// and not for all trees. Brute force decides.
func TestSCRAMAndVotesThatShareEvents(t *testing.T) {
	witness(t)
	e := func(name string, p float64) *faulttree.Formula {
		return &faulttree.Formula{Event: &faulttree.Event{Name: name, Probability: p}}
	}
	a, b, c := e("a", 0.3), e("b", 0.4), e("c", 0.5)
	either := &faulttree.Formula{Op: faulttree.Or, Args: []*faulttree.Formula{a, b}}
	g := &faulttree.Gate{Name: "top", Formula: &faulttree.Formula{Op: faulttree.AtLeast, Min: 2, Args: []*faulttree.Formula{a, b, either, c}}}
	m := &faulttree.Model{Gates: []*faulttree.Gate{g}, Events: []*faulttree.Event{a.Event, b.Event, c.Event}}
	p := analysed(t, g)
	if want := draw.Probability(g, m.Events); math.Abs(p-want) > 1e-15 {
		t.Fatalf("P = %g, by trying all states %g", p, want)
	}
	hold(t, []*faulttree.Gate{g}, []string{write(t, m.Plain())})
	d, err := scram.Differences(t.Context(), []string{write(t, m)}, []scram.Claim{{Gate: "top", Probability: p}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("as it is written, SCRAM's probability is %g + %g", p, d[0])
}
