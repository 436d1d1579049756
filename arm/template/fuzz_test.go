package template_test

import (
	"context"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// FuzzExpand checks that no template breaks the expansion, that it ends soon,
// and that every resource has an id and a body that can be printed.
func FuzzExpand(f *testing.F) {
	for _, src := range hostile() {
		if len(src) < 20000 {
			f.Add([]byte(src), []byte(`{}`))
		}
	}
	f.Add([]byte(`{`+rgSchema+`, "parameters": {"n": {"type": "int", "defaultValue": 2}, "s": {"type": "string"}},
		"variables": {"copy": [{"name": "v", "count": "[parameters('n')]", "input": "[copyIndex('v')]"}], "w": "[union(createObject('a', 1), json('{}'))]"},
		"functions": [{"namespace": "f", "members": {"g": {"parameters": [{"name": "x", "type": "string"}], "output": {"type": "string", "value": "[toUpper(parameters('x'))]"}}}}],
		"resources": [
			{"condition": "[equals(parameters('s'), 'x')]", "type": "A.B/c", "apiVersion": "1", "name": "[f.g(parameters('s'))]", "location": "[resourceGroup().location]",
				"resources": [{"type": "d", "apiVersion": "1", "name": "child", "dependsOn": ["[parameters('s')]"]}],
				"properties": {"x": "[reference('n0').y]", "copy": [{"name": "l", "count": 2, "input": "[variables('v')[copyIndex('l')]]"}]}},
			{"type": "A.B/e", "apiVersion": "1", "name": "[concat('n', copyIndex())]", "copy": {"name": "loop", "count": "[parameters('n')]"}, "properties": {"y": "[listKeys('x', '1')]"}, "scope": "/"},
			{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "d", "resourceGroup": "g", "dependsOn": ["loop"],
				"properties": {"expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"p": {"value": "[variables('w')]"}},
					"template": {`+rgSchema+`, "languageVersion": "2.0", "definitions": {"t": {"type": "object"}}, "parameters": {"p": {"$ref": "#/definitions/t"}},
						"resources": {"sym": {"existing": true, "type": "A.B/c", "apiVersion": "1", "name": "o"}},
						"outputs": {"o": {"type": "string", "value": "[reference('sym').x]"}}}}}
		],
		"outputs": {"o": {"condition": true, "type": "array", "copy": {"count": 2, "input": "[reference('d').outputs.o.value]"}}}}`),
		[]byte(`{"parameters": {"n": {"value": 3}, "s": {"reference": {"keyVault": {"id": "v"}, "secretName": "s"}}}}`))
	f.Add([]byte(`{"$schema": "x/tenantDeploymentTemplate.json", "resources": [{}]}`), []byte(`{"parameters": {"a": {"expression": "[externalInputs('x')]"}}}`))
	f.Fuzz(func(t *testing.T, src, parameters []byte) {
		if len(src) > 1<<16 || len(parameters) > 1<<14 {
			return
		}
		doc, _ := jsonc.Parse("main.json", src)
		file, _ := jsonc.Parse("main.parameters.json", parameters)
		tmpl, _ := template.Parse(doc)
		start := time.Now()
		x, err := tmpl.Expand(context.Background(), template.Options{
			SubscriptionID: "s", ParameterFiles: []*jsonc.Document{file},
			ReadFile: func(string) ([]byte, error) { return src, nil },
			Limits:   template.Limits{Steps: 200_000, Bytes: 16 << 20, Instances: 2000},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range append(x.Resources, x.Skipped...) {
			if r.ID.IsAbsent() || r.Presence == 0 || r.Deployment == nil || !r.Node.IsValid() {
				t.Fatalf("an incomplete resource: %+v", r)
			}
			printable(r.Body)
			printable(r.ID)
			for _, d := range r.DependsOn {
				if d == r {
					t.Fatalf("%s depends on itself", r.ID.Text())
				}
			}
		}
		for _, o := range x.Outputs {
			printable(o.Value)
		}
		for _, d := range x.Diagnostics {
			if d.Code == "" || d.Message == "" || d.Severity == 0 {
				t.Fatalf("an incomplete diagnostic: %+v", d)
			}
			_ = d.String()
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Fatalf("it took %v", took)
		}
	})
}

func printable(v value.Value) {
	if eval.Weigh(v, 100_000) < 100_000 {
		_ = v.AppendJSON(nil)
		_ = v.Text()
	}
}
