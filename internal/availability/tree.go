package availability

import (
	"slices"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// side is one of the two cases in which everything is worked out.
type side uint8

const (
	atBest side = iota
	atWorst
)

// quad is when a resource cannot be read, can be read in part at most, and the
// same of writing.
type quad [4]*faulttree.Formula

const (
	readGone = iota
	readHurt
	writeGone
	writeHurt
)

// builder makes the fault trees of one case: the worst or the best that the
// unknowns allow, and cut or not. A cut tree says what is hurt so shortly after
// the start of an outage that nobody has switched to a secondary yet.
type builder struct {
	*pool
	estate  *estate.Estate
	model   *outage.Model
	catalog *catalog.Catalog
	cycles  *cycles
	side    side
	cut     bool
	own     func(b *builder, i int) quad
	there   map[string]bool // the regions that the estate touches
	memo    []*quad
	within  map[int]quad // while a cycle is being unrolled: the round before

	original *estate.Estate // of which estate is a variant; nil when it is none
}

// of gives the formulas of a resource: what it does itself, and what reaches it
// from what it leans on.
func (b *builder) of(i int) quad {
	if q := b.memo[i]; q != nil {
		return *q
	}
	if members := b.cycles.of(i); len(members) > 0 {
		b.unroll(members)
		return *b.memo[i]
	}
	q := b.work(i)
	b.memo[i] = &q
	return q
}

// unroll works out resources that lean on each other: round by round from
// nothing hurt, until what any of them suffers has come around.
func (b *builder) unroll(members []int) {
	outer := b.within
	now := make(map[int]quad, len(members))
	for _, i := range members {
		now[i] = quad{}
	}
	for range 4 * len(members) {
		next := make(map[int]quad, len(members))
		same := true
		for _, i := range members {
			b.within = now
			next[i] = b.work(i)
			same = same && next[i] == now[i]
		}
		now = next
		if same {
			break
		}
	}
	b.within = outer
	for _, i := range members {
		q := now[i]
		b.memo[i] = &q
	}
}

func (b *builder) touches(region string) bool { return b.there[region] }

func (b *builder) at(i int) quad {
	if b.within != nil {
		if q, ok := b.within[i]; ok {
			return q
		}
	}
	return b.of(i)
}

// work is [builder.of] without memory.
func (b *builder) work(i int) quad {
	r := b.estate.Resources[i]
	if b.side == atBest && r.Presence != "" { // at best it is not there
		return quad{}
	}
	own := b.own(b, i)
	var parts [4][]*faulttree.Formula
	for k := range parts {
		parts[k] = append(parts[k], own[k])
	}
	for _, l := range b.cycles.leanings[i] {
		q := b.through(i, &l)
		for k := range parts {
			parts[k] = append(parts[k], q[k])
		}
	}
	var out quad
	for k, what := range [4]string{"unreadable", "read-hurt", "unwritable", "write-hurt"} {
		out[k] = b.or(label{r.Name, what}, parts[k]...)
	}
	return out
}

// through gives what reaches a resource by one of its leanings. What cannot be
// read cannot be written.
func (b *builder) through(i int, l *outage.Leaning) quad {
	var q quad
	if l.OneOf {
		q = b.left(l.On, b.estate.Resources[i].Name)
	} else {
		q = b.at(l.On[0])
	}
	if l.Same {
		return q
	}
	var out quad
	if l.Read == catalog.Hard {
		out[readGone], out[writeGone] = q[readGone], q[readGone]
	}
	if needed(l.Read) {
		out[readHurt], out[writeHurt] = q[readHurt], q[readHurt]
	}
	if l.Write == catalog.Hard {
		out[writeGone] = b.or(label{b.estate.Resources[i].Name, "no-writing"}, out[writeGone], q[writeGone])
	}
	if needed(l.Write) {
		out[writeHurt] = b.or(label{b.estate.Resources[i].Name, "hurt-writing"}, out[writeHurt], q[writeHurt])
	}
	return out
}

func needed(s catalog.Strength) bool { return s == catalog.Hard || s == catalog.Soft }

// left gives what is left of alternatives: gone when all are gone that are
// certainly there, hurt when any is hurt. Where none is certainly there, any of
// them may be the only one.
func (b *builder) left(on []int, name string) quad {
	var gone, hurt [2][]*faulttree.Formula
	var any [2][]*faulttree.Formula
	for _, j := range on {
		q := b.at(j)
		for k := range 2 {
			hurt[k] = append(hurt[k], q[2*k+1])
			any[k] = append(any[k], q[2*k])
			if b.side == atBest || b.estate.Resources[j].Presence == "" {
				gone[k] = append(gone[k], q[2*k])
			}
		}
	}
	var out quad
	for k := range 2 {
		if len(gone[k]) == 0 {
			out[2*k] = b.or(label{name, "any"}, any[k]...)
		} else {
			out[2*k] = b.and(label{name, "all"}, gone[k]...)
		}
		out[2*k+1] = b.or(label{name, "some"}, append(hurt[k], out[2*k])...)
	}
	return out
}

// top is the two trees of a capability, nil where nothing can hurt it.
type top struct{ lost, hurt *faulttree.Formula }

// capabilities works out what each capability of a workspace needs, without
// regard to a pair.
func (b *builder) capabilities(ws *estate.Resource) [6]top {
	var lost, hurt [6][]*faulttree.Formula
	for _, d := range b.model.Demands(ws) {
		c := slices.Index(catalog.Capabilities, d.Need.Capability)
		if c < 0 || c >= len(lost) {
			continue
		}
		if d.Need.OneOf && len(d.On) > 1 {
			b.need(d.Need, b.left(d.On, ws.Name), &lost[c], &hurt[c])
			continue
		}
		for _, i := range d.On {
			b.need(d.Need, b.of(i), &lost[c], &hurt[c])
		}
	}
	var out [6]top
	for c, name := range catalog.Capabilities {
		out[c].lost = b.or(label{ws.Name, string(name) + "-gone"}, lost[c]...)
		out[c].hurt = b.or(label{ws.Name, string(name) + "-hurt"}, hurt[c]...)
	}
	return out
}

func (b *builder) need(n *catalog.Need, q quad, lost, hurt *[]*faulttree.Formula) {
	for k, s := range [2]catalog.Strength{n.Read, n.Write} {
		if s == catalog.Hard {
			*lost = append(*lost, q[2*k])
		}
		if needed(s) {
			*hurt = append(*hurt, q[2*k], q[2*k+1])
		}
	}
}

// cycles are the groups of resources that lean on each other, and how all
// resources lean on others.
type cycles struct {
	group   []int32 // by resource, -1 for one that is in no cycle
	members [][]int

	leanings [][]outage.Leaning // by resource
}

func (c *cycles) of(i int) []int {
	if c.group[i] < 0 {
		return nil
	}
	return c.members[c.group[i]]
}

// findCycles finds them by Tarjan's algorithm (R. Tarjan, "Depth-first search and
// linear graph algorithms", 1972), without recursion: chains may be long.
func findCycles(e *estate.Estate, m *outage.Model) *cycles {
	n := len(e.Resources)
	c := &cycles{group: make([]int32, n), leanings: make([][]outage.Leaning, n)}
	next := make([][]int32, n)
	self := make([]bool, n)
	for i := range n {
		c.group[i] = -1
		c.leanings[i] = m.Leanings(i)
		for _, l := range c.leanings[i] {
			for _, j := range l.On {
				next[i] = append(next[i], int32(j))
				self[i] = self[i] || j == i
			}
		}
	}
	index, low := make([]int32, n), make([]int32, n)
	onStack := make([]bool, n)
	var stack []int32
	type frame struct{ at, edge int32 }
	count := int32(0)
	for start := range n {
		if index[start] != 0 {
			continue
		}
		work := []frame{{int32(start), 0}}
		for len(work) > 0 {
			f := &work[len(work)-1]
			v := f.at
			if f.edge == 0 {
				count++
				index[v], low[v] = count, count
				stack, onStack[v] = append(stack, v), true
			}
			if int(f.edge) < len(next[v]) {
				w := next[v][f.edge]
				f.edge++
				if index[w] == 0 {
					work = append(work, frame{w, 0})
				} else if onStack[w] {
					low[v] = min(low[v], index[w])
				}
				continue
			}
			f.edge++
			work = work[:len(work)-1]
			if len(work) > 0 {
				u := work[len(work)-1].at
				low[u] = min(low[u], low[v])
			}
			if low[v] == index[v] {
				c.close(&stack, onStack, v, self)
			}
		}
	}
	return c
}

// close takes a finished group from the stack.
func (c *cycles) close(stack *[]int32, onStack []bool, v int32, self []bool) {
	at := len(*stack) - 1
	for (*stack)[at] != v {
		at--
	}
	group := (*stack)[at:]
	for _, w := range group {
		onStack[w] = false
	}
	if len(group) > 1 || self[v] {
		var members []int
		for _, w := range group {
			members = append(members, int(w))
			c.group[w] = int32(len(c.members))
		}
		slices.Sort(members)
		c.members = append(c.members, members)
	}
	*stack = (*stack)[:at]
}
