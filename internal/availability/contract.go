package availability

import (
	"fmt"

	"github.com/holdfast-ml/holdfast/internal/catalog"
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
		if sla == nil || sla.Percent >= 100 || b.covered(i) {
			return quad{}
		}
		f := b.chance(fmt.Sprintf("sla-%s-%v", key(r), sla.Percent), func() *Basic {
			return &Basic{Kind: Promise, Title: r.Name, At: r, SLA: sla}
		})
		return quad{f, f, f, f}
	}
}

// covered says that what is promised of another resource covers this one: of the
// parent when it is of the same service, and of what an entry only points at.
func (b *builder) covered(i int) bool {
	r := b.estate.Resources[i]
	if up := r.ID.Parent(); !up.IsZero() {
		if p := b.estate.ByID(up); p != nil && p != r && p.Service == r.Service {
			return true
		}
	}
	re := b.model.Reaction(i, catalog.ScopeService)
	return re.Worst == (outage.Hurt{})
}
