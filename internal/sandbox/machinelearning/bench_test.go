package machinelearning

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	subscription = "aaaaaaaa-0000-0000-0000-000000000001"
	group        = "/subscriptions/" + subscription + "/resourceGroups/rg"
	stable       = "2026-05-01"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// sick is a health that tests set: standings by lower-case id.
type sick map[string]world.Standing

func (s sick) Resource(_ *state.Tx, id string, _ time.Time) world.Standing { return s[state.Key(id)] }
func (s sick) Own(_ *state.Tx, id string, _ time.Time) world.Standing      { return s[state.Key(id)] }
func (s sick) Control(*state.Tx, string, string, string, time.Time) world.Standing {
	return world.Standing{}
}
func (s sick) Identity(*state.Tx, time.Time) world.Standing { return world.Standing{} }

func (s sick) set(id string, read, write world.Level) {
	s[state.Key(id)] = world.Standing{Read: read, Write: write, Why: "a test has taken it down"}
}

// tokens take "good" for any audience.
type tokens struct{}

func (tokens) Verify(authorization string, _ time.Time, _ ...string) (world.Caller, error) {
	if authorization != "Bearer good" {
		return world.Caller{}, errors.New("the access token is invalid")
	}
	return world.Caller{ObjectID: "o", AppID: "a", Tenant: "t"}, nil
}

func (tokens) Issue(world.Caller, string, time.Time, time.Duration) string { return "good" }

// written are the blobs that runs have written, by account, container and name.
type written map[string]string

func (w written) Write(_ *state.Tx, account, container, name string, content []byte) error {
	w[account+"/"+container+"/"+name] = string(content)
	return nil
}

// bench is a sandbox that listens, with a manual clock, a group and what a
// workspace needs.
type bench struct {
	t     testing.TB
	w     *world.World
	url   string
	sick  sick
	blobs written
	arm   *control.Control
}

func open(t testing.TB, options ...Option) *bench {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, sick: sick{}, blobs: written{}}
	b.w = world.New(clock.New(noon, 0, time.Now), state.New(), cat, 1)
	b.w.Tenant, b.w.Tokens, b.w.Health = "99999999-8888-7777-6666-555555555555", tokens{}, b.sick
	options = append([]Option{WithBlobs(b.blobs)}, options...)
	ml, err := Provider(b.w, options...)
	if err != nil {
		t.Fatal(err)
	}
	ps, err := providers.Providers(b.w)
	if err != nil {
		t.Fatal(err)
	}
	arm := control.New(b.w, append(ps, ml)...)
	arm.Unthrottled = true
	b.arm = arm
	plane := Handler(b.w, arm, options...)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/regions/") || strings.HasPrefix(r.URL.Path, "/inference/") {
			plane.ServeHTTP(rw, r)
			return
		}
		arm.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	b.url = server.URL
	b.w.At = world.Addresses{Main: server.URL, Blob: "https://127.0.0.1:8444", File: "https://127.0.0.1:8445"}
	if err := b.w.Store.Write(func(tx *state.Tx) error {
		return control.PutSubscription(tx, control.Subscription{ID: subscription, Name: "trial"})
	}); err != nil {
		t.Fatal(err)
	}
	b.must("PUT", group+"?api-version=2024-03-01", `{"location":"westeurope"}`)
	return b
}

// answered is what came back.
type answered struct {
	status int
	header http.Header
	body   object.Object
}

func (a answered) String() string { return fmt.Sprintf("%d %s", a.status, object.Encode(a.body)) }

func (a answered) text(path string) string { return object.Text(a.body, path) }

// message is that of an error.
func (a answered) message() string { return a.text("error.code") + ": " + a.text("error.message") }

// full makes a URL: a path without a leading slash is one below the group's
// providers; one without an api-version gets the newest stable one.
func (b *bench) full(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	if !strings.HasPrefix(path, "/") {
		path = group + "/providers/" + path
	}
	if strings.HasPrefix(path, "/subscriptions/") && !strings.Contains(path, "api-version") {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		path += sep + "api-version=" + stable
	}
	return b.url + path
}

