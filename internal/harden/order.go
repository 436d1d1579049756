package harden

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/assess"
)

// finish puts the steps into their order, and says what they give.
func (p *planner) finish() {
	var all []*Step
	for _, r := range p.plan.Before.Estate.Resources {
		all = append(all, p.steps[r]...)
	}
	p.plan.Steps = inOrder(all)
	for _, s := range p.plan.Steps {
		s.Gain = gain(s.Items)
	}
	anew := map[*Step][]*Item{}
	for _, item := range p.plan.Items {
		if item.Outcome == Recreate {
			for _, s := range item.Steps {
				anew[s] = append(anew[s], item)
			}
		}
		slices.SortStableFunc(item.Steps, func(a, b *Step) int {
			return slices.Index(p.plan.Steps, a) - slices.Index(p.plan.Steps, b)
		})
	}
	for s, items := range anew {
		s.Items, s.Gain = items, gain(items)
	}
}

// inOrder moves steps behind those that have to be done first, and leaves them as
// they stand otherwise.
func inOrder(steps []*Step) []*Step {
	out := make([]*Step, 0, len(steps))
	done := make(map[*Step]bool, len(steps))
	var visit func(s *Step)
	visit = func(s *Step) {
		if done[s] {
			return
		}
		done[s] = true
		for _, b := range s.Before {
			visit(b)
		}
		out = append(out, s)
	}
	for _, s := range steps {
		visit(s)
	}
	return out
}

// gain lists what outages take away today because of what items are about.
func gain(items []*Item) []assess.Loss {
	var out []assess.Loss
	for _, item := range items {
		for _, l := range item.Finding.Takes {
			if !slices.ContainsFunc(out, func(old assess.Loss) bool {
				return old.Workspace == l.Workspace && old.Capability == l.Capability && old.Outage == l.Outage
			}) {
				out = append(out, l)
			}
		}
	}
	return out
}
