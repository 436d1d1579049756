package estate_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// TestListedIsWritten wants the lists that were read whole in the JSON, and no key
// where there are none.
func TestListedIsWritten(t *testing.T) {
	id := estate.ParseID("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r")
	r := &estate.Resource{ID: id, Type: id.Type(), Name: id.Name()}
	e := estate.Build([]*estate.Resource{r}, nil, estate.Coverage{})
	if text := string(estate.Encoding{}.Append(nil, e)); strings.Contains(text, "listed") {
		t.Error(text)
	}
	r.Listed = []string{"microsoft.containerregistry/registries/replications"}
	if text := string(estate.Encoding{}.Append(nil, e)); !strings.Contains(text, `"listed":["microsoft.containerregistry/registries/replications"]`) {
		t.Error(text)
	}
}
