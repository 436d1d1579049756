package eval_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Expressions of testdata/expressions.txt, one a line, and what becomes of each: the value, the residual in brackets, or the
// error as a user reads it. Lines with '#' are headings. In them {a|b|c} stands for each of its choices, so that a line
// is a family of expressions.
func TestTheTableOfExpressions(t *testing.T) {
	lines, err := os.ReadFile("testdata/expressions.txt")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(lines)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			b.WriteString(line + "\n")
			continue
		}
		for _, text := range family(line) {
			fmt.Fprintf(&b, "%s\n    %s\n", text, outcome("["+text+"]"))
		}
	}
	golden(t, "expressions.golden", b.String())
}

// family gives a line with each choice of its braces in turn. A brace without a bar, such as '{0}', stays.
func family(line string) []string {
	from := 0
	for {
		open := strings.IndexByte(line[from:], '{')
		if open < 0 {
			return []string{line}
		}
		open += from
		end := strings.IndexByte(line[open:], '}')
		if end < 0 {
			return []string{line}
		}
		end += open
		if !strings.Contains(line[open:end], "|") {
			from = open + 1
			continue
		}
		var all []string
		for choice := range strings.SplitSeq(line[open+1:end], "|") {
			all = append(all, family(line[:open]+choice+line[end+1:])...)
		}
		return all
	}
}
