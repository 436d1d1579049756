package outage

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// The structure of a model is what its outages follow.
func TestStructure(t *testing.T) {
	e := sketch.Estate(t, `
		workspace ws westeurope
		workspace dr northeurope
		storage st westeurope sku=LRS
		storage copy northeurope sku=ZRS
		storage far external
		datastore ws/ds
		ws -default-storage-> st
		dr -default-storage-> copy
		ws -datastore-> ws/ds
		ws/ds -datastore-> far
		ws -pair-> dr`)
	m := New(e, sketch.Catalog(t))
	index := func(name string) int {
		return slices.IndexFunc(e.Resources, func(r *estate.Resource) bool { return r.Name == name })
	}
	if regions, sure := m.Standing(index("st")); !sure || !slices.Equal(regions, []string{"westeurope"}) {
		t.Errorf("st stands in %v (%v)", regions, sure)
	}
	if regions, sure := m.Standing(index("far")); sure || !slices.Equal(regions, []string{"westeurope"}) {
		t.Errorf("far, which is only named, may stand in %v (%v)", regions, sure)
	}
	zone := m.Reaction(index("st"), catalog.ScopeZone)
	if zone.AtWorst != catalog.Down || zone.Worst.Read.Level != Gone || zone.Worst.Read.Back.Word != "outage" {
		t.Errorf("one zone holds st: %+v", zone)
	}
	if r := m.Reaction(index("copy"), catalog.ScopeZone); r.Worst != (Hurt{}) {
		t.Errorf("three zones hold copy: %+v", r)
	}
	if r := m.Reaction(index("st"), catalog.ScopeNode); r.Worst != (Hurt{}) {
		t.Errorf("the catalog says nothing of nodes, and yet: %+v", r)
	}
	want := []Leaning{{On: []int{index("far")}, Read: catalog.Hard, Write: catalog.Hard}}
	if diff := cmp.Diff(want, m.Leanings(index("ws/ds"))); diff != "" {
		t.Errorf("a datastore leans on its account (-want +got):\n%s", diff)
	}
	demands := m.Demands(e.Resources[index("ws")])
	if !slices.ContainsFunc(demands, func(d Demand) bool {
		return d.Need.Role == "default-storage" && slices.Equal(d.On, []int{index("st")})
	}) {
		t.Errorf("the workspace does not need its account: %+v", demands)
	}
	standbys := m.Standbys(e.Resources[index("ws")])
	if len(standbys) != 1 || standbys[0].Workspace.Name != "dr" || len(standbys[0].AtWorst) != len(catalog.Capabilities) {
		t.Errorf("the secondary is not there: %+v", standbys)
	}
	if m.Demands(e.Resources[index("st")]) != nil || m.Standbys(e.Resources[index("st")]) != nil {
		t.Error("an account is no workspace")
	}
}
