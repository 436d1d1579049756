package jsonc

import "unicode/utf8"

// array reads the array at the current place into node id.
func (p *parser) array(id int32) {
	open := p.pos
	p.pos++
	p.nodes[id].kind = Array
	var last, count int32
	literal := true
	comma := -1 // place of the comma just read
	for {
		c := p.skip()
		if p.pos >= len(p.src) {
			p.unclosed(open, "array", "']'")
			break
		}
		if c == ']' {
			p.pos++
			if comma >= 0 {
				p.note(NoteTrailingComma, comma, "")
			}
			break
		}
		if c == '}' {
			if p.insideObject(id) {
				p.fail(p.pos, "found '}' in an array", "',' or ']'")
				break // the array ends here, the object that holds it goes on
			}
			p.fail(p.pos, "found '}' in an array", "a value or ']'")
			p.pos++
			continue
		}
		child := p.value(id, -1, -1)
		if child == 0 {
			break
		}
		count++
		if last != 0 {
			p.nodes[last].next = child
		}
		last = child
		if p.nodes[child].flags&flagNotLiteral != 0 {
			literal = false
		}
		comma = p.separator(']')
	}
	p.close(id, count, literal)
}

// separator reads what stands between two values and returns the place of the
// comma, -1 when there was none.
func (p *parser) separator(closing byte) int {
	c := p.skip()
	switch {
	case c == ',':
		p.pos++
		return p.pos - 1
	case p.pos >= len(p.src) || c == closing || c == '}' || c == ']':
		// the end, reported by the caller when it is the wrong one
	default:
		p.fail(p.pos, "found "+p.found()+" after the value", "',' or '"+string(closing)+"'")
		if c == ':' {
			p.pos++
		}
	}
	return -1
}

// object reads the object at the current place into node id.
func (p *parser) object(id int32) {
	open := p.pos
	p.pos++
	p.nodes[id].kind = Object
	var last, count int32
	var seen keySet
	literal := true
	comma := -1
	for {
		c := p.skip()
		if p.pos >= len(p.src) {
			p.unclosed(open, "object", "'}'")
			break
		}
		if c == '}' {
			p.pos++
			if comma >= 0 {
				p.note(NoteTrailingComma, comma, "")
			}
			break
		}
		if c != '"' {
			if !p.wrongKey(c, id) {
				break
			}
			comma = -1
			continue
		}
		child := p.member(id)
		if child == 0 {
			break
		}
		count++
		if last != 0 {
			p.nodes[last].next = child
		}
		last = child
		key := p.key(child)
		if p.nodes[child].flags&flagNotLiteral != 0 || marksExpression(key) {
			literal = false
		}
		if seen.mayHave(key) {
			p.checkKey(id, child, key, &seen)
		}
		comma = p.separator('}')
	}
	p.close(id, count, literal)
	if seen.duplicates {
		p.dropSuperseded(id)
	}
}

// marksExpression reports whether a key keeps its object from being literal.
func marksExpression(key string) bool {
	return key != "" && key[0] == '[' || len(key) == 4 && key[0]|0x20 == 'c' && EqualFold(key, "copy")
}

// member reads key, colon and value.
func (p *parser) member(parent int32) int32 {
	start := p.pos
	plain, closed := p.scanString()
	end := p.pos
	if !closed {
		p.fail(start, "the property name is not closed", `'"'`)
		return 0
	}
	decoded := ""
	if plain && p.badUTF8 {
		plain = utf8.ValidString(p.text[start+1 : end-1])
	}
	if !plain {
		decoded = p.decode(start+1, end-1)
	}
	if c := p.skip(); c == ':' {
		p.pos++
		p.skip()
	} else {
		p.fail(p.pos, "found "+p.found()+" after the property name", "':'")
	}
	id := p.value(parent, int32(start), int32(end))
	if id != 0 && !plain {
		if p.doc.keys == nil {
			p.doc.keys = map[int32]string{}
		}
		p.doc.keys[id] = decoded
		p.nodes[id].flags |= flagKeyDecoded
	}
	return id
}

// wrongKey reports something other than a key and passes over it; false ends the
// object.
func (p *parser) wrongKey(c byte, id int32) bool {
	const expected = "a property name in double quotes or '}'"
	start := p.pos
	switch {
	case c == ']':
		p.fail(start, "found ']' in an object", expected)
		if p.insideArray(id) {
			return false
		}
		p.pos++
	case c == ',' || c == ':':
		p.fail(start, "found "+p.found(), expected)
		p.pos++
	case c == '\'' || isWordByte(c):
		for p.pos++; p.pos < len(p.src) && (isWordByte(p.src[p.pos]) || c == '\'' && p.src[p.pos] == ' '); p.pos++ {
		}
		if c == '\'' && p.pos < len(p.src) && p.src[p.pos] == '\'' {
			p.pos++
		}
		p.fail(start, quoteHead(p.text[start:p.pos], 40)+" is not a property name", expected)
		p.passValue(id)
	default:
		p.fail(start, "found "+p.found(), expected)
		p.passValue(id)
		if p.pos == start {
			_, n := utf8.DecodeRuneInString(p.text[p.pos:])
			p.pos += n
		}
	}
	return true
}

// passValue reads the rest of a member whose key was wrong, value and comma
// included, without keeping it.
func (p *parser) passValue(id int32) {
	c := p.skip()
	if c == ':' {
		p.pos++
		c = p.skip()
	}
	if p.pos < len(p.src) && c != ',' && c != '}' && c != ']' {
		size, decoded := len(p.nodes), len(p.doc.decoded)
		p.value(id, -1, -1)
		p.nodes, p.doc.decoded = p.nodes[:size], p.doc.decoded[:decoded]
		c = p.skip()
	}
	if c == ',' {
		p.pos++
	}
}

func (p *parser) insideObject(id int32) bool { return p.inside(id, Object) }
func (p *parser) insideArray(id int32) bool  { return p.inside(id, Array) }

// inside reports whether a container of the kind is open around node id.
func (p *parser) inside(id int32, kind Kind) bool {
	for up := p.nodes[id].parent; up >= 0; up = p.nodes[up].parent {
		if p.nodes[up].kind == kind {
			return true
		}
	}
	return false
}

func (p *parser) unclosed(open int, what, closing string) {
	if p.stopped {
		return
	}
	p.fail(len(p.src), "the file ends inside the "+what+" that starts at line "+
		itoa(p.doc.Position(open).Line), closing)
}

func (p *parser) close(id, count int32, literal bool) {
	n := &p.nodes[id]
	n.aux = count
	if !literal {
		n.flags |= flagNotLiteral
	}
	if int(count) == len(p.nodes)-1-int(id) {
		n.flags |= flagFlat
	}
}
