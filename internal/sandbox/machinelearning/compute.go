package machinelearning

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// endsWithNumber is what names of computes must not do; Go's expressions have no
// lookahead for it (facts/azure-ml.md section 2).
var endsWithNumber = regexp.MustCompile(`-\d+$`)

// attached are the types that computes are attached to, "" where that may be
// several or none.
var attached = map[string][]string{
	"Kubernetes":        {"Microsoft.ContainerService/managedClusters", "Microsoft.Kubernetes/connectedClusters"},
	"AKS":               {"Microsoft.ContainerService/managedClusters"},
	"VirtualMachine":    {"Microsoft.Compute/virtualMachines"},
	"HDInsight":         {"Microsoft.HDInsight/clusters"},
	"Databricks":        {"Microsoft.Databricks/workspaces"},
	"SynapseSpark":      {"Microsoft.Synapse/workspaces/bigDataPools"},
	"DataFactory":       {"Microsoft.DataFactory/factories"},
	"DataLakeAnalytics": {"Microsoft.DataLakeAnalytics/accounts"},
}

// runs says whether jobs run on computes of a type.
func runsJobs(computeType string) bool {
	switch computeType {
	case "DataFactory", "DataLakeAnalytics":
		return false
	}
	return true
}

func (s *service) computes(h *provider.Hooks) {
	h.Prepare, h.Kept, h.Done, h.Drop = s.prepareCompute, s.computeKept, s.computeDone, s.dropCompute
	h.Actions = s.computeActions()
}

func (s *service) prepareCompute(c *provider.Call) error {
	kind := object.Text(c.Body, "properties.computeType")
	ws := c.Parent
	location := estate.NormalizeLocation(object.Text(c.Body, "properties.computeLocation"))
	if location == "" {
		location = estate.NormalizeLocation(object.Text(c.Body, "location"))
	}
	if location == "" && ws != nil {
		location = estate.NormalizeLocation(ws.Location)
	}
	c.Location = location
	object.Set(c.Body, "properties.computeLocation", location)
	if !c.Seeding {
		if err := s.checkCompute(c, kind, location); err != nil {
			return err
		}
	}
	at := c.Now.UTC().Format(time.RFC3339)
	object.Default(c.Body, "properties.createdOn", at)
	object.Set(c.Body, "properties.modifiedOn", at)
	object.Set(c.Body, "properties.isAttachedCompute", object.Text(c.Body, "properties.resourceId") != "")
	switch kind {
	case "AmlCompute":
		p := "properties.properties."
		object.Default(c.Body, p+"vmPriority", "Dedicated")
		object.Default(c.Body, p+"osType", "Linux")
		object.Default(c.Body, p+"enableNodePublicIp", true)
		object.Default(c.Body, p+"isolatedNetwork", false)
		object.Default(c.Body, p+"remoteLoginPortPublicAccess", "NotSpecified")
		object.Default(c.Body, p+"scaleSettings.minNodeCount", 0)
		object.Default(c.Body, p+"scaleSettings.nodeIdleTimeBeforeScaleDown", "PT2M")
		object.Set(c.Body, p+"allocationState", "Resizing")
	case "ComputeInstance":
		p := "properties.properties."
		object.Default(c.Body, p+"applicationSharingPolicy", "Shared")
		object.Default(c.Body, p+"computeInstanceAuthorizationType", "personal")
		object.Default(c.Body, p+"sshSettings", object.Object{"sshPublicAccess": "Disabled"})
		object.Set(c.Body, p+"state", "Creating")
		c.Takes *= 3 // a machine is started
	}
	return nil
}

