package harden

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/improve"
)

// option is a remedy that may be chosen, with what it needs first, or why it
// cannot be had.
type option struct {
	asked    *catalog.Remedy  // the one that was asked for
	on       *estate.Resource // where it is done: the resource, or what does it instead
	climb    []*Step          // the remedy, after what it needs first
	there    *Step            // the step that is chosen already and does it instead
	obstacle *obstacle
	covers   []*Item
	rank     int // of the remedy in the catalog
	look     catalog.Look
}

// obstacle is why a remedy cannot be had.
type obstacle struct {
	kind   hindrance
	remedy *catalog.Remedy // that meets it
	need   *catalog.Requirement
	open   []string        // what is not known
	other  string          // the remedy that it contradicts
	left   *assess.Finding // what is left, or new, after it
}

type hindrance int

const (
	elsewhere    hindrance = iota // the remedy is about other resources, or done
	unknown                       // something that decides is not known
	noRegion                      // the other region is not known
	pair                          // it takes a second workspace
	cannot                        // the catalog says that nothing can be done
	lacking                       // it needs what nothing brings about
	contradicted                  // a step that is chosen sets the same to something else
	tooLittle                     // the finding would still fail
	harmful                       // something else would begin to fail
	asking                        // only the owner can say what it takes
	person                        // a person has to do it in Azure
)

// automatic says that all is done on what is there.
func (o *option) automatic() bool {
	return !slices.ContainsFunc(o.climb, func(s *Step) bool { return !s.Automatic() })
}

// Automatic says that a step changes what is there, and makes nothing anew.
func (s *Step) Automatic() bool { return s.Kind == "inPlace" || s.Kind == "conversion" }

// compare orders options: that which covers more first, then what is done on what
// is there, then fewer unknown prices, the lower price, and catalog order.
func (o *option) compare(other *option) int {
	if c := len(other.covers) - len(o.covers); c != 0 {
		return c
	}
	if o.automatic() != other.automatic() {
		if o.automatic() {
			return -1
		}
		return 1
	}
	if c := o.cost().Compare(other.cost()); c != 0 {
		return c
	}
	return o.rank - other.rank
}

// cost multiplies the factors.
func (o *option) cost() improve.Cost {
	out := improve.Cost{Extra: 1}
	for _, s := range o.climb {
		if s.Cost == nil {
			out.Unknown++
		} else {
			out.Extra *= s.Cost.Factor
		}
	}
	return out
}

// reach finds what has to be done for a remedy on a resource, as the estate is
// after all that was chosen so far.
func (p *planner) reach(j *job, rem *catalog.Remedy) *option {
	o := &option{asked: rem, on: j.resource, rank: p.rank[rem]}
	if j.look == nil {
		e := p.trial.Seen()
		j.look = new(p.cat.Look(e, e.ByID(o.on.ID)))
	}
	o.look = *j.look
	mark := p.trial.Mark()
	o.obstacle = p.climb(o, rem, nil)
	p.trial.Back(mark)
	if o.obstacle != nil && o.obstacle.kind == cannot && rem.Cannot == "" && len(rem.By) > 0 {
		p.instead(o, rem)
	}
	return o
}

// climb adds a remedy to the option, after what it needs first. under are the
// remedies that need it.
func (p *planner) climb(o *option, rem *catalog.Remedy, under []*catalog.Remedy) *obstacle {
	switch v := o.look.Concerns(rem); {
	case !v.Known:
		return &obstacle{kind: unknown, remedy: rem, open: v.Unknowns}
	case !v.Holds:
		return &obstacle{kind: elsewhere, remedy: rem}
	case rem.Pair:
		return &obstacle{kind: pair, remedy: rem}
	case !rem.Mends():
		return &obstacle{kind: cannot, remedy: rem}
	case rem.Asks != "":
		return &obstacle{kind: asking, remedy: rem}
	case p.opts.Live && rem.ByHand != "":
		return &obstacle{kind: person, remedy: rem}
	}
	needs, verdicts := o.look.Missing(rem)
	for i, n := range needs {
		by := p.cat.Remedy(n.By)
		if by == nil || slices.Contains(under, by) || by == rem {
			return short(rem, n, verdicts[i])
		}
		if why := p.climb(o, by, append(under, rem)); why != nil {
			if why.kind == elsewhere { // what would bring it about is not about this resource
				return short(rem, n, verdicts[i])
			}
			return why
		}
	}
	if len(needs) > 0 {
		if needs, verdicts = o.look.Missing(rem); len(needs) > 0 {
			return short(rem, needs[0], verdicts[0])
		}
	}
	s := &Step{Change: improve.Change{Remedy: rem, Resource: o.on}, Kind: rem.Change.Kind}
	if p.namesOther(rem) {
		e := p.trial.Seen()
		if s.Region = p.otherRegion(e, e.ByID(o.on.ID)); s.Region == "" {
			return &obstacle{kind: noRegion, remedy: rem}
		}
	}
	for _, chosen := range append(slices.Clone(p.steps[o.on]), o.climb...) {
		if contradict(chosen.Remedy, rem) {
			return &obstacle{kind: contradicted, remedy: rem, other: chosen.Remedy.Title}
		}
	}
	s.Cost = o.look.CostOf(rem)
	if len(under) > 0 {
		p.trial.Do(s.Region, s.Change)
		e := p.trial.Estate()
		o.look = p.cat.Look(e, e.ByID(o.on.ID))
	}
	for _, b := range o.climb {
		if s.needs(b) || slices.Contains(rem.After, b.Remedy.ID) {
			s.Before = append(s.Before, b)
		}
	}
	o.climb = append(o.climb, s)
	return nil
}

