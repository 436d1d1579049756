package edit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// Change is a range of bytes of the source and the text that takes its place: an
// insertion when the range is empty, a deletion when the text is.
type Change struct {
	Start, End int
	Text       string
	Why        []string // the reasons of the edits that it comes from, each once
}

// Changes gives what has to be done to the source: sorted, neither overlapping nor
// touching one another. The result is shared and must not be changed.
func (s *Set) Changes() []Change {
	if !s.fresh {
		s.changes = s.layOut()
		s.fresh = true
	}
	return s.changes
}

// Len is the number of changes: 0 when everything is as the edits want it.
func (s *Set) Len() int { return len(s.Changes()) }

// Bytes gives the new source. It belongs to the caller.
func (s *Set) Bytes() []byte { return Apply(s.doc.Source(), s.Changes()) }

// Apply makes changes in a source. They must be sorted and lie inside of it
// without overlapping, as [Set.Changes] gives them.
func Apply(source string, changes []Change) []byte {
	out := make([]byte, 0, len(source)+64)
	at := 0
	for _, c := range changes {
		out = append(out, source[at:c.Start]...)
		out = append(out, c.Text...)
		at = c.End
	}
	return append(out, source[at:]...)
}

// layout collects the changes of the edits: what is deleted or replaced, and what
// is inserted where.
type layout struct {
	set     *Set
	nodes   map[int]*nodeEdit
	boxes   map[int]*box
	deletes []Change
	inserts []Change
}

// layOut turns the edits into changes.
func (s *Set) layOut() []Change {
	l := &layout{set: s, nodes: map[int]*nodeEdit{}, boxes: map[int]*box{}}
	for i, b := range s.boxes {
		l.boxes[i] = b.clone()
	}
	for _, e := range s.sorted() {
		if e.remove {
			l.remove(e.node, e.why)
		} else {
			l.replace(e.node, e)
		}
	}
	for _, i := range sortedKeys(l.boxes) {
		l.box(l.boxes[i])
	}
	return l.join()
}

func (s *Set) sorted() []*nodeEdit {
	list := make([]*nodeEdit, 0, len(s.nodes))
	for _, i := range sortedKeys(s.nodes) {
		list = append(list, s.nodes[i])
	}
	return list
}

func sortedKeys[V any](m map[int]V) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (l *layout) delete(start, end int, why []string) {
	if start < end {
		l.deletes = append(l.deletes, Change{Start: start, End: end, Why: why})
	}
}

func (l *layout) insert(at int, text string, why []string) {
	l.inserts = append(l.inserts, Change{Start: at, End: at, Text: text, Why: why})
}

// substitute writes text in place of a range that nothing else touches.
func (l *layout) substitute(start, end int, text string, why []string) {
	l.delete(start, end, why)
	l.insert(start, text, why)
}

// join puts together what overlaps or touches. A range is replaced by what is
// inserted in it or at its ends, in the order in which the places follow one another.
func (l *layout) join() []Change {
	all := append(slices.Clone(l.inserts), l.deletes...)
	slices.SortStableFunc(all, func(a, b Change) int { return cmp.Compare(a.Start, b.Start) })
	var out []Change
	for _, c := range all {
		if n := len(out); n > 0 && c.Start <= out[n-1].End {
			last := &out[n-1]
			last.End = max(last.End, c.End)
			last.Text += c.Text
			for _, why := range c.Why {
				last.Why = addReason(last.Why, why)
			}
			continue
		}
		c.Why = slices.Clone(c.Why)
		out = append(out, c)
	}
	text := l.set.doc.Source()
	return slices.DeleteFunc(out, func(c Change) bool { return text[c.Start:c.End] == c.Text })
}

// replace writes another value at a node: only what differs of objects and arrays.
func (l *layout) replace(n jsonc.Node, e *nodeEdit) {
	if same(n, e.value) {
		return
	}
	if l.partly(n, e) {
		return
	}
	st := near(l.set.wholeStyle(), n.Parent())
	lines := st.lines
	if p := n.Parent(); p.IsValid() {
		lines = lines && inLines(p)
	}
	l.substitute(n.Start(), n.End(), string(st.write(nil, e.value, indentAt(l.set.doc.Source(), n.KeyStart()), lines)), e.why)
}

func (s *Set) wholeStyle() *style {
	if s.style == nil {
		s.style = styleOf(s.doc)
	}
	return s.style
}

// inLines says whether the children of a container stand in lines of their own.
func inLines(n jsonc.Node) bool {
	text, at := n.Document().Source(), n.Start()+1
	inner, outer := 0, 0
	for c := range n.Children() {
		if strings.Contains(text[at:max(at, c.KeyStart())], "\n") {
			inner++
		} else {
			outer++
		}
		at = c.End()
	}
	if n.Len() > 1 && strings.Contains(text[n.Start():n.First().KeyStart()], "\n") {
		inner-- // between the children is what counts
	} else if n.Len() > 1 {
		outer--
	}
	return inner >= max(outer, 1)
}
