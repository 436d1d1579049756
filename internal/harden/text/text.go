package text

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// How much is shown unless everything is asked for.
const (
	shownWorkspaces = 3
	shownEntries    = 8
)

// Write writes the report for people.
func Write(w io.Writer, r *Report, opt Options) error {
	s := newScreen(w, opt)
	b := r.Plan.Before
	s.line(span{fmt.Sprintf("%s · target %s · facts of %s", opt.Tool.Title(), b.Target.Name, b.Catalog.AsOf()), dim})
	s.blank()
	mark := span{"✓ ", green}
	switch {
	case r.Mends() == 0 && r.Findings() > 0:
		mark = span{"✗ ", red}
	case r.Mends() < r.Findings():
		mark = span{"◐ ", yellow}
	}
	s.para(mark, 2, r.headline(), bold)
	if rest := r.others(); rest != "" {
		s.para(span{}, 2, rest, plain)
	}
	s.gains(r, opt)
	s.steps(r, opt)
	s.requests(r, opt)
	s.files(r)
	s.left(r, opt)
	s.end(opt)
	return s.Flush()
}

func (s *screen) gains(r *Report, opt Options) {
	if r.Mends() == 0 {
		return
	}
	all := r.gainsOf()
	if len(all) > 0 && all[0].gained() == 0 && !opt.Verbose {
		s.para(span{}, 2, "  What outages take away stays as it is.", plain)
		return
	}
	services := report.IndexServices(r.Plan.Catalog)
	shown := 0
	for i, g := range all {
		rows, rest := g.shown()
		if g.gained() == 0 && !opt.Verbose || len(rows) == 0 {
			continue
		}
		if shown == shownWorkspaces && !opt.Verbose {
			s.blank()
			s.para(span{}, 1, fmt.Sprintf("And %s more (-v shows them).", report.Count(len(all)-i, "workspace", "workspaces")), dim)
			break
		}
		shown++
		title := "What outages take away, before → after"
		if r.Done {
			title = "What outages took away → take away now"
		}
		s.heading(title, report.ShortName(g.Workspace)+" · "+report.RegionName(g.Workspace.Location))
		const label, cell = 19, 10
		upper, lower := strings.Repeat(" ", label), strings.Repeat(" ", label)
		for _, c := range catalog.Capabilities {
			one, two, _ := strings.Cut(report.CapabilityWord(c), " ")
			upper, lower = upper+pad(one, cell), lower+pad(two, cell)
		}
		s.line(span{upper, dim})
		s.line(span{lower, dim})
		last := ""
		for _, line := range rows {
			if group := report.OutageGroup(line.Outages[0]); group != last {
				s.line(span{" " + group, plain})
				last = group
			}
			spans := []span{{"  " + pad(report.OutagesName(line.Outages, services), label-2), plain}}
			for k := range line.Before {
				spans = append(spans, change(line.Before[k], line.After[k], cell)...)
			}
			s.line(spans...)
		}
		s.blank()
		legend := "✗ lost · ◐ degraded · ? not known · ✓ holds"
		if rest > 0 {
			legend += fmt.Sprintf(" · %s of one service or resource as before", report.Count(rest, "outage", "outages"))
		}
		s.para(span{}, 1, legend, dim)
	}
}

// change writes a cell: a glyph, or two when it changes.
func change(before, after outage.Effect, n int) []span {
	if before == after {
		return []span{{pad(report.EffectGlyph(before), n), effectStyle(before, true)}}
	}
	return []span{
		{report.EffectGlyph(before), effectStyle(before, false)}, {" → ", dim},
		{pad(report.EffectGlyph(after), n-4), effectStyle(after, false)},
	}
}

func effectStyle(e outage.Effect, still bool) style {
	switch {
	case report.EffectRank(e) == 0 && still:
		return dim
	case report.EffectRank(e) == 0:
		return green
	case e == outage.Lost:
		return red
	}
	return yellow
}

func (s *screen) steps(r *Report, opt Options) {
	if len(r.Steps) == 0 {
		return
	}
	title := "What to do, in this order"
	if r.Done {
		title = "What was done"
	}
	s.heading(title, report.Count(len(r.Steps), "step", "steps"))
	told := map[string]bool{} // a note is shown where it first matters
	number := 1
	for _, g := range groups(r.Steps) {
		first := g.first()
		names := g.resources()
		limit := 4
		if opt.Verbose {
			limit = len(names)
		}
		title := first.Remedy.Title
		if slices.Contains(r.ByHand, first) {
			title += " (by hand)"
		}
		s.para(span{fmt.Sprintf("%2d ", number), bold}, 3, report.AndMore(names, limit)+": "+title, bold)
		number += len(g.steps)
		parts := r.how(g)
		s.para(span{}, 3, strings.Join(parts, " · "), plain)
		if text := gains(g.steps); text != "" {
			s.para(span{"   + ", green}, 5, "no longer takes away "+text, plain)
		}
		if first.Remedy.Forever != "" {
			s.para(span{"   ! ", yellow}, 5, "For ever: "+first.Remedy.Forever, yellow)
		} else if first.Remedy.Change.OneWay {
			s.para(span{"   ! ", yellow}, 5, "There is no way back.", yellow)
		}
		for _, n := range g.notes() {
			if told[n] && !opt.Verbose {
				continue
			}
			told[n] = true
			s.para(span{"   · ", dim}, 5, n, plain)
		}
		if opt.Verbose {
			if first.Remedy.Change.Note != "" {
				s.para(span{"   · ", dim}, 5, first.Remedy.Change.Note, plain)
			}
			if first.Remedy.Change.Call != "" && r.Live {
				s.line(span{"     $ " + first.Remedy.Change.Call, plain})
			}
		}
		if rules := g.rules(); len(rules) == 1 && rules[0] == first.Remedy.ID {
			s.para(span{}, 3, "mends "+rules[0], dim)
		} else {
			s.para(span{}, 3, first.Remedy.ID+" mends "+report.And(rules), dim)
		}
	}
	if r.Money != nil {
		s.blank()
		s.para(span{}, 1, r.Money.Basis(), dim)
	}
}

