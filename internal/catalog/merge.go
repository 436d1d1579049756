package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// assemble makes a catalog of another one (nil: none) and what was read. It does
// not complain: that is what check is for.
func assemble(base *Catalog, in *input) *Catalog {
	c := &Catalog{types: map[string]*Type{}, sources: map[string]*Source{}, disabled: map[string]bool{}}
	if base != nil {
		c.written = slices.Clone(base.written)
		c.rules = slices.Clone(base.rules)
		c.remedies = slices.Clone(base.remedies)
		c.meters = slices.Clone(base.meters)
		c.needs = slices.Clone(base.needs)
		c.spreads = slices.Clone(base.spreads)
		maps.Copy(c.types, base.types)
		maps.Copy(c.sources, base.sources)
		maps.Copy(c.disabled, base.disabled)
	}
	for _, s := range in.services {
		s.prepare()
		c.written = put(c.written, s, func(s *Service) string { return s.ID })
	}
	for _, id := range in.disable {
		c.disabled[*id] = true
	}
	for _, r := range in.rules {
		delete(c.disabled, r.ID)
		c.rules = put(c.rules, r, func(r *Rule) string { return r.ID })
	}
	c.rules = slices.DeleteFunc(c.rules, func(r *Rule) bool { return c.disabled[r.ID] })
	slices.SortStableFunc(c.rules, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) })
	for _, r := range in.remedies {
		c.remedies = put(c.remedies, r, func(r *Remedy) string { return r.ID })
	}
	for _, m := range in.meters {
		c.meters = put(c.meters, m, func(m *Meter) string { return m.ID })
	}
	for _, n := range in.needs {
		c.needs = put(c.needs, n, needKey)
	}
	for _, s := range in.spreads {
		c.spreads = put(c.spreads, s, spreadKey)
	}
	c.addTypes(in.types)
	for _, s := range in.sources {
		c.sources[s.Key] = s
	}
	for _, s := range c.sources {
		if !s.Billing {
			c.asOf = max(c.asOf, s.Date)
		}
	}
	c.resolve()
	c.index()
	return c
}

// put replaces the element with the same key, or appends.
func put[T any](list []*T, elem *T, key func(*T) string) []*T {
	k := key(elem)
	for i, old := range list {
		if key(old) == k {
			list[i] = elem
			return list
		}
	}
	return append(list, elem)
}

func needKey(n *Need) string {
	return string(n.Capability) + " " + string(n.Role) + " " + strings.Join(n.Services, " ")
}

func spreadKey(s *Spread) string {
	return string(s.Role) + " " + strings.Join(s.From, " ") + " > " + strings.Join(s.To, " ")
}

// prepare works out what follows from what is written in one service alone.
func (s *Service) prepare() {
	for i := range s.Matches {
		m := &s.Matches[i]
		if m.Type != "" && !slices.ContainsFunc(s.Types, func(t string) bool { return strings.EqualFold(t, m.Type) }) {
			s.Types = append(s.Types, m.Type)
		}
		m.compile()
	}
	for i := range s.Settings {
		set := &s.Settings[i]
		if d, ok := set.typedDefault(); ok {
			set.Default = d
		}
		set.childKey = strings.ToLower(set.Child)
		for _, text := range set.Path {
			p, _ := parsePath(text)
			set.paths = append(set.paths, p)
		}
	}
	for i := range s.Survival {
		s.Survival[i].complete()
	}
}

// follows is what a state means for a row that does not say otherwise.
var follows = map[State]struct{ trigger, reads, writes string }{
	CarriesOn:  {"none", "ok", "ok"},
	FailsOver:  {"automatic", "down", "down"},
	FailedOver: {"", "down", "down"},
	Degraded:   {"none", "degraded", "degraded"},
	ReadOnly:   {"none", "ok", "down"},
	Down:       {"none", "down", "down"},
}

func (s *Survival) complete() {
	f := follows[s.State]
	s.Trigger = cmp.Or(s.Trigger, f.trigger)
	s.Reads = cmp.Or(s.Reads, f.reads)
	s.Writes = cmp.Or(s.Writes, f.writes)
	for _, span := range []*Span{&s.RTO, &s.RPO} {
		switch {
		case *span != unwritten:
		case s.State == Unknown:
			*span = Span{Seconds: -1, Word: "unknown"}
		default:
			*span = Span{}
		}
	}
}

// unwritten is the time of a row that does not give one, while it is read.
var unwritten = Span{Seconds: -2}

// resolve makes the services of what is written, with what they take over.
func (c *Catalog) resolve() {
	byID := make(map[string]*Service, len(c.written))
	for _, s := range c.written {
		byID[s.ID] = s
	}
	done := make(map[string]*Service, len(c.written))
	c.services = make([]*Service, len(c.written))
	for i, s := range c.written {
		c.services[i] = extend(s, byID, done)
	}
}

// extend gives s with what it takes over, and never comes back to a service that
// it is in the midst of (the check reports such a circle).
func extend(s *Service, byID, done map[string]*Service) *Service {
	if d := done[s.ID]; d != nil {
		return d
	}
	done[s.ID] = s
	from := byID[s.Extends]
	if s.Extends == "" || from == nil {
		return s
	}
	from = extend(from, byID, done)
	out := *s
	out.Settings = slices.Clone(s.Settings)
	for _, set := range from.Settings {
		if !slices.ContainsFunc(s.Settings, func(own Setting) bool { return own.Name == set.Name }) {
			out.Settings = append(out.Settings, set)
		}
	}
	out.Survival = slices.Clone(s.Survival)
	for _, row := range from.Survival {
		if !slices.ContainsFunc(s.Survival, func(own Survival) bool { return own.Scope == row.Scope }) {
			out.Survival = append(out.Survival, row)
		}
	}
	if len(s.SLA) == 0 {
		out.SLA = from.SLA
	}
	if len(s.Constraints) == 0 {
		out.Constraints = from.Constraints
	}
	if len(s.Costs) == 0 {
		out.Costs = from.Costs
	}
	done[s.ID] = &out
	return &out
}

// index makes the tables that answers are looked up in.
func (c *Catalog) index() {
	c.ruleIDs = make(map[string]*Rule, len(c.rules))
	for _, r := range c.rules {
		c.ruleIDs[r.ID] = r
	}
	c.byID = make(map[string]*frame, len(c.services))
	for _, s := range c.services {
		c.byID[s.ID] = &frame{service: s, mends: &frame{service: s, mending: true}}
	}
	for _, r := range c.rules {
		for _, id := range r.Services {
			if id == anyService {
				for _, s := range c.services {
					c.byID[s.ID].addRule(r)
				}
			} else if f := c.byID[id]; f != nil {
				f.addRule(r)
			}
		}
	}
	for _, r := range c.remedies {
		for _, id := range r.Services {
			if f := c.byID[id]; f != nil {
				f.remedies = append(f.remedies, r)
				f.mends.remedies = f.remedies
			}
		}
	}
	c.matcher.fill(c.services)
}

// anyService stands for every service in a rule.
const anyService = "*"

func (f *frame) addRule(r *Rule) {
	if len(f.rules) == 0 || f.rules[len(f.rules)-1] != r {
		f.rules = append(f.rules, r)
	}
}
