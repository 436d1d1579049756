package improve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Options say what is looked for, and among what.
type Options struct {
	Region  string   // of a second half; "": see [OtherRegion]
	Weights *Weights // nil: every resource that is billed weighs the same
	InPlace bool     // only changes of what is there: in place or by a conversion
	Limit   int      // of combinations that are evaluated; 0: 200,000
	Grain   float64  // hours a year that a step of the frontier gains at least
	NoPair  bool     // do not try a second workspace
	Nodes   int      // of a diagram at most; 0: 25 million
	Rates   *availability.Rates
}

// Result is what can be bought for one capability of one workspace.
type Result struct {
	Workspace  *estate.Resource
	Capability catalog.Capability
	Region     string             // the other region that was taken, "" when none is known
	Paired     bool               // the workspace has a secondary as it is
	Total      float64            // what all that is billed costs today, in the unit of the weights
	Billed     int                // how many resources that is
	Unweighed  []*estate.Resource // billed resources whose cost the weights do not say
	Alone      *Frontier          // without a further workspace
	WithPair   *Frontier          // with a second workspace; nil when there is one, or none was tried
}

// Frontier is the configurations of which no other one is cheaper and more
// available.
type Frontier struct {
	Today     Step   // nothing changed, but for the second workspace where it is that frontier
	Steps     []Step // by cost; the first one may be Today
	Whole     bool   // it is proven to its end
	Proven    Cost   // where it is not: what costs less than this is proven
	Left      []Left // what still takes the capability away after the last step, worst first
	Blocked   []Blocked
	Capped    bool // a group of resources has more configurations than were looked at
	Dropped   int  // groups of resources that gain least and were left as they are, since all together are too many
	Evaluated int  // combinations
	Groups    int
	Nodes     int // of the diagram

	measure measure
	groups  []group
	costs   [][]Cost
	limit   int
	make    func(point) Step
}

// Step is a configuration on a frontier.
type Step struct {
	Changes   []Change
	Cost      Cost
	Factor    float64 // of what all costs today, for what of the price is known
	Available float64 // share of the time
	picks     []int
}

// Left is something that takes the capability away.
type Left struct {
	Basic *availability.Basic
	Hours float64 // a year
}

// rounding is by how much the share that is lost may differ between the tree of all
// configurations and that of one: how long the rebuilding takes, which only some of
// them need, counts in the time between failures.
const rounding = 1e-5

const (
	usualLimit = 200_000
	fewest     = 200           // combinations, however large the diagram is
	effort     = 1_500_000_000 // nodes of diagrams that are visited in one search
	usualNodes = 25_000_000
)

// Find finds the frontiers of a capability of a workspace of a classified estate.
// The error is that of the context, or says that the estate is too large.
func Find(ctx context.Context, e *estate.Estate, cat *catalog.Catalog, ws *estate.Resource, c catalog.Capability, opt Options) (*Result, error) {
	if opt.Limit <= 0 {
		opt.Limit = usualLimit
	}
	if opt.Region == "" {
		opt.Region = OtherRegion(ws.Location)
	}
	e, ws = around(e, cat, ws)
	f := &finder{cat: cat, capability: c, opt: opt, base: availability.Variant{Estate: e, Model: outage.New(e, cat)}, ws: ws}
	out := &Result{Workspace: ws, Capability: c, Region: opt.Region}
	for x := range e.LeansOn(ws) {
		out.Paired = out.Paired || x.Role == estate.Pair
	}
	out.Total, out.Billed, out.Unweighed = f.bill(closure(e, ws))
	f.total = out.Total
	var err error
	if out.Alone, err = f.frontier(ctx, f.base, nil, Cost{}); err != nil {
		return nil, err
	}
	if out.Paired || opt.NoPair || opt.Region == "" {
		return out, nil
	}
	rem := f.pairRemedy()
	if rem == nil {
		return out, nil
	}
	second, made := Pair(e, cat, ws, opt.Region)
	f.ws = second.ByID(ws.ID)
	extra, _, unknown := f.bill(made)
	base := availability.Variant{Estate: second, Model: outage.New(second, cat)}
	out.WithPair, err = f.frontier(ctx, base, []Change{{rem, ws}}, Cost{Unknown: min(1, len(unknown)), Extra: extra})
	return out, err
}

