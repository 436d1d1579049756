package text

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/mattn/go-runewidth"
)

// The widths that a report can have. A narrower terminal wraps lines itself; on
// a wider one long lines would be hard to read.
const (
	minWidth     = 60
	defaultWidth = 80
	maxWidth     = 140
	wideFrom     = 116 // from here on tables have room for more columns
)

// style is an ANSI SGR parameter list.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	alarm  style = "1;31"
	yellow style = "33"
	green  style = "32"
	blue   style = "36"
)

// span is a piece of text in one style.
type span struct {
	text string
	st   style
}

func t(s string) span           { return span{s, plain} }
func st(s string, x style) span { return span{s, x} }

// screen writes lines of a given width.
type screen struct {
	w       *bufio.Writer
	width   int
	color   bool
	verbose bool
}

func newScreen(w io.Writer, opt report.Options) *screen {
	width := opt.Width
	if width == 0 {
		width = defaultWidth
	}
	return &screen{w: bufio.NewWriter(w), width: min(max(width, minWidth), maxWidth), color: opt.Color, verbose: opt.Verbose}
}

func (s *screen) wide() bool { return s.width >= wideFrom }

// proseWidth bounds running text, which is hard to read in very long lines.
func (s *screen) proseWidth() int { return min(s.width, 110) }

var columns = &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

// width is the number of columns that text takes once it is clean.
func width(text string) int { return columns.StringWidth(clean(text)) }

// clean makes text harmless for a terminal: control characters and invisible
// direction marks become visible escapes, broken UTF-8 becomes U+FFFD.
func clean(text string) string {
	ok := true
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < 0x20 || c >= 0x7f {
			ok = false
			break
		}
	}
	if ok {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == utf8.RuneError:
			b.WriteRune(r)
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fit cuts text to at most n columns, with an ellipsis where it was longer.
func fit(text string, n int) string {
	text = clean(text)
	if columns.StringWidth(text) <= n {
		return text
	}
	return columns.Truncate(text, n, "…")
}

// pad cuts or fills text to exactly n columns.
func pad(text string, n int) string {
	text = fit(text, n)
	return text + strings.Repeat(" ", max(0, n-columns.StringWidth(text)))
}

func (s *screen) put(p span) {
	text := clean(p.text)
	if !s.color || p.st == plain || strings.TrimSpace(text) == "" {
		s.w.WriteString(text)
		return
	}
	s.w.WriteString("\x1b[" + string(p.st) + "m" + text + "\x1b[0m")
}

func (s *screen) blank() { s.w.WriteByte('\n') }

// line writes spans as one line, without spaces at its end. The caller has seen
// to it that they fit.
func (s *screen) line(spans ...span) {
	for len(spans) > 0 {
		last := &spans[len(spans)-1]
		last.text = strings.TrimRight(last.text, " ")
		if last.text != "" {
			break
		}
		spans = spans[:len(spans)-1]
	}
	for _, p := range spans {
		s.put(p)
	}
	s.blank()
}

// heading writes a title, a rule to the right edge and an optional word there.
func (s *screen) heading(title, right string) {
	s.blank()
	if width(title) > s.width || right != "" && width(title)+width(right)+9 > s.width {
		s.paraIn(s.width, nil, 0, st(title, bold))
		title = ""
	}
	rest := s.width - width(title) - 1
	if right != "" {
		right = " " + fit(right, max(0, rest-8))
		rest -= width(right)
	}
	if title == "" {
		rest++
		s.line(st(strings.Repeat("─", max(0, rest)), dim), t(right))
		s.blank()
		return
	}
	s.line(st(title, bold), st(" "+strings.Repeat("─", max(0, rest)), dim), t(right))
	s.blank()
}

// word is a piece of a paragraph that is not broken, unless it alone is too wide.
type word struct {
	text  string
	st    style
	glued bool // no space before it
}

// isBlank leaves the no-break space alone, unlike unicode.IsSpace.
func isBlank(r rune) bool { return r == ' ' }

func words(spans []span) []word {
	var out []word
	glue := false
	for _, p := range spans {
		text := clean(p.text)
		if strings.HasPrefix(text, " ") {
			glue = false
		}
		for i, f := range strings.FieldsFunc(text, isBlank) {
			out = append(out, word{strings.ReplaceAll(f, "\u00a0", " "), p.st, glue && i == 0})
		}
		if text != "" {
			glue = !strings.HasSuffix(text, " ")
		}
	}
	return out
}

// para writes spans as a paragraph: the first line after the text first (which
// the caller chose to be hang columns wide or fewer), the others indented by
// hang. Non-breaking spaces hold words together.
func (s *screen) para(first []span, hang int, spans ...span) {
	s.paraIn(s.proseWidth(), first, hang, spans...)
}

func (s *screen) paraIn(limit int, first []span, hang int, spans ...span) {
	text := words(spans)
	if len(text) == 0 {
		s.line(slices.Clone(first)...)
		return
	}
	at := 0
	for _, p := range first {
		s.put(p)
		at += width(p.text)
	}
	if at < hang {
		s.w.WriteString(strings.Repeat(" ", hang-at))
		at = hang
	}
	fresh := true
	for _, w := range text {
		gap := 1
		if fresh || w.glued {
			gap = 0
		}
		n := columns.StringWidth(w.text)
		if !fresh && at+gap+n > limit {
			s.blank()
			s.w.WriteString(strings.Repeat(" ", hang))
			at, gap, fresh = hang, 0, true
		}
		for fresh && at+n > limit && limit > hang {
			head := breakable(columns.Truncate(w.text, limit-at, ""))
			if head == "" {
				break
			}
			s.put(span{head, w.st})
			s.blank()
			s.w.WriteString(strings.Repeat(" ", hang))
			at = hang
			w.text = w.text[len(head):]
			n = columns.StringWidth(w.text)
		}
		s.w.WriteString(strings.Repeat(" ", gap))
		s.put(span{w.text, w.st})
		at += gap + n
		fresh = false
	}
	s.blank()
}

// breakable cuts the beginning of a long word where it reads best: after the
// last slash, so that file names stay whole, else after the last dot or dash of
// its second half.
func breakable(head string) string {
	if i := strings.LastIndexByte(head, '/'); i >= len(head)/3 {
		return head[:i+1]
	}
	if i := strings.LastIndexAny(head, "/.-_,:"); i >= len(head)/2 {
		return head[:i+1]
	}
	return head
}

// wrap breaks text into lines of at most n columns.
func wrap(text string, n int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(clean(text)) {
		switch {
		case line == "":
			line = w
		case columns.StringWidth(line)+1+columns.StringWidth(w) <= n:
			line += " " + w
		default:
			lines = append(lines, line)
			line = w
		}
		for columns.StringWidth(line) > n && n > 1 {
			head := columns.Truncate(line, n, "")
			lines = append(lines, head)
			line = line[len(head):]
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

func (s *screen) flush() error { return s.w.Flush() }
