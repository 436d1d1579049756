package outage

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// BenchmarkSmallEstate is one workspace with what it leans on, put through all
// its outages, model included.
func BenchmarkSmallEstate(b *testing.B) {
	e := sketch.Estate(b, `
		workspace ws westeurope
		storage st westeurope sku=LRS
		vault kv westeurope
		registry cr westeurope
		insights ai westeurope
		logs la westeurope
		compute ws/c westeurope
		compute ws/k westeurope kind=AKS
		aks k8s westeurope
		ws -default-storage-> st
		ws -key-vault-> kv
		ws -container-registry-> cr
		ws -application-insights-> ai
		ai -logs-> la
		ws -compute-> ws/c
		ws -compute-> ws/k
		ws/k -compute-> k8s`)
	cat := sketch.Catalog(b)
	b.ReportAllocs()
	for b.Loop() {
		New(e, cat).RunAll()
	}
}

// BenchmarkLargeEstate is 100,000 resources with 1,000 workspaces over ten
// regions, put through all outages with the facts of the embedded catalog.
func BenchmarkLargeEstate(b *testing.B) {
	e := sketch.Many(1000)
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	cat.Classify(e)
	b.ReportMetric(float64(len(e.Resources)), "resources")
	b.ReportAllocs()
	for b.Loop() {
		New(e, cat).RunAll()
	}
}

// BenchmarkFirstOutage is what a single outage of one region costs on the same
// estate when the model is there.
func BenchmarkFirstOutage(b *testing.B) {
	e := sketch.Many(1000)
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	cat.Classify(e)
	m := New(e, cat)
	m.RunAll()
	b.ReportAllocs()
	for b.Loop() {
		m.Run(Outage{Scope: catalog.ScopeRegion, Region: "westeurope"})
	}
}

func TestManyIsAsLargeAsItSays(t *testing.T) {
	e := sketch.Many(10)
	if n := len(e.Resources); n < 900 || n > 1100 {
		t.Errorf("ten workspaces have %d resources, want about a thousand", n)
	}
}
