package cli

import (
	"fmt"
	"math"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/improve"
	"github.com/holdfast-ml/holdfast/internal/report/html"
)

// page is the report as a page of figures.
func (v *improveReport) page() *html.Figures {
	f := &html.Figures{
		Title: "Improving " + string(v.Capability) + " of " + v.Workspace.Name, Sentence: v.sentence(), Notes: v.assumptions(),
		Summary: "Every level of availability with what it costs at least. Nothing was changed: remedies were tried on a copy of what was read.",
	}
	if v.shown != nil && len(v.shown.Changes) > 0 {
		t := html.Table{Caption: "Changes, in order.", Head: []string{"resource", "what", "remedy", "how", "command"}}
		for _, c := range v.shown.Changes {
			t.Rows = append(t.Rows, []string{v.target(c), v.change(c), c.Remedy.ID, how(c.Remedy), c.Remedy.Change.Call})
		}
		f.Sections = append(f.Sections, html.Section{ID: "changes", Title: "What to do", Table: t})
	}
	var curves []html.Curve
	table := html.Table{Caption: "The frontier: nothing else is both cheaper and more available.", Head: []string{"", "cost", "changes of unknown price", "available", "hours a year", "changes"}}
	for _, fr := range []*improve.Frontier{v.Alone, v.WithPair} {
		if fr == nil {
			continue
		}
		c := html.Curve{Name: v.which(fr)}
		for _, s := range fr.Steps {
			cost := "-"
			if !math.IsNaN(s.Factor) {
				cost = factor(s.Factor)
				if s.Cost.Unknown == 0 {
					c.Points = append(c.Points, html.Point{X: s.Factor, Y: availability.Hours(s.Available), Title: fmt.Sprintf("%s at %s times today's cost: %s", percentage(s.Available), cost, v.ids(s))})
				}
			}
			table.Rows = append(table.Rows, []string{v.which(fr), cost, fmt.Sprint(s.Cost.Unknown), percentage(s.Available), hours(availability.Hours(s.Available)), v.ids(s)})
		}
		curves = append(curves, c)
	}
	goal, name := 0.0, ""
	if v.share > 0 {
		goal, name = availability.Hours(v.share), "wanted: "+percentage(v.share)
	}
	f.Sections = append(f.Sections, html.Section{
		ID: "frontier", Title: "Cost and availability", Lead: "Down is better. Steps with a change of unknown price are in the table only.",
		Plot:  html.Steps("What is lost over what it costs", "times today's cost", "hours a year lost", name, goal, curves),
		Table: table,
	})
	f.Sections = append(f.Sections, v.leftSection())
	return f
}

func (v *improveReport) leftSection() html.Section {
	t := html.Table{Caption: "What still takes the capability away after the last step.", Head: []string{"what fails", "hours a year", "frontier"}}
	for _, fr := range []*improve.Frontier{v.Alone, v.WithPair} {
		if fr == nil {
			continue
		}
		for _, l := range fr.Left[:min(8, len(fr.Left))] {
			t.Rows = append(t.Rows, []string{sayBasic(l.Basic), hours(l.Hours), v.which(fr)})
		}
	}
	return html.Section{ID: "left", Title: "What no change takes away", Table: t}
}
