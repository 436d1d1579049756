package outage

import (
	"slices"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Model is an estate made ready to be put through outages. It is safe for
// concurrent use.
type Model struct {
	estate         *estate.Estate
	facts          facts
	services       []string // ids, in catalog order
	service        []int16  // by resource: number in services, -1 for none
	places         *places
	graph          graph
	needs          []*catalog.Need // by capability, in order
	needCapability []int8          // by need: number of its capability, -1 for one that is not known
	leans          leans
	scopes         sync.Map // catalog.Scope -> *fates, made when first asked for
	scratch        sync.Pool
}

// facts is what the model asks of the catalog.
type facts interface {
	// Survive says what r does in an outage of the scope.
	Survive(e *estate.Estate, r *estate.Resource, scope catalog.Scope) survival
	Services() []*catalog.Service
	Needs() []*catalog.Need
	Spreads() []*catalog.Spread
}

// survival is what a resource does when it is hit, at best and at worst.
type survival struct {
	best, worst     condition
	state           catalog.State
	atBest, atWorst catalog.State
	fact            *catalog.Survival // nil when the row is not known
	unknowns        []string
}

func newModel(e *estate.Estate, f facts) *Model {
	m := &Model{estate: e, facts: f, service: make([]int16, len(e.Resources))}
	numbers := make(map[string]int16, len(f.Services()))
	for i, s := range f.Services() {
		m.services = append(m.services, s.ID)
		numbers[s.ID] = int16(i)
	}
	for i, r := range e.Resources {
		m.service[i] = -1
		if n, ok := numbers[r.Service]; ok && r.Service != "" {
			m.service[i] = n
		}
	}
	m.places = locate(e)
	m.needs = withOwn(f.Needs())
	slices.SortStableFunc(m.needs, func(a, b *catalog.Need) int {
		return slices.Index(catalog.Capabilities, a.Capability) - slices.Index(catalog.Capabilities, b.Capability)
	})
	m.needCapability = make([]int8, len(m.needs))
	for i, n := range m.needs {
		m.needCapability[i] = int8(slices.Index(catalog.Capabilities, n.Capability))
	}
	m.graph = newGraph(e, f.Spreads(), numbers, m.service, m.places.parent)
	m.leans = newLeans(m, numbers)
	m.scratch.New = func() any { return &run{m: m, slot: make([]int32, len(e.Resources))} }
	return m
}

// withOwn adds to the needs that each capability needs its workspace, where the
// catalog does not say how: it is something that people do with it.
func withOwn(needs []*catalog.Need) []*catalog.Need {
	out := slices.Clone(needs)
	for _, c := range catalog.Capabilities {
		if !slices.ContainsFunc(needs, func(n *catalog.Need) bool { return n.Capability == c && n.Role == estate.Workspace }) {
			out = append(out, &catalog.Need{Capability: c, Role: estate.Workspace, Read: catalog.Hard, Write: catalog.Hard, Why: "It is done with the workspace."})
		}
	}
	return out
}

// IsWorkspace says whether r is a workspace, a hub or a project.
func IsWorkspace(r *estate.Resource) bool {
	return strings.EqualFold(r.Type, "Microsoft.MachineLearningServices/workspaces")
}

// fates holds what every resource does in outages of one scope.
type fates struct {
	once sync.Once
	of   []survival
}

// survivals gives what each resource that stands somewhere does when it is hit.
func (m *Model) survivals(scope catalog.Scope) []survival {
	x, ok := m.scopes.Load(scope)
	if !ok {
		x, _ = m.scopes.LoadOrStore(scope, &fates{})
	}
	f := x.(*fates)
	f.once.Do(func() {
		f.of = make([]survival, len(m.estate.Resources))
		for i := range f.of {
			if m.places.of[i] != nowhere {
				f.of[i] = m.survival(int32(i), scope)
			}
		}
	})
	return f.of
}

func (m *Model) survival(i int32, scope catalog.Scope) survival {
	r := m.estate.Resources[i]
	switch {
	case m.service[i] >= 0:
		return m.facts.Survive(m.estate, r, scope)
	case m.places.parent[i] >= 0 || !m.matters(i): // fares as its parent, or nobody asks
		return survival{state: catalog.CarriesOn, atBest: catalog.CarriesOn, atWorst: catalog.CarriesOn}
	}
	lost := access{gone, spanUnknown}
	return survival{
		worst: condition{read: lost, write: lost, loss: spanUnknown},
		state: catalog.Unknown, atBest: catalog.CarriesOn, atWorst: catalog.Down,
		unknowns: []string{"what " + r.Name + " does: the catalog has no facts about " + r.Type},
	}
}

// matters says that a workspace leans on the resource, or that another one
// suffers with it.
func (m *Model) matters(i int32) bool {
	if len(m.leans.by(i)) > 0 {
		return true
	}
	for _, rel := range m.graph.leanedOnBy(i) {
		if len(m.graph.spreads[m.graph.role[rel]]) > 0 {
			return true
		}
	}
	return false
}
