package probe_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/examples"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/probe"
	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
)

// scene is a sandbox with an estate in it, and a prober.
type scene struct {
	s   *sandbox.Sandbox
	c   *azure.Client
	cat *catalog.Catalog
	e   *estate.Estate
	m   *outage.Model
	p   *probe.Prober
}

func newScene(t testing.TB, seed []byte) *scene {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(context.Background(), sandbox.Options{Manual: true, NoThrottling: true, Catalog: cat})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c := connect(t, s)
	if seed == nil {
		example(t, s, c)
	} else if _, err := s.Seed("seed", seed); err != nil {
		t.Fatal(err)
	}
	sc := &scene{s: s, c: c, cat: cat, e: see(t, c, cat)}
	sc.m = outage.New(sc.e, cat)
	sc.p = &probe.Prober{Client: c, Catalog: cat, Name: "t", Tries: 4, Patience: 200, Pause: func(context.Context) error {
		_, err := s.Advance(5 * time.Second)
		return err
	}}
	return sc
}

func connect(t testing.TB, s *sandbox.Sandbox) *azure.Client {
	t.Helper()
	ca, err := os.ReadFile(s.Connection.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := azure.New(context.Background(), azure.Options{ARMEndpoint: s.Connection.Address, CAPEM: ca, Credential: none{}})
	if err != nil {
		t.Fatal(err)
	}
	cred, err := azidentity.NewClientSecretCredential(s.Connection.Tenant, s.Connection.ClientID, s.Connection.ClientSecret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions:            policy.ClientOptions{Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: s.Connection.Address}, Transport: plain.HTTPClient()},
		DisableInstanceDiscovery: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := azure.New(context.Background(), azure.Options{
		ARMEndpoint: s.Connection.Address, CAPEM: ca, Credential: cred, PollInterval: 5 * time.Millisecond,
		Retry: azure.Retry{Tries: 1}, Limits: throttle.Limits{},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// observe probes all workspaces.
func (sc *scene) observe(t testing.TB) map[string]probe.Observation {
	t.Helper()
	out := map[string]probe.Observation{}
	for _, ws := range sc.e.Workspaces() {
		list, err := sc.p.Run(context.Background(), sc.e, ws)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			out[ws.ID.Key()+" "+string(o.Capability)] = o
		}
	}
	return out
}

// failing is an outage of the lens as the sandbox takes it.
func failing(o outage.Outage) failure.Outage {
	return failure.Outage{Scope: o.Scope, Region: o.Region, Zone: o.Zone, Service: o.Service}
}

// agree puts every outage through the sandbox and holds what is observed against
// what is predicted. It gives how many answers were compared.
func (sc *scene) agree(t *testing.T, what string) (compared int) {
	t.Helper()
	for key, o := range sc.observe(t) {
		if o.Effect != probe.None && o.Effect != probe.Untested {
			t.Errorf("%s: while all is well %s is %s: %s", what, key, o.Effect, o.Because())
		}
	}
	for _, out := range sc.m.Outages() {
		if out.Zone == outage.AnyZone {
			continue
		}
		predicted := sc.m.Run(out)
		started, err := sc.s.StartOutage(failing(out))
		if err != nil {
			t.Fatalf("%s: %v: %v", what, out, err)
		}
		observed := sc.observe(t)
		if _, err := sc.s.StopOutage(started.ID); err != nil {
			t.Fatal(err)
		}
		for _, ws := range sc.e.Workspaces() {
			for _, c := range catalog.Capabilities {
				o := observed[ws.ID.Key()+" "+string(c)]
				if o.Effect == probe.Untested {
					continue
				}
				compared++
				i := predicted.Impact(ws, c)
				if !between(o.Effect, i) {
					t.Errorf("%s: %v: %s of %s: observed %s, predicted %s (%s to %s)\n  observed: %s\n  predicted because %s", what, out, c, ws.Name, o.Effect, i.Effect, i.AtBest, i.AtWorst, o.Because(), because(i))
				}
			}
		}
	}
	return compared
}

func between(e probe.Effect, i outage.Impact) bool {
	seen := outage.Effect(e)
	return !i.AtBest.Worse(seen) && !seen.Worse(i.AtWorst)
}

func because(i outage.Impact) string {
	var b strings.Builder
	for _, c := range i.Because {
		fmt.Fprintf(&b, "%s (%s, %s, %s) ", c.Resource.Name, c.Role, c.Effect, c.RTO())
	}
	return b.String()
}

// example deploys the example workspace, with a deployment that serves.
func example(t testing.TB, s *sandbox.Sandbox, c *azure.Client) {
	t.Helper()
	ctx := context.Background()
	src, err := examples.Files.ReadFile("workspace/azuredeploy.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, problems := jsonc.Parse("azuredeploy.json", src)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	group := "/subscriptions/" + s.Connection.Subscription + "/resourceGroups/rg"
	put := func(path, version string, body any) {
		t.Helper()
		if _, err := c.Put(ctx, path, version, body); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Advance(30 * time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	put(group, "2022-09-01", map[string]any{"location": "westeurope"})
	op, err := c.CreateDeployment(ctx, azure.Scope{Subscription: s.Connection.Subscription, Group: "rg"}, "d", azure.DeploymentRequest{
		Template:   value.FromNode(doc.Root()).AppendJSON(nil),
		Parameters: json.RawMessage(`{"prefix":{"value":"demand"},"suffix":{"value":"7f3k"},"sqlPassword":{"value":"Only-In-The-Sandbox-1"}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Advance(2 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := op.Wait(ctx, nil); err != nil {
		t.Fatal(err)
	}
	const ml = "2025-06-01"
	online := group + "/providers/" + estate.WorkspaceType + "/demand-ml/onlineEndpoints/demand-demand"
	put(online+"/deployments/blue", ml, map[string]any{"location": "westeurope", "sku": map[string]any{"name": "Default", "capacity": 3},
		"properties": map[string]any{"endpointComputeType": "Kubernetes", "instanceType": "defaultinstancetype"}})
	at, err := c.Get(ctx, online, ml)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := at.Decode(&body); err != nil {
		t.Fatal(err)
	}
	body["properties"].(map[string]any)["traffic"] = map[string]any{"blue": 100}
	put(online, ml, map[string]any{"location": "westeurope", "identity": body["identity"], "properties": body["properties"]})
}

func TestTheExampleFaresAsPredicted(t *testing.T) {
	sc := newScene(t, nil)
	if n := sc.agree(t, "the example"); n < 60 {
		t.Errorf("only %d answers were compared", n)
	}
}

// TestPredictionEqualsObservation draws estates, puts each into a sandbox, lets
// every outage happen, and holds what a client can still do against what the
// lens predicts.
func TestPredictionEqualsObservation(t *testing.T) {
	n := 200
	if s := os.Getenv("HOLDFAST_TEST_ESTATES"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	var compared atomic.Int64
	t.Run("estates", func(t *testing.T) {
		for seed := range n {
			t.Run(strconv.Itoa(seed), func(t *testing.T) {
				t.Parallel()
				sc := newScene(t, draw(uint64(seed)))
				compared.Add(int64(sc.agree(t, fmt.Sprintf("estate %d", seed))))
			})
		}
	})
	t.Logf("%d answers of %d estates agree", compared.Load(), n)
	if compared.Load() < int64(n)*20 {
		t.Errorf("only %d answers were compared", compared.Load())
	}
}
