package harden

import (
	"context"
	"fmt"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/improve"
)

// Make makes the plan for an assessed estate: one item for each failing finding
// that counts. The error is that of the context, when it ends first. The estate of
// the assessment stays as it is.
func Make(ctx context.Context, before *assess.Result, opts Options) (*Plan, error) {
	p := &planner{
		cat: before.Catalog, opts: opts, trial: improve.Try(before.Estate, before.Catalog),
		plan:  &Plan{Before: before, Catalog: before.Catalog, Options: opts},
		steps: map[*estate.Resource][]*Step{}, remedies: map[ruleOf][]*catalog.Remedy{}, abroad: map[*catalog.Remedy]bool{}, rank: map[*catalog.Remedy]int{},
	}
	for i, rem := range p.cat.Remedies() {
		p.rank[rem] = i
	}
	jobs := p.jobs()
	for len(jobs) > 0 {
		var later []*job
		p.trial.Estate()
		for _, j := range jobs {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("planning: %w", err)
			}
			if p.work(j) {
				later = append(later, j)
			}
		}
		jobs = later
	}
	p.finish()
	return p.plan, nil
}

// planner is a plan in the making.
type planner struct {
	cat   *catalog.Catalog
	opts  Options
	trial *improve.Trial
	plan  *Plan
	steps map[*estate.Resource][]*Step // in the order in which they were chosen

	remedies map[ruleOf][]*catalog.Remedy
	abroad   map[*catalog.Remedy]bool // whether it speaks of the other region
	rank     map[*catalog.Remedy]int  // in catalog order
}

// job is a resource and the findings about it that have no outcome yet.
type job struct {
	resource *estate.Resource
	open     []*Item
}

// counts says whether a finding is one to do something about.
func counts(f *assess.Finding) bool { return f.Status == assess.Fail && !f.Known }

// jobs makes the items, and sorts them by resource in estate order.
func (p *planner) jobs() []*job {
	var out []*job
	at := map[*estate.Resource]*job{}
	for i := range p.plan.Before.Findings {
		f := &p.plan.Before.Findings[i]
		if !counts(f) || len(p.opts.Rules) > 0 && !slices.Contains(p.opts.Rules, f.Rule.ID) {
			continue
		}
		item := &Item{Finding: f}
		if f.Behind != nil {
			item.Notes = append(item.Notes, fmt.Sprintf("The same outages take the workspace %s away itself: this matters once it has a secondary in another region.", f.Behind.Name))
		}
		p.plan.Items = append(p.plan.Items, item)
		if f.Resource == nil {
			item.Outcome, item.Why, item.Instead = ByHand, whyNoRemedy, f.Remedy
			continue
		}
		j := at[f.Resource]
		if j == nil {
			j = &job{resource: f.Resource}
			at[f.Resource] = j
			out = append(out, j)
		}
		j.open = append(j.open, item)
	}
	slices.SortFunc(out, func(a, b *job) int { return a.resource.Index() - b.resource.Index() })
	return out
}

// ruleOf is a rule for a service.
type ruleOf struct {
	rule    *catalog.Rule
	service string
}

// remediesOf lists what may mend a finding, in catalog order.
func (p *planner) remediesOf(f *assess.Finding) []*catalog.Remedy {
	key := ruleOf{f.Rule, f.Resource.Service}
	out, known := p.remedies[key]
	if known {
		return out
	}
	for _, rem := range p.cat.RemediesOf(f.Rule.ID) {
		if slices.Contains(rem.Services, key.service) {
			out = append(out, rem)
		}
	}
	if len(out) == 0 && f.Rule.Scope != "" {
		for _, rem := range p.cat.RemediesFor(key.service) {
			if rem.Helps(f.Rule.Scope) {
				out = append(out, rem)
			}
		}
	}
	p.remedies[key] = out
	return out
}

// work chooses remedies for a resource until nothing is open. It is true when the
// rest has to wait until the estate was put together with what was added.
func (p *planner) work(j *job) bool {
	j.open = slices.DeleteFunc(j.open, func(item *Item) bool {
		for _, s := range p.steps[j.resource] {
			if slices.Contains(p.remediesOf(item.Finding), s.Remedy) {
				s.mends(item)
				return true
			}
		}
		return false
	})
	for len(j.open) > 0 {
		best := p.best(j)
		if best == nil {
			for _, item := range j.open {
				p.settle(item)
			}
			return false
		}
		added := p.take(best)
		j.open = slices.DeleteFunc(j.open, func(item *Item) bool { return slices.Contains(best.covers, item) })
		if added {
			return len(j.open) > 0
		}
	}
	return false
}

// best is the option that covers most of what is open; of equal ones the cheapest,
// then the first of the catalog. Nil when nothing is left to choose.
func (p *planner) best(j *job) *option {
	var best *option
	tried := map[*catalog.Remedy]bool{}
	for _, item := range j.open {
		for _, rem := range p.remediesOf(item.Finding) {
			if tried[rem] {
				continue
			}
			tried[rem] = true
			o := p.reach(j.resource, rem)
			if o.obstacle != nil || !o.automatic() && !p.opts.Fresh {
				continue
			}
			p.cover(o, j)
			if best == nil || o.compare(best) < 0 {
				best = o
			}
		}
	}
	return best
}

// cover finds the open items that an option mends.
func (p *planner) cover(o *option, j *job) {
	for _, item := range j.open {
		of := p.remediesOf(item.Finding)
		if slices.Contains(of, o.asked) || o.on == j.resource && slices.ContainsFunc(o.climb, func(s *Step) bool { return slices.Contains(of, s.Remedy) }) {
			o.covers = append(o.covers, item)
		}
	}
}

// take makes the steps of an option part of the plan; it is true when they add
// resources.
func (p *planner) take(o *option) bool {
	added := false
	for _, s := range o.climb {
		p.enter(s)
		s.Added = p.trial.Do(s.Region, s.Change)
		p.steps[s.Resource] = append(p.steps[s.Resource], s)
		added = added || len(s.Added) > 0
	}
	last := o.there
	if len(o.climb) > 0 {
		last = o.climb[len(o.climb)-1]
	}
	for _, item := range o.covers {
		of := p.remediesOf(item.Finding)
		by := last
		if !slices.Contains(of, o.asked) {
			by = o.climb[slices.IndexFunc(o.climb, func(s *Step) bool { return slices.Contains(of, s.Remedy) })]
		}
		by.mends(item)
	}
	return added
}

// enter notes which steps that were chosen before have to be done before a step.
func (p *planner) enter(s *Step) {
	for _, old := range p.steps[s.Resource] {
		if s.needs(old) || slices.Contains(s.Remedy.After, old.Remedy.ID) {
			s.Before = append(s.Before, old)
		}
		if slices.Contains(old.Remedy.After, s.Remedy.ID) && !s.waitsFor(old) {
			old.Before = append(old.Before, s)
		}
	}
}

// waitsFor says whether another step has to be done before this one, be it by way
// of others.
func (s *Step) waitsFor(other *Step) bool {
	return slices.ContainsFunc(s.Before, func(b *Step) bool { return b == other || b.waitsFor(other) })
}

// mends makes a step, with all that it needs first, what mends an item.
func (s *Step) mends(item *Item) {
	item.Outcome = Planned
	s.need(item)
}

func (s *Step) need(item *Item) {
	if slices.Contains(item.Steps, s) {
		return
	}
	for _, b := range s.Before {
		if s.needs(b) {
			b.need(item)
		}
	}
	item.Steps, s.Items = append(item.Steps, s), append(s.Items, item)
}
