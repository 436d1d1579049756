package assess

import (
	"context"
	"fmt"
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
	target  *Target
	model   *outage.Model
	results []outage.Result
	gaps    map[gapKey]*gap
	named   map[string]*service
	alone   bool // there is no workspace
}

// service is the resources of one service, in estate order.
type service struct {
	resources []*estate.Resource
}

// Assess classifies the resources of the estate, puts it through the outages it
// can meet, and tries every rule of the catalog. The error is that of the
// context, when it ends first.
func Assess(ctx context.Context, e *estate.Estate, cat *catalog.Catalog, opts Options) (*Result, error) {
	if opts.Target == nil {
		opts.Target = TargetByName(ProductionTarget)
	}
	cat.Classify(e)
	a := &assessor{e: e, cat: cat, target: opts.Target, model: outage.New(e, cat), gaps: make(map[gapKey]*gap)}
	workspaces := a.sortResources()
	a.alone = workspaces == 0
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
	r.Summary.Workspaces = workspaces
	r.suppress(opts.Suppressions, opts.Now)
	r.know(opts.Baseline)
	r.sort()
	r.count()
	if a.alone {
		r.Notes = append(r.Notes, Note{
			Severity: "warning",
			Message:  "no Azure Machine Learning workspace was seen: what an outage takes away could not be judged, only each resource by itself",
			Hint:     "assess the template or inventory that has the workspace together with this one",
		})
	}
	return r, nil
}

// sortResources lists the resources by service and counts the workspaces.
func (a *assessor) sortResources() (workspaces int) {
	a.named = make(map[string]*service, 24)
	var last *service
	lastID := ""
	for _, r := range a.e.Resources {
		if outage.IsWorkspace(r) && !r.External {
			workspaces++
		}
		if r.Service == "" {
			continue
		}
		if last == nil || r.Service != lastID {
			lastID = r.Service
			if last = a.named[lastID]; last == nil {
				last = &service{}
				a.named[lastID] = last
			}
		}
		last.resources = append(last.resources, r)
	}
	return workspaces
}
