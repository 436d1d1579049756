package machinelearning

import (
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

const managedNetwork = "properties.managedNetwork"

// prepareNetwork sets up the managed network: its state, and the rules that are
// given with the workspace (facts/azure-ml.md section 1.5).
func (s *service) prepareNetwork(c *provider.Call) error {
	mode := object.Text(c.Body, managedNetwork+".isolationMode")
	if mode == "" || strings.EqualFold(mode, "Disabled") {
		return nil
	}
	if !c.Created {
		keep(c, managedNetwork+".networkId", managedNetwork+".status")
	}
	object.Default(c.Body, managedNetwork+".managedNetworkKind", "V1")
	object.Default(c.Body, managedNetwork+".firewallSku", "Standard")
	object.Default(c.Body, managedNetwork+".networkId", s.world.GUID())
	object.Default(c.Body, managedNetwork+".outboundRules", object.Object{})
	status := "Inactive"
	if object.Bool(c.Body, "properties.provisionNetworkNow") {
		status = "Active"
	}
	object.Default(c.Body, managedNetwork+".status", object.Object{"status": status, "sparkReady": status == "Active"})
	object.Delete(c.Body, "properties.provisionNetworkNow")
	for name, v := range object.Inner(c.Body, managedNetwork+".outboundRules") {
		rule, _ := v.(map[string]any)
		if err := s.checkRule(c, name, rule); err != nil && !c.Seeding {
			return err
		}
	}
	return nil
}

// checkRule checks an outbound rule and adds what the service adds.
func (s *service) checkRule(c *provider.Call, name string, rule object.Object) error {
	switch strings.ToLower(object.Text(rule, "type")) {
	case "fqdn":
		if object.Text(rule, "destination") == "" {
			return refusal.New(http.StatusBadRequest, "ValidationError", "The outbound rule '%s' needs a host name as its destination.", name)
		}
	case "privateendpoint":
		id := object.Text(rule, "destination.serviceResourceId")
		if id == "" || c.Tx.Resource(id) == nil {
			return refusal.New(http.StatusBadRequest, "ValidationError", "The outbound rule '%s' needs the id of a resource that is there as destination.serviceResourceId, not '%s'.", name, id)
		}
	case "servicetag":
		if object.Text(rule, "destination.serviceTag") == "" {
			return refusal.New(http.StatusBadRequest, "ValidationError", "The outbound rule '%s' needs destination.serviceTag.", name)
		}
	default:
		return refusal.New(http.StatusBadRequest, "ValidationError", "The outbound rule '%s' needs a type: FQDN, PrivateEndpoint or ServiceTag.", name)
	}
	object.Default(rule, "category", "UserDefined")
	object.Default(rule, "status", "Inactive")
	return nil
}

func (s *service) outboundRules(h *provider.Hooks) {
	h.Prepare = func(c *provider.Call) error {
		if c.Parent != nil && !c.Seeding {
			if mode := object.Text(body(c.Parent), managedNetwork+".isolationMode"); mode == "" || strings.EqualFold(mode, "Disabled") {
				return refusal.New(http.StatusBadRequest, "ValidationError", "The workspace '%s' has no managed network: set managedNetwork.isolationMode first.", c.Parent.Name)
			}
			if err := s.checkRule(c, c.Name, object.Inner(c.Body, "properties")); err != nil {
				return err
			}
			if object.Text(body(c.Parent), managedNetwork+".status.status") == "Active" {
				object.Set(c.Body, "properties.status", "Active")
			}
		}
		return nil
	}
	h.Kept = func(c *provider.Call) error { return s.noteRule(c, object.Inner(c.Body, "properties")) }
	h.Drop = func(c *provider.Call) error { return s.noteRule(c, nil) }
}

// noteRule shows a rule at its workspace too, or takes it out there.
func (s *service) noteRule(c *provider.Call, rule object.Object) error {
	ws := c.Tx.Resource(workspaceOf(c.ID))
	if ws == nil {
		return nil
	}
	o := body(ws)
	rules := object.CloneObject(object.Inner(o, managedNetwork+".outboundRules"))
	if rule == nil {
		delete(rules, c.Name)
	} else {
		rules[c.Name] = object.Clone(rule)
	}
	object.Set(o, managedNetwork+".outboundRules", rules)
	return rebody(c.Tx, c.Now, ws, o)
}

// endpointConnections ties connections to private endpoints that are there.
func (s *service) endpointConnections(h *provider.Hooks) {
	h.Prepare = func(c *provider.Call) error {
		keep(c, "properties.privateEndpoint", "properties.groupIds")
		object.Default(c.Body, "properties.groupIds", []any{"amlworkspace"})
		status := object.Text(c.Body, "properties.privateLinkServiceConnectionState.status")
		if !c.Seeding && !contains([]string{"Pending", "Approved", "Rejected", "Disconnected", "Timeout"}, status) {
			return refusal.New(http.StatusBadRequest, "ValidationError", "The status '%s' of the connection is not valid.", status)
		}
		return nil
	}
}
