package deployment_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

func TestADeploymentGoesThroughItsStates(t *testing.T) {
	b := newBox(t)
	template := templ(`"parameters": {"p": {"type": "string", "defaultValue": "d"}, "n": {"type": "int"}},
"resources": [
 {"type": "A.B/c", "apiVersion": "1", "name": "last", "location": "West Europe", "dependsOn": ["slow"], "properties": {"x": "[reference('slow').x]"}},
 {"type": "Slow.B/c", "apiVersion": "1", "name": "slow", "properties": {"x": "[parameters('n')]"}},
 {"type": "A.B/c", "apiVersion": "1", "name": "free"},
 {"type": "A.B/c", "apiVersion": "1", "name": "not", "condition": false}],
"outputs": {"made": {"type": "string", "value": "[reference('last').made]"}, "n": {"type": "int", "value": "[parameters('n')]"}}`)
	a, err := b.ask("PUT", group+"/providers/Microsoft.Resources/deployments/main", sent(template, `{"n": {"value": 7}}`))
	if err != nil {
		t.Fatal(err)
	}
	if a.Status != 201 || object.Text(b.body(a), "properties.provisioningState") != "Accepted" {
		t.Errorf("the answer is %d %v", a.Status, a.Body)
	}
	poll := strings.TrimPrefix(a.Header.Get("Azure-AsyncOperation"), "https://sandbox")
	status := func() string {
		a, err := b.ask("GET", poll, "")
		if err != nil {
			t.Fatal(err)
		}
		return object.Text(b.body(a), "status")
	}
	if got := status(); got != "Running" {
		t.Errorf("it is %s", got)
	}
	if got := strings.Join(b.operations("main"), ", "); got != "slow Running Created, free Succeeded Created" {
		t.Errorf("meanwhile the operations are %s", got)
	}
	b.pass(time.Minute)
	if got := status(); got != "Succeeded" {
		t.Errorf("it is %s", got)
	}
	if got := strings.Join(b.operations("main"), ", "); got != "last Succeeded Created, slow Succeeded Created, free Succeeded Created, EvaluateDeploymentOutput Succeeded OK" {
		t.Errorf("the operations are %s", got)
	}
	if got := b.deployed(group, "A.B/c"); got != "free last=7" {
		t.Errorf("deployed is %s", got)
	}
	p := object.Inner(b.get("main"), "properties")
	for path, want := range map[string]string{
		"provisioningState": `"Succeeded"`, "mode": `"Incremental"`, "duration": `"PT1M"`,
		"parameters": `{"n":{"type":"Int","value":7},"p":{"type":"String","value":"d"}}`,
		"outputs":    `{"made":{"type":"String","value":"by the plant"},"n":{"type":"Int","value":7}}`,
		"providers": `[{"namespace":"A.B","resourceTypes":[{"locations":["westeurope",null],"resourceType":"c"}]},` +
			`{"namespace":"Slow.B","resourceTypes":[{"locations":[null],"resourceType":"c"}]}]`,
		"dependencies": `[{"dependsOn":[{"id":"` + group + `/providers/Slow.B/c/slow","resourceName":"slow","resourceType":"Slow.B/c"}],` +
			`"id":"` + group + `/providers/A.B/c/last","resourceName":"last","resourceType":"A.B/c"}]`,
		"outputResources": `[{"id":"` + group + `/providers/A.B/c/last"},{"id":"` + group + `/providers/Slow.B/c/slow"},{"id":"` + group + `/providers/A.B/c/free"}]`,
	} {
		got := string(object.Encode(object.Object{"v": object.Get(p, path)}))
		if got != `{"v":`+want+`}` {
			t.Errorf("%s is %s\nwant %s", path, got, want)
		}
	}
	if object.Text(p, "templateHash") == "" || object.Text(p, "correlationId") == "" {
		t.Errorf("there is no hash or correlation id in %v", p)
	}
}

