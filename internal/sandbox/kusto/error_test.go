package kusto_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// TestErrors is what is refused: where, with which code, on which token, and what
// the message must say.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		query        string
		line, column int
		code, token  string
		says         string
	}{
		{"", 1, 1, kusto.CodeParser, "<EOF>", "the query ends where a table name or an operator should stand"},
		{"resources |", 1, 12, kusto.CodeParser, "<EOF>", "an operator should stand"},
		{"resources | where", 1, 18, kusto.CodeParser, "<EOF>", "an expression should stand"},
		{"resources\n| where name = 'a'", 2, 14, kusto.CodeParser, "=", "'|' or the end of the query should stand where = stands"},
		{"resources | where name == 'a", 1, 27, kusto.CodeParser, "'a", "expected '"},
		{"resources | where name == 'a\n'", 1, 27, kusto.CodeParser, "'a\n'", "not closed at the end of the line"},
		{`resources | where name == 'a\q'`, 1, 29, kusto.CodeParser, `\q'`, `write \\ for a backslash`},
		{"resources | where a ^ b", 1, 21, kusto.CodeParser, "^ b", "'^' does not belong here"},
		{"resources | where (name == 'a'", 1, 31, kusto.CodeParser, "<EOF>", "')' should stand"},
		{"resources | where size > 5x", 1, 26, kusto.CodeParser, "5x", "neither a number nor a timespan"},
		{"resources | where x == datetime(soon)", 1, 24, kusto.CodeParser, "datetime(soon)", "'soon' is no literal of type datetime"},
		{"resources | where x == null", 1, 24, kusto.CodeParser, "null", "write dynamic(null)"},
		{"resources | project-rename a", 1, 28, kusto.CodeParser, "a", "new = old"},
		{"resources | join kind=leftouter resourcecontainers", 1, 51, kusto.CodeParser, "<EOF>", "'on' should stand"},
		{"resources | order name", 1, 19, kusto.CodeParser, "name", "'by' should stand where name stands"},
		{"resources | order by name nulls maybe", 1, 33, kusto.CodeParser, "maybe", "'first' or 'last'"},
		{"resources extra", 1, 11, kusto.CodeParser, "extra", "'|' or the end"},

		{"resources | render piechart", 1, 13, kusto.CodeLanguage, "render", "the operator 'render' is not supported; supported are count, distinct, extend, join,"},
		{"resources\n| where true\n| mv-apply x on (take 1)", 3, 3, kusto.CodeLanguage, "mv-apply", "'mv-apply' is not supported"},
		{"resources | evaluate bag_unpack(tags)", 1, 13, kusto.CodeLanguage, "evaluate", "not supported"},
		{"resources | make-series count() on t", 1, 13, kusto.CodeLanguage, "make-series", "not supported"},
		{"resources | extend v = foo(name)", 1, 24, kusto.CodeLanguage, "foo", "Unknown function: 'foo'. Supported are abs, ago,"},
		{"let f = (x:long) { x + 1 }; resources", 1, 9, kusto.CodeLanguage, "(", "a let of a function is not supported"},
		{"print 1", 1, 1, kusto.CodeLanguage, "print", "'print' is not supported; a query begins with a table"},
		{"set truncation = 1; resources", 1, 1, kusto.CodeLanguage, "set", "'set' is not supported"},
		{"resources | join hint.strategy=broadcast one on id", 1, 18, kusto.CodeLanguage, "hint.strategy", "no join strategies"},
		{"union isfuzzy=true resources, x", 1, 7, kusto.CodeLanguage, "isfuzzy=true", "no fuzzy resolution"},
		{"resources | where toscalar(resources | count) > 1", 1, 19, kusto.CodeLanguage, "toscalar", "not supported"},
		{"resources | join kind=sideways one on id", 1, 18, kusto.CodeJoin, "kind=sideways", `The join kind "sideways" is not supported or not allowed. Kinds are inner, innerunique,`},

		{"nosuch | count", 1, 1, kusto.CodeTable, "nosuch", "Table nosuch is invalid, unsupported or disallowed. Tables are resources, resourcecontainers,"},
		{"one | where y == 1", 1, 13, kusto.CodeQuery, "y", "'where' operator: Failed to resolve column or scalar expression named 'y'; columns are x"},
		{"one | where X == 1", 1, 13, kusto.CodeQuery, "X", "names depend on case, there is 'x'"},
		{"one | where x", 1, 13, kusto.CodeQuery, "x", "a bool is wanted here, this is a long"},
		{"one | where x == 'a'", 1, 15, kusto.CodeQuery, "==", "Cannot compare values of types long and string. Try adding explicit casts"},
		{"resources | where properties.a == properties.b", 1, 32, kusto.CodeQuery, "==", "types dynamic and dynamic"},
		{"one | where x has 'a'", 1, 15, kusto.CodeQuery, "has", "'has' takes strings, this is a long"},
		{"resources | extend v = name + 'x'", 1, 29, kusto.CodeQuery, "+", "strings are joined with strcat()"},
		{"resources | extend v = name.first", 1, 29, kusto.CodeQuery, "first", "a string has no member 'first'"},
		{"resources | where name matches regex '('", 1, 38, kusto.CodeQuery, "'('", "no regular expression of RE2"},
		{"resources | where name matches regex id", 1, 38, kusto.CodeQuery, "id", "must be a constant string"},
		{"resources | summarize count() by properties.kind", 1, 45, kusto.CodeQuery, "kind", "Group key 'properties_kind' is of a 'dynamic' type. Please use an explicit cast"},
		{"resources | order by tags", 1, 22, kusto.CodeQuery, "tags", "Order key is of a 'dynamic' type"},
		{"resources | join resourcecontainers on tags", 1, 40, kusto.CodeQuery, "tags", "Join key 'tags' is of a 'dynamic' type"},
		{"resources | join one on id", 1, 25, kusto.CodeQuery, "id", "named 'id' on the right side; columns are x"},
		{"resources | join one on $left.id == $right.x", 1, 34, kusto.CodeQuery, "==", "are of the types string and long"},
		{"resources | join one on id == x", 1, 28, kusto.CodeParser, "==", "on $left.a == $right.b"},
		{"resources | extend n = count()", 1, 24, kusto.CodeQuery, "count", "may stand only in summarize"},
		{"resources | summarize name", 1, 23, kusto.CodeQuery, "name", "must stand in an aggregate, or after by"},
		{"resources | summarize sum(name)", 1, 27, kusto.CodeQuery, "name", "sum() takes numbers, this is a string"},
		{"one | extend a = strlen()", 1, 18, kusto.CodeQuery, "strlen", "strlen() takes 1 argument, not 0"},
		{"one | extend a = iff(x > 1, 'a', 2)", 1, 18, kusto.CodeQuery, "iff", "must be of one type, these are of string and long"},
		{"one | project x, x = 1", 1, 18, kusto.CodeQuery, "x", "two columns named 'x'"},
		{"one | project-away z", 1, 20, kusto.CodeQuery, "z", "Failed to resolve column named 'z'"},
		{"one | take -1", 1, 12, kusto.CodeQuery, "-", "must be a whole number"},
		{"one | take x", 1, 12, kusto.CodeQuery, "x", "Failed to resolve"},
		{"one | mv-expand x", 1, 17, kusto.CodeQuery, "x", "mv-expand takes dynamic values, this is a long"},
		{"one | extend a = ago(5)", 1, 22, kusto.CodeQuery, "5", "ago() takes a timespan such as 7d, this is a long"},
		{"one | union (one | extend x = 'a')", 1, 7, kusto.CodeQuery, "union", "is a long in one leg and a string in another"},
		{"let a = 1; a | count", 1, 12, kusto.CodeQuery, "a", "'a' is a scalar; a table is wanted here"},
		{"let a = one | take 1; one | where x == a", 1, 40, kusto.CodeQuery, "a", "'a' is a pipeline"},
	} {
		_, err := tryRun(c.query, kusto.Options{})
		var e *kusto.Error
		if !errors.As(err, &e) {
			t.Errorf("%s\n got %v, want an *Error", c.query, err)
			continue
		}
		if e.Line != c.line || e.Column != c.column || e.Code != c.code || e.Token != c.token || !strings.Contains(e.Message, c.says) {
			t.Errorf("%s\n got %d:%d %s %q %s\nwant %d:%d %s %q … %s", c.query, e.Line, e.Column, e.Code, e.Token, e.Message, c.line, c.column, c.code, c.token, c.says)
		}
	}
}

