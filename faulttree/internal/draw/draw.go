// Package draw makes random fault trees, and judges them by trying every state,
// for tests that hold fast answers against slow certain ones.
package draw

import (
	"fmt"
	"math"

	"github.com/holdfast-ml/holdfast/faulttree"
)

// Source is where the choices come from: a seeded math/rand/v2 generator, or
// rapid, which can make a failing tree smaller.
type Source interface {
	IntN(n int) int
	Float64() float64
}

// Options bounds a tree.
type Options struct {
	Events   int  // at most; at least 1
	Gates    int  // at most; at least 1
	Coherent bool // only and, or and k of n
	Plain    bool // only what every tool reads well: no argument twice, k of n only of events
	Houses   bool // constants and house events too
	MinP     float64
	MaxP     float64 // probabilities between the two; both 0: 0.01 to 0.6
}

// Model draws a model whose last gate stands for the top event: every gate names
// gates before it only, so that there is no cycle.
func Model(s Source, opt Options) *faulttree.Model {
	if opt.MaxP == 0 {
		opt.MinP, opt.MaxP = 0.01, 0.6
	}
	m := &faulttree.Model{Name: "drawn"}
	least := 1
	if opt.Plain {
		least = 4 // as many as a formula has arguments
	}
	for i := range max(least, 1+s.IntN(opt.Events)) {
		m.Events = append(m.Events, &faulttree.Event{
			Name:        fmt.Sprintf("e%d", i+1),
			Probability: opt.MinP + (opt.MaxP-opt.MinP)*s.Float64(),
		})
	}
	if opt.Houses {
		m.Houses = []*faulttree.House{{Name: "h1", State: s.IntN(2) == 1}}
	}
	for i := range 1 + s.IntN(opt.Gates) {
		g := &faulttree.Gate{Name: fmt.Sprintf("g%d", i+1)}
		g.Formula = formula(s, m, opt, 2)
		m.Gates = append(m.Gates, g)
	}
	return m
}

func formula(s Source, m *faulttree.Model, opt Options, depth int) *faulttree.Formula {
	ops := []faulttree.Op{faulttree.And, faulttree.Or, faulttree.AtLeast}
	if !opt.Coherent {
		ops = append(ops, faulttree.Not, faulttree.Xor, faulttree.Nand, faulttree.Nor)
	}
	if !opt.Coherent && !opt.Plain {
		ops = append(ops, faulttree.Imply, faulttree.Iff, faulttree.Cardinality)
	}
	f := &faulttree.Formula{Op: ops[s.IntN(len(ops))]}
	n := 2 + s.IntN(3)
	switch f.Op {
	case faulttree.Not:
		n = 1
	case faulttree.Xor, faulttree.Imply, faulttree.Iff:
		n = 2
	case faulttree.AtLeast:
		n = 3 + s.IntN(2)
		f.Min = 2 + s.IntN(n-2)
	case faulttree.Cardinality:
		f.Min = s.IntN(n + 1)
		f.Max = f.Min + s.IntN(n+1-f.Min)
	}
	votes := opt.Plain && f.Op == faulttree.AtLeast
	for range n {
		arg := leaf(s, m)
		if opt.Plain {
			for has(f.Args, arg) || votes && arg.Event == nil {
				arg = leaf(s, m)
			}
		}
		if depth > 0 && !votes && s.IntN(5) == 0 {
			arg = formula(s, m, opt, depth-1)
		}
		f.Args = append(f.Args, arg)
	}
	return f
}

// has says whether the leaf is among the arguments.
func has(args []*faulttree.Formula, leaf *faulttree.Formula) bool {
	for _, a := range args {
		if a.Op == faulttree.Ref && a.Gate == leaf.Gate && a.Event == leaf.Event && a.House == leaf.House {
			return true
		}
	}
	return false
}

func leaf(s Source, m *faulttree.Model) *faulttree.Formula {
	f := &faulttree.Formula{Op: faulttree.Ref}
	i := s.IntN(len(m.Events) + len(m.Gates) + len(m.Houses))
	if i < len(m.Events) {
		f.Event = m.Events[i]
	} else if i -= len(m.Events); i < len(m.Gates) {
		f.Gate = m.Gates[i]
	} else {
		f.House = m.Houses[i-len(m.Gates)]
	}
	return f
}

// True says whether the gate is true when exactly the given events are.
func True(g *faulttree.Gate, on map[*faulttree.Event]bool) bool { return holds(g.Formula, on) }

func holds(f *faulttree.Formula, on map[*faulttree.Event]bool) bool {
	n := 0
	for _, a := range f.Args {
		if holds(a, on) {
			n++
		}
	}
	switch f.Op {
	case faulttree.And:
		return n == len(f.Args)
	case faulttree.Or:
		return n > 0
	case faulttree.AtLeast:
		return n >= f.Min
	case faulttree.Cardinality:
		return n >= f.Min && n <= f.Max
	case faulttree.Not, faulttree.Nor:
		return n == 0
	case faulttree.Nand:
		return n < len(f.Args)
	case faulttree.Xor:
		return n%2 == 1
	case faulttree.Imply:
		return !holds(f.Args[0], on) || holds(f.Args[1], on)
	case faulttree.Iff:
		return n != 1
	}
	switch {
	case f.Gate != nil:
		return holds(f.Gate.Formula, on)
	case f.Event != nil:
		return on[f.Event]
	case f.House != nil:
		return f.House.State
	}
	return f.Const != nil && *f.Const
}

// States calls yield with every set of the events, as a map and as bits, and its
// probability.
func States(events []*faulttree.Event, yield func(on map[*faulttree.Event]bool, bits int, p float64)) {
	on := map[*faulttree.Event]bool{}
	for bits := range 1 << len(events) {
		p := 1.0
		for i, e := range events {
			on[e] = bits>>i&1 == 1
			if on[e] {
				p *= e.Probability
			} else {
				p *= 1 - e.Probability
			}
		}
		yield(on, bits, p)
	}
}

// Probability is the probability of the gate by trying every state.
func Probability(g *faulttree.Gate, events []*faulttree.Event) float64 {
	sum := 0.0
	States(events, func(on map[*faulttree.Event]bool, _ int, p float64) {
		if True(g, on) {
			sum += p
		}
	})
	return math.Min(sum, 1)
}

// Minimal lists, as bits over the events, the smallest sets that make the gate
// true while all other events are false: the minimal cut sets of a coherent tree.
func Minimal(g *faulttree.Gate, events []*faulttree.Event) []int {
	var found []int
	for size := 0; size <= len(events); size++ {
		States(events, func(on map[*faulttree.Event]bool, bits int, _ float64) {
			if ones(bits) != size || !True(g, on) {
				return
			}
			for _, f := range found {
				if f&bits == f {
					return
				}
			}
			found = append(found, bits)
		})
	}
	return found
}

func ones(bits int) (n int) {
	for ; bits != 0; bits &= bits - 1 {
		n++
	}
	return n
}
