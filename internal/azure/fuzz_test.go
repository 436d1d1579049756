package azure_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

// stubborn gives the same answer to everything, and hangs up after a while.
type stubborn struct {
	status  int
	body    string
	headers []string
	left    int
	cancel  context.CancelFunc
}

func (s *stubborn) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.left--; s.left <= 0 {
		s.cancel()
		return nil, context.Canceled
	}
	return response(r, s.status, s.body, s.headers...), nil
}

// FuzzAnswers gives any answer to every kind of call: each ends with a result or
// with an error of the client's own, and a result is never less than the answer.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{``, `{}`, `[]`, `null`, `{"value":[{}],"nextLink":"/x"}`, `{"value":{}}`, `{"status":"Running"}`, `{"status":1}`,
		`{"totalRecords":1,"count":1,"data":[{}]}`, `{"error":{"code":"x","message":"{\"error\":{\"details\":[{}]}}"}}`, `{"properties":{"provisioningState":"Creating"}}`,
		`{"properties":[]}`, `{"error":"x"}`, `{"tags":{"holdfast-drill":"d"},"etag":"1"}`} {
		f.Add(uint16(200), body, "", "1")
		f.Add(uint16(202), body, "https://management.azure.com/x?y", "")
		f.Add(uint16(404), body, "/relative", "Mon, 23 Nov 2026 12:01:00 GMT")
	}
	f.Fuzz(func(t *testing.T, status uint16, body, location, after string) {
		if strings.ContainsAny(location+after, "\r\n") {
			t.Skip("no header can be so")
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		tr := &stubborn{status: 200 + int(status)%400, body: body, left: 60, cancel: cancel,
			headers: []string{"Location", location, "Azure-AsyncOperation", location, "Retry-After", after, "x-ms-async-operation-timeout", after}}
		c, err := azure.New(ctx, azure.Options{Transport: tr, Credential: token{}, Clock: clock.NewFake(time.Unix(1_800_000_000, 0)), Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		check := func(err error) {
			t.Helper()
			if e := new(azure.Error); err != nil && !errors.As(err, &e) {
				t.Errorf("%T is no error of the client: %v", err, err)
			}
		}
		if resp, err := c.Get(ctx, ws, version); err == nil && len(resp.Body) > 0 && !json.Valid(resp.Body) {
			t.Errorf("a body that is no JSON: %q", resp.Body)
		}
		_, err = azure.All(c.List(ctx, listed, version))
		check(err)
		_, err = azure.All(c.Query(ctx, "resources", nil))
		check(err)
		for _, method := range []string{"PUT", "POST"} {
			op, err := begin(ctx, c, method)
			if check(err); err != nil {
				continue
			}
			text, err := op.Token()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Resume(text); err != nil {
				t.Errorf("what was saved cannot be taken up: %v", err)
			}
			resp, err := op.Wait(ctx, nil)
			if check(err); err == nil && resp != nil {
				_, _ = azure.ParseWhatIf(resp)
			}
		}
		_, err = c.DeleteDrilled(ctx, ws, version, "d")
		check(err)
	})
}

// FuzzResume takes up any text without harm.
func FuzzResume(f *testing.F) {
	c, err := azure.New(f.Context(), azure.Options{Transport: &stubborn{left: 1, cancel: func() {}}, Credential: token{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(`{"v":1,"method":"PUT","url":"https://management.azure.com/x","way":"status","poll":"https://management.azure.com/y"}`)
	f.Add(`{"v":1,"method":"POST","url":"https://evil.example/x","state":"Failed"}`)
	f.Fuzz(func(t *testing.T, text string) {
		op, err := c.Resume(text)
		if err != nil {
			return
		}
		again, err := op.Token()
		if err != nil || strings.Contains(again, "evil") && !strings.Contains(again, "management.azure.com") {
			t.Errorf("%q, %v", again, err)
		}
	})
}
