package html

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// These tests look at what the template is given; what it makes of that is in
// the golden files and in the browser.

func pageOf(t *testing.T, change func(*assess.Result)) *page {
	t.Helper()
	r := reporttest.Contoso(t)
	if change != nil {
		change(r)
		r.Summary = reporttest.Summarize(r)
	}
	return newPage(r, reporttest.Options())
}

func TestTiles(t *testing.T) {
	tiles := func(p *page) string {
		var out []string
		for _, x := range p.Tiles {
			out = append(out, x.Number+" "+x.Label+" "+x.Class)
		}
		return strings.Join(out, "\n")
	}
	want := "3 findings fail: 1 critical, 1 high, 1 medium e-lost\n1 check is not known yet e-unknown\n1 thing was not seen e-unknown\n1 check passes e-none\n1 finding is accepted "
	if got := tiles(pageOf(t, nil)); got != want {
		t.Errorf("got\n%s", got)
	}
	want = "0 findings fail e-none\n0 checks are not known yet e-none\n0 things were not seen e-none\n0 checks pass e-none\n0 findings are accepted "
	if got := tiles(pageOf(t, func(r *assess.Result) { r.Findings, r.Estate.Coverage.NotSeen = nil, nil })); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestTargetsInWords(t *testing.T) {
	demand := func(d ...assess.Demand) string {
		v := viewTarget(&assess.Target{Capabilities: map[catalog.Capability][]assess.Demand{catalog.Train: d}})
		for _, x := range v.Demands {
			if x.Capability == "train" {
				return x.Text
			}
		}
		return ""
	}
	for want, got := range map[string]string{
		"may be lost": demand(),
		"survives the loss of a zone, back within 1 h, no data lost":                      demand(assess.Demand{Scope: catalog.ScopeZone, RTO: 3600, RPO: 0}),
		"survives the loss of a region, at most 15 min of data lost":                      demand(assess.Demand{Scope: catalog.ScopeRegion, RTO: -1, RPO: 900}),
		"survives the loss of a zone, back within no time; survives the loss of a region": demand(assess.Demand{Scope: catalog.ScopeZone, RTO: 0, RPO: -1}, assess.Demand{Scope: catalog.ScopeRegion, RTO: -1, RPO: -1}),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if viewTarget(nil) != nil {
		t.Error("no target is a target")
	}
}

func TestDutiesBySide(t *testing.T) {
	p := pageOf(t, nil)
	var got []string
	for _, s := range p.Sides {
		got = append(got, s.Title)
		for _, r := range s.Rows {
			got = append(got, strings.Join([]string{" ", r.Title, r.Resources, r.HA, r.Glyph, r.Todo}, "|"))
		}
	}
	for _, want := range []string{
		"Microsoft keeps this up", "You keep this up", "Not in the catalog", " |Key Vault|kv-contoso-ml|yes|✗|1 to mend", " |Application Insights|appi-contoso|not applicable|✓|nothing",
		" |Azure SQL Database|sales, sales (named)|no|✗|1 to mend, 1 open", " |Azure Kubernetes Service|aks-shared (named), inference|no|✓|nothing",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("nothing says %q:\n%s", want, strings.Join(got, "\n"))
		}
	}
	if p.Others != "2 other resources belong to no service of the catalog." {
		t.Errorf("got %q", p.Others)
	}
}

func TestManyResourcesOfAServiceAreCounted(t *testing.T) {
	p := newPage(reporttest.Fleet(t, 9), report.Options{})
	if got := p.Sides[1].Rows[0].Resources; got != "stml0000, stml0001, stml0002, stml0003 and 5 more" {
		t.Errorf("got %q", got)
	}
}

func TestPhasesAndTheirSteps(t *testing.T) {
	phases := func(p *page) string {
		var out []string
		for _, ph := range p.Phases {
			out = append(out, ph.Title+": "+ph.Count)
			for _, s := range ph.Steps {
				out = append(out, fmt.Sprintf("  %d %s %s %s %s (%s)", s.Number, s.Status, s.Glyph, s.Severity, s.Rule, s.Count))
			}
		}
		return strings.Join(out, "\n")
	}
	want := `Do first: 2 findings
  1 fail ✗ critical default-storage-zone (stcontosoml)
  2 fail ✗ high sql-zone (sql-contoso/sales)
Do next: 1 finding
  3 fail ✗ medium key-vault-purge-protection (kv-contoso-ml)
Not known yet: 1 check
  0 unknown ? high sql-zone (mlw-contoso/sales)
Accepted: 1 check
  0 suppressed – low registry-region (acrcontosoml)
As it should be: 1 check
  0 pass ✓ critical default-storage-zone (acrcontosoml)`
	if got := phases(pageOf(t, nil)); got != want {
		t.Errorf("got\n%s", got)
	}
	got := phases(pageOf(t, func(r *assess.Result) { r.Findings[0].Known = true }))
	if !strings.Contains(got, "In the baseline: 1 finding\n  0 suppressed – critical default-storage-zone (stcontosoml)") || !strings.Contains(got, "Do first: 1 finding") {
		t.Errorf("the baseline is not apart:\n%s", got)
	}
}

func TestAStepHoldsAllThatHelps(t *testing.T) {
	s := pageOf(t, nil).Phases[0].Steps[0]
	if len(s.Takes) != 1 || s.Takes[0].Class != "e-lost" || !strings.HasPrefix(s.Takes[0].Text, "zone 1 of westeurope fails: author, train") {
		t.Errorf("it takes %+v", s.Takes)
	}
	if len(s.Sources) != 2 || s.Sources[0].Link != "https://learn.microsoft.com/azure/storage/common/storage-redundancy" || s.Sources[1].Date != "2020-09" {
		t.Errorf("its sources are %+v", s.Sources)
	}
	if len(s.Peers) != 4 || s.Peers[1] != (peerView{"checkov", "CKV_AZURE_206"}) {
		t.Errorf("its peers are %+v", s.Peers)
	}
	if len(s.Disagree) != 1 || s.Disagree[0].With != "checkov CKV_AZURE_206" {
		t.Errorf("it disagrees with %+v", s.Disagree)
	}
	if s.Change != "conversion, up to 72 hours until it starts" || len(s.How) != 2 || s.Service != " azure-storage " {
		t.Errorf("it is %+v", s)
	}
	f := s.Findings[0]
	if f.Place != "infra/azuredeploy.json:48:5" || f.Evidence[0] != (evidenceView{"sku.name", "Standard_LRS", "infra/azuredeploy.json:54:17"}) {
		t.Errorf("the finding is %+v", f)
	}
}

func TestExceptionsInWords(t *testing.T) {
	end := time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		s                 *assess.Suppression
		accepted, expired string
	}{
		{nil, "", ""},
		{&assess.Suppression{Reason: "soon"}, "Accepted: soon", ""},
		{&assess.Suppression{Reason: "soon", Owner: "anna", Expires: end}, "Accepted until 2027-06-30: soon (anna)", ""},
		{&assess.Suppression{Reason: "soon", Expires: end, Expired: true}, "", "Its exception expired on 2027-06-30: soon"},
	} {
		v := viewFinding(&assess.Finding{Suppression: tt.s})
		if v.Accepted != tt.accepted || v.Expired != tt.expired {
			t.Errorf("%+v is %q, %q", tt.s, v.Accepted, v.Expired)
		}
		if v.Resource != "the estate as a whole" {
			t.Errorf("it is about %q", v.Resource)
		}
	}
}

