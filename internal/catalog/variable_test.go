package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// asking is the small catalog with a rule that passes when a condition holds.
func asking(t *testing.T, condition string) (*Catalog, *Rule) {
	t.Helper()
	c := mustExtend(t, map[string]string{"rules/asked.yaml": `
id: asked
title: Asked
services: [shelf]
check: ` + fmt.Sprintf("%q", condition) + `
severity: low
message: asked
why: x
remedy: x
change: {kind: none}
sources: [book]
`})
	return c, c.Rule("asked")
}

// The common variables, each for a resource that has it, that has none, and of
// which it is not known. The doc comment of the package names them all.
func TestTheCommonVariablesOfAnyResource(t *testing.T) {
	type place struct {
		location, body, name string
		zones                []string
		external             bool
		group                string // region of its group, "-" for a group that has none
		roles                []estate.Role
	}
	const symbolic = "{resourceGroup().location}"
	tests := []struct {
		condition string
		at        place
		want      string // true, false, or what is missing
	}{
		{"name == 's1'", place{}, "true"},
		{"name == 's1'", place{name: "s{parameters('n')}"}, "name of s{parameters('n')}: s{parameters('n')}"},
		{"location == 'westeurope'", place{location: "westeurope"}, "true"},
		{"location == ''", place{}, "true"},
		{"location == ''", place{external: true}, "region of s1: the input does not say where it is"},
		{"location == 'northeurope'", place{location: symbolic}, "region of s1: " + symbolic},
		{"location == 'northeurope'", place{location: "northeurope", external: true}, "true"},
		{"size(zones) == 2 && '1' in zones", place{zones: []string{"1", "3"}}, "true"},
		{"zones == []", place{}, "true"},
		{"zones == []", place{external: true}, "zones of s1: it is not in the input"},
		{"'1' in zones", place{external: true, zones: []string{"1"}}, "true"},
		{"'1' in zones", place{zones: []string{"1", "{parameters('z')}"}}, "zones of s1: {parameters('z')}"},
		{"'1' in zones", place{body: `{"zones":"unknown z"}`}, "zones of s1: [parameters('z')]"},
		{"regionZones == 3", place{location: "westeurope"}, "true"},
		{"regionZones == 0", place{location: "westus"}, "true"},
		{"regionZones == 0", place{location: "global"}, "true"},
		{"regionZones == 0", place{}, "true"},
		{"regionZones == 3", place{location: symbolic}, "region of s1: " + symbolic},
		{"regionZones == 3", place{location: "atlantis"}, "zones of the region of s1: the region data does not have this region (atlantis)"},
		{"regionZones == 3", place{external: true}, "region of s1: the input does not say where it is"},
		{"regionPair == 'northeurope'", place{location: "westeurope"}, "true"},
		{"regionPair == ''", place{location: "polandcentral"}, "true"},
		{"regionPair == 'eastus'", place{location: "westus3"}, "true"},
		{"regionPair == ''", place{location: symbolic}, "region of s1: " + symbolic},
		{"regionPair == ''", place{location: "atlantis"}, "pair of the region of s1: the region data does not have this region (atlantis)"},
		{"regionAML", place{location: "westeurope"}, "true"},
		{"regionAML", place{location: "chilecentral"}, "false"},
		{"regionAML", place{location: "global"}, "false"},
		{"regionAML", place{location: symbolic}, "region of s1: " + symbolic},
		{"groupLocation == 'westeurope'", place{group: "westeurope"}, "true"},
		{"groupLocation == ''", place{}, "true"},
		{"groupLocation == ''", place{group: "-"}, "true"},
		{"groupLocation == ''", place{group: symbolic}, "region of the resource group of s1: " + symbolic},
		{"external", place{}, "false"},
		{"external", place{external: true}, "true"},
		{"roles == []", place{}, "true"},
		{"'logs' in roles && 'replica' in roles && size(roles) == 2", place{roles: []estate.Role{estate.Replica, estate.Logs, estate.Logs}}, "true"},
	}
	asked := map[string]bool{}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s of %+v", tt.condition, tt.at), func(t *testing.T) {
			c, rule := asking(t, tt.condition)
			if tt.at.name == "" {
				tt.at.name = "s1"
			}
			r := resource(t, "Microsoft.Test/shelves", tt.at.name, tt.at.location, tt.at.body)
			r.Zones, r.External = tt.at.zones, tt.at.external
			resources, relations := []*estate.Resource{r}, []estate.Relation(nil)
			if tt.at.group != "" {
				g := &estate.Resource{ID: estate.ParseID("/subscriptions/s/resourceGroups/g"), Type: "Microsoft.Resources/resourceGroups", Name: "g", Location: strings.Trim(tt.at.group, "-")}
				resources, relations = append(resources, g), append(relations, estate.Relation{From: r, To: g, Role: estate.ResourceGroup})
			}
			user := resource(t, "Microsoft.Test/tables", "t1", "westeurope", "")
			for _, role := range tt.at.roles {
				relations = append(relations, estate.Relation{From: user, To: r, Role: role})
			}
			e := built(c, append(resources, user), relations)
			v := c.Check(rule, e, r)
			got := strings.Join(v.Unknowns, "; ")
			if v.Known {
				got = fmt.Sprint(v.Holds)
			}
			if got != tt.want {
				t.Errorf("it is %s, want %s", got, tt.want)
			}
		})
		for i := range commons {
			if strings.Contains(tt.condition, commons[i].name) {
				asked[commons[i].name] = true
			}
		}
	}
	for i := range commons {
		if !asked[commons[i].name] {
			t.Errorf("nobody asks for %s", commons[i].name)
		}
	}
}

