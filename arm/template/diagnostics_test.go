package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/value"
)

func TestStructureIsChecked(t *testing.T) {
	tests := map[string]struct{ src, want string }{
		"no object":             {`[]`, "error 1:1 structure: the file holds no template"},
		"no schema":             {`{"contentVersion": "1", "resources": []}`, "warning 1:1 schema: the template has no $schema"},
		"wrong schema":          {`{"$schema": "https://x/deploymentParameters.json#", "contentVersion": "1", "resources": []}`, "error 1:13 schema: "},
		"no version":            {`{"$schema": "https://x/deploymentTemplate.json#", "resources": []}`, "warning 1:1 structure: the template has no contentVersion"},
		"no resources":          {`{` + rgSchema + `}`, `warning 1:1 structure: the template has no section "resources"`},
		"unknown section":       {`{` + rgSchema + `, "resources": [], "more": 1}`, `structure: a template has no section "more"`},
		"parameters":            {`{` + rgSchema + `, "resources": [], "parameters": []}`, `the section "parameters" is of kind array, expected an object`},
		"parameter":             {`{` + rgSchema + `, "resources": [], "parameters": {"a": "string"}}`, `the declaration of parameter "a" is of kind string`},
		"resources object":      {`{` + rgSchema + `, "resources": {}}`, "does not say languageVersion 2.0"},
		"resources array":       {`{` + rgSchema + `, "languageVersion": "2.0", "resources": [{"type": "A.B/c", "name": "n"}]}`, "languageVersion 2.0 wants an object"},
		"resources text":        {`{` + rgSchema + `, "resources": "x"}`, `the section "resources" is of kind string`},
		"resource":              {`{` + rgSchema + `, "resources": [1]}`, "a resource is of kind number, expected an object"},
		"no type":               {`{` + rgSchema + `, "resources": [{"name": "n"}]}`, "the resource has no type"},
		"no name":               {`{` + rgSchema + `, "resources": [{"type": "A.B/c"}]}`, "the resource has no name"},
		"functions":             {`{` + rgSchema + `, "resources": [], "functions": {"a": 1}}`, `the section "functions" is of kind object, expected an array`},
		"function":              {`{` + rgSchema + `, "resources": [], "functions": [{"namespace": "n", "members": {"f": {}}}]}`, `the user function "n.f" has no output value`},
		"output":                {`{` + rgSchema + `, "resources": [], "outputs": {"o": {"type": "string"}}}`, `the output "o" has neither a value nor a copy`},
		"output type":           {`{` + rgSchema + `, "resources": [], "outputs": {"o": {"type": "int", "value": "x"}}}`, "Template output JToken type is not valid: output 'o' is of type String, expected int"},
		"duplicate parameter":   {`{` + rgSchema + `, "resources": [], "parameters": {"a": {"type": "int", "defaultValue": 1}, "A": {"type": "int", "defaultValue": 1}}}`, `the parameter "A" is declared twice`},
		"duplicate key":         {`{` + rgSchema + `, "resources": [], "variables": {"a": 1, "a": 2}}`, `the property "a" occurs twice`},
		"duplicate resource":    {`{` + rgSchema + `, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}, {"type": "a.b/C", "apiVersion": "1", "name": "N"}]}`, "duplicate: the resource '"},
		"child loop":            {`{` + rgSchema + `, "resources": [{"type": "A.B/c", "name": "n", "resources": [{"type": "d", "name": "m", "copy": {"name": "l", "count": 1}}]}]}`, "a child resource inside of its parent cannot have a copy loop"},
		"too deep children":     {`{` + rgSchema + `, "resources": [` + strings.Repeat(`{"type": "A.B/c", "name": "n", "resources": [`, 6) + strings.Repeat(`]}`, 6) + `]}`, "nested more than 5 levels deep"},
		"deployment":            {`{` + rgSchema + `, "resources": [{"type": "Microsoft.Resources/deployments", "name": "n", "properties": {}}]}`, "neither a template nor a templateLink"},
		"deployment, both":      {`{` + rgSchema + `, "resources": [{"type": "Microsoft.Resources/deployments", "name": "n", "properties": {"templateLink": {"uri": "x"}, "template": {` + rgSchema + `, "resources": []}}}]}`, "both a template and a templateLink"},
		"deployment, scope":     {`{` + rgSchema + `, "resources": [{"type": "Microsoft.Resources/deployments", "name": "n", "properties": {"expressionEvaluationOptions": {"scope": "x"}, "template": {` + rgSchema + `, "resources": []}}}]}`, `the scope of expressions is "x"`},
		"deployment, outer 2.0": {`{` + rgSchema + `, "languageVersion": "2.0", "resources": {"d": {"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "n", "properties": {"expressionEvaluationOptions": {"scope": "outer"}, "template": {` + rgSchema + `, "resources": []}}}}}`, "cannot have nested deployments with outer scope"},
		"deployment, schema":    {`{` + rgSchema + `, "resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "n", "properties": {"template": {` + subSchema + `, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}]}}}]}`, "the nested template is one for a subscription, but it is deployed to a resource group"},
		"syntax":                {`{` + rgSchema + `, "resources": [], "variables": {"unused": "[concat('a',]"}}`, "expression-syntax: Unable to parse language expression"},
		"unknown function":      {`{` + rgSchema + `, "resources": [], "variables": {"unused": "[if(true(), 1, conact('a'))]"}}`, "The template function 'conact' is not valid; did you mean 'concat'"},
		"condition":             {`{` + rgSchema + `, "resources": [{"condition": 5, "type": "A.B/c", "name": "n"}]}`, "the condition of a resource is of type Integer"},
		"variable circle":       {`{` + rgSchema + `, "resources": [], "variables": {"a": "[variables('b')]", "b": {"x": "[variables('a')]"}}, "outputs": {"o": {"type": "string", "value": "[variables('a')]"}}}`, "Circular dependency detected in template language expression: variables a -> b -> a"},
		"parameter circle":      {`{` + rgSchema + `, "resources": [], "parameters": {"a": {"type": "string", "defaultValue": "[parameters('b')]"}, "b": {"type": "string", "defaultValue": "[parameters('a')]"}}}`, "Circular dependency detected in template language expression: the default of parameter 'a' leads back to it"},
		"too many resources":    {`{` + rgSchema + `, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('n', copyIndex())]", "copy": {"name": "l", "count": 800}}, {"type": "A.B/c", "apiVersion": "1", "name": "m"}]}`, "the template deploys 801 resources; Azure accepts 800"},
		"assertion":             {`{` + rgSchema + `, "resources": [], "asserts": {"a": "[equals(1, 2)]"}}`, `the assertion "a" does not hold`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, test.src, zeroScope)
			if got := strings.Join(messages(x.Diagnostics), "\n"); strings.Count(got, test.want) != 1 {
				t.Errorf("got %q, want %q once", got, test.want)
			}
		})
	}
}

