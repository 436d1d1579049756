package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

func file(t testing.TB, name, src string) *jsonc.Document {
	t.Helper()
	doc, errs := jsonc.Parse(name, []byte(src))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return doc
}

// parameterTemplate outputs its parameter p, declared as given.
func parameterTemplate(declaration, more string) string {
	return `{` + rgSchema + more + `, "parameters": {"p": ` + declaration + `}, "resources": [],
		"outputs": {"p": {"type": "object", "value": {"p": "[parameters('P')]"}}}}`
}

func TestWhereValuesComeFrom(t *testing.T) {
	fileWith := func(v string) *jsonc.Document { return file(t, "p.json", `{"parameters": {"P": `+v+`}}`) }
	tests := map[string]struct {
		declaration string
		opts        template.Options
		want        string
		source      template.ParameterSource
	}{
		"default":                    {`{"type": "int", "defaultValue": 1}`, template.Options{}, `1`, template.FromDefault},
		"default expression":         {`{"type": "int", "defaultValue": "[add(1, 1)]"}`, template.Options{}, `2`, template.FromDefault},
		"file":                       {`{"type": "int", "defaultValue": 1}`, template.Options{ParameterFiles: []*jsonc.Document{fileWith(`{"value": 3}`)}}, `3`, template.FromFile},
		"later file":                 {`{"type": "int"}`, template.Options{ParameterFiles: []*jsonc.Document{fileWith(`{"value": 3}`), fileWith(`{"value": 4}`)}}, `4`, template.FromFile},
		"assignment beats file":      {`{"type": "int"}`, template.Options{ParameterFiles: []*jsonc.Document{fileWith(`{"value": 3}`)}, Parameters: []template.Assignment{{Name: "p", Text: "5"}}}, `5`, template.FromAssignment},
		"file value stays literal":   {`{"type": "string"}`, template.Options{ParameterFiles: []*jsonc.Document{fileWith(`{"value": "[[x]"}`)}}, `"[[x]"`, template.FromFile},
		"null in a file is nothing":  {`{"type": "int", "defaultValue": 1}`, template.Options{ParameterFiles: []*jsonc.Document{fileWith(`{"value": null}`)}}, `1`, template.FromDefault},
		"nullable":                   {`{"type": "int", "nullable": true}`, template.Options{}, `null`, template.FromNull},
		"missing":                    {`{"type": "int"}`, template.Options{}, `{"$unknown": "[parameters('p')]"}`, template.Missing},
		"key vault":                  {`{"type": "securestring"}`, template.Options{ParameterFiles: []*jsonc.Document{fileWith(`{"reference": {"keyVault": {"id": "/v"}, "secretName": "s"}}`)}}, `{"$secret": true}`, template.FromKeyVault},
		"secure":                     {`{"type": "secureString"}`, template.Options{Parameters: []template.Assignment{{Name: "p", Text: "x"}}}, `{"$secret": true}`, template.FromAssignment},
		"bicepparam expression":      {`{"type": "string"}`, template.Options{ParameterFiles: []*jsonc.Document{fileWith(`{"expression": "[concat('a', 'b')]"}`)}}, `"ab"`, template.FromFile},
		"text of a boolean":          {`{"type": "bool"}`, template.Options{Parameters: []template.Assignment{{Name: "p", Text: "True"}}}, `true`, template.FromAssignment},
		"text of an array":           {`{"type": "array"}`, template.Options{Parameters: []template.Assignment{{Name: "p", Text: ` [1, {"a": 2}] `}}}, `[1, {"a": 2}]`, template.FromAssignment},
		"text of a string with JSON": {`{"type": "string"}`, template.Options{Parameters: []template.Assignment{{Name: "p", Text: `{"a": 2}`}}}, `"{\"a\": 2}"`, template.FromAssignment},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, parameterTemplate(test.declaration, ""), test.opts)
			sameJSON(t, `{"p": {"p": `+test.want+`}}`, outputs(x))
			if got := x.Parameters[0].Source; got != test.source {
				t.Errorf("the source is %s, want %s", got, test.source)
			}
			for _, d := range x.Diagnostics {
				if d.Severity == template.Error {
					t.Errorf("unexpected error: %s", d)
				}
			}
		})
	}
}