// longBody is the length up to which the body of a request is shown in any case.
const longBody = 300

// requests shows what would be sent to Azure. Addresses and bodies are in one line
// each, however long: they are for copying.
func (s *screen) requests(r *Report, opt Options) {
	if len(r.Requests) == 0 {
		return
	}
	s.heading("What would be sent", "")
	for _, q := range r.Requests {
		if q.Method == "" {
			s.para(span{" – ", dim}, 3, q.Remedy+": nothing, "+q.Why, dim)
			continue
		}
		path := q.Path
		if q.Query != "" {
			path += "?" + strings.TrimPrefix(q.Query, "?")
		}
		s.line(span{" " + q.Method + " ", bold}, span{path, plain})
		for _, set := range q.Sets {
			s.para(span{"   ", plain}, 3, set.Path+": "+values(set.Before)+" → "+values(set.Wanted), plain)
		}
		switch {
		case len(q.Body) == 0:
		case len(q.Body) <= longBody || opt.Verbose:
			s.line(span{"   " + string(q.Body), plain})
		default:
			s.para(span{}, 3, fmt.Sprintf("(the whole of it, %s characters: -v shows it)", report.Number(len(q.Body))), dim)
		}
	}
}

// values writes what is at the places of a path.
func values(list []json.RawMessage) string {
	var out []string
	for _, v := range list {
		if len(v) == 0 || string(v) == "null" {
			v = json.RawMessage("nothing")
		}
		if !slices.Contains(out, string(v)) {
			out = append(out, string(v))
		}
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}

func (s *screen) files(r *Report) {
	if len(r.Files) == 0 {
		return
	}
	title := "Files that change"
	if r.Done {
		title = "Files written"
	}
	s.heading(title, "")
	for _, f := range r.Files {
		name := f.Name
		if f.To != "" {
			name = f.To + " (from " + f.Name + ")"
		}
		s.line(span{" " + name + "  ", plain}, span{fmt.Sprintf("+%d", f.Added), green}, span{" ", plain}, span{fmt.Sprintf("-%d", f.Removed), red},
			span{fmt.Sprintf(" lines in %s", report.Count(f.Places, "place", "places")), plain})
	}
}

func (s *screen) left(r *Report, opt Options) {
	total := 0
	for _, o := range left {
		total += len(r.entries(o))
	}
	if total == 0 {
		return
	}
	rest := r.count(left...)
	s.heading("What is left", report.Count(rest, "finding", "findings"))
	shown := 0
	for _, o := range left {
		list := r.entries(o)
		if len(list) == 0 || shown >= shownEntries && !opt.Verbose {
			continue
		}
		s.line(span{" " + outcomeTitle(o), bold})
		for _, e := range list {
			if shown >= shownEntries && !opt.Verbose {
				break
			}
			shown++
			s.entry(e, opt)
		}
	}
	if shown < total {
		s.para(span{}, 2, fmt.Sprintf("and %d more (-v shows them)", total-shown), dim)
	}
}

func (s *screen) entry(e entry, opt Options) {
	first := e.first()
	limit := 4
	if opt.Verbose {
		limit = len(e.items)
	}
	mark := span{"  ✗ ", red}
	word := severity(first.Finding.Severity) + " "
	if first.Follows {
		mark, word = span{"  ! ", yellow}, word+"comes with it: "
	}
	s.para(mark, 4, word+report.RuleTitle(first.Finding)+" ("+report.AndMore(e.resources(), limit)+")", plain)
	if first.Why != "" {
		s.para(span{}, 4, sentence(first.Why), dim)
	}
	if first.Outcome == harden.Recreate {
		for _, st := range first.Steps {
			s.para(span{"    ↻ ", blue}, 6, st.Remedy.Title+" ("+strings.Join(how(st), " · ")+")", plain)
		}
	}
	if first.Instead != "" && first.Instead != first.Why {
		s.para(span{"    → ", blue}, 6, first.Instead, plain)
	}
	for _, n := range first.Notes {
		s.para(span{"    · ", dim}, 6, n, dim)
	}
}

// end says how the run ends, and what to do next.
func (s *screen) end(opt Options) {
	s.blank()
	if opt.Exit.Meaning != "" {
		s.para(span{}, 0, fmt.Sprintf("Exit code %d: %s.", opt.Exit.Code, opt.Exit.Meaning), dim)
	}
	for i, n := range opt.Next {
		mark := "      "
		if i == 0 {
			mark = "Next: "
		}
		s.line(span{mark, dim}, span{n, plain})
	}
}
