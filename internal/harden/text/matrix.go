package text

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// row is an outage, or several that do the same, and what they do to a workspace
// today and after the steps, by capability in the order of catalog.Capabilities.
type row struct {
	Outages       []outage.Outage
	Before, After []outage.Effect
}

func (r row) changes() bool { return !slices.Equal(r.Before, r.After) }

func (r row) harmless() bool {
	return !slices.ContainsFunc(slices.Concat(r.Before, r.After), func(e outage.Effect) bool { return report.EffectRank(e) > 0 })
}

// gain is what outages do to one workspace, before and after.
type gain struct {
	Workspace *estate.Resource
	Rows      []row
}

// gained counts the cells that are better afterwards.
func (g gain) gained() int {
	n := 0
	for _, r := range g.Rows {
		for i := range r.Before {
			if report.EffectRank(r.After[i]) < report.EffectRank(r.Before[i]) {
				n += len(r.Outages)
			}
		}
	}
	return n
}

// gainsOf compares what outages do to each workspace; those that gain most come
// first. Nil when it was not tried what the steps give.
func (r *Report) gainsOf() []gain {
	if r.After == nil {
		return nil
	}
	before, after := report.NewMatrix(r.Plan.Before.Outages, nil), report.NewMatrix(r.After.Outages, nil)
	then := map[string]int{}
	for i, x := range after.Results() {
		then[keyOf(x.Outage)] = i
	}
	var out []gain
	for n, ws := range before.Workspaces {
		m := slices.IndexFunc(after.Workspaces, func(x *estate.Resource) bool { return x.ID.Equal(ws.ID) })
		if m < 0 {
			continue
		}
		g := gain{Workspace: ws}
		for i, x := range before.Results() {
			cells := before.Cells(i, n)
			if cells[0].Impact == nil {
				continue
			}
			line := row{Outages: []outage.Outage{x.Outage}, Before: effects(cells)}
			line.After = line.Before
			if k, ok := then[keyOf(x.Outage)]; ok {
				line.After = effects(after.Cells(k, m))
			}
			g.add(line)
		}
		slices.SortStableFunc(g.Rows, func(a, b row) int {
			x, y := a.Outages[0], b.Outages[0]
			return report.ScopeRank(x.Scope) - report.ScopeRank(y.Scope)
		})
		out = append(out, g)
	}
	slices.SortStableFunc(out, func(a, b gain) int { return b.gained() - a.gained() })
	return out
}

// add puts a row to the one that does the same, or behind the others.
func (g *gain) add(line row) {
	o := line.Outages[0]
	for i, r := range g.Rows {
		x := r.Outages[0]
		if x.Scope == o.Scope && x.Region == o.Region && o.Scope == catalog.ScopeZone && slices.Equal(r.Before, line.Before) && slices.Equal(r.After, line.After) {
			g.Rows[i].Outages = append(r.Outages, o)
			return
		}
	}
	g.Rows = append(g.Rows, line)
}

func effects(cells []report.Cell) []outage.Effect {
	out := make([]outage.Effect, len(cells))
	for i, c := range cells {
		out[i] = c.Effect()
	}
	return out
}

func keyOf(o outage.Outage) string {
	id := ""
	if o.Resource != nil {
		id = o.Resource.ID.Key()
	}
	return string(o.Scope) + "|" + o.Region + "|" + o.Zone + "|" + o.Service + "|" + id
}

// shown are the rows that a reader wants to see: zones and regions in any case,
// of the others those that change. The second value counts those left out that
// take something away as before.
func (g gain) shown() ([]row, int) {
	var out []row
	rest := 0
	for _, r := range g.Rows {
		big := r.Outages[0].Scope == catalog.ScopeZone || r.Outages[0].Scope == catalog.ScopeRegion
		switch {
		case r.harmless():
		case big || r.changes():
			out = append(out, r)
		default:
			rest += len(r.Outages)
		}
	}
	return out, rest
}
