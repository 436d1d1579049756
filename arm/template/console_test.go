package template_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

const consoleTemplate = `{` + rgSchema + `,
	"parameters": {"given": {"type": "int"}, "missing": {"type": "string"}, "secret": {"type": "securestring", "defaultValue": "hidden"}},
	"functions": [{"namespace": "my", "members": {"twice": {"parameters": [{"name": "x", "type": "int"}], "output": {"type": "int", "value": "[mul(2, parameters('x'))]"}}}}],
	"variables": {"good": "[add(parameters('given'), 1)]", "bad": "[toLower(parameters('given'))]"},
	"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "location": "west", "properties": {"x": "[variables('good')]"}}]}`

func console(t *testing.T) *template.Console {
	t.Helper()
	tmpl, _ := compile(t, consoleTemplate)
	return tmpl.Console(context.Background(), template.Options{
		SubscriptionID: "s", ResourceGroup: "g", Parameters: []template.Assignment{{Name: "GIVEN", Text: "4"}},
	})
}

func TestConsoleSeesWhatTheTemplateDeclares(t *testing.T) {
	c := console(t)
	tests := []struct{ text, want string }{
		{"[parameters('given')]", "4"},
		{"[variables('good')]", "5"},
		{"[my.twice(parameters('given'))]", "8"},
		{"[reference('n').x]", "5"},
		{"[reference(resourceId('A.B/c', 'n'), '1', 'full').location]", `"west"`},
		{"[parameters('missing')]", `{"$unknown":"[parameters('missing')]"}`},
		{"[parameters('secret')]", `{"$secret":true}`},
		{"[length(parameters('secret'))]", "6"},
		{"[resourceGroup().name]", `"g"`},
		{"just text", `"just text"`},
		{"[[escaped]", `"[escaped]"`},
	}
	for _, test := range tests {
		v, err := c.Eval(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
		} else if got := string(v.AppendJSON(nil)); got != test.want {
			t.Errorf("%s is %s, want %s", test.text, got, test.want)
		}
	}
	same(t, []string{"warning 2:43 parameter-missing: the value for the template parameter 'missing' is not provided; expected a string"}, messages(c.Diagnostics()))
}

