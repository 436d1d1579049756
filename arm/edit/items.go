package edit

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// item is one member or element as it stands in the source.
type item struct {
	node       jsonc.Node // absent for a member that a later one with the same key replaces
	start, end int        // from the key, or the value, to behind the value
	comma      int        // offset of the comma behind it, -1 for none
}

// key gives the name of a member that is in the text only.
func (it item) key(text string) string {
	if it.node.IsValid() {
		return it.node.Key()
	}
	d, _ := jsonc.Parse("", []byte(text[it.start:stringEnd(text, it.start)]))
	return d.Root().Str()
}

// itemsOf reads how the members or elements of a container are written; false
// when the source is not correct there.
func itemsOf(n jsonc.Node) ([]item, bool) {
	text := n.Document().Source()
	if n.End()-n.Start() < 2 || text[n.End()-1] != closing(n) {
		return nil, false
	}
	var items []item
	next := n.First()
	limit := n.End() - 1
	for at := blankEnd(text, n.Start()+1, limit); at < limit; at = blankEnd(text, at, limit) {
		it := item{start: at, comma: -1}
		switch {
		case next.IsValid() && at == next.KeyStart():
			if next.IsMember() && !strings.HasPrefix(text[blankEnd(text, next.KeyEnd(), limit):], ":") || next.Start() >= next.End() {
				return nil, false
			}
			it.node, it.end = next, next.End()
			next = next.Next()
		case n.Kind() == jsonc.Object && text[at] == '"' && (!next.IsValid() || at < next.KeyStart()):
			it.end = memberEnd(text, at, limit)
		}
		if it.end <= at || it.end > limit {
			return nil, false
		}
		if at = blankEnd(text, it.end, limit); at < limit {
			if text[at] != ',' {
				return nil, false
			}
			it.comma = at
			at++
		}
		items = append(items, it)
	}
	return items, !next.IsValid()
}

func closing(n jsonc.Node) byte {
	if n.Kind() == jsonc.Object {
		return '}'
	}
	return ']'
}

// memberEnd passes over a member that the tree does not have.
func memberEnd(text string, at, limit int) int {
	at = blankEnd(text, stringEnd(text, at), limit)
	if at >= limit || text[at] != ':' {
		return -1
	}
	at = blankEnd(text, at+1, limit)
	depth := 0
	for at < limit {
		switch c := text[at]; c {
		case '"':
			at = stringEnd(text, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		default:
			if c == '/' || c == ',' || c == ':' {
				return -1
			}
			for at < limit && !strings.ContainsRune("\"{}[],: \t\r\n/", rune(text[at])) {
				at++
			}
		}
		if depth <= 0 {
			return at
		}
		for at = blankEnd(text, at, limit); at < limit && (text[at] == ',' || text[at] == ':'); {
			at = blankEnd(text, at+1, limit)
		}
	}
	return -1
}

// stringEnd gives the offset behind the closing quote of the string that starts
// at an offset.
func stringEnd(text string, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// blankEnd passes over white space and comments.
func blankEnd(text string, at, limit int) int {
	for at < limit {
		if isSpace(text[at]) {
			at++
			continue
		}
		end := commentEnd(text, at)
		if end < 0 {
			return at
		}
		at = end
	}
	return min(at, limit)
}

// commentEnd gives the offset behind the comment that starts at an offset, -1
// when none does. The newline behind a line comment is not part of it.
func commentEnd(text string, at int) int {
	switch {
	case strings.HasPrefix(text[at:], "//"):
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			if i > 0 && text[at+i-1] == '\r' {
				i--
			}
			return at + i
		}
		return len(text)
	case strings.HasPrefix(text[at:], "/*"):
		if i := strings.Index(text[at+2:], "*/"); i >= 0 {
			return at + i + 4
		}
		return len(text)
	}
	return -1
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// spacesBefore gives the start of the white space that ends at an offset.
func spacesBefore(text string, at, limit int) int {
	for at > limit && isSpace(text[at-1]) {
		at--
	}
	return at
}

// blanksAfter passes over spaces and tabs.
func blanksAfter(text string, at, limit int) int {
	for at < limit && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	return at
}

// lineStart gives the offset of the first byte of a line.
func lineStart(text string, at int) int { return strings.LastIndexByte(text[:at], '\n') + 1 }

// indentAt gives the white space that the line of an offset begins with.
func indentAt(text string, at int) string {
	start := lineStart(text, at)
	if start == 0 && strings.HasPrefix(text, "\xEF\xBB\xBF") {
		start = 3
	}
	return text[start:max(start, blanksAfter(text, start, at))]
}

// newlineAt gives the length of the newline at an offset, 0 for none.
func newlineAt(text string, at int) int {
	switch {
	case strings.HasPrefix(text[at:], "\n"):
		return 1
	case strings.HasPrefix(text[at:], "\r\n"):
		return 2
	}
	return 0
}

// commentsOnLine passes over the comments that follow on the same line. It tells
// whether the last one is a line comment, and whether the line ends behind them.
func commentsOnLine(text string, at, limit int) (end int, line, eol bool) {
	end = at
	for {
		next := blanksAfter(text, end, limit)
		if next >= limit {
			return end, line, false
		}
		if newlineAt(text, next) > 0 {
			return end, line, true
		}
		behind := commentEnd(text, next)
		if behind < 0 || behind > limit || strings.Contains(text[next:behind], "\n") {
			return end, line, false
		}
		line = text[next+1] == '/'
		end = behind
	}
}

// endsInLineComment says whether the blank text up to an offset ends in a line
// comment, so that a newline has to follow.
func endsInLineComment(text string, from, to int) bool {
	for at := from; at < to; {
		if isSpace(text[at]) {
			at++
			continue
		}
		end := commentEnd(text, at)
		if end < 0 {
			at++
			continue
		}
		if text[at+1] == '/' && blankOnly(text[end:to]) {
			return true
		}
		at = end
	}
	return false
}

func blankOnly(s string) bool { return strings.Trim(s, " \t\r\n") == "" }
