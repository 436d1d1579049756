package cutset

import "github.com/holdfast-ml/holdfast/faulttree/bdd"

// Minimal gives the minimal cut sets of a monotone function: the minimal sets of
// variables that make it true. Variables keep their numbers as levels.
func (d *Diagram) Minimal(b *bdd.Diagram, f bdd.Func) Family {
	memo := make(map[bdd.Func]Family, b.Size()/2)
	return d.minimal(b, f, memo)
}

func (d *Diagram) minimal(b *bdd.Diagram, f bdd.Func, memo map[bdd.Func]Family) Family {
	switch f {
	case bdd.True:
		return Unit
	case bdd.False:
		return Empty
	}
	if r, ok := memo[f]; ok || d.full {
		return r
	}
	v, hi, lo := b.Split(f)
	low := d.minimal(b, lo, memo)
	high := d.Without(d.minimal(b, hi, memo), low)
	r := d.make(uint32(v), high, low)
	memo[f] = r
	return r
}
