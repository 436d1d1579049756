package compute

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// prepareGroup holds a group of containers to one zone, and to what
// compute-resources.md 3 says goes with a zone.
func prepareGroup(c *provider.Call) error {
	if err := facet.Checks(c, facet.One, checkGroup); err != nil {
		return err
	}
	object.Default(c.Body, "properties.osType", "Linux")
	if kind := object.Text(c.Body, "properties.ipAddress.type"); kind != "" {
		label := object.Text(c.Body, "properties.ipAddress.dnsNameLabel")
		if label != "" {
			object.Set(c.Body, "properties.ipAddress.fqdn", label+"."+c.Location+".azurecontainer.io")
		}
		was := object.Text(facet.Was(c), "properties.ipAddress.ip")
		if was == "" && kind == "Public" {
			was = fmt.Sprintf("198.%d.%d.%d", 18+c.World.Intn(2), c.World.Intn(256), 1+c.World.Intn(254)) // nobody's: RFC 2544
		}
		if was == "" {
			was = fmt.Sprintf("10.0.%d.%d", c.World.Intn(256), 4+c.World.Intn(250))
		}
		object.Set(c.Body, "properties.ipAddress.ip", was)
	}
	for _, container := range facet.Objects(c.Body, "properties.containers") {
		for _, v := range facet.Objects(container, "properties.environmentVariables") {
			if value := object.Delete(v, "secureValue"); value != nil {
				c.Secret["env."+object.Text(container, "name")+"."+object.Text(v, "name")] = value
			}
		}
		object.Default(container, "properties.environmentVariables", []any{})
	}
	for _, r := range facet.Objects(c.Body, "properties.imageRegistryCredentials") {
		if password := object.Delete(r, "password"); password != nil {
			c.Secret["registry."+object.Text(r, "server")] = password
		}
	}
	for _, volume := range facet.Objects(c.Body, "properties.volumes") {
		if key := object.Delete(volume, "azureFile.storageAccountKey"); key != nil {
			c.Secret["volume."+object.Text(volume, "name")] = key
		}
	}
	if object.Text(c.Secret, powerKey) == "" {
		c.Secret[powerKey] = "Pending"
	}
	return nil
}

func checkGroup(c *provider.Call) error {
	zonal, priority := len(object.List(c.Body, "zones")) > 0, object.Text(c.Body, "properties.priority")
	switch {
	case zonal && priority == "Spot":
		return refusal.New(http.StatusBadRequest, "InvalidZone", "A container group with the priority Spot cannot be in a zone.")
	case zonal && object.Text(c.Body, "properties.sku") != "Standard":
		return refusal.New(http.StatusBadRequest, "InvalidZone", "A container group in a zone needs the sku Standard.")
	case priority == "Spot" && object.Text(c.Body, "properties.ipAddress.type") == "Public":
		return refusal.New(http.StatusBadRequest, "InvalidIpAddress", "A container group with the priority Spot has no public ip address.")
	case len(object.List(c.Body, "properties.containers")) == 0:
		return refusal.New(http.StatusBadRequest, "MissingContainers", "The 'containers' property must be specified in container group '%s'.", c.Name)
	case c.Was != nil && zonal && len(object.List(facet.Was(c), "zones")) == 0:
		return refusal.New(http.StatusBadRequest, "InvalidContainerGroupUpdate", "The zone of the container group '%s' is chosen when it is created: delete it first and then create a new one.", c.Name)
	}
	for _, container := range facet.Objects(c.Body, "properties.containers") {
		if object.Text(container, "properties.image") == "" && c.Was == nil {
			return refusal.New(http.StatusBadRequest, "MissingImage", "The container '%s' of the container group '%s' has no image.", object.Text(container, "name"), c.Name)
		}
	}
	return nil
}

func doneGroup(c *provider.Call) error {
	c.Secret[powerKey] = "Running"
	return nil
}

func showGroup(c *provider.Call) error {
	power := object.Text(c.Secret, powerKey)
	object.Set(c.Body, "properties.instanceView", object.Object{"state": power, "events": []any{}})
	for _, container := range facet.Objects(c.Body, "properties.containers") {
		object.Set(container, "properties.instanceView", object.Object{"restartCount": 0, "currentState": object.Object{"state": strings.Replace(power, "Stopped", "Terminated", 1)}})
	}
	return nil
}

// groupPower is the action after which a group of containers is in a state.
func groupPower(then string) func(*provider.Call) (provider.Reply, error) {
	return func(c *provider.Call) (provider.Reply, error) {
		if then == "Stopped" { // at once, as Azure answers
			c.Secret[powerKey] = then
			return provider.Reply{Status: http.StatusNoContent}, facet.Change(c, c.Was, facet.Was(c), c.Secret)
		}
		return provider.Reply{Status: http.StatusAccepted, Takes: powerTakes, Style: "location", Done: &state.Event{Kind: powerChanged, Key: c.ID, Data: []byte(`"` + then + `"`)}}, nil
	}
}
