package template_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
)

// afters lists the steps as "name<name,name" of those they wait for.
func afters(run *template.Run) string {
	var out []string
	for _, s := range run.Steps() {
		line := s.Resource.NameText()
		for i, k := range s.After {
			line += map[bool]string{true: "<", false: ","}[i == 0] + run.Steps()[k].Resource.NameText()
		}
		out = append(out, line)
	}
	return strings.Join(out, " ")
}

// resource is one of type A.B/c with more members.
func resource(name, more string) string {
	return `{"type": "A.B/c", "apiVersion": "1", "name": "` + name + `"` + more + `}`
}

func TestStepsWaitForWhatTheServiceWaitsFor(t *testing.T) {
	nested := func(scope, resources string) string {
		return `, "properties": {"mode": "Incremental", ` + scope + `"parameters": {}, "template": {` + rgSchema + `, "contentVersion": "1.0.0.0", "resources": [` + resources + `]}}`
	}
	const inner = `"expressionEvaluationOptions": {"scope": "inner"}, `
	deployment := func(name, more string) string {
		return `{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "` + name + `"` + more + `}`
	}
	tests := map[string]struct{ resources, want string }{
		"nothing":             {resource("a", "") + "," + resource("b", ""), "a b"},
		"dependsOn":           {resource("a", `, "dependsOn": ["b"]`) + "," + resource("b", ""), "a<b b"},
		"once":                {resource("a", `, "dependsOn": ["b", "[resourceId('A.B/c', 'b')]"], "properties": {"x": "[reference('b').y]"}`) + "," + resource("b", ""), "a<b b"},
		"name":                {resource("a", `, "properties": {"x": "[reference('b').y]"}`) + "," + resource("b", ""), "a<b b"},
		"id without version":  {resource("a", `, "properties": {"x": "[reference(resourceId('A.B/c', 'b')).y]"}`) + "," + resource("b", ""), "a<b b"},
		"id with version":     {resource("a", `, "properties": {"x": "[reference(resourceId('A.B/c', 'b'), '1').y]"}`) + "," + resource("b", ""), "a b"},
		"list with id":        {resource("a", `, "properties": {"x": "[listKeys(resourceId('A.B/c', 'b'), '1').y]"}`) + "," + resource("b", ""), "a b"},
		"list with name":      {resource("a", `, "properties": {"x": "[listKeys('b', '1').y]"}`) + "," + resource("b", ""), "a<b b"},
		"not deployed":        {resource("a", `, "dependsOn": ["b"]`) + "," + resource("b", `, "condition": false, "dependsOn": ["c"]`) + "," + resource("c", ""), "a c"},
		"loop":                {resource("a", `, "dependsOn": ["many"]`) + "," + resource("[concat('m', copyIndex())]", `, "copy": {"name": "many", "count": 2}`), "a<m0,m1 m0 m1"},
		"serial loop":         {resource("[concat('m', copyIndex())]", `, "copy": {"name": "many", "count": 3, "mode": "Serial"}`), "m0 m1<m0 m2<m1"},
		"batches":             {resource("[concat('m', copyIndex())]", `, "copy": {"name": "many", "count": 5, "mode": "serial", "batchSize": 2}`), "m0 m1 m2<m0,m1 m3<m0,m1 m4<m2,m3"},
		"parallel loop":       {resource("[concat('m', copyIndex())]", `, "copy": {"name": "many", "count": 2, "mode": "parallel", "batchSize": 1}`), "m0 m1"},
		"parameters of child": {deployment("d", `, "properties": {"mode": "Incremental", `+inner+`"parameters": {"p": {"value": "[reference('b').y]"}}, "template": {`+rgSchema+`, "contentVersion": "1.0.0.0", "parameters": {"p": {"type": "string"}}, "resources": []}}`) + "," + resource("b", ""), "d<b b"},
		"outer child":         {deployment("d", nested("", resource("n", `, "properties": {"x": "[reference('b').y]"}`))) + "," + resource("b", ""), "d<b b"},
		"inside of child":     {resource("a", `, "properties": {"x": "[reference(resourceId('A.B/c', 'n')).y]"}`) + "," + deployment("d", nested(inner, resource("n", ""))), "a d"},
		"on child":            {resource("a", `, "properties": {"x": "[reference('d').outputs.y.value]"}`) + "," + deployment("d", `, "properties": {"mode": "Incremental", `+inner+`"template": {`+rgSchema+`, "contentVersion": "1.0.0.0", "resources": [], "outputs": {"y": {"type": "int", "value": 1}}}}`), "a<d d"},
		"also in child":       {resource("a", `, "properties": {"x": "[reference(resourceId('A.B/c', 'n')).y]"}`) + "," + deployment("d", nested(inner, resource("n", ""))) + "," + resource("n", ""), "a<n d n"},
		"children of parents": {resource("p", `, "resources": [{"type": "d", "apiVersion": "1", "name": "x", "dependsOn": ["p"]}]`), "p p/x<p"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := afters(begun(t, classic(`"resources": [`+test.resources+`]`), lived())); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Existing resources are passed through: what waits for one waits for what that waits for.
func TestExistingResourcesArePassedThrough(t *testing.T) {
	src := symbolic(`"resources": {
"a": {"type": "A.B/c", "apiVersion": "1", "name": "a", "dependsOn": ["old"]},
"old": {"existing": true, "type": "A.B/c", "apiVersion": "1", "name": "old", "dependsOn": ["b"]},
"b": {"type": "A.B/c", "apiVersion": "1", "name": "b"}}`)
	if got := afters(begun(t, src, lived())); got != "a<b b" {
		t.Errorf("got %q", got)
	}
}
