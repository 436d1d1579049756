package jsonc

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Limits that keep a hostile file from costing much. They are far above what
// Azure accepts (a template has at most 4 MB) and above any inventory.
const (
	maxDepth  = 512
	maxNodes  = 1 << 25 // 1 GiB of nodes
	maxErrors = 50
	maxNotes  = 20 // of each kind
)

type parser struct {
	doc     *Document
	src     []byte
	text    string
	pos     int
	depth   int
	nodes   []node
	errs    []*SyntaxError
	noted   [noteKinds]int
	badUTF8 bool
	stopped bool
}

// Parse reads a JSON text. The name is used in positions only. It returns the
// document, which holds all that could be understood, and the errors (at most
// 50) in the order of the source; no error means that the whole text was read.
//
// The document keeps src without copying it: the caller must not change the
// bytes afterwards.
func Parse(name string, src []byte) (*Document, []*SyntaxError) {
	d := &Document{name: name}
	p := &parser{doc: d}
	switch {
	case len(src) > math.MaxInt32-1:
		p.fail(0, fmt.Sprintf("the file has %d bytes", len(src)), "less than 2 GiB")
		return d, p.finish()
	case len(src) >= 2 && (src[0] == 0xFE && src[1] == 0xFF || src[0] == 0xFF && src[1] == 0xFE):
		p.fail(0, "the file is encoded as UTF-16 (it starts with its byte order mark)", "UTF-8; save it in that encoding")
		return d, p.finish()
	}
	d.text = unsafe.String(unsafe.SliceData(src), len(src))
	p.src, p.text = src, d.text
	if strings.HasPrefix(d.text, "\xEF\xBB\xBF") {
		d.bom, p.pos = 3, 3
		p.note(NoteByteOrderMark, 0, "")
	}
	p.checkUTF8()
	p.nodes = make([]node, 0, p.estimate())
	if p.skip(); p.pos >= len(src) {
		if len(p.errs) == 0 {
			p.fail(p.pos, "the file holds no JSON", "an object")
		}
		return d, p.finish()
	}
	p.value(-1, -1, -1)
	if p.skip(); p.pos < len(src) && !p.stopped {
		p.fail(p.pos, "there is "+p.found()+" after the end of the JSON value", "nothing more")
	}
	return d, p.finish()
}

// estimate gives room for the nodes of the text. Each is the first of its
// container or stands behind a comma; commas inside of strings are counted, too,
// so files full of expressions are judged by their size.
func (p *parser) estimate() int {
	n := 1 + strings.Count(p.text, ",") + strings.Count(p.text, "{") + strings.Count(p.text, "[")
	return min(n, len(p.text)/24+8, maxNodes)
}

func (p *parser) finish() []*SyntaxError {
	p.doc.nodes = p.nodes
	slices.SortStableFunc(p.errs, func(a, b *SyntaxError) int { return cmp.Compare(a.Pos.Offset, b.Pos.Offset) })
	for _, e := range p.errs {
		e.Pos = p.doc.Position(e.Pos.Offset)
	}
	return p.errs
}

func (p *parser) checkUTF8() {
	if utf8.ValidString(p.text) {
		return
	}
	p.badUTF8 = true
	for i := 0; i < len(p.text); {
		r, n := utf8.DecodeRuneInString(p.text[i:])
		if r == utf8.RuneError && n == 1 {
			p.fail(i, fmt.Sprintf("the byte 0x%02X is not valid UTF-8", p.text[i]), "text in UTF-8")
			return // one is enough: the whole file is probably in another encoding
		}
		i += n
	}
}

// fail records an error at an offset, one for each; after the last one that is kept the parser
// moves to the end of the text.
func (p *parser) fail(offset int, message, expected string) {
	if n := len(p.errs); n > 0 && p.errs[n-1].Pos.Offset == offset {
		return // the same byte is wrong in one way only
	}
	if len(p.errs) >= maxErrors {
		p.stop()
		return
	}
	p.errs = append(p.errs, &SyntaxError{Pos: Position{Offset: offset}, Message: message, Expected: expected})
}

func (p *parser) stop() {
	p.stopped = true
	p.pos = len(p.src)
}

func (p *parser) note(kind NoteKind, offset int, key string) {
	if n := len(p.doc.notes); n > 0 && p.doc.notes[n-1].Kind == kind && p.doc.notes[n-1].Offset == offset {
		return // a key may differ by case from several before it
	}
	if p.noted[kind]++; p.noted[kind] <= maxNotes {
		p.doc.notes = append(p.doc.notes, Note{Kind: kind, Offset: offset, Key: key})
	}
}

// found names what stands at the current place, for messages.
func (p *parser) found() string {
	if p.pos >= len(p.src) {
		return "the end of the file"
	}
	return quoteHead(p.text[p.pos:], 1)
}

// quoteHead quotes the first n characters of s.
func quoteHead(s string, n int) string {
	end := 0
	for ; n > 0 && end < len(s); n-- {
		_, width := utf8.DecodeRuneInString(s[end:])
		end += width
	}
	head := s[:end]
	if strings.ContainsFunc(head, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(head)
	}
	return "'" + head + "'"
}

