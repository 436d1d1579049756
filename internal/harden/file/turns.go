package file

import (
	"context"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/improve"
)

// settle writes drafts until one holds and nothing new can be done.
func (h *hardener) settle(ctx context.Context) error {
	h.after = h.before
	for {
		d, after, breaches, err := h.attempt(ctx, h.steps)
		if err != nil {
			return err
		}
		if len(breaches) == 0 {
			h.draft, h.after = d, after
			more, err := h.more(ctx, after)
			if err != nil || len(more) == 0 {
				return err
			}
			h.steps = append(h.steps, more...)
			continue
		}
		if after != nil { // what came new may be mended in turn
			more, err := h.healing(ctx, after, breaches)
			if err != nil {
				return err
			}
			if len(more) > 0 {
				h.steps = append(h.steps, more...)
				continue
			}
		}
		if h.narrow(d, breaches) || h.blame(d, breaches) {
			continue
		}
		if err := h.isolate(ctx, breaches[0].why); err != nil {
			return err
		}
	}
}

// attempt writes a draft and looks at what it gives. Steps that cannot be written
// are withdrawn at once, and the rest is written without them.
func (h *hardener) attempt(ctx context.Context, steps []*harden.Step) (*draft, *world, []breach, error) {
	for {
		d := newDraft(h.before, h.in.Catalog, steps, h.levels)
		if len(d.failed) > 0 {
			for _, s := range steps {
				if why, ok := d.failed[s]; ok {
					h.withdraw(s, why)
				}
			}
			steps = slices.DeleteFunc(slices.Clone(steps), func(s *harden.Step) bool { return !slices.Contains(h.steps, s) })
			continue
		}
		if len(steps) == 0 {
			return d, h.before, nil, nil
		}
		after, err := h.read.read(ctx, d.texts())
		if err != nil {
			if ctx.Err() != nil {
				return nil, nil, nil, err
			}
			return d, nil, []breach{{why: "the files could not be read any more: " + err.Error()}}, nil
		}
		h.drafts++
		expected := h.expected(steps)
		breaches := hold(h.before, after, expected, d.along)
		troubles, err := h.plan.Prove(ctx, after.result)
		if err != nil {
			return nil, nil, nil, err
		}
		for _, t := range troubles {
			if t.Item != nil && slices.ContainsFunc(t.Item.Steps, func(s *harden.Step) bool { return !slices.Contains(steps, s) }) {
				continue // only some of its steps are tried
			}
			breaches = append(breaches, breach{why: t.String(), trouble: &t})
		}
		return d, after, breaches, nil
	}
}

// expected is the estate that the steps alone make.
func (h *hardener) expected(steps []*harden.Step) *estate.Estate {
	trial := improve.Try(h.before.estate, h.in.Catalog)
	for _, s := range steps {
		c := s.Change
		if h.before.estate.ByID(c.Resource.ID) == nil { // it is added by a step before
			if c.Resource = trial.Estate().ByID(c.Resource.ID); c.Resource == nil {
				continue
			}
		}
		trial.Do(s.Region, c)
	}
	return trial.Estate()
}

func (d *draft) texts() map[string][]byte {
	out := map[string][]byte{}
	for name, s := range d.sets {
		if s.Len() > 0 {
			out[name] = s.Bytes()
		}
	}
	return out
}

// more plans again for what a draft gives, and takes the steps that were not tried
// yet.
func (h *hardener) more(ctx context.Context, after *world) ([]*harden.Step, error) {
	if after == h.before {
		return nil, nil
	}
	next, err := harden.Make(ctx, after.result, h.opts.Plan)
	if err != nil {
		return nil, err
	}
	h.left = next
	return h.join(next, nil), nil
}

// healing plans what mends the findings that a draft brings. Without a plan for
// every one of them there is none.
func (h *hardener) healing(ctx context.Context, after *world, breaches []breach) ([]*harden.Step, error) {
	for _, b := range breaches {
		if b.trouble == nil || b.trouble.Item != nil {
			return nil, nil
		}
	}
	next, err := harden.Make(ctx, after.result, h.opts.Plan)
	if err != nil {
		return nil, err
	}
	return h.join(next, breaches), nil
}

// join takes the untried steps of a further plan as steps of the first one. With
// breaches it takes none unless each of them is mended.
func (h *hardener) join(next *harden.Plan, breaches []breach) []*harden.Step {
	items := map[string]*harden.Item{}
	for _, i := range h.plan.Items {
		items[i.Finding.Fingerprint] = i
	}
	fresh := func(i *harden.Item) bool {
		return i.Outcome == harden.Planned && !slices.ContainsFunc(i.Steps, func(s *harden.Step) bool { return h.tried[nameOfStep(s)] || !h.declared(s) })
	}
	for _, b := range breaches {
		if !slices.ContainsFunc(next.Items, func(i *harden.Item) bool { return i.Finding.Fingerprint == b.trouble.Finding.Fingerprint && fresh(i) }) {
			return nil
		}
	}
	var out []*harden.Step
	for _, i := range next.Items {
		old := items[i.Finding.Fingerprint]
		if !fresh(i) || old != nil && old.Outcome == harden.Withdrawn {
			continue
		}
		if old == nil {
			old, i.Follows = i, true
			h.plan.Items = append(h.plan.Items, i)
		}
		old.Outcome, old.Steps, old.Why, old.Instead = harden.Planned, i.Steps, "", ""
		for _, s := range i.Steps {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
			if at := slices.Index(s.Items, i); at >= 0 {
				s.Items[at] = old
			}
		}
	}
	for _, s := range out {
		h.tried[nameOfStep(s)] = true
	}
	out = slices.DeleteFunc(slices.Clone(next.Steps), func(s *harden.Step) bool { return !slices.Contains(out, s) })
	h.plan.Steps = append(h.plan.Steps, out...)
	return out
}