func TestAFailureStopsThoseThatWaitForIt(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"resources": [
 {"type": "A.B/c", "apiVersion": "1", "name": "refused"},
 {"type": "Slow.B/c", "apiVersion": "1", "name": "breaks"},
 {"type": "A.B/c", "apiVersion": "1", "name": "after", "dependsOn": ["refused"]},
 {"type": "A.B/c", "apiVersion": "1", "name": "evenLater", "dependsOn": ["after"]},
 {"type": "A.B/c", "apiVersion": "1", "name": "wrong", "properties": {"x": "[reference(resourceId('A.B/c', 'none'), '1').x]"}},
 {"type": "Slow.B/c", "apiVersion": "1", "name": "fine"}, {"type": "A.B/c", "apiVersion": "1", "name": "finer", "dependsOn": ["fine"]}]`), "")
	b.pass(2 * time.Minute)
	want := "refused Failed Forbidden ScopeLocked, breaks Failed Conflict ResourceDeploymentFailure, wrong Failed NotFound ResourceNotFound, fine Succeeded Created, finer Succeeded Created"
	if got := strings.Join(b.operations("main"), ", "); got != want {
		t.Errorf("the operations are %s\nwant %s", got, want)
	}
	p := object.Inner(b.get("main"), "properties")
	if got := object.Text(p, "provisioningState"); got != "Failed" || object.Text(p, "error.code") != "DeploymentFailed" {
		t.Errorf("it is %s with %v", got, object.Get(p, "error"))
	}
	var codes []string
	for _, d := range object.List(p, "error.details") {
		d := d.(object.Object)
		line := object.Text(d, "code") + " " + strings.TrimPrefix(object.Text(d, "target"), group+"/providers/")
		for _, inner := range object.List(d, "details") {
			line += " < " + object.Text(inner.(object.Object), "code")
		}
		codes = append(codes, line)
	}
	if want := []string{"ScopeLocked A.B/c/refused", "ResourceDeploymentFailure Slow.B/c/breaks < Broken", "ResourceNotFound A.B/c/wrong"}; !slices.Equal(codes, want) {
		t.Errorf("the details are %q\nwant %q", codes, want)
	}
	a, _ := b.ask("GET", group+"/providers/Microsoft.Resources/deployments/main/operationStatuses/x", "")
	if object.Text(b.body(a), "status") != "Failed" || object.Text(b.body(a), "error.code") != "DeploymentFailed" {
		t.Errorf("the status is %v", a.Body)
	}
}

// A service that refuses for a while is asked again.
func TestWhatIsRefusedForAWhileIsTriedAgain(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "first"}, {"type": "A.B/c", "apiVersion": "1", "name": "busy", "dependsOn": ["first"]}]`), "")
	if got := strings.Join(b.operations("main"), ", "); got != "first Succeeded Created, busy Running" {
		t.Errorf("the operations are %s", got)
	}
	b.pass(time.Minute)
	if got := strings.Join(b.operations("main"), ", "); got != "first Succeeded Created, busy Succeeded Created, EvaluateDeploymentOutput Succeeded OK" {
		t.Errorf("the operations are %s", got)
	}
}

func TestOutputsThatCannotBeEvaluatedFailTheDeployment(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}], "outputs": {"o": {"type": "string", "value": "[reference('n').none]"}}`), "")
	p := object.Inner(b.get("main"), "properties")
	if object.Text(p, "error.code") != "DeploymentOutputEvaluationFailed" {
		t.Errorf("it is %v", p)
	}
	details := object.List(p, "error.details")
	if m := object.Text(details[0].(object.Object), "message"); !strings.Contains(m, "The language expression property 'none' doesn't exist") || !strings.Contains(m, "line '2'") {
		t.Errorf("the reason is %s", m)
	}
}

func TestSecretsAreDeployedAndNeverShown(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"parameters": {"s": {"type": "securestring"}, "o": {"type": "secureObject"}, "v": {"type": "securestring"}},
"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "tags": {"s": "[parameters('s')]", "o": "[parameters('o').inner]", "v": "[parameters('v')]", "k": "[listKeys(resourceId('A.B/c', 'first'), '1').key]"}, "dependsOn": ["first"]},
 {"type": "A.B/c", "apiVersion": "1", "name": "first"},
 {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "child", "dependsOn": ["n"], "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"},
  "parameters": {"s": {"value": "[parameters('s')]"}, "v": {"reference": {"keyVault": {"id": "[resourceId('Microsoft.KeyVault/vaults', 'v')]"}, "secretName": "known"}}},
  "template": `+rgHead+`, "parameters": {"s": {"type": "securestring"}, "v": {"type": "securestring"}}, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "inside", "tags": {"s": "[parameters('s')]", "v": "[parameters('v')]"}}],
   "outputs": {"s": {"type": "securestring", "value": "[parameters('s')]"}}}}}],
"outputs": {"s": {"type": "securestring", "value": "[parameters('s')]"}, "o": {"type": "secureObject", "value": "[parameters('o')]"}}`),
		`{"s": {"value": "`+canary+`"}, "o": {"value": {"inner": "`+canary+`"}}, "v": {"reference": {"keyVault": {"id": "`+group+`/providers/Microsoft.KeyVault/vaults/v"}, "secretName": "known"}}}`)
	b.pass(time.Minute)
	p := object.Inner(b.get("main"), "properties")
	if object.Text(p, "provisioningState") != "Succeeded" {
		t.Fatalf("it is %v", p)
	}
	if got := string(object.Encode(object.Inner(p, "outputs"))); got != `{"o":{"type":"SecureObject"},"s":{"type":"SecureString"}}` {
		t.Errorf("the outputs are %s", got)
	}
	b.operations("main")
	b.get("child")
	_, _ = b.ask("GET", group+"/providers/Microsoft.Resources/deployments", "")
	if strings.Contains(b.seen.String(), canary) {
		t.Errorf("the secret is shown in %s", b.seen.String())
	}
	deployed := ""
	for _, name := range []string{"n", "inside"} {
		deployed += b.resource("A.B/c/" + name)
	}
	if n := strings.Count(deployed, canary); n != 6 {
		t.Errorf("the secret is %d times in what was deployed, want 6: %s", n, deployed)
	}
	// Once it has ended, its parameters are not kept; its secure outputs can be asked for.
	a, err := b.ask("POST", group+"/providers/Microsoft.Resources/deployments/main/listOutputsWithSecureValues", "")
	if err != nil || object.Text(b.body(a), "s") != canary || object.Text(b.body(a), "o.inner") != canary {
		t.Errorf("the secure outputs are %v, %v", a.Body, err)
	}
	if kept := b.records("deployment"); strings.Contains(kept, canary) {
		t.Errorf("the record holds the secret: %s", kept)
	}
}
