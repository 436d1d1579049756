package edit

import (
	"slices"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// box is a container whose members or elements change: in their new order, those
// that it has and those that it gets.
type box struct {
	node  jsonc.Node
	items []item
	seq   []entry
}

// entry is one member or element of a box.
type entry struct {
	item int // index of an item, -1 for what is added
	add  *addition
	gone bool     // the item is removed
	why  []string // of the removal
}

func newBox(n jsonc.Node) (*box, bool) {
	items, ok := itemsOf(n)
	if !ok {
		return nil, false
	}
	b := &box{node: n, items: items}
	for i := range items {
		b.seq = append(b.seq, entry{item: i})
	}
	return b, true
}

func (b *box) clone() *box {
	return &box{node: b.node, items: b.items, seq: slices.Clone(b.seq)}
}

// find gives the place of a node or, when it is absent, of an added member, -1
// for none.
func (b *box) find(n jsonc.Node, key string) int {
	return slices.IndexFunc(b.seq, func(e entry) bool {
		if e.add != nil {
			return !n.IsValid() && b.node.Kind() == jsonc.Object && jsonc.EqualFold(e.add.key, key)
		}
		return n.IsValid() && b.items[e.item].node == n
	})
}

// boxOf gives the box of a container, a new one when nothing has changed it so
// far; nil when it is not written correctly.
func (l *layout) boxOf(n jsonc.Node) *box {
	if b := l.boxes[n.Index()]; b != nil {
		return b
	}
	b, ok := newBox(n)
	if !ok {
		return nil
	}
	l.boxes[n.Index()] = b
	return b
}

func (l *layout) remove(n jsonc.Node, why []string) {
	if b := l.boxOf(n.Parent()); b != nil {
		i := b.find(n, "")
		b.seq[i].gone, b.seq[i].why = true, why
	}
}

// partly writes a new object over an object, or array over array, member by member
// and element by element; false when they have nothing in common.
func (l *layout) partly(n jsonc.Node, e *nodeEdit) bool {
	if n.Len() == 0 || e.value.Len() == 0 {
		return false
	}
	switch {
	case n.Kind() == jsonc.Object && e.value.Kind() == value.ObjectKind:
		return l.members(n, e)
	case n.Kind() == jsonc.Array && e.value.Kind() == value.ArrayKind:
		return l.elements(n, e)
	}
	return false
}

func (l *layout) members(n jsonc.Node, e *nodeEdit) bool {
	b, ok := newBox(n)
	if !ok || slices.ContainsFunc(b.items, func(it item) bool { return !it.node.IsValid() }) {
		return false
	}
	seen := map[string]bool{}
	common := false
	for k := range e.value.Members() {
		if seen[k] {
			return false
		}
		seen[k] = true
		m := n.Get(k)
		common = common || m.IsValid() && m.Key() == k
	}
	if !common {
		return false
	}
	l.boxes[n.Index()] = b
	last := -1
	for k, v := range e.value.Members() {
		if m := n.Get(k); m.IsValid() && m.Key() == k {
			last = b.find(m, "")
			l.replace(m, &nodeEdit{node: m, value: v, why: e.why})
			continue
		}
		last++
		b.seq = slices.Insert(b.seq, last, entry{item: -1, add: &addition{key: k, value: v, why: e.why}})
	}
	for i, it := range b.seq {
		if it.add == nil && !seen[b.items[it.item].node.Key()] {
			b.seq[i].gone, b.seq[i].why = true, e.why
		}
	}
	return true
}

func (l *layout) elements(n jsonc.Node, e *nodeEdit) bool {
	b, ok := newBox(n)
	if !ok {
		return false
	}
	l.boxes[n.Index()] = b
	olds, news := n.Len(), e.value.Len()
	head := 0
	for head < min(olds, news) && same(n.At(head), e.value.At(head)) {
		head++
	}
	tail := 0
	for tail < min(olds, news)-head && same(n.At(olds-1-tail), e.value.At(news-1-tail)) {
		tail++
	}
	pairs := min(olds, news) - head - tail
	for i := head; i < head+pairs; i++ {
		l.replace(n.At(i), &nodeEdit{node: n.At(i), value: e.value.At(i), why: e.why})
	}
	for i := head + pairs; i < olds-tail; i++ {
		b.seq[i].gone, b.seq[i].why = true, e.why
	}
	for i := head + pairs; i < news-tail; i++ {
		b.seq = slices.Insert(b.seq, i, entry{item: -1, add: &addition{value: e.value.At(i), why: e.why}})
	}
	return true
}
