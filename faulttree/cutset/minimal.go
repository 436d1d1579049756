package cutset

import "github.com/holdfast-ml/holdfast/faulttree/bdd"

// Minimal gives the smallest sets of variables that make the function true while
// all other variables are false. Variables keep their numbers as levels.
//
// For a monotone function these are its minimal cut sets. For any other they are
// the minimal cut sets in the sense of A. Rauzy, "Mathematical foundations of
// minimal cutsets", IEEE Transactions on Reliability 50 (2001): what must fail,
// with everything that works left unsaid.
func (d *Diagram) Minimal(b *bdd.Diagram, f bdd.Func) Family {
	m := minimizer{d: d, b: b, memo: make([]Family, b.Size()), not: map[bdd.Func]Family{}}
	return m.of(f)
}

// minimizer remembers the family of every function: in a slice when it stands on
// a regular edge, which in monotone functions all do, else in a map.
type minimizer struct {
	d    *Diagram
	b    *bdd.Diagram
	memo []Family // plus 1; 0 is not known
	not  map[bdd.Func]Family
}

func (m *minimizer) of(f bdd.Func) Family {
	switch {
	case f == bdd.True:
		return Unit
	case f == bdd.False || m.d.full:
		return Empty
	case f&1 == 0:
		if r := m.memo[f>>1]; r != 0 {
			return r - 1
		}
	default:
		if r, ok := m.not[f]; ok {
			return r
		}
	}
	v, hi, lo := m.b.Split(f)
	low := m.of(lo)
	high := m.d.Without(m.of(hi), low)
	r := m.d.make(uint32(v), high, low)
	if f&1 == 0 {
		m.memo[f>>1] = r + 1
	} else {
		m.not[f] = r
	}
	return r
}
