package kusto_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// drawTable draws a table of few different values, so that keys meet.
func drawTable(t *rapid.T, label string) kusto.Table {
	cell := map[string]*rapid.Generator[kusto.Value]{
		"n": rapid.OneOf(rapid.Just(kusto.Null()), rapid.Map(rapid.Int64Range(0, 4), kusto.Long)),
		"s": rapid.Map(rapid.SampledFrom([]string{"", "a", "A", "b", "a b"}), kusto.String),
		"b": rapid.OneOf(rapid.Just(kusto.Null()), rapid.Map(rapid.Bool(), kusto.Bool)),
		"d": rapid.Map(rapid.SampledFrom([]string{`null`, `1`, `"a"`, `[1,"a"]`, `{"k":1}`, `{"k":"a"}`, `[]`}), kusto.JSON),
	}
	columns := []kusto.Column{{Name: "n", Type: kusto.TypeLong}, {Name: "s", Type: kusto.TypeString}, {Name: "b", Type: kusto.TypeBool}, {Name: "d"}}
	row := rapid.Custom(func(t *rapid.T) kusto.Row {
		rec := make(kusto.Record, len(columns))
		for i, c := range columns {
			rec[i] = cell[c.Name].Draw(t, c.Name)
		}
		return rec
	})
	return kusto.Table{Columns: columns, Rows: slices.Values(rapid.SliceOfN(row, 0, 12).Draw(t, label))}
}

func drawTables(t *rapid.T) kusto.TableSet {
	return kusto.TableSet{{Name: "L", Table: drawTable(t, "L")}, {Name: "R", Table: drawTable(t, "R")}}
}

// drawPredicate draws a condition over those columns.
func drawPredicate(t *rapid.T) string {
	leaf := rapid.SampledFrom([]string{
		"n > 2", "n == 1", "n != 1", "n between (1 .. 3)", "n in (1, 2)", "n !in (1, 2)", "s == 'a'", "s =~ 'A'", "s has 'a'", "s !contains 'b'", "s in~ ('A', 'b')",
		"b", "b == true", "isnull(n)", "isempty(s)", "d.k == 1", "d.k != 'a'", "d[0] == 1", "n / 0 > 1", "tolong(d) == n", "s matches regex '^a'", "array_length(d) > 0",
	})
	if rapid.IntRange(0, 2).Draw(t, "depth") == 0 {
		return leaf.Draw(t, "leaf")
	}
	return fmt.Sprintf("(%s %s %s)", leaf.Draw(t, "left"), rapid.SampledFrom([]string{"and", "or"}).Draw(t, "join"), leaf.Draw(t, "right"))
}

func query(t *rapid.T, tables kusto.Tables, format string, args ...any) kusto.Result {
	t.Helper()
	text := fmt.Sprintf(format, args...)
	q, err := kusto.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	res, err := q.Run(context.Background(), tables, kusto.Options{Now: now})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return res
}

func total(t *rapid.T, tables kusto.Tables, format string, args ...any) int {
	return query(t, tables, format, args...).Total
}

// TestWherePartitions: each row fulfils a predicate, or its negation, or the
// predicate is null of it; and only one of these.
func TestWherePartitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables, p := drawTables(t), drawPredicate(t)
		all := total(t, tables, "L")
		yes, no, null := total(t, tables, "L | where %s", p), total(t, tables, "L | where not(%s)", p), total(t, tables, "L | where isnull(%s)", p)
		if yes+no+null != all {
			t.Fatalf("%s: %d + %d + %d rows of %d", p, yes, no, null, all)
		}
		if n := total(t, tables, "L | where %s or not(%s) or isnull(%s)", p, p, p); n != all {
			t.Fatalf("%s: %d rows of %d fulfil one of the three", p, n, all)
		}
	})
}

