package live_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/source"
	"github.com/holdfast-ml/holdfast/internal/source/live"
)

// The scope that the examples are put into.
const (
	subscription = "aaaaaaaa-0000-4000-8000-000000000001"
	group        = "/subscriptions/" + subscription + "/resourceGroups/rg-ml"
)

// cloud is a sandbox that runs, without limits of requests.
type cloud struct {
	*sandbox.Sandbox
	t *testing.T
}

func start(t *testing.T) cloud {
	t.Helper()
	s, err := sandbox.Start(context.Background(), sandbox.Options{NoThrottling: true, Chance: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return cloud{s, t}
}

// seed puts an inventory in.
func (c cloud) seed(text string) {
	c.t.Helper()
	if _, err := c.Seed("seed.json", []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

// example puts a folder of examples in, as if it had been deployed to the group.
func (c cloud) example(name string) *estate.Estate {
	c.t.Helper()
	e := load(c.t, template.Options{SubscriptionID: subscription, ResourceGroup: "rg-ml", Location: "westeurope"}, filepath.Join("..", "..", "..", "examples", name))
	c.seed(string(estate.Encoding{Bodies: true}.AppendDocument(nil, e)))
	return e
}

func load(t *testing.T, o template.Options, files ...string) *estate.Estate {
	t.Helper()
	e, _, err := source.Load(t.Context(), files, source.Options{Template: o})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// client talks to the sandbox; wrap may put something in between.
func (c cloud) client(wrap func(http.RoundTripper) http.RoundTripper, change ...func(*azure.Options)) *azure.Client {
	c.t.Helper()
	ca, err := os.ReadFile(c.Connection.CAFile)
	if err != nil {
		c.t.Fatal(err)
	}
	bare, err := azure.New(c.t.Context(), azure.Options{ARMEndpoint: c.Connection.Address, CAPEM: ca, Credential: unused{}})
	if err != nil {
		c.t.Fatal(err)
	}
	credential, err := azidentity.NewClientSecretCredential(c.Connection.Tenant, c.Connection.ClientID, c.Connection.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: bare.ClientOptions(), DisableInstanceDiscovery: true})
	if err != nil {
		c.t.Fatal(err)
	}
	o := azure.Options{ARMEndpoint: c.Connection.Address, Credential: credential, CAPEM: ca, Seed: 1}
	if wrap != nil {
		o.Transport = wrap(bare.HTTPClient().Transport)
	}
	for _, f := range change {
		f(&o)
	}
	client, err := azure.New(c.t.Context(), o)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { client.Close(); bare.Close() })
	return client
}

// read reads scopes and wants no error.
func read(t *testing.T, c *azure.Client, scopes ...string) (*estate.Estate, live.Stats) {
	t.Helper()
	e, stats, err := live.Read(t.Context(), c, parse(t, scopes...), live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e, stats
}

func parse(t *testing.T, scopes ...string) []live.Scope {
	t.Helper()
	var out []live.Scope
	for _, text := range scopes {
		s, err := live.ParseScope(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}
