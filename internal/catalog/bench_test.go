package catalog

import (
	"fmt"
	"os"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// BenchmarkLoad is what the embedded catalog costs at start-up.
func BenchmarkLoad(b *testing.B) {
	b.SetBytes(int64(len(embedded)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := load(embedded); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoadYAML is what it would cost without go generate.
func BenchmarkLoadYAML(b *testing.B) {
	for b.Loop() {
		in, rd, err := readFiles(os.DirFS("data"), "data")
		if err != nil || len(rd.problems) > 0 {
			b.Fatal(err, rd.problems)
		}
		assemble(nil, in)
	}
}

// manyAccounts is an estate of storage accounts, each of its own region and sku.
func manyAccounts(n int) *estate.Estate {
	skus := []string{"Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS"}
	regions := []string{"westeurope", "northeurope", "swedencentral", "westus"}
	resources := make([]*estate.Resource, n)
	for i := range resources {
		body := fmt.Sprintf(`{"apiVersion":"2023-01-01","kind":"StorageV2","sku":{"name":%q},"properties":{"allowSharedKeyAccess":false,"minimumTlsVersion":"TLS1_2","networkAcls":{"defaultAction":"Deny"}}}`, skus[i%len(skus)])
		doc, _ := jsonc.Parse("b.json", []byte(body))
		name := fmt.Sprintf("st%d", i)
		resources[i] = &estate.Resource{
			ID:   estate.ParseID("/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/" + name),
			Type: "Microsoft.Storage/storageAccounts", Name: name, Location: regions[i/4%len(regions)], Body: value.FromNode(doc.Root()),
		}
	}
	return estate.Build(resources, nil, estate.Coverage{})
}

func benchCatalog(b *testing.B) *Catalog {
	b.Helper()
	c, err := Default()
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkClassify is per resource.
func BenchmarkClassify(b *testing.B) {
	c, e := benchCatalog(b), manyAccounts(10_000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Classify(e)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(e.Resources)), "ns/resource")
}

// BenchmarkFirstSurvive is the first question about each resource: its settings
// are read and its situation is found.
func BenchmarkFirstSurvive(b *testing.B) {
	c, e := benchCatalog(b), manyAccounts(10_000)
	b.ReportAllocs()
	for b.Loop() {
		c.Classify(e) // forgets the situations
		for _, r := range e.Resources {
			c.Survive(e, r, ScopeZone)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(e.Resources)), "ns/resource")
}

// BenchmarkSurvive and BenchmarkCheck are any later question.
func BenchmarkSurvive(b *testing.B) {
	c, e := benchCatalog(b), manyAccounts(1000)
	c.Classify(e)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Survive(e, e.Resources[i%1000], ScopeZone)
	}
}

func BenchmarkCheck(b *testing.B) {
	c, e := benchCatalog(b), manyAccounts(1000)
	c.Classify(e)
	rules := c.RulesFor(e.Resources[0].Service)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Check(rules[i%len(rules)], e, e.Resources[i%1000])
	}
}

// BenchmarkCompile is what the conditions of the whole catalog cost when all of
// them are asked.
func BenchmarkCompile(b *testing.B) {
	n := 0
	for b.Loop() {
		c, err := load(embedded)
		if err != nil {
			b.Fatal(err)
		}
		n = 0
		for _, f := range c.byID {
			for _, cond := range f.ready().conditions {
				n++
				if _, err := f.program(cond); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.ReportMetric(float64(n), "conditions")
}
