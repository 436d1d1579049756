package catalog

import (
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Catalog is the loaded catalog. It is safe for concurrent use.
type Catalog struct {
	services []*Service
	rules    []*Rule
	needs    []*Need
	spreads  []*Spread
	sources  map[string]*Source
	asOf     string
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

// AsOf is the date of the newest fact, 2006-01-02.
func (c *Catalog) AsOf() string { return c.asOf }

// Verdict is the answer of a condition that may not be known.
type Verdict struct {
	Holds    bool
	Known    bool
	Unknowns []string // what would make it known, e.g. "sku.name of st1: [parameters('sku')]"
}

// SettingValue is a setting of one resource.
type SettingValue struct {
	Setting   *Setting
	Text      string // for people: "Standard_LRS", "true", "westeurope, northeurope"
	Defaulted bool   // not written; Text is the default
	Known     bool
	Origin    estate.Origin // where it is written; the resource when it is not
}
