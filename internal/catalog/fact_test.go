package catalog

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

const inTemplate = `"apiVersion":"2026-01-01"`

func TestSettingsAreReadFromTheBody(t *testing.T) {
	tests := []struct {
		name, setting, body string
		text                string
		defaulted           bool
	}{
		{"a text", "sku", `{"sku":{"name":"Sturdy"}}`, "Sturdy", false},
		{"in another letter case", "sku", `{"Sku":{"NAME":"sturdy"}}`, "Sturdy", false},
		{"its default", "sku", `{` + inTemplate + `}`, "Plain", true},
		{"null is absent", "sku", `{"sku":{"name":null}}`, "Plain", true},
		{"a boolean", "braced", `{"properties":{"braced":true}}`, "true", false},
		{"a boolean as a text", "braced", `{"properties":{"braced":"True"}}`, "true", false},
		{"the second path", "braced", `{"properties":{"isBraced":true}}`, "true", false},
		{"the first path wins", "braced", `{"properties":{"isBraced":true,"braced":false}}`, "false", false},
		{"absent without a default", "braced", `{"properties":{}}`, "false", true},
		{"a number", "boards", `{"properties":{"boards":7}}`, "7", false},
		{"a number as a text", "boards", `{"properties":{"boards":"7"}}`, "7", false},
		{"the default number", "boards", `{"properties":{}}`, "3", true},
		{"a text for each element", "homes", `{"properties":{"homes":[{"name":"a"},{"name":"b"}]}}`, "a, b", false},
		{"an element without it", "homes", `{"properties":{"homes":[{"name":"a"},{}]}}`, "a", false},
		{"elements that all lack it", "homes", `{"properties":{"homes":[{},{}]}}`, "none", false},
		{"an empty list", "homes", `{"properties":{"homes":[]}}`, "none", false},
		{"no list", "homes", `{"properties":{}}`, "", true},
	}
	c := shelfCatalog(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, r := shelves(t, c, tt.body)
			got, ok := c.Setting(e, r, tt.setting)
			if !ok || !got.Known || got.Text != tt.text || got.Defaulted != tt.defaulted {
				t.Errorf("%s = %+v, want %q, defaulted %v", tt.setting, got, tt.text, tt.defaulted)
			}
		})
	}
}

func TestWhatIsNotKnownSaysWhatIsMissing(t *testing.T) {
	tests := []struct{ name, setting, body, want string }{
		{"a parameter", "sku", `{"sku":{"name":"unknown sku"}}`, "[parameters('sku')]"},
		{"a whole object", "sku", `{"sku":"unknown sku"}`, "[parameters('sku')]"},
		{"all properties", "boards", `{"properties":"unknown all"}`, "[parameters('all')]"},
		{"one element", "homes", `{"properties":{"homes":[{"name":"a"},{"name":"unknown b"}]}}`, "[parameters('b')]"},
		{"one whole element", "homes", `{"properties":{"homes":[{"name":"a"},"unknown b"]}}`, "[parameters('b')]"},
		{"the list", "homes", `{"properties":{"homes":"unknown homes"}}`, "[parameters('homes')]"},
		{"a value that the catalog does not know", "sku", `{"sku":{"name":"Golden"}}`, `the catalog does not know the value "Golden"`},
		{"a text for a number", "boards", `{"properties":{"boards":"many"}}`, `"many" is no int`},
		{"a list for a text", "sku", `{"sku":{"name":["Plain"]}}`, `"[\"Plain\"]" is no string`},
		{"a number for a boolean", "braced", `{"properties":{"braced":1}}`, `"1" is no bool`},
		{"no documented default", "colour", `{"properties":{}}`, whyNoDefault},
		{"a list of resources without properties", "boards", `{"sku":{"name":"Plain"},"properties":null}`, whyUnread},
		{"children that such a list does not have", "books", `{"properties":{}}`, whyUnlisted},
	}
	c := shelfCatalog(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, r := shelves(t, c, tt.body)
			got, _ := c.Setting(e, r, tt.setting)
			if got.Known || got.Text != tt.want {
				t.Errorf("%s = %+v, want it to be unknown: %s", tt.setting, got, tt.want)
			}
		})
	}
}

func TestExternalResourcesHaveNoKnownSettings(t *testing.T) {
	c := shelfCatalog(t)
	e, r := shelves(t, c, "{}")
	r.External = true
	for _, s := range c.Settings(e, r) {
		if s.Known != s.Setting.Reverse { // who leans on it is known
			t.Errorf("%s is known: %q", s.Setting.Name, s.Text)
		}
		if !s.Known && s.Text != whyExternal {
			t.Errorf("%s is not known because %q", s.Setting.Name, s.Text)
		}
	}
}

