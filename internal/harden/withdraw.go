package harden

import "slices"

// Withdraw takes steps out of the plan, with those that need them and those that
// serve nothing any more; it lists all that went. Their items are withdrawn for the
// reason given.
func (p *Plan) Withdraw(why string, steps ...*Step) []*Step {
	gone := map[*Step]bool{}
	for _, s := range steps {
		gone[s] = true
	}
	for again := true; again; {
		again = false
		for _, item := range p.Items {
			if item.stands() && slices.ContainsFunc(item.Steps, func(s *Step) bool { return gone[s] }) {
				item.Outcome, item.Why, again = Withdrawn, why, true
			}
		}
		for _, s := range p.Steps {
			if !gone[s] && (!slices.ContainsFunc(s.Items, (*Item).stands) || slices.ContainsFunc(s.Before, func(b *Step) bool { return gone[b] && s.needs(b) })) {
				gone[s], again = true, true
			}
		}
	}
	var out []*Step
	p.Steps = slices.DeleteFunc(p.Steps, func(s *Step) bool {
		if gone[s] {
			out = append(out, s)
		}
		return gone[s]
	})
	return out
}

// stands says that the steps of the item are, or were, to mend it.
func (i *Item) stands() bool { return i.Outcome == Planned || i.Outcome == Mended }

// needs says whether another step brings about what this one needs first.
func (s *Step) needs(b *Step) bool {
	for i := range s.Remedy.Needs {
		if s.Remedy.Needs[i].By == b.Remedy.ID {
			return true
		}
	}
	return false
}
