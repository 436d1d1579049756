package jsonc

import (
	"iter"
	"strconv"
	"strings"
)

// Kind is the JSON type of a node.
type Kind uint8

// The kinds of nodes. Invalid is the kind of an absent node only.
const (
	Invalid Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// String names the kind as JSON does.
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "boolean"
	case Number:
		return "number"
	case String:
		return "string"
	case Array:
		return "array"
	case Object:
		return "object"
	}
	return "invalid"
}

type flags uint8

const (
	flagNotLiteral flags = 1 << iota // the subtree may hold expressions
	flagDecoded                      // the string is in Document.decoded
	flagKeyDecoded                   // the key is in Document.keys
	flagSuperseded                   // a later member has the same key
	flagFlat                         // all children are scalars: child i has id+1+i
	flagTrue                         // the boolean is true
)

// node is the stored form: the first child of a container has the following id.
type node struct {
	start, end       int32
	keyStart, keyEnd int32 // keyStart is -1 without key
	next             int32 // next sibling, 0 for none
	parent           int32 // -1 for the root
	aux              int32 // containers: number of children; decoded strings: index
	kind             Kind
	flags            flags
}

// Node is a handle on one value of a [Document]. Two nodes are the same value of
// the same document when they are ==. The zero Node is absent.
type Node struct {
	doc *Document
	id  int32
}

func (n Node) at() *node { return &n.doc.nodes[n.id] }

// IsValid reports whether the node is there at all.
func (n Node) IsValid() bool { return n.doc != nil }

// Document returns the document of the node, nil when absent.
func (n Node) Document() *Document { return n.doc }

// Kind returns the JSON type, Invalid when absent.
func (n Node) Kind() Kind {
	if n.doc == nil {
		return Invalid
	}
	return n.at().kind
}

// Start returns the byte offset of the first byte of the value.
func (n Node) Start() int {
	if n.doc == nil {
		return 0
	}
	return int(n.at().start)
}

// End returns the byte offset behind the last byte of the value.
func (n Node) End() int {
	if n.doc == nil {
		return 0
	}
	return int(n.at().end)
}

// IsMember reports whether the node has a key.
func (n Node) IsMember() bool { return n.doc != nil && n.at().keyStart >= 0 }

// Key returns the decoded key of a member, "" for other nodes.
func (n Node) Key() string {
	if n.doc == nil {
		return ""
	}
	return n.doc.key(n.id)
}

func (d *Document) key(id int32) string {
	k := &d.nodes[id]
	if k.keyStart < 0 {
		return ""
	}
	if k.flags&flagKeyDecoded != 0 {
		return d.keys[id]
	}
	return d.text[k.keyStart+1 : k.keyEnd-1]
}

// KeyStart returns the byte offset of the opening quote of the key; of the value
// when there is no key.
func (n Node) KeyStart() int {
	if !n.IsMember() {
		return n.Start()
	}
	return int(n.at().keyStart)
}

// KeyEnd returns the byte offset behind the closing quote of the key; the start
// of the value when there is no key.
func (n Node) KeyEnd() int {
	if !n.IsMember() {
		return n.Start()
	}
	return int(n.at().keyEnd)
}

// Len returns the number of elements or members, 0 for scalars. Members that a
// later one with the same key replaces do not count.
func (n Node) Len() int {
	if n.doc == nil {
		return 0
	}
	if k := n.at(); k.kind >= Array {
		return int(k.aux)
	}
	return 0
}

// First returns the first element or member.
func (n Node) First() Node {
	if n.Len() == 0 {
		return Node{}
	}
	id := n.id + 1
	for n.doc.nodes[id].flags&flagSuperseded != 0 {
		id = n.doc.nodes[id].next
	}
	return Node{doc: n.doc, id: id}
}

// Next returns the following element or member of the same container.
func (n Node) Next() Node {
	if n.doc == nil || n.at().next == 0 {
		return Node{}
	}
	return Node{doc: n.doc, id: n.at().next}
}

// Parent returns the container of the node, absent for the root.
func (n Node) Parent() Node {
	if n.doc == nil || n.at().parent < 0 {
		return Node{}
	}
	return Node{doc: n.doc, id: n.at().parent}
}

// At returns the i-th element or member, counted from 0, absent when out of
// range. In containers of many children it costs time only the first time.
func (n Node) At(i int) Node {
	if i < 0 || i >= n.Len() {
		return Node{}
	}
	if n.at().flags&flagFlat != 0 {
		return Node{doc: n.doc, id: n.id + 1 + int32(i)}
	}
	if i >= manyChildren {
		return Node{doc: n.doc, id: n.doc.childIDs(n.id)[i]}
	}
	c := n.First()
	for ; i > 0; i-- {
		c = c.Next()
	}
	return c
}

