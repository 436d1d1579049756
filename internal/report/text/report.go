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
	v := report.VerdictOf(r, m)
	s.paraIn(s.width, []span{st(v.Glyph(), effectStyle(v.Effect)), t(" ")}, 2, st(v.Sentence, bold))
	if r.Target != nil && r.Target.Title != "" {
		s.para(nil, 2, st("Target: "+r.Target.Title, dim))
	}
	s.paraIn(s.width, nil, 2, st(report.SummaryLine(r), dim))
}

// last is the last line: how it ends, and what to do next.
func (s *screen) last(r *assess.Result, opt report.Options) {
	m := &r.Summary
	s.blank()
	s.line(st(strings.Repeat("─", s.width), dim))
	glyph := st("✓", green)
	switch {
	case report.Failing(m) > 0:
		glyph = st("✗", red)
	case m.Unknown > 0 || m.NotSeen > 0 || m.Workspaces == 0:
		glyph = st("?", yellow)
	}
	spans := []span{st(report.Count(report.Failing(m), "finding fails", "findings fail"), bold)}
	if by := report.SeverityCounts(m); by != "" {
		spans = append(spans, t(" ("+by+")"))
	}
	rest := []string{report.Number(m.Unknown) + " unknown", report.Number(m.Pass) + " pass", report.Number(m.NotApplicable) + " not applicable"}
	if m.Suppressed > 0 {
		rest = append(rest, report.Number(m.Suppressed)+" accepted")
	}
	if known := report.InBaseline(m); known > 0 {
		rest = append(rest, report.Number(known)+" in the baseline")
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
