// Package markdown writes results for job summaries and comments on code hosts:
// the answer as a table, what to do in folds that open, what was not seen. All
// that comes from the input is escaped; nobody is called and no markup of a name
// is taken for ours.
package markdown

import (
	"bufio"
	"io"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// The most of a kind that is shown, unless everything is asked for: summaries
// of jobs are cut off at a mebibyte.
const (
	maxWorkspaces = 5
	maxSteps      = 40
	maxFindings   = 20
	maxListed     = 20
)

// page writes Markdown.
type page struct {
	w        *bufio.Writer
	services report.Services
	verbose  bool
}

// Write writes the whole result.
func Write(w io.Writer, r *assess.Result, opt report.Options) error {
	p := &page{w: bufio.NewWriter(w), services: report.IndexServices(r.Catalog), verbose: opt.Verbose}
	m := report.NewMatrix(r.Outages, r.Findings)
	v := report.VerdictOf(r, m)
	p.lines("# Resilience of Azure Machine Learning", "", v.Glyph()+" **"+esc(v.Sentence)+"**", "")
	p.lines(esc(report.SummaryLine(r)), "")
	p.matrix(m)
	p.duties(r)
	p.steps(r)
	p.unknowns(r)
	p.accepted(r)
	p.coverage(r)
	p.notes(r)
	p.foot(r, opt)
	return p.w.Flush()
}

func esc(s string) string { return report.EscapeMarkdown(s) }

func (p *page) lines(lines ...string) {
	for _, l := range lines {
		p.w.WriteString(l)
		p.w.WriteByte('\n')
	}
}

func (p *page) row(cells ...string) { p.lines("| " + strings.Join(cells, " | ") + " |") }

func (p *page) limit(n, most int) int {
	if p.verbose {
		return n
	}
	return min(n, most)
}

func (p *page) matrix(m *report.Matrix) {
	if len(m.Workspaces) == 0 {
		return
	}
	p.lines("## What is lost when", "")
	order := m.WorstFirst()
	shown := order[:p.limit(len(order), maxWorkspaces)]
	for _, ws := range shown {
		p.workspace(m, ws)
	}
	if n := len(order) - len(shown); n > 0 {
		bad := 0
		for _, ws := range order[len(shown):] {
			if m.Gaps(ws) > 0 {
				bad++
			}
		}
		p.lines("And "+report.Count(n, "more workspace", "more workspaces")+": "+report.Number(bad)+" with gaps, "+report.Number(n-bad)+" without any.", "")
	}
	p.lines("**!** = more than the target allows. Times are times to recover.", "")
}

func (p *page) workspace(m *report.Matrix, ws int) {
	p.lines("### "+esc(report.ShortName(m.Workspaces[ws])), "")
	head, rule := []string{"when this fails"}, []string{"---"}
	for _, c := range catalog.Capabilities {
		head, rule = append(head, report.CapabilityWord(c)), append(rule, "---")
	}
	var safe []string
	started := false
	for _, row := range m.Rows(ws) {
		if row.Worst() == outage.None {
			safe = append(safe, esc(report.OutagesPlain(row.Outages, p.services)))
			continue
		}
		if !started {
			p.row(head...)
			p.row(rule...)
			started = true
		}
		cells := []string{esc(report.OutagesPlain(row.Outages, p.services))}
		for _, c := range row.Cells {
			cells = append(cells, cell(c))
		}
		p.row(cells...)
	}
	if started {
		p.lines("")
	}
	if len(safe) > 0 {
		p.lines("✓ Nothing is lost when one of these fails: "+report.List(safe, p.limit(len(safe), maxListed))+".", "")
	}
}

func cell(c report.Cell) string {
	e := c.Effect()
	text := report.EffectGlyph(e) + " " + report.EffectWord(e)
	if c.Gap {
		text += "!"
	}
	if e == outage.Lost {
		text = "**" + text + "**"
	}
	switch e {
	case outage.Lost, outage.Degraded:
		if span := report.SpanText(c.Impact.RTO); span != "0" {
			text += "<br>" + esc(span)
		}
	case outage.Unknown:
		text += "<br>" + report.EffectWord(c.Impact.AtBest) + " to " + report.EffectWord(c.Impact.AtWorst)
	}
	return text
}

func (p *page) duties(r *assess.Result) {
	duties, others := report.Duties(r)
	if len(duties) == 0 {
		return
	}
	p.lines("## Who must keep it up", "")
	p.row("service", "kept up by", "highly available by default", "resources", "to do")
	p.row("---", "---", "---", "---", "---")
	for i := range duties {
		d := &duties[i]
		names := make([]string, len(d.Resources))
		for j, x := range d.Resources {
			names[j] = esc(report.ShortName(x))
		}
		todo := "–"
		if d.Fail > 0 {
			todo = "✗ " + report.Number(d.Fail) + " to mend"
		}
		if d.Unknown > 0 {
			todo = strings.TrimPrefix(todo+", ", "–, ") + "? " + report.Number(d.Unknown) + " open"
		}
		p.row(esc(p.services.Title(d.ID)), report.ManagedWord(d.ManagedBy()), report.DefaultWord(d.HAByDefault()), report.List(names, 3), todo)
	}
	p.lines("")
	if others > 0 {
		p.lines(report.Count(others, "other resource belongs", "other resources belong")+" to no service of the catalog.", "")
	}
}

func (p *page) steps(r *assess.Result) {
	all := report.Steps(r.Findings, assess.Fail)
	shown := all[:p.limit(len(all), maxSteps)]
	phase := report.Phase(-1)
	for i := range shown {
		if now := report.PhaseOf(shown[i].Severity); now != phase {
			phase = now
			p.lines("## "+phase.Title(), "")
		}
		p.step(&shown[i])
	}
	if n := len(all) - len(shown); n > 0 {
		p.lines("And "+report.Count(n, "milder step", "milder steps")+" that are not shown here.", "")
	}
}

func (p *page) step(step *report.Step) {
	f := step.Findings[0]
	title := report.MarkdownHTML(report.RuleTitle(f))
	p.lines("<details><summary>✗ "+strings.ToUpper(string(step.Severity))+" — "+title+" ("+report.Count(len(step.Findings), "resource", "resources")+")</summary>", "")
	all := assess.Finding{}
	for _, f := range step.Findings {
		all.Takes = append(all.Takes, f.Takes...)
	}
	taken := report.TakenBy(&all)
	for _, x := range taken[:p.limit(len(taken), maxListed)] {
		p.lines("- " + report.EffectGlyph(x.Effect) + " " + esc(report.TakenSentence(x, p.services)))
	}
	if len(taken) > 0 {
		p.lines("")
	}
	p.row("resource", "seen", "where")
	p.row("---", "---", "---")
	shown := step.Findings[:p.limit(len(step.Findings), maxFindings)]
	for _, f := range shown {
		p.finding(f)
	}
	p.lines("")
	if n := len(step.Findings) - len(shown); n > 0 {
		p.lines("and "+report.Count(n, "more resource", "more resources"), "")
	}
	if step.Remedy != "" {
		remedy := "**Remedy:** " + esc(step.Remedy)
		if step.Rule != nil {
			if word := report.ChangeWord(step.Rule.Change); word != "" {
				remedy += " (" + esc(word) + ")"
			}
		}
		p.lines(remedy, "")
	}
	if step.Rule != nil {
		for _, how := range step.Rule.How {
			p.lines("- " + report.MarkdownCode(how))
		}
		if len(step.Rule.How) > 0 {
			p.lines("")
		}
		p.lines("Rule "+report.MarkdownCode(step.Rule.ID), "")
	}
	p.lines("</details>", "")
}

func (p *page) finding(f *assess.Finding) {
	name := "the estate"
	if f.Resource != nil {
		name = esc(report.ResourceName(f.Resource))
	}
	var seen, places []string
	for _, e := range f.Evidence {
		seen = append(seen, report.MarkdownCode(e.Path+" = "+e.Value))
		if place := report.Place(e.Origin); place != "" {
			places = append(places, report.MarkdownCode(place))
		}
	}
	if len(seen) == 0 {
		seen = append(seen, esc(f.Message))
	}
	if place := report.Place(f.Origin); len(places) == 0 && place != "" {
		places = append(places, report.MarkdownCode(place))
	}
	p.row(name, strings.Join(seen, "<br>"), strings.Join(places, "<br>"))
}

func (p *page) unknowns(r *assess.Result) {
	steps := report.Steps(r.Findings, assess.Unknown)
	if len(steps) == 0 {
		return
	}
	p.lines("## Not known yet", "")
	shown := steps[:p.limit(len(steps), maxListed)]
	for _, step := range shown {
		var unknowns []string
		for _, f := range step.Findings {
			unknowns = append(unknowns, f.Unknowns...)
		}
		p.lines("- ? " + esc(report.RuleTitle(step.Findings[0])) + ": " + esc(report.Listing(unknowns, 4)))
	}
	if n := len(steps) - len(shown); n > 0 {
		p.lines("- and " + report.Count(n, "more check", "more checks"))
	}
	p.lines("")
}

func (p *page) coverage(r *assess.Result) {
	c := &r.Estate.Coverage
	p.lines("## What was seen, and what was not", "",
		"✓ "+report.Count(c.Resources, "resource", "resources")+" read, "+report.Number(c.External)+" only named by others, "+
			report.Number(c.Skipped)+" left out by "+report.Plural(c.Skipped, "its", "their")+" condition.", "")
	shown := c.NotSeen[:p.limit(len(c.NotSeen), maxListed)]
	for _, n := range shown {
		line := "- ✗ not seen: " + esc(n.What) + " — " + esc(n.Why)
		if place := report.Place(n.Origin); place != "" {
			line += " (" + report.MarkdownCode(place) + ")"
		}
		p.lines(line)
	}
	if n := len(c.NotSeen) - len(shown); n > 0 {
		p.lines("- and " + report.Count(n, "more thing", "more things") + " not seen")
	}
	if len(c.NotSeen) > 0 {
		p.lines("")
	}
}

func (p *page) foot(r *assess.Result, opt report.Options) {
	parts := []string{opt.Tool.Title()}
	if r.Target != nil {
		parts = append(parts, "target "+r.Target.Name)
	}
	if r.Catalog != nil {
		parts = append(parts, "facts of "+r.Catalog.AsOf())
	}
	if opt.Exit != (report.Exit{}) {
		parts = append(parts, "exit "+report.Number(opt.Exit.Code)+": "+opt.Exit.Meaning)
	}
	p.lines("<sub>" + esc(strings.Join(parts, " · ")) + "</sub>")
}
