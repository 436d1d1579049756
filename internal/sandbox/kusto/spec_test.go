package kusto_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// example is one piece of a specification in testdata.
type example struct {
	section, query, want string
}

// expressionExamples reads testdata/expressions.txt: an expression, =>, and the
// JSON that it is worth over the one row of the table one.
func expressionExamples(t testing.TB) []example {
	return examples(t, "testdata/expressions.txt", func(section, line string, to []example) []example {
		if line == "" {
			return to
		}
		i := strings.LastIndex(line, " => ")
		if i < 0 {
			t.Fatalf("no => in %q", line)
		}
		return append(to, example{section, line[:i], line[i+4:]})
	})
}

// operatorExamples reads testdata/operators.txt: a query after >, and beneath it
// the columns with their types and the rows, up to a blank line.
func operatorExamples(t testing.TB) []example {
	inQuery := false
	return examples(t, "testdata/operators.txt", func(section, line string, to []example) []example {
		query, isQuery := strings.CutPrefix(line, "> ")
		switch {
		case line == "":
		case isQuery && inQuery:
			to[len(to)-1].query += "\n" + query
		case isQuery:
			to = append(to, example{section: section, query: query})
		default:
			to[len(to)-1].want += line + "\n"
		}
		inQuery = isQuery
		return to
	})
}

func examples(t testing.TB, file string, add func(section, line string, to []example) []example) []example {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	section := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if name, ok := strings.CutPrefix(line, "# "); ok {
			section = name
			continue
		}
		all = add(section, line, all)
	}
	if len(all) < 50 {
		t.Fatalf("%s has %d examples", file, len(all))
	}
	return all
}

func TestExpressions(t *testing.T) {
	for _, e := range expressionExamples(t) {
		t.Run(e.section, func(t *testing.T) {
			res, err := tryRun("one | project v = "+e.query, kusto.Options{})
			if err != nil {
				t.Fatalf("%s: %v", e.query, err)
			}
			if got := string(res.Rows[0][0].AppendJSON(nil)); got != e.want {
				t.Errorf("%s\n got %s\nwant %s", e.query, got, e.want)
			}
		})
	}
}

func TestOperators(t *testing.T) {
	for _, e := range operatorExamples(t) {
		t.Run(e.section, func(t *testing.T) {
			res, err := tryRun(e.query, kusto.Options{})
			if err != nil {
				t.Fatalf("%s\n%v", e.query, err)
			}
			if diff := cmp.Diff(e.want, lines(res)+"\n"); diff != "" {
				t.Errorf("%s (-want +got)\n%s", e.query, diff)
			}
			if rows := strings.Count(e.want, "\n") - 1; res.Total != rows {
				t.Errorf("%s: total is %d of %d rows", e.query, res.Total, rows)
			}
		})
	}
}

// TestEveryFunctionHasAnExample: what the message for an unknown function lists
// as supported, aggregates among it, stands in an example.
func TestEveryFunctionHasAnExample(t *testing.T) {
	_, err := tryRun("one | extend v = nosuchfunction(x)", kusto.Options{})
	if err == nil {
		t.Fatal("an unknown function is known")
	}
	_, list, ok := strings.Cut(err.Error(), "Supported are ")
	if !ok {
		t.Fatalf("no list in %v", err)
	}
	var shown strings.Builder
	for _, e := range append(expressionExamples(t), operatorExamples(t)...) {
		shown.WriteString(e.query + "\n")
	}
	for _, name := range strings.Split(strings.Replace(list, "; and in summarize ", ", ", 1), ", ") {
		if !strings.Contains(shown.String(), name+"(") {
			t.Errorf("%s has no example", name)
		}
	}
}
