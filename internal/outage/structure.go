package outage

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Level is how far something can be used.
type Level uint8

// The levels, from harmless to harmful.
const (
	Whole Level = iota
	Partial
	Gone
)

// Reach is how far something can be used at worst, and for how long.
type Reach struct {
	Level Level
	Back  catalog.Span // zero figures when it is whole
}

// Hurt is what an outage leaves of a resource that it hits.
type Hurt struct{ Read, Write Reach }

// Reaction is what a resource does when an outage of a scope hits it, at best
// and at worst; the two differ only where something is not known.
type Reaction struct {
	Best, Worst     Hurt
	AtBest, AtWorst catalog.State
	Fact            *catalog.Survival // the row that holds; nil when that is not known
	Unknowns        []string
}

// Reaction says what the resource with that index does when an outage of the
// scope hits it, by itself and through nothing else. It does not say whether the
// outage hits it: see [Model.Standing]. Of nodes nothing is taken to be known
// where the catalog has no row: the resource carries on.
func (m *Model) Reaction(i int, scope catalog.Scope) Reaction {
	s := untouched
	switch scope {
	case catalog.ScopeResource:
		s = m.failed(int32(i))
	case catalog.ScopeNode:
		if m.service[i] >= 0 {
			if f := m.facts.survive(m.estate, m.estate.Resources[i], scope); f.fact != nil || f.atWorst == f.atBest || f.worst.read.gone != spanUnknown {
				s = f
			}
		}
	case catalog.ScopeService:
		if m.service[i] >= 0 {
			s = m.survival(int32(i), scope)
		}
	default:
		s = m.survival(int32(i), scope)
	}
	return Reaction{Best: s.best.shown(), Worst: s.worst.shown(), AtBest: s.atBest, AtWorst: s.atWorst, Fact: s.fact, Unknowns: s.unknowns}
}

func (c condition) shown() Hurt { return Hurt{c.read.shown(), c.write.shown()} }

func (a access) shown() Reach {
	switch {
	case a.gone > 0:
		return Reach{Gone, a.gone.catalog()}
	case a.hurt > 0:
		return Reach{Partial, a.hurt.catalog()}
	}
	return Reach{}
}

// Standing gives the regions whose outages hit a resource: one for a resource
// with a place, several, and sure false, for one that is only named and may stand
// in any of them, none for one that stands nowhere.
func (m *Model) Standing(i int) (regions []string, sure bool) {
	at := m.places.of[i]
	if at >= 0 {
		return m.places.names[at : at+1 : at+1], true
	}
	if at == somewhere {
		for region, there := range m.places.maybe {
			if _, is := slices.BinarySearch(there, int32(i)); is {
				regions = append(regions, m.places.names[region])
			}
		}
	}
	return regions, false
}

// Leaning is one way in which a resource suffers with others.
type Leaning struct {
	On          []int            // what it leans on, by index
	Read, Write catalog.Strength // what reaches it when one of them cannot be read, or written
	OneOf       bool             // one of On will do
	Same        bool             // it fares exactly as the only one of On does
}

// Leanings lists all ways in which a resource suffers with others, in the order
// of the estate's relations.
func (m *Model) Leanings(i int) []Leaning {
	var out []Leaning
	if p := m.places.parent[i]; p >= 0 && m.service[i] < 0 {
		out = append(out, Leaning{On: []int{int(p)}, Read: catalog.Hard, Write: catalog.Hard, Same: true})
	}
	first, end := m.graph.leansOn(int32(i))
	for number := first; number < end; number++ {
		role := m.graph.role[number]
		for k := range m.facts.spreadsOf[role] {
			s := &m.facts.spreadsOf[role][k]
			to := int32(m.graph.relations[number].To.Index())
			if !in(s.from, m.service[i]) || !in(s.to, m.service[to]) {
				continue
			}
			one := Leaning{On: []int{int(to)}, Read: s.Read, Write: s.Write, OneOf: s.OneOf}
			if s.OneOf {
				one.On = m.group(int32(i), role, s)
				if one.On[0] != int(to) { // told of already, by its first relation
					continue
				}
			}
			out = append(out, one)
		}
	}
	return out
}

// group lists the alternatives that a resource leans on in a role.
func (m *Model) group(from int32, role uint16, s *spread) []int {
	var out []int
	first, end := m.graph.leansOn(from)
	for number := first; number < end; number++ {
		to := int32(m.graph.relations[number].To.Index())
		if m.graph.role[number] == role && in(s.to, m.service[to]) {
			out = append(out, int(to))
		}
	}
	return out
}

// Demand is a need of a workspace and what meets it.
type Demand struct {
	Need *catalog.Need
	On   []int // by index; where the need is OneOf and there are several, one will do
}

// Demands lists what the capabilities of a workspace need, by capability in
// order; nil for a resource that is no workspace of the estate.
func (m *Model) Demands(ws *estate.Resource) []Demand {
	n, ok := m.leans.number(int32(ws.Index()))
	if !ok {
		return nil
	}
	items := m.leans.workspaces[n].items
	var out []Demand
	for from := 0; from < len(items); {
		to := from
		one := Demand{Need: m.facts.needs[items[from].need()]}
		for ; to < len(items) && items[to].need() == items[from].need(); to++ {
			one.On = append(one.On, int(items[to].resource()))
		}
		if m.facts.capability[items[from].need()] >= 0 {
			out = append(out, one)
		}
		from = to
	}
	return out
}

// Standby is the secondary of a pair, and whether it has what it takes to take
// over each capability (by their order in [catalog.Capabilities]).
type Standby struct {
	Workspace       *estate.Resource
	AtBest, AtWorst []bool
}

// Standbys lists the secondaries of a workspace.
func (m *Model) Standbys(ws *estate.Resource) []Standby {
	n, ok := m.leans.number(int32(ws.Index()))
	if !ok {
		return nil
	}
	w := &m.leans.workspaces[n]
	r := &run{m: m}
	var out []Standby
	for _, t := range w.twins {
		second := &m.leans.workspaces[t.number]
		s := Standby{Workspace: m.estate.Resources[second.resource]}
		for c := range catalog.Capabilities {
			best, worst := true, false // of one that is only named nothing is known
			if !s.Workspace.External {
				best, worst = r.equipped(w, second, c)
			}
			s.AtBest, s.AtWorst = append(s.AtBest, best), append(s.AtWorst, worst)
		}
		out = append(out, s)
	}
	return out
}
