package outage

import (
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// standing gives the region of a resource, "nowhere", or "perhaps" and the
// regions in which it may stand.
func standing(p *places, i int) string {
	switch at := p.of[i]; {
	case at >= 0:
		return p.names[at]
	case at == nowhere:
		return "nowhere"
	}
	words := []string{"perhaps"}
	for region, there := range p.maybe {
		if slices.Contains(there, int32(i)) {
			words = append(words, p.names[region])
		}
	}
	return strings.Join(words, " ")
}

func TestWhereResourcesStand(t *testing.T) {
	e := sketch.Estate(t, `
		workspace ws westeurope
		datastore ws/ds
		compute ws/c northeurope
		endpoint ws/e
		deployment ws/e/blue
		other worldwide global
		other lost
		storage symbolic {resourceGroup().location} sku=LRS
		storage named external sku=LRS
		storage unneeded external sku=LRS
		storage placed swedencentral external sku=LRS
		logs made implied
		insights ai uksouth
		workspace host external
		compute host/c eastus
		datastore host/ds
		ws -default-storage-> named
		ws/c -datastore-> named
		ai -logs-> made`)
	p := locate(e)
	want := map[string]string{
		"ws":        "westeurope",
		"ws/ds":     "westeurope", // as its parent
		"ws/c":      "northeurope",
		"ws/e":      "westeurope",
		"ws/e/blue": "westeurope", // as the parent of its parent
		"worldwide": "nowhere",
		"lost":      "nowhere",
		"symbolic":  "{resourceGroup().location}",
		"named":     "perhaps westeurope northeurope", // as those that lean on it
		"unneeded":  "perhaps",
		"placed":    "swedencentral",
		"made":      "uksouth", // with what leans on it
		"ai":        "uksouth",
		"host":      "perhaps eastus", // as its child
		"host/c":    "eastus",
		"host/ds":   "perhaps eastus", // as its parent
	}
	for i, r := range e.Resources {
		got := strings.Split(standing(p, i), " ")
		expected := strings.Split(want[r.Name], " ")
		slices.Sort(got)
		slices.Sort(expected)
		if !slices.Equal(got, expected) {
			t.Errorf("%s stands %q, want %q", r.Name, got, expected)
		}
	}
}

func TestParentsAreFoundByID(t *testing.T) {
	const rg = "/subscriptions/s/resourceGroups/g"
	ids := []string{
		rg + "/providers/Microsoft.X/stores/a",
		rg + "/providers/Microsoft.X/stores/A/shelves/b",
		rg + "/providers/Microsoft.X/stores/a/shelves/b/books/c",
		rg + "/providers/Microsoft.X/stores/a-b",
		rg + "/providers/Microsoft.X/stores/a/providers/Microsoft.Y/locks/l",
		rg + "/providers/Microsoft.X/stores/{parameters('x/y')}",
		rg + "/providers/Microsoft.X/stores/{parameters('x/y')}/shelves/b",
		rg,
		"name",
		"",
	}
	want := []int{-1, 0, 1, -1, -1, -1, 5, -1, -1, -1}
	var resources []*estate.Resource
	for _, id := range ids {
		resources = append(resources, &estate.Resource{ID: estate.ParseID(id), Name: id})
	}
	original := slices.Clone(resources)
	e := estate.Build(resources, nil, estate.Coverage{})
	for i, r := range original {
		got := parentOf(e, r)
		if want[i] < 0 {
			if got >= 0 {
				t.Errorf("%q has the parent %q", ids[i], e.Resources[got].Name)
			}
			continue
		}
		if got < 0 || e.Resources[got] != original[want[i]] {
			t.Errorf("the parent of %q is %d, want %q", ids[i], got, ids[want[i]])
		}
	}
}

func TestWhoIsPinnedElsewhere(t *testing.T) {
	for _, tt := range []struct {
		zones []string
		o     Outage
		want  bool
	}{
		{nil, zone("westeurope", "1"), false},
		{[]string{"1"}, zone("westeurope", "1"), false},
		{[]string{"2", "3"}, zone("westeurope", "1"), true},
		{[]string{"2"}, zone("westeurope", AnyZone), false},
		{[]string{"{parameters('zone')}"}, zone("westeurope", "1"), false},
		{[]string{"2"}, region("westeurope"), false},
	} {
		if got := elsewhere(&estate.Resource{Zones: tt.zones}, tt.o); got != tt.want {
			t.Errorf("what is in zones %q is elsewhere than %s: %v", tt.zones, tt.o, got)
		}
	}
}

func TestAnOutageOfAnUnknownPlaceOrKindDoesNothing(t *testing.T) {
	m := model(t, strings.Replace(plain, "SKU", "LRS", 1))
	for _, o := range []Outage{{}, {Scope: "planet", Region: "westeurope"}, region("atlantis"), service("westeurope", "nothing"), service("atlantis", "storage"), {Scope: "resource"}, {Scope: "node", Region: "westeurope"}} {
		if r := m.Run(o); len(r.Fates) > 0 || len(r.Impacts) > 0 {
			t.Errorf("%+v does %+v", o, r)
		}
	}
	if r := m.Run(region("West Europe")); len(r.Fates) == 0 {
		t.Error("a region is not found by its display name")
	}
}
