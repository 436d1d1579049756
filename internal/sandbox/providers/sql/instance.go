package sql

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func prepareInstance(c *provider.Call) error {
	if err := facet.Checks(c, checkInstance); err != nil {
		return err
	}
	object.Set(c.Body, "sku.tier", tierOf(object.Text(c.Body, "sku.name")).Tier)
	facet.Made(c, "properties.dnsZone", func() any {
		if r := c.Tx.Resource(object.Text(c.Body, "properties.dnsZonePartner")); r != nil { // the partner's, so that a group can be made of both
			return object.Text(object.Must(r.Body), "properties.dnsZone")
		}
		return strings.ReplaceAll(c.World.GUID(), "-", "")[:12]
	})
	facet.Made(c, "properties.createTime", func() any { return facet.Time(c.Now) })
	object.Set(c.Body, "properties.currentBackupStorageRedundancy", object.Text(c.Body, "properties.requestedBackupStorageRedundancy"))
	facet.Made(c, "properties.state", func() any { return "Creating" })
	return nil
}

// checkInstance holds an instance to its subnet, and zone redundancy to what
// data-stores.md 2 says.
func checkInstance(c *provider.Call) error {
	zones := object.Bool(c.Body, "properties.zoneRedundant")
	backups := object.Text(c.Body, "properties.requestedBackupStorageRedundancy")
	subnet := object.Text(c.Body, "properties.subnetId")
	switch {
	case c.Tx.Resource(subnet) == nil:
		return refusal.New(http.StatusBadRequest, "VirtualNetworkSubnetNotFound", "The subnet '%s' of the managed instance %s is not found.", subnet, c.Name)
	case zones && !facet.HasZones(c.Location):
		return refusal.New(http.StatusBadRequest, "ZoneRedundancyNotSupported", "The region %s has no availability zones.", c.Location)
	case zones && object.Bool(c.Body, "properties.isGeneralPurposeV2"):
		return refusal.New(http.StatusBadRequest, "ZoneRedundancyNotSupported", "The Next-gen General Purpose tier has no zone redundancy.")
	case zones && backups != "Zone" && backups != "GeoZone":
		return refusal.New(http.StatusBadRequest, "ZoneRedundancyNotSupported", "A zone-redundant managed instance needs the backup storage redundancy Zone or GeoZone.")
	}
	return nil
}

func showInstance(c *provider.Call) error {
	object.Set(c.Body, "properties.fullyQualifiedDomainName", strings.ToLower(c.Name)+"."+object.Text(c.Body, "properties.dnsZone")+".database.windows.net")
	object.Set(c.Body, "properties.privateEndpointConnections", []any{})
	return nil
}

// makePlace makes the place of a region in the group, below which failover
// groups of instances are.
func makePlace(c *provider.Call) error {
	at := state.OwnerOf(c.ID)
	err := facet.Bring(c, provider.Request{ID: at, Body: object.Object{}})
	return err
}

// preparePair holds a failover group of instances to two that share a DNS zone.
func preparePair(c *provider.Call) error {
	if err := facet.Checks(c, func(c *provider.Call) error {
		for _, pair := range facet.Objects(c.Body, "properties.managedInstancePairs") {
			first, second := c.Tx.Resource(object.Text(pair, "primaryManagedInstanceId")), c.Tx.Resource(object.Text(pair, "partnerManagedInstanceId"))
			switch {
			case first == nil || second == nil:
				return refusal.New(http.StatusBadRequest, "ManagedInstanceNotFound", "An instance of the failover group %s is not found.", c.Name)
			case object.Text(object.Must(first.Body), "properties.dnsZone") != object.Text(object.Must(second.Body), "properties.dnsZone"):
				return refusal.New(http.StatusBadRequest, "InstanceFailoverGroupDnsZoneMismatch", "The instances %s and %s are not in the same DNS zone: make the second one with the first as its dnsZonePartner.", first.Name, second.Name)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	facet.Made(c, "properties.replicationRole", func() any { return "Primary" })
	facet.Made(c, "properties.replicationState", func() any { return "CATCH_UP" })
	for _, p := range facet.Objects(c.Body, "properties.partnerRegions") {
		object.Default(p, "replicationRole", "Secondary")
	}
	return nil
}
