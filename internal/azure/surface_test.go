package azure_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

func TestGetReadsAResource(t *testing.T) {
	s := newService(t)
	s.say("GET "+ws, 200, `{"id":"`+ws+`","etag":"W/1"}`)
	c := s.client()
	resp, err := c.Get(t.Context(), ws, version, azure.Query("$expand", "a b"), azure.Header("If-None-Match", "x"), azure.Header("authorization", "mine"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ ID string }
	if err := resp.Decode(&got); err != nil || got.ID != ws {
		t.Errorf("id %q, %v", got.ID, err)
	}
	if resp.RequestID != "request-1" || resp.ETag() != "W/1" || resp.Status != 200 {
		t.Errorf("request id %q, etag %q, status %d", resp.RequestID, resp.ETag(), resp.Status)
	}
	if want := "GET " + ws + "?api-version=2024-10-01&%24expand=a+b"; s.asked[0] != want {
		t.Errorf("asked %s, want %s", s.asked[0], want)
	}
	h := s.heads[0]
	if h.Get("x-ms-correlation-request-id") == "" || h.Get("x-ms-client-request-id") == "" || h.Get("If-None-Match") != "x" {
		t.Errorf("headers %v", h)
	}
	if h.Get("x-ms-correlation-request-id") != resp.CorrelationID {
		t.Error("the correlation id is not the one that was sent")
	}
	if !strings.HasPrefix(h.Get("User-Agent"), "holdfast ") {
		t.Errorf("user agent %q", h.Get("User-Agent"))
	}
}

func TestCallsOfAContextShareItsCorrelation(t *testing.T) {
	s := newService(t)
	s.say("GET "+ws, 200, `{}`)
	c := s.client()
	ctx := azure.WithCorrelation(t.Context(), "run-7")
	for range 2 {
		if _, err := c.Get(ctx, ws, version); err != nil {
			t.Fatal(err)
		}
	}
	for _, h := range s.heads {
		if h.Get("x-ms-correlation-request-id") != "run-7" {
			t.Errorf("correlation %q", h.Get("x-ms-correlation-request-id"))
		}
	}
}

func TestPathsMeanWhatTheySay(t *testing.T) {
	s := newService(t)
	c := s.client()
	for _, path := range []string{"", "subscriptions/0000", "/a/../b", "/a/./b", "/a//b", "/a?b=c", "/a#b", "/a\nb", "/a/{name}", `/a\b`} {
		if _, err := c.Get(t.Context(), path, version); !errors.Is(err, azure.ErrRefused) {
			t.Errorf("%q: %v", path, err)
		}
	}
	if _, err := c.Get(t.Context(), ws, ""); !errors.Is(err, azure.ErrRefused) {
		t.Errorf("without api-version: %v", err)
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

func TestNamesAreEscaped(t *testing.T) {
	s := newService(t)
	s.say("GET /subscriptions/0000/resourceGroups/my group %", 200, `{}`)
	if _, err := s.client().Get(t.Context(), "/subscriptions/0000/resourceGroups/my group %", version); err != nil {
		t.Error(err)
	}
}

func TestExists(t *testing.T) {
	for _, tc := range []struct {
		name      string
		head, get int
		want      bool
		asked     int
		fails     error
	}{
		{"there", 204, 0, true, 1, nil},
		{"not there", 404, 0, false, 1, nil},
		{"no HEAD, there", 405, 200, true, 2, nil},
		{"no HEAD, not there", 400, 404, false, 2, nil},
		{"forbidden", 403, 0, false, 1, azure.ErrForbidden},
		{"no HEAD, forbidden", 405, 403, false, 2, azure.ErrForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newService(t)
			s.say("HEAD "+ws, tc.head, "")
			s.say("GET "+ws, max(tc.get, 200), `{}`)
			got, err := s.client().Exists(t.Context(), ws, version)
			if got != tc.want || !errors.Is(err, tc.fails) || len(s.requests()) != tc.asked {
				t.Errorf("%v, %v after %v", got, err, s.requests())
			}
		})
	}
}

func TestBodiesAreSentAsTheyAre(t *testing.T) {
	s := newService(t)
	s.say("PUT "+ws, 200, `{}`)
	c := s.client()
	for _, body := range []any{json.RawMessage(`{"a":"<&>"}`), []byte(`{"a":"<&>"}`), map[string]string{"a": "<&>"}} {
		if _, err := c.Put(t.Context(), ws, version, body); err != nil {
			t.Fatal(err)
		}
	}
	for _, got := range s.bodies {
		if got != `{"a":"<&>"}` {
			t.Errorf("sent %s", got)
		}
	}
	if _, err := c.Put(t.Context(), ws, version, json.RawMessage(`{"a":`)); !errors.Is(err, azure.ErrRefused) {
		t.Errorf("malformed: %v", err)
	}
	if got := s.heads[0].Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
}

func TestAnAnswerThatIsNotWholeIsAnError(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			reply(w, 200, `{"value":[`)
		},
		"malformed":     answer(200, `{"value":[}`),
		"half":          answer(200, `{"value":[{"id":"a"}`),
		"two":           answer(200, `{"value":[]}{"value":[]}`),
		"empty":         answer(200, ``),
		"a page of web": answer(200, `<html>login</html>`),
		"no list":       answer(200, `{"values":[]}`),
		"null":          answer(200, `null`),
		"list of none":  answer(200, `{"value":null}`),
		"a string":      answer(200, `"value"`),
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.on("GET "+rg+"/resources", h)
			items, err := azure.All(s.client().List(t.Context(), rg+"/resources", version))
			if !errors.Is(err, azure.ErrIncomplete) || items != nil {
				t.Errorf("%d items, %v", len(items), err)
			}
		})
	}
}

