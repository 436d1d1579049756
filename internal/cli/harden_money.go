package cli

import (
	"context"

	"github.com/holdfast-ml/holdfast/internal/harden"
	hardentext "github.com/holdfast-ml/holdfast/internal/harden/text"
	"github.com/holdfast-ml/holdfast/internal/price"
)

// stepMoney is what each step costs by a price list: the difference that it makes
// after those before it.
type stepMoney struct {
	list  *price.List
	total *price.Difference
	by    map[*harden.Step]*price.Difference
}

// money prices the steps of a plan; nil without --prices.
func (h *hardening) money(ctx context.Context, plan *harden.Plan, steps []*harden.Step) (hardentext.Money, error) {
	list, err := h.p.readPrices(h.catalog, h.f.prices)
	if err != nil || list == nil {
		return nil, err
	}
	m := &stepMoney{list: list, by: map[*harden.Step]*price.Difference{}}
	first := plan.Before.Estate
	last := first
	for i, s := range steps {
		next, err := plan.AfterSome(ctx, steps[:i+1])
		if err != nil {
			return nil, err
		}
		m.by[s] = price.Delta(list, h.catalog, last, next)
		last = next
	}
	m.total = price.Delta(list, h.catalog, first, last)
	return m, nil
}

// OfStep implements [hardentext.Money].
func (m *stepMoney) OfStep(s *harden.Step) string {
	d := m.by[s]
	if d == nil || len(d.Changes) == 0 {
		return ""
	}
	if len(d.Changes) == 1 {
		return d.Changes[0].Said(m.list.Currency)
	}
	return trimStop(d.Said())
}

// Basis implements [hardentext.Money].
func (m *stepMoney) Basis() string {
	return "All steps together: " + trimStop(m.total.Said()) + " (" + m.list.Dated() + ")."
}

func trimStop(s string) string {
	if n := len(s); n > 0 && s[n-1] == '.' {
		return s[:n-1]
	}
	return s
}
