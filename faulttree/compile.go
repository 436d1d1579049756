package faulttree

import (
	"fmt"

	"github.com/holdfast-ml/holdfast/faulttree/bdd"
)

// Compiled is the diagram of one or more top events over shared basic events.
type Compiled struct {
	Diagram *bdd.Diagram
	Tops    []bdd.Func // one for each gate asked for
	Events  []*Event   // by variable
}

// Compile makes the diagram of the gates. A cycle is an error that names it; a
// diagram that would outgrow limit nodes (0: 100 million) is bdd.ErrTooLarge.
func Compile(tops []*Gate, limit int) (*Compiled, error) {
	if err := acyclic(tops); err != nil {
		return nil, err
	}
	numbers := order(tops)
	c := &compiler{diagram: bdd.New(len(numbers), limit), number: numbers, done: map[*Gate]bdd.Func{}}
	out := &Compiled{Diagram: c.diagram, Events: make([]*Event, len(numbers))}
	for e, v := range numbers {
		out.Events[v] = e
	}
	for _, g := range tops {
		out.Tops = append(out.Tops, c.gate(g))
		if err := c.diagram.Err(); err != nil {
			return nil, fmt.Errorf("gate %s: %w", g.Name, err)
		}
	}
	return out, nil
}

// Probabilities lists the probability of each variable's event.
func (c *Compiled) Probabilities() []float64 {
	p := make([]float64, len(c.Events))
	for i, e := range c.Events {
		p[i] = e.Probability
	}
	return p
}

type compiler struct {
	diagram *bdd.Diagram
	number  map[*Event]int
	done    map[*Gate]bdd.Func
}

func (c *compiler) gate(g *Gate) bdd.Func {
	if f, ok := c.done[g]; ok {
		return f
	}
	f := c.formula(g.Formula)
	c.done[g] = f
	return f
}

func (c *compiler) formula(f *Formula) bdd.Func {
	d := c.diagram
	switch f.Op {
	case Ref:
		return c.leaf(f)
	case And:
		return c.fold(f.Args, bdd.True, d.And)
	case Nand:
		return c.fold(f.Args, bdd.True, d.And).Not()
	case Or:
		return c.fold(f.Args, bdd.False, d.Or)
	case Nor:
		return c.fold(f.Args, bdd.False, d.Or).Not()
	case Xor:
		return c.fold(f.Args, bdd.False, d.Xor)
	case Not:
		return c.formula(f.Args[0]).Not()
	case Imply:
		return d.Or(c.formula(f.Args[0]).Not(), c.formula(f.Args[1]))
	case Iff:
		return d.Xor(c.formula(f.Args[0]), c.formula(f.Args[1])).Not()
	case AtLeast:
		return d.AtLeast(f.Min, c.all(f.Args))
	case Cardinality:
		args := c.all(f.Args)
		return d.And(d.AtLeast(f.Min, args), d.AtLeast(f.Max+1, args).Not())
	}
	return bdd.False
}

func (c *compiler) leaf(f *Formula) bdd.Func {
	switch {
	case f.Gate != nil:
		return c.gate(f.Gate)
	case f.Event != nil:
		return c.diagram.Var(c.number[f.Event])
	case f.House != nil && f.House.State, f.Const != nil && *f.Const:
		return bdd.True
	}
	return bdd.False
}

func (c *compiler) all(args []*Formula) []bdd.Func {
	fs := make([]bdd.Func, len(args))
	for i, a := range args {
		fs[i] = c.formula(a)
	}
	return fs
}

func (c *compiler) fold(args []*Formula, start bdd.Func, join func(f, g bdd.Func) bdd.Func) bdd.Func {
	r := start
	for _, a := range args {
		r = join(r, c.formula(a))
	}
	return r
}
