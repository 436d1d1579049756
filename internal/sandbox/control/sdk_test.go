package control

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// TestAzuresOwnPollersFollowEveryOperation lets the pollers of Azure's SDK for Go
// follow operations of each style to their end.
func TestAzuresOwnPollersFollowEveryOperation(t *testing.T) {
	train := func(name string) string { return group + "/providers/Toy.Box/trains/" + name }
	order := func(name string) string { return group + "/providers/Toy.Shop/orders/" + name }
	const here = `{"location":"westeurope"}`
	for _, c := range []struct {
		name, before, method, path, body string
		fails                            *refusal.Error
		state, code                      string // at the end
	}{
		{name: "async", method: "PUT", path: train("a"), body: here, state: "Succeeded"},
		{name: "async that fails", method: "PUT", path: train("a"), body: here, fails: refusal.Conflict("Derailed", "It fell."), code: "Derailed"},
		{name: "location", before: train("a"), method: "PUT", path: train("a"), body: here, state: "Succeeded"},
		{name: "location that fails", before: train("a"), method: "PUT", path: train("a"), body: here, fails: refusal.Conflict("Derailed", "It fell."), code: "Derailed"},
		{name: "location that fails within", before: train("a"), method: "PUT", path: train("a"), body: here, fails: refusal.New(500, "Melted", "It melted."), code: "Melted"},
		{name: "patch", before: train("a"), method: "PATCH", path: train("a"), body: `{"tags":{"a":"1"}}`, state: "Succeeded"},
		{name: "both", method: "PUT", path: order("a"), body: here, state: "Packed"},
		{name: "delete", before: train("a"), method: "DELETE", path: train("a")},
		{name: "delete that fails", before: train("a"), method: "DELETE", path: train("a"), fails: refusal.Conflict("Stuck", "It stays."), code: "Stuck"},
		{name: "delete by location", before: order("a"), method: "DELETE", path: order("a")},
		{name: "group", method: "DELETE", path: group},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openShop(t)
			if c.before != "" {
				s.do(map[bool]int{true: 201, false: 200}[strings.Contains(c.before, "trains")], "PUT", c.before+"?api-version="+version, here)
				s.advance(time.Minute)
			}
			if c.fails != nil {
				s.Faults = fates{strings.ToLower(c.method) + " a": {Error: c.fails}}
			}
			pipe := runtime.NewPipeline("test", "1", runtime.PipelineOptions{}, &policy.ClientOptions{
				InsecureAllowCredentialWithHTTP: true, PerCallPolicies: []policy.Policy{bearer{}}, Retry: policy.RetryOptions{MaxRetries: -1},
			})
			api := version
			if c.path == group {
				api = "2022-09-01"
			}
			rq, err := runtime.NewRequest(t.Context(), c.method, s.url+c.path+"?api-version="+api)
			if err != nil {
				t.Fatal(err)
			}
			if c.body != "" {
				if err := rq.SetBody(body(c.body), "application/json"); err != nil {
					t.Fatal(err)
				}
			}
			rs, err := pipe.Do(rq)
			if err != nil {
				t.Fatal(err)
			}
			poller, err := runtime.NewPoller[object.Object](rs, pipe, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := poller.Poll(t.Context()); err != nil || poller.Done() {
				t.Fatalf("while it runs: done %v, %v", poller.Done(), err)
			}
			s.advance(time.Hour)
			for range 3 {
				if poller.Done() {
					break
				}
				if _, err = poller.Poll(t.Context()); err != nil {
					break
				}
			}
			if !poller.Done() && err == nil {
				t.Fatal("the poller does not see the end")
			}
			var result object.Object
			if poller.Done() {
				result, err = poller.Result(t.Context())
			}
			if c.code != "" {
				if err == nil || !strings.Contains(err.Error(), c.code) {
					t.Errorf("it ends with %v", err)
				}
				return
			}
			if err != nil || c.state != "" && object.Text(result, stateProperty) != c.state {
				t.Errorf("it ends with %v, %v", result, err)
			}
		})
	}
}

// bearer signs requests as the tests do.
type bearer struct{}

func (bearer) Do(rq *policy.Request) (*http.Response, error) {
	rq.Raw().Header.Set("Authorization", "Bearer me")
	return rq.Next()
}

// body is a text that can be read again.
func body(text string) readSeekNopCloser { return readSeekNopCloser{strings.NewReader(text)} }

type readSeekNopCloser struct{ *strings.Reader }

func (readSeekNopCloser) Close() error { return nil }
