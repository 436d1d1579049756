package template_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// printed is everything that an expansion could show: bodies, ids, names, conditions, outputs, parameters, diagnostics.
func printed(x *template.Expansion) string {
	var b strings.Builder
	show := func(v value.Value) {
		b.Write(v.AppendJSON(nil))
		b.WriteString(" " + v.Text() + " " + v.Residual() + "\n")
		if u := v.Unknown(); u != nil {
			b.WriteString(u.Subject + " " + u.Resource + "\n")
		}
	}
	for _, r := range append(x.Resources, x.Skipped...) {
		for _, v := range []value.Value{r.ID, r.Name, r.Location, r.Body, r.Condition, r.ScopeID} {
			show(v)
		}
		if r.Child != nil {
			for _, o := range r.Child.Outputs {
				show(o.Value)
			}
		}
	}
	for _, o := range x.Outputs {
		show(o.Value)
	}
	for _, p := range x.Parameters {
		show(p.Value)
	}
	for _, d := range x.Diagnostics {
		fmt.Fprintln(&b, d.String(), d.Trace)
	}
	return b.String()
}

// What is secret appears nowhere, wherever a template puts it. Each row is a template that tries to let it out.
func TestSecretsAppearNowhere(t *testing.T) {
	tests := map[string]string{
		"property":        `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"p": "[parameters('s')]"}}]`,
		"part of one":     `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"p": "[concat('key=', parameters('s'))]"}}]`,
		"beside unknowns": `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"p": "[concat(resourceGroup().tags.x, parameters('s'))]"}}]`,
		"property name":   `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"[parameters('s')]": 1}}]`,
		"name":            `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[parameters('s')]"}]`,
		"part of a name":  `"resources": [{"type": "A.B/c/d", "apiVersion": "1", "name": "[concat('x/', parameters('s'))]"}]`,
		"wrong name":      `"resources": [{"type": "A.B/c/d", "apiVersion": "1", "name": "[parameters('s')]"}]`,
		"type":            `"resources": [{"type": "[concat('A.B/', parameters('s'))]", "apiVersion": "1", "name": "n"}]`,
		"api version":     `"resources": [{"type": "A.B/c", "apiVersion": "[parameters('s')]", "name": "n"}]`,
		"location":        `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "location": "[parameters('s')]"}]`,
		"scope":           `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "scope": "[concat('X.Y/z/', parameters('s'))]"}]`,
		"condition":       `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "condition": "[parameters('s')]"}]`,
		"dependsOn":       `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "dependsOn": ["[parameters('s')]"]}]`,
		"count":           `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "copy": {"name": "l", "count": "[parameters('s')]"}}]`,
		"loop name":       `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('n', copyIndex())]", "copy": {"name": "[parameters('s')]", "count": 1}}]`,
		"variable":        `"variables": {"v": {"k": ["[parameters('s')]"]}}, "resources": [], "outputs": {"o": {"type": "object", "value": "[variables('v')]"}}`,
		"loop":            `"variables": {"copy": [{"name": "v", "count": 2, "input": "[concat(parameters('s'), copyIndex('v'))]"}]}, "resources": [], "outputs": {"o": {"type": "array", "value": "[variables('v')]"}}`,
		"output":          `"resources": [], "outputs": {"o": {"type": "string", "value": "[parameters('s')]"}}`,
		"wrong output":    `"resources": [], "outputs": {"o": {"type": "int", "value": "[parameters('s')]"}}`,
		"secret keys":     `"resources": [], "outputs": {"o": {"type": "object", "value": "[toObject(array(parameters('s')), lambda('x', lambdaVariables('x')))]"}}`,
		"failure":         `"resources": [], "outputs": {"o": {"type": "int", "value": "[int(parameters('s'))]"}}`,
		"fail":            `"resources": [], "outputs": {"o": {"type": "int", "value": "[fail(parameters('s'))]"}}`,
		"not found":       `"resources": [], "outputs": {"o": {"type": "int", "value": "[parameters(parameters('s'))]"}}`,
		"property access": `"resources": [], "outputs": {"o": {"type": "int", "value": "[parameters('o').hunter3]"}}`,
		"reference":       `"resources": [], "outputs": {"o": {"type": "object", "value": "[reference(parameters('s'))]"}}`,
		"list":            `"resources": [], "outputs": {"o": {"type": "object", "value": "[listKeys(parameters('s'), '1')]"}}`,
		"user function":   `"functions": [{"namespace": "f", "members": {"g": {"parameters": [{"name": "p", "type": "int"}], "output": {"type": "int", "value": 1}}}}], "resources": [], "outputs": {"o": {"type": "int", "value": "[f.g(parameters('s'))]"}}`,
		"inner parameter": `"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
			"parameters": {"p": {"value": "[parameters('s')]"}},
			"template": {` + rgSchema + `, "parameters": {"p": {"type": "int"}}, "resources": [], "outputs": {"o": {"type": "string", "value": "[parameters('p')]"}}}}}]`,
		"literal for a secure parameter": `"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
			"parameters": {"p": {"value": "hunter2"}},
			"template": {` + rgSchema + `, "parameters": {"p": {"type": "securestring", "maxLength": 3}}, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"x": "[concat(parameters('p'), '!')]"}}]}}}]`,
		"secure output": `"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {"mode": "Incremental",
			"template": {` + rgSchema + `, "resources": [], "outputs": {"o": {"type": "securestring", "value": "hunter2"}}}}}], "outputs": {"o": {"type": "string", "value": "[reference('d').outputs.o.value]"}}`,
		"link": `"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {"mode": "Incremental", "templateLink": {"uri": "[concat('https://h/x.json?', parameters('s'))]"}}}]`,
		"group": `"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "resourceGroup": "[parameters('s')]", "properties": {"mode": "Incremental",
			"template": {` + rgSchema + `, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}]}}}]`,
	}
	for name, sections := range tests {
		t.Run(name, func(t *testing.T) {
			x := expand(t, classic(`"parameters": {"s": {"type": "securestring"}, "o": {"type": "secureObject"}}, `+sections), template.Options{
				SubscriptionID: "S", Parameters: params(t, `{"s": "hunter2", "o": {"hunter2": "hunter2"}}`),
				ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist },
			})
			for line := range strings.SplitSeq(printed(x), "\n") {
				if strings.Contains(line, "hunter2") {
					t.Errorf("the secret is in %q", line)
				}
			}
		})
	}
}

