package deployment_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/deployment"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// whole is a control plane with its own resource types, spoken to over HTTP.
type whole struct {
	t      *testing.T
	w      *world.World
	server *httptest.Server
}

func newWhole(t *testing.T, also ...func(*world.World) (*provider.Provider, error)) *whole {
	t.Helper()
	w := world.New(clock.New(noon, 0, func() time.Time { return noon }), state.New(), nil, 1)
	w.Tenant = "33333333-3333-3333-3333-333333333333"
	all, err := providers.Providers(w)
	if err != nil {
		t.Fatal(err)
	}
	for _, make := range also {
		p, err := make(w)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	c := control.New(w, all...)
	c.Unthrottled = true
	c.Deploy(deployment.Outside{})
	h := &whole{t: t, w: w, server: httptest.NewServer(c)}
	t.Cleanup(h.server.Close)
	w.At = world.Addresses{Main: h.server.URL, Blob: h.server.URL, File: h.server.URL}
	if err := w.Store.Write(func(tx *state.Tx) error {
		return control.PutSubscription(tx, control.Subscription{ID: sub, Name: "one"})
	}); err != nil {
		t.Fatal(err)
	}
	if status, body, _ := h.ask("PUT", group+"?api-version=2021-04-01", `{"location": "westeurope"}`); status != 201 {
		t.Fatal(status, body)
	}
	return h
}

func (h *whole) ask(method, path, body string) (int, object.Object, http.Header) {
	h.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = h.server.URL + path
	}
	if !strings.Contains(path, "api-version") {
		path += "?api-version=2022-09-01"
	}
	r, err := http.NewRequest(method, path, bytes.NewReader([]byte(body)))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	src, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	var o object.Object
	_ = json.Unmarshal(src, &o)
	return answer.StatusCode, o, answer.Header
}

// deployAs validates, previews and deploys a template, and gives its properties at the end, or why it was refused.
func (h *whole) deployAs(name, body string) (properties object.Object, refused string) {
	h.t.Helper()
	at := group + "/providers/Microsoft.Resources/deployments/" + name
	for _, step := range []struct {
		method, path string
		status       int
	}{{"POST", at + "/validate", 200}, {"POST", at + "/whatIf", 202}, {"PUT", at, 201}} {
		status, answer, header := h.ask(step.method, step.path, body)
		if status != step.status {
			return nil, step.path + ": " + strings.Join(innermost(object.Inner(answer, "error")), "; ")
		}
		switch status {
		case 202:
			if status, answer, _ = h.ask("GET", header.Get("Location"), ""); status != 200 || answer["status"] != "Succeeded" {
				h.t.Fatalf("the result of what-if: %d %v", status, answer)
			}
		case 201:
			for range 400 {
				_, answer, _ = h.ask("GET", header.Get("Azure-AsyncOperation"), "")
				if s := object.Text(answer, "status"); s != "Accepted" && s != "Running" {
					break
				}
				h.w.Clock.Advance(time.Minute)
			}
		}
	}
	_, answer, _ := h.ask("GET", at, "")
	return object.Inner(answer, "properties"), ""
}

func quickstart(t *testing.T, name string) (template, parameters string) {
	t.Helper()
	dir := quickstarts()
	if dir == "" {
		t.Skip("the quickstart templates are not there: set HOLDFAST_SHARED")
	}
	src, err := os.ReadFile(filepath.Join(dir, name, "azuredeploy.json"))
	if err != nil {
		t.Fatal(err)
	}
	parameters = "{}"
	if file, err := os.ReadFile(filepath.Join(dir, name, "azuredeploy.parameters.json")); err == nil {
		parameters = string(object.Encode(object.Inner(object.Must(file), "parameters")))
	}
	return string(src), parameters
}

func TestPublishedTemplatesDeployToTheRealControlPlane(t *testing.T) {
	for _, name := range []string{"101-storage-account-create", "101-storage-blob-container", "101-container-registry", "101-container-registry-geo-replication"} {
		t.Run(name, func(t *testing.T) {
			h := newWhole(t)
			template, parameters := quickstart(t, name)
			body := sent(template, filled(parameters))
			p, refused := h.deployAs("main", body)
			if refused != "" || object.Text(p, "provisioningState") != "Succeeded" {
				t.Fatalf("it is %s %v", refused, p["error"])
			}
			// Deployed once more, nothing changes.
			_, _, header := h.ask("POST", group+"/providers/Microsoft.Resources/deployments/main/whatIf", body)
			_, answer, _ := h.ask("GET", header.Get("Location"), "")
			for _, c := range object.List(answer, "properties.changes") {
				if c := c.(object.Object); object.Text(c, "changeType") != "NoChange" && object.Text(c, "changeType") != "Ignore" {
					t.Errorf("%s %s %v", object.Text(c, "changeType"), object.Text(c, "resourceId"), c["delta"])
				}
			}
		})
	}
}