// Get returns the member with the name: the one with the very same spelling,
// else the last one that differs by letter case only, as ARM does. It is absent
// when there is none or the node is no object.
func (n Node) Get(name string) Node {
	if n.doc == nil || n.at().kind != Object {
		return Node{}
	}
	d := n.doc
	first := n.First()
	if first.doc == nil {
		return Node{}
	}
	for id := first.id; id != 0; id = d.nodes[id].next {
		k := &d.nodes[id]
		if k.flags&flagKeyDecoded == 0 {
			if int(k.keyEnd-k.keyStart) == len(name)+2 && d.text[k.keyStart+1:k.keyEnd-1] == name {
				return Node{doc: d, id: id}
			}
		} else if d.keys[id] == name {
			return Node{doc: d, id: id}
		}
	}
	found := Node{}
	for id := first.id; id != 0; id = d.nodes[id].next {
		if EqualFold(d.key(id), name) {
			found = Node{doc: d, id: id}
		}
	}
	return found
}

// Children runs over the elements or members in the order of the source.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := n.First(); c.doc != nil; c = c.Next() {
			if !yield(c) {
				return
			}
		}
	}
}

// Bool returns the value of a boolean, false for other nodes.
func (n Node) Bool() bool { return n.doc != nil && n.at().flags&flagTrue != 0 }

// Str returns the decoded text of a string, "" for other nodes.
func (n Node) Str() string {
	if n.doc == nil {
		return ""
	}
	k := n.at()
	if k.kind != String {
		return ""
	}
	if k.flags&flagDecoded != 0 {
		return n.doc.decoded[k.aux]
	}
	return n.doc.text[k.start+1 : k.end-1]
}

// Int returns the value of a number that is written as an integer and fits into
// 64 bits; otherwise false.
func (n Node) Int() (int64, bool) {
	if n.Kind() != Number {
		return 0, false
	}
	i, err := strconv.ParseInt(n.Raw(), 10, 64)
	return i, err == nil
}

// Float returns the value of a number as the nearest 64-bit float (infinite when
// it is too large), 0 for other nodes.
func (n Node) Float() float64 {
	if n.Kind() != Number {
		return 0
	}
	f, _ := strconv.ParseFloat(n.Raw(), 64)
	return f
}

// Raw returns the source text of the value.
func (n Node) Raw() string {
	if n.doc == nil {
		return ""
	}
	k := n.at()
	return n.doc.text[k.start:k.end]
}

// Literal reports whether no string of the subtree, value or key, starts with
// '[' and no member of it is called "copy" in any letter case. Nothing in such a
// subtree needs evaluation.
func (n Node) Literal() bool { return n.doc == nil || n.at().flags&flagNotLiteral == 0 }

// Pointer returns the JSON pointer (RFC 6901) of the node, "" for the root.
func (n Node) Pointer() string {
	if n.doc == nil {
		return ""
	}
	var steps []string
	size := 0
	for p := n.Parent(); p.doc != nil; n, p = p, p.Parent() {
		step := ""
		if n.IsMember() {
			step = pointerEscapes.Replace(n.Key())
		} else {
			step = strconv.Itoa(n.index(p))
		}
		steps = append(steps, step)
		size += len(step) + 1
	}
	var b strings.Builder
	b.Grow(size)
	for i := len(steps) - 1; i >= 0; i-- {
		b.WriteByte('/')
		b.WriteString(steps[i])
	}
	return b.String()
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// Pos returns the position of the first byte of the value.
func (n Node) Pos() Position { return n.doc.positionOf(n.Start()) }

// EndPos returns the position behind the last byte of the value.
func (n Node) EndPos() Position { return n.doc.positionOf(n.End()) }

// KeyPos returns the position of the key, of the value when there is no key.
func (n Node) KeyPos() Position { return n.doc.positionOf(n.KeyStart()) }

func (d *Document) positionOf(offset int) Position {
	if d == nil {
		return Position{}
	}
	return d.Position(offset)
}

// Index returns the ordinal of the node in its document, from 0 to one less than
// [Document.NodeCount], in the order of the source; -1 when absent. With it a
// slice can hold something for each node.
func (n Node) Index() int {
	if n.doc == nil {
		return -1
	}
	return int(n.id)
}
