package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// typed expands a template with one parameter of a type and a value for it, and gives the problems that are reported.
func typed(t *testing.T, definitions, declaration, given string) string {
	t.Helper()
	x := expand(t, symbolic(`"definitions": `+definitions+`, "parameters": {"p": `+declaration+`}, "resources": {}`),
		template.Options{Parameters: params(t, `{"p": `+given+`}`)})
	var out []string
	for _, d := range x.Diagnostics {
		if d.Code != template.CodeParameterType {
			t.Errorf("unexpected diagnostic %s", d)
		}
		out = append(out, d.Severity.String()+": "+strings.TrimSuffix(strings.TrimPrefix(d.Message, "parameter 'p'"), " (given beside the files)"))
	}
	return strings.Join(out, " | ")
}

// Sections 6.1 and 6.4 of the specification.
func TestSimpleTypes(t *testing.T) {
	tests := []struct{ declaration, given, want string }{
		{`{"type": "string"}`, `"x"`, ""},
		{`{"type": "STRING"}`, `"x"`, ""},
		{`{"type": "string"}`, `5`, "error:  is of type Integer, expected string"},
		{`{"type": "string"}`, `["x"]`, "error:  is of type Array, expected string"},
		{`{"type": "securestring"}`, `5`, "error:  is of type Integer, expected securestring"},
		{`{"type": "int"}`, `5`, ""},
		{`{"type": "int"}`, `-5`, ""},
		{`{"type": "int"}`, `5.0`, ""},
		{`{"type": "int"}`, `5.5`, "error:  is of type Float, expected int"},
		{`{"type": "int"}`, `"5"`, "error:  is of type String, expected int"},
		{`{"type": "bool"}`, `true`, ""},
		{`{"type": "bool"}`, `"true"`, "error:  is of type String, expected bool"},
		{`{"type": "bool"}`, `1`, "error:  is of type Integer, expected bool"},
		{`{"type": "array"}`, `[]`, ""},
		{`{"type": "array"}`, `{}`, "error:  is of type Object, expected array"},
		{`{"type": "object"}`, `{}`, ""},
		{`{"type": "object"}`, `[]`, "error:  is of type Array, expected object"},
		{`{"type": "secureObject"}`, `"x"`, "error:  is of type String, expected secureObject"},
		{`{"type": "string", "nullable": true}`, `null`, ""},
		{`{"type": "string", "nullable": true}`, `5`, "error:  is of type Integer, expected string or null"},
	}
	for _, tt := range tests {
		if got := typed(t, `{}`, tt.declaration, tt.given); got != tt.want {
			t.Errorf("%s for %s gives %q, want %q", tt.given, tt.declaration, got, tt.want)
		}
	}
}

func TestConstraints(t *testing.T) {
	tests := []struct{ declaration, given, want string }{
		// bounds are inclusive
		{`{"type": "int", "minValue": 1, "maxValue": 3}`, `1`, ""},
		{`{"type": "int", "minValue": 1, "maxValue": 3}`, `3`, ""},
		{`{"type": "int", "minValue": 1, "maxValue": 3}`, `0`, "error:  is 0, expected at least 1"},
		{`{"type": "int", "minValue": 1, "maxValue": 3}`, `4`, "error:  is 4, expected at most 3"},
		{`{"type": "int", "minValue": -2}`, `-3`, "error:  is -3, expected at least -2"},
		{`{"type": "string", "minLength": 2, "maxLength": 3}`, `"ab"`, ""},
		{`{"type": "string", "minLength": 2, "maxLength": 3}`, `"abc"`, ""},
		{`{"type": "string", "minLength": 2, "maxLength": 3}`, `"a"`, "error:  has 1 characters, expected at least 2"},
		{`{"type": "string", "minLength": 2, "maxLength": 3}`, `"abcd"`, "error:  has 4 characters, expected at most 3"},
		{`{"type": "string", "maxLength": 2}`, `"é€"`, ""},
		{`{"type": "string", "maxLength": 1}`, `"😀"`, "error:  has 2 characters, expected at most 1"},
		{`{"type": "array", "minLength": 1, "maxLength": 2}`, `[1, 2]`, ""},
		{`{"type": "array", "minLength": 1}`, `[]`, "error:  has 0 elements, expected at least 1"},
		{`{"type": "array", "maxLength": 2}`, `[1, 2, 3]`, "error:  has 3 elements, expected at most 2"},
		// allowed values
		{`{"type": "string", "allowedValues": ["a", "b"]}`, `"a"`, ""},
		{`{"type": "string", "allowedValues": ["a", "b"]}`, `"c"`, `error:  is "c", which is not an allowed value; expected one of a, b`},
		{`{"type": "string", "allowedValues": ["Standard"]}`, `"standard"`, `warning:  is "standard", but the allowed value is spelt "Standard"`},
		{`{"type": "int", "allowedValues": [1, 2]}`, `2`, ""},
		{`{"type": "int", "allowedValues": [1, 2]}`, `3`, `error:  is "3", which is not an allowed value; expected one of 1, 2`},
		{`{"type": "bool", "allowedValues": [true]}`, `false`, `error:  is "false", which is not an allowed value; expected one of true`},
		{`{"type": "array", "allowedValues": ["a", "b", "c"]}`, `["a", "c"]`, ""},
		{`{"type": "array", "allowedValues": ["a", "b"]}`, `["a", "x"]`, "error:  is the array of 2, which is not an allowed value; expected one of a, b"},
		{`{"type": "array", "allowedValues": [["a"], ["b"]]}`, `["b"]`, ""},
		{`{"type": "object", "allowedValues": [{"x": 1}]}`, `{"x": 1}`, ""},
		{`{"type": "object", "allowedValues": [{"x": 1}]}`, `{"x": 2}`, `error:  is the object of 1, which is not an allowed value; expected one of {"x":1}`},
		{`{"type": "string", "allowedValues": []}`, `"any"`, ""},
	}
	for _, tt := range tests {
		if got := typed(t, `{}`, tt.declaration, tt.given); got != tt.want {
			t.Errorf("%s for %s gives %q, want %q", tt.given, tt.declaration, got, tt.want)
		}
	}
}

