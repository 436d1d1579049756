package kusto_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// TestOneQueryRunsInManyGoroutines runs one parsed query at once, over the same
// tables; the race detector watches, and the results are equal.
func TestOneQueryRunsInManyGoroutines(t *testing.T) {
	q, err := kusto.Parse(`let one_two = numbers | where n in (1, 2);
		one_two | join kind=inner (one_two | project n, low = tolower(s)) on n | summarize names = make_set(low), c = count() by n | order by n asc`)
	if err != nil {
		t.Fatal(err)
	}
	tables, results := estate(), make([]string, 8)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			res, err := q.Run(context.Background(), tables, kusto.Options{Now: now})
			if err != nil {
				results[i] = err.Error()
				return
			}
			results[i] = lines(res)
		})
	}
	wg.Wait()
	for _, got := range results {
		if want := "n:long names:dynamic c:long\n1 [\"one\"] 1\n2 [\"two\"] 4"; got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestSkipAndTopCutAfterTheCount(t *testing.T) {
	res := run(t, "resources | order by name asc | project name", kusto.Options{Skip: 1, Top: 2})
	if got, want := lines(res), "name:string\n\"ml-two\"\n\"stone\""; got != want || res.Total != 5 {
		t.Errorf("got %s and a total of %d", got, res.Total)
	}
	if res := run(t, "resources", kusto.Options{Skip: 9}); len(res.Rows) != 0 || res.Total != 5 {
		t.Errorf("beyond the end: %d rows of %d", len(res.Rows), res.Total)
	}
}

func TestTheDefaultTableIsAnOption(t *testing.T) {
	res := run(t, "project n | take 1", kusto.Options{DefaultTable: "numbers"})
	if got := lines(res); got != "n:long\n1" {
		t.Errorf("got %s", got)
	}
}

func TestMvExpandHasTheLimitOfTheOptions(t *testing.T) {
	res := run(t, "one | mv-expand e = range(1, 1000)", kusto.Options{MvExpandLimit: 7})
	if res.Total != 7 {
		t.Errorf("%d rows", res.Total)
	}
}

// TestTakeStopsTheTable: a query that needs few rows reads few.
func TestTakeStopsTheTable(t *testing.T) {
	read := 0
	tables := kusto.TableSet{{Name: "resources", Table: kusto.Table{
		Columns: []kusto.Column{{Name: "x", Type: kusto.TypeLong}},
		Rows: func(yield func(kusto.Row) bool) {
			for read = 1; yield(kusto.Record{kusto.Long(int64(read))}); read++ {
			}
		},
	}}}
	q, err := kusto.Parse("resources | where x % 10 == 0 | extend y = x | take 2")
	if err != nil {
		t.Fatal(err)
	}
	res, err := q.Run(t.Context(), tables, kusto.Options{})
	if err != nil || res.Total != 2 || read != 20 {
		t.Errorf("%d rows after reading %d, %v", res.Total, read, err)
	}
}

// TestValuesDoNotGrowWithoutEnd: what would double with each step ends as null
// and not as the end of the memory.
func TestValuesDoNotGrowWithoutEnd(t *testing.T) {
	for _, step := range []string{
		"v = pack_array(v, v)", "v = bag_pack('a', v, 'b', v)", "v = array_concat(pack_array(v), pack_array(v))",
		"v = todynamic(strcat(v, v))", "v = todynamic(replace_string(strcat(v), 'a', 'aa'))", "v = todynamic(replace_regex(strcat(v), 'a', @'\\0\\0'))",
	} {
		res := run(t, "one | extend v = dynamic('a')"+strings.Repeat(" | extend "+step, 100)+" | project v", kusto.Options{})
		if n := len(res.Rows[0][0].AppendJSON(nil)); n > 64<<20 {
			t.Errorf("%s: %d bytes", step, n)
		}
	}
	if res := run(t, fmt.Sprintf("one | project v = strrep('%s', 1000000)", strings.Repeat("x", 100)), kusto.Options{}); res.Rows[0][0].Text() != "" {
		t.Error("100 MB of text were made")
	}
}

// TestTablesAreReadAnewForEachUse: a let names a pipeline, not its rows.
func TestTablesAreReadAnewForEachUse(t *testing.T) {
	reads := 0
	tables := kusto.TableSet{{Name: "resources", Table: kusto.Table{
		Columns: []kusto.Column{{Name: "x", Type: kusto.TypeLong}},
		Rows: func(yield func(kusto.Row) bool) {
			reads++
			yield(kusto.Record{kusto.Long(1)})
		},
	}}}
	q, err := kusto.Parse("let r = resources | where x > 0; r | join kind=inner r on x | where x in (r)")
	if err != nil {
		t.Fatal(err)
	}
	if res, err := q.Run(t.Context(), tables, kusto.Options{}); err != nil || res.Total != 1 || reads != 3 {
		t.Errorf("%d rows after %d readings, %v", res.Total, reads, err)
	}
}

// TestNestedOperandsAreEvaluatedOnce: a query's cost does not double with each
// level of parentheses.
func TestNestedOperandsAreEvaluatedOnce(t *testing.T) {
	for open, rest := range map[string]string{
		"(": " between (0 .. 1))", "iff(true, ": ", 1)", "coalesce(": ", 1)", "not(": ")", "tolong(": ")", "case(false, 1, ": ")", "(1 + ": ")",
	} {
		inner := "x"
		if open == "not(" {
			inner = "x == 1"
		}
		depth := 40
		run(t, "numbers | extend x = n | extend v = "+strings.Repeat(open, depth)+inner+strings.Repeat(rest, depth), kusto.Options{})
	}
}

// TestSharedPipelinesAreBoundOnce: lets that each use the one before twice bind
// at once, and the run ends when its context does.
func TestSharedPipelinesAreBoundOnce(t *testing.T) {
	for _, twice := range []string{"a%d | union a%d", "a%d | join kind=inner a%d on x | project x", "a%d | join kind=leftsemi a%d on x", "a%d | where x in (a%d)"} {
		var text strings.Builder
		text.WriteString("let a0 = one;\n")
		for i := range 60 {
			fmt.Fprintf(&text, "let a%d = "+twice+" | where x < 0 or x > 0;\n", i+1, i, i)
		}
		q, err := kusto.Parse(text.String() + "a60")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		_, err = q.Run(ctx, estate(), kusto.Options{})
		cancel()
		var e *kusto.Error
		if !errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &e) && !strings.Contains(twice, " in ") {
			t.Errorf("%s: got %v", twice, err)
		}
	}
}
