package outage

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// eachImpact calls f for every capability of every workspace.
func eachImpact(m *Model, r *Result, f func(Impact)) {
	for _, res := range m.estate.Resources {
		if IsWorkspace(res) {
			for _, c := range catalog.Capabilities {
				f(r.Impact(res, c))
			}
		}
	}
}

// noWorse fails when one outage hurts somewhere more than another.
func noWorse(t *rapid.T, what string, of *Model, better *Result, than *Model, worse *Result) {
	t.Helper()
	eachImpact(of, better, func(b Impact) {
		w := worse.Impact(than.estate.ByID(b.Workspace.ID), b.Capability)
		if b.AtWorst.Worse(w.AtWorst) || b.AtBest.Worse(w.AtBest) {
			t.Fatalf("%s: %s of %s in %s is %s..%s, which is worse than %s..%s in %s", what, b.Capability, b.Workspace.Name, better.Outage, b.AtBest, b.AtWorst, w.AtBest, w.AtWorst, worse.Outage)
		}
		if toSpan(b.RPO) > toSpan(w.RPO) {
			t.Fatalf("%s: %s of %s in %s loses %v of data, more than %v", what, b.Capability, b.Workspace.Name, better.Outage, b.RPO, w.RPO)
		}
	})
}

func TestARegionOutageHurtsNoLessThanOneOfItsZones(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := model(t, sketch.Draw(t).Text())
		for _, o := range m.Outages() {
			if o.Scope != catalog.ScopeZone {
				continue
			}
			small, large := m.Run(o), m.Run(region(o.Region))
			noWorse(t, "a zone of the region", m, &small, m, &large)
		}
	})
}

func TestMoreRedundancyNeverHurtsMore(t *testing.T) {
	better := map[string][]string{"LRS": {"ZRS", "GRS", "GZRS"}, "ZRS": {"GZRS"}, "GRS": {"GZRS"}}
	rapid.Check(t, func(t *rapid.T) {
		d := sketch.Draw(t)
		i := rapid.IntRange(0, len(d.Resources)-1).Draw(t, "which")
		skus := better[d.Resources[i].SKU]
		if len(skus) == 0 {
			t.Skip("nothing to better")
		}
		sku := rapid.SampledFrom(skus).Draw(t, "better")
		before := model(t, d.Text())
		after := model(t, d.Change(i, func(r *sketch.Line) { r.SKU = sku }).Text())
		for _, o := range before.Outages() {
			worse, better := before.Run(o), after.Run(o)
			noWorse(t, d.Resources[i].Name+" made "+sku, after, &better, before, &worse)
		}
	})
}

func TestRunAllIsRunOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := sketch.Draw(t).Text()
		m := model(t, text)
		for _, r := range m.RunAll() {
			alone := New(sketch.Estate(t, text), sketch.Catalog(t)).Run(r.Outage)
			if diff := cmp.Diff(fatesOf(&alone), fatesOf(&r)); diff != "" {
				t.Fatalf("%s, fates (-alone +all):\n%s", r.Outage, diff)
			}
			for _, ws := range m.estate.Resources {
				if diff := cmp.Diff(told(&alone, ws.Name), told(&r, ws.Name)); diff != "" {
					t.Fatalf("%s, impacts (-alone +all):\n%s", r.Outage, diff)
				}
			}
		}
	})
}

func TestTheUnknownLiesBetweenBestAndWorst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := sketch.Draw(t)
		known := d
		for i, r := range d.Resources {
			if r.SKU == "?" {
				sku := rapid.SampledFrom([]string{"LRS", "ZRS", "GRS", "GZRS"}).Draw(t, "sku")
				known = known.Change(i, func(r *sketch.Line) { r.SKU = sku })
			}
			if r.Presence != "" {
				known = known.Change(i, func(r *sketch.Line) { r.Presence = "" })
			}
		}
		for _, r := range d.Resources {
			if r.Presence != "" && rapid.Bool().Draw(t, "left out") {
				known = known.Without(r.Name)
			}
		}
		open, closed := model(t, d.Text()), model(t, known.Text())
		for _, o := range open.Outages() {
			a, b := open.Run(o), closed.Run(o)
			eachImpact(closed, &b, func(im Impact) {
				if im.Effect == Unknown {
					t.Fatalf("%s of %s in %s is unknown although all is known", im.Capability, im.Workspace.Name, o)
				}
				bounds := a.Impact(open.estate.ByID(im.Workspace.ID), im.Capability)
				if bounds.AtBest.Worse(im.Effect) || im.Effect.Worse(bounds.AtWorst) {
					t.Fatalf("%s of %s in %s is %s, not between %s and %s\n%s", im.Capability, im.Workspace.Name, o, im.Effect, bounds.AtBest, bounds.AtWorst, known.Text())
				}
			})
		}
	})
}

func TestEveryHurtHasACauseAsGraveAsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := model(t, sketch.Draw(t).Text())
		for _, r := range m.RunAll() {
			for _, im := range r.Impacts {
				if im.AtWorst == None {
					continue
				}
				if len(im.Because) == 0 || im.Because[0].AtWorst != im.AtWorst {
					t.Fatalf("%s is %s at worst, yet its causes are %+v", im.Capability, im.AtWorst, im.Because)
				}
				grave, loss := span(0), span(0)
				for _, c := range im.Because {
					if c.AtWorst == im.AtWorst {
						grave = max(grave, c.worst.back())
					}
					loss = max(loss, c.worst.loss)
				}
				if grave < toSpan(im.RTO) || loss < toSpan(im.RPO) {
					t.Fatalf("%s is lost for %v with %v of data, and no cause says so: %+v", im.Capability, im.RTO, im.RPO, im.Because)
				}
			}
		}
	})
}
