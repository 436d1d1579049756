package registry

import (
	_ "embed" // for the table of tiers
	"net/http"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

//go:embed tiers.yaml
var tierTable []byte

// tier is what a sku has; tiers.yaml has them.
type tier struct {
	Name     string `yaml:"name"`
	Storage  int64  `yaml:"storage"` // bytes that are included
	Webhooks int    `yaml:"webhooks"`
	Premium  bool   `yaml:"premium"`
}

var tiers = sync.OnceValues(func() ([]tier, error) {
	var all []tier
	err := yaml.UnmarshalWithOptions(tierTable, &all, yaml.Strict())
	return all, err
})

func tierOf(body object.Object) tier {
	all, _ := tiers() // a test holds that the table can be read
	for _, t := range all {
		if strings.EqualFold(t.Name, object.Text(body, "sku.name")) {
			return t
		}
	}
	return tier{}
}

func prepareRegistry(c *provider.Call) error {
	if err := facet.Checks(c, checkTier, checkZones, checkPolicies); err != nil {
		return err
	}
	t := tierOf(c.Body)
	object.Set(c.Body, "sku.tier", t.Name)
	facet.Made(c, "properties.creationDate", func() any { return facet.Time(c.Now) })
	object.Default(c.Body, "properties.zoneRedundancy", "Disabled") // it says nothing: associated-resources.md 3.1
	if t.Premium {
		object.Default(c.Body, "properties.networkRuleSet", object.Object{"defaultAction": "Allow", "ipRules": []any{}})
	}
	c.Secret["username"] = c.Name
	for _, name := range []string{"password", "password2"} {
		if object.Text(c.Secret, name) == "" {
			c.Secret[name] = facet.Token(c, 52)
		}
	}
	return nil
}

// premiumOnly are the settings that need the Premium tier, by the value that
// asks for them.
var premiumOnly = map[string]any{
	"properties.dataEndpointEnabled": true, "properties.zoneRedundancy": "Enabled", "properties.publicNetworkAccess": "Disabled",
	"properties.encryption.status": "enabled", "properties.policies.retentionPolicy.status": "enabled", "properties.policies.trustPolicy.status": "enabled",
}

func checkTier(c *provider.Call) error {
	if tierOf(c.Body).Premium {
		return nil
	}
	for _, path := range []string{"properties.dataEndpointEnabled", "properties.zoneRedundancy", "properties.publicNetworkAccess",
		"properties.encryption.status", "properties.policies.retentionPolicy.status", "properties.policies.trustPolicy.status"} {
		if object.Get(c.Body, path) == premiumOnly[path] {
			return notSupported("The property '%s' of registry %s is not supported for the SKU %s: it needs Premium.", path, c.Name, object.Text(c.Body, "sku.name"))
		}
	}
	for r := range c.Tx.Children(c.ID, replicationType) {
		if !strings.EqualFold(r.Location, c.Location) {
			return notSupported("The registry SKU cannot be changed to %s while the registry %s has replications: delete %s first.", object.Text(c.Body, "sku.name"), c.Name, r.Name)
		}
	}
	return nil
}

func notSupported(format string, args ...any) error {
	return refusal.New(http.StatusBadRequest, "SkuNotSupported", format, args...)
}

// checkZones refuses zone redundancy where there are no zones, and a change of
// it: Azure fixes it when the registry is made.
func checkZones(c *provider.Call) error {
	now := object.Text(c.Body, "properties.zoneRedundancy")
	switch {
	case now == "Enabled" && !facet.HasZones(c.Location):
		return refusal.New(http.StatusBadRequest, "ZoneRedundancyNotSupported", "Zone redundancy is not supported in the region %s.", c.Location)
	case c.Was != nil && now != "" && now != object.Text(facet.Was(c), "properties.zoneRedundancy"):
		return refusal.New(http.StatusBadRequest, "ZoneRedundancyCannotBeChanged", "The zone redundancy of the registry %s cannot be changed after it was created.", c.Name)
	}
	return nil
}

// checkPolicies refuses what goes against each other (associated-resources.md
// C3).
func checkPolicies(c *provider.Call) error {
	if object.Text(c.Body, "properties.policies.softDeletePolicy.status") != "enabled" {
		return nil
	}
	if object.Text(c.Body, "properties.policies.retentionPolicy.status") == "enabled" {
		return refusal.Conflict("SoftDeletePolicyNotSupported", "The soft delete policy cannot be enabled together with the retention policy.")
	}
	for r := range c.Tx.Children(c.ID, replicationType) {
		if !strings.EqualFold(r.Location, c.Location) {
			return refusal.Conflict("SoftDeletePolicyNotSupported", "The soft delete policy cannot be enabled for a registry with replications.")
		}
	}
	return nil
}

// keptRegistry makes the home replication of a Premium registry.
func keptRegistry(c *provider.Call) error {
	id := c.ID + "/replications/" + c.Location
	if !tierOf(c.Body).Premium || c.Tx.Resource(id) != nil {
		return nil
	}
	err := facet.Bring(c, provider.Request{ID: id, Body: object.Object{
		"location": c.Location, "properties": object.Object{"zoneRedundancy": object.Text(c.Body, "properties.zoneRedundancy")},
	}})
	return err
}

func showRegistry(c *provider.Call) error {
	server := c.World.At.Listener(c.ID)
	if server == "" {
		server = strings.ToLower(c.Name) + ".azurecr.io"
	}
	object.Set(c.Body, "properties.loginServer", server)
	hosts := []any{}
	if object.Bool(c.Body, "properties.dataEndpointEnabled") {
		for r := range c.Tx.Children(c.ID, replicationType) {
			hosts = append(hosts, strings.ToLower(c.Name)+"."+r.Location+".data.azurecr.io")
		}
	}
	object.Set(c.Body, "properties.dataEndpointHostNames", hosts)
	return nil
}

// prepareReplication holds a replication to a Premium registry, and its name to
// its location.
func prepareReplication(c *provider.Call) error {
	if err := facet.Checks(c, checkReplication); err != nil {
		return err
	}
	if c.Created && c.Parent != nil && strings.EqualFold(c.Location, c.Parent.Location) {
		c.Takes = 0 // the home replication is the registry itself
	}
	status := object.Object{"displayStatus": "Ready", "timestamp": facet.Time(c.Now)}
	facet.Made(c, "properties.status", func() any { return status })
	return nil
}

func checkReplication(c *provider.Call) error {
	parent := object.Must(c.Parent.Body)
	zones := object.Text(c.Body, "properties.zoneRedundancy")
	switch {
	case !tierOf(parent).Premium:
		return notSupported("The resource type replications is not supported for the registry %s with the SKU %s: it needs Premium.", c.Parent.Name, object.Text(parent, "sku.name"))
	case !strings.EqualFold(c.Name, estate.NormalizeLocation(c.Location)):
		return refusal.New(http.StatusBadRequest, "InvalidReplicationName", "The replication name %s is invalid: it must be the name of its location, %s.", c.Name, c.Location)
	case zones == "Enabled" && !facet.HasZones(c.Location):
		return refusal.New(http.StatusBadRequest, "ZoneRedundancyNotSupported", "Zone redundancy is not supported in the region %s.", c.Location)
	case object.Text(parent, "properties.policies.softDeletePolicy.status") == "enabled" && !strings.EqualFold(c.Location, c.Parent.Location):
		return refusal.Conflict("SoftDeletePolicyNotSupported", "A registry with the soft delete policy cannot have replications.")
	}
	return nil
}

// showReplication tells whether the region of a replication serves.
func showReplication(c *provider.Call) error {
	if own := c.World.Health.Own(c.Tx, c.ID, c.Now); own.Why != "" {
		object.Set(c.Body, "properties.status.displayStatus", "Unavailable")
		object.Set(c.Body, "properties.status.message", own.Why)
	}
	return nil
}

func dropReplication(c *provider.Call) error {
	if !c.Cascade && c.Parent != nil && strings.EqualFold(c.Was.Location, c.Parent.Location) {
		return refusal.BadRequest("The home replication of the registry %s cannot be deleted.", c.Parent.Name)
	}
	return nil
}

// prepareWebhook holds the number of webhooks to what the tier has.
func prepareWebhook(c *provider.Call) error {
	if c.Was != nil || c.Seeding {
		return nil
	}
	count, t := 0, tierOf(object.Must(c.Parent.Body))
	for range c.Tx.Children(c.Parent.ID, c.Type.Name) {
		count++
	}
	if count >= t.Webhooks {
		return refusal.New(http.StatusForbidden, "QuotaExceeded", "The registry %s with the SKU %s has %d webhooks, which is its limit.", c.Parent.Name, t.Name, t.Webhooks)
	}
	return nil
}
