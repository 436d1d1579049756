package blueprint

import "strings"

// section begins a comment that heads a part of a template.
const section = "// ---"

// tidy lays out a JSON text with comments that was put together of fragments:
// commas before a closing bracket go, each line is indented by how deep it is
// nested, and empty lines stand before the comments that begin a section only.
func tidy(text string) string {
	var out strings.Builder
	depth, opened := 0, true
	for line := range strings.Lines(dropCommas(text)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if strings.HasPrefix(line, section) && !opened {
			out.WriteByte('\n')
		}
		down, change := nesting(line)
		out.WriteString(strings.Repeat("  ", max(0, depth+down)))
		out.WriteString(line)
		out.WriteByte('\n')
		depth += change
		opened = strings.HasSuffix(line, "{") || strings.HasSuffix(line, "[")
	}
	return out.String()
}

// nesting says how many brackets a line closes before it opens any (as a
// negative number), and by how much it changes the depth.
func nesting(line string) (down, change int) {
	opened := false
	scan(line, func(i int) {
		switch line[i] {
		case '{', '[':
			opened = true
			change++
		case '}', ']':
			change--
			if !opened {
				down--
			}
		}
	})
	return down, change
}

// dropCommas removes commas after which a bracket closes.
func dropCommas(text string) string {
	drop := map[int]bool{}
	last := -1
	scan(text, func(i int) {
		switch text[i] {
		case ' ', '\t', '\n', '\r':
		case ',':
			last = i
		case '}', ']':
			if last >= 0 {
				drop[last] = true
			}
			last = -1
		default:
			last = -1
		}
	})
	var out strings.Builder
	for i := range len(text) {
		if !drop[i] {
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

// scan calls f with the place of each byte that is neither in a comment nor
// inside a string; of a string it gets the opening quote.
func scan(text string, f func(i int)) {
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "//"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return
			}
			i += end - 1
		case text[i] == '"':
			f(i)
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		default:
			f(i)
		}
	}
}