func TestAnswersBeyondTheBoundAreRefused(t *testing.T) {
	s := newService(t)
	s.say("GET "+ws, 200, `"`+strings.Repeat("x", 2000)+`"`)
	_, err := s.client(func(o *azure.Options) { o.MaxBody = 1000 }).Get(t.Context(), ws, version)
	if !errors.Is(err, azure.ErrIncomplete) || len(s.requests()) != 1 {
		t.Errorf("%v after %d requests", err, len(s.requests()))
	}
}

func TestAByteOrderMarkDoesNoHarm(t *testing.T) {
	s := newService(t)
	s.say("GET "+ws, 200, "\ufeff{}")
	if resp, err := s.client().Get(t.Context(), ws, version); err != nil || string(resp.Body) != "{}" {
		t.Error(err)
	}
}

func TestRequestsAreCounted(t *testing.T) {
	s := newService(t)
	s.say("GET "+ws, 200, `{"a":1}`)
	s.say("PUT "+ws, 200, `{}`)
	s.say("POST /providers/Microsoft.ResourceGraph/resources", 200, `{"totalRecords":0,"count":0,"data":[],"resultTruncated":"false"}`)
	s.turns("GET "+rg, answer(429, ``, "Retry-After", "1"), answer(200, `{}`))
	c := s.client()
	before := c.Stats()
	_, err1 := c.Get(t.Context(), ws, version)
	_, err2 := c.Put(t.Context(), ws, version, map[string]any{})
	_, err3 := azure.All(c.Query(t.Context(), "resources", nil))
	_, err4 := c.Get(t.Context(), rg, version)
	_, err5 := c.Get(t.Context(), rg+"/none", version)
	if err := errors.Join(err1, err2, err3, err4); err != nil || err5 == nil {
		t.Fatal(err, err5)
	}
	got := c.Stats().Since(before)
	if got.Reads != 4 || got.Writes != 1 || got.Graph != 1 || got.Retries != 1 || got.Refused != 1 || got.Failed != 1 || got.Requests() != 6 {
		t.Errorf("%+v", got)
	}
	if got.BytesIn == 0 || got.BytesOut == 0 {
		t.Errorf("%+v", got)
	}
	if want := "6 requests (4 reads, 1 Resource Graph queries, 1 writes, 0 deletes), 1 of them repeated"; !strings.HasPrefix(got.String(), want) {
		t.Errorf("%s, want %s", got, want)
	}
	if !slices.Contains(s.requests(), "PUT "+ws) {
		t.Error("nothing was put")
	}
}
