package outage

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

func TestEveryZoneRegionAndServiceIsTried(t *testing.T) {
	m := model(t, `
		workspace ws westeurope
		storage st westeurope sku=LRS
		vault kv westus
		insights ai {resourceGroup().location}
		other x global
		registry cr nowhereland
		vault second external`)
	var got []string
	for _, o := range m.Outages() {
		got = append(got, o.String())
	}
	want := []string{
		"a zone of nowhereland", "region nowhereland", "registry in nowhereland", // not in the region data
		"zone 1 of westeurope", "zone 2 of westeurope", "zone 3 of westeurope", "region westeurope", "aml in westeurope", "storage in westeurope",
		"region westus", "vault in westus", // has no zones
		"a zone of its region", "region its region", "insights in its region",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outages (-want +got):\n%s", diff)
	}
}

func TestEachResourceThatIsNeededCanFailAlone(t *testing.T) {
	m := model(t, `
		workspace ws westeurope
		storage st westeurope sku=LRS
		storage unused westeurope sku=LRS
		other x westeurope
		ws -default-storage-> st
		ws -network-> x`)
	var got []string
	for _, o := range m.Resources() {
		got = append(got, o.String())
	}
	if diff := cmp.Diff([]string{"resource ws", "resource st"}, got); diff != "" {
		t.Errorf("outages (-want +got):\n%s", diff)
	}
}

func TestZonesShareWhatIsTheSame(t *testing.T) {
	m := model(t, strings.Replace(plain, "SKU", "LRS", 1))
	results := m.RunAll()
	if &results[0].Impacts[0] != &results[1].Impacts[0] || results[1].Outage.Zone != "2" {
		t.Error("two zones that hit the same resources are worked out twice")
	}
	m = model(t, strings.Replace(plain, "SKU", "LRS zones=1,2,3", 1))
	if results := m.RunAll(); &results[0].Impacts[0] != &results[2].Impacts[0] {
		t.Error("what is in all zones is worked out for each of them")
	}
	m = model(t, strings.Replace(plain, "SKU", "LRS zones=2", 1))
	results = m.RunAll()
	if len(results[0].Fates) != 0 || len(results[1].Fates) != 1 || len(results[2].Fates) != 0 {
		t.Error("an account in zone 2 falls in other zones than 2")
	}
}

func TestRunEachEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := model(t, strings.Replace(plain, "SKU", "LRS", 1))
	if _, err := m.RunEach(ctx, m.Outages()); err != context.Canceled {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

func TestALargeEstateIsRunInParallelWithTheSameResults(t *testing.T) {
	e := sketch.Many(2 * manyResources / 100)
	cat := sketch.Catalog(t)
	cat.Classify(e)
	m := New(e, cat)
	for _, r := range m.RunAll() {
		alone := m.Run(r.Outage)
		if len(alone.Fates) != len(r.Fates) || len(alone.Impacts) != len(r.Impacts) {
			t.Fatalf("%s: %d fates and %d impacts in parallel, %d and %d alone", r.Outage, len(r.Fates), len(r.Impacts), len(alone.Fates), len(alone.Impacts))
		}
		for i := range alone.Impacts {
			if a, b := &alone.Impacts[i], &r.Impacts[i]; a.Workspace != b.Workspace || a.Effect != b.Effect || a.RTO != b.RTO || len(a.Because) != len(b.Because) {
				t.Fatalf("%s: %s of %s is %s in parallel, %s alone", r.Outage, a.Capability, a.Workspace.Name, b.Effect, a.Effect)
			}
		}
	}
}

func TestUsers(t *testing.T) {
	m := model(t, `
		workspace ws westeurope
		workspace other westeurope
		compute ws/k westeurope kind=AKS
		aks k8s westeurope
		storage unused westeurope sku=LRS
		ws -compute-> ws/k
		ws/k -compute-> k8s`)
	for name, want := range map[string]int{"k8s": 1, "ws/k": 1, "ws": 1, "unused": 0} {
		r := named(t, m.estate, name)
		if got := m.Users(r); len(got) != want || m.Needed(r) != (want > 0) {
			t.Errorf("%s is used by %d workspaces, want %d", name, len(got), want)
		}
	}
	if stranger := model(t, "other x westeurope").estate.Resources[0]; m.Users(stranger) != nil || m.Needed(stranger) {
		t.Error("a resource of another estate is used")
	}
}
