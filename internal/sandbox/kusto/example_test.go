package kusto_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// A table needs columns with types, and rows that give a value for each.
func ExampleQuery_Run() {
	resources := kusto.Table{
		Columns: []kusto.Column{{Name: "name", Type: kusto.TypeString}, {Name: "type", Type: kusto.TypeString}, {Name: "properties"}},
		Rows: slices.Values([]kusto.Row{
			kusto.Record{kusto.String("st1"), kusto.String("microsoft.storage/storageaccounts"), kusto.JSON(`{"accessTier": "Hot"}`)},
			kusto.Record{kusto.String("kv1"), kusto.String("microsoft.keyvault/vaults"), kusto.Of(map[string]any{"sku": "standard"})},
		}),
	}
	q, err := kusto.Parse("resources | where type =~ 'Microsoft.Storage/storageAccounts' | project name, properties.accessTier")
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := q.Run(context.Background(), kusto.TableSet{{Name: "resources", Table: resources}}, kusto.Options{Top: 1000})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, c := range res.Columns {
		fmt.Printf("%s %s %s\n", c.Name, c.Type, res.Rows[0][i].AppendJSON(nil))
	}
	fmt.Println("of", res.Total)
	// Output:
	// name string "st1"
	// properties_accessTier dynamic "Hot"
	// of 1
}

// An error says where, and what would be right.
func ExampleParse() {
	_, err := kusto.Parse("resources\n| where name = 'a'")
	fmt.Println(err)
	// Output: 2:14: '|' or the end of the query should stand where = stands
}
