package lean

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	group = "/subscriptions/s/resourceGroups/g"
	ws    = group + "/providers/Microsoft.MachineLearningServices/workspaces/w"
	st    = group + "/providers/Microsoft.Storage/storageAccounts/st"
	lake  = group + "/providers/Microsoft.Storage/storageAccounts/lake"
	kv    = group + "/providers/Microsoft.KeyVault/vaults/kv"
	cr    = group + "/providers/Microsoft.ContainerRegistry/registries/cr"
	net   = group + "/providers/Microsoft.Network/virtualNetworks/net"
	pe    = group + "/providers/Microsoft.Network/privateEndpoints/pe"
	ident = group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"
	reg   = group + "/providers/Microsoft.MachineLearningServices/registries/shared"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// health is a health that tests set.
type health map[string]world.Standing

func (h health) Resource(_ *state.Tx, id string, _ time.Time) world.Standing { return h[state.Key(id)] }
func (h health) Own(_ *state.Tx, id string, _ time.Time) world.Standing      { return h[state.Key(id)] }
func (h health) Identity(*state.Tx, time.Time) world.Standing                { return world.Standing{} }
func (h health) Control(*state.Tx, string, string, string, time.Time) world.Standing {
	return world.Standing{}
}

// sample is a world with one workspace and all that it can lean on.
func sample(t testing.TB) (*world.World, health) {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	w := world.New(clock.New(noon, 0, time.Now), state.New(), cat, 1)
	h := health{}
	w.Health = h
	put(t, w, ws, `{"kind":"Default","identity":{"userAssignedIdentities":{"`+ident+`":{}}},"properties":{"storageAccount":"`+st+`","keyVault":"`+kv+`","containerRegistry":"`+cr+`",
		"privateEndpointConnections":[{"properties":{"privateEndpoint":{"id":"`+pe+`"}}}]}}`)
	for _, id := range []string{st, lake, kv, cr, ident, reg, net} {
		put(t, w, id, `{"properties":{}}`)
	}
	put(t, w, group, `{}`)
	put(t, w, pe, `{"properties":{"privateLinkServiceConnections":[{"properties":{"privateLinkServiceId":"`+ws+`"}}]}}`)
	put(t, w, ws+"/computes/one", `{"properties":{"computeType":"AmlCompute","properties":{"subnet":{"id":"`+net+`/subnets/a"}}}}`)
	put(t, w, ws+"/computes/two", `{"properties":{"computeType":"AmlCompute"}}`)
	put(t, w, ws+"/computes/notebook", `{"properties":{"computeType":"ComputeInstance"}}`)
	put(t, w, ws+"/datastores/lake", `{"properties":{"datastoreType":"AzureDataLakeGen2","accountName":"lake","subscriptionId":"s","resourceGroup":"g"}}`)
	put(t, w, ws+"/datastores/more", `{"properties":{"datastoreType":"AzureBlob","accountName":"st","subscriptionId":"s","resourceGroup":"g"}}`)
	put(t, w, ws+"/onlineEndpoints/e", `{"properties":{}}`)
	put(t, w, ws+"/onlineEndpoints/e/deployments/blue", `{"properties":{"model":"azureml://registries/shared/models/m/versions/1"}}`)
	put(t, w, ws+"/jobs/j", `{"properties":{"jobType":"Command"}}`)
	return w, h
}

func put(t testing.TB, w *world.World, id, body string) {
	t.Helper()
	if err := w.Store.Write(func(tx *state.Tx) error {
		at := estate.ParseID(id)
		return tx.Put(&state.Resource{ID: id, Type: at.Type(), Name: at.LastName(), Location: "westeurope", Body: []byte(body)})
	}); err != nil {
		t.Fatal(err)
	}
}

