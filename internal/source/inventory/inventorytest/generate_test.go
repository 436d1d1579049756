package inventorytest_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/inventory"
	"github.com/holdfast-ml/holdfast/internal/source/inventory/inventorytest"
	"github.com/holdfast-ml/holdfast/internal/source/relate"
)

func TestGenerateIsAnInventory(t *testing.T) {
	const workspaces = 7
	text := inventorytest.Generate(workspaces)
	if !bytes.Equal(text, inventorytest.Generate(workspaces)) {
		t.Fatal("two runs differ")
	}
	var page struct{ Data []map[string]any }
	if err := json.Unmarshal(text, &page); err != nil {
		t.Fatal(err)
	}
	doc, errs := jsonc.Parse("g.json", text)
	if len(errs) > 0 || inventory.Recognise(doc.Root()) != "inventory" {
		t.Fatal(errs)
	}
	res := inventory.Read(doc)
	if n := workspaces * inventorytest.PerWorkspace; len(res.Resources) != n || len(page.Data) != n || len(res.NotSeen) != 0 {
		t.Fatalf("%d resources, want %d; not seen %v", len(res.Resources), n, res.NotSeen)
	}
	found := relate.Find(res.Resources, relate.Options{})
	e := estate.Build(found.Resources, found.Relations, estate.Coverage{NotSeen: found.NotSeen})
	if len(e.Coverage.NotSeen) != 0 || len(e.Workspaces()) != workspaces {
		t.Errorf("%d workspaces; not seen %v", len(e.Workspaces()), e.Coverage.NotSeen)
	}
	for _, w := range e.Workspaces() {
		for _, role := range []estate.Role{estate.DefaultStorage, estate.KeyVault, estate.ContainerRegistry, estate.ApplicationInsights, estate.Compute, estate.Datastore, estate.Endpoint, estate.Connection, estate.Network, estate.Identity, estate.ResourceGroup} {
			found := false
			for rel := range e.LeansOn(w) {
				found = found || rel.Role == role && (!rel.To.External)
			}
			if !found {
				t.Errorf("%s leans on nothing in the role %s", w.Name, role)
			}
		}
	}
}
