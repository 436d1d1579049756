package template_test

import (
	"context"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// parent makes a template with a deployment d of these properties.
func parent(properties string) string {
	return classic(`"parameters": {"p": {"type": "string", "defaultValue": "parent"}, "s": {"type": "securestring", "defaultValue": "hunter2"}},
"variables": {"v": "of parent", "raw": "[[raw]"},
"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {"mode": "Incremental", ` + properties + `}}]`)
}

const childHead = `"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0"`

// childOf gives the template and the parameters that are sent for deployment d.
func childOf(t *testing.T, src string, w *world) (tmpl, parameters string) {
	t.Helper()
	body := sent(t, begun(t, src, w), "d")
	doc, errs := jsonc.Parse("body.json", []byte(body))
	if len(errs) > 0 {
		t.Fatalf("%s: %v", body, errs[0])
	}
	text := func(n jsonc.Node) string { return string(value.FromNode(n).AppendJSON(nil)) }
	p := doc.Root().Get("properties")
	return strings.Replace(text(p.Get("template")), childHead, "", 1), text(p.Get("parameters"))
}

func TestTemplatesWithInnerScopeAreSentAsWritten(t *testing.T) {
	w := lived("A.B/c/x", `{"properties": {"v": "live"}}`)
	tmpl, parameters := childOf(t, parent(`"expressionEvaluationOptions": {"scope": "inner"},
"parameters": {"a": {"value": "[reference('A.B/c/x', '1').v]"}, "b": {"value": "[parameters('s')]"}, "c": {"reference": {"keyVault": {"id": "[resourceId('V/v', parameters('p'))]"}, "secretName": "n"}}},
"template": {`+childHead+`, "parameters": {"a": {"type": "string"}, "b": {"type": "securestring"}, "c": {"type": "securestring"}},
 "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[parameters('a')]", "tags": {"x": "[[y]"}}]}`), w)
	if want := `{,"parameters":{"a":{"type":"string"},"b":{"type":"securestring"},"c":{"type":"securestring"}},"resources":[{"type":"A.B/c","apiVersion":"1","name":"[parameters('a')]","tags":{"x":"[[y]"}}]}`; tmpl != want {
		t.Errorf("the template is %s\nwant %s", tmpl, want)
	}
	if want := `{"a":{"value":"live"},"b":{"value":"hunter2"},"c":{"reference":{"keyVault":{"id":"` + group + `/providers/V/v/parent"},"secretName":"n"}}}`; parameters != want {
		t.Errorf("the parameters are %s\nwant %s", parameters, want)
	}
}

func TestTemplatesWithOuterScopeAreSentEvaluated(t *testing.T) {
	w := lived("A.B/c/x", `{"properties": {"v": "[live]"}}`)
	tmpl, _ := childOf(t, parent(`"template": {`+childHead+`,
 "variables": {"v": "of child"}, "functions": [],
 "resources": [
  {"type": "A.B/c", "apiVersion": "1", "name": "[variables('v')]", "condition": "[equals(parameters('p'), 'parent')]",
   "properties": {"a": "[reference('A.B/c/x', '1').v]", "b": "[variables('raw')]", "c": "[[d]", "s": "[parameters('s')]", "copy": [{"name": "l", "count": 2, "input": "[copyIndex('l')]"}]},
   "resources": [{"type": "d", "apiVersion": "1", "name": "[parameters('p')]", "dependsOn": ["[variables('v')]"]}]},
  {"type": "A.B/c", "apiVersion": "1", "name": "out", "condition": "[not(equals(parameters('p'), 'parent'))]", "properties": {"a": "[reference('A.B/c/gone', '1')]"}},
  {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "deeper", "properties": {"mode": "Incremental", "parameters": {"q": {"value": "[parameters('p')]"}},
   "expressionEvaluationOptions": {"scope": "inner"}, "template": {"parameters": {"q": {"type": "string"}}, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[parameters('q')]"}]}}},
  {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "outer", "properties": {"mode": "Incremental", "template": {"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[parameters('p')]"}]}}}],
 "outputs": {"o": {"type": "string", "value": "[parameters('p')]"}}}`), w)
	want := `{,"resources":[` +
		`{"condition":true,"type":"A.B/c","apiVersion":"1","name":"of parent","properties":{"a":"[[live]","b":"[[raw]","c":"[[d]","s":"hunter2","l":[0,1]},` +
		`"resources":[{"type":"d","apiVersion":"1","name":"parent","dependsOn":["of parent"]}]},` +
		`{"condition":false,"type":"A.B/c","apiVersion":"1","name":"out"},` +
		`{"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"deeper","properties":{"mode":"Incremental","parameters":{"q":{"value":"parent"}},` +
		`"expressionEvaluationOptions":{"scope":"inner"},"template":{"parameters":{"q":{"type":"string"}},"resources":[{"type":"A.B/c","apiVersion":"1","name":"[parameters('q')]"}]}}},` +
		`{"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"outer","properties":{"mode":"Incremental","template":{"resources":[{"type":"A.B/c","apiVersion":"1","name":"parent"}]}}}],` +
		`"outputs":{"o":{"type":"string","value":"parent"}}}`
	if tmpl != want {
		t.Errorf("the template is\n%s\nwant\n%s", tmpl, want)
	}
}

// What is sent for a child is a template that gives what was meant.
func TestASentTemplateExpandsToWhatWasMeant(t *testing.T) {
	body := sent(t, begun(t, parent(`"template": {`+childHead+`, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"a": "[variables('raw')]", "b": "[[c]", "d": "x]"}}]}`), lived()), "d")
	doc, _ := jsonc.Parse("body.json", []byte(body))
	inner, _ := jsonc.Parse("child.json", []byte(string(value.FromNode(doc.Root().Get("properties").Get("template")).AppendJSON(nil))))
	tmpl, _ := template.Parse(inner)
	x, err := tmpl.Expand(context.Background(), template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(x.Resources[0].Body.Get("properties").AppendJSON(nil)), `{"a":"[raw]","b":"[c]","d":"x]"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Linked templates are for the deployment service: their link is sent.
func TestLinksAreSent(t *testing.T) {
	body := sent(t, begun(t, parent(`"templateLink": {"uri": "[concat('https://x/', parameters('p'), '.json')]"}`), lived()), "d")
	if !strings.Contains(body, `"templateLink":{"uri":"https://x/parent.json"}`) || strings.Contains(body, `"template":`) {
		t.Errorf("sent is %s", body)
	}
}
