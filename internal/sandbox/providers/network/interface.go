package network

import (
	"fmt"
	"net/http"
	"net/netip"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// reserved is how many addresses at the beginning of a subnet Azure keeps for
// itself (learn.microsoft.com, virtual networks FAQ).
const reserved = 4

func prepareInterface(c *provider.Call) error {
	if err := facet.Checks(c, checkInterface); err != nil {
		return err
	}
	if err := resourceGUID(c); err != nil {
		return err
	}
	facet.Made(c, "properties.macAddress", func() any {
		b := c.World.Bytes(3)
		return fmt.Sprintf("00-0D-3A-%02X-%02X-%02X", b[0], b[1], b[2])
	})
	object.Default(c.Body, "properties.enableIPForwarding", false)
	object.Default(c.Body, "properties.enableAcceleratedNetworking", false)
	object.Default(c.Body, "properties.dnsSettings", object.Object{"dnsServers": []any{}, "appliedDnsServers": []any{}})
	was := facet.Objects(facet.Was(c), "properties.ipConfigurations")
	for i, conf := range facet.Objects(c.Body, "properties.ipConfigurations") {
		object.Default(conf, "properties.privateIPAllocationMethod", "Dynamic")
		object.Default(conf, "properties.privateIPAddressVersion", "IPv4")
		object.Default(conf, "properties.primary", i == 0)
		for _, old := range was {
			if object.Text(old, "name") == object.Text(conf, "name") && object.Text(old, "properties.subnet.id") == object.Text(conf, "properties.subnet.id") {
				object.Default(conf, "properties.privateIPAddress", object.Text(old, "properties.privateIPAddress"))
			}
		}
		if object.Text(conf, "properties.privateIPAddress") == "" {
			object.Set(conf, "properties.privateIPAddress", free(c, object.Text(conf, "properties.subnet.id"), i))
		}
	}
	return parts("ipConfigurations")(c)
}

func checkInterface(c *provider.Call) error {
	for _, conf := range facet.Objects(c.Body, "properties.ipConfigurations") {
		for _, path := range []string{"properties.subnet.id", "properties.publicIPAddress.id"} {
			if err := there(c, object.Text(conf, path)); err != nil {
				return err
			}
		}
		if object.Text(conf, "properties.subnet.id") == "" {
			return refusal.New(http.StatusBadRequest, "SubnetMissingInIpConfig", "Subnet should be specified for IpConfiguration %s of network interface %s.", object.Text(conf, "name"), c.Name)
		}
	}
	return there(c, object.Text(c.Body, "properties.networkSecurityGroup.id"))
}

// free is the first address of a subnet that no interface has; skip are those
// that the same call has taken. It is "" when the subnet is full or not there.
func free(c *provider.Call, subnet string, skip int) string {
	r := c.Tx.Resource(subnet)
	if r == nil {
		return ""
	}
	all, err := prefixes(r.Name, ranges(object.Must(r.Body)))
	if err != nil || len(all) == 0 {
		return ""
	}
	taken := map[string]bool{}
	for nic := range c.Tx.OfType(interfaceType, facet.Subscription(c.ID)) {
		for _, conf := range facet.Objects(object.Must(nic.Body), "properties.ipConfigurations") {
			if state.Key(object.Text(conf, "properties.subnet.id")) == state.Key(subnet) {
				taken[object.Text(conf, "properties.privateIPAddress")] = true
			}
		}
	}
	a := all[0].Addr()
	for range reserved {
		a = a.Next()
	}
	for ; all[0].Contains(a) && a != (netip.Addr{}); a = a.Next() {
		if taken[a.String()] {
			continue
		}
		if skip == 0 {
			return a.String()
		}
		skip--
	}
	return ""
}

// showInterface names the machine or the endpoint that has the interface.
func showInterface(c *provider.Call) error {
	for _, typ := range []string{"Microsoft.Compute/virtualMachines"} {
		for r := range c.Tx.OfType(typ, facet.Subscription(c.ID)) {
			for _, nic := range facet.Objects(object.Must(r.Body), "properties.networkProfile.networkInterfaces") {
				if state.Key(object.Text(nic, "id")) == state.Key(c.ID) {
					object.Set(c.Body, "properties.virtualMachine", object.Object{"id": r.ID})
				}
			}
		}
	}
	return nil
}

func dropInterface(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	if end := object.Text(facet.Was(c), "properties.privateEndpoint.id"); end != "" && c.Tx.Resource(end) != nil {
		return refusal.New(http.StatusBadRequest, "NicInUseWithPrivateEndpoint", "Network interface %s cannot be deleted because it is currently in use with an private endpoint (%s).", c.ID, end)
	}
	c.Body = facet.Was(c)
	if err := showInterface(c); err != nil {
		return err
	}
	if vm := object.Text(c.Body, "properties.virtualMachine.id"); vm != "" {
		return refusal.New(http.StatusBadRequest, "NicInUse", "Network Interface %s is used by existing resource %s. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.", c.ID, vm)
	}
	return nil
}
