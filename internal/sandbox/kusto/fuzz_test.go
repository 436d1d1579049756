package kusto_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// FuzzQuery: no text makes Parse or Run panic or run on; an error says where; a
// result is JSON.
func FuzzQuery(f *testing.F) {
	for _, e := range operatorExamples(f) {
		f.Add(e.query)
	}
	for _, e := range expressionExamples(f) {
		f.Add("one | project v = " + e.query)
	}
	tables := estate()
	f.Fuzz(func(t *testing.T, text string) {
		q, err := kusto.Parse(text)
		var at *kusto.Error
		if err != nil {
			if !errors.As(err, &at) || at.Line < 1 || at.Column < 1 || at.Message == "" || at.Code == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		res, err := q.Run(ctx, tables, kusto.Options{Now: now, MaxRows: 2000})
		if err != nil {
			if !errors.As(err, &at) && ctx.Err() == nil {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, row := range res.Rows {
			if len(row) != len(res.Columns) {
				t.Fatalf("%q: a row of %d values under %d columns", text, len(row), len(res.Columns))
			}
			for _, v := range row {
				if j := v.AppendJSON(nil); !json.Valid(j) {
					t.Fatalf("%q: %s", text, j)
				}
			}
		}
		seen := map[string]bool{}
		for _, c := range res.Columns {
			if seen[c.Name] {
				t.Fatalf("%q: two columns named %q", text, c.Name)
			}
			seen[c.Name] = true
		}
	})
}

// FuzzJSON: text that is not JSON is null or valid JSON, never broken output.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,{"b":null}],"c":"\u00e9"}`, `[`, `{"a"`, `"\x"`, `1e999`, `[1 2]`, `{"a":1,}`, `tru`, `{"a":01}`} {
		f.Add(s, "a")
	}
	f.Fuzz(func(t *testing.T, text, key string) {
		v := kusto.JSON(text)
		for _, part := range []kusto.Value{v, kusto.Member(v, key), kusto.At(v, 0), kusto.At(v, -1)} {
			if j := part.AppendJSON(nil); !json.Valid(j) {
				t.Fatalf("%q: %s", text, j)
			}
		}
		var whole any
		if json.Unmarshal([]byte(text), &whole) == nil && whole != nil && v.IsNull() {
			t.Fatalf("%q is JSON and became null", text)
		}
	})
}
