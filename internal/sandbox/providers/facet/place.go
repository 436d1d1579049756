package facet

import (
	"net/http"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// Region is what is known of the region of a call; false when nothing is.
func Region(c *provider.Call) (estate.Region, bool) { return estate.RegionByName(c.Location) }

// HasZones says whether a location is a region with availability zones.
func HasZones(location string) bool {
	r, ok := estate.RegionByName(location)
	return ok && r.Zones > 0
}

// Pair is the paired region of a location, "" when it has none.
func Pair(location string) string {
	r, _ := estate.RegionByName(location)
	return r.Pair
}

// One refuses more than one zone: the resource stands in one zone.
func One(c *provider.Call) error {
	if len(object.List(c.Body, "zones")) > 1 {
		return refusal.New(http.StatusBadRequest, "ResourceCannotHaveMultipleAvailabilityZones", "The resource '%s' can only be placed in one availability zone.", c.ID)
	}
	return nil
}

// InZones refuses zones, at a path of an object, that the region of the call
// does not have. Azure's Resource Manager does so itself for the member zones of
// a resource.
func InZones(c *provider.Call, o object.Object, path string) error {
	r, _ := Region(c)
	have := []string{"1", "2", "3", "4"}[:min(r.Zones, 4)]
	for _, zone := range Strings(o, path) {
		if !slices.Contains(have, zone) {
			return refusal.New(http.StatusBadRequest, "AvailabilityZoneNotSupported",
				"Preflight validation check for resource(s) for %s failed. Message: The zone(s) '%s' for resource '%s' is not supported. The supported zones for location '%s' are '%s'", c.Type.Name, zone, c.Name, c.Location, strings.Join(have, ","))
		}
	}
	return nil
}