// value reads the value at the current place into a new node. It makes a node in
// any case: null where there is no value.
func (p *parser) value(parent, keyStart, keyEnd int32) int32 {
	id := int32(len(p.nodes))
	if id >= maxNodes {
		if !p.stopped {
			p.fail(p.pos, fmt.Sprintf("the file holds more than %d values", maxNodes), "a smaller file")
			p.stop()
		}
		return 0
	}
	start := p.pos
	p.nodes = append(p.nodes, node{
		start: int32(start), keyStart: keyStart, keyEnd: keyEnd, parent: parent, kind: Null,
	})
	var c byte
	if start < len(p.src) {
		c = p.src[start]
	}
	switch {
	case c == '"':
		p.stringValue(id)
	case c == '{' || c == '[':
		if p.depth >= maxDepth {
			p.fail(start, "the value is nested too deeply", fmt.Sprintf("at most %d levels", maxDepth))
			p.stop()
			break
		}
		p.depth++
		if c == '{' {
			p.object(id)
		} else {
			p.array(id)
		}
		p.depth--
	case c == '-' || c >= '0' && c <= '9':
		p.number(id)
	case c == 't' && p.word("true"):
		p.nodes[id].kind = Bool
		p.nodes[id].flags |= flagTrue
	case c == 'f' && p.word("false"):
		p.nodes[id].kind = Bool
	case c == 'n' && p.word("null"):
	default:
		p.wrongValue(id)
	}
	p.nodes[id].end = int32(min(p.pos, len(p.src)))
	return id
}

func (p *parser) stringValue(id int32) {
	start := p.pos
	plain, closed := p.scanString()
	n := &p.nodes[id]
	n.kind = String
	to := p.pos
	if closed {
		to--
	} else {
		p.fail(start, "the string is not closed", `'"'`)
	}
	first := byte(0)
	if plain && !(p.badUTF8 && !utf8.ValidString(p.text[start+1:to])) {
		if to > start+1 {
			first = p.src[start+1]
		}
	} else {
		s := p.decode(start+1, to)
		n.flags |= flagDecoded
		n.aux = int32(len(p.doc.decoded))
		p.doc.decoded = append(p.doc.decoded, s)
		if s != "" {
			first = s[0]
		}
	}
	if first == '[' {
		n.flags |= flagNotLiteral
	}
}

// word passes over a keyword if it stands at the current place as a whole.
func (p *parser) word(w string) bool {
	if !strings.HasPrefix(p.text[p.pos:], w) {
		return false
	}
	end := p.pos + len(w)
	if end < len(p.src) && isWordByte(p.src[end]) {
		return false
	}
	p.pos = end
	return true
}

func isWordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '$' ||
		c == '-' || c == '+' || c == '.' || c >= utf8.RuneSelf
}

func (p *parser) number(id int32) {
	src, i := p.src, p.pos
	digits := func() bool {
		from := i
		for i < len(src) && src[i] >= '0' && src[i] <= '9' {
			i++
		}
		return i > from
	}
	if src[i] == '-' {
		i++
	}
	first := i
	ok := digits() && (src[first] != '0' || i == first+1)
	if ok && i < len(src) && src[i] == '.' {
		i++
		ok = digits()
	}
	if ok && i < len(src) && src[i]|0x20 == 'e' {
		i++
		if i < len(src) && (src[i] == '+' || src[i] == '-') {
			i++
		}
		ok = digits()
	}
	if !ok || i < len(src) && isWordByte(src[i]) {
		p.wrongValue(id)
		return
	}
	p.nodes[id].kind = Number
	p.pos = i
}

// wrongValue reports that there is no JSON value here and passes over what could
// be meant as one.
func (p *parser) wrongValue(id int32) {
	start := p.pos
	const expected = "a value: a string in double quotes, a number, true, false, null, '{' or '['"
	if p.pos >= len(p.src) {
		if !p.stopped {
			p.fail(start, "the file ends where a value must stand", expected)
		}
		return
	}
	switch c := p.src[p.pos]; {
	case c == '\'':
		p.fail(start, "the string is in single quotes", "double quotes")
		line := p.text[start+1:]
		if n := strings.IndexAny(line, "'\r\n"); n >= 0 && line[n] == '\'' {
			p.pos = start + n + 2
			return
		}
		p.pos++
	case isWordByte(c):
		for p.pos < len(p.src) && isWordByte(p.src[p.pos]) {
			p.pos++
		}
		p.fail(start, quoteHead(p.text[start:p.pos], 40)+" is not a JSON value", expected)
	case c == ',' || c == '}' || c == ']' || c == ':':
		p.fail(start, "found "+p.found(), expected)
	default:
		p.fail(start, "found "+p.found(), expected)
		_, n := utf8.DecodeRuneInString(p.text[p.pos:])
		p.pos += n
	}
}
