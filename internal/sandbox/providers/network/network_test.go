package network_test

import (
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/trial"
)

const (
	space = "Microsoft.Network/"
	vnet  = space + "virtualNetworks/net"
	nic   = space + "networkInterfaces/"
	ip    = space + "publicIPAddresses/"
)

func network(subnets string) string {
	return `{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}` + subnets + `}}`
}

const two = `,"subnets":[{"name":"one","properties":{"addressPrefix":"10.0.0.0/24"}},{"name":"two","properties":{"addressPrefix":"10.0.1.0/29"}}]`

func names(o object.Object, path string) string {
	var out []string
	for _, s := range facet.Objects(o, path) {
		out = append(out, object.Text(s, "name"))
	}
	return strings.Join(out, " ")
}

func TestSubnetsAreInlineAndOfTheirOwn(t *testing.T) {
	b := trial.New(t)
	v := b.Make(vnet, network(two))
	if got := names(v, "properties.subnets"); got != "one two" {
		t.Errorf("the subnets are %s", got)
	}
	s := b.Get(vnet + "/subnets/one")
	for path, want := range map[string]string{
		"properties.addressPrefix": "10.0.0.0/24", "properties.provisioningState": "Succeeded", "properties.privateEndpointNetworkPolicies": "Disabled",
		"id": trial.ID(vnet + "/subnets/one"), "type": "Microsoft.Network/virtualNetworks/subnets",
	} {
		b.Is(s, path, want)
	}
	b.Make(vnet+"/subnets/three", `{"properties":{"addressPrefix":"10.0.2.0/24"}}`)
	if got := names(b.Get(vnet), "properties.subnets"); got != "one three two" {
		t.Errorf("with a third one they are %s", got)
	}
	if got := names(b.Make(vnet, network("")), "properties.subnets"); got != "one three two" {
		t.Errorf("a PUT without subnets leaves %s", got)
	}
	if got := names(b.Make(vnet, network(`,"subnets":[{"name":"one","properties":{"addressPrefix":"10.0.0.0/24"}}]`)), "properties.subnets"); got != "one" {
		t.Errorf("a PUT with one leaves %s", got)
	}
	if err := b.Delete(vnet); err != nil {
		t.Fatal(err)
	}
	if b.Stored(vnet+"/subnets/one") != nil {
		t.Error("a subnet is left")
	}
}

