package registry

import (
	"embed"

	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

//go:embed types.yaml
var types embed.FS

const (
	namespace       = "Microsoft.ContainerRegistry"
	registryType    = namespace + "/registries"
	replicationType = registryType + "/replications"
)

// Provider is the resource provider.
func Provider(*world.World) (*provider.Provider, error) {
	p, err := provider.Load(namespace, types)
	if err != nil {
		return nil, err
	}
	p.Subscription = map[string]func(*provider.Call) (provider.Reply, error){
		"checknameavailability": facet.NameCheck(registryType, "[A-Za-z0-9]{5,50}",
			"The specified registry name '%s' is invalid: it must be 5 to 50 letters and digits.", "The registry %s is already in use."),
	}
	p.Type(registryType).Hooks = provider.Hooks{
		Prepare: prepareRegistry, Kept: keptRegistry, Show: facet.Chain(showRegistry, facet.Connections),
		Actions: map[string]func(*provider.Call) (provider.Reply, error){
			"listcredentials": listCredentials, "regeneratecredential": regenerateCredential, "importimage": importImage,
		},
		Reads: map[string]func(*provider.Call) (provider.Reply, error){"listusages": listUsages, "privatelinkresources": privateLinkResources},
	}
	p.Type(replicationType).Hooks = provider.Hooks{Prepare: prepareReplication, Show: showReplication, Drop: dropReplication}
	p.Type(registryType + "/webhooks").Hooks = provider.Hooks{Prepare: prepareWebhook}
	for _, name := range []string{"/scopeMaps", "/tokens"} {
		p.Type(registryType + name).Hooks = provider.Hooks{Prepare: func(c *provider.Call) error {
			facet.Made(c, "properties.creationDate", func() any { return facet.Time(c.Now) })
			return nil
		}}
	}
	return p, nil
}
