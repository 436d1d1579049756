package kusto_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// kinds are expressions of every type, and nulls of those that have one.
var kinds = []string{
	"'Text 7'", "''", "7", "-2.5", "true", "datetime(2026-02-28T13:14:15.5)", "1.12:30:00", "int(null)", "datetime(null)",
	"d.null", "d.text", "d.number", "d.array", "d.bag",
}

// kindTable has one row with a dynamic value of each sort.
func kindTable() kusto.TableSet {
	return kusto.TableSet{{Name: "resources", Table: table("d", `[{"text": "5", "number": 12, "array": ["b", 3, null, "a", 3], "bag": {"k": 1, "l": [2]}}]`)}}
}

// ofKind is what an expression is worth, with its type, or the error's message.
func ofKind(tables kusto.TableSet, expr string) string {
	expr = strings.ReplaceAll(expr, "1.12:30:00", "time(1.12:30:00)")
	q, err := kusto.Parse("resources | project v = " + expr)
	if err != nil {
		return err.Error()
	}
	res, err := q.Run(context.Background(), tables, kusto.Options{Now: now})
	if err != nil {
		_, why, _ := strings.Cut(err.Error(), "operator: ")
		return "refused: " + why
	}
	return fmt.Sprintf("%s %s", res.Columns[0].Type, res.Rows[0][0].AppendJSON(nil))
}

// TestEveryFunctionOnEveryKind holds each function against values of all types:
// which it takes, what it makes of them, and of which type that is.
func TestEveryFunctionOnEveryKind(t *testing.T) {
	_, err := tryRun("one | extend v = nosuchfunction(x)", kusto.Options{})
	_, list, _ := strings.Cut(err.Error(), "Supported are ")
	list, _, _ = strings.Cut(list, "; and in summarize ")
	names := strings.Split(list, ", ")
	for name := range calls {
		if !slices.Contains(names, name) {
			t.Errorf("there is no function %s", name)
		}
	}
	tables := kindTable()
	files := map[string]*strings.Builder{}
	for _, name := range names {
		if slices.Contains([]string{"now", "iif", "arraylength", "pack", "pack_dictionary", "parsejson", "toobject", "toboolean", "toreal", "todecimal", "notempty", "notnull", "columnifexists", "column_ifexists", "getmonth", "replace"}, name) {
			continue // another name of a function, or no function of values
		}
		first := "a-k"
		if name[0] > 'k' {
			first = "l-z"
		}
		if files[first] == nil {
			files[first] = new(strings.Builder)
		}
		forms := calls[name]
		if forms == nil {
			forms = []string{name + "(•)"}
		}
		for _, form := range forms {
			fmt.Fprintf(files[first], "%s\n", form)
			files[first].WriteString(together("  ", func(k string) string { return ofKind(tables, strings.ReplaceAll(form, "•", k)) }))
		}
	}
	for first, text := range files {
		golden(t, "testdata/functions-"+first+".golden", text.String())
	}
}

