package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Each member of an element, in every form in which Azure's tools write it.
func TestTheMembersOfAnElement(t *testing.T) {
	const head = `{"id":` + st + `,"properties":{}`
	for _, c := range []struct {
		what, text string
		want       string
	}{
		{"the type is that of the id, not what is written", `{"id":` + st + `,"type":"microsoft.storage/storageaccounts","properties":{}}`, "Microsoft.Storage/storageAccounts st @ []"},
		{"the name is that of the id", `{"id":` + db + `,"name":"d","properties":{}}`, "Microsoft.Sql/servers/databases s/d @ []"},
		{"a display name of a region", head + `,"location":"West Europe"}`, "Microsoft.Storage/storageAccounts st @westeurope []"},
		{"a region in capitals", head + `,"location":"WESTEUROPE"}`, "Microsoft.Storage/storageAccounts st @westeurope []"},
		{"global", head + `,"location":"global"}`, "Microsoft.Storage/storageAccounts st @global []"},
		{"no region", head + `,"location":null}`, "Microsoft.Storage/storageAccounts st @ []"},
		{"a region that is no text", head + `,"location":{"name":"westeurope"}}`, "Microsoft.Storage/storageAccounts st @ []"},
		{"zones as texts", head + `,"zones":["1","2"]}`, "Microsoft.Storage/storageAccounts st @ [1 2]"},
		{"zones as numbers", head + `,"zones":[1,2]}`, "Microsoft.Storage/storageAccounts st @ [1 2]"},
		{"zones with holes", head + `,"zones":[null,"3"]}`, "Microsoft.Storage/storageAccounts st @ [3]"},
		{"no zones", head + `,"zones":[]}`, "Microsoft.Storage/storageAccounts st @ []"},
		{"zones that are no list", head + `,"zones":"1"}`, "Microsoft.Storage/storageAccounts st @ []"},
		{"RESOURCEID in capitals", `{"RESOURCEID":` + st + `,"PROPERTIES":{},"LOCATION":"East US","ZONES":["1"]}`, "Microsoft.Storage/storageAccounts st @eastus [1]"},
		{"an id without its slash", `{"id":` + strings.Replace(st, `"/`, `"`, 1) + `,"properties":{}}`, "Microsoft.Storage/storageAccounts st @ []"},
		{"an id with a slash too many", `{"id":` + strings.TrimSuffix(st, `"`) + `/","properties":{}}`, "Microsoft.Storage/storageAccounts st @ []"},
		{"an extension resource", `{"id":` + strings.TrimSuffix(st, `"`) + `/providers/Microsoft.Authorization/locks/keep","properties":{"level":"CanNotDelete"}}`, "Microsoft.Authorization/locks keep @ []"},
		{"a resource of the subscription", `{"id":"/subscriptions/S/providers/Microsoft.Authorization/locks/l","properties":{}}`, "Microsoft.Authorization/locks l @ []"},
		{"a resource group", `{"id":"/subscriptions/S/resourceGroups/rg","location":"northeurope"}`, "Microsoft.Resources/resourceGroups rg @northeurope []"},
		{"the parts of an id, without a subscription", `{"type":"Microsoft.KeyVault/vaults","name":"kv","resourceGroup":"rg","properties":{}}`, "Microsoft.KeyVault/vaults kv @ []"},
	} {
		t.Run(c.what, func(t *testing.T) {
			for form, text := range map[string]string{"alone": c.text, "in a list": "[" + c.text + "]", "in a page": `{"value":[` + c.text + `]}`} {
				doc := parse(t, text)
				if kind := Recognise(doc.Root()); kind != "inventory" {
					t.Fatalf("%s: recognised as %q", form, kind)
				}
				res := Read(doc)
				if len(res.Resources) != 1 {
					t.Fatalf("%s: %d resources", form, len(res.Resources))
				}
				r := res.Resources[0]
				if got := fmt.Sprintf("%s %s @%s %v", r.Type, r.Name, r.Location, r.Zones); got != c.want {
					t.Errorf("%s: %s, want %s", form, got, c.want)
				}
				if r.Origin.File != "in.json" || r.Origin.Line != 1 || r.External {
					t.Errorf("%s: origin %+v, external %v", form, r.Origin, r.External)
				}
			}
		})
	}
}

// What is no listing is not taken for one, so that a folder of other JSON gives
// no resources.
func TestWhatIsNoListing(t *testing.T) {
	for _, text := range []string{
		`{}`, `[1,2,3]`, `"/subscriptions/S/resourceGroups/rg"`, `null`, `true`, `{"value":3}`, `{"data":"x"}`, `{"resources":[]}`, `{"value":[{"a":1}]}`,
		`{"id":"5","type":"commit","name":"x"}`, `{"id":"urn:uuid:1"}`, `[{"id":"https://example.com/a/b/c/d"}]`, `{"data":{"rows":3}}`, `{"type":"A.B/c","name":"n"}`,
		`{"$schema":"https://json.schemastore.org/x","id":` + st + `}`, `{"error":{"code":"AuthorizationFailed","message":"no"}}`, `{"name":"x","dependencies":{"id":` + st + `}}`,
	} {
		if kind := Recognise(parse(t, text).Root()); kind != "" {
			t.Errorf("%s is recognised as %q", text, kind)
		}
	}
}

