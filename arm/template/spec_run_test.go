package template_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// world is what a run deploys to: bodies by lower-case id. It notes what it is asked.
type world struct {
	bodies map[string]string
	asked  []string
}

var errGone = errors.New("resource was not found")

func (w *world) Resource(_ context.Context, id, apiVersion string) (value.Value, error) {
	w.asked = append(w.asked, "get "+id+"@"+apiVersion)
	return w.body(id)
}

func (w *world) body(id string) (value.Value, error) {
	src, ok := w.bodies[strings.ToLower(id)]
	if !ok {
		return value.Value{}, fmt.Errorf("%s: %w", id, errGone)
	}
	doc, errs := jsonc.Parse("live", []byte(src))
	if len(errs) > 0 {
		return value.Value{}, errs[0]
	}
	return value.FromNode(doc.Root()), nil
}

func (w *world) List(_ context.Context, function, id, apiVersion string, body value.Value) (value.Value, error) {
	w.asked = append(w.asked, function+" "+id+"@"+apiVersion+" "+body.Text())
	return w.body(id + "/" + function)
}

func (w *world) Provider(_ context.Context, namespace string) (value.Value, error) {
	return w.body(namespace)
}

const group = "/subscriptions/s1/resourceGroups/g1"

// lived are bodies by id; those that begin with a slash only once are below the group.
func lived(pairs ...string) *world {
	w := &world{bodies: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		id := pairs[i]
		if strings.HasPrefix(id, "A.B/") || strings.HasPrefix(id, "Microsoft.Resources/") {
			id = group + "/providers/" + id
		}
		w.bodies[strings.ToLower(id)] = pairs[i+1]
	}
	return w
}

// begun starts a run of a template in resource group g1 that must be without errors.
func begun(t *testing.T, src string, w *world, parameters ...template.Assignment) *template.Run {
	t.Helper()
	doc, errs := jsonc.Parse("main.json", []byte(src))
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	tmpl, _ := template.Parse(doc)
	run, err := tmpl.Run(context.Background(), template.Options{
		SubscriptionID: "s1", ResourceGroup: "g1", Location: "westeurope", TenantID: "t1", SubscriptionName: "one", Parameters: parameters,
	}, w)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range run.Expansion().Diagnostics {
		if d.Severity == template.Error {
			t.Fatal(d)
		}
	}
	return run
}

// sent is the body of a step as it goes to Azure, an error as "error: ...", or "not present".
func sent(t *testing.T, run *template.Run, name string) string {
	t.Helper()
	for _, s := range run.Steps() {
		if s.Resource.NameText() != name {
			continue
		}
		req, err := run.Request(context.Background(), s.Resource)
		switch {
		case err != nil:
			return "error: " + err.Error()
		case !req.Present:
			return "not present"
		}
		body, err := req.Body.AppendRevealed(nil)
		if err != nil {
			t.Errorf("%s is not complete: %v", name, err)
		}
		return string(body)
	}
	t.Fatalf("there is no step %s", name)
	return ""
}

// one makes a template of one resource n with these properties.
func one(properties string) string {
	return classic(`"parameters": {"s": {"type": "securestring", "defaultValue": "hunter2"}},
"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": ` + properties + `}]`)
}

