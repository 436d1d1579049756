package harden

import (
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/improve"
)

// Totals sums a plan up.
type Totals struct {
	Steps       int
	InPlace     int
	Conversions int
	Anew        int // of a fresh estate: what is chosen when resources are made
	Added       int // resources that come
	Outcomes    map[Outcome]int

	// Cost is what the steps cost: the sum over resources of what a resource costs
	// today times (the product of its factors - 1), in the unit of the weights, and how
	// many steps there are whose price is not known. Weighed is how many resources
	// that sum is about.
	Cost    improve.Cost
	Weighed int
	Unknown []*Step // of which the price is not known; Remedy.NoPrice says why
	Forever []*Step // that cannot be undone; see [Step.Lasting]
}

// Totals sums up the steps and items. The weights say what resources cost today, nil
// that each one weighs the same.
func (p *Plan) Totals(weights *improve.Weights) Totals {
	out := Totals{Steps: len(p.Steps), Outcomes: map[Outcome]int{}}
	for _, item := range p.Items {
		out.Outcomes[item.Outcome]++
	}
	factors := map[*estate.Resource]float64{}
	var order []*estate.Resource
	for _, s := range p.Steps {
		switch s.Kind {
		case "inPlace":
			out.InPlace++
		case "conversion":
			out.Conversions++
		default:
			out.Anew++
		}
		out.Added += len(s.Added)
		if s.Lasting() != "" {
			out.Forever = append(out.Forever, s)
		}
		_, known := weights.Of(s.Resource)
		if s.Cost == nil || s.Cost.Factor != 1 && !known {
			out.Unknown = append(out.Unknown, s)
			continue
		}
		if s.Cost.Factor == 1 {
			continue
		}
		if _, has := factors[s.Resource]; !has {
			order, factors[s.Resource] = append(order, s.Resource), 1
		}
		factors[s.Resource] *= s.Cost.Factor
	}
	for _, r := range order {
		today, _ := weights.Of(r)
		out.Cost.Extra += today * (factors[r] - 1)
	}
	out.Cost.Unknown, out.Weighed = len(out.Unknown), len(order)
	return out
}

// Lasting says what of a step cannot be undone, "" for one that can be.
func (s *Step) Lasting() string {
	switch {
	case s.Remedy.Forever != "":
		return s.Remedy.Forever
	case s.Remedy.Change.OneWay:
		return "It cannot be undone."
	}
	return ""
}
