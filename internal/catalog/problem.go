package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/spelling"
)

// Problem is one thing that is wrong with the files of a catalog.
type Problem struct {
	File         string
	Line, Column int    // 1-based; 0 when the place is not known
	What         string // what is wrong
	Do           string // what to do about it
}

// String gives file:line:column: what; do.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	b.WriteString(p.What)
	if p.Do != "" {
		b.WriteString("; ")
		b.WriteString(p.Do)
	}
	return b.String()
}

// Problems is the error of a catalog that cannot be used: everything that is
// wrong with it, by file and line.
type Problems []Problem

// maxProblems keeps the message of a hopeless file readable; after maxRecorded
// of them no more are looked for.
const (
	maxProblems = 200
	maxRecorded = 10_000
)

func (ps *Problems) add(p Problem) {
	if len(*ps) < maxRecorded {
		*ps = append(*ps, p)
	}
}

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the catalog has %d problem", len(ps))
	if len(ps) != 1 {
		b.WriteByte('s')
	}
	for i, p := range ps {
		if i == maxProblems {
			fmt.Fprintf(&b, "\n  and %d more", len(ps)-i)
			break
		}
		b.WriteString("\n  ")
		b.WriteString(p.String())
	}
	return b.String()
}

// sorted orders the problems by place and drops repeated ones; nil when there
// are none.
func (ps Problems) sorted() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column, strings.Compare(a.What, b.What))
	})
	return slices.Compact(ps)
}

// nearest gives `did you mean "x"?` for a word that is close to one of those
// known, and else the list of them when it is short.
func nearest(word string, known []string) string {
	best, bestAt := 1+len(word)/3, ""
	for _, k := range known {
		if d := spelling.Distance(strings.ToLower(word), strings.ToLower(k)); d < best || (d == best && bestAt == "" && d <= 2) {
			best, bestAt = d, k
		}
	}
	switch {
	case bestAt != "":
		return fmt.Sprintf("did you mean %q?", bestAt)
	case len(known) > 0 && len(known) <= 24:
		return "it can be " + strings.Join(known, ", ")
	}
	return ""
}
