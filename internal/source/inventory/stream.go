package inventory

import (
	"slices"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// ReadStream is [Read] for the document of a text that [Join] made: places are
// those in the stream, not in the array.
func ReadStream(doc *jsonc.Document) Result {
	res := Read(doc)
	for _, r := range res.Resources {
		if r.Origin.Line == 1 {
			r.Origin.Column--
		}
	}
	for i := range res.NotSeen {
		if o := &res.NotSeen[i].Origin; o.Line == 1 {
			o.Column--
		}
	}
	return res
}

// Join makes one array of a stream of JSON values, such as one object a line or
// several pages behind each other. Lines stay lines, so that positions stay
// right, but for the columns of the first line ([ReadStream] knows) and those behind
// values with nothing between them. It says false for text
// that is no such stream: with fewer than two values, or with anything but
// objects and arrays.
func Join(src []byte) ([]byte, bool) {
	out := make([]byte, 0, len(src)+len(src)/64+2)
	out = append(out, '[')
	values, last := 0, 0 // last is the end of the value before
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			out = append(out, c)
			i++
		case c == '{' || c == '[':
			end := valueEnd(src, i)
			if end < 0 {
				return nil, false
			}
			if values++; values > 1 {
				out = comma(out, last)
			}
			out = append(out, src[i:end]...)
			i, last = end, len(out)
		case i == 0 && len(src) >= 3 && string(src[:3]) == "\xEF\xBB\xBF":
			i += 3
		case c == 0x1E: // the separator of JSON text sequences
			out = append(out, ' ')
			i++
		default:
			return nil, false
		}
	}
	return append(out, ']'), values > 1
}

// comma puts a comma behind the value that ends at the offset: in the place of
// white space where that does not change the lines.
func comma(out []byte, at int) []byte {
	if at < len(out) && out[at] != '\n' {
		out[at] = ','
		return out
	}
	return slices.Insert(out, at, ',')
}

// valueEnd is the offset behind the object or array at start, -1 when it has no end.
func valueEnd(src []byte, start int) int {
	depth := 0
	for i := start; i < len(src); i++ {
		switch src[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			for i++; i < len(src) && src[i] != '"'; i++ {
				if src[i] == '\\' {
					i++
				}
			}
		default:
			if src[i] >= utf8.RuneSelf && depth == 0 {
				return -1
			}
		}
	}
	return -1
}