func TestAllErrorsAreReportedAndOneValueFailsByItself(t *testing.T) {
	const src = `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "variables": {"bad": "[toLower(5)]", "user": "[concat(variables('bad'), '!')]"},
  "resources": [{
    "type": "A.B/c", "apiVersion": "1", "name": "n",
    "properties": {
      "ok": 1,
      "a": "[variables('bad')]",
      "b": "[variables('user')]",
      "c": "[createObject('x', 1).y]",
      "d": "[parameters('none')]"
    }
  }]
}`
	x := expand(t, src, zeroScope)
	same(t, []string{
		"error 4:26 expression: The template language function 'toLower' expects its parameter to be of type 'String'. The provided value is of type 'Integer'",
		"error 11:14 expression: The language expression property 'y' doesn't exist, available properties are 'x'",
		"error 12:14 expression: The template parameter 'none' is not found",
	}, shorten(messages(x.Diagnostics), 150))
	body := x.Resources[0].Body
	if i, _ := body.Path("properties", "ok").AsInt(); i != 1 {
		t.Error("a good value beside bad ones is lost")
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		if u := body.Path("properties", name).Unknown(); u == nil || u.Reason != value.Failed {
			t.Errorf("%s is %s, want an unknown that failed", name, body.Path("properties", name).AppendJSON(nil))
		}
	}
}

func shorten(list []string, n int) []string {
	for i, s := range list {
		if j := strings.Index(s, ". Please"); j > 0 {
			s = s[:j]
		}
		list[i] = s[:min(n, len(s))]
	}
	return list
}

func TestTraceTellsHowEvaluationCameThere(t *testing.T) {
	x := expand(t, `{`+rgSchema+`,
		"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "outer", "properties": {
			"expressionEvaluationOptions": {"scope": "inner"}, "template": {`+rgSchema+`,
				"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('n', copyIndex())]", "copy": {"name": "loop", "count": 3},
					"properties": {"x": "[createArray(1)[copyIndex()]]"}}]}}}]}`, zeroScope)
	if len(x.Diagnostics) != 1 {
		t.Fatalf("got %q", messages(x.Diagnostics))
	}
	d := x.Diagnostics[0]
	same(t, []string{"deployment outer", "resource A.B/c n1", "loop loop[1]"}, d.Trace)
	if !strings.HasSuffix(d.Message, "(and 1 more times at this place)") {
		t.Errorf("the message is %q", d.Message)
	}
	if want := "/resources/0/properties/template/resources/0/properties/x"; d.Pointer != want {
		t.Errorf("the pointer is %s, want %s", d.Pointer, want)
	}
}
