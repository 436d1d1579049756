package assess

import (
	"sync"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// Target is what the owner wants: per capability, which outages it is to survive.
type Target struct {
	Name         string
	Title        string
	Capabilities map[catalog.Capability][]Demand // a capability that is not there may be lost
}

// Demand is one outage to survive. A capability survives when it is at most
// degraded, or lost for at most RTO, with at most RPO of data lost.
type Demand struct {
	Scope    catalog.Scope
	RTO, RPO int64 // seconds; -1: any
}

// Any is the RTO or RPO of a demand that sets no limit.
const Any int64 = -1

// The figures of the built-in targets. They are ours, chosen to tell designs
// apart: what goes on by itself within a zone outage is back within minutes, so
// a quarter of an hour parts it from what waits for somebody; four hours leave
// time to decide on and rehearse a switch to another region; one hour of lost
// data is four times what geo-replication of storage normally lags behind.
const (
	zoneRTO   = 15 * 60
	zoneRPO   = 15 * 60
	regionRTO = 4 * 3600
	regionRPO = 3600
)

// The names of the built-in targets.
const (
	DevTarget        = "dev"
	ProductionTarget = "production"
	CriticalTarget   = "critical"
)

// BuiltinTargets lists the built-in targets, the least demanding first. They are
// shared and must not be changed.
func BuiltinTargets() []*Target { return builtin() }

var builtin = sync.OnceValue(func() []*Target {
	zone := Demand{catalog.ScopeZone, zoneRTO, zoneRPO}
	region := Demand{catalog.ScopeRegion, regionRTO, regionRPO}
	return []*Target{
		{Name: DevTarget, Title: "nothing has to survive; what outages take away is shown", Capabilities: everything()},
		{Name: ProductionTarget, Title: "every capability survives the loss of a zone", Capabilities: everything(zone)},
		{Name: CriticalTarget, Title: "every capability survives the loss of a zone, and of the region", Capabilities: everything(zone, region)},
	}
})

// TargetByName gives a built-in target, nil when there is none of that name.
func TargetByName(name string) *Target {
	for _, t := range BuiltinTargets() {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func everything(demands ...Demand) map[catalog.Capability][]Demand {
	m := make(map[catalog.Capability][]Demand, len(catalog.Capabilities))
	if len(demands) > 0 {
		for _, c := range catalog.Capabilities {
			m[c] = demands
		}
	}
	return m
}

// Demand gives what the target wants of a capability in an outage of the scope;
// false when it wants nothing.
func (t *Target) Demand(c catalog.Capability, scope catalog.Scope) (Demand, bool) {
	for _, d := range t.Capabilities[c] {
		if d.Scope == scope {
			return d, true
		}
	}
	return Demand{}, false
}

// Wants says whether any capability is to survive outages of the scope.
func (t *Target) Wants(scope catalog.Scope) bool {
	for _, c := range catalog.Capabilities {
		if _, ok := t.Demand(c, scope); ok {
			return true
		}
	}
	return false
}
