package outage

import "github.com/holdfast-ml/holdfast/internal/estate"

// graph is the estate's relations as numbers.
type graph struct {
	relations []estate.Relation // sorted by from
	role      []uint16          // by relation: number in the facts
	fromStart []int32           // by resource: its first relation; one more at the end
	toStart   []int32           // by resource: where its incoming relations begin in to
	to        []int32           // relations, by the resource at their end
	kid, next []int32           // by resource: first child that fares as it does, next child of the same parent
}

func newGraph(e *estate.Estate, f *facts, service []int16, parent []int32) graph {
	n, relations := len(e.Resources), len(e.Relations)
	slab := make([]int32, 4*n+2+relations)
	cut := func(n int) (piece []int32) {
		piece, slab = slab[:n:n], slab[n:]
		return piece
	}
	g := graph{relations: e.Relations, role: make([]uint16, relations), fromStart: cut(n + 1), toStart: cut(n + 1), to: cut(relations), kid: cut(n), next: cut(n)}
	var last estate.Role
	var number uint16
	for i := range e.Relations {
		rel := &e.Relations[i]
		if rel.Role != last {
			last, number = rel.Role, f.roles[rel.Role]
		}
		g.role[i] = number
		g.fromStart[rel.From.Index()+1]++
		g.toStart[rel.To.Index()+1]++
	}
	for i := range n {
		g.fromStart[i+1] += g.fromStart[i]
		g.toStart[i+1] += g.toStart[i]
	}
	at := g.kid // for the time being
	for i := range e.Relations {
		t := e.Relations[i].To.Index()
		g.to[g.toStart[t]+at[t]] = int32(i)
		at[t]++
	}
	g.adopt(service, parent)
	return g
}

// adopt notes the children that fare as their parent does: those of no service.
func (g *graph) adopt(service []int16, parent []int32) {
	for i := range g.kid {
		g.kid[i] = -1
	}
	for i := len(parent) - 1; i >= 0; i-- {
		if p := parent[i]; p >= 0 && service[i] < 0 {
			g.next[i], g.kid[p] = g.kid[p], int32(i)
		}
	}
}

// leansOn gives the numbers of the first relation of a resource and of the one
// after its last.
func (g *graph) leansOn(i int32) (first, end int32) { return g.fromStart[i], g.fromStart[i+1] }

func (g *graph) leanedOnBy(i int32) []int32 { return g.to[g.toStart[i]:g.toStart[i+1]] }
