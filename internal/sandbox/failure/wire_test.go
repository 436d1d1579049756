package failure

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// wired is a server behind the faults of a scene; its answers are numbered.
func wired(t *testing.T) (*scene, func(method, path string) string) {
	t.Helper()
	s := newScene(t)
	asked := 0
	server := httptest.NewServer(s.Wrap(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked++
		rw.Header().Set("X-Number", fmt.Sprint(asked))
		fmt.Fprintf(rw, `{"answer": %d}`, asked)
	})))
	t.Cleanup(server.Close)
	return s, func(method, path string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := server.Client().Do(req)
		if err != nil {
			return "no answer"
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return "half an answer"
		}
		out := fmt.Sprintf("%d %s", res.StatusCode, body)
		if after := res.Header.Get("Retry-After"); after != "" {
			out += " after " + after
		}
		return out
	}
}

func (s *scene) inject(f Fault) (out Fault) {
	s.Helper()
	s.write(func(tx *state.Tx) (err error) {
		out, err = s.Inject(tx, f)
		return err
	})
	return out
}

func (s *scene) clear(id string) {
	s.Helper()
	s.write(func(tx *state.Tx) error { return s.Clear(tx, id) })
}

const whole = `200 {"answer": 1}`

func TestEachKindOfFaultOnTheWire(t *testing.T) {
	for _, c := range []struct {
		fault Fault
		want  string
	}{
		{Fault{Kind: "latency", Delay: Duration(time.Millisecond)}, whole},
		{Fault{Kind: "error", Status: 500}, `500 {"error":{"code":"InternalServerError","message":"The sandbox was told to fail so."}}`},
		{Fault{Kind: "error", Status: 503}, `503 {"error":{"code":"ServiceUnavailable","message":"The sandbox was told to fail so."}}`},
		{Fault{Kind: "error", Status: 404}, `404 {"error":{"code":"NotFound","message":"The sandbox was told to fail so."}}`},
		{Fault{Kind: "throttle"}, `429 {"error":{"code":"TooManyRequests","message":"The request is being throttled: a fault of the sandbox."}} after 1`},
		{Fault{Kind: "cut"}, "no answer"},
		{Fault{Kind: "hang", Delay: Duration(time.Millisecond)}, "no answer"},
		{Fault{Kind: "malformed"}, `200 {"answ`},
		{Fault{Kind: "stale", Delay: Duration(time.Minute)}, whole},
		{Fault{Kind: "operation-fails"}, whole},
		{Fault{Kind: "operation-hangs"}, whole},
	} {
		t.Run(c.fault.Kind, func(t *testing.T) {
			s, ask := wired(t)
			s.inject(c.fault)
			if got := ask("GET", "/subscriptions/x"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAFaultMeetsWhatItIsFor(t *testing.T) {
	for _, c := range []struct {
		fault        Fault
		method, path string
		meets        bool
	}{
		{Fault{}, "GET", "/anything", true},
		{Fault{Method: "PUT"}, "PUT", "/a", true},
		{Fault{Method: "put"}, "PUT", "/a", true},
		{Fault{Method: "PUT"}, "GET", "/a", false},
		{Fault{Path: "storageaccounts/one$"}, "GET", "/x/storageAccounts/ONE", true},
		{Fault{Path: "storageaccounts/one$"}, "GET", "/x/storageAccounts/one/blobServices", false},
		{Fault{Method: "GET", Path: "/b"}, "GET", "/a", false},
		{Fault{}, "GET", "/sandbox/status", false},
	} {
		s, ask := wired(t)
		c.fault.Kind, c.fault.Status = "error", 500
		s.inject(c.fault)
		if got := ask(c.method, c.path); strings.HasPrefix(got, "500") != c.meets {
			t.Errorf("%+v and %s %s: %s", c.fault, c.method, c.path, got)
		}
	}
}

func TestAFaultEndsAfterItsTimes(t *testing.T) {
	s, ask := wired(t)
	s.inject(Fault{Kind: "error", Status: 500, Times: 2})
	for i, want := range []string{"500", "500", "200", "200"} {
		if got := ask("GET", "/a"); !strings.HasPrefix(got, want) {
			t.Errorf("request %d: %s, want %s", i+1, got, want)
		}
	}
}

// TestAFaultKeepsItsCountWhenAnotherOneComes: what a fault has met does not begin
// anew because the list of faults has changed.
func TestAFaultKeepsItsCountWhenAnotherOneComes(t *testing.T) {
	s, ask := wired(t)
	s.inject(Fault{Kind: "error", Status: 500, Times: 1})
	if got := ask("GET", "/a"); !strings.HasPrefix(got, "500") {
		t.Errorf("the first is met by %s", got)
	}
	other := s.inject(Fault{Kind: "error", Status: 502, Path: "/elsewhere"})
	if got := ask("GET", "/a"); !strings.HasPrefix(got, "200") {
		t.Errorf("after another fault began it is met again: %s", got)
	}
	s.clear(other.ID)
	if got := ask("GET", "/a"); !strings.HasPrefix(got, "200") {
		t.Errorf("after another fault ended it is met again: %s", got)
	}
}

func TestAFaultThatIsStartedAnewCountsAnew(t *testing.T) {
	s, ask := wired(t)
	for range 2 {
		f := s.inject(Fault{Kind: "error", Status: 500, Times: 1})
		if got := ask("GET", "/a"); f.ID != "fault-1" || !strings.HasPrefix(got, "500") {
			t.Errorf("%s: %s", f.ID, got)
		}
		if got := ask("GET", "/a"); !strings.HasPrefix(got, "200") {
			t.Errorf("%s is met twice: %s", f.ID, got)
		}
		s.clear("")
	}
}

func TestAStaleReadIsWhatWasReadBefore(t *testing.T) {
	s, ask := wired(t)
	s.inject(Fault{Kind: "stale", Delay: Duration(time.Hour)})
	first, other := ask("GET", "/a"), ask("GET", "/b")
	if again := ask("GET", "/a"); again != first || other == first {
		t.Errorf("%s, then %s; elsewhere %s", first, again, other)
	}
	if put := ask("PUT", "/a"); put == first {
		t.Errorf("a PUT is answered with %s", put)
	}
	s.clear("")
	if fresh := ask("GET", "/a"); fresh == first {
		t.Errorf("after the fault it is still %s", fresh)
	}
}

func TestSomeRequestsMeetAFaultWithARate(t *testing.T) {
	s, ask := wired(t)
	s.inject(Fault{Kind: "error", Status: 500, Rate: 0.5})
	met := 0
	for range 100 {
		if strings.HasPrefix(ask("GET", "/a"), "500") {
			met++
		}
	}
	if met < 30 || met > 70 {
		t.Errorf("%d of 100 meet it", met)
	}
}

func TestOperationsMeetTheirFaults(t *testing.T) {
	s, ask := wired(t)
	s.inject(Fault{Kind: "operation-fails", Path: "/workspaces/"})
	s.inject(Fault{Kind: "operation-hangs", Path: "/vaults/"})
	ask("PUT", "/any") // the request that begins an operation
	for id, want := range map[string][2]bool{
		group + "/providers/Microsoft.MachineLearningServices/workspaces/w": {true, false},
		group + "/providers/Microsoft.KeyVault/vaults/v":                    {false, true},
		group + "/providers/Microsoft.Storage/storageAccounts/s":            {false, false},
	} {
		if fails, hangs := s.Operation(id); [2]bool{fails, hangs} != want {
			t.Errorf("%s: fails %v, hangs %v", id, fails, hangs)
		}
	}
}

func TestFaultsThatCannotBeAreRefused(t *testing.T) {
	s := newScene(t)
	for says, f := range map[string]Fault{
		"is not known":          {Kind: "gremlins"},
		"regular expression":    {Kind: "cut", Path: "("},
		"must be from 0 to 1":   {Kind: "cut", Rate: 1.5},
		"cannot happen -1":      {Kind: "cut", Times: -1},
		"at most an hour":       {Kind: "latency", Delay: Duration(2 * time.Hour)},
		"needs a delay":         {Kind: "hang"},
		"must be from 400 to 5": {Kind: "error", Status: 200},
	} {
		err := s.w.Store.Write(func(tx *state.Tx) error {
			_, err := s.Inject(tx, f)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", f, err, says)
		}
	}
}
