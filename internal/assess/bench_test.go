package assess

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// BenchmarkSmall assesses one workspace with what it leans on, as most templates
// have it.
func BenchmarkSmall(b *testing.B) {
	e := sketch.Estate(b, `
		workspace ws westeurope
		storage st westeurope sku=Standard_LRS
		vault kv westeurope
		registry cr westeurope sku=Basic
		insights ai westeurope
		compute ws/c westeurope kind=AmlCompute
		ws -default-storage-> st
		ws -key-vault-> kv
		ws -container-registry-> cr
		ws -application-insights-> ai
		ws -compute-> ws/c`)
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(e.Resources)), "resources")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Assess(b.Context(), e, cat, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLarge assesses 100,000 resources with 1,000 workspaces over ten
// regions, against the target that asks for most.
func BenchmarkLarge(b *testing.B) {
	e := sketch.Many(1000)
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(e.Resources)), "resources")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Assess(b.Context(), e, cat, Options{Target: TargetByName(CriticalTarget)}); err != nil {
			b.Fatal(err)
		}
	}
}
