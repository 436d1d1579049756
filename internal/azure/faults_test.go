package azure_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/azure/faulty"
)

// backend is a small ARM in memory: a list of seven pages, a resource that is
// created by a long-running operation, a query of three pages, and a preview.
type backend struct {
	mu      sync.Mutex
	looks   int
	created int // how often the resource came into being
	exists  bool
	ran     int // how often the action that must not run twice did run
}

const (
	pages, perPage = 7, 3
	backendURL     = "https://arm.test"
)

func (b *backend) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	b.serve(w, req)
	if req.Body != nil {
		req.Body.Close()
	}
	resp := w.Result()
	resp.Request = req
	return resp, nil
}

func (b *backend) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch route := r.Method + " " + r.URL.Path; route {
	case "GET /metadata/endpoints":
		fmt.Fprintf(w, `{"name":"memory","authentication":{"loginEndpoint":%q,"audiences":[%q]}}`, backendURL, backendURL)
	case "GET " + rg + "/resources":
		b.page(w, r)
	case "PUT " + ws:
		if !b.exists {
			b.exists = true
			b.created++
		}
		reply(w, 201, state("Creating"), "Azure-AsyncOperation", backendURL+statusPath, "Retry-After", "1")
	case "GET " + statusPath:
		if b.looks++; b.looks < 4 {
			reply(w, 200, `{"status":"Running"}`)
		} else {
			reply(w, 200, `{"status":"Succeeded"}`)
		}
	case "GET " + ws:
		reply(w, 200, state("Succeeded"))
	case "POST " + ws + "/run":
		b.ran++
		reply(w, 200, `{"ran":true}`)
	case "POST " + rg + "/whatIf":
		reply(w, 202, ``, "Location", backendURL+resultPath)
	case "GET " + resultPath:
		reply(w, 200, `{"status":"Succeeded","properties":{"changes":[]}}`)
	case "POST /providers/Microsoft.ResourceGraph/resources":
		b.query(w, r)
	default:
		reply(w, 404, `{"error":{"code":"ResourceNotFound","message":"nothing there"}}`)
	}
}

func (b *backend) page(w http.ResponseWriter, r *http.Request) {
	n := 0
	fmt.Sscanf(r.URL.Query().Get("$skip"), "page%d", &n)
	next := ""
	if n+1 < pages {
		next = fmt.Sprintf(`,"nextLink":"%s%s/resources?api-version=x&$skip=page%d"`, backendURL, rg, n+1)
	}
	fmt.Fprintf(w, `{"value":[{"id":"%d-0"},{"id":"%d-1"},{"id":"%d-2"}]%s}`, n, n, n, next)
}

func (b *backend) query(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Options struct {
			SkipToken string `json:"$skipToken"`
		}
	}
	if json.NewDecoder(r.Body).Decode(&q) != nil {
		reply(w, 400, `{"error":{"code":"BadRequest","message":"no JSON"}}`)
		return
	}
	next := map[string]string{"": `,"$skipToken":"2"`, "2": `,"$skipToken":"3"`}[q.Options.SkipToken]
	fmt.Fprintf(w, `{"totalRecords":6,"count":2,"resultTruncated":"false","data":[{"id":1},{"id":2}]%s}`, next)
}

