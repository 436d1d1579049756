package inventory

import "unicode/utf8"

// Join makes one array of a stream of JSON values, such as one object a line or
// several pages behind each other. Lines stay lines, so that positions stay
// right (columns of the first line are moved by one). It says false for text
// that is no such stream: with fewer than two values, or with anything but
// objects and arrays.
func Join(src []byte) ([]byte, bool) {
	out := make([]byte, 0, len(src)+len(src)/64+2)
	out = append(out, '[')
	values := 0
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
				out = append(out, ',')
			}
			out = append(out, src[i:end]...)
			i = end
		case i == 0 && len(src) >= 3 && string(src[:3]) == "\xEF\xBB\xBF":
			i += 3
		case values > 0 && c == 0x1E: // the separator of JSON text sequences
			i++
		default:
			return nil, false
		}
	}
	return append(out, ']'), values > 1
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
