package deploy_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/faulty"
	"github.com/holdfast-ml/holdfast/internal/deploy"
)

// small deploys one account and, by a child deployment, another one; its names are
// those of the run.
func small(run int) string {
	return templ(fmt.Sprintf(`"parameters": {"key": {"type": "securestring", "defaultValue": "%s"}},
  "resources": [
    {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "outer%d", "location": "westeurope",
     "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "tags": {"k": "[parameters('key')]"}, "properties": {}},
    {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "child%d", "properties": {"mode": "Incremental", "template": {
      "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
       {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "inner%d", "location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, "properties": {}}]}}}
  ], "outputs": {"o": {"type": "string", "value": "done"}}`, canary, run, run, run))
}

// attempt does all that "holdfast deploy" does, over a transport with faults, and
// says whether it came out whole.
func (c *cloud) attempt(t *testing.T, tr *faulty.Transport, run int) bool {
	t.Helper()
	ctx := t.Context()
	at := c.group(t, fmt.Sprintf("rg-%d", run)) // one of its own: previews list all that is in a group
	name := fmt.Sprintf("run%d", run)
	d := read(t, "small.json", small(run), at, nil)
	clear := func(what string, err error) bool {
		t.Helper()
		if err == nil {
			return true
		}
		var e *azure.Error
		if !errors.As(err, &e) && !errors.Is(err, deploy.ErrUnsure) || len(err.Error()) < 20 || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: the error is not clear: %v", what, err)
		}
		return false
	}
	o := azure.Options{ARMEndpoint: c.Connection.Address, Credential: c.login, Clock: hasty{}, Transport: tr, Seed: uint64(run) + 1}
	client, err := azure.New(ctx, o)
	if !clear("login", err) {
		return false
	}
	_, err = client.ValidateDeployment(ctx, at, name, d.Request)
	if !clear("validate", err) {
		return false
	}
	p, err := deploy.PreviewOf(ctx, client, at, name, d)
	if !clear("preview", err) {
		return false
	}
	if n := p.Counts(); n[deploy.Create] != 2 {
		t.Errorf("a preview with %v is shown as whole", n)
	}
	op, err := deploy.Start(ctx, client, at, name, fmt.Sprintf("11111111-2222-4333-8444-%012d", run), d)
	if !clear("start", err) {
		return false
	}
	f := deploy.Follower{Client: client, Scope: at, Name: name, Template: d, Show: func(deploy.Snapshot) {}}
	r, err := f.Follow(ctx, op)
	if !clear("follow", err) {
		return false
	}
	nowhere(t, p, r)
	if r.State != deploy.Succeeded || len(r.Problems) > 0 {
		t.Errorf("it has not ended well: %+v", r)
	}
	whole := len(r.Steps) == 3 && len(r.Outputs) == 1
	if !whole && len(r.Missing) == 0 {
		t.Errorf("%d steps and %d outputs are shown as the whole result", len(r.Steps), len(r.Outputs))
	}
	return len(r.Missing) == 0
}

// TestEveryAnswerReplacedInTurn puts each kind of fault in the place of each
// answer, one at a time, and then several at once by chance. One fault alone must
// not keep a deployment from ending well.
func TestEveryAnswerReplacedInTurn(t *testing.T) {
	c := start(t)
	base := c.transport(t)
	before := runtime.NumGoroutine()
	run, faults, broken := 0, 0, 0
	for _, kind := range faulty.Kinds {
		for nth := 1; ; nth++ {
			run++
			tr := &faulty.Transport{Base: base, Seed: uint64(run), Nth: nth, Kinds: []faulty.Kind{kind}, Clock: hasty{}, HangFor: 5 * time.Second, Spare: metadata}
			whole := c.attempt(t, tr, run)
			if len(tr.Faults()) == 0 {
				break // beyond the last answer
			}
			faults++
			if !whole {
				broken++
				t.Errorf("one fault is too much: %v", tr.Faults())
			}
			if t.Failed() {
				t.Fatalf("run %d: %v", run, tr.Faults())
			}
		}
	}
	for seed := range 120 {
		run++
		tr := &faulty.Transport{Base: base, Seed: uint64(seed), Every: 2 + seed%5, Clock: hasty{}, HangFor: 5 * time.Second, Spare: metadata}
		if !c.attempt(t, tr, run) {
			broken++
		}
		faults += len(tr.Faults())
		if t.Failed() {
			t.Fatalf("seed %d: %v", seed, tr.Faults())
		}
	}
	t.Logf("%d runs, %d faults, %d ended with an error", run, faults, broken)
	if run < 200 || faults < 400 {
		t.Errorf("%d runs with %d faults are too few to say much", run, faults)
	}
	base.CloseIdleConnections()
	for range 200 { // connections of the server end a little later
		if runtime.NumGoroutine() <= before+3 {
			return
		}
		runtime.Gosched()
		time.Sleep(10 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
}

// metadata spares the address of the cloud's metadata, which is tried elsewhere.
func metadata(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/metadata/") }

// TestInterruptedWatchingLeavesTheDeployment ends the watching with the context;
// the deployment goes on and can be taken up again.
func TestInterruptedWatchingLeavesTheDeployment(t *testing.T) {
	c := start(t)
	d := read(t, "main.json", templ(failing), c.scope, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	op, err := deploy.Start(ctx, c.client, c.scope, "long", "11111111-2222-4333-8444-555555555555", d)
	if err != nil {
		t.Fatal(err)
	}
	f := deploy.Follower{Client: c.client, Scope: c.scope, Name: "long", Template: d, Show: func(deploy.Snapshot) { cancel() }}
	if r, err := f.Follow(ctx, op); err == nil || ctx.Err() == nil {
		t.Fatalf("%+v, %v", r, err)
	}
	op, err = c.client.FollowDeployment(t.Context(), c.scope, "long")
	if err != nil {
		t.Fatal(err)
	}
	f = deploy.Follower{Client: c.client, Scope: c.scope, Name: "long", Template: d}
	if r, err := f.Follow(t.Context(), op); err != nil || r.State != deploy.Succeeded {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestAStartThatIsAnsweredWithAConflictIsNotTakenForOurs when another deployment
// of that name is under way.
func TestAStartThatIsAnsweredWithAConflictIsNotTakenForOurs(t *testing.T) {
	c := start(t)
	d := read(t, "main.json", templ(failing), c.scope, nil)
	if _, err := deploy.Start(t.Context(), c.client, c.scope, "same", "11111111-2222-4333-8444-555555555555", d); err != nil {
		t.Fatal(err)
	}
	_, err := deploy.Start(t.Context(), c.client, c.scope, "same", "11111111-2222-4333-8444-666666666666", d)
	if !errors.Is(err, azure.ErrConflict) {
		t.Errorf("another one under the same name: %v", err)
	}
	if op, err := deploy.Start(t.Context(), c.client, c.scope, "same", "11111111-2222-4333-8444-555555555555", d); err != nil || op == nil {
		t.Errorf("the same once more, as after an answer that was lost: %v", err)
	}
}
