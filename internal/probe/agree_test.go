package probe_test

import (
	"context"
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
	if _, err := s.Seed("seed", seed); err != nil {
		t.Fatal(err)
	}
	c := connect(t, s)
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
