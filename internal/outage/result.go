package outage

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Outage is one thing that fails. Region is set for the scopes zone, region and
// service; it may be symbolic ("{resourceGroup().location}": "its region").
type Outage struct {
	Scope    catalog.Scope
	Region   string
	Zone     string // "1", "2", "3"; "any" for a zone of a region whose zones are not known
	Service  string // catalog id, for ScopeService
	Resource *estate.Resource
}

// AnyZone stands for a zone of a region whose zones are not known.
const AnyZone = "any"

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
	RTO, RPO        catalog.Span      // at worst
	Unknowns        []string          // what would have to be known, e.g. "sku.name of st1: [parameters('sku')]"
	AtBest, AtWorst catalog.State     // equal to State unless it is Unknown
}

// Cause is one resource because of which a capability is hurt: one that the
// outage hits itself, or that nothing explains further.
type Cause struct {
	Resource *estate.Resource
	Via      *estate.Resource // what the workspace leans on, when it falls with Resource; nil when it is Resource
	Role     estate.Role      // in which the workspace leans on Via or Resource
	Effect   Effect
	Fact     *catalog.Survival // may be nil
	Need     *catalog.Need     // why the capability leans on it
	Unknowns []string

	AtBest, AtWorst Effect // equal to Effect unless it is Unknown
	Twin            bool   // the secondary of the pair takes over what this cause takes away

	best, worst harm
}

// RTO is how long the capability is hurt because of this cause alone, at worst.
func (c *Cause) RTO() catalog.Span { return c.worst.back().catalog() }

// RPO is how much data is lost because of this cause alone, at worst.
func (c *Cause) RPO() catalog.Span { return c.worst.loss.catalog() }

// BestRTO is RTO at best.
func (c *Cause) BestRTO() catalog.Span { return c.best.back().catalog() }

// BestRPO is RPO at best.
func (c *Cause) BestRPO() catalog.Span { return c.best.loss.catalog() }

// Impact is what an outage does to one capability of one workspace.
type Impact struct {
	Workspace       *estate.Resource
	Capability      catalog.Capability
	Effect          Effect
	AtBest, AtWorst Effect       // equal to Effect unless it is Unknown
	RTO, RPO        catalog.Span // zero figures when Effect is None; at worst
	Because         []Cause      // worst first
	Assuming        []string     // what the answer takes for granted although no source confirms it
}

// Result is one outage put through an estate.
type Result struct {
	Outage Outage
	Fates  []Fate // of the resources that do not carry on, in estate order
	// Impacts are those on the workspaces that the outage reaches, be it without
	// harm, by workspace in estate order, then by capability in order; every
	// capability of such a workspace is there. It does nothing to a workspace that
	// is not there.
	Impacts []Impact
}

// Impact gives what the outage does to a capability of a workspace: no effect
// when it does not reach the workspace.
func (r *Result) Impact(ws *estate.Resource, c catalog.Capability) Impact {
	i, found := slices.BinarySearchFunc(r.Impacts, ws.Index(), func(i Impact, at int) int { return i.Workspace.Index() - at })
	for ; found && i < len(r.Impacts) && r.Impacts[i].Workspace == ws; i++ {
		if r.Impacts[i].Capability == c {
			return r.Impacts[i]
		}
	}
	return Impact{Workspace: ws, Capability: c, Effect: None, AtBest: None, AtWorst: None}
}

// Fate gives what the outage does to a resource; false when it carries on.
func (r *Result) Fate(of *estate.Resource) (Fate, bool) {
	i, found := slices.BinarySearchFunc(r.Fates, of.Index(), func(f Fate, at int) int { return f.Resource.Index() - at })
	if !found {
		return Fate{}, false
	}
	return r.Fates[i], true
}

// String says what fails, as in "zone 1 of westeurope".
func (o Outage) String() string {
	region := o.Region
	if estate.IsSymbolic(region) {
		region = "its region"
	}
	switch o.Scope {
	case catalog.ScopeZone:
		if o.Zone == AnyZone {
			return "a zone of " + region
		}
		return "zone " + o.Zone + " of " + region
	case catalog.ScopeRegion:
		return "region " + region
	case catalog.ScopeService:
		return o.Service + " in " + region
	case catalog.ScopeResource:
		if o.Resource != nil {
			return "resource " + o.Resource.Name
		}
	}
	return string(o.Scope)
}
