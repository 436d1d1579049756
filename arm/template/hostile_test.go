package template_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
)

// hostile are templates made to cost much. Each must end quickly, in a clear
// error, with bounded memory.
func hostile() map[string]string {
	doubling := func(function string) string {
		var vars []string
		for i := 1; i < 60; i++ {
			vars = append(vars, fmt.Sprintf(`"v%d": "[%s(variables('v%d'), variables('v%d'))]"`, i, function, i-1, i-1))
		}
		seed := `"x"`
		if function == "createArray" {
			seed = `[1]`
		}
		return `{` + rgSchema + `, "variables": {"v0": ` + seed + `, ` + strings.Join(vars, ",") + `},
			"resources": [], "outputs": {"o": {"type": "string", "value": "[string(variables('v59'))]"}}}`
	}
	nestedLoops := `"[copyIndex('l0')]"`
	for i := range 8 {
		nestedLoops = fmt.Sprintf(`{"copy": [{"name": "l%d", "count": 800, "input": %s}]}`, i, nestedLoops)
	}
	deployments := `{` + rgSchema + `, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}]}`
	for range 10 {
		deployments = `{` + rgSchema + `, "resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "1",
			"name": "[concat('d', copyIndex())]", "copy": {"name": "l", "count": 800},
			"properties": {"expressionEvaluationOptions": {"scope": "inner"}, "template": ` + deployments + `}}]}`
	}
	var doubledParams strings.Builder
	for i := range 200 {
		fmt.Fprintf(&doubledParams, `"p%d": {"type": "object", "defaultValue": {"a": "[parameters('p%d')]", "b": "[parameters('p%d')]"}},`, i, i+1, i+1)
	}
	var chain strings.Builder
	for i := range 800 {
		fmt.Fprintf(&chain, `{"type": "A.B/c", "apiVersion": "1", "name": "n%d", "properties": {"x": "[reference('n%d').x]"}},`, i, i+1)
	}
	var unknowns strings.Builder
	for i := range 200 {
		fmt.Fprintf(&unknowns, `"u%d": "[concat(variables('u%d'), variables('u%d'), parameters('p'))]",`, i, i+1, i+1)
	}
	return map[string]string{
		"doubling strings":       doubling("concat"),
		"doubling arrays":        doubling("createArray"),
		"doubling unions":        doubling("union"),
		"nested property loops":  `{` + rgSchema + `, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": ` + nestedLoops + `}]}`,
		"nested variable loops":  `{` + rgSchema + `, "variables": {"v": ` + nestedLoops + `}, "resources": [], "outputs": {"o": {"type": "object", "value": "[variables('v')]"}}}`,
		"nested deployments":     deployments,
		"doubling parameters":    `{` + rgSchema + `, "parameters": {` + doubledParams.String() + `"p200": {"type": "object", "defaultValue": {"x": "[concat('a', 'b')]"}}}, "resources": [], "outputs": {"o": {"type": "string", "value": "[string(parameters('p0'))]"}}}`,
		"doubling unknowns":      `{` + rgSchema + `, "parameters": {"p": {"type": "string"}}, "variables": {` + unknowns.String() + `"u200": "[parameters('p')]"}, "resources": [], "outputs": {"o": {"type": "string", "value": "[variables('u0')]"}}}`,
		"endless user functions": `{` + rgSchema + `, "functions": [{"namespace": "n", "members": {"f": {"parameters": [{"name": "x", "type": "int"}], "output": {"type": "int", "value": "[add(n.f(parameters('x')), n.f(parameters('x')))]"}}}}], "resources": [], "outputs": {"o": {"type": "int", "value": "[n.f(1)]"}}}`,
		"large ranges":           `{` + rgSchema + `, "resources": [], "outputs": {"o": {"type": "array", "value": "[map(range(0, 10000), lambda('a', map(range(0, 10000), lambda('b', range(0, 10000)))))]"}}}`,
		"long chain":             `{` + rgSchema + `, "resources": [` + chain.String() + `{"type": "A.B/c", "apiVersion": "1", "name": "n800", "properties": {"x": "[concat('a', 'b')]"}}]}`,
		"loop in every place":    `{` + rgSchema + `, "resources": [` + strings.TrimSuffix(strings.Repeat(`{"type": "A.B/c", "apiVersion": "1", "name": "[concat('n', copyIndex())]", "copy": {"name": "l", "count": 800}, "dependsOn": ["l"]},`, 20), ",") + `]}`,
		"deep JSON":              `{` + rgSchema + `, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": ` + strings.Repeat(`{"a":[`, 240) + `"[concat('a', 'b')]"` + strings.Repeat(`]}`, 240) + `}]}`,
		"deep expression":        `{` + rgSchema + `, "resources": [], "outputs": {"o": {"type": "string", "value": "[` + strings.Repeat("concat(", 5000) + `'a'` + strings.Repeat(")", 5000) + `]"}}}`,
		"many conditions":        `{` + rgSchema + `, "parameters": {"p": {"type": "bool"}}, "resources": [], "variables": {"v": "[` + strings.Repeat("if(parameters('p'), 'a', concat('b', ", 60) + `'c'` + strings.Repeat("))", 60) + `]"}, "outputs": {"o": {"type": "string", "value": "[toUpper(variables('v'))]"}}}`,
		"linked to itself":       `{` + rgSchema + `, "resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "[concat('d', copyIndex())]", "copy": {"name": "l", "count": 3}, "properties": {"templateLink": {"relativePath": "azuredeploy.json"}}}]}`,
	}
}

func TestHostileTemplatesEndQuickly(t *testing.T) {
	for name, src := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			doc, errs := jsonc.Parse("azuredeploy.json", []byte(src))
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			tmpl, _ := template.Parse(doc)
			x, err := tmpl.Expand(context.Background(), template.Options{ReadFile: func(string) ([]byte, error) { return []byte(src), nil }})
			if err != nil {
				t.Fatal(err)
			}
			// The results must not print for ever either.
			size := 0
			for _, o := range x.Outputs {
				size += len(o.Value.AppendJSON(nil))
			}
			for _, r := range x.Resources {
				size += len(r.Body.AppendJSON(nil)) + len(r.ID.Text())
			}
			for _, d := range x.Diagnostics {
				size += len(d.String())
			}
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%v, %d MiB allocated, %d MiB printed, %d resources, %d diagnostics", took.Round(time.Millisecond), allocated, size>>20, len(x.Resources), len(x.Diagnostics))
			if took > 30*time.Second { // a second on a machine that does nothing else; this only tells an end from none
				t.Errorf("it took %v", took)
			}
			if allocated > 1024 {
				t.Errorf("%d MiB were allocated", allocated)
			}
		})
	}
}

func TestCancelledContextEndsAnExpansion(t *testing.T) {
	tmpl, _ := compile(t, hostile()["nested deployments"])
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tmpl.Expand(ctx, template.Options{}); err == nil {
		t.Error("a cancelled expansion gives no error")
	}
}