func TestArrayTypes(t *testing.T) {
	const tuple = `{"type": "array", "prefixItems": [{"type": "string"}, {"type": "int"}], "items": false}`
	tests := []struct{ declaration, given, want string }{
		{`{"type": "array", "items": {"type": "int"}}`, `[1, 2]`, ""},
		{`{"type": "array", "items": {"type": "int"}}`, `[]`, ""},
		{`{"type": "array", "items": {"type": "int"}}`, `[1, "x", true]`, "error: [1] is of type String, expected int | error: [2] is of type Boolean, expected int"},
		{`{"type": "array", "items": {"type": "int", "minValue": 1}}`, `[0]`, "error: [0] is 0, expected at least 1"},
		{`{"type": "array", "items": {"type": "int", "nullable": true}}`, `[1, null]`, ""},
		{`{"type": "array", "items": {"type": "int"}}`, `[null]`, "error: [0] is null, expected int"},
		{`{"type": "array", "items": {"type": "array", "items": {"type": "string"}}}`, `[["a"], ["b", 5]]`, "error: [1][1] is of type Integer, expected string"},
		{tuple, `["a", 1]`, ""},
		{tuple, `["a"]`, "error:  has 1 elements, expected 2"},
		{tuple, `["a", 1, true]`, "error:  has 3 elements, expected 2"},
		{tuple, `[1, "a"]`, "error: [0] is of type Integer, expected string | error: [1] is of type String, expected int"},
		{`{"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "int"}}`, `["a", 1, 2]`, ""},
		{`{"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "int"}}`, `["a", 1, "x"]`, "error: [2] is of type String, expected int"},
		{`{"type": "array", "prefixItems": [{"type": "string"}]}`, `["a", 1, true]`, ""},
	}
	for _, tt := range tests {
		if got := typed(t, `{}`, tt.declaration, tt.given); got != tt.want {
			t.Errorf("%s for %s gives %q, want %q", tt.given, tt.declaration, got, tt.want)
		}
	}
}

