package availability

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/cutset"
	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
	"github.com/holdfast-ml/holdfast/faulttree/scram"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
	"github.com/holdfast-ml/holdfast/internal/source"
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

// exported collects the models of several estates, as holdfast exports them, in
// one file: SCRAM is started once for all.
type exported struct {
	model *faulttree.Model
	tops  []Top
	cuts  []string

	sheets  []*sheet // by top
	names   map[*faulttree.Event]string
	figures int // of importance that were compared
}

func (x *exported) add(t testing.TB, prefix string, a *Analysis, reading Reading) {
	t.Helper()
	for _, top := range a.Tops(reading) {
		n, err := a.CutSets(reading, top)
		if err != nil {
			t.Fatal(err)
		}
		x.tops, x.cuts, x.sheets = append(x.tops, top), append(x.cuts, n.String()), append(x.sheets, a.sheets[reading])
	}
	m := a.Trees(reading)
	for _, g := range m.Gates {
		g.Name = prefix + g.Name
	}
	for _, e := range m.Events {
		e.Name = prefix + e.Name
	}
	x.model.Gates, x.model.Events = append(x.model.Gates, m.Gates...), append(x.model.Events, m.Events...)
}

// confirm wants SCRAM to find the same probabilities, to 1e-9 relative, the same
// numbers of minimal cut sets, and the same importance of every event of every
// model: to 1e-6, and where figures are large to the six digits that SCRAM prints.
func (x *exported) confirm(t testing.TB) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "model.xml")
	w, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(openpsa.Write(w, x.model), w.Close()); err != nil {
		t.Fatal(err)
	}
	x.name(t, reread(t, file))
	r, err := scram.Analyse(t.Context(), []string{file})
	if err != nil {
		t.Fatal(err)
	}
	claims := make([]scram.Claim, len(x.tops))
	for i, top := range x.tops {
		claims[i] = scram.Claim{Gate: top.Gate.Name, Probability: top.Probability}
		said := r.Top(top.Gate.Name)
		if said == nil {
			t.Fatalf("SCRAM says nothing of %s", top.Gate.Name)
		}
		if fmt.Sprint(said.Products) != x.cuts[i] {
			t.Errorf("%s (%s): %s minimal cut sets, SCRAM finds %d", top.Gate.Name, top.Title, x.cuts[i], said.Products)
		}
		x.figures += x.importance(t, i, said)
	}
	differences, err := scram.Differences(t.Context(), []string{file}, claims)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range differences {
		if math.IsNaN(d) || math.Abs(d) > 1e-9*x.tops[i].Probability {
			t.Errorf("%s (%s): P = %v, SCRAM differs by %g", x.tops[i].Gate.Name, x.tops[i].Title, x.tops[i].Probability, d)
		}
	}
	if len(x.tops) == 0 {
		t.Error("nothing was compared")
	}
}

// importance compares the importance of every event of a top event with what SCRAM
// says, and gives the number of figures. It follows from Birnbaum's as faulttree's
// own does. RRW is infinite where the top event needs the event; SCRAM prints 0
// there, or what rounding makes of a division by 0. SCRAM leaves out events that
// are in no minimal cut set: another event alone is worse.
func (x *exported) importance(t testing.TB, n int, said *scram.Top) int {
	t.Helper()
	top, s := x.tops[n], x.sheets[n]
	birnbaum, all := s.flat.Birnbaum(s.middleP, top.index), top.Probability
	z := cutset.New(0)
	in := z.Occurrences(z.Minimal(s.diagram, s.functions[top.index]), len(s.basics))
	if err := z.Err(); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, w := range said.Importance {
		listed[w.Event] = true
	}
	ours := map[string]faulttree.Importance{}
	for v, b := range s.basics {
		name, p := x.names[b.Event], s.middleP[v]
		with, without := all+(1-p)*birnbaum[v], all-p*birnbaum[v]
		ours[name] = faulttree.Importance{Birnbaum: birnbaum[v], Criticality: p * birnbaum[v] / all, FussellVesely: p * with / all, RAW: with / all, RRW: all / without}
		if !listed[name] && in[v].Sign() != 0 {
			t.Errorf("%s: SCRAM does not know the event %s, which is in a minimal cut set", top.Gate.Name, name)
		}
	}
	count := 0
	for _, w := range said.Importance {
		i, known := ours[w.Event]
		if !known {
			t.Errorf("%s: SCRAM knows an event %s", top.Gate.Name, w.Event)
			continue
		}
		for _, f := range []struct {
			name      string
			got, want float64
		}{
			{"Birnbaum", i.Birnbaum, w.Birnbaum}, {"criticality", i.Criticality, w.Criticality}, {"Fussell-Vesely", i.FussellVesely, w.Diagnostic},
			{"RAW", i.RAW, w.RAW}, {"RRW", i.RRW, w.RRW},
		} {
			if f.name == "RRW" && (math.IsInf(f.got, 1) || f.got > 1e9) {
				continue
			}
			count++
			if d := math.Abs(f.got - f.want); !(d <= 1e-6 || d <= 5.01e-6*math.Abs(f.want)) {
				t.Errorf("%s: %s of %s is %.9g, SCRAM says %g", top.Gate.Name, f.name, w.Event, f.got, f.want)
			}
		}
	}
	return count
}

