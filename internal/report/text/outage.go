package text

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// outage shows one outage in full: what each resource does, and what that does
// to each capability.
func (s *screen) outage(m *report.Matrix, number int, r *outage.Result, services report.Services) {
	title := report.OutageTitle(r.Outage, services)
	if r.Outage.Scope == catalog.ScopeZone || r.Outage.Scope == catalog.ScopeRegion {
		title = strings.ToUpper(title[:1]) + title[1:]
	}
	s.heading(title+" fails", "")
	s.fates(r, services)
	for ws, workspace := range m.Workspaces {
		if len(m.Workspaces) > maxWorkspaces && !s.verbose && ws >= maxWorst {
			s.blank()
			s.line(st(" and "+report.Number(len(m.Workspaces)-ws)+" more workspaces (all "+report.Number(len(m.Workspaces))+" with --verbose)", dim))
			break
		}
		s.blank()
		s.line(st(" What that does to "+report.ResourceName(workspace), bold))
		s.impacts(m.Cells(number, ws), r)
	}
}

func (s *screen) fates(r *outage.Result, services report.Services) {
	if len(r.Fates) == 0 {
		s.para([]span{st(" ✓ ", green)}, 3, t("Every resource carries on."))
		return
	}
	shown := len(r.Fates)
	if !s.verbose && shown > 3*maxListed {
		shown = 3 * maxListed
	}
	s.line(st(" What the resources do; the others carry on", bold))
	for i := range r.Fates[:shown] {
		f := &r.Fates[i]
		spans := []span{st(report.ResourceName(f.Resource), bold)}
		if f.Resource.Service != "" {
			spans = append(spans, t(" ("+services.Title(f.Resource.Service)+")"))
		}
		spans = append(spans, t(" "), st(report.FateSentence(f), stateStyle(f.State)))
		s.para([]span{t("  "), st(report.StateGlyph(f.State), stateStyle(f.State)), t(" ")}, 4, spans...)
		switch {
		case f.Through != nil:
			s.para(nil, 6, st("because "+report.ResourceName(f.Through)+" does", dim))
		case f.Fact != nil && f.Fact.Why != "":
			s.para(nil, 6, st(f.Fact.Why+estimateWord(f.Fact), dim))
		}
		if len(f.Unknowns) > 0 {
			s.para(nil, 6, st("not known: "+report.Listing(f.Unknowns, 4), dim))
		}
	}
	s.more(len(r.Fates), shown)
}

func estimateWord(f *catalog.Survival) string {
	if f.Estimate {
		return " (figures are our estimate)"
	}
	return ""
}

// impacts tells what happens to the capabilities, those of one fate together.
func (s *screen) impacts(cells []report.Cell, result *outage.Result) {
	type group struct {
		cell   report.Cell
		names  []string
		detail string
	}
	var groups []group
	for i, c := range cells {
		if c.Impact == nil {
			continue
		}
		detail := because(c.Impact, result)
		at := slices.IndexFunc(groups, func(g group) bool {
			return g.detail == detail && g.cell.Impact.Effect == c.Impact.Effect && g.cell.Impact.RTO == c.Impact.RTO
		})
		if at < 0 {
			at = len(groups)
			groups = append(groups, group{cell: c, detail: detail})
		}
		groups[at].names = append(groups[at].names, strings.ReplaceAll(report.CapabilityWord(catalog.Capabilities[i]), " ", "\u00a0"))
	}
	slices.SortStableFunc(groups, func(a, b group) int { return report.EffectRank(b.cell.Effect()) - report.EffectRank(a.cell.Effect()) })
	for _, g := range groups {
		e, m := g.cell.Effect(), g.cell.Impact
		text := report.EffectWord(e)
		switch e {
		case outage.Unknown:
			text += " (" + report.EffectWord(m.AtBest) + " at best, " + report.EffectWord(m.AtWorst) + " at worst)"
		case outage.Lost, outage.Degraded:
			text += report.ForHowLong(m.RTO)
		}
		s.para([]span{t("  "), st(report.EffectGlyph(e), effectStyle(e)), t(" ")}, 4, st(strings.Join(g.names, ", "), bold), t(": "), st(text, effectStyle(e)))
		if g.detail != "" {
			s.para(nil, 6, st(g.detail, dim))
		}
	}
	var assumed distinct
	for _, c := range cells {
		if c.Impact != nil {
			assumed.add(c.Impact.Assuming...)
		}
	}
	for _, a := range assumed.list {
		s.para([]span{t("  "), st("!", yellow), t(" ")}, 4, st("assumed: "+a, dim))
	}
}

func because(m *outage.Impact, result *outage.Result) string {
	var parts []string
	for _, cause := range m.Because {
		word := report.ResourceName(cause.Resource) + "\u00a0" + strings.ReplaceAll(causeState(cause, result), " ", "\u00a0")
		if cause.Via != nil && cause.Via != cause.Resource {
			word += " (by way of " + report.ShortName(cause.Via) + ")"
		}
		parts = appendNew(parts, word)
	}
	if len(parts) == 0 {
		return ""
	}
	text := "because of " + report.List(parts, 6)
	if d := report.DataLoss(m.RPO); d != "" && m.Effect != outage.None {
		text += "; data lost: " + d
	}
	return text
}
