package catalog

import (
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Catalog is the loaded catalog. It is safe for concurrent use and does not
// change; what its methods give is shared and must not be changed either.
type Catalog struct {
	services []*Service
	written  []*Service // the services without what they take over
	rules    []*Rule
	remedies []*Remedy
	meters   []*Meter
	needs    []*Need
	spreads  []*Spread
	types    map[string]*Type // by their names in lower case
	sources  map[string]*Source
	disabled map[string]bool
	asOf     string

	byID    map[string]*frame // service id -> what its conditions see
	ruleIDs map[string]*Rule  // rule id -> rule
	matcher matcher           // resource type -> the matches to try
	views   views

	metering metering
}

// Services lists the services in the order of the guide's table.
func (c *Catalog) Services() []*Service { return c.services }

// Rules lists the rules by id.
func (c *Catalog) Rules() []*Rule { return c.rules }

// Needs lists what each capability leans on.
func (c *Catalog) Needs() []*Need { return c.needs }

// Spreads lists the relations along which an outage travels.
func (c *Catalog) Spreads() []*Spread { return c.spreads }

// Source gives a source by its key, nil when there is none.
func (c *Catalog) Source(key string) *Source { return c.sources[key] }

// AsOf is the date of the newest source: 2006-01-02, 2006-01 or 2006, as precise
// as the source has it.
func (c *Catalog) AsOf() string { return c.asOf }

// Family gives the service that the one with that id extends, by way of others
// or not; the id itself when it extends none. An outage of a service takes its
// whole family: data stores on Azure Storage are Azure Storage.
func (c *Catalog) Family(id string) string {
	for s := c.Service(id); s != nil && s.Extends != ""; s = c.Service(id) {
		id = s.Extends
	}
	return id
}

// Service gives a service by its id, nil when there is none.
func (c *Catalog) Service(id string) *Service {
	if f := c.byID[id]; f != nil {
		return f.service
	}
	return nil
}

// ServiceOf gives the service of a classified resource, nil when it has none.
func (c *Catalog) ServiceOf(r *estate.Resource) *Service { return c.Service(r.Service) }

// Rule gives a rule by its id, nil when there is none.
func (c *Catalog) Rule(id string) *Rule { return c.ruleIDs[id] }

// RulesFor lists the rules about a service by id, those about every service
// among them.
func (c *Catalog) RulesFor(serviceID string) []*Rule {
	if f := c.byID[serviceID]; f != nil {
		return f.rules
	}
	return nil
}

// Verdict is the answer of a condition that may not be known.
type Verdict struct {
	Holds    bool
	Known    bool
	Unknowns []string // what would make it known, e.g. "sku.name of st1: [parameters('sku')]"
}

// Outcome is what a resource does in an outage, by the facts of its service.
type Outcome struct {
	State      State       // Unknown when it is not known which row holds
	Fact       *Survival   // the row that holds; nil when that is not known
	Candidates []*Survival // the rows of which one holds, when it is not known which
	Unknowns   []string    // what would make it known, e.g. "sku.name of st1: [parameters('sku')]"
}

// SettingValue is a setting of one resource.
type SettingValue struct {
	Setting   *Setting
	Text      string // for people: "Standard_LRS", "true", "westeurope, northeurope"; what is missing when it is not known
	Defaulted bool   // not written; Text is the default
	Known     bool
	Origin    estate.Origin // where it is written; the resource when it is not
}
