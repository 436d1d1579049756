package machinelearning

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	registryBody = `{"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"regionDetails":[{"location":"westeurope","storageAccountDetails":[{"systemCreatedStorageAccount":{"storageAccountType":"Standard_ZRS"}}]},{"location":"northeurope"}]}}`
	regID        = group + "/providers/Microsoft.MachineLearningServices/registries/shared"
)

func TestARegistryHasStoresInEachRegion(t *testing.T) {
	b := open(t)
	a := b.must("PUT", regID, registryBody)
	if a.header.Get("Azure-AsyncOperation") == "" {
		t.Errorf("the answer has %v", a.header)
	}
	b.later(20 * time.Minute)
	a = b.must("GET", regID, "")
	managed := a.text("properties.managedResourceGroup.resourceId")
	have := map[string][]string{}
	_ = b.w.Store.Read(func(tx *state.Tx) error {
		for r := range tx.Below(managed) {
			if r.Type == typeStorage || strings.HasPrefix(r.Type, typeRegistry) {
				have[r.Type] = append(have[r.Type], r.Location)
			}
		}
		return nil
	})
	slices.Sort(have[typeStorage])
	if !slices.Equal(have[typeStorage], []string{"northeurope", "westeurope"}) || !slices.Equal(have[typeRegistry], []string{"westeurope"}) {
		t.Errorf("the managed group %s holds %v", managed, have)
	}
	for i, e := range object.List(a.body, "properties.regionDetails") {
		d, _ := e.(map[string]any)
		sku := object.Text(firstIn(d, "storageAccountDetails"), "systemCreatedStorageAccount.storageAccountType")
		if want := []string{"Standard_ZRS", "Standard_LRS"}[i]; sku != want {
			t.Errorf("region %d has %s", i, sku)
		}
	}
	b.refused("PUT", regID, strings.Replace(registryBody, `,{"location":"northeurope"}`, "", 1), 400, "removeRegions")
	b.refused("POST", regID+"/removeRegions", `{"properties":{"regionDetails":[{"location":"westeurope"}]}}`, 400, "cannot be removed")
	b.must("POST", regID+"/removeRegions", `{"properties":{"regionDetails":[{"location":"northeurope"}]}}`)
	b.later(20 * time.Minute)
	if got := regions(b.must("GET", regID, "").body); !slices.Equal(got, []string{"westeurope"}) {
		t.Errorf("its regions are %v", got)
	}
	b.must("DELETE", regID, "")
	b.later(time.Hour)
	if a := b.do("GET", managed+"?api-version=2024-03-01", ""); a.status != 404 {
		t.Errorf("the managed group is there: %v", a)
	}
}

func TestRegistriesAreRefused(t *testing.T) {
	b := open(t)
	for _, c := range []struct{ name, body, part string }{
		{"no regions", `{"location":"westeurope","properties":{}}`, "regionDetails"},
		{"without the first one", strings.Replace(registryBody, `[{"location":"westeurope"`, `[{"location":"francecentral"`, 1), "must be among"},
		{"one twice", strings.Replace(registryBody, "northeurope", "westeurope", 1), "twice"},
		{"one that is none", strings.Replace(registryBody, "northeurope", "atlantis", 1), "does not offer"},
	} {
		if a := b.do("PUT", regID, c.body); a.status != 400 || !strings.Contains(a.message(), c.part) {
			t.Errorf("%s: %v, want %q", c.name, a, c.part)
		}
	}
}

func TestAssetsArePublishedToRegistries(t *testing.T) {
	b := workspace(t)
	b.make(regID, registryBody)
	for _, kind := range []string{"models", "environments", "data"} {
		b.must("PUT", ws+"/"+kind+"/thing/versions/1", versionBodies[kind])
		a := b.must("POST", ws+"/"+kind+"/thing/versions/1/publish", `{"registryName":"shared","destinationName":"given","destinationVersion":"7"}`)
		if a.status != 202 || a.header.Get("Location") == "" {
			t.Errorf("publish gives %v", a)
		}
		b.later(time.Minute)
		if a := b.must("GET", regID+"/"+kind+"/given/versions/7", ""); a.text("properties.provisioningState") != "Succeeded" {
			t.Errorf("%s in the registry is %v", kind, a)
		}
		b.refused("POST", ws+"/"+kind+"/thing/versions/1/publish", `{"registryName":"shared","destinationName":"given","destinationVersion":"7"}`, 409, "already")
	}
	b.refused("POST", ws+"/models/thing/versions/1/publish", `{"registryName":"nowhere"}`, 404, "was not found")
	b.sick.set(regID, world.Gone, world.Gone)
	b.refused("POST", ws+"/models/thing/versions/1/publish", `{"registryName":"shared"}`, 503, regID)
	if a := b.must("PUT", regID+"/models/m/versions/1", modelBody); a.status != 201 || a.header.Get("Azure-AsyncOperation") == "" || !strings.HasPrefix(a.header.Get("x-ms-async-operation-timeout"), "PT2H") {
		t.Errorf("a version in a registry is made by %v with %v", a, a.header)
	}
}

func TestAJobWithAssetsOfARegistryNeedsIt(t *testing.T) {
	b := trained(t)
	b.make(regID, registryBody)
	b.sick.set(regID, world.Gone, world.Gone)
	b.must("PUT", ws+"/jobs/one", strings.Replace(jobBody, "registries/azureml/", "registries/shared/", 1))
	b.must("PUT", ws+"/jobs/two", jobBody)
	b.later(5 * time.Minute)
	if one, two := b.status("one"), b.status("two"); one != "Failed" || two != "Completed" {
		t.Errorf("with an asset of the registry that is down it is %s, without %s", one, two)
	}
}