// calls are the functions of more than one value; • stands for any.
var calls = map[string][]string{
	"ago":             {`ago(•)`},
	"array_concat":    {`array_concat(•, d.array)`},
	"array_index_of":  {`array_index_of(•, 3)`, `array_index_of(d.array, •)`},
	"array_slice":     {`array_slice(•, 1, -2)`, `array_slice(d.array, •, 3)`},
	"array_sort_asc":  {`array_sort_asc(•)`},
	"bag_has_key":     {`bag_has_key(•, "k")`, `bag_has_key(d.bag, •)`},
	"bag_merge":       {`bag_merge(•, d.bag)`, `bag_merge(d.bag, •)`},
	"bag_pack":        {`bag_pack("key", •)`, `bag_pack(•, 1)`},
	"bag_remove_keys": {`bag_remove_keys(•, dynamic(["k"]))`, `bag_remove_keys(d.bag, •)`},
	"bag_set_key":     {`bag_set_key(•, "n", 1)`, `bag_set_key(d.bag, "n", •)`},
	"bin":             {`bin(•, 2)`, `bin(•, 1h)`, `bin(7, •)`},
	"floor":           {`floor(•, 2)`},
	"case":            {`case(•, 1, true, 2, 3)`, `case(false, 1, •)`},
	"iff":             {`iff(•, 1, 2)`, `iff(true, •, •)`, `iff(false, d.text, •)`},
	"coalesce":        {`coalesce(•, •)`, `coalesce(d.null, •)`},
	"countof":         {`countof(•, "5")`, `countof("a5b5", •)`},
	"datetime_add":    {`datetime_add("month", 1, •)`, `datetime_add("day", •, datetime(2026-01-31))`},
	"datetime_diff":   {`datetime_diff("hour", datetime(2026-03-01), •)`},
	"datetime_part":   {`datetime_part("minute", •)`},
	"extract":         {`extract("([0-9]+)", 1, •)`, `extract("([0-9]+)", 1, •, typeof(long))`},
	"extract_all":     {`extract_all("([0-9])", •)`},
	"format_datetime": {`format_datetime(•, "yyyy-MM-dd HH:mm:ss.fff tt")`},
	"format_timespan": {`format_timespan(•, "d.hh:mm:ss")`},
	"indexof":         {`indexof(•, "5")`, `indexof("a5", •)`},
	"make_datetime":   {`make_datetime(2026, •, 1)`},
	"make_timespan":   {`make_timespan(•, 30)`},
	"max_of":          {`max_of(•, 3)`, `max_of(•, •)`},
	"min_of":          {`min_of(•, 3)`, `min_of(•, •)`},
	"pow":             {`pow(•, 2)`, `pow(2, •)`},
	"range":           {`range(1, •)`, `range(•, 9, 4)`},
	"replace_regex":   {`replace_regex(•, "([0-9])", @"<\1>")`},
	"replace_string":  {`replace_string(•, "5", "five")`},
	"round":           {`round(•)`, `round(3.14159, •)`},
	"set_difference":  {`set_difference(•, dynamic([3]))`},
	"set_has_element": {`set_has_element(•, 3)`, `set_has_element(d.array, •)`},
	"set_intersect":   {`set_intersect(•, d.array)`},
	"set_union":       {`set_union(•, dynamic([1, 3]))`},
	"split":           {`split(•, "5")`, `split("a7b", •)`, `split("a/b", "/", •)`},
	"strcat":          {`strcat(•, "|", •)`},
	"strcat_array":    {`strcat_array(•, "-")`, `strcat_array(d.array, •)`},
	"strcat_delim":    {`strcat_delim("-", •, "x")`},
	"strcmp":          {`strcmp(•, "7")`},
	"strrep":          {`strrep(•, 2)`, `strrep("ab", •)`, `strrep("ab", 2, •)`},
	"substring":       {`substring(•, 1, 2)`, `substring("abcdef", •)`},
	"trim":            {`trim("[0-9]", •)`},
	"trim_start":      {`trim_start("[A-Z0-9]", •)`},
	"trim_end":        {`trim_end("[0-9]", •)`},
	"zip":             {`zip(•, d.array)`},
}

// TestEveryOperatorOnEveryKind holds each operator against all pairs of kinds,
// the left ones outside, the right ones inside.
func TestEveryOperatorOnEveryKind(t *testing.T) {
	tables := kindTable()
	var b strings.Builder
	for _, op := range []string{
		"==", "!=", "<", ">=", "=~", "!~", "+", "-", "*", "/", "%", "and", "or",
		"contains", "!contains_cs", "has", "hasprefix", "startswith", "endswith_cs",
	} {
		fmt.Fprintf(&b, "%s\n", op)
		for _, l := range kinds {
			fmt.Fprintf(&b, "  %s\n", l)
			b.WriteString(together("    ", func(r string) string { return ofKind(tables, l+" "+op+" "+r) }))
		}
	}
	golden(t, "testdata/operators-on-kinds.golden", b.String())
}

// together is a line for each result, with the kinds that have it.
func together(indent string, of func(kind string) string) string {
	var results []string
	with := map[string][]string{}
	for _, k := range kinds {
		r := of(k)
		for _, types := range []string{", this is a ", " of types ", ", these are of "} { // the kinds say so
			r, _, _ = strings.Cut(r, types)
		}
		if with[r] == nil {
			results = append(results, r)
		}
		with[r] = append(with[r], k)
	}
	var b strings.Builder
	for _, r := range results {
		fmt.Fprintf(&b, "%s%s\n%s    <- %s\n", indent, r, indent, strings.Join(with[r], ", "))
	}
	return b.String()
}
