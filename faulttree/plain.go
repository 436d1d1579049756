package faulttree

import "fmt"

// Plain gives an equal model whose formulas are made of and, or and not only, no
// argument twice, for tools that do not read every operator, or not well. k of n
// becomes a grid of gates, so that it does not grow exponentially. Gates keep
// their names; those that are added are named after them. Events, houses and
// parameters are the model's own.
func (m *Model) Plain() *Model {
	out := &Model{Name: m.Name, Events: m.Events, Houses: m.Houses, Parameters: m.Parameters, Groups: m.Groups}
	p := &plainer{out: out, copies: make(map[*Gate]*Gate, len(m.Gates)), used: map[string]bool{}}
	for _, g := range m.Gates {
		p.copies[g] = &Gate{Name: g.Name, Label: g.Label, Place: g.Place}
		p.used[g.Name] = true
	}
	for _, g := range m.Gates {
		p.at, p.count = p.copies[g], 0
		p.at.Formula = p.formula(g.Formula)
		out.Gates = append(out.Gates, p.at)
	}
	return out
}

type plainer struct {
	out    *Model
	copies map[*Gate]*Gate
	used   map[string]bool
	at     *Gate // being translated
	count  int   // of the gates added for it
}

func constant(v bool) *Formula { return &Formula{Const: &v} }

// known is the value of a formula that is constant.
func known(f *Formula) (value, ok bool) {
	if f.Op == Ref && f.Gate == nil && f.Event == nil && f.House == nil {
		return f.Const != nil && *f.Const, true
	}
	return false, false
}

// small gives a formula that may be used more than once: a leaf.
func (p *plainer) small(f *Formula) *Formula {
	if f.Op == Ref {
		return f
	}
	name := ""
	for name == "" || p.used[name] {
		p.count++
		name = fmt.Sprintf("%s_%d", p.at.Name, p.count)
	}
	p.used[name] = true
	g := &Gate{Name: name, Formula: f, Place: p.at.Place}
	p.out.Gates = append(p.out.Gates, g)
	return &Formula{Gate: g}
}

// joined makes and or or, without constants and without arguments that stand twice.
func joined(op Op, args ...*Formula) *Formula {
	f := &Formula{Op: op}
	for _, a := range args {
		if v, ok := known(a); ok {
			if v == (op == Or) {
				return constant(v) // it decides
			}
			continue
		}
		if !f.has(a) {
			f.Args = append(f.Args, a)
		}
	}
	switch len(f.Args) {
	case 0:
		return constant(op == And)
	case 1:
		return f.Args[0]
	}
	return f
}

// has says whether the leaf a is among the arguments.
func (f *Formula) has(a *Formula) bool {
	for _, b := range f.Args {
		if a.Op == Ref && b.Op == Ref && a.Gate == b.Gate && a.Event == b.Event && a.House == b.House {
			return true
		}
	}
	return false
}

func negation(f *Formula) *Formula {
	if v, ok := known(f); ok {
		return constant(!v)
	}
	if f.Op == Not {
		return f.Args[0]
	}
	return &Formula{Op: Not, Args: []*Formula{f}}
}

func (p *plainer) formula(f *Formula) *Formula {
	if f.Op == Ref {
		if g := p.copies[f.Gate]; g != nil {
			return &Formula{Gate: g}
		}
		return f
	}
	args := make([]*Formula, len(f.Args))
	for i, a := range f.Args {
		args[i] = p.formula(a)
	}
	switch f.Op {
	case And, Or:
		return joined(f.Op, args...)
	case Nand:
		return negation(joined(And, args...))
	case Nor:
		return negation(joined(Or, args...))
	case Not:
		return negation(args[0])
	case Imply:
		return joined(Or, negation(args[0]), args[1])
	case Iff:
		return negation(p.xor(args[0], args[1]))
	case AtLeast:
		return p.atLeast(f.Min, args)
	case Cardinality:
		for i := range args {
			args[i] = p.small(args[i])
		}
		return joined(And, p.atLeast(f.Min, args), negation(p.atLeast(f.Max+1, args)))
	case Xor:
		r := args[0]
		for _, a := range args[1:] {
			r = p.xor(r, a)
		}
		return r
	}
	return f
}

func (p *plainer) xor(a, b *Formula) *Formula {
	a, b = p.small(a), p.small(b)
	return joined(Or, joined(And, a, negation(b)), joined(And, negation(a), b))
}

// atLeast is "k of the arguments": row j holds "j of those from i on".
func (p *plainer) atLeast(k int, args []*Formula) *Formula {
	if k <= 0 {
		return constant(true)
	}
	row := make([]*Formula, k+1)
	row[0] = constant(true)
	for j := 1; j <= k; j++ {
		row[j] = constant(false)
	}
	for i := len(args) - 1; i >= 0; i-- {
		a := p.small(args[i])
		for j := k; j >= 1; j-- {
			row[j] = p.small(joined(Or, joined(And, a, row[j-1]), row[j]))
		}
	}
	return row[k]
}
