// Package diff shows the changes of files as unified diffs in which each hunk has
// its reasons behind the line numbers, where git and patch expect the name of a
// function and people look for what a hunk is about. What it writes can be applied
// with 'git apply' and with 'patch -p1'.
package diff

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/aymanbagabas/go-udiff"

	"github.com/holdfast-ml/holdfast/arm/edit"
)

// File is a file and what is to be changed in it.
type File struct {
	Name    string // as it is shown, with a/ and b/ before it; best relative to the working directory
	Source  string
	Changes []edit.Change // sorted, not overlapping, as [edit.Set.Changes] gives them
}

// Options say how a diff is written. The zero Options work.
type Options struct {
	// Colour is for terminals: removed lines in red, added ones in green, and
	// characters that could steer the terminal replaced. It cannot be applied.
	Colour bool
}

// context is the number of unchanged lines around a change.
const context = 3

// Write writes the unified diff of the files that change. The error is that of
// the writer, or says which changes do not fit their file.
func Write(w io.Writer, files []File, opts Options) error {
	var b strings.Builder
	for _, f := range files {
		if err := writeFile(&b, f, painter(opts)); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeFile(b *strings.Builder, f File, paint painter) error {
	edits := make([]udiff.Edit, len(f.Changes))
	for i, c := range f.Changes {
		edits[i] = udiff.Edit{Start: c.Start, End: c.End, New: c.Text}
	}
	u, err := udiff.ToUnifiedDiff(label("a/", f.Name), label("b/", f.Name), f.Source, edits, context)
	if err != nil {
		return fmt.Errorf("%s: the changes do not fit the file: %w", f.Name, err)
	}
	if len(u.Hunks) == 0 {
		return nil
	}
	paint.line(b, bold, "--- "+u.From, "\n")
	paint.line(b, bold, "+++ "+u.To, "\n")
	starts := lineStarts(f.Source)
	more := 0 // lines that the file has gained so far; the module miscounts them where changes share a hunk
	for _, h := range u.Hunks {
		from, to := sizes(h)
		head := "@@ -" + span(h.FromLine, from) + " +" + span(h.FromLine+more, to) + " @@"
		more += to - from
		if why := reasons(f.Changes, starts, h.FromLine, from); why != "" {
			head += " " + why
		}
		paint.line(b, cyan, head, "\n")
		for _, l := range h.Lines {
			text, end := l.Content, ""
			for _, e := range []string{"\r\n", "\n"} {
				if cut, ok := strings.CutSuffix(text, e); ok {
					text, end = cut, e
					break
				}
			}
			switch l.Kind {
			case udiff.Delete:
				paint.line(b, red, "-"+text, end)
			case udiff.Insert:
				paint.line(b, green, "+"+text, end)
			default:
				paint.line(b, plain, " "+text, end)
			}
			if end == "" {
				b.WriteString("\n\\ No newline at end of file\n")
			}
		}
	}
	return nil
}

// label writes the name of a file as git does: in quotes when it holds characters
// that would end it, and with a tab behind it when it holds a space.
func label(side, name string) string {
	name = side + strings.TrimLeft(filepath.ToSlash(name), "/")
	if strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7F }) {
		return strconv.Quote(name)
	}
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}

func sizes(h *udiff.Hunk) (from, to int) {
	for _, l := range h.Lines {
		if l.Kind != udiff.Insert {
			from++
		}
		if l.Kind != udiff.Delete {
			to++
		}
	}
	return from, to
}

// span writes a range of lines; an empty one is named by the line before it.
func span(first, count int) string {
	switch count {
	case 0:
		return fmt.Sprintf("%d,0", first-1)
	case 1:
		return strconv.Itoa(first)
	}
	return fmt.Sprintf("%d,%d", first, count)
}

// reasons joins the reasons of the changes in a range of lines, each once.
func reasons(changes []edit.Change, starts []int, first, count int) string {
	low := starts[min(max(first-1, 0), len(starts)-1)]
	high := int(^uint(0) >> 1)
	if last := first - 1 + count; last < len(starts)-1 { // the last line goes on to the end of the file
		high = starts[last]
	}
	var list []string
	for _, c := range changes {
		if c.Start < low || c.Start >= high {
			continue
		}
		for _, why := range c.Why {
			why = strings.Join(strings.Fields(strings.Map(printable, why)), " ")
			if why != "" && !slices.Contains(list, why) {
				list = append(list, why)
			}
		}
	}
	return strings.Join(list, "; ")
}

// lineStarts gives the offsets at which lines begin, and that of the end.
func lineStarts(text string) []int {
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' && i+1 < len(text) {
			starts = append(starts, i+1)
		}
	}
	return append(starts, len(text))
}

func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return ' '
	case unicode.IsPrint(r):
		return r
	}
	return unicode.ReplacementChar
}

// painter writes lines, in colours or without.
type painter struct{ Colour bool }

const (
	plain = ""
	bold  = "\x1b[1m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
	reset = "\x1b[0m"
)

func (p painter) line(b *strings.Builder, colour, text, end string) {
	if p.Colour {
		text = strings.Map(func(r rune) rune {
			if r == '\t' {
				return r
			}
			return printable(r)
		}, text)
		if colour != plain {
			text = colour + text + reset
		}
	}
	b.WriteString(text)
	b.WriteString(end)
}

// Count gives how many lines the diff of a file adds and removes; 0 where the
// changes do not fit it.
func Count(f File) (added, removed int) {
	edits := make([]udiff.Edit, len(f.Changes))
	for i, c := range f.Changes {
		edits[i] = udiff.Edit{Start: c.Start, End: c.End, New: c.Text}
	}
	u, err := udiff.ToUnifiedDiff("", "", f.Source, edits, 0)
	if err != nil {
		return 0, 0
	}
	for _, h := range u.Hunks {
		from, to := sizes(h)
		added, removed = added+to, removed+from
	}
	return added, removed
}
