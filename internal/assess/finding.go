package assess

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// The messages of findings that do not fail.
const (
	saysOtherwise  = "The rule is about other resources."
	saysNotNeeded  = "No capability of a workspace leans on it."
	saysSurvives   = "It takes away no more than the target allows."
	saysRight      = "Nothing is wrong."
	saysBehind     = " The workspace itself is lost in the same outage: this matters once it has a secondary in another region."
	saysNotWanted  = "The target does not ask to survive it."
	saysUnassessed = "It is not known yet."
)

// findings tries every rule on every resource that it may be about. They come
// in the order of the rules, then of the resources.
func (a *assessor) findings(ctx context.Context) ([]Finding, error) {
	total := 0
	for j := range a.jobs {
		total += len(j.resources)
	}
	out := make([]Finding, total)
	if total < manyFindings {
		for j := range a.jobs {
			a.try(ctx, j, out)
		}
		return a.rest(out), ctx.Err()
	}
	jobs := slices.Collect(a.jobs)
	var work sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() {
			for n := next.Add(1) - 1; n < int64(len(jobs)); n = next.Add(1) - 1 {
				a.try(ctx, jobs[n], out)
			}
		})
	}
	work.Wait()
	return a.rest(out), ctx.Err()
}

// jobs gives the work in the order of the rules.
func (a *assessor) jobs(yield func(job) bool) {
	at := 0
	for i, about := range a.plan.about {
		for _, service := range about {
			for rest := a.of(service); len(rest) > 0; {
				some := rest[:min(jobSize, len(rest))]
				if !yield(job{a.cat.Rules()[i], some, at}) {
					return
				}
				at, rest = at+len(some), rest[len(some):]
			}
		}
	}
}

// job is one rule to be tried on some resources. Its findings have their places
// from at on.
type job struct {
	rule      *catalog.Rule
	resources []*estate.Resource
	at        int
}

// manyFindings is from how many findings on it pays to use all processors;
// jobSize is how many resources make a job then.
const (
	manyFindings = 10000
	jobSize      = 2000
)

func (a *assessor) try(ctx context.Context, j job, out []Finding) {
	if ctx.Err() != nil {
		return
	}
	for i, r := range j.resources {
		f := &out[j.at+i]
		f.Rule, f.Resource, f.Origin, f.Severity = j.rule, r, r.Origin, Severity(j.rule.Severity)
		if j.rule.Scope != "" {
			a.tryOutage(f)
		} else {
			a.tryPlain(f)
		}
	}
}

// rest adds the gaps that no rule of the catalog is about.
func (a *assessor) rest(out []Finding) []Finding {
	rule := a.uncovered()
	for i, r := range a.e.Resources {
		if len(a.gaps) == 0 {
			break
		}
		g := a.gaps[gapKey{rule, i}]
		if g == nil {
			continue
		}
		f := Finding{Rule: rule, Resource: r, Origin: r.Origin}
		a.fail(&f, g)
		out = append(out, f)
	}
	return out
}

func (a *assessor) tryOutage(f *Finding) {
	if g := a.gaps[gapKey{f.Rule, f.Resource.Index()}]; g != nil {
		a.fail(f, g)
		return
	}
	v := a.cat.Applies(f.Rule, a.e, f.Resource)
	switch {
	case v.Known && !v.Holds:
		f.Status, f.Message = NotApplicable, saysOtherwise
	case !a.target.Wants(f.Rule.Scope):
		f.Status, f.Message = NotApplicable, saysNotWanted
	case a.alone:
		a.tryAlone(f)
	case !a.model.Needed(f.Resource):
		f.Status, f.Message = NotApplicable, saysNotNeeded
	default:
		f.Status, f.Message = Pass, saysSurvives
	}
}

// fail makes the finding of a gap.
func (a *assessor) fail(f *Finding, g *gap) {
	f.Severity = g.severity(Severity(f.Rule.Severity))
	f.Workspaces, f.Takes = g.workspaces, g.takes
	f.Remedy = f.Rule.Remedy
	if f.Rule == Uncovered && g.remedy != "" {
		f.Remedy = g.remedy
	}
	a.explain(f)
	if g.certain {
		f.Status, f.Message = Fail, a.cat.Message(f.Rule, a.e, f.Resource)
	} else {
		a.unknown(f, g.unknowns)
	}
	if !g.first {
		f.Behind = g.behind
		f.Message += saysBehind
	}
}

