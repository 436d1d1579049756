package kubernetes

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

func preparePool(c *provider.Call) error {
	if err := facet.Checks(c, checkPool); err != nil {
		return err
	}
	cluster := object.Object{}
	if c.Parent != nil {
		cluster = object.Must(c.Parent.Body)
	}
	version := object.Text(c.Body, "properties.orchestratorVersion")
	if version == "" {
		version = object.Text(cluster, "properties.kubernetesVersion")
		object.Set(c.Body, "properties.orchestratorVersion", version)
	}
	now := running(version)
	if now == "" {
		now = version
	}
	object.Set(c.Body, "properties.currentOrchestratorVersion", now)
	object.Set(c.Body, "properties.nodeImageVersion", "AKS"+object.Text(c.Body, "properties.osSKU")+"-2404gen2containerd-202610.12.0")
	facet.Made(c, "properties.powerState", func() any { return object.Object{"code": "Running"} })
	if object.Text(c.Body, "properties.scaleSetPriority") == "Spot" {
		object.Default(c.Body, "properties.scaleSetEvictionPolicy", "Delete")
		object.Default(c.Body, "properties.spotMaxPrice", -1)
	}
	return nil
}

// checkPool holds a pool to what compute-resources.md 1.1 says of pools.
func checkPool(c *provider.Call) error {
	p := object.Inner(c.Body, "properties")
	count, scales := whole(p["count"]), object.Bool(p, "enableAutoScaling")
	low, high := whole(p["minCount"]), whole(p["maxCount"])
	system, spot := object.Text(p, "mode") == "System", object.Text(p, "scaleSetPriority") == "Spot"
	zones, kind := facet.Strings(p, "availabilityZones"), object.Text(p, "type")
	for _, path := range []string{"properties.availabilityZones", "properties.vnetSubnetID", "properties.capacityReservationGroupID"} {
		if c.Was != nil && object.Get(c.Body, path) != nil && object.Get(facet.Was(c), path) == nil {
			return fixed(path)
		}
	}
	if c.Was != nil && spot && object.Text(facet.Was(c), "properties.scaleSetPriority") != "Spot" {
		return fixed("properties.scaleSetPriority")
	}
	switch {
	case kind == "AvailabilitySet" && c.Was == nil && len(zones) > 0:
		return refuse("AvailabilityZoneNotSupported", "The agent pool '%s' has availability zones, which needs the type VirtualMachineScaleSets.", c.Name)
	case scales && (low > high || high == 0):
		return refuse("InvalidParameter", "The agent pool '%s' has minCount %d and maxCount %d: with the autoscaler, minCount must be at most maxCount.", c.Name, low, high)
	case scales && (count < low || count > high):
		return refuse("InvalidParameter", "The agent pool '%s' has count %d, which is not between minCount %d and maxCount %d.", c.Name, count, low, high)
	case system && count < 1:
		return refuse("InvalidParameter", "The system agent pool '%s' must have at least one node.", c.Name)
	case count > 1000:
		return refuse("InvalidParameter", "The agent pool '%s' must have at most 1000 nodes.", c.Name)
	case system && spot:
		return refuse("SystemPoolMustBeRegular", "The system agent pool '%s' cannot have the priority Spot.", c.Name)
	case system && object.Text(p, "osType") == "Windows":
		return refuse("SystemPoolMustBeLinux", "The system agent pool '%s' must run Linux.", c.Name)
	case len(zones) > 0 && c.Parent != nil && strings.EqualFold(object.Text(object.Must(c.Parent.Body), "properties.networkProfile.loadBalancerSku"), "basic"):
		return refuse("AvailabilityZoneRequiresStandardLoadBalancer", "The agent pool '%s' has availability zones, which needs the load balancer sku standard.", c.Name)
	}
	return facet.InZones(c, p, "availabilityZones")
}

func fixed(path string) error {
	return refusal.Conflict("PropertyChangeNotAllowed", "Changing property '%s' is not allowed.", path)
}

func refuse(code, format string, args ...any) error {
	return refusal.New(http.StatusBadRequest, code, format, args...)
}

func whole(v any) int {
	n, _ := strconv.Atoi(fmt.Sprint(v))
	return n
}

// dropPool leaves a cluster its last system pool.
func dropPool(c *provider.Call) error {
	if c.Cascade || c.Parent == nil || object.Text(facet.Was(c), "properties.mode") != "System" {
		return nil
	}
	for r := range c.Tx.Children(c.Parent.ID, poolType) {
		if !strings.EqualFold(r.Name, c.Name) && object.Text(object.Must(r.Body), "properties.mode") == "System" {
			return nil
		}
	}
	return refuse("LastSystemPoolCannotBeDeleted", "There has to be at least one system agent pool: %s of the cluster %s is the last one.", c.Name, c.Parent.Name)
}
