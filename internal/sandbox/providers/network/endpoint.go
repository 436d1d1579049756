package network

import (
	_ "embed" // for the names behind endpoints
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

//go:embed zones.yaml
var zoneTable []byte

// link is what an endpoint of a group of a type is called by.
type link struct {
	Type  string   `yaml:"type"`
	Group string   `yaml:"group"`
	Names []string `yaml:"names"`
}

var links = sync.OnceValues(func() ([]link, error) {
	var all []link
	err := yaml.UnmarshalWithOptions(zoneTable, &all, yaml.Strict())
	return all, err
})

// hosts are the names that lead to a target through an endpoint of a group.
func hosts(target *state.Resource, group string) []string {
	all, _ := links() // a test holds that the table can be read
	var out []string
	for _, l := range all {
		if strings.EqualFold(l.Type, target.Type) && strings.EqualFold(l.Group, group) {
			for _, name := range l.Names {
				out = append(out, strings.NewReplacer("{name}", strings.ToLower(target.Name), "{region}", target.Location).Replace(name))
			}
		}
	}
	return out
}

// numberText is a number of a body as text.
func numberText(v any) string { return fmt.Sprint(v) }

// connections are the connections that an endpoint asks for, by the list that
// has them.
var connectionLists = []string{"properties.privateLinkServiceConnections", "properties.manualPrivateLinkServiceConnections"}

func prepareEndpoint(c *provider.Call) error {
	if err := facet.Checks(c, checkEndpoint, named("properties.subnet.id")); err != nil {
		return err
	}
	for _, list := range connectionLists {
		for _, conn := range facet.Objects(c.Body, list) {
			conn["id"] = c.ID + "/" + strings.TrimPrefix(list, "properties.") + "/" + object.Text(conn, "name")
			conn["type"] = endpointType + "/" + strings.TrimPrefix(list, "properties.")
			object.Set(conn, "properties.provisioningState", "Succeeded")
			status := object.Object{"status": "Approved", "description": "Auto-approved", "actionsRequired": "None"}
			if strings.Contains(list, "manual") {
				status = object.Object{"status": "Pending", "description": "Awaiting approval", "actionsRequired": "None"}
			}
			object.Set(conn, "properties.privateLinkServiceConnectionState", status)
		}
		object.Default(c.Body, list, []any{})
	}
	object.Default(c.Body, "properties.ipConfigurations", []any{})
	object.Default(c.Body, "properties.customNetworkInterfaceName", "")
	return resourceGUID(c)
}

func checkEndpoint(c *provider.Call) error {
	count := 0
	for _, list := range connectionLists {
		for _, conn := range facet.Objects(c.Body, list) {
			count++
			id := object.Text(conn, "properties.privateLinkServiceId")
			target := c.Tx.Resource(id)
			if target == nil {
				return refusal.New(http.StatusBadRequest, "InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.", id, c.ID)
			}
			for _, group := range facet.Strings(conn, "properties.groupIds") {
				if knownType(target.Type) && len(hosts(target, group)) == 0 {
					return refusal.New(http.StatusBadRequest, "PrivateEndpointCreationNotAllowedAsGroupIdIsNotValid", "Call to %s failed. Error message: The group id %s is not one that %s has.", target.Type, group, id)
				}
			}
		}
	}
	if count == 0 {
		return refusal.New(http.StatusBadRequest, "PrivateLinkServiceConnectionsMustBeSpecified", "The private endpoint %s needs a connection in privateLinkServiceConnections or manualPrivateLinkServiceConnections.", c.ID)
	}
	return nil
}

func knownType(typ string) bool {
	all, _ := links()
	for _, l := range all {
		if strings.EqualFold(l.Type, typ) {
			return true
		}
	}
	return false
}

// asked gives each connection of an endpoint with its target and groups.
func asked(c *provider.Call, body object.Object, yield func(conn object.Object, target *state.Resource, groups []string, approved bool) error) error {
	for _, list := range connectionLists {
		for _, conn := range facet.Objects(body, list) {
			target := c.Tx.Resource(object.Text(conn, "properties.privateLinkServiceId"))
			if target == nil {
				continue
			}
			if err := yield(conn, target, facet.Strings(conn, "properties.groupIds"), !strings.Contains(list, "manual")); err != nil {
				return err
			}
		}
	}
	return nil
}

// nicID is the id of an endpoint's interface.
func nicID(c *provider.Call, body object.Object) string {
	name := object.Text(body, "properties.customNetworkInterfaceName")
	if name == "" {
		name = c.Name + ".nic." + object.Text(body, "properties.resourceGuid")
	}
	return c.Group + "/providers/" + interfaceType + "/" + name
}

// keptEndpoint makes the interface with an address for each name behind the
// endpoint, and the connection on each target.
func keptEndpoint(c *provider.Call) error {
	var confs []any
	if err := asked(c, c.Body, func(_ object.Object, target *state.Resource, groups []string, _ bool) error {
		for _, group := range groups {
			for i, host := range hosts(target, group) {
				member := group
				if i > 0 {
					member = fmt.Sprintf("%s_%d", group, i)
				}
				confs = append(confs, object.Object{"name": "privateEndpointIpConfig." + member, "properties": object.Object{
					"subnet": object.Object{"id": object.Text(c.Body, "properties.subnet.id")}, "primary": len(confs) == 0,
					"privateLinkConnectionProperties": object.Object{"groupId": group, "requiredMemberName": member, "fqdns": []any{host}},
				}})
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if len(confs) == 0 {
		confs = []any{object.Object{"name": "privateEndpointIpConfig", "properties": object.Object{"subnet": object.Object{"id": object.Text(c.Body, "properties.subnet.id")}}}}
	}
	if id := nicID(c, c.Body); c.Tx.Resource(id) == nil {
		if err := facet.Bring(c, provider.Request{ID: id, Body: object.Object{
			"location": c.Location, "properties": object.Object{"ipConfigurations": confs, "privateEndpoint": object.Object{"id": c.ID}},
		}}); err != nil {
			return err
		}
	}
	return asked(c, c.Body, func(conn object.Object, target *state.Resource, groups []string, _ bool) error {
		typ := target.Type + "/privateEndpointConnections"
		if c.Engine.Type(typ) == nil {
			return nil
		}
		id := target.ID + "/privateEndpointConnections/" + c.Name + "." + object.Text(c.Body, "properties.resourceGuid")
		if c.Tx.Resource(id) != nil {
			return nil
		}
		list := []any{}
		for _, g := range groups {
			list = append(list, g)
		}
		err := facet.Bring(c, provider.Request{ID: id, Body: object.Object{"properties": object.Object{
			"privateEndpoint": object.Object{"id": c.ID}, "groupIds": list,
			"privateLinkServiceConnectionState": object.CloneObject(object.Inner(conn, "properties.privateLinkServiceConnectionState")),
		}}})
		return err
	})
}

// showEndpoint shows the interface, and the addresses of the names.
func showEndpoint(c *provider.Call) error {
	id := nicID(c, c.Body)
	object.Set(c.Body, "properties.networkInterfaces", []any{object.Object{"id": id}})
	configs := []any{}
	if nic := c.Tx.Resource(id); nic != nil {
		for _, conf := range facet.Objects(object.Must(nic.Body), "properties.ipConfigurations") {
			for _, host := range facet.Strings(conf, "properties.privateLinkConnectionProperties.fqdns") {
				configs = append(configs, object.Object{"fqdn": host, "ipAddresses": []any{object.Text(conf, "properties.privateIPAddress")}})
			}
		}
	}
	object.Set(c.Body, "properties.customDnsConfigs", configs)
	return nil
}

// dropEndpoint takes the interface and the connections away.
func dropEndpoint(c *provider.Call) error {
	body := facet.Was(c)
	if err := c.Tx.Delete(nicID(c, body)); err != nil {
		return err
	}
	return asked(c, body, func(_ object.Object, target *state.Resource, _ []string, _ bool) error {
		return c.Tx.Delete(target.ID + "/privateEndpointConnections/" + c.Name + "." + object.Text(body, "properties.resourceGuid"))
	})
}
