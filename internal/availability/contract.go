package availability

import (
	"fmt"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// contractual says when a resource misses what is promised of it: it is the own
// of builders for the contractual reading. What nothing is promised of is left
// out there, and said beside the figure.
func contractual(cat *catalog.Catalog) func(b *builder, i int) quad {
	return func(b *builder, i int) quad {
		r := b.estate.Resources[i]
		p := cat.Promise(b.estate, r)
		sla := p.Best
		if b.side == atWorst && p.Worst != nil {
			sla = p.Worst
		}
		if sla == nil || sla.Percent >= 100 || b.entry(i) {
			return quad{}
		}
		r = b.eldest(r)
		f := b.chance(fmt.Sprintf("sla-%s-%v", key(r), sla.Percent), func() *Basic {
			return &Basic{Kind: Promise, Title: r.Name, At: r, SLA: sla}
		})
		return quad{f, f, f, f}
	}
}

// eldest gives the parent of a resource, as long as it is of the same service:
// what is promised of an endpoint is promised of its deployments too, once.
func (b *builder) eldest(r *estate.Resource) *estate.Resource {
	for up := r.ID.Parent(); !up.IsZero(); up = r.ID.Parent() {
		p := b.estate.ByID(up)
		if p == nil || p == r || p.Service != r.Service {
			break
		}
		r = p
	}
	return r
}

// entry says that a resource only points at something else, which is judged on
// its own: no outage of its service hurts it.
func (b *builder) entry(i int) bool {
	re := b.model.Reaction(i, catalog.ScopeService)
	return re.Worst == (outage.Hurt{})
}
