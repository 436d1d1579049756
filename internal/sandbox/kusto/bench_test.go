package kusto_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/kusto"
)

// large is a resources table of n rows whose properties are JSON text, as a
// store keeps them.
func large(n int) kusto.TableSet {
	types := []string{"microsoft.machinelearningservices/workspaces", "microsoft.storage/storageaccounts", "microsoft.keyvault/vaults", "microsoft.compute/virtualmachines"}
	rows := make([]kusto.Row, n)
	for i := range rows {
		name := fmt.Sprintf("res-%06d", i)
		typ := types[i%len(types)]
		id := fmt.Sprintf("/subscriptions/s%d/resourceGroups/rg-%d/providers/%s/%s", i%20, i%500, typ, name)
		rows[i] = kusto.Record{
			kusto.String(id), kusto.String(name), kusto.String(typ), kusto.String("westeurope"), kusto.String(fmt.Sprintf("rg-%d", i%500)),
			kusto.JSON(fmt.Sprintf(`{"provisioningState":"Succeeded","publicNetworkAccess":"Enabled","encryption":{"keySource":"Microsoft.Storage","services":{"blob":{"enabled":true},"file":{"enabled":true}}},"zone":%d,"storageAccount":"%s"}`, i%3, id)),
		}
	}
	return kusto.TableSet{{Name: "resources", Table: kusto.Table{
		Columns: []kusto.Column{
			{Name: "id", Type: kusto.TypeString}, {Name: "name", Type: kusto.TypeString}, {Name: "type", Type: kusto.TypeString},
			{Name: "location", Type: kusto.TypeString}, {Name: "resourceGroup", Type: kusto.TypeString}, {Name: "properties"},
		},
		Rows: func(yield func(kusto.Row) bool) {
			for _, r := range rows {
				if !yield(r) {
					return
				}
			}
		},
	}}}
}

// BenchmarkQueries runs queries over 100,000 resources and keeps a page of 1,000.
func BenchmarkQueries(b *testing.B) {
	tables := large(100_000)
	for _, c := range []struct{ name, query string }{
		{"WhereTypeProject", "resources | where type =~ 'Microsoft.Storage/storageAccounts' | project id, name, location"},
		{"Members", "resources | where properties.encryption.services.blob.enabled == true | project id, tostring(properties.publicNetworkAccess)"},
		{"Summarize", "resources | summarize count() by type, tostring(properties.zone)"},
		{"OrderBy", "resources | project id, name | order by name desc"},
		{"Join", "resources | where type has 'workspaces' | project name, resourceGroup | join kind=leftouter (resources | where type has 'vaults' | project resourceGroup, vault = name) on resourceGroup | summarize dcount(vault) by name"},
		{"Contains", "resources | where id contains 'rg-499/' | count"},
	} {
		q, err := kusto.Parse(c.query)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := q.Run(context.Background(), tables, kusto.Options{Top: 1000}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
