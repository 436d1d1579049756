package availability

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// holds evaluates a formula when the basic events of on are true.
func holds(f *faulttree.Formula, on func(*faulttree.Event) bool, memo map[*faulttree.Gate]bool) bool {
	switch {
	case f == nil:
		return false
	case f.Event != nil:
		return on(f.Event)
	case f.Gate != nil:
		v, done := memo[f.Gate]
		if !done {
			v = holds(f.Gate.Formula, on, memo)
			memo[f.Gate] = v
		}
		return v
	}
	for _, a := range f.Args {
		if holds(a, on, memo) == (f.Op == faulttree.Or) {
			return f.Op == faulttree.Or
		}
	}
	return f.Op == faulttree.And
}

// struck is the roots that fail in an outage.
func struck(s *sheet, o outage.Outage) map[*faulttree.Event]bool {
	out := map[*faulttree.Event]bool{}
	fail := func(key string) {
		if r := s.rootOf[key]; r != nil {
			out[r.Event] = true
		}
	}
	switch o.Scope {
	case catalog.ScopeZone:
		for _, zone := range zonesOf(o.Region) {
			if o.Zone == zone || o.Zone == outage.AnyZone {
				fail("zone-" + o.Region + "-" + zone)
			}
		}
	case catalog.ScopeRegion:
		fail("region-" + o.Region)
	case catalog.ScopeService:
		fail("service-" + o.Service + "-" + o.Region)
	default:
		fail("resource-" + key(o.Resource))
	}
	return out
}

// Of every single outage the fault trees say what package outage says: with the
// root true, at its start, where it strikes, and nothing else going wrong.
func TestTreesAgreeWithOutages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawEstate(t)
		e := sketch.Estate(t, text)
		a, err := New(context.Background(), e, sketch.Catalog(t), DefaultRates(), Options{Draws: 1})
		if err != nil {
			t.Fatal(err)
		}
		s := a.sheets[ExpectedReading]
		by := map[*faulttree.Event]*Basic{}
		for _, b := range s.pool.basics {
			by[b.Event] = b
		}
		for _, o := range append(a.Model.Outages(), a.Model.Resources()...) {
			result := a.Model.Run(o)
			fails := struck(s, o)
			on := func(e *faulttree.Event) bool { return fails[e] || by[e].Kind == Phase || by[e].Kind == Place }
			memo := map[*faulttree.Gate]bool{}
			for _, r := range a.Rows {
				i := result.Impact(r.Workspace, r.Capability)
				tree := &r.trees[ExpectedReading]
				for sd, effect := range [2]outage.Effect{atBest: i.AtBest, atWorst: i.AtWorst} {
					if got := holds(tree.settled[sd], on, memo); got != (effect == outage.Lost) {
						t.Fatalf("%s, %s of %s, side %d: outage says %s, the tree says lost is %v\n%s", o, r.Capability, r.Workspace.Name, sd, effect, got, text)
					}
					hurt := false
					if n := tree.hurt[sd]; n >= 0 {
						hurt = holds(s.tops[n].Formula, on, memo)
					}
					lossOnly := i.RPO != catalog.Span{} // lost data degrade, and are no unavailability
					if hurt && effect == outage.None || !hurt && effect != outage.None && !lossOnly {
						t.Fatalf("%s, %s of %s, side %d: outage says %s, the tree says hurt is %v\n%s", o, r.Capability, r.Workspace.Name, sd, effect, hurt, text)
					}
				}
			}
		}
	})
}
