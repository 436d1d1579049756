package text

import (
	"bufio"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// The widths that a text can have; a narrower terminal wraps lines itself.
const (
	minWidth     = 60
	defaultWidth = 80
	maxWidth     = 110
)

// style is an ANSI SGR parameter list.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	yellow style = "33"
	green  style = "32"
	blue   style = "36"
)

type span struct {
	text string
	st   style
}

// screen writes lines of a given width.
type screen struct {
	*bufio.Writer
	width int
	color bool
}

func newScreen(w io.Writer, opt Options) *screen {
	width := opt.Width
	if width == 0 {
		width = defaultWidth
	}
	return &screen{Writer: bufio.NewWriter(w), width: min(max(width, minWidth), maxWidth), color: opt.Color}
}

var columns = &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

func width(text string) int { return columns.StringWidth(clean(text)) }

// clean makes text harmless for a terminal: names and messages come from others.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			return utf8.RuneError
		}
		return r
	}, text)
}

// pad cuts or fills text to exactly n columns.
func pad(text string, n int) string {
	text = clean(text)
	if columns.StringWidth(text) > n {
		text = columns.Truncate(text, max(n, 1), "…")
	}
	return text + strings.Repeat(" ", max(0, n-columns.StringWidth(text)))
}

func (s *screen) put(p span) {
	text := clean(p.text)
	if !s.color || p.st == plain || strings.TrimSpace(text) == "" {
		s.WriteString(text)
		return
	}
	s.WriteString("\x1b[" + string(p.st) + "m" + text + "\x1b[0m")
}

// line writes spans as one line, without spaces at its end.
func (s *screen) line(spans ...span) {
	for len(spans) > 0 {
		last := &spans[len(spans)-1]
		if last.text = strings.TrimRight(last.text, " "); last.text != "" {
			break
		}
		spans = spans[:len(spans)-1]
	}
	for _, p := range spans {
		s.put(p)
	}
	s.WriteByte('\n')
}

func (s *screen) blank() { s.WriteByte('\n') }

// heading writes a title, a rule to the right edge and a word there.
func (s *screen) heading(title, right string) {
	s.blank()
	if right != "" {
		right = " " + right
	}
	rule := s.width - width(title) - width(right) - 1
	if rule < 3 {
		right, rule = "", max(3, s.width-width(title)-1)
	}
	s.line(span{title, bold}, span{" " + strings.Repeat("─", rule), dim}, span{right, plain})
	s.blank()
}

// para writes text in lines: the first one after a mark, the others as far to the
// right as the text of the first one begins.
func (s *screen) para(mark span, hang int, text string, x style) {
	s.put(mark)
	at := width(mark.text)
	if at < hang {
		s.WriteString(strings.Repeat(" ", hang-at))
		at = hang
	}
	var b strings.Builder
	flush := func() {
		s.put(span{b.String(), x})
		b.Reset()
	}
	for i, word := range strings.FieldsFunc(clean(text), func(r rune) bool { return r == ' ' }) {
		word = strings.ReplaceAll(word, "\u00a0", " ")
		n := width(word)
		switch {
		case i == 0:
		case at+1+n > s.width:
			flush()
			s.WriteString("\n" + strings.Repeat(" ", hang))
			at = hang
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	flush()
	s.WriteByte('\n')
}
