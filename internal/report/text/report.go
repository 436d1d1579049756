package text

import (
	"io"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// Write writes the whole result.
func Write(w io.Writer, r *assess.Result, opt report.Options) error {
	s := newScreen(w, opt)
	services := report.IndexServices(r.Catalog)
	m := report.NewMatrix(r.Outages, r.Findings)
	s.answer(r, m, opt)
	s.matrix(m, services)
	s.duties(r)
	s.steps(r, services)
	s.unknowns(r)
	s.accepted(r)
	s.passes(r)
	s.coverage(r.Estate)
	s.notes(r.Notes)
	s.last(r, opt)
	return s.flush()
}

// answer is what one would say if there were time for one sentence only.
func (s *screen) answer(r *assess.Result, m *report.Matrix, opt report.Options) {
	title := []string{opt.Tool.Title()}
	if r.Target != nil {
		title = append(title, "target "+r.Target.Name)
	}
	if r.Catalog != nil && r.Catalog.AsOf() != "" {
		title = append(title, "facts of "+r.Catalog.AsOf())
	}
	s.line(st(fit(strings.Join(title, " · "), s.width), dim))
	s.blank()
	glyph, sentence := verdict(r, m)
	s.paraIn(s.width, []span{glyph, t(" ")}, 2, st(sentence, bold))
	if r.Target != nil && r.Target.Title != "" {
		s.para(nil, 2, st("Target: "+r.Target.Title, dim))
	}
	s.paraIn(s.width, nil, 2, st(strings.Join(inputWords(r), " · "), dim))
}

func verdict(r *assess.Result, m *report.Matrix) (span, string) {
	target := "the target"
	if r.Target != nil {
		target = "target " + r.Target.Name
	}
	missed, lost := 0, map[catalog.Capability]bool{}
	for ws := range m.Workspaces {
		if m.Gaps(ws) > 0 {
			missed++
		}
		for _, row := range m.Rows(ws) {
			for i, c := range row.Cells {
				if c.Gap {
					lost[catalog.Capabilities[i]] = true
				}
			}
		}
	}
	who := report.Number(missed) + " of " + report.Count(len(m.Workspaces), "workspace", "workspaces")
	verbMiss, verbMeet := " miss ", " meet "
	if len(m.Workspaces) == 1 {
		who = report.ResourceName(m.Workspaces[0])
	}
	if len(m.Workspaces) == 1 || missed == 1 {
		verbMiss, verbMeet = " misses ", " meets "
	}
	switch {
	case len(m.Workspaces) == 0:
		return st("?", yellow), "No workspace was found, so nothing can be said about outages."
	case missed > 0:
		return st("✗", red), who + verbMiss + target + ": outages that it must survive take away " + capabilityList(lost) + "."
	case r.Summary.Unknown > 0 || r.Summary.NotSeen > 0:
		if len(m.Workspaces) > 1 {
			who = "No workspace"
		}
		return st("?", yellow), who + " may" + " not" + verbStem(verbMeet) + target + ": no gap is certain, but " + openWords(r) + "."
	}
	if len(m.Workspaces) > 1 {
		who, verbMeet = "All "+report.Count(len(m.Workspaces), "workspace", "workspaces"), " meet "
	}
	return st("✓", green), who + verbMeet + target + ": no outage that it must survive takes a capability away."
}

func verbStem(verb string) string { return strings.Replace(verb, "meets", "meet", 1) }

func openWords(r *assess.Result) string {
	var parts []string
	if n := r.Summary.Unknown; n > 0 {
		parts = append(parts, report.Count(n, "check is", "checks are")+" open")
	}
	if n := r.Summary.NotSeen; n > 0 {
		parts = append(parts, report.Count(n, "thing was", "things were")+" not seen")
	}
	return report.And(parts)
}

func capabilityList(set map[catalog.Capability]bool) string {
	var words []string
	for _, c := range catalog.Capabilities {
		if set[c] {
			words = append(words, strings.ReplaceAll(report.CapabilityWord(c), " ", "\u00a0"))
		}
	}
	if len(words) == len(catalog.Capabilities) {
		return "every capability"
	}
	return report.And(words)
}

func inputWords(r *assess.Result) []string {
	m := &r.Summary
	resources := report.Count(m.Resources+m.External, "resource", "resources")
	if m.External > 0 {
		resources += ", " + report.Number(m.External) + " of them only named"
	}
	words := []string{report.Count(m.Workspaces, "workspace", "workspaces"), resources, report.Count(m.Relations, "relation", "relations"),
		report.Count(m.Outages, "outage", "outages") + " tried"}
	if n := len(r.Estate.Coverage.Inputs); n == 1 {
		words = append(words, "from "+report.InputName(r.Estate.Coverage.Inputs[0].Name))
	} else if n > 1 {
		words = append(words, "from "+report.Count(n, "input", "inputs"))
	}
	return words
}

// last is the last line: how it ends, and what to do next.
func (s *screen) last(r *assess.Result, opt report.Options) {
	m := &r.Summary
	s.blank()
	s.line(st(strings.Repeat("─", s.width), dim))
	glyph := st("✓", green)
	switch {
	case failing(m) > 0:
		glyph = st("✗", red)
	case m.Unknown > 0 || m.NotSeen > 0 || m.Workspaces == 0:
		glyph = st("?", yellow)
	}
	spans := []span{st(report.Count(failing(m), "finding fails", "findings fail"), bold)}
	if by := severityCounts(m); by != "" {
		spans = append(spans, t(" ("+by+")"))
	}
	rest := []string{report.Number(m.Unknown) + " unknown", report.Number(m.Pass) + " pass", report.Number(m.NotApplicable) + " not applicable"}
	if m.Suppressed > 0 {
		rest = append(rest, report.Number(m.Suppressed)+" accepted")
	}
	if m.Known > 0 {
		rest = append(rest, report.Number(m.Known)+" in the baseline")
	}
	spans = append(spans, t(", "+strings.Join(rest, ", ")+"."))
	if opt.Exit != (report.Exit{}) {
		spans = append(spans, t(" Exit "+report.Number(opt.Exit.Code)), t(": "+opt.Exit.Meaning+"."))
	}
	if len(opt.Next) > 0 {
		spans = append(spans, t(" Next: "), st(strings.ReplaceAll(opt.Next[0], " ", "\u00a0"), blue))
	}
	s.paraIn(s.width, []span{glyph, t(" ")}, 2, spans...)
}

// failing is the number of failing findings that count.
func failing(m *assess.Summary) int {
	n := 0
	for _, sev := range report.Severities {
		n += m.BySeverity[sev]
	}
	return n
}

func severityCounts(m *assess.Summary) string {
	var parts []string
	for _, sev := range report.Severities {
		if n := m.BySeverity[sev]; n > 0 {
			parts = append(parts, report.Number(n)+" "+string(sev))
		}
	}
	return strings.Join(parts, ", ")
}

// Outages writes outages that were put through an estate, without an
// assessment, each in full.
func Outages(w io.Writer, e *estate.Estate, c *catalog.Catalog, results []outage.Result, opt report.Options) error {
	s := newScreen(w, opt)
	services := report.IndexServices(c)
	m := report.NewMatrix(results, nil)
	for i := range results {
		s.outage(m, i, &results[i], services)
	}
	s.coverage(e)
	return s.flush()
}
