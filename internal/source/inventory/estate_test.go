package inventory

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

func unquote(s string) string { return strings.Trim(s, `"`) }

// example is an estate with everything that its JSON can hold.
func example() *estate.Estate {
	x := expr.Call("parameters", expr.Str("x"))
	a := &estate.Resource{ID: estate.ParseID(unquote(st)), Type: "Microsoft.Storage/storageAccounts", Name: "st", Location: "westeurope", Zones: []string{"1"}, Presence: "[c()]",
		Origin: estate.Origin{File: "main.json", Line: 4, Column: 2, Pointer: "/resources/0"},
		Body: value.Object([]value.Member{
			{Key: "sku", Value: value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Hint: value.StringKind, Residual: x, Subject: "x", NotNull: true, Resource: "/r",
				Parts: []value.Part{{Lit: "Standard_"}, {Hole: x}}})},
			{Key: "either", Value: value.FromUnknown(value.Unknown{Residual: x, Choice: &value.Choice{Cond: x, Then: value.Int(1), Else: value.Array([]value.Value{value.Bool(true), value.Float(1.5), value.Null()})}})},
			{Key: "key", Value: value.String("hunter2").WithSecret()},
			{Key: "properties", Value: value.Object([]value.Member{{Key: "$odd", Value: value.String("[not(1)]")}})},
		})}
	b := &estate.Resource{ID: estate.ParseID(unquote(ws)), Type: estate.WorkspaceType, Name: "w", External: true, Implied: true, Origin: estate.Origin{File: "main.json", Line: 9, Column: 3}}
	rel := []estate.Relation{{From: b, To: a, Role: estate.DefaultStorage, Detail: "d", Presence: "[p()]", Origin: estate.Origin{File: "main.json", Line: 12, Column: 7, Pointer: "/resources/1/properties/storageAccount"}}}
	return estate.Build([]*estate.Resource{a, b}, rel, estate.Coverage{Skipped: 3, NotSeen: []estate.NotSeen{{What: "w", Why: "y", Origin: estate.Origin{File: "f", Line: 1}}}})
}

func readBack(t testing.TB, text []byte) (Result, *estate.Estate) {
	t.Helper()
	doc, errs := jsonc.Parse("estate.json", text)
	if len(errs) > 0 {
		t.Fatalf("%v\n%s", errs, text)
	}
	if kind := Recognise(doc.Root()); kind != "estate" {
		t.Fatalf("recognised as %q", kind)
	}
	res := Read(doc)
	return res, estate.Build(res.Resources, res.Relations, estate.Coverage{NotSeen: res.NotSeen, Skipped: res.Skipped})
}

func TestAnEstateIsReadBackAsItWasWritten(t *testing.T) {
	enc := estate.Encoding{Bodies: true}
	first := enc.AppendDocument(nil, example())
	if strings.Contains(string(first), "hunter2") {
		t.Fatal("a secret was written")
	}
	res, e := readBack(t, first)
	if d := cmp.Diff(string(first), string(enc.AppendDocument(nil, e))); d != "" {
		t.Errorf("-written +written again\n%s", d)
	}
	body := res.Resources[1].Body
	if res.Resources[1].Name != "st" {
		body = res.Resources[0].Body
	}
	u := body.Get("sku").Unknown()
	if u == nil || u.Reason != value.MissingParameter || u.Subject != "x" || u.Hint != value.StringKind || !u.NotNull || u.Resource != "/r" || body.Get("sku").Text() != "Standard_{parameters('x')}" {
		t.Errorf("the unknown sku came back as %+v", u)
	}
	if c := body.Get("either").Unknown().Choice; c == nil || c.Else.At(1).Kind() != value.FloatKind {
		t.Errorf("the choice came back as %+v", c)
	}
	if !body.Get("key").Secret() || body.Path("properties", "$odd").Str() != "[not(1)]" {
		t.Errorf("body %s", body.AppendJSON(nil))
	}
}

func TestAnEstateWithoutBodiesHasUnknownSettings(t *testing.T) {
	res, _ := readBack(t, estate.Encoding{}.AppendDocument(nil, example()))
	for _, r := range res.Resources {
		if !r.External && (!r.Body.Path("sku", "name").IsUnknown() || !r.Property("x").IsUnknown()) {
			t.Errorf("%s has a body %s", r.Name, r.Body.AppendJSON(nil))
		}
	}
	if n := len(res.NotSeen); n != 2 || res.NotSeen[1].What != "the bodies of 1 of 2 resources" {
		t.Errorf("not seen: %+v", res.NotSeen)
	}
}

func TestAReportHoldsItsCoverageBesideTheEstate(t *testing.T) {
	res, _ := readBack(t, []byte(`{"schemaVersion":"1.0","target":"production","estate":{"resources":[],"relations":[]},"coverage":{"skipped":2,"notSeen":[{"what":"a","why":"b"}]}}`))
	if res.Skipped != 2 || len(res.NotSeen) != 1 || res.NotSeen[0].What != "a" {
		t.Errorf("%+v", res)
	}
}

func TestEstatesWrittenByHand(t *testing.T) {
	res, e := readBack(t, []byte(`{"resources":[
		{"id":`+st+`,"location":"West Europe","body":{"sku":{"name":"Standard_ZRS"}}},
		{"id":`+ws+`,"external":true},{"name":"x"}],
		"relations":[{"from":`+ws+`,"to":`+st+`,"role":"default-storage"},{"from":"/nobody","to":`+st+`,"role":"x"}]}`))
	if len(res.Resources) != 2 || res.Resources[0].Name != "st" || res.Resources[0].Type != "Microsoft.Storage/storageAccounts" || res.Resources[0].Location != "westeurope" {
		t.Fatalf("resources %+v", res.Resources)
	}
	if sku := res.Resources[0].Body.Path("sku", "name"); sku.Str() != "Standard_ZRS" || res.Resources[0].OriginOf(sku) != estate.OriginOf(sku) {
		t.Errorf("the sku is at %+v", res.Resources[0].OriginOf(sku))
	}
	if len(e.Relations) != 1 || len(res.NotSeen) != 2 || res.NotSeen[1].Origin.Pointer != "/relations/1" {
		t.Errorf("relations %v, not seen %+v", e.Relations, res.NotSeen)
	}
}

func TestAnEstateOfAnotherVersionIsSaid(t *testing.T) {
	for version, want := range map[string]int{"1.0": 0, "1.7": 0, "2.0": 1, "": 1} {
		res, _ := readBack(t, []byte(`{"schemaVersion":"`+version+`","estate":{"resources":[],"relations":[]}}`))
		if len(res.NotSeen) != want {
			t.Errorf("version %q: %+v", version, res.NotSeen)
		}
	}
}

func TestListingsFullOfStrangersAreToldBriefly(t *testing.T) {
	res := Read(parse(t, "["+strings.Repeat("1,", 5000)+"1]"))
	if n := len(res.NotSeen); n != maxUnseen+1 || res.NotSeen[n-1].What != "4001 more values" {
		t.Errorf("%d notes, the last %+v", n, res.NotSeen[n-1])
	}
}
