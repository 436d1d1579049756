package catalog

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// at makes a classified estate of one shelf in a region.
func at(t testing.TB, c *Catalog, location, body string) (*estate.Estate, *estate.Resource) {
	t.Helper()
	r := resource(t, "Microsoft.Test/shelves", "s1", location, body)
	return built(c, []*estate.Resource{r}, nil), r
}

func TestTheFirstRowThatHoldsIsTheOutcome(t *testing.T) {
	tests := []struct {
		name, location, body string
		scope                Scope
		want                 State
	}{
		{"all that it takes", "westeurope", `{"sku":{"name":"Sturdy"}}`, ScopeZone, CarriesOn},
		{"a region without zones", "westus", `{"sku":{"name":"Sturdy"},"properties":{}}`, ScopeZone, Down},
		{"the second row", "westus", `{"sku":{"name":"Sturdy"},"properties":{"braced":true}}`, ScopeZone, FailsOver},
		{"the last row", "westeurope", `{` + inTemplate + `}`, ScopeZone, Down},
		{"a location in another spelling", "West Europe", `{"sku":{"name":"Sturdy"}}`, ScopeZone, CarriesOn},
		{"everywhere is in no region", "global", `{"sku":{"name":"Sturdy"},"properties":{}}`, ScopeZone, Down},
		{"another home", "westeurope", `{` + inTemplate + `,"properties":{"homes":[{"name":"northeurope"}]}}`, ScopeRegion, FailedOver},
		{"only this home", "westeurope", `{` + inTemplate + `,"properties":{"homes":[{"name":"westeurope"}]}}`, ScopeRegion, Down},
		{"a row whose state is unknown is a fact", "westeurope", `{}`, ScopeService, Unknown},
		{"an unconditional row", "{resourceGroup().location}", `{}`, ScopeResource, Down},
	}
	c := shelfCatalog(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, r := at(t, c, estate.NormalizeLocation(tt.location), tt.body)
			got := c.Survive(e, r, tt.scope)
			if got.State != tt.want || got.Fact == nil || got.Fact.State != tt.want || len(got.Unknowns) > 0 || len(got.Candidates) > 0 {
				t.Errorf("got %+v, want %s with its row", got, tt.want)
			}
		})
	}
}

func TestAnOutcomeThatIsNotKnownSaysWhatWouldMakeItKnown(t *testing.T) {
	tests := []struct {
		name, location, body string
		scope                Scope
		candidates           []State
		unknowns             []string
	}{
		{"the sku", "westeurope", `{"sku":{"name":"unknown sku"},"properties":{}}`, ScopeZone,
			[]State{CarriesOn, Down}, []string{"sku.name of s1: [parameters('sku')]"}},
		{"what another condition decides does not matter", "westus", `{"sku":{"name":"unknown sku"},"properties":{}}`, ScopeZone,
			nil, nil},
		{"two rows may hold before a sure one", "westeurope", `{"sku":{"name":"unknown sku"},"properties":{"braced":true}}`, ScopeZone,
			[]State{CarriesOn, FailsOver}, []string{"sku.name of s1: [parameters('sku')]"}},
		{"everything is open", "westeurope", `{"sku":{"name":"unknown sku"},"properties":{"braced":"unknown braced"}}`, ScopeZone,
			[]State{CarriesOn, FailsOver, Down}, []string{"sku.name of s1: [parameters('sku')]", "properties.braced of s1: [parameters('braced')]"}},
		{"a region that is not known", "{resourceGroup().location}", `{"sku":{"name":"Sturdy"},"properties":{}}`, ScopeZone,
			[]State{CarriesOn, Down}, []string{"region of s1: {resourceGroup().location}"}},
		{"a region that nobody knows", "atlantis", `{"sku":{"name":"Sturdy"},"properties":{}}`, ScopeZone,
			[]State{CarriesOn, Down}, []string{"zones of the region of s1: the region data does not have this region (atlantis)"}},
		{"the unknown region does not matter for a plain one", "{resourceGroup().location}", `{"sku":{"name":"Plain"},"properties":{}}`, ScopeZone,
			nil, nil},
		{"a home at a place that is not known", "{resourceGroup().location}", `{` + inTemplate + `,"properties":{"homes":[{"name":"northeurope"}]}}`, ScopeRegion,
			[]State{FailedOver, Down}, []string{"region of s1: {resourceGroup().location}"}},
		{"one of the homes", "westeurope", `{` + inTemplate + `,"properties":{"homes":[{"name":"unknown home"}]}}`, ScopeRegion,
			[]State{FailedOver, Down}, []string{"properties.homes[*].name of s1: [parameters('home')]"}},
	}
	c := shelfCatalog(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, r := at(t, c, tt.location, tt.body)
			for range 2 { // the second answer is remembered
				got := c.Survive(e, r, tt.scope)
				var states []State
				for _, row := range got.Candidates {
					states = append(states, row.State)
				}
				if !slices.Equal(states, tt.candidates) || !slices.Equal(got.Unknowns, tt.unknowns) {
					t.Fatalf("got %v because of %q, want %v because of %q", states, got.Unknowns, tt.candidates, tt.unknowns)
				}
				if (got.Fact == nil) != (tt.candidates != nil) || tt.candidates != nil && got.State != Unknown {
					t.Errorf("state %s, fact %v", got.State, got.Fact)
				}
			}
		})
	}
}

