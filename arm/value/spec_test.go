package value_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// read gives the value of a JSON text in both forms: a view on the document, and built of Go values.
func read(t *testing.T, src string) (view, built value.Value) {
	t.Helper()
	doc, errs := jsonc.Parse("v.json", []byte(src))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return value.FromNode(doc.Root()), rebuild(value.FromNode(doc.Root()))
}

// rebuild makes a value that is no view on a document.
func rebuild(v value.Value) value.Value {
	switch v.Kind() {
	case value.ArrayKind:
		var elems []value.Value
		for _, e := range v.Elems() {
			elems = append(elems, rebuild(e))
		}
		return value.Array(elems)
	case value.ObjectKind:
		var members []value.Member
		for k, m := range v.Members() {
			members = append(members, value.Member{Key: k, Value: rebuild(m)})
		}
		return value.Object(members)
	}
	return v
}

func TestKindsOfJSON(t *testing.T) {
	tests := []struct {
		src  string
		kind value.Kind
		name string
		json string
	}{
		{`null`, value.NullKind, "Null", `null`},
		{`true`, value.BoolKind, "Boolean", `true`},
		{`false`, value.BoolKind, "Boolean", `false`},
		{`0`, value.IntKind, "Integer", `0`},
		{`-9223372036854775808`, value.IntKind, "Integer", `-9223372036854775808`},
		{`1.0`, value.FloatKind, "Float", `1.0`},
		{`1e2`, value.FloatKind, "Float", `100.0`},
		{`0.1`, value.FloatKind, "Float", `0.1`},
		{`1e30`, value.FloatKind, "Float", `1e+30`},
		{`""`, value.StringKind, "String", `""`},
		{`"a\"\\\/\n\t\r\u0001é😀"`, value.StringKind, "String", `"a\"\\/\n\t\r\u0001é😀"`},
		{`[]`, value.ArrayKind, "Array", `[]`},
		{`[1, [2, "x"]]`, value.ArrayKind, "Array", `[1,[2,"x"]]`},
		{`{}`, value.ObjectKind, "Object", `{}`},
		{`{"b": 1, "a": {"c": null}}`, value.ObjectKind, "Object", `{"b":1,"a":{"c":null}}`},
		{`{"a": 1, "a": 2}`, value.ObjectKind, "Object", `{"a":2}`},
	}
	for _, tt := range tests {
		view, built := read(t, tt.src)
		for _, v := range []value.Value{view, built} {
			if v.Kind() != tt.kind || v.Kind().String() != tt.name || string(v.AppendJSON(nil)) != tt.json {
				t.Errorf("%s is a %s and prints as %s", tt.src, v.Kind(), v.AppendJSON(nil))
			}
			if out, err := json.Marshal(v); err != nil || !json.Valid(out) {
				t.Errorf("%s is marshalled as %s, %v", tt.src, out, err)
			}
		}
	}
	if (value.Value{}).Kind() != value.AbsentKind || !value.Absent().IsNull() || value.Null().IsAbsent() {
		t.Error("absent and null are mixed up")
	}
}

func TestMembersAndElements(t *testing.T) {
	view, built := read(t, `{"name": "n", "Tags": {"env": "x"}, "list": [10, [20], {"k": 30}], "nothing": null, "a": 1, "A": 2}`)
	tests := []struct{ path, want string }{
		{"name", `"n"`},
		{"NAME", `"n"`},
		{"tags.ENV", `"x"`},
		{"a", "1"},
		{"A", "2"},
		{"nothing", "null"},
		{"none", "absent"},
		{"none.deeper", "absent"},
		{"name.deeper", "absent"},
		{"list.k", "absent"},
	}
	for _, v := range []value.Value{view, built} {
		for _, tt := range tests {
			got := v.Path(strings.Split(tt.path, ".")...)
			text := string(got.AppendJSON(nil))
			if got.IsAbsent() {
				text = "absent"
			}
			if text != tt.want {
				t.Errorf("%s is %s, want %s", tt.path, text, tt.want)
			}
		}
		list := v.Get("list")
		if list.Len() != 3 || v.Len() != 6 || v.Get("name").Len() != 0 {
			t.Errorf("lengths are %d, %d", list.Len(), v.Len())
		}
		if i, _ := list.At(1).At(0).AsInt(); i != 20 || !list.At(3).IsAbsent() || !list.At(-1).IsAbsent() || !v.At(0).IsAbsent() {
			t.Error("elements are not where they are")
		}
		var order []string
		for k := range v.Members() {
			order = append(order, k)
			if k == "nothing" {
				break
			}
		}
		if strings.Join(order, " ") != "name Tags list nothing" {
			t.Errorf("the members come as %v", order)
		}
		for i := range list.Elems() {
			if i == 1 {
				break
			}
		}
		for range v.Get("name").Elems() {
			t.Error("a string has elements")
		}
		for range list.Members() {
			t.Error("an array has members")
		}
	}
}