func short(rem *catalog.Remedy, n *catalog.Requirement, v catalog.Verdict) *obstacle {
	if !v.Known {
		return &obstacle{kind: unknown, remedy: rem, need: n, open: v.Unknowns}
	}
	return &obstacle{kind: lacking, remedy: rem, need: n}
}

// instead looks for a remedy of what the resource leans on that does it.
func (p *planner) instead(o *option, rem *catalog.Remedy) {
	e := p.trial.Seen()
	for _, id := range rem.By {
		by := p.cat.Remedy(id)
		if by == nil {
			continue
		}
		if by.Pair {
			o.obstacle = &obstacle{kind: pair, remedy: by}
			continue
		}
		for x := range e.LeansOn(e.ByID(o.on.ID)) {
			on := p.plan.Before.Estate.ByID(x.To.ID)
			if on == nil || !slices.Contains(by.Services, on.Service) {
				continue
			}
			if at := slices.IndexFunc(p.steps[on], func(s *Step) bool { return s.Remedy == by }); at >= 0 {
				o.there, o.obstacle = p.steps[on][at], nil
				return
			}
			other := p.reach(&job{resource: on}, by)
			if other.obstacle == nil {
				o.on, o.climb, o.obstacle = on, other.climb, nil
				return
			}
			if other.obstacle.kind != elsewhere {
				o.obstacle = other.obstacle
			}
		}
	}
}

// contradict says that two remedies set the same to different values.
func contradict(a, b *catalog.Remedy) bool {
	for i := range a.Set {
		for k := range b.Set {
			x, y := &a.Set[i], &b.Set[k]
			if x.Setting == y.Setting && strings.EqualFold(x.Path, y.Path) && !x.Append && !y.Append && !(x.AtLeast && y.AtLeast) && value.Equal(x.Value, y.Value) != value.Yes {
				return true
			}
		}
	}
	return false
}

// namesOther says that a remedy speaks of the other region.
func (p *planner) namesOther(rem *catalog.Remedy) bool {
	names, known := p.abroad[rem]
	if !known {
		for i := range rem.Set {
			names = names || speaksOf(rem.Set[i].Value)
		}
		for i := range rem.Add {
			a := &rem.Add[i]
			names = names || strings.Contains(a.Name+a.Location, otherRegion) || speaksOf(a.Body)
		}
		p.abroad[rem] = names
	}
	return names
}

const otherRegion = "{otherRegion}"

func speaksOf(v value.Value) bool {
	switch v.Kind() {
	case value.StringKind:
		return strings.Contains(v.Str(), otherRegion)
	case value.ArrayKind:
		for _, e := range v.Elems() {
			if speaksOf(e) {
				return true
			}
		}
	case value.ObjectKind:
		for _, e := range v.Members() {
			if speaksOf(e) {
				return true
			}
		}
	}
	return false
}

// otherRegion chooses the other region for a resource, "" when that cannot be said.
func (p *planner) otherRegion(e *estate.Estate, r *estate.Resource) string {
	at := standsIn(e, r)
	if p.opts.Region != "" && p.opts.Region != at {
		return p.opts.Region
	}
	return improve.OtherRegion(at)
}

// standsIn gives the region of a resource, or that of the nearest ancestor that has
// one.
func standsIn(e *estate.Estate, r *estate.Resource) string {
	if r.Location != "" {
		return r.Location
	}
	for id := r.ID.Parent(); !id.IsZero(); id = id.Parent() {
		if up := e.ByID(id); up != nil && up.Location != "" {
			return up.Location
		}
	}
	return ""
}
