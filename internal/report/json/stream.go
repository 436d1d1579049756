package json

import (
	"bufio"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// stream writes JSON as it goes, so that a large report needs no copy of
// itself in memory. Members of the outermost object start a line each, and so
// does each element of an array in it. The first write error is kept.
type stream struct {
	w     *bufio.Writer
	depth int
	comma bool // something stands before in the same container
	buf   []byte
	cited cited
	rules map[*catalog.Rule][]byte // what findings take from their rule, already written
}

func newStream(w io.Writer) *stream {
	return &stream{w: bufio.NewWriterSize(w, 64<<10), rules: map[*catalog.Rule][]byte{}}
}

// The depths up to which members and elements start a line of their own.
const (
	memberDepth  = 2
	elementDepth = 3
)

func (s *stream) lead(deepest int) {
	if s.comma {
		s.w.WriteByte(',')
	}
	s.comma = true
	if s.depth > 0 && s.depth <= deepest {
		s.w.WriteByte('\n')
		for range s.depth {
			s.w.WriteString("  ")
		}
	}
}

func (s *stream) open(c byte) {
	s.w.WriteByte(c)
	s.depth++
	s.comma = false
}

func (s *stream) close(c byte) {
	s.depth--
	deepest := memberDepth
	if c == ']' {
		deepest = elementDepth
	}
	if s.comma && s.depth < deepest {
		s.w.WriteByte('\n')
		for range s.depth {
			s.w.WriteString("  ")
		}
	}
	s.w.WriteByte(c)
	s.comma = true
}

// key starts a member; a value must follow. Names need no escapes.
func (s *stream) key(name string) {
	s.lead(memberDepth)
	s.w.WriteByte('"')
	s.w.WriteString(name)
	s.w.WriteString(`":`)
	if s.depth <= memberDepth {
		s.w.WriteByte(' ')
	}
}

// element starts an element of an array; a value must follow.
func (s *stream) element() { s.lead(elementDepth) }

func (s *stream) quoted(v string) {
	s.buf = appendQuoted(s.buf[:0], v)
	s.w.Write(s.buf)
}

func (s *stream) str(name, v string) { s.key(name); s.quoted(v) }

// orNull writes a string, null when it is empty.
func (s *stream) orNull(name, v string) {
	s.key(name)
	if v == "" {
		s.w.WriteString("null")
		return
	}
	s.quoted(v)
}

func (s *stream) boolean(name string, v bool) {
	s.key(name)
	s.w.WriteString(strconv.FormatBool(v))
}

func (s *stream) integer(name string, v int64) {
	s.key(name)
	s.w.Write(strconv.AppendInt(s.buf[:0], v, 10))
}

func (s *stream) null(name string) { s.key(name); s.w.WriteString("null") }

// object writes a member that is an object whose members body writes.
func (s *stream) object(name string, body func()) {
	s.key(name)
	s.open('{')
	body()
	s.close('}')
}

// elementObject writes an element that is an object.
func (s *stream) elementObject(body func()) {
	s.element()
	s.open('{')
	body()
	s.close('}')
}

// array writes a member that is an array whose elements body writes.
func (s *stream) array(name string, body func()) {
	s.key(name)
	s.open('[')
	body()
	s.close(']')
}

func (s *stream) strings(name string, vs []string) {
	s.array(name, func() {
		for _, v := range vs {
			s.element()
			s.quoted(v)
		}
	})
}

// document writes the outermost object and flushes.
func (s *stream) document(body func() error) error {
	s.open('{')
	if err := body(); err != nil {
		return err
	}
	s.close('}')
	s.w.WriteByte('\n')
	return s.w.Flush()
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends v as a JSON string. What is not UTF-8 becomes U+FFFD.
func appendQuoted(dst []byte, v string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(v); {
		c := v[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(v[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(dst, v[start:i]...)
				dst = append(dst, "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' && c != 0x7f {
			i++
			continue
		}
		dst = append(dst, v[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, v[start:]...)
	return append(dst, '"')
}