// large is from how many resources on only what surrounds the workspace is looked
// at.
const large = 400

// around leaves out of a large estate what neither the workspace nor its
// secondaries lean on.
func around(e *estate.Estate, cat *catalog.Catalog, ws *estate.Resource) (*estate.Estate, *estate.Resource) {
	if len(e.Resources) <= large {
		return e, ws
	}
	keep := map[*estate.Resource]bool{}
	for _, w := range append(secondaries(e, ws), ws) {
		for _, r := range closure(e, w) {
			keep[r] = true
		}
	}
	w := &whatIf{byKey: map[string]*estate.Resource{}}
	for _, r := range e.Resources {
		if keep[r] {
			w.add(new(*r))
		}
	}
	for _, x := range e.Relations {
		if keep[x.From] && keep[x.To] {
			x.From, x.To = w.byKey[x.From.ID.Key()], w.byKey[x.To.ID.Key()]
			w.relations = append(w.relations, x)
		}
	}
	out := w.build(cat, e.Coverage)
	return out, out.ByID(ws.ID)
}

func secondaries(e *estate.Estate, ws *estate.Resource) []*estate.Resource {
	var out []*estate.Resource
	for x := range e.LeansOn(ws) {
		if x.Role == estate.Pair {
			out = append(out, x.To)
		}
	}
	return out
}

// finder is one search.
type finder struct {
	cat        *catalog.Catalog
	capability catalog.Capability
	opt        Options
	base       availability.Variant
	ws         *estate.Resource
	total      float64
}

// bill adds up what resources cost today: those that are billed.
func (f *finder) bill(resources []*estate.Resource) (total float64, count int, unknown []*estate.Resource) {
	for _, r := range resources {
		at := f.base
		now := at.Estate.ByID(r.ID)
		if now == nil { // of a second half: it costs what the first one costs
			now = f.first(r)
		}
		if now == nil || !billed(at.Estate, f.cat, at.Model, now) {
			continue
		}
		count++
		x, ok := f.opt.Weights.Of(now)
		if !ok {
			unknown = append(unknown, r)
		}
		total += x
	}
	return total, count, unknown
}

// first is the resource that one of a second half is the twin of.
func (f *finder) first(twin *estate.Resource) *estate.Resource {
	for _, r := range f.base.Estate.Resources {
		if elsewhere(r.ID, f.opt.Region).Equal(twin.ID) {
			return r
		}
	}
	return nil
}

func (f *finder) pairRemedy() *catalog.Remedy {
	at := slices.IndexFunc(f.cat.RemediesFor(f.ws.Service), func(r *catalog.Remedy) bool { return r.Pair })
	if at < 0 {
		return nil
	}
	return f.cat.RemediesFor(f.ws.Service)[at]
}

func (f *finder) keep(r *catalog.Remedy) bool {
	return !f.opt.InPlace || r.Change.Kind == "inPlace" || r.Change.Kind == "conversion"
}