// checkCompute refuses what cannot be made.
func (s *service) checkCompute(c *provider.Call, kind, location string) error {
	bad := func(format string, args ...any) error {
		return refusal.New(http.StatusBadRequest, "ValidationError", format, args...)
	}
	if endsWithNumber.MatchString(c.Name) {
		return bad("The compute name '%s' is not valid: it must not end with a hyphen followed by digits.", c.Name)
	}
	for r := range c.Tx.OfType(c.Type.Name, "/subscriptions/"+c.Subscription) {
		if strings.EqualFold(r.Name, c.Name) && !same(r.ID, c.ID) && estate.NormalizeLocation(object.Text(body(r), "properties.computeLocation")) == location && object.Get(body(r), "properties.resourceId") == nil && object.Get(c.Body, "properties.resourceId") == nil {
			return refusal.Conflict("Conflict", "The compute name '%s' is already taken in the region %s by the workspace '%s'. Names of computes are unique in a region.", c.Name, location, estate.ParseID(workspaceOf(r.ID)).LastName())
		}
	}
	switch kind {
	case "AmlCompute":
		return s.checkCluster(c, location)
	case "ComputeInstance":
		if c.Parent != nil && location != estate.NormalizeLocation(c.Parent.Location) {
			return bad("The compute instance '%s' must be in the region of its workspace, %s.", c.Name, c.Parent.Location)
		}
		return s.checkSize(c, location, false, 1)
	}
	id := object.Text(c.Body, "properties.resourceId")
	switch {
	case id == "" && (kind == "AKS" || kind == "HDInsight" || kind == "VirtualMachine" || kind == "Databricks" || kind == "SynapseSpark" || kind == "DataLakeAnalytics"):
		return nil // told by an address, or made by the service
	case id == "":
		return bad("A compute of the type %s needs 'resourceId', the id of what it is attached to.", kind)
	case !isOneOf(id, attached[kind]):
		return bad("A compute of the type %s is attached to a resource of the type %s, not to '%s'.", kind, strings.Join(attached[kind], " or "), id)
	case c.Tx.Resource(id) == nil:
		return refusal.New(http.StatusBadRequest, "ValidationError", "The resource '%s' that the compute '%s' is to be attached to was not found.", id, c.Name)
	case kind != "Databricks" && kind != "SynapseSpark" && !strings.EqualFold(estate.ParseID(id).Subscription(), c.Subscription):
		return bad("The resource '%s' must be in the subscription of the workspace.", id)
	}
	if c.Created {
		return s.stands(c.Tx, c.Now, id, false)
	}
	return nil
}

func isOneOf(id string, types []string) bool {
	for _, t := range types {
		if is(id, t) {
			return true
		}
	}
	return false
}

func (s *service) checkCluster(c *provider.Call, location string) error {
	if _, ok := estate.RegionByName(location); !ok {
		return refusal.New(http.StatusBadRequest, "ValidationError", "The region '%s' of the compute '%s' is not known.", location, c.Name)
	}
	least, most := number(c.Body, "properties.properties.scaleSettings.minNodeCount", 0), number(c.Body, "properties.properties.scaleSettings.maxNodeCount", -1)
	if most < 0 || least < 0 || least > most {
		return refusal.New(http.StatusBadRequest, "ValidationError", "The compute '%s' needs scaleSettings with 0 <= minNodeCount <= maxNodeCount.", c.Name)
	}
	low := strings.EqualFold(object.Text(c.Body, "properties.properties.vmPriority"), "LowPriority")
	return s.checkSize(c, location, low, most)
}

func (s *service) checkSize(c *provider.Call, location string, low bool, count int) error {
	vm := object.Text(c.Body, "properties.properties.vmSize")
	if vm == "" {
		return refusal.New(http.StatusBadRequest, "ValidationError", "The compute '%s' needs 'vmSize'.", c.Name)
	}
	if net := object.Text(c.Body, "properties.properties.subnet.id"); net != "" && !inNetwork(c.Tx, net) {
		return refusal.New(http.StatusBadRequest, "ValidationError", "The subnet '%s' of the compute '%s' was not found.", net, c.Name)
	}
	return s.enough(c, location, vm, low, count)
}

// inNetwork says whether a subnet is there, by itself or within its network.
func inNetwork(tx *state.Tx, subnet string) bool {
	if tx.Resource(subnet) != nil {
		return true
	}
	for _, e := range object.List(body(tx.Resource(estate.ParseID(subnet).Parent().String())), "properties.subnets") {
		if m, ok := e.(map[string]any); ok && strings.EqualFold(object.Text(m, "name"), last(subnet)) {
			return true
		}
	}
	return false
}

