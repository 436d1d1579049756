package edit

import (
	"fmt"
	"math"
	"slices"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Set is the edits of one document. Make it with [New]. It must not be used from
// several goroutines at once. Every method that adds an edit either adds it or
// returns an error and leaves the set as it was.
type Set struct {
	doc     *jsonc.Document
	nodes   map[int]*nodeEdit // by Node.Index: what becomes of a value that is there
	boxes   map[int]*box      // by Node.Index: containers that get something
	inside  map[int]int       // by Node.Index: number of edits in the container, at any depth
	changes []Change          // nil when they have to be laid out again
	fresh   bool              // changes is up to date
	style   *style            // of the whole document; nil until it is needed
}

// nodeEdit is what becomes of one value that the document has.
type nodeEdit struct {
	node   jsonc.Node
	value  value.Value // absent when the node is removed
	remove bool
	why    []string
}

// addition is a member or element that the document does not have.
type addition struct {
	key   string
	value value.Value
	why   []string
}

// New makes an empty set of edits of a document. A document that was read with
// errors can be edited where it could be understood.
func New(doc *jsonc.Document) *Set {
	return &Set{doc: doc, nodes: map[int]*nodeEdit{}, boxes: map[int]*box{}, inside: map[int]int{}}
}

// Replace writes v in place of the value at n; the key of a member stays. Of
// objects and arrays only the members and elements that differ are written anew,
// so that comments between the others stay. v must be known, and no secret.
func (s *Set) Replace(n jsonc.Node, v value.Value, why string) error {
	if err := s.check(n); err != nil {
		return err
	}
	if err := writable(v, ""); err != nil {
		return s.errorAt(n, "cannot write the new value: %w", err)
	}
	if n.End() <= n.Start() {
		return s.errorAt(n, "there is no value to replace; mend the JSON first")
	}
	if err := s.untouchedAround(n.Parent()); err != nil {
		return err
	}
	if e := s.nodes[n.Index()]; e != nil {
		switch {
		case e.remove:
			return s.errorAt(n, "%s is to be removed and cannot have a new value, too", name(n))
		case !equal(e.value, v):
			return s.errorAt(n, "%s is to have two values, %s and %s", name(n), brief(e.value), brief(v))
		}
		e.why = addReason(e.why, why)
		s.fresh = false
		return nil
	}
	if s.inside[n.Index()] > 0 {
		return s.errorAt(n, "%s is to be replaced, but another edit changes something in it", name(n))
	}
	s.put(n, &nodeEdit{node: n, value: v, why: addReason(nil, why)})
	return nil
}

// SetMember gives the member of an object a value. The member is looked up as ARM
// does it ([jsonc.Node.Get]); when it is not there, it is added at the end. When
// it was already added by the set and both values are objects, they are merged.
func (s *Set) SetMember(obj jsonc.Node, key string, v value.Value, why string) error {
	return s.setMember(obj, key, v, why, func(b *box) int { return len(b.seq) })
}

// SetMemberAfter is [Set.SetMember], but a member that is not there is added
// directly behind the one named after (which may have been added by the set): at
// the end when there is no such member, as the first one when after is "".
func (s *Set) SetMemberAfter(obj jsonc.Node, after, key string, v value.Value, why string) error {
	return s.setMember(obj, key, v, why, func(b *box) int {
		if after == "" {
			return 0
		}
		if i := b.find(obj.Get(after), after); i >= 0 {
			return i + 1
		}
		return len(b.seq)
	})
}

func (s *Set) setMember(obj jsonc.Node, key string, v value.Value, why string, place func(*box) int) error {
	if err := s.check(obj); err != nil {
		return err
	}
	if obj.Kind() != jsonc.Object {
		return s.errorAt(obj, "cannot set the member %q of %s: it is no object", key, kindOf(obj))
	}
	if m := obj.Get(key); m.IsValid() {
		return s.Replace(m, v, why)
	}
	if err := writable(v, ""); err != nil {
		return s.errorAt(obj, "cannot write the value of %q: %w", key, err)
	}
	b, err := s.open(obj)
	if err != nil {
		return err
	}
	if i := b.find(jsonc.Node{}, key); i >= 0 {
		a := b.seq[i].add
		merged, path := merge(a.value, v)
		if path != "" {
			return s.errorAt(obj, "%q is to have two values, %s and %s", key+path[1:], brief(a.value), brief(v))
		}
		a.value, a.why = merged, addReason(a.why, why)
		s.fresh = false
		return nil
	}
	s.insert(obj, b, place(b), &addition{key: key, value: v, why: addReason(nil, why)})
	return nil
}

// Append adds an element at the end of an array.
func (s *Set) Append(arr jsonc.Node, v value.Value, why string) error {
	if err := s.check(arr); err != nil {
		return err
	}
	if arr.Kind() != jsonc.Array {
		return s.errorAt(arr, "cannot append to %s: it is no array", kindOf(arr))
	}
	if err := writable(v, ""); err != nil {
		return s.errorAt(arr, "cannot write the new element: %w", err)
	}
	b, err := s.open(arr)
	if err != nil {
		return err
	}
	s.insert(arr, b, len(b.seq), &addition{value: v, why: addReason(nil, why)})
	return nil
}

// Remove takes a member or an element away, with its comma and, where it has
// lines of its own, with these and with a comment at their end.
func (s *Set) Remove(n jsonc.Node, why string) error {
	if err := s.check(n); err != nil {
		return err
	}
	parent := n.Parent()
	if !parent.IsValid() {
		return s.errorAt(n, "the whole document cannot be removed")
	}
	if err := s.untouchedAround(parent); err != nil {
		return err
	}
	if e := s.nodes[n.Index()]; e != nil {
		if !e.remove {
			return s.errorAt(n, "%s is to have a new value and cannot be removed, too", name(n))
		}
		e.why = addReason(e.why, why)
		s.fresh = false
		return nil
	}
	if s.inside[n.Index()] > 0 {
		return s.errorAt(n, "%s is to be removed, but another edit changes something in it", name(n))
	}
	items, ok := itemsOf(parent)
	if !ok {
		return s.errorAt(parent, "%s is not written correctly; mend the JSON first", kindOf(parent))
	}
	for _, it := range items {
		if !it.node.IsValid() && n.IsMember() && it.key(s.doc.Source()) == n.Key() {
			return s.errorAt(n, "%s is written twice: at line %d, too; removing one would uncover the other", name(n), s.doc.Position(it.start).Line)
		}
	}
	s.put(n, &nodeEdit{node: n, remove: true, why: addReason(nil, why)})
	return nil
}

// check says what is wrong with a node as the place of an edit.
func (s *Set) check(n jsonc.Node) error {
	switch {
	case !n.IsValid():
		return fmt.Errorf("%s: there is nothing at the place of the edit", s.doc.Name())
	case n.Document() != s.doc:
		return fmt.Errorf("%s: the edit is for another document, %s", s.doc.Name(), n.Document().Name())
	}
	return nil
}

// untouchedAround says whether the container, or one around it, is replaced or
// removed as a whole.
func (s *Set) untouchedAround(n jsonc.Node) error {
	for ; n.IsValid(); n = n.Parent() {
		if e := s.nodes[n.Index()]; e != nil {
			what := "replaced"
			if e.remove {
				what = "removed"
			}
			return s.errorAt(n, "%s is to be %s as a whole, and nothing in it can be changed", name(n), what)
		}
	}
	return nil
}

// open gives the box of a container that something may be added to.
func (s *Set) open(n jsonc.Node) (*box, error) {
	if err := s.untouchedAround(n); err != nil {
		return nil, err
	}
	if b := s.boxes[n.Index()]; b != nil {
		return b, nil
	}
	b, ok := newBox(n)
	if !ok {
		return nil, s.errorAt(n, "%s is not written correctly; mend the JSON first", kindOf(n))
	}
	return b, nil
}

func (s *Set) insert(n jsonc.Node, b *box, at int, a *addition) {
	b.seq = slices.Insert(b.seq, at, entry{item: -1, add: a})
	s.boxes[n.Index()] = b
	s.count(n)
}

func (s *Set) put(n jsonc.Node, e *nodeEdit) {
	s.nodes[n.Index()] = e
	s.count(n.Parent())
}

// count notes that there is one more edit in a container and those around it.
func (s *Set) count(n jsonc.Node) {
	for ; n.IsValid(); n = n.Parent() {
		s.inside[n.Index()]++
	}
	s.fresh = false
}

func (s *Set) errorAt(n jsonc.Node, format string, args ...any) error {
	return fmt.Errorf("%s: "+format, append([]any{n.KeyPos()}, args...)...)
}

// name names a value for messages.
func name(n jsonc.Node) string {
	if n.IsMember() {
		return fmt.Sprintf("%q", n.Key())
	}
	if p := n.Pointer(); p != "" {
		return p
	}
	return "the document"
}

func kindOf(n jsonc.Node) string { return fmt.Sprintf("%s (%s)", name(n), n.Kind()) }

// brief shows a value in a message, cut to a length that fits one.
func brief(v value.Value) string {
	text := []rune(string(v.AppendJSON(nil)))
	if len(text) > 60 {
		return string(text[:57]) + "..."
	}
	return string(text)
}

func addReason(list []string, why string) []string {
	if why == "" || slices.Contains(list, why) {
		return list
	}
	return append(list, why)
}

// writable says why a value cannot be written into a file.
func writable(v value.Value, path string) error {
	where := func() string {
		if path == "" {
			return "it"
		}
		return path[1:]
	}
	switch {
	case v.Secret():
		return fmt.Errorf("%s is a secret", where())
	case v.IsUnknown():
		return fmt.Errorf("%s is unknown: %s", where(), v.Unknown().Reason)
	case v.IsAbsent():
		return fmt.Errorf("%s is absent", where())
	}
	if f, ok := v.AsFloat(); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
		return fmt.Errorf("%s is no number that JSON has", where())
	}
	for i, e := range v.Elems() {
		if err := writable(e, fmt.Sprintf("%s.%d", path, i)); err != nil {
			return err
		}
	}
	for k, e := range v.Members() {
		if err := writable(e, path+"."+k); err != nil {
			return err
		}
	}
	return nil
}