func TestAnExternalResourceMayDoAnythingThatItsSettingsDecide(t *testing.T) {
	c := shelfCatalog(t)
	e, r := at(t, c, "", "{}")
	r.External = true
	got := c.Survive(e, r, ScopeZone)
	want := []string{"sku.name of s1: it is not in the input", "properties.braced of s1: it is not in the input", "region of s1: the input does not say where it is"}
	if got.State != Unknown || len(got.Candidates) != 3 || !slices.Equal(got.Unknowns, want) {
		t.Errorf("got %+v", got)
	}
}

func TestRulesAreAsked(t *testing.T) {
	c := shelfCatalog(t)
	rule := c.Rule("shelf-braced")
	tests := []struct {
		name, body     string
		applies, check Verdict
		message        string
	}{
		{"it passes", `{` + inTemplate + `,"properties":{"braced":true}}`, Verdict{Holds: true, Known: true}, Verdict{Holds: true, Known: true}, "s1 is not braced and has 3 boards"},
		{"it fails", `{` + inTemplate + `,"properties":{"boards":5}}`, Verdict{Holds: true, Known: true}, Verdict{Known: true}, "s1 is not braced and has 5 boards"},
		{"it does not apply", `{"sku":{"name":"Sturdy"},"properties":{}}`, Verdict{Known: true}, Verdict{Known: true}, "s1 is not braced and has 3 boards"},
		{"it is not known", `{` + inTemplate + `,"properties":{"braced":"unknown b","boards":"unknown n"}}`, Verdict{Holds: true, Known: true},
			Verdict{Unknowns: []string{"properties.braced of s1: [parameters('b')]"}}, "s1 is not braced and has not known ([parameters('n')]) boards"},
		{"whether it applies is not known", `{` + inTemplate + `,"sku":{"name":"unknown s"}}`, Verdict{Unknowns: []string{"sku.name of s1: [parameters('s')]"}}, Verdict{Known: true}, "s1 is not braced and has 3 boards"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, r := at(t, c, "westeurope", tt.body)
			if got := c.Applies(rule, e, r); !sameVerdict(got, tt.applies) {
				t.Errorf("applies: %+v, want %+v", got, tt.applies)
			}
			if got := c.Check(rule, e, r); !sameVerdict(got, tt.check) {
				t.Errorf("check: %+v, want %+v", got, tt.check)
			}
			if got := c.Message(rule, e, r); got != tt.message {
				t.Errorf("message %q, want %q", got, tt.message)
			}
		})
	}
}

func sameVerdict(a, b Verdict) bool {
	return a.Holds == b.Holds && a.Known == b.Known && slices.Equal(a.Unknowns, b.Unknowns)
}

