package inventory

import "strings"

// positioner finds lines and columns of rising offsets: each byte is looked at
// once, also when the whole listing is one line.
type positioner struct {
	text   string
	offset int
	line   int // of offset
	column int // of offset, 0-based
}

func (p *positioner) at(offset int) (line, column int) {
	if offset < p.offset {
		*p = positioner{text: p.text, line: 1}
	}
	for between := p.text[p.offset:offset]; ; {
		i := strings.IndexByte(between, '\n')
		if i < 0 {
			p.column += runes(between)
			break
		}
		p.line, p.column, between = p.line+1, 0, between[i+1:]
	}
	p.offset = offset
	return p.line, p.column + 1
}

// runes counts characters; a byte order mark is none.
func runes(s string) int {
	n := 0
	for range strings.TrimPrefix(s, "\uFEFF") {
		n++
	}
	return n
}
