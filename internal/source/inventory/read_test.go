package inventory

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

func parse(t testing.TB, text string) *jsonc.Document {
	t.Helper()
	doc, errs := jsonc.Parse("in.json", []byte(text))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return doc
}

// show writes one line for each resource and each thing that was not seen.
func show(res Result) []string {
	var out []string
	for _, r := range res.Resources {
		line := fmt.Sprintf("%s %s @%s", r.Type, r.Name, r.Location)
		if len(r.Zones) > 0 {
			line += " zones " + strings.Join(r.Zones, ",")
		}
		if r.Property().IsUnknown() {
			line += " properties unknown"
		} else {
			line += fmt.Sprintf(" %d properties", r.Property().Len())
		}
		out = append(out, fmt.Sprintf("%s at %d %s", line, r.Origin.Line, r.Origin.Pointer))
	}
	for _, n := range res.NotSeen {
		out = append(out, fmt.Sprintf("not seen: %s at %d %s", n.What, n.Origin.Line, n.Origin.Pointer))
	}
	return out
}

const (
	st = `"/subscriptions/S/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"`
	db = `"/subscriptions/S/resourceGroups/rg/providers/Microsoft.Sql/servers/s/databases/d"`
	ws = `"/subscriptions/S/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w"`
)

func TestReadShapes(t *testing.T) {
	for _, c := range []struct {
		what, text, kind string
		want             []string
	}{
		{"an array, as Resource Graph's CLI gives it", "[\n {\"id\":" + st + ",\"location\":\"West Europe\",\"type\":\"microsoft.storage/storageaccounts\",\"properties\":{\"a\":1},\"zones\":[\"1\",\"3\"]}\n]", "inventory",
			[]string{"Microsoft.Storage/storageAccounts st @westeurope zones 1,3 1 properties at 2 /0"}},
		{"one resource, as show gives it", `{"id":` + st + `,"properties":{}}`, "inventory", []string{"Microsoft.Storage/storageAccounts st @ 0 properties at 1 "}},
		{"a page", `{"value":[{"id":` + st + `,"properties":{}}]}`, "inventory", []string{"Microsoft.Storage/storageAccounts st @ 0 properties at 1 /value/0"}},
		{"an answer of Resource Graph", `{"count":1,"data":[{"id":` + st + `,"properties":{}}],"skip_token":null,"total_records":1}`, "inventory", []string{"Microsoft.Storage/storageAccounts st @ 0 properties at 1 /data/0"}},
		{"the table form of Resource Graph", `{"data":{"columns":[{"name":"ID"},{"name":"location"},{"name":"Properties"}],"rows":[[` + st + `,"eastus",{"x":1}],["",null]]}}`, "inventory", []string{
			"Microsoft.Storage/storageAccounts st @eastus 1 properties at 1 /data/rows/0", "not seen: the row at 1 /data/rows/1"}},
		{"pages in an array, as jq -s makes them", `[{"value":[{"id":` + st + `,"properties":{}}]},{"value":[]},[{"id":` + db + `,"properties":{}}]]`, "inventory", []string{
			"Microsoft.Storage/storageAccounts st @ 0 properties at 1 /0/value/0", "Microsoft.Sql/servers/databases s/d @ 0 properties at 1 /2/0"}},
		{"any letter case, ResourceId, short names of children", `[{"ResourceId":` + db + `,"NAME":"d","Location":"EASTUS","PROPERTIES":{}}]`, "inventory", []string{"Microsoft.Sql/servers/databases s/d @eastus 0 properties at 1 /0"}},
		{"an id that is no ARM id beside one that is", `[{"id":"42","resourceId":` + st + `,"properties":{}}]`, "inventory", []string{"Microsoft.Storage/storageAccounts st @ 0 properties at 1 /0"}},
		{"the parts of an id", `[{"type":"Microsoft.Sql/servers/databases","name":"s/d","resourceGroup":"rg","subscriptionId":"S","properties":{}}]`, "inventory", []string{"Microsoft.Sql/servers/databases s/d @ 0 properties at 1 /0"}},
		{"a short listing", `[{"id":` + st + `,"properties":null,"sku":{"name":"Standard_LRS"}},{"id":` + db + `}]`, "inventory", []string{
			"Microsoft.Storage/storageAccounts st @ properties unknown at 1 /0", "Microsoft.Sql/servers/databases s/d @ properties unknown at 1 /1",
			"not seen: the properties of 2 of 2 resources at 1 /0"}},
		{"groups have no properties to miss", `[{"id":"/subscriptions/S/resourceGroups/rg","type":"microsoft.resources/subscriptions/resourcegroups","location":"westeurope"}]`, "inventory", []string{
			"Microsoft.Resources/resourceGroups rg @westeurope 0 properties at 1 /0"}},
		{"a workspace without its parts", `[{"id":` + ws + `,"properties":{}}]`, "inventory", []string{
			"Microsoft.MachineLearningServices/workspaces w @ 0 properties at 1 /0", "not seen: computes and datastores of 1 workspaces (w) at 1 /0"}},
		{"a workspace with its parts", `[{"id":` + ws + `,"properties":{}},{"id":` + strings.TrimSuffix(ws, `"`) + `/computes/c","properties":{}}]`, "inventory", []string{
			"Microsoft.MachineLearningServices/workspaces w @ 0 properties at 1 /0", "Microsoft.MachineLearningServices/workspaces/computes w/c @ 0 properties at 1 /1"}},
		{"a page that is not the last", `{"value":[{"id":` + st + `,"properties":{}}],"nextLink":"https://x"}`, "inventory", []string{
			"Microsoft.Storage/storageAccounts st @ 0 properties at 1 /value/0", "not seen: the rest of the listing at 1 /nextLink"}},
		{"fewer records than there are", `{"data":[{"id":` + st + `,"properties":{}}],"total_records":7}`, "inventory", []string{
			"Microsoft.Storage/storageAccounts st @ 0 properties at 1 /data/0", "not seen: the rest of the listing at 1 /total_records"}},
		{"strangers among the resources", `[{"id":` + st + `,"properties":{}},3,{"x":1},null]`, "inventory", []string{
			"Microsoft.Storage/storageAccounts st @ 0 properties at 1 /0", "not seen: the value at 1 /1", "not seen: the object at 1 /2", "not seen: the value at 1 /3"}},
		{"what arm expand prints", `{"resources":[{"id":` + st + `,"name":{"$unknown":"[parameters('n')]"},"properties":{"k":{"$secret":true}}}],"outputs":{},"diagnostics":[]}`, "inventory", []string{
			"Microsoft.Storage/storageAccounts st @ 1 properties at 1 /resources/0"}},
		{"nothing in it", `[]`, "inventory", nil},
		{"objects with ids of another kind", `[{"id":"a","name":"b"}]`, "", nil},
		{"a package.json", `{"name":"x","version":"1","resources":{}}`, "", nil},
		{"a text", `"x"`, "", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			doc := parse(t, c.text)
			if kind := Recognise(doc.Root()); kind != c.kind {
				t.Fatalf("recognised as %q, want %q", kind, c.kind)
			}
			if c.kind == "" {
				return
			}
			if d := cmp.Diff(c.want, show(Read(doc))); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

func TestOriginsAreThoseOfTheDocument(t *testing.T) {
	text := "\uFEFF[\n  {\"é\":\"ü\", \"id\":" + st + ",\n   \"properties\":{\"a\":\n{\"b\":1}}}, {\"id\":" + db + ", \"properties\":{}}]"
	res := Read(parse(t, text))
	for _, r := range res.Resources {
		if want := estate.OriginOf(r.Body); r.Origin != want {
			t.Errorf("%s: %+v, want %+v", r.Name, r.Origin, want)
		}
	}
	b := res.Resources[0].Property("a", "b")
	if got, want := res.Resources[0].OriginOf(b), estate.OriginOf(b); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestShortListingsLeaveSettingsUnknown(t *testing.T) {
	r := Read(parse(t, `[{"id":`+st+`,"kind":"StorageV2","properties":null}]`)).Resources[0]
	for _, v := range []string{"properties", "zones"} {
		if u := r.Body.Get(v).Unknown(); u == nil || u.Subject != estate.NotListed {
			t.Errorf("%s is %v", v, r.Body.Get(v).Kind())
		}
	}
	if !r.Property("encryption", "keySource").IsUnknown() || r.Body.Get("kind").Str() != "StorageV2" || !r.Body.Get("sku").IsAbsent() {
		t.Errorf("body %s", r.Body.AppendJSON(nil))
	}
	if o := r.OriginOf(r.Body.Get("kind")); o.Pointer != "/0/kind" || o.Column != 99 {
		t.Errorf("the kind is at %+v", o)
	}
}

func TestStreams(t *testing.T) {
	for _, c := range []struct {
		in, out string
		ok      bool
	}{
		{"{\"a\":1}\n{\"b\":\"}\\\"{\"}\n", "[{\"a\":1},\n{\"b\":\"}\\\"{\"}\n]", true},
		{"[1] [2]", "[[1],[2]]", true},
		{"\xEF\xBB\xBF{}{}", "[{},{}]", true},
		{"{}\n\x1e{}", "[{},\n {}]", true},
		{"{}", "", false}, {"", "", false}, {"{} x", "", false}, {"{}\n{", "", false}, {"1 2", "", false}, {"{\"", "", false},
	} {
		out, ok := Join([]byte(c.in))
		if ok != c.ok || ok && string(out) != c.out {
			t.Errorf("Join(%q) = %q, %v", c.in, out, ok)
		}
	}
}

func TestPlacesInAStreamAreThoseOfTheStream(t *testing.T) {
	stream := `{"id":` + st + `,"properties":{}} {"x":1}` + "\n" + `{"id":` + db + `,"kind":"k","properties":{}}`
	joined, ok := Join([]byte(stream))
	if !ok {
		t.Fatal("not joined")
	}
	res := ReadStream(parse(t, string(joined)))
	first, second := res.Resources[0], res.Resources[1]
	column := func(s string) int { return strings.Index(stream, s) + 1 }
	if first.Origin.Column != 1 || second.Origin.Line != 2 || second.Origin.Column != 1 || res.NotSeen[0].Origin.Column != column(`{"x"`) {
		t.Errorf("%+v %+v %+v", first.Origin, second.Origin, res.NotSeen)
	}
	if o := first.OriginOf(first.Property()); o.Column != column("{}") {
		t.Errorf("the properties are at %+v", o)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`[{"id":` + st + `,"properties":{}}]`, `{"value":[{"id":` + ws + `}],"nextLink":"x"}`, `{"data":{"columns":[{"name":"id"}],"rows":[[` + st + `]]}}`,
		`{"schemaVersion":"1.0","estate":{"resources":[{"id":` + st + `,"body":{"a":{"$unknown":"[f()]","$parts":["a",{"$hole":"[g()]"}],"$choice":{"if":"[c()]","then":1,"else":{"$secret":true}}}}}],"relations":[{"from":` + st + `,"to":` + st + `,"role":"x"}]}}`,
		"{}\n{}", `[[[[[[[]]]]]]]`, `[{"id":"/providers/{a/b}/c/{d"}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		start := time.Now()
		defer func() {
			if d := time.Since(start); d > 30*time.Second {
				t.Errorf("%d bytes took %v", len(src), d)
			}
		}()
		if joined, ok := Join(src); ok {
			src = joined
		}
		doc, _ := jsonc.Parse("f", src)
		kind := Recognise(doc.Root())
		res := Read(doc)
		for _, r := range res.Resources {
			if r.ID.IsZero() || r.Origin.File == "" && r.Origin.Line == 0 {
				t.Fatalf("resource %+v of %q (%s)", r, src, kind)
			}
			r.Property("a", "b").Text()
		}
		e := estate.Build(res.Resources, res.Relations, estate.Coverage{NotSeen: res.NotSeen})
		if kind != "estate" {
			return
		}
		first := estate.Encoding{Bodies: true}.AppendDocument(nil, e)
		again, errs := jsonc.Parse("g", first)
		if len(errs) > 0 {
			t.Fatalf("%v in %s", errs, first)
		}
		Read(again)
	})
}
