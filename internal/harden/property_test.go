package harden_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// On random estates the plan mends what it says and breaks nothing, leaves nothing
// for a second one, and drops nothing.
func TestPlansOfRandomEstatesHold(t *testing.T) {
	cat := realCatalog(t)
	counts := map[harden.Outcome]int{}
	rapid.Check(t, func(rt *rapid.T) {
		b := drawEstate(rt, t)
		target := rapid.SampledFrom([]string{assess.DevTarget, assess.ProductionTarget, assess.CriticalTarget, assess.CriticalTarget}).Draw(rt, "target")
		opts := harden.Options{
			Region: rapid.SampledFrom([]string{"", "", "northeurope"}).Draw(rt, "other region"),
			Fresh:  rapid.Bool().Draw(rt, "fresh"),
			Live:   rapid.Bool().Draw(rt, "live"),
		}
		plan, troubles := prove(t, b.build(cat), cat, target, opts)
		for _, x := range troubles {
			rt.Error(x)
		}
		for _, x := range flaws(plan) {
			rt.Error(x)
		}
		for _, item := range plan.Items {
			counts[item.Outcome]++
		}
	})
	for _, o := range []harden.Outcome{harden.Planned, harden.Recreate, harden.Decision, harden.Cannot, harden.ByHand} {
		if counts[o] == 0 {
			t.Errorf("no item is %s", o)
		}
	}
	t.Logf("%v", counts)
}

// flaws lists what of a plan is not as the package says.
func flaws(p *harden.Plan) []string {
	var out []string
	seen := map[string]int{}
	for _, item := range p.Items {
		f := item.Finding
		seen[f.Fingerprint]++
		name := f.Rule.ID + " on " + f.Resource.Name
		switch item.Outcome {
		case harden.Planned:
			if len(item.Steps) == 0 {
				out = append(out, name+" is planned without a step")
			}
			for _, s := range item.Steps {
				if !slices.Contains(p.Steps, s) || !slices.Contains(s.Items, item) {
					out = append(out, name+" is planned by a step that is not of the plan, or does not know it")
				}
			}
		case harden.Recreate:
			if len(item.Steps) == 0 || slices.ContainsFunc(item.Steps, func(s *harden.Step) bool { return slices.Contains(p.Steps, s) && !s.Automatic() && !p.Options.Fresh }) {
				out = append(out, name+" is to be made anew, and the plan does not say how, or does it")
			}
		case harden.Decision, harden.Cannot, harden.ByHand:
			if item.Why == "" {
				out = append(out, name+" is "+string(item.Outcome)+" without a reason")
			}
		default:
			out = append(out, name+" has the outcome "+string(item.Outcome))
		}
	}
	for i := range p.Before.Findings {
		f := &p.Before.Findings[i]
		if want := f.Status == assess.Fail && !f.Known; want != (seen[f.Fingerprint] == 1) && f.Fingerprint != "" {
			out = append(out, f.Rule.ID+" on "+f.Resource.Name+" has not exactly one item")
		}
	}
	for i, s := range p.Steps {
		if !s.Automatic() && !p.Options.Fresh {
			out = append(out, s.Remedy.ID+" is planned, and makes something anew")
		}
		if len(s.Items) == 0 {
			out = append(out, s.Remedy.ID+" serves nothing")
		}
		for _, b := range s.Before {
			if at := slices.Index(p.Steps, b); at < 0 || at > i {
				out = append(out, s.Remedy.ID+" comes before "+b.Remedy.ID)
			}
		}
		for _, other := range p.Steps[:i] {
			if other.Remedy == s.Remedy && other.Resource == s.Resource {
				out = append(out, s.Remedy.ID+" is done twice to "+s.Resource.Name)
			}
		}
	}
	return out
}
