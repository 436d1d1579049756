package price

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

func costsPage(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("../../docs/costs.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// The page lists the services that meters ask for: no one too few, no one too many.
func TestThePageNamesEveryService(t *testing.T) {
	var asked, named []string
	for _, m := range loadCatalog(t).Meters() {
		for _, q := range m.Items {
			asked = append(asked, q.Service)
		}
	}
	for line := range strings.Lines(costsPage(t)) {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		if !strings.HasPrefix(line, "| `") || strings.Contains(first, "`types`") {
			continue
		}
		for _, m := range regexp.MustCompile("`([A-Z][^`]*)`").FindAllStringSubmatch(first, -1) {
			named = append(named, m[1])
		}
	}
	slices.Sort(asked)
	slices.Sort(named)
	if asked = slices.Compact(asked); !slices.Equal(asked, named) {
		t.Errorf("meters ask for %q, the page names %q", asked, named)
	}
}

// Filters of the page name services and regions that there are.
func TestTheFiltersOfThePageAreRight(t *testing.T) {
	page, cat := costsPage(t), loadCatalog(t)
	n := 0
	for _, m := range regexp.MustCompile(`(serviceName|armRegionName|priceType) eq '([^']*)'`).FindAllStringSubmatch(page, -1) {
		n++
		switch value := m[2]; m[1] {
		case "serviceName":
			if len(newBuilder(cat, time.Time{}).asks[strings.ToLower(value)]) == 0 {
				t.Errorf("no meter asks for the service %q", value)
			}
		case "armRegionName":
			if _, ok := estate.RegionByName(value); !ok && value != "Global" && value != "" && value != "$region" {
				t.Errorf("there is no region %q", value)
			}
		case "priceType":
			if value != "Consumption" {
				t.Errorf("prices of the type %q are not kept", value)
			}
		}
	}
	if n < 6 {
		t.Errorf("the page has %d filters: the test proves little", n)
	}
}

// The meter of the page is one, and the same as that of the catalog.
func TestTheMeterOfThePageIsOne(t *testing.T) {
	_, rest, ok := strings.Cut(costsPage(t), "# mine/meters/registry.yaml\n")
	text, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("the page has no meter")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(dir+"/meters", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/meters/registry.yaml", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	mine, err := loadCatalog(t).With(os.DirFS(dir), "mine")
	if err != nil {
		t.Fatal(err)
	}
	r := at(t, registryType, "cr", "westeurope", `{"sku": {"name": "Premium"}}`)
	e := estateOf(t, r)
	if a, b := Of(madeUp(t), loadCatalog(t), e, r), Of(madeUp(t), mine, e, r); a.Monthly != b.Monthly || len(a.Lines) != len(b.Lines) {
		t.Errorf("%g with the catalog, %g with the page", a.Monthly, b.Monthly)
	}
}