func TestEverythingThatPlaysARoleIsFound(t *testing.T) {
	w, _ := sample(t)
	f := New(w)
	for role, want := range map[estate.Role][]string{
		estate.Workspace: {ws}, estate.DefaultStorage: {st}, estate.KeyVault: {kv}, estate.ContainerRegistry: {cr},
		estate.Compute:   {ws + "/computes/notebook", ws + "/computes/one", ws + "/computes/two"},
		estate.Datastore: {ws + "/datastores/lake", ws + "/datastores/more"},
		estate.Endpoint:  {ws + "/onlineEndpoints/e"}, estate.Network: {pe, net}, estate.Identity: {ident}, estate.Registry: {reg},
		estate.ResourceGroup: {group},
	} {
		_ = w.Store.Read(func(tx *state.Tx) error {
			got := f.Playing(tx, ws, role)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("the role %s is played by %v, want %v", role, got, want)
			}
			return nil
		})
	}
}

func TestAnOperationMeetsWhatTheCatalogSaysItNeeds(t *testing.T) {
	const both, write = "both", "write"
	job := Operation{Capability: catalog.Train, Compute: ws + "/computes/one", Datastores: []string{ws + "/datastores/more"}}
	anyData := Operation{Capability: catalog.Train, Compute: ws + "/computes/one"}
	for _, c := range []struct {
		op   Operation
		id   string
		what string
		want string // fatal, missing or ""
	}{
		{job, ws, both, "fatal"}, {job, st, both, "fatal"}, {job, st, write, "fatal"}, {job, kv, both, "fatal"}, {job, kv, write, "missing"},
		{job, cr, both, "missing"}, {job, ws + "/computes/one", both, "fatal"}, {job, ws + "/computes/two", both, "missing"}, {job, ws + "/computes/notebook", both, ""},
		{job, ws + "/datastores/more", both, "fatal"}, {job, ws + "/datastores/more", write, "missing"}, {job, ws + "/datastores/lake", both, ""},
		{anyData, ws + "/datastores/lake", both, "fatal"},
		{job, pe, both, "fatal"}, {job, net, both, "fatal"}, {job, ident, both, "fatal"}, {job, reg, both, "missing"}, {job, ws + "/onlineEndpoints/e", both, ""},
		{job, group, both, "missing"},
		{Operation{Capability: catalog.Author}, st, both, "fatal"}, {Operation{Capability: catalog.Author}, kv, both, "missing"},
		{Operation{Capability: catalog.Author}, ws + "/datastores/lake", both, "missing"}, {Operation{Capability: catalog.Author}, ws + "/computes/notebook", both, "missing"},
		{Operation{Capability: catalog.Author}, ws + "/computes/one", both, ""},
		{Operation{Capability: catalog.ScoreOnline, Endpoint: ws + "/onlineEndpoints/e"}, ws + "/onlineEndpoints/e", both, "fatal"},
		{Operation{Capability: catalog.ScoreOnline, Endpoint: ws + "/onlineEndpoints/other"}, ws + "/onlineEndpoints/e", both, ""},
		{Operation{Capability: catalog.ScoreOnline, Endpoint: ws + "/onlineEndpoints/e"}, st, both, "missing"},
		{Operation{Capability: catalog.ScoreOnline, Endpoint: ws + "/onlineEndpoints/e"}, ws, write, "missing"},
		{Operation{Capability: catalog.Register}, kv, write, "missing"}, {Operation{Capability: catalog.Register}, kv, both, "fatal"},
		{Operation{Capability: catalog.Register}, ws + "/datastores/lake", both, "missing"},
		{Operation{Capability: catalog.Register, Datastores: []string{ws + "/datastores/lake"}}, ws + "/datastores/lake", both, "fatal"},
	} {
		w, h := sample(t)
		standing := world.Standing{Write: world.Gone, Why: "it burns."}
		if c.what == both {
			standing.Read = world.Gone
		}
		h[state.Key(c.id)] = standing
		c.op.Workspace = ws
		_ = w.Store.Read(func(tx *state.Tx) error {
			v := New(w).Ask(tx, noon, c.op)
			got := ""
			switch {
			case len(v.Fatal) > 0:
				got = "fatal"
			case len(v.Missing) > 0:
				got = "missing"
			}
			if got != c.want {
				t.Errorf("%s without %s (%s): %q, want %q (%+v)", c.op.Capability, c.id, c.what, got, c.want, v)
			}
			for _, cause := range append(v.Fatal, v.Missing...) {
				if text := cause.String(); !strings.Contains(text, c.id) || !strings.Contains(text, "it burns") || cause.Write != (c.what == write) {
					t.Errorf("the cause is told as %q", text)
				}
			}
			return nil
		})
	}
}

