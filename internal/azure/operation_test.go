package azure_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

const (
	statusPath = "/subscriptions/0000/providers/Microsoft.MachineLearningServices/locations/westeurope/operationStatus/1"
	resultPath = "/subscriptions/0000/providers/Microsoft.MachineLearningServices/locations/westeurope/operationResults/1"
)

func state(s string) string {
	return `{"id":"` + ws + `","properties":{"provisioningState":"` + s + `"}}`
}

// TestOperations speaks every form of long-running operation that
// azure-ml.md 5.4 lists, and those of deployments.
func TestOperations(t *testing.T) {
	status, location := "status", "location"
	for _, tc := range []struct {
		name   string
		method string
		start  http.HandlerFunc // gets the headers of follow
		follow []string         // headers of the first answer: "status", "location"
		at     map[string][]http.HandlerFunc
		result string // expected body, "" for none
		fails  error
		code   string
		looks  []string // requests after the first
	}{
		{
			name: "PUT, at once", method: "PUT", start: answer(200, state("Succeeded")), result: state("Succeeded"),
		},
		{
			name: "PUT, without a state", method: "PUT", start: answer(201, `{"id":"x"}`), result: `{"id":"x"}`,
		},
		{
			name: "PUT, failed at once", method: "PUT", start: answer(200, state("Failed")), fails: azure.ErrFailed, code: "Failed", result: state("Failed"),
		},
		{
			name: "PUT 201, Azure-AsyncOperation, as online endpoints", method: "PUT", start: answer(201, state("Creating")), follow: []string{status},
			at: map[string][]http.HandlerFunc{
				statusPath: {answer(200, `{"status":"InProgress"}`, "Retry-After", "7"), answer(200, `{"status":"Succeeded"}`)},
				ws:         {answer(200, state("Succeeded"))},
			},
			result: state("Succeeded"), looks: []string{statusPath, statusPath, ws},
		},
		{
			name: "PUT 200 that says Succeeded of the state before, with Azure-AsyncOperation", method: "PUT", start: answer(200, state("Succeeded")), follow: []string{status},
			at: map[string][]http.HandlerFunc{
				statusPath: {answer(200, `{"status":"Running"}`), answer(200, `{"status":"Failed","error":{"code":"BadSku","message":"no such size"}}`)},
			},
			fails: azure.ErrFailed, code: "BadSku", looks: []string{statusPath, statusPath},
		},
		{
			name: "PUT 202, Location, as workspaces", method: "PUT", start: answer(202, ``), follow: []string{location},
			at: map[string][]http.HandlerFunc{
				resultPath: {answer(202, ``), answer(202, `{}`), answer(200, `{"status":"Succeeded"}`)},
				ws:         {answer(200, state("Succeeded"))},
			},
			result: state("Succeeded"), looks: []string{resultPath, resultPath, resultPath, ws},
		},
		{
			name: "PUT 201, provisioningState", method: "PUT", start: answer(201, state("Accepted")),
			at: map[string][]http.HandlerFunc{
				ws: {answer(404, `{"error":{"code":"ResourceNotFound"}}`), answer(200, state("Creating")), answer(200, state("Succeeded"))},
			},
			result: state("Succeeded"), looks: []string{ws, ws, ws},
		},
		{
			name: "PUT 201, provisioningState, failed with the reason in the properties", method: "PUT", start: answer(201, state("Accepted")),
			at: map[string][]http.HandlerFunc{
				ws: {answer(200, `{"properties":{"provisioningState":"Failed","error":{"code":"DeploymentFailed","message":"see details","details":[{"code":"Conflict","message":"{\"error\":{\"code\":\"NameTaken\",\"message\":\"the name is taken\"}}"}]}}}`)},
			},
			fails: azure.ErrFailed, code: "DeploymentFailed", looks: []string{ws},
		},
		{
			name: "PUT 201 whose resource never comes", method: "PUT", start: answer(201, state("Accepted")),
			fails: azure.ErrNotFound, code: "ResourceNotFound", looks: []string{ws, ws, ws, ws, ws},
		},
		{
			name: "PUT whose status is forgotten", method: "PUT", start: answer(201, state("Creating")), follow: []string{status},
			at:     map[string][]http.HandlerFunc{ws: {answer(200, state("Creating")), answer(200, state("Succeeded"))}},
			result: state("Succeeded"), looks: []string{statusPath, ws, ws},
		},
		{
			name: "PUT that succeeded, of a resource that says Failed", method: "PUT", start: answer(201, ``), follow: []string{status},
			at: map[string][]http.HandlerFunc{
				statusPath: {answer(200, `{"status":"Succeeded"}`)}, ws: {answer(200, state("Failed"))},
			},
			fails: azure.ErrFailed, code: "Failed", result: state("Failed"), looks: []string{statusPath, ws},
		},
		{
			name: "PATCH 202, Location", method: "PATCH", start: answer(202, ``), follow: []string{location},
			at: map[string][]http.HandlerFunc{
				resultPath: {answer(202, ``), answer(204, ``)}, ws: {answer(200, state("Succeeded"))},
			},
			result: state("Succeeded"), looks: []string{resultPath, resultPath, ws},
		},
		{
			name: "POST, at once", method: "POST", start: answer(200, `{"keys":[1]}`), result: `{"keys":[1]}`,
		},
		{
			name: "POST, at once without an answer", method: "POST", start: answer(204, ``),
		},
		{
			name: "POST 202, Location with the result", method: "POST", start: answer(202, ``), follow: []string{location},
			at: map[string][]http.HandlerFunc{
				resultPath: {answer(202, `{"status":"Running"}`), answer(200, `{"status":"Succeeded","properties":{"changes":[]}}`)},
			},
			result: `{"status":"Succeeded","properties":{"changes":[]}}`, looks: []string{resultPath, resultPath},
		},
		{
			name: "POST 202, both headers: the result is at Location", method: "POST", start: answer(202, ``), follow: []string{status, location},
			at: map[string][]http.HandlerFunc{
				statusPath: {answer(202, ``), answer(200, `{"properties":{"status":"Completed"}}`)},
				resultPath: {answer(200, `{"value":"diagnosis"}`)},
			},
			result: `{"value":"diagnosis"}`, looks: []string{statusPath, statusPath, resultPath},
		},
		{
			name: "POST 202, Location that tells a refusal", method: "POST", start: answer(202, ``), follow: []string{location},
			at: map[string][]http.HandlerFunc{
				resultPath: {answer(400, `{"error":{"code":"InvalidTemplate","message":"no"}}`)},
			},
			fails: azure.ErrFailed, code: "InvalidTemplate", looks: []string{resultPath},
		},
		{
			name: "POST whose operation is forgotten", method: "POST", start: answer(202, ``), follow: []string{location},
			fails: azure.ErrNotFound, code: "ResourceNotFound", looks: []string{resultPath},
		},
		{
			name: "a status without status", method: "PUT", start: answer(201, ``), follow: []string{status},
			at:    map[string][]http.HandlerFunc{statusPath: {answer(200, `{"name":"1"}`)}},
			fails: azure.ErrIncomplete, looks: []string{statusPath},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newService(t)
			s.on(tc.method+" "+ws, func(w http.ResponseWriter, r *http.Request) {
				for _, f := range tc.follow {
					if f == status {
						w.Header().Set("Azure-AsyncOperation", s.URL+statusPath+"?api-version=x&t=1&c=2&s=3&h=4")
					} else {
						w.Header().Set("Location", s.URL+resultPath+"?api-version=x")
					}
				}
				w.Header().Set("Retry-After", "3")
				tc.start(w, r)
			})
			for path, answers := range tc.at {
				s.turns("GET "+path, answers...)
			}
			c := s.client()
			op, err := begin(t.Context(), c, tc.method)
			if err != nil {
				t.Fatal(err)
			}
			// Saved and taken up before every look, an operation ends the same.
			resp, err := op.Wait(t.Context(), nil)
			check := func(how string, op *azure.Operation, resp *azure.Response, err error) {
				t.Helper()
				if !errors.Is(err, tc.fails) {
					t.Fatalf("%s: %v", how, err)
				}
				if e := new(azure.Error); tc.code != "" && (!errors.As(err, &e) || e.Code != tc.code) {
					t.Errorf("%s: %v, want the code %s", how, err, tc.code)
				}
				body := ""
				if resp != nil {
					body = string(resp.Body)
				}
				if (tc.fails == nil || tc.result != "") && body != tc.result {
					t.Errorf("%s: result %s, want %s", how, body, tc.result)
				}
				if over := tc.fails == nil || tc.fails == azure.ErrFailed; op.Done() != over {
					t.Errorf("%s: done is %v", how, op.Done())
				}
			}
			check("followed", op, resp, err)
			var looks []string
			for _, r := range s.requests()[1:] {
				looks = append(looks, strings.TrimPrefix(r, "GET "))
			}
			if strings.Join(looks, " ") != strings.Join(tc.looks, " ") {
				t.Errorf("looked at\n%v, want\n%v", looks, tc.looks)
			}
			if again, err := op.Poll(t.Context()); op.Done() && (!again || !errors.Is(err, tc.fails)) {
				t.Errorf("looking again at the end: %v, %v", again, err)
			}
		})
	}
}

