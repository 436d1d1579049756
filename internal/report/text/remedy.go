package text

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// remedies writes what can be changed so that a resource of the service survives
// more, and what cannot.
func (s *screen) remedies(c *catalog.Catalog, svc *catalog.Service, refs *references) {
	all := c.RemediesFor(svc.ID)
	if len(all) == 0 {
		return
	}
	s.heading("What mends it", "")
	for _, r := range all {
		glyph, look := "→", green
		if !r.Mends() && r.Cannot != "" {
			glyph, look = "×", red
		}
		s.para([]span{t("  "), st(glyph, look), t(" ")}, 4, st(r.ID, bold), t(" · "+r.Title), st(helpsAgainst(r), dim))
		if r.Cannot != "" {
			s.para(nil, 6, t("Cannot be mended, because: "+r.Cannot+refs.mark(r.Sources)))
			s.para(nil, 6, t("Instead: "+r.Instead))
			continue
		}
		s.mending(r, refs)
	}
}

// helpsAgainst says which outages a remedy is about.
func helpsAgainst(r *catalog.Remedy) string {
	if len(r.Scopes) == 0 {
		return ""
	}
	scopes := make([]string, len(r.Scopes))
	for i, x := range r.Scopes {
		scopes[i] = string(x)
	}
	return " · " + report.And(scopes)
}

func (s *screen) mending(r *catalog.Remedy, refs *references) {
	if len(r.By) > 0 {
		s.para(nil, 6, t("By "+strings.Join(r.By, ", ")+refs.mark(r.Sources)))
		return
	}
	for i := range r.Set {
		a := &r.Set[i]
		where, how := a.Setting+a.Path, " = "
		switch {
		case a.Append:
			how = " += "
		case a.AtLeast:
			how = " ≥ "
		case a.Remove:
			how = " is taken away"
		}
		s.para(nil, 6, st(where+how+a.Value.Text(), blue))
	}
	for i := range r.Add {
		a := &r.Add[i]
		s.para(nil, 6, st("+ "+a.Type+" "+a.Name, blue))
	}
	how := report.ChangeWord(r.Change)
	s.para(nil, 6, st(sentenceOf("Change: "+how, "downtime: "+r.Downtime)+refs.mark(r.Sources), dim))
	for i := range r.Needs {
		text := "Needs " + r.Needs[i].Text
		if by := r.Needs[i].By; by != "" {
			text += " (" + by + ")"
		}
		s.para(nil, 6, st(text, dim))
	}
	s.remedyCost(r, refs)
	for _, text := range []string{afterWords(r.After), r.Change.Note} {
		if text != "" {
			s.para(nil, 6, st(text, dim))
		}
	}
	if r.Forever != "" {
		s.para(nil, 6, st("For ever: "+r.Forever, yellow))
	}
	if r.Unverified != "" {
		s.para(nil, 6, st("not confirmed by any source: "+r.Unverified, dim))
	}
	if r.Change.Call != "" {
		s.para([]span{st("      $ ", dim)}, 8, t(r.Change.Call))
	}
}

func sentenceOf(parts ...string) string { return strings.Join(parts, " · ") }

func afterWords(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return "After " + strings.Join(ids, ", ")
}

func (s *screen) remedyCost(r *catalog.Remedy, refs *references) {
	for i := range r.Costs {
		x := &r.Costs[i]
		text := fmt.Sprintf("Cost: × %g, %s", x.Factor, x.What)
		if x.Estimate {
			text += " (our estimate)"
		}
		s.para(nil, 6, st(text+refs.mark(x.Sources), dim))
	}
	if r.NoPrice != "" {
		lead := "Cost not known: "
		if len(r.Costs) > 0 {
			lead = "Cost otherwise not known: "
		}
		s.para(nil, 6, st(lead+r.NoPrice, dim))
	}
}
