package azure_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

var (
	groupScope        = azure.Scope{Subscription: "0000", Group: "g"}
	subscriptionScope = azure.Scope{Subscription: "0000"}
	template          = json.RawMessage(`{"resources":[]}`)
)

const deploymentPath = rg + "/providers/Microsoft.Resources/deployments/d"

func deploymentIn(state string) string {
	return `{"id":"` + deploymentPath + `","name":"d","properties":{"provisioningState":"` + state + `","timestamp":"2026-11-23T12:00:00.1234567Z","duration":"PT1M2.5S","correlationId":"c","mode":"Incremental",
		"outputs":{"o":{"type":"String","value":"v"}},"outputResources":[{"id":"` + ws + `"}]}}`
}

func TestADeploymentFromBeginningToEnd(t *testing.T) {
	s := newService(t)
	s.say("PUT "+deploymentPath, 201, deploymentIn("Accepted"), "Azure-AsyncOperation", s.URL+statusPath)
	s.turns("GET "+statusPath, answer(200, `{"status":"Running"}`), answer(200, `{"status":"Succeeded"}`))
	s.say("GET "+deploymentPath, 200, deploymentIn("Succeeded"))
	s.turns("GET "+deploymentPath+"/operations",
		answer(200, `{"value":[{"operationId":"1","properties":{"provisioningOperation":"Create","provisioningState":"Succeeded","statusCode":"Created","duration":"PT3S","targetResource":{"id":"`+ws+`","resourceType":"t","resourceName":"w"}}}],"nextLink":"`+s.URL+deploymentPath+`/operations?$skiptoken=x"}`),
		answer(200, `{"value":[{"operationId":"2","properties":{"provisioningOperation":"EvaluateDeploymentOutput","provisioningState":"Succeeded"}}]}`))
	c := s.client()
	op, err := c.CreateDeployment(t.Context(), groupScope, "d", azure.DeploymentRequest{Template: template, Parameters: json.RawMessage(`{"p":{"value":1}}`), Tags: map[string]string{"a": "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"properties":{"mode":"Incremental","parameters":{"p":{"value":1}},"template":{"resources":[]}},"tags":{"a":"b"}}`; s.bodies[0] != want {
		t.Errorf("sent %s, want %s", s.bodies[0], want)
	}
	if _, err := op.Wait(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	d, err := c.GetDeployment(t.Context(), groupScope, "d")
	if err != nil || d.Properties.ProvisioningState != "Succeeded" || string(d.Properties.Outputs["o"].Value) != `"v"` || d.Properties.OutputResources[0].ID != ws {
		t.Errorf("%+v, %v", d, err)
	}
	if took, ok := azure.ParseDuration(d.Properties.Duration); !ok || took != 62500*time.Millisecond {
		t.Errorf("took %v", took)
	}
	var ids []string
	for o, err := range c.DeploymentOperations(t.Context(), groupScope, "d") {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, o.OperationID)
		if o.Failure() != nil {
			t.Errorf("operation %s has failed: %v", o.OperationID, o.Failure())
		}
	}
	if strings.Join(ids, " ") != "1 2" {
		t.Errorf("operations %v", ids)
	}
}

func TestADeploymentToASubscriptionNeedsALocation(t *testing.T) {
	s := newService(t)
	const path = "/subscriptions/0000/providers/Microsoft.Resources/deployments/d"
	s.say("PUT "+path, 200, deploymentIn("Succeeded"))
	s.say("GET "+path, 200, deploymentIn("Succeeded"))
	c := s.client()
	if _, err := c.CreateDeployment(t.Context(), subscriptionScope, "d", azure.DeploymentRequest{Template: template}); !errors.Is(err, azure.ErrRefused) {
		t.Error(err)
	}
	if _, err := c.CreateDeployment(t.Context(), subscriptionScope, "d", azure.DeploymentRequest{Template: template, Location: "westeurope"}); err != nil {
		t.Error(err)
	}
	if want := `{"location":"westeurope","properties":{"mode":"Incremental","template":{"resources":[]}}}`; s.bodies[0] != want {
		t.Errorf("sent %s", s.bodies[0])
	}
	if _, err := c.CreateDeployment(t.Context(), groupScope, "d", azure.DeploymentRequest{}); !errors.Is(err, azure.ErrRefused) {
		t.Errorf("without template: %v", err)
	}
}

func TestADeploymentIsFollowedByItsName(t *testing.T) {
	s := newService(t)
	s.turns("GET "+deploymentPath, answer(200, deploymentIn("Running")), answer(200, deploymentIn("Running")),
		answer(200, `{"properties":{"provisioningState":"Failed","error":{"code":"DeploymentFailed","message":"see details","details":[{"code":"Conflict","message":"the name is taken"}]}}}`))
	c := s.client()
	op, err := c.FollowDeployment(t.Context(), groupScope, "d")
	if err != nil || op.Done() || op.Status() != "Running" {
		t.Fatalf("%v, %v", op, err)
	}
	_, err = op.Wait(t.Context(), nil)
	e := new(azure.Error)
	if !errors.Is(err, azure.ErrFailed) || !errors.As(err, &e) || e.Code != "DeploymentFailed" || e.Cause().Code != "Conflict" {
		t.Error(err)
	}
	// One that has ended is done at once.
	op, err = c.FollowDeployment(t.Context(), groupScope, "d")
	if err != nil || !op.Done() || !errors.Is(op.Err(), azure.ErrFailed) {
		t.Errorf("%v, %v", op.Err(), err)
	}
	if _, err := c.FollowDeployment(t.Context(), groupScope, "other"); !errors.Is(err, azure.ErrNotFound) {
		t.Error(err)
	}
}

func TestValidation(t *testing.T) {
	const refusal = `{"error":{"code":"InvalidTemplateDeployment","message":"x","details":[{"code":"QuotaExceeded","message":"y"}]}}`
	for name, tc := range map[string]struct {
		answers []http.HandlerFunc // of the request, then of its Location
		fails   bool
	}{
		"accepted":                     {[]http.HandlerFunc{answer(200, deploymentIn("Succeeded"))}, false},
		"refused":                      {[]http.HandlerFunc{answer(400, refusal)}, true},
		"refused with a success":       {[]http.HandlerFunc{answer(200, refusal)}, true},
		"accepted after a while":       {[]http.HandlerFunc{answer(202, ``), answer(200, deploymentIn("Succeeded"))}, false},
		"refused after a while":        {[]http.HandlerFunc{answer(202, ``), answer(200, refusal)}, true},
		"refused after a while by 400": {[]http.HandlerFunc{answer(202, ``), answer(400, refusal)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.on("POST "+deploymentPath+"/validate", func(w http.ResponseWriter, r *http.Request) {
				if len(tc.answers) > 1 {
					w.Header().Set("Location", s.URL+resultPath)
				}
				tc.answers[0](w, r)
			})
			s.on("GET "+resultPath, tc.answers[len(tc.answers)-1])
			_, err := s.client().ValidateDeployment(t.Context(), groupScope, "d", azure.DeploymentRequest{Template: template})
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			e := new(azure.Error)
			if tc.fails && (!errors.As(err, &e) || e.Code != "InvalidTemplateDeployment" || e.Cause().Code != "QuotaExceeded" || !strings.Contains(e.Hint, "quota")) {
				t.Errorf("%v, hint %s", err, azure.Hint(err))
			}
		})
	}
}

func TestAPreview(t *testing.T) {
	s := newService(t)
	s.say("POST "+deploymentPath+"/whatIf", 202, ``, "Location", s.URL+resultPath, "Retry-After", "1")
	s.turns("GET "+resultPath, answer(202, ``), answer(200, `{"status":"Succeeded","properties":{"changes":[
		{"resourceId":"/a","changeType":"Create","after":{"id":"/a"}},
		{"resourceId":"/b","changeType":"Modify","before":{"sku":1},"after":{"sku":2},"delta":[{"path":"sku","propertyChangeType":"Modify","before":1,"after":2,"children":null}]},
		{"resourceId":"/c","changeType":"Ignore"},{"resourceId":"/d","changeType":"Unsupported","unsupportedReason":"odd"}],
		"diagnostics":[{"code":"NestedDeploymentShortCircuited","level":"Warning","message":"m"}]}}`))
	op, err := s.client().WhatIf(t.Context(), groupScope, "d", azure.DeploymentRequest{Template: template})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := op.Wait(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := azure.ParseWhatIf(resp)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Changes) != 4 || got.Changes[0].ChangeType != azure.ChangeCreate || len(got.Changes[1].Delta) != 1 || got.Changes[1].Delta[0].Path != "sku" || len(got.Diagnostics) != 1 {
		t.Errorf("%+v", got)
	}
	for i, want := range []bool{true, true, false, false} {
		if got.Changes[i].Evaluated() != want {
			t.Errorf("%s is evaluated: %v", got.Changes[i].ChangeType, !want)
		}
	}
	if !strings.Contains(s.bodies[0], `"whatIfSettings":{"resultFormat":"FullResourcePayloads"}`) {
		t.Errorf("asked %s", s.bodies[0])
	}
}

func TestAPreviewThatIsNoneIsAnError(t *testing.T) {
	for body, want := range map[string]error{
		``:                    azure.ErrIncomplete,
		`{}`:                  azure.ErrIncomplete,
		`[]`:                  azure.ErrIncomplete,
		`{"properties":{}}`:   azure.ErrIncomplete,
		`{"status":"Failed"}`: azure.ErrFailed,
		`{"status":"Failed","error":{"code":"InvalidTemplate","message":"m"}}`: azure.ErrFailed,
		`{"status":"Succeeded","properties":{"changes":[]}}`:                   nil,
	} {
		if _, err := azure.ParseWhatIf(&azure.Response{Status: 200, Body: json.RawMessage(body)}); !errors.Is(err, want) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if _, err := azure.ParseWhatIf(nil); !errors.Is(err, azure.ErrIncomplete) {
		t.Error(err)
	}
}

func TestFailuresOfADeploymentsOperations(t *testing.T) {
	for name, tc := range map[string]struct{ operation, code, resource, hint string }{
		"of a resource": {`{"properties":{"provisioningOperation":"Create","provisioningState":"Failed","statusCode":"Conflict","statusMessage":{"status":"Failed","error":{"code":"StorageAccountAlreadyTaken","message":"m"}},"targetResource":{"id":"/sa"}}}`,
			"StorageAccountAlreadyTaken", "/sa", "global"},
		"with text":      {`{"properties":{"provisioningState":"Failed","statusCode":"BadRequest","statusMessage":"odd"}}`, "BadRequest", "", ""},
		"without a word": {`{"properties":{"provisioningState":"Canceled"}}`, "Canceled", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var o azure.DeploymentOperation
			if err := json.Unmarshal([]byte(tc.operation), &o); err != nil {
				t.Fatal(err)
			}
			e := o.Failure()
			if e == nil || e.Code != tc.code || e.Resource != tc.resource || !strings.Contains(e.Hint, tc.hint) {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"PT1H": time.Hour, "PT1H2M3.5S": time.Hour + 2*time.Minute + 3500*time.Millisecond, "P1D": 24 * time.Hour, "P1W": 168 * time.Hour,
		"P1DT12H": 36 * time.Hour, "PT0S": 0, " pt5m ": 5 * time.Minute, "PT3.1234567S": 3123456700,
	} {
		if got, ok := azure.ParseDuration(text); !ok || got != want {
			t.Errorf("%s is %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "P", "PT", "P1DT", "1H", "P1M", "P1Y", "PT-1S", "PT1", "PT1e3S", "PT999999999H"} {
		if got, ok := azure.ParseDuration(text); ok {
			t.Errorf("%s is %v", text, got)
		}
	}
}