func TestSettingsOfChildren(t *testing.T) {
	c := shelfCatalog(t)
	book := func(name, body string) *estate.Resource {
		return resource(t, "Microsoft.Test/shelves/books", name, "", body)
	}
	tests := []struct {
		name, setting string
		others        []*estate.Resource
		want          string
		known         bool
	}{
		{"none in a template", "books", nil, "0", true},
		{"their number", "books", []*estate.Resource{book("s1/a", ""), book("s1/b", "")}, "2", true},
		{"those of another shelf do not count", "books", []*estate.Resource{book("s1/a", ""), book("s10/b", ""), book("s1-x/b", "")}, "1", true},
		{"their children do not count", "books", []*estate.Resource{book("s1/a", ""), resource(t, "Microsoft.Test/shelves/books/pages", "s1/a/1", "", "")}, "1", true},
		{"the one with the name", "log", []*estate.Resource{book("s1/LOG", `{"properties":{"on":true}}`), book("s1/a", `{"properties":{"on":false}}`)}, "true", true},
		{"only others", "log", []*estate.Resource{book("s1/a", `{"properties":{"on":true}}`)}, "false", true},
		{"one without the value", "log", []*estate.Resource{book("s1/log", `{"properties":{}}`)}, "false", true},
		{"one with an unknown value", "log", []*estate.Resource{book("s1/log", `{"properties":{"on":"unknown on"}}`)}, "[parameters('on')]", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, r := shelves(t, c, `{`+inTemplate+`}`, tt.others...)
			if got, _ := c.Setting(e, r, tt.setting); got.Known != tt.known || got.Text != tt.want {
				t.Errorf("got %+v, want %q, known %v", got, tt.want, tt.known)
			}
		})
	}
	t.Run("one that may not be deployed", func(t *testing.T) {
		maybe := book("s1/log", `{"properties":{"on":true}}`)
		maybe.Presence = "[parameters('logging')]"
		e, r := shelves(t, c, `{`+inTemplate+`}`, maybe)
		if got, _ := c.Setting(e, r, "log"); got.Known || !strings.Contains(got.Text, "[parameters('logging')]") {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("one that is deployed whenever the resource is", func(t *testing.T) {
		same := book("s1/log", `{"properties":{"on":true}}`)
		same.Presence = "[parameters('shelf')]"
		e, r := shelves(t, c, `{`+inTemplate+`}`, same)
		r.Presence = "[parameters('shelf')]"
		if got, _ := c.Setting(e, r, "log"); !got.Known || got.Text != "true" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("an inventory that lists such resources and has none of this one", func(t *testing.T) {
		e, r := shelves(t, c, `{"properties":{}}`, book("s2/a", ""))
		if got, _ := c.Setting(e, r, "books"); !got.Known || got.Text != "0" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestSettingsOfRelatedResources(t *testing.T) {
	c := shelfCatalog(t)
	shelf := resource(t, "Microsoft.Test/shelves", "s1", "westeurope", `{`+inTemplate+`}`)
	copies := []*estate.Resource{resource(t, "Microsoft.Test/copies", "c1", "northeurope", ""), resource(t, "Microsoft.Test/copies", "c2", "{parameters('where')}", "")}
	lock := resource(t, "Microsoft.Test/locks", "l1", "", "")
	all := append([]*estate.Resource{shelf, lock}, copies...)
	value := func(relations []estate.Relation, name string) SettingValue {
		e := built(c, append([]*estate.Resource(nil), all...), relations)
		got, _ := c.Setting(e, shelf, name)
		return got
	}
	if got := value(nil, "copies"); !got.Known || got.Text != "" {
		t.Errorf("no copies: %+v", got)
	}
	if got := value([]estate.Relation{{From: shelf, To: copies[0], Role: estate.Replica}}, "copies"); got.Text != "northeurope" {
		t.Errorf("one copy: %+v", got)
	}
	if got := value([]estate.Relation{{From: shelf, To: copies[0], Role: estate.Replica}, {From: shelf, To: copies[1], Role: estate.Replica}}, "copies"); got.Known || got.Text != "{parameters('where')}" {
		t.Errorf("one copy at a place that is not known: %+v", got)
	}
	if got := value([]estate.Relation{{From: lock, To: shelf, Role: estate.Lock}}, "locked"); got.Text != "true" {
		t.Errorf("locked: %+v", got)
	}
	if got := value([]estate.Relation{{From: shelf, To: lock, Role: estate.Lock}}, "locked"); got.Text != "false" {
		t.Errorf("a relation the other way round: %+v", got)
	}
}

func TestEvidencePointsAtTheMember(t *testing.T) {
	c := shelfCatalog(t)
	e, r := shelves(t, c, "{\n  \"sku\": {\n    \"name\": \"Sturdy\"\n  }\n}")
	for _, s := range c.Settings(e, r) {
		switch s.Setting.Name {
		case "sku":
			if want := (estate.Origin{File: "main.json", Line: 3, Column: 13, Pointer: "/sku/name"}); s.Origin != want {
				t.Errorf("sku is at %+v, want %+v", s.Origin, want)
			}
		case "boards":
			if s.Origin != r.Origin {
				t.Errorf("what is not written stands at %+v, want the resource's place", s.Origin)
			}
		}
	}
}

func TestASecretIsNotShown(t *testing.T) {
	c := shelfCatalog(t)
	e, r := shelves(t, c, "{}")
	r.Body = value.Object([]value.Member{{Key: "sku", Value: value.Object([]value.Member{{Key: "name", Value: value.String("Sturdy").WithSecret()}})}})
	if got, _ := c.Setting(e, r, "sku"); strings.Contains(got.Text, "Sturdy") {
		t.Errorf("shown: %+v", got)
	}
}

func TestAResourceWithoutServiceHasNoSettings(t *testing.T) {
	c := shelfCatalog(t)
	r := resource(t, "Microsoft.Test/tables", "t1", "", "")
	e := built(c, []*estate.Resource{r}, nil)
	if got := c.Settings(e, r); got != nil {
		t.Errorf("settings %v", got)
	}
	if _, ok := c.Setting(e, r, "sku"); ok {
		t.Error("it has a setting")
	}
	if got := c.Survive(e, r, ScopeZone); got.State != Unknown || len(got.Candidates) != 0 || len(got.Unknowns) != 1 {
		t.Errorf("outcome %+v", got)
	}
	if got := c.Check(c.Rules()[0], e, r); got.Holds || !got.Known {
		t.Errorf("verdict %+v", got)
	}
	if got := c.Message(c.Rules()[0], e, r); got != c.Rules()[0].Message {
		t.Errorf("message %q", got)
	}
}
