package assess

import (
	"context"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// gapKey is the rule that a gap breaks, for the resource that causes it.
type gapKey struct {
	rule     *catalog.Rule
	resource int
}

// gap is what a resource takes away beyond the target.
type gap struct {
	takes      []Loss
	workspaces []*estate.Resource
	unknowns   []string
	remedy     string           // of the fact behind it
	certain    bool             // it is there at best, too
	byTime     bool             // something is lost for longer than the target allows
	forGood    bool             // data would be lost for good
	everything bool             // it takes all that the target wants of some workspace, or is the workspace
	behind     *estate.Resource // a workspace that is lost in the same outage
	first      bool             // it matters as the estate stands, behind no workspace

	lost   int // demands of the workspace counted last that are lost in the outage
	lostIn int // that outage
	lostOf *estate.Resource
}

// excess is how something goes beyond a demand.
type excess struct{ time, data bool }

func (x excess) any() bool { return x.time || x.data }

func beyond(d Demand, effect outage.Effect, rto, rpo catalog.Span) excess {
	if effect == outage.None {
		return excess{}
	}
	return excess{time: effect == outage.Lost && over(rto, d.RTO), data: over(rpo, d.RPO)}
}

// over says whether a time is longer than the limit, in seconds. A time without
// a figure exceeds every limit.
func over(s catalog.Span, limit int64) bool {
	return limit != Any && outage.CompareSpans(s, catalog.Span{Seconds: limit, Upper: true}) > 0
}

// endless says that a time ends at the earliest when the outage does.
func endless(s catalog.Span) bool {
	return outage.CompareSpans(s, catalog.Span{Seconds: -1, Word: "outage"}) >= 0
}

// forGood says that a span of data lost has no end.
func forGood(s catalog.Span) bool { return s.Word == "total" }

// findGaps holds the results of all outages against the target.
func (a *assessor) findGaps(ctx context.Context) error {
	for i := range a.results {
		if err := ctx.Err(); err != nil {
			return err
		}
		r := &a.results[i]
		if len(r.Impacts) == 0 || i > 0 && shared(r, &a.results[i-1]) || !a.target.Wants(r.Outage.Scope) {
			continue
		}
		o := r.Outage
		if i+1 < len(a.results) && shared(r, &a.results[i+1]) {
			o.Zone = outage.AnyZone
		}
		a.gapsOf(i, o, r.Impacts)
	}
	return nil
}

// shared says that two outages have one and the same impacts.
func shared(a, b *outage.Result) bool {
	return len(a.Impacts) > 0 && len(b.Impacts) > 0 && &a.Impacts[0] == &b.Impacts[0]
}

// demands is what a target wants in outages of one scope, by number of capability.
type demands struct {
	of     [8]Demand
	wanted [8]bool
	count  int
}

func (t *Target) demands(scope catalog.Scope) *demands {
	var d demands
	for c, name := range catalog.Capabilities {
		if d.of[c], d.wanted[c] = t.Demand(name, scope); d.wanted[c] {
			d.count++
		}
	}
	return &d
}

// gapsOf holds the impacts of one outage against the target. Those of each
// workspace stand together, one for each capability.
func (a *assessor) gapsOf(number int, o outage.Outage, impacts []outage.Impact) {
	d := a.target.demands(o.Scope)
	for of := range slices.Chunk(impacts, len(catalog.Capabilities)) {
		self := lostItself(of, d)
		for c := range of {
			im := &of[c]
			if !d.wanted[c] || !beyond(d.of[c], im.AtWorst, im.RTO, im.RPO).any() {
				continue
			}
			for k := range im.Because {
				b := &im.Because[k]
				worst := beyond(d.of[c], b.AtWorst, b.RTO(), b.RPO())
				if !worst.any() {
					continue
				}
				best := beyond(d.of[c], b.AtBest, b.BestRTO(), b.BestRPO())
				for _, rule := range a.rulesAbout(b.Resource, o.Scope) {
					g := a.gap(rule, b.Resource)
					g.add(im, b, o, worst, best)
					g.countLost(number, im, b, d.count)
					if self != nil && !outage.IsWorkspace(b.Resource) {
						g.behind = self
					} else {
						g.first = true
					}
				}
			}
		}
	}
}

// lostItself gives the workspace, or the hub of it, when the outage takes it
// away itself, for longer than the target allows in some capability.
func lostItself(impacts []outage.Impact, d *demands) *estate.Resource {
	for c := range impacts {
		if !d.wanted[c] {
			continue
		}
		for k := range impacts[c].Because {
			b := &impacts[c].Because[k]
			if outage.IsWorkspace(b.Resource) && beyond(d.of[c], b.AtBest, b.BestRTO(), b.BestRPO()).time {
				return b.Resource
			}
		}
	}
	return nil
}

func (a *assessor) gap(rule *catalog.Rule, r *estate.Resource) *gap {
	key := gapKey{rule, r.Index()}
	g := a.gaps[key]
	if g == nil {
		g = &gap{}
		a.gaps[key] = g
	}
	return g
}

// Uncovered is the rule for what an outage takes away because of a resource that
// no outage rule of the catalog is about: nothing is dropped.
var Uncovered = &catalog.Rule{
	ID:       "outage-uncovered",
	Title:    "An outage takes away more than the target allows",
	Severity: string(Critical),
	Message:  "Because of this resource an outage takes away more than the target allows. The catalog has no rule of its own about it.",
	Why:      "The facts of the catalog say that it does not survive; see what is lost.",
	Remedy:   "Make it survive the outage, or take it out of what the workspace leans on.",
	Change:   catalog.Change{Kind: "none"},
}

// rulesAbout gives the outage rules of the scope that are about the resource.
func (a *assessor) rulesAbout(r *estate.Resource, scope catalog.Scope) []*catalog.Rule {
	var out []*catalog.Rule
	for _, rule := range a.cat.RulesFor(r.Service) {
		if rule.Scope != scope {
			continue
		}
		if v := a.cat.Applies(rule, a.e, r); v.Holds || !v.Known {
			out = append(out, rule)
		}
	}
	if len(out) == 0 {
		out = append(out, a.uncovered())
	}
	return out
}

func (a *assessor) uncovered() *catalog.Rule {
	if rule := a.cat.Rule(Uncovered.ID); rule != nil {
		return rule
	}
	return Uncovered
}

func (g *gap) add(im *outage.Impact, b *outage.Cause, o outage.Outage, worst, best excess) {
	g.takes = append(g.takes, Loss{Workspace: im.Workspace, Capability: im.Capability, Outage: o, Effect: b.Effect, RTO: b.RTO(), RPO: b.RPO()})
	if n := len(g.workspaces); n == 0 || g.workspaces[n-1] != im.Workspace && !slices.Contains(g.workspaces, im.Workspace) {
		g.workspaces = append(g.workspaces, im.Workspace)
	}
	g.certain = g.certain || best.any()
	g.byTime = g.byTime || worst.time
	g.forGood = g.forGood || worst.data && forGood(b.RPO())
	if g.remedy == "" && b.Fact != nil {
		g.remedy = b.Fact.Remedy
	}
	for _, u := range b.Unknowns {
		if !slices.Contains(g.unknowns, u) {
			g.unknowns = append(g.unknowns, u)
		}
	}
}

// countLost notes when all that the target wants of a workspace is lost, or the
// workspace itself.
func (g *gap) countLost(number int, im *outage.Impact, b *outage.Cause, wanted int) {
	if b.AtWorst != outage.Lost || !endless(b.RTO()) {
		return
	}
	if g.lostIn != number || g.lostOf != im.Workspace {
		g.lostIn, g.lostOf, g.lost = number, im.Workspace, 0
	}
	g.lost++
	g.everything = g.everything || g.lost == wanted || b.Resource == im.Workspace
}

// severity grades a gap, see the package comment.
func (g *gap) severity(most Severity) Severity {
	s := Medium
	switch {
	case !g.first && !g.forGood:
		s = Low
	case !g.first:
		s = Medium
	case g.forGood || g.everything:
		s = Critical
	case g.byTime:
		s = High
	}
	if most.valid() {
		s = milder(s, most)
	}
	return s
}
