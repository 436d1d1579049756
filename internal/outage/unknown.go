package outage

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// doubts collects what would have to be known.
type doubts struct {
	r    *run
	seen []int32
	out  []string
}

// unknownsOf says what would have to be known of a resource, of what it falls
// with, of what the workspace leans on, and of the alternatives to it.
func (r *run) unknownsOf(n *node, via *estate.Resource, group []lean) []string {
	d := doubts{r: r}
	d.visit(n.resource)
	if via != nil {
		d.visit(int32(via.Index()))
	}
	for _, item := range group {
		d.visit(item.resource())
	}
	return d.out
}

func (d *doubts) add(s string) {
	if !slices.Contains(d.out, s) {
		d.out = append(d.out, s)
	}
}

// presence adds that a resource may not be there.
func (d *doubts) presence(r *estate.Resource) {
	if r.Presence != "" {
		d.add("whether " + r.Name + " is deployed: " + r.Presence)
	}
}

// visit adds the doubts about one resource, and about what it suffers with.
func (d *doubts) visit(i int32) {
	if slices.Contains(d.seen, i) {
		return
	}
	d.seen = append(d.seen, i)
	m := d.r.m
	res, n := m.estate.Resources[i], d.r.node(i)
	switch {
	case res.Presence != "":
		d.presence(res)
	case n != nil && n.hit && n.maybe:
		d.add("region of " + res.Name + ": the input does not say where it is") // as the catalog puts it
	}
	if n == nil {
		return
	}
	if n.hit {
		for _, s := range n.own.unknowns {
			d.add(s)
		}
	}
	if n.dragged {
		d.behind(i)
	}
}

// behind visits what a fallen resource suffers with, and the alternatives to it.
func (d *doubts) behind(i int32) {
	m := d.r.m
	if p := m.places.parent[i]; p >= 0 && m.service[i] < 0 && d.r.node(p) != nil {
		d.visit(p)
	}
	first, end := m.graph.leansOn(i)
	for number := first; number < end; number++ {
		to := int32(m.graph.relations[number].To.Index())
		for _, s := range m.facts.spreadsOf[m.graph.role[number]] {
			if !in(s.from, m.service[i]) || !in(s.to, m.service[to]) {
				continue
			}
			if n := d.r.node(to); s.OneOf || n != nil && n.worst.hurt() {
				d.visit(to)
			}
		}
	}
}
