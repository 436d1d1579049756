package machinelearning

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// recordQuota keeps the limits that were set: "{subscription}/{region}/{family}" or
// the same with "/{workspace id}" behind it; the value is a number.
const recordQuota = "machinelearning.quota"

// usage is what is used in a region of a subscription, in cores.
type usage struct {
	families               map[string]int // dedicated
	low, total, clusters   int
	endpoints, deployments int
	ofWorkspace            map[string]int // "{workspace key} {family}"
}

// used counts what a subscription uses in a region. Nodes that are not running
// count too (facts/azure-ml.md section 2); a managed deployment needs a fifth more
// than it has, for upgrades (section 2.1).
func used(tx *state.Tx, subscription, region, without string) usage {
	u := usage{families: map[string]int{}, ofWorkspace: map[string]int{}}
	add := func(id, vmSize string, low bool, count int) {
		z, ok := sizeOf(vmSize)
		if !ok || same(id, without) {
			return
		}
		cores := z.Cores * count
		if low {
			u.low += cores
			return
		}
		u.families[z.Family] += cores
		u.total += cores
		u.ofWorkspace[state.Key(workspaceOf(id))+" "+z.Family] += cores
	}
	scope := "/subscriptions/" + subscription
	for r := range tx.OfType(Namespace+"/workspaces/computes", scope) {
		o := body(r)
		if estate.NormalizeLocation(object.Text(o, "properties.computeLocation")) != region {
			continue
		}
		switch vm := object.Text(o, "properties.properties.vmSize"); object.Text(o, "properties.computeType") {
		case "AmlCompute":
			u.clusters++
			add(r.ID, vm, object.Text(o, "properties.properties.vmPriority") == "LowPriority", number(o, "properties.properties.scaleSettings.maxNodeCount", 0))
		case "ComputeInstance":
			u.clusters++
			add(r.ID, vm, false, 1)
		}
	}
	for r := range tx.OfType(Namespace+"/workspaces/onlineEndpoints", scope) {
		if estate.NormalizeLocation(r.Location) == region {
			u.endpoints++
		}
	}
	for r := range tx.OfType(Namespace+"/workspaces/onlineEndpoints/deployments", scope) {
		o := body(r)
		if estate.NormalizeLocation(r.Location) != region {
			continue
		}
		u.deployments++
		if strings.EqualFold(object.Text(o, "properties.endpointComputeType"), "Managed") {
			add(r.ID, object.Text(o, "properties.instanceType"), false, reserved(number(o, "sku.capacity", 1)))
		}
	}
	return u
}

// reserved is the quota that a deployment of n instances needs, in instances.
func reserved(n int) int { return (n*12 + 9) / 10 }

// number reads a number of a body.
func number(o object.Object, path string, otherwise int) int {
	switch v := object.Get(o, path).(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return int(i)
		}
	case float64:
		return int(v)
	case int:
		return v
	case int64:
		return int(v)
	case uint64:
		return int(v)
	}
	return otherwise
}

// limit is what a family may use in a region, or a workspace of it.
func limit(tx *state.Tx, subscription, region, workspace string, z size) int {
	key := strings.ToLower(subscription) + "/" + region + "/" + strings.ToLower(z.Family)
	if workspace != "" {
		key += state.Key(workspace)
	}
	if v, ok := tx.Record(recordQuota, key); ok {
		n := 0
		if json.Unmarshal(v, &n) == nil {
			return n
		}
	}
	return limitOf(z)
}

// enough says whether the quota of a region holds some more machines, or refuses.
// What the resource of the call uses so far does not count.
func (s *service) enough(c *provider.Call, region, vmSize string, low bool, count int) error {
	z, ok := sizeOf(vmSize)
	if !ok {
		return refusal.New(http.StatusBadRequest, "InvalidVmSize", "The VM size '%s' is not known.", vmSize)
	}
	subscription := estate.ParseID(c.ID).Subscription()
	u, l := used(c.Tx, subscription, region, c.ID), sizes().Limits
	refuse := func(what string, now, more, limit int) error {
		return refusal.New(http.StatusBadRequest, "ClusterCoreQuotaReached", "Operation cannot be completed, exceeding quota of %s in the region %s: %d in use, %d more are needed, and the limit is %d. Ask for more with a support request of the type 'Machine Learning Service'.", what, region, now, more, limit)
	}
	cores := z.Cores * count
	ws := workspaceOf(c.ID)
	ofFamily, ofWorkspace := limit(c.Tx, subscription, region, "", z), limit(c.Tx, subscription, region, ws, z)
	switch {
	case low && u.low+cores > l.LowPriority:
		return refuse("low-priority vCPUs", u.low, cores, l.LowPriority)
	case low:
	case u.families[z.Family]+cores > ofFamily:
		return refuse(z.Family+" dedicated vCPUs", u.families[z.Family], cores, ofFamily)
	case u.ofWorkspace[state.Key(ws)+" "+z.Family]+cores > ofWorkspace:
		return refuse(z.Family+" dedicated vCPUs of the workspace", u.ofWorkspace[state.Key(ws)+" "+z.Family], cores, ofWorkspace)
	case u.total+cores > l.Total:
		return refuse("dedicated vCPUs of all families", u.total, cores, l.Total)
	}
	if s.capacity != nil {
		return s.capacity(c.Tx, c.Now, region, z.Name, count)
	}
	return nil
}

// families are those of the table, each with one of its sizes, in order.
func families() []size {
	var out []size
	for _, z := range sizes().Sizes {
		if !slices.ContainsFunc(out, func(o size) bool { return o.Family == z.Family }) {
			out = append(out, z)
		}
	}
	return out
}

