package live

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
)

func TestWhatIsSentIsTheSmallest(t *testing.T) {
	set := func(path, v string) Set { return Set{Paths: []string{path}, Value: json.RawMessage(v)} }
	for _, tc := range []struct {
		name  string
		body  string
		sets  []Set
		patch string // "" when nothing is to be sent
		whole string
	}{
		{"a member that changes", `{"id":"/x","sku":{"name":"A"},"properties":{"a":1,"b":{"c":false,"d":2},"provisioningState":"Succeeded"}}`,
			[]Set{set("properties.b.c", "true")}, `{"properties":{"b":{"c":true}}}`, `{"sku":{"name":"A"},"properties":{"a":1,"b":{"c":true,"d":2}}}`},
		{"two members, one of them as wanted", `{"properties":{"a":1,"b":2}}`, []Set{set("properties.a", "1"), set("properties.b", "3")},
			`{"properties":{"b":3}}`, `{"properties":{"a":1,"b":3}}`},
		{"texts in another letter case are the same", `{"sku":{"name":"standard_zrs"}}`, []Set{set("sku.name", `"Standard_ZRS"`)}, ``, ``},
		{"what is not there is made", `{"properties":{}}`, []Set{set("properties.a.b", "1")}, `{"properties":{"a":{"b":1}}}`, `{"properties":{"a":{"b":1}}}`},
		{"a sku goes by its name", `{"sku":{"name":"Base","tier":"Free"}}`, []Set{set("sku.tier", `"Standard"`)},
			`{"sku":{"tier":"Standard","name":"Base"}}`, `{"sku":{"name":"Base","tier":"Standard"}}`},
		{"a list goes whole", `{"properties":{"pools":[{"n":"a","count":1},{"n":"b","count":5}]}}`,
			[]Set{{Paths: []string{"properties.pools[*].count"}, Value: json.RawMessage("3"), AtLeast: true}},
			`{"properties":{"pools":[{"n":"a","count":3},{"n":"b","count":5}]}}`, `{"properties":{"pools":[{"n":"a","count":3},{"n":"b","count":5}]}}`},
		{"no list, no elements", `{"properties":{}}`, []Set{set("properties.pools[*].count", "3")}, ``, ``},
		{"more is fine", `{"properties":{"days":30}}`, []Set{{Paths: []string{"properties.days"}, Value: json.RawMessage("14"), AtLeast: true}}, ``, ``},
		{"only where something is", `{"properties":{}}`, []Set{{Paths: []string{"properties.min"}, Value: json.RawMessage("3"), IfThere: true}}, ``, ``},
		{"the other path is there and as wanted", `{"properties":{"edition":"B"}}`, []Set{{Paths: []string{"sku.tier", "properties.edition"}, Value: json.RawMessage(`"B"`)}}, ``, ``},
		{"the first path is written, whichever is read", `{"properties":{"current":"A"}}`,
			[]Set{{Paths: []string{"properties.wanted", "properties.current"}, Value: json.RawMessage(`"B"`)}},
			`{"properties":{"wanted":"B"}}`, `{"properties":{"current":"A","wanted":"B"}}`},
		{"added to a list", `{"properties":{"locations":[{"locationName":"West Europe"}]}}`,
			[]Set{{Paths: []string{"properties.locations"}, Append: true, Value: json.RawMessage(`{"locationName":"northeurope","failoverPriority":"{count}"}`)}},
			`{"properties":{"locations":[{"locationName":"West Europe"},{"locationName":"northeurope","failoverPriority":1}]}}`,
			`{"properties":{"locations":[{"locationName":"West Europe"},{"locationName":"northeurope","failoverPriority":1}]}}`},
		{"in the list already, as Azure spells it", `{"properties":{"locations":[{"locationName":"North Europe","failoverPriority":0}]}}`,
			[]Set{{Paths: []string{"properties.locations"}, Append: true, Value: json.RawMessage(`{"locationName":"northeurope","failoverPriority":"{count}"}`)}}, ``, ``},
		{"put back", `{"properties":{"a":2,"b":3}}`, []Set{{Paths: []string{"properties.a"}, Back: []json.RawMessage{json.RawMessage("1")}}, {Paths: []string{"properties.b"}, Back: []json.RawMessage{json.RawMessage("null")}}},
			`{"properties":{"a":1,"b":null}}`, `{"properties":{"a":1}}`},
		{"taken away", `{"properties":{"a":2}}`, []Set{{Paths: []string{"properties.a"}, Remove: true}, {Paths: []string{"properties.b"}, Remove: true}},
			`{"properties":{"a":null}}`, `{"properties":{}}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := &Act{Kind: Change, Method: "PATCH", Sets: tc.sets}
			body := parse([]byte(tc.body))
			next, readings := a.wanted(body)
			if a.satisfied(body) != (tc.patch == "") {
				t.Errorf("satisfied %v", a.satisfied(body))
			}
			if tc.patch == "" {
				return
			}
			if got := string(raw(patch(body, next, readings))); got != tc.patch {
				t.Errorf("PATCH %s, want %s", got, tc.patch)
			}
			if got := string(raw(whole(next))); got != tc.whole {
				t.Errorf("PUT %s, want %s", got, tc.whole)
			}
			if !a.satisfied(next) {
				t.Error("what is sent is not what is wanted")
			}
		})
	}
}

// TestAssignsAsTheCatalogDoes holds what is sent to what plans are made with.
func TestAssignsAsTheCatalogDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		body := drawObject(rt, 3)
		path := rapid.SampledFrom([]string{"a", "b.a", "a.b.c", "a[*].b", "b[*]", "a.b[*].c", "a[0].b", "c"}).Draw(rt, "path")
		a := catalog.Assignment{Path: path, Value: rapid.SampledFrom([]value.Value{value.Int(2), value.String("x"), value.Bool(true)}).Draw(rt, "value"),
			IfThere: rapid.Bool().Draw(rt, "ifThere")}
		if a.Value.Kind() == value.IntKind {
			a.AtLeast = rapid.Bool().Draw(rt, "atLeast")
		}
		act := &Act{Sets: []Set{{Paths: []string{path}, Value: raw(a.Value), AtLeast: a.AtLeast, IfThere: a.IfThere}}}
		got, _ := act.wanted(body)
		want := a.Assign(body, path, catalog.Place{})
		if !same(got, want) && !same(got, body) { // an object that would only be made empty is not made
			rt.Errorf("%s at %s of %s: %s, the catalog gives %s", raw(a.Value), path, raw(body), raw(got), raw(want))
		}
		if again, _ := act.wanted(got); !same(again, got) {
			rt.Errorf("a second time changes %s to %s", raw(got), raw(again))
		}
	})
}

func drawObject(rt *rapid.T, depth int) value.Value {
	var out []value.Member
	for _, k := range []string{"a", "b", "c"} {
		switch rapid.IntRange(0, 4).Draw(rt, "kind") {
		case 0:
			out = append(out, value.Member{Key: k, Value: value.Int(rapid.Int64Range(0, 4).Draw(rt, "n"))})
		case 1:
			if depth > 0 {
				out = append(out, value.Member{Key: k, Value: drawObject(rt, depth-1)})
			}
		case 2:
			if depth > 0 {
				out = append(out, value.Member{Key: k, Value: value.Array([]value.Value{drawObject(rt, depth-1), drawObject(rt, depth-1)})})
			}
		}
	}
	return value.Object(out)
}

// TestReadingAndAlteringGoToTheSamePlaces puts a number at each place.
func TestReadingAndAlteringGoToTheSamePlaces(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		body := drawObject(rt, 3)
		path, err := parsePath(rapid.SampledFrom([]string{"a", "a.b", "a[*]", "a[*].b", "a[1].b[*].c"}).Draw(rt, "path"))
		if err != nil {
			rt.Fatal(err)
		}
		places := len(read(body, path))
		next := alter(body, path, func(i int, _ value.Value) (value.Value, bool) { return value.Int(int64(100 + i)), true })
		got := read(next, path)
		if len(got) != places {
			rt.Fatalf("%d places, then %d", places, len(got))
		}
		for i, v := range got {
			if n, _ := v.AsInt(); n != int64(100+i) {
				rt.Errorf("place %d holds %s", i, raw(v))
			}
		}
	})
}

// FuzzPath gives any text as a path: it is refused, or leads to the same places
// again and again.
func FuzzPath(f *testing.F) {
	for _, p := range []string{"a", "properties.pools[*].count", "a[0][1].b", "a[", "..", "a[99999999999]"} {
		f.Add(p)
	}
	body := parse([]byte(`{"a":[{"b":[1,2]},{"b":{"c":true}}],"properties":{"pools":[{"count":1},{}]}}`))
	f.Fuzz(func(t *testing.T, text string) {
		path, err := parsePath(text)
		if err != nil {
			return
		}
		set := func(int, value.Value) (value.Value, bool) { return value.Int(7), true }
		once := alter(body, path, set)
		if twice := alter(once, path, set); !same(once, twice) {
			t.Errorf("%s, then %s", raw(once), raw(twice))
		}
	})
}

func TestOddPathsAreRefused(t *testing.T) {
	for _, p := range []string{"", ".", "a.", "a..b", "a[", "a[]", "a[x]", "a[*]b", "a[-1]", "[*]"} {
		if got, err := parsePath(p); err == nil {
			t.Errorf("%q gives %v", p, got)
		}
	}
}

func TestSecretsAreSeen(t *testing.T) {
	for body, want := range map[string]string{
		`{"properties":{"days":14}}`:                                                          "",
		`{"properties":{"administratorLoginPassword":"x"}}`:                                   "administratorLoginPassword",
		`{"properties":{"enableRbacAuthorization":true}}`:                                     "",
		`{"list":[{"primaryKey":"x"}]}`:                                                       "primaryKey",
		`{"properties":{"note":"AccountKey=` + strings.Repeat("a", 86) + `==;"}}`:             "note",
		`{"properties":{"allowSharedKeyAccess":true,"administratorLoginPassword":null}}`:      "",
		fmt.Sprintf(`{"properties":{"auth":"Bearer %s"}}`, "eyJhbGciOi.eyJzdWIiOiIxMjM0.sig"): "auth",
	} {
		if got := secretIn("", parse([]byte(body))); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestStatesThatGoOnAreNotTerminal(t *testing.T) {
	for state, want := range map[string]bool{"Succeeded": true, "Failed": true, "Canceled": true, "Ready": true, "Enabled": true,
		"Updating": false, "Creating": false, "Accepted": false, "InProgress": false, "Provisioning": false, "ResolvingDns": true} {
		if terminal(state) != want {
			t.Errorf("%s: %v", state, !want)
		}
	}
}
