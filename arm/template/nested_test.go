package template_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// nest puts resources and outputs into a deployments resource.
func nest(name, members, properties, inside string) string {
	return `{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "` + name + `", ` + members + `
		"properties": {"mode": "Incremental", ` + properties + ` "template": {` + rgSchema + `, ` + inside + `}}}`
}

const innerScope = `"expressionEvaluationOptions": {"scope": "inner"},`

func TestOuterScopeSeesTheLoopOfItsParent(t *testing.T) {
	x := clean(t, `{`+rgSchema+`, "resources": [`+nest("[concat('d', copyIndex())]", `"copy": {"name": "l", "count": 2},`, "",
		`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('r', copyIndex('l'))]"}]`)+`]}`,
		template.Options{SubscriptionID: "s", ResourceGroup: "g"})
	base := "/subscriptions/s/resourceGroups/g/providers/"
	same(t, []string{
		base + "Microsoft.Resources/deployments/d0", base + "A.B/c/r0",
		base + "Microsoft.Resources/deployments/d1", base + "A.B/c/r1",
	}, ids(x.Resources))
}

func TestLoopInATemplateWithOuterScopeIsWarnedOf(t *testing.T) {
	inside := `"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('r', copyIndex())]", "copy": {"name": "l", "count": 2}}]`
	x := expand(t, `{`+rgSchema+`, "resources": [`+nest("d", "", "", inside)+`]}`, zeroScope)
	if got := strings.Join(messages(x.Diagnostics), "\n"); !strings.Contains(got, "is that of its parent") {
		t.Errorf("got %q", got)
	}
	clean(t, `{`+rgSchema+`, "resources": [`+nest("d", "", innerScope, inside)+`]}`, zeroScope)
}

func TestOuterScopeReadsWhatWasThereBefore(t *testing.T) {
	x := clean(t, `{`+rgSchema+`, "resources": [`+nest("d", "", "",
		`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": "[union(reference(resourceId('A.B/c', 'n'), '1'), createObject('x', 1))]"}]`)+`]}`,
		template.Options{SubscriptionID: "s", ResourceGroup: "g"})
	got := find(t, x, "/A.B/c/n").Body.Get("properties")
	if !got.IsUnknown() || !strings.Contains(got.Residual(), "reference('/subscriptions/s/resourceGroups/g/providers/A.B/c/n', '1')") {
		t.Errorf("the properties are %s", got.AppendJSON(nil))
	}
}

func TestTargetsThatAreNotKnown(t *testing.T) {
	x := expand(t, `{`+rgSchema+`, "parameters": {"sub": {"type": "string"}, "rg": {"type": "string"}}, "resources": [`+
		nest("d", `"subscriptionId": "[parameters('sub')]", "resourceGroup": "[parameters('rg')]",`, innerScope,
			`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "location": "[resourceGroup().location]"}]`)+`]}`, zeroScope)
	r := find(t, x, "/A.B/c/n")
	if got, want := r.ID.Text(), "/subscriptions/{parameters('sub')}/resourceGroups/{parameters('rg')}/providers/A.B/c/n"; got != want {
		t.Errorf("the id is %s, want %s", got, want)
	}
	if u := r.Location.Unknown(); u == nil || u.Reason != value.ScopeFact || r.Location.Residual() == "[resourceGroup().location]" {
		t.Errorf("the location is %s, want that of the other group", r.Location.AppendJSON(nil))
	}
}

func TestConditionsOfDeploymentsJoinThoseInside(t *testing.T) {
	x := expand(t, `{`+rgSchema+`, "parameters": {"a": {"type": "bool"}, "b": {"type": "bool"}}, "resources": [`+
		nest("d", `"condition": "[parameters('a')]",`, "",
			`"resources": [{"condition": "[parameters('b')]", "type": "A.B/c", "apiVersion": "1", "name": "n"}]`)+`]}`, zeroScope)
	r := find(t, x, "/A.B/c/n")
	if got := r.Condition.Residual(); r.Presence != template.Maybe || got != "[and(parameters('a'), parameters('b'))]" {
		t.Errorf("presence %s, condition %s", r.Presence, got)
	}
}