// A child stands where its nearest ancestor does that says where it stands.
func TestAChildStandsWhereItsParentDoes(t *testing.T) {
	parent, child, grandchild := "Microsoft.Test/houses", "Microsoft.Test/houses/rooms", "Microsoft.Test/houses/rooms/shelves"
	c := mustExtend(t, map[string]string{"services/room.yaml": replaceOnce(t, replaceOnce(t, shelfService, "id: shelf\n", "id: room\n"), "Microsoft.Test/shelves\n", grandchild+"\n")})
	house := resource(t, parent, "h", "northeurope", "")
	room := resource(t, child, "h/r", "", "")
	shelf := resource(t, grandchild, "h/r/s", "", "{"+inTemplate+"}")
	e := built(c, []*estate.Resource{house, room, shelf}, nil)
	l := c.viewOf(e).about(e, shelf)
	if f := l.location(); !f.known || f.text != "northeurope" {
		t.Errorf("it stands in %+v", f)
	}
	if r, why := l.region(); why != "" || r.Zones != 3 {
		t.Errorf("its region is %+v, %s", r, why)
	}
	l.done()
	room.Location = "westus"
	l = c.viewOf(e).about(e, shelf)
	defer l.done()
	if f := l.location(); f.text != "westus" {
		t.Errorf("it stands in %+v", f)
	}
}