// Section 4.4 of the specification.
func TestEqual(t *testing.T) {
	tests := []struct {
		a, b string
		want value.Tri
	}{
		{`1`, `1`, value.Yes},
		{`1`, `2`, value.No},
		{`1`, `1.0`, value.No},
		{`1`, `"1"`, value.No},
		{`1.5`, `1.50`, value.Yes},
		{`"a"`, `"a"`, value.Yes},
		{`"a"`, `"A"`, value.No},
		{`true`, `true`, value.Yes},
		{`true`, `false`, value.No},
		{`true`, `1`, value.No},
		{`null`, `null`, value.Yes},
		{`null`, `false`, value.No},
		{`null`, `""`, value.No},
		{`[]`, `[]`, value.Yes},
		{`[]`, `{}`, value.No},
		{`[1, 2]`, `[1, 2]`, value.Yes},
		{`[1, 2]`, `[2, 1]`, value.No},
		{`[1]`, `[1, 2]`, value.No},
		{`{"a": 1, "b": 2}`, `{"b": 2, "a": 1}`, value.Yes},
		{`{"a": 1}`, `{"A": 1}`, value.Yes},
		{`{"a": 1}`, `{"a": 2}`, value.No},
		{`{"a": 1}`, `{"b": 1}`, value.No},
		{`{"a": 1}`, `{"a": 1, "b": 2}`, value.No},
		{`{"a": null}`, `{"b": null}`, value.No},
		{`{"a": [1, {"b": "x"}]}`, `{"a": [1, {"b": "x"}]}`, value.Yes},
		{`{"a": [1, {"b": "x"}]}`, `{"a": [1, {"b": "y"}]}`, value.No},
	}
	for _, tt := range tests {
		aView, aBuilt := read(t, tt.a)
		bView, bBuilt := read(t, tt.b)
		for _, a := range []value.Value{aView, aBuilt} {
			for _, b := range []value.Value{bView, bBuilt} {
				if got := value.Equal(a, b); got != tt.want || value.Equal(b, a) != got {
					t.Errorf("%s and %s: %d", tt.a, tt.b, got)
				}
			}
		}
	}
	if value.Equal(value.Absent(), value.Null()) != value.Yes || value.Equal(value.Absent(), value.Int(0)) != value.No {
		t.Error("what is absent is not null")
	}
}

