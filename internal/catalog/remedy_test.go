package catalog

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/unique"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

const shelfRemedy = `
- id: shelf-brace
  title: Brace the shelf
  services: [shelf]
  scopes: [zone]
  when: "!braced"
  needs: [{check: boards >= 3, text: three boards}]
  set: [{setting: braced, value: true}]
  change: {kind: inPlace}
  downtime: none
  costs: [{what: a brace, when: "sku == 'Plain'", factor: 1.5, sources: [book]}]
  noPrice: nobody sells braces for sturdy ones
  rules: [shelf-braced]
  sources: [book]
- id: shelf-elsewhere
  title: Have a shelf elsewhere
  services: [shelf]
  scopes: [region]
  change: {kind: none}
  cannot: shelves do not move
  instead: buy two
  by: [shelf-brace]
  sources: [page]
`

func TestRemediesAreReadAndFound(t *testing.T) {
	c, err := Parse(shelfFiles(map[string]string{"remedies/shelf.yaml": shelfRemedy}), "x")
	if err != nil {
		t.Fatal(err)
	}
	if all := c.Remedies(); len(all) != 2 || c.Remedy("shelf-brace") != all[0] || c.Remedy("ladder") != nil {
		t.Errorf("remedies %v", all)
	}
	if of := c.RemediesOf("shelf-braced"); len(of) != 1 || of[0].ID != "shelf-brace" || !of[0].Mends() || !of[0].Helps(ScopeZone) || of[0].Helps(ScopeRegion) {
		t.Errorf("remedies of the rule: %v", of)
	}
	if of := c.RemediesFor("shelf"); len(of) != 2 || of[1].Mends() {
		t.Errorf("remedies of the service: %v", of)
	}
	if of := c.RemediesFor("table"); of != nil {
		t.Errorf("remedies of what is not there: %v", of)
	}
}

func TestWhatRemediesSayOfAResource(t *testing.T) {
	c, err := Parse(shelfFiles(map[string]string{"remedies/shelf.yaml": shelfRemedy}), "x")
	if err != nil {
		t.Fatal(err)
	}
	rem := c.Remedy("shelf-brace")
	for body, want := range map[string]struct {
		concerns, known bool
		missing         int
		factor          float64
	}{
		`{"properties":{}}`:                                   {true, true, 0, 1.5},
		`{"properties":{"boards":2}}`:                         {true, true, 1, 1.5},
		`{"properties":{"braced":true}}`:                      {false, true, 0, 1.5},
		`{"sku":{"name":"Sturdy"},"properties":{"boards":4}}`: {true, true, 0, 0},
	} {
		doc, errs := jsonc.Parse("s.json", []byte(body))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		r := &estate.Resource{ID: estate.ParseID("/subscriptions/s/resourceGroups/g/providers/Microsoft.Test/shelves/a"), Type: "Microsoft.Test/shelves", Name: "a", Location: "westeurope", Body: value.FromNode(doc.Root())}
		e := estate.Build([]*estate.Resource{r}, nil, estate.Coverage{})
		c.Classify(e)
		if v := c.Concerns(rem, e, r); v.Known != want.known || v.Holds != want.concerns {
			t.Errorf("%s: concerns %+v", body, v)
		}
		if needs, verdicts := c.Missing(rem, e, r); len(needs) != want.missing || len(verdicts) != want.missing {
			t.Errorf("%s: needs %v", body, needs)
		}
		factor := 0.0
		if cost := c.CostOf(rem, e, r); cost != nil {
			factor = cost.Factor
		}
		if factor != want.factor {
			t.Errorf("%s: costs %v, want %v", body, factor, want.factor)
		}
	}
}

// Remedies that are wrong are told with their place.
func TestWrongRemediesAreTold(t *testing.T) {
	for from, want := range map[string][2]string{
		"shelf-brace\n":                             {"Shelf Brace\n", "the id"},
		"services: [shelf]\n  scopes: [zone]":       {"services: [shelve]\n  scopes: [zone]", `no service "shelve"`},
		"scopes: [zone]":                            {"scopes: [street]", "scope cannot be"},
		`when: "!braced"`:                           {`when: "!brazed"`, "undeclared reference"},
		"check: boards >= 3":                        {"check: boards", "not true or false"},
		"{setting: braced, value: true}":            {"{setting: brace, value: true}", "no setting"},
		"[{setting: braced, value: true}]":          {"[{setting: sku, value: Wobbly}]", "not allowed"},
		"{setting: braced, value: true}]\n":         {"{setting: braced}]\n", "has a value, or removes"},
		"  set: [{setting: braced, value: true}]\n": {"", "neither changes anything"},
		"change: {kind: inPlace}\n  downtime: none": {"change: {kind: inPlace}", "downtime is missing"},
		"factor: 1.5":                               {"factor: -1", "factor is below 0"},
		"rules: [shelf-braced]":                     {"rules: [shelf-brazed]", "no rule"},
		"  instead: buy two\n":                      {"", "instead is missing"},
		"by: [shelf-brace]":                         {"by: [shelf-glue]", "no remedy"},
		"  sources: [page]":                         {"  sources: [leaf]", "no source"},
	} {
		text := strings.Replace(shelfRemedy, from, want[0], 1)
		if text == shelfRemedy {
			t.Fatalf("the fixture has no %q", from)
		}
		_, err := Parse(shelfFiles(map[string]string{"remedies/shelf.yaml": text}), "x")
		if err == nil || !strings.Contains(err.Error(), want[1]) || !strings.Contains(err.Error(), "remedies/shelf.yaml:") {
			t.Errorf("%q: %v, want %q with its place", from, err, want[1])
		}
	}
}

