package text

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// The most workspaces that are shown one by one, and the most outages of a
// table that counts workspaces, unless everything is asked for.
const (
	maxWorkspaces = 3
	maxTallies    = 12
	maxWorst      = 10
)

// matrix answers what is lost when.
func (s *screen) matrix(m *report.Matrix, services report.Services) {
	if len(m.Workspaces) == 0 {
		return
	}
	if len(m.Workspaces) > maxWorkspaces && !s.verbose {
		s.tallies(m, services)
		return
	}
	harmed := false
	for ws, workspace := range m.Workspaces {
		s.heading("What is lost when", workspaceTitle(workspace))
		rows := m.Rows(ws)
		s.rows(rows, services)
		harmed = harmed || slices.ContainsFunc(rows, func(r report.Row) bool { return r.Worst() != outage.None })
	}
	if harmed {
		s.legend()
	}
}

func workspaceTitle(ws *estate.Resource) string {
	if ws.Location == "" {
		return report.ShortName(ws)
	}
	return report.ShortName(ws) + " · " + report.RegionName(ws.Location)
}

// grid is the geometry of the table: a label and a column a capability.
type grid struct {
	label, cell int
	oneLine     bool // the time stands beside the effect, not below it
}

func (s *screen) grid() grid {
	if s.wide() {
		return grid{label: 22, cell: (s.width - 22) / len(catalog.Capabilities), oneLine: true}
	}
	return grid{label: 14, cell: (s.width - 13) / len(catalog.Capabilities)}
}

func (s *screen) rows(rows []report.Row, services report.Services) {
	g := s.grid()
	if slices.ContainsFunc(rows, func(r report.Row) bool { return r.Worst() != outage.None && wide(r.Outages[0]) }) {
		s.capabilityHeads(g)
	}
	region, small := "\x00", false
	var safe []report.Row
	for _, row := range rows {
		o := row.Outages[0]
		if row.Worst() == outage.None {
			safe = append(safe, row)
			continue
		}
		isSmall := o.Scope != catalog.ScopeZone && o.Scope != catalog.ScopeRegion
		if o.Region != region || isSmall != small {
			region, small = o.Region, isSmall
			s.line(st(" "+fit(report.OutageGroup(o), s.width-1), bold))
		}
		if isSmall {
			s.smallRow(row, services)
			continue
		}
		s.fullRow(g, row, services)
	}
	if len(safe) > 0 {
		titles := []string{}
		for _, row := range safe {
			titles = append(titles, report.OutagesPlain(row.Outages, services))
		}
		s.paraIn(s.width, []span{t(" "), st("✓", green), t(" ")}, 3, t("Nothing is lost when one of these fails: "+report.List(titles, s.listed(len(titles)))+"."))
	}
}

func (s *screen) capabilityHeads(g grid) {
	for line := range 2 {
		spans, any := []span{t(strings.Repeat(" ", g.label))}, false
		for _, c := range catalog.Capabilities {
			first, second, _ := strings.Cut(string(c), "-")
			if g.oneLine {
				first, second = report.CapabilityWord(c), ""
			}
			text := first
			if line == 1 {
				text = second
			}
			any = any || text != ""
			spans = append(spans, st(pad(text, g.cell), dim))
		}
		if any {
			s.line(spans...)
		}
	}
}

func (s *screen) fullRow(g grid, row report.Row, services report.Services) {
	label := outageLabel(row.Outages, services)
	if width(label) > g.label-3 {
		s.line(t("  " + fit(label, s.width-2)))
		label = ""
	}
	top, below, any := []span{t(pad("  "+label, g.label))}, []span{t(strings.Repeat(" ", g.label))}, false
	for i, c := range row.Cells {
		n := g.cell
		if i == len(row.Cells)-1 {
			n = s.width - g.label - g.cell*i
		}
		text, time := cellText(c)
		if g.oneLine && time != "" {
			text, time = text+", "+time, ""
		}
		any = any || time != ""
		if width(text) >= n {
			text = strings.Replace(text, " ", "", 1)
		}
		top = append(top, st(pad(text, n), effectStyle(c.Effect())))
		indent := max(0, min(2, n-1-width(time)))
		below = append(below, st(pad(strings.Repeat(" ", indent)+time, n), dim))
	}
	s.line(top...)
	if any {
		s.line(below...)
	}
	s.causes(row, 4)
}

