package expression

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// maxDepth bounds how deep expressions and parameters may be nested.
const maxDepth = 20_000

// Set is a number of expressions ready to be evaluated together. Every parameter
// is evaluated once, so that those who share it share its value.
type Set struct {
	steps  []step
	args   []int32
	roots  []int32
	random bool

	params map[*Parameter]int32 // -1 while it is being added
	path   []*Parameter
}

type step struct {
	op          Op
	first, last int32 // its arguments, in Set.args
	value       float64
	node        *Node
}

// NewSet makes an empty set.
func NewSet() *Set { return &Set{params: map[*Parameter]int32{}} }

// Add puts an expression into the set; its value will be that of the index. A
// wrong number of arguments, and a parameter that is defined by itself, are
// errors with a place.
func (s *Set) Add(n *Node) (int, error) {
	s.path = s.path[:0]
	i, err := s.add(n, 0)
	if err != nil {
		return 0, err
	}
	s.roots = append(s.roots, i)
	return len(s.roots) - 1, nil
}

func (s *Set) add(n *Node, depth int) (int32, error) {
	switch {
	case n == nil:
		return 0, fmt.Errorf("an expression is missing")
	case depth > maxDepth:
		return 0, fmt.Errorf("%s: expressions are nested more than %d deep", n.Place, maxDepth)
	case n.Op == Ref:
		return s.parameter(n, depth)
	case !n.Op.Takes(len(n.Args)):
		return 0, fmt.Errorf("%s: %s cannot have %d arguments", n.Place, n.Op, len(n.Args))
	}
	of := make([]int32, len(n.Args))
	for i, a := range n.Args {
		var err error
		if of[i], err = s.add(a, depth+1); err != nil {
			return 0, err
		}
	}
	first := int32(len(s.args))
	s.args = append(s.args, of...)
	s.steps = append(s.steps, step{n.Op, first, int32(len(s.args)), n.Value, n})
	s.random = s.random || n.Op.Random()
	return int32(len(s.steps) - 1), nil
}

func (s *Set) parameter(n *Node, depth int) (int32, error) {
	p := n.Parameter
	if p == nil {
		return 0, fmt.Errorf("%s: the parameter is missing", n.Place)
	}
	if i, ok := s.params[p]; ok {
		if i < 0 {
			return 0, fmt.Errorf("%s: parameter %s is defined by itself: %s", p.Place, p.Name, s.cycle(p))
		}
		return i, nil
	}
	s.params[p] = -1
	s.path = append(s.path, p)
	i, err := s.add(p.Value, depth+1)
	if err != nil {
		return 0, err
	}
	s.path = s.path[:len(s.path)-1]
	s.params[p] = i
	return i, nil
}

func (s *Set) cycle(p *Parameter) string {
	start := 0
	for s.path[start] != p {
		start++
	}
	var names []string
	for _, q := range s.path[start:] {
		names = append(names, q.Name)
	}
	return strings.Join(append(names, p.Name), " -> ")
}

// Random says whether any expression of the set draws when it is sampled.
func (s *Set) Random() bool { return s.random }

// Len is the number of expressions that were added.
func (s *Set) Len() int { return len(s.roots) }

// Values gives the value of every expression, deviates standing for their means.
// mission is the system mission time in hours. A value that is not a finite number
// is an error that says which operation made it so.
func (s *Set) Values(mission float64) ([]float64, error) {
	all := make([]float64, len(s.steps))
	out := make([]float64, len(s.roots))
	s.run(all, out, mission, nil)
	for i, v := range out {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, s.blame(all, s.roots[i])
		}
	}
	return out, nil
}

// Sampler draws samples of a set; it is for one goroutine.
type Sampler struct {
	set *Set
	all []float64
	rng *rand.Rand
}

// Sampler makes a sampler that draws from rng.
func (s *Set) Sampler(rng *rand.Rand) *Sampler {
	return &Sampler{s, make([]float64, len(s.steps)), rng}
}

// Draw samples every expression into out, which has the set's length. What
// cannot be computed is NaN.
func (sm *Sampler) Draw(mission float64, out []float64) {
	sm.set.run(sm.all, out, mission, sm.rng)
}

func (s *Set) run(all, out []float64, mission float64, rng *rand.Rand) {
	var buf [16]float64
	for i := range s.steps {
		st := &s.steps[i]
		switch st.op {
		case Constant:
			all[i] = st.value
		case MissionTime:
			all[i] = mission
		case Pi:
			all[i] = math.Pi
		default:
			x := buf[:0]
			for _, a := range s.args[st.first:st.last] {
				x = append(x, all[a])
			}
			switch {
			case !st.op.Random():
				all[i] = apply(st.op, x)
			case !allowed(st.op, x):
				all[i] = math.NaN()
			case rng == nil:
				all[i] = mean(st.op, x)
			default:
				all[i] = draw(st.op, x, rng)
			}
		}
	}
	for i, r := range s.roots {
		out[i] = all[r]
	}
}

// blame finds the operation that made the value of a step no finite number.
func (s *Set) blame(all []float64, i int32) error {
	bad := func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }
search:
	for {
		st := &s.steps[i]
		for _, a := range s.args[st.first:st.last] {
			if bad(all[a]) {
				i = a
				continue search
			}
		}
		var x []string
		for _, a := range s.args[st.first:st.last] {
			x = append(x, fmt.Sprintf("%g", all[a]))
		}
		if st.op == Constant {
			return fmt.Errorf("%s: %g is no finite number", st.node.Place, st.value)
		}
		return fmt.Errorf("%s: %s of %s is not defined: %s", st.node.Place, st.op, strings.Join(x, ", "), requirement(st.op))
	}
}