func TestMissingParameterIsNamed(t *testing.T) {
	for _, strict := range []bool{false, true} {
		x := expand(t, parameterTemplate(`{"type": "string", "allowedValues": ["new", "old"]}`, ""), template.Options{Strict: strict})
		severity := "warning"
		if strict {
			severity = "error"
		}
		same(t, []string{severity + " 1:140 parameter-missing: the value for the template parameter 'p' is not provided; expected a string, one of new, old"}, messages(x.Diagnostics))
	}
}

func TestExternalInputs(t *testing.T) {
	src := parameterTemplate(`{"type": "object"}`, "")
	doc := file(t, "main.parameters.json", `{
		"parameters": {"p": {"expression": "[createObject('a', externalInputs('known'), 'b', externalInputs('declared'))]"}},
		"externalInputDefinitions": {"declared": {"kind": "sys.cli", "config": "x"}, "known": {"kind": "sys.envVar", "config": "Y"}},
		"externalInputs": {"known": {"value": 7}}}`)
	x := clean(t, src, template.Options{ParameterFiles: []*jsonc.Document{doc}})
	sameJSON(t, `{"p": {"p": {"a": 7, "b": {"$unknown": "[externalInputs('declared')]"}}}}`, outputs(x))
	x = clean(t, src, template.Options{ParameterFiles: []*jsonc.Document{doc}, ExternalInputs: map[string]value.Value{"declared": value.Bool(true)}})
	sameJSON(t, `{"p": {"p": {"a": 7, "b": true}}}`, outputs(x))
}

func TestTypesOfParameters(t *testing.T) {
	const definitions = `, "languageVersion": "2.0", "definitions": {
		"port": {"type": "int", "minValue": 1, "maxValue": 65535},
		"tree": {"type": "object", "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/definitions/tree"}, "nullable": true}}},
		"circle": {"$ref": "#/definitions/circle"},
		"cat": {"type": "object", "properties": {"kind": {"type": "string", "allowedValues": ["cat"]}, "lives": {"type": "int"}}},
		"dog": {"type": "object", "properties": {"kind": {"type": "string", "allowedValues": ["dog"]}}, "additionalProperties": false},
		"pet": {"type": "object", "discriminator": {"propertyName": "kind", "mapping": {"cat": {"$ref": "#/definitions/cat"}, "dog": {"$ref": "#/definitions/dog"}}}}}`
	tests := map[string]struct{ declaration, value, want string }{
		"string for int":            {`{"type": "int"}`, `"1"`, "is of type String, expected int"},
		"int for string":            {`{"type": "string"}`, `1`, "is of type Integer, expected string"},
		"not allowed":               {`{"type": "string", "allowedValues": ["a", "b"]}`, `"c"`, `"c", which is not an allowed value; expected one of a, b`},
		"allowed in another case":   {`{"type": "string", "allowedValues": ["Alpha"]}`, `"alpha"`, `but the allowed value is spelt "Alpha"`},
		"allowed elements":          {`{"type": "array", "allowedValues": ["a", "b"]}`, `["b", "a"]`, ""},
		"too short":                 {`{"type": "string", "minLength": 3}`, `"ab"`, "has 2 characters, expected at least 3"},
		"length in UTF-16":          {`{"type": "string", "maxLength": 2}`, `"😀"`, ""},
		"too long an array":         {`{"type": "array", "maxLength": 1}`, `[1, 2]`, "has 2 elements, expected at most 1"},
		"too small":                 {`{"type": "int", "minValue": 3}`, `2`, "is 2, expected at least 3"},
		"reference":                 {`{"$ref": "#/definitions/port"}`, `70000`, "is 70000, expected at most 65535"},
		"constraint beside $ref":    {`{"$ref": "#/definitions/port", "maxValue": 10}`, `11`, "expected at most 10"},
		"items":                     {`{"type": "array", "items": {"type": "int"}}`, `[1, "2"]`, "'p'[1] is of type String, expected int"},
		"tuple":                     {`{"type": "array", "prefixItems": [{"type": "int"}, {"type": "string"}], "items": false}`, `[1, "a", 2]`, "has 3 elements, expected 2"},
		"short tuple":               {`{"type": "array", "prefixItems": [{"type": "int"}, {"type": "string"}]}`, `[1]`, "has 1 elements, expected 2"},
		"missing property":          {`{"$ref": "#/definitions/tree"}`, `{"children": []}`, "'p'.name is missing, expected string"},
		"recursive":                 {`{"$ref": "#/definitions/tree"}`, `{"name": "a", "children": [{"name": "b", "children": [{"name": 1}]}]}`, "'p'.children[0].children[0].name is of type Integer, expected string"},
		"reference circle":          {`{"$ref": "#/definitions/circle"}`, `1`, "cannot be resolved"},
		"reference to nothing":      {`{"$ref": "#/definitions/none"}`, `1`, "cannot be resolved"},
		"discriminator":             {`{"$ref": "#/definitions/pet"}`, `{"kind": "cat", "lives": 9}`, ""},
		"variant":                   {`{"$ref": "#/definitions/pet"}`, `{"kind": "cat", "lives": "x"}`, "'p'.lives is of type String, expected int"},
		"unknown variant":           {`{"$ref": "#/definitions/pet"}`, `{"kind": "cow"}`, `'p'.kind is "cow"; expected one of cat, dog`},
		"sealed":                    {`{"$ref": "#/definitions/pet"}`, `{"kind": "dog", "lives": 1}`, `has no property "lives"`},
		"additional properties":     {`{"type": "object", "properties": {"a": {"type": "int"}}, "additionalProperties": {"type": "string"}}`, `{"a": 1, "b": "x", "c": 2}`, "'p'.c is of type Integer, expected string"},
		"null inside":               {`{"type": "object", "properties": {"a": {"type": "int", "nullable": true}, "b": {"type": "int"}}}`, `{"a": null, "b": null}`, "'p'.b is null, expected int"},
		"property of another type":  {`{"$ref": "#/definitions/tree/properties/name"}`, `1`, "expected string"},
		"secret does not show":      {`{"type": "securestring", "allowedValues": ["a"]}`, `"hidden"`, "is the secret value, which is not an allowed value"},
		"whole number given as 1.0": {`{"type": "int"}`, `1.0`, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			doc := file(t, "p.json", `{"parameters": {"p": {"value": `+test.value+`}}}`)
			x := expand(t, parameterTemplate(test.declaration, definitions), template.Options{ParameterFiles: []*jsonc.Document{doc}})
			got := strings.Join(messages(x.Diagnostics), "\n")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if strings.Contains(got, "hidden") {
				t.Errorf("a secret is shown: %s", got)
			}
			for _, d := range x.Diagnostics {
				if d.Pos.File != "p.json" {
					t.Errorf("%s does not point at the value", d)
				}
			}
		})
	}
}

