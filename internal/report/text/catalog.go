package text

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// Catalog writes the guide's responsibility table with what holds today behind
// each row, then the services that the guide does not name.
func Catalog(w io.Writer, c *catalog.Catalog, opt report.Options) error {
	s := newScreen(w, opt)
	s.line(st(opt.Tool.Title()+" · catalog · facts of "+c.AsOf(), dim))
	for _, part := range []struct {
		inGuide     bool
		title, lead string
	}{
		{true, "Who must keep it up", "The table of Azure Machine Learning's resiliency guide, with what holds today."},
		{false, "Beside the guide's table", "What a workspace can lean on as well."},
	} {
		var services []*catalog.Service
		for _, svc := range c.Services() {
			if svc.InGuide == part.inGuide {
				services = append(services, svc)
			}
		}
		if len(services) == 0 {
			continue
		}
		s.heading(part.title, report.Count(len(services), "service", "services"))
		s.para(nil, 1, st(part.lead, dim))
		s.blank()
		s.serviceTable(services)
	}
	s.blank()
	s.para([]span{t(" ")}, 1, t("One service in full:"), st(" holdfast catalog\u00a0"+c.Services()[0].ID, blue), t(" · as data:"), st(" holdfast catalog\u00a0-o\u00a0json", blue))
	return s.flush()
}

func (s *screen) serviceTable(services []*catalog.Service) {
	title, today := s.width-20, 0
	if s.wide() {
		title = 42
		for _, svc := range services {
			title = max(title, min(width(svc.Title)+3, 60))
		}
		today = s.width - title - 20
	}
	s.line(st(pad("", title)+pad("kept up", 11)+"HA by", dim))
	head := pad(" service", title) + pad("by", 11) + pad("default", 9)
	if today > 0 {
		head += "today"
	}
	s.line(st(head, dim))
	group := ""
	for _, svc := range services {
		if svc.Group != group {
			group = svc.Group
			s.line(st(" "+report.GroupTitle(group), bold))
		}
		s.serviceRow(svc, title, today)
	}
}

// serviceRow has the id of the service below its title: it is what other
// commands ask for.
func (s *screen) serviceRow(svc *catalog.Service, title, today int) {
	look := plain
	if svc.ManagedBy == "customer" {
		look = yellow
	}
	name := wrap(svc.Title, title-3)
	if len(name) == 0 {
		name = []string{""}
	}
	spans := []span{t("  " + pad(name[0], title-3) + " "), st(pad(report.ManagedWord(svc.ManagedBy), 11), look), t(pad(report.DefaultWord(svc.HAByDefault), 9))}
	if today == 0 {
		s.line(spans...)
		for _, l := range name[1:] {
			s.line(t("  " + l))
		}
		s.para(nil, 4, st(svc.ID, blue), t(" · "), st(svc.Today, dim))
		return
	}
	left := [][]span{spans}
	for _, l := range name[1:] {
		left = append(left, []span{t(pad("  "+l, s.width-today))})
	}
	left = append(left, []span{t("    "), st(pad(svc.ID, s.width-today-4), blue)})
	right := wrap(svc.Today, today)
	for i := range max(len(left), len(right)) {
		spans := []span{t(strings.Repeat(" ", s.width-today))}
		if i < len(left) {
			spans = left[i]
		}
		if i < len(right) {
			spans = append(spans, st(right[i], dim))
		}
		s.line(spans...)
	}
}

// Service writes all that the catalog knows of one service.
func Service(w io.Writer, c *catalog.Catalog, svc *catalog.Service, opt report.Options) error {
	s := newScreen(w, opt)
	refs := &references{catalog: c}
	s.heading(svc.Title, svc.ID)
	s.para(nil, 1, t("Kept up by "), st(report.ManagedWord(svc.ManagedBy), bold), t(" · highly available by default: "),
		st(report.DefaultWord(svc.HAByDefault), bold), t(refs.mark(svc.Sources)))
	if svc.Today != "" {
		s.para(nil, 1, t("Today: "+svc.Today))
	}
	s.para(nil, 1, st("ARM types: "+strings.Join(svc.Types, ", "), dim))
	s.survival(svc, refs)
	s.settings(svc, refs)
	s.remedies(c, svc, refs)
	s.facts(svc, refs)
	s.rulesOf(c, svc)
	s.references(refs)
	return s.flush()
}

func (s *screen) survival(svc *catalog.Service, refs *references) {
	if len(svc.Survival) == 0 {
		return
	}
	s.heading("What it does in an outage", "")
	rows := slices.Clone(svc.Survival)
	slices.SortStableFunc(rows, func(a, b catalog.Survival) int { return report.ScopeRank(a.Scope) - report.ScopeRank(b.Scope) })
	for i := range rows {
		row, again := &rows[i], i > 0 && rows[i-1].Scope == rows[i].Scope
		if !again {
			s.line(st(" "+scopeTitle(row.Scope), bold))
		}
		var spans []span
		if row.When != "" {
			spans = append(spans, st("when "+row.When, blue), t(": "))
		} else if again {
			spans = append(spans, st("otherwise", blue), t(": "))
		}
		spans = append(spans, st(report.StateWord(row.State), stateStyle(row.State)))
		if words := survivalWords(row); words != "" && row.State != catalog.Unknown {
			spans = append(spans, t(words))
		}
		s.para([]span{t("  "), st(report.StateGlyph(row.State), stateStyle(row.State)), t(" ")}, 4, spans...)
		s.para(nil, 6, st(row.Why+refs.mark(row.Sources), dim))
		if row.Unverified != "" {
			s.para(nil, 6, st("not confirmed by any source: "+row.Unverified, dim))
		}
		if row.Remedy != "" {
			s.para([]span{t("    "), st("→", green), t(" ")}, 6, t(row.Remedy))
		}
	}
}

