package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/live"
	"github.com/holdfast-ml/holdfast/internal/improve"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// haste is how many times faster than the machine's the clocks of the tests run.
var haste time.Duration = 3600

// hasty is a clock that runs that fast; time limits are those of the machine.
type hasty struct{ clock.Real }

// began is the same in all processes of a test: see child.
var began = time.Now()

func (h hasty) Now() time.Time { return began.Add(time.Since(began) * haste) }

func (h hasty) Sleep(ctx context.Context, d time.Duration) error {
	return h.Real.Sleep(ctx, max(d/haste, time.Millisecond))
}

// cloud is a sandbox with a client that is logged in.
type cloud struct {
	*sandbox.Sandbox
	t      testing.TB
	client *azure.Client
	login  azcore.TokenCredential
	cat    *catalog.Catalog
}

// shared is the sandbox of all tests that do not need one of their own.
var shared = sync.OnceValues(func() (*sandbox.Sandbox, error) { return startAt(float64(haste)) })

// startAt starts a sandbox of which the clock runs so many times as fast as the
// machine's.
func startAt(rate float64) (*sandbox.Sandbox, error) {
	return sandbox.Start(context.Background(), sandbox.Options{Rate: rate, NoThrottling: true, Chance: 7})
}

// start is the shared sandbox, with a client of the test's own.
func start(t testing.TB) *cloud {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return (&cloud{Sandbox: s, t: t, cat: loaded(t)}).in()
}

// hurry is a sandbox of the test's own, with clocks that run so many times as fast
// as the machine's: conversions take days.
func hurry(t *testing.T, times time.Duration) *cloud {
	t.Helper()
	usually := haste
	haste = times
	s, err := startAt(float64(haste))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		haste = usually
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return (&cloud{Sandbox: s, t: t, cat: loaded(t)}).in()
}

// in logs in.
func (c *cloud) in() *cloud {
	c.login = credential(c.Connection.Address, c.Connection.CAFile, c.Connection.Tenant, c.Connection.ClientID, c.Connection.ClientSecret)
	c.client = c.connect(nil)
	return c
}

func loaded(t testing.TB) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// credential logs in as a service principal.
func credential(address, ca, tenant, id, secret string) azcore.TokenCredential {
	bare, err := azure.New(context.Background(), azure.Options{ARMEndpoint: address, CAFile: ca, Credential: none{}})
	if err != nil {
		return none{}
	}
	from, err := azidentity.NewClientSecretCredential(tenant, id, secret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: bare.ClientOptions(), DisableInstanceDiscovery: true})
	if err != nil {
		return none{}
	}
	return &once{from: from}
}

// connect makes a client over a transport, or over its own.
func (c *cloud) connect(over http.RoundTripper) *azure.Client {
	c.t.Helper()
	client, err := azure.New(context.Background(), azure.Options{ARMEndpoint: c.Connection.Address, CAFile: c.Connection.CAFile,
		Credential: c.login, Clock: hasty{}, Transport: over, Seed: 7})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(client.Close)
	return client
}

// none gives no token, once asks for one only once.
type (
	none struct{}
	once struct {
		mu    sync.Mutex
		from  azcore.TokenCredential
		token azcore.AccessToken
	}
)

func (none) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, os.ErrPermission
}

func (o *once) GetToken(ctx context.Context, opts policy.TokenRequestOptions) (azcore.AccessToken, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.token.Token != "" {
		return o.token, nil
	}
	var err error
	o.token, err = o.from.GetToken(ctx, opts)
	return o.token, err
}

// put makes a resource in a group.
func (c *cloud) put(id, version, body string) {
	c.t.Helper()
	op, err := c.client.Put(context.Background(), id, version, json.RawMessage(body))
	if err == nil {
		_, err = op.Wait(context.Background(), nil)
	}
	if err != nil {
		c.t.Fatalf("%s: %v", id, err)
	}
}