// A setting that is one of some values is judged by all of them: where they agree
// the answer is known.
func TestSettingsThatAreOneOfSomeValues(t *testing.T) {
	text, plain, sturdy := value.String, value.String("Plain"), value.String("Sturdy")
	many := plain
	for range maxChoices + 1 {
		many = choice(plain, many)
	}
	tests := []struct {
		name      string
		sku       value.Value
		condition string
		want      string
	}{
		{"both hold", choice(plain, sturdy), "sku in ['Plain', 'Sturdy']", "true"},
		{"neither holds", choice(plain, sturdy), "!(sku in ['Plain', 'Sturdy'])", "false"},
		{"one holds", choice(plain, sturdy), "sku == 'Plain'", "unknown"},
		{"the same twice", choice(plain, plain), "sku == 'Plain'", "true"},
		{"in another letter case", choice(text("PLAIN"), text("plain")), "sku == 'Plain'", "true"},
		{"a choice in a choice", choice(choice(plain, sturdy), plain), "sku in ['Plain', 'Sturdy']", "true"},
		{"a choice in a choice that differs", choice(choice(plain, sturdy), plain), "sku == 'Plain'", "unknown"},
		{"null is the default", choice(value.Null(), plain), "sku == 'Plain'", "true"},
		{"null is the default, the other is not", choice(value.Null(), sturdy), "sku == 'Plain'", "unknown"},
		{"one side is not known", choice(plain, unknownValue("p")), "sku == 'Plain'", "unknown"},
		{"one side is not in the catalog", choice(plain, text("Golden")), "sku == 'Plain'", "unknown"},
		{"too many sides", many, "sku == 'Plain'", "unknown"},
		{"what does not matter", choice(plain, sturdy), "sku == 'Plain' || true", "true"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, rule := asking(t, tt.condition)
			r := resource(t, "Microsoft.Test/shelves", "s1", "westeurope", "")
			r.Body = value.Object([]value.Member{{Key: "apiVersion", Value: text("1")}, {Key: "sku", Value: value.Object([]value.Member{{Key: "name", Value: tt.sku}})}})
			e := built(c, []*estate.Resource{r}, nil)
			for range 2 { // the second answer is remembered
				v := c.Check(rule, e, r)
				got := "unknown"
				if v.Known {
					got = fmt.Sprint(v.Holds)
				}
				if got != tt.want {
					t.Fatalf("%s: %s because of %q, want %s", tt.condition, got, v.Unknowns, tt.want)
				}
				if !v.Known && (len(v.Unknowns) != 1 || !strings.HasPrefix(v.Unknowns[0], "sku.name of s1: ")) {
					t.Errorf("it says %q", v.Unknowns)
				}
			}
		})
	}
}

// A choice of whole objects is followed to the setting inside of them.
func TestChoicesOfObjects(t *testing.T) {
	c, rule := asking(t, "braced && boards >= 2")
	shelf := func(boards int64) value.Value {
		return value.Object([]value.Member{{Key: "braced", Value: value.Bool(true)}, {Key: "boards", Value: value.Int(boards)}})
	}
	for want, properties := range map[string]value.Value{"true": choice(shelf(2), shelf(9)), "false": choice(value.Object(nil), value.Object(nil)), "unknown": choice(shelf(1), shelf(2))} {
		r := resource(t, "Microsoft.Test/shelves", "s1", "westeurope", "")
		r.Body = value.Object([]value.Member{{Key: "apiVersion", Value: value.String("1")}, {Key: "properties", Value: properties}})
		e := built(c, []*estate.Resource{r}, nil)
		v := c.Check(rule, e, r)
		got := "unknown"
		if v.Known {
			got = fmt.Sprint(v.Holds)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", properties.Residual(), got, want)
		}
	}
}

// A catalog of the user's, over the embedded one: its rules and services count,
// what it disables is gone, and the embedded one stays as it is.
func TestAUsersCatalogOverTheEmbeddedOne(t *testing.T) {
	base := defaultCatalogOf(t)
	const rule = `
id: storage-versioning
title: Ours
services: [azure-storage]
check: "true"
severity: info
message: never
why: we version elsewhere
remedy: none
change: {kind: none}
sources: [guide]
`
	c, err := base.With(fstest.MapFS{"rules/ours.yaml": {Data: []byte(rule)}, "off.yaml": {Data: []byte("disable: [key-vault-retention]")}}, "mine")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Rule("storage-versioning"); got.Title != "Ours" || len(got.Services) != 1 || got.Severity != "info" {
		t.Errorf("the rule is %+v", got)
	}
	if c.Rule("key-vault-retention") != nil || slices.ContainsFunc(c.RulesFor("key-vault"), func(r *Rule) bool { return r.ID == "key-vault-retention" }) {
		t.Error("the disabled rule is there")
	}
	if base.Rule("key-vault-retention") == nil || base.Rule("storage-versioning").Title == "Ours" {
		t.Error("the embedded catalog has changed")
	}
	if len(c.Rules()) != len(base.Rules())-1 || len(c.Services()) != len(base.Services()) {
		t.Errorf("%d rules of %d, %d services of %d", len(c.Rules()), len(base.Rules()), len(c.Services()), len(base.Services()))
	}
	for file, want := range map[string]string{
		"disable: [key-vault-retentoin]":             `"key-vault-retention"`,
		"disable: [5]":                               "mine/x.yaml:1:11",
		strings.Replace(rule, "guide", "gide", 1):    `did you mean "guide"`,
		strings.Replace(rule, `"true"`, "skuu", 1):   "mine/rules/x.yaml:5:",
		strings.Replace(rule, "info", "grave", 1):    `severity cannot be "grave"`,
		strings.Replace(rule, "azure-st", "as-t", 1): "as-torage",
	} {
		name := "rules/x.yaml"
		if strings.HasPrefix(file, "disable") {
			name = "x.yaml"
		}
		if _, err := base.With(fstest.MapFS{name: {Data: []byte(file)}}, "mine"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s in it", file, err, want)
		}
	}
}

