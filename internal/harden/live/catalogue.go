package live

import (
	"fmt"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// api is how a type is written.
type api struct{ version, method string }

// apiOf asks the catalog how a type is written.
func apiOf(c *catalog.Catalog, typ string) (api, error) {
	if a, ok := stopgap[typ]; ok {
		return a, nil
	}
	return api{}, fmt.Errorf("the catalog does not say how the type %s is written", typ)
}

// callsOf are the calls of a conversion.
func callsOf(r *catalog.Remedy) []Call { return nil }

func (t *Task) convert(c *catalog.Catalog, s *harden.Step, place catalog.Place) error { return nil }

var stopgap = map[string]api{
	"Microsoft.Storage/storageAccounts":                   {"2023-05-01", "PATCH"},
	"Microsoft.Storage/storageAccounts/blobServices":      {"2023-05-01", "PUT"},
	"Microsoft.KeyVault/vaults":                           {"2023-07-01", "PATCH"},
	"Microsoft.ContainerRegistry/registries":              {"2023-07-01", "PATCH"},
	"Microsoft.ContainerRegistry/registries/replications": {"2023-07-01", "PUT"},
	"Microsoft.Authorization/locks":                       {"2020-05-01", "PUT"},
	"Microsoft.DocumentDB/databaseAccounts":               {"2024-05-15", "PATCH"},
}