func TestRowsOfTheMatrix(t *testing.T) {
	ws := pageOf(t, nil).Workspaces[0]
	if ws.Name != "mlw-contoso" || ws.Region != "westeurope" || ws.Chosen != 0 {
		t.Errorf("the workspace is %q in %q with row %d", ws.Name, ws.Region, ws.Chosen)
	}
	var got []string
	for _, g := range ws.Groups {
		got = append(got, g.Title)
		for _, r := range g.Rows {
			line := fmt.Sprintf("  %d %s %s:", r.Number, r.ID, r.Name)
			for _, c := range r.Cells {
				line += " " + c.Word
				if c.Gap {
					line += "!"
				}
			}
			got = append(got, line)
		}
	}
	want := `westeurope
  0 o-0-0 zone 1: lost! lost! holds lost! lost! degraded
  1 o-0-1 zones 2, 3: holds holds degraded holds holds holds
  2 o-0-2 the whole region: lost lost lost lost lost lost
one service in westeurope
  3 o-0-3 Key Vault: lost lost holds holds holds holds
  4 o-0-4 Azure Storage: lost lost holds lost lost degraded
northeurope
  5 o-0-5 the whole region: holds unknown holds holds holds holds`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if !slices.Equal(ws.Safe, []string{"Application Insights in westeurope"}) {
		t.Errorf("safe is %q", ws.Safe)
	}
}

