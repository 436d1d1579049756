package catalog

import (
	"slices"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

func TestPathsLeadToValues(t *testing.T) {
	body := `{"sku":{"name":"A"},"pools":[{"zones":["1","2"],"disk":{"kind":"ssd"}},{"disk":{}},{"zones":["3"]}],"grid":[[1,2],[3]]}`
	tests := []struct {
		path string
		want []string
		ok   bool
	}{
		{"sku.name", []string{"A"}, true},
		{"SKU.Name", []string{"A"}, true},
		{"sku.tier", []string{""}, false},
		{"pools[0].disk.kind", []string{"ssd"}, true},
		{"pools[9].disk.kind", []string{""}, false},
		{"pools[*].disk.kind", []string{"ssd", "", ""}, true},
		{"pools[*].zones", []string{`["1","2"]`, "", `["3"]`}, true},
		{"pools[*].zones[*]", []string{"1", "2", "3"}, true},
		{"grid[*][*]", []string{"1", "2", "3"}, true},
		{"grid[1][0]", []string{"3"}, true},
		{"sku[*].name", nil, false},
		{"nothing[*].at.all", nil, false},
	}
	doc, _ := jsonc.Parse("b.json", []byte(body))
	root := value.FromNode(doc.Root())
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			p, err := parsePath(tt.path)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			ok := p.each(root, func(v value.Value) { got = append(got, v.Text()) })
			if !slices.Equal(got, tt.want) || ok != tt.ok {
				t.Errorf("%q, %v; want %q, %v", got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestWhatIsNoPath(t *testing.T) {
	for _, text := range []string{"", ".", "a.", ".a", "a..b", "a b", "a[", "a[]", "a[x]", "a[-1]", "a[*", "a]", "[*]", "a[*]b", "a[0].", "a*", "a[99999999999]"} {
		if p, err := parsePath(text); err == nil {
			t.Errorf("parsePath(%q) = %+v, want an error", text, p)
		}
	}
}