// TestOrderByIsAStablePermutation compares with a stable sort of the rows by
// what the key must order by.
func TestOrderByIsAStablePermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables := drawTables(t)
		asc, nullsFirst := rapid.Bool().Draw(t, "asc"), rapid.Bool().Draw(t, "nulls first")
		order, nulls := "desc", "last"
		if asc {
			order = "asc"
		}
		if nullsFirst {
			nulls = "first"
		}
		want := query(t, tables, "L").Rows
		sort.SliceStable(want, func(i, j int) bool {
			a, b := want[i][0], want[j][0]
			if a.IsNull() || b.IsNull() {
				return a.IsNull() != b.IsNull() && a.IsNull() == nullsFirst
			}
			if asc {
				return a.Text() < b.Text() // numbers of one digit
			}
			return a.Text() > b.Text()
		})
		got := query(t, tables, "L | order by n %s nulls %s", order, nulls)
		same(t, want, got.Rows)
		top := query(t, tables, "L | top 3 by n %s nulls %s", order, nulls)
		same(t, want[:min(3, len(want))], top.Rows)
	})
}

func same(t *rapid.T, want, got []kusto.Record) {
	t.Helper()
	if w, g := text(want), text(got); w != g {
		t.Fatalf("got\n%s\nwant\n%s", g, w)
	}
}

func text(rows []kusto.Record) string {
	var b bytes.Buffer
	for _, r := range rows {
		j, _ := json.Marshal(r)
		b.Write(append(j, '\n'))
	}
	return b.String()
}

// TestSummarizeCountsEachRowOnce: the counts of the groups add up, there are as
// many groups as distinct keys, and dcount agrees.
func TestSummarizeCountsEachRowOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables := drawTables(t)
		key := rapid.SampledFrom([]string{"n", "s", "b", "n, s", "tostring(d)", "iff(b, n, 0)", "bin(n, 2)"}).Draw(t, "key")
		groups := query(t, tables, "L | summarize c = count() by %s", key)
		sum := 0
		for _, g := range groups.Rows {
			var n int
			if err := json.Unmarshal(g[len(g)-1].AppendJSON(nil), &n); err != nil || n < 1 {
				t.Fatalf("a group of %s rows", g[len(g)-1].Text())
			}
			sum += n
		}
		if all := total(t, tables, "L"); sum != all {
			t.Fatalf("the groups have %d rows, the table %d", sum, all)
		}
		if n := total(t, tables, "L | distinct %s", key); n != groups.Total {
			t.Fatalf("%d groups, %d distinct keys", groups.Total, n)
		}
		d := query(t, tables, "L | summarize dcount(n), count_distinct(n), array_length(make_set(n))").Rows[0]
		notNull := total(t, tables, "L | where isnotnull(n) | distinct n")
		for _, v := range d {
			if v.Text() != fmt.Sprint(notNull) {
				t.Fatalf("dcount, count_distinct, make_set: %v; distinct %d", d, notNull)
			}
		}
	})
}

// TestJoinsAgreeWithNestedLoops compares every kind of join with two loops.
func TestJoinsAgreeWithNestedLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables := drawTables(t)
		keys := rapid.SampledFrom([]string{"n", "s", "b", "n s", "b n s"}).Draw(t, "on")
		left, right := query(t, tables, "L | project n, s, b").Rows, query(t, tables, "R | project n, s, b").Rows
		for _, kind := range []string{"inner", "innerunique", "leftouter", "rightouter", "fullouter", "leftanti", "leftsemi", "rightanti", "rightsemi"} {
			got := query(t, tables, "L | project n, s, b | join kind=%s (R | project n, s, b) on %s", kind, strings.ReplaceAll(keys, " ", ", "))
			same(t, nestedLoops(kind, left, right, keys), got.Rows)
		}
	})
}

