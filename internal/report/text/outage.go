package text

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// outage shows one outage in full: what each resource does, and what that does
// to each capability.
func (s *screen) outage(m *report.Matrix, number int, r *outage.Result, services report.Services) {
	title := report.OutageTitle(r.Outage, services)
	s.heading(strings.ToUpper(title[:1])+title[1:]+" fails", "")
	s.fates(r, services)
	for ws, workspace := range m.Workspaces {
		if len(m.Workspaces) > maxWorkspaces && !s.verbose && ws >= maxWorst {
			s.blank()
			s.line(st(" and "+report.Number(len(m.Workspaces)-ws)+" more workspaces (all "+report.Number(len(m.Workspaces))+" with --verbose)", dim))
			break
		}
		s.blank()
		s.line(st(" What that does to "+report.ResourceName(workspace), bold))
		for i, c := range m.Cells(number, ws) {
			s.impact(catalog.Capabilities[i], c)
		}
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
		spans = append(spans, t(" "), st(fateWords(f), stateStyle(f.State)))
		s.para([]span{t("  "), st(report.StateGlyph(f.State), stateStyle(f.State)), t(" ")}, 4, spans...)
		switch {
		case f.Through != nil:
			s.para(nil, 6, st("because "+report.ResourceName(f.Through)+" does", dim))
		case f.Fact != nil && f.Fact.Why != "":
			s.para(nil, 6, st(f.Fact.Why+estimateWord(f.Fact), dim))
		}
		if len(f.Unknowns) > 0 {
			s.para(nil, 6, st("depends on "+report.AndMore(f.Unknowns, 4), dim))
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

func fateWords(f *outage.Fate) string {
	text := report.StateWord(f.State)
	if f.State == catalog.Unknown {
		return text + ": " + report.StateShort(f.AtBest) + " at best, " + report.StateShort(f.AtWorst) + " at worst"
	}
	var parts []string
	if rto := report.SpanText(f.RTO); rto != "0" {
		parts = append(parts, "back: "+rto)
	}
	if d := dataLoss(f.RPO); d != "" {
		parts = append(parts, "data lost: "+d)
	}
	if len(parts) == 0 {
		return text
	}
	return text + " (" + strings.Join(parts, ", ") + ")"
}

func (s *screen) impact(capability catalog.Capability, c report.Cell) {
	if c.Impact == nil {
		return
	}
	text, time := cellText(c)
	if time != "" {
		text += ", " + time
	}
	look := effectStyle(c.Effect())
	lead := []span{t("  " + pad(report.CapabilityWord(capability), 14)), st(pad(text, 24), look)}
	var because []string
	for _, cause := range c.Impact.Because {
		word := report.ResourceName(cause.Resource) + " " + strings.ReplaceAll(causeState(cause), " ", "\u00a0")
		because = appendNew(because, word)
	}
	detail := ""
	if len(because) > 0 {
		detail = report.AndMore(because, 6)
	}
	if d := dataLoss(c.Impact.RPO); d != "" && c.Effect() != outage.None {
		detail += "; data lost: " + d
	}
	s.paraIn(s.width, lead, 40, st(detail, dim))
	for _, a := range c.Impact.Assuming {
		s.para(nil, 16, st("assuming "+a, dim))
	}
}