// What had nothing to list is a listing still.
func TestEmptyListings(t *testing.T) {
	for _, text := range []string{`[]`, `{"value":[]}`, `{"data":[],"count":0}`, `{"data":{"columns":[],"rows":[]}}`, `[[],[]]`, `{"resources":[],"outputs":{},"diagnostics":[]}`} {
		doc := parse(t, text)
		if kind := Recognise(doc.Root()); kind != "inventory" {
			t.Errorf("%s is recognised as %q", text, kind)
		}
		if res := Read(doc); len(res.Resources) != 0 || len(res.NotSeen) != 0 {
			t.Errorf("%s gives %+v", text, res)
		}
	}
}

// A listing whose first elements are nothing is a listing still: what was found
// behind them is not lost.
func TestAListingThatBeginsWithStrangers(t *testing.T) {
	for _, text := range []string{
		`[null,{"id":` + st + `,"properties":{}}]`,
		`[{"error":{"code":"NotFound"}},{"id":` + st + `,"properties":{}}]`,
		`[{"value":[]},{"value":[{"id":` + st + `,"properties":{}}]}]`,
		`{"value":[{"x":1},{"id":` + st + `,"properties":{}}]}`,
	} {
		doc := parse(t, text)
		if kind := Recognise(doc.Root()); kind != "inventory" {
			t.Errorf("%s is recognised as %q", text, kind)
			continue
		}
		if res := Read(doc); len(res.Resources) != 1 {
			t.Errorf("%s gives %d resources", text, len(res.Resources))
		}
	}
}

// A page that is cut says so, wherever it lies and whatever it calls the rest; a
// whole one does not.
func TestPagesSayThatTheyAreCut(t *testing.T) {
	const one = `{"id":` + st + `,"properties":{}}`
	for text, cut := range map[string]string{
		`{"value":[` + one + `]}`:                                                     "",
		`{"value":[` + one + `],"nextLink":null}`:                                     "",
		`{"value":[` + one + `],"nextLink":""}`:                                       "",
		`{"value":[` + one + `],"nextLink":"https://x?$skiptoken=1"}`:                 "/nextLink",
		`{"Value":[` + one + `],"NextLink":"https://x"}`:                              "/NextLink",
		`{"data":[` + one + `],"skipToken":"x","totalRecords":9}`:                     "/skipToken",
		`{"data":[` + one + `],"$skipToken":"x"}`:                                     "/$skipToken",
		`{"data":[` + one + `],"skip_token":null,"total_records":1}`:                  "",
		`{"data":[` + one + `],"skip_token":null,"total_records":2}`:                  "/total_records",
		`{"data":[` + one + `],"count":1,"totalRecords":1}`:                           "",
		`{"data":[` + one + `],"resultTruncated":"true"}`:                             "/resultTruncated",
		`{"data":[` + one + `],"resultTruncated":"false","totalRecords":1}`:           "",
		`{"data":{"columns":[{"name":"id"}],"rows":[[` + st + `]]},"totalRecords":5}`: "/totalRecords",
		`[{"value":[` + one + `],"nextLink":"x"}]`:                                    "/0/nextLink",
	} {
		var told []string
		for _, n := range Read(parse(t, text)).NotSeen {
			if n.What == "the rest of the listing" {
				told = append(told, n.Origin.Pointer)
			}
		}
		if got := strings.Join(told, " "); got != cut {
			t.Errorf("%s is told as cut at %q, want %q", text, got, cut)
		}
	}
}

