package availability

import (
	"cmp"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Used lists the rates that some tree of the expected reading depends on, in
// order.
func (a *Analysis) Used() []*Rate {
	used := map[*Rate]bool{}
	for _, b := range a.sheets[ExpectedReading].basics {
		used[b.Rate] = true
		if b.root == nil {
			continue
		}
		for _, l := range b.root.chain {
			switch l.class.kind {
			case forRebuild:
				used[a.Rates.Get(rateRebuild)] = true
			case forRate:
				used[a.Rates.Get(l.class.rate)] = true
			}
		}
	}
	var out []*Rate
	for _, r := range a.Rates.All() {
		if used[r] {
			out = append(out, r)
		}
	}
	return out
}

// Sensitivity is what doubling a rate would do: more often, likelier, or, of a
// rate that is only a time, longer.
type Sensitivity struct {
	Rate  *Rate
	Hours float64 // a year that the capability is lost more
}

// Sensitivities lists what doubling each rate would do to a row, the greatest
// first.
func (a *Analysis) Sensitivities(r *Row) []Sensitivity {
	s := a.sheets[ExpectedReading]
	top := r.trees[ExpectedReading].lost[atWorst]
	if top < 0 {
		return nil
	}
	one := s.diagram.Flatten(s.functions[top])
	before := one.Probability(s.middleP)[0]
	var out []Sensitivity
	for _, rate := range a.Used() {
		after := one.Probability(s.vector(s.middle.scaled(rate, 2)))[0]
		out = append(out, Sensitivity{rate, (after - before) * HoursPerYear})
	}
	slices.SortStableFunc(out, func(x, y Sensitivity) int { return cmp.Compare(y.Hours, x.Hours) })
	return out
}

// hardly lists by index all that a workspace needs hard for a capability, and
// what that leans on hard.
func (a *Analysis) hardly(ws *estate.Resource, c catalog.Capability) []int {
	seen := map[int]bool{}
	var visit func(i int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		for _, l := range a.Model.Leanings(i) {
			if l.Read == catalog.Hard || l.Write == catalog.Hard {
				for _, j := range l.On {
					visit(j)
				}
			}
		}
	}
	for _, d := range a.Model.Demands(ws) {
		if d.Need.Capability == c && (d.Need.Read == catalog.Hard || d.Need.Write == catalog.Hard) {
			for _, i := range d.On {
				visit(i)
			}
		}
	}
	out := make([]int, 0, len(seen))
	for i := range seen {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// Unpromised lists the services that the capability cannot do without and for
// which no availability is published, so that the contractual figure leaves them
// out.
func (a *Analysis) Unpromised(r *Row) []string {
	b := &builder{estate: a.Estate, model: a.Model}
	var out []string
	for _, i := range a.hardly(r.Workspace, r.Capability) {
		x := a.Estate.Resources[i]
		if x.Service != "" && a.Catalog.Promise(a.Estate, x).Best == nil && !b.entry(i) && !slices.Contains(out, x.Service) {
			out = append(out, x.Service)
		}
	}
	slices.Sort(out)
	return out
}

// Unknowns lists what would have to be known for best and worst to be the same,
// of the resources that the capability cannot do without.
func (a *Analysis) Unknowns(r *Row) []string {
	var out []string
	add := func(s string) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, i := range a.hardly(r.Workspace, r.Capability) {
		x := a.Estate.Resources[i]
		if x.Presence != "" {
			add("whether " + x.Name + " is deployed: " + x.Presence)
		}
		if regions, sure := a.Model.Standing(i); !sure && len(regions) > 0 {
			add("the region of " + x.Name + ", which is only named")
		}
		for _, scope := range catalog.Scopes() {
			if re := a.Model.Reaction(i, scope); re.AtBest != re.AtWorst || re.Best != re.Worst {
				for _, u := range re.Unknowns {
					add(u)
				}
			}
		}
	}
	return out
}

// HoursOf adds up the shares of roots of some kinds.
func HoursOf(shares []Share, kinds ...Kind) float64 {
	sum := 0.0
	for _, s := range shares {
		if slices.Contains(kinds, s.Basic.Kind) {
			sum += s.Hours
		}
	}
	return sum
}
