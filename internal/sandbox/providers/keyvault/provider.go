package keyvault

import (
	"embed"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const (
	namespace = "Microsoft.KeyVault"
	vaultType = namespace + "/vaults"
)

// Provider is the resource provider.
func Provider(*world.World) (*provider.Provider, error) {
	p, err := provider.Load(namespace, types)
	if err != nil {
		return nil, err
	}
	p.Subscription = map[string]func(*provider.Call) (provider.Reply, error){
		"checknameavailability": facet.NameCheck(vaultType, "[A-Za-z](?:-?[A-Za-z0-9]){2,23}",
			"The vault name '%s' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens.",
			"The name '%s' is already in use."),
	}
	p.Type(vaultType).Hooks = provider.Hooks{
		Prepare: prepareVault, Show: facet.Chain(showVault, showConnections),
		Reads: map[string]func(*provider.Call) (provider.Reply, error){"privatelinkresources": privateLinkResources},
	}
	p.Type(vaultType + "/secrets").Hooks = provider.Hooks{Prepare: prepareSecret, Kept: keptSecret, Show: showSecret}
	p.Type(vaultType + "/keys").Hooks = provider.Hooks{Prepare: prepareKey, Show: showKey}
	p.Type(vaultType + "/accessPolicies").Hooks = provider.Hooks{Prepare: preparePolicies, Kept: keptPolicies}
	return p, nil
}

// showConnections shows the connections of a vault that has some.
func showConnections(c *provider.Call) error {
	if err := facet.Connections(c); err != nil {
		return err
	}
	if len(object.List(c.Body, "properties.privateEndpointConnections")) == 0 {
		object.Delete(c.Body, "properties.privateEndpointConnections")
	}
	return nil
}

func privateLinkResources(*provider.Call) (provider.Reply, error) {
	return provider.Reply{Body: object.Object{"value": []any{object.Object{"name": "vault", "properties": object.Object{
		"groupId": "vault", "requiredMembers": []any{"default"}, "requiredZoneNames": []any{"privatelink.vaultcore.azure.net"},
	}}}}}, nil
}