func TestWhatANetworkRefuses(t *testing.T) {
	b := trial.New(t)
	b.Make(vnet, network(two))
	for name, c := range map[string]struct{ code, prefix string }{
		"outside":          {"NetcfgInvalidSubnet", "10.1.0.0/24"},
		"wider":            {"NetcfgInvalidSubnet", "10.0.0.0/8"},
		"over another":     {"NetcfgSubnetRangesOverlap", "10.0.0.128/25"},
		"no prefix":        {"InvalidAddressPrefixFormat", "10.0.0.0"},
		"bits of the host": {"InvalidCIDRNotation", "10.0.4.1/24"},
	} {
		if _, err := b.Put(vnet+"/subnets/new", `{"properties":{"addressPrefix":"`+c.prefix+`"}}`); trial.Code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	b.Refuses("InvalidRequestFormat", vnet+"/subnets/new", `{"properties":{}}`)
	b.Refuses("InvalidResourceReference", vnet+"/subnets/new", `{"properties":{"addressPrefix":"10.0.4.0/24","networkSecurityGroup":{"id":"`+trial.ID(space+"networkSecurityGroups/none")+`"}}}`)
	b.Refuses("InvalidParameter", space+"virtualNetworks/none", `{"location":"westeurope","properties":{}}`)
}

func TestInterfacesTakeAddressesOfTheirSubnet(t *testing.T) {
	b := trial.New(t)
	b.Make(vnet, network(two))
	b.Make(ip+"front", `{"location":"westeurope","sku":{"name":"Standard"},"properties":{"dnsSettings":{"domainNameLabel":"front"}}}`)
	conf := func(subnet, more string) string {
		return `{"location":"westeurope","properties":{"ipConfigurations":[{"name":"c","properties":{"subnet":{"id":"` + trial.ID(vnet+"/subnets/"+subnet) + `"}` + more + `}}]}}`
	}
	address := func(o object.Object) string {
		return object.Text(facet.Objects(o, "properties.ipConfigurations")[0], "properties.privateIPAddress")
	}
	first := b.Make(nic+"first", conf("two", `,"publicIPAddress":{"id":"`+trial.ID(ip+"front")+`"}`))
	second := b.Make(nic+"second", conf("two", ""))
	if address(first) != "10.0.1.4" || address(second) != "10.0.1.5" {
		t.Errorf("the addresses are %s and %s", address(first), address(second))
	}
	if again := b.Make(nic+"first", conf("two", `,"publicIPAddress":{"id":"`+trial.ID(ip+"front")+`"}`)); address(again) != "10.0.1.4" {
		t.Errorf("its address becomes %s", address(again))
	}
	p := b.Get(ip + "front")
	b.Is(p, "properties.ipConfiguration.id", trial.ID(nic+"first/ipConfigurations/c"))
	b.Is(p, "properties.dnsSettings.fqdn", "front.westeurope.cloudapp.azure.com")
	for what, code := range map[string]string{ip + "front": "PublicIPAddressCannotBeDeleted", vnet + "/subnets/two": "InUseSubnetCannotBeDeleted", vnet: "InUseSubnetCannotBeDeleted"} {
		if err := b.Delete(what); trial.Code(err) != code {
			t.Errorf("deleting %s: %v, want %s", what, err, code)
		}
	}
	b.Refuses("InvalidResourceReference", nic+"third", conf("none", ""))
	for _, what := range []string{nic + "first", nic + "second", ip + "front", vnet} {
		if err := b.Delete(what); err != nil {
			t.Errorf("deleting %s: %v", what, err)
		}
	}
}

func TestPublicAddresses(t *testing.T) {
	b := trial.New(t)
	basic := b.Make(ip+"basic", `{"location":"westeurope"}`)
	b.Is(basic, "sku.name", "Basic")
	b.Is(basic, "properties.publicIPAllocationMethod", "Dynamic")
	b.Is(basic, "properties.ipAddress", "")
	b.Is(b.Make(ip+"zonal", `{"location":"westeurope","sku":{"name":"Standard"},"zones":["1","2","3"]}`), "properties.publicIPAllocationMethod", "Static")
	b.Refuses("StandardSkuPublicIPAddressesMustBeStatic", ip+"new", `{"location":"westeurope","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Dynamic"}}`)
	b.Refuses("ResourceTypeNotSupportAvailabilityZones", ip+"new", `{"location":"westus","sku":{"name":"Standard"},"zones":["1"]}`)
	b.Refuses("PropertyChangeNotAllowed", ip+"zonal", `{"location":"westeurope","sku":{"name":"Standard"},"zones":["1"]}`)
	b.Make(ip+"named", `{"location":"westeurope","properties":{"dnsSettings":{"domainNameLabel":"taken"}}}`)
	b.Refuses("DnsRecordInUse", ip+"other", `{"location":"westeurope","properties":{"dnsSettings":{"domainNameLabel":"taken"}}}`)
}

func TestSecurityRules(t *testing.T) {
	b := trial.New(t)
	group := space + "networkSecurityGroups/guard"
	rule := func(name, priority string) string {
		return `{"name":"` + name + `","properties":{"protocol":"tcp","access":"Allow","direction":"Inbound","priority":` + priority + `,"sourceAddressPrefix":"*","destinationAddressPrefix":"*","sourcePortRange":"*","destinationPortRange":"22"}}`
	}
	g := b.Make(group, `{"location":"westeurope","properties":{"securityRules":[`+rule("ssh", "100")+`]}}`)
	b.Is(facet.Objects(g, "properties.securityRules")[0], "properties.protocol", "Tcp")
	if n := len(object.List(g, "properties.defaultSecurityRules")); n != 6 {
		t.Errorf("it has %d default rules", n)
	}
	b.Refuses("SecurityRuleConflict", group+"/securityRules/other", rule("other", "100"))
	b.Refuses("SecurityRuleInvalidPriority", group+"/securityRules/other", rule("other", "99"))
	b.Make(vnet, network(`,"subnets":[{"name":"one","properties":{"addressPrefix":"10.0.0.0/24","networkSecurityGroup":{"id":"`+trial.ID(group)+`"}}}]`))
	b.Is(facet.Objects(b.Get(group), "properties.subnets")[0], "id", trial.ID(vnet+"/subnets/one"))
	if err := b.Delete(group); trial.Code(err) != "InUseNetworkSecurityGroupCannotBeDeleted" {
		t.Errorf("it goes: %v", err)
	}
}

func TestPeeringsAreConnectedFromBothSides(t *testing.T) {
	b := trial.New(t)
	other := space + "virtualNetworks/other"
	b.Make(vnet, network(""))
	b.Make(other, strings.Replace(network(""), "10.0", "10.1", 1))
	to := func(id string) string { return `{"properties":{"remoteVirtualNetwork":{"id":"` + trial.ID(id) + `"}}}` }
	b.Is(b.Make(vnet+"/virtualNetworkPeerings/there", to(other)), "properties.peeringState", "Initiated")
	b.Is(b.Make(other+"/virtualNetworkPeerings/back", to(vnet)), "properties.peeringState", "Connected")
	b.Is(b.Get(vnet+"/virtualNetworkPeerings/there"), "properties.peeringState", "Connected")
	b.Refuses("InvalidResourceReference", vnet+"/virtualNetworkPeerings/none", to(space+"virtualNetworks/none"))
}

// TestAPrivateEndpoint leads to an account: interface, connection, and the
// record in the zone come and go with it.
func TestAPrivateEndpoint(t *testing.T) {
	b := trial.New(t)
	account := "Microsoft.Storage/storageAccounts/alpha"
	zone := space + "privateDnsZones/privatelink.blob.core.windows.net"
	b.Make(vnet, network(two))
	b.Make(account, `{"location":"westeurope","kind":"StorageV2","sku":{"name":"Standard_LRS"}}`)
	b.Make(zone, `{"location":"global"}`)
	end := space + "privateEndpoints/end"
	body := `{"location":"westeurope","properties":{"subnet":{"id":"` + trial.ID(vnet+"/subnets/one") + `"},"privateLinkServiceConnections":[{"name":"c","properties":{"privateLinkServiceId":"` + trial.ID(account) + `","groupIds":["blob"]}}]}}`
	e := b.Make(end, body)
	conn := facet.Objects(e, "properties.privateLinkServiceConnections")[0]
	b.Is(conn, "properties.privateLinkServiceConnectionState.status", "Approved")
	config := facet.Objects(e, "properties.customDnsConfigs")
	if len(config) != 1 || object.Text(config[0], "fqdn") != "alpha.blob.core.windows.net" || trial.Text(config[0]["ipAddresses"]) != `["10.0.0.4"]` {
		t.Errorf("the names are %v", config)
	}
	card := object.Text(facet.Objects(e, "properties.networkInterfaces")[0], "id")
	b.Is(b.Get(card), "properties.privateEndpoint.id", trial.ID(end))
	if err := b.Delete(card); trial.Code(err) != "NicInUseWithPrivateEndpoint" {
		t.Errorf("the interface goes: %v", err)
	}
	shown := facet.Objects(b.Get(account), "properties.privateEndpointConnections")
	if len(shown) != 1 || object.Text(shown[0], "properties.privateEndpoint.id") != trial.ID(end) {
		t.Errorf("the account shows %v", shown)
	}
	b.Is(facet.Objects(b.Get(vnet+"/subnets/one"), "properties.privateEndpoints")[0], "id", trial.ID(end))
	b.Make(end+"/privateDnsZoneGroups/default", `{"properties":{"privateDnsZoneConfigs":[{"name":"blob","properties":{"privateDnsZoneId":"`+trial.ID(zone)+`"}}]}}`)
	b.Is(b.Get(zone+"/A/alpha"), "properties.fqdn", "alpha.privatelink.blob.core.windows.net.")
	b.Is(b.Get(zone), "properties.numberOfRecordSets", "2")
	if err := b.Delete(end); err != nil {
		t.Fatal(err)
	}
	if b.Stored(card) != nil || b.Stored(zone+"/A/alpha") != nil || len(object.List(b.Get(account), "properties.privateEndpointConnections")) != 0 {
		t.Error("something of it is left")
	}
	b.Refuses("PrivateEndpointCreationNotAllowedAsGroupIdIsNotValid", end, strings.Replace(body, `"blob"`, `"blobs"`, 1))
	b.Refuses("InvalidResourceReference", end, strings.Replace(body, "alpha", "none", 1))
	b.Refuses("PrivateLinkServiceConnectionsMustBeSpecified", end, `{"location":"westeurope","properties":{"subnet":{"id":"`+trial.ID(vnet+"/subnets/one")+`"}}}`)
}

func TestPrivateZones(t *testing.T) {
	b := trial.New(t)
	zone := space + "privateDnsZones/privatelink.example.org"
	b.Make(vnet, network(""))
	z := b.Make(zone, `{"location":"global"}`)
	b.Is(z, "location", "global")
	b.Is(z, "properties.numberOfRecordSets", "1")
	link := `{"location":"global","properties":{"registrationEnabled":false,"virtualNetwork":{"id":"` + trial.ID(vnet) + `"}}}`
	b.Is(b.Make(zone+"/virtualNetworkLinks/net", link), "properties.virtualNetworkLinkState", "Completed")
	b.Refuses("Conflict", zone+"/virtualNetworkLinks/again", link)
	b.Refuses("BadRequest", zone+"/virtualNetworkLinks/none", strings.Replace(link, "virtualNetworks/net", "virtualNetworks/none", 1))
	if err := b.Delete(zone); trial.Code(err) != "CannotDeleteResource" {
		t.Errorf("the zone goes: %v", err)
	}
	if err := b.Delete(zone + "/SOA/@"); err == nil {
		t.Error("the SOA record goes")
	}
	if err := b.Delete(zone + "/virtualNetworkLinks/net"); err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(zone); err != nil {
		t.Error(err)
	}
}

func TestWhatStandsInZones(t *testing.T) {
	b := trial.New(t)
	nat := space + "natGateways/nat"
	b.Refuses("ResourceCannotHaveMultipleAvailabilityZones", nat, `{"location":"westeurope","zones":["1","2"]}`)
	b.Make(nat, `{"location":"westeurope","zones":["1"]}`)
	b.Make(space+"natGateways/wide", `{"location":"westeurope","sku":{"name":"StandardV2"},"zones":["1","2","3"]}`)
	b.Refuses("AvailabilityZoneNotSupported", space+"loadBalancers/lb", `{"location":"westus","sku":{"name":"Standard"},"properties":{"frontendIPConfigurations":[{"name":"f","zones":["1"],"properties":{}}]}}`)
	lb := b.Make(space+"loadBalancers/lb", `{"location":"westeurope","sku":{"name":"Standard"},"properties":{"frontendIPConfigurations":[{"name":"f","zones":["1"],"properties":{}}]}}`)
	b.Is(facet.Objects(lb, "properties.frontendIPConfigurations")[0], "id", trial.ID(space+"loadBalancers/lb/frontendIPConfigurations/f"))
}
