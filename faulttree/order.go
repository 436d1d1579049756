package faulttree

import (
	"cmp"
	"slices"
)

// An ordering says in which order the arguments of a node are visited when the
// variables of a diagram are numbered depth first.
type ordering func(g *graph) func(args []int32) []int32

// orderings are tried one after the other when a diagram outgrows its budget.
// Smaller subtrees first puts together what belongs together and leaves large
// shared parts to the end: on the published benchmarks diagrams get several times
// smaller than in the order in which the events are written.
var orderings = []ordering{smallFirst, asWritten, largeFirst, sharedFirst}

func smallFirst(g *graph) func([]int32) []int32 {
	size := g.sizes()
	return func(args []int32) []int32 {
		slices.SortStableFunc(args, func(a, b int32) int { return cmp.Compare(size[a], size[b]) })
		return args
	}
}

func largeFirst(g *graph) func([]int32) []int32 {
	size := g.sizes()
	return func(args []int32) []int32 {
		slices.SortStableFunc(args, func(a, b int32) int { return cmp.Compare(size[b], size[a]) })
		return args
	}
}

func asWritten(*graph) func([]int32) []int32 {
	return func(args []int32) []int32 { return args }
}

// sharedFirst visits what many use before what few use.
func sharedFirst(g *graph) func([]int32) []int32 {
	uses := make([]int, len(g.nodes))
	for _, a := range g.args {
		uses[a]++
	}
	return func(args []int32) []int32 {
		slices.SortStableFunc(args, func(a, b int32) int { return cmp.Compare(uses[b], uses[a]) })
		return args
	}
}

// sizes is the size of the tree below every node, shared parts counted each time
// they are used.
func (g *graph) sizes() []float64 {
	size := make([]float64, len(g.nodes))
	for i := range g.nodes {
		size[i] = 1
		for _, a := range g.of(int32(i)) {
			size[i] += size[a]
		}
	}
	return size
}

// number gives every event of the graph its variable.
func (g *graph) number(by ordering) []uint32 {
	visit := by(g)
	numbers := make([]uint32, len(g.events))
	seen := make([]bool, len(g.nodes))
	next := uint32(0)
	var stack []int32
	for _, top := range g.tops {
		stack = append(stack, top)
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[i] {
				continue
			}
			seen[i] = true
			n := &g.nodes[i]
			if n.event >= 0 {
				numbers[n.event] = next
				next++
				continue
			}
			start := len(stack)
			stack = append(stack, g.of(i)...)
			visit(stack[start:])
			slices.Reverse(stack[start:])
		}
	}
	return numbers
}
