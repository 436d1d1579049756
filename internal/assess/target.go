package assess

import "github.com/holdfast-ml/holdfast/internal/catalog"

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
