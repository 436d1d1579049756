package deployment_test

import (
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// child makes a deployments resource; more goes beside its properties, properties into them.
func child(name, more, properties, template string) string {
	return `{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "` + name + `"` + more +
		`, "properties": {"mode": "Incremental"` + properties + `, "template": ` + template + `}}`
}

const inner = `, "expressionEvaluationOptions": {"scope": "inner"}`

// The parameters of a child become known while its parent runs; its names follow from them.
func TestChildrenWithInnerScopeAreExpandedWhenTheirParametersAreKnown(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"resources": [
 {"type": "Slow.B/c", "apiVersion": "1", "name": "slow", "properties": {"x": "told"}},
`+child("child", "", inner+`, "parameters": {"p": {"value": "[reference('slow').x]"}, "n": {"value": 2}}`,
		templ(`"parameters": {"p": {"type": "string"}, "n": {"type": "int"}},
   "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat(parameters('p'), copyIndex())]", "copy": {"name": "l", "count": "[parameters('n')]"}}],
   "outputs": {"o": {"type": "string", "value": "[reference(resourceId('A.B/c', 'told1')).made]"}}`))+`,
 {"type": "A.B/c", "apiVersion": "1", "name": "last", "properties": {"x": "[reference('child').outputs.o.value]"}}]`), "")
	b.pass(2 * time.Minute)
	if got := b.deployed(group, "A.B/c"); got != "last=by the plant told0 told1" {
		t.Errorf("deployed is %s; %v", got, object.Get(b.get("main"), "properties.error"))
	}
	if got := strings.Join(b.operations("child"), ", "); got != "told0 Succeeded Created, told1 Succeeded Created, EvaluateDeploymentOutput Succeeded OK" {
		t.Errorf("the operations of the child are %s", got)
	}
	var made []string
	for _, o := range object.List(b.get("main"), "properties.outputResources") {
		made = append(made, strings.TrimPrefix(object.Text(o.(object.Object), "id"), group+"/providers/"))
	}
	if got := strings.Join(made, " "); got != "Slow.B/c/slow A.B/c/told0 A.B/c/told1 A.B/c/last" {
		t.Errorf("deployed are %s", got)
	}
	if a, c := object.Text(b.get("main"), "properties.correlationId"), object.Text(b.get("child"), "properties.correlationId"); a != c {
		t.Errorf("parent and child are not correlated: %s, %s", a, c)
	}
}

func TestChildrenWithOuterScopeSeeTheirParent(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"parameters": {"p": {"type": "string", "defaultValue": "parent"}},
"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "first", "properties": {"x": "[[odd]"}},
`+child("child", "", "", templ(`"parameters": {"p": {"type": "string", "defaultValue": "child"}},
   "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[parameters('p')]", "properties": {"x": "[reference('first').x]"}}]`))+`]`), "")
	b.pass(time.Minute)
	if got := b.deployed(group, "A.B/c"); got != "first=[odd] parent=[odd]" {
		t.Errorf("deployed is %s; %v", got, object.Get(b.get("main"), "properties.error"))
	}
}

func TestChildrenGoToOtherGroups(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"resources": [`+child("far", `, "resourceGroup": "g2"`, inner,
		templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"x": "[concat(resourceGroup().name, resourceGroup().location, deployment().name)]"}}]`))+`]`), "")
	b.pass(time.Minute)
	if got := b.deployed(another, "A.B/c"); got != "n=g2northeuropefar" {
		t.Errorf("deployed is %s; %v", got, object.Get(b.get("main"), "properties.error"))
	}
	a, err := b.ask("GET", another+"/providers/Microsoft.Resources/deployments/far", "")
	if err != nil || object.Text(b.body(a), "id") != another+"/providers/Microsoft.Resources/deployments/far" {
		t.Errorf("the child is %v, %v", a.Body, err)
	}
}

