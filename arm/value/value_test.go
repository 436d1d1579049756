package value_test

import (
	"encoding/json"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

func parse(t *testing.T, src string) value.Value {
	t.Helper()
	doc, errs := jsonc.Parse("t.json", []byte(src))
	if len(errs) > 0 {
		t.Fatalf("parse %s: %v", src, errs[0])
	}
	return value.FromNode(doc.Root())
}

func unknown(name string) value.Value {
	return value.FromUnknown(value.Unknown{Reason: value.MissingParameter, Residual: expr.Call("parameters", expr.Str(name)), Subject: name})
}

func TestFromNodeIsAViewOfTheDocument(t *testing.T) {
	v := parse(t, `{"Sku": {"name": "Standard_ZRS"}, "zones": ["1", 2, 2.5, true, null]}`)
	if got := v.Path("sku", "NAME").Str(); got != "Standard_ZRS" {
		t.Errorf("a member is found whatever its case: got %q", got)
	}
	if got := v.Get("zones").Len(); got != 5 {
		t.Errorf("Len = %d, want 5", got)
	}
	kinds := []value.Kind{value.StringKind, value.IntKind, value.FloatKind, value.BoolKind, value.NullKind}
	for i, e := range v.Get("zones").Elems() {
		if e.Kind() != kinds[i] {
			t.Errorf("element %d is %v, want %v", i, e.Kind(), kinds[i])
		}
	}
	pos := v.Path("sku", "name").Def().Pos()
	if pos.Line != 1 || pos.Column != 18 {
		t.Errorf("position of sku.name = %d:%d, want 1:18", pos.Line, pos.Column)
	}
	if n := v.Get("sku").MemberNode("name"); n.Pointer() != "/Sku/name" {
		t.Errorf("MemberNode points at %q", n.Pointer())
	}
}

func TestGetPrefersTheExactSpellingAndTheLastOne(t *testing.T) {
	v := value.Object([]value.Member{
		{Key: "name", Value: value.Int(1)}, {Key: "NAME", Value: value.Int(2)}, {Key: "Name", Value: value.Int(3)},
	})
	for key, want := range map[string]int64{"name": 1, "NAME": 2, "Name": 3, "nAME": 3} {
		if got, _ := v.Get(key).AsInt(); got != want {
			t.Errorf("Get(%q) = %d, want %d", key, got, want)
		}
	}
}

func TestAbsentIsWhateverIsNotThere(t *testing.T) {
	v := parse(t, `{"a": {"b": null}, "l": [1]}`)
	for name, got := range map[string]value.Value{
		"missing member":     v.Get("x"),
		"member of a scalar": v.Path("l", "b"),
		"index past the end": v.Get("l").At(1),
		"negative index":     v.Get("l").At(-1),
		"member of absent":   v.Path("x", "y", "z"),
		"zero value":         {},
	} {
		if !got.IsAbsent() || !got.IsNull() {
			t.Errorf("%s: %v, want absent", name, got.Kind())
		}
	}
	if b := v.Path("a", "b"); b.IsAbsent() || !b.IsNull() {
		t.Error("a null that is written is null, not absent")
	}
}

func TestPathStopsAtAnUnknown(t *testing.T) {
	v := value.Object([]value.Member{{Key: "sku", Value: unknown("sku")}})
	if got := v.Path("sku", "name"); !got.IsUnknown() || got.Residual() != "[parameters('sku')]" {
		t.Errorf("Path = %s %s, want the unknown itself", got.Kind(), got.Residual())
	}
}

func TestDefAndUse(t *testing.T) {
	src := parse(t, `{"parameters": {"sku": "ZRS"}, "use": "[parameters('sku')]"}`)
	def, use := src.Path("parameters", "sku").Def(), src.Get("use").Def()
	v := value.String("ZRS").WithDef(def).WithUse(use)
	if v.Def() != def || v.Use() != use {
		t.Error("definition and use are kept apart")
	}
	if w := v.WithUse(def); w.Use() != def {
		t.Error("a value used where it is defined has one place")
	}
	if got := src.WithDef(use); got.Get("use").Str() != "[parameters('sku')]" {
		t.Error("a view keeps its node: the node is its content")
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	secret := value.String("hunter2").WithSecret()
	box := value.Object([]value.Member{{Key: "password", Value: secret}, {Key: "user", Value: value.String("me")}})
	if got := string(box.AppendJSON(nil)); got != `{"password":{"$secret":true},"user":"me"}` {
		t.Errorf("JSON of an object with a secret: %s", got)
	}
	if got := secret.Text(); got != "{secret}" {
		t.Errorf("Text of a secret: %s", got)
	}
	if !box.WithSecret().Get("user").Secret() {
		t.Error("what is inside a secret is secret")
	}
	if !value.FromUnknown(value.Unknown{Reason: value.SecretValue}).Secret() {
		t.Error("an unknown secret is secret")
	}
}

func TestTextShowsHoles(t *testing.T) {
	v := value.FromUnknown(value.Unknown{
		Hint:     value.StringKind,
		Residual: expr.Call("concat", expr.Str("st"), expr.Call("parameters", expr.Str("p"))),
		Parts:    []value.Part{{Lit: "st"}, {Hole: expr.Call("parameters", expr.Str("p"))}},
	})
	if got := v.Text(); got != "st{parameters('p')}" {
		t.Errorf("Text = %q", got)
	}
	if got := unknown("p").Text(); got != "{parameters('p')}" {
		t.Errorf("Text = %q", got)
	}
}

func TestJSON(t *testing.T) {
	tests := []struct {
		name string
		v    value.Value
		want string
	}{
		{"absent", value.Absent(), `null`},
		{"int", value.Int(-7), `-7`},
		{"whole float", value.Float(3), `3.0`},
		{"float", value.Float(0.25), `0.25`},
		{"text", value.String("a\"b\\c\n\x01é"), `"a\"b\\c\n\u0001é"`},
		{"unknown", unknown("p"), `{"$unknown":"[parameters('p')]"}`},
		{"containers", value.Array([]value.Value{value.Bool(true), value.Object(nil)}), `[true,{}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := string(tt.v.AppendJSON(nil))
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if !json.Valid([]byte(got)) {
				t.Error("not valid JSON")
			}
		})
	}
}

func TestFromAnyAgreesWithJSON(t *testing.T) {
	src := `{"a":[1,2.5,"x",true,null],"b":{"c":{}}}`
	var x any
	if err := json.Unmarshal([]byte(src), &x); err != nil {
		t.Fatal(err)
	}
	if got := string(value.FromAny(x).AppendJSON(nil)); got != src {
		t.Errorf("got %s, want %s", got, src)
	}
	if !value.FromAny(struct{}{}).IsAbsent() {
		t.Error("a Go type that JSON does not give is absent")
	}
}
