package kusto_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// shop is testdata/shop.json: the resources and containers of a shop's two
// subscriptions, in the columns that Resource Graph has.
func shop(t testing.TB) kusto.TableSet {
	t.Helper()
	text, err := os.ReadFile("testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	var tables map[string][]map[string]json.RawMessage
	if err := json.Unmarshal(text, &tables); err != nil {
		t.Fatal(err)
	}
	columns := table("id:string name:string type:string tenantId:string kind:string location:string resourceGroup:string subscriptionId:string managedBy:string" +
		" sku plan properties tags identity zones extendedLocation").Columns
	var set kusto.TableSet
	for _, name := range []string{"resources", "resourcecontainers"} {
		var rows []kusto.Row
		for _, resource := range tables[name] {
			resource["tenantId"] = json.RawMessage(`"11111111-2222-3333-4444-555555555555"`)
			var row kusto.Record
			for _, c := range columns {
				row = append(row, kusto.JSON(string(resource[c.Name])))
			}
			rows = append(rows, row)
		}
		set = append(set, kusto.NamedTable{Name: name, Table: kusto.Table{Columns: columns, Rows: slices.Values(rows)}})
	}
	return append(set, kusto.NamedTable{Name: "one", Table: table("x:long", "[1]")})
}

// TestQueriesOfAShop runs the queries of testdata/shop/*.kql, each beneath a
// comment that says what it asks; the whole answer stands in the .golden file of
// the topic, or the error with its place.
func TestQueriesOfAShop(t *testing.T) {
	topics, err := filepath.Glob("testdata/shop/*.kql")
	if err != nil || len(topics) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	tables := shop(t)
	for _, file := range topics {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".kql"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, query := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
				fmt.Fprintf(&got, "%s\n%s\n", query, answer(tables, query))
			}
			golden(t, strings.TrimSuffix(file, ".kql")+".golden", got.String())
		})
	}
}

// answer is what a query gives: its columns with their types, and the rows as
// JSON; or its error.
func answer(tables kusto.TableSet, query string) string {
	q, err := kusto.Parse(query)
	if err == nil {
		var res kusto.Result
		if res, err = q.Run(context.Background(), tables, kusto.Options{Now: now}); err == nil {
			return pretty(res)
		}
	}
	var e *kusto.Error
	if !errors.As(err, &e) {
		return fmt.Sprintf("=> no *Error: %v\n", err)
	}
	return fmt.Sprintf("=> %s at %d:%d on %q:\n   %s\n", e.Code, e.Line, e.Column, e.Token, e.Message)
}

// pretty is a result for readers: a row whose values are short is one line.
func pretty(res kusto.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "=> %d rows\n", res.Total)
	for _, c := range res.Columns {
		fmt.Fprintf(&b, "   %s: %s\n", c.Name, c.Type)
	}
	for _, row := range res.Rows {
		var line, block bytes.Buffer
		for i, c := range res.Columns {
			name, _ := json.Marshal(c.Name)
			fmt.Fprintf(&line, "%s: %s, ", name, row.Column(i).AppendJSON(nil))
		}
		inner := strings.TrimSuffix(line.String(), ", ")
		if len(inner) < 120 {
			fmt.Fprintf(&b, "{%s}\n", inner)
			continue
		}
		if err := json.Indent(&block, []byte("{"+inner+"}"), "", "  "); err != nil {
			return err.Error()
		}
		fmt.Fprintln(&b, block.String())
	}
	return b.String()
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}
