package availability

import (
	"cmp"
	"slices"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/bdd"
)

// maxNodes bounds the diagrams.
const maxNodes = 50_000_000

// compile makes the diagrams of all tops, over shared variables. Each root is
// followed at once by the chances and phases that belong to it alone: once they
// are decided, all that is left of them is whether they did harm. In any other
// order a diagram has to remember which of the roots have failed.
func (s *sheet) compile() error {
	s.basics = s.ordered()
	if s.order != nil {
		s.basics = s.order(s.basics)
	}
	variable := make(map[*faulttree.Event]int, len(s.basics))
	for v, b := range s.basics {
		b.Event.Probability = s.probability(b, s.middle)
		variable[b.Event] = v
	}
	limit := s.limit
	if limit <= 0 {
		limit = maxNodes
	}
	d := bdd.New(len(s.basics), limit)
	done := make(map[*faulttree.Gate]bdd.Func, len(s.gates))
	var of func(f *faulttree.Formula) bdd.Func
	of = func(f *faulttree.Formula) bdd.Func {
		switch {
		case f.Event != nil:
			return d.Var(variable[f.Event])
		case f.Gate != nil:
			r, ok := done[f.Gate]
			if !ok {
				r = of(f.Gate.Formula)
				done[f.Gate] = r
			}
			return r
		}
		args := make([]bdd.Func, len(f.Args))
		for i, a := range f.Args {
			args[i] = of(a)
		}
		if f.Op == faulttree.And {
			return d.All(args)
		}
		return d.Any(args)
	}
	for _, g := range s.tops {
		s.functions = append(s.functions, of(g.Formula))
		if err := d.Err(); err != nil {
			return err
		}
	}
	s.diagram = d
	s.flat = d.Flatten(s.functions...)
	s.middleP = s.vector(s.middle)
	s.at = s.flat.Probability(s.middleP)
	return nil
}

// ordered lists the basic events that a top depends on as variables.
func (s *sheet) ordered() []*Basic {
	used := s.reached()
	var out []*Basic
	for _, b := range s.pool.basics {
		if used[b.Event] {
			out = append(out, b)
		}
	}
	rank := func(b *Basic) int {
		switch r := b.owner(); {
		case r == nil && b.Kind == Switch:
			return 0
		case r == nil:
			return 4
		case r.Kind == Global:
			return 1
		case r.Kind == Node || r.Kind == Resource:
			return 3
		}
		return 2
	}
	place := make(map[*root]int, len(s.roots))
	for n, r := range s.roots {
		place[r] = n
	}
	at := func(b *Basic) int {
		if r := b.owner(); r != nil {
			return place[r]
		}
		return 0
	}
	within := func(b *Basic) int {
		switch {
		case b.IsRoot():
			return 0
		case b.Kind == Phase:
			return b.number
		}
		return 1 << 20
	}
	slices.SortStableFunc(out, func(a, b *Basic) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(at(a), at(b)), cmp.Compare(within(a), within(b)))
	})
	return out
}

func (b *Basic) owner() *root {
	if b.root != nil {
		return b.root
	}
	return b.of
}

// reached finds the basic events below the tops.
func (s *sheet) reached() map[*faulttree.Event]bool {
	used := make(map[*faulttree.Event]bool, len(s.pool.basics))
	seen := make(map[*faulttree.Gate]bool, len(s.gates))
	var visit func(f *faulttree.Formula)
	visit = func(f *faulttree.Formula) {
		if f.Event != nil {
			used[f.Event] = true
		}
		if f.Gate != nil && !seen[f.Gate] {
			seen[f.Gate] = true
			visit(f.Gate.Formula)
		}
		for _, a := range f.Args {
			visit(a)
		}
	}
	for _, g := range s.tops {
		visit(g.Formula)
	}
	return used
}