// name notes the names that other tools know the events by.
func (x *exported) name(t testing.TB, read *faulttree.Model) {
	t.Helper()
	if len(read.Events) != len(x.model.Events) {
		t.Fatalf("%d events were written, %d are read", len(x.model.Events), len(read.Events))
	}
	x.names = make(map[*faulttree.Event]string, len(read.Events))
	for i, e := range x.model.Events {
		x.names[e] = read.Events[i].Name
		if e.Probability != read.Events[i].Probability {
			t.Errorf("event %s was written with the probability %v and is read with %v", e.Name, e.Probability, read.Events[i].Probability)
		}
	}
}

// reread reads a model as other tools do, with the names that it has for them.
func reread(t testing.TB, file string) *faulttree.Model {
	t.Helper()
	r, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	m, _, err := openpsa.Read(openpsa.Source{Name: file, Reader: r})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Evaluate(HoursPerYear); err != nil {
		t.Fatal(err)
	}
	return m
}

func analysed(t testing.TB, e *estate.Estate, cat *catalog.Catalog) *Analysis {
	t.Helper()
	a, err := New(context.Background(), e, cat, DefaultRates(), Options{Draws: 1})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// readings are compared one by one: they share no event.
func bothReadings(t *testing.T, each func(t *testing.T, reading Reading)) {
	for _, reading := range []Reading{ExpectedReading, ContractualReading} {
		t.Run(reading.String(), func(t *testing.T) { each(t, reading) })
	}
}

// onDisk reads files where they are.
type onDisk struct{}

func (onDisk) ReadFile(name string) ([]byte, error)       { return os.ReadFile(name) }
func (onDisk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (onDisk) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }

func loaded(t testing.TB, cat *catalog.Catalog, name string) *estate.Estate {
	t.Helper()
	e, _, err := source.Load(context.Background(), []string{name}, source.Options{Files: onDisk{}})
	var nothing *source.NothingError
	if errors.As(err, &nothing) {
		return nil
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	cat.Classify(e)
	return e
}

func embedded(t testing.TB) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

func TestSCRAMConfirmsTheExamples(t *testing.T) {
	witness(t)
	cat := embedded(t)
	bothReadings(t, func(t *testing.T, reading Reading) {
		x := &exported{model: &faulttree.Model{Name: "examples"}}
		for n, name := range []string{"workspace", "all-services", "resilient"} {
			x.add(t, fmt.Sprintf("e%d-", n), analysed(t, loaded(t, cat, filepath.Join("..", "..", "examples", name)), cat), reading)
		}
		x.confirm(t)
		t.Logf("%d top events, %d figures of importance", len(x.tops), x.figures)
	})
}

func TestSCRAMConfirmsTheQuickstarts(t *testing.T) {
	witness(t)
	root := os.Getenv("HOLDFAST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	templates, err := filepath.Glob(filepath.Join(root, "data", "quickstarts", "*"))
	if err != nil || len(templates) == 0 {
		t.Skip("the published templates are not there (HOLDFAST_SHARED says where)")
	}
	cat := embedded(t)
	bothReadings(t, func(t *testing.T, reading Reading) {
		x := &exported{model: &faulttree.Model{Name: "quickstarts"}}
		for n, name := range templates {
			if e := loaded(t, cat, name); e != nil {
				x.add(t, fmt.Sprintf("q%d-", n), analysed(t, e, cat), reading)
			}
		}
		x.confirm(t)
		t.Logf("%d folders of templates, %d top events, %d figures of importance", len(templates), len(x.tops), x.figures)
	})
}

// SCRAM lists every cut set, so that estates in which two regions back each other
// up take it very long: those with more than a thousand are left out.
func TestSCRAMConfirmsRandomEstates(t *testing.T) {
	witness(t)
	const together, mostCuts = 20, 1000
	estates := 300
	if testing.Short() {
		estates = 40
	}
	cat := sketch.Catalog(t)
	draw := rapid.Custom(drawNearEstate)
	compared, left, figures := 0, 0, 0
	x := &exported{model: &faulttree.Model{Name: "random"}}
	for n := 0; compared < estates; n++ {
		a := analysed(t, sketch.Estate(t, draw.Example(n)), cat)
		if most(t, a) > mostCuts {
			left++
			continue
		}
		x.add(t, fmt.Sprintf("r%d-", n), a, ExpectedReading)
		if compared++; compared%together == 0 {
			x.confirm(t)
			figures += x.figures
			x = &exported{model: &faulttree.Model{Name: "random"}}
		}
	}
	t.Logf("%d estates compared, %d left out, %d figures of importance", compared, left, figures)
}

func most(t testing.TB, a *Analysis) int64 {
	t.Helper()
	n := int64(0)
	for _, top := range a.Tops(ExpectedReading) {
		c, err := a.CutSets(ExpectedReading, top)
		if err != nil {
			t.Fatal(err)
		}
		n = max(n, c.Int64())
	}
	return n
}
