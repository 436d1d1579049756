// Package uncertainty carries what is not known about the events of a fault tree
// through to its top event: the events' expressions are sampled, and every sample
// is carried through the diagram exactly.
package uncertainty

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/bdd"
	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

// MaxSamples bounds a run: every sample is kept for the quantiles.
const MaxSamples = 50_000_000

// Options of a run.
type Options struct {
	Samples int     // at least 2
	Seed    uint64  // equal seeds give equal results, on any number of cores
	Mission float64 // hours
	Workers int     // 0: one for each core
}

// Result is the distribution of the top event's probability.
type Result struct {
	Samples         int
	Mean, StdDev    float64
	StdErr          float64 // of the mean
	P5, P50, P95    float64 // quantiles
	Lowest, Highest float64
	Cut             int     // probabilities of events that were drawn outside of [0, 1] and cut
	Probability     float64 // with every event at its mean: not the mean above
	sorted          []float64
}

// Quantile is the value that the share q of the samples does not exceed.
func (r *Result) Quantile(q float64) float64 {
	i := int(math.Ceil(q*float64(len(r.sorted)))) - 1
	return r.sorted[min(max(i, 0), len(r.sorted)-1)]
}

// chunk is how many samples share a stream of random numbers, so that results do
// not depend on who draws them.
const chunk = 64 * bdd.Lanes

// Run samples. Events without an expression keep their probability.
func Run(ctx context.Context, a *faulttree.Analysis, opt Options) (*Result, error) {
	if opt.Samples < 2 || opt.Samples > MaxSamples {
		return nil, fmt.Errorf("%d samples: between 2 and %d can be drawn", opt.Samples, MaxSamples)
	}
	mean, err := a.Probability()
	if err != nil {
		return nil, err
	}
	r := &run{a: a, opt: opt, set: expression.NewSet(), out: make([]float64, opt.Samples)}
	for v, e := range a.Events {
		if e.Value == nil {
			continue
		}
		if _, err := r.set.Add(e.Value); err != nil {
			return nil, err
		}
		r.vars = append(r.vars, v)
	}
	workers := opt.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for range min(workers, (opt.Samples+chunk-1)/chunk) {
		wg.Go(func() { r.work(ctx) })
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if e := r.failed.Load(); e != nil {
		return nil, fmt.Errorf("%s: the expression of event %s has a sample that is not defined", e.Value.Place, e.Name)
	}
	return summary(r.out, int(r.cut.Load()), mean), nil
}

// run is what the workers share.
type run struct {
	a      *faulttree.Analysis
	opt    Options
	set    *expression.Set
	vars   []int // of the set's expressions
	out    []float64
	next   atomic.Int64
	cut    atomic.Int64
	failed atomic.Pointer[faulttree.Event]
}

func (r *run) work(ctx context.Context) {
	batch := r.a.Flat().Batch()
	p := make([][bdd.Lanes]float64, len(r.a.Events))
	for v, e := range r.a.Events {
		for l := range p[v] {
			p[v][l] = e.Probability
		}
	}
	drawn := make([]float64, r.set.Len())
	top := make([][bdd.Lanes]float64, 1)
	for ctx.Err() == nil && r.failed.Load() == nil {
		n := int(r.next.Add(1) - 1)
		if n*chunk >= len(r.out) {
			return
		}
		sampler := r.set.Sampler(rand.New(rand.NewPCG(r.opt.Seed, uint64(n))))
		mine := r.out[n*chunk : min((n+1)*chunk, len(r.out))]
		for len(mine) > 0 {
			lanes := min(len(mine), bdd.Lanes)
			for l := range lanes {
				sampler.Draw(r.opt.Mission, drawn)
				for i, v := range r.vars {
					p[v][l] = r.within(drawn[i], v)
				}
			}
			batch.Run(p, top)
			copy(mine, top[0][:lanes])
			mine = mine[lanes:]
		}
	}
}

// within cuts a drawn probability to [0, 1].
func (r *run) within(x float64, v int) float64 {
	switch {
	case x >= 0 && x <= 1:
		return x
	case math.IsNaN(x):
		r.failed.Store(r.a.Events[v])
		return 0
	}
	r.cut.Add(1)
	return min(max(x, 0), 1)
}

func summary(x []float64, cut int, probability float64) *Result {
	r := &Result{Samples: len(x), Cut: cut, Probability: probability}
	n := float64(len(x))
	for _, v := range x {
		r.Mean += v / n
	}
	squares := 0.0
	for _, v := range x {
		squares += (v - r.Mean) * (v - r.Mean)
	}
	r.StdDev = math.Sqrt(squares / (n - 1))
	r.StdErr = r.StdDev / math.Sqrt(n)
	slices.Sort(x)
	r.sorted = x
	r.Lowest, r.Highest = x[0], x[len(x)-1]
	r.P5, r.P50, r.P95 = r.Quantile(0.05), r.Quantile(0.5), r.Quantile(0.95)
	return r
}
