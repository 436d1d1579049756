package catalog

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// A message is a sentence, also where it speaks of what is not known or empty.
func TestMessagesAreSentences(t *testing.T) {
	group := func(where string) *estate.Resource {
		return &estate.Resource{ID: estate.ParseID("/subscriptions/s/resourceGroups/g"), Type: "Microsoft.Resources/resourceGroups", Name: "g", Location: where}
	}
	tests := []struct {
		name, message  string
		location, body string
		group          *estate.Resource
		want           string
	}{
		{"a known region", "It is in {location} only.", "westeurope", `{}`, nil, "It is in westeurope only."},
		{"the region of the group", "It is in {location} only.", "{resourceGroup().location}", `{}`, nil, "It is in its region only."},
		{"the region of a parameter", "It is in {location} only.", "{parameters('where')}", `{}`, nil, "It is in its region only."},
		{"a setting that is the region of the group", "It has copies in {colour}.", "{resourceGroup().location}", `{"properties":{"colour":"{resourceGroup().location}"}}`, nil, "It has copies in {resourceGroup().location}."},
		{"no region, as it stands nowhere", "It is in {location}.", "", `{}`, nil, "It is in none."},
		{"a known group", "The group is in {groupLocation}.", "westeurope", `{}`, group("northeurope"), "The group is in northeurope."},
		{"a group whose region is not known", "The group is in {groupLocation}.", "westeurope", `{}`, group("{parameters('where')}"), "The group is in the region of its group."},
		{"a text that is not known", "The colour is {colour}.", "westeurope", `{"properties":{"colour":"unknown c"}}`, nil, "The colour is not known ([parameters('c')])."},
		{"a text that nobody documents", "The colour is {colour}.", "westeurope", `{` + inTemplate + `}`, nil, "The colour is not known (" + whyNoDefault + ")."},
		{"a number", "It has {boards} boards.", "westeurope", `{"properties":{"boards":12}}`, nil, "It has 12 boards."},
		{"its default", "It has {boards} boards.", "westeurope", `{` + inTemplate + `}`, nil, "It has 3 boards."},
		{"a list", "Its homes are {homes}.", "westeurope", `{"properties":{"homes":[{"name":"a"},{"name":"b"}]}}`, nil, "Its homes are a, b."},
		{"a list with holes", "Its homes are {homes}.", "westeurope", `{"properties":{"homes":[{},{"name":"b"},{"name":""}]}}`, nil, "Its homes are b."},
		{"a list of holes", "Its homes are {homes}.", "westeurope", `{"properties":{"homes":[{},{}]}}`, nil, "Its homes are none."},
		{"no list", "Its homes are {homes}.", "westeurope", `{` + inTemplate + `}`, nil, "Its homes are none."},
		{"the pair and the zones", "{regionPair} is its pair, {regionZones} its zones.", "westeurope", `{}`, nil, "northeurope is its pair, 3 its zones."},
		{"two of the same", "{name} is {name}.", "westeurope", `{}`, nil, "s1 is s1."},
		{"a word that is no variable stays", "{name} wants {nobody} and {.", "westeurope", `{}`, nil, "s1 wants {nobody} and {."},
		{"text alone stays", "It falls.", "westeurope", `{}`, nil, "It falls."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := shelfCatalog(t)
			r := resource(t, "Microsoft.Test/shelves", "s1", tt.location, tt.body)
			resources, relations := []*estate.Resource{r}, []estate.Relation(nil)
			if tt.group != nil {
				resources, relations = append(resources, tt.group), []estate.Relation{{From: r, To: tt.group, Role: estate.ResourceGroup}}
			}
			e := built(c, resources, relations)
			rule := *c.Rule("shelf-braced")
			rule.Message = tt.message
			if got := c.Message(&rule, e, r); got != tt.want {
				t.Errorf("it says  %q\nwant it %q", got, tt.want)
			}
		})
	}
}

func TestTheMessageOfAStrangerStaysAsItIs(t *testing.T) {
	c := shelfCatalog(t)
	r := resource(t, "Microsoft.Test/tables", "t1", "westeurope", "{}")
	e := built(c, []*estate.Resource{r}, nil)
	if got := c.Message(c.Rule("shelf-braced"), e, r); got != c.Rule("shelf-braced").Message {
		t.Errorf("a resource without a service: %q", got)
	}
	if all := c.Settings(e, r); all != nil {
		t.Errorf("a resource without a service has the settings %v", all)
	}
	if v, ok := c.Setting(e, r, "sku"); ok {
		t.Errorf("a resource without a service has the sku %+v", v)
	}
}

// The region that is not known has one name, whoever asks: the setting of a copy
// in the region of the resource says what its region says.
func TestACopyInTheResourcesOwnRegionIsInItsRegion(t *testing.T) {
	c := shelfCatalog(t)
	r := resource(t, "Microsoft.Test/shelves", "s1", "{resourceGroup().location}", `{}`)
	here := resource(t, "Microsoft.Test/copies", "here", "{resourceGroup().location}", "")
	there := resource(t, "Microsoft.Test/copies", "there", "{parameters('there')}", "")
	rule := *c.Rule("shelf-braced")
	rule.Message = "The copies are in {copies}."
	for copied, want := range map[*estate.Resource]string{here: "The copies are in its region.", there: "The copies are in not known ({parameters('there')})."} {
		e := built(c, []*estate.Resource{r, copied}, []estate.Relation{{From: r, To: copied, Role: estate.Replica}})
		if got := c.Message(&rule, e, r); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
}

// The place of a setting is told where no resource is named: in the evidence of
// findings.
func TestThePlaceOfASettingNamesWhoseItIs(t *testing.T) {
	for want, s := range map[string]Setting{
		"sku.name":                                  {Path: Values{"sku.name", "sku"}},
		"properties.on of the books":                {Child: "A.B/shelves/books", Path: Values{"properties.on"}},
		"the books":                                 {Child: "A.B/shelves/books"},
		"properties.on of books/log":                {Child: "A.B/shelves/books", ChildName: "log", Path: Values{"properties.on"}},
		"location of the replica":                   {Related: estate.Replica, Path: Values{"location"}},
		"the replica":                               {Related: estate.Replica},
		"location of what leans on it as key-vault": {Related: estate.KeyVault, Reverse: true, Path: Values{"location"}},
		"what leans on it as key-vault":             {Related: estate.KeyVault, Reverse: true},
	} {
		if got := s.Place(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, s := range defaultCatalogOf(t).Services() {
		for i := range s.Settings {
			if place := s.Settings[i].Place(); place == "" || strings.Contains(place, "  ") {
				t.Errorf("%s.%s is at %q", s.ID, s.Settings[i].Name, place)
			}
		}
	}
}
