package machinelearning

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

func (s *service) registries(h *provider.Hooks) {
	h.Prepare, h.Kept, h.Drop = s.prepareRegistry, s.registryKept, s.dropRegistry
	h.Show = func(c *provider.Call) error {
		base := s.world.At.Region(estate.NormalizeLocation(c.Location))
		object.Set(c.Body, "properties.discoveryUrl", base+"/discovery/registries/"+c.Name)
		object.Set(c.Body, "properties.mlFlowRegistryUri", "azureml://"+host(base)+"/mlflow/v1.0"+c.ID)
		return nil
	}
	h.Actions = map[string]action{"removeregions": s.removeRegions}
}

// regions are the regions of a registry.
func regions(o object.Object) []string {
	var out []string
	for _, e := range object.List(o, "properties.regionDetails") {
		if d, ok := e.(map[string]any); ok {
			out = append(out, estate.NormalizeLocation(object.Text(d, "location")))
		}
	}
	return out
}

func inRegions(o object.Object, region string) bool {
	return slices.Contains(regions(o), estate.NormalizeLocation(region))
}

func (s *service) prepareRegistry(c *provider.Call) error {
	have := regions(c.Body)
	bad := func(format string, args ...any) error {
		return refusal.New(http.StatusBadRequest, "BadRequest", format, args...)
	}
	if c.Seeding {
		return nil
	}
	if !slices.Contains(have, c.Location) {
		return bad("The region of the registry '%s', %s, must be among its regionDetails.", c.Name, c.Location)
	}
	for i, region := range have {
		if r, ok := estate.RegionByName(region); !ok || !r.AMLRegistry {
			return bad("The region '%s' does not offer registries.", region)
		}
		if slices.Index(have, region) != i {
			return bad("The region '%s' is listed twice.", region)
		}
	}
	for _, region := range regions(body(c.Was)) {
		if !slices.Contains(have, region) {
			return bad("The region '%s' cannot be left out of the registry '%s': remove it by removeRegions.", region, c.Name)
		}
	}
	return nil
}

// registryKept makes, in a managed group, the storage accounts of every region and
// the one container registry (facts/azure-ml.md section 4.6).
func (s *service) registryKept(c *provider.Call) error {
	s.engine.Store(&c.Engine)
	if c.Seeding {
		return nil
	}
	group := object.Text(body(c.Was), "properties.managedResourceGroup.resourceId")
	short := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(c.Name))
	short = short[:min(len(short), 8)]
	if group == "" {
		group = "/subscriptions/" + c.Subscription + "/resourceGroups/azureml-rg-" + c.Name + "_" + s.world.GUID()
		if err := s.make(c, group, typeGroup, object.Object{"location": c.Location, "managedBy": c.ID}); err != nil {
			return err
		}
	}
	object.Set(c.Body, "properties.managedResourceGroup", object.Object{"resourceId": group})
	at := estate.ParseID(group)
	acr := registryIn(object.List(body(c.Was), "properties.regionDetails"))
	list := object.List(c.Body, "properties.regionDetails")
	for _, e := range list {
		d, _ := e.(map[string]any)
		region := estate.NormalizeLocation(object.Text(d, "location"))
		was := detailOf(object.List(body(c.Was), "properties.regionDetails"), region)
		object.Default(d, "storageAccountDetails", []any{map[string]any{"systemCreatedStorageAccount": map[string]any{}}})
		for _, a := range object.List(d, "storageAccountDetails") {
			m, _ := a.(map[string]any)
			if object.Inner(m, "userCreatedStorageAccount") != nil {
				continue
			}
			sys := "systemCreatedStorageAccount."
			object.Default(m, sys+"storageAccountType", "Standard_LRS")
			object.Default(m, sys+"storageAccountHnsEnabled", false)
			object.Default(m, sys+"allowBlobPublicAccess", false)
			if was != nil {
				object.Default(m, sys+"armResourceId", object.Get(firstIn(was, "storageAccountDetails"), sys+"armResourceId"))
			}
			if object.Text(m, sys+"armResourceId.resourceId") == "" {
				id := at.InGroup(typeStorage, short+derivedName(c.ID, region)).String()
				object.Set(m, sys+"armResourceId", object.Object{"resourceId": id})
			}
			id := object.Text(m, sys+"armResourceId.resourceId")
			object.Set(m, sys+"storageAccountName", last(id))
			if err := s.make(c, id, typeStorage, object.Object{
				"location": region, "kind": "StorageV2", "sku": object.Object{"name": object.Text(m, sys+"storageAccountType")},
				"properties": object.Object{"isHnsEnabled": object.Bool(m, sys+"storageAccountHnsEnabled"), "allowBlobPublicAccess": false},
			}); err != nil {
				return err
			}
		}
		if acr == "" {
			acr = at.InGroup(typeRegistry, short+derivedName(c.ID, "acr")).String()
			if err := s.make(c, acr, typeRegistry, object.Object{"location": c.Location, "sku": object.Object{"name": "Premium"}, "properties": object.Object{"adminUserEnabled": false}}); err != nil {
				return err
			}
		}
		if region != c.Location {
			if err := s.make(c, acr+"/replications/"+region, typeRegistry+"/replications", object.Object{"location": region, "properties": object.Object{}}); err != nil {
				return err
			}
		}
		object.Set(d, "acrDetails", []any{map[string]any{"systemCreatedAcrAccount": map[string]any{
			"acrAccountName": last(acr), "acrAccountSku": "Premium", "armResourceId": map[string]any{"resourceId": acr},
		}}})
	}
	return nil
}

