package deployment

// quoteNames puts quotes around the names of properties that have none. The
// service reads them, and the az CLI sends one: it joins the text of a template
// to the rest of the request behind the bare name template. What is in strings
// and comments stays as it is.
func quoteNames(src []byte) []byte {
	out := make([]byte, 0, len(src)+8)
	before := byte(0) // the last character that means something
	for i := 0; i < len(src); {
		c := src[i]
		end := i + 1
		switch {
		case c == '"' || c == '\'':
			end = stringEnd(src, i)
		case c == '/' && end < len(src) && (src[end] == '/' || src[end] == '*'):
			end = commentEnd(src, i)
			out = append(out, src[i:end]...)
			i = end
			continue
		case letter(c) && (before == '{' || before == ','):
			for end < len(src) && (letter(src[end]) || src[end] >= '0' && src[end] <= '9') {
				end++
			}
			if next := skipBlank(src, end); next < len(src) && src[next] == ':' {
				out = append(append(append(out, '"'), src[i:end]...), '"')
				before, i = '"', end
				continue
			}
		}
		if c > ' ' {
			before = c
		}
		out = append(out, src[i:end]...)
		i = end
	}
	return out
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$'
}

// stringEnd is the place behind the string that begins at i.
func stringEnd(src []byte, i int) int {
	for k := i + 1; k < len(src); k++ {
		switch src[k] {
		case '\\':
			k++
		case src[i]:
			return k + 1
		}
	}
	return len(src)
}

// commentEnd is the place behind the comment that begins at i.
func commentEnd(src []byte, i int) int {
	for k := i + 2; k < len(src); k++ {
		if src[i+1] == '/' && src[k] == '\n' {
			return k
		}
		if src[i+1] == '*' && src[k] == '/' && src[k-1] == '*' && k > i+2 {
			return k + 1
		}
	}
	return len(src)
}

func skipBlank(src []byte, i int) int {
	for i < len(src) && src[i] <= ' ' {
		i++
	}
	return i
}
