package harden

import (
	"context"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// try carries the draft out on a copy and assesses that. It is true when that has
// shown something that makes another draft necessary; in the last one what does not
// hold is withdrawn.
func (p *planner) try(ctx context.Context, last bool) (bool, error) {
	if len(p.plan.Steps) == 0 {
		p.keepFollowing(nil)
		return false, nil
	}
	after, err := assess.Assess(ctx, p.trial.Estate(), p.cat, assess.Options{Target: p.before.Target})
	if err != nil {
		return false, err
	}
	troubles, err := p.plan.Prove(ctx, after)
	if err != nil {
		return false, err
	}
	fresh := p.newOnes(after)
	switch {
	case last:
		for _, t := range troubles {
			p.plan.Withdraw(t.String(), t.Steps...)
		}
	case p.followUp(fresh):
		return true, nil
	case p.refuse(troubles):
		p.begin()
		return true, nil
	}
	p.plan.Trial = after
	p.keepFollowing(fresh)
	p.mendedBesides(after)
	return false, nil
}

// mendedBesides finds items that no remedy of their own mends, and that the steps
// of others mend nevertheless, such as a server whose databases fail over.
func (p *planner) mendedBesides(after *assess.Result) {
	fails := map[string]bool{}
	for i := range after.Findings {
		if f := &after.Findings[i]; f.Status == assess.Fail || f.Status == assess.Unknown {
			fails[f.Fingerprint] = true
		}
	}
	b := p.plan.blamer()
	for _, item := range p.plan.Items {
		r := item.Finding.Resource
		if item.Outcome == Planned || r == nil || fails[item.Finding.Fingerprint] {
			continue
		}
		now := after.Estate.ByID(r.ID)
		if now == nil {
			continue
		}
		steps := b.blame(after.Estate, now)
		if len(steps) == 0 {
			continue
		}
		item.Outcome, item.Why, item.Instead, item.Notes, item.Steps = Planned, "", "", nil, steps
		if v := p.cat.Applies(item.Finding.Rule, after.Estate, now); v.Known && !v.Holds {
			item.Notes = []string{"After these steps the rule is no longer about the resource."}
		}
		for _, s := range steps {
			s.Items = append(s.Items, item)
		}
	}
}

// newOnes lists what fails after the draft on resources of the estate, and has no
// item.
func (p *planner) newOnes(after *assess.Result) []*assess.Finding {
	was := map[string]bool{}
	for i := range p.before.Findings {
		if f := &p.before.Findings[i]; f.Status == assess.Fail || f.Status == assess.Suppressed {
			was[f.Fingerprint] = true
		}
	}
	var out []*assess.Finding
	for i := range after.Findings {
		if f := &after.Findings[i]; f.Status == assess.Fail && !was[f.Fingerprint] && f.Resource != nil && p.before.Estate.ByID(f.Resource.ID) != nil {
			out = append(out, f)
		}
	}
	return out
}

// followUp makes new findings part of the draft; it is true when there are some that
// it does not have.
func (p *planner) followUp(fresh []*assess.Finding) bool {
	at := map[*estate.Resource]*job{}
	for _, f := range fresh {
		if p.follow[f.Fingerprint] || len(p.opts.Rules) > 0 && !slices.Contains(p.opts.Rules, f.Rule.ID) {
			continue
		}
		own := *f
		own.Resource = p.before.Estate.ByID(f.Resource.ID)
		own.Workspaces, own.Takes, own.Behind = nil, nil, nil // they are of the other estate
		p.enter(&Item{Finding: &own, Follows: true}, at)
		if p.follow == nil {
			p.follow = map[string]bool{}
		}
		p.follow[f.Fingerprint] = true
	}
	return len(at) > 0
}

// refuse notes what trying the draft has shown; it is true when that is new.
func (p *planner) refuse(troubles []Trouble) bool {
	more := false
	no := func(item *Item, s *Step, o *obstacle) {
		key := refusal{item.Finding.Fingerprint, s.Remedy}
		if p.refused[key] == nil && slices.Contains(p.remediesOf(item.Finding), s.Remedy) {
			o.remedy = s.Remedy
			p.refused[key], more = o, true
		}
	}
	slices.SortStableFunc(troubles, func(a, b Trouble) int { // what is left says more than what is new
		switch {
		case (a.Item == nil) == (b.Item == nil):
			return 0
		case a.Item != nil:
			return -1
		}
		return 1
	})
	for _, t := range troubles {
		for _, s := range t.Steps {
			if t.Item != nil {
				no(t.Item, s, &obstacle{kind: tooLittle, left: t.Finding})
				continue
			}
			for _, item := range s.Items {
				no(item, s, &obstacle{kind: harmful, left: t.Finding})
			}
		}
	}
	return more
}

// keepFollowing drops the items that only an earlier draft had a reason for.
func (p *planner) keepFollowing(fresh []*assess.Finding) {
	p.plan.Items = slices.DeleteFunc(p.plan.Items, func(item *Item) bool {
		return item.Follows && item.Outcome != Planned && !slices.ContainsFunc(fresh, func(f *assess.Finding) bool { return f.Fingerprint == item.Finding.Fingerprint })
	})
}
