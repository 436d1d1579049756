package cutset

import (
	"math/big"
	"math/bits"
)

// below lists the nodes of f, those that others lead to first.
func (d *Diagram) below(f Family) []Family {
	seen := make([]bool, f+1)
	seen[f] = true
	count := 0
	for i := f; i > Unit; i-- {
		if seen[i] {
			seen[d.nodes[i].hi], seen[d.nodes[i].lo] = true, true
			count++
		}
	}
	list := make([]Family, 0, count)
	for i := Unit + 1; i <= f; i++ {
		if seen[i] {
			list = append(list, i)
		}
	}
	return list
}

// Count is the exact number of sets in f.
func (d *Diagram) Count(f Family) *big.Int {
	if n, ok := d.count64(f); ok {
		return new(big.Int).SetUint64(n)
	}
	n := make([]*big.Int, f+1)
	n[Empty], n[Unit] = new(big.Int), big.NewInt(1)
	for _, i := range d.below(f) {
		n[i] = new(big.Int).Add(n[d.nodes[i].hi], n[d.nodes[i].lo])
	}
	return n[f]
}

// count64 is Count where it fits.
func (d *Diagram) count64(f Family) (uint64, bool) {
	if f <= Unit {
		return uint64(f), true
	}
	n := make([]uint64, f+1)
	n[Unit] = 1
	for _, i := range d.below(f) {
		sum, carry := bits.Add64(n[d.nodes[i].hi], n[d.nodes[i].lo], 0)
		if carry != 0 {
			return 0, false
		}
		n[i] = sum
	}
	return n[f], true
}

// Orders counts the sets of f by how many events they have: the k-th number is
// that of the sets of k events.
func (d *Diagram) Orders(f Family) []*big.Int {
	n := make([][]*big.Int, f+1)
	n[Empty] = nil
	if f >= Unit {
		n[Unit] = []*big.Int{big.NewInt(1)}
	}
	for _, i := range d.below(f) {
		hi, lo := n[d.nodes[i].hi], n[d.nodes[i].lo]
		sum := make([]*big.Int, max(len(hi)+1, len(lo)))
		for k := range sum {
			sum[k] = new(big.Int)
			if k < len(lo) {
				sum[k].Set(lo[k])
			}
			if k > 0 && k <= len(hi) {
				sum[k].Add(sum[k], hi[k-1])
			}
		}
		n[i] = sum
	}
	return n[f]
}

// Occurrences counts, for each of the given number of levels, the sets of f that
// have it.
func (d *Diagram) Occurrences(f Family, levels int) []*big.Int {
	out := make([]*big.Int, levels)
	for v := range out {
		out[v] = new(big.Int)
	}
	if f <= Unit {
		return out
	}
	list := d.below(f)
	sets := make([]big.Int, f+1) // below a node
	sets[Unit].SetInt64(1)
	for _, i := range list {
		sets[i].Add(&sets[d.nodes[i].hi], &sets[d.nodes[i].lo])
	}
	paths := make([]big.Int, f+1) // from the root to a node
	paths[f].SetInt64(1)
	var product big.Int
	for k := len(list) - 1; k >= 0; k-- {
		n := &d.nodes[list[k]]
		here := &paths[list[k]]
		out[n.level].Add(out[n.level], product.Mul(here, &sets[n.hi]))
		paths[n.hi].Add(&paths[n.hi], here)
		paths[n.lo].Add(&paths[n.lo], here)
	}
	return out
}

// Sum adds up the products of the sets' probabilities: the rare-event
// approximation of the probability that any of them comes about.
func (d *Diagram) Sum(f Family, p []float64) float64 {
	sum := make([]float64, max(f, Unit)+1)
	sum[Unit] = 1
	for _, i := range d.below(f) {
		n := &d.nodes[i]
		sum[i] = p[n.level]*sum[n.hi] + sum[n.lo]
	}
	return sum[f]
}

// List gives the sets of f, each as increasing levels; at most the given number
// of them (0: all).
func (d *Diagram) List(f Family, most int) [][]int {
	var out [][]int
	var path []int
	var walk func(f Family) bool
	walk = func(f Family) bool {
		switch f {
		case Empty:
			return true
		case Unit:
			out = append(out, append([]int{}, path...))
			return most == 0 || len(out) < most
		}
		n := d.nodes[f]
		path = append(path, int(n.level))
		more := walk(n.hi)
		path = path[:len(path)-1]
		return more && walk(n.lo)
	}
	walk(f)
	return out
}
