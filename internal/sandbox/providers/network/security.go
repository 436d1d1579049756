package network

import (
	_ "embed" // for the default rules
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

//go:embed rules.yaml
var ruleTable []byte

var defaultRules = sync.OnceValues(func() ([]map[string]any, error) {
	var all []map[string]any
	err := yaml.Unmarshal(ruleTable, &all)
	return all, err
})

func prepareGroup(c *provider.Call) error {
	object.Default(c.Body, "properties.flushConnection", false)
	return nil
}

// showGroup adds the rules that every group has, and what uses the group.
func showGroup(c *provider.Call) error {
	rules, err := defaultRules()
	if err != nil {
		return err
	}
	list := []any{}
	for _, rule := range rules {
		p := object.CloneObject(rule)
		name, _ := p["name"].(string)
		delete(p, "name")
		p["provisioningState"], p["sourcePortRange"], p["destinationPortRange"] = "Succeeded", "*", "*"
		list = append(list, object.Object{"id": c.ID + "/defaultSecurityRules/" + name, "name": name, "type": groupType + "/defaultSecurityRules", "properties": p})
	}
	object.Set(c.Body, "properties.defaultSecurityRules", list)
	for path, typ := range map[string]string{"properties.subnets": subnetType, "properties.networkInterfaces": interfaceType} {
		if users := users(c, typ); len(users) > 0 {
			object.Set(c.Body, path, users)
		}
	}
	return nil
}

// users are the resources of a type that name the group.
func users(c *provider.Call, typ string) []any {
	var out []any
	for r := range c.Tx.OfType(typ, facet.Subscription(c.ID)) {
		if state.Key(object.Text(object.Must(r.Body), "properties.networkSecurityGroup.id")) == state.Key(c.ID) {
			out = append(out, object.Object{"id": r.ID})
		}
	}
	return out
}

func dropGroup(c *provider.Call) error {
	if c.Cascade {
		return nil
	}
	for _, typ := range []string{subnetType, interfaceType} {
		if used := users(c, typ); len(used) > 0 {
			id, _ := used[0].(map[string]any)
			return refusal.New(http.StatusBadRequest, "InUseNetworkSecurityGroupCannotBeDeleted", "Network security group %s cannot be deleted because it is in use by the following resources: %s. In order to delete the Network security group, remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.", c.ID, object.Text(id, "id"))
		}
	}
	return nil
}

// prepareRule holds a rule's priority to its range, and to itself among the
// rules of its direction.
func prepareRule(c *provider.Call) error {
	if c.Seeding {
		return nil
	}
	priority := priorityOf(c.Body)
	if priority < 100 || priority > 4096 {
		return refusal.New(http.StatusBadRequest, "SecurityRuleInvalidPriority", "Security rule has invalid Priority. Value provided: %d Allowed range 100-4096.", priority)
	}
	for r := range c.Tx.Children(c.Parent.ID, c.Type.Name) {
		other := object.Must(r.Body)
		if !strings.EqualFold(r.Name, c.Name) && priorityOf(other) == priority && object.Text(other, "properties.direction") == object.Text(c.Body, "properties.direction") {
			return refusal.New(http.StatusBadRequest, "SecurityRuleConflict", "Security rule %s conflicts with rule %s. Rules cannot have the same Priority and Direction.", r.Name, c.Name)
		}
	}
	return nil
}

func priorityOf(body object.Object) int {
	n, _ := strconv.Atoi(numberText(object.Get(body, "properties.priority")))
	return n
}
