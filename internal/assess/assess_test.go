package assess

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

var withRules sync.Map

// ruled is the small catalog with the rules of testdata.
func ruled(t sketch.T) *catalog.Catalog {
	t.Helper()
	if c, ok := withRules.Load("catalog"); ok {
		return c.(*catalog.Catalog)
	}
	c, err := sketch.Catalog(t).With(os.DirFS("testdata/catalog"), "testdata/catalog")
	if err != nil {
		t.Fatalf("the rules: %v", err)
	}
	withRules.Store("catalog", c)
	return c
}

func assess(t sketch.T, text string, opts Options) *Result {
	t.Helper()
	if opts.Now.IsZero() {
		opts.Now = now
	}
	r, err := Assess(context.Background(), sketch.Estate(t, text), ruled(t), opts)
	if err != nil {
		t.Fatalf("assessing: %v", err)
	}
	return r
}

// told gives the findings in words, without those that pass or do not apply.
func told(r *Result) string {
	var lines []string
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Status == Pass || f.Status == NotApplicable {
			continue
		}
		line := string(f.Status) + " " + string(f.Severity) + " " + f.Rule.ID + " " + f.Resource.Name
		if f.Behind != nil {
			line += " behind " + f.Behind.Name
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

const workspaceWithAccount = `
	workspace ws westeurope
	storage st westeurope sku=SKU
	ws -default-storage-> st
`

func with(sku string) string { return strings.Replace(workspaceWithAccount, "SKU", sku, 1) }

func TestFindingsFollowFromOutages(t *testing.T) {
	tests := []struct {
		name, estate, target, want string
	}{
		{"all that survives a zone survives it", with("ZRS"), ProductionTarget, ``},
		{
			"data that would be lost for good are critical", with("LRS"), ProductionTarget, `
			fail critical storage-zone st
			fail low storage-zrs-only st`,
		},
		{
			"a loss that lasts longer than the target allows is high", with("GRS"), ProductionTarget, `
			fail high storage-zone st
			fail low storage-zrs-only st`,
		},
		{
			"no finding is worse than its rule", `
			workspace ws westeurope
			storage data westeurope sku=LRS
			datastore ws/ds
			ws -datastore-> ws/ds
			ws/ds -datastore-> data`, ProductionTarget, `
			fail high storage-data-zone data
			fail low storage-zrs-only data`,
		},
		{"nothing has to survive in dev, and plain rules hold as everywhere", with("LRS"), DevTarget, `fail low storage-zrs-only st`},
		{
			"what is not known makes the finding unknown", with("?"), ProductionTarget, `
			unknown critical storage-zone st
			unknown low storage-zrs-only st`,
		},
		{
			"the workspace that falls with its region comes first, the rest stands behind it", `
			workspace ws westeurope
			storage st westeurope sku=GZRS
			vault kv westeurope
			storage lrs westeurope sku=LRS
			datastore ws/ds
			ws -default-storage-> st
			ws -key-vault-> kv
			ws -datastore-> ws/ds
			ws/ds -datastore-> lrs`, CriticalTarget, `
			fail critical aml-region ws
			fail high storage-data-zone lrs
			fail medium storage-region lrs behind ws
			fail low storage-zrs-only lrs
			fail low storage-zrs-only st
			fail low storage-region st behind ws
			fail low vault-region kv behind ws`,
		},
		{
			"with a secondary that keeps everything the data lost remain", `
			workspace ws westeurope
			workspace second northeurope
			storage st westeurope sku=LRS
			storage st2 northeurope sku=LRS
			ws -pair-> second
			second -pair-> ws
			ws -default-storage-> st
			second -default-storage-> st2`, CriticalTarget, `
			fail critical storage-zone st
			fail critical storage-zone st2
			fail high storage-region st
			fail high storage-region st2
			fail low storage-zrs-only st
			fail low storage-zrs-only st2`,
		},
		{
			"what no rule is about is not dropped", `
			workspace ws westeurope
			insights ai westeurope
			logs la westeurope
			ws -application-insights-> ai
			ai -logs-> la`, ProductionTarget, `
			fail high outage-uncovered la`,
		},
		{
			"without a workspace each resource is judged by itself", `
			storage st westeurope sku=LRS
			vault kv westeurope`, CriticalTarget, `
			fail medium storage-data-zone st
			fail medium storage-region st
			fail medium vault-region kv
			fail low storage-zrs-only st`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := strings.TrimSpace(strings.ReplaceAll(tt.want, "\t", ""))
			got := told(assess(t, tt.estate, Options{Target: TargetByName(tt.target)}))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFindingSaysWhatWhereAndWhy(t *testing.T) {
	r := assess(t, with("LRS"), Options{})
	f := &r.Findings[0]
	if f.Message != "st is LRS." || f.Remedy != "Convert it." || f.Origin.Line != 3 || len(f.Workspaces) != 1 || f.Workspaces[0].Name != "ws" {
		t.Errorf("the finding is %+v", f)
	}
	want := []Evidence{{Setting: "sku", Path: "sku.name", Value: "LRS", Origin: f.Origin}}
	if diff := cmp.Diff(want, f.Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
	if len(f.Takes) != 5 {
		t.Fatalf("it takes %d capabilities, want 5", len(f.Takes))
	}
	loss := f.Takes[0]
	if loss.Capability != catalog.Author || loss.Effect != outage.Lost || loss.Outage.Zone != outage.AnyZone || loss.RTO.Word != "outage" || loss.RPO.Word != "total" {
		t.Errorf("it takes %+v", loss)
	}
}

func TestAnUnknownFindingSaysWhatWouldMakeItKnown(t *testing.T) {
	f := assess(t, with("?"), Options{}).Findings[0]
	if len(f.Unknowns) != 1 || f.Unknowns[0] != "sku.name of st: {parameters('sku')}" || !strings.Contains(f.Message, f.Unknowns[0]) {
		t.Errorf("the finding is %+v", f)
	}
}

// Whether the secondary can take over decides how long the primary is lost, and
// whether the vault of both is to blame alone.
func TestAFindingSaysWhatIsNotKnownOfTheSecondary(t *testing.T) {
	r := assess(t, `
		workspace ws westeurope
		workspace second northeurope
		vault kv westeurope
		compute ws/a swedencentral
		compute second/a swedencentral presence=wanted
		ws -pair-> second
		ws -key-vault-> kv
		second -key-vault-> kv
		ws -compute-> ws/a
		second -compute-> second/a`, Options{Target: TargetByName(CriticalTarget)})
	const want = "whether second/a is deployed: wanted"
	got := map[string]Status{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Rule.ID != "aml-region" && f.Rule.ID != "vault-region" {
			continue
		}
		got[f.Resource.Name] = f.Status
		if f.Status == Unknown && (len(f.Unknowns) != 1 || f.Unknowns[0] != want || !strings.Contains(f.Message, want)) {
			t.Errorf("of %s is not known: %q, it says %q", f.Resource.Name, f.Unknowns, f.Message)
		}
	}
	if diff := cmp.Diff(map[string]Status{"ws": Unknown, "second": Fail, "kv": Fail}, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestEveryRuleOfAServiceHasAFindingForEachResource(t *testing.T) {
	r := assess(t, `
		workspace ws westeurope
		storage st westeurope sku=LRS
		storage unused westeurope sku=LRS
		registry cr northeurope
		ws -default-storage-> st`, Options{})
	got := map[string]Status{}
	for _, f := range r.Findings {
		got[f.Rule.ID+" "+f.Resource.Name] = f.Status
		if f.Message == "" {
			t.Errorf("%s of %s says nothing", f.Rule.ID, f.Resource.Name)
		}
	}
	want := map[string]Status{
		"aml-region ws":            NotApplicable, // production asks for zones only
		"storage-zone st":          Fail,
		"storage-zone unused":      NotApplicable, // it is no default account
		"storage-data-zone st":     NotApplicable,
		"storage-data-zone unused": NotApplicable, // nobody needs it
		"storage-region st":        NotApplicable,
		"storage-region unused":    NotApplicable,
		"storage-zrs-only st":      Fail,
		"storage-zrs-only unused":  Fail,
		"registry-replicated cr":   NotApplicable, // its condition is false
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	s := r.Summary
	if s.Findings != len(want) || s.Findings != s.Pass+s.Fail+s.Unknown+s.NotApplicable+s.Suppressed {
		t.Errorf("the counts do not add up: %+v", s)
	}
	if s.Workspaces != 1 || s.Resources != 4 || s.Relations != 1 || s.BySeverity[Critical] != 1 || s.BySeverity[Low] != 2 {
		t.Errorf("the counts are wrong: %+v", s)
	}
}

func TestFailOn(t *testing.T) {
	r := assess(t, with("GRS"), Options{})
	for severity, want := range map[Severity]bool{Critical: false, High: true, Medium: true, Low: true, Info: true} {
		if got := r.FailOn(severity); got != want {
			t.Errorf("FailOn(%s) = %v with a high finding", severity, got)
		}
	}
}

func TestAResultThatIsNotWholeSaysSo(t *testing.T) {
	if why := assess(t, with("ZRS"), Options{}).NotWhole(); why != nil {
		t.Errorf("a whole result is not whole: %q", why)
	}
	r := assess(t, "vault kv westeurope", Options{Notes: []Note{{Severity: "error", Message: "a file could not be read"}}})
	want := []string{"no workspace was seen", "a file could not be read"}
	if diff := cmp.Diff(want, r.NotWhole()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if why := assess(t, "", Options{}).NotWhole(); len(why) != 1 || why[0] != "no resource was seen" {
		t.Errorf("an empty estate is not whole because of %q", why)
	}
}

func TestAssessEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Assess(ctx, sketch.Estate(t, with("LRS")), ruled(t), Options{}); err == nil {
		t.Error("it went on")
	}
}

func TestAWorkspaceThatIsOnlyNamedIsSaid(t *testing.T) {
	r := assess(t, `
		workspace ws external
		datastore ws/ds
		storage data westeurope sku=LRS
		ws -datastore-> ws/ds
		ws/ds -datastore-> data`, Options{})
	if r.Summary.Workspaces != 1 || len(r.NotWhole()) != 0 {
		t.Errorf("%d workspaces, not whole because of %q", r.Summary.Workspaces, r.NotWhole())
	}
	if len(r.Notes) != 1 || r.Notes[0].Message != "the workspace ws is only named: what it leans on besides what is in the input was not seen" {
		t.Errorf("notes: %+v", r.Notes)
	}
	if got := told(r); !strings.HasPrefix(got, "fail high storage-data-zone data") {
		t.Errorf("findings:\n%s", got)
	}
}

func TestALargeEstateIsTriedInParallelWithTheSameFindings(t *testing.T) {
	e := sketch.Many(200)
	run := func() *Result {
		r, err := Assess(t.Context(), e, ruled(t), Options{Target: TargetByName(CriticalTarget)})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	one := run()
	if one.Summary.Findings < manyFindings {
		t.Fatalf("%d findings are not many", one.Summary.Findings)
	}
	two := run()
	if diff := cmp.Diff(one.Summary, two.Summary); diff != "" {
		t.Fatalf("two runs differ:\n%s", diff)
	}
	for i := range one.Findings {
		a, b := &one.Findings[i], &two.Findings[i]
		if a.Rule != b.Rule || a.Resource != b.Resource || a.Status != b.Status || a.Message != b.Message {
			t.Fatalf("finding %d is %s of %s once, %s of %s then", i, a.Rule.ID, a.Resource.Name, b.Rule.ID, b.Resource.Name)
		}
	}
}