func scopeTitle(scope catalog.Scope) string {
	switch scope {
	case catalog.ScopeNode:
		return "A node fails"
	case catalog.ScopeResource:
		return "The resource itself fails"
	case catalog.ScopeZone:
		return "A zone fails"
	case catalog.ScopeService:
		return "The service fails in its region"
	case catalog.ScopeRegion:
		return "Its region fails"
	}
	return string(scope)
}

func survivalWords(row *catalog.Survival) string {
	parts := []string{report.ForHowLong(row.RTO)}
	if row.State == catalog.FailsOver || row.State == catalog.FailedOver {
		parts[0] = report.InHowLong(row.RTO)
	}
	if rpo := report.SpanText(row.RPO); rpo != "0" {
		parts = append(parts, "data lost: "+rpo)
	}
	if row.Trigger != "" && row.Trigger != "none" && row.Trigger != "automatic" {
		by := map[string]string{"customer": "started by you", "microsoft": "started by Microsoft"}[row.Trigger]
		parts = append(parts, by)
	}
	if row.Reads != "" && row.Reads != "ok" || row.Writes != "" && row.Writes != "ok" {
		parts = append(parts, "meanwhile reads "+orOK(row.Reads)+", writes "+orOK(row.Writes))
	}
	if row.Estimate {
		parts = append(parts, "our estimate")
	}
	return strings.Join(parts, "; ")
}

func orOK(s string) string {
	if s == "" {
		return "ok"
	}
	return s
}

func (s *screen) settings(svc *catalog.Service, refs *references) {
	if len(svc.Settings) == 0 {
		return
	}
	s.heading("Settings that matter", "")
	for i := range svc.Settings {
		x := &svc.Settings[i]
		spans := []span{st(x.Name, bold), t(" " + x.Title)}
		if change := report.ChangeWord(x.Change); change != "" {
			spans = append(spans, st(" · change: "+change, plain))
		}
		s.para([]span{t("  ")}, 2, spans...)
		var detail []string
		if len(x.Path) > 0 {
			detail = append(detail, strings.Join(x.Path, " or "))
		}
		if x.Default != nil {
			detail = append(detail, fmt.Sprintf("default %v", x.Default))
		}
		if len(x.Allowed) > 0 {
			detail = append(detail, "one of "+strings.Join(x.Allowed, ", "))
		}
		if len(detail) > 0 {
			s.para(nil, 6, st(strings.Join(detail, " · "), dim))
		}
		if x.Why != "" {
			s.para(nil, 6, st(x.Why+refs.mark(x.Sources), dim))
		}
		if x.Change.Call != "" {
			s.para([]span{st("      $ ", dim)}, 8, t(x.Change.Call))
		}
		if x.Change.Note != "" && s.verbose {
			s.para(nil, 6, st(x.Change.Note, dim))
		}
	}
}

func (s *screen) facts(svc *catalog.Service, refs *references) {
	var facts [][2]string
	for _, x := range svc.Constraints {
		text := x.Text
		if x.Unverified {
			text += " (not confirmed by any source)"
		}
		facts = append(facts, [2]string{"Azure Machine Learning", text + refs.mark(x.Sources)})
	}
	for _, x := range svc.SLA {
		text := fmt.Sprintf("%g %% %s", x.Percent, x.What)
		if x.When != "" {
			text += ", when " + x.When
		}
		facts = append(facts, [2]string{"SLA", text + refs.mark(x.Sources)})
	}
	for _, x := range svc.Retirements {
		text := x.What + ": retired on " + x.On
		if x.Successor != "" {
			text += ", use " + x.Successor
		}
		facts = append(facts, [2]string{"Retirement", text + refs.mark(x.Sources)})
	}
	for _, x := range svc.Costs {
		text := fmt.Sprintf("%s: × %g", x.What, x.Factor)
		if x.Estimate {
			text += " (our estimate)"
		}
		facts = append(facts, [2]string{"Cost", text + refs.mark(x.Sources)})
	}
	if len(facts) == 0 {
		return
	}
	s.heading("Worth knowing", "")
	kind := ""
	for _, f := range facts {
		if f[0] != kind {
			kind = f[0]
			s.line(st(" "+kind, bold))
		}
		s.para([]span{t("  · ")}, 4, t(f[1]))
	}
}

func (s *screen) rulesOf(c *catalog.Catalog, svc *catalog.Service) {
	first := true
	for _, r := range c.Rules() {
		for _, id := range r.Services {
			if id != svc.ID {
				continue
			}
			if first {
				s.heading("Rules about it", "")
				first = false
			}
			s.ruleLine(r)
		}
	}
}

func (s *screen) ruleLine(r *catalog.Rule) {
	sev := assess.Severity(r.Severity)
	s.para([]span{t("  "), st(pad(r.Severity, 9), severityStyle(sev))}, 11, st(r.ID, bold), t(" · "+r.Title))
}