// computeKept makes the cluster that the service makes by itself, and wakes the
// managed network.
func (s *service) computeKept(c *provider.Call) error {
	s.engine.Store(&c.Engine)
	if c.Seeding || !c.Created {
		return nil
	}
	if object.Text(c.Body, "properties.computeType") == "AKS" && object.Text(c.Body, "properties.resourceId") == "" {
		id := estate.ParseID(c.ID).Group().InGroup(attached["AKS"][0], strings.ToLower(c.Name)+"-"+s.world.GUID()[:8]).String()
		if err := s.make(c, id, attached["AKS"][0], object.Object{
			"location": c.Location, "identity": object.Object{"type": "SystemAssigned"}, "properties": object.Object{
				"dnsPrefix": strings.ToLower(c.Name), "agentPoolProfiles": []any{map[string]any{
					"name": "agentpool", "mode": "System", "count": number(c.Body, "properties.properties.agentCount", 3),
					"vmSize": orText(object.Text(c.Body, "properties.properties.agentVmSize"), "Standard_D3_v2"),
				}}},
		}); err != nil {
			return err
		}
		object.Set(c.Body, "properties.resourceId", id)
	}
	ws := c.Tx.Resource(workspaceOf(c.ID))
	if o := body(ws); ws != nil && object.Text(o, managedNetwork+".status.status") == "Inactive" {
		object.Set(o, managedNetwork+".status.status", "Active")
		return rebody(c.Tx, c.Now, ws, o)
	}
	return nil
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// computeDone is when the machines are there.
func (s *service) computeDone(c *provider.Call) error {
	switch object.Text(c.Body, "properties.computeType") {
	case "AmlCompute":
		settleCluster(c.Body, c.Now)
	case "ComputeInstance":
		if object.Text(c.Body, "properties.properties.state") == "Creating" {
			operated(c.Body, c.Now, "Create", "Running")
			object.Set(c.Body, "properties.properties.connectivityEndpoints", object.Object{"privateIpAddress": "10.0.0.4"})
		}
	}
	return nil
}

// settleCluster shows a cluster with its least number of nodes, idle.
func settleCluster(o object.Object, now time.Time) {
	n := number(o, "properties.properties.scaleSettings.minNodeCount", 0)
	p := "properties.properties."
	object.Set(o, p+"allocationState", "Steady")
	object.Set(o, p+"allocationStateTransitionTime", now.UTC().Format(time.RFC3339))
	object.Set(o, p+"currentNodeCount", n)
	object.Set(o, p+"targetNodeCount", n)
	object.Set(o, p+"nodeStateCounts", object.Object{
		"preparingNodeCount": 0, "runningNodeCount": 0, "idleNodeCount": n, "unusableNodeCount": 0, "leavingNodeCount": 0, "preemptedNodeCount": 0,
	})
}

// dropCompute refuses to delete without saying what becomes of what is behind it,
// and takes that away when asked.
func (s *service) dropCompute(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	what := c.Query.Get("underlyingResourceAction")
	o := body(c.Was)
	behind := object.Text(o, "properties.resourceId")
	switch {
	case what == "" && c.Query != nil:
		return refusal.New(http.StatusBadRequest, "ValidationError", "The query parameter 'underlyingResourceAction' is required: Delete or Detach.")
	case what != "" && !contains([]string{"Delete", "Detach"}, what):
		return refusal.New(http.StatusBadRequest, "ValidationError", "The value '%s' of 'underlyingResourceAction' is not valid: use Delete or Detach.", what)
	case strings.EqualFold(what, "Detach") && behind == "":
		return refusal.New(http.StatusBadRequest, "ValidationError", "The compute '%s' is attached to nothing and cannot be detached: use underlyingResourceAction=Delete.", c.Name)
	case strings.EqualFold(what, "Delete") && behind != "" && c.Tx.Resource(behind) != nil && c.Engine != nil:
		_, err := c.Engine.Delete(c.Tx, c.Now, provider.Request{ID: behind, Caller: c.Caller, Internal: true})
		return err
	}
	return nil
}
