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
	c := s.dutyColumns()
	lead := pad("", c.title) + pad("", c.which)
	s.line(st(lead+"HA by", dim))
	s.line(st(pad(" service", c.title)+pad("resource", c.which)+pad("default", c.ha)+pad("to do", c.todo)+c.todayHead(), dim))
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
			s.duty(d, c)
		}
	}
	if others > 0 {
		s.line(st(" "+report.Count(others, "other resource belongs", "other resources belong")+" to no service of the catalog.", dim))
	}
}

// dutyColumns are the widths of the table of duties.
type dutyColumns struct{ title, which, ha, todo, today int }

func (s *screen) dutyColumns() dutyColumns {
	c := dutyColumns{ha: 9, todo: 18}
	if s.wide() {
		c.title, c.which = 32, 24
		c.today = s.width - c.title - c.which - c.ha - c.todo
		return c
	}
	rest := s.width - c.ha - c.todo
	c.title = rest * 11 / 20
	c.which = rest - c.title
	return c
}

func (c dutyColumns) todayHead() string {
	if c.today == 0 {
		return ""
	}
	return "today"
}

func (s *screen) duty(d *report.Duty, c dutyColumns) {
	glyph, todo := dutyState(d)
	name, today := d.ID, ""
	if d.Service != nil {
		name, today = d.Title(c.title-5), d.Service.Today
	}
	spans := []span{t("  "), glyph, t(" " + pad(name, c.title-5) + " "), t(pad(resourceWords(d), c.which-2) + "  "),
		t(pad(report.DefaultWord(d.HAByDefault()), c.ha)), {pad(todo.text, c.todo), todo.st}}
	if c.today == 0 {
		s.line(spans...)
		if s.verbose && today != "" {
			s.para(nil, 4, st(today, dim))
		}
		return
	}
	lines := wrap(today, c.today)
	if len(lines) > 2 && !s.verbose {
		lines = []string{lines[0], fit(strings.Join(lines[1:], " "), c.today)}
	}
	for i, l := range lines {
		if i > 0 {
			spans = []span{t(strings.Repeat(" ", s.width-c.today))}
		}
		s.line(append(spans, st(l, dim))...)
	}
	if len(lines) == 0 {
		s.line(spans...)
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