func TestConsoleErrors(t *testing.T) {
	var syntax *expr.SyntaxError
	if _, err := console(t).Eval("[add(1 2)]"); !errors.As(err, &syntax) || syntax.Offset != 7 {
		t.Errorf("a wrong expression gives %v", err)
	}
	var failed *eval.Error
	if _, err := console(t).Eval("[add(1, toLower(2))]"); !errors.As(err, &failed) || failed.Start != 8 {
		t.Errorf("a failing expression gives %+v", err)
	}
	if _, err := console(t).Eval("[variables('bad')]"); err == nil || !strings.Contains(err.Error(), "azuredeploy.json:4:") {
		t.Errorf("a failing variable gives %v, want the place of the variable", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	tmpl, _ := compile(t, consoleTemplate)
	if _, err := tmpl.Console(ctx, template.Options{}).Eval("[add(1, 2)]"); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled console gives %v", err)
	}
}

func TestWordsForResults(t *testing.T) {
	words := []struct{ got, want string }{
		{template.Error.String(), "error"}, {template.Warning.String(), "warning"}, {template.Info.String(), "info"}, {template.Severity(0).String(), "invalid"},
		{template.Yes.String(), "yes"}, {template.Maybe.String(), "maybe"}, {template.No.String(), "no"}, {template.Presence(0).String(), "invalid"},
		{template.FromDefault.String(), "default"}, {template.FromFile.String(), "parameter file"}, {template.FromAssignment.String(), "command line"},
		{template.FromKeyVault.String(), "key vault"}, {template.FromNull.String(), "null"}, {template.Missing.String(), "missing"}, {template.ParameterSource(0).String(), "invalid"},
		{template.Diagnostic{Severity: template.Error, Message: "m", Hint: "h"}.String(), "-: error: m (h)"},
	}
	for _, w := range words {
		if w.got != w.want {
			t.Errorf("got %q, want %q", w.got, w.want)
		}
	}
}

func TestSyntaxErrorsAsDiagnostics(t *testing.T) {
	_, errs := jsonc.Parse("x.json", []byte("{\"a\": 1 \"b\": 2}"))
	list := template.SyntaxDiagnostics(errs)
	same(t, []string{"error 1:9 syntax: found '\"' after the value, expected ',' or '}'"}, messages(list))
	if !template.HasErrors(list) || template.HasErrors(nil) || template.HasErrors([]template.Diagnostic{{Severity: template.Warning}}) {
		t.Error("HasErrors is wrong")
	}
	if template.SyntaxDiagnostics(nil) != nil {
		t.Error("no errors give diagnostics")
	}
}

func TestTemplateKnowsItsFile(t *testing.T) {
	tmpl, _ := compile(t, consoleTemplate)
	if tmpl.Document().Name() != "azuredeploy.json" || tmpl.Node() != tmpl.Document().Root() {
		t.Error("the template does not know its document")
	}
}

// Assignments of values that are not text, and of text that fits no type.
func TestAssignments(t *testing.T) {
	declare := func(typ string) string { return parameterTemplate(`{"type": "`+typ+`"}`, "") }
	tests := map[string]struct {
		typ        string
		assignment template.Assignment
		want, fail string
	}{
		"value":                 {"array", template.Assignment{Value: value.Array([]value.Value{value.Int(1)})}, `[1]`, ""},
		"unknown value":         {"string", template.Assignment{Value: value.FromUnknown(value.Unknown{Residual: expr.Call("x")})}, `{"$unknown":"[x()]"}`, ""},
		"wrong value":           {"string", template.Assignment{Value: value.Int(1)}, `1`, "is of type Integer, expected string (given beside the files)"},
		"not a number":          {"int", template.Assignment{Text: "many"}, `"many"`, "is of type String, expected int"},
		"not a boolean":         {"bool", template.Assignment{Text: "yes"}, `"yes"`, "is of type String, expected bool"},
		"not JSON":              {"object", template.Assignment{Text: "{a: 1}"}, "", "is not JSON"},
		"number with blanks":    {"int", template.Assignment{Text: " 7 "}, `7`, ""},
		"blanks of a string":    {"string", template.Assignment{Text: " 7 "}, `" 7 "`, ""},
		"array for object":      {"object", template.Assignment{Text: "[1]"}, `[1]`, "is of type Array, expected object"},
		"secure object":         {"secureObject", template.Assignment{Text: `{"a": 1}`}, `{"$secret":true}`, ""},
		"a string like JSON":    {"string", template.Assignment{Text: "true"}, `"true"`, ""},
		"float where int":       {"int", template.Assignment{Text: "1.5"}, `1.5`, "is of type Float, expected int"},
		"placeholder, any type": {"int", template.Assignment{Text: "GET-PREREQ-x"}, `"GET-PREREQ-x"`, "placeholder"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.assignment.Name = "p"
			x := expand(t, declare(test.typ), template.Options{Parameters: []template.Assignment{test.assignment}})
			if got := string(x.Parameters[0].Value.AppendJSON(nil)); test.want != "" && got != test.want {
				t.Errorf("the value is %s, want %s", got, test.want)
			}
			got := strings.Join(messages(x.Diagnostics), "\n")
			if test.fail == "" && got != "" || !strings.Contains(got, test.fail) {
				t.Errorf("got %q, want %q", got, test.fail)
			}
		})
	}
	x := expand(t, declare("int"), template.Options{Parameters: []template.Assignment{{Name: "q", Text: "1"}}})
	if got := strings.Join(messages(x.Diagnostics), "\n"); !strings.Contains(got, `the template has no parameter "q"`) {
		t.Errorf("got %q", got)
	}
}
