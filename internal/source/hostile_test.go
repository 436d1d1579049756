package source_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/source"
)

// Inventories whose resources name each other in ways that a careless search
// would take long for.
var tangled = map[string]func(b *strings.Builder, i int){
	"every workspace is encrypted": func(b *strings.Builder, i int) {
		fmt.Fprintf(b, `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w%d","properties":{"encryption":{"status":"Enabled"}}}`, i)
	},
	"datastores without accounts": func(b *strings.Builder, i int) {
		fmt.Fprintf(b, `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/datastores/d%d","properties":{"datastoreType":"dbfs"}}`, i)
	},
	"one hub of all": func(b *strings.Builder, i int) {
		fmt.Fprintf(b, `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w%d","properties":{"hubResourceId":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w0"}}`, i)
	},
	"each is the child of the one before": func(b *strings.Builder, i int) {
		fmt.Fprintf(b, `{"id":"/subscriptions/s/providers/A.B%s","properties":{}}`, strings.Repeat("/c/1", i%40+1))
	},
	"strangers by name": func(b *strings.Builder, i int) {
		fmt.Fprintf(b, `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/connections/c%d","properties":{"target":"x%d.database.windows.net"}}`, i, i)
	},
	"targets outside Azure": func(b *strings.Builder, i int) {
		fmt.Fprintf(b, `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/connections/c%d","properties":{"target":"https://example.com/%d"}}`, i, i)
	},
	"replicas in a ring": func(b *strings.Builder, i int) {
		fmt.Fprintf(b, `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DBforMySQL/flexibleServers/m%d","properties":{"sourceServerResourceId":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DBforMySQL/flexibleServers/m%d"}}`, i, (i+1)%10_000)
	},
}

func TestTangledInventoriesEndQuickly(t *testing.T) {
	for what, element := range tangled {
		t.Run(what, func(t *testing.T) {
			var b strings.Builder
			b.WriteByte('[')
			for i := range 10_000 {
				if i > 0 {
					b.WriteByte(',')
				}
				element(&b, i)
			}
			b.WriteByte(']')
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			e, _ := load(t, tree("f.json", b.String()), source.Options{}, "f.json")
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 30*time.Second { // far more than it takes, also on a busy machine
				t.Errorf("%d bytes took %v", b.Len(), took)
			}
			if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 300 {
				t.Errorf("%d bytes took %d MiB", b.Len(), mib)
			}
			if len(e.Resources) == 0 {
				t.Error("there is no resource")
			}
		})
	}
}