// try does everything that the backend knows over a transport, and says of each
// deed whether it came out right. A deed that fails must fail with an error of the
// client's own.
func tryAll(t *testing.T, c *azure.Client, b *backend) {
	t.Helper()
	ctx := t.Context()
	clear := func(what string, err error) bool {
		t.Helper()
		if err == nil {
			return true
		}
		if e := new(azure.Error); !errors.As(err, &e) || e.Resource == "" || len(err.Error()) < 20 || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: the error is not clear: %v", what, err)
		}
		return false
	}
	items, err := azure.All(c.List(ctx, rg+"/resources", version))
	if clear("list", err) && len(items) != pages*perPage {
		t.Errorf("a list of %d, not %d, is shown as whole", len(items), pages*perPage)
	}
	rows, err := azure.All(c.Query(ctx, "resources", nil))
	if clear("query", err) && len(rows) != 6 {
		t.Errorf("%d rows, not 6, are shown as all", len(rows))
	}
	op, err := c.Put(ctx, ws, version, map[string]any{})
	if clear("put", err) {
		resp, err := op.Wait(ctx, nil)
		if clear("wait", err) && (string(resp.Body) != state("Succeeded") || b.created != 1) {
			t.Errorf("put: %s, made %d times", resp.Body, b.created)
		}
	}
	before := b.ran
	_, err = c.Post(ctx, ws+"/run", version, nil)
	if ok := clear("action", err); b.ran-before > 1 || ok && b.ran-before != 1 {
		t.Errorf("the action ran %d times (error %v)", b.ran-before, err)
	}
	preview, err := c.Post(ctx, rg+"/whatIf", version, map[string]any{}, azure.Repeatable())
	if clear("preview", err) {
		resp, err := preview.Wait(ctx, nil)
		if clear("preview's result", err) {
			if _, err := azure.ParseWhatIf(resp); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestFaultsOnTheWire is 1,000 runs with faults everywhere, seldom and often.
func TestFaultsOnTheWire(t *testing.T) {
	before := runtime.NumGoroutine()
	failures, faults := 0, 0
	for seed := range uint64(1000) {
		b, now := &backend{}, clock.NewFake(time.Unix(1_800_000_000, 0))
		tr := &faulty.Transport{Base: b, Seed: seed, Every: 2 + int(seed%9), Clock: now}
		c, err := azure.New(t.Context(), azure.Options{ARMEndpoint: backendURL, Transport: tr, Credential: token{}, Clock: now, Seed: seed + 1})
		if err != nil {
			if !errors.Is(err, azure.ErrUnreachable) && !errors.Is(err, azure.ErrIncomplete) && !errors.Is(err, azure.ErrUnavailable) && !errors.Is(err, azure.ErrThrottled) {
				t.Errorf("seed %d: the cloud was not found: %v", seed, err)
			}
			continue
		}
		tryAll(t, c, b)
		failures += int(c.Stats().Failed)
		faults += len(tr.Faults())
		if t.Failed() {
			t.Fatalf("seed %d: %v", seed, tr.Faults())
		}
	}
	t.Logf("%d faults, %d calls that failed", faults, failures)
	if faults < 5000 || failures == 0 {
		t.Errorf("%d faults and %d failures: too few to say much", faults, failures)
	}
	leakCheck(t, before)
}

// TestEveryAnswerReplacedInTurn puts each kind of fault in the place of each
// answer, one at a time: then nothing but the action may fail.
func TestEveryAnswerReplacedInTurn(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, kind := range faulty.Kinds {
		for nth := 1; ; nth++ {
			b, now := &backend{}, clock.NewFake(time.Unix(1_800_000_000, 0))
			tr := &faulty.Transport{Base: b, Seed: uint64(nth), Nth: nth, Kinds: []faulty.Kind{kind}, Clock: now}
			c, err := azure.New(t.Context(), azure.Options{ARMEndpoint: backendURL, Transport: tr, Credential: token{}, Clock: now, Seed: 7})
			if err != nil {
				t.Fatalf("%s at %d: %v", kind, nth, err)
			}
			tryAll(t, c, b)
			faults := tr.Faults()
			if len(faults) == 0 {
				break // beyond the last
			}
			if failed := c.Stats().Failed; failed > 0 && !strings.HasSuffix(faults[0].Path, "/run") {
				t.Errorf("%v made %d calls fail", faults, failed)
			}
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	leakCheck(t, before)
}

func TestAHangEndsInARetry(t *testing.T) {
	b, now := &backend{}, clock.NewFake(time.Unix(1_800_000_000, 0))
	tr := &faulty.Transport{Base: b, Nth: 2, Kinds: []faulty.Kind{faulty.Hang}, Clock: now, HangFor: time.Hour}
	c, err := azure.New(t.Context(), azure.Options{ARMEndpoint: backendURL, Transport: tr, Credential: token{}, Clock: now, Seed: 1,
		Retry: azure.Retry{Time: 3 * time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), ws, version); err != nil || len(tr.Faults()) != 1 {
		t.Errorf("%v, %v", err, tr.Faults())
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	b := &backend{}
	tr := &faulty.Transport{Base: b, Every: 1, Kinds: []faulty.Kind{faulty.Hang}, Spare: func(r *http.Request) bool { return r.URL.Path == "/metadata/endpoints" }}
	before := runtime.NumGoroutine()
	c, err := azure.New(t.Context(), azure.Options{ARMEndpoint: backendURL, Transport: tr, Credential: token{}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	if _, err := c.Get(ctx, ws, version); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	leakCheck(t, before)
}

// leakCheck waits until no more goroutines are left than there were before.
func leakCheck(t *testing.T, before int) {
	t.Helper()
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
		time.Sleep(time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines were there before, %d are now:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
}
