package improve

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Cost is what changes cost: Extra above today in the unit of the weights, below 0
// when it is less, and how many changes there are of which the price is not known.
type Cost struct {
	Unknown int
	Extra   float64
}

// Compare orders costs: fewer unknown prices first, then the lower sum. Sums that
// differ by rounding only are equal.
func (c Cost) Compare(other Cost) int {
	if d := cmp.Compare(c.Unknown, other.Unknown); d != 0 {
		return d
	}
	if math.Abs(c.Extra-other.Extra) <= 1e-9*(1+math.Abs(c.Extra)+math.Abs(other.Extra)) {
		return 0
	}
	return cmp.Compare(c.Extra, other.Extra)
}

// Plus adds two costs.
func (c Cost) Plus(other Cost) Cost {
	return Cost{c.Unknown + other.Unknown, c.Extra + other.Extra}
}

// Weights are what resources cost today, by name or id in lower case. Without any,
// every resource that is billed weighs 1.
type Weights struct {
	Currency string
	Monthly  map[string]float64
}

// Money says that the weights are sums of money and not all the same.
func (w *Weights) Money() bool { return w != nil && len(w.Monthly) > 0 }

// Of gives what a resource costs today; false when that is not known.
func (w *Weights) Of(r *estate.Resource) (float64, bool) {
	if !w.Money() {
		return 1, true
	}
	for _, key := range []string{r.ID.Key(), strings.ToLower(r.ID.String()), strings.ToLower(r.Name), strings.ToLower(r.ID.LastName())} {
		if x, ok := w.Monthly[key]; ok {
			return x, true
		}
	}
	return 0, false
}

// billed says whether a resource has a bill of its own: it is in the input, of a
// service that is no part of the surroundings (or of one of which a remedy has a
// price), no mere entry that points to something else, and no shell around
// resources that have the bill, as a server is around its databases.
func billed(e *estate.Estate, cat *catalog.Catalog, m *outage.Model, r *estate.Resource) bool {
	s := cat.ServiceOf(r)
	if s == nil || r.External || s.Group == "infrastructure" || s.Group == "supporting" && !priced(cat, s) {
		return false
	}
	if re := m.Reaction(r.Index(), catalog.ScopeService); re.Worst == (outage.Hurt{}) && re.AtWorst == catalog.CarriesOn {
		return false
	}
	if r.Body.Get("sku").IsNull() {
		for i := r.Index() + 1; i < len(e.Resources) && strings.HasPrefix(e.Resources[i].ID.Key(), r.ID.Key()+"/"); i++ {
			if e.Resources[i].Service == r.Service {
				return false
			}
		}
	}
	return true
}

func priced(cat *catalog.Catalog, s *catalog.Service) bool {
	return slices.ContainsFunc(cat.RemediesFor(s.ID), func(r *catalog.Remedy) bool { return len(r.Set) > 0 && len(r.Costs) > 0 })
}
