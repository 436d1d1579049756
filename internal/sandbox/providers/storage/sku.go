package storage

import (
	_ "embed" // for the table of skus
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers/facet"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

//go:embed skus.yaml
var skuTable []byte

// sku is what a redundancy setting means; skus.yaml has them.
type sku struct {
	Name  string   `yaml:"name"`
	Class string   `yaml:"class"`
	Zone  bool     `yaml:"zone"`
	Geo   bool     `yaml:"geo"`
	Read  bool     `yaml:"read"`
	Kinds []string `yaml:"kinds"`
}

var skus = sync.OnceValues(func() ([]sku, error) {
	var all []sku
	return all, yaml.UnmarshalWithOptions(skuTable, &all, yaml.Strict())
})

// skuNamed finds a sku; the zero one when there is none of the name.
func skuNamed(name string) sku {
	all, _ := skus() // a test holds that the table can be read
	for _, s := range all {
		if strings.EqualFold(s.Name, name) {
			return s
		}
	}
	return sku{}
}

// tier is the word for what hardware the account stands on.
func (s sku) tier() string {
	if strings.HasPrefix(s.Class, "premium") {
		return "Premium"
	}
	return "Standard"
}

// offered says whether a region has the sku: zones for the copies in several,
// a pair for the copies in another region.
func (s sku) offered(r estate.Region) bool {
	return (!s.Zone || r.Zones > 0) && (!s.Geo || r.Pair != "")
}

// checkSKU refuses a sku that the region or the kind of account does not have,
// and a change that needs a conversion or a new account.
func checkSKU(c *provider.Call) error {
	was := facet.Was(c)
	s := skuNamed(object.Text(c.Body, "sku.name"))
	kind := object.Text(c.Body, "kind")
	if !slices.Contains(s.Kinds, kind) {
		return refusal.New(http.StatusBadRequest, "InvalidValuesForRequestParameters", "Values for request parameters are invalid: sku, kind. An account of kind %s cannot have the sku %s.", kind, s.Name)
	}
	if r, ok := estate.RegionByName(c.Location); ok && !s.offered(r) {
		return refusal.New(http.StatusBadRequest, "RedundancyConfigurationNotAvailableInRegion",
			"The storage account failed to create due to redundancy configuration - Sku: %s, Kind: %s - not available in selected Region - %s. Please make sure the redundancy configuration selected is available in your region. For more information about redundancy configurations, see https://docs.microsoft.com/en-us/azure/storage/common/storage-redundancy",
			s.Name, kind, c.Location)
	}
	if c.Was == nil {
		return nil
	}
	from := skuNamed(object.Text(was, "sku.name"))
	if from.Class != s.Class || from.Zone != s.Zone {
		return refusal.New(http.StatusBadRequest, "StorageAccountTypeConversionNotAllowed",
			"Storage account type conversion is not allowed. From: %s, To: %s.", from.Name, s.Name)
	}
	if object.Bool(was, "properties.failoverInProgress") {
		return refusal.Conflict("StorageAccountOperationInProgress", "An operation is currently performing on this storage account that requires exclusive access.")
	}
	if from.Name != s.Name {
		return converting(c, was)
	}
	return nil
}

// listSKUs answers GET skus: each with the kinds it fits and the regions that
// have it.
func listSKUs(*provider.Call) (provider.Reply, error) {
	all, err := skus()
	if err != nil {
		return provider.Reply{}, err
	}
	list := []any{}
	for _, s := range all {
		for _, kind := range s.Kinds {
			for _, r := range estate.Regions() {
				if s.offered(r) {
					list = append(list, object.Object{
						"resourceType": "storageAccounts", "name": s.Name, "tier": s.tier(), "kind": kind,
						"locations": []any{r.Name}, "capabilities": []any{}, "restrictions": []any{},
					})
				}
			}
		}
	}
	return provider.Reply{Body: object.Object{"value": list}}, nil
}

// accountsPerRegion is how many accounts a subscription may have in a region
// (Azure's default; learn.microsoft.com, Azure Storage scale targets).
const accountsPerRegion = 250

func usages(c *provider.Call) (provider.Reply, error) {
	used := 0
	for r := range c.Tx.OfType(accountType, "/subscriptions/"+c.Subscription) {
		if strings.EqualFold(r.Location, c.Location) {
			used++
		}
	}
	return provider.Reply{Body: object.Object{"value": []any{object.Object{
		"unit": "Count", "currentValue": used, "limit": accountsPerRegion,
		"name": object.Object{"value": "StorageAccounts", "localizedValue": "Storage Accounts"},
	}}}}, nil
}
