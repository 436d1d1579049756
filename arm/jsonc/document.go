package jsonc

import (
	"fmt"
	"sort"
	"strings"
	"sync"
)

// Document is one parsed source text. Make it with [Parse]. It is immutable and
// safe for concurrent use.
type Document struct {
	name  string
	text  string
	bom   int // bytes taken by the byte order mark, 0 or 3
	nodes []node
	// decoded holds the strings that differ from their source text; node.aux is
	// the index.
	decoded []string
	// keys holds the keys that differ from their source text, by node.
	keys  map[int32]string
	notes []Note

	linesOnce sync.Once
	lines     []int32 // offset of the first byte of each line

	blocksOnce sync.Once
	blocks     []int32 // characters before each multiple of runeBlock

	children sync.Map // node -> []int32, see childIDs
}

// Position is a place in a source text, for people and editors.
type Position struct {
	// File is the name given to [Parse].
	File string
	// Line and Column count from 1; 0 means that the place is not known.
	// Columns count Unicode code points.
	Line, Column int
	// Offset is the byte offset that the position was made from.
	Offset int
}

// IsValid reports whether the position is known.
func (p Position) IsValid() bool { return p.Line > 0 }

// String gives file:line:column, without the parts that are not known.
func (p Position) String() string {
	switch {
	case p.Line <= 0 && p.File == "":
		return "-"
	case p.Line <= 0:
		return p.File
	case p.File == "":
		return fmt.Sprintf("%d:%d", p.Line, p.Column)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Root returns the outermost value, which is absent when the text had none.
func (d *Document) Root() Node {
	if d == nil || len(d.nodes) == 0 {
		return Node{}
	}
	return Node{doc: d}
}

// Name returns the name given to [Parse], usually a path.
func (d *Document) Name() string {
	if d == nil {
		return ""
	}
	return d.name
}

// Source returns the whole source text, unchanged.
func (d *Document) Source() string {
	if d == nil {
		return ""
	}
	return d.text
}

// Notes returns what was accepted although plain JSON does not allow it, in the
// order of the source. Of each kind only the first 20 are kept.
func (d *Document) Notes() []Note {
	if d == nil {
		return nil
	}
	return d.notes
}

// NodeCount returns the number of values that were read, keys not counted.
func (d *Document) NodeCount() int {
	if d == nil {
		return 0
	}
	return len(d.nodes)
}

// Position returns line and column of a byte offset. Offsets outside of the text
// are moved to its nearest end.
func (d *Document) Position(offset int) Position {
	if d == nil {
		return Position{}
	}
	d.linesOnce.Do(d.findLines)
	offset = min(max(offset, 0), len(d.text))
	line := sort.Search(len(d.lines), func(i int) bool { return int(d.lines[i]) > offset })
	if line > 0 {
		line--
	}
	from := int(d.lines[line])
	if line == 0 {
		from = d.bom
	}
	column := 1
	if offset > from {
		column += d.runes(from, offset)
	}
	return Position{File: d.name, Line: line + 1, Column: column, Offset: offset}
}

func (d *Document) findLines() {
	d.lines = make([]int32, 1, 1+strings.Count(d.text, "\n"))
	for at := 0; ; {
		n := strings.IndexByte(d.text[at:], '\n')
		if n < 0 {
			return
		}
		at += n + 1
		d.lines = append(d.lines, int32(at))
	}
}

// NoteKind says what a [Note] is about.
type NoteKind uint8

// The kinds of notes.
const (
	NoteComment        NoteKind = iota + 1 // a comment
	NoteTrailingComma                      // a comma before a closing bracket
	NoteRawControl                         // a raw newline, tab or other control character in a string
	NoteDuplicateKey                       // a key that its object already had; the last one counts
	NoteCaseVariantKey                     // a key that differs from an earlier one only by letter case
	NoteByteOrderMark                      // a byte order mark at the start
	noteKinds          = iota + 1
)

// String names the kind in words.
func (k NoteKind) String() string {
	switch k {
	case NoteComment:
		return "comment"
	case NoteTrailingComma:
		return "trailing comma"
	case NoteRawControl:
		return "raw control character in a string"
	case NoteDuplicateKey:
		return "duplicate key"
	case NoteCaseVariantKey:
		return "key that differs only by letter case"
	case NoteByteOrderMark:
		return "byte order mark"
	}
	return "note"
}

// Note is something that was accepted although plain JSON does not allow it.
type Note struct {
	Kind NoteKind
	// Offset is the byte offset of the thing.
	Offset int
	// Key is the key concerned, for the kinds about keys.
	Key string
}

// SyntaxError is a place where the text is not JSON, even in the lenient form
// that this package accepts.
type SyntaxError struct {
	// Pos is the place of the offending byte.
	Pos Position
	// Message says what was found.
	Message string
	// Expected says what should stand there; empty when nothing would do.
	Expected string
}

// Error gives position, what was found and what was expected.
func (e *SyntaxError) Error() string {
	if e.Expected == "" {
		return e.Pos.String() + ": " + e.Message
	}
	return e.Pos.String() + ": " + e.Message + ", expected " + e.Expected
}
