package network

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Limits of a private DNS zone. Source: learn.microsoft.com, Azure DNS limits.
const (
	mostRecordSets = 25000
	mostLinks      = 1000
)

// keptZone makes the record that every zone has.
func keptZone(c *provider.Call) error {
	id := c.ID + "/SOA/@"
	if c.Tx.Resource(id) != nil {
		return nil
	}
	err := facet.Bring(c, provider.Request{ID: id, Body: object.Object{"properties": object.Object{
		"ttl": 3600, "soaRecord": object.Object{"email": "azureprivatedns-host.microsoft.com", "expireTime": 2419200, "host": "azureprivatedns.net",
			"minimumTtl": 10, "refreshTime": 3600, "retryTime": 300, "serialNumber": 1},
	}}})
	return err
}

// showZone counts what the zone has.
func showZone(c *provider.Call) error {
	records, networks := 0, 0
	for r := range c.Tx.Below(c.ID) {
		switch {
		case strings.EqualFold(r.Type, zoneType+"/virtualNetworkLinks"):
			networks++
		case state.Key(state.OwnerOf(r.ID)) == state.Key(c.ID):
			records++
		}
	}
	object.Set(c.Body, "properties.maxNumberOfRecordSets", mostRecordSets)
	object.Set(c.Body, "properties.numberOfRecordSets", records)
	object.Set(c.Body, "properties.maxNumberOfVirtualNetworkLinks", mostLinks)
	object.Set(c.Body, "properties.numberOfVirtualNetworkLinks", networks)
	object.Set(c.Body, "properties.maxNumberOfVirtualNetworkLinksWithRegistration", 100)
	object.Set(c.Body, "properties.numberOfVirtualNetworkLinksWithRegistration", 0)
	return nil
}

// dropZone wants the links to be gone first.
func dropZone(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	for r := range c.Tx.Children(c.ID, zoneType+"/virtualNetworkLinks") {
		return refusal.Conflict("CannotDeleteResource", "Can not delete resource before nested resources are deleted: %s.", r.ID)
	}
	return nil
}

func prepareLink(c *provider.Call) error {
	id := object.Text(c.Body, "properties.virtualNetwork.id")
	if err := facet.Checks(c, func(c *provider.Call) error {
		if r := c.Tx.Resource(id); r == nil || !strings.EqualFold(r.Type, networkType) {
			return refusal.New(http.StatusBadRequest, "BadRequest", "The virtual network resource ID '%s' is not found.", id)
		}
		for r := range c.Tx.Children(c.Parent.ID, c.Type.Name) {
			if !strings.EqualFold(r.Name, c.Name) && state.Key(object.Text(object.Must(r.Body), "properties.virtualNetwork.id")) == state.Key(id) {
				return refusal.Conflict("Conflict", "The virtual network '%s' is linked to the zone already, by '%s'.", id, r.Name)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	object.Set(c.Body, "properties.virtualNetworkLinkState", "Completed")
	return nil
}

func showRecord(c *provider.Call) error {
	zone := ""
	if c.Parent != nil {
		zone = c.Parent.Name
	}
	name := c.Name + "." + zone + "."
	if c.Name == "@" {
		name = zone + "."
	}
	object.Set(c.Body, "properties.fqdn", name)
	object.Set(c.Body, "properties.isAutoRegistered", false)
	return nil
}

func dropSOA(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	return refusal.BadRequest("The SOA record of the zone cannot be deleted.")
}

// prepareZoneGroup works out the records that a group of zones gets for its
// endpoint.
func prepareZoneGroup(c *provider.Call) error {
	for _, conf := range facet.Objects(c.Body, "properties.privateDnsZoneConfigs") {
		id := object.Text(conf, "properties.privateDnsZoneId")
		if err := facet.Checks(c, func(c *provider.Call) error { return there(c, id) }); err != nil {
			return err
		}
		sets := []any{}
		for _, r := range recordsOf(c, id[strings.LastIndexByte(id, '/')+1:]) {
			sets = append(sets, r)
		}
		object.Set(conf, "properties.recordSets", sets)
	}
	return nil
}

// recordsOf are the records of a zone that lead to the endpoint.
func recordsOf(c *provider.Call, zone string) []object.Object {
	end, err := c.Engine.Get(c.Tx, c.Now, c.Parent.ID)
	if err != nil {
		return nil
	}
	public := strings.ReplaceAll(strings.TrimPrefix(zone, "privatelink."), "vaultcore", "vault")
	var out []object.Object
	for _, conf := range facet.Objects(end, "properties.customDnsConfigs") {
		name, ok := strings.CutSuffix(object.Text(conf, "fqdn"), "."+public)
		if ok {
			out = append(out, object.Object{"recordType": "A", "recordSetName": name, "fqdn": name + "." + zone, "ttl": 10,
				"ipAddresses": object.List(conf, "ipAddresses"), "provisioningState": "Succeeded"})
		}
	}
	return out
}

// keptZoneGroup writes the records into the zones.
func keptZoneGroup(c *provider.Call) error {
	for _, conf := range facet.Objects(c.Body, "properties.privateDnsZoneConfigs") {
		zone := object.Text(conf, "properties.privateDnsZoneId")
		if c.Tx.Resource(zone) == nil {
			continue
		}
		for _, set := range facet.Objects(conf, "properties.recordSets") {
			addresses := []any{}
			for _, a := range object.List(set, "ipAddresses") {
				addresses = append(addresses, object.Object{"ipv4Address": a})
			}
			if err := facet.Bring(c, provider.Request{ID: zone + "/A/" + object.Text(set, "recordSetName"),
				Body: object.Object{"properties": object.Object{"ttl": 10, "aRecords": addresses, "metadata": object.Object{"creator": "created by private endpoint " + c.Parent.Name}}},
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropZoneGroup takes the records away again.
func dropZoneGroup(c *provider.Call) error {
	for _, conf := range facet.Objects(facet.Was(c), "properties.privateDnsZoneConfigs") {
		for _, set := range facet.Objects(conf, "properties.recordSets") {
			if err := c.Tx.Delete(object.Text(conf, "properties.privateDnsZoneId") + "/A/" + object.Text(set, "recordSetName")); err != nil {
				return err
			}
		}
	}
	return nil
}
