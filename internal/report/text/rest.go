package text

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// listed says how many of n are shown, and tells of the rest.
func (s *screen) listed(n int) int {
	if s.verbose || n <= maxListed {
		return n
	}
	return maxListed
}

func (s *screen) more(n, shown int) {
	if n > shown {
		s.line(st("   and "+report.Number(n-shown)+" more (all "+report.Number(n)+" with --verbose)", dim))
	}
}

// distinct collects texts in order, each once.
type distinct struct {
	list []string
	seen map[string]bool
}

func (d *distinct) add(texts ...string) {
	if d.seen == nil {
		d.seen = map[string]bool{}
	}
	for _, text := range texts {
		if !d.seen[text] {
			d.seen[text] = true
			d.list = append(d.list, text)
		}
	}
}

// unknowns lists checks that could not be decided, and what would decide them.
func (s *screen) unknowns(r *assess.Result) {
	steps := report.Steps(r.Findings, assess.Unknown)
	if len(steps) == 0 {
		return
	}
	s.heading("Not known yet", report.Count(r.Summary.Unknown, "check", "checks"))
	shown := s.listed(len(steps))
	for _, step := range steps[:shown] {
		var names, unknowns distinct
		for _, f := range step.Findings {
			if f.Resource != nil {
				names.add(report.ResourceName(f.Resource))
			}
			unknowns.add(f.Unknowns...)
		}
		limit := 4
		if s.verbose {
			limit = len(names.list) + len(unknowns.list)
		}
		spans := []span{t(report.RuleTitle(step.Findings[0]))}
		if len(names.list) > 0 {
			spans = append(spans, st(" — "+report.AndMore(names.list, limit), dim))
		}
		s.para([]span{st(" ? ", yellow)}, 3, spans...)
		if len(unknowns.list) > 0 {
			s.para(nil, 5, st("not known: "+report.Listing(unknowns.list, limit), dim))
		}
	}
	s.more(len(steps), shown)
}

// accepted lists suppressed findings and those of the baseline.
func (s *screen) accepted(r *assess.Result) {
	m := &r.Summary
	known := report.InBaseline(m)
	if m.Suppressed+known+m.Expired == 0 {
		return
	}
	s.heading("Accepted", report.Count(m.Suppressed+known, "finding", "findings"))
	shown := 0
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Status != assess.Suppressed || f.Suppression == nil {
			continue
		}
		if shown++; shown > s.listed(m.Suppressed) {
			continue
		}
		until := ""
		if !f.Suppression.Expires.IsZero() {
			until = ", until " + report.LastDay(f.Suppression.Expires)
		}
		if f.Suppression.Owner != "" {
			until += ", " + f.Suppression.Owner
		}
		s.para([]span{t(" – ")}, 3, t(report.RuleTitle(f)), st(" — "+report.ResourceName(f.Resource), dim), t(": "+f.Suppression.Reason+until))
	}
	s.more(m.Suppressed, s.listed(m.Suppressed))
	if known > 0 {
		s.para([]span{t(" – ")}, 3, t(report.Count(known, "finding stands", "findings stand")+" in the baseline and "+report.Plural(known, "does", "do")+" not count."))
	}
	if m.Expired > 0 {
		s.para([]span{st(" ! ", yellow)}, 3, t(report.Count(m.Expired, "exception has", "exceptions have")+" expired; what "+report.Plural(m.Expired, "it", "they")+" excused counts again."))
	}
}

// passes lists what is as it should be; only when everything is asked for.
func (s *screen) passes(r *assess.Result) {
	steps := report.Steps(r.Findings, assess.Pass)
	if len(steps) == 0 || !s.verbose {
		return
	}
	s.heading("As it should be", report.Count(r.Summary.Pass, "check passes", "checks pass"))
	for _, step := range steps {
		var names distinct
		for _, f := range step.Findings {
			if f.Resource != nil {
				names.add(report.ResourceName(f.Resource))
			}
		}
		spans := []span{t(report.RuleTitle(step.Findings[0]))}
		if len(names.list) > 0 {
			spans = append(spans, st(" — "+report.And(names.list), dim))
		}
		s.para([]span{st(" ✓ ", green)}, 3, spans...)
	}
}

// coverage says what was looked at, and what was not.
func (s *screen) coverage(e *estate.Estate) {
	c := &e.Coverage
	s.heading("What was seen, and what was not", "")
	counts := []string{report.Count(c.Resources, "resource", "resources") + " read"}
	if c.External > 0 {
		counts = append(counts, report.Number(c.External)+" only named by others")
	}
	if c.Skipped > 0 {
		counts = append(counts, report.Number(c.Skipped)+" left out by "+report.Plural(c.Skipped, "its", "their")+" condition")
	}
	s.para([]span{st(" ✓ ", green)}, 3, t(strings.Join(counts, ", ")+"."))
	shown := s.listed(len(c.Inputs))
	for _, in := range c.Inputs[:shown] {
		text := in.Kind + ", " + report.Count(in.Resources, "resource", "resources")
		if len(in.Parameters) > 0 {
			text += ", with " + report.And(in.Parameters)
		}
		s.para(nil, 3, t(report.InputName(in.Name)), st(" ("+text+")", dim))
	}
	s.more(len(c.Inputs), shown)
	shown = s.listed(len(c.NotSeen))
	for _, n := range c.NotSeen[:shown] {
		s.para([]span{st(" ✗ ", yellow)}, 3, t("not seen: "+n.What), st(" — "+n.Why, plain))
		if place := report.Place(n.Origin); place != "" {
			s.para(nil, 5, st(place, dim))
		}
	}
	s.more(len(c.NotSeen), shown)
}

// notes lists messages about the input, errors first.
func (s *screen) notes(notes []assess.Note) {
	if len(notes) == 0 {
		return
	}
	s.heading("Notes on the input", report.Count(len(notes), "note", "notes"))
	notes = report.NotesByWeight(notes)
	shown := s.listed(len(notes))
	for _, n := range notes[:shown] {
		look := yellow
		switch n.Severity {
		case "error":
			look = red
		case "info":
			look = dim
		}
		s.para([]span{t(" ")}, 1, st(n.Severity+":", look), t(" "+n.Message))
		if place := report.Place(n.Origin); place != "" {
			s.para(nil, 3, st(place, dim))
		}
		if n.Hint != "" {
			s.para(nil, 3, st("hint: "+n.Hint, dim))
		}
	}
	s.more(len(notes), shown)
}
