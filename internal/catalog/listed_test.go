package catalog_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// TestChildrenThatWereListed wants a registry without replicas to be known as such
// when its replicas were listed, and not when the input has no word of them.
func TestChildrenThatWereListed(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	for listed, known := range map[string]bool{"": false, "microsoft.containerregistry/registries/webhooks": false, "microsoft.containerregistry/registries/replications": true} {
		id := estate.ParseID("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r")
		r := &estate.Resource{ID: id, Type: id.Type(), Name: id.Name(), Location: "westeurope", Listed: []string{listed}}
		e := estate.Build([]*estate.Resource{r}, nil, estate.Coverage{})
		cat.Classify(e)
		v, ok := cat.Setting(e, r, "replicaLocations")
		if !ok || v.Known != known {
			t.Errorf("listed %q: %+v, %v", listed, v, ok)
		}
	}
}