func TestARunAsksForTheStateOfTheWorld(t *testing.T) {
	w := lived(
		"A.B/c/x", `{"id": "i", "name": "x", "location": "westeurope", "sku": {"name": "S"}, "identity": {"principalId": "p"}, "properties": {"key": "v", "list": [1]}}`,
		"A.B/c/empty", `{"name": "empty"}`,
		"/subscriptions/s2/resourceGroups/g2/providers/A.B/c/d", `{"properties": {"far": true}}`,
		"A.B/c/x/listKeys", `{"keys": [{"value": "hunter2"}]}`,
		"A.B", `{"namespace": "A.B", "resourceTypes": [{"resourceType": "c", "apiVersions": ["2", "1"]}]}`,
	)
	tests := map[string]struct{ expression, want string }{
		"properties":     {`reference(resourceId('A.B/c', 'x'), '1').key`, `"v"`},
		"relative id":    {`reference('A.B/c/x', '1').list`, `[1]`},
		"another group":  {`reference(resourceId('s2', 'g2', 'A.B/c', 'd'), '1').far`, `true`},
		"whole":          {`reference(resourceId('A.B/c', 'x'), '1', 'Full').identity.principalId`, `"p"`},
		"identity":       {`reference(resourceId('A.B/c', 'x'), '7', 'full').apiVersion`, `"7"`},
		"group of whole": {`reference(resourceId('A.B/c', 'x'), '7', 'full').resourceGroupName`, `"g1"`},
		"id of whole":    {`reference(resourceId('A.B/c', 'x'), '7', 'full').resourceId`, `"A.B/c/x"`},
		"no properties":  {`reference('A.B/c/empty', '1')`, `{}`},
		"computed":       {`concat('=', string(length(reference('A.B/c/x', '1').list)), reference('A.B/c/x', '1').key)`, `"=1v"`},
		"choice":         {`if(equals(reference('A.B/c/x', '1').key, 'v'), 'yes', reference('A.B/c/none', '1').a)`, `"yes"`},
		"keys":           {`listKeys('A.B/c/x', '1').keys[0].value`, `"hunter2"`},
		"of keys":        {`concat('Key=', listKeys(resourceId('A.B/c', 'x'), '1').keys[0].value)`, `"Key=hunter2"`},
		"secure":         {`concat(parameters('s'), '!')`, `"hunter2!"`},
		"provider":       {`providers('A.B', 'c').apiVersions[0]`, `"2"`},
		"try":            {`tryGet(reference('A.B/c/x', '1'), 'none')`, ``},
		"missing member": {`reference('A.B/c/x', '1').none`, `error: main.json:3:`},
		"missing":        {`reference('A.B/c/gone', '1').none`, `error: main.json:3:87: /subscriptions/s1/resourceGroups/g1/providers/A.B/c/gone: resource was not found`},
		"itself":         {`reference('n').a`, `Circular dependency`},
		"never known":    {`toLogicalZone('s1', 'westeurope', 'z')`, `error: main.json:3:`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := one(`{"v": "[` + test.expression + `]"}`)
			if name == "itself" {
				src = one(`{"v": "[if(equals(1, 1), ` + test.expression + `, 1)]"}`)
				doc, _ := jsonc.Parse("main.json", []byte(src))
				tmpl, _ := template.Parse(doc)
				run, err := tmpl.Run(context.Background(), template.Options{}, w)
				if err != nil || !template.HasErrors(run.Expansion().Diagnostics) {
					t.Errorf("a circle is not found: %v", err)
				}
				return
			}
			got := sent(t, begun(t, src, w), "n")
			want := `{"type":"A.B/c","apiVersion":"1","name":"n","properties":{"v":` + test.want + `}}`
			switch {
			case strings.HasPrefix(test.want, "error: "):
				if !strings.HasPrefix(got, test.want) {
					t.Errorf("got %s, want %s", got, test.want)
				}
			case test.want == "":
				if got != `{"type":"A.B/c","apiVersion":"1","name":"n","properties":{}}` {
					t.Errorf("got %s", got)
				}
			case got != want:
				t.Errorf("got %s\nwant %s", got, want)
			}
		})
	}
}

