package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

func TestFindingsAreOneStepWhenTheyAreDoneTogether(t *testing.T) {
	a, b := &catalog.Rule{ID: "a", Remedy: "Do a."}, &catalog.Rule{ID: "b", Remedy: "Do b."}
	finding := func(r *catalog.Rule, s assess.Severity, remedy string) assess.Finding {
		return assess.Finding{Rule: r, Status: assess.Fail, Severity: s, Remedy: remedy}
	}
	var got []string
	for _, s := range report.Steps([]assess.Finding{
		finding(a, assess.Low, ""), finding(a, assess.High, ""), finding(b, assess.High, ""), finding(a, assess.High, "Do a."), finding(a, assess.High, "Ask."),
		{Rule: a, Status: assess.Pass, Severity: assess.High}, {Rule: a, Status: assess.Fail, Severity: assess.High, Known: true},
	}, assess.Fail) {
		got = append(got, fmt.Sprintf("%s %s %s ×%d", s.Severity, s.Rule.ID, s.Remedy, len(s.Findings)))
	}
	want := []string{"high a Do a. ×2", "high b Do b. ×1", "high a Ask. ×1", "low a Do a. ×1"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestWordsOfARule(t *testing.T) {
	for _, tt := range []struct {
		f                 assess.Finding
		id, title, remedy string
	}{
		{assess.Finding{}, "", "", ""},
		{assess.Finding{Remedy: "Ask."}, "", "", "Ask."},
		{assess.Finding{Rule: &catalog.Rule{ID: "a"}}, "a", "a", ""},
		{assess.Finding{Rule: &catalog.Rule{ID: "a", Title: "A", Remedy: "Do a."}}, "a", "A", "Do a."},
		{assess.Finding{Rule: &catalog.Rule{ID: "a", Remedy: "Do a."}, Remedy: "Ask."}, "a", "a", "Ask."},
	} {
		if id, title, remedy := report.RuleID(&tt.f), report.RuleTitle(&tt.f), report.RemedyOf(&tt.f); id != tt.id || title != tt.title || remedy != tt.remedy {
			t.Errorf("got %q, %q, %q, want %q, %q, %q", id, title, remedy, tt.id, tt.title, tt.remedy)
		}
	}
}

func TestPeersAlwaysComeInTheSameOrder(t *testing.T) {
	all := &catalog.Peers{PSRule: []string{"p"}, Checkov: []string{"c"}, Trivy: []string{"t"}, APRL: []string{"a"}, AzQR: []string{"q"}}
	if got := fmt.Sprint(report.PeerList(all)); got != "[{PSRule [p]} {checkov [c]} {trivy [t]} {APRL [a]} {azqr [q]}]" {
		t.Errorf("got %s", got)
	}
	if got := fmt.Sprint(report.PeerList(&catalog.Peers{Trivy: []string{"t", "u"}})); got != "[{trivy [t u]}]" {
		t.Errorf("got %s", got)
	}
}

func TestServicesHaveTitles(t *testing.T) {
	s := report.IndexServices(reporttest.Catalog(t))
	for _, tt := range []struct {
		id                    string
		n                     int
		title, short, fitting string
	}{
		{"application-insights", 20, "Application Insights", "App Insights", "Application Insights"},
		{"application-insights", 19, "Application Insights", "App Insights", "App Insights"},
		{"unheard-of", 3, "unheard-of", "unheard-of", "unheard-of"},
	} {
		if s.Title(tt.id) != tt.title || s.Short(tt.id) != tt.short || s.Fitting(tt.id, tt.n) != tt.fitting {
			t.Errorf("%s is %q, %q, in %d columns %q", tt.id, s.Title(tt.id), s.Short(tt.id), tt.n, s.Fitting(tt.id, tt.n))
		}
	}
	if none := report.IndexServices(nil); none.Of("key-vault") != nil || none.All() != nil || none.Title("x") != "x" {
		t.Error("no catalog has services")
	}
	d := report.Duty{ID: "x"}
	if d.Title(5) != "x" || d.ManagedBy() != "" || d.HAByDefault() != "" {
		t.Error("a duty of no service has facts")
	}
	d.Service = s.Of("application-insights")
	if d.Title(20) != "Application Insights" || d.Title(10) != "App Insights" || d.ManagedBy() != "customer" || d.HAByDefault() != "notApplicable" {
		t.Errorf("got %q, %q", d.Title(20), d.Title(10))
	}
}

func TestGroupsHaveHeadings(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range []string{"infrastructure", "associated", "compute", "datastore", "encryption", "supporting"} {
		title := report.GroupTitle(g)
		if title == g || seen[title] {
			t.Errorf("%s is headed %q", g, title)
		}
		seen[title] = true
	}
	if report.GroupTitle("mine") != "mine" {
		t.Error("a group that a user adds is not headed by its name")
	}
	for want, o := range map[string]outage.Outage{
		"westeurope":                {Scope: catalog.ScopeZone, Region: "westeurope", Zone: "1"},
		"its group's region":        {Scope: catalog.ScopeRegion, Region: "{resourceGroup().location}"},
		"one service in westeurope": {Scope: catalog.ScopeService, Region: "westeurope", Service: "aks"},
		"one resource":              {Scope: catalog.ScopeResource},
	} {
		if got := report.OutageGroup(o); got != want {
			t.Errorf("%+v is headed %q, want %q", o, got, want)
		}
	}
}

func TestFatesAsSentences(t *testing.T) {
	hour := catalog.Span{Seconds: 3600, Upper: true}
	for want, f := range map[string]outage.Fate{
		"carries on":                        {State: catalog.CarriesOn},
		"fails over by itself in up to 1 h": {State: catalog.FailsOver, RTO: hour},
		"is failed over by hand in up to 1 h; data lost: up to 1 h": {State: catalog.FailedOver, RTO: hour, RPO: hour},
		"is degraded for up to 1 h":                                 {State: catalog.Degraded, RTO: hour},
		"is read-only until it is back":                             {State: catalog.ReadOnly, RTO: catalog.Span{Seconds: -1, Word: "outage"}},
		"is down until rebuilt by hand":                             {State: catalog.Down, RTO: catalog.Span{Seconds: -1, Word: "rebuild"}, RPO: catalog.Span{Seconds: -1, Word: "unknown"}},
		"is not known: carries on at best, down at worst":           {State: catalog.Unknown, AtBest: catalog.CarriesOn, AtWorst: catalog.Down, RTO: hour},
	} {
		if got := report.FateSentence(&f); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// matrixOf is the matrix of zone outages that hit one workspace each as told.
func matrixOf(workspaces int, effect func(ws, zone int) outage.Effect) *report.Matrix {
	var rs []*estate.Resource
	for i := range workspaces {
		rs = append(rs, &estate.Resource{ID: estate.ParseID(fmt.Sprintf("/w/%03d", i)), Name: fmt.Sprint("w", i), Location: "westeurope"})
	}
	e := estate.Build(rs, nil, estate.Coverage{})
	var results []outage.Result
	for zone := range 3 {
		r := outage.Result{Outage: outage.Outage{Scope: catalog.ScopeZone, Region: "westeurope", Zone: fmt.Sprint(zone + 1)}}
		for ws, x := range e.Resources {
			for _, c := range catalog.Capabilities {
				r.Impacts = append(r.Impacts, outage.Impact{Workspace: x, Capability: c, Effect: effect(ws, zone)})
			}
		}
		results = append(results, r)
	}
	return report.NewMatrix(results, nil)
}

func TestRowsAreSharedOnlyByWhatIsTheSame(t *testing.T) {
	same := matrixOf(1, func(_, _ int) outage.Effect { return outage.Lost })
	if rows := same.Rows(0); len(rows) != 1 || len(rows[0].Outages) != 3 || !slices.Equal(rows[0].Results, []int{0, 1, 2}) {
		t.Errorf("three zones that do the same are %d rows", len(rows))
	}
	other := matrixOf(1, func(_, zone int) outage.Effect {
		if zone == 1 {
			return outage.Degraded
		}
		return outage.Lost
	})
	if rows := other.Rows(0); len(rows) != 2 || rows[0].Worst() != outage.Lost || rows[1].Worst() != outage.Degraded {
		t.Errorf("a zone that does less shares a row: %d", len(rows))
	}
	falls := same.Results()
	falls[1].Fates = []outage.Fate{{Resource: same.Workspaces[0], State: catalog.Down}}
	if rows := report.NewMatrix(falls, nil).Rows(0); len(rows) != 2 {
		t.Errorf("a zone in which something else falls shares a row: %d", len(rows))
	}
}

func TestTheWorstWorkspaceComesFirst(t *testing.T) {
	m := matrixOf(4, func(ws, zone int) outage.Effect {
		if zone < ws%3 {
			return outage.Lost
		}
		return outage.None
	})
	if got := m.WorstFirst(); !slices.Equal(got, []int{2, 1, 0, 3}) {
		t.Errorf("got %v", got)
	}
	tally := m.Tally(0)[0]
	if tally != (report.Tally{Lost: 2, Holds: 2}) || tally.Harmed() != 2 {
		t.Errorf("got %+v", tally)
	}
}

func TestCellsOfWhatWasNotTried(t *testing.T) {
	m := matrixOf(2, func(_, _ int) outage.Effect { return outage.Lost })
	results := m.Results()
	results[0].Impacts = results[0].Impacts[len(catalog.Capabilities):] // the outage does not reach the first one
	m = report.NewMatrix(results, nil)
	for _, c := range m.Cells(0, 0) {
		if c.Impact != nil || c.Effect() != outage.None || c.Gap {
			t.Errorf("got %+v", c)
		}
	}
	if tally := m.Tally(0)[0]; tally.Lost != 1 || tally.Holds != 1 {
		t.Errorf("got %+v", tally)
	}
	if rows := m.Rows(0); len(rows) != 1 || len(rows[0].Outages) != 2 {
		t.Errorf("an outage that was not tried is a row")
	}
}

// A loss in any zone is a gap in each zone that does harm, and in no other.
func TestGapsOfAnyZone(t *testing.T) {
	m := matrixOf(1, func(_, zone int) outage.Effect {
		if zone == 2 {
			return outage.None
		}
		return outage.Lost
	})
	f := assess.Finding{Status: assess.Fail, Takes: []assess.Loss{{
		Workspace: m.Workspaces[0], Capability: catalog.Train, Outage: outage.Outage{Scope: catalog.ScopeZone, Region: "westeurope", Zone: outage.AnyZone}, Effect: outage.Lost,
	}}}
	m = report.NewMatrix(m.Results(), []assess.Finding{f})
	for zone, want := range []bool{true, true, false} {
		for i, c := range m.Cells(zone, 0) {
			if gap := want && catalog.Capabilities[i] == catalog.Train; c.Gap != gap {
				t.Errorf("zone %d, %s: gap %v", zone+1, catalog.Capabilities[i], c.Gap)
			}
		}
	}
	if m.Gaps(0) != 2 {
		t.Errorf("%d gaps", m.Gaps(0))
	}
}