// Elements that are left out where people read a list count in conditions: a
// pool without zones is a pool.
func TestEmptyElementsCountInConditions(t *testing.T) {
	const body = `{"properties":{"homes":[{"name":"a"},{},{"name":null}]}}`
	for condition, want := range map[string]bool{"size(homes) == 3": true, "homes.exists(h, h == '')": true, "homes.all(h, h != '')": false, "homes == ['a', '', '']": true} {
		c, rule := asking(t, condition)
		e, r := at(t, c, "westeurope", body)
		if v := c.Check(rule, e, r); !v.Known || v.Holds != want {
			t.Errorf("%s: %+v, want %v", condition, v, want)
		}
		if s, _ := c.Setting(e, r, "homes"); s.Text != "a" {
			t.Errorf("people read %q", s.Text)
		}
	}
}

// What was seen stands where it is written, also in another resource; what is
// not written stands where its resource does.
func TestEvidenceStandsWhereItIsWritten(t *testing.T) {
	c := shelfCatalog(t)
	place := func(file, text string) *estate.Resource {
		doc, errs := jsonc.Parse(file, []byte(text))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		r := resource(t, "Microsoft.Test/shelves", "s1", "westeurope", "")
		r.Body = value.FromNode(doc.Root())
		r.Origin = estate.OriginOf(r.Body)
		return r
	}
	shelf := place("shelf.json", "{"+inTemplate+",\n\"sku\":{\n \"name\":\"Sturdy\"},\n\"properties\":{\"homes\":[]}}")
	book := place("books.json", "{\n\"properties\":{\n\n\"on\":true}}")
	book.ID, book.Type, book.Name = estate.ParseID(group+"Microsoft.Test/shelves/s1/books/log"), "Microsoft.Test/shelves/books", "s1/log"
	e := built(c, []*estate.Resource{shelf, book}, nil)
	for setting, want := range map[string]estate.Origin{
		"sku":    {File: "shelf.json", Line: 3, Column: 9, Pointer: "/sku/name"},
		"homes":  {File: "shelf.json", Line: 4, Column: 23, Pointer: "/properties/homes"},
		"boards": {File: "shelf.json", Line: 1, Column: 1},
		"log":    {File: "books.json", Line: 4, Column: 6, Pointer: "/properties/on"},
	} {
		got, ok := c.Setting(e, shelf, setting)
		if !ok || got.Origin != want || got.Defaulted != (setting == "boards") {
			t.Errorf("%s is %+v, want it at %+v", setting, got, want)
		}
	}
	all := c.Settings(e, shelf)
	for i, s := range c.Service("shelf").Settings {
		one, _ := c.Setting(e, shelf, s.Name)
		if all[i].Text != one.Text || all[i].Known != one.Known || all[i].Origin != one.Origin || all[i].Setting.Name != s.Name {
			t.Errorf("%s is %+v alone and %+v among all", s.Name, one, all[i])
		}
	}
	if _, ok := c.Setting(e, shelf, "location"); ok {
		t.Error("a common variable is a setting")
	}
}
