package compute

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// retired are the versions of which no new cluster can be made, by their first
// digit (compute-resources.md 4).
var retired = []string{"3", "4", "5.0"}

func prepareCluster(c *provider.Call) error {
	hide(c)
	if err := facet.Checks(c, facet.One, checkCluster); err != nil {
		return err
	}
	facet.Made(c, "properties.clusterId", func() any { return strings.ReplaceAll(c.World.GUID(), "-", "") })
	facet.Made(c, "properties.createdDate", func() any { return facet.Time(c.Now) })
	facet.Made(c, "properties.clusterState", func() any { return "Accepted" })
	host := strings.ToLower(c.Name)
	object.Set(c.Body, "properties.connectivityEndpoints", []any{
		object.Object{"name": "SSH", "protocol": "TCP", "location": host + "-ssh.azurehdinsight.net", "port": 22},
		object.Object{"name": "HTTPS", "protocol": "TCP", "location": host + ".azurehdinsight.net", "port": 443},
	})
	return nil
}

// hide moves what no reading shows to the secret part: passwords, keys of
// storage accounts.
func hide(c *provider.Call) {
	move := func(o object.Object, path, name string) {
		if v := object.Delete(o, path); v != nil {
			c.Secret[name] = v
		}
	}
	for _, r := range facet.Objects(c.Body, "properties.computeProfile.roles") {
		move(r, "osProfile.linuxOperatingSystemProfile.password", "password."+object.Text(r, "name"))
	}
	for i, a := range facet.Objects(c.Body, "properties.storageProfile.storageaccounts") {
		move(a, "key", fmt.Sprintf("key.%d", i))
	}
	configurations := object.Inner(c.Body, "properties.clusterDefinition.configurations")
	for _, section := range []string{"gateway"} {
		if v, ok := configurations[section].(map[string]any); ok {
			for name, value := range v {
				if strings.Contains(strings.ToLower(name), "password") {
					c.Secret[section+"."+name] = value
					delete(v, name)
				}
			}
		}
	}
}

func checkCluster(c *provider.Call) error {
	version := object.Text(c.Body, "properties.clusterVersion")
	old := slices.ContainsFunc(retired, func(r string) bool { return version == r || strings.HasPrefix(version, r+".") })
	if c.Was == nil && old {
		return refusal.New(http.StatusBadRequest, "InvalidClusterVersion", "The cluster version %s is retired: no new cluster can be created. Use 5.1.", version)
	}
	counts := map[string]int{}
	for _, r := range facet.Objects(c.Body, "properties.computeProfile.roles") {
		n := 0
		_, _ = fmt.Sscan(fmt.Sprint(r["targetInstanceCount"]), &n)
		counts[strings.ToLower(object.Text(r, "name"))] += n
	}
	switch {
	case counts["headnode"] != 2 && counts["headnode"] != 1:
		return refusal.New(http.StatusBadRequest, "InvalidHeadNodeCount", "The cluster %s has %d head nodes: it must have 2.", c.Name, counts["headnode"])
	case counts["workernode"] < 1:
		return refusal.New(http.StatusBadRequest, "InvalidWorkerNodeCount", "The cluster %s has no worker node.", c.Name)
	case len(object.List(c.Body, "zones")) > 0 && !hasNetwork(c.Body):
		return refusal.New(http.StatusBadRequest, "AvailabilityZoneNeedsVirtualNetwork", "The cluster %s is in a zone, which needs a virtual network of its own.", c.Name)
	}
	return nil
}

func hasNetwork(body object.Object) bool {
	for _, r := range facet.Objects(body, "properties.computeProfile.roles") {
		if object.Text(r, "virtualNetworkProfile.id") != "" {
			return true
		}
	}
	return false
}

func doneCluster(c *provider.Call) error {
	object.Set(c.Body, "properties.clusterState", "Running")
	return nil
}

func showCluster(c *provider.Call) error {
	cores := 0
	for _, r := range facet.Objects(c.Body, "properties.computeProfile.roles") {
		n := 0
		_, _ = fmt.Sscan(fmt.Sprint(r["targetInstanceCount"]), &n)
		if s := sizeNamed(object.Text(r, "hardwareProfile.vmSize")); s != nil {
			cores += n * s.Cores
		}
	}
	object.Set(c.Body, "properties.quotaInfo", object.Object{"coresUsed": cores})
	return nil
}
