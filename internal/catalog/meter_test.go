package catalog

import (
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// meteredShelf is the small catalog with a meter in it.
func meteredShelf(t *testing.T, meters string) *Catalog {
	t.Helper()
	c, err := Parse(shelfFiles(map[string]string{"meters/shelf.yaml": meters}), "shelf")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// charged gives what is billed for one resource of the shelf, in words.
func charged(t *testing.T, c *Catalog, typ, body string, others ...*estate.Resource) []string {
	t.Helper()
	r := resource(t, typ, strings.TrimPrefix(strings.Repeat("/one", strings.Count(typ, "/")), "/"), "westeurope", body)
	e := built(c, append([]*estate.Resource{r}, others...), nil)
	charges, about := c.Charges(e, r)
	if !about {
		return []string{"no meter"}
	}
	var out []string
	for _, x := range charges {
		line := x.Meter.ID
		if x.Of != "" {
			line += " of " + x.Of
		}
		line += " in " + x.Region + ":"
		for i, item := range x.Items {
			count := "?"
			if x.Counts[i].Known {
				count = strconv.FormatFloat(x.Counts[i].Units, 'g', -1, 64)
			}
			line += " " + count + " x " + strings.Trim(strings.Join([]string{item.Product, item.Sku, item.Meter}, "|"), "|")
		}
		if len(x.Unknowns) > 0 {
			line += " (" + strings.Join(x.Unknowns, "; ") + ")"
		}
		out = append(out, line)
	}
	return out
}

func TestWhatIsBilledFollowsTheBody(t *testing.T) {
	c := meteredShelf(t, `
- id: boards
  title: Boards
  services: [shelf]
  when: sku == 'Sturdy'
  read:
    - {name: boards, path: properties.boards}
    - {name: wood, path: properties.wood, default: oak, map: {oak: Oak, ASH: Ash}}
    - {name: size, path: properties.size, pattern: "(?P<width>[0-9]+)x(?P<depth>[0-9]+)", default: "1x1"}
  count: ["{boards}", "{width}/2"]
  unit: board
  items:
    - {service: Wood, product: "{wood} boards", sku: "{depth}"}
    - {service: Wood, product: "/{wood}.*/", times: "{depth}"}
  sources: [book]
- id: homes
  title: Homes
  types: [Microsoft.Test/shelves]
  each: {path: properties.homes, name: name}
  read:
    - {name: place, path: name, in: element}
    - {name: rented, path: rented, in: element, default: "false", map: {"true": yes}, only: true}
  region: "{place}"
  unit: home
  items: [{service: Homes}]
  sources: [book]
- id: below
  title: Below
  types: [Microsoft.Test/shelves/*]
  nothing: it is on the shelf's bill
  sources: [book]
`)
	for name, tt := range map[string]struct {
		body string
		want []string
	}{
		"counts are multiplied":      {`{"sku": {"name": "sturdy"}, "properties": {"boards": 4, "size": "10x3"}}`, []string{"boards in westeurope: 20 x Oak boards|3 60 x /Oak.*/"}},
		"another configuration":      {`{"sku": {"name": "Plain"}, "properties": {"boards": 4}}`, nil},
		"texts aside from case":      {`{"sku": {"name": "Sturdy"}, "properties": {"boards": "2", "wood": "ash"}}`, []string{"boards in westeurope: 1 x Ash boards|1 1 x /Ash.*/"}},
		"a count that is not there":  {`{"sku": {"name": "Sturdy"}, "properties": {}}`, []string{"boards in westeurope: ? x Oak boards|1 ? x /Oak.*/ (properties.boards of one: it is not written, and no default is documented)"}},
		"a count that is no number":  {`{"sku": {"name": "Sturdy"}, "properties": {"boards": "many"}}`, []string{`boards in westeurope: ? x Oak boards|1 ? x /Oak.*/ (boards: "many" is no number)`}},
		"a text that nobody prices":  {`{"sku": {"name": "Sturdy"}, "properties": {"boards": 1, "wood": "gold"}}`, []string{`boards in westeurope: (properties.wood of one: no source says how "gold" is billed)`}},
		"one charge for an element":  {`{"sku": {"name": "Plain"}, "properties": {"homes": [{"name": "North Europe", "rented": true}, {"name": "westeurope"}]}}`, []string{"homes of North Europe in northeurope: 1 x "}},
		"elements without a name":    {`{"sku": {"name": "Plain"}, "properties": {"homes": [{"rented": true}]}}`, []string{"homes in : (name of one: it is not written, and no default is documented)"}},
		"a list that is a number":    {`{"sku": {"name": "Plain"}, "properties": {"homes": 3}}`, nil},
		"a setting that is not read": {`{"sku": {"name": "Golden"}, "properties": {"boards": 1}}`, []string{`boards in westeurope: 0.5 x Oak boards|1 0.5 x /Oak.*/ (sku.name of one: the catalog does not know the value "Golden")`}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, charged(t, c, "Microsoft.Test/shelves", tt.body)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if got := charged(t, c, "Microsoft.Test/tables", `{}`); !cmp.Equal(got, []string{"no meter"}) {
		t.Errorf("another type: %v", got)
	}
	if got := charged(t, c, "Microsoft.Test/shelves/books", `{}`); !cmp.Equal(got, []string{"below in :"}) {
		t.Errorf("below the shelf: %v", got)
	}
}

func TestWrongMetersAreRefused(t *testing.T) {
	for name, tt := range map[string]struct{ meter, want string }{
		"about nothing":          {`{id: m, title: M, nothing: free, sources: [book]}`, "it does not say what it is about"},
		"no items":               {`{id: m, title: M, types: [A.B/c], sources: [book]}`, "exactly one of items, nothing and noPrice"},
		"items and nothing":      {`{id: m, title: M, types: [A.B/c], nothing: x, unit: u, items: [{service: S}], sources: [book]}`, "exactly one of"},
		"no unit":                {`{id: m, title: M, types: [A.B/c], items: [{service: S}], sources: [book]}`, "unit is missing"},
		"no source":              {`{id: m, title: M, types: [A.B/c], nothing: x}`, "it has no sources"},
		"an unknown reading":     {`{id: m, title: M, types: [A.B/c], unit: u, items: [{service: S, sku: "{size}"}], sources: [book]}`, `there is no reading "size"`},
		"an odd pattern":         {`{id: m, title: M, types: [A.B/c], read: [{name: a, path: b, pattern: "("}], nothing: x, sources: [book]}`, "no regular expression"},
		"an odd item":            {`{id: m, title: M, types: [A.B/c], unit: u, items: [{service: S, sku: "/(/"}], sources: [book]}`, "no regular expression"},
		"a count that is none":   {`{id: m, title: M, types: [A.B/c], unit: u, count: many, items: [{service: S}], sources: [book]}`, `"many" is no number`},
		"a condition of no one":  {`{id: m, title: M, types: [A.B/c], when: "true", nothing: x, sources: [book]}`, "about the settings of services"},
		"a condition that fails": {`{id: m, title: M, services: [shelf], when: "skew == 'x'", nothing: x, sources: [book]}`, "undeclared reference"},
		"an element of nothing":  {`{id: m, title: M, types: [A.B/c], read: [{name: a, path: b, in: element}], nothing: x, sources: [book]}`, "no element without each"},
		"the same id twice":      {`{id: m, title: M, types: [A.B/c], nothing: x, sources: [book]}, {id: m, title: M, types: [A.B/c], nothing: x, sources: [book]}`, "there twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(shelfFiles(map[string]string{"meters/m.yaml": "[" + tt.meter + "]"}), "shelf")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestAFurtherCatalogReplacesAMeter(t *testing.T) {
	c := meteredShelf(t, `[{id: m, title: Old, types: [Microsoft.Test/shelves], nothing: x, sources: [book]}]`)
	more := fstest.MapFS{"meters/m.yaml": {Data: []byte(`[{id: m, title: New, types: [Microsoft.Test/shelves], nothing: y, sources: [book]}]`)}}
	got, err := c.With(more, "more")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Meters()) != 1 || got.Meter("m").Title != "New" || c.Meter("m").Title != "Old" || got.Meter("n") != nil {
		t.Errorf("%+v", got.Meters())
	}
}

// A source that only tells how things are billed does not make the facts newer.
func TestTheDateOfTheFactsIsNotThatOfPrices(t *testing.T) {
	for _, m := range defaultCatalogOf(t).Meters() {
		for _, key := range m.Sources {
			if defaultCatalogOf(t).Source(key) == nil {
				t.Errorf("%s: no source %s", m.ID, key)
			}
		}
	}
	if got := defaultCatalogOf(t).AsOf(); got >= "2026-10" {
		for key, s := range defaultCatalogOf(t).sources {
			if s.Billing && s.Date == got {
				t.Errorf("the facts are of %s because of %s", got, key)
			}
		}
	}
}
