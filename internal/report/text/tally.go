package text

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// tallies counts workspaces, where there are too many to show one by one.
func (s *screen) tallies(m *report.Matrix, services report.Services) {
	s.heading("What is lost when", report.Count(len(m.Workspaces), "workspace", "workspaces"))
	type counted struct {
		result  int
		tallies []report.Tally
		harm    int
	}
	all, results := []counted{}, m.Results()
	safe := 0
	for i := range results {
		if !wide(results[i].Outage) {
			continue
		}
		c := counted{result: i, tallies: m.Tally(i)}
		for _, x := range c.tallies {
			c.harm += 1000*x.Gaps + 10*x.Lost + x.Unknown + x.Degraded
		}
		if c.harm == 0 {
			safe++
			continue
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b counted) int { return b.harm - a.harm })
	shown := all
	if len(shown) > maxTallies && !s.verbose {
		shown = shown[:maxTallies]
	}
	g := s.grid()
	g.oneLine = false
	s.capabilityHeads(g)
	for _, c := range shown {
		s.tally(g, report.OutageTitle(results[c.result].Outage, services), c.tallies)
	}
	if n := len(all) - len(shown); n > 0 {
		s.para(nil, 1, st(report.Count(n, "milder outage is", "milder outages are")+" not shown (--verbose shows all "+report.Number(len(all))+").", dim))
	}
	if safe > 0 {
		s.paraIn(s.width, []span{t(" "), st("✓", green), t(" ")}, 3, t(report.Count(safe, "other outage takes", "other outages take")+" nothing from any workspace."))
	}
	s.worst(m)
}

// wide tells outages of zones and regions from those of one thing.
func wide(o outage.Outage) bool {
	return o.Scope == catalog.ScopeZone || o.Scope == catalog.ScopeRegion
}

// tally prints a line for each effect; each column adds up to all workspaces.
func (s *screen) tally(g grid, title string, tallies []report.Tally) {
	s.line(st(" "+fit(title, s.width-1), bold))
	marked := make([]bool, len(tallies)) // a gap stands beside the worst that happens
	for _, e := range []outage.Effect{outage.Lost, outage.Unknown, outage.Degraded, outage.None} {
		spans, any := []span{st(pad("  "+report.EffectGlyph(e)+" "+report.EffectWord(e), g.label), effectStyle(e))}, false
		for i, x := range tallies {
			n, gap := 0, ""
			switch e {
			case outage.Lost:
				n = x.Lost
			case outage.Unknown:
				n = x.Unknown
			case outage.Degraded:
				n = x.Degraded
			default:
				n = x.Holds
			}
			if n > 0 && x.Gaps > 0 && !marked[i] {
				gap, marked[i] = "!", true
			}
			any = any || n > 0
			look := effectStyle(e)
			if n == 0 {
				look = dim
			}
			spans = append(spans, st(pad(report.Number(n)+gap, g.cell), look))
		}
		if any {
			s.line(spans...)
		}
	}
}

// worst lists the workspaces that are worst off.
func (s *screen) worst(m *report.Matrix) {
	order := m.WorstFirst()
	bad := 0
	for _, ws := range order {
		if m.Gaps(ws) == 0 {
			break
		}
		bad++
	}
	s.blank()
	s.para(nil, 1, st("! = more than the target allows", dim))
	if bad == 0 {
		return
	}
	s.blank()
	s.para([]span{st(" Worst off", bold)}, 12, st("gaps = capabilities that an outage takes beyond the target", dim))
	for _, ws := range order[:min(bad, maxWorst)] {
		w := m.Workspaces[ws]
		name := pad(report.ShortName(w), s.proseWidth()-44)
		s.line(t("  "+name+" "), t(pad(report.RegionName(w.Location), 24)), st(" "+report.Count(m.Gaps(ws), "gap", "gaps"), red))
	}
	rest := []string{}
	if n := bad - maxWorst; n > 0 {
		rest = append(rest, report.Number(n)+" more with gaps")
	}
	if n := len(order) - bad; n > 0 {
		rest = append(rest, report.Number(n)+" without any")
	}
	if len(rest) > 0 {
		s.line(st("  and "+strings.Join(rest, ", and "), dim))
	}
}
