package assess

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Options say how an estate is assessed. The zero Options work.
type Options struct {
	Target       *Target       // production when nil
	Suppressions []Suppression // accepted findings
	Baseline     *Baseline     // findings that are known; nil for none
	Notes        []Note        // diagnostics of the input, to be kept with the result
	Now          time.Time     // decides what has expired
}

// assessor is an assessment under way.
type assessor struct {
	e       *estate.Estate
	cat     *catalog.Catalog
	plan    *plan
	target  *Target
	model   *outage.Model
	results []outage.Result
	gaps    map[gapKey]*gap
	sorted  []*estate.Resource // by service, then in estate order
	start   []int32            // by service: where its resources begin in sorted; one more at the end
	alone   bool               // there is no workspace
}

// plan is a catalog made ready to be tried.
type plan struct {
	cat    *catalog.Catalog
	number map[string]int // of a service
	about  [][]int        // by rule: the numbers of the services that it is about
}

// lastPlan is that of the catalog that was used last: most programs use one.
var lastPlan atomic.Pointer[plan]

func planOf(cat *catalog.Catalog) *plan {
	if p := lastPlan.Load(); p != nil && p.cat == cat {
		return p
	}
	p := &plan{cat: cat, number: make(map[string]int)}
	all := make([]int, len(cat.Services()))
	for i, s := range cat.Services() {
		p.number[s.ID], all[i] = i, i
	}
	for _, rule := range cat.Rules() {
		var about []int
		for _, id := range rule.Services {
			if n, ok := p.number[id]; ok {
				about = append(about, n)
			}
		}
		switch {
		case rule.ID == Uncovered.ID:
		case len(rule.Services) == 0:
			about = all
		}
		p.about = append(p.about, about)
	}
	lastPlan.Store(p)
	return p
}

// Assess classifies the resources of the estate, puts it through the outages it
// can meet, and tries every rule of the catalog. The error is that of the
// context, when it ends first. One estate must not be assessed twice at the same
// time.
func Assess(ctx context.Context, e *estate.Estate, cat *catalog.Catalog, opts Options) (*Result, error) {
	if opts.Target == nil {
		opts.Target = TargetByName(ProductionTarget)
	}
	cat.Classify(e)
	a := &assessor{e: e, cat: cat, plan: planOf(cat), target: opts.Target, model: outage.New(e, cat), gaps: make(map[gapKey]*gap)}
	a.sortResources()
	workspaces := a.model.Workspaces()
	a.alone = len(workspaces) == 0
	outages := a.model.Outages()
	if a.target.Wants(catalog.ScopeResource) {
		outages = append(outages, a.model.Resources()...)
	}
	var err error
	if a.results, err = a.model.RunEach(ctx, outages); err != nil {
		return nil, fmt.Errorf("assessing the estate: %w", err)
	}
	if err := a.findGaps(ctx); err != nil {
		return nil, fmt.Errorf("assessing the estate: %w", err)
	}
	r := &Result{Estate: e, Catalog: cat, Target: opts.Target, Outages: a.results, Notes: opts.Notes[:len(opts.Notes):len(opts.Notes)]}
	if r.Findings, err = a.findings(ctx); err != nil {
		return nil, fmt.Errorf("assessing the estate: %w", err)
	}
	r.Summary.Workspaces = len(workspaces)
	r.suppress(opts.Suppressions, opts.Now)
	r.know(opts.Baseline)
	r.sort()
	r.count()
	r.noteUnseen(workspaces)
	return r, nil
}

// noteUnseen says what could not be judged for want of input.
func (r *Result) noteUnseen(workspaces []*estate.Resource) {
	if len(workspaces) == 0 {
		r.Notes = append(r.Notes, Note{
			Severity: "warning",
			Message:  "no Azure Machine Learning workspace was seen: what an outage takes away could not be judged, only each resource by itself",
			Hint:     "assess the template or inventory that has the workspace together with this one",
		})
	}
	for _, ws := range workspaces {
		if ws.External {
			r.Notes = append(r.Notes, Note{
				Severity: "warning",
				Message:  "the workspace " + ws.Name + " is only named: what it leans on besides what is in the input was not seen",
				Hint:     "assess the template or inventory that has the workspace together with this one",
				Origin:   ws.Origin,
			})
		}
	}
}

// sortResources sorts the resources by service.
func (a *assessor) sortResources() {
	services := len(a.plan.number)
	a.start = make([]int32, services+2)
	each := func(yield func(service int, r *estate.Resource)) {
		last, number := "", services // the last place is for what has no service
		for _, r := range a.e.Resources {
			if r.Service != last {
				n, ok := a.plan.number[r.Service]
				if !ok {
					n = services
				}
				last, number = r.Service, n
			}
			yield(number, r)
		}
	}
	each(func(service int, _ *estate.Resource) { a.start[service+1]++ })
	for i := range services + 1 {
		a.start[i+1] += a.start[i]
	}
	a.sorted = make([]*estate.Resource, len(a.e.Resources))
	at := slices.Clone(a.start)
	each(func(service int, r *estate.Resource) {
		a.sorted[at[service]] = r
		at[service]++
	})
}

// of lists the resources of a service.
func (a *assessor) of(service int) []*estate.Resource {
	return a.sorted[a.start[service]:a.start[service+1]]
}
