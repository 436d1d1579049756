package network

import (
	"fmt"
	"net/http"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const addressType = namespace + "/publicIPAddresses"

func prepareAddress(c *provider.Call) error {
	if object.Inner(c.Body, "sku") == nil {
		object.Set(c.Body, "sku", object.Object{"name": "Basic"})
	}
	object.Default(c.Body, "sku.tier", "Regional")
	standard := object.Text(c.Body, "sku.name") != "Basic"
	if standard {
		object.Default(c.Body, "properties.publicIPAllocationMethod", "Static")
	}
	object.Default(c.Body, "properties.publicIPAllocationMethod", "Dynamic")
	if err := facet.Checks(c, checkAddressSKU); err != nil {
		return err
	}
	if object.Text(c.Body, "properties.publicIPAllocationMethod") == "Static" {
		facet.Made(c, "properties.ipAddress", func() any { return newAddress(c) })
	}
	if label := object.Text(c.Body, "properties.dnsSettings.domainNameLabel"); label != "" {
		object.Set(c.Body, "properties.dnsSettings.fqdn", label+"."+c.Location+".cloudapp.azure.com")
	}
	return resourceGUID(c)
}

// newAddress is an address of the range that is set aside for documentation and
// tests (RFC 2544), so that it is nobody's.
func newAddress(c *provider.Call) string {
	return fmt.Sprintf("198.%d.%d.%d", 18+c.World.Intn(2), c.World.Intn(256), 1+c.World.Intn(254))
}

func checkAddressSKU(c *provider.Call) error {
	standard := object.Text(c.Body, "sku.name") != "Basic"
	switch {
	case standard && object.Text(c.Body, "properties.publicIPAllocationMethod") == "Dynamic":
		return refusal.New(http.StatusBadRequest, "StandardSkuPublicIPAddressesMustBeStatic", "Standard sku publicIp %s must have AllocationMethod set to Static.", c.ID)
	case !standard && len(object.List(c.Body, "zones")) > 1:
		return refusal.New(http.StatusBadRequest, "BasicSkuPublicIPAddressCannotHaveMultipleZones", "Basic sku publicIp %s cannot have more than one availability zone.", c.ID)
	}
	label := object.Text(c.Body, "properties.dnsSettings.domainNameLabel")
	if label == "" {
		return nil
	}
	for r := range c.Tx.OfType(addressType, "") {
		if state.Key(r.ID) != state.Key(c.ID) && r.Location == c.Location && object.Text(object.Must(r.Body), "properties.dnsSettings.domainNameLabel") == label {
			return refusal.New(http.StatusBadRequest, "DnsRecordInUse", "DNS record %s.%s.cloudapp.azure.com is already used by another public IP.", label, c.Location)
		}
	}
	return nil
}

// user is the id of the ip configuration that has a public address, "" when none
// does.
func user(c *provider.Call) string {
	for _, typ := range []string{interfaceType, namespace + "/loadBalancers", namespace + "/bastionHosts", namespace + "/virtualNetworkGateways", namespace + "/applicationGateways"} {
		for r := range c.Tx.OfType(typ, facet.Subscription(c.ID)) {
			body := object.Must(r.Body)
			for _, list := range []string{"ipConfigurations", "frontendIPConfigurations"} {
				for _, conf := range facet.Objects(body, "properties."+list) {
					if state.Key(object.Text(conf, "properties.publicIPAddress.id")) == state.Key(c.ID) {
						return object.Text(conf, "id")
					}
				}
			}
		}
	}
	return ""
}

func showAddress(c *provider.Call) error {
	if id := user(c); id != "" {
		object.Set(c.Body, "properties.ipConfiguration", object.Object{"id": id})
	}
	return nil
}

func dropAddress(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	if id := user(c); id != "" {
		return refusal.New(http.StatusBadRequest, "PublicIPAddressCannotBeDeleted", "Public IP address %s can not be deleted since it is still allocated to resource %s. In order to delete the public IP, disassociate/detach the Public IP address from the resource. To learn how to do this, see aka.ms/deletepublicip.", c.ID, id)
	}
	return nil
}

func prepareBalancer(c *provider.Call) error {
	object.Default(c.Body, "sku", object.Object{"name": "Basic"})
	object.Default(c.Body, "sku.tier", "Regional")
	for _, front := range facet.Objects(c.Body, "properties.frontendIPConfigurations") {
		if err := facet.Checks(c, func(c *provider.Call) error { return facet.InZones(c, front, "zones") }); err != nil {
			return err
		}
		subnet := object.Text(front, "properties.subnet.id")
		if subnet != "" && object.Text(front, "properties.privateIPAddress") == "" {
			object.Set(front, "properties.privateIPAddress", free(c, subnet, 0))
		}
		object.Default(front, "properties.privateIPAllocationMethod", "Dynamic")
	}
	return facet.Chain(resourceGUID, parts("frontendIPConfigurations", "backendAddressPools", "loadBalancingRules", "probes", "inboundNatRules", "outboundRules", "inboundNatPools"))(c)
}

// prepareNAT holds a gateway of the Standard sku to one zone; that of the newer
// sku spans them all (compute-resources.md 1.1).
func prepareNAT(c *provider.Call) error {
	object.Default(c.Body, "sku", object.Object{"name": "Standard"})
	if object.Text(c.Body, "sku.name") == "Standard" {
		if err := facet.Checks(c, facet.One); err != nil {
			return err
		}
	}
	return resourceGUID(c)
}
