package cutset

import (
	"container/heap"
	"math"
	"slices"
)

// Set is a set of levels with the product of their probabilities.
type Set struct {
	Levels      []int // increasing
	Probability float64
}

// MostProbable gives the k most probable sets of f, the most probable first,
// without listing the others: best-first search, where the best completion of
// every node is known. Among equally probable ones the order is fixed but has no
// meaning.
func (d *Diagram) MostProbable(f Family, p []float64, k int) []Set {
	if f == Empty || k <= 0 {
		return nil
	}
	s := &search{d: d, log: make([]float64, len(p)), best: make([]float64, max(f, Unit)+1)}
	for v := range p {
		s.log[v] = math.Log(p[v])
	}
	s.best[Empty] = math.Inf(-1)
	for _, i := range d.below(f) {
		n := &d.nodes[i]
		s.best[i] = math.Max(s.log[n.level]+s.best[n.hi], s.best[n.lo])
	}
	s.push(part{node: f, bound: s.best[f], last: -1})
	var out []Set
	for len(out) < k && len(s.queue) > 0 {
		out = append(out, s.complete(heap.Pop(s).(part), p))
	}
	return out
}

// part is the beginning of a set: what was chosen so far, and the node that holds
// what can follow.
type part struct {
	node   Family
	bound  float64 // logarithm of the best completion's probability
	chosen float64 // logarithm of what was chosen
	last   int32   // the event chosen last, in search.events; -1
	serial int32   // breaks ties
}

type chosen struct{ level, before int32 }

type search struct {
	d      *Diagram
	log    []float64
	best   []float64
	events []chosen
	queue  []part
	serial int32
}

// complete follows the best way down from a part, and queues the ways not taken.
func (s *search) complete(at part, p []float64) Set {
	for at.node > Unit {
		n := &s.d.nodes[at.node]
		with := at.chosen + s.log[n.level]
		hi, lo := with+s.best[n.hi], at.chosen+s.best[n.lo]
		take := n.lo == Empty || hi >= lo
		if take && n.lo != Empty {
			s.push(part{node: n.lo, bound: lo, chosen: at.chosen, last: at.last})
		}
		if !take {
			s.events = append(s.events, chosen{int32(n.level), at.last})
			s.push(part{node: n.hi, bound: hi, chosen: with, last: int32(len(s.events) - 1)})
			at.node = n.lo
			continue
		}
		s.events = append(s.events, chosen{int32(n.level), at.last})
		at.node, at.chosen, at.last = n.hi, with, int32(len(s.events)-1)
	}
	set := Set{Levels: []int{}, Probability: 1}
	for i := at.last; i >= 0; i = s.events[i].before {
		set.Levels = append(set.Levels, int(s.events[i].level))
		set.Probability *= p[s.events[i].level]
	}
	slices.Reverse(set.Levels)
	return set
}

func (s *search) push(x part) {
	x.serial = s.serial
	s.serial++
	heap.Push(s, x)
}

// Len, Less, Swap, Push and Pop make the search a heap of parts.
func (s *search) Len() int { return len(s.queue) }

func (s *search) Less(i, j int) bool {
	a, b := &s.queue[i], &s.queue[j]
	if a.bound != b.bound {
		return a.bound > b.bound
	}
	return a.serial < b.serial
}

func (s *search) Swap(i, j int) { s.queue[i], s.queue[j] = s.queue[j], s.queue[i] }

func (s *search) Push(x any) { s.queue = append(s.queue, x.(part)) }

func (s *search) Pop() any {
	x := s.queue[len(s.queue)-1]
	s.queue = s.queue[:len(s.queue)-1]
	return x
}
