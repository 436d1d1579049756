package text

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/deploy"
)

// look is how a kind of change is shown: a sign, a word for the sum, a style.
var look = map[deploy.Kind]struct {
	sign, word string
	st         style
}{
	deploy.Create:       {"+", "to create", green},
	deploy.Modify:       {"~", "to change", yellow},
	deploy.Delete:       {"-", "to delete", red},
	deploy.NoChange:     {"=", "without change", dim},
	deploy.NotEvaluated: {"?", "not evaluated", blue},
}

// Where says where something is deployed to, for headings.
type Where struct{ Name, Scope string }

// Preview writes what a deployment would change. The resilience stands on top; it
// may be nil.
func Preview(w io.Writer, at Where, p *deploy.Preview, r *deploy.Resilience, o Options) error {
	s := newScreen(o)
	s.heading("Preview of "+at.Name, t(at.Scope))
	if r != nil {
		s.blank()
		s.resilience(r)
	}
	s.blank()
	s.line(st(" Resources", bold))
	untouched, same := 0, 0
	for _, c := range p.Changes {
		switch {
		case c.Untouched && !s.verbose:
			untouched++
		case c.Kind == deploy.NoChange && !s.verbose:
			same++
		default:
			s.change(c)
		}
	}
	if untouched > 0 {
		s.line(t("  "), st("? ", blue), t(Count(untouched, "resource", "resources")+" not in the template: not evaluated, left alone"))
	}
	if same > 0 {
		s.line(t("  "), st("= ", dim), t(Count(same, "resource", "resources")+" without change"))
	}
	if len(p.Changes) == 0 {
		s.line(t("  "), st("= ", dim), t("the template deploys nothing"))
	}
	for _, d := range p.Remarks {
		s.blank()
		s.para(st("  ! ", yellow), 4, d.Code+": "+d.Message, plain)
		s.place(d, 4)
	}
	s.blank()
	s.counts(p, untouched+same > 0)
	_, err := io.WriteString(w, s.b.String())
	return err
}

// counts writes the sum; its parts add up to the whole.
func (s *screen) counts(p *deploy.Preview, more bool) {
	n := p.Counts()
	if len(p.Changes) == 0 {
		return
	}
	row := []span{t(" " + Count(len(p.Changes), "resource", "resources") + ":")}
	at, last := width(row[0].text), ""
	for _, k := range deploy.Kinds {
		if n[k] == 0 {
			continue
		}
		part := fmt.Sprintf("%d %s", n[k], look[k].word)
		if last != "" {
			row = append(row, t(","))
			at++
		}
		if last = part; at+2+width(part) > s.width { // with the comma that may follow
			s.line(row...)
			row, at = []span{t("   ")}, 3
		}
		row = append(row, t(" "), st(part, look[k].st))
		at += 1 + width(part)
	}
	s.line(row...)
	if more {
		s.line(st(" -v lists them all", dim))
	}
}

func (s *screen) change(c deploy.Change) {
	l := look[c.Kind]
	name := c.Name
	if c.Maybe {
		name += " (perhaps)"
	}
	spans := []span{t("  "), st(l.sign+" ", l.st), st(name, bold)}
	rest := append([]string{brief(c.Type)}, c.Facts...)
	tail := "  " + strings.Join(rest, " · ")
	if width(name)+4+width(tail) <= s.width {
		s.line(append(spans, st(tail, dim))...)
	} else {
		s.line(spans...)
		s.para(span{}, 6, strings.TrimSpace(tail), dim)
	}
	if c.Why != "" {
		s.para(span{}, 6, c.Why, plain)
	}
	if s.verbose && c.Line > 0 {
		s.line(t("      "), st(fmt.Sprintf("%s:%d:%d", c.File, c.Line, c.Column), dim))
	}
	wide := 0
	for _, p := range c.Properties {
		wide = max(wide, width(p.Path))
	}
	wide = min(wide, s.width*2/5)
	for _, p := range c.Properties {
		s.property(p, wide)
	}
}

