package telemetry_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/telemetry"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	key       = "00000000-aaaa-0000-0000-000000000001"
	app       = "00000000-bbbb-0000-0000-000000000001"
	component = sandboxtest.Group + "/providers/Microsoft.Insights/components/insights"
)

type service struct {
	*testing.T
	*telemetry.Service
	w *sandboxtest.World
}

func start(t *testing.T) service {
	t.Helper()
	w := sandboxtest.New(t)
	body := fmt.Sprintf(`{"properties":{"InstrumentationKey":%q,"AppId":%q}}`, key, app)
	if err := w.Store.Write(func(tx *state.Tx) error {
		return tx.Put(&state.Resource{ID: component, Type: "Microsoft.Insights/components", Name: "insights", Location: "westeurope", Body: []byte(body)})
	}); err != nil {
		t.Fatal(err)
	}
	return service{t, telemetry.New(w.World), w}
}

func event(name string) string {
	return fmt.Sprintf(`{"name":"Microsoft.ApplicationInsights.Event","time":"2026-11-23T10:00:00Z","iKey":%q,"data":{"baseType":"EventData","baseData":{"ver":2,"name":%q,"properties":{"team":"ml"}}}}`, key, name)
}

func (s service) send(body string, zipped bool) (int, map[string]any) {
	s.Helper()
	var b bytes.Buffer
	b.WriteString(body)
	if zipped {
		b.Reset()
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(body))
		_ = z.Close()
	}
	req := httptest.NewRequest(http.MethodPost, "/ingestion/v2.1/track", &b)
	if zipped {
		req.Header.Set("Content-Encoding", "gzip")
	}
	return s.do(req)
}

func (s service) do(req *http.Request) (int, map[string]any) {
	s.Helper()
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	var out map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		s.Fatalf("%s: %v", rec.Body, err)
	}
	return rec.Code, out
}

func (s service) ask(query string) (int, string) {
	s.Helper()
	req := httptest.NewRequest(http.MethodGet, "/insights/v1/apps/"+app+"/query?query="+url.QueryEscape(query), nil)
	req.Header.Set("Authorization", "Bearer "+s.w.Tokens.Issue(world.Caller{ObjectID: "o"}, "https://api.applicationinsights.io", time.Time{}, time.Hour))
	status, out := s.do(req)
	if status != http.StatusOK {
		return status, fmt.Sprint(out)
	}
	rows, _ := json.Marshal(out["tables"].([]any)[0].(map[string]any)["rows"])
	return status, string(rows)
}

func TestWhatIsSentCanBeAskedFor(t *testing.T) {
	s := start(t)
	for _, c := range []struct {
		name, body string
		zipped     bool
	}{{"an array", "[" + event("a") + "," + event("b") + "]", false}, {"lines, packed", event("c") + "\n" + event("d") + "\n", true}} {
		if status, out := s.send(c.body, c.zipped); status != 200 || out["itemsAccepted"] != 2.0 {
			t.Errorf("%s: %d %v", c.name, status, out)
		}
	}
	if _, rows := s.ask("customEvents | project name, team = tostring(customDimensions.team) | order by name asc"); rows != `[["a","ml"],["b","ml"],["c","ml"],["d","ml"]]` {
		t.Errorf("got %s", rows)
	}
	if _, rows := s.ask("requests | count"); rows != `[[0]]` {
		t.Errorf("requests: %s", rows)
	}
}

func TestItemsThatCannotBeTakenAreTold(t *testing.T) {
	s := start(t)
	stranger := strings.Replace(event("x"), key, "00000000-0000-0000-0000-000000000000", 1)
	for _, c := range []struct {
		name, body string
		status     int
		accepted   float64
	}{
		{"another key", stranger, 400, 0},
		{"one of two", event("a") + "\n" + stranger, 206, 1},
		{"no telemetry", `{"a":1}`, 400, 0},
	} {
		status, out := s.send(c.body, false)
		if status != c.status || out["itemsAccepted"] != c.accepted {
			t.Errorf("%s: %d %v", c.name, status, out)
		}
	}
	for _, body := range []string{"[1,", "\x1f\x8b"} {
		if status, _ := s.send(body, strings.HasPrefix(body, "\x1f")); status != 400 {
			t.Errorf("%q: %d", body, status)
		}
	}
}

func TestAComponentThatIsDownTakesNothing(t *testing.T) {
	s := start(t)
	s.w.Health.Set(component, world.Standing{Read: world.Gone, Write: world.Gone, Why: "it is down"})
	if status, _ := s.send(event("a"), false); status != http.StatusServiceUnavailable {
		t.Errorf("sending: %d", status)
	}
	if status, _ := s.ask("requests"); status != http.StatusServiceUnavailable {
		t.Errorf("asking: %d", status)
	}
	s.w.Health.Set(component, world.Standing{Read: world.Partial, Write: world.Partial})
	var took []int
	for range 4 {
		status, _ := s.send(event("a"), false)
		took = append(took, status)
	}
	if fmt.Sprint(took) != "[503 200 503 200]" {
		t.Errorf("in part: %v", took)
	}
}

func TestQueriesAreHeldToTokensAndTheLanguage(t *testing.T) {
	s := start(t)
	if status, _ := s.do(httptest.NewRequest(http.MethodGet, "/insights/v1/apps/"+app+"/query?query=requests", nil)); status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", status)
	}
	for _, q := range []string{"", "nowhere", "requests | fly"} {
		if status, text := s.ask(q); status != 400 {
			t.Errorf("%q: %d %s", q, status, text)
		}
	}
}

func TestOnlyTheLastItemsAreKept(t *testing.T) {
	s := start(t)
	var b strings.Builder
	for i := range 1200 {
		b.WriteString(event(fmt.Sprintf("e%04d", i)) + "\n")
	}
	if status, _ := s.send(b.String(), false); status != 200 {
		t.Fatal(status)
	}
	if _, rows := s.ask("customEvents | summarize n = count(), first = min(name)"); rows != `[[1000,"e0200"]]` {
		t.Errorf("got %s", rows)
	}
}