func TestEqualOfUnknowns(t *testing.T) {
	unknown := func(reason value.Reason, name string, notNull bool) value.Value {
		return value.FromUnknown(value.Unknown{Reason: reason, Residual: expr.Call(name), NotNull: notNull})
	}
	x, y := unknown(value.ScopeFact, "x", true), unknown(value.ScopeFact, "y", false)
	clock, chance, failed := unknown(value.Clock, "utcNow", true), unknown(value.Random, "newGuid", true), unknown(value.Failed, "x", false)
	one := value.Int(1)
	tests := []struct {
		name string
		a, b value.Value
		want value.Tri
	}{
		{"the same expression", x, unknown(value.ScopeFact, "X", false), value.Yes},
		{"another expression", x, y, value.Maybe},
		{"something known", x, one, value.Maybe},
		{"what cannot be null and null", x, value.Null(), value.No},
		{"what may be null and null", y, value.Null(), value.Maybe},
		{"the clock and itself", clock, clock, value.Maybe},
		{"chance and itself", chance, chance, value.Maybe},
		{"a failure and itself", failed, failed, value.Maybe},
		{"arrays with one", value.Array([]value.Value{one, y}), value.Array([]value.Value{one, one}), value.Maybe},
		{"arrays with one and a difference before", value.Array([]value.Value{one, y}), value.Array([]value.Value{value.Int(2), one}), value.No},
		{"arrays with one and a difference behind", value.Array([]value.Value{y, one}), value.Array([]value.Value{one, value.Int(2)}), value.No},
		{"arrays of other lengths", value.Array([]value.Value{y}), value.Array(nil), value.No},
		{"objects with one", value.Object([]value.Member{{Key: "k", Value: y}}), value.Object([]value.Member{{Key: "k", Value: one}}), value.Maybe},
		{"objects with other keys", value.Object([]value.Member{{Key: "k", Value: y}}), value.Object([]value.Member{{Key: "l", Value: y}}), value.No},
	}
	for _, tt := range tests {
		if got := value.Equal(tt.a, tt.b); got != tt.want || value.Equal(tt.b, tt.a) != got {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// What is secret is never printed, and what is inside of it is secret, too.
func TestSecretsDoNotPrint(t *testing.T) {
	view, built := read(t, `{"password": "hunter2", "list": ["hunter2", {"deep": "hunter2"}]}`)
	for _, v := range []value.Value{view.WithSecret(), built.WithSecret()} {
		parts := []value.Value{v, v.Get("password"), v.Get("list"), v.Get("list").At(0), v.Path("list").At(1).Get("DEEP")}
		for _, m := range v.Members() {
			parts = append(parts, m)
		}
		for _, e := range v.Get("list").Elems() {
			parts = append(parts, e)
		}
		for i, p := range parts {
			if !p.Secret() || string(p.AppendJSON(nil)) != `{"$secret":true}` || p.Text() != "{secret}" {
				t.Errorf("part %d prints as %s, %s", i, p.AppendJSON(nil), p.Text())
			}
		}
	}
	around := value.Array([]value.Value{value.String("hunter2").WithSecret(), value.Int(1)})
	if got := string(around.AppendJSON(nil)) + around.Text(); strings.Contains(got, "hunter2") || around.Secret() {
		t.Errorf("what is around a secret prints as %s", got)
	}
	vault := value.FromUnknown(value.Unknown{Reason: value.SecretValue, Residual: expr.Call("x")})
	if !vault.Secret() || strings.Contains(string(vault.AppendJSON(nil)), "x") {
		t.Errorf("a vault's secret prints as %s", vault.AppendJSON(nil))
	}
	if !value.Absent().WithSecret().Secret() || value.Absent().WithSecret().Get("x").Secret() {
		t.Error("a member that is not there is secret")
	}
}

func TestDeclaredIsInherited(t *testing.T) {
	_, v := read(t, `{"a": {"b": [1]}}`)
	v = v.WithDeclared()
	if !v.Path("a", "b").Declared() || !v.Path("a", "b").At(0).Declared() || v.Get("none").Declared() || value.Int(1).Declared() {
		t.Error("what is inside of a declared body is not declared")
	}
}

func TestTexts(t *testing.T) {
	hole := expr.Member(expr.Call("resourceGroup"), "name")
	tests := []struct {
		v    value.Value
		want string
	}{
		{value.String("a b"), "a b"},
		{value.Int(-5), "-5"},
		{value.Bool(true), "true"},
		{value.Float(1.5), "1.5"},
		{value.Float(math.Inf(1)), "null"},
		{value.Float(math.NaN()), "null"},
		{value.Null(), ""},
		{value.Absent(), ""},
		{value.Array([]value.Value{value.Int(1), value.String("x")}), `[1,"x"]`},
		{value.Object([]value.Member{{Key: "k", Value: value.Null()}}), `{"k":null}`},
		{value.FromUnknown(value.Unknown{Residual: hole}), "{resourceGroup().name}"},
		{value.FromUnknown(value.Unknown{Residual: hole, Parts: []value.Part{{Lit: "/a/"}, {Hole: hole}, {Lit: "/b"}}}), "/a/{resourceGroup().name}/b"},
		{value.FromUnknown(value.Unknown{}), "{null()}"},
	}
	for _, tt := range tests {
		if got := tt.v.Text(); got != tt.want {
			t.Errorf("the text is %q, want %q", got, tt.want)
		}
	}
	if got := string(value.FromUnknown(value.Unknown{Residual: hole}).AppendJSON(nil)); got != `{"$unknown":"[resourceGroup().name]"}` {
		t.Errorf("an unknown prints as %s", got)
	}
	if got := string(value.AppendQuoted(nil, "a\xffb\u2028\"")); got != "\"a\ufffdb\u2028\\\"\"" {
		t.Errorf("what is no UTF-8 is quoted as %s", got)
	}
}

func TestReadingScalars(t *testing.T) {
	for _, v := range []value.Value{value.Null(), value.String("1"), value.Array(nil), value.FromUnknown(value.Unknown{})} {
		if _, ok := v.AsInt(); ok {
			t.Errorf("%s is an integer", v.Kind())
		}
		if _, ok := v.AsBool(); ok {
			t.Errorf("%s is a boolean", v.Kind())
		}
		if _, ok := v.AsFloat(); ok {
			t.Errorf("%s is a number", v.Kind())
		}
	}
	if f, ok := value.Int(3).AsFloat(); !ok || f != 3 {
		t.Error("an integer is no number")
	}
	if _, ok := value.Float(3).AsInt(); ok {
		t.Error("a float is an integer")
	}
	if s, ok := value.Int(3).AsString(); ok || s != "" || value.Int(3).Str() != "" {
		t.Error("an integer is a string")
	}
}

// FromAny reads what encoding/json makes; members come sorted, whole numbers become integers.
func TestFromAny(t *testing.T) {
	tests := []struct {
		in   any
		want string
	}{
		{nil, `null`},
		{true, `true`},
		{"x", `"x"`},
		{5, `5`},
		{int64(-5), `-5`},
		{5.0, `5`},
		{5.5, `5.5`},
		{1e300, `1e+300`},
		{json.Number("9223372036854775807"), `9223372036854775807`},
		{json.Number("1.5"), `1.5`},
		{[]any{1, "a", nil}, `[1,"a",null]`},
		{map[string]any{"b": 1, "a": []any{}}, `{"a":[],"b":1}`},
		{struct{}{}, `null`},
	}
	for _, tt := range tests {
		if got := string(value.FromAny(tt.in).AppendJSON(nil)); got != tt.want {
			t.Errorf("%#v becomes %s, want %s", tt.in, got, tt.want)
		}
	}
	if !value.FromAny(struct{}{}).IsAbsent() {
		t.Error("a Go struct is a value")
	}
}

// A value knows the literal that supplied it and the property where it landed.
func TestDefinitionAndUse(t *testing.T) {
	doc, _ := jsonc.Parse("v.json", []byte(`{"here": 1, "there": {"k": "x"}, "third": 0}`))
	here, there := doc.Root().Get("here"), doc.Root().Get("there")
	v := value.FromNode(here)
	if v.Def() != here || v.Use() != here {
		t.Error("a literal is not its own definition and use")
	}
	v = v.WithUse(there)
	if v.Def() != here || v.Use() != there || v.WithUse(here).Use() != here {
		t.Error("the use cannot be set")
	}
	if got := value.Int(1).WithDef(there); got.Def() != there || got.Use() != there {
		t.Error("the definition of what is computed cannot be set")
	}
	object := value.FromNode(there)
	if object.WithDef(here).Def() != there {
		t.Error("a view on a document lost its node")
	}
	if object.WithUse(here).Get("k").Def().Pointer() != "/there/k" {
		t.Error("a member of what landed elsewhere lost its definition")
	}
	if n := value.FromNode(doc.Root()).MemberNode("THERE"); n != there {
		t.Error("the node of a member is not found")
	}
	if n := rebuild(object).MemberNode("none"); n.IsValid() || value.Object([]value.Member{{Key: "a", Value: value.Int(1)}}).MemberNode("a").IsValid() {
		t.Error("a computed object has nodes of members")
	}
}

func TestContains(t *testing.T) {
	isTwo := func(v value.Value) bool { i, ok := v.AsInt(); return ok && i == 2 }
	for src, want := range map[string]bool{
		`2`: true, `1`: false, `[1, 2]`: true, `[1, [3, [2]]]`: true, `{"a": {"b": [2]}}`: true, `{"2": 1}`: false, `[]`: false, `{}`: false,
	} {
		view, built := read(t, src)
		if view.Contains(isTwo) != want || built.Contains(isTwo) != want {
			t.Errorf("%s contains 2: %v", src, !want)
		}
	}
}
