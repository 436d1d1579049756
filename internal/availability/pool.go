package availability

import (
	"encoding/binary"
	"slices"

	"github.com/holdfast-ml/holdfast/faulttree"
)

// pool makes formulas and basic events, each once: two formulas that say the same
// of the same parts are the same pointer. A nil formula is never true.
type pool struct {
	rates  *Rates
	middle *draw
	basics []*Basic
	roots  []*root
	gates  []*faulttree.Gate

	byKey   map[string]*Basic
	rootOf  map[string]*root
	numbers map[*faulttree.Formula]uint32
	joined  map[string]*faulttree.Formula
	scratch []byte
}

func newPool(rates *Rates) *pool {
	return &pool{
		rates: rates, middle: rates.middle(), byKey: map[string]*Basic{}, rootOf: map[string]*root{},
		numbers: map[*faulttree.Formula]uint32{}, joined: map[string]*faulttree.Formula{},
	}
}

// add enters a basic event.
func (p *pool) add(b *Basic, name string) *Basic {
	b.Event = &faulttree.Event{Name: name, Label: b.Title}
	b.ref = p.enter(&faulttree.Formula{Event: b.Event})
	p.basics = append(p.basics, b)
	return b
}

// chance gives the basic event with that key, made when it is first asked for.
func (p *pool) chance(key string, b func() *Basic) *faulttree.Formula {
	if old := p.byKey[key]; old != nil {
		return old.ref
	}
	fresh := p.add(b(), key)
	p.byKey[key] = fresh
	return fresh.ref
}

// root gives the root with that key, made when it is first asked for.
func (p *pool) root(key string, b func() *Basic) *root {
	if old := p.rootOf[key]; old != nil {
		return old
	}
	r := &root{gates: map[class]*faulttree.Formula{}}
	r.Basic = b()
	r.Basic.root = r
	p.add(r.Basic, key)
	p.rootOf[key] = r
	p.roots = append(p.roots, r)
	return r
}

func (p *pool) enter(f *faulttree.Formula) *faulttree.Formula {
	p.numbers[f] = uint32(len(p.numbers))
	return f
}

// gate enters a gate and gives the formula that names it.
func (p *pool) gate(name label, f *faulttree.Formula) *faulttree.Formula {
	g := &faulttree.Gate{Name: name.of + "-" + name.what, Formula: f}
	p.gates = append(p.gates, g)
	return p.enter(&faulttree.Formula{Gate: g})
}

// label names a gate: two parts, joined only when there is a new gate to name.
// Names need not be unique; the writer of models sees to that.
type label struct{ of, what string }

func (p *pool) or(name label, args ...*faulttree.Formula) *faulttree.Formula {
	return p.join(faulttree.Or, name, args)
}

// and is nil when one of the parts is.
func (p *pool) and(name label, args ...*faulttree.Formula) *faulttree.Formula {
	if len(args) == 0 || slices.Contains(args, nil) {
		return nil
	}
	return p.join(faulttree.And, name, args)
}

func (p *pool) join(op faulttree.Op, name label, args []*faulttree.Formula) *faulttree.Formula {
	ids := make([]uint32, 0, len(args))
	kept := make([]*faulttree.Formula, 0, len(args))
	seen := map[*faulttree.Formula]bool(nil)
	if len(args) > 8 {
		seen = make(map[*faulttree.Formula]bool, len(args))
	}
	for _, a := range args {
		if a == nil || seen[a] || seen == nil && slices.Contains(kept, a) {
			continue
		}
		if seen != nil {
			seen[a] = true
		}
		kept, ids = append(kept, a), append(ids, p.numbers[a])
	}
	if len(kept) < 2 {
		if len(kept) == 0 {
			return nil
		}
		return kept[0]
	}
	slices.Sort(ids)
	key := append(p.scratch[:0], byte(op))
	for _, id := range ids {
		key = binary.LittleEndian.AppendUint32(key, id)
	}
	p.scratch = key
	if f := p.joined[string(key)]; f != nil {
		return f
	}
	f := p.gate(name, &faulttree.Formula{Op: op, Args: kept})
	p.joined[string(key)] = f
	return f
}
