package bdd

// Probability of a set of functions whose variables are independent: computed
// once for all nodes below the roots. Variable v is true with probability p[v].
type Probability struct {
	d        *Diagram
	p        []float64
	reach    []uint32 // nodes below the roots, children before parents
	yes, not []float64
}

// Probability prepares the probabilities of the roots.
func (d *Diagram) Probability(p []float64, roots ...Func) *Probability {
	pr := &Probability{d: d, p: p, yes: make([]float64, len(d.nodes)), not: make([]float64, len(d.nodes))}
	pr.reach = d.below(roots)
	pr.yes[0], pr.not[0] = 1, 0
	pr.compute()
	return pr
}

// below lists the nodes that can be reached from the roots, the terminal left
// out, in order of their numbers: children before parents.
func (d *Diagram) below(roots []Func) []uint32 {
	seen := make([]bool, len(d.nodes))
	top := uint32(0)
	for _, f := range roots {
		seen[f.node()] = true
		top = max(top, f.node())
	}
	count := 0
	for i := top; i > 0; i-- {
		if seen[i] {
			seen[d.nodes[i].hi.node()], seen[d.nodes[i].lo.node()] = true, true
			count++
		}
	}
	list := make([]uint32, 0, count)
	for i := uint32(1); i <= top; i++ {
		if seen[i] {
			list = append(list, i)
		}
	}
	return list
}

func (pr *Probability) compute() {
	for _, i := range pr.reach {
		n := &pr.d.nodes[i]
		p := pr.p[n.level]
		q := 1 - p
		hi, lo := n.hi.node(), n.lo.node()
		y, x := pr.yes[lo], pr.not[lo]
		if n.lo.complemented() {
			y, x = x, y
		}
		pr.yes[i] = p*pr.yes[hi] + q*y
		pr.not[i] = p*pr.not[hi] + q*x
	}
}

// Of is the probability of f, which must be one of the roots or lie below one.
func (pr *Probability) Of(f Func) float64 {
	if f.complemented() {
		return pr.not[f.node()]
	}
	return pr.yes[f.node()]
}

// Birnbaum is, for every variable, the partial derivative of P(f) to its
// probability: P(f | v true) - P(f | v false). Source: Z. W. Birnbaum, "On the
// importance of different components in a multicomponent system", 1969.
func (pr *Probability) Birnbaum(f Func) []float64 {
	d := pr.d
	importance := make([]float64, d.vars)
	weight := make([]float64, f.node()+1) // signed probability of reaching the node
	weight[f.node()] = 1
	if f.complemented() {
		weight[f.node()] = -1
	}
	for k := len(pr.reach) - 1; k >= 0; k-- {
		i := pr.reach[k]
		if i > f.node() || weight[i] == 0 {
			continue
		}
		n := &d.nodes[i]
		importance[n.level] += weight[i] * (pr.Of(n.hi) - pr.Of(n.lo))
		weight[n.hi.node()] += weight[i] * pr.p[n.level]
		if q := weight[i] * (1 - pr.p[n.level]); n.lo.complemented() {
			weight[n.lo.node()] -= q
		} else {
			weight[n.lo.node()] += q
		}
	}
	return importance
}
