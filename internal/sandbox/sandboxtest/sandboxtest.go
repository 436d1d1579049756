// Package sandboxtest makes small worlds for the tests of data planes: one
// tenant with a real token service, a clock that only the test moves, resources
// put straight into the state, and a health that the test decides.
package sandboxtest

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/entra"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Tenant and Group are the tenant of a world and the id of the group that its
// resources are in.
const (
	Tenant = "11111111-2222-3333-4444-555555555555"
	Group  = "/subscriptions/aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/rg"
)

// Noon is when a world begins.
var Noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Key is the account key of storage accounts.
var Key = base64.StdEncoding.EncodeToString([]byte("a key of sixty-four bytes, as long as those of Azure are: 012345"))

// World is a world with the means to change it.
type World struct {
	*world.World
	Health *Health
	t      *testing.T
}

// Health is what the test says of resources: what is not named is whole.
type Health struct {
	world.Well
	mu   sync.Mutex
	said map[string]world.Standing
}

// Resource is what the test says.
func (h *Health) Resource(_ *state.Tx, id string, _ time.Time) world.Standing {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.said[state.Key(id)]
}

// Set says how well a resource is.
func (h *Health) Set(id string, s world.Standing) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said[state.Key(id)] = s
}

// New makes a world that lives in memory.
func New(t *testing.T) *World {
	t.Helper()
	return On(t, state.New())
}

// On makes a world on a store.
func On(t *testing.T, s *state.Store) *World {
	t.Helper()
	w := &World{World: world.New(clock.New(Noon, 0, time.Now), s, nil, 1), Health: &Health{said: map[string]world.Standing{}}, t: t}
	w.World.Tenant, w.World.Health = Tenant, w.Health
	tokens, err := entra.New(w.World)
	if err != nil {
		t.Fatal(err)
	}
	w.World.Tokens = tokens
	return w
}

// Put keeps a resource and gives its id. The path is what follows the group's
// providers: Microsoft.Storage/storageAccounts/name.
func (w *World) Put(path, location string, body, secret object.Object) string {
	w.t.Helper()
	parts := strings.Split(path, "/")
	typ := parts[0]
	for i := 1; i < len(parts); i += 2 {
		typ += "/" + parts[i]
	}
	r := &state.Resource{
		ID: Group + "/providers/" + path, Type: typ, Name: parts[len(parts)-1], Location: location,
		Body: object.Encode(body), Created: w.Clock.Now(), Changed: w.Clock.Now(),
	}
	if secret != nil {
		r.Secret = object.Encode(secret)
	}
	w.Write(func(tx *state.Tx) error { return tx.Put(r) })
	return r.ID
}

// Account keeps a storage account with the key [Key].
func (w *World) Account(name, sku string, properties object.Object) string {
	w.t.Helper()
	if properties == nil {
		properties = object.Object{}
	}
	return w.Put("Microsoft.Storage/storageAccounts/"+name, "westeurope",
		object.Object{"kind": "StorageV2", "sku": object.Object{"name": sku}, "properties": properties}, object.Object{"key1": Key, "key2": ""})
}

// Write changes the state, or fails the test.
func (w *World) Write(fn func(tx *state.Tx) error) {
	w.t.Helper()
	if err := w.Store.Write(fn); err != nil {
		w.t.Fatal(err)
	}
}

// Serve starts an HTTPS server for a handler and gives it with its address.
func (w *World) Serve(h http.Handler) *httptest.Server {
	w.t.Helper()
	s := httptest.NewTLSServer(h)
	w.t.Cleanup(s.Close)
	return s
}

// Credential gives tokens of the world for whatever is asked.
func (w *World) Credential() azcore.TokenCredential { return credential{w} }

type credential struct{ w *World }

// GetToken gives a token for the audience of the scope.
func (c credential) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	audience := strings.TrimSuffix(o.Scopes[0], "/.default")
	token := c.w.Tokens.Issue(world.Caller{ObjectID: "bbbbbbbb-0000-0000-0000-000000000002", AppID: "app", Tenant: Tenant}, audience, c.w.Clock.Now(), time.Hour)
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}
