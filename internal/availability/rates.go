package availability

import (
	_ "embed" // for the default rates
	"slices"
	"sync"
)

// HoursPerYear is 365 days, as the tables of availability figures count it.
const HoursPerYear = 8760

// Range is a figure with the interval that it lies in with 90 % confidence.
type Range struct{ Value, Low, High float64 }

// Rate says how often something fails (PerYear) and for how long (Hours, the
// mean), or how likely it goes wrong when it is asked for (Chance), or only how
// long something takes (Hours alone).
type Rate struct {
	ID       string
	Title    string
	PerYear  *Range
	Hours    *Range
	Chance   *Range
	Estimate bool // the figures are ours, not published ones
	Basis    string
	Sources  []string
	File     string // where it was read; "" for the built-in ones
	Line     int
}

// Origin is where figures were read.
type Origin struct{ Key, Title, Where, Date string }

// Rates are all rates by id, in order.
type Rates struct {
	list    []*Rate
	origins []Origin
}

//go:embed data/rates.yaml
var defaultRates []byte

var builtin = sync.OnceValues(func() (*Rates, error) { return parseRates("rates.yaml", defaultRates, nil) })

// DefaultRates are the built-in ones.
func DefaultRates() *Rates {
	r, err := builtin()
	if err != nil { // a test shows that it cannot be
		return &Rates{}
	}
	return r
}

// All lists the rates in order.
func (r *Rates) All() []*Rate { return r.list }

// Get gives a rate by its id, nil when there is none.
func (r *Rates) Get(id string) *Rate {
	for _, x := range r.list {
		if x.ID == id {
			return x
		}
	}
	return nil
}

// of gives the rate of a kind of thing for one of that kind, when the file has
// one ("service/key-vault"), or else for all of that kind.
func (r *Rates) of(kind, one string) *Rate {
	if x := r.Get(kind + "/" + one); x != nil {
		return x
	}
	return r.Get(kind)
}

// Origin gives a source by its key; false when there is none.
func (r *Rates) Origin(key string) (Origin, bool) {
	i := slices.IndexFunc(r.origins, func(o Origin) bool { return o.Key == key })
	if i < 0 {
		return Origin{}, false
	}
	return r.origins[i], true
}

// The ids of the rates that the model asks for.
const (
	rateNode       = "node"
	rateResource   = "resource"
	rateZone       = "zone"
	rateDatacenter = "datacenter"
	rateRegion     = "region"
	ratePair       = "pair"
	rateService    = "service"
	rateGlobal     = "global"
	rateReach      = "reach"
	rateLeak       = "zone-leak"
	rateFailover   = "failover"
	rateDelay      = "failover-delay"
	rateRebuild    = "rebuild"
	rateSwitch     = "switch"
)

// shape says what figures the rate of an id must have.
func shape(id string) (perYear, hours, chance bool) {
	switch kindOf(id) {
	case rateReach, rateLeak, rateFailover:
		return false, false, true
	case rateDelay, rateRebuild, rateSwitch:
		return false, true, false
	}
	return true, true, false
}

// required are the ids that must be there.
var required = []string{
	rateNode, rateResource, rateZone, rateDatacenter, rateRegion, ratePair, rateService, rateGlobal,
	rateReach, rateLeak, rateFailover, rateDelay, rateRebuild, rateSwitch,
}
