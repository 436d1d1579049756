package harden_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/improve"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// planFor makes the plan of what the builder has.
func planFor(t testing.TB, b *builder, target string, opts harden.Options) *harden.Plan {
	t.Helper()
	cat := realCatalog(t)
	before, err := assess.Assess(t.Context(), b.build(cat), cat, assess.Options{Target: assess.TargetByName(target)})
	if err != nil {
		t.Fatal(err)
	}
	p, err := harden.Make(t.Context(), before, opts)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func step(t testing.TB, p *harden.Plan, remedy string) *harden.Step {
	t.Helper()
	at := slices.IndexFunc(p.Steps, func(s *harden.Step) bool { return s.Remedy.ID == remedy })
	if at < 0 {
		t.Fatalf("%s is not planned", remedy)
	}
	return p.Steps[at]
}

func assessed(t testing.TB, p *harden.Plan, steps []*harden.Step) *assess.Result {
	t.Helper()
	e, err := p.AfterSome(t.Context(), steps)
	if err != nil {
		t.Fatal(err)
	}
	after, err := assess.Assess(t.Context(), e, p.Catalog, assess.Options{Target: p.Before.Target})
	if err != nil {
		t.Fatal(err)
	}
	return after
}

// Who carries out less than the plan is told what is not mended, and whose fault it
// is.
func TestWhatIsNotDoneIsNotMended(t *testing.T) {
	p := planFor(t, usual(t, "westeurope"), assess.CriticalTarget, harden.Options{Rules: []string{"container-registry-region-outage", "key-vault-purge-protection"}})
	left := step(t, p, "registry-replica")
	some := slices.DeleteFunc(slices.Clone(p.Steps), func(s *harden.Step) bool { return s == left })
	troubles, err := p.Prove(t.Context(), assessed(t, p, some))
	if err != nil {
		t.Fatal(err)
	}
	if len(troubles) != 1 || troubles[0].Item == nil || !slices.Contains(troubles[0].Steps, left) {
		t.Fatalf("troubles: %v", troubles)
	}
	if text := troubles[0].String(); !strings.Contains(text, "container-registry-region-outage on cr still fails") {
		t.Errorf("it says %q", text)
	}
	if troubles, err = p.Prove(t.Context(), assessed(t, p, p.Steps)); err != nil || len(troubles) > 0 {
		t.Errorf("the whole plan: %v (%v)", troubles, err)
	}
}

// A step that does harm is blamed for it: by its resource, what it added, or what
// leans on it.
func TestWhatIsNewHasSomebodyToBlame(t *testing.T) {
	p := planFor(t, usual(t, "westeurope"), assess.CriticalTarget, harden.Options{})
	done := assessed(t, p, p.Steps)
	replica := step(t, p, "registry-replica")
	for name, want := range map[string]string{"cr": "registry-replica", "cr/northeurope": "registry-replica", "kv": "key-vault-purge-protection"} {
		at := slices.IndexFunc(done.Estate.Resources, func(r *estate.Resource) bool { return r.Name == name })
		if at < 0 {
			t.Fatalf("there is no %s", name)
		}
		made := *done
		made.Findings = []assess.Finding{{Rule: done.Catalog.Rules()[0], Resource: done.Estate.Resources[at], Status: assess.Fail, Severity: assess.Critical, Fingerprint: "made up"}}
		troubles, err := p.Prove(t.Context(), &made)
		if err != nil || len(troubles) != 1 || troubles[0].Item != nil || !slices.ContainsFunc(troubles[0].Steps, func(s *harden.Step) bool { return s.Remedy.ID == want }) {
			t.Errorf("%s: %v (%v)", name, troubles, err)
		}
		made.Findings[0].Severity = assess.Info
		if troubles, _ = p.Prove(t.Context(), &made); len(troubles) > 0 {
			t.Errorf("advice is trouble: %v", troubles)
		}
	}
	if len(replica.Added) != 1 || replica.Added[0].LastName() != "northeurope" {
		t.Errorf("the replica adds %v", replica.Added)
	}
}

// A step that is withdrawn takes along what needs it and what served it alone.
func TestWithdrawnStepsTakeOthersAlong(t *testing.T) {
	all := []string{"container-registry-region-outage"}
	tests := []struct{ withdraw, rules, gone string }{
		{"registry-premium", "", "registry-premium registry-replica"},
		{"registry-replica", "", "registry-premium registry-replica"},
		{"registry-replica", "container-registry-tier", "registry-replica"},
	}
	for _, tt := range tests {
		rules := all
		if tt.rules != "" {
			rules = append(slices.Clone(all), tt.rules)
		}
		p := planFor(t, usual(t, "westeurope"), assess.CriticalTarget, harden.Options{Rules: rules})
		var gone []string
		for _, s := range p.Withdraw("it was refused", step(t, p, tt.withdraw)) {
			gone = append(gone, s.Remedy.ID)
		}
		if got := strings.Join(gone, " "); got != tt.gone {
			t.Errorf("%s with %q: gone are %s, want %s", tt.withdraw, tt.rules, got, tt.gone)
		}
		for _, item := range p.Items {
			withdrawn := item.Finding.Rule.ID == all[0]
			if withdrawn != (item.Outcome == harden.Withdrawn) || withdrawn && item.Why != "it was refused" {
				t.Errorf("%s is %s: %q", item.Finding.Rule.ID, item.Outcome, item.Why)
			}
		}
		if troubles, err := p.Prove(t.Context(), assessed(t, p, p.Steps)); err != nil || len(troubles) > 0 {
			t.Errorf("what is left does not hold: %v (%v)", troubles, err)
		}
	}
}

// Costs are factors of what resources cost; what is not known stays so.
func TestTotals(t *testing.T) {
	b := usual(t, "westeurope")
	b.account("old", "Storage", "Standard_LRS", "")
	b.store("blobs", "AzureBlob", "old")
	p := planFor(t, b, assess.CriticalTarget, harden.Options{Rules: []string{"default-storage-zone-outage", "storage-zone-outage", "storage-region-outage", "container-registry-region-outage"}})
	got := p.Totals(nil)
	// ZRS 1.24; GZRS 2.33 after an upgrade without a price; Premium 10 and a replica 2.
	if want := 0.24 + 1.33 + 19; got.Steps != 5 || got.InPlace != 3 || got.Conversions != 2 || got.Added != 1 || got.Cost.Unknown != 1 || diff(got.Cost.Extra, want) > 1e-9 || got.Weighed != 3 {
		t.Errorf("totals: %+v", got)
	}
	if len(got.Unknown) != 1 || got.Unknown[0].Remedy.ID != "storage-v2" || got.Unknown[0].Remedy.NoPrice == "" {
		t.Errorf("unknown: %v", got.Unknown)
	}
	if len(got.Forever) != 1 || got.Forever[0].Lasting() != "An account cannot go back to general purpose v1." {
		t.Errorf("for good: %v", got.Forever)
	}
	if got.Outcomes[harden.Planned] != len(p.Items) {
		t.Errorf("outcomes: %v", got.Outcomes)
	}
	money := p.Totals(&improve.Weights{Currency: "EUR", Monthly: map[string]float64{"cr": 5}})
	if diff(money.Cost.Extra, 95) > 1e-9 || money.Cost.Unknown != 3 {
		t.Errorf("with a price for the registry alone: %+v", money.Cost)
	}
}

func diff(a, b float64) float64 { return max(a-b, b-a) }

// The matrix says what outages do before and after.
func TestTheMatrix(t *testing.T) {
	b := newBuilder(t, "westeurope")
	b.account("st", "StorageV2", "Standard_LRS", "")
	b.lean("ws", "default-storage", "st")
	p := planFor(t, b, assess.ProductionTarget, harden.Options{})
	m := harden.Compare(p.Before, p.Trial)
	at := slices.IndexFunc(m.Rows, func(r harden.Row) bool { return r.Scope == catalog.ScopeZone })
	if at < 0 {
		t.Fatal("no zone is in the matrix")
	}
	row := m.Rows[at]
	if row.Name() != "a zone of westeurope" || !row.Changed() || len(row.Cells) != len(catalog.Capabilities) {
		t.Errorf("the row of the zone: %s, %+v", row.Name(), row)
	}
	for _, c := range row.Cells {
		if c.Before.Effect == outage.None || c.After.Effect == outage.Lost || !c.Better() || c.Worse() {
			t.Errorf("%s: %+v", c.Capability, c)
		}
	}
	for _, r := range m.Rows {
		if r.Scope == catalog.ScopeRegion && (r.Changed() || r.Cells[0].Before.Effect != outage.Lost) {
			t.Errorf("a conversion within the region changes the loss of the region: %+v", r)
		}
	}
	same := harden.Compare(p.Before, p.Before)
	for _, r := range same.Rows {
		if r.Changed() {
			t.Errorf("%s differs from itself", r.Name())
		}
	}
	turned := harden.Compare(p.Trial, p.Before)
	if !slices.ContainsFunc(turned.Rows, func(r harden.Row) bool {
		return slices.ContainsFunc(r.Cells, harden.Cell.Worse)
	}) {
		t.Error("the other way round nothing is worse")
	}
}

// Suppressed and known findings are left alone.
func TestWhatDoesNotCountIsLeftAlone(t *testing.T) {
	cat := realCatalog(t)
	e := usual(t, "westeurope").build(cat)
	opts := assess.Options{Target: assess.TargetByName(assess.CriticalTarget), Suppressions: []assess.Suppression{{Rule: "*", Resource: "*", Reason: "accepted"}}}
	before, err := assess.Assess(t.Context(), e, cat, opts)
	if err != nil {
		t.Fatal(err)
	}
	p, err := harden.Make(t.Context(), before, harden.Options{})
	if err != nil || len(p.Items) > 0 || len(p.Steps) > 0 || p.Trial != nil {
		t.Errorf("%d items, %d steps (%v)", len(p.Items), len(p.Steps), err)
	}
	same, err := p.After(t.Context())
	if err != nil || same != before.Estate {
		t.Errorf("nothing is done, and the estate is another one (%v)", err)
	}
}

// The same estate has the same plan, whatever order its parts are listed in.
func TestPlansDoNotDependOnTheOrderOfTheInput(t *testing.T) {
	one, other := usual(t, "westeurope"), usual(t, "westeurope")
	for _, b := range []*builder{one, other} {
		b.account("data", "StorageV2", "Standard_LRS", "")
		b.store("blobs", "AzureBlob", "data")
	}
	slices.Reverse(other.order)
	slices.Reverse(other.relations)
	a, b := planFor(t, one, assess.CriticalTarget, harden.Options{}), planFor(t, other, assess.CriticalTarget, harden.Options{})
	if told(a) != told(b) {
		t.Errorf("one:\n%s\nother:\n%s", told(a), told(b))
	}
	var x, y []string
	for i := range a.Steps {
		x, y = append(x, a.Steps[i].Remedy.ID+a.Steps[i].Resource.Name), append(y, b.Steps[i].Remedy.ID+b.Steps[i].Resource.Name)
	}
	if !slices.Equal(x, y) {
		t.Errorf("steps: %v, %v", x, y)
	}
}

// What a step makes fail is mended by the same plan: of an account of the new kind
// versions can be kept, so that not keeping them is a finding.
func TestWhatFollowsIsMendedToo(t *testing.T) {
	b := newBuilder(t, "westeurope")
	b.account("st", "Storage", "Standard_LRS", "")
	b.lean("ws", estate.DefaultStorage, "st")
	p := planFor(t, b, assess.ProductionTarget, harden.Options{})
	at := slices.IndexFunc(p.Items, func(i *harden.Item) bool { return i.Finding.Rule.ID == "storage-versioning" })
	if at < 0 {
		t.Fatalf("nothing follows:\n%s", told(p))
	}
	item := p.Items[at]
	if !item.Follows || item.Outcome != harden.Planned || item.Steps[0].Remedy.ID != "storage-versioning" || item.Finding.Resource != p.Before.Estate.ByID(item.Finding.Resource.ID) {
		t.Errorf("%+v", item)
	}
	if v2, versions := slices.Index(p.Steps, step(t, p, "storage-v2")), slices.Index(p.Steps, item.Steps[0]); v2 > versions {
		t.Error("versions come before the kind that has them")
	}
	// Asked for one rule alone, nothing of another one is planned.
	p = planFor(t, b, assess.ProductionTarget, harden.Options{Rules: []string{"default-storage-zone-outage"}})
	for _, item := range p.Items {
		if item.Finding.Rule.ID != "default-storage-zone-outage" {
			t.Errorf("%s was not asked for", item.Finding.Rule.ID)
		}
	}
}

// What stands behind a workspace that is lost in the same outage says so.
func TestWhatMattersOnlyWithASecondaryIsTold(t *testing.T) {
	p := planFor(t, usual(t, "westeurope"), assess.CriticalTarget, harden.Options{})
	behind := 0
	for _, item := range p.Items {
		told := slices.ContainsFunc(item.Notes, func(n string) bool { return strings.Contains(n, "once it has a secondary") })
		if told != (item.Finding.Behind != nil) {
			t.Errorf("%s: %v", item.Finding.Rule.ID, item.Notes)
		}
		if told {
			behind++
		}
	}
	if behind == 0 {
		t.Error("nothing stands behind the workspace")
	}
}

// A step says what outages take away today because of what it mends.
func TestStepsSayWhatTheyGain(t *testing.T) {
	p := planFor(t, usual(t, "westeurope"), assess.ProductionTarget, harden.Options{})
	zrs := step(t, p, "storage-zrs")
	if len(zrs.Gain) == 0 || zrs.Kind != "conversion" || !zrs.Automatic() || zrs.Cost == nil || zrs.Cost.Factor != 1.24 {
		t.Errorf("%+v", zrs)
	}
	for _, l := range zrs.Gain {
		if l.Outage.Scope != catalog.ScopeZone {
			t.Errorf("it gains in %s", l.Outage)
		}
	}
}

// Making, applying and proving end with their context.
func TestPlansEndWithTheirContext(t *testing.T) {
	p := planFor(t, usual(t, "westeurope"), assess.CriticalTarget, harden.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := harden.Make(ctx, p.Before, harden.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Make: %v", err)
	}
	if _, err := p.After(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("After: %v", err)
	}
	if _, err := p.Prove(ctx, p.Trial); !errors.Is(err, context.Canceled) {
		t.Errorf("Prove: %v", err)
	}
}

// A finding about the estate as a whole has no resource, and is for people.
func TestAFindingWithoutAResource(t *testing.T) {
	p := planFor(t, newBuilder(t, "westeurope"), assess.DevTarget, harden.Options{})
	before := *p.Before
	before.Findings = []assess.Finding{{Rule: assess.Uncovered, Status: assess.Fail, Remedy: "Look at it."}}
	made, err := harden.Make(t.Context(), &before, harden.Options{})
	if err != nil || len(made.Items) != 1 || made.Items[0].Outcome != harden.ByHand || made.Items[0].Why == "" || made.Items[0].Instead != "Look at it." {
		t.Errorf("%+v (%v)", made.Items, err)
	}
}