// A stream may hold anything that a document may: elements, pages and lists mixed.
func TestMixedStreams(t *testing.T) {
	id := func(n int) string {
		return fmt.Sprintf(`"/subscriptions/S/resourceGroups/rg/providers/A.B/c/n%d"`, n)
	}
	stream := `{"value":[{"id":` + id(1) + `,"properties":{}}],"nextLink":"x"}` + "\r\n" +
		`[{"id":` + id(2) + `,"properties":{}},{"id":` + id(3) + `,"properties":{}}]` + "\n\n" +
		`{"id":` + id(4) + `,"properties":{}}` + `{"id":` + id(5) + `,"properties":{}}` + "\n" +
		`{"data":{"columns":[{"name":"id"},{"name":"properties"}],"rows":[[` + id(6) + `,{}]]}}`
	joined, ok := Join([]byte(stream))
	if !ok {
		t.Fatal("it is no stream")
	}
	res := ReadStream(parse(t, string(joined)))
	var got []string
	for _, r := range res.Resources {
		got = append(got, fmt.Sprintf("%s at %d", r.Name, r.Origin.Line))
	}
	if d := cmp.Diff([]string{"n1 at 1", "n2 at 2", "n3 at 2", "n4 at 4", "n5 at 4", "n6 at 5"}, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if len(res.NotSeen) != 1 || res.NotSeen[0].Origin.Line != 1 {
		t.Errorf("not seen: %+v", res.NotSeen)
	}
}

// Texts that are nearly a stream are none, so that their error is told.
func TestWhatIsNoStream(t *testing.T) {
	for _, text := range []string{"", " ", "{}", "[]", "{},{}", "{}\n,{}", "{} 1", "{}\"x\"", "nul{}", "{}{", "{}]", "}{", "{\"a\":\"}{", "# comment\n{}{}", "[}{]x"} {
		if out, ok := Join([]byte(text)); ok {
			t.Errorf("%q became %s", text, out)
		}
	}
}

// The columns of a table may be anything; those of a resource are taken, the
// others are settings of its body.
func TestTablesOfResourceGraph(t *testing.T) {
	res := Read(parse(t, `{"totalRecords":4,"count":4,"data":{"columns":[{"name":"name"},{"name":"ResourceId"},{"name":"sku"},{"name":"properties"},{"name":"zones"}],"rows":[
		["ignored",`+st+`,{"name":"Standard_ZRS"},{"accessTier":"Hot"},["1"]],
		["short",`+db+`],
		["long",`+ws+`,null,{},null,"too much","more"],
		["nobody",null,null,null,null]]},"facets":[]}`))
	if len(res.Resources) != 3 {
		t.Fatalf("%d resources", len(res.Resources))
	}
	first := res.Resources[0]
	if first.Body.Path("sku", "name").Str() != "Standard_ZRS" || first.Property("accessTier").Str() != "Hot" || !slices.Equal(first.Zones, []string{"1"}) {
		t.Errorf("the first row: %s", first.Body.AppendJSON(nil))
	}
	if !res.Resources[1].Property().IsUnknown() {
		t.Error("a row without properties has known ones")
	}
	if res.Resources[2].Property().IsUnknown() {
		t.Error("a row with too many values has no properties")
	}
	if o := first.Origin; o.Line != 2 || o.Pointer != "/data/rows/0" {
		t.Errorf("the first row is at %+v", o)
	}
	if sku := first.OriginOf(first.Body.Path("sku", "name")); sku.Line != 2 || sku.Pointer != "/data/rows/0/2/name" {
		t.Errorf("its sku is at %+v", sku)
	}
	if n := res.NotSeen; !slices.ContainsFunc(n, func(n estate.NotSeen) bool { return n.What == "the row" && n.Origin.Line == 5 }) {
		t.Errorf("not seen: %+v", n)
	}
}

// What a short listing gives is kept; all else of the resource is unknown rather
// than at its default.
func TestAShortListingKnowsWhatItHolds(t *testing.T) {
	res := Read(parse(t, `[{"id":`+st+`,"kind":"StorageV2","sku":{"name":"Standard_ZRS"},"tags":{"a":"b"},"identity":null,"properties":null,"zones":null},
		{"id":`+db+`,"zones":["2"],"properties":null}]`))
	st, db := res.Resources[0], res.Resources[1]
	if st.Body.Path("sku", "name").Str() != "Standard_ZRS" || st.Body.Path("tags", "a").Str() != "b" {
		t.Errorf("body %s", st.Body.AppendJSON(nil))
	}
	if !st.Body.Get("zones").IsUnknown() || db.Body.Get("zones").IsUnknown() {
		t.Error("zones that are null are known, or zones that are there are not")
	}
	for _, r := range res.Resources {
		u := r.Property().Unknown()
		if u == nil || u.Reason != value.RuntimeReference || u.Subject != estate.NotListed || u.Resource != r.ID.String() || !r.Property("anything", "below").IsUnknown() {
			t.Errorf("the properties of %s: %+v", r.Name, u)
		}
	}
	if n := len(res.NotSeen); n != 1 || !strings.Contains(res.NotSeen[0].Why, "az graph query") {
		t.Errorf("not seen: %+v", res.NotSeen)
	}
}

// Marks of unknown values that somebody wrote wrongly are plain objects, or
// unknown without more; they are never an error.
func TestOddMarks(t *testing.T) {
	for body, unknown := range map[string]bool{
		`{"$unknown":"[parameters('x')]"}`:                        true,
		`{"$unknown":"[parameters('x')]","$reason":99}`:           true,
		`{"$unknown":"[parameters('x')]","$hint":-1}`:             true,
		`{"$unknown":"[parameters('x')]","$choice":{"if":"no"}}`:  true,
		`{"$unknown":"[parameters('x')]","$parts":[{"$hole":3}]}`: true,
		`{"$unknown":"[parameters("}`:                             false,
		`{"$unknown":"plain text"}`:                               false,
		`{"$unknown":null}`:                                       false,
		`{"$secret":false}`:                                       false,
		`{"$secret":true,"more":1}`:                               false,
		`{"$secret":true}`:                                        true,
	} {
		r := Read(parse(t, `{"resources":[{"id":`+st+`,"properties":{"v":`+body+`,"mark":{"$unknown":"[f()]"}}}]}`)).Resources[0]
		if got := r.Property("v").IsUnknown(); got != unknown {
			t.Errorf("%s is unknown: %v, want %v", body, got, unknown)
		}
		_ = r.Property("v").Text()
	}
}