func TestTemplateMadeByAnExpression(t *testing.T) {
	x := expand(t, `{`+rgSchema+`, "variables": {"t": {}}, "resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": "d",
		"properties": {"template": "[variables('t')]"}}], "outputs": {"o": {"type": "string", "value": "[reference('d').outputs.x.value]"}}}`, zeroScope)
	same(t, []string{"warning 2:30 linked-template: the nested template is made by an expression; its resources are not known"}, messages(x.Diagnostics))
	if !x.Outputs[0].Value.IsUnknown() {
		t.Errorf("the output is %s", outputs(x))
	}
}

func TestLinkedParameters(t *testing.T) {
	source := func(parameters string) string {
		return `{` + rgSchema + `, "resources": [` + nest("d", "", innerScope+parameters,
			`"parameters": {"n": {"type": "string"}, "m": {"type": "string", "defaultValue": "default"}}, "resources": [],
			"outputs": {"o": {"type": "string", "value": "[concat(parameters('n'), '-', parameters('m'))]"}}`) + `],
			"outputs": {"o": {"type": "string", "value": "[reference('d').outputs.o.value]"}}}`
	}
	linked := map[string]string{"p.json": `{"parameters": {"n": {"value": "linked"}}}`}
	opts := template.Options{ReadFile: files(linked)}
	sameJSON(t, `{"o": "linked-default"}`, outputs(clean(t, source(`"parametersLink": {"relativePath": "p.json"},`), opts)))
	sameJSON(t, `{"o": {"$unknown": "[concat(parameters('n'), '-', 'default')]"}}`, outputs(expand(t, source(`"parametersLink": {"uri": "https://h/none.json"},`), opts)))
	sameJSON(t, `{"o": "made-default"}`, outputs(clean(t, source(`"parameters": "[createObject('n', createObject('value', 'made'))]",`), opts)))
	got := strings.Join(messages(expand(t, source(`"parameters": {"n": {"value": "x"}}, "parametersLink": {"relativePath": "p.json"},`), opts).Diagnostics), "\n")
	if !strings.Contains(got, "both parameters and a parametersLink") {
		t.Errorf("got %q", got)
	}
}

func TestDepthOfDeploymentsIsLimited(t *testing.T) {
	inside := `"resources": []`
	for i := range 40 {
		inside = `"resources": [` + nest(fmt.Sprintf("d%d", i), "", innerScope, inside) + `]`
	}
	x := expand(t, `{`+rgSchema+`, `+inside+`}`, template.Options{Limits: template.Limits{Depth: 5}})
	same(t, []string{"error"}, severities(x.Diagnostics))
	if len(x.Resources) != 6 || x.Diagnostics[0].Code != template.CodeLimit {
		t.Errorf("%d resources, %q", len(x.Resources), messages(x.Diagnostics))
	}
}

func severities(list []template.Diagnostic) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Severity.String())
	}
	return out
}

func TestOutputs(t *testing.T) {
	x := clean(t, `{`+rgSchema+`, "languageVersion": "2.0", "definitions": {"list": {"type": "array", "items": {"type": "int"}}},
		"resources": {},
		"outputs": {
			"absent": {"condition": false, "type": "string", "value": "[fail('not evaluated')]"},
			"typed": {"$ref": "#/definitions/list", "value": [1, 2]},
			"null": {"type": "string", "nullable": true, "value": "[null()]"},
			"secret": {"type": "secureObject", "value": {"a": 1}}
		}}`, zeroScope)
	sameJSON(t, `{"typed": [1, 2], "null": null, "secret": {"$secret": true}}`, outputs(x))
	if o := x.Outputs[0]; o.Name != "typed" || o.Type != "Array" {
		t.Errorf("the first output is %+v", o)
	}
	if !x.Outputs[2].Secure {
		t.Error("a secure output is not marked")
	}
}