func (b *bench) do(method, path, sent string, headers ...string) answered {
	b.t.Helper()
	req, err := http.NewRequest(method, b.full(path), bytes.NewReader([]byte(sent)))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer good")
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	a := answered{status: resp.StatusCode, header: resp.Header}
	if len(bytes.TrimSpace(raw)) > 0 {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			b.t.Fatalf("%s %s: %d with %q: %v", method, path, resp.StatusCode, raw, err)
		}
	}
	return a
}

// must is do for what is taken.
func (b *bench) must(method, path, sent string, headers ...string) answered {
	b.t.Helper()
	a := b.do(method, path, sent, headers...)
	if a.status >= 300 {
		b.t.Fatalf("%s %s: %v", method, path, a)
	}
	return a
}

// refused is do for what is not: the status and a part of the message must be
// those.
func (b *bench) refused(method, path, sent string, status int, part string, headers ...string) {
	b.t.Helper()
	if a := b.do(method, path, sent, headers...); a.status != status || !strings.Contains(a.message(), part) {
		b.t.Errorf("%s %s: %v\nwant %d and %q", method, path, a, status, part)
	}
}

// later lets time pass.
func (b *bench) later(d time.Duration) {
	b.t.Helper()
	b.w.Clock.Advance(d)
	if err := b.w.Settle(); err != nil {
		b.t.Fatal(err)
	}
}

// make is a PUT and its end; it gives what reading then shows.
func (b *bench) make(path, sent string) answered {
	b.t.Helper()
	b.must("PUT", path, sent)
	b.later(2 * time.Minute)
	return b.must("GET", path, "")
}

const (
	ml    = "Microsoft.MachineLearningServices/"
	ws    = ml + "workspaces/shop"
	wsID  = group + "/providers/" + ws
	stID  = group + "/providers/Microsoft.Storage/storageAccounts/stone"
	kvID  = group + "/providers/Microsoft.KeyVault/vaults/kvone"
	aiID  = group + "/providers/Microsoft.Insights/components/ai"
	crID  = group + "/providers/Microsoft.ContainerRegistry/registries/crone"
	aksID = group + "/providers/Microsoft.ContainerService/managedClusters/k8s"
)

// associated makes what a workspace names.
func (b *bench) associated() {
	b.t.Helper()
	b.make(stID+"?api-version=2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}`)
	b.make(kvID+"?api-version=2023-07-01", `{"location":"westeurope","properties":{"tenantId":"99999999-8888-7777-6666-555555555555","sku":{"family":"A","name":"standard"},"enableRbacAuthorization":true,"enablePurgeProtection":true}}`)
	b.make(aiID+"?api-version=2020-02-02", `{"location":"westeurope","kind":"web","properties":{"Application_Type":"web"}}`)
	b.make(crID+"?api-version=2023-07-01", `{"location":"westeurope","sku":{"name":"Premium"},"properties":{"adminUserEnabled":true}}`)
}

const workspaceBody = `{"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"storageAccount":"` + stID + `","keyVault":"` + kvID + `","applicationInsights":"` + aiID + `","containerRegistry":"` + crID + `"}}`

// workspace opens a bench with a workspace.
func workspace(t testing.TB, options ...Option) *bench {
	t.Helper()
	b := open(t, options...)
	b.associated()
	b.make(ws, workspaceBody)
	return b
}

const clusterBody = `{"location":"westeurope","properties":{"computeType":"AmlCompute","properties":{"vmSize":"STANDARD_DS3_V2","scaleSettings":{"minNodeCount":1,"maxNodeCount":4}}}}`

// names are those of a list, over all its pages.
func (b *bench) names(path string) []string {
	b.t.Helper()
	var out []string
	for pages := 0; path != "" && pages < 50; pages++ {
		a := b.must("GET", path, "")
		for _, e := range object.List(a.body, "value") {
			m, _ := e.(map[string]any)
			out = append(out, object.Text(m, "name"))
		}
		path = a.text("nextLink")
	}
	return out
}