func (f *finder) frontier(ctx context.Context, base availability.Variant, always []Change, paid Cost) (*Frontier, error) {
	s := &survey{base: base, cat: f.cat, weights: f.opt.Weights, region: f.opt.Region, keep: f.keep}
	resources := closure(base.Estate, f.ws)
	for _, second := range secondaries(base.Estate, f.ws) {
		for _, r := range closure(base.Estate, second) {
			if !slices.Contains(resources, r) {
				resources = append(resources, r)
			}
		}
	}
	groups, err := s.groups(ctx, resources)
	if err != nil {
		return nil, err
	}
	surface, groups, dropped, err := f.surface(ctx, base, groups)
	if err != nil {
		return nil, err
	}
	costs := make([][]Cost, len(groups))
	for g := range groups {
		for _, w := range groups[g].ways {
			costs[g] = append(costs[g], w.cost)
		}
	}
	limit := min(f.opt.Limit, max(fewest, effort/max(1, surface.Nodes())))
	got, err := search(ctx, costs, surface.Lost, limit, goal{grain: f.opt.Grain / availability.HoursPerYear})
	if err != nil {
		return nil, err
	}
	out := &Frontier{Whole: got.whole, Proven: got.proven.Plus(paid), Blocked: s.blocked, Capped: s.capped || dropped > 0, Dropped: dropped, Evaluated: got.evaluated, Groups: len(groups), Nodes: surface.Nodes(), measure: surface.Lost, groups: groups, costs: costs, limit: limit}
	out.make = func(p point) Step { return f.step(out, p, always, paid) }
	today := make([]int, len(groups))
	out.Today = out.make(point{picks: today, lost: surface.Lost([][]int{today})[0]})
	for _, p := range got.frontier {
		out.Steps = append(out.Steps, out.make(p))
	}
	return out, f.leftOver(ctx, out, base)
}

// surface makes the tree of all combinations, and leaves out groups that the
// capability does not depend on. Where the tree gets too large, the groups that gain
// least are left as they are; how many is the third value.
func (f *finder) surface(ctx context.Context, base availability.Variant, groups []group) (*availability.Surface, []group, int, error) {
	ranked, dropped := false, 0
	for {
		if err := ctx.Err(); err != nil {
			return nil, nil, 0, err
		}
		s, err := f.tree(base, groups)
		switch {
		case errors.Is(err, availability.ErrTooLarge) && len(groups) > 0:
			if !ranked {
				if err := f.rank(base, groups); err != nil {
					return nil, nil, 0, err
				}
				ranked = true
			}
			keep := len(groups) * 2 / 3
			dropped += len(groups) - keep
			groups = groups[:keep]
			continue
		case err != nil:
			return nil, nil, 0, fmt.Errorf("looking for changes: %w", err)
		}
		var kept []group
		for g := range groups {
			if s.Matters(g) {
				kept = append(kept, groups[g])
			}
		}
		if len(kept) == len(groups) {
			return s, groups, dropped, nil
		}
		groups = kept
	}
}

func (f *finder) tree(base availability.Variant, groups []group) (*availability.Surface, error) {
	given := make([]availability.Group, len(groups))
	for g := range groups {
		given[g].Resources = groups[g].resources
		for _, w := range groups[g].ways {
			given[g].Variants = append(given[g].Variants, w.variant)
		}
	}
	nodes := f.opt.Nodes
	if nodes <= 0 {
		nodes = usualNodes
	}
	return availability.NewSurface(base, f.cat, f.opt.Rates, f.ws, f.capability, given, f.regions(), nodes)
}

// rank sorts groups by what they gain at most, each by itself, the most first.
func (f *finder) rank(base availability.Variant, groups []group) error {
	gains := make(map[int]float64, len(groups)) // by the group's first resource, which is in no other one
	for g := range groups {
		s, err := f.tree(base, groups[g:g+1])
		if err != nil {
			return err
		}
		lost := s.Lost([][]int{{0}, {availability.Best}})
		gains[groups[g].resources[0]] = lost[0] - lost[1]
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(gains[b.resources[0]], gains[a.resources[0]]) })
	return nil
}

func (f *finder) regions() []string {
	if f.opt.Region == "" {
		return nil
	}
	return []string{f.opt.Region}
}

func (f *finder) step(of *Frontier, p point, always []Change, paid Cost) Step {
	out := Step{Changes: slices.Clone(always), Cost: p.cost.Plus(paid), Available: 1 - p.lost, picks: p.picks}
	for g, k := range p.picks {
		out.Changes = append(out.Changes, of.groups[g].ways[k].changes...)
	}
	out.Factor = math.NaN()
	if f.total > 0 {
		out.Factor = 1 + out.Cost.Extra/f.total
	}
	return out
}

