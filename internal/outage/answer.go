package outage

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Run puts one outage through the estate. An outage of what is not in the
// estate hurts nothing.
func (m *Model) Run(o Outage) Result {
	r := startRun(m)
	defer r.end()
	r.strike(o)
	r.spread()
	return Result{Outage: o, Fates: r.fates(), Impacts: r.allImpacts()}
}

func (r *run) fates() []Fate {
	count := 0
	for i := range r.nodes {
		if r.nodes[i].suffers() {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	order := make([]int32, 0, count)
	for i := range r.nodes {
		if r.nodes[i].suffers() {
			order = append(order, r.nodes[i].resource)
		}
	}
	slices.Sort(order)
	out := make([]Fate, count)
	for k, i := range order {
		out[k] = r.fate(r.node(i))
	}
	return out
}

func (n *node) suffers() bool {
	return n.worst.hurt() || n.hit && n.own.atWorst != catalog.CarriesOn
}

func (r *run) fate(n *node) Fate {
	f := Fate{Resource: r.m.estate.Resources[n.resource], RTO: n.worst.back().catalog(), RPO: n.worst.loss.catalog()}
	if n.via < 0 {
		f.State, f.AtBest, f.AtWorst, f.Fact = n.own.state, n.own.atBest, n.own.atWorst, n.own.fact
		if n.maybe {
			f.AtBest = catalog.CarriesOn
		}
	} else {
		f.Through = r.m.estate.Resources[n.via]
		f.AtBest, f.AtWorst = n.best.state(), n.worst.state()
		f.State = f.AtWorst
	}
	if f.AtBest != f.AtWorst {
		f.State, f.Fact = catalog.Unknown, nil
		f.Unknowns = r.unknownsOf(n, nil, nil)
	}
	return f
}

// allImpacts works out what the outage does to every workspace that it reaches.
func (r *run) allImpacts() []Impact {
	reached := r.reached()
	if len(reached) == 0 {
		return nil
	}
	out := make([]Impact, 0, len(reached)*len(catalog.Capabilities))
	own, twin := &r.own, &r.twin
	for _, number := range reached {
		w := &r.m.leans.workspaces[number]
		ws := r.m.estate.Resources[w.resource]
		if !w.shown {
			continue
		}
		r.weigh(w, own)
		for _, t := range w.twins {
			second := &r.m.leans.workspaces[t.number]
			r.weigh(second, twin)
			r.takeOver(w, second, t.lag, own, twin)
		}
		count := 0
		for c := range own {
			count += len(own[c].because)
		}
		because := make([]Cause, 0, count)
		for c := range own {
			from := len(because)
			because = append(because, own[c].because...)
			out = append(out, own[c].finish(ws, catalog.Capabilities[c], because[from:len(because):len(because)]))
		}
	}
	return out
}

func (i *impact) finish(ws *estate.Resource, c catalog.Capability, because []Cause) Impact {
	slices.SortFunc(because, func(a, b Cause) int { return compareCauses(&a, &b) })
	slices.Sort(i.assuming)
	return Impact{
		Workspace: ws, Capability: c, Effect: between(i.best.effect(), i.worst.effect()), AtBest: i.best.effect(), AtWorst: i.worst.effect(),
		RTO: i.worst.back().catalog(), RPO: i.worst.loss.catalog(), Because: because, Assuming: i.assuming,
	}
}
