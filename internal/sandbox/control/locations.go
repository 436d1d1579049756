package control

import (
	_ "embed" // for the places of regions
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

//go:embed places.txt
var placeTable string

// whereabouts of a region: its geography group, place, latitude and longitude.
var whereabouts = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(placeTable) {
		if f := strings.Split(strings.TrimSpace(line), "|"); len(f) == 5 && !strings.HasPrefix(line, "#") {
			out[f[0]] = f[1:]
		}
	}
	return out
})

// listLocations answers for the regions that a subscription can use.
func (c *Control) listLocations(q *request) (*answer, error) {
	value := []object.Object{}
	for _, r := range estate.Regions() {
		if usable(r) {
			value = append(value, locationView(q.at.sub, r))
		}
	}
	return &answer{http.StatusOK, object.Object{"value": value}}, nil
}

// usable says that a region can be used: some are known as pairs of others only and
// have no place in the table.
func usable(r estate.Region) bool {
	w := whereabouts()[r.Name]
	return w != nil && w[2] != ""
}

func locationView(sub string, r estate.Region) object.Object {
	category := "Recommended"
	if r.Zones == 0 || r.Restricted {
		category = "Other"
	}
	meta := object.Object{"regionType": "Physical", "regionCategory": category, "geography": r.Geography, "pairedRegion": []object.Object{}}
	name := r.DisplayName
	if w := whereabouts()[r.Name]; w != nil {
		meta["geographyGroup"], meta["physicalLocation"], meta["latitude"], meta["longitude"] = w[0], w[1], w[2], w[3]
		name = "(" + w[0] + ") " + r.DisplayName
	}
	if r.Pair != "" {
		meta["pairedRegion"] = []object.Object{{"name": r.Pair, "id": "/subscriptions/" + sub + "/locations/" + r.Pair}}
	}
	out := object.Object{
		"id": "/subscriptions/" + sub + "/locations/" + r.Name, "name": r.Name, "type": "Region",
		"displayName": r.DisplayName, "regionalDisplayName": name, "metadata": meta,
	}
	if r.Zones > 0 {
		var zones []object.Object
		for i, physical := range zoneMap(sub, r) {
			zones = append(zones, object.Object{"logicalZone": itoa(i + 1), "physicalZone": physical})
		}
		out["availabilityZoneMappings"] = zones
	}
	return out
}

// zoneMap gives the physical zone of each logical zone of a region: it differs
// from subscription to subscription and stays as it is.
func zoneMap(sub string, r estate.Region) []string {
	left := make([]int, r.Zones)
	for i := range left {
		left[i] = i + 1
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.ToLower(sub) + "/" + r.Name)) // a hash takes everything
	n := h.Sum64()
	var out []string
	for len(left) > 0 {
		i := int(n % uint64(len(left)))
		n /= uint64(len(left))
		out = append(out, fmt.Sprintf("%s-az%d", r.Name, left[i]))
		left = append(left[:i], left[i+1:]...)
	}
	return out
}

// PhysicalZone is the physical zone, 1, 2 or 3, that a subscription's logical
// zone of a region is; 0 when there is none.
func PhysicalZone(sub, region string, logical int) int {
	r, ok := estate.RegionByName(region)
	if !ok || logical < 1 || logical > r.Zones {
		return 0
	}
	name := zoneMap(sub, r)[logical-1]
	return int(name[len(name)-1] - '0')
}

// checkZonePeers answers which zones of other subscriptions are the same as those
// of this one.
func (c *Control) checkZonePeers(q *request) (*answer, error) {
	r, ok := estate.RegionByName(object.Text(q.body, "location"))
	if !ok {
		return nil, refusal.New(http.StatusBadRequest, "LocationNotFound", "The location '%s' could not be found.", object.Text(q.body, "location"))
	}
	peers := []object.Object{}
	for logical, physical := range zoneMap(q.at.sub, r) {
		var same []object.Object
		for _, other := range object.List(q.body, "subscriptionIds") {
			s, _ := other.(string)
			id := strings.TrimPrefix(strings.ToLower(strings.TrimPrefix(s, "/")), "subscriptions/")
			for i, p := range zoneMap(id, r) {
				if p == physical {
					same = append(same, object.Object{"subscriptionId": id, "availabilityZone": itoa(i + 1)})
				}
			}
		}
		peers = append(peers, object.Object{"availabilityZone": itoa(logical + 1), "peers": same})
	}
	return &answer{http.StatusOK, object.Object{"subscriptionId": q.at.sub, "location": r.Name, "availabilityZonePeers": peers}}, nil
}