// derivedName is a piece of a name that follows from what it is for.
func derivedName(parts ...string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(derived(parts...)))
	return clean[:12]
}

func firstIn(d object.Object, list string) object.Object {
	if l := object.List(d, list); len(l) > 0 {
		m, _ := l[0].(map[string]any)
		return m
	}
	return nil
}

func detailOf(list []any, region string) object.Object {
	for _, e := range list {
		if d, ok := e.(map[string]any); ok && estate.NormalizeLocation(object.Text(d, "location")) == region {
			return d
		}
	}
	return nil
}

func registryIn(list []any) string {
	for _, e := range list {
		d, _ := e.(map[string]any)
		if id := object.Text(firstIn(d, "acrDetails"), "systemCreatedAcrAccount.armResourceId.resourceId"); id != "" {
			return id
		}
	}
	return ""
}

// removeRegions takes regions out of a registry, but for its first one.
func (s *service) removeRegions(c *provider.Call) (provider.Reply, error) {
	gone := map[string]bool{}
	for _, e := range object.List(c.Body, "properties.regionDetails") {
		if d, ok := e.(map[string]any); ok {
			gone[estate.NormalizeLocation(object.Text(d, "location"))] = true
		}
	}
	o := body(c.Was)
	if gone[estate.NormalizeLocation(c.Was.Location)] {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "BadRequest", "The first region of the registry '%s', %s, cannot be removed.", c.Name, c.Was.Location)
	}
	left, drop := []any{}, []string{}
	for _, e := range object.List(o, "properties.regionDetails") {
		d, _ := e.(map[string]any)
		region := estate.NormalizeLocation(object.Text(d, "location"))
		if !gone[region] {
			left = append(left, e)
			continue
		}
		drop = append(drop, object.Text(firstIn(d, "storageAccountDetails"), "systemCreatedStorageAccount.armResourceId.resourceId"), registryIn([]any{e})+"/replications/"+region)
	}
	object.Set(o, "properties.regionDetails", left)
	for _, id := range drop {
		if c.Tx.Resource(id) == nil {
			continue
		}
		if _, err := c.Engine.Delete(c.Tx, c.Now, provider.Request{ID: id, Caller: c.Caller, Internal: true}); err != nil {
			return provider.Reply{}, err
		}
	}
	return provider.Reply{Status: http.StatusAccepted, Takes: 10 * time.Second, Style: "location", Body: o}, rebody(c.Tx, c.Now, c.Was, o)
}

// dropRegistry takes the managed group with it.
func (s *service) dropRegistry(c *provider.Call) error {
	group := object.Text(body(c.Was), "properties.managedResourceGroup.resourceId")
	if c.Tx.Resource(group) == nil || c.Engine == nil {
		return nil
	}
	_, err := c.Engine.Delete(c.Tx, c.Now, provider.Request{ID: group, Caller: c.Caller, Internal: true})
	return err
}
