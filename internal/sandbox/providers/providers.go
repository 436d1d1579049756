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

// Providers gives the resource providers for a world, and has the world's events
// handled that they schedule. An error is one of the embedded data.
func Providers(w *world.World) ([]*provider.Provider, error) {
	var all []*provider.Provider
	for _, one := range []func(*world.World) (*provider.Provider, error){
		storage.Provider, keyvault.Provider, registry.Provider, network.Provider, identity.Provider,
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