func TestWrongParameterFiles(t *testing.T) {
	tests := map[string]struct{ src, want string }{
		"no parameters": {`{"values": {}}`, `1:1 parameter-file: the parameter file has no object "parameters"`},
		"bare value":    {`{"parameters": {"p": 1}}`, `1:22 parameter-file: the parameter "p" is of kind number, expected an object with a value`},
		"nothing":       {`{"parameters": {"p": {}}}`, `1:22 parameter-file: the parameter "p" has neither a value nor a reference`},
		"undeclared":    {`{"parameters": {"q": {"value": 1}}}`, `1:17 parameter-unknown: the template has no parameter "q"`},
		"bad vault":     {`{"parameters": {"p": {"reference": {"secretName": "x"}}}}`, `1:36 parameter-file: this is no reference to a Key Vault`},
		"expression":    {`{"parameters": {"p": {"expression": "[concat('a'"}}}`, ``},
		"bad call":      {`{"parameters": {"p": {"expression": "[toLower(1)]"}}}`, `1:39 expression: `},
		"syntax":        {`{"parameters": {"p": {"expression": "[concat('a',)]"}}}`, `expression-syntax: Unable to parse language expression`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, parameterTemplate(`{"type": "string"}`, ""), template.Options{ParameterFiles: []*jsonc.Document{file(t, "p.json", test.src)}})
			if got := strings.Join(messages(x.Diagnostics), "\n"); !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestParameterFilesAreRecognised(t *testing.T) {
	tests := map[string]bool{
		`{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "parameters": {}}`: true,
		`{"parameters": {"a": {"value": 1}, "b": {"reference": {}}}}`:                                                        true,
		`{"parameters": {"a": {"type": "string"}}}`:                                                                          false,
		`{"parameters": {"a": {"value": 1}}, "resources": []}`:                                                               false,
		`{` + rgSchema + `, "resources": []}`:                                                                                false,
		`[]`:                                                                                                                 false,
	}
	for src, want := range tests {
		if got := template.IsParameterFile(file(t, "x", src).Root()); got != want {
			t.Errorf("IsParameterFile(%s) = %v", src, got)
		}
	}
}
