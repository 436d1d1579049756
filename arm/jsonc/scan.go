package jsonc

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// skip moves to the next byte that is neither white space nor part of a comment
// and returns it; 0 at the end (a NUL byte in the text is reported as an
// unexpected character by whoever meets it).
func (p *parser) skip() byte {
	src := p.src
	for p.pos < len(src) {
		switch c := src[p.pos]; c {
		case ' ', '\n', '\r', '\t':
			p.pos++
		case '/':
			if !p.comment() {
				return c
			}
		default:
			return c
		}
	}
	return 0
}

// comment passes over the comment at the current place, if there is one.
func (p *parser) comment() bool {
	rest := p.text[p.pos:]
	switch {
	case strings.HasPrefix(rest, "//"):
		p.note(NoteComment, p.pos, "")
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			p.pos += n + 1
		} else {
			p.pos = len(p.src)
		}
	case strings.HasPrefix(rest, "/*"):
		p.note(NoteComment, p.pos, "")
		if n := strings.Index(rest[2:], "*/"); n >= 0 {
			p.pos += n + 4
		} else {
			p.fail(p.pos, "the comment is not closed", "'*/'")
			p.pos = len(p.src)
		}
	default:
		return false
	}
	return true
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scanString reads the string whose opening quote is at the current place and
// moves behind its closing quote. It reports whether the text between the quotes
// is the string itself, and whether the closing quote was found.
func (p *parser) scanString() (plain, closed bool) {
	src := p.src
	i := p.pos + 1
	plain = true
	for {
		// Eight bytes at a time: is there a quote, a backslash or a control
		// character among them?
		for i+8 <= len(src) {
			w := binary.LittleEndian.Uint64(src[i:])
			quote := w ^ '"'*ones
			slash := w ^ '\\'*ones
			hit := ((quote-ones)&^quote | (slash-ones)&^slash | (w-0x20*ones)&^w) & highs
			if hit != 0 {
				i += bits.TrailingZeros64(hit) >> 3
				break
			}
			i += 8
		}
		for i < len(src) && src[i] != '"' && src[i] != '\\' && src[i] >= 0x20 {
			i++
		}
		if i >= len(src) {
			p.pos = len(src)
			return false, false
		}
		switch src[i] {
		case '"':
			p.pos = i + 1
			return plain, true
		case '\\':
			plain = false
			i += 2
		default:
			p.note(NoteRawControl, i, "")
			i++
		}
	}
}

// decode resolves the escapes of the text between two offsets and reports the
// wrong ones.
func (p *parser) decode(from, to int) string {
	raw := p.text[from:to]
	b := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			n := strings.IndexByte(raw[i:], '\\')
			if n < 0 {
				n = len(raw) - i
			}
			b = append(b, raw[i:i+n]...)
			i += n
			continue
		}
		r, n := escape(raw[i:])
		if n == 0 {
			p.fail(from+i, "the escape "+quoteHead(raw[i:], 6)+" is not valid JSON",
				`one of \" \\ \/ \b \f \n \r \t or \u with four hexadecimal digits`)
			b = append(b, '\\')
			i++
			continue
		}
		b = utf8.AppendRune(b, r)
		i += n
	}
	if p.badUTF8 {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(b)
}

// escape decodes the escape at the start of s and returns the length of its
// source, 0 when it is wrong. A surrogate without its partner becomes U+FFFD.
func escape(s string) (rune, int) {
	if len(s) < 2 {
		return 0, 0
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, ok := hex4(s)
		if !ok {
			return 0, 0
		}
		if utf16.IsSurrogate(r) {
			if low, ok := hex4(s[6:]); ok {
				if full := utf16.DecodeRune(r, low); full != utf8.RuneError {
					return full, 12
				}
			}
			return utf8.RuneError, 6
		}
		return r, 6
	}
	return 0, 0
}

func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for i := 2; i < 6; i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// SourceOffset maps a byte offset in the decoded string to the byte offset in
// the source where that character stands, so that a part of an expression can be
// pointed at. Offsets beyond the string give the place of the closing quote.
func (n Node) SourceOffset(i int) int {
	if n.Kind() != String {
		return n.Start()
	}
	k := n.at()
	return n.doc.sourceOffset(int(k.start), int(k.end), k.flags&flagDecoded != 0, i)
}

// KeySourceOffset is [Node.SourceOffset] for the key of a member.
func (n Node) KeySourceOffset(i int) int {
	if !n.IsMember() {
		return n.Start()
	}
	k := n.at()
	return n.doc.sourceOffset(int(k.keyStart), int(k.keyEnd), k.flags&flagKeyDecoded != 0, i)
}

func (d *Document) sourceOffset(start, end int, decoded bool, i int) int {
	last := end
	if end-1 > start && d.text[end-1] == '"' {
		last = end - 1
	}
	if i <= 0 {
		return min(start+1, last)
	}
	if !decoded {
		return min(start+1+i, last)
	}
	at := start + 1
	for done := 0; at < last; {
		size, n := 1, 1
		if d.text[at] == '\\' {
			r, width := escape(d.text[at:last])
			if width > 0 {
				size, n = utf8.RuneLen(r), width
			}
		} else if r, width := utf8.DecodeRuneInString(d.text[at:last]); width > 0 {
			size, n = utf8.RuneLen(r), width
		}
		if done+size > i {
			return at
		}
		done += size
		at += n
	}
	return last
}