func TestSecureOutputsOfAModule(t *testing.T) {
	x := clean(t, `{`+rgSchema+`, "languageVersion": "2.0", "resources": {"m": `+nest("d", "", "",
		`"resources": [], "outputs": {"key": {"type": "securestring", "value": "hidden"}}`)+`},
		"outputs": {
			"plain": {"type": "string", "value": "[reference('m').outputs.key.value]"},
			"listed": {"type": "string", "value": "[listOutputsWithSecureValues('m', '2022-09-01').key]"}}}`, zeroScope)
	sameJSON(t, `{"plain": {"$secret": true}, "listed": {"$secret": true}}`, outputs(x))
}

func TestErrorsOfUserFunctions(t *testing.T) {
	functions := `"functions": [{"namespace": "n", "members": {
		"f": {"parameters": [{"name": "x", "type": "int"}], "output": {"type": "int", "value": "[mul(parameters('X'), 2)]"}},
		"bad": {"parameters": [], "output": {"type": "int", "value": "[toLower(1)]"}},
		"asks": {"parameters": [], "output": {"type": "string", "value": "[reference('x').y]"}}}}]`
	tests := map[string]string{
		"[n.f(4)]":              "",
		"[N.F(4)]":              "",
		"[n.f('a')]":            "user function 'n.f': parameter 'x' is of type String, expected int",
		"[n.f(1, 2)]":           "1 argument(s) while 2 were provided",
		"[n.g(1)]":              "The template function 'n.g' is not valid",
		"[add(n.bad(), 1)]":     "function 'toLower' expects its parameter to be of type 'String'",
		"[n.asks()]":            "a user function is evaluated before any resource is deployed",
		"[copyIndex()]":         "copyIndex",
		"[string(n.f(n.f(1)))]": "",
	}
	for expression, want := range tests {
		x := expand(t, `{`+rgSchema+`, `+functions+`, "resources": [], "outputs": {"o": {"type": "object", "value": {"v": "`+expression+`"}}}}`, zeroScope)
		got := strings.Join(messages(x.Diagnostics), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) || strings.Count(got, "\n") > 0 {
			t.Errorf("%s: got %q, want %q", expression, got, want)
		}
	}
}

func TestDependsOnInEveryForm(t *testing.T) {
	forms := map[string]int{
		`"target"`: 1, `"A.B/c/target"`: 1, `"A.B/c//target/"`: 1, `"TARGET"`: 1,
		`"[resourceId('A.B/c', 'target')]"`:                         1,
		`"[concat('A.B/c/', 'target')]"`:                            1,
		`"[concat(resourceGroup().id, '/providers/A.B/c/target')]"`: 1,
		`"loop"`:                                     3,
		`"[concat('many', 1)]"`:                      1,
		`"[createArray('target', 'loop')]"`:          4,
		`"[if(true(), 'target', json('null'))]"`:     1,
		`"[json('null')]"`:                           0,
		`"never"`:                                    0,
		`"[if(parameters('p'), 'target', 'many0')]"`: 2,
		`"[parameters('unknown')]"`:                  0,
		`"A.B/parent/up/child/down"`:                 1,
	}
	for form, want := range forms {
		x := expand(t, `{`+rgSchema+`, "parameters": {"p": {"type": "bool"}, "unknown": {"type": "string"}}, "resources": [
			{"type": "A.B/user", "apiVersion": "1", "name": "user", "dependsOn": [`+form+`]},
			{"type": "A.B/c", "apiVersion": "1", "name": "target"},
			{"type": "A.B/c", "apiVersion": "1", "name": "never", "condition": false},
			{"type": "A.B/parent/child", "apiVersion": "1", "name": "up/down"},
			{"type": "A.B/c", "apiVersion": "1", "name": "[concat('many', copyIndex())]", "copy": {"name": "loop", "count": 3}}]}`, template.Options{})
		user := find(t, x, "/user")
		if len(user.DependsOn) != want {
			t.Errorf("dependsOn %s gives %q, want %d", form, ids(user.DependsOn), want)
		}
		for _, d := range x.Diagnostics {
			if d.Code == template.CodeDependency {
				t.Errorf("dependsOn %s: %s", form, d)
			}
		}
	}
}
