package network

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func prepareNetwork(c *provider.Call) error {
	if err := facet.Checks(c, func(c *provider.Call) error {
		_, err := prefixes(c.Name, facet.Strings(c.Body, "properties.addressSpace.addressPrefixes"))
		return err
	}); err != nil {
		return err
	}
	return resourceGUID(c)
}

// prefixes reads address prefixes; the error is Azure's for one that is none.
func prefixes(owner string, texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, refusal.New(http.StatusBadRequest, "InvalidAddressPrefixFormat", "Address prefix %s for resource %s is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.", text, owner)
		}
		if p.Masked() != p {
			return nil, refusal.New(http.StatusBadRequest, "InvalidCIDRNotation", "The address prefix %s in resource %s has an invalid CIDR notation. For the given prefix length, the address prefix should be %s.", text, owner, p.Masked())
		}
		out = append(out, p)
	}
	return out, nil
}

// ranges are the prefixes of a subnet, which has one or several.
func ranges(body object.Object) []string {
	if one := object.Text(body, "properties.addressPrefix"); one != "" {
		return []string{one}
	}
	return facet.Strings(body, "properties.addressPrefixes")
}

func prepareSubnet(c *provider.Call) error {
	if err := facet.Checks(c, checkSubnet, named("properties.networkSecurityGroup.id", "properties.routeTable.id", "properties.natGateway.id")); err != nil {
		return err
	}
	for _, list := range []string{"delegations", "serviceEndpoints"} {
		for _, part := range facet.Objects(c.Body, "properties."+list) {
			if name := object.Text(part, "name"); name != "" {
				part["id"] = c.ID + "/" + list + "/" + name
				object.Set(part, "properties.provisioningState", "Succeeded")
			} else {
				object.Default(part, "provisioningState", "Succeeded")
			}
		}
	}
	return nil
}

// checkSubnet wants a subnet to lie in its network, and not in another subnet.
func checkSubnet(c *provider.Call) error {
	own, err := prefixes(c.Name, ranges(c.Body))
	if err != nil {
		return err
	}
	if len(own) == 0 {
		return refusal.New(http.StatusBadRequest, "InvalidRequestFormat", "The subnet %s has no address prefix.", c.Name)
	}
	space, err := prefixes(c.Parent.Name, facet.Strings(object.Must(c.Parent.Body), "properties.addressSpace.addressPrefixes"))
	if err != nil {
		return err
	}
	for _, p := range own {
		inside := false
		for _, s := range space {
			inside = inside || s.Contains(p.Addr()) && s.Bits() <= p.Bits()
		}
		if !inside {
			return refusal.New(http.StatusBadRequest, "NetcfgInvalidSubnet", "Subnet '%s' is not valid in virtual network '%s'.", c.Name, c.Parent.Name)
		}
	}
	for r := range c.Tx.Children(c.Parent.ID, subnetType) {
		others, _ := prefixes(r.Name, ranges(object.Must(r.Body)))
		for _, o := range others {
			for _, p := range own {
				if !strings.EqualFold(r.Name, c.Name) && o.Overlaps(p) {
					return refusal.New(http.StatusBadRequest, "NetcfgSubnetRangesOverlap", "Subnet '%s' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '%s'.", c.Name, c.Parent.Name)
				}
			}
		}
	}
	return nil
}

// named wants the resources at paths of the body to be there.
func named(paths ...string) func(*provider.Call) error {
	return func(c *provider.Call) error {
		for _, path := range paths {
			if err := there(c, object.Text(c.Body, path)); err != nil {
				return err
			}
		}
		return nil
	}
}

// there refuses the id of something that is not there; "" is nothing.
func there(c *provider.Call, id string) error {
	if id == "" || c.Tx.Resource(id) != nil || strings.EqualFold(id, c.ID) {
		return nil
	}
	return refusal.New(http.StatusBadRequest, "InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.", id, c.ID)
}

// standing are the ip configurations of interfaces that stand in a subnet.
func standing(c *provider.Call, subnet string) []string {
	var out []string
	for r := range c.Tx.OfType(interfaceType, facet.Subscription(c.ID)) {
		for _, conf := range facet.Objects(object.Must(r.Body), "properties.ipConfigurations") {
			if state.Key(object.Text(conf, "properties.subnet.id")) == state.Key(subnet) {
				out = append(out, object.Text(conf, "id"))
			}
		}
	}
	return out
}

func showSubnet(c *provider.Call) error {
	if ids := standing(c, c.ID); len(ids) > 0 {
		list := []any{}
		for _, id := range ids {
			list = append(list, object.Object{"id": id})
		}
		object.Set(c.Body, "properties.ipConfigurations", list)
	}
	var ends []any
	for r := range c.Tx.OfType(endpointType, facet.Subscription(c.ID)) {
		if state.Key(object.Text(object.Must(r.Body), "properties.subnet.id")) == state.Key(c.ID) {
			ends = append(ends, object.Object{"id": r.ID})
		}
	}
	if ends != nil {
		object.Set(c.Body, "properties.privateEndpoints", ends)
	}
	return nil
}

func dropSubnet(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	if ids := standing(c, c.ID); len(ids) > 0 {
		return refusal.New(http.StatusBadRequest, "InUseSubnetCannotBeDeleted", "Subnet %s is in use by %s and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.", c.Name, ids[0])
	}
	return nil
}

func dropNetwork(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	for subnet := range c.Tx.Children(c.ID, subnetType) {
		if ids := standing(c, subnet.ID); len(ids) > 0 {
			return refusal.New(http.StatusBadRequest, "InUseSubnetCannotBeDeleted", "Subnet %s is in use by %s and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.", subnet.Name, ids[0])
		}
	}
	return nil
}

// preparePeering says how far a peering is: connected when the other network has
// one too.
func preparePeering(c *provider.Call) error {
	other := object.Text(c.Body, "properties.remoteVirtualNetwork.id")
	if err := facet.Checks(c, func(c *provider.Call) error { return there(c, other) }); err != nil {
		return err
	}
	object.Set(c.Body, "properties.peeringState", "Initiated")
	var back []*state.Resource
	for r := range c.Tx.Children(other, peeringType) {
		if state.Key(object.Text(object.Must(r.Body), "properties.remoteVirtualNetwork.id")) == state.Key(c.Parent.ID) {
			back = append(back, r)
		}
	}
	for _, r := range back {
		object.Set(c.Body, "properties.peeringState", "Connected")
		body := object.Must(r.Body)
		object.Set(body, "properties.peeringState", "Connected")
		if err := facet.Change(c, r, body, nil); err != nil {
			return err
		}
	}
	return nil
}

// checkAddress answers whether an address of a network is free.
func checkAddress(c *provider.Call) (provider.Reply, error) {
	asked := c.Query.Get("ipAddress")
	free := true
	for r := range c.Tx.OfType(interfaceType, facet.Subscription(c.ID)) {
		for _, conf := range facet.Objects(object.Must(r.Body), "properties.ipConfigurations") {
			inside := strings.HasPrefix(state.Key(object.Text(conf, "properties.subnet.id")), state.Key(c.ID)+"/")
			free = free && (!inside || object.Text(conf, "properties.privateIPAddress") != asked)
		}
	}
	return provider.Reply{Body: object.Object{"available": free}}, nil
}