// leftOver says what still takes the capability away after the last step, by an
// analysis of the estate that the changes lead to. The figure of the last step is
// checked against it.
func (f *finder) leftOver(ctx context.Context, out *Frontier, base availability.Variant) error {
	if len(out.Steps) == 0 {
		return nil
	}
	last := out.Steps[len(out.Steps)-1]
	a, row, err := f.analyse(ctx, base.Estate, last.Changes)
	if err != nil || row == nil {
		return err
	}
	if d := math.Abs(row.Expected.Worst - last.Available); d > rounding*(1-last.Available)+1e-12 {
		return fmt.Errorf("looking for changes for %s: the changes together give %.9f, not %.9f as found one by one: this is a bug, please report it with the template", f.ws.Name, row.Expected.Worst, last.Available)
	}
	for _, s := range a.Shares(row, availability.ExpectedReading) {
		out.Left = append(out.Left, Left{s.Basic, s.Hours})
	}
	return nil
}

// analyse analyses the estate after changes.
func (f *finder) analyse(ctx context.Context, e *estate.Estate, changes []Change) (*availability.Analysis, *availability.Row, error) {
	var do []Change
	for _, c := range changes {
		if !c.Remedy.Pair {
			do = append(do, c)
		}
	}
	a, err := availability.New(ctx, Apply(e, f.cat, f.opt.Region, do...), f.cat, f.opt.Rates, availability.Options{Draws: 1, Regions: f.regions()})
	if err != nil {
		return nil, nil, err
	}
	for _, r := range a.Rows {
		if r.Workspace.ID.Equal(f.ws.ID) && r.Capability == f.capability {
			return a, r, nil
		}
	}
	return a, nil, nil
}

// Answer is the cheapest configuration that reaches a figure.
type Answer struct {
	Step
	Found  bool
	Proven bool     // it is the cheapest, or with Found false: there is none
	AtMost Cost     // where it is not proven: no configuration that costs less than this reaches it
	Spare  []Change // changes of the step that cost nothing and are not needed for it
}

// Reaching finds the cheapest configuration that is available for at least the
// share of the time.
func (f *Frontier) Reaching(ctx context.Context, share float64) (Answer, error) {
	enough := max(1-share+1e-12, 1e-15)
	got, err := search(ctx, f.costs, f.measure, f.limit, goal{enough: enough})
	if err != nil {
		return Answer{}, err
	}
	out := Answer{Proven: (got.whole || len(got.frontier) > 0) && !f.Capped, AtMost: got.proven}
	if len(got.frontier) == 0 {
		at := slices.IndexFunc(f.Steps, func(s Step) bool { return 1-s.Available <= enough })
		if got.whole || at < 0 {
			return out, nil
		}
		out.Step, out.Found, out.Proven = f.Steps[at], true, false
	} else {
		out.Step, out.Found = f.make(got.frontier[0]), true
	}
	out.Spare = f.spare(out.Step, enough)
	return out, nil
}

// spare lists changes of a step that cost nothing and without which it is still
// good enough.
func (f *Frontier) spare(step Step, enough float64) []Change {
	var out []Change
	picks := slices.Clone(step.picks)
	for g, k := range step.picks {
		if k == 0 || f.costs[g][k].Compare(f.costs[g][0]) != 0 {
			continue
		}
		picks[g] = 0
		if f.measure([][]int{picks})[0] <= enough {
			out = append(out, f.groups[g].ways[k].changes...)
			continue
		}
		picks[g] = k
	}
	return out
}

// Within gives the most available step whose price is known and at most so many
// times that of today; false when even the first one costs more.
func (f *Frontier) Within(factor float64) (Step, bool) {
	for _, s := range slices.Backward(f.Steps) {
		if s.Cost.Unknown == 0 && s.Factor <= factor+1e-9 {
			return s, true
		}
	}
	return Step{}, false
}