// tryAlone judges a resource by itself: there is no workspace to lean on it.
func (a *assessor) tryAlone(f *Finding) {
	d := a.strictest(f.Rule.Scope)
	f.Status, f.Message = Pass, saysSurvives
	for i := range a.results {
		r := &a.results[i]
		if r.Outage.Scope != f.Rule.Scope {
			continue
		}
		fate, hurt := r.Fate(f.Resource)
		if !hurt || !over(fate.RTO, d.RTO) && !over(fate.RPO, d.RPO) {
			continue
		}
		a.explain(f)
		f.Severity, f.Remedy = milder(Medium, Severity(f.Rule.Severity)), f.Rule.Remedy
		if fate.State == catalog.Unknown {
			a.unknown(f, fate.Unknowns)
			continue
		}
		f.Status, f.Unknowns, f.Message = Fail, nil, a.cat.Message(f.Rule, a.e, f.Resource)
		return
	}
}

// strictest gives the shortest times that the target allows in any outage of the scope.
func (a *assessor) strictest(scope catalog.Scope) Demand {
	out := Demand{Scope: scope, RTO: Any, RPO: Any}
	for _, c := range catalog.Capabilities {
		if d, ok := a.target.Demand(c, scope); ok {
			out.RTO, out.RPO = shorter(out.RTO, d.RTO), shorter(out.RPO, d.RPO)
		}
	}
	return out
}

func shorter(a, b int64) int64 {
	if a == Any || b != Any && b < a {
		return b
	}
	return a
}

func (a *assessor) tryPlain(f *Finding) {
	v := a.cat.Applies(f.Rule, a.e, f.Resource)
	switch {
	case v.Known && !v.Holds:
		f.Status, f.Message = NotApplicable, saysOtherwise
		return
	case v.Known:
		v = a.cat.Check(f.Rule, a.e, f.Resource)
	}
	if v.Known && v.Holds {
		f.Status, f.Message = Pass, saysRight
		return
	}
	f.Workspaces, f.Remedy = a.model.Users(f.Resource), f.Rule.Remedy
	a.explain(f)
	if v.Known {
		f.Status, f.Message = Fail, a.cat.Message(f.Rule, a.e, f.Resource)
		return
	}
	a.unknown(f, v.Unknowns)
}

func (a *assessor) unknown(f *Finding, unknowns []string) {
	f.Status, f.Unknowns = Unknown, unknowns
	f.Message = saysUnassessed
	if len(unknowns) > 0 {
		f.Message = "It depends on what is not known yet: " + strings.TrimRight(strings.Join(unknowns, "; "), ".") + "."
	}
}

// explain adds the settings that the rule looks at, the place of the first of
// them that is written, and the fingerprint.
func (a *assessor) explain(f *Finding) {
	f.Fingerprint = fingerprint(f.Rule, f.Resource)
	if len(f.Rule.Settings) == 0 {
		return
	}
	f.Evidence = make([]Evidence, 0, len(f.Rule.Settings))
	placed := false
	for _, name := range f.Rule.Settings {
		v, ok := a.cat.Setting(a.e, f.Resource, name)
		if !ok {
			continue
		}
		e := Evidence{Setting: name, Path: v.Setting.Place(), Value: v.Text, Origin: v.Origin}
		if v.Defaulted {
			e.Value = "(absent, default " + v.Text + ")"
			if v.Text == "" {
				e.Value = "(absent)"
			}
		} else if !placed && v.Origin != (estate.Origin{}) {
			f.Origin, placed = v.Origin, true
		}
		f.Evidence = append(f.Evidence, e)
	}
}

// fingerprint names a finding in a way that no change elsewhere in the input
// changes: by rule, resource and the setting that the rule looks at first.
func fingerprint(rule *catalog.Rule, r *estate.Resource) string {
	buf := make([]byte, 0, 256)
	buf = append(append(buf, rule.ID...), 0)
	buf = append(append(buf, r.ID.Key()...), 0)
	if len(rule.Settings) > 0 {
		buf = append(buf, rule.Settings[0]...)
	}
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:16])
}