func TestARowSaysWhy(t *testing.T) {
	row := pageOf(t, nil).Workspaces[0].Groups[0].Rows[0]
	var whys []string
	for _, w := range row.Why {
		line := w.Capabilities + ": " + w.Text + " <"
		for _, c := range w.Causes {
			line += " " + c.Name + " " + c.State
		}
		whys = append(whys, line)
	}
	want := []string{
		"author: lost until it is back; data lost: at worst all of it < stcontosoml is down mlw-contoso/ci-anna is down",
		"train, score batch, register: lost until it is back; data lost: at worst all of it < stcontosoml is down",
		"monitor: degraded for up to 1 h < acrcontosoml is degraded",
	}
	if !slices.Equal(whys, want) {
		t.Errorf("got\n%s", strings.Join(whys, "\n"))
	}
	var fates []string
	for _, f := range row.Fates {
		fates = append(fates, f.Glyph+" "+f.Name+" "+f.Text+" < "+f.Why)
	}
	wantFates := []string{
		"◐ acrcontosoml is degraded for up to 1 h < Pulls may fail while another zone takes over.",
		"✗ mlw-contoso/ci-anna is down until rebuilt by hand; data lost: at worst all of it < It is a single machine.",
		"✗ stcontosoml is down until it is back; data lost: at worst all of it < All copies of the account stand in one zone.",
	}
	for _, w := range wantFates {
		if !slices.Contains(fates, w) {
			t.Errorf("nothing says %q:\n%s", w, strings.Join(fates, "\n"))
		}
	}
	if row.Carry != "3 of 14, the workspace counted, do not carry on, nor does 1 elsewhere in the estate" {
		t.Errorf("the rest is told as %q", row.Carry)
	}
}

// The script gets the state of each box and each capability for each row.
func TestDataForTheScript(t *testing.T) {
	p := pageOf(t, nil)
	rows, picture := p.Data[0].Rows, p.Workspaces[0].Picture
	if len(rows) != 6 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		if len(row.Boxes) != len(picture.Boxes) || len(row.Effects) != len(catalog.Capabilities) {
			t.Errorf("%s: %d boxes, %d effects", row.Title, len(row.Boxes), len(row.Effects))
		}
	}
	states := map[string]string{}
	for i, b := range picture.Boxes {
		states[b.Name] = rows[0].Boxes[i].Text
		if rows[0].Boxes[i].Class != b.Class {
			t.Errorf("%s is drawn as %s and told as %s", b.Name, b.Class, rows[0].Boxes[i].Class)
		}
	}
	for name, want := range map[string]string{"stcontosoml": "✗ down", "acrcontosoml": "◐ degraded", "kv-contoso-ml": "✓ carries on", "ci-anna": "✗ down"} {
		if states[name] != want {
			t.Errorf("%s is %q, want %q", name, states[name], want)
		}
	}
	if rows[0].Effects[0] != (effectBox{"e-lost", "✗ lost!"}) || rows[0].Effects[2] != (effectBox{"e-none", "✓ holds"}) {
		t.Errorf("the effects are %+v", rows[0].Effects)
	}
}

