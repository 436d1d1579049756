package azure_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

// watched is a client of the service that writes down its log and its spans.
func watched(s *service, change ...func(*azure.Options)) (*azure.Client, *bytes.Buffer, *tracetest.SpanRecorder) {
	var log bytes.Buffer
	spans := tracetest.NewSpanRecorder()
	c := s.client(append(change, func(o *azure.Options) {
		o.Log = slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
		o.Tracer = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	})...)
	return c, &log, spans
}

func TestTheRequestLog(t *testing.T) {
	s := newService(t)
	s.turns("GET "+ws, answer(503, `{"error":{"code":"ServiceUnavailable","message":"m"}}`, "Retry-After", "2"), answer(200, `{"a":1}`, "x-ms-ratelimit-remaining-subscription-reads", "77"))
	c, log, _ := watched(s)
	if _, err := c.Get(t.Context(), ws, version, azure.Query("sig", canary)); err != nil {
		t.Fatal(err)
	}
	var records []map[string]any
	for line := range strings.Lines(log.String()) {
		var r map[string]any
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	if len(records) != 2 {
		t.Fatalf("%d records", len(records))
	}
	for i, want := range []map[string]any{
		{"method": "GET", "status": 503.0, "try": 1.0, "code": "ServiceUnavailable", "request_id": "request-1", "retry_after": 2e9, "level": "DEBUG"},
		{"method": "GET", "status": 200.0, "try": 2.0, "bytes": 7.0, "remaining": 77.0, "request_id": "request-2", "url": s.URL + ws + "?api-version=2024-10-01&sig=REDACTED"},
	} {
		for name, v := range want {
			if records[i][name] != v {
				t.Errorf("record %d: %s is %v, want %v", i, name, records[i][name], v)
			}
		}
		if records[i]["duration"] == nil || records[i]["client_request_id"] == "" {
			t.Errorf("record %d: %v", i, records[i])
		}
	}
}

func TestSpans(t *testing.T) {
	s := newService(t)
	s.say("PUT "+ws, 201, state("Creating"), "Azure-AsyncOperation", s.URL+statusPath)
	s.turns("GET "+statusPath, answer(500, ``), answer(200, `{"status":"Succeeded"}`))
	s.say("GET "+ws, 200, state("Succeeded"))
	c, _, spans := watched(s)
	op, err := c.Put(t.Context(), ws, version, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	_, err = c.Get(t.Context(), ws+"/none/x", version)
	if err == nil {
		t.Fatal("found")
	}
	var got []string
	for _, span := range spans.Ended() {
		got = append(got, fmt.Sprintf("%s %s tries=%s", span.Name(), span.Status().Code, attr(span, "azure.tries")))
	}
	want := []string{
		"azure PUT Microsoft.MachineLearningServices/workspaces Unset tries=1",
		"azure GET Microsoft.MachineLearningServices/locations/operationStatus Unset tries=2",
		"azure GET Microsoft.MachineLearningServices/workspaces Unset tries=1",
		"azure operation Microsoft.MachineLearningServices/workspaces Unset tries=",
		"azure GET Microsoft.MachineLearningServices/workspaces/none Error tries=1",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("spans\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	ended := spans.Ended()
	if ended[1].Parent().SpanID() != ended[3].SpanContext().SpanID() {
		t.Error("looks are not within their operation")
	}
	if len(ended[1].Events()) == 0 {
		t.Error("the second try is not told")
	}
}

func attr(span sdktrace.ReadOnlySpan, name string) string {
	for _, a := range span.Attributes() {
		if string(a.Key) == name {
			return a.Value.String()
		}
	}
	return ""
}

func TestNamesOfSpansDoNotNameResources(t *testing.T) {
	s := newService(t)
	c, _, spans := watched(s)
	for _, path := range []string{"/subscriptions", "/subscriptions/0000", rg, rg + "/resources", "/providers/Microsoft.ResourceGraph/resources", ws + "/providers/Microsoft.Authorization/locks/l"} {
		_, _ = c.Get(t.Context(), path, version)
	}
	var got []string
	for _, span := range spans.Ended() {
		got = append(got, strings.TrimPrefix(span.Name(), "azure GET "))
	}
	want := "subscriptions subscriptions subscriptions/resourceGroups subscriptions/resourceGroups/resources Microsoft.ResourceGraph/resources Microsoft.Authorization/locks"
	if strings.Join(got, " ") != want {
		t.Errorf("%s, want %s", strings.Join(got, " "), want)
	}
}

// TestNoSecretComesOut plants canaries wherever the service or the caller can put
// a secret, and looks for them in all that the client writes.
func TestNoSecretComesOut(t *testing.T) {
	s := newService(t)
	leak := `{"error":{"code":"Bad","message":"AccountKey=` + canary + `; Bearer ` + canary + ` https://u:` + canary + `@h/?sig=` + canary + `","target":"password=` + canary + `","details":[{"code":"x","message":"{\"adminPassword\":\"` + canary + `\"}"}],"clientSecret":"` + canary + `"}}`
	secretHeaders := []string{"Location", s.URL + ws + "?sig=" + canary, "Set-Cookie", "a=" + canary, "x-ms-request-id", "r"}
	s.say("GET "+ws, 400, leak, secretHeaders...)
	s.say("GET "+rg, 200, `{"cut":"`+canary)
	s.say("GET "+rg+"/plain", 502, `password=`+canary+` <html>`)
	s.say("GET "+rg+"/json", 403, `{"clientSecret":"`+canary+`"}`)
	s.say("GET "+rg+"/moved", 307, ``, "Location", "https://elsewhere.example/?sig="+canary)
	s.say("POST "+ws, 202, ``, "Azure-AsyncOperation", s.URL+statusPath+"?t=1&c="+canary+"&s="+canary+"&h="+canary)
	s.say("GET "+statusPath, 200, `{"status":"Failed","error":{"code":"x","message":"SharedAccessSignature=`+canary+`"}}`)
	s.say("PUT "+ws, 400, leak)
	c, log, spans := watched(s, func(o *azure.Options) { o.Retry.Tries = 2 })

	var errs []error
	for _, path := range []string{ws, rg, rg + "/plain", rg + "/json", rg + "/moved"} {
		_, err := c.Get(t.Context(), path, version, azure.Query("sig", canary), azure.Header("x-ms-encryption-key", canary))
		errs = append(errs, err)
	}
	_, err := c.Put(t.Context(), ws, version, map[string]string{"adminPassword": canary})
	errs = append(errs, err)
	op, err := c.Post(t.Context(), ws, version, map[string]string{"key": canary})
	if err != nil {
		t.Fatal(err)
	}
	_, err = op.Wait(t.Context(), nil)
	errs = append(errs, err)
	broken := s.client(func(o *azure.Options) {
		o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasPrefix(r.URL.Path, "/metadata") {
				return s.Client().Transport.RoundTrip(r)
			}
			return nil, errors.New("proxy says Authorization: " + r.Header.Get("Authorization") + " is bad for " + r.URL.String())
		})
	})
	_, err = broken.Get(t.Context(), ws, version, azure.Query("sig", canary))
	errs = append(errs, err)

	for i, err := range errs {
		if err == nil {
			t.Fatalf("call %d did not fail", i)
		}
		e := new(azure.Error)
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", *e, e.Details), e.Hint} {
			if strings.Contains(text, canary) {
				t.Errorf("call %d: %s", i, text)
			}
		}
	}
	if strings.Contains(log.String(), canary) {
		t.Errorf("the log holds a secret:\n%s", log)
	}
	for _, span := range spans.Ended() {
		if text := fmt.Sprint(span.Name(), span.Attributes(), span.Events(), span.Status()); strings.Contains(text, canary) {
			t.Errorf("a span holds a secret: %s", text)
		}
	}
	if log.Len() == 0 || len(spans.Ended()) < len(errs)-1 {
		t.Error("nothing was written that could hold a secret")
	}
}

func TestTheLogMayBeOff(t *testing.T) {
	s := newService(t)
	s.say("GET "+ws, 200, `{}`)
	if _, err := s.client().Get(azure.WithCaller(context.WithoutCancel(t.Context()), "w"), ws, version); err != nil {
		t.Error(err)
	}
}
