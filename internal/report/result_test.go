package report_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"pgregory.net/rapid"
)

func TestVerdicts(t *testing.T) {
	open := reporttest.Calm(t)
	open.Summary.Unknown = 2
	for _, tt := range []struct {
		name     string
		r        *assess.Result
		effect   outage.Effect
		sentence string
	}{
		{"missed", reporttest.Contoso(t), outage.Lost, "mlw-contoso misses target production: outages that it must survive take away author, train, score\u00a0batch and register."},
		{"met", reporttest.Calm(t), outage.None, "mlw-calm meets target production: no outage that it must survive takes a capability away."},
		{"open", open, outage.Unknown, "Whether mlw-calm meets target production is not certain: no gap was found, but 2 checks are open."},
		{"empty", reporttest.Empty(), outage.Unknown, "No workspace was found, so nothing can be said about outages."},
		{"many", reporttest.Fleet(t, 8), outage.Lost, "6 of 8 workspaces miss target production: outages that it must survive take away author, train, score\u00a0online, score\u00a0batch and register."},
	} {
		got := report.VerdictOf(tt.r, report.NewMatrix(tt.r.Outages, tt.r.Findings))
		if got.Effect != tt.effect || got.Sentence != tt.sentence {
			t.Errorf("%s: got %s, %q", tt.name, got.Effect, got.Sentence)
		}
	}
}

func TestOutagesThatDoTheSameAreOneRow(t *testing.T) {
	r := reporttest.Contoso(t)
	m := report.NewMatrix(r.Outages, r.Findings)
	var got []string
	for _, row := range m.Rows(0) {
		got = append(got, report.OutagesPlain(row.Outages, report.IndexServices(r.Catalog))+": "+string(row.Worst()))
	}
	want := []string{"zone 1 of westeurope: lost", "zones 2, 3 of westeurope: degraded", "region westeurope: lost", "Key Vault in westeurope: lost",
		"Azure Storage in westeurope: lost", "Application Insights in westeurope: none", "region northeurope: unknown"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// A gap is what a failing finding says that an outage takes, and nothing else.
func TestGapsAreThoseOfTheFindings(t *testing.T) {
	r := reporttest.Contoso(t)
	m := report.NewMatrix(r.Outages, r.Findings)
	if got, want := m.Gaps(0), len(r.Findings[0].Takes); got != want || want == 0 {
		t.Errorf("%d gaps, want %d", got, want)
	}
	r.Findings[0].Status = assess.Suppressed
	if got := report.NewMatrix(r.Outages, r.Findings).Gaps(0); got != 0 {
		t.Errorf("%d gaps of an accepted finding", got)
	}
}

func TestTalliesAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(rt, "workspaces")
		r := reporttest.Fleet(t, n)
		m := report.NewMatrix(r.Outages, r.Findings)
		for i := range m.Results() {
			for j, tally := range m.Tally(i) {
				if tally.Harmed()+tally.Holds != n {
					rt.Fatalf("outage %d, capability %s: %+v of %d workspaces", i, catalog.Capabilities[j], tally, n)
				}
				if tally.Gaps > tally.Harmed() {
					rt.Fatalf("more gaps than harm: %+v", tally)
				}
			}
		}
		order := m.WorstFirst()
		seen := map[int]bool{}
		for i, ws := range order {
			seen[ws] = true
			if i > 0 && m.Gaps(order[i-1]) < m.Gaps(ws) {
				rt.Fatalf("%v is not worst first", order)
			}
		}
		if len(seen) != n {
			rt.Fatalf("%v leaves workspaces out", order)
		}
	})
}

func TestStepsHoldEveryFinding(t *testing.T) {
	r := reporttest.Fleet(t, 40)
	r.Findings[0].Known = r.Findings[0].Status == assess.Fail
	total := 0
	for _, status := range []assess.Status{assess.Pass, assess.Fail, assess.Unknown, assess.NotApplicable, assess.Suppressed} {
		for _, step := range report.Steps(r.Findings, status) {
			total += len(step.Findings)
		}
	}
	if want := len(r.Findings) - 1; total != want { // one stands in the baseline
		t.Errorf("%d findings in steps, want %d", total, want)
	}
	last := -1
	for _, step := range report.Steps(reporttest.Contoso(t).Findings, assess.Fail) {
		if n := report.SeverityRank(step.Severity); n < last {
			t.Errorf("%s comes too late", step.Severity)
		} else {
			last = n
		}
	}
}

func TestPhases(t *testing.T) {
	for sev, want := range map[assess.Severity]report.Phase{
		assess.Critical: report.First, assess.High: report.First, assess.Medium: report.Next, assess.Low: report.Later, assess.Info: report.Later,
	} {
		if got := report.PhaseOf(sev); got != want || got.Title() == "" {
			t.Errorf("%s is %s", sev, got.Title())
		}
	}
}

func TestTakenPutsOutagesTogether(t *testing.T) {
	zone := func(z string, c catalog.Capability) assess.Loss {
		return assess.Loss{Capability: c, Effect: outage.Lost, RTO: catalog.Span{Seconds: -1, Word: "outage"}, RPO: catalog.Span{Seconds: -1, Word: "total"},
			Outage: outage.Outage{Scope: catalog.ScopeZone, Region: "westeurope", Zone: z}}
	}
	f := &assess.Finding{Takes: []assess.Loss{
		zone("1", catalog.Author), zone("1", catalog.Train), zone("2", catalog.Author), zone("2", catalog.Train), zone("2", catalog.Train), zone("3", catalog.Author),
	}}
	var got []string
	for _, taken := range report.TakenBy(f) {
		got = append(got, report.TakenSentence(taken, report.Services{}))
	}
	want := "any of zones 1, 2 of westeurope fails: author and train are lost until it is back; data lost: at worst all of it\n" +
		"zone 3 of westeurope fails: author is lost until it is back; data lost: at worst all of it"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// Every resource is in one duty, or among the others.
func TestDutiesAddUp(t *testing.T) {
	for name, r := range reporttest.All(t) {
		duties, others := report.Duties(r)
		n := others
		for _, d := range duties {
			n += len(d.Resources)
			if d.External > len(d.Resources) || len(d.Resources) == 0 {
				t.Errorf("%s: %s has %d resources, %d external", name, d.ID, len(d.Resources), d.External)
			}
		}
		if n != len(r.Estate.Resources) {
			t.Errorf("%s: duties hold %d of %d resources", name, n, len(r.Estate.Resources))
		}
	}
}

func TestSummaryLine(t *testing.T) {
	if got := report.SummaryLine(reporttest.Contoso(t)); got != "1 workspace · 16 resources, 2 of them only named · 15 relations · 8 outages tried · from infra/azuredeploy.json" {
		t.Errorf("got %q", got)
	}
	m := &assess.Summary{BySeverity: map[assess.Severity]int{assess.High: 2, assess.Low: 1}}
	if got := report.SeverityCounts(m); got != "2 high, 1 low" || report.Failing(m) != 3 {
		t.Errorf("got %q, %d", got, report.Failing(m))
	}
}

func TestToolTitle(t *testing.T) {
	for want, tool := range map[string]report.Tool{"holdfast": {}, "holdfast 1.2.3": {Version: "1.2.3"}, "other 1": {Name: "other", Version: "1"}} {
		if got := tool.Title(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
