package faulttree

import (
	"fmt"
	"strings"
)

// graph is the tree below some gates as numbered nodes, arguments before those
// who use them. It is made and walked without recursion, so that no depth of a
// model is too deep.
type graph struct {
	nodes  []gnode
	args   []int32
	tops   []int32
	events []*Event
}

type gnode struct {
	op          Op
	value       bool // of a constant: op Ref without event
	min, max    int32
	first, last int32 // arguments, in graph.args
	event       int32 // of a leaf; -1
}

// CycleError is a gate that is defined by itself.
type CycleError struct {
	Path  []*Gate // from the gate back to itself
	Place Place
}

func (e *CycleError) Error() string {
	names := make([]string, len(e.Path))
	for i, g := range e.Path {
		names[i] = g.Name
	}
	if n := len(names); n > 12 { // the whole way round says no more than both ends
		names = append(append(names[:6:6], fmt.Sprintf("(%d more)", n-12)), names[n-6:]...)
	}
	return fmt.Sprintf("%s: gate %s is defined by itself: %s", e.Place, e.Path[0].Name, strings.Join(names, " -> "))
}

// builder makes a graph with a stack of its own.
type builder struct {
	graph
	gates  map[*Gate]int32 // -1 while it is open
	leaves map[*Event]int32
	yes    int32 // the node of the constant, -1
	no     int32
	stack  []frame
}

// frame is a formula whose arguments are being made.
type frame struct {
	f    *Formula
	gate *Gate // that the formula defines, or nil
	done []int32
}

func newGraph(tops []*Gate) (*graph, error) {
	b := &builder{gates: map[*Gate]int32{}, leaves: map[*Event]int32{}, yes: -1, no: -1}
	for _, g := range tops {
		i, err := b.gate(g)
		if err != nil {
			return nil, err
		}
		b.tops = append(b.tops, i)
	}
	return &b.graph, nil
}

// gate makes the node of a gate and of everything below it.
func (b *builder) gate(g *Gate) (int32, error) {
	if i, ok := b.gates[g]; ok {
		return i, nil
	}
	b.gates[g] = -1
	b.stack = append(b.stack[:0], frame{f: g.Formula, gate: g})
	for {
		top := &b.stack[len(b.stack)-1]
		if top.f == nil {
			return 0, fmt.Errorf("gate %s has no formula", b.within())
		}
		if !top.f.Op.Takes(len(top.f.Args)) {
			return 0, fmt.Errorf("gate %s: %s cannot have %d arguments", b.within(), top.f.Op, len(top.f.Args))
		}
		var made int32
		switch {
		case top.f.Op == Ref && top.f.Gate != nil && len(top.done) == 0:
			i, ok := b.gates[top.f.Gate]
			if !ok { // a gate that only stands for another one
				b.gates[top.f.Gate] = -1
				b.stack = append(b.stack, frame{f: top.f.Gate.Formula, gate: top.f.Gate})
				continue
			}
			if i < 0 {
				return 0, b.cycle(top.f.Gate)
			}
			made = i
		case top.f.Op == Ref && top.f.Gate != nil:
			made = top.done[0]
		case top.f.Op == Ref:
			made = b.leaf(top.f)
		case len(top.done) < len(top.f.Args):
			b.stack = append(b.stack, frame{f: top.f.Args[len(top.done)]})
			continue
		default:
			made = b.join(top)
		}
		if top.gate != nil {
			b.gates[top.gate] = made
		}
		b.stack = b.stack[:len(b.stack)-1]
		if len(b.stack) == 0 {
			return made, nil
		}
		below := &b.stack[len(b.stack)-1]
		below.done = append(below.done, made)
	}
}

// within names the gate that is being made.
func (b *builder) within() string {
	for i := len(b.stack) - 1; i >= 0; i-- {
		if g := b.stack[i].gate; g != nil {
			return fmt.Sprintf("%s (%s)", g.Name, g.Place)
		}
	}
	return "?"
}

func (b *builder) cycle(g *Gate) error {
	var path []*Gate
	for i := range b.stack {
		if b.stack[i].gate == g || len(path) > 0 && b.stack[i].gate != nil {
			path = append(path, b.stack[i].gate)
		}
	}
	return &CycleError{Path: append(path, g), Place: g.Place}
}

func (b *builder) add(n gnode) int32 {
	b.nodes = append(b.nodes, n)
	return int32(len(b.nodes) - 1)
}

func (b *builder) leaf(f *Formula) int32 {
	if f.Event != nil {
		i, ok := b.leaves[f.Event]
		if !ok {
			i = b.add(gnode{event: int32(len(b.events))})
			b.events = append(b.events, f.Event)
			b.leaves[f.Event] = i
		}
		return i
	}
	at, value := &b.no, false
	if f.House != nil && f.House.State || f.Const != nil && *f.Const {
		at, value = &b.yes, true
	}
	if *at < 0 {
		*at = b.add(gnode{value: value, event: -1})
	}
	return *at
}

func (b *builder) join(top *frame) int32 {
	if op := top.f.Op; len(top.done) == 1 && (op == And || op == Or || op == Xor) {
		return top.done[0]
	}
	first := int32(len(b.args))
	b.args = append(b.args, top.done...)
	return b.add(gnode{op: top.f.Op, min: clamp(top.f.Min), max: clamp(top.f.Max), first: first, last: int32(len(b.args)), event: -1})
}

func clamp(n int) int32 { return int32(max(-1, min(n, 1<<30))) }

func (g *graph) of(i int32) []int32 { return g.args[g.nodes[i].first:g.nodes[i].last] }

// coherent says whether the tree is made of and, or and k of n only: then more
// failures never mend anything, and minimal cut sets say all there is to say.
func (g *graph) coherent() bool {
	for i := range g.nodes {
		switch n := &g.nodes[i]; n.op {
		case Ref, And, Or, AtLeast:
		case Cardinality:
			if int(n.max) < int(n.last-n.first) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// Check reports a cycle among the gates, and formulas with a number of arguments
// that their operator cannot have.
func (m *Model) Check() error {
	_, err := newGraph(m.Gates)
	return err
}
