package catalog

// nodeKind is the kind of a [node].
type nodeKind uint8

const (
	nullNode nodeKind = iota
	textNode
	literalNode // true, false, or a number as JSON writes it
	listNode
	mapNode
)

// node is one value of a catalog file, read from YAML or from the embedded
// JSON, and where it stands.
type node struct {
	kind         nodeKind
	line, column int32
	text         string  // of a text or a literal
	elems        []node  // of a list
	fields       []field // of a map
}

// field is one member of a map.
type field struct {
	key          string
	line, column int32
	value        node
}

// name says what the node is, for messages.
func (n *node) name() string {
	switch n.kind {
	case listNode:
		return "a list"
	case mapNode:
		return "a mapping"
	case nullNode:
		return "nothing"
	}
	return "the text " + quote(n.text)
}

// get gives the member with that key, nil when there is none.
func (n *node) get(key string) *node {
	for i := range n.fields {
		if n.fields[i].key == key {
			return &n.fields[i].value
		}
	}
	return nil
}

func (n *node) isScalar() bool { return n.kind == textNode || n.kind == literalNode }
