package bdd

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/holdfast-ml/holdfast/faulttree/internal/mix"
)

// Func is a boolean function of a diagram: the number of its root node, doubled,
// plus one when the edge to it is complemented.
type Func uint32

// The constant functions.
const (
	True  Func = 0
	False Func = 1
)

// Not is the complement of f; it costs nothing.
func (f Func) Not() Func { return f ^ 1 }

func (f Func) node() uint32       { return uint32(f) >> 1 }
func (f Func) complemented() bool { return f&1 != 0 }

// ErrTooLarge says that a diagram outgrew its limit. Another order of the
// variables may give a smaller one.
var ErrTooLarge = errors.New("the decision diagram outgrew its limit")

// terminal is the level of the node that stands for the constant functions.
const terminal = math.MaxUint32

type node struct {
	level  uint32
	hi, lo Func // hi is never complemented
	next   uint32
}

// Diagram owns the nodes of its functions. Nodes are never freed: a diagram lives
// as long as one analysis. It is not safe for concurrent use while it is being
// built; once built, any number of readers may share it.
type Diagram struct {
	nodes   []node // nodes[0] is the terminal; children stand before their parents
	buckets []uint32
	cache   []entry
	vars    int
	stores  int // into the cache, since it grew
	limit   int
	full    bool
}

type entry struct {
	f, g, h Func
	result  Func
}

// New makes an empty diagram over the given number of variables. When it would
// get more than limit nodes, building stops and [Diagram.Err] says so; a limit of
// 0 stands for 100 million.
func New(vars, limit int) *Diagram {
	if limit <= 0 {
		limit = 100_000_000
	}
	d := &Diagram{vars: vars, limit: min(limit, math.MaxInt32)}
	d.nodes = append(make([]node, 0, 1<<8), node{level: terminal})
	d.buckets = make([]uint32, 1<<8)
	d.cache = make([]entry, 1<<8)
	return d
}

// Err is ErrTooLarge after the limit was reached; every function that was built
// since then is meaningless.
func (d *Diagram) Err() error {
	if d.full {
		return ErrTooLarge
	}
	return nil
}

// Vars is the number of variables.
func (d *Diagram) Vars() int { return d.vars }

// Size is the number of nodes ever made, the terminal included.
func (d *Diagram) Size() int { return len(d.nodes) }

// Var is the function that is true when the variable is.
func (d *Diagram) Var(v int) Func { return d.make(uint32(v), True, False) }

// make gives the function "if v then hi else lo".
func (d *Diagram) make(level uint32, hi, lo Func) Func {
	if hi == lo {
		return hi
	}
	flip := hi & 1
	hi, lo = hi^flip, lo^flip
	b := mix.Three(level, uint32(hi), uint32(lo)) & uint32(len(d.buckets)-1)
	for i := d.buckets[b]; i != 0; i = d.nodes[i].next {
		if n := &d.nodes[i]; n.level == level && n.hi == hi && n.lo == lo {
			return Func(i<<1) | flip
		}
	}
	if len(d.nodes) >= d.limit {
		d.full = true
		return False
	}
	i := uint32(len(d.nodes))
	d.nodes = append(d.nodes, node{level, hi, lo, d.buckets[b]})
	d.buckets[b] = i
	if len(d.nodes) > len(d.buckets) {
		d.grow()
	}
	return Func(i<<1) | flip
}

func (d *Diagram) grow() {
	d.buckets = make([]uint32, 2*len(d.buckets))
	mask := uint32(len(d.buckets) - 1)
	for i := 1; i < len(d.nodes); i++ {
		n := &d.nodes[i]
		b := mix.Three(n.level, uint32(n.hi), uint32(n.lo)) & mask
		n.next, d.buckets[b] = d.buckets[b], uint32(i)
	}
}

// cofactors splits f at a level: its values where the variable is true and false.
func (d *Diagram) cofactors(f Func, level uint32) (hi, lo Func) {
	n := &d.nodes[f.node()]
	if n.level != level {
		return f, f
	}
	flip := f & 1
	return n.hi ^ flip, n.lo ^ flip
}

// And is the conjunction of f and g.
func (d *Diagram) And(f, g Func) Func { return d.and(f, g) }

// Or is the disjunction of f and g.
func (d *Diagram) Or(f, g Func) Func { return d.and(f.Not(), g.Not()).Not() }

// All is the conjunction of the functions. They are joined from the root's far
// end on, so that each step only adds to what stands below it.
func (d *Diagram) All(fs []Func) Func {
	fs = slices.Clone(fs)
	slices.SortStableFunc(fs, func(a, b Func) int { return cmp.Compare(d.nodes[b.node()].level, d.nodes[a.node()].level) })
	r := True
	for _, f := range fs {
		r = d.and(r, f)
	}
	return r
}

// Any is the disjunction of the functions.
func (d *Diagram) Any(fs []Func) Func {
	not := make([]Func, len(fs))
	for i, f := range fs {
		not[i] = f.Not()
	}
	return d.All(not).Not()
}

