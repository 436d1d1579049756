package live_test

import (
	"context"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/harden/live"
)

// applied carries a plan out and gives the run.
func (c *cloud) applied(o live.Options, p *harden.Plan, scope string) *live.Run {
	c.t.Helper()
	run, err := live.Apply(c.t.Context(), o, c.work(p, scope))
	if err != nil || !run.Good() {
		c.t.Fatalf("%+v, %v", run, err)
	}
	return run
}

func TestWhatWasDoneIsTakenBackTheLastFirst(t *testing.T) {
	c := start(t)
	p, g := c.usual("back")
	account, registry := p.Steps[0].Resource.ID.String(), p.Steps[3].Resource.ID.String()
	blobs := account + "/blobServices/default"
	before := c.get(blobs, "2023-05-01").Get("properties")
	p = c.plan(p.Before.Estate.Resources, "northeurope", step{"storage-soft-delete", account, nil}, step{"storage-geo-lrs", account, nil},
		step{"key-vault-purge-protection", p.Steps[2].Resource.ID.String(), nil}, step{"registry-premium", registry, nil}, step{"delete-lock", account, nil})
	o := c.options()
	run := c.applied(o, p, g)
	from := last(c)
	u, err := live.Undo(t.Context(), o, run.ID)
	if err != nil || u.Undoes != run.ID || !u.Good() {
		t.Fatalf("%+v, %v", u, err)
	}
	if got := states(u); got != "kept done kept done done" {
		t.Errorf("%s", got)
	}
	for i, want := range []string{"Holdfast deletes nothing. What was added can be removed with: az lock delete --ids " + account, "", "It cannot be undone: Purge protection"} {
		if !strings.HasPrefix(u.Tasks[i].Why, want) {
			t.Errorf("%s: %q", u.Tasks[i].Remedy, u.Tasks[i].Why)
		}
	}
	if got := c.get(account, "2023-05-01").Path("sku", "name").Str(); got != "Standard_LRS" {
		t.Errorf("the account is %s", got)
	}
	if got := c.get(registry, "2023-07-01").Path("sku", "name").Str(); got != "Basic" {
		t.Errorf("the registry is %s", got)
	}
	if got := c.get(blobs, "2023-05-01").Get("properties"); string(got.AppendJSON(nil)) != string(before.AppendJSON(nil)) {
		t.Errorf("the blobs have %s, and had %s", got.AppendJSON(nil), before.AppendJSON(nil))
	}
	if n := len(c.Writes(from)); n != 3 {
		t.Errorf("%d writes", n)
	}
	if w := c.Requests(from, "DELETE"); len(w) > 0 {
		t.Errorf("deleted: %v", w)
	}
	again, err := live.Undo(t.Context(), o, run.ID)
	if err != nil || len(c.Writes(from)) != 3 || states(again) != "kept already kept already already" {
		t.Errorf("a second undoing: %s, %v", states(again), err)
	}
	if _, err := live.Undo(t.Context(), o, u.ID); err == nil || !strings.Contains(err.Error(), "itself the undoing") {
		t.Error(err)
	}
	if _, err := live.Undo(t.Context(), o, "harden-nothing"); err == nil {
		t.Error("a run that is not there was undone")
	}
}

func TestWhatSomebodyElseChangedSinceStays(t *testing.T) {
	c := start(t)
	p, g := c.usual("since")
	p.Steps = p.Steps[:2]
	o := c.options()
	run := c.applied(o, p, g)
	c.patch(p, 1, `{"sku":{"name":"Standard_RAGRS"}}`)
	u, err := live.Undo(t.Context(), o, run.ID)
	if err != nil || states(u) != "stopped done" || u.Good() || !strings.Contains(u.Tasks[0].Why, "somebody else has changed it") {
		t.Errorf("%+v, %v", u, err)
	}
	if got := c.get(p.Steps[1].Resource.ID.String(), "2023-05-01").Path("sku", "name").Str(); got != "Standard_RAGRS" {
		t.Errorf("the account is %s", got)
	}
}

// TestAnOpenRunIsGivenUpWhenItIsUndone: what it has done until then goes back.
func TestAnOpenRunIsGivenUpWhenItIsUndone(t *testing.T) {
	c := start(t)
	p, g := c.usual("half")
	o := c.options()
	account := p.Steps[0].Resource.ID.String()
	run := c.stopAfter(o, c.work(p, g), 8)
	u, err := live.Undo(t.Context(), o, run.ID)
	if err != nil || !u.Good() {
		t.Fatalf("%+v, %v", u, err)
	}
	if on, _ := c.get(account+"/blobServices/default", "2023-05-01").Path("properties", "deleteRetentionPolicy", "enabled").AsBool(); on {
		t.Error("what was done was not taken back")
	}
	found, err := live.Find(t.Context(), o.Journal, run.ID)
	if err != nil || found.State != live.Abandoned {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestCopiesOfDataAreNotTakenAway: a region that was added to an account stays.
func TestCopiesOfDataAreNotTakenAway(t *testing.T) {
	c := start(t)
	g := c.group("rg-cosmos")
	id := g + "/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-back"
	c.put(id, "2024-05-15", `{"location":"westeurope","kind":"GlobalDocumentDB","properties":{"databaseAccountOfferType":"Standard","locations":[{"locationName":"westeurope","failoverPriority":0,"isZoneRedundant":false}]}}`)
	p := c.plan([]*estate.Resource{c.resource(id, "2024-05-15")}, "northeurope", step{"cosmos-region", id, nil})
	o := c.options()
	from := last(c)
	run := c.applied(o, p, g)
	if n := len(c.Writes(from)); n != 2 {
		t.Errorf("%d writes: regions are changed by themselves", n)
	}
	body := c.get(id, "2024-05-15")
	if on, _ := body.Path("properties", "enableAutomaticFailover").AsBool(); !on || body.Path("properties", "locations").Len() != 2 {
		t.Errorf("%s", body.AppendJSON(nil))
	}
	u, err := live.Undo(t.Context(), o, run.ID)
	if err != nil || !strings.Contains(states(u), "kept") {
		t.Errorf("%+v, %v", u, err)
	}
	if n := c.get(id, "2024-05-15").Path("properties", "locations").Len(); n != 2 {
		t.Errorf("%d regions after the undoing", n)
	}
}

// TestAnUndoingIsTakenUp when it was interrupted.
func TestAnUndoingIsTakenUp(t *testing.T) {
	c := start(t)
	p, g := c.usual("twice")
	p.Steps = p.Steps[:2]
	o := c.options()
	run := c.applied(o, p, g)
	from := last(c)
	for n := 1; ; n++ {
		calls := 0
		ctx, cancel := context.WithCancel(t.Context())
		o.Progress = func(*live.Work, live.Event) {
			if calls++; calls == 1+n%4 {
				cancel()
			}
		}
		u, err := live.Undo(ctx, o, run.ID)
		cancel()
		if err == nil {
			if !u.Good() || n < 3 {
				t.Errorf("after %d: %+v", n, u)
			}
			break
		}
		if n > 30 {
			t.Fatal(err)
		}
	}
	if n := len(c.Writes(from)); n != 2 {
		t.Errorf("%d writes", n)
	}
}