// The error of the world stays the cause, for those who look for its code.
func TestTheErrorOfTheWorldIsTheCause(t *testing.T) {
	run := begun(t, one(`{"v": "[reference('A.B/c/gone', '1').a]"}`), lived())
	_, err := run.Request(context.Background(), run.Steps()[0].Resource)
	var failed *template.RunError
	if !errors.Is(err, errGone) || !errors.As(err, &failed) || len(failed.Diagnostics) != 1 {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = run.Request(ctx, run.Steps()[0].Resource); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// What is secret is sent and nowhere shown.
func TestSecretsOfARunAreSentAndNotShown(t *testing.T) {
	w := lived("A.B/c/x/listKeys", `{"k": "hunter2"}`)
	run := begun(t, one(`{"a": "[parameters('s')]", "b": "[listKeys('A.B/c/x', '1').k]", "c": "[concat('x', parameters('s'))]"}`), w)
	req, err := run.Request(context.Background(), run.Steps()[0].Resource)
	if err != nil {
		t.Fatal(err)
	}
	if shown := string(req.Body.AppendJSON(nil)) + printed(run.Expansion()); strings.Contains(shown, "hunter2") {
		t.Errorf("the secret is shown in %s", shown)
	}
	if body, err := req.Body.AppendRevealed(nil); err != nil || strings.Count(string(body), "hunter2") != 3 {
		t.Errorf("sent is %s, %v", body, err)
	}
	// Of what fails, the message has no secret either.
	run = begun(t, one(`{"b": "[int(listKeys('A.B/c/x', '1').k)]"}`), w)
	if got := sent(t, run, "n"); !strings.HasPrefix(got, "error: ") || strings.Contains(got, "hunter2") {
		t.Errorf("got %s", got)
	}
}

func TestConditionsAreDecidedWhenTheyCanBe(t *testing.T) {
	src := classic(`"resources": [
{"type": "A.B/c", "apiVersion": "1", "name": "yes", "condition": "[equals(reference('A.B/c/x', '1').v, 1)]"},
{"type": "A.B/c", "apiVersion": "1", "name": "no", "condition": "[equals(reference('A.B/c/x', '1').v, 2)]", "properties": {"a": "[reference('A.B/c/gone', '1')]"}},
{"type": "A.B/c", "apiVersion": "1", "name": "never", "condition": false},
{"type": "A.B/c", "apiVersion": "1", "name": "odd", "condition": "[reference('A.B/c/x', '1').v]"}]`)
	run := begun(t, src, lived("A.B/c/x", `{"properties": {"v": 1}}`))
	if n := len(run.Steps()); n != 3 {
		t.Errorf("%d steps, want 3", n)
	}
	for name, want := range map[string]string{
		"yes": `{"type":"A.B/c","apiVersion":"1","name":"yes"}`, "no": "not present", "odd": "error: main.json:6:66: the condition of a resource is of type Integer",
	} {
		if got := sent(t, run, name); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestLoopsAndSymbolsAskForTheirInstances(t *testing.T) {
	src := symbolic(`"resources": {
"many": {"type": "A.B/c", "apiVersion": "1", "name": "[format('m{0}', copyIndex())]", "copy": {"name": "many", "count": 2},
  "properties": {"copy": [{"name": "p", "count": 2, "input": "[concat(reference('old').v, copyIndex('many'), copyIndex('p'))]"}]}},
"old": {"existing": true, "type": "A.B/c", "apiVersion": "3", "name": "x"},
"last": {"type": "A.B/c", "apiVersion": "1", "name": "last", "properties": {
  "all": "[map(references('many'), lambda('r', lambdaVariables('r').i))]", "second": "[reference('many[1]').i]", "info": "[resourceInfo('old').name]",
  "whole": "[reference('old', '3', 'full').location]"}}}`)
	w := lived("A.B/c/x", `{"location": "here", "properties": {"v": "v"}}`, "A.B/c/m0", `{"properties": {"i": 0}}`, "A.B/c/m1", `{"properties": {"i": 1}}`)
	run := begun(t, src, w)
	for name, want := range map[string]string{
		"m1":   `{"type":"A.B/c","apiVersion":"1","name":"m1","properties":{"p":["v10","v11"]}}`,
		"last": `{"type":"A.B/c","apiVersion":"1","name":"last","properties":{"all":[0,1],"second":1,"info":"x","whole":"here"}}`,
	} {
		if got := sent(t, run, name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if got := afters(run); got != "m0 m1 last<m0,m1" {
		t.Errorf("steps are %s", got)
	}
	ofOld := 0
	for _, a := range w.asked { // a symbol is asked for in the version that it names
		if at, version, _ := strings.Cut(a, "@"); at == "get "+group+"/providers/A.B/c/x" {
			if ofOld++; version != "3" {
				t.Errorf("asked %s", a)
			}
		}
	}
	if ofOld == 0 {
		t.Errorf("asked %q", w.asked)
	}
}

// The outputs of a run are complete; those left out by their condition are not there.
func TestOutputsOfARun(t *testing.T) {
	src := classic(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}],
"outputs": {
 "plain": {"type": "string", "value": "[reference('n').v]"},
 "secure": {"type": "securestring", "value": "[listKeys('n', '1').k]"},
 "loop": {"type": "array", "copy": {"count": 2, "input": "[concat(reference('n').v, copyIndex())]"}},
 "none": {"condition": "[equals(reference('n').v, 'w')]", "type": "string", "value": "[reference('A.B/c/gone', '1').x]"}}`)
	w := lived("A.B/c/n", `{"properties": {"v": "v"}}`, "A.B/c/n/listKeys", `{"k": "hunter2"}`)
	list, err := begun(t, src, w).Outputs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, o := range list {
		got += fmt.Sprintf("%s %s %s;", o.Name, o.Type, o.Value.AppendJSON(nil))
	}
	if want := `plain string "v";secure securestring {"$secret":true};loop array ["v0","v1"];`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	w.bodies[strings.ToLower(group+"/providers/A.B/c/n")] = `{"properties": {"v": 1}}`
	if _, err = begun(t, src, w).Outputs(context.Background()); err == nil || !strings.Contains(err.Error(), "Template output JToken type is not valid") {
		t.Errorf("an output of the wrong type gives %v", err)
	}
}

// deployment() knows its template and parameters in a run.
func TestDeploymentInARun(t *testing.T) {
	doc, _ := jsonc.Parse("main.json", []byte(classic(`"parameters": {"p": {"type": "int"}, "d": {"type": "int", "defaultValue": 2}},
"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {
 "p": "[deployment().properties.parameters]", "h": "[deployment().properties.templateHash]", "who": "[deployer().objectId]", "e": "[environment().name]"}}]`)))
	tmpl, _ := template.Parse(doc)
	run, err := tmpl.Run(context.Background(), template.Options{
		SubscriptionID: "s1", ResourceGroup: "g1", TemplateHash: "123", Parameters: []template.Assignment{{Name: "p", Value: value.Int(1)}},
		Deployer:    value.Object([]value.Member{{Key: "objectId", Value: value.String("o")}}),
		Environment: value.Object([]value.Member{{Key: "name", Value: value.String("Sandbox")}}),
	}, lived())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sent(t, run, "n"), `{"p":{"p":{"value":1}},"h":"123","who":"o","e":"Sandbox"}`; !strings.Contains(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A missing parameter is an error of a run, and one that only the scope knows stays one.
func TestARunNeedsItsParameters(t *testing.T) {
	doc, _ := jsonc.Parse("main.json", []byte(classic(`"parameters": {"p": {"type": "int"}}, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}]`)))
	tmpl, _ := template.Parse(doc)
	run, err := tmpl.Run(context.Background(), template.Options{}, lived())
	if err != nil || !template.HasErrors(run.Expansion().Diagnostics) {
		t.Errorf("got %v", err)
	}
	if got := sent(t, run, "n"); !strings.HasPrefix(got, "error: ") {
		t.Errorf("a resource without its scope gives %s", got)
	}
}
