package outage

import (
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Model is an estate made ready to be put through outages. It is safe for
// concurrent use.
type Model struct {
	estate  *estate.Estate
	facts   *facts
	service []int16 // by resource: number of its service, -1 for none
	places  *places
	graph   graph
	leans   leans
	fates   [3]fates // of what a zone, a service and a region outage hits
}

// New makes a model of an estate whose resources the catalog has classified.
func New(e *estate.Estate, cat *catalog.Catalog) *Model {
	m := &Model{estate: e, facts: factsOf(cat), service: make([]int16, len(e.Resources))}
	last, number := "", int16(-1)
	for i, r := range e.Resources {
		if r.Service != last {
			n, ok := m.facts.numbers[r.Service]
			if !ok {
				n = -1
			}
			last, number = r.Service, n
		}
		m.service[i] = number
	}
	m.places = locate(e)
	m.graph = newGraph(e, m.facts, m.service, m.places.parent)
	m.leans = newLeans(m)
	return m
}

// familyOf is the number of the service whose outage hits a resource, -1 for none.
func (m *Model) familyOf(i int32) int16 {
	if s := m.service[i]; s >= 0 {
		return m.facts.family[s]
	}
	return -1
}

// ServiceOf is the id of the service whose outage hits the resource with that
// index, "" for none: that of its own service, or of the one that it extends.
func (m *Model) ServiceOf(i int) string {
	if n := m.familyOf(int32(i)); n >= 0 {
		return m.facts.services[n]
	}
	return ""
}

// IsWorkspace says whether r is a workspace, a hub or a project.
func IsWorkspace(r *estate.Resource) bool {
	return strings.EqualFold(r.Type, "Microsoft.MachineLearningServices/workspaces")
}

// fates holds what every resource does in outages of one scope.
type fates struct {
	once sync.Once
	of   []*survival
}

// survivals gives what each resource that stands somewhere does when it is hit.
func (m *Model) survivals(scope catalog.Scope) []*survival {
	var f *fates
	switch scope {
	case catalog.ScopeZone:
		f = &m.fates[0]
	case catalog.ScopeService:
		f = &m.fates[1]
	case catalog.ScopeRegion:
		f = &m.fates[2]
	default: // no other scope hits what stands in a place
		return nil
	}
	f.once.Do(func() {
		f.of = make([]*survival, len(m.estate.Resources))
		for i := range f.of {
			if m.places.of[i] != nowhere {
				f.of[i] = m.survival(int32(i), scope)
			}
		}
	})
	return f.of
}

func (m *Model) survival(i int32, scope catalog.Scope) *survival {
	r := m.estate.Resources[i]
	switch {
	case m.service[i] >= 0:
		return m.facts.survive(m.estate, r, scope)
	case m.places.parent[i] >= 0 || !m.matters(i): // fares as its parent, or nobody asks
		return untouched
	}
	lost := out(spanUnknown)
	return &survival{
		worst: condition{read: lost, write: lost, loss: spanUnknown},
		state: catalog.Unknown, atBest: catalog.CarriesOn, atWorst: catalog.Down,
		unknowns: []string{"what " + r.Name + " does: the catalog has no facts about " + r.Type},
	}
}

var untouched = &survival{state: catalog.CarriesOn, atBest: catalog.CarriesOn, atWorst: catalog.CarriesOn}

// matters says that a workspace leans on the resource, or that another one
// suffers with it.
func (m *Model) matters(i int32) bool {
	if len(m.leans.by(i)) > 0 {
		return true
	}
	for _, rel := range m.graph.leanedOnBy(i) {
		if len(m.facts.spreadsOf[m.graph.role[rel]]) > 0 {
			return true
		}
	}
	return false
}
