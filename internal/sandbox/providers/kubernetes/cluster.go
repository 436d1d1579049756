package kubernetes

import (
	_ "embed" // for the versions
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

//go:embed versions.yaml
var versionTable []byte

type offer struct {
	Default   string   `yaml:"default"`
	Versions  []string `yaml:"versions"`
	Extension string   `yaml:"extension"` // the version that a new extension has
}

var offered = sync.OnceValues(func() (offer, error) {
	var o offer
	err := yaml.UnmarshalWithOptions(versionTable, &o, yaml.Strict())
	return o, err
})

// running is the Kubernetes version that a wanted one gives: itself, or the
// newest patch of a minor version; "" when the wanted one is not offered.
func running(wanted string) string {
	o, _ := offered() // a test holds that the list can be read
	if wanted == "" {
		return o.Default
	}
	for _, v := range o.Versions {
		if v == wanted || strings.HasPrefix(v, wanted+".") {
			return v
		}
	}
	return ""
}

func prepareCluster(c *provider.Call) error {
	if err := facet.Checks(c, checkCluster); err != nil {
		return err
	}
	if object.Text(c.Body, "sku.name") == "Basic" {
		object.Set(c.Body, "sku.name", "Base") // as versions before 2023 call it
	}
	if object.Text(c.Body, "sku.tier") == "Paid" {
		object.Set(c.Body, "sku.tier", "Standard")
	}
	object.Default(c.Body, "properties.kubernetesVersion", running(""))
	now := running(object.Text(c.Body, "properties.kubernetesVersion"))
	if now == "" { // it came from an estate
		now = object.Text(c.Body, "properties.kubernetesVersion")
	}
	object.Set(c.Body, "properties.currentKubernetesVersion", now)
	facet.Made(c, "properties.resourceUID", func() any { return strings.ReplaceAll(c.World.GUID(), "-", "")[:24] })
	facet.Made(c, "properties.powerState", func() any { return object.Object{"code": "Running"} })
	object.Set(c.Body, "properties.maxAgentPools", 100)
	object.Default(c.Body, "properties.nodeResourceGroup", nodeGroup(c))
	if object.Text(c.Body, "properties.dnsPrefix") == "" && object.Text(c.Body, "properties.fqdnSubdomain") == "" {
		object.Set(c.Body, "properties.dnsPrefix", c.Name+"-dns")
	}
	if object.Text(c.Secret, hostHash) == "" {
		c.Secret[hostHash] = facet.Token(c, 8)
	}
	if object.Text(c.Body, "properties.networkProfile.outboundType") == "loadBalancer" {
		object.Default(c.Body, "properties.networkProfile.loadBalancerProfile", object.Object{"managedOutboundIPs": object.Object{"count": 1}, "backendPoolType": "NodeIPConfiguration"})
	}
	if object.Text(c.Secret, "token") == "" {
		c.Secret["token"] = facet.Token(c, 64)
	}
	if strings.Contains(strings.ToLower(object.Text(c.Body, "identity.type")), "assigned") {
		object.Set(c.Body, "properties.servicePrincipalProfile", object.Object{"clientId": "msi"})
		facet.Made(c, "properties.identityProfile.kubeletidentity", func() any {
			return object.Object{"clientId": c.World.GUID(), "objectId": c.World.GUID(),
				"resourceId": facet.Subscription(c.ID) + "/resourcegroups/" + nodeGroup(c) + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + c.Name + "-agentpool"}
		})
	}
	return nil
}

// hostHash is where the secret part keeps what Azure makes up of a cluster's host
// name.
const hostHash = "hostHash"

// nodeGroup is the name of the group of a cluster's nodes.
func nodeGroup(c *provider.Call) string {
	if name := object.Text(c.Body, "properties.nodeResourceGroup"); name != "" {
		return name
	}
	name := "MC_" + facet.GroupName(c) + "_" + c.Name + "_" + c.Location
	return name[:min(len(name), 80)] // as long as AKS lets it be
}

func checkCluster(c *provider.Call) error {
	tier, plan := object.Text(c.Body, "sku.tier"), object.Text(c.Body, "properties.supportPlan")
	wanted, was := object.Text(c.Body, "properties.kubernetesVersion"), object.Text(facet.Was(c), "properties.currentKubernetesVersion")
	switch {
	case object.Inner(c.Body, "identity") == nil && object.Text(c.Body, "properties.servicePrincipalProfile.clientId") == "":
		return refusal.New(http.StatusBadRequest, "InvalidParameter", "The managed cluster %s needs an identity or a servicePrincipalProfile.", c.Name)
	case plan == "AKSLongTermSupport" && tier != "Premium":
		return refusal.New(http.StatusBadRequest, "K8sVersionNotSupported", "The support plan AKSLongTermSupport needs the tier Premium.")
	case wanted != "" && wanted != was && running(wanted) == "":
		return refusal.New(http.StatusBadRequest, "K8sVersionNotSupported", "Managed cluster %s is on version %s, which is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region.", c.Name, wanted)
	case was != "" && running(wanted) != "" && older(running(wanted), was):
		return refusal.New(http.StatusBadRequest, "OperationNotAllowed", "Downgrading Kubernetes version is not allowed: the cluster %s runs %s.", c.Name, was)
	}
	return checkPools(c)
}

// checkPools wants a new cluster to have a system pool; a change that lists
// pools must list those that there are.
func checkPools(c *provider.Call) error {
	pools, system := facet.Objects(c.Body, "properties.agentPoolProfiles"), false
	names := []string{}
	for _, p := range pools {
		system = system || strings.EqualFold(object.Text(p, "mode"), "System") || object.Text(p, "mode") == "" && c.APIVersion < "2020-06"
		names = append(names, object.Text(p, "name"))
	}
	if c.Was == nil && len(pools) == 0 && object.Text(c.Body, "sku.name") != "Automatic" {
		return refusal.New(http.StatusBadRequest, "AgentPoolProfilesNotProvided", "Provisioning of resource(s) for container service %s failed. Message: At least one agent pool profile is required.", c.Name)
	}
	if len(pools) > 0 && !system {
		return refusal.New(http.StatusBadRequest, "MustDefineAtLeastOneSystemPool", "Must define at least one system pool.")
	}
	if len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
		return refusal.New(http.StatusBadRequest, "AgentPoolProfileNameNotUnique", "The names of agentPoolProfiles must differ.")
	}
	return nil
}

