package availability

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/openpsa"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

const small = `
	workspace ws westeurope
	storage st westeurope sku=?
	vault kv westeurope
	ws -default-storage-> st
	ws -key-vault-> kv`

// What is exported and read back is the same model: the library that analyses
// any fault tree finds the same probabilities and cut sets.
func TestExportReadsBack(t *testing.T) {
	a := analysed(t, sketch.Estate(t, small), sketch.Catalog(t))
	file := filepath.Join(t.TempDir(), "model.xml")
	var b bytes.Buffer
	if err := openpsa.Write(&b, a.Trees(ExpectedReading)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	m, _, err := openpsa.ReadFiles(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Evaluate(HoursPerYear); err != nil {
		t.Fatal(err)
	}
	tops := map[string]*faulttree.Gate{}
	for _, g := range m.Tops() {
		tops[g.Name] = g
	}
	for _, top := range a.Tops(ExpectedReading) {
		g := tops[top.Gate.Name]
		if g == nil {
			t.Errorf("%s is not read back as a top event", top.Gate.Name)
			continue
		}
		x, err := faulttree.Analyse(g, 0)
		if err != nil {
			t.Fatal(err)
		}
		p, err := x.Probability()
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(p-top.Probability) > 1e-12 {
			t.Errorf("%s: %v, read back %v", top.Gate.Name, top.Probability, p)
		}
	}
	if len(tops) != len(a.Tops(ExpectedReading)) {
		t.Errorf("%d top events are read back, of %d", len(tops), len(a.Tops(ExpectedReading)))
	}
}

// Doubling a rate does what the line on sensitivity says.
func TestSensitivityIsWhatDoublingDoes(t *testing.T) {
	cat := sketch.Catalog(t)
	a := analysed(t, sketch.Estate(t, small), cat)
	before := rowOf(t, a, "ws", catalog.Train)
	for _, s := range a.Sensitivities(before) {
		if s.Rate.ID != "service" {
			continue
		}
		rates, err := DefaultRates().With("twice.yaml", []byte("rates: [{id: service, perYear: 1}]"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := New(t.Context(), sketch.Estate(t, small), cat, rates, Options{Draws: 1})
		if err != nil {
			t.Fatal(err)
		}
		more := Hours(rowOf(t, b, "ws", catalog.Train).Expected.Worst) - Hours(before.Expected.Worst)
		if math.Abs(more-s.Hours) > 1e-6 {
			t.Errorf("doubling costs %v h, the line says %v", more, s.Hours)
		}
		return
	}
	t.Error("nothing is said of services")
}

// A report names what it rests on, what is not known, and what nothing is
// promised of.
func TestWhatAReportRestsOn(t *testing.T) {
	a := analysed(t, sketch.Estate(t, small), sketch.Catalog(t))
	var ids []string
	for _, r := range a.Used() {
		ids = append(ids, r.ID)
	}
	for _, want := range []string{"zone", "region", "service", "resource", "global", "reach", "zone-leak", "rebuild"} {
		if !slices.Contains(ids, want) {
			t.Errorf("the rate %s is not named: %v", want, ids)
		}
	}
	if slices.Contains(ids, "datacenter") || slices.Contains(ids, "switch") {
		t.Errorf("rates are named that nothing depends on: %v", ids)
	}
	r := rowOf(t, a, "ws", catalog.Train)
	if u := a.Unknowns(r); len(u) == 0 || !strings.Contains(strings.Join(u, " "), "sku") {
		t.Errorf("the sku is not known, and yet the unknowns are %q", u)
	}
	if u := a.Unpromised(r); !slices.Contains(u, "storage") {
		t.Errorf("the test catalog promises nothing of storage, and yet: %q", u)
	}
}

// What fails alone and takes a capability away is a single point of failure; what
// another region backs up is none.
func TestSinglePointsOfFailure(t *testing.T) {
	alone := func(text string) []string {
		a := analysed(t, sketch.Estate(t, text), sketch.Catalog(t))
		var out []string
		for _, s := range a.Shares(rowOf(t, a, "ws", catalog.Train), ExpectedReading) {
			if s.Alone {
				out = append(out, s.Basic.Title)
			}
		}
		slices.Sort(out)
		return out
	}
	single := alone("workspace ws westeurope\nstorage st westeurope sku=ZRS\nws -default-storage-> st")
	for _, want := range []string{"st", "ws", "region westeurope", "storage in westeurope"} {
		if !slices.Contains(single, want) {
			t.Errorf("%q is not among %q", want, single)
		}
	}
	if slices.Contains(single, "zone 1 of westeurope") {
		t.Errorf("an account over three zones falls with one of them: %q", single)
	}
}