func TestObjectTypes(t *testing.T) {
	const sealed = `{"type": "object", "properties": {"a": {"type": "int"}, "b": {"type": "string", "nullable": true}}, "additionalProperties": false}`
	const union = `{"type": "object", "discriminator": {"propertyName": "kind", "mapping": {
		"cat": {"type": "object", "properties": {"kind": {"type": "string"}, "lives": {"type": "int"}}, "additionalProperties": false},
		"dog": {"$ref": "#/definitions/dog"}}}}`
	const definitions = `{
		"dog": {"type": "object", "properties": {"kind": {"type": "string"}, "tricks": {"type": "array", "items": {"type": "string"}, "nullable": true}}},
		"short": {"type": "string", "maxLength": 3},
		"chain": {"$ref": "#/definitions/short"},
		"node": {"type": "object", "properties": {"v": {"type": "int"}, "next": {"$ref": "#/definitions/node", "nullable": true}}},
		"many": {"type": "array", "items": {"$ref": "#/definitions/short"}},
		"loop": {"$ref": "#/definitions/pool"},
		"pool": {"$ref": "#/definitions/loop"},
		"a/b~c": {"type": "int"}
	}`
	tests := []struct{ declaration, given, want string }{
		{sealed, `{"a": 1}`, ""},
		{sealed, `{"a": 1, "b": "x"}`, ""},
		{sealed, `{"a": 1, "b": null}`, ""},
		{sealed, `{"A": 1}`, ""},
		{sealed, `{"b": "x"}`, "error: .a is missing, expected int"},
		{sealed, `{"a": null}`, "error: .a is null, expected int"},
		{sealed, `{"a": "x"}`, "error: .a is of type String, expected int"},
		{sealed, `{"a": 1, "c": 2}`, `error:  has no property "c"`},
		{`{"type": "object", "properties": {"a": {"type": "int"}}}`, `{"a": 1, "c": 2}`, ""},
		{`{"type": "object", "sealed": true, "properties": {"a": {"type": "int"}}}`, `{"a": 1, "c": 2}`, `error:  has no property "c"`},
		{`{"type": "object", "additionalProperties": {"type": "int"}}`, `{"a": 1, "b": "x"}`, "error: .b is of type String, expected int"},
		{`{"type": "object", "properties": {"o": {"type": "object", "properties": {"x": {"type": "bool"}}}}}`, `{"o": {"x": 0}}`, "error: .o.x is of type Integer, expected bool"},
		// discriminated unions
		{union, `{"kind": "cat", "lives": 9}`, ""},
		{union, `{"kind": "cat", "lives": "nine"}`, "error: .lives is of type String, expected int"},
		{union, `{"kind": "cat", "lives": 9, "tricks": []}`, `error:  has no property "tricks"`},
		{union, `{"kind": "dog", "tricks": ["sit"]}`, ""},
		{union, `{"kind": "dog", "tricks": [1]}`, "error: .tricks[0] is of type Integer, expected string"},
		{union, `{"kind": "fish"}`, `error: .kind is "fish"; expected one of cat, dog`},
		{union, `{}`, `error: .kind is ""; expected one of cat, dog`},
		{union, `{"kind": 5}`, `error: .kind is "5"; expected one of cat, dog`},
		// references
		{`{"$ref": "#/definitions/short"}`, `"abc"`, ""},
		{`{"$ref": "#/definitions/short"}`, `"abcd"`, "error:  has 4 characters, expected at most 3"},
		{`{"$ref": "#/definitions/chain"}`, `"abcd"`, "error:  has 4 characters, expected at most 3"},
		{`{"$ref": "#/definitions/chain", "minLength": 2}`, `"a"`, "error:  has 1 characters, expected at least 2"},
		{`{"$ref": "#/definitions/short", "nullable": true}`, `null`, ""},
		{`{"$ref": "#/definitions/many"}`, `["abc", "abcd"]`, "error: [1] has 4 characters, expected at most 3"},
		{`{"$ref": "#/definitions/many/items"}`, `"abcd"`, "error:  has 4 characters, expected at most 3"},
		{`{"$ref": "#/definitions/dog/properties/tricks"}`, `[1]`, "error: [0] is of type Integer, expected string"},
		{`{"$ref": "#/definitions/a~1b~0c"}`, `"x"`, "error:  is of type String, expected int"},
		{`{"$ref": "#/definitions/node"}`, `{"v": 1, "next": {"v": 2, "next": {"v": 3}}}`, ""},
		{`{"$ref": "#/definitions/node"}`, `{"v": 1, "next": {"v": 2, "next": {"v": "x"}}}`, "error: .next.next.v is of type String, expected int"},
		{`{"$ref": "#/definitions/none"}`, `1`, `error: the type "#/definitions/none" of parameter 'p' cannot be resolved`},
		{`{"$ref": "#/definitions/loop"}`, `1`, `error: the type "#/definitions/loop" of parameter 'p' cannot be resolved`},
		{`{"$ref": "other.json#/x"}`, `1`, `error: the type "other.json#/x" of parameter 'p' cannot be resolved`},
	}
	for _, tt := range tests {
		if got := typed(t, definitions, tt.declaration, tt.given); got != tt.want {
			t.Errorf("%s for %s gives %q, want %q", tt.given, tt.declaration, got, tt.want)
		}
	}
}

// A type error lies at the supplied value; evaluation goes on with it.
func TestTypeErrorsLieAtTheValue(t *testing.T) {
	src := symbolic(`
		"definitions": {"item": {"type": "object", "properties": {"size": {"type": "int", "maxValue": 10}}}},
		"parameters": {
			"fromFile": {"type": "array", "items": {"$ref": "#/definitions/item"}},
			"fromDefault": {"type": "string", "allowedValues": ["a"], "defaultValue": "b"}
		},
		"resources": {},
		"outputs": {"o": {"type": "array", "value": "[parameters('fromFile')]"}}`)
	doc := file(t, "p.json", `{
  "parameters": {
    "fromFile": {
      "value": [
        {"size": 1},
        {"size": 99}
      ]
    }
  }
}`)
	x := expand(t, src, template.Options{ParameterFiles: files1(doc)})
	lists(t, "the problems", places(x), `
		error parameter-type azuredeploy.json:6:78 /parameters/fromDefault/defaultValue
		error parameter-type p.json:6:18 /parameters/fromFile/value/1/size
	`)
	sameJSON(t, `{"o": [{"size": 1}, {"size": 99}]}`, outputs(x))
}