// Xor is true when exactly one of f and g is.
func (d *Diagram) Xor(f, g Func) Func { return d.ITE(f, g.Not(), g) }

func (d *Diagram) and(f, g Func) Func {
	switch {
	case f == False || g == False || f == g.Not():
		return False
	case f == True || f == g:
		return g
	case g == True:
		return f
	}
	if f > g {
		f, g = g, f
	}
	if d.full {
		return False
	}
	slot := &d.cache[mix.Three(uint32(f), uint32(g), 1)&uint32(len(d.cache)-1)]
	if slot.f == f && slot.g == g && slot.h == False {
		return slot.result
	}
	level := min(d.nodes[f.node()].level, d.nodes[g.node()].level)
	f1, f0 := d.cofactors(f, level)
	g1, g0 := d.cofactors(g, level)
	r := d.make(level, d.and(f1, g1), d.and(f0, g0))
	d.remember(mix.Three(uint32(f), uint32(g), 1), entry{f, g, False, r})
	return r
}

// ITE is "if f then g else h".
func (d *Diagram) ITE(f, g, h Func) Func {
	switch {
	case f == True || g == h:
		return g
	case f == False:
		return h
	case g == True || g == f:
		return d.Or(f, h)
	case g == False || g == f.Not():
		return d.and(f.Not(), h)
	case h == False || h == f:
		return d.and(f, g)
	case h == True || h == f.Not():
		return d.and(f, g.Not()).Not()
	}
	if f.complemented() {
		f, g, h = f.Not(), h, g
	}
	flip := g & 1
	g, h = g^flip, h^flip
	if d.full {
		return False
	}
	key := mix.Three(uint32(f), uint32(g), uint32(h))
	if slot := &d.cache[key&uint32(len(d.cache)-1)]; slot.f == f && slot.g == g && slot.h == h {
		return slot.result ^ flip
	}
	level := min(d.nodes[f.node()].level, d.nodes[g.node()].level, d.nodes[h.node()].level)
	f1, f0 := d.cofactors(f, level)
	g1, g0 := d.cofactors(g, level)
	h1, h0 := d.cofactors(h, level)
	r := d.make(level, d.ITE(f1, g1, h1), d.ITE(f0, g0, h0))
	d.remember(key, entry{f, g, h, r})
	return r ^ flip
}

// maxCache bounds the entries of the cache, 16 bytes each.
const maxCache = 1 << 22

// remember enters a result. The cache doubles when it has been filled once over:
// what is thrown out has to be computed again, and what leads to it, and so on.
func (d *Diagram) remember(key uint32, e entry) {
	if d.stores++; d.stores > len(d.cache) && len(d.cache) < maxCache {
		old := d.cache
		d.cache = make([]entry, 2*len(old))
		mask := uint32(len(d.cache) - 1)
		for _, o := range old {
			if o.f == o.g { // empty: nothing is remembered of equal arguments
				continue
			}
			k := mix.Three(uint32(o.f), uint32(o.g), uint32(o.h))
			if o.h == False {
				k = mix.Three(uint32(o.f), uint32(o.g), 1)
			}
			d.cache[k&mask] = o
		}
		d.stores = 0
	}
	d.cache[key&uint32(len(d.cache)-1)] = e
}

// AtLeast is true when at least k of the functions are.
func (d *Diagram) AtLeast(k int, fs []Func) Func {
	if k <= 0 {
		return True
	}
	if k > len(fs) {
		return False
	}
	fs = slices.Clone(fs)
	slices.SortStableFunc(fs, func(a, b Func) int { return cmp.Compare(d.nodes[a.node()].level, d.nodes[b.node()].level) })
	// row[j] is "at least j of fs[i:]", filled from the last function backwards.
	row := make([]Func, k+1)
	for j := range row {
		row[j] = False
	}
	row[0] = True
	for i := len(fs) - 1; i >= 0 && !d.full; i-- {
		for j := k; j >= 1; j-- {
			row[j] = d.ITE(fs[i], row[j-1], row[j])
		}
	}
	return row[k]
}

// Eval is the value of f when each variable has the given value.
func (d *Diagram) Eval(f Func, values []bool) bool {
	flip := false
	for {
		n := &d.nodes[f.node()]
		flip = flip != f.complemented()
		if n.level == terminal {
			return !flip
		}
		if values[n.level] {
			f = n.hi
		} else {
			f = n.lo
		}
	}
}

// Split gives the variable nearest to the root that f depends on, and f where it
// is true and where it is false; the variable is -1 for a constant.
func (d *Diagram) Split(f Func) (variable int, hi, lo Func) {
	n := &d.nodes[f.node()]
	if n.level == terminal {
		return -1, f, f
	}
	flip := f & 1
	return int(n.level), n.hi ^ flip, n.lo ^ flip
}
