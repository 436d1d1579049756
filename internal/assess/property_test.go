package assess

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

func drawTarget(t *rapid.T) *Target {
	target := &Target{Name: "drawn", Capabilities: map[catalog.Capability][]Demand{}}
	times := rapid.SampledFrom([]int64{Any, 0, 600, 3600, 100000})
	for _, c := range catalog.Capabilities {
		for _, scope := range demandScopes {
			if rapid.Bool().Draw(t, "wanted") {
				target.Capabilities[c] = append(target.Capabilities[c], Demand{scope, times.Draw(t, "rto"), times.Draw(t, "rpo")})
			}
		}
	}
	return target
}

// Nothing is dropped: whatever an outage takes away beyond the target stands at
// a finding.
func TestEveryGapIsAtAFinding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target := drawTarget(t)
		r := assess(t, sketch.Draw(t).Text(), Options{Target: target})
		type taken struct {
			workspace  string
			capability catalog.Capability
			scope      catalog.Scope
			region     string
		}
		at := map[taken]bool{}
		for i := range r.Findings {
			for _, l := range r.Findings[i].Takes {
				at[taken{l.Workspace.Name, l.Capability, l.Outage.Scope, l.Outage.Region}] = true
			}
		}
		for _, o := range r.Outages {
			for _, im := range o.Impacts {
				d, wanted := target.Demand(im.Capability, o.Outage.Scope)
				if wanted && beyond(d, im.AtWorst, im.RTO, im.RPO).any() && !at[taken{im.Workspace.Name, im.Capability, o.Outage.Scope, o.Outage.Region}] {
					t.Fatalf("%s of %s is %s in %s, and no finding says so", im.Capability, im.Workspace.Name, im.Effect, o.Outage)
				}
			}
		}
	})
}

func TestFindingsKeepTheirRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := assess(t, sketch.Draw(t).Text(), Options{Target: drawTarget(t)})
		s := r.Summary
		if s.Findings != len(r.Findings) || s.Findings != s.Pass+s.Fail+s.Unknown+s.NotApplicable+s.Suppressed {
			t.Fatalf("the counts do not add up: %+v", s)
		}
		last := -1
		seen := map[string]bool{}
		for i := range r.Findings {
			f := &r.Findings[i]
			if f.order() < last {
				t.Fatalf("%s of %s stands behind what is less grave", f.Rule.ID, f.Resource.Name)
			}
			last = f.order()
			if f.Severity.rank() < Severity(f.Rule.Severity).rank() {
				t.Fatalf("%s is %s, its rule only %s", f.Rule.ID, f.Severity, f.Rule.Severity)
			}
			if f.Status == Unknown && len(f.Unknowns) == 0 {
				t.Fatalf("%s of %s is unknown, and nothing would make it known", f.Rule.ID, f.Resource.Name)
			}
			if (f.Status == Fail || f.Status == Unknown) && (f.Message == "" || f.Fingerprint == "") {
				t.Fatalf("%s of %s says nothing", f.Rule.ID, f.Resource.Name)
			}
			key := f.Rule.ID + " " + f.Resource.ID.Key()
			if seen[key] {
				t.Fatalf("%s has two findings", key)
			}
			seen[key] = true
		}
	})
}

// A target that asks for less never finds more.
func TestALesserTargetFindsNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, target := sketch.Draw(t).Text(), drawTarget(t)
		lesser := &Target{Name: "lesser", Capabilities: map[catalog.Capability][]Demand{}}
		for c, demands := range target.Capabilities {
			for _, d := range demands {
				if rapid.Bool().Draw(t, "kept") {
					lesser.Capabilities[c] = append(lesser.Capabilities[c], Demand{d.Scope, Any, d.RPO})
				}
			}
		}
		failing := map[string]bool{}
		for _, f := range assess(t, text, Options{Target: target}).Findings {
			if f.Status == Fail || f.Status == Unknown {
				failing[f.Fingerprint] = true
			}
		}
		for _, f := range assess(t, text, Options{Target: lesser}).Findings {
			if (f.Status == Fail || f.Status == Unknown) && !failing[f.Fingerprint] {
				t.Fatalf("%s of %s fails only for the lesser target", f.Rule.ID, f.Resource.Name)
			}
		}
	})
}
