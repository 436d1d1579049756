package html

import (
	"html/template"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// page is all that the template shows.
type page struct {
	Title, Tool, Commit, Created, AsOf string
	Policy                             string
	Style                              template.CSS
	Script                             template.JS

	Verdict      effectView
	Sentence     string
	Summary      string
	Target       *targetView
	Tiles        []tile
	Capabilities []string
	Workspaces   []workspaceView
	NotDrawn     string // how many workspaces have no picture, "" for none
	Overview     []overviewRow
	OverviewMore string
	Sides        []dutySide
	Others       string
	Phases       []phaseView
	Passed       string
	Services     []option
	Coverage     coverageView
	Exit         report.Exit
	Data         []wsData
}

type option struct{ Value, Text string }

type tile struct{ Number, Label, Class, Href string }

type targetView struct {
	Name, Title string
	Demands     []demandView
}

type demandView struct{ Capability, Text string }

type overviewRow struct {
	Name, Region string
	Gaps, Lost   int
	Drawn        int // number of its picture, -1 without one
}

// effectView is an effect as a class, a sign and a word.
type effectView struct{ Class, Glyph, Word string }

func viewEffect(e outage.Effect) effectView {
	if e == "" {
		e = outage.None
	}
	return effectView{"e-" + string(e), report.EffectGlyph(e), report.EffectWord(e)}
}

func newPage(r *assess.Result, opt report.Options) *page {
	m := report.NewMatrix(r.Outages, r.Findings)
	services := report.IndexServices(r.Catalog)
	v := report.VerdictOf(r, m)
	p := &page{
		Title: "Holdfast: resilience of Azure Machine Learning", Tool: opt.Tool.Title(), Commit: opt.Tool.Commit,
		Policy: policy(), Style: template.CSS(styleSource), Script: template.JS(scriptSource),
		Verdict: viewEffect(v.Effect), Sentence: v.Sentence, Summary: report.SummaryLine(r), Target: viewTarget(r.Target), Exit: opt.Exit,
	}
	if !opt.Created.IsZero() {
		p.Created = opt.Created.UTC().Format("2006-01-02 15:04 UTC")
	}
	if r.Catalog != nil {
		p.AsOf = r.Catalog.AsOf()
	}
	for _, c := range catalog.Capabilities {
		p.Capabilities = append(p.Capabilities, report.CapabilityWord(c))
	}
	p.tiles(r)
	p.workspaces(r, m, services)
	p.duties(r, services)
	p.findings(r, services)
	p.Coverage = viewCoverage(r)
	return p
}

func viewTarget(t *assess.Target) *targetView {
	if t == nil {
		return nil
	}
	v := &targetView{Name: t.Name, Title: t.Title}
	for _, c := range catalog.Capabilities {
		var parts []string
		for _, d := range t.Capabilities[c] {
			text := "survives the loss of a " + string(d.Scope)
			if d.RTO >= 0 {
				text += ", back within " + orAtOnce(d.RTO)
			}
			if d.RPO == 0 {
				text += ", no data lost"
			} else if d.RPO > 0 {
				text += ", at most " + report.Seconds(d.RPO) + " of data lost"
			}
			parts = append(parts, text)
		}
		if len(parts) == 0 {
			parts = []string{"may be lost"}
		}
		v.Demands = append(v.Demands, demandView{report.CapabilityWord(c), strings.Join(parts, "; ")})
	}
	return v
}

func orAtOnce(seconds int64) string {
	if seconds == 0 {
		return "no time"
	}
	return report.Seconds(seconds)
}

func (p *page) tiles(r *assess.Result) {
	m := &r.Summary
	class := func(n int, bad string) string {
		if n > 0 {
			return bad
		}
		return "e-none"
	}
	fails := report.Failing(m)
	label := report.Plural(fails, "finding fails", "findings fail")
	if by := report.SeverityCounts(m); by != "" {
		label += ": " + by
	}
	p.Tiles = []tile{
		{report.Number(fails), label, class(fails, "e-lost"), "#findings"},
		{report.Number(m.Unknown), report.Plural(m.Unknown, "check is not known yet", "checks are not known yet"), class(m.Unknown, "e-unknown"), "#findings"},
		{report.Number(m.NotSeen), report.Plural(m.NotSeen, "thing was not seen", "things were not seen"), class(m.NotSeen, "e-unknown"), "#seen"},
		{report.Number(m.Pass), report.Plural(m.Pass, "check passes", "checks pass"), "e-none", "#findings"},
		{report.Number(m.Suppressed + report.InBaseline(m)), report.Plural(m.Suppressed+report.InBaseline(m), "finding is accepted", "findings are accepted"), "", "#findings"},
	}
}

// workspaces makes pictures and matrices, of the worst workspaces first.
func (p *page) workspaces(r *assess.Result, m *report.Matrix, services report.Services) {
	order := m.WorstFirst()
	drawn := order[:min(len(order), maxDrawn)]
	for i, ws := range drawn {
		view, data := newWorkspace(i, r, m, ws, services)
		p.Workspaces = append(p.Workspaces, view)
		p.Data = append(p.Data, data)
	}
	if n := len(order) - len(drawn); n > 0 {
		p.NotDrawn = report.Number(len(drawn)) + " of " + report.Number(len(order)) + " workspaces have a picture here, those with the most gaps. Of the rest (" +
			report.Number(n) + ") the table of workspaces tells; assess one alone to see its picture."
	}
	if len(order) < 2 {
		return
	}
	for i, ws := range order[:min(len(order), maxOverview)] {
		row := overviewRow{Name: report.ShortName(m.Workspaces[ws]), Region: report.RegionName(m.Workspaces[ws].Location), Gaps: m.Gaps(ws), Drawn: -1}
		if i < len(drawn) {
			row.Drawn = i
		}
		for n := range m.Results() {
			for _, c := range m.Cells(n, ws) {
				if c.Effect() == outage.Lost {
					row.Lost++
				}
			}
		}
		p.Overview = append(p.Overview, row)
	}
	if n := len(order) - len(p.Overview); n > 0 {
		gaps := 0
		for _, ws := range order[len(p.Overview):] {
			if m.Gaps(ws) > 0 {
				gaps++
			}
		}
		p.OverviewMore = "and " + report.Number(n) + " more: " + report.Number(gaps) + " with gaps, " + report.Number(n-gaps) + " without any"
	}
}

type dutySide struct {
	Title, Class string
	Rows         []dutyRow
}

type dutyRow struct {
	ID, Title, HA, Today, Todo string
	Class, Glyph               string
	Resources                  string
}

func (p *page) duties(r *assess.Result, services report.Services) {
	duties, others := report.Duties(r)
	for _, side := range []struct{ managedBy, title, class string }{
		{"microsoft", "Microsoft keeps this up", "microsoft"}, {"customer", "You keep this up", "customer"}, {"", "Not in the catalog", "none"},
	} {
		s := dutySide{Title: side.title, Class: side.class}
		for i := range duties {
			d := &duties[i]
			if d.ManagedBy() != side.managedBy {
				continue
			}
			row := dutyRow{ID: d.ID, Title: services.Title(d.ID), HA: longDefault(d.HAByDefault()), Resources: resourceNames(d.Resources), Todo: "nothing", Class: "e-none", Glyph: "✓"}
			if d.Service != nil {
				row.Today = d.Service.Today
			}
			switch {
			case d.Fail > 0:
				row.Todo, row.Class, row.Glyph = report.Number(d.Fail)+" to mend", "e-lost", "✗"
				if d.Unknown > 0 {
					row.Todo += ", " + report.Number(d.Unknown) + " open"
				}
			case d.Unknown > 0:
				row.Todo, row.Class, row.Glyph = report.Number(d.Unknown)+" open", "e-unknown", "?"
			}
			s.Rows = append(s.Rows, row)
		}
		if len(s.Rows) > 0 {
			p.Sides = append(p.Sides, s)
		}
	}
	if others > 0 {
		p.Others = report.Count(others, "other resource belongs", "other resources belong") + " to no service of the catalog."
	}
}

func longDefault(ha string) string {
	if ha == "notApplicable" {
		return "not applicable"
	}
	return report.DefaultWord(ha)
}

func resourceNames(rs []*estate.Resource) string {
	names := make([]string, 0, 4)
	for _, x := range rs[:min(len(rs), 4)] {
		name := report.ShortName(x)
		if x.External {
			name += " (named)"
		}
		names = append(names, name)
	}
	text := strings.Join(names, ", ")
	if n := len(rs) - len(names); n > 0 {
		text += " and " + report.Number(n) + " more"
	}
	return text
}

type coverageView struct {
	Counts                             string
	Inputs                             []inputView
	NotSeen                            []notSeenView
	Notes                              []noteView
	MoreInputs, MoreNotSeen, MoreNotes int
}

type inputView struct{ Name, Kind, Resources, Parameters string }

type notSeenView struct{ What, Why, Place string }

type noteView struct{ Severity, Message, Hint, Place string }

func viewCoverage(r *assess.Result) coverageView {
	c := &r.Estate.Coverage
	v := coverageView{Counts: report.Count(c.Resources, "resource", "resources") + " read, " + report.Number(c.External) + " only named by others, " +
		report.Number(c.Skipped) + " left out by " + report.Plural(c.Skipped, "its", "their") + " condition."}
	for _, in := range c.Inputs[:min(len(c.Inputs), maxListed)] {
		v.Inputs = append(v.Inputs, inputView{report.InputName(in.Name), in.Kind, report.Count(in.Resources, "resource", "resources"), strings.Join(in.Parameters, ", ")})
	}
	for _, n := range c.NotSeen[:min(len(c.NotSeen), maxListed)] {
		v.NotSeen = append(v.NotSeen, notSeenView{n.What, n.Why, report.Place(n.Origin)})
	}
	for _, n := range report.NotesByWeight(r.Notes)[:min(len(r.Notes), maxListed)] {
		v.Notes = append(v.Notes, noteView{n.Severity, n.Message, n.Hint, report.Place(n.Origin)})
	}
	v.MoreInputs, v.MoreNotSeen, v.MoreNotes = len(c.Inputs)-len(v.Inputs), len(c.NotSeen)-len(v.NotSeen), len(r.Notes)-len(v.Notes)
	return v
}
