package cutset

import (
	"errors"
	"math"

	"github.com/holdfast-ml/holdfast/faulttree/internal/mix"
)

// Family is a set of sets of events, the number of its root node.
type Family uint32

// The families without nodes.
const (
	Empty Family = 0 // no set at all: the function is never true
	Unit  Family = 1 // only the empty set: the function is always true
)

// ErrTooLarge says that a diagram outgrew its limit.
var ErrTooLarge = errors.New("the diagram of cut sets outgrew its limit")

const terminal = math.MaxUint32

type node struct {
	level  uint32
	hi, lo Family // the sets with the event (without naming it), those without
	next   uint32
}

// Diagram owns the nodes of its families.
type Diagram struct {
	nodes   []node
	buckets []uint32
	cache   []entry
	stores  int // into the cache, since it grew
	limit   int
	full    bool
}

type entry struct {
	f, g   Family
	op     uint32
	result Family
}

// New makes an empty diagram with room for at most limit nodes; 0 stands for
// 100 million.
func New(limit int) *Diagram {
	if limit <= 0 {
		limit = 100_000_000
	}
	d := &Diagram{limit: min(limit, math.MaxInt32)}
	d.nodes = append(make([]node, 0, 1<<8), node{level: terminal}, node{level: terminal})
	d.buckets = make([]uint32, 1<<8)
	d.cache = make([]entry, 1<<8)
	return d
}

// Err is ErrTooLarge after the limit was reached; what was built since then is
// meaningless.
func (d *Diagram) Err() error {
	if d.full {
		return ErrTooLarge
	}
	return nil
}

// Size is the number of nodes ever made.
func (d *Diagram) Size() int { return len(d.nodes) }

func (d *Diagram) make(level uint32, hi, lo Family) Family {
	if hi == Empty {
		return lo
	}
	b := mix.Three(level, uint32(hi), uint32(lo)) & uint32(len(d.buckets)-1)
	for i := d.buckets[b]; i != 0; i = d.nodes[i].next {
		if n := &d.nodes[i]; n.level == level && n.hi == hi && n.lo == lo {
			return Family(i)
		}
	}
	if len(d.nodes) >= d.limit {
		d.full = true
		return Empty
	}
	i := uint32(len(d.nodes))
	d.nodes = append(d.nodes, node{level, hi, lo, d.buckets[b]})
	d.buckets[b] = i
	if len(d.nodes) > len(d.buckets) {
		d.grow()
	}
	return Family(i)
}

func (d *Diagram) grow() {
	d.buckets = make([]uint32, 2*len(d.buckets))
	mask := uint32(len(d.buckets) - 1)
	for i := 2; i < len(d.nodes); i++ {
		n := &d.nodes[i]
		b := mix.Three(n.level, uint32(n.hi), uint32(n.lo)) & mask
		n.next, d.buckets[b] = d.buckets[b], uint32(i)
	}
}

const (
	opWithout = 1
	opUnion   = 2
)

func (d *Diagram) cached(f, g Family, op uint32) (Family, bool) {
	slot := &d.cache[mix.Three(uint32(f), uint32(g), op)&uint32(len(d.cache)-1)]
	return slot.result, slot.f == f && slot.g == g && slot.op == op
}

func (d *Diagram) remember(f, g Family, op uint32, r Family) Family {
	if d.stores++; d.stores > len(d.cache) && len(d.cache) < maxCache {
		d.growCache()
	}
	d.cache[mix.Three(uint32(f), uint32(g), op)&uint32(len(d.cache)-1)] = entry{f, g, op, r}
	return r
}

// maxCache bounds the entries of the cache, 16 bytes each.
const maxCache = 1 << 22

// growCache doubles the cache when it has been filled once over: what is thrown
// out has to be computed again, and what leads to it, and so on.
func (d *Diagram) growCache() {
	old := d.cache
	d.cache = make([]entry, 2*len(old))
	mask := uint32(len(d.cache) - 1)
	for _, e := range old {
		if e.op != 0 {
			d.cache[mix.Three(uint32(e.f), uint32(e.g), e.op)&mask] = e
		}
	}
	d.stores = 0
}

// Without gives the sets of f that include no set of g: what remains of f when
// everything that g makes superfluous is taken away.
func (d *Diagram) Without(f, g Family) Family {
	switch {
	case f == Empty || g == Unit || f == g:
		return Empty
	case g == Empty:
		return f
	case f == Unit:
		if d.hasUnit(g) {
			return Empty
		}
		return f
	}
	if d.full {
		return Empty
	}
	fl, gl := d.nodes[f].level, d.nodes[g].level
	if gl < fl { // sets of g with an event that f does not have take nothing away
		return d.Without(f, d.nodes[g].lo)
	}
	if r, ok := d.cached(f, g, opWithout); ok {
		return r
	}
	n := d.nodes[f]
	var hi, lo Family
	if fl < gl {
		hi, lo = d.Without(n.hi, g), d.Without(n.lo, g)
	} else {
		m := d.nodes[g]
		hi = d.Without(d.Without(n.hi, m.hi), m.lo)
		lo = d.Without(n.lo, m.lo)
	}
	return d.remember(f, g, opWithout, d.make(fl, hi, lo))
}

// hasUnit says whether the empty set is in f.
func (d *Diagram) hasUnit(f Family) bool {
	for f > Unit {
		f = d.nodes[f].lo
	}
	return f == Unit
}