func nestedLoops(kind string, left, right []kusto.Record, on string) []kusto.Record {
	meets := func(l, r kusto.Record) bool {
		for _, k := range strings.Fields(on) {
			i := strings.Index("nsb", k)
			if l[i].IsNull() || r[i].IsNull() || l[i].Text() != r[i].Text() {
				return false
			}
		}
		return true
	}
	missing := kusto.Record{kusto.Null(), kusto.String(""), kusto.Null()}
	var out []kusto.Record
	met := make([]bool, len(right))
	semi, anti := strings.HasSuffix(kind, "semi"), strings.HasSuffix(kind, "anti")
	for i, l := range left {
		matches := 0
		first := !slices.ContainsFunc(left[:i], func(o kusto.Record) bool { return meets(o, l) })
		for j, r := range right {
			if !meets(l, r) {
				continue
			}
			matches++
			met[j] = true
			if !semi && !anti && (kind != "innerunique" || first) {
				out = append(out, append(slices.Clone(l), r...))
			}
		}
		switch {
		case matches == 0 && (kind == "leftouter" || kind == "fullouter"):
			out = append(out, append(slices.Clone(l), missing...))
		case kind == "leftsemi" && matches > 0, kind == "leftanti" && matches == 0:
			out = append(out, l)
		}
	}
	for j, r := range right {
		switch {
		case !met[j] && (kind == "rightouter" || kind == "fullouter"):
			out = append(out, append(slices.Clone(missing), r...))
		case kind == "rightsemi" && met[j], kind == "rightanti" && !met[j]:
			out = append(out, r)
		}
	}
	return out
}

// TestExpandAndCollect: make_list undoes mv-expand.
func TestExpandAndCollect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		elements := rapid.SliceOfN(rapid.SampledFrom([]string{`1`, `"a"`, `true`, `[2]`, `{"k":null}`, `1.5`}), 1, 9).Draw(t, "elements")
		list := "[" + strings.Join(elements, ",") + "]"
		tables := kusto.TableSet{{Name: "T", Table: table("d", "["+list+"]")}}
		got := query(t, tables, "T | mv-expand d | summarize d = make_list(d)").Rows[0][0]
		if s := string(got.AppendJSON(nil)); s != list {
			t.Fatalf("got %s, want %s", s, list)
		}
	})
}

// TestPagesMakeTheWhole: Skip and Top cut the result without changing it.
func TestPagesMakeTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables, size := drawTables(t), rapid.IntRange(1, 5).Draw(t, "size")
		q, err := kusto.Parse("L | join kind=inner R on s | order by n asc")
		if err != nil {
			t.Fatal(err)
		}
		whole, err := q.Run(context.Background(), tables, kusto.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var paged []kusto.Record
		for skip := 0; skip < whole.Total; skip += size {
			page, err := q.Run(context.Background(), tables, kusto.Options{Skip: skip, Top: size})
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != whole.Total {
				t.Fatalf("a page counts %d rows, the whole has %d", page.Total, whole.Total)
			}
			paged = append(paged, page.Rows...)
		}
		same(t, whole.Rows, paged)
	})
}

// TestJSONSurvives: a value of JSON text is written as encoding/json would write
// it without spaces.
func TestJSONSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := drawJSON(t, 3)
		var spaced bytes.Buffer
		plain, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Indent(&spaced, plain, " ", "\t"); err != nil {
			t.Fatal(err)
		}
		for _, v := range []kusto.Value{kusto.JSON(spaced.String()), kusto.Of(doc)} {
			var back any
			if err := json.Unmarshal(v.AppendJSON(nil), &back); err != nil {
				t.Fatalf("%s: %v", v.Text(), err)
			}
			again, err := json.Marshal(back)
			if err != nil || !bytes.Equal(plain, again) {
				t.Fatalf("got %s, want %s", again, plain)
			}
		}
	})
}

func drawJSON(t *rapid.T, depth int) any {
	switch n := rapid.IntRange(0, 6).Draw(t, "kind"); {
	case n == 0:
		return nil
	case n == 1:
		return rapid.Bool().Draw(t, "bool")
	case n == 2:
		return float64(rapid.Int32().Draw(t, "int"))
	case n == 3:
		return rapid.Float64Range(-1e6, 1e6).Draw(t, "real")
	case n == 4 || depth == 0:
		return rapid.String().Draw(t, "text")
	case n == 5:
		list := make([]any, rapid.IntRange(0, 3).Draw(t, "length"))
		for i := range list {
			list[i] = drawJSON(t, depth-1)
		}
		return list
	}
	bag := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, "size") {
		bag[rapid.String().Draw(t, "key")] = drawJSON(t, depth-1)
	}
	return bag
}