func TestColumnsAreCountedInCharacters(t *testing.T) {
	_, err := kusto.Parse("resources\n| where 'äöü' == 'x' nonsense")
	if err == nil || !strings.HasPrefix(err.Error(), "2:22: ") {
		t.Errorf("got %v", err)
	}
}

func TestNestingIsBounded(t *testing.T) {
	for _, q := range []string{
		"one | where " + strings.Repeat("(", 5000) + "true",
		"one | where " + strings.Repeat("not(", 5000),
		"one | extend v = " + strings.Repeat("-", 5000) + "1",
		"one | extend v = dynamic(" + strings.Repeat("[", 5000),
		strings.Repeat("(", 5000) + "one",
		"one | extend v = " + strings.Repeat("1+", 5000) + "1",
		"one | extend v = d" + strings.Repeat(".a", 5000),
		"one" + strings.Repeat(" | count", 5000),
		strings.Repeat("one | join (", 5000),
		strings.Repeat(" ", 2<<20),
	} {
		_, err := kusto.Parse(q)
		var e *kusto.Error
		if !errors.As(err, &e) || e.Code != kusto.CodeLimit {
			t.Errorf("%.40s…: got %v", q, err)
		}
	}
}

func TestJoinsThatResourceGraphDoesNotDocument(t *testing.T) {
	for kind, documented := range map[string]bool{
		"inner": true, "innerunique": true, "leftouter": true, "fullouter": true,
		"rightouter": false, "leftsemi": false, "leftanti": false, "rightsemi": false, "rightanti": false,
	} {
		_, err := tryRun("one | join kind="+kind+" one on x", kusto.Options{DocumentedJoins: true})
		var e *kusto.Error
		if refused := errors.As(err, &e) && e.Code == kusto.CodeJoin; refused == documented {
			t.Errorf("%s: got %v", kind, err)
		}
	}
}

