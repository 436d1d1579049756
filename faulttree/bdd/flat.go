package bdd

// Flat is some functions of a diagram laid out for evaluation: entries with
// arguments before those who use them, complement edges resolved, nothing else of
// the diagram. A function and its complement are entries of their own where both
// are needed, so that no probability is the small difference of two large ones;
// functions that more failures never make false need no complements at all.
// It is safe for concurrent use.
type Flat struct {
	vars    int
	entries []entryOf // the first two are false and true
	roots   []uint32
}

type entryOf struct{ variable, hi, lo uint32 }

// Flatten lays the functions out.
func (d *Diagram) Flatten(roots ...Func) *Flat {
	top := uint32(0)
	for _, f := range roots {
		top = max(top, f.node())
	}
	need := make([]uint8, top+1) // bit 0: the function, bit 1: its complement
	for _, f := range roots {
		need[f.node()] |= 1 << (f & 1)
	}
	count := 2
	for i := top; i > 0; i-- {
		for flip := Func(0); flip < 2; flip++ {
			if need[i]>>flip&1 == 0 {
				continue
			}
			count++
			n := &d.nodes[i]
			hi, lo := n.hi^flip, n.lo^flip
			need[hi.node()] |= 1 << (hi & 1)
			need[lo.node()] |= 1 << (lo & 1)
		}
	}
	// at holds the number of a node's first entry; its complement, when both are
	// needed, is the next one.
	at := make([]uint32, top+1)
	f := &Flat{vars: d.vars, entries: make([]entryOf, 2, count)}
	index := func(g Func) uint32 {
		switch {
		case g == False:
			return 0
		case g == True:
			return 1
		case need[g.node()] == 3:
			return at[g.node()] + uint32(g&1)
		}
		return at[g.node()]
	}
	for i := uint32(1); i <= top; i++ {
		at[i] = uint32(len(f.entries))
		for flip := Func(0); flip < 2; flip++ {
			if need[i]>>flip&1 == 1 {
				n := &d.nodes[i]
				f.entries = append(f.entries, entryOf{n.level, index(n.hi ^ flip), index(n.lo ^ flip)})
			}
		}
	}
	for _, r := range roots {
		f.roots = append(f.roots, index(r))
	}
	return f
}

// Len is the number of entries: how much one evaluation costs.
func (f *Flat) Len() int { return len(f.entries) }

// Probability is that of every function when variable v is true with probability
// p[v], independent of the others.
func (f *Flat) Probability(p []float64) []float64 {
	out := make([]float64, len(f.roots))
	values := f.values(p)
	for i, r := range f.roots {
		out[i] = values[r]
	}
	return out
}

func (f *Flat) values(p []float64) []float64 {
	values := make([]float64, len(f.entries))
	values[1] = 1
	for i := 2; i < len(f.entries); i++ {
		e := &f.entries[i]
		q := p[e.variable]
		values[i] = q*values[e.hi] + (1-q)*values[e.lo]
	}
	return values
}

// Birnbaum is, for every variable, the partial derivative of a function's
// probability to its own: P(function | v true) - P(function | v false). Source:
// Z. W. Birnbaum, "On the importance of different components in a multicomponent
// system", 1969.
func (f *Flat) Birnbaum(p []float64, root int) []float64 {
	values := f.values(p)
	weight := make([]float64, f.roots[root]+1) // probability of a path from the root
	weight[f.roots[root]] = 1
	importance := make([]float64, f.vars)
	for i := len(weight) - 1; i > 1; i-- {
		w := weight[i]
		if w == 0 {
			continue
		}
		e := &f.entries[i]
		importance[e.variable] += w * (values[e.hi] - values[e.lo])
		weight[e.hi] += w * p[e.variable]
		weight[e.lo] += w * (1 - p[e.variable])
	}
	return importance
}

// Lanes is how many assignments of probabilities a [Batch] evaluates at once.
const Lanes = 16

// Batch evaluates a Flat for many assignments of probabilities, Lanes at a time,
// so that the entries are read once for all of them. It is for one goroutine.
type Batch struct {
	f      *Flat
	values [][Lanes]float64
}

// Batch makes an evaluator with memory of its own.
func (f *Flat) Batch() *Batch {
	b := &Batch{f, make([][Lanes]float64, len(f.entries))}
	for i := range b.values[1] {
		b.values[1][i] = 1
	}
	return b
}

// Run evaluates: variable v is true with probability p[v][lane]. out[r][lane] is
// the probability of function r.
func (b *Batch) Run(p, out [][Lanes]float64) {
	values := b.values
	for i := 2; i < len(values); i++ {
		e := &b.f.entries[i]
		q, hi, lo, to := &p[e.variable], &values[e.hi], &values[e.lo], &values[i]
		for l := range Lanes {
			to[l] = lo[l] + q[l]*(hi[l]-lo[l])
		}
	}
	for i, r := range b.f.roots {
		out[i] = values[r]
	}
}
