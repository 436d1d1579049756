package deployment_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/deployment"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const at = group + "/providers/Microsoft.Resources/deployments"

var (
	quick = templ(`"resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n"}]`)
	slow  = templ(`"resources": [{"type": "Slow.B/c", "apiVersion": "1", "name": "slow"}, {"type": "A.B/c", "apiVersion": "1", "name": "after", "dependsOn": ["slow"]}]`)
)

func TestPathsOfDeployments(t *testing.T) {
	for path, want := range map[string]bool{
		group + "/deployments/x/operations": true, group + "/deployments": true, group + "/deploymentsets": false,
		at: true, at + "/x": true, at + "/x/operations": true, strings.ToUpper(at): true,
		"/subscriptions/s/providers/Microsoft.Resources/deployments/x":                                           true,
		"/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Resources/deployments":           true,
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deploymentScripts/x":                    false,
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deploymentStacks":                       false,
		"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/deployments": false,
	} {
		if got := deployment.Handles(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func TestWhatIsNotThereIsRefused(t *testing.T) {
	b := newBox(t)
	tests := []struct{ method, path, code string }{
		{"GET", at + "/none", "DeploymentNotFound"},
		{"GET", at + "/none/operations", "DeploymentNotFound"},
		{"POST", at + "/none/cancel", "DeploymentNotFound"},
		{"POST", at + "/none/exportTemplate", "DeploymentNotFound"},
		{"POST", at + "/none/dance", "MethodNotAllowed"},
		{"PATCH", at + "/none", "MethodNotAllowed"},
		{"POST", at, "MethodNotAllowed"},
		{"GET", at + "/none/operationResults/x", "OperationNotFound"},
		{"GET", at + "/" + strings.Repeat("x", 65), "InvalidDeploymentName"},
		{"GET", at + "/x?api-version=1999-01-01", "InvalidResourceType"},
		{"GET", at + "?$filter=name%20eq%20'x'", "InvalidFilterInQueryString"},
		{"GET", at + "?$top=x", "InvalidQueryParameter"},
		{"GET", strings.Replace(at, "/g1/", "/none/", 1), "ResourceGroupNotFound"},
		{"GET", strings.Replace(at, sub, "22222222-1111-1111-1111-111111111111", 1), "SubscriptionNotFound"},
		{"GET", "/providers/Microsoft.Resources/deployments", "InvalidDeploymentScope"},
		{"GET", "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Resources/deployments", "InvalidDeploymentScope"},
	}
	for _, test := range tests {
		if _, err := b.ask(test.method, test.path, ""); err == nil || err.Code != test.code {
			t.Errorf("%s %s gives %v, want %s", test.method, test.path, err, test.code)
		}
	}
	if _, err := b.ask("PUT", at+"/x", strings.Repeat(" ", 4<<20+1)); err == nil || err.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body gives %v", err)
	}
	if a, err := b.ask("HEAD", at+"/none", ""); err != nil || a.Status != 404 {
		t.Errorf("HEAD gives %d, %v", a.Status, err)
	}
	if a, err := b.ask("DELETE", at+"/none", ""); err != nil || a.Status != 204 {
		t.Errorf("DELETE gives %d, %v", a.Status, err)
	}
}

func TestListsHavePagesAndFilters(t *testing.T) {
	b := newBox(t)
	for i := range 5 {
		b.put(fmt.Sprintf("d%d", i), quick, "")
		b.pass(time.Second)
	}
	b.put("running", slow, "")
	names := func(path string) (string, string) {
		a, err := b.ask("GET", path, "")
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, v := range object.List(b.body(a), "value") {
			out = append(out, object.Text(v.(object.Object), "name"))
		}
		return strings.Join(out, " "), strings.TrimPrefix(object.Text(b.body(a), "nextLink"), "https://sandbox")
	}
	if got, next := names(at); got != "running d4 d3 d2 d1 d0" || next != "" {
		t.Errorf("all are %s, %s", got, next)
	}
	if got, _ := names(at + "?$filter=provisioningState%20eq%20'Succeeded'"); got != "d4 d3 d2 d1 d0" {
		t.Errorf("those that succeeded are %s", got)
	}
	var pages []string
	for next := at + "?$top=4"; next != ""; {
		var got string
		got, next = names(next)
		pages = append(pages, got)
	}
	if got := strings.Join(pages, "|"); got != "running d4 d3 d2|d1 d0" {
		t.Errorf("the pages are %s", got)
	}
	a, err := b.ask("GET", at+"/d0/operations?$top=1", "")
	if err != nil || len(object.List(b.body(a), "value")) != 1 || object.Text(b.body(a), "nextLink") == "" {
		t.Errorf("the operations are %v", a.Body)
	}
	first := object.List(b.body(a), "value")[0].(object.Object)
	one, err := b.ask("GET", at+"/d0/operations/"+object.Text(first, "operationId"), "")
	if err != nil || object.Text(b.body(one), "id") != object.Text(first, "id") {
		t.Errorf("one operation is %v, %v", one.Body, err)
	}
}

func TestADeploymentThatRunsIsNotReplaced(t *testing.T) {
	b := newBox(t)
	b.put("main", slow, "")
	if _, err := b.ask("PUT", at+"/main", sent(quick, "")); err == nil || err.Code != "DeploymentActive" || err.Status != 409 {
		t.Errorf("got %v", err)
	}
	if _, err := b.ask("DELETE", at+"/main", ""); err == nil || err.Code != "DeploymentActive" {
		t.Errorf("got %v", err)
	}
	b.pass(2 * time.Minute)
	a, err := b.ask("PUT", at+"/main", sent(quick, ""))
	if err != nil || a.Status != 200 {
		t.Errorf("got %d, %v", a.Status, err)
	}
	if a, err := b.ask("HEAD", at+"/main", ""); err != nil || a.Status != 204 {
		t.Errorf("HEAD gives %d, %v", a.Status, err)
	}
	if a, err := b.ask("DELETE", at+"/main", ""); err != nil || a.Status != 204 {
		t.Errorf("DELETE gives %d, %v", a.Status, err)
	}
	if b.records("deployment")+b.records("deployment.input") != "" || b.deployed(group, "A.B/c") == "" {
		t.Error("deleting a deployment takes its record away, and nothing else")
	}
}

func TestCancelledDeploymentsStartNothingMore(t *testing.T) {
	b := newBox(t)
	b.put("main", templ(`"resources": [`+child("child", "", inner, slow)+`, {"type": "A.B/c", "apiVersion": "1", "name": "last", "dependsOn": ["child"]}]`), "")
	if got := object.Text(b.get("child"), "properties.provisioningState"); got != "Running" {
		t.Fatalf("the child is %s", got)
	}
	if a, err := b.ask("POST", at+"/main/cancel", ""); err != nil || a.Status != 204 {
		t.Errorf("got %d, %v", a.Status, err)
	}
	b.pass(5 * time.Minute)
	for _, name := range []string{"main", "child"} {
		if got := object.Text(b.get(name), "properties.provisioningState"); got != "Canceled" {
			t.Errorf("%s is %s", name, got)
		}
	}
	if got := b.deployed(group, "A.B/c"); got != "" {
		t.Errorf("deployed is %s", got)
	}
	if _, err := b.ask("POST", at+"/main/cancel", ""); err == nil || err.Status != 409 {
		t.Errorf("got %v", err)
	}
}

func TestTheTemplateCanBeExported(t *testing.T) {
	b := newBox(t)
	b.put("main", "/* a comment */"+quick, "")
	a, err := b.ask("POST", at+"/main/exportTemplate", "")
	if err != nil || string(object.Encode(object.Inner(b.body(a), "template"))) != string(object.Encode(object.Must([]byte(quick)))) {
		t.Errorf("got %v, %v", a.Body, err)
	}
}

// What was deployed to a group goes with it; a new group of that name has its own history.
func TestHistoriesGoWithTheirGroup(t *testing.T) {
	b := newBox(t)
	b.put("main", quick, "")
	b.pass(time.Minute)
	if err := b.w.Store.Write(func(tx *state.Tx) error {
		g := tx.Resource(group).Copy()
		g.Created = b.w.Clock.Now()
		return tx.Put(g)
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ask("GET", at+"/main", ""); err == nil || err.Code != "DeploymentNotFound" {
		t.Errorf("got %v", err)
	}
	b.put("main", quick, "")
	if got := object.Text(b.get("main"), "properties.provisioningState"); got != "Succeeded" {
		t.Errorf("it is %s", got)
	}
}

// The history of a scope keeps 800 deployments; the oldest go.
func TestTheHistoryIsBounded(t *testing.T) {
	b := newBox(t)
	empty := templ(`"resources": []`)
	for i := range 803 {
		b.put(fmt.Sprintf("d%d", i), empty, "")
		b.w.Clock.Advance(time.Second)
	}
	if _, err := b.ask("GET", at+"/d2", ""); err == nil {
		t.Error("the third deployment is still there")
	}
	if got := object.Text(b.get("d3"), "name"); got != "d3" {
		t.Errorf("got %s", got)
	}
}