func TestSubjectsSayWhereAValueIs(t *testing.T) {
	tests := []struct {
		setting Setting
		want    string
	}{
		{Setting{Path: Values{"sku.name", "sku"}}, "sku.name of s1"},
		{Setting{Child: "A.B/shelves/books", Path: Values{"on"}}, "on of the books of s1"},
		{Setting{Child: "A.B/shelves/books"}, "the books of s1"},
		{Setting{Child: "A.B/shelves/books", ChildName: "log", Path: Values{"on"}}, "on of books/log of s1"},
		{Setting{Related: estate.Replica, Path: Values{"location"}}, "location of the replica of s1"},
		{Setting{Related: estate.Replica}, "the replica of s1"},
		{Setting{Related: estate.KeyVault, Reverse: true, Path: Values{"location"}}, "location of what leans on s1 as key-vault"},
		{Setting{Related: estate.KeyVault, Reverse: true}, "what leans on s1 as key-vault"},
	}
	for _, tt := range tests {
		if got := tt.setting.subject("s1"); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// What is missing is said once, however many facts of the region depend on it.
func TestAMissingRegionIsSaidOnce(t *testing.T) {
	rule := strings.Replace(shelfRule, "check: braced", `check: "regionZones > 0 && regionPair != '' && regionAML && location != ''"`, 1)
	c, err := Parse(shelfFiles(map[string]string{"rules/shelf.yaml": rule}), "shelf")
	if err != nil {
		t.Fatal(err)
	}
	e, r := at(t, c, "{parameters('where')}", "{}")
	got := c.Check(c.Rule("shelf-braced"), e, r)
	if want := []string{"region of s1: {parameters('where')}"}; !slices.Equal(got.Unknowns, want) {
		t.Errorf("got %q, want %q", got.Unknowns, want)
	}
}

func TestAConditionThatCannotBeEvaluatedIsNotKnown(t *testing.T) {
	for _, condition := range []string{"homes[7] == 'x'", "boards / 0 == 1", "homes.all(a, homes.all(b, homes.all(c, homes.all(d, homes.all(e, a + b + c + d + e != '')))))"} {
		c, err := Parse(shelfFiles(map[string]string{"rules/shelf.yaml": strings.Replace(shelfRule, "check: braced", "check: "+strconv.Quote(condition), 1)}), "shelf")
		if err != nil {
			t.Fatal(err)
		}
		e, r := at(t, c, "westeurope", `{`+inTemplate+`,"properties":{"homes":[{"name":"a"}`+strings.Repeat(`,{"name":"b"}`, 40)+`]}}`)
		if condition == "homes[7] == 'x'" {
			e, r = at(t, c, "westeurope", `{`+inTemplate+`}`)
		}
		got := c.Check(c.Rule("shelf-braced"), e, r)
		if got.Known || len(got.Unknowns) != 1 || !strings.Contains(got.Unknowns[0], "cannot be evaluated") {
			t.Errorf("%s: %+v", condition, got)
		}
	}
}

// choice makes an unknown that is one of two values.
func choice(then, otherwise value.Value) value.Value {
	cond := expr.Call("parameters", expr.Str("big"))
	return value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Residual: expr.Call("if", cond, expr.Str("a"), expr.Str("b")), Choice: &value.Choice{Cond: cond, Then: then, Else: otherwise}})
}

func TestAValueThatIsOneOfTwo(t *testing.T) {
	object := func(key string, v value.Value) value.Value { return value.Object([]value.Member{{Key: key, Value: v}}) }
	plain, sturdy := value.String("Plain"), value.String("Sturdy")
	tests := []struct {
		name       string
		sku        value.Value // the value of sku
		location   string
		want       State
		candidates int
	}{
		{"both fall", object("name", choice(plain, plain)), "westeurope", Down, 0},
		{"both fall where there are no zones", object("name", choice(plain, sturdy)), "westus", Down, 0},
		{"one carries on", object("name", choice(plain, sturdy)), "westeurope", Unknown, 2},
		{"both carry on", object("name", choice(sturdy, value.String("sturdy"))), "westeurope", CarriesOn, 0},
		{"a choice in a choice", object("name", choice(sturdy, choice(sturdy, sturdy))), "westeurope", CarriesOn, 0},
		{"a choice of objects", choice(object("name", sturdy), object("NAME", sturdy)), "westeurope", CarriesOn, 0},
		{"one without a name has the default", choice(object("name", plain), object("tier", plain)), "westeurope", Down, 0},
		{"one of them is not known", object("name", choice(sturdy, unknownValue("x"))), "westeurope", Unknown, 2},
		{"one of them is a value that nobody knows", object("name", choice(sturdy, value.String("Odd"))), "westeurope", Unknown, 2},
		{"too many", object("name", choice(choice(choice(sturdy, sturdy), choice(sturdy, sturdy)), choice(sturdy, sturdy))), "westeurope", Unknown, 2},
	}
	c := shelfCatalog(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, r := at(t, c, tt.location, "{}")
			r.Body = value.Object([]value.Member{{Key: "apiVersion", Value: value.String("2026-01-01")}, {Key: "sku", Value: tt.sku}})
			got := c.Survive(e, r, ScopeZone)
			if got.State != tt.want || len(got.Candidates) != tt.candidates {
				t.Errorf("got %+v, want %s of %d candidates", got, tt.want, tt.candidates)
			}
		})
	}
}