func TestWhatServesInPartHaltsEveryOtherOne(t *testing.T) {
	w, h := sample(t)
	h[state.Key(st)] = world.Standing{Read: world.Partial, Write: world.Partial}
	f := New(w)
	_ = w.Store.Read(func(tx *state.Tx) error {
		v := f.Ask(tx, noon, Operation{Workspace: ws, Capability: catalog.Author})
		if len(v.Halting) != 1 || len(v.Fatal) != 0 {
			t.Errorf("got %+v", v)
		}
		if _, bad := v.First(true); !bad {
			t.Error("an odd one goes through")
		}
		if _, bad := v.First(false); bad {
			t.Error("an even one does not go through")
		}
		return nil
	})
	var turns []bool
	for range 4 {
		turns = append(turns, f.Odd("x"))
	}
	if !slices.Equal(turns, []bool{true, false, true, false}) || !f.Odd("y") {
		t.Errorf("the turns are %v", turns)
	}
}

func TestAWriterSeesItsOwnChanges(t *testing.T) {
	w, h := sample(t)
	f := New(w)
	h[state.Key(lake)] = world.Standing{Read: world.Gone}
	ask := func(tx *state.Tx) int {
		return len(f.Ask(tx, noon, Operation{Workspace: ws, Capability: catalog.Author}).Fatal)
	}
	_ = w.Store.Write(func(tx *state.Tx) error {
		if n := ask(tx); n != 0 {
			t.Errorf("%d are fatal", n)
		}
		r := tx.Resource(ws).Copy()
		r.Body = []byte(`{"properties":{"storageAccount":"` + lake + `"}}`)
		if err := tx.Put(r); err != nil {
			return err
		}
		if n := ask(tx); n != 1 {
			t.Errorf("with the other account %d are fatal", n)
		}
		return nil
	})
	_ = w.Store.Read(func(tx *state.Tx) error {
		if a, b := ask(tx), ask(tx); a != 1 || b != 1 {
			t.Errorf("readers see %d and %d", a, b)
		}
		return nil
	})
}

func TestProjectsNeedWhatTheirHubsNeed(t *testing.T) {
	w, h := sample(t)
	project := group + "/providers/Microsoft.MachineLearningServices/workspaces/p"
	put(t, w, project, `{"kind":"Project","properties":{"hubResourceId":"`+ws+`"}}`)
	for _, id := range []string{st, ws, kv} {
		clear(h)
		h[state.Key(id)] = world.Standing{Read: world.Gone, Write: world.Gone}
		_ = w.Store.Read(func(tx *state.Tx) error {
			if v := New(w).Ask(tx, noon, Operation{Workspace: project, Capability: catalog.Train}); len(v.Fatal) == 0 {
				t.Errorf("without %s: %+v", id, v)
			}
			return nil
		})
	}
}

func TestWhatIsNotThereIsNoTrouble(t *testing.T) {
	w, _ := sample(t)
	_ = w.Store.Read(func(tx *state.Tx) error {
		for _, id := range []string{ws + "x", "", "nonsense"} {
			if v := New(w).Ask(tx, noon, Operation{Workspace: id, Capability: catalog.Train}); v.rank() != 0 {
				t.Errorf("%q: %+v", id, v)
			}
		}
		return nil
	})
}

func BenchmarkAsk(b *testing.B) {
	w, _ := sample(b)
	f := New(w)
	for _, writes := range []bool{false, true} {
		do := w.Store.Read
		name := "reading"
		if writes {
			do, name = w.Store.Write, "writing"
		}
		b.Run(name, func(b *testing.B) {
			for range b.N {
				_ = do(func(tx *state.Tx) error {
					f.Ask(tx, noon, Operation{Workspace: ws, Capability: catalog.Train})
					return nil
				})
			}
		})
	}
}
