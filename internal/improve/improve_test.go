package improve

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

func find(t testing.TB, e *estate.Estate, c catalog.Capability, opt Options) *Result {
	t.Helper()
	opt.Rates = usualRates()
	r, err := Find(t.Context(), e, loadCatalog(t), e.Workspaces()[0], c, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ids(s Step) []string {
	var out []string
	for _, c := range s.Changes {
		out = append(out, c.Remedy.ID)
	}
	slices.Sort(out)
	return out
}

// What needs a tier first comes with it, and both are paid for.
func TestRemediesBringWhatTheyNeed(t *testing.T) {
	e := usual(t).build(loadCatalog(t))
	r := find(t, e, catalog.Train, Options{NoPair: true, Grain: 0.001})
	last := r.Alone.Steps[len(r.Alone.Steps)-1]
	if want := []string{"postgresql-replica", "postgresql-tier", "postgresql-zone-ha", "storage-zrs"}; !slices.Equal(ids(last), want) {
		t.Errorf("the last step is %v, want %v", ids(last), want)
	}
	tier := slices.IndexFunc(last.Changes, func(c Change) bool { return c.Remedy.ID == "postgresql-tier" })
	ha := slices.IndexFunc(last.Changes, func(c Change) bool { return c.Remedy.ID == "postgresql-zone-ha" })
	if tier > ha {
		t.Error("the tier comes after what needs it")
	}
	if last.Cost.Unknown != 1 || math.Abs(last.Cost.Extra-(3+0.24)) > 1e-9 { // twice two times the server, 1.24 times the account
		t.Errorf("it costs %+v", last.Cost)
	}
	if r.Billed != 3 || r.Total != 3 {
		t.Errorf("%d resources are billed, %v", r.Billed, r.Total)
	}
}

// What is found is what an analysis of the changed estate says, today and at the
// end, with a second half and without.
func TestStepsAreWhatTheChangedEstateGives(t *testing.T) {
	c := loadCatalog(t)
	e := usual(t).build(c)
	r := find(t, e, catalog.Train, Options{Grain: 0.05})
	for _, f := range []*Frontier{r.Alone, r.WithPair} {
		base := e
		if f == r.WithPair {
			base, _ = Pair(e, c, e.Workspaces()[0], r.Region)
		}
		for _, s := range append([]Step{f.Today}, f.Steps...) {
			var do []Change
			for _, x := range s.Changes {
				if !x.Remedy.Pair {
					do = append(do, x)
				}
			}
			a, err := availability.New(t.Context(), Apply(base, c, r.Region, do...), c, usualRates(), availability.Options{Draws: 1, Regions: []string{r.Region}})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range a.Rows {
				if row.Workspace.ID.Equal(r.Workspace.ID) && row.Capability == catalog.Train && !near(1-row.Expected.Worst, 1-s.Available) {
					t.Errorf("%v: %v, the estate gives %v", ids(s), s.Available, row.Expected.Worst)
				}
			}
		}
	}
	if r.WithPair.Today.Available <= r.Alone.Steps[len(r.Alone.Steps)-1].Available {
		t.Error("a second workspace gains nothing")
	}
	if got := r.WithPair.Today.Factor; math.Abs(got-2) > 1e-9 {
		t.Errorf("a second half makes it cost %v times as much", got)
	}
}

func TestAnswersWithinABudgetAndForATarget(t *testing.T) {
	e := usual(t).build(loadCatalog(t))
	r := find(t, e, catalog.Author, Options{})
	f := r.Alone
	zrs, ok := f.Within(1.09)
	if !ok || !slices.Contains(ids(zrs), "storage-zrs") {
		t.Errorf("within 1.09 times the cost: %v", ids(zrs))
	}
	if none, ok := f.Within(1.01); !ok || slices.Contains(ids(none), "storage-zrs") {
		t.Errorf("within 1.01 times the cost: %v", ids(none))
	}
	if _, ok := f.Within(0.5); ok {
		t.Error("something costs half as much")
	}
	a, err := f.Reaching(t.Context(), f.Today.Available)
	if err != nil || !a.Found || len(a.Changes) != len(a.Spare) {
		t.Errorf("what is there already needs %v (%v)", ids(a.Step), err)
	}
	if a, _ := f.Reaching(t.Context(), 0.999999); a.Found || !a.Proven {
		t.Errorf("six nines: %+v", a)
	}
}

// A pair that is there is taken as it is, and none is proposed.
func TestAPairThatIsThere(t *testing.T) {
	c := loadCatalog(t)
	one := usual(t).build(c)
	e, _ := Pair(one, c, one.Workspaces()[0], "northeurope")
	ws := e.Workspaces()[slices.IndexFunc(e.Workspaces(), func(r *estate.Resource) bool { return r.Location == "westeurope" })]
	r, err := Find(t.Context(), e, c, ws, catalog.Author, Options{Rates: usualRates()})
	if err != nil || !r.Paired || r.WithPair != nil {
		t.Errorf("%+v (%v)", r, err)
	}
}

// What is known not to be there, or not known to be, stands in the way and is said.
func TestWhatStandsInTheWayIsSaid(t *testing.T) {
	c := loadCatalog(t)
	b := newBuilder(t, "westus") // no zones
	b.account("st", "Standard_LRS")
	b.lean("ws", estate.DefaultStorage, "st")
	r := find(t, b.build(c), catalog.Author, Options{NoPair: true})
	if len(r.Alone.Blocked) != 1 || r.Alone.Blocked[0].Remedy.ID != "storage-zrs" || r.Alone.Blocked[0].Open || !strings.Contains(r.Alone.Blocked[0].Needs, "zones") {
		t.Errorf("%+v", r.Alone.Blocked)
	}
}

func TestOnlyWhatIsDoneInPlace(t *testing.T) {
	b := usual(t)
	b.cluster("aks", `[{"name":"a","count":3}]`)
	e := b.build(loadCatalog(t))
	for _, s := range find(t, e, catalog.Train, Options{NoPair: true, InPlace: true}).Alone.Steps {
		if slices.Contains(ids(s), "aks-zones") {
			t.Error("pools are made anew")
		}
	}
}

// A large estate is cut down to what surrounds the workspace, and gives the same.
func TestALargeEstateGivesTheSame(t *testing.T) {
	c := loadCatalog(t)
	small := usual(t).build(c)
	b := usual(t)
	for i := range large {
		b.account("other"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+strings.Repeat("y", i/26), "Standard_LRS")
	}
	e := b.build(c)
	if len(e.Resources) <= large {
		t.Fatalf("%d resources", len(e.Resources))
	}
	one, two := find(t, small, catalog.Train, Options{NoPair: true}), find(t, e, catalog.Train, Options{NoPair: true})
	if len(one.Alone.Steps) != len(two.Alone.Steps) || one.Total != two.Total {
		t.Fatalf("%d steps and %d", len(one.Alone.Steps), len(two.Alone.Steps))
	}
	for i := range one.Alone.Steps {
		if a, b := one.Alone.Steps[i], two.Alone.Steps[i]; !near(1-a.Available, 1-b.Available) || a.Cost.Compare(b.Cost) != 0 {
			t.Errorf("step %d: %+v and %+v", i, a, b)
		}
	}
}

func TestWeights(t *testing.T) {
	w, err := ParseWeights("c.yaml", []byte("currency: EUR\nresources:\n  - {name: ST, monthly: 40}\n  - {name: pg, monthly: 100}\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := find(t, usual(t).build(loadCatalog(t)), catalog.Author, Options{NoPair: true, Weights: w})
	if r.Total != 140 || len(r.Unweighed) != 1 || r.Unweighed[0].Name != "cr" {
		t.Errorf("%+v", r)
	}
	last := r.Alone.Steps[len(r.Alone.Steps)-1]
	if !slices.Contains(ids(last), "storage-zrs") || math.Abs(last.Cost.Extra-9.6) > 1e-9 || math.Abs(last.Factor-(1+9.6/140)) > 1e-9 {
		t.Errorf("%v costs %+v, %v times", ids(last), last.Cost, last.Factor)
	}
	for src, want := range map[string]string{
		"currency: EUR\n":                                                    "names no resource",
		"resources:\n  - {name: a}\n":                                        "no monthly cost",
		"resources:\n  - {monthly: 3}\n":                                     "has no name",
		"resources:\n  - {name: a, monthly: -1}\n":                           "0 or more",
		"resources:\n  - {name: a, monthly: .nan}\n":                         "0 or more",
		"resources:\n  - {name: a, monthly: 1}\n  - {name: A, monthly: 2}\n": "twice",
		"resources:\n  - {name: a, price: 1}\n":                              "price",
		"resources: [":                                                       "c.yaml:1:12: ",
		strings.Repeat("#", maxWeights+1):                                    "1 MiB",
	} {
		if _, err := ParseWeights("c.yaml", []byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", src, err, want)
		}
	}
}

// Where all combinations are too many, what gains least is left as it is, and
// nothing is claimed to be proven.
func TestTooManyCombinations(t *testing.T) {
	b := usual(t)
	b.cluster("aks", `[{"name":"a","count":1}]`)
	b.account("data", "Standard_LRS")
	b.store("blobs", "AzureBlob", "data")
	b.add("cosmos", cosmosType, `"properties":{"locations":[{"locationName":"westeurope","failoverPriority":0}]}`)
	b.lean("ws", estate.EncryptionStore, "cosmos")
	e := b.build(loadCatalog(t))
	whole := find(t, e, catalog.Train, Options{NoPair: true})
	var part *Result
	for nodes := 100; part == nil; nodes += nodes / 8 { // the first limit that is enough for some of it
		r, err := Find(t.Context(), e, loadCatalog(t), e.Workspaces()[0], catalog.Train, Options{Rates: usualRates(), NoPair: true, Nodes: nodes})
		if err != nil && !errors.Is(err, availability.ErrTooLarge) {
			t.Fatal(err)
		}
		part = r
	}
	if whole.Alone.Dropped != 0 || part.Alone.Dropped == 0 || part.Alone.Groups >= whole.Alone.Groups {
		t.Fatalf("%d groups are left out of %d", part.Alone.Dropped, whole.Alone.Groups)
	}
	if !near(1-part.Alone.Today.Available, 1-whole.Alone.Today.Available) {
		t.Errorf("today is %v and %v", part.Alone.Today.Available, whole.Alone.Today.Available)
	}
	a, err := part.Alone.Reaching(t.Context(), part.Alone.Today.Available)
	if err != nil || !a.Found || a.Proven {
		t.Errorf("%+v (%v)", a, err)
	}
	if _, err := Find(t.Context(), e, loadCatalog(t), e.Workspaces()[0], catalog.Train, Options{Rates: usualRates(), Nodes: 3}); !errors.Is(err, availability.ErrTooLarge) {
		t.Errorf("three nodes are enough: %v", err)
	}
}
