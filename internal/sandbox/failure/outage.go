package failure

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Outage is something that fails, from Started until Ended.
type Outage struct {
	ID       string        `json:"id"`
	Scope    catalog.Scope `json:"scope"` // node, zone, region, service, resource, identity
	Region   string        `json:"region,omitempty"`
	Zone     string        `json:"zone,omitempty"`
	Service  string        `json:"service,omitempty"`  // catalog id
	Resource string        `json:"resource,omitempty"` // id
	Started  time.Time     `json:"started"`
	Ended    *time.Time    `json:"ended,omitempty"`
}

// Identity is the scope of an outage of the token service. It is no scope of the
// catalog: every resource leans on it.
const Identity catalog.Scope = "identity"

const outageRecords = "failure.outage"

// String says what fails, as in "zone 1 of westeurope".
func (o Outage) String() string {
	switch o.Scope {
	case catalog.ScopeZone:
		return "zone " + o.Zone + " of " + o.Region
	case catalog.ScopeRegion:
		return "the region " + o.Region
	case catalog.ScopeService:
		return o.Service + " in " + o.Region
	case Identity:
		return "identity, everywhere"
	case catalog.ScopeNode:
		return "a node of " + o.Resource
	}
	return o.Resource
}

// check says what is wrong with an outage that somebody asks for.
func (o *Outage) check(cat *catalog.Catalog) error {
	o.Region = estate.NormalizeLocation(o.Region)
	region, known := estate.RegionByName(o.Region)
	switch o.Scope {
	case catalog.ScopeZone, catalog.ScopeRegion, catalog.ScopeService:
		if o.Region == "" {
			return fmt.Errorf("an outage of a %s needs a region, such as westeurope", o.Scope)
		}
		if !known {
			return fmt.Errorf("the region %q is not known", o.Region)
		}
	case catalog.ScopeNode, catalog.ScopeResource:
		if o.Resource == "" {
			return fmt.Errorf("an outage of a %s needs the id of the resource", o.Scope)
		}
	case Identity:
	default:
		return fmt.Errorf("the scope %q is not known: use node, zone, region, service, resource or identity", o.Scope)
	}
	if o.Scope == catalog.ScopeZone {
		if region.Zones == 0 {
			return fmt.Errorf("%s has no availability zones", o.Region)
		}
		if len(o.Zone) != 1 || o.Zone[0] < '1' || int(o.Zone[0]-'0') > region.Zones {
			return fmt.Errorf("%s has the zones 1 to %d, not %q", o.Region, region.Zones, o.Zone)
		}
	}
	if o.Scope == catalog.ScopeService && cat.Service(o.Service) == nil {
		var ids []string
		for _, s := range cat.Services() {
			ids = append(ids, s.ID)
		}
		return fmt.Errorf("the service %q is not known; services are %s", o.Service, strings.Join(ids, ", "))
	}
	return nil
}

// hits says whether the outage strikes where a resource stands.
func (o *Outage) hits(cat *catalog.Catalog, e *estate.Estate, r *estate.Resource) bool {
	switch o.Scope {
	case catalog.ScopeResource, catalog.ScopeNode:
		return estate.ParseID(o.Resource).Equal(r.ID)
	case Identity:
		return false
	}
	if place(e, r) != o.Region {
		return false
	}
	switch o.Scope {
	case catalog.ScopeZone:
		return len(r.Zones) == 0 || slices.Contains(r.Zones, o.Zone)
	case catalog.ScopeService:
		return r.Service != "" && cat.Family(r.Service) == cat.Family(o.Service)
	}
	return true
}

// place is the region that a resource stands in: its own, or that of what it
// belongs to; "" for what stands nowhere.
func place(e *estate.Estate, r *estate.Resource) string {
	for r != nil {
		if r.Location != "" {
			if r.Location == "global" {
				return ""
			}
			return r.Location
		}
		r = e.ByID(r.ID.Parent())
	}
	return ""
}

// outages reads those that are kept, the oldest first.
func outages(tx *state.Tx) ([]Outage, error) {
	var out []Outage
	for key, b := range tx.Records(outageRecords, "") {
		var o Outage
		if err := json.Unmarshal(b, &o); err != nil {
			return nil, fmt.Errorf("the record of outage %s: %w", key, err)
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b Outage) int { return a.Started.Compare(b.Started) })
	return out, nil
}

func keepOutage(tx *state.Tx, o Outage) error {
	b, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("keeping outage %s: %w", o.ID, err)
	}
	return tx.PutRecord(outageRecords, o.ID, b)
}

// ErrNoOutage matches the error of stopping an outage that is not there.
var ErrNoOutage = errors.New("there is no such outage")