// cellText is the effect, and the time beside it.
func cellText(c report.Cell) (text, time string) {
	e := c.Effect()
	text = report.EffectGlyph(e) + " " + report.EffectWord(e)
	if c.Gap {
		text += "!"
	}
	switch e {
	case outage.Lost, outage.Degraded:
		time = report.SpanShort(c.Impact.RTO)
	case outage.Unknown:
		time = report.EffectGlyph(c.Impact.AtBest) + " to " + report.EffectGlyph(c.Impact.AtWorst)
	}
	return text, time
}

func outageLabel(os []outage.Outage, services report.Services) string {
	switch os[0].Scope {
	case catalog.ScopeRegion:
		return "the region"
	case catalog.ScopeZone:
		if len(os) > 1 {
			return strings.ReplaceAll(report.OutagesName(os, services), ", ", ",")
		}
	}
	return report.OutagesName(os, services)
}

// causes says because of which resources, and how much data is lost.
func (s *screen) causes(row report.Row, indent int) {
	byState, order, unknown := map[string][]string{}, []string{}, []string{}
	data := ""
	for _, c := range row.Cells {
		if c.Impact == nil {
			continue
		}
		if d := report.DataLoss(c.Impact.RPO); c.Effect() != outage.None && d != "" && (data == "" || d == "at worst all of it") {
			data = d
		}
		for _, cause := range c.Impact.Because {
			unknown = appendNew(unknown, cause.Unknowns...)
			state, name := causeState(cause, row.First), report.ShortName(cause.Resource)
			if _, ok := byState[state]; !ok {
				order = append(order, state)
			}
			byState[state] = appendNew(byState[state], name)
		}
	}
	var parts []string
	limit, open := 6, 3
	if s.verbose {
		limit, open = 1<<30, 1<<30
	}
	for _, state := range order {
		parts = append(parts, strings.ReplaceAll(state, " ", "\u00a0")+": "+report.List(byState[state], limit))
	}
	if data != "" {
		parts = append(parts, "data lost: "+data)
	}
	if len(parts) > 0 {
		s.para(nil, indent, st(strings.Join(parts, " · "), dim))
	}
	if len(unknown) > 0 {
		s.para(nil, indent, st("not known: "+report.Listing(unknown, open), dim))
	}
	if s.verbose {
		s.assumptions(row, indent)
	}
}

func (s *screen) assumptions(row report.Row, indent int) {
	var all []string
	for _, c := range row.Cells {
		if c.Impact != nil {
			all = appendNew(all, c.Impact.Assuming...)
		}
	}
	for _, a := range all {
		s.para(nil, indent, st("assumed: "+a, dim))
	}
}

func causeState(c outage.Cause, result *outage.Result) string {
	if c.Fact != nil {
		return report.StateShort(c.Fact.State)
	}
	if fate, ok := result.Fate(c.Resource); ok {
		return report.StateShort(fate.State)
	}
	return report.EffectWord(c.Effect)
}

func appendNew(list []string, more ...string) []string {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// smallRow tells in one line what the loss of one service or resource does.
func (s *screen) smallRow(row report.Row, services report.Services) {
	hang := 24
	if s.wide() {
		hang = 36
	}
	label := report.OutagesName(row.Outages, services)
	if row.Outages[0].Scope == catalog.ScopeService && len(row.Outages) == 1 {
		label = services.Fitting(row.Outages[0].Service, hang-4)
	}
	s.paraIn(s.width, []span{t("  " + pad(label, hang-3) + " ")}, hang, effectWords(row.Cells)...)
}

// effectWords groups capabilities by what happens to them, worst first.
func effectWords(cells []report.Cell) []span {
	var spans []span
	for _, e := range []outage.Effect{outage.Lost, outage.Unknown, outage.Degraded} {
		var names []string
		for i, c := range cells {
			if c.Effect() != e || c.Impact == nil {
				continue
			}
			name := strings.ReplaceAll(report.CapabilityWord(catalog.Capabilities[i]), " ", "\u00a0")
			if c.Gap {
				name += "!"
			}
			names = append(names, name)
		}
		if len(names) > 0 {
			if len(spans) > 0 {
				spans = append(spans, st(" · ", dim))
			}
			spans = append(spans, st(report.EffectGlyph(e)+"\u00a0"+string(e), effectStyle(e)), t(": "+strings.Join(names, ", ")))
		}
	}
	return spans
}

func (s *screen) legend() {
	s.blank()
	below := " · below it: time to recover"
	if s.wide() {
		below = " · after it: time to recover"
	}
	s.para(nil, 1, st("! = more than the target allows"+below+" (outage: until it ends; rebuild: until rebuilt by hand; ?: nobody documents it)", dim))
}
