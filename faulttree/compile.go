package faulttree

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/holdfast-ml/holdfast/faulttree/bdd"
)

// Compiled is the diagram of one or more top events over shared basic events.
type Compiled struct {
	Diagram  *bdd.Diagram
	Tops     []bdd.Func // one for each gate asked for
	Events   []*Event   // by variable
	Coherent bool       // made of and, or and k of n only
}

// defaultLimit bounds the nodes of a diagram when the caller does not.
const defaultLimit = 100_000_000

// maxEvents bounds the depth of a diagram.
const maxEvents = 1_000_000

// Compile makes the diagram of the gates. A cycle is a [CycleError]; a diagram
// that would outgrow limit nodes (0: 100 million) in every order of the variables
// that is tried is bdd.ErrTooLarge.
func Compile(tops []*Gate, limit int) (*Compiled, error) {
	g, err := newGraph(tops)
	if err != nil {
		return nil, err
	}
	if len(g.events) > maxEvents {
		return nil, fmt.Errorf("%d basic events below one top event: at most %d are analysed", len(g.events), maxEvents)
	}
	if limit <= 0 {
		limit = defaultLimit
	}
	// A bad order is given up early; the next one may do with a fraction.
	for budget := min(limit, max(limit/64, 1<<20)); ; budget = min(limit, budget*8) {
		for _, by := range orderings {
			c, err := g.compile(by, budget)
			if !errors.Is(err, bdd.ErrTooLarge) {
				return c, err
			}
		}
		if budget == limit {
			return nil, fmt.Errorf("%s: %w", topNames(tops), bdd.ErrTooLarge)
		}
	}
}

func topNames(tops []*Gate) string {
	if len(tops) == 1 {
		return "gate " + tops[0].Name
	}
	return fmt.Sprintf("%d gates from %s on", len(tops), tops[0].Name)
}

func (g *graph) compile(by ordering, limit int) (*Compiled, error) {
	numbers := g.number(by)
	d := bdd.New(len(g.events), limit)
	out := &Compiled{Diagram: d, Events: make([]*Event, len(g.events)), Coherent: g.coherent()}
	for i, v := range numbers {
		out.Events[v] = g.events[i]
	}
	made := make([]bdd.Func, len(g.nodes))
	var args []bdd.Func
	for i := range g.nodes {
		args = args[:0]
		for _, a := range g.of(int32(i)) {
			args = append(args, made[a])
		}
		made[i] = join(d, &g.nodes[i], args, numbers)
		if err := d.Err(); err != nil {
			return nil, err
		}
	}
	for _, t := range g.tops {
		out.Tops = append(out.Tops, made[t])
	}
	return out, nil
}

// join is the function of one node, from those of its arguments.
func join(d *bdd.Diagram, n *gnode, args []bdd.Func, numbers []uint32) bdd.Func {
	switch n.op {
	case And:
		return d.All(args)
	case Nand:
		return d.All(args).Not()
	case Or:
		return d.Any(args)
	case Nor:
		return d.Any(args).Not()
	case Xor:
		r := bdd.False
		for _, a := range slices.Backward(args) {
			r = d.Xor(r, a)
		}
		return r
	case Not:
		return args[0].Not()
	case Imply:
		return d.Or(args[0].Not(), args[1])
	case Iff:
		return d.Xor(args[0], args[1]).Not()
	case AtLeast:
		return d.AtLeast(int(n.min), args)
	case Cardinality:
		return d.And(d.AtLeast(int(n.min), args), d.AtLeast(int(n.max)+1, args).Not())
	}
	switch {
	case n.event >= 0:
		return d.Var(int(numbers[n.event]))
	case n.value:
		return bdd.True
	}
	return bdd.False
}

// Probabilities lists the probability of each variable's event. An event without
// one is an error.
func (c *Compiled) Probabilities() ([]float64, error) {
	p := make([]float64, len(c.Events))
	for i, e := range c.Events {
		if math.IsNaN(e.Probability) || e.Probability < 0 || e.Probability > 1 {
			return nil, fmt.Errorf("%s: event %s has no probability between 0 and 1", e.Place, e.Name)
		}
		p[i] = e.Probability
	}
	return p, nil
}