func begin(ctx context.Context, c *azure.Client, method string) (*azure.Operation, error) {
	switch method {
	case "PUT":
		return c.Put(ctx, ws, version, map[string]any{})
	case "PATCH":
		return c.Patch(ctx, ws, version, map[string]any{})
	}
	return c.Post(ctx, ws, version, nil)
}

func TestWaitLooksAsOftenAsTheServiceAsks(t *testing.T) {
	s := newService(t)
	s.say("PUT "+ws, 201, state("Creating"), "Azure-AsyncOperation", s.URL+statusPath, "Retry-After", "30")
	s.turns("GET "+statusPath, answer(200, `{"status":"Running","percentComplete":40}`), answer(200, `{"status":"Running"}`, "Retry-After", "99999"), answer(200, `{"status":"Succeeded"}`))
	s.say("GET "+ws, 200, state("Succeeded"))
	op, err := begin(t.Context(), s.client(), "PUT")
	if err != nil {
		t.Fatal(err)
	}
	var seen []azure.Progress
	if _, err := op.Wait(t.Context(), func(p azure.Progress) { seen = append(seen, p) }); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		status  string
		elapsed time.Duration
		next    time.Duration
	}{{"Creating", 0, 30 * time.Second}, {"Running", 30 * time.Second, 5 * time.Second}, {"Running", 35 * time.Second, 5 * time.Minute}, {"Succeeded", 335 * time.Second, 0}}
	if len(seen) != len(want) {
		t.Fatalf("%d reports", len(seen))
	}
	for i, w := range want {
		if p := seen[i]; p.Status != w.status || p.Elapsed != w.elapsed || p.Next != w.next || p.Looks != i {
			t.Errorf("report %d: %+v, want %+v", i, p, w)
		}
	}
	if seen[1].Percent == nil || *seen[1].Percent != 40 {
		t.Error("40 % are not told")
	}
}