// get reads a resource.
func (c *cloud) get(id, version string) value.Value {
	c.t.Helper()
	resp, err := c.client.Get(context.Background(), id, version)
	if err != nil {
		c.t.Fatal(err)
	}
	return parse(c.t, resp.Body)
}

func parse(t testing.TB, text []byte) value.Value {
	t.Helper()
	doc, errs := jsonc.Parse("", text)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return value.FromNode(doc.Root())
}

// group makes a resource group and gives its id.
func (c *cloud) group(name string) string {
	c.t.Helper()
	id := "/subscriptions/" + c.Connection.Subscription + "/resourceGroups/" + name
	c.put(id, "2022-09-01", `{"location":"westeurope"}`)
	return id
}

// resource is one of the estate that plans are made of.
func (c *cloud) resource(id, version string) *estate.Resource {
	rid := estate.ParseID(id)
	body := c.get(id, version)
	return &estate.Resource{ID: rid, Type: rid.Type(), Name: rid.Name(), Location: estate.NormalizeLocation(body.Get("location").Str()), Body: body}
}

// step is a remedy on a resource, after others.
type step struct {
	remedy   string
	resource string
	after    []int
}

// plan makes a plan by hand.
func (c *cloud) plan(resources []*estate.Resource, region string, steps ...step) *harden.Plan {
	c.t.Helper()
	e := estate.Build(resources, nil, estate.Coverage{})
	c.cat.Classify(e)
	p := &harden.Plan{Before: &assess.Result{Estate: e, Catalog: c.cat}, Catalog: c.cat}
	for _, s := range steps {
		rem, r := c.cat.Remedy(s.remedy), e.ByID(estate.ParseID(s.resource))
		if rem == nil || r == nil {
			c.t.Fatalf("no %s or no %s", s.remedy, s.resource)
		}
		step := &harden.Step{Change: improve.Change{Remedy: rem, Resource: r}, Region: region, Kind: rem.Change.Kind}
		for _, n := range s.after {
			step.Before = append(step.Before, p.Steps[n])
		}
		p.Steps = append(p.Steps, step)
	}
	return p
}

func (c *cloud) work(p *harden.Plan, scope string) *live.Work {
	c.t.Helper()
	w, _, err := live.NewWork(p, scope)
	if err != nil {
		c.t.Fatal(err)
	}
	return w
}

func (c *cloud) options() live.Options {
	return live.Options{Client: c.client, Journal: filepath.Join(c.t.TempDir(), "journal.db"), Clock: hasty{}}
}

// usual is a group with an account, a vault and a registry that can be mended, and
// the plan that mends them.
func (c *cloud) usual(name string) (*harden.Plan, string) {
	g := c.group("rg-" + name)
	account := g + "/providers/Microsoft.Storage/storageAccounts/st" + name
	vault := g + "/providers/Microsoft.KeyVault/vaults/kv-" + name
	registry := g + "/providers/Microsoft.ContainerRegistry/registries/cr" + name
	c.put(account, "2023-05-01", `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}`)
	c.put(vault, "2023-07-01", fmt.Sprintf(`{"location":"westeurope","properties":{"tenantId":%q,"sku":{"family":"A","name":"standard"},"enableRbacAuthorization":true}}`, c.Connection.Tenant))
	c.put(registry, "2023-07-01", `{"location":"westeurope","sku":{"name":"Basic"},"properties":{}}`)
	p := c.plan([]*estate.Resource{c.resource(account, "2023-05-01"), c.resource(vault, "2023-07-01"), c.resource(registry, "2023-07-01")}, "northeurope",
		step{"storage-soft-delete", account, nil}, step{"storage-geo-lrs", account, nil}, step{"key-vault-purge-protection", vault, nil},
		step{"registry-premium", registry, nil}, step{"registry-replica", registry, []int{3}}, step{"delete-lock", account, nil})
	return p, g
}

// emptyJournal is a journal with no runs, so that not every process has to make
// one.
func emptyJournal(t *testing.T) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "empty.db")
	write(t, file, nil)
	if _, err := live.List(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func write(t testing.TB, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