func TestSubscriptionsAreDeployedTo(t *testing.T) {
	b := newBox(t)
	const at = "/subscriptions/" + sub + "/providers/Microsoft.Resources/deployments/main"
	template := strings.Replace(templ(`"resources": [
 {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "1", "name": "new", "location": "[deployment().location]"},
`+child("within", `, "resourceGroup": "new", "dependsOn": ["new"]`, inner, templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "properties": {"x": "[resourceGroup().location]"}}]`))+`],
"outputs": {"id": {"type": "string", "value": "[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'new')]"}, "name": {"type": "string", "value": "[subscription().displayName]"},
 "group": {"type": "string", "value": "[reference(subscriptionResourceId('Microsoft.Resources/resourceGroups', 'new'), '1', 'full').location]"}}`), "deploymentTemplate", "subscriptionDeploymentTemplate", 1)
	if _, err := b.ask("PUT", at, sent(template, "")); err == nil || err.Code != "LocationRequired" {
		t.Errorf("without a location: %v", err)
	}
	if _, err := b.ask("PUT", at, strings.Replace(sent(template, ""), "{", `{"location": "uksouth", `, 1)); err != nil {
		t.Fatal(err, err.Details)
	}
	b.pass(time.Minute)
	a, err := b.ask("GET", at, "")
	if err != nil || object.Text(b.body(a), "properties.provisioningState") != "Succeeded" || object.Text(b.body(a), "location") != "uksouth" {
		t.Fatalf("it is %v, %v", a.Body, err)
	}
	if got := object.Text(b.body(a), "properties.outputs.group.value") + object.Text(b.body(a), "properties.outputs.name.value"); got != "uksouthone" {
		t.Errorf("the outputs are %s", got)
	}
	if got := b.deployed("/subscriptions/"+sub+"/resourceGroups/new", "A.B/c"); got != "n=uksouth" {
		t.Errorf("deployed is %s", got)
	}
	if _, err = b.ask("PUT", at, strings.Replace(sent(template, ""), "{", `{"location": "westeurope", `, 1)); err == nil || err.Code != "InvalidDeploymentLocation" {
		t.Errorf("in another location: %v", err)
	}
}

// What fails in a child fails in its parent, with the reasons inside each other.
func TestFailuresOfChildrenAreNested(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"resources": [`+child("child", "", inner, templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "refused"}]`))+`,
`+child("nowhere", `, "resourceGroup": "none"`, inner, templ(`"resources": []`))+`,
`+child("wrong", "", inner, templ(`"resources": [{"type": "A.B/c", "apiVersion": "9", "name": "n"}]`))+`]`), "")
	b.pass(time.Minute)
	var got []string
	for _, d := range object.List(b.get("main"), "properties.error.details") {
		line := ""
		for o := d.(object.Object); o != nil; {
			line += "/" + object.Text(o, "code")
			inner := object.List(o, "details")
			if o = nil; len(inner) > 0 {
				o = inner[0].(object.Object)
			}
		}
		got = append(got, line)
	}
	if want := "/ResourceDeploymentFailure/DeploymentFailed/ScopeLocked /ResourceGroupNotFound /InvalidTemplateDeployment/NoRegisteredProviderFound"; strings.Join(got, " ") != want {
		t.Errorf("the details are %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestLinkedTemplatesComeFromTheSandboxOnly(t *testing.T) {
	b := newBox(t)
	link := func(uri string) string {
		return `{"properties": {"mode": "Incremental", "templateLink": {"uri": "` + uri + `"}}}`
	}
	const at = group + "/providers/Microsoft.Resources/deployments/main"
	if _, err := b.ask("PUT", at, link("https://sandbox/files/main/linked.json?sig="+canary)); err != nil {
		t.Fatal(err)
	}
	p := object.Inner(b.get("main"), "properties")
	if object.Text(p, "templateLink.uri") != "https://sandbox/files/main/linked.json" || object.Text(p, "templateLink.contentVersion") != "1.0.0.0" {
		t.Errorf("the link is %v", object.Get(p, "templateLink"))
	}
	for body, want := range map[string]string{
		link("https://elsewhere/x.json?sig=" + canary):                                                        "'https://elsewhere/x.json': the sandbox reads nothing from the network",
		`{"properties": {"mode": "Incremental", "templateLink": {"id": "/subscriptions/x/spec"}}}`:            "template spec",
		`{"properties": {"mode": "Incremental", "templateLink": {"relativePath": "x.json"}}}`:                 "relative path",
		`{"properties": {"mode": "Incremental", "templateLink": {}}}`:                                         "no uri",
		strings.Replace(link("https://sandbox/files/main/linked.json"), `"}`, `", "contentVersion": "2"}`, 1): "content version",
	} {
		_, err := b.ask("PUT", group+"/providers/Microsoft.Resources/deployments/other", body)
		if err == nil || err.Code != "InvalidContentLink" || !strings.Contains(err.Message, want) || strings.Contains(err.Message, canary) {
			t.Errorf("%s gives %v", body, err)
		}
	}
	// A child finds its template beside that of its parent.
	b.put("outer", templ(`"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "linkedChild", "properties": {"mode": "Incremental", "templateLink": {"uri": "https://sandbox/files/main/linked.json"}}}]`), "")
	if got := object.Text(b.get("linkedChild"), "properties.provisioningState"); got != "Succeeded" {
		t.Errorf("the child is %s: %v", got, b.get("linkedChild"))
	}
}