func TestAnOperationIsOverdueAfterTheTimeThatTheServiceGivesIt(t *testing.T) {
	s := newService(t)
	s.say("PUT "+ws, 201, state("Creating"), "Azure-AsyncOperation", s.URL+statusPath, "x-ms-async-operation-timeout", "PT1M")
	s.say("GET "+statusPath, 200, `{"status":"Running"}`)
	op, err := begin(t.Context(), s.client(), "PUT")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context(), nil); !errors.Is(err, azure.ErrOverdue) || !strings.Contains(err.Error(), "1m0s") {
		t.Error(err)
	}
	if op.Done() {
		t.Error("it may still end, but is said to be over")
	}
	s.say("GET "+statusPath, 200, `{"status":"Succeeded"}`)
	s.say("GET "+ws, 200, state("Succeeded"))
	if done, err := op.Poll(t.Context()); !done || err != nil {
		t.Errorf("looked at later: %v, %v", done, err)
	}
}

func TestInterruptedWaitingLeavesTheOperationAsItIs(t *testing.T) {
	s := newService(t)
	s.say("PUT "+ws, 201, state("Creating"))
	s.say("GET "+ws, 200, state("Creating"))
	c := s.client()
	op, err := begin(t.Context(), c, "PUT")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	looks := 0
	_, err = op.Wait(ctx, func(azure.Progress) {
		if looks++; looks == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || op.Done() {
		t.Errorf("%v, done %v", err, op.Done())
	}
	s.say("GET "+ws, 200, state("Succeeded"))
	if _, err := op.Wait(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func TestAnOperationFollowsTheServiceToAnotherAddressButNotToAnotherHost(t *testing.T) {
	s := newService(t)
	s.say("PUT "+ws, 202, ``, "Location", s.URL+statusPath)
	s.say("GET "+statusPath, 202, ``, "Location", resultPath) // relative
	s.say("GET "+resultPath, 202, ``, "Location", "https://elsewhere.example"+resultPath)
	op, err := begin(t.Context(), s.client(), "PUT")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context(), nil); !errors.Is(err, azure.ErrRefused) || s.count("GET "+resultPath) != 1 {
		t.Errorf("%v after %v", err, s.requests())
	}
	s.say("POST "+ws, 202, ``, "Azure-AsyncOperation", "http://"+strings.TrimPrefix(s.URL, "https://")+statusPath)
	if _, err := begin(t.Context(), s.client(), "POST"); !errors.Is(err, azure.ErrRefused) {
		t.Errorf("without TLS: %v", err)
	}
}

func TestWhatIsAcceptedWithoutAWayToFollowIsNotCalledDone(t *testing.T) {
	s := newService(t)
	s.say("POST "+ws, 202, ``)
	if _, err := begin(t.Context(), s.client(), "POST"); !errors.Is(err, azure.ErrIncomplete) {
		t.Error(err)
	}
}

func TestWaitingSleepsOnTheGivenClock(t *testing.T) {
	s := newService(t)
	s.say("PUT "+ws, 201, state("Creating"))
	s.turns("GET "+ws, answer(200, state("Creating")), answer(200, state("Creating")), answer(200, state("Succeeded")))
	c := clock.NewFake(time.Unix(0, 0))
	op, err := begin(t.Context(), s.client(func(o *azure.Options) { o.Clock, o.PollInterval = c, time.Minute }), "PUT")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context(), nil); err != nil || c.Slept() != 3*time.Minute {
		t.Errorf("%v, slept %v", err, c.Slept())
	}
}
