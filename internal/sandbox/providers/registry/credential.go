package registry

import (
	"net/http"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// mayUse refuses what needs the admin user of a registry that has none.
func mayUse(c *provider.Call) error {
	if object.Bool(facet.Was(c), "properties.adminUserEnabled") {
		return nil
	}
	return refusal.New(http.StatusBadRequest, "UnAuthorizedForCredentialOperations",
		"Cannot perform credential operations for %s as admin user is disabled. Kindly enable admin user as per docs: https://docs.microsoft.com/en-us/azure/container-registry/container-registry-authentication#admin-account", c.ID)
}

func listCredentials(c *provider.Call) (provider.Reply, error) {
	if err := mayUse(c); err != nil {
		return provider.Reply{}, err
	}
	list := []any{}
	for _, name := range []string{"password", "password2"} {
		list = append(list, object.Object{"name": name, "value": object.Text(c.Secret, name)})
	}
	return provider.Reply{Body: object.Object{"username": object.Text(c.Secret, "username"), "passwords": list}}, nil
}

func regenerateCredential(c *provider.Call) (provider.Reply, error) {
	if err := mayUse(c); err != nil {
		return provider.Reply{}, err
	}
	name := object.Text(c.Body, "name")
	if name != "password" && name != "password2" {
		return provider.Reply{}, refusal.New(http.StatusBadRequest, "InvalidPasswordName", "The password name '%s' is invalid: it must be password or password2.", name)
	}
	c.Secret[name] = facet.Token(c, 52)
	if err := facet.Change(c, c.Was, facet.Was(c), c.Secret); err != nil {
		return provider.Reply{}, err
	}
	return listCredentials(c)
}

// importImage refuses: the sandbox's registries get their images by push.
func importImage(c *provider.Call) (provider.Reply, error) {
	return provider.Reply{}, refusal.New(http.StatusBadRequest, "InvalidParameters", "Operation registries-%s failed: the sandbox does not import images from other registries. Push the image to %s instead.", c.Name, c.Name)
}

func listUsages(c *provider.Call) (provider.Reply, error) {
	t := tierOf(facet.Was(c))
	count := func(typ string) (n int) {
		for range c.Tx.Children(c.ID, typ) {
			n++
		}
		return n
	}
	list := []any{
		object.Object{"name": "Size", "limit": t.Storage, "currentValue": 0, "unit": "Bytes"},
		object.Object{"name": "Webhooks", "limit": t.Webhooks, "currentValue": count(registryType + "/webhooks"), "unit": "Count"},
	}
	if t.Premium {
		list = append(list, object.Object{"name": "Geo-replications", "limit": -1, "currentValue": count(replicationType), "unit": "Count"})
	}
	return provider.Reply{Body: object.Object{"value": list}}, nil
}

func privateLinkResources(*provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{object.Object{"name": "registry", "properties": object.Object{
		"groupId": "registry", "requiredMembers": []any{"registry"}, "requiredZoneNames": []any{"privatelink.azurecr.io"},
	}}}}}, nil
}
