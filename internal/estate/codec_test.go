package estate

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// document is what other programs read.
type document struct {
	SchemaVersion string
	Estate        struct {
		Resources []struct {
			ID, Type, Name, Location, Service, ManagedBy, HAByDefault string
			Zones, Roles                                              []string
			External                                                  *bool
			Origin                                                    *Origin
		}
		Relations []struct{ From, To, Role string }
		Coverage  *Coverage
	}
}

// Whatever texts an estate holds, its JSON is valid and says them again.
func TestTheJSONOfAnyEstateIsValid(t *testing.T) {
	word := rapid.StringN(1, 12, 40)
	rapid.Check(t, func(t *rapid.T) {
		var resources []*Resource
		for range rapid.IntRange(0, 4).Draw(t, "resources") {
			r := res(p + word.Draw(t, "name"))
			r.Location, r.Presence, r.Service = word.Draw(t, "location"), word.Draw(t, "presence"), word.Draw(t, "service")
			r.Zones = rapid.SliceOfN(word, 0, 3).Draw(t, "zones")
			r.Origin = Origin{File: word.Draw(t, "file"), Line: 3, Column: 4, Pointer: word.Draw(t, "pointer")}
			r.External = rapid.Bool().Draw(t, "external")
			r.Body = value.Object([]value.Member{{Key: word.Draw(t, "key"), Value: value.String(word.Draw(t, "text"))}})
			resources = append(resources, r)
		}
		var relations []Relation
		for i := range resources {
			relations = append(relations, Relation{From: resources[i], To: resources[0], Role: Role(word.Draw(t, "role")), Detail: word.Draw(t, "detail")})
		}
		e := Build(resources, relations, Coverage{NotSeen: []NotSeen{{What: word.Draw(t, "what"), Why: word.Draw(t, "why")}}})
		for _, enc := range []Encoding{{}, {Bodies: true}, {Facts: func(*Resource) (string, string) { return "customer", "no" }}} {
			text := enc.AppendDocument(nil, e)
			var doc document
			if err := json.Unmarshal(text, &doc); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			if doc.SchemaVersion != SchemaVersion || len(doc.Estate.Resources) != len(e.Resources) || len(doc.Estate.Relations) != len(e.Relations) || doc.Estate.Coverage == nil {
				t.Fatalf("parts are missing in %s", text)
			}
			for i, got := range doc.Estate.Resources {
				want := e.Resources[i]
				if got.ID != want.ID.String() || got.Location != want.Location || got.Service != want.Service || got.External == nil || *got.External != want.External || got.Origin == nil || *got.Origin != want.Origin || !slices.Equal(got.Zones, want.Zones) || len(got.Roles) != len(want.Roles) {
					t.Fatalf("got %+v, want %+v", got, want)
				}
				if enc.Facts != nil && (got.ManagedBy != "customer" || got.HAByDefault != "no") {
					t.Fatalf("the facts are missing: %+v", got)
				}
			}
			if again := enc.AppendDocument(nil, e); string(again) != string(text) {
				t.Fatal("the same estate gives other JSON")
			}
		}
	})
}

// Choices that share what they hold print as much as a tree of them would: the
// depth is bounded.
func TestChoicesWithinChoicesArePrintedToADepth(t *testing.T) {
	v := value.String("x")
	for range 64 {
		v = value.FromUnknown(value.Unknown{Residual: expr.Call("f"), Choice: &value.Choice{Cond: expr.Call("c"), Then: v, Else: v}})
	}
	r := res(p + "x")
	r.Body = value.Object([]value.Member{{Key: "v", Value: v}})
	text := Encoding{Bodies: true}.AppendDocument(nil, Build([]*Resource{r}, nil, Coverage{}))
	if len(text) > 20_000 || !json.Valid(text) {
		t.Errorf("%d bytes", len(text))
	}
}

func TestCoverageCountsAreThoseOfTheEstate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var resources []*Resource
		for range rapid.IntRange(0, 12).Draw(t, "resources") {
			r := res(p + rapid.SampledFrom([]string{"a", "A", "b", "c", "d"}).Draw(t, "name"))
			r.External = rapid.Bool().Draw(t, "external")
			resources = append(resources, r)
		}
		given, named := 0, map[string]bool{}
		for _, r := range resources {
			if !r.External {
				given++
			}
			named[r.ID.Key()] = named[r.ID.Key()] || !r.External
		}
		e := Build(resources, nil, Coverage{Resources: 99, External: 99, Skipped: 5})
		inEstate := 0
		for _, has := range named {
			if has {
				inEstate++
			}
		}
		if e.Coverage.Resources != inEstate || e.Coverage.External != len(named)-inEstate || e.Coverage.Skipped != 5 {
			t.Fatalf("%+v of %d resources", e.Coverage, len(e.Resources))
		}
		if len(e.Coverage.NotSeen) != given-inEstate {
			t.Fatalf("%d given, %d in the estate, %d told", given, inEstate, len(e.Coverage.NotSeen))
		}
		if !slices.IsSortedFunc(e.Resources, func(a, b *Resource) int {
			if a.ID.Key() < b.ID.Key() {
				return -1
			}
			return 1
		}) {
			t.Fatal("the resources are not sorted")
		}
	})
}
