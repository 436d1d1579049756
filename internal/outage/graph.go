package outage

import (
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// graph is the estate's relations as numbers, with the spreads along them.
type graph struct {
	relations []estate.Relation // sorted by from
	role      []uint16          // by relation: number in spreads
	spreads   [][]spread        // by role
	fromStart []int32           // by resource: its first relation; one more at the end
	toStart   []int32           // by resource: where its incoming relations begin in to
	to        []int32           // relations, by the resource at their end
	kid, next []int32           // by resource: first child that fares as it does, next child of the same parent
}

// spread is a [catalog.Spread] with its services as numbers.
type spread struct {
	*catalog.Spread
	from, to []bool // by service number; nil: any
}

func newGraph(e *estate.Estate, spreads []*catalog.Spread, numbers map[string]int16, service []int16, parent []int32) graph {
	n := len(e.Resources)
	g := graph{relations: e.Relations, role: make([]uint16, len(e.Relations)), fromStart: make([]int32, n+1), toStart: make([]int32, n+1), to: make([]int32, len(e.Relations))}
	roles := make(map[estate.Role]uint16, 32)
	var last estate.Role
	var lastNumber uint16
	for i := range e.Relations {
		rel := &e.Relations[i]
		if i == 0 || rel.Role != last {
			number, ok := roles[rel.Role]
			if !ok {
				number = uint16(len(roles))
				roles[rel.Role] = number
				g.spreads = append(g.spreads, nil)
			}
			last, lastNumber = rel.Role, number
		}
		g.role[i] = lastNumber
		g.fromStart[rel.From.Index()+1]++
		g.toStart[rel.To.Index()+1]++
	}
	for i := range n {
		g.fromStart[i+1] += g.fromStart[i]
		g.toStart[i+1] += g.toStart[i]
	}
	at := make([]int32, n)
	for i := range e.Relations {
		t := e.Relations[i].To.Index()
		g.to[g.toStart[t]+at[t]] = int32(i)
		at[t]++
	}
	for _, s := range spreads {
		if role, ok := roles[s.Role]; ok {
			g.spreads[role] = append(g.spreads[role], spread{s, mask(s.From, numbers), mask(s.To, numbers)})
		}
	}
	g.adopt(service, parent, at)
	return g
}

// adopt notes the children that fare as their parent does. The scratch slice is
// as long as there are resources.
func (g *graph) adopt(service []int16, parent []int32, scratch []int32) {
	g.kid, g.next = scratch, make([]int32, len(scratch))
	for i := range g.kid {
		g.kid[i] = -1
	}
	for i := len(parent) - 1; i >= 0; i-- {
		if p := parent[i]; p >= 0 && service[i] < 0 {
			g.next[i], g.kid[p] = g.kid[p], int32(i)
		}
	}
}

// mask makes a table of service ids; nil, which means any, of an empty list.
func mask(services []string, numbers map[string]int16) []bool {
	if len(services) == 0 {
		return nil
	}
	m := make([]bool, len(numbers))
	for _, id := range services {
		if n, ok := numbers[id]; ok {
			m[n] = true
		}
	}
	return m
}

func in(mask []bool, service int16) bool {
	return mask == nil || service >= 0 && mask[service]
}

// leansOn gives the numbers of the first relation of a resource and of the one
// after its last.
func (g *graph) leansOn(i int32) (first, end int32) { return g.fromStart[i], g.fromStart[i+1] }

func (g *graph) leanedOnBy(i int32) []int32 { return g.to[g.toStart[i]:g.toStart[i+1]] }
