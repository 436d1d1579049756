package estate

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
)

// Resource is one Azure resource.
type Resource struct {
	ID       ResourceID
	Type     string      // as the input spells it, e.g. Microsoft.Storage/storageAccounts
	Name     string      // full name, child segments joined with "/"
	Location string      // normalised ("westeurope"), "{resourceGroup().location}" when symbolic, "" when it has none
	Zones    []string    // the zones it is pinned to; nil when it is not
	Body     value.Value // the whole body as ARM has it: sku, kind, zones, tags, properties, ...
	Origin   Origin
	External bool     // named by another resource, not in the input
	Implied  bool     // External, and made by the service itself (e.g. the Cosmos DB of an encrypted workspace)
	Presence string   // "" when it is certainly there; else the condition that decides, as an expression
	Service  string   // the catalog's id of its service; "" until classified, or when the catalog has none
	Roles    []Role   // the roles it plays for others, sorted, without repetition; set by [Build]
	Listed   []string // types of children, in lower case and sorted, of which the input has all there are, also when that is none

	index int // position in Estate.Resources
}

// Property gives the value at the dotted path below "properties".
func (r *Resource) Property(path ...string) value.Value {
	return r.Body.Path("properties").Path(path...)
}

// Is says whether r has the ARM type, ignoring case.
func (r *Resource) Is(typ string) bool {
	return len(r.Type) == len(typ) && strings.EqualFold(r.Type, typ)
}

// HasRole says whether r plays the role for some other resource.
func (r *Resource) HasRole(role Role) bool {
	return slices.Contains(r.Roles, role)
}

// Index is the position of r in Resources, for lenses that keep a table beside
// the estate.
func (r *Resource) Index() int { return r.index }

// NotListed is the subject of properties that are unknown because the listing
// that a resource was read from leaves them out, as `az resource list` does.
const NotListed = "the listing does not hold it"
