package estate

import (
	"strconv"
	"strings"
)

// zonalTypes are resource types that can be pinned to a zone, in lower case. The
// ARM provider metadata list zones for the last two
// (BernieWhite/PSRule.Rules.Azure:data/providers, 2026-05-01), Microsoft's pages
// on virtual machines for the first. Of other types the list says nothing.
var zonalTypes = map[string]bool{
	"microsoft.compute/virtualmachines":           true,
	"microsoft.containerinstance/containergroups": true,
	"microsoft.hdinsight/clusters":                true,
}

// ZonesFor gives the zones, "1", "2" and so on, in which a resource of the type
// can be in a location; none where the region has none. The answer is not known
// (ok is false) for a region that is not in the data, and in a region with zones
// for a type of which the data say nothing.
func ZonesFor(resourceType, location string) (zones []string, ok bool) {
	r, ok := RegionByName(NormalizeLocation(location))
	switch {
	case !ok:
		return nil, false
	case r.Zones == 0:
		return nil, true
	case !zonalTypes[strings.ToLower(resourceType)]:
		return nil, false
	}
	for i := range r.Zones {
		zones = append(zones, strconv.Itoa(i+1))
	}
	return zones, true
}
