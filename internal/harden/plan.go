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
// that counts. What is planned is tried on a copy and assessed again: a remedy that
// does not mend what it should, or that breaks something as bad, is not part of the
// plan, and the item says why. What else begins to fail and can be mended is mended
// by the same plan. The error is that of the context, when it ends first. The
// estate of the assessment stays as it is.
func Make(ctx context.Context, before *assess.Result, opts Options) (*Plan, error) {
	p := &planner{
		cat: before.Catalog, opts: opts, before: before,
		remedies: map[ruleOf][]*catalog.Remedy{}, abroad: map[*catalog.Remedy]bool{}, rank: map[*catalog.Remedy]int{},
		refused: map[refusal]*obstacle{},
	}
	for i, rem := range p.cat.Remedies() {
		p.rank[rem] = i
	}
	p.begin()
	for n := 0; ; n++ {
		if err := p.draw(ctx); err != nil {
			return nil, fmt.Errorf("planning: %w", err)
		}
		again, err := p.try(ctx, n == mostDrafts)
		if err != nil {
			return nil, fmt.Errorf("trying the plan: %w", err)
		}
		if !again {
			return p.plan, nil
		}
	}
}

// mostDrafts is how often a plan is made anew at most because trying it showed
// something; what does not hold then is withdrawn.
const mostDrafts = 8

// planner is a plan in the making.
type planner struct {
	cat     *catalog.Catalog
	opts    Options
	before  *assess.Result
	refused map[refusal]*obstacle // what trying a draft has shown
	follow  map[string]bool       // what begins to fail by what is planned, by fingerprint

	remedies map[ruleOf][]*catalog.Remedy
	abroad   map[*catalog.Remedy]bool // whether it speaks of the other region
	rank     map[*catalog.Remedy]int  // in catalog order

	// Of the draft:
	plan  *Plan
	trial *improve.Trial
	steps map[*estate.Resource][]*Step // in the order in which they were chosen
	jobs  []*job                       // what is left to do
}

// refusal is a remedy for a finding.
type refusal struct {
	fingerprint string
	remedy      *catalog.Remedy
}

// begin begins a draft with the findings of the assessment.
func (p *planner) begin() {
	p.plan = &Plan{Before: p.before, Catalog: p.cat, Options: p.opts}
	p.trial = improve.Try(p.before.Estate, p.cat)
	p.steps, p.jobs, p.follow = map[*estate.Resource][]*Step{}, nil, nil
	at := map[*estate.Resource]*job{}
	for i := range p.before.Findings {
		if f := &p.before.Findings[i]; counts(f) && (len(p.opts.Rules) == 0 || slices.Contains(p.opts.Rules, f.Rule.ID)) {
			p.enter(&Item{Finding: f}, at)
		}
	}
}

// enter makes an item part of the draft, for the job of its resource.
func (p *planner) enter(item *Item, at map[*estate.Resource]*job) {
	f := item.Finding
	p.plan.Items = append(p.plan.Items, item)
	if f.Behind != nil {
		item.Notes = append(item.Notes, fmt.Sprintf("The same outages take the workspace %s away itself: this matters once it has a secondary in another region.", f.Behind.Name))
	}
	if f.Resource == nil {
		item.Outcome, item.Why, item.Instead = ByHand, whyNoRemedy, f.Remedy
		return
	}
	if at[f.Resource] == nil {
		at[f.Resource] = &job{resource: f.Resource}
		p.jobs = append(p.jobs, at[f.Resource])
	}
	at[f.Resource].open = append(at[f.Resource].open, item)
}

// draw works on what has no outcome yet, resource after resource in estate order.
func (p *planner) draw(ctx context.Context) error {
	slices.SortFunc(p.jobs, func(a, b *job) int { return a.resource.Index() - b.resource.Index() })
	for len(p.jobs) > 0 {
		var later []*job
		p.trial.Estate()
		for _, j := range p.jobs {
			if err := ctx.Err(); err != nil {
				return err
			}
			if p.work(j) {
				j.look = nil
				later = append(later, j)
			}
		}
		p.jobs = later
	}
	p.finish()
	return nil
}

// job is a resource and the findings about it that have no outcome yet.
type job struct {
	resource *estate.Resource
	open     []*Item
	look     *catalog.Look // at the resource as it is; nil when that has to be done anew
}

// counts says whether a finding is one to do something about.
func counts(f *assess.Finding) bool { return f.Status == assess.Fail && !f.Known }

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

// may says whether a remedy may mend a finding.
func (p *planner) may(rem *catalog.Remedy, f *assess.Finding) bool {
	return p.refused[refusal{f.Fingerprint, rem}] == nil && slices.Contains(p.remediesOf(f), rem)
}

// work chooses remedies for a resource until nothing is open. It is true when the
// rest has to wait until the estate was put together with what was added.
func (p *planner) work(j *job) bool {
	j.open = slices.DeleteFunc(j.open, func(item *Item) bool {
		for _, s := range p.steps[j.resource] {
			if p.may(s.Remedy, item.Finding) {
				s.mends(item)
				return true
			}
		}
		return false
	})
	for len(j.open) > 0 {
		best, tried := p.best(j)
		if best == nil {
			for _, item := range j.open {
				p.settle(item, tried)
			}
			return false
		}
		added := p.take(best)
		j.look = nil
		j.open = slices.DeleteFunc(j.open, func(item *Item) bool { return slices.Contains(best.covers, item) })
		if added {
			return len(j.open) > 0
		}
	}
	return false
}

// best is the option that covers most of what is open; of equal ones the cheapest,
// then the first of the catalog. Nil when nothing is left to choose. All that were
// tried stand beside it.
func (p *planner) best(j *job) (*option, map[*catalog.Remedy]*option) {
	var best *option
	tried := map[*catalog.Remedy]*option{}
	for _, item := range j.open {
		for _, rem := range p.remediesOf(item.Finding) {
			if tried[rem] != nil || p.refused[refusal{item.Finding.Fingerprint, rem}] != nil {
				continue
			}
			o := p.reach(j, rem)
			tried[rem] = o
			if o.obstacle != nil || !o.automatic() && !p.opts.Fresh {
				continue
			}
			p.cover(o, j)
			if best == nil || o.compare(best) < 0 {
				best = o
			}
		}
	}
	return best, tried
}

// cover finds the open items that an option mends.
func (p *planner) cover(o *option, j *job) {
	for _, item := range j.open {
		if p.may(o.asked, item.Finding) || o.on == j.resource && slices.ContainsFunc(o.climb, func(s *Step) bool { return p.may(s.Remedy, item.Finding) }) {
			o.covers = append(o.covers, item)
		}
	}
}

// take makes the steps of an option part of the plan; it is true when they add
// resources.
func (p *planner) take(o *option) bool {
	added := false
	for _, s := range o.climb {
		p.await(s)
		s.Added = p.trial.Do(s.Region, s.Change)
		p.steps[s.Resource] = append(p.steps[s.Resource], s)
		added = added || len(s.Added) > 0
	}
	last := o.there
	if len(o.climb) > 0 {
		last = o.climb[len(o.climb)-1]
	}
	for _, item := range o.covers {
		by := last
		if !p.may(o.asked, item.Finding) {
			by = o.climb[slices.IndexFunc(o.climb, func(s *Step) bool { return p.may(s.Remedy, item.Finding) })]
		}
		by.mends(item)
	}
	return added
}

// await notes which steps that were chosen before have to be done before a step.
func (p *planner) await(s *Step) {
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
