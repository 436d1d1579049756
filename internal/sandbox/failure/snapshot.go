package failure

import (
	"slices"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
	"github.com/holdfast-ml/holdfast/internal/source/inventory"
	"github.com/holdfast-ml/holdfast/internal/source/relate"
)

// snapshot is the estate of the sandbox at one version of its resources, with the
// outages that go on.
type snapshot struct {
	version  uint64
	of       []*state.Resource // that the estate is made of; they are replaced, never changed
	cat      *catalog.Catalog
	estate   *estate.Estate
	outages  []Outage
	all      []world.Standing // by index of the resource
	from, to time.Time        // when all holds; to is zero for as long as nothing changes
}

// holds says whether what was worked out is true at a time with those outages.
func (s *snapshot) holds(going []Outage, now time.Time) bool {
	return !now.Before(s.from) && (s.to.IsZero() || now.Before(s.to)) &&
		slices.EqualFunc(s.outages, going, func(a, b Outage) bool { return a.ID == b.ID })
}

// stand works out how everything stands at a time, and until when it does.
func (s *snapshot) stand(now time.Time) {
	s.from = now
	s.all = s.standings(now)
}

// next notes that a time of a fact is over then.
func (s *snapshot) next(at, now time.Time) {
	if at.After(now) && (s.to.IsZero() || at.Before(s.to)) {
		s.to = at
	}
}

// estateOf reads resources of the sandbox as an inventory.
func estateOf(tx *state.Tx, resources []*state.Resource, cat *catalog.Catalog) *estate.Estate {
	doc, _ := jsonc.Parse("sandbox", document(resources))
	read := inventory.Read(doc)
	found := relate.Find(read.Resources, relate.Options{GroupLocation: func(id estate.ResourceID) string {
		if g := tx.Resource(id.String()); g != nil {
			return estate.NormalizeLocation(g.Location)
		}
		return ""
	}})
	e := estate.Build(found.Resources, found.Relations, estate.Coverage{})
	cat.Classify(e)
	return e
}

func (s *snapshot) find(id string) *estate.Resource { return s.estate.ByID(estate.ParseID(id)) }

// own is the standing of a resource by itself.
func (s *snapshot) own(r *estate.Resource, now time.Time) world.Standing {
	out := world.Standing{}
	if r == nil {
		return out
	}
	for i := range s.outages {
		o := &s.outages[i]
		if !o.hits(s.cat, s.estate, r) {
			continue
		}
		one := s.survive(r, o, now)
		if one.Read != world.Whole || one.Write != world.Whole || one.Secondary || one.Lost > 0 {
			one.Why, one.Since = o.String()+" is down", o.Started
			out = worse(out, one)
		}
	}
	return out
}

// survive is what the facts say of a resource that an outage hits.
func (s *snapshot) survive(r *estate.Resource, o *Outage, now time.Time) world.Standing {
	lasted := now.Sub(o.Started)
	gone := world.Standing{Read: world.Gone, Write: world.Gone}
	if r.Service == "" {
		if o.Scope == catalog.ScopeResource {
			return gone
		}
		return world.Standing{} // a child fares as its parent; of others nothing is known
	}
	found := s.cat.Survive(s.estate, r, o.Scope)
	switch {
	case found.Fact != nil:
		s.next(o.Started.Add(figure(found.Fact.RTO)), now)
		return certain(found.Fact, lasted)
	case len(found.Candidates) > 0:
		var out world.Standing
		for _, f := range found.Candidates {
			s.next(o.Started.Add(figure(f.RTO)), now)
			out = worse(out, certain(f, lasted))
		}
		return out
	case o.Scope == catalog.ScopeNode:
		return world.Standing{} // of nodes nothing is known where the catalog has no row
	}
	return gone
}

// certain is [after], where a row that nobody knows more of is the worst.
func certain(f *catalog.Survival, lasted time.Duration) world.Standing {
	if f.State == catalog.Unknown {
		return world.Standing{Read: world.Gone, Write: world.Gone}
	}
	return after(f, lasted)
}

// standings are those of all resources, by index. What resources lean on is
// followed until nothing grows worse.
func (s *snapshot) standings(now time.Time) []world.Standing {
	all := make([]world.Standing, len(s.estate.Resources))
	for i, r := range s.estate.Resources {
		all[i] = s.own(r, now)
	}
	own := slices.Clone(all)
	for changed := true; changed; {
		changed = false
		for i, r := range s.estate.Resources {
			now := worse(own[i], s.leaning(r, all))
			now = worse(now, all[i]) // a standing only ever grows worse, so that this ends
			if now.Read != all[i].Read || now.Write != all[i].Write || now.Why != all[i].Why {
				all[i], changed = now, true
			}
		}
	}
	return all
}

// leaning is what reaches a resource from all that it leans on.
func (s *snapshot) leaning(r *estate.Resource, all []world.Standing) world.Standing {
	var out world.Standing
	if r.Service == "" {
		if p := s.estate.ByID(r.ID.Parent()); p != nil {
			up := all[p.Index()]
			up.Secondary, up.Lost = false, 0
			out = worse(out, up)
		}
	}
	for rel := range s.estate.LeansOn(r) {
		for _, sp := range s.cat.Spreads() {
			if sp.Role != rel.Role || !among(sp.From, r.Service) || !among(sp.To, rel.To.Service) {
				continue
			}
			up := all[rel.To.Index()]
			if sp.OneOf {
				up = oneOf(s.alternatives(r, rel.Role, sp, all))
			}
			out = worse(out, through(up, sp.Read, sp.Write))
		}
	}
	return out
}

// alternatives are the standings of those that a resource leans on in a role.
func (s *snapshot) alternatives(r *estate.Resource, role estate.Role, sp *catalog.Spread, all []world.Standing) []world.Standing {
	var out []world.Standing
	for rel := range s.estate.LeansOn(r) {
		if rel.Role == role && among(sp.To, rel.To.Service) {
			out = append(out, all[rel.To.Index()])
		}
	}
	return out
}

// among says whether a list of services holds one; an empty list holds any.
func among(list []string, service string) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, service) })
}