func TestAssignmentsPutValuesWhereTheyBelong(t *testing.T) {
	place := Place{Name: "a", Parent: "p", ID: "/id", Group: "/group", Location: "westeurope", OtherRegion: "northeurope", Zones: []string{"1", "2"}}
	for _, x := range []struct{ what, body, path, value, flags, want string }{
		{"an existing member, without regard to case", `{"SKU":{"name":"old"},"x":1}`, "sku.name", `"new"`, "", `{"SKU":{"name":"new"},"x":1}`},
		{"a missing one", `{"x":1}`, "properties.a.b", `true`, "", `{"x":1,"properties":{"a":{"b":true}}}`},
		{"every element", `{"l":[{"n":1},{}]}`, "l[*].n", `3`, "", `{"l":[{"n":3},{"n":3}]}`},
		{"one element", `{"l":[{"n":1},{"n":1}]}`, "l[1].n", `3`, "", `{"l":[{"n":1},{"n":3}]}`},
		{"a greater number stays", `{"l":[{"n":5},{"n":1},{}]}`, "l[*].n", `3`, "atLeast", `{"l":[{"n":5},{"n":3},{"n":3}]}`},
		{"only where something is", `{"l":[{"n":5},{"n":1},{}]}`, "l[*].n", `3`, "atLeast ifThere", `{"l":[{"n":5},{"n":3},{}]}`},
		{"no list is made", `{}`, "l[*].n", `3`, "", `{}`},
		{"a later version stays", `{"apiVersion":"2024-01-01-preview"}`, "apiVersion", `"2024-01-01"`, "atLeast ifThere", `{"apiVersion":"2024-01-01-preview"}`},
		{"an earlier one does not", `{"apiVersion":"2020-01-01"}`, "apiVersion", `"2024-01-01"`, "atLeast ifThere", `{"apiVersion":"2024-01-01"}`},
		{"and none is written where there is none", `{}`, "apiVersion", `"2024-01-01"`, "atLeast ifThere", `{}`},
		{"an element is added", `{"l":[{"n":"x"}]}`, "l", `{"n":"{otherRegion}","k":"{count}"}`, "append", `{"l":[{"n":"x"},{"n":"northeurope","k":1}]}`},
		{"or the first one", `{}`, "l", `{"n":"{name}-{location}-{parent}-{id}"}`, "append", `{"l":[{"n":"a-westeurope-p-/id"}]}`},
		{"the zones of the region", `{}`, "z", `"{zones}"`, "", `{"z":["1","2"]}`},
		{"nothing at a path that cannot be", `{"x":1}`, "a..b", `1`, "", `{"x":1}`},
		{"what is there goes away", `{"p":{"A":1,"b":2}}`, "p.a", ``, "remove", `{"p":{"b":2}}`},
		{"and what is not stays away", `{"x":1}`, "p.a", ``, "remove", `{"x":1}`},
		{"a text in the place of an object", `{"properties":"odd"}`, "properties.a", `1`, "", `{"properties":{"a":1}}`},
	} {
		parse := func(text string) value.Value {
			doc, errs := jsonc.Parse("x.json", []byte(text))
			if len(errs) > 0 {
				t.Fatal(x.what, errs)
			}
			return value.FromNode(doc.Root())
		}
		a := Assignment{Remove: x.flags == "remove", AtLeast: strings.Contains(x.flags, "atLeast"), IfThere: strings.Contains(x.flags, "ifThere"), Append: x.flags == "append"}
		if !a.Remove {
			a.Value = parse(x.value)
		}
		if got := string(a.Assign(parse(x.body), x.path, place).AppendJSON(nil)); got != x.want {
			t.Errorf("%s: %s, want %s", x.what, got, x.want)
		}
	}
}

func TestPlacesAreThoseOfTheResource(t *testing.T) {
	r := &estate.Resource{ID: estate.ParseID("/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/srv/databases/db"), Type: "Microsoft.Sql/servers/databases", Name: "srv/db", Location: "westeurope"}
	p := PlaceOf(r, "northeurope")
	if p.Name != "db" || p.Parent != "srv" || p.Group != "/subscriptions/s/resourceGroups/g" || len(p.Zones) != 3 {
		t.Errorf("%+v", p)
	}
	if got := p.Text("{parent}-{otherRegion} of {location}"); got != "srv-northeurope of westeurope" {
		t.Error(got)
	}
}

// What is added beside a resource has a name that the template can work out, too.
func TestUniqueNamesAreThoseOfTheTemplateFunction(t *testing.T) {
	at := func(group string) string {
		r := &estate.Resource{ID: estate.ParseID(group + "/providers/Microsoft.Test/shelves/a"), Type: "Microsoft.Test/shelves", Name: "a"}
		return PlaceOf(r, "").Text("cr{unique}")
	}
	known, other := at("/subscriptions/s/resourceGroups/g"), at("/subscriptions/s/resourceGroups/h")
	if known != "cr"+unique.String("/subscriptions/s/resourceGroups/g", "holdfast") || known == other {
		t.Errorf("%s and %s", known, other)
	}
	if got := at("/subscriptions/{subscription().subscriptionId}/resourceGroups/{resourceGroup().name}"); got != "cr{uniqueString(resourceGroup().id, 'holdfast')}" {
		t.Errorf("without a group: %s", got)
	}
}
