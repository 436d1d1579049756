package deployment_test

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// A deployment as large as the service takes: 800 resources, each an operation of its own.
func BenchmarkLargestDeployment(b *testing.B) {
	template := templ(`"resources": [{"type": "Slow.B/c", "apiVersion": "1", "name": "[concat('n', copyIndex())]", "copy": {"name": "l", "count": 400}},
{"type": "A.B/c", "apiVersion": "1", "name": "[concat('n', copyIndex())]", "copy": {"name": "m", "count": 400}, "dependsOn": ["[resourceId('Slow.B/c', concat('n', copyIndex()))]"], "properties": {"x": "[reference(concat('n', copyIndex())).made]"}}]`)
	template = strings.Replace(template, `reference(concat('n', copyIndex()))`, `reference(resourceId('Slow.B/c', concat('n', copyIndex())), '1')`, 1)
	for b.Loop() {
		box := newBox(b)
		box.put("main", template, "")
		box.pass(2 * time.Minute)
		if got := object.Text(box.get("main"), "properties.provisioningState"); got != "Succeeded" {
			b.Fatal(got)
		}
	}
}