func TestAClockMustBeGiven(t *testing.T) {
	q, err := kusto.Parse("one | where now() > ago(1d)")
	if err != nil {
		t.Fatal(err)
	}
	_, err = q.Run(context.Background(), estate(), kusto.Options{})
	if err == nil || !strings.Contains(err.Error(), "needs a clock") {
		t.Errorf("got %v", err)
	}
}

func TestRowsAreBounded(t *testing.T) {
	for _, query := range []string{
		"numbers", "numbers | order by n", "numbers | summarize by s", "numbers | mv-expand e = range(1, 9)", "numbers | top 9 by n",
		"numbers | extend k = 1 | join kind=inner (numbers | extend k = 1) on k | count", "union numbers, numbers | count", "one | where x in ((numbers | project n))",
		"one | join kind=leftanti (numbers | project n) on $left.x == $right.n",
	} {
		limit := 2
		if strings.HasPrefix(query, "one | ") {
			limit = 1
		}
		_, err := tryRun(query, kusto.Options{MaxRows: limit})
		var e *kusto.Error
		if !errors.As(err, &e) || e.Code != kusto.CodeLimit {
			t.Errorf("%s: got %v", query, err)
		}
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	q, err := kusto.Parse("numbers | where true")
	if err != nil {
		t.Fatal(err)
	}
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	if _, err := q.Run(ctx, estate(), kusto.Options{}); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}

	ctx, cancel = context.WithCancelCause(context.Background())
	endless := kusto.TableSet{{Name: "t", Table: kusto.Table{
		Columns: []kusto.Column{{Name: "x", Type: kusto.TypeLong}},
		Rows: func(yield func(kusto.Row) bool) {
			for i := 0; yield(kusto.Record{kusto.Long(int64(i))}); i++ {
				if i == 1000 {
					cancel(cause)
				}
			}
		},
	}}}
	q, err = kusto.Parse("t | where x < 0 | summarize count() by x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Run(ctx, endless, kusto.Options{Now: time.Unix(0, 0)}); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}
