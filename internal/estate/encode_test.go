package estate

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

var update = flag.Bool("update", false, "write the golden files")

func example() *Estate {
	st, ws, kv := res(group+"/providers/Microsoft.Storage/storageAccounts/st"), res(group+"/providers/"+WorkspaceType+"/ws"), ext(group+"/providers/Microsoft.KeyVault/vaults/kv")
	st.Location, st.Zones, st.Service = "westeurope", []string{"1", "2"}, "storage"
	param := expr.Call("parameters", expr.Str("x"))
	st.Body = value.Object([]value.Member{
		{Key: "sku", Value: value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Hint: value.StringKind, Residual: param, Subject: "x", NotNull: true,
			Parts: []value.Part{{Lit: "Standard_"}, {Hole: param}}})},
		{Key: "key", Value: value.String("hunter2").WithSecret()},
		{Key: "kind", Value: value.FromUnknown(value.Unknown{Residual: param, Resource: "/r", Choice: &value.Choice{Cond: param, Then: value.String("a"), Else: value.Null()}})},
		{Key: "list", Value: value.Array([]value.Value{value.Int(1), value.Bool(true), value.Null()})},
	})
	st.Origin = Origin{File: "a.json", Line: 3, Column: 5, Pointer: "/resources/0"}
	kv.Implied, kv.Presence = true, "[parameters('x')]"
	return Build([]*Resource{st, ws, kv}, []Relation{
		{From: ws, To: st, Role: DefaultStorage, Origin: Origin{File: "a.json", Line: 9, Column: 1, Pointer: "/resources/1/properties/storageAccount"}},
		{From: ws, To: kv, Role: KeyVault, Detail: "d", Presence: "p()"},
	}, Coverage{Inputs: []Input{{Name: "a.json", Kind: "template", Resources: 2}}})
}

func TestEstateJSON(t *testing.T) {
	for name, enc := range map[string]Encoding{
		"bodies.json": {Bodies: true},
		"facts.json":  {Facts: func(r *Resource) (string, string) { return "customer", "no" }},
	} {
		got := enc.AppendDocument(nil, example())
		var doc any
		if err := json.Unmarshal(got, &doc); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, got)
		}
		pretty, err := json.MarshalIndent(doc, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, append(pretty, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || string(want) != string(pretty)+"\n" {
			t.Errorf("%s (%v):\n%s", file, err, pretty)
		}
	}
}

func TestEstateJSONOfNothingHasItsKeys(t *testing.T) {
	got := string(Encoding{}.AppendDocument(nil, Build(nil, nil, Coverage{})))
	want := `{"schemaVersion":"1.0","estate":{"resources":[],"relations":[],"coverage":{"inputs":[],"notSeen":[],"resources":0,"external":0,"skipped":0}}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestOriginsAreCountedFromTheResource(t *testing.T) {
	text := "[\n {\"id\": \"x\", \"properties\": {\n  \"é\": 1, \"a~b/c\": [0, {\"k\": true}]}}\n]"
	doc, errs := jsonc.Parse("f.json", []byte(text))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	node := doc.Root().At(0)
	r := &Resource{Body: value.FromNode(node)}
	r.Origin = OriginOf(r.Body)
	for _, v := range []value.Value{r.Body, r.Body.Get("id"), r.Property("é"), r.Property("a~b/c"), r.Property("a~b/c").At(1).Get("k")} {
		if got, want := r.OriginOf(v), OriginOf(v); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if got := r.OriginOf(value.String("computed")); got != r.Origin {
		t.Errorf("a value without a place is at %+v", got)
	}
	other, _ := jsonc.Parse("g.json", []byte(`{"a":1}`))
	if got := r.OriginOf(value.FromNode(other.Root().Get("a"))); got != (Origin{File: "g.json", Line: 1, Column: 6, Pointer: "/a"}) {
		t.Errorf("a value of another file is at %+v", got)
	}
	if got := OriginOf(value.Value{}); got != (Origin{}) {
		t.Errorf("nothing is at %+v", got)
	}
}

func TestPropertyAndType(t *testing.T) {
	r := res(p + "x")
	r.Body = value.FromAny(map[string]any{"properties": map[string]any{"a": map[string]any{"b": "c"}}})
	if r.Property("A", "b").Str() != "c" || !r.Property("q").IsAbsent() {
		t.Error("Property")
	}
	if !r.Is("a.B/C") || r.Is("A.B/cd") || r.Is("") {
		t.Error("Is")
	}
}
