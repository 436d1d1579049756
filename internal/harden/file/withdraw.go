package file

import (
	"context"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// needed keeps the steps that a planned item has, and what these need first.
func needed(steps []*harden.Step) []*harden.Step {
	keep := map[*harden.Step]bool{}
	var mark func(s *harden.Step)
	mark = func(s *harden.Step) {
		if keep[s] {
			return
		}
		keep[s] = true
		for _, b := range s.Before {
			if slices.Contains(steps, b) && needs(s, b) {
				mark(b)
			}
		}
	}
	for _, s := range steps {
		if slices.ContainsFunc(s.Items, func(i *harden.Item) bool { return i.Outcome == harden.Planned }) {
			mark(s)
		}
	}
	var out []*harden.Step
	for _, s := range steps {
		if keep[s] {
			out = append(out, s)
		}
	}
	return out
}

// needs says that a step cannot be without another one that comes before it: it
// needs what that one brings about, or is about what it adds.
func needs(s, before *harden.Step) bool {
	return slices.ContainsFunc(s.Remedy.Needs, func(n catalog.Requirement) bool { return n.By == before.Remedy.ID }) ||
		slices.ContainsFunc(before.Added, func(id estate.ResourceID) bool { return id.Equal(s.Resource.ID) })
}

// narrow lets wants that were written where others may use them be written at the
// resource itself, when something changed that should not.
func (h *hardener) narrow(d *draft, breaches []breach) bool {
	if !slices.ContainsFunc(breaches, func(b breach) bool { return b.trouble == nil }) {
		return false
	}
	done := false
	for _, x := range d.wants {
		if x.level == supplied && x.at.shared {
			h.levels[x.key()] = used
			h.told[x.key()] = d.describe(x.at.node) + " is used elsewhere as well: changed at this resource only; change it there to change all"
			done = true
		}
	}
	return done
}

// blame withdraws the steps on what the breaches are about.
func (h *hardener) blame(d *draft, breaches []breach) bool {
	done := false
	structural := slices.ContainsFunc(breaches, func(b breach) bool { return b.trouble == nil })
	for _, b := range breaches {
		if structural && b.trouble != nil {
			continue // it may come of the rest
		}
		var steps []*harden.Step
		switch {
		case b.trouble != nil:
			steps = b.trouble.Steps
			if i := b.trouble.Item; i != nil { // what mends something else as well stays
				i.Outcome, i.Why, done = harden.Withdrawn, b.why, true
				steps = nil
			}
		case b.resource != nil:
			if t := d.state.targets[b.resource.ID.Key()]; t != nil {
				steps = t.steps
			}
		}
		for _, s := range steps {
			if slices.Contains(h.steps, s) {
				h.withdraw(s, b.why)
				done = true
			}
		}
	}
	h.steps = needed(h.steps)
	return done
}

// withdraw takes a step back, with the items that it was to mend, the steps that
// need it, and those that are then for nothing.
func (h *hardener) withdraw(s *harden.Step, why string) {
	if !slices.Contains(h.steps, s) {
		return
	}
	h.steps = slices.DeleteFunc(h.steps, func(x *harden.Step) bool { return x == s })
	for _, i := range s.Items {
		if i.Outcome == harden.Planned {
			i.Outcome, i.Why = harden.Withdrawn, why
		}
	}
	for _, x := range slices.Clone(h.steps) {
		if slices.Contains(x.Before, s) && needs(x, s) {
			h.withdraw(x, why)
		}
	}
	h.steps = needed(h.steps)
}

// isolate puts the steps in one after the other, and withdraws each with which the
// draft does not hold any more.
func (h *hardener) isolate(ctx context.Context, why string) error {
	all := slices.Clone(h.steps)
	var good []*harden.Step
	withdrawn := false
	for _, s := range all {
		if !slices.Contains(h.steps, s) {
			continue
		}
		try := append(slices.Clone(good), s)
		_, _, breaches, err := h.attempt(ctx, try)
		if err != nil {
			return err
		}
		if len(breaches) == 0 {
			if slices.Contains(h.steps, s) {
				good = append(good, s)
			}
			continue
		}
		withdrawn = true
		h.withdraw(s, breaches[0].why)
	}
	if !withdrawn { // each alone holds and all together do not: the last one goes
		if len(h.steps) > 0 {
			h.withdraw(h.steps[len(h.steps)-1], why)
		}
	}
	return nil
}
