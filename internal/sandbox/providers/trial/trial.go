// Package trial runs resource providers through the real control plane, for
// tests that read like the rules of Azure that they hold.
package trial

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// What a bench has when it is new: one tenant, one subscription, one group.
const (
	Tenant       = "11111111-2222-3333-4444-555555555555"
	Subscription = "aaaaaaaa-0000-0000-0000-000000000001"
	Group        = "/subscriptions/" + Subscription + "/resourceGroups/rg"
)

// Noon is when a bench begins.
var Noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Bench is a world with its control plane and all providers. Its clock stands
// until it is told to go on.
type Bench struct {
	T       testing.TB
	World   *world.World
	Control *control.Control
}

// New makes a bench with a group in West Europe.
func New(t testing.TB) *Bench {
	t.Helper()
	w := world.New(clock.New(Noon, 0, time.Now), state.New(), nil, 1)
	w.Tenant = Tenant
	w.At = world.Addresses{Main: "https://127.0.0.1:8443", Blob: "https://127.0.0.1:8444", File: "https://127.0.0.1:8445", Port: func(id string) string {
		if strings.Contains(id, "/listening") {
			return "127.0.0.1:9000"
		}
		return ""
	}}
	ps, err := providers.Providers(w)
	if err != nil {
		t.Fatal(err)
	}
	b := &Bench{T: t, World: w, Control: control.New(w, ps...)}
	b.write(func(tx *state.Tx) error {
		return control.PutSubscription(tx, control.Subscription{ID: Subscription, Name: "trial"})
	})
	b.Make(Group, `{"location": "westeurope"}`)
	return b
}

func (b *Bench) write(fn func(*state.Tx) error) {
	b.T.Helper()
	if err := b.World.Store.Write(fn); err != nil {
		b.T.Fatal(err)
	}
}

// ID is the full id of what stands in the group: "Microsoft.Storage/
// storageAccounts/a" becomes /subscriptions/.../providers/Microsoft.Storage/....
// A full id stays.
func ID(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return Group + "/providers/" + path
}

// Put makes or changes a resource with the newest api-version, or with the one
// behind an @ in the path.
func (b *Bench) Put(path, body string) (object.Object, error) {
	b.T.Helper()
	path, version, _ := strings.Cut(path, "@")
	o, err := object.Decode([]byte(body))
	if err != nil {
		b.T.Fatalf("the body for %s: %v", path, err)
	}
	var result *provider.Result
	err = b.World.Store.Write(func(tx *state.Tx) (err error) {
		result, err = b.Control.Put(tx, b.World.Clock.Now(), provider.Request{ID: ID(path), APIVersion: version, Body: o})
		return err
	})
	if err != nil {
		return nil, err
	}
	return result.Body, nil
}

// Make is [Bench.Put] for what Azure takes, and waits for its end. It gives what
// reading then shows.
func (b *Bench) Make(path, body string) object.Object {
	b.T.Helper()
	if _, err := b.Put(path, body); err != nil {
		b.T.Fatalf("PUT %s: %v", path, err)
	}
	b.Settle()
	path, _, _ = strings.Cut(path, "@")
	return b.Get(path)
}

// Settle lets the clock go on until nothing of the last hour's operations is
// still under way.
func (b *Bench) Settle() {
	b.T.Helper()
	for range 100 {
		at, ok := b.World.Store.Next()
		if !ok || at.After(b.World.Clock.Now().Add(7*time.Hour)) {
			return
		}
		b.Advance(max(0, at.Sub(b.World.Clock.Now())))
	}
}

// Advance lets time pass.
func (b *Bench) Advance(d time.Duration) {
	b.T.Helper()
	b.World.Clock.Advance(d)
	if err := b.World.Settle(); err != nil {
		b.T.Fatal(err)
	}
}

// Read is a resource as reading shows it, or the refusal.
func (b *Bench) Read(path string) (o object.Object, err error) {
	err = b.World.Store.Read(func(tx *state.Tx) (err error) {
		o, err = b.Control.Get(tx, b.World.Clock.Now(), ID(path))
		return err
	})
	return o, err
}

// Get is [Bench.Read] for what is there.
func (b *Bench) Get(path string) object.Object {
	b.T.Helper()
	o, err := b.Read(path)
	if err != nil {
		b.T.Fatalf("GET %s: %v", path, err)
	}
	return o
}

// Stored is a resource as the state keeps it, nil when there is none.
func (b *Bench) Stored(path string) (r *state.Resource) {
	_ = b.World.Store.Read(func(tx *state.Tx) error {
		r = tx.Resource(ID(path))
		return nil
	})
	return r
}

// Delete takes a resource away and waits for the end.
func (b *Bench) Delete(path string) error {
	err := b.World.Store.Write(func(tx *state.Tx) error {
		_, err := b.Control.Delete(tx, b.World.Clock.Now(), provider.Request{ID: ID(path)})
		return err
	})
	if err == nil {
		b.Settle()
	}
	return err
}

