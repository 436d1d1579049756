package blueprint_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/blueprint"
	"github.com/holdfast-ml/holdfast/internal/deploy"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// hasty is a clock that runs many times as fast as the machine's.
type hasty struct{ clock.Real }

const haste = 2000

var began = time.Now()

func (h hasty) Now() time.Time { return began.Add(time.Since(began) * haste) }

func (h hasty) Sleep(ctx context.Context, d time.Duration) error { return h.Real.Sleep(ctx, d/haste) }

type cloud struct {
	*sandbox.Sandbox
	client *azure.Client
}

func start(t testing.TB) *cloud {
	t.Helper()
	s, err := sandbox.Start(context.Background(), sandbox.Options{Rate: 36000, NoThrottling: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	o := azure.Options{ARMEndpoint: s.Connection.Address, CAFile: s.Connection.CAFile, Clock: hasty{}, Seed: 7}
	bare, err := azure.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bare.Close)
	o.Credential, err = azidentity.NewClientSecretCredential(s.Connection.Tenant, s.Connection.ClientID, s.Connection.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: bare.ClientOptions(), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	client, err := azure.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return &cloud{s, client}
}

// deploys deploys what is in a folder, as holdfast deploy does.
func (c *cloud) deploys(t *testing.T, s *blueprint.Spec, dir string) *deploy.Result {
	t.Helper()
	file := filepath.Join(dir, blueprint.TemplateFile)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, bad := jsonc.Parse(file, text)
	if len(bad) > 0 {
		t.Fatal(bad[0])
	}
	parsed, _ := template.Parse(doc)
	params, err := os.ReadFile(filepath.Join(dir, blueprint.ParameterFile))
	if err != nil {
		t.Fatal(err)
	}
	paramDoc, bad := jsonc.Parse(blueprint.ParameterFile, params)
	if len(bad) > 0 {
		t.Fatal(bad[0])
	}
	o := template.Options{SubscriptionID: c.Connection.Subscription, Location: s.Region, ParameterFiles: []*jsonc.Document{paramDoc}, Parameters: given(s)}
	d, diags, err := deploy.Read(t.Context(), parsed, o)
	if err != nil {
		t.Fatalf("%v: %v", err, diags)
	}
	d.Request.Location = s.Region
	scope := azure.Scope{Subscription: c.Connection.Subscription}
	op, err := deploy.Start(t.Context(), c.client, scope, s.Name, "11111111-2222-4333-8444-555555555555", d)
	if err != nil {
		t.Fatalf("%v\nhint: %s", err, azure.Hint(err))
	}
	f := deploy.Follower{Client: c.client, Scope: scope, Name: s.Name, Template: d, Show: func(deploy.Snapshot) {}}
	r, err := f.Follow(t.Context(), op)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// together is how many combinations share a sandbox: more would use up its quota
// of cores, as they would in Azure.
const together = 8

func TestEveryCombinationDeploys(t *testing.T) {
	for group := range slices.Chunk(combinations(), together) {
		t.Run("beginning with "+group[0].name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			for i, each := range group {
				each.spec.Name = fmt.Sprintf("w%d", i)
				t.Run(each.name, func(t *testing.T) {
					r := c.deploys(t, &each.spec, written(t, &each.spec))
					for _, p := range r.Problems {
						t.Errorf("%+v", p)
					}
				})
			}
		})
	}
}
