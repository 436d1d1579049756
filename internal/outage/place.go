package outage

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// places says where each resource stands, and what stands in each region.
type places struct {
	names  []string // of the regions, in the order they were met
	index  map[string]int32
	of     []int32 // by resource: a region, or nowhere
	parent []int32 // by resource: the parent in the estate, -1 without; only where it is asked for
	within []rows  // by region: what stands there
	pinned []bool  // by region: something there is pinned to a zone
	maybe  []rows  // by region: what may stand there
}

const (
	nowhere   int32 = -1 // global, or without a place
	somewhere int32 = -2 // only named: nothing tells where
)

// rows is a list of resource numbers, in estate order.
type rows []int32

func locate(e *estate.Estate) *places {
	n := len(e.Resources)
	p := &places{index: make(map[string]int32, 8), of: make([]int32, n), parent: make([]int32, n)}
	open := false
	for i, r := range e.Resources {
		p.parent[i] = -1
		if r.Location == "" || r.Service == "" {
			p.parent[i] = parentOf(e, r)
		}
		switch {
		case r.Location == "global":
			p.of[i] = nowhere
		case r.Location != "":
			p.of[i] = p.region(r.Location)
		case p.parent[i] >= 0: // sorted by id: the parent is placed already
			p.of[i] = p.of[p.parent[i]]
			open = open || p.of[i] == somewhere
		case r.External:
			p.of[i], open = somewhere, true
		default:
			p.of[i] = nowhere
		}
	}
	var maybe map[int32]rows
	if open {
		maybe = p.guess(e)
	}
	p.fill(e)
	for i, at := range p.of {
		if at == somewhere {
			for _, region := range maybe[int32(i)] {
				p.maybe[region] = append(p.maybe[region], int32(i))
			}
		}
	}
	return p
}

func (p *places) region(name string) int32 {
	if i, ok := p.index[name]; ok {
		return i
	}
	i := int32(len(p.names))
	p.names = append(p.names, name)
	p.index[name] = i
	return i
}

// guess places what is only named by what leans on it, and by its children: there
// for certain when Azure made it, perhaps there otherwise.
func (p *places) guess(e *estate.Estate) map[int32]rows {
	maybe := make(map[int32]rows)
	perhaps := func(i, at int32) {
		if !slices.Contains(maybe[i], at) {
			maybe[i] = append(maybe[i], at)
		}
	}
	for i, r := range e.Resources {
		if p.of[i] < 0 || !strings.Contains(r.Name, "/") {
			continue
		}
		if up := parentOf(e, r); up >= 0 && p.of[up] == somewhere {
			perhaps(up, p.of[i])
		}
	}
	for i := range e.Relations {
		rel := &e.Relations[i]
		to, at := int32(rel.To.Index()), p.of[rel.From.Index()]
		if at < 0 || p.of[to] != somewhere || p.parent[to] >= 0 {
			continue
		}
		if rel.To.Implied {
			p.of[to] = at
		} else {
			perhaps(to, at)
		}
	}
	for i, r := range e.Resources { // children follow
		if up := p.parent[i]; up >= 0 && r.Location == "" && p.of[i] == somewhere {
			p.of[i] = p.of[up]
			maybe[int32(i)] = maybe[up]
		}
	}
	return maybe
}

func (p *places) fill(e *estate.Estate) {
	counts := make([]int32, len(p.names))
	for _, at := range p.of {
		if at >= 0 {
			counts[at]++
		}
	}
	p.within, p.maybe, p.pinned = make([]rows, len(p.names)), make([]rows, len(p.names)), make([]bool, len(p.names))
	for at, n := range counts {
		p.within[at] = make(rows, 0, n)
	}
	for i, at := range p.of {
		if at < 0 {
			continue
		}
		p.within[at] = append(p.within[at], int32(i))
		if !p.pinned[at] && len(e.Resources[i].Zones) > 0 {
			p.pinned[at] = leavesOut(e.Resources[i], p.names[at])
		}
	}
}

// parentOf finds the parent of a child resource by its id, -1 without one.
func parentOf(e *estate.Estate, r *estate.Resource) int32 {
	id := r.ID.Key()
	var up estate.ResourceID
	if strings.Contains(id, "{") {
		up = r.ID.Parent()
	} else {
		i := strings.LastIndexByte(id, '/')
		if i <= 0 {
			return -1
		}
		if i = strings.LastIndexByte(id[:i], '/'); i <= 0 {
			return -1
		}
		up = estate.ParseID(id[:i])
	}
	if up.IsZero() {
		return -1
	}
	if p := e.ByID(up); p != nil && p != r {
		return int32(p.Index())
	}
	return -1
}

// leavesOut says that some zone of the region does not hit r.
func leavesOut(r *estate.Resource, region string) bool {
	for _, zone := range zonesOf(region) {
		if elsewhere(r, Outage{Scope: catalog.ScopeZone, Zone: zone}) {
			return true
		}
	}
	return false
}

// elsewhere says that a resource is pinned to zones of which this is none.
func elsewhere(r *estate.Resource, o Outage) bool {
	if o.Scope != catalog.ScopeZone || o.Zone == AnyZone || len(r.Zones) == 0 {
		return false
	}
	for _, z := range r.Zones {
		if z == o.Zone || estate.IsSymbolic(z) {
			return false
		}
	}
	return true
}
