package outage

import (
	"cmp"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// impact is what an outage does to one capability of a workspace, while it is
// being worked out.
type impact struct {
	best, worst harm
	because     []Cause
	assuming    []string
}

// impacts are those of one workspace, by number of capability.
type impacts [6]impact

// reached lists the workspaces that the outage may do something to, in order.
func (r *run) reached() []int32 {
	l := &r.m.leans
	var out []int32
	for i := range r.nodes {
		for _, w := range l.by(r.nodes[i].resource) {
			if !r.seen[w] {
				r.seen[w] = true
				out = append(out, w)
			}
		}
	}
	for _, w := range out {
		r.seen[w] = false
	}
	slices.Sort(out)
	return out
}

// weigh works out what the outage does to a workspace, without regard to a pair.
func (r *run) weigh(w *workspace, out *impacts) {
	for i := range out {
		out[i] = impact{because: out[i].because[:0]}
	}
	for from := 0; from < len(w.items); {
		need, to := w.items[from].need(), from+1
		for to < len(w.items) && w.items[to].need() == need {
			to++
		}
		if c := r.m.facts.capability[need]; c >= 0 {
			if n := r.m.facts.needs[need]; n.OneOf && to > from+1 {
				r.weighGroup(n, w.items[from:to], &out[c])
			} else {
				for _, item := range w.items[from:to] {
					r.weighOne(n, item.resource(), &out[c])
				}
			}
		}
		from = to
	}
}

func (r *run) weighOne(n *catalog.Need, i int32, out *impact) {
	node := r.node(i)
	if node == nil {
		return
	}
	out.assume(node, n)
	if !node.worst.hurt() {
		return
	}
	best, worst := node.best.harm(n.Read, n.Write), node.worst.harm(n.Read, n.Write)
	if worst.effect() == None {
		return
	}
	out.best, out.worst = out.best.and(best), out.worst.and(worst)
	r.blame(n, node, nil, best, worst, out)
}

// weighGroup is weighOne for alternatives.
func (r *run) weighGroup(n *catalog.Need, items []lean, out *impact) {
	var a alternatives
	hurt := false
	for _, item := range items {
		a.add(r, item.resource())
		if node := r.node(item.resource()); node != nil {
			out.assume(node, n)
			hurt = hurt || node.worst.hurt()
		}
	}
	if !hurt {
		return
	}
	best, worst := a.best.left().harm(n.Read, n.Write), a.worst.left().harm(n.Read, n.Write)
	if worst.effect() == None {
		return
	}
	out.best, out.worst = out.best.and(best), out.worst.and(worst)
	for _, item := range items {
		if node := r.node(item.resource()); node != nil && node.worst.hurt() {
			b, w := node.best.harm(n.Read, n.Write), node.worst.harm(n.Read, n.Write)
			r.blame(n, node, items, b.atMost(best), w.atMost(worst), out)
		}
	}
}

// blame notes because of which resources a needed one hurts a capability; group
// is the alternatives that it is one of.
func (r *run) blame(n *catalog.Need, node *node, group []lean, best, worst harm, out *impact) {
	if worst.effect() == None {
		return
	}
	if !node.dragged {
		out.because = r.cause(out.because, n, node, nil, group, best, worst)
		return
	}
	explained := false
	for _, root := range r.roots(node.resource) {
		b, w := root.best.harm(n.Read, n.Write).atMost(best), root.worst.harm(n.Read, n.Write).atMost(worst)
		if w.effect() == None {
			continue
		}
		explained = explained || w.effect() == worst.effect()
		var via *estate.Resource
		if root.resource != node.resource {
			via = r.m.estate.Resources[node.resource]
		}
		out.because = r.cause(out.because, n, r.node(root.resource), via, group, b, w)
	}
	if !explained {
		out.because = r.cause(out.because, n, node, nil, group, best, worst)
	}
}

// cause adds a cause, or makes one that is there graver.
func (r *run) cause(to []Cause, n *catalog.Need, node *node, via *estate.Resource, group []lean, best, worst harm) []Cause {
	c := Cause{Resource: r.m.estate.Resources[node.resource], Via: via, Role: n.Role, Need: n, best: best, worst: worst}
	if node.own != nil {
		c.Fact = node.own.fact
	}
	c.judge()
	if best != worst {
		c.Unknowns = r.unknownsOf(node, via, group)
	}
	for k := range to {
		if old := &to[k]; old.Resource == c.Resource {
			if compareCauses(&c, old) < 0 {
				c, *old = *old, c
			}
			old.take(&c)
			return to
		}
	}
	return append(to, c)
}

// judge names what the cause does.
func (c *Cause) judge() {
	c.AtBest, c.AtWorst = c.best.effect(), c.worst.effect()
	c.Effect = between(c.AtBest, c.AtWorst)
}

// take adds what a lighter cause of the same resource says.
func (c *Cause) take(lighter *Cause) {
	c.best, c.worst = c.best.and(lighter.best), c.worst.and(lighter.worst)
	if c.judge(); c.best != c.worst && len(c.Unknowns) == 0 {
		c.Unknowns = lighter.Unknowns
	}
}

func between(best, worst Effect) Effect {
	if best == worst {
		return worst
	}
	return Unknown
}

// compareCauses puts the worst first.
func compareCauses(a, b *Cause) int {
	return cmp.Or(
		cmp.Compare(b.AtWorst.rank(), a.AtWorst.rank()),
		cmp.Compare(b.AtBest.rank(), a.AtBest.rank()),
		cmp.Compare(b.worst.back(), a.worst.back()),
		cmp.Compare(b.worst.loss, a.worst.loss),
		cmp.Compare(b.worst.degraded, a.worst.degraded),
		cmp.Compare(a.Resource.Index(), b.Resource.Index()),
	)
}

// assume notes what of the answer no source confirms.
func (i *impact) assume(node *node, n *catalog.Need) {
	if node.own == nil || node.own.fact == nil || node.own.fact.Unverified == "" || !needed(n.Read) && !needed(n.Write) {
		return
	}
	if !slices.Contains(i.assuming, node.own.fact.Unverified) {
		i.assuming = append(i.assuming, node.own.fact.Unverified)
	}
}