// A deployment goes on where it was when the sandbox was stopped.
func TestDeploymentsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	store, err := state.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	b := boxOn(t, store, noon)
	b.put("main", templ(`"parameters": {"s": {"type": "securestring"}, "id": {"type": "string", "defaultValue": "[newGuid()]"}, "at": {"type": "string", "defaultValue": "[utcNow()]"}},
"resources": [{"type": "Slow.B/c", "apiVersion": "1", "name": "slow", "properties": {"x": "[parameters('id')]"}},
`+child("child", "", inner+`, "parameters": {"p": {"value": "[reference('slow').x]"}}`,
		templ(`"parameters": {"p": {"type": "string"}}, "resources": [{"type": "Slow.B/c", "apiVersion": "1", "name": "deep"}, {"type": "A.B/c", "apiVersion": "1", "name": "late", "dependsOn": ["deep"], "tags": {"p": "[parameters('p')]"}}]`))+`,
 {"type": "A.B/c", "apiVersion": "1", "name": "last", "dependsOn": ["child"], "properties": {"x": "[concat(parameters('s'), parameters('at'))]"}}]`), `{"s": {"value": "`+canary+`"}}`)
	for range 5 {
		b.pass(30 * time.Second)
		now := b.w.Clock.Now()
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if store, err = state.Open(dir); err != nil {
			t.Fatal(err)
		}
		b = boxOn(t, store, now)
	}
	t.Cleanup(func() { _ = store.Close() })
	if got := object.Text(b.get("main"), "properties.provisioningState"); got != "Succeeded" {
		t.Fatalf("it is %s: %v", got, b.get("main"))
	}
	if got := b.deployed(group, "A.B/c"); got != "last="+canary+"20260301T120000Z late" {
		t.Errorf("deployed is %s", got)
	}
	id := object.Text(object.Must([]byte(b.resource("Slow.B/c/slow"))), "properties.x")
	if late := object.Text(object.Must([]byte(b.resource("A.B/c/late"))), "tags.p"); late != id || id == "" {
		t.Errorf("newGuid() gave %q and later %q", id, late)
	}
}

// A deployment whose input is gone ends, and says that it is a fault of the sandbox.
func TestADeploymentThatCannotGoOnFails(t *testing.T) {
	store := state.New()
	b := boxOn(t, store, noon)
	b.put("main", slow, "")
	b.get("main")
	if err := store.Write(func(tx *state.Tx) error {
		return tx.DeleteRecord("deployment.input", strings.ToLower(at+"/main"))
	}); err != nil {
		t.Fatal(err)
	}
	b = boxOn(t, store, noon)
	b.pass(2 * time.Minute)
	if p := object.Inner(b.get("main"), "properties"); object.Text(p, "provisioningState") != "Failed" || object.Text(p, "error.code") != "InternalServerError" {
		t.Errorf("it is %v", p)
	}
}
