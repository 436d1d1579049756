package sandbox_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
)

// start starts a sandbox and a client that is logged in to it.
func start(t testing.TB, o sandbox.Options) (*sandbox.Sandbox, *azure.Client) {
	t.Helper()
	if testing.Verbose() {
		o.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	s, err := sandbox.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, connect(t, s)
}

func connect(t testing.TB, s *sandbox.Sandbox) *azure.Client {
	t.Helper()
	return clientOf(t, s.Connection)
}

// clientOf is a client that is logged in to the sandbox of a connection.
func clientOf(t testing.TB, at sandbox.Connection) *azure.Client {
	t.Helper()
	for k, v := range map[string]string{"AZURE_TENANT_ID": at.Tenant, "AZURE_CLIENT_ID": at.ClientID, "AZURE_CLIENT_SECRET": at.ClientSecret} {
		t.(interface{ Setenv(k, v string) }).Setenv(k, v)
	}
	c, err := azure.New(context.Background(), azure.Options{ARMEndpoint: at.Address, CAFile: at.CAFile, PollInterval: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// plain is a template without its comments, as clients send it.
func plain(t testing.TB, src []byte) json.RawMessage {
	t.Helper()
	doc, problems := jsonc.Parse("template", src)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	return value.FromNode(doc.Root()).AppendJSON(nil)
}

func TestTheExampleIsDeployed(t *testing.T) {
	s, c := start(t, sandbox.Options{Rate: 3600})
	ctx := context.Background()
	group := "/subscriptions/" + s.Connection.Subscription + "/resourceGroups/rg-demand"
	if _, err := c.Put(ctx, group, "2022-09-01", map[string]any{"location": "westeurope"}); err != nil {
		t.Fatal(err)
	}
	template, err := os.ReadFile("../../examples/workspace/azuredeploy.json")
	if err != nil {
		t.Fatal(err)
	}
	op, err := c.CreateDeployment(ctx, azure.Scope{Subscription: s.Connection.Subscription, Group: "rg-demand"}, "first", azure.DeploymentRequest{
		Template: plain(t, template), Parameters: json.RawMessage(`{"prefix":{"value":"demand"},"suffix":{"value":"7f3k"},"sqlPassword":{"value":"Long-Enough-1!"}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(ctx, nil); err != nil {
		t.Fatal(err)
	}
	n := 0
	for raw, err := range c.Query(ctx, "resources | project id, type | order by id asc", nil) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		t.Log(string(raw))
	}
}
