package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Section 11 of the specification.
func TestOutputsInEveryForm(t *testing.T) {
	x := expand(t, symbolic(`
		"definitions": {
			"size": {"type": "string", "allowedValues": ["S", "L"]},
			"hidden": {"type": "secureObject"}
		},
		"parameters": {"u": {"type": "bool"}},
		"resources": {},
		"outputs": {
			"literal": {"type": "string", "value": "x"},
			"expression": {"type": "int", "value": "[add(1, 2)]"},
			"container": {"type": "object", "value": {"a": ["[concat('b', 'c')]"], "[toUpper('k')]": null}},
			"loop": {"type": "array", "copy": {"count": 2, "input": {"i": "[copyIndex()]"}}},
			"reference": {"$ref": "#/definitions/size", "value": "L"},
			"nothing": {"type": "string", "nullable": true, "value": null},
			"secret": {"type": "securestring", "value": "hush"},
			"secretByReference": {"$ref": "#/definitions/hidden", "value": {"a": 1}},
			"left": {"condition": false, "type": "string", "value": "[fail('never')]"},
			"stays": {"condition": true, "type": "string", "value": "s"},
			"maybe": {"condition": "[parameters('u')]", "type": "string", "value": "m"},
			"open": {"type": "string", "value": "[if(parameters('u'), 'a', 'b')]"}
		}`), everyScope)
	var names []string
	for _, o := range x.Outputs {
		names = append(names, o.Name+":"+o.Type+map[bool]string{true: "!"}[o.Secure])
	}
	if got := strings.Join(names, " "); got != "literal:string expression:int container:object loop:array reference:String nothing:string secret:securestring! secretByReference:Object! stays:string maybe:string open:string" {
		t.Errorf("the outputs are %s", got)
	}
	sameJSON(t, `{
		"literal": "x",
		"expression": 3,
		"container": {"a": ["bc"], "K": null},
		"loop": [{"i": 0}, {"i": 1}],
		"reference": "L",
		"nothing": null,
		"secret": {"$secret": true},
		"secretByReference": {"$secret": true},
		"stays": "s",
		"maybe": "m",
		"open": {"$unknown": "[if(parameters('u'), 'a', 'b')]"}
	}`, outputs(x))
	lists(t, "the problems", problems(x), `
		warning parameter-missing 7:18 /parameters/u the value for the template parameter 'u' is not provided
	`)
}

func TestOutputsOfTheWrongType(t *testing.T) {
	tests := []struct{ output, want string }{
		{`{"type": "string", "value": 5}`, "is of type Integer, expected string"},
		{`{"type": "int", "value": "5"}`, "is of type String, expected int"},
		{`{"type": "int", "value": 5.5}`, "is of type Float, expected int"},
		{`{"type": "int", "value": null}`, "is null, expected int"},
		{`{"type": "int", "value": "[json('null')]"}`, "is null, expected int"},
		{`{"type": "bool", "value": "[string(true())]"}`, "is of type String, expected bool"},
		{`{"type": "array", "value": {}}`, "is of type Object, expected array"},
		{`{"type": "object", "value": []}`, "is of type Array, expected object"},
		{`{"type": "array", "items": {"type": "int"}, "value": [1, "x"]}`, "[1] is of type String, expected int"},
		{`{"type": "securestring", "value": 5}`, "is of type Integer, expected securestring"},
		{`{"type": "string", "value": "ok"}`, ""},
		{`{"type": "STRING", "value": "ok"}`, ""},
		{`{"type": "object", "value": "[resourceGroup()]"}`, ""},
		{`{"type": "string", "value": "[resourceGroup().tags.x]"}`, ""},
		{`{"value": [1, "no type"]}`, ""},
	}
	for _, tt := range tests {
		x := expand(t, classic(`"resources": [], "outputs": {"o": `+tt.output+`}`), everyScope)
		got := strings.Join(messages(x.Diagnostics), "\n")
		if tt.want == "" && got != "" || tt.want != "" && !strings.Contains(got, "output: Template output JToken type is not valid: output 'o'") || !strings.Contains(got, tt.want) {
			t.Errorf("%s gives %q, want %q", tt.output, got, tt.want)
		}
	}
}

