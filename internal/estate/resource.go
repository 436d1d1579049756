package estate

import "github.com/holdfast-ml/holdfast/arm/value"

// Origin is the place that a resource, a relation or a setting came from. A
// resource that was read from live Azure has no file.
type Origin struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`   // 1-based
	Column  int    `json:"column,omitempty"` // 1-based
	Pointer string `json:"pointer,omitempty"`
}

// OriginOf gives the place where v landed, the zero Origin when it has none.
func OriginOf(v value.Value) Origin {
	n := v.Use()
	if !n.IsValid() {
		return Origin{}
	}
	p := n.Pos()
	return Origin{File: p.File, Line: p.Line, Column: p.Column, Pointer: n.Pointer()}
}

// Resource is one Azure resource.
type Resource struct {
	ID       ResourceID
	Type     string      // as the input spells it, e.g. Microsoft.Storage/storageAccounts
	Name     string      // full name, child segments joined with "/"
	Location string      // normalised ("westeurope"), "{resourceGroup().location}" when symbolic, "" when it has none
	Zones    []string    // the zones it is pinned to; nil when it is not
	Body     value.Value // the whole body as ARM has it: sku, kind, zones, tags, properties, ...
	Origin   Origin
	External bool   // named by another resource, not in the input
	Implied  bool   // External, and made by the service itself (e.g. the Cosmos DB of an encrypted workspace)
	Presence string // "" when it is certainly there; else the condition that decides, as an expression
	Service  string // the catalog's id of its service; "" until classified, or when the catalog has none
	Roles    []Role // the roles it plays for others, sorted, without repetition; set by [Build]

	index int // position in Estate.Resources
}

// Property gives the value at the dotted path below "properties".
func (r *Resource) Property(path ...string) value.Value {
	return r.Body.Get("properties").Path(path...)
}

// HasRole says whether r plays the role for some other resource.
func (r *Resource) HasRole(role Role) bool {
	for _, x := range r.Roles {
		if x == role {
			return true
		}
	}
	return false
}