func TestBoxesSayWhatTheyAre(t *testing.T) {
	services := report.IndexServices(reporttest.Catalog(t))
	kv := services.Of("key-vault")
	for _, tt := range []struct {
		r    *estate.Resource
		name string
		sub  string
	}{
		{&estate.Resource{Name: "kv"}, "kv", "Key Vault"},
		{&estate.Resource{Name: "kv", External: true}, "kv", "Key Vault · only named"},
		{&estate.Resource{Name: "kv", External: true, Implied: true}, "kv", "Key Vault · made by Azure"},
		{&estate.Resource{Name: "kv", Zones: []string{"1", "2"}}, "kv", "Key Vault · zone 1, 2"},
		{&estate.Resource{Name: "a/" + strings.Repeat("long", 9)}, "longlonglonglonglonglo…", "Key Vault"},
	} {
		b := newBox(tt.r, estate.KeyVault, kv, 1)
		if b.Name != tt.name || b.Sub != tt.sub || b.Role != "key vault" || b.side != 1 {
			t.Errorf("got %q, %q, %q on side %d", b.Name, b.Sub, b.Role, b.side)
		}
	}
	if b := newBox(&estate.Resource{Name: "ci"}, estate.Compute, services.Of("compute-instance"), 1); b.side != -1 {
		t.Error("what Microsoft keeps up stands on the other side")
	}
}

// A box of several shows the worst of them, and how many are hit.
func TestBoxesOfSeveral(t *testing.T) {
	a, b, c := &estate.Resource{ID: estate.ParseID("/a")}, &estate.Resource{ID: estate.ParseID("/b")}, &estate.Resource{ID: estate.ParseID("/c")}
	e := estate.Build([]*estate.Resource{a, b, c}, nil, estate.Coverage{})
	p := &picture{Boxes: []*box{{members: []*estate.Resource{a, b, c}}}}
	r := &assess.Result{Estate: e, Outages: []outage.Result{{Fates: []outage.Fate{{Resource: a, State: catalog.FailsOver}, {Resource: b, State: catalog.Down}}}}}
	got := p.states(&report.Row{Results: []int{0}}, r)
	if got[0] != (boxState{"s-down", "✗ down 2/3"}) {
		t.Errorf("got %+v", got)
	}
	got = p.states(&report.Row{Results: []int{0}}, &assess.Result{Estate: e, Outages: []outage.Result{{}}})
	if got[0] != (boxState{"s-carries-on", "✓ carries on"}) {
		t.Errorf("got %+v", got)
	}
}

func TestCoverageInWords(t *testing.T) {
	v := pageOf(t, func(r *assess.Result) {
		for i := range 250 {
			r.Estate.Coverage.NotSeen = append(r.Estate.Coverage.NotSeen, estate.NotSeen{What: fmt.Sprint(i), Why: "gone"})
			r.Estate.Coverage.Inputs = append(r.Estate.Coverage.Inputs, estate.Input{Name: "-", Kind: "inventory", Resources: 1})
			r.Notes = append(r.Notes, assess.Note{Severity: "info", Message: "x"})
		}
	}).Coverage
	if v.Counts != "14 resources read, 2 only named by others, 2 left out by their condition." {
		t.Errorf("got %q", v.Counts)
	}
	if len(v.NotSeen) != maxListed || v.MoreNotSeen != 51 || v.MoreInputs != 51 || v.MoreNotes != 51 {
		t.Errorf("%d, %d, %d more", v.MoreNotSeen, v.MoreInputs, v.MoreNotes)
	}
	if v.Inputs[1] != (inputView{"standard input", "inventory", "1 resource", ""}) || v.Inputs[0].Parameters != "infra/azuredeploy.parameters.json" {
		t.Errorf("the inputs are %+v", v.Inputs[:2])
	}
}

func TestOverviewOfManyWorkspaces(t *testing.T) {
	p := newPage(reporttest.Fleet(t, 30), report.Options{})
	if len(p.Overview) != 30 || p.Overview[0].Gaps != 5 || p.Overview[29].Gaps != 0 || p.Overview[0].Drawn != 0 || p.Overview[29].Drawn != -1 {
		t.Errorf("the overview is %+v", p.Overview)
	}
	if p.OverviewMore != "" || !strings.HasPrefix(p.NotDrawn, "24 of 30 workspaces have a picture here") {
		t.Errorf("it says %q, %q", p.OverviewMore, p.NotDrawn)
	}
	if one := pageOf(t, nil); one.Overview != nil || one.NotDrawn != "" {
		t.Error("one workspace needs no overview")
	}
}
