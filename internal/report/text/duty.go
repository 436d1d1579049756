package text

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// duties answers who must keep what up.
func (s *screen) duties(r *assess.Result) {
	duties, others := report.Duties(r)
	if len(duties) == 0 {
		return
	}
	s.heading("Who must keep it up", "")
	title, which := 33, 20
	if s.wide() {
		title, which = 36, 26
	}
	s.line(st(pad("", title)+pad("", which)+"  available", dim))
	head := pad(" service", title) + pad("resource", which) + "  by default  to do"
	if s.wide() {
		head = pad(head, title+which+2+12+19) + "today"
	}
	s.line(st(head, dim))
	for _, side := range []struct{ managedBy, title string }{
		{"microsoft", "Microsoft"}, {"customer", "You"}, {"", "Not in the catalog"},
	} {
		first := true
		for i := range duties {
			d := &duties[i]
			if d.ManagedBy() != side.managedBy {
				continue
			}
			if first {
				s.line(st(" "+side.title, bold))
				first = false
			}
			s.duty(d, title, which)
		}
	}
	if others > 0 {
		s.line(st(" "+report.Count(others, "other resource plays", "other resources play")+" no part in this.", dim))
	}
}

func (s *screen) duty(d *report.Duty, title, which int) {
	glyph, todo := dutyState(d)
	name := d.ID
	if d.Service != nil && d.Service.Title != "" {
		name = d.Service.Title
	}
	spans := []span{t("  "), glyph, t(" " + pad(name, title-5) + " "), t(pad(resourceWords(d), which) + "  "),
		t(pad(report.DefaultWord(d.HAByDefault()), 12))}
	today := ""
	if d.Service != nil {
		today = d.Service.Today
	}
	if !s.wide() {
		s.line(append(spans, todo)...)
		if s.verbose && today != "" {
			s.para(nil, 4, st(today, dim))
		}
		return
	}
	at := title + which + 2 + 12 + 19
	lines := wrap(today, s.width-at)
	if len(lines) > 2 && !s.verbose {
		lines = []string{lines[0], fit(strings.Join(lines[1:], " "), s.width-at)}
	}
	first := ""
	if len(lines) > 0 {
		first, lines = lines[0], lines[1:]
	}
	s.line(append(spans, span{pad(todo.text, 19), todo.st}, st(first, dim))...)
	for _, l := range lines {
		s.line(t(strings.Repeat(" ", at)), st(l, dim))
	}
}

func dutyState(d *report.Duty) (glyph, todo span) {
	switch {
	case d.Fail > 0:
		text := report.Number(d.Fail) + " to mend"
		if d.Unknown > 0 {
			text += ", " + report.Number(d.Unknown) + " open"
		}
		return st("✗", red), st(text, red)
	case d.Unknown > 0:
		return st("?", yellow), st(report.Number(d.Unknown)+" open", yellow)
	}
	return st("✓", green), st("nothing", dim)
}

func resourceWords(d *report.Duty) string {
	if len(d.Resources) == 1 {
		name := report.ShortName(d.Resources[0])
		if d.External > 0 {
			name += " (named)"
		}
		return name
	}
	text := report.Number(len(d.Resources)) + " resources"
	if d.External > 0 {
		text += ", " + report.Number(d.External) + " named"
	}
	return text
}
