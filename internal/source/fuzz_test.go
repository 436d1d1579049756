package source_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/source"
)

// Whatever a file holds, loading it ends soon, and what was found is whole:
// every relation joins two resources of the estate, and the counts add up.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		tmpl(storage("a")), listed, `{"schemaVersion":"1.0","estate":{"resources":[],"relations":[]}}`, `{"parameters":{"a":{"value":1}}}`, "{}\n{}", `{"id":1}`,
		tmpl(`{"type":"Microsoft.MachineLearningServices/workspaces","apiVersion":"2023-01-01","name":"w","properties":{"storageAccount":"[resourceId('Microsoft.Storage/storageAccounts','a')]","encryption":"[parameters('e')]"}}`, `"parameters":{"e":{"type":"object"}}`),
		`[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/computes/c","properties":{"computeType":"Databricks","properties":{"workspaceUrl":"adb-1.azuredatabricks.net"}}}]`,
		`[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/datastores/d","properties":{"datastoreType":"AzureBlob","accountName":"a"}}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		start := time.Now()
		e, _, err := source.Load(context.Background(), []string{"f.json"}, source.Options{Files: tree("f.json", string(text))})
		if err != nil && !errors.Is(err, source.ErrNothing) {
			t.Fatal(err)
		}
		if d := time.Since(start); d > 30*time.Second {
			t.Errorf("%d bytes took %v", len(text), d)
		}
		if e.Coverage.Resources+e.Coverage.External != len(e.Resources) {
			t.Errorf("%+v, but %d resources", e.Coverage, len(e.Resources))
		}
		for _, r := range e.Relations {
			if e.ByID(r.From.ID) != r.From || e.ByID(r.To.ID) != r.To {
				t.Errorf("%s -%s-> %s joins strangers", r.From.ID, r.Role, r.To.ID)
			}
		}
	})
}
