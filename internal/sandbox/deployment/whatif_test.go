package deployment_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// forecast asks what a deployment would change and gives the changes.
func (b *box) forecast(body string) []object.Object {
	b.t.Helper()
	a, err := b.ask("POST", at+"/preview/whatIf", body)
	if err != nil {
		b.t.Fatal(err, err.Details)
	}
	location := a.Header.Get("Location")
	if a.Status != 202 || location == "" {
		b.t.Fatalf("the answer is %d %v", a.Status, a.Header)
	}
	a, err = b.ask("GET", strings.TrimPrefix(location, "https://sandbox"), "")
	if err != nil || a.Status != 200 || object.Text(b.body(a), "status") != "Succeeded" {
		b.t.Fatalf("the result is %v, %v", a.Body, err)
	}
	var out []object.Object
	for _, c := range object.List(b.body(a), "properties.changes") {
		out = append(out, c.(object.Object))
	}
	return out
}

// changes lists "Kind name: change path" of a forecast.
func changes(list []object.Object) string {
	var lines []string
	for _, c := range list {
		line := object.Text(c, "changeType") + " " + strings.TrimPrefix(object.Text(c, "resourceId"), group+"/providers/")
		var deltas func(prefix string, list []any)
		deltas = func(prefix string, list []any) {
			for _, d := range list {
				d := d.(object.Object)
				path := prefix + object.Text(d, "path")
				line += fmt.Sprintf("; %s %s", object.Text(d, "propertyChangeType"), path)
				if d["before"] != nil || d["after"] != nil {
					before, _ := json.Marshal(d["before"])
					after, _ := json.Marshal(d["after"])
					line += " " + string(before) + ">" + string(after)
				}
				deltas(path+"/", object.List(d, "children"))
			}
		}
		deltas("", object.List(c, "delta"))
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestWhatIfTellsWhatWouldChange(t *testing.T) {
	b := newBox(t)
	b.put("first", templ(`"resources": [
 {"type": "A.B/c", "apiVersion": "1", "name": "same", "location": "westeurope", "properties": {"x": 1}},
 {"type": "A.B/c", "apiVersion": "1", "name": "mod", "location": "westeurope", "tags": {"old": "1", "both": "1"}, "properties": {"x": "a", "list": [1, 2, {"k": "v"}], "deep": {"y": 1}}},
 {"type": "A.B/c", "apiVersion": "1", "name": "left", "location": "westeurope"}]`), "")
	b.pass(time.Minute)
	before := b.deployed(group, "A.B/c")
	list := b.forecast(sent(templ(`"resources": [
 {"type": "A.B/c", "apiVersion": "1", "name": "same", "location": "westeurope", "properties": {"x": 1, "made": "by me"}},
 {"type": "A.B/c", "apiVersion": "1", "name": "mod", "location": "westeurope", "tags": {"both": "1", "new": "2"}, "properties": {"x": "b", "list": [1, 3, {"k": "w"}, 4], "deep": {"y": 1}}},
 {"type": "A.B/c", "apiVersion": "1", "name": "made", "location": "westeurope", "dependsOn": ["same"], "properties": {"x": "[reference('same').x]"}},
 {"type": "A.B/c", "apiVersion": "1", "name": "unsure", "properties": {"x": "[reference(resourceId('A.B/c', 'nowhere'), '1').x]"}},
 {"type": "A.B/c", "apiVersion": "1", "name": "not", "condition": false},
`+child("child", "", inner+`, "parameters": {"p": {"value": "[reference('made').x]"}}`,
		templ(`"parameters": {"p": {"type": "int"}}, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('inside', parameters('p'))]"}]`))+`,
`+child("blind", "", inner+`, "parameters": {"p": {"value": "[reference(resourceId('A.B/c', 'nowhere'), '1').x]"}}`,
		templ(`"parameters": {"p": {"type": "string"}}, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "fixed", "properties": {"x": "[parameters('p')]"}}, {"type": "A.B/c", "apiVersion": "1", "name": "[parameters('p')]"}]`))+`]`), ""))
	want := `Create A.B/c/fixed
Create A.B/c/inside1
Ignore A.B/c/left
Create A.B/c/made
Modify A.B/c/mod; Array properties.list; Modify properties.list/1 2>3; Modify properties.list/2; Modify properties.list/2/k "v">"w"; Create properties.list/3 null>4; Modify properties.x "a">"b"; Create tags.new null>"2"; Delete tags.old "1">null
NoChange A.B/c/same; NoEffect properties.made null>"by me"
Create A.B/c/unsure
Unsupported A.B/c/{reference('` + group + `/providers/A.B/c/nowhere', '1').x}`
	if got := changes(list); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, c := range list {
		switch {
		case strings.HasSuffix(object.Text(c, "resourceId"), "/made"):
			if got := string(object.Encode(object.Inner(c, "after"))); got != `{"apiVersion":"1","id":"`+group+`/providers/A.B/c/made","location":"westeurope","name":"made","properties":{"x":1},"resourceGroup":"g1","type":"A.B/c"}` {
				t.Errorf("after is %s", got)
			}
		case strings.HasSuffix(object.Text(c, "resourceId"), "/unsure"):
			if got := object.Text(c, "after.properties.x"); got != "[reference('"+group+"/providers/A.B/c/nowhere', '1').x]" {
				t.Errorf("what is not known is %s", got)
			}
		case object.Text(c, "changeType") == "Unsupported" && object.Text(c, "unsupportedReason") == "":
			t.Error("there is no reason")
		}
	}
	if got := b.deployed(group, "A.B/c"); got != before {
		t.Errorf("it leaves %s, before it was %s", got, before)
	}
}

func TestWhatIfCanGiveIdsAlone(t *testing.T) {
	b := newBox(t)
	b.put("first", templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "left", "location": "westeurope"}]`), "")
	list := b.forecast(strings.Replace(sent(quick, ""), `"mode"`, `"whatIfSettings": {"resultFormat": "ResourceIdOnly"}, "mode"`, 1))
	if got := changes(list); got != "Ignore A.B/c/left\nDeploy A.B/c/n" {
		t.Errorf("got %s", got)
	}
	for _, c := range list {
		if c["before"] != nil || c["after"] != nil || c["delta"] != nil {
			t.Errorf("it has a body: %v", c)
		}
	}
}

func TestWhatIfShowsNoSecrets(t *testing.T) {
	b := newBox(t)
	body := func(tag string) string {
		return sent(templ(`"parameters": {"s": {"type": "securestring"}}, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "tags": {"s": "[parameters('s')]", "u": "[concat('u', parameters('s'))]", "t": "`+tag+`"}}]`), `{"s": {"value": "`+canary+tag+`"}}`)
	}
	b.forecast(body("1"))
	if _, err := b.ask("PUT", at+"/main", body("1")); err != nil {
		t.Fatal(err)
	}
	b.pass(time.Minute)
	b.seen.Reset()
	list := b.forecast(body("2"))
	for _, c := range list {
		if object.Text(c, "after.tags.s") != "*******" || object.Text(c, "after.tags.t") != "2" {
			t.Errorf("after is %v", c["after"])
		}
	}
	if shown := b.seen.String(); strings.Contains(strings.ReplaceAll(shown, `"`+canary+`1"`, ""), canary+"2") {
		t.Errorf("the new secret is shown in %s", shown)
	}
}

func TestWhatIfRefusesWhatCannotBeDeployed(t *testing.T) {
	b := newBox(t)
	if _, err := b.ask("POST", at+"/preview/whatIf", sent(templ(`"resources": [{"type": "None.Such/c", "apiVersion": "1", "name": "n"}]`), "")); err == nil || err.Code != "InvalidTemplateDeployment" {
		t.Errorf("got %v", err)
	}
}

// Only the last results are kept.
func TestResultsOfWhatIfAreBounded(t *testing.T) {
	b := newBox(t)
	for range 40 {
		b.forecast(sent(quick, ""))
		b.w.Clock.Advance(time.Second)
	}
	if n := strings.Count(b.records("deployment.whatif"), `"status"`); n != 32 {
		t.Errorf("%d are kept", n)
	}
}
