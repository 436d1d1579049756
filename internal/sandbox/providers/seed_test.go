package providers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// TestAnEstateIsTakenAsItIs seeds an empty world with what reading another one
// shows: hooks refuse nothing of it, and it reads the same but for what is made
// anew because no reading shows it.
func TestAnEstateIsTakenAsItIs(t *testing.T) {
	b := trial.New(t)
	var seeds []control.Seeded
	shown := map[string]object.Object{}
	for _, r := range slices.Concat(everything, plainly) {
		path, _, _ := strings.Cut(r.path, "@")
		b.Make(r.path, r.body)
		shown[path] = nil
	}
	for path := range shown {
		o := b.Get(path)
		shown[path] = o
		seeds = append(seeds, control.Seeded{ID: trial.ID(path), Type: object.Text(o, "type"), Location: object.Text(o, "location"), Body: object.CloneObject(o)})
	}
	other := trial.New(t)
	if err := other.World.Store.Write(func(tx *state.Tx) error { return other.Control.Seed(tx, trial.Noon, seeds) }); err != nil {
		t.Fatal(err)
	}
	for path, want := range shown {
		got := other.Get(path)
		for _, member := range []string{"id", "name", "type", "location", "kind", "sku", "zones", "properties.provisioningState",
			"properties.InstrumentationKey", "properties.customerId", "properties.clientId", "properties.creationTime", "properties.primaryLocation", "properties.secondaryLocation",
			"properties.databaseId", "properties.workspaceUrl", "properties.managedResourceGroupId", "properties.agentPoolProfiles"} {
			if w, g := trial.Text(object.Get(want, member)), trial.Text(object.Get(got, member)); !strings.EqualFold(w, g) {
				t.Errorf("%s: %s was %s and is %s", path, member, w, g)
			}
		}
	}
}

// TestAPoorEstateIsTakenToo seeds resources of which little is known, or which
// Azure would not make today.
func TestAPoorEstateIsTakenToo(t *testing.T) {
	b := trial.New(t)
	var seeds []control.Seeded
	for _, typ := range b.Control.Types() {
		if typ.Kind != "tracked" || typ.Scope != "" && typ.Scope != "group" || strings.Count(typ.Name, "/") > 1 {
			continue
		}
		id := trial.ID(typ.Name + "/" + "aaa1")
		seeds = append(seeds, control.Seeded{ID: id, Type: typ.Name, Location: "westus", Body: object.Object{"id": id, "name": "aaa1", "type": typ.Name, "location": "westus", "zones": []any{"1", "2"}}})
	}
	for _, seed := range seeds {
		if err := b.World.Store.Write(func(tx *state.Tx) error { return b.Control.Seed(tx, trial.Noon, []control.Seeded{seed}) }); err != nil {
			t.Errorf("%v", err)
			continue
		}
		b.Get(seed.ID)
	}
}
