// Package text shows previews and results of deployments to people: in a
// terminal of any width, with colour or without, and never by colour alone.
package text

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Options say how to show. The zero Options are 80 columns without colour.
type Options struct {
	Width   int
	Color   bool
	Verbose bool // show everything, also what does not change
}

// The widths that a text can have; a narrower terminal wraps lines itself.
const (
	minWidth     = 60
	defaultWidth = 80
	maxWidth     = 140
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

func t(s string) span           { return span{s, plain} }
func st(s string, x style) span { return span{s, x} }

// screen writes lines of a given width.
type screen struct {
	b       strings.Builder
	width   int
	color   bool
	verbose bool
}

func newScreen(o Options) *screen {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	return &screen{width: min(max(o.Width, minWidth), maxWidth), color: o.Color, verbose: o.Verbose}
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

// fit cuts text to at most n columns, with an ellipsis where it was longer.
func fit(text string, n int) string {
	text = clean(text)
	if columns.StringWidth(text) <= n {
		return text
	}
	return columns.Truncate(text, max(n, 1), "…")
}

// pad cuts or fills text to exactly n columns.
func pad(text string, n int) string {
	text = fit(text, n)
	return text + strings.Repeat(" ", max(0, n-columns.StringWidth(text)))
}

// line writes spans as one line, cut at the right edge.
func (s *screen) line(spans ...span) {
	left := s.width
	var texts []span
	for _, p := range spans {
		text := fit(p.text, left)
		if left <= 0 || text == "" {
			continue
		}
		left -= columns.StringWidth(text)
		texts = append(texts, span{text, p.st})
	}
	for len(texts) > 0 {
		last := &texts[len(texts)-1]
		if last.text = strings.TrimRight(last.text, " "); last.text != "" {
			break
		}
		texts = texts[:len(texts)-1]
	}
	for _, p := range texts {
		if s.color && p.st != plain && strings.TrimSpace(p.text) != "" {
			s.b.WriteString("\x1b[" + string(p.st) + "m" + p.text + "\x1b[0m")
		} else {
			s.b.WriteString(p.text)
		}
	}
	s.b.WriteByte('\n')
}

func (s *screen) blank() { s.b.WriteByte('\n') }

// heading writes a title, a rule to the right edge and a word there.
func (s *screen) heading(title string, right span) {
	title = fit(title, s.width/2)
	right.text = fit(right.text, s.width-width(title)-6)
	rule := s.width - width(title) - width(right.text) - 2
	s.line(st(title, bold), st(" "+strings.Repeat("─", max(1, rule))+" ", dim), right)
}

// para writes a text in lines that are indented, the first after a mark.
func (s *screen) para(mark span, indent int, text string, x style) {
	limit := min(s.width, 110)
	first := true
	put := func(words string) {
		head := t(strings.Repeat(" ", indent))
		if first && mark.text != "" {
			head = span{pad(mark.text, indent), mark.st}
		}
		first = false
		s.line(head, st(words, x))
	}
	line := ""
	for _, w := range strings.Fields(clean(text)) {
		w = strings.ReplaceAll(w, "\u00a0", " ")
		if line != "" && width(line)+1+width(w) > limit-indent {
			put(line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += w
		for width(line) > limit-indent {
			head := columns.Truncate(line, limit-indent, "")
			put(head)
			line = line[len(head):]
		}
	}
	if line != "" || first {
		put(line)
	}
}

// brief is a type without the part that all of Azure's types have.
func brief(typ string) string { return strings.TrimPrefix(typ, "Microsoft.") }

// Count writes a number with its noun.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Duration prints a time as people say it: "0.4 s", "12 s", "4 min 12 s", "1 h 2 min".
func Duration(d time.Duration) string {
	switch s := int(d.Round(time.Second).Seconds()); {
	case d < 0:
		return "0 s"
	case d < 10*time.Second:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600 && s%60 == 0:
		return fmt.Sprintf("%d min", s/60)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	case s%3600/60 == 0:
		return fmt.Sprintf("%d h", s/3600)
	default:
		return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
	}
}