// older compares two versions by number.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m < n
		}
	}
	return false
}

// keptCluster makes the pools, and the group of the nodes.
func keptCluster(c *provider.Call) error {
	group := facet.Subscription(c.ID) + "/resourceGroups/" + nodeGroup(c)
	if c.Tx.Resource(group) == nil {
		if err := facet.Bring(c, provider.Request{ID: group, Body: object.Object{
			"location": c.Location, "managedBy": c.ID, "tags": object.Object{"aks-managed-cluster-name": c.Name, "aks-managed-cluster-rg": facet.GroupName(c)},
		}}); err != nil {
			return err
		}
	}
	for _, p := range facet.Objects(c.Body, "properties.agentPoolProfiles") {
		if object.Inner(p, "properties") != nil {
			continue
		}
		// a profile has at its top what a pool has in its properties
		inner := object.Object{}
		for name, v := range p {
			if name != "name" {
				inner[name] = v
				delete(p, name)
			}
		}
		if object.Text(inner, "mode") == "" {
			inner["mode"] = "System"
		}
		p["properties"] = inner
	}
	return facet.Inline(c, "properties.agentPoolProfiles", poolType, false) // pools go by being deleted themselves
}

func showCluster(c *provider.Call) error {
	hash := object.Text(c.Secret, hostHash)
	label := object.Text(c.Body, "properties.dnsPrefix")
	if label == "" {
		label = object.Text(c.Body, "properties.fqdnSubdomain")
	}
	host := label + "-" + hash
	object.Set(c.Body, "properties.azurePortalFQDN", host+".portal.hcp."+c.Location+".azmk8s.io")
	if object.Bool(c.Body, "properties.apiServerAccessProfile.enablePrivateCluster") {
		object.Set(c.Body, "properties.privateFQDN", host+".privatelink."+c.Location+".azmk8s.io")
	}
	object.Set(c.Body, "properties.fqdn", host+".hcp."+c.Location+".azmk8s.io")
	if object.Bool(c.Body, "properties.oidcIssuerProfile.enabled") {
		object.Set(c.Body, "properties.oidcIssuerProfile.issuerURL", fmt.Sprintf("https://%s.oic.prod-aks.azure.com/%s/%s/", c.Location, c.World.Tenant, object.Text(c.Body, "properties.resourceUID")))
	}
	list := []any{}
	for r := range c.Tx.Children(c.ID, poolType) {
		pool := object.CloneObject(object.Inner(object.Must(r.Body), "properties"))
		pool["name"] = r.Name
		list = append(list, pool)
	}
	object.Set(c.Body, "properties.agentPoolProfiles", list)
	if len(list) == 0 {
		object.Delete(c.Body, "properties.agentPoolProfiles")
	}
	return nil
}

// dropCluster takes the group of the nodes away.
func dropCluster(c *provider.Call) error {
	group := facet.Subscription(c.ID) + "/resourceGroups/" + object.Text(facet.Was(c), "properties.nodeResourceGroup")
	if c.Tx.Resource(group) == nil || strings.EqualFold(group, c.Group) {
		return nil
	}
	_, err := c.Engine.Delete(c.Tx, c.Now, provider.Request{ID: group})
	return err
}
