package deploy_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
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
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/deploy"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// canary is a secret that must be seen nowhere.
const canary = "c4n4ry-5ecret-Pa55"

// hasty is a clock that runs five hundred times as fast as the machine's; time
// limits are those of the machine.
type hasty struct{ clock.Real }

const haste = 500

var began = time.Now()

func (h hasty) Now() time.Time { return began.Add(time.Since(began) * haste) }

func (h hasty) Sleep(ctx context.Context, d time.Duration) error { return h.Real.Sleep(ctx, d/haste) }

// cloud is a sandbox with a client that is logged in.
type cloud struct {
	*sandbox.Sandbox
	client *azure.Client
	login  azcore.TokenCredential
	scope  azure.Scope // of a group that is there
}

func start(t testing.TB) *cloud {
	t.Helper()
	s, err := sandbox.Start(context.Background(), sandbox.Options{Rate: 3600, NoThrottling: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &cloud{Sandbox: s, scope: azure.Scope{Subscription: s.Connection.Subscription, Group: "rg-demand"}}
	bare := c.connect(t, nil, none{})
	secret, err := azidentity.NewClientSecretCredential(s.Connection.Tenant, s.Connection.ClientID, s.Connection.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: bare.ClientOptions(), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	c.login = &once{from: secret}
	c.client = c.connect(t, nil, c.login)
	c.group(t, c.scope.Group)
	return c
}

// connect makes a client over a transport, or over its own.
func (c *cloud) connect(t testing.TB, over http.RoundTripper, login azcore.TokenCredential) *azure.Client {
	t.Helper()
	o := azure.Options{ARMEndpoint: c.Connection.Address, CAFile: c.Connection.CAFile, Credential: login, Clock: hasty{}, Transport: over, Seed: 7}
	client, err := azure.New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// transport trusts the sandbox.
func (c *cloud) transport(t testing.TB) *http.Transport {
	t.Helper()
	pem, err := os.ReadFile(c.Connection.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: 8}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

func (c *cloud) group(t testing.TB, name string) azure.Scope {
	t.Helper()
	s := azure.Scope{Subscription: c.Connection.Subscription, Group: name}
	op, err := c.client.Put(context.Background(), s.Path(), "2022-09-01", map[string]string{"location": "westeurope"})
	if err == nil {
		_, err = op.Wait(context.Background(), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// letFail makes the operations on some resources fail from now on; "" makes all
// end well again.
func (c *cloud) letFail(t testing.TB, path string) {
	t.Helper()
	err := c.World.Store.Write(func(tx *state.Tx) error {
		if path == "" {
			return c.Board.Clear(tx, "")
		}
		_, err := c.Board.Inject(tx, failure.Fault{Kind: "operation-fails", Path: path})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
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

// read makes a template of a text, with values for parameters.
func read(t testing.TB, name, text string, s azure.Scope, values map[string]string) *deploy.Template {
	t.Helper()
	d, diags, err := tryRead(t, name, text, s, values)
	if err != nil {
		t.Fatalf("%v: %v", err, diags)
	}
	return d
}

func tryRead(t testing.TB, name, text string, s azure.Scope, values map[string]string) (*deploy.Template, []template.Diagnostic, error) {
	t.Helper()
	doc, bad := jsonc.Parse(name, []byte(text))
	if len(bad) > 0 {
		t.Fatal(bad[0])
	}
	parsed, _ := template.Parse(doc)
	o := template.Options{SubscriptionID: s.Subscription, ResourceGroup: s.Group, Location: "westeurope"}
	for k, v := range values {
		o.Parameters = append(o.Parameters, template.Assignment{Name: k, Text: v})
	}
	return deploy.Read(t.Context(), parsed, o)
}

// example is a template of the project's examples.
func example(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", name, "azuredeploy.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// run deploys a template to its end.
func (c *cloud) run(t testing.TB, s azure.Scope, name string, d *deploy.Template, show func(deploy.Snapshot)) *deploy.Result {
	t.Helper()
	op, err := deploy.Start(t.Context(), c.client, s, name, "11111111-2222-4333-8444-555555555555", d)
	if err != nil {
		t.Fatalf("%v\nhint: %s", err, azure.Hint(err))
	}
	f := deploy.Follower{Client: c.client, Scope: s, Name: name, Template: d, Show: show}
	r, err := f.Follow(t.Context(), op)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// templ is a template of a resource group around its sections.
func templ(sections string) string {
	return `{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
  // what follows stands in line 3 and below
  ` + sections + `}`
}
