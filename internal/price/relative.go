package price

import (
	"fmt"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Step is one remedy on one resource, with its cost relative to today as the
// catalog has it; nil when that is not known.
type Step struct {
	Remedy   *catalog.Remedy
	Resource *estate.Resource
	Cost     *catalog.Cost
}

// Relative is what some steps cost relative to today, without any prices.
type Relative struct {
	Factor  float64 // times today's cost of all resources, of the steps that are known
	Billed  int     // resources that cost something today
	Known   int     // steps that are in Factor
	Unknown []Step  // those that are not: no source gives their price
}

// RelativeTo adds up what steps cost relative to today, where so many resources
// are billed. Factors on the same resource are multiplied. Each resource is taken
// to cost the same today, which is an assumption: see [Relative.Said].
func RelativeTo(billed int, steps []Step) Relative {
	out := Relative{Factor: 1, Billed: billed}
	factors := map[string]float64{}
	var order []string
	for _, s := range steps {
		if s.Cost == nil {
			out.Unknown = append(out.Unknown, s)
			continue
		}
		out.Known++
		key := s.Resource.ID.Key()
		if _, ok := factors[key]; !ok {
			factors[key] = 1
			order = append(order, key)
		}
		factors[key] *= s.Cost.Factor
	}
	out.Billed = max(out.Billed, len(order))
	for _, key := range order {
		out.Factor += (factors[key] - 1) / float64(out.Billed)
	}
	return out
}

// Said says it in a sentence, with what it takes for granted.
func (r Relative) Said() string {
	n := len(r.Unknown)
	switch {
	case r.Known == 0 && n == 0:
		return "Nothing changes what is paid."
	case r.Known == 0:
		return fmt.Sprintf("No source gives the price of %s.", count(n, "change", "changes"))
	}
	said := fmt.Sprintf("%.2f times today's cost, if each of %s costs the same today", r.Factor, count(r.Billed, "billed resource", "billed resources"))
	if n > 0 {
		said += fmt.Sprintf(", and more by %s of which no source gives the price", count(n, "change", "changes"))
	}
	return said + "."
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
