package providers

import (
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/compute"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/cosmos"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/databricks"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/flexible"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/identity"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/insights"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/keyvault"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/kubernetes"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/network"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/plain"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/registry"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/sql"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/storage"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Option says what providers do with what they do not keep themselves.
type Option func(*options)

type options struct{ lose storage.Lose }

// Losing has what was written to a storage account after a time taken away,
// when its customer lets it fail over and the copy in the other region had not
// got it yet.
func Losing(lose storage.Lose) Option { return func(o *options) { o.lose = lose } }

// Providers gives the resource providers for a world, and has the world's events
// handled that they schedule. An error is one of the embedded data.
func Providers(w *world.World, with ...Option) ([]*provider.Provider, error) {
	var o options
	for _, option := range with {
		option(&o)
	}
	var all []*provider.Provider
	for _, one := range []func(*world.World) (*provider.Provider, error){
		func(w *world.World) (*provider.Provider, error) { return storage.Provider(w, o.lose) }, keyvault.Provider, registry.Provider, network.Provider, identity.Provider,
		sql.Provider, cosmos.Provider, databricks.Provider,
	} {
		p, err := one(w)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	for _, several := range []func(*world.World) ([]*provider.Provider, error){
		insights.Providers, kubernetes.Providers, flexible.Providers, compute.Providers, plain.Providers,
	} {
		ps, err := several(w)
		if err != nil {
			return nil, err
		}
		all = append(all, ps...)
	}
	return all, nil
}