// words is a family as the usages call it: standardDSv2Family is Standard DSv2
// Family Cluster Dedicated vCPUs.
func words(family string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(family, "standard"), "Family")
	return "Standard " + name + " Family Cluster Dedicated vCPUs"
}

// quotas are the questions about a region (facts/azure-ml.md section 2.1).
func (s *service) quotas(p *provider.Provider) {
	p.Locations = map[string]action{"usages": s.usages, "quotas": s.listQuotas, "updatequotas": s.updateQuotas, "vmsizes": s.vmSizes}
}

func (s *service) usages(c *provider.Call) (provider.Reply, error) {
	subscription, region := subscriptionOf(c), estate.NormalizeLocation(c.Location)
	u, l := used(c.Tx, subscription, region, ""), sizes().Limits
	rows := []any{}
	row := func(value, name string, current, limit int) {
		id := "/subscriptions/" + subscription + "/providers/" + Namespace + "/locations/" + region + "/usages/" + value
		rows = append(rows, map[string]any{"id": id, "type": Namespace + "/usages", "unit": "Count", "currentValue": current, "limit": limit,
			"name": map[string]any{"value": value, "localizedValue": name}})
	}
	row("Clusters", "Clusters", u.clusters, l.Clusters)
	row("Endpoints", "Endpoints", u.endpoints, l.Endpoints)
	row("Deployments", "Endpoint deployments", u.deployments, l.Deployments)
	row("totalDedicatedVcpus", "Total Cluster Dedicated Regional vCPUs", u.total, l.Total)
	row("totalLowPriorityVcpus", "Total Cluster LowPriority Regional vCPUs", u.low, l.LowPriority)
	for _, z := range families() {
		row(z.Family, words(z.Family), u.families[z.Family], limit(c.Tx, subscription, region, "", z))
	}
	return provider.Reply{Body: object.Object{"value": rows}}, nil
}

func (s *service) listQuotas(c *provider.Call) (provider.Reply, error) {
	subscription, region := subscriptionOf(c), estate.NormalizeLocation(c.Location)
	rows := []any{}
	for _, z := range families() {
		name := map[string]any{"value": z.Family, "localizedValue": words(z.Family)}
		rows = append(rows, map[string]any{
			"id":   "/subscriptions/" + subscription + "/providers/" + Namespace + "/locations/" + region + "/vmFamilies/" + z.Family,
			"type": Namespace + "/vmFamily/quotas", "limit": limit(c.Tx, subscription, region, "", z), "unit": "Count", "name": name,
		})
		for ws := range c.Tx.OfType(estate.WorkspaceType, "/subscriptions/"+subscription) {
			if estate.NormalizeLocation(ws.Location) == region {
				rows = append(rows, map[string]any{
					"id":   ws.ID + "/quotas/" + z.Family,
					"type": Namespace + "/workspaces/quotas", "limit": limit(c.Tx, subscription, region, ws.ID, z), "unit": "Count", "name": name,
				})
			}
		}
	}
	return provider.Reply{Body: object.Object{"value": rows}}, nil
}

// updateQuotas sets limits, each row with a status of its own.
func (s *service) updateQuotas(c *provider.Call) (provider.Reply, error) {
	subscription, region := subscriptionOf(c), estate.NormalizeLocation(c.Location)
	rows := []any{}
	for _, e := range object.List(c.Body, "value") {
		in, _ := e.(map[string]any)
		id := object.Text(in, "id")
		family, workspace := last(id), ""
		if is(workspaceOf(id), estate.WorkspaceType) {
			workspace = state.Key(workspaceOf(id))
		}
		n, status := number(in, "limit", -1), "Success"
		at := slices.IndexFunc(families(), func(z size) bool { return strings.EqualFold(z.Family, family) })
		switch {
		case at < 0:
			status = "InvalidVMFamilyName"
		case n < 0:
			status = "Failure"
		case workspace != "" && n > limit(c.Tx, subscription, region, "", families()[at]):
			status = "InvalidQuotaExceedsSubscriptionLimit"
		case n < minimum(c.Tx, subscription, region, workspace, families()[at].Family):
			status = "InvalidQuotaBelowClusterMinimum"
		default:
			key := strings.ToLower(subscription) + "/" + region + "/" + strings.ToLower(family) + workspace
			if err := c.Tx.PutRecord(recordQuota, key, []byte(strconv.Itoa(n))); err != nil {
				return provider.Reply{}, err
			}
		}
		rows = append(rows, map[string]any{"id": id, "type": object.Text(in, "type"), "limit": n, "unit": "Count", "status": status})
	}
	return provider.Reply{Body: object.Object{"value": rows}}, nil
}

func minimum(tx *state.Tx, subscription, region, workspace, family string) int {
	u := used(tx, subscription, region, "")
	if workspace != "" {
		return u.ofWorkspace[workspace+" "+family]
	}
	return u.families[family]
}

func (s *service) vmSizes(c *provider.Call) (provider.Reply, error) {
	rows := []any{}
	for _, z := range sizes().Sizes {
		rows = append(rows, map[string]any{
			"name": z.Name, "family": z.Family, "vCPUs": z.Cores, "gpus": z.GPUs, "memoryGB": z.Memory, "osVhdSizeMB": 1047552,
			"maxResourceVolumeMB": 1024 * 8 * z.Cores, "lowPriorityCapable": true, "premiumIO": strings.Contains(strings.ToLower(z.Name), "s_"),
			"supportedComputeTypes": []any{"AmlCompute", "ComputeInstance"},
		})
	}
	return provider.Reply{Body: object.Object{"value": rows}}, nil
}

// subscriptionOf is the subscription that a question about a region is about.
func subscriptionOf(c *provider.Call) string { return estate.ParseID(c.ID).Subscription() }
