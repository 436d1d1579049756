package catalog

import (
	"maps"
	"slices"
	"sync/atomic"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// situation is what all resources of one service share whose used variables are
// equal: the answers of the conditions, each found once.
type situation struct {
	frame    *frame
	values   map[string]any
	unknown  []string                 // the variables that are not known
	choices  map[string][]any         // of them, those that are one of some values
	answers  []atomic.Pointer[answer] // by condition
	outcomes [len(scopeOrder)]atomic.Pointer[shared]
}

// shared is an outcome without the words for one resource.
type shared struct {
	outcome Outcome
	needs   []int
	faults  []string
}

var scopeOrder = [...]Scope{ScopeNode, ScopeResource, ScopeZone, ScopeService, ScopeRegion}

// maxSituations bounds what a frame remembers; a process that sees more kinds of
// resources than that starts anew.
const maxSituations = 1 << 16

// situationOf gives the situation of a resource, nil when it has no service.
func (c *Catalog) situationOf(e *estate.Estate, r *estate.Resource) (*situation, *view) {
	v := c.viewOf(e)
	i, inEstate := indexIn(e, r)
	if inEstate {
		if s := v.situations[i].Load(); s != nil {
			return s, v
		}
	}
	f := c.byID[r.Service]
	if f == nil {
		return nil, v
	}
	l := v.about(e, r)
	s := f.ready().situation(l)
	l.done()
	if inEstate {
		v.situations[i].Store(s)
	}
	return s, v
}

// situation finds or makes the situation of a resource.
func (f *frame) situation(l *lookup) *situation {
	l.facts = slices.Grow(l.facts[:0], len(f.used))[:len(f.used)]
	for n, i := range f.used {
		l.facts[n] = f.vars[i].of(l)
		l.key = l.facts[n].appendSignature(l.key, f.vars[i].kind)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.situations[string(l.key)]
	if s == nil {
		s = f.newSituation(l.facts)
		if len(f.situations) >= maxSituations {
			clear(f.situations)
		}
		f.situations[string(l.key)] = s
	}
	return s
}

func (f *frame) newSituation(facts []fact) *situation {
	s := &situation{frame: f, values: make(map[string]any, len(facts)), answers: make([]atomic.Pointer[answer], len(f.conditions))}
	for n, i := range f.used {
		v := &f.vars[i]
		if facts[n].known {
			s.values[v.name] = facts[n].native(v.kind)
			continue
		}
		s.unknown = append(s.unknown, v.name)
		for i := range facts[n].choices {
			if s.choices == nil {
				s.choices = map[string][]any{}
			}
			s.choices[v.name] = append(s.choices[v.name], facts[n].choices[i].native(v.kind))
		}
	}
	return s
}

func (s *situation) answer(c *condition) *answer {
	if a := s.answers[c.index].Load(); a != nil {
		return a
	}
	a := s.ask(c)
	s.answers[c.index].Store(&a)
	return &a
}

// maxCases bounds how often one condition is tried with different choices.
const maxCases = 16

// ask evaluates a condition. When what is not known is one of some values, all
// of them are tried: they may agree.
func (s *situation) ask(c *condition) answer {
	a := s.frame.evaluate(c, s.values, s.unknown)
	if a.known || a.fault != "" || s.choices == nil {
		return a
	}
	var open []string // the choices among what would make it known
	cases := 1
	for _, i := range a.needs {
		if name := s.frame.vars[i].name; len(s.choices[name]) > 0 {
			open = append(open, name)
			cases *= len(s.choices[name])
		}
	}
	if len(open) == 0 || cases > maxCases {
		return a
	}
	values := maps.Clone(s.values)
	unknown := slices.DeleteFunc(slices.Clone(s.unknown), func(name string) bool { return slices.Contains(open, name) })
	var agreed answer
	for n := range cases {
		for _, name := range open {
			of := s.choices[name]
			values[name], n = of[n%len(of)], n/len(of)
		}
		one := s.frame.evaluate(c, values, unknown)
		if !one.known || agreed.known && one.holds != agreed.holds {
			return a
		}
		agreed = one
	}
	return agreed
}

// outcome finds the row that holds, or those of which one does.
func (s *situation) outcome(scope Scope) *shared {
	at := slices.Index(scopeOrder[:], scope)
	if at < 0 {
		return &shared{outcome: Outcome{State: Unknown, Unknowns: []string{"the catalog does not know the scope " + string(scope)}}}
	}
	if o := s.outcomes[at].Load(); o != nil {
		return o
	}
	o := s.findRow(scope)
	s.outcomes[at].Store(o)
	return o
}

func (s *situation) findRow(scope Scope) *shared {
	o := &shared{outcome: Outcome{State: Unknown}}
	for _, r := range s.frame.rows[scope] {
		holds, known := true, true
		if r.when != nil {
			a := s.answer(r.when)
			holds, known = a.holds, a.known
			if !known {
				o.needs = append(o.needs, a.needs...)
				if a.fault != "" {
					o.faults = append(o.faults, a.fault)
				}
			}
		}
		switch {
		case !known:
			o.outcome.Candidates = append(o.outcome.Candidates, r.fact)
		case holds && len(o.outcome.Candidates) == 0:
			return &shared{outcome: Outcome{State: r.fact.State, Fact: r.fact}}
		case holds:
			o.outcome.Candidates = append(o.outcome.Candidates, r.fact)
			return o.settled()
		}
	}
	if len(o.outcome.Candidates) == 0 {
		o.outcome.Unknowns = []string{"the catalog has no fact about an outage of this kind for " + s.frame.service.Title}
	}
	return o.settled()
}

// settled sorts what is needed.
func (o *shared) settled() *shared {
	slices.Sort(o.needs)
	o.needs = slices.Compact(o.needs)
	return o
}

// Survive says what a resource does in an outage of the scope, by the facts of
// its service. A resource without a service has the state Unknown and no
// candidates.
func (c *Catalog) Survive(e *estate.Estate, r *estate.Resource, scope Scope) Outcome {
	s, v := c.situationOf(e, r)
	if s == nil {
		return Outcome{State: Unknown, Unknowns: []string{"the catalog does not know the service of " + r.Name + " (" + r.Type + ")"}}
	}
	o := s.outcome(scope)
	if o.outcome.Fact != nil || len(o.outcome.Unknowns) > 0 {
		return o.outcome
	}
	out := o.outcome
	out.Unknowns = v.words(s.frame, e, r, o.needs, o.faults)
	return out
}

// Applies says whether a rule is about a resource at all: the rule names its
// service and its When, if it has one, holds.
func (c *Catalog) Applies(rule *Rule, e *estate.Estate, r *estate.Resource) Verdict {
	return c.ask(rule, e, r, func(rc ruleConditions) *condition { return rc.when })
}

// Check asks the condition of a plain rule: it passes when the verdict holds. An
// outage rule has none and always holds.
func (c *Catalog) Check(rule *Rule, e *estate.Estate, r *estate.Resource) Verdict {
	return c.ask(rule, e, r, func(rc ruleConditions) *condition { return rc.check })
}

func (c *Catalog) ask(rule *Rule, e *estate.Estate, r *estate.Resource, which func(ruleConditions) *condition) Verdict {
	s, v := c.situationOf(e, r)
	if s == nil {
		return Verdict{Known: true}
	}
	rc, about := s.frame.byRule[rule]
	if !about {
		return Verdict{Known: true}
	}
	return s.verdict(which(rc), v, e, r)
}