// A parameter file that a deployment links has the rules of any other.
func TestLinkedParameterFiles(t *testing.T) {
	tests := []struct{ file, want, outputs string }{
		{`{"parameters": {"p": {"value": "linked"}}}`, "", `{"o": "linked"}`},
		{`{"parameters": {"P": {"value": "linked"}}}`, "", `{"o": "linked"}`},
		{`{"parameters": {"p": {"value": 5}}}`, "error parameter-type p.json:1:32 /parameters/p/value", ""},
		{`{"parameters": {"p": {"value": "x"}, "q": {"value": 1}}}`, "error parameter-unknown p.json:1:38 /parameters/q", `{"o": "x"}`},
		{`{"parameters": {"p": "x"}}`, "error parameter-file p.json:1:22 /parameters/p", ""},
	}
	for _, tt := range tests {
		doc, _ := jsonc.Parse("main.json", []byte(classic(`
			"resources": [{
				"type": "Microsoft.Resources/deployments",
				"apiVersion": "2022-09-01",
				"name": "d",
				"properties": {
					"mode": "Incremental",
					"expressionEvaluationOptions": {"scope": "inner"},
					"parametersLink": {"uri": "p.json"},
					"template": {
						`+rgSchema+`,
						"parameters": {"p": {"type": "string", "defaultValue": "default"}},
						"resources": [],
						"outputs": {"o": {"type": "string", "value": "[parameters('p')]"}}
					}
				}
			}],
			"outputs": {"o": {"type": "string", "value": "[reference('d').outputs.o.value]"}}`)))
		tmpl, _ := template.Parse(doc)
		x, err := tmpl.Expand(t.Context(), template.Options{
			URIMap:   map[string]string{"p.json": "p.json"},
			ReadFile: func(string) ([]byte, error) { return []byte(tt.file), nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		var here []string
		for _, p := range places(x) {
			if strings.Contains(p, "p.json") {
				here = append(here, p)
			}
		}
		if got := strings.Join(here, " | "); got != tt.want {
			t.Errorf("%s gives %s, want %s", tt.file, got, tt.want)
		}
		if tt.outputs != "" {
			sameJSON(t, tt.outputs, outputs(x))
		}
	}
}
