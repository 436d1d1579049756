package outage

import (
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Outage is one thing that fails. Region is set for the scopes zone, region and
// service; it may be symbolic ("{resourceGroup().location}": "its region").
type Outage struct {
	Scope    catalog.Scope
	Region   string
	Zone     string // "1", "2", "3"; "any" for a zone of a symbolic region
	Service  string // catalog id, for ScopeService
	Resource *estate.Resource
}

// Effect is what an outage does to a capability.
type Effect string

// The effects, from harmless to harmful. Unknown: between AtBest and AtWorst,
// because something that decides is not known.
const (
	None     Effect = "none"
	Degraded Effect = "degraded"
	Unknown  Effect = "unknown"
	Lost     Effect = "lost"
)

// Fate is what an outage does to one resource.
type Fate struct {
	Resource        *estate.Resource
	State           catalog.State     // Unknown when the row that holds depends on something that is not known
	Fact            *catalog.Survival // the row that holds; nil when State is Unknown, or when it falls with Through
	Through         *estate.Resource  // it falls because this one falls; nil when it is hit itself
	RTO, RPO        catalog.Span
	Unknowns        []string      // what would have to be known, e.g. "sku.name of st1: [parameters('sku')]"
	AtBest, AtWorst catalog.State // equal to State unless it is Unknown
}

// Cause is one resource because of which a capability is hurt.
type Cause struct {
	Resource *estate.Resource
	Role     estate.Role
	Effect   Effect
	Fact     *catalog.Survival // may be nil
	Need     *catalog.Need     // why the capability leans on it
	Unknowns []string
}

// Impact is what an outage does to one capability of one workspace.
type Impact struct {
	Workspace       *estate.Resource
	Capability      catalog.Capability
	Effect          Effect
	AtBest, AtWorst Effect       // equal to Effect unless it is Unknown
	RTO, RPO        catalog.Span // zero figures when Effect is None
	Because         []Cause      // worst first
	Assuming        []string     // what the answer takes for granted although no source confirms it
}

// Result is one outage put through an estate.
type Result struct {
	Outage  Outage
	Fates   []Fate   // of the resources that do not carry on, in estate order
	Impacts []Impact // by workspace in estate order, then by capability in order; every capability is there
}