// Post carries out an action. What it starts is told as an event by the caller,
// so that the end of an action that takes time must be waited for by Advance.
func (b *Bench) Post(path, action, body string) (reply provider.Reply, err error) {
	b.T.Helper()
	var o object.Object
	if body != "" {
		if o, err = object.Decode([]byte(body)); err != nil {
			b.T.Fatal(err)
		}
	}
	err = b.World.Store.Write(func(tx *state.Tx) (err error) {
		reply, err = b.Control.Post(tx, b.World.Clock.Now(), provider.Request{ID: ID(path), Body: o}, action)
		return err
	})
	return reply, err
}

// Done is [Bench.Post] for what Azure takes; it gives the body of the reply.
func (b *Bench) Done(path, action, body string) object.Object {
	b.T.Helper()
	reply, err := b.Post(path, action, body)
	if err != nil {
		b.T.Fatalf("POST %s/%s: %v", path, action, err)
	}
	o, _ := reply.Body.(map[string]any)
	return o
}

// Over asks the control plane over HTTP, as a client does, and gives the answer's
// status and body. A path without a slash at its beginning is one in the group.
func (b *Bench) Over(method, path, query, body string) (int, object.Object, error) {
	b.T.Helper()
	path, version, _ := strings.Cut(path, "@")
	if version == "" {
		version = b.version(path)
	}
	rq := httptest.NewRequest(method, "https://127.0.0.1:8443"+ID(path)+"?api-version="+version+"&"+query, strings.NewReader(body))
	rw := httptest.NewRecorder()
	b.Control.ServeHTTP(rw, rq)
	o := object.Must(rw.Body.Bytes())
	if rw.Code >= http.StatusBadRequest {
		var e struct{ Error *refusal.Error }
		if err := json.Unmarshal(rw.Body.Bytes(), &e); err != nil || e.Error == nil {
			b.T.Fatalf("%s %s answers %d %s", method, path, rw.Code, rw.Body)
		}
		return rw.Code, nil, e.Error
	}
	return rw.Code, o, nil
}

// version is an api-version for a path: the newest of the first type in it.
func (b *Bench) version(path string) string {
	_, rest, _ := strings.Cut(ID(path), "/providers/")
	parts := strings.Split(rest, "/")
	for _, t := range b.Control.Types() {
		space, name, _ := strings.Cut(t.Name, "/")
		if strings.EqualFold(space, parts[0]) && (len(parts) < 3 || strings.EqualFold(name, parts[1])) {
			return t.APIVersions[0]
		}
	}
	for _, t := range b.Control.Types() {
		if space, _, _ := strings.Cut(t.Name, "/"); strings.EqualFold(space, parts[0]) {
			return t.APIVersions[0]
		}
	}
	return "2021-04-01"
}

// Patch changes a resource by a PATCH and waits for the end.
func (b *Bench) Patch(path, body string) (object.Object, error) {
	b.T.Helper()
	if _, _, err := b.Over(http.MethodPatch, path, "", body); err != nil {
		return nil, err
	}
	b.Settle()
	return b.Get(path), nil
}

// Ask answers a POST on a namespace, such as checkNameAvailability.
func (b *Bench) Ask(namespace, function, body string) object.Object {
	b.T.Helper()
	_, o, err := b.Over(http.MethodPost, "/subscriptions/"+Subscription+"/providers/"+namespace+"/"+function, "", body)
	if err != nil {
		b.T.Fatalf("POST %s/%s: %v", namespace, function, err)
	}
	return o
}

// Expand is a resource as a GET with $expand shows it.
func (b *Bench) Expand(path, what string) object.Object {
	b.T.Helper()
	_, o, err := b.Over(http.MethodGet, path, "$expand="+what, "")
	if err != nil {
		b.T.Fatalf("GET %s: %v", path, err)
	}
	return o
}

// Below is a GET for what is no resource below one.
func (b *Bench) Below(path, rest string) object.Object {
	b.T.Helper()
	_, o, err := b.Over(http.MethodGet, path+"/"+rest, "", "")
	if err != nil {
		b.T.Fatalf("GET %s/%s: %v", path, rest, err)
	}
	return o
}

// Follow begins an action that takes time.
func (b *Bench) Follow(path, action, query string) error {
	b.T.Helper()
	status, _, err := b.Over(http.MethodPost, path+"/"+action, query, "")
	if err == nil && status != http.StatusAccepted {
		b.T.Errorf("POST %s/%s answers %d", path, action, status)
	}
	return err
}

// Code is the code of a refusal; "" for no error, the text for any other.
func Code(err error) string {
	var r *refusal.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &r):
		return r.Code
	}
	return err.Error()
}

// Refuses wants a PUT to be refused with a code.
func (b *Bench) Refuses(code, path, body string) {
	b.T.Helper()
	if _, err := b.Put(path, body); Code(err) != code {
		b.T.Errorf("PUT %s %s: %v, want %s", path, body, err, code)
	}
}

// Is wants a body to have a value at a path, as text; "" wants none.
func (b *Bench) Is(o object.Object, path, want string) {
	b.T.Helper()
	if got := Text(object.Get(o, path)); got != want {
		b.T.Errorf("%s is %q, want %q", path, got, want)
	}
}

// Text is a value of a body as text: JSON for what is no text, "" for null.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	s := string(object.Encode(object.Object{"v": v}))
	return strings.TrimSuffix(strings.TrimPrefix(s, `{"v":`), "}")
}