// Section 6.1: where the value of a parameter comes from, and in which order.
func TestSourcesOfParameters(t *testing.T) {
	const src = `
		"parameters": {
			"required": {"type": "string"},
			"withDefault": {"type": "string", "defaultValue": "default"},
			"computed": {"type": "string", "defaultValue": "[concat(parameters('withDefault'), '-', resourceGroup().name)]"},
			"nullable": {"type": "string", "nullable": true},
			"nullableWithDefault": {"type": "int", "nullable": true, "defaultValue": 7},
			"secret": {"type": "secureObject", "defaultValue": {}},
			"clock": {"type": "string", "defaultValue": "[utcNow('yyyy')]"},
			"chance": {"type": "string", "defaultValue": "[newGuid()]"}
		},
		"resources": {}`
	null := file(t, "p.json", `{"parameters": {"withDefault": {"value": null}, "nullable": {"value": null}, "nullableWithDefault": {"value": null}}}`)
	first := file(t, "first.json", `{"parameters": {"REQUIRED": {"value": "first"}, "withDefault": {"value": "[concat('not', 'evaluated')]"}}}`)
	second := file(t, "second.json", `{"parameters": {"required": {"value": "second"}, "nullable": {"value": "[[x]"}}}`)
	vault := file(t, "vault.json", `{"parameters": {"required": {"reference": {"keyVault": {"id": "/subscriptions/S/v"}, "secretName": "name", "secretVersion": "3"}}}}`)
	tests := map[string]struct {
		opts template.Options
		want string
	}{
		"nothing": {template.Options{}, `
			required missing {"$unknown":"[parameters('required')]"}
			withDefault default "default"
			computed default {"$unknown":"[concat('default', '-', resourceGroup().name)]"}
			nullable null null
			nullableWithDefault default 7
			secret default {"$secret":true}
			clock default {"$unknown":"[utcNow('yyyy')]"}
			chance default {"$unknown":"[newGuid()]"}`},
		"null counts as nothing": {template.Options{ParameterFiles: files1(null), ResourceGroup: "G", NewGUID: "g"}, `
			required missing {"$unknown":"[parameters('required')]"}
			withDefault default "default"
			computed default "default-G"
			nullable null null
			nullableWithDefault default 7
			secret default {"$secret":true}
			clock default {"$unknown":"[utcNow('yyyy')]"}
			chance default "g"`},
		"later files win, values are literal": {template.Options{ParameterFiles: append(files1(first), second), ResourceGroup: "G"}, `
			required parameter file "second"
			withDefault parameter file "[concat('not', 'evaluated')]"
			computed default "[concat('not', 'evaluated')]-G"
			nullable parameter file "[[x]"
			nullableWithDefault default 7
			secret default {"$secret":true}
			clock default {"$unknown":"[utcNow('yyyy')]"}
			chance default {"$unknown":"[newGuid()]"}`},
		"assignments win": {template.Options{ParameterFiles: files1(first), Parameters: []template.Assignment{{Name: "Required", Text: "5"}, {Name: "nullableWithDefault", Text: "8"}, {Name: "secret", Text: `{"a": 1}`}}}, `
			required command line "5"
			withDefault parameter file "[concat('not', 'evaluated')]"
			computed default {"$unknown":"[concat('[concat(''not'', ''evaluated'')]', '-', resourceGroup().name)]"}
			nullable null null
			nullableWithDefault command line 8
			secret command line {"$secret":true}
			clock default {"$unknown":"[utcNow('yyyy')]"}
			chance default {"$unknown":"[newGuid()]"}`},
		"a vault": {template.Options{ParameterFiles: files1(vault), ResourceGroup: "G"}, `
			required key vault {"$secret":true} /subscriptions/S/v name 3
			withDefault default "default"
			computed default "default-G"
			nullable null null
			nullableWithDefault default 7
			secret default {"$secret":true}
			clock default {"$unknown":"[utcNow('yyyy')]"}
			chance default {"$unknown":"[newGuid()]"}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, symbolic(src), tt.opts)
			var got []string
			for _, p := range x.Parameters {
				residual := string(p.Value.AppendJSON(nil))
				line := p.Name + " " + p.Source.String() + " " + residual + " " + p.Vault + " " + p.Secret + " " + p.SecretVersion
				got = append(got, strings.TrimSpace(line))
			}
			lists(t, "the parameters", got, tt.want)
		})
	}
}

// A default may not ask what only a deployment knows.
func TestWhatDefaultsMayNotAsk(t *testing.T) {
	tests := []struct{ dflt, want string }{
		{"[reference('x').y]", "'reference' is not expected at this location: the default of a parameter"},
		{"[listKeys('x', '1').y]", "'listKeys' is not expected at this location: the default of a parameter"},
		{"[copyIndex()]", "The function can only be used in a resource with copy specified"},
		{"[parameters('none')]", "The template parameter 'none' is not found"},
	}
	for _, tt := range tests {
		x := expand(t, classic(`"parameters": {"p": {"type": "string", "defaultValue": "`+tt.dflt+`"}}, "resources": []`), everyScope)
		reports(t, x, template.CodeExpression, tt.want)
		if u := x.Parameters[0].Value.Unknown(); u == nil || u.Reason != value.Failed {
			t.Errorf("%s: the parameter is %s", tt.dflt, x.Parameters[0].Value.AppendJSON(nil))
		}
	}
	for _, place := range []string{
		`"variables": {"v": "[reference('x').y]"}, "resources": [], "outputs": {"o": {"type": "string", "value": "[variables('v')]"}}`,
		`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[reference('x').y]"}]`,
		`"resources": [{"type": "[reference('x').y]", "apiVersion": "1", "name": "n"}]`,
		`"resources": [{"type": "A.B/c", "apiVersion": "[reference('x').y]", "name": "n"}]`,
		`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "location": "[reference('x').y]"}]`,
		`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "scope": "[reference('x').y]"}]`,
		`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "copy": {"name": "l", "count": "[reference('x').y]"}}]`,
	} {
		reports(t, expand(t, classic(place), everyScope), template.CodeExpression, "The template function 'reference' is not expected at this location: ")
	}
	for _, place := range []string{
		`"variables": {"v": "[utcNow()]"}, "resources": [], "outputs": {"o": {"type": "string", "value": "[variables('v')]"}}`,
		`"resources": [], "outputs": {"o": {"type": "string", "value": "[newGuid()]"}}`,
	} {
		reports(t, expand(t, classic(place), everyScope), template.CodeExpression, "can only be used in the default value of a parameter")
	}
}

// Section 8.4: conditions in every form.
func TestConditionsInEveryForm(t *testing.T) {
	tests := []struct {
		condition, presence string
	}{
		{`true`, "yes"},
		{`false`, "no"},
		{`"[equals(1, 1)]"`, "yes"},
		{`"[not(equals(1, 1))]"`, "no"},
		{`"[parameters('known')]"`, "no"},
		{`"[parameters('open')]"`, "maybe [parameters('open')]"},
		{`"[not(parameters('open'))]"`, "maybe [not(parameters('open'))]"},
		{`"[and(parameters('open'), parameters('known'))]"`, "no"},
		{`"[or(parameters('open'), not(parameters('known')))]"`, "yes"},
		{`"[equals(reference('/subscriptions/S/resourceGroups/G/providers/A.B/c/x', '1').y, 'z')]"`, "maybe [equals(reference('/subscriptions/S/resourceGroups/G/providers/A.B/c/x', '1').y, 'z')]"},
		{`null`, "yes"},
	}
	for _, tt := range tests {
		x := expand(t, classic(`
			"parameters": {"open": {"type": "bool"}, "known": {"type": "bool", "defaultValue": false}},
			"resources": [{"condition": `+tt.condition+`, "type": "A.B/c", "apiVersion": "1", "name": "n"}]`), everyScope)
		r := append(x.Resources, x.Skipped...)[0]
		if got := strings.TrimSpace(r.Presence.String() + " " + r.Condition.Residual()); got != tt.presence {
			t.Errorf("%s: %s, want %s", tt.condition, got, tt.presence)
		}
		if template.HasErrors(x.Diagnostics) {
			t.Errorf("%s: %q", tt.condition, messages(x.Diagnostics))
		}
	}
}