// property writes one changed property: on one line where there is room, else the
// new value below the old one.
func (s *screen) property(p deploy.Property, wide int) {
	sign, x := "~", yellow
	switch {
	case p.NoEffect:
		s.line(t("      "), st("= ", dim), t(pad(p.Path, wide)), st("  only the service sets it", dim))
		return
	case p.Old == nil && p.New != nil:
		sign, x = "+", green
	case p.New == nil && p.Old != nil:
		sign, x = "-", red
	}
	older, newer := shown(p.Old), shown(p.New)
	head := []span{t("      "), st(sign+" ", x)}
	if width(p.Path) > wide {
		s.line(append(head, t(p.Path))...)
		head = []span{t(strings.Repeat(" ", 8+wide))}
		if width(older)+width(newer)+3 > s.width-10-wide && sign == "~" {
			s.para(span{}, 8, older, red)
			s.para(t("      → "), 8, newer, green)
			return
		}
	} else {
		head = append(head, t(pad(p.Path, wide)))
	}
	room := s.width - 8 - wide - 2
	switch {
	case sign != "~":
		s.line(append(head, t("  "), st(older+newer, x))...)
	case width(older)+width(newer)+3 <= room:
		s.line(append(head, t("  "), st(older, red), t(" → "), st(newer, green))...)
	default:
		s.line(head...)
		s.para(span{}, 8, older, red)
		s.para(t("      → "), 8, newer, green)
	}
}

// shown is a value on one line; "" when it is absent.
func shown(raw json.RawMessage) string { return string(raw) }

// resilience writes what survives that did not, and what does not that did.
func (s *screen) resilience(r *deploy.Resilience) {
	s.line(st(" Resilience", bold))
	if r.Unknown != "" {
		s.para(st("  ? ", blue), 4, "not known: "+r.Unknown, plain)
		return
	}
	several := len(workspaces(r)) > 1
	for _, x := range r.Shifts {
		mark, word, c := "▼ ", "lost", red
		if x.Gained {
			mark, word, c = "▲ ", "gained", green
		}
		text := strings.Join(x.Capabilities, ", ") + " when " + x.Outage + " fails: " + x.Before + " → " + x.After
		if several {
			text = x.Workspace + ": " + text
		}
		s.para(st("  "+mark+pad(word, 7), c), 11, text, plain)
	}
	for _, n := range r.New {
		s.line(t("  "), st("+ ", green), st(n.Workspace, bold), t(" is new, and will stand outages so:"))
		for _, l := range n.Lines {
			s.stands(l)
		}
	}
	switch {
	case len(r.Shifts) == 0 && len(r.New) == 0:
		s.line(t("  "), st("= ", dim), t("no change"))
	case r.Same > 0 && len(r.Shifts) > 0:
		s.line(t("  "), st("= ", dim), st("all else as before", dim))
	}
	for _, n := range r.Notes {
		s.para(st("  ! ", yellow), 4, n, dim)
	}
}

// stands writes one outage of a new workspace.
func (s *screen) stands(l deploy.Stands) {
	switch total := len(l.Holds) + len(l.Hurt) + len(l.Lost); {
	case len(l.Holds) == total:
		s.para(st("    ✓ ", green), 6, l.Outage+": everything holds", plain)
	case len(l.Lost) == total:
		s.para(st("    ✗ ", red), 6, l.Outage+": everything is lost", plain)
	default:
		mark, c := "    ◐ ", yellow
		var parts []string
		if len(l.Lost) > 0 {
			mark, c = "    ✗ ", red
			parts = append(parts, "lost: "+strings.Join(l.Lost, ", "))
		}
		if len(l.Hurt) > 0 {
			parts = append(parts, "degraded or not known: "+strings.Join(l.Hurt, ", "))
		}
		if len(l.Holds) > 0 {
			parts = append(parts, "holds: "+strings.Join(l.Holds, ", "))
		}
		s.para(st(mark, c), 6, l.Outage+": "+strings.Join(parts, "; "), plain)
	}
}

func workspaces(r *deploy.Resilience) map[string]bool {
	out := map[string]bool{}
	for _, x := range r.Shifts {
		out[x.Workspace] = true
	}
	for _, n := range r.New {
		out[n.Workspace] = true
	}
	return out
}
