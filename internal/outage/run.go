package outage

import (
	"slices"
	"sync"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// run is one outage being put through the estate. It is used again for the
// next one, so that no outage pays for the size of the estate.
type run struct {
	m     *Model
	slot  []int32 // by resource: its place in nodes plus one, 0 for none
	nodes []node
	queue []int32 // nodes whose hurt has grown
	seen  []bool  // by workspace: reached, while they are collected

	own, twin impacts // of the workspace at hand, and of the secondary of its pair
}

// node is a resource that is hit, or that suffers with one that is.
type node struct {
	resource    int32
	via         int32 // the resource whose fall made it worse last, -1 when none did
	dragged     bool  // the fall of another one reaches it, be it without making it worse
	hit, maybe  bool  // maybe: it may not be there
	queued      bool
	traced      uint8 // 1: its roots are being looked for, 2: they are in roots
	best, worst condition
	own         *survival // what it does itself; nil when it is not hit
	roots       []root
}

// root is a resource at the start of a chain of falls, and how it reaches the
// end of the chain.
type root struct {
	resource    int32
	best, worst condition
}

// runs are those that are free, for any model.
var runs = sync.Pool{New: func() any { return new(run) }}

func startRun(m *Model) *run {
	r := runs.Get().(*run)
	r.m = m
	if n := len(m.estate.Resources); len(r.slot) < n {
		r.slot = make([]int32, n)
	}
	if n := len(m.leans.workspaces); len(r.seen) < n {
		r.seen = make([]bool, n)
	}
	return r
}

// end leaves nothing behind of the estate.
func (r *run) end() {
	for i := range r.nodes {
		r.slot[r.nodes[i].resource] = 0
	}
	clear(r.nodes)
	r.m, r.nodes, r.queue = nil, r.nodes[:0], r.queue[:0]
	for c := range r.own {
		clear(r.own[c].because[:cap(r.own[c].because)])
		clear(r.twin[c].because[:cap(r.twin[c].because)])
	}
	runs.Put(r)
}

func (r *run) node(resource int32) *node {
	if s := r.slot[resource]; s > 0 {
		return &r.nodes[s-1]
	}
	return nil
}

func (r *run) add(n node) *node {
	r.nodes = append(r.nodes, n)
	r.slot[n.resource] = int32(len(r.nodes))
	return &r.nodes[len(r.nodes)-1]
}

// hit enters a resource that the outage hits.
func (r *run) hit(i int32, s *survival, maybe bool) {
	maybe = maybe || r.m.estate.Resources[i].Presence != ""
	n := node{resource: i, via: -1, hit: true, maybe: maybe, best: s.best, worst: s.worst, own: s}
	if maybe {
		n.best = condition{}
	}
	r.add(n)
	if n.worst.hurt() {
		r.push(i)
	}
}

func (r *run) push(i int32) {
	if n := r.node(i); !n.queued {
		n.queued = true
		r.queue = append(r.queue, i)
	}
}

// strike enters everything that the outage hits itself.
func (r *run) strike(o Outage) {
	if o.Scope == catalog.ScopeResource {
		if o.Resource != nil && r.m.estate.ByID(o.Resource.ID) == o.Resource {
			i := int32(o.Resource.Index())
			r.hit(i, r.m.failed(i), false)
		}
		return
	}
	at, ok := r.m.places.index[estate.NormalizeLocation(o.Region)]
	if !ok {
		return
	}
	of := r.m.survivals(o.Scope)
	if of == nil {
		return
	}
	service := int16(-2)
	if o.Scope == catalog.ScopeService {
		service = int16(slices.Index(r.m.facts.services, r.m.facts.cat.Family(o.Service)))
	}
	enter := func(all rows, maybe bool) {
		for _, i := range all {
			if o.Scope == catalog.ScopeService && (service < 0 || r.m.familyOf(i) != service) {
				continue
			}
			if elsewhere(r.m.estate.Resources[i], o) {
				continue
			}
			r.hit(i, of[i], maybe)
		}
	}
	enter(r.m.places.within[at], false)
	enter(r.m.places.maybe[at], true)
}

// failed is what a resource does when it fails alone: what the catalog says, or
// it is down, since that is what the outage is.
func (m *Model) failed(i int32) *survival {
	if m.service[i] >= 0 {
		if s := m.facts.survive(m.estate, m.estate.Resources[i], catalog.ScopeResource); s.fact != nil {
			return s
		}
	}
	down := out(spanOutage)
	c := condition{read: down, write: down}
	return &survival{best: c, worst: c, state: catalog.Down, atBest: catalog.Down, atWorst: catalog.Down}
}

// spread lets every hurt travel until nothing grows worse. It ends, since a
// condition only ever takes up parts of others and only grows worse.
func (r *run) spread() {
	g := &r.m.graph
	for len(r.queue) > 0 {
		i := r.queue[len(r.queue)-1]
		r.queue = r.queue[:len(r.queue)-1]
		n := r.node(i)
		n.queued = false
		best, worst := n.best, n.worst
		for kid := g.kid[i]; kid >= 0; kid = g.next[kid] {
			r.worsen(kid, i, best, worst)
		}
		for _, number := range g.leanedOnBy(i) {
			rel := &g.relations[number]
			for _, s := range r.m.facts.spreadsOf[g.role[number]] {
				from := int32(rel.From.Index())
				if !in(s.from, r.m.service[from]) || !in(s.to, r.m.service[i]) {
					continue
				}
				b, w := best, worst
				if s.OneOf {
					b, w = r.oneOf(from, g.role[number], s)
				}
				r.worsen(from, i, b.through(s.Read, s.Write), w.through(s.Read, s.Write))
			}
		}
	}
}

// worsen adds what reaches a resource from one that it leans on.
func (r *run) worsen(i, via int32, best, worst condition) {
	if !worst.hurt() {
		return
	}
	maybe := r.m.estate.Resources[i].Presence != ""
	n := r.node(i)
	if n == nil {
		n = r.add(node{resource: i, via: -1, maybe: maybe})
	}
	n.dragged = true
	if maybe {
		best = condition{}
	}
	b, w := n.best.and(best), n.worst.and(worst)
	if b == n.best && w == n.worst {
		return
	}
	if w != n.worst {
		n.via = via
	}
	n.best, n.worst = b, w
	r.push(i)
}

// oneOf gives what is left of the alternatives that a resource leans on.
func (r *run) oneOf(from int32, role uint16, s spread) (best, worst condition) {
	g := &r.m.graph
	var a alternatives
	first, end := g.leansOn(from)
	for number := first; number < end; number++ {
		to := int32(g.relations[number].To.Index())
		if g.role[number] == role && in(s.to, r.m.service[to]) {
			a.add(r, to)
		}
	}
	return a.best.left(), a.worst.left()
}

// alternatives is a group of which one will do.
type alternatives struct{ best, worst group }

// group is the alternatives seen so far, in one of the two cases. Where none is
// certainly there, the gravest of them may be the only one that is.
type group struct {
	sure           bool      // one is certainly there
	least, gravest condition // least: among those that are certainly there
}

func (a *alternatives) add(r *run, i int32) {
	var best, worst condition
	if n := r.node(i); n != nil {
		best, worst = n.best, n.worst
	}
	a.best.add(best, true)
	a.worst.add(worst, r.m.estate.Resources[i].Presence == "")
}

func (g *group) add(c condition, sure bool) {
	g.gravest = g.gravest.and(c)
	switch {
	case sure && g.sure:
		g.least = g.least.or(c)
	case sure:
		g.sure, g.least = true, c
	}
}

// left is the least of the hurts where all are hurt, and a degradation where
// some are.
func (g *group) left() condition {
	if !g.sure {
		return g.gravest
	}
	return g.least.and(g.gravest.degraded())
}

// roots gives the resources that a fallen resource fell because of: itself,
// when it is hit, and those at the start of each chain that reaches it.
func (r *run) roots(i int32) []root {
	n := r.node(i)
	if n == nil || n.traced > 0 {
		return r.traced(n)
	}
	n.traced = 1
	var out []root
	if n.hit && n.own.worst.hurt() {
		own := root{i, n.own.best, n.own.worst}
		if n.maybe {
			own.best = condition{}
		}
		out = append(out, own)
	}
	if n.dragged {
		out = r.behind(i, out)
	}
	n = r.node(i)
	n.roots, n.traced = out, 2
	return out
}

func (r *run) traced(n *node) []root {
	if n == nil {
		return nil
	}
	return n.roots
}

// behind adds the roots of what a resource leans on.
func (r *run) behind(i int32, out []root) []root {
	g := &r.m.graph
	if p := r.m.places.parent[i]; p >= 0 && r.m.service[i] < 0 {
		for _, up := range r.roots(p) {
			out = join(out, up)
		}
	}
	first, end := g.leansOn(i)
	for number := first; number < end; number++ {
		to := int32(g.relations[number].To.Index())
		if r.slot[to] == 0 || to == i {
			continue
		}
		for _, s := range r.m.facts.spreadsOf[g.role[number]] {
			if !in(s.from, r.m.service[i]) || !in(s.to, r.m.service[to]) {
				continue
			}
			limit := condition{}
			if s.OneOf {
				_, limit = r.oneOf(i, g.role[number], s)
			}
			for _, up := range r.roots(to) {
				if s.OneOf {
					up.best, up.worst = up.best.within(limit), up.worst.within(limit)
				}
				up.best, up.worst = up.best.through(s.Read, s.Write), up.worst.through(s.Read, s.Write)
				if up.worst.hurt() {
					out = join(out, up)
				}
			}
		}
	}
	return out
}

func join(roots []root, r root) []root {
	for k := range roots {
		if roots[k].resource == r.resource {
			roots[k].best, roots[k].worst = roots[k].best.and(r.best), roots[k].worst.and(r.worst)
			return roots
		}
	}
	return append(roots, r)
}
