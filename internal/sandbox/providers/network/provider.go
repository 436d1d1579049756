package network

import (
	"embed"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const (
	namespace     = "Microsoft.Network"
	networkType   = namespace + "/virtualNetworks"
	subnetType    = networkType + "/subnets"
	peeringType   = networkType + "/virtualNetworkPeerings"
	groupType     = namespace + "/networkSecurityGroups"
	interfaceType = namespace + "/networkInterfaces"
	endpointType  = namespace + "/privateEndpoints"
	zoneType      = namespace + "/privateDnsZones"
)

// Provider is the resource provider.
func Provider(*world.World) (*provider.Provider, error) {
	p, err := provider.Load(namespace, types)
	if err != nil {
		return nil, err
	}
	for _, t := range p.Types {
		t.Hooks = hooks[t.Name]
		if t.Hooks.Prepare == nil {
			t.Hooks.Prepare = resourceGUID
		}
	}
	return p, nil
}

var hooks = map[string]provider.Hooks{
	networkType: {
		Prepare: prepareNetwork, Drop: dropNetwork,
		Kept:  facet.Chain(inline("properties.subnets", subnetType), inline("properties.virtualNetworkPeerings", peeringType)),
		Show:  facet.Chain(show("properties.subnets", subnetType), show("properties.virtualNetworkPeerings", peeringType)),
		Reads: map[string]func(*provider.Call) (provider.Reply, error){"checkipaddressavailability": checkAddress},
	},
	subnetType:  {Prepare: prepareSubnet, Show: showSubnet, Drop: dropSubnet},
	peeringType: {Prepare: preparePeering},
	groupType: {
		Prepare: facet.Chain(resourceGUID, prepareGroup), Show: facet.Chain(show("properties.securityRules", groupType+"/securityRules"), showGroup),
		Kept: inline("properties.securityRules", groupType+"/securityRules"), Drop: dropGroup,
	},
	groupType + "/securityRules": {Prepare: prepareRule},
	namespace + "/routeTables": {
		Kept: inline("properties.routes", namespace+"/routeTables/routes"), Show: show("properties.routes", namespace+"/routeTables/routes"),
	},
	namespace + "/publicIPAddresses":      {Prepare: prepareAddress, Show: showAddress, Drop: dropAddress},
	interfaceType:                         {Prepare: prepareInterface, Show: showInterface, Drop: dropInterface},
	namespace + "/loadBalancers":          {Prepare: prepareBalancer},
	namespace + "/natGateways":            {Prepare: prepareNAT},
	namespace + "/bastionHosts":           {Prepare: facet.Chain(resourceGUID, parts("ipConfigurations"))},
	namespace + "/virtualNetworkGateways": {Prepare: facet.Chain(resourceGUID, parts("ipConfigurations"))},
	namespace + "/applicationGateways": {Prepare: facet.Chain(resourceGUID, parts("gatewayIPConfigurations", "frontendIPConfigurations",
		"frontendPorts", "backendAddressPools", "backendHttpSettingsCollection", "httpListeners", "requestRoutingRules", "probes"))},
	endpointType:                           {Prepare: prepareEndpoint, Kept: keptEndpoint, Show: showEndpoint, Drop: dropEndpoint},
	endpointType + "/privateDnsZoneGroups": {Prepare: prepareZoneGroup, Kept: keptZoneGroup, Drop: dropZoneGroup},
	zoneType:                               {Kept: keptZone, Show: showZone, Drop: dropZone},
	zoneType + "/virtualNetworkLinks":      {Prepare: prepareLink},
	namespace + "/trafficmanagerprofiles":  {Show: showProfile},
	zoneType + "/A":                        {Show: showRecord}, zoneType + "/AAAA": {Show: showRecord}, zoneType + "/CNAME": {Show: showRecord},
	zoneType + "/MX": {Show: showRecord}, zoneType + "/PTR": {Show: showRecord}, zoneType + "/SOA": {Show: showRecord, Drop: dropSOA},
	zoneType + "/SRV": {Show: showRecord}, zoneType + "/TXT": {Show: showRecord},
}

func inline(path, typ string) func(*provider.Call) error {
	return func(c *provider.Call) error { return facet.Inline(c, path, typ, true) }
}

func show(path, typ string) func(*provider.Call) error {
	return func(c *provider.Call) error { return facet.ShowInline(c, path, typ) }
}

// resourceGUID gives a tracked resource its GUID, as the service does.
func resourceGUID(c *provider.Call) error {
	if c.Type.Kind == "tracked" && !c.Type.Global {
		facet.Made(c, "properties.resourceGuid", func() any { return c.World.GUID() })
	}
	return nil
}

// parts gives the parts that lists of the body have their ids and states.
func parts(lists ...string) func(*provider.Call) error {
	return func(c *provider.Call) error {
		for _, list := range lists {
			for _, part := range facet.Objects(c.Body, "properties."+list) {
				part["id"] = c.ID + "/" + list + "/" + object.Text(part, "name")
				part["type"] = c.Type.Name + "/" + list
				object.Set(part, "properties.provisioningState", "Succeeded")
			}
		}
		return nil
	}
}

func showProfile(c *provider.Call) error {
	object.Set(c.Body, "properties.dnsConfig.fqdn", object.Text(c.Body, "properties.dnsConfig.relativeName")+".trafficmanager.net")
	return nil
}
