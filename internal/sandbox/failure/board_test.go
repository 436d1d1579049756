package failure

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"

// scene is a sandbox with a few resources and a clock that stands.
type scene struct {
	*testing.T
	*Board
	w *world.World
}

func newScene(t *testing.T, resources ...*state.Resource) *scene {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	w := world.New(clock.New(noon, 0, time.Now), state.New(), cat, 1)
	b := New(w)
	s := &scene{t, b, w}
	s.write(func(tx *state.Tx) error {
		for _, r := range append(resources, &state.Resource{ID: group, Type: "Microsoft.Resources/resourceGroups", Name: "rg", Location: "westeurope", Body: []byte(`{}`)}) {
			if err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

func (s *scene) write(fn func(*state.Tx) error) {
	s.Helper()
	if err := s.w.Store.Write(fn); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) start(o Outage) Outage {
	s.Helper()
	s.write(func(tx *state.Tx) (err error) {
		o, err = s.Start(tx, s.w.Clock.Now(), o)
		return err
	})
	return o
}

func (s *scene) standing(id string) (out world.Standing) {
	_ = s.w.Store.Read(func(tx *state.Tx) error {
		out = s.Resource(tx, id, s.w.Clock.Now())
		return nil
	})
	return out
}

func resource(typ, name, location, body string) *state.Resource {
	id := group + "/providers/" + typ + "/" + name
	return &state.Resource{ID: id, Type: typ, Name: name, Location: location, Body: []byte(body)}
}

func storage(name, sku string) *state.Resource {
	return resource("Microsoft.Storage/storageAccounts", name, "westeurope", `{"kind":"StorageV2","sku":{"name":"`+sku+`"},"properties":{}}`)
}

func vault(name string) *state.Resource {
	return resource("Microsoft.KeyVault/vaults", name, "westeurope", `{"properties":{"sku":{"name":"standard"}}}`)
}

const (
	accountType = group + "/providers/Microsoft.Storage/storageAccounts/"
	vaultType   = group + "/providers/Microsoft.KeyVault/vaults/"
)

func TestWhileNothingFailsEverythingIsWhole(t *testing.T) {
	s := newScene(t, storage("a", "Standard_LRS"))
	if got := s.standing(accountType + "a"); got != (world.Standing{}) {
		t.Errorf("got %+v", got)
	}
}

func TestAnOutageIsLivedThroughAsTheFactsSay(t *testing.T) {
	s := newScene(t, storage("lrs", "Standard_LRS"), storage("zrs", "Standard_ZRS"), storage("grs", "Standard_GRS"), vault("v"))
	region := s.start(Outage{Scope: catalog.ScopeRegion, Region: "West Europe"})
	for _, c := range []struct {
		after       time.Duration
		id          string
		read, write world.Level
	}{
		{0, accountType + "lrs", world.Gone, world.Gone},
		{0, accountType + "zrs", world.Gone, world.Gone},
		{0, accountType + "grs", world.Gone, world.Gone},
		{0, vaultType + "v", world.Gone, world.Gone},
		{7*time.Hour + 59*time.Minute, vaultType + "v", world.Gone, world.Gone},
		{8 * time.Hour, vaultType + "v", world.Whole, world.Gone}, // read-only from now on
		{30 * time.Hour, vaultType + "v", world.Whole, world.Gone},
		{30 * time.Hour, accountType + "grs", world.Gone, world.Gone}, // nobody has failed it over
	} {
		s.w.Clock.Advance(region.Started.Add(c.after).Sub(s.w.Clock.Now()))
		got := s.standing(c.id)
		if got.Read != c.read || got.Write != c.write || got.Why != "the region westeurope is down" || !got.Since.Equal(noon) {
			t.Errorf("%s after %v: %+v", c.id, c.after, got)
		}
	}
	s.write(func(tx *state.Tx) error {
		moved := storage("grs", "Standard_LRS") // as the account's own fail-over leaves it
		moved.Location = "northeurope"
		return tx.Put(moved)
	})
	if got := s.standing(accountType + "grs"); got.Read != world.Whole {
		t.Errorf("failed over, the account is %+v", got)
	}
	s.write(func(tx *state.Tx) error {
		_, err := s.Stop(tx, s.w.Clock.Now(), region.ID)
		return err
	})
	if got := s.standing(accountType + "lrs"); got != (world.Standing{}) {
		t.Errorf("after its end: %+v", got)
	}
}

func TestWhoIsHit(t *testing.T) {
	pinned := resource("Microsoft.Compute/virtualMachines", "vm", "westeurope", `{"zones":["2"],"properties":{}}`)
	pinned2 := resource("Microsoft.Compute/virtualMachines", "vm1", "westeurope", `{"zones":["1"],"properties":{}}`)
	elsewhere := resource("Microsoft.KeyVault/vaults", "north", "northeurope", `{"properties":{}}`)
	zone := Outage{Scope: catalog.ScopeZone, Region: "westeurope", Zone: "1"}
	for _, c := range []struct {
		name   string
		outage Outage
		id     string
		hit    bool
	}{
		{"a zone and what is pinned to another one", zone, pinned.ID, false},
		{"a zone and what is pinned to it", zone, pinned2.ID, true},
		{"a region and another region", Outage{Scope: catalog.ScopeRegion, Region: "westeurope"}, elsewhere.ID, false},
		{"a service and its resources", Outage{Scope: catalog.ScopeService, Region: "westeurope", Service: "key-vault"}, vaultType + "v", true},
		{"a service and others", Outage{Scope: catalog.ScopeService, Region: "westeurope", Service: "key-vault"}, accountType + "a", false},
		{"one resource", Outage{Scope: catalog.ScopeResource, Resource: strings.ToUpper(vaultType + "v")}, vaultType + "v", true},
		{"one resource and another", Outage{Scope: catalog.ScopeResource, Resource: vaultType + "v"}, accountType + "a", false},
		{"identity and resources", Outage{Scope: Identity}, vaultType + "v", false},
	} {
		s := newScene(t, storage("a", "Standard_LRS"), vault("v"), pinned, pinned2, elsewhere)
		s.start(c.outage)
		if got := s.standing(c.id).Read != world.Whole; got != c.hit {
			t.Errorf("%s: hit is %v", c.name, got)
		}
	}
}

func TestOutagesThatCannotBeAreRefused(t *testing.T) {
	s := newScene(t)
	for _, c := range []struct {
		o    Outage
		want string
	}{
		{Outage{Scope: "planet"}, `the scope "planet" is not known`},
		{Outage{Scope: catalog.ScopeRegion}, "needs a region"},
		{Outage{Scope: catalog.ScopeRegion, Region: "atlantis"}, `"atlantis" is not known`},
		{Outage{Scope: catalog.ScopeZone, Region: "westeurope", Zone: "4"}, "has the zones 1 to 3"},
		{Outage{Scope: catalog.ScopeZone, Region: "westus", Zone: "1"}, "has no availability zones"},
		{Outage{Scope: catalog.ScopeService, Region: "westeurope", Service: "x"}, "services are"},
		{Outage{Scope: catalog.ScopeResource}, "needs the id"},
		{Outage{Scope: catalog.ScopeResource, Resource: vaultType + "none"}, "there is no resource"},
	} {
		err := s.w.Store.Write(func(tx *state.Tx) error {
			_, err := s.Start(tx, noon, c.o)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.want)
		}
	}
	err := s.w.Store.Write(func(tx *state.Tx) error {
		_, err := s.Stop(tx, noon, "outage-9")
		return err
	})
	if !errors.Is(err, ErrNoOutage) {
		t.Errorf("stopping what is not there: %v", err)
	}
}

func TestOutagesAreListedAndStoppedTogether(t *testing.T) {
	s := newScene(t, vault("v"))
	first := s.start(Outage{Scope: catalog.ScopeRegion, Region: "westeurope"})
	second := s.start(Outage{Scope: Identity})
	if first.ID != "outage-1" || second.ID != "outage-2" {
		t.Errorf("they are called %s and %s", first.ID, second.ID)
	}
	_ = s.w.Store.Read(func(tx *state.Tx) error {
		if s.Identity(tx, noon).Read != world.Gone {
			t.Error("identity is up")
		}
		return nil
	})
	s.w.Clock.Advance(time.Hour)
	s.write(func(tx *state.Tx) error {
		ended, err := s.Stop(tx, s.w.Clock.Now(), "")
		if len(ended) != 2 {
			t.Errorf("%d ended", len(ended))
		}
		return err
	})
	s.write(func(tx *state.Tx) error {
		again, err := s.Stop(tx, s.w.Clock.Now(), "outage-1")
		if len(again) != 0 {
			t.Error("it ended twice")
		}
		all, _ := s.List(tx)
		if len(all) != 2 || all[0].Ended == nil {
			t.Errorf("the list is %+v", all)
		}
		return err
	})
}

func TestTheControlPlaneOfARegionThatIsDown(t *testing.T) {
	s := newScene(t, vault("v"))
	s.start(Outage{Scope: catalog.ScopeRegion, Region: "westeurope"})
	workspace := group + "/providers/Microsoft.MachineLearningServices/workspaces/w"
	for _, c := range []struct {
		name, id, typ, location string
		read, write             world.Level
	}{
		{"what is there", vaultType + "v", "Microsoft.KeyVault/vaults", "westeurope", world.Whole, world.Gone},
		{"a group there, the resource elsewhere", vaultType + "n", "Microsoft.KeyVault/vaults", "northeurope", world.Whole, world.Gone},
		{"a group elsewhere", "/subscriptions/s/resourceGroups/other/providers/Microsoft.KeyVault/vaults/n", "Microsoft.KeyVault/vaults", "northeurope", world.Whole, world.Whole},
		{"machine learning there", workspace, "Microsoft.MachineLearningServices/workspaces", "West Europe", world.Gone, world.Gone},
	} {
		_ = s.w.Store.Read(func(tx *state.Tx) error {
			if got := s.Control(tx, c.id, c.typ, c.location, noon); got.Read != c.read || got.Write != c.write {
				t.Errorf("%s: %+v", c.name, got)
			}
			return nil
		})
	}
}

func TestAStandingIsWorkedOutAgainWhenAResourceChanges(t *testing.T) {
	s := newScene(t, storage("a", "Standard_LRS"))
	s.start(Outage{Scope: catalog.ScopeZone, Region: "westeurope", Zone: "1"})
	before := s.standing(accountType + "a")
	s.write(func(tx *state.Tx) error { return tx.Put(storage("a", "Standard_ZRS")) })
	if after := s.standing(accountType + "a"); before.Read == world.Whole || after.Read != world.Whole {
		t.Errorf("before %+v, after %+v", before, after)
	}
}
