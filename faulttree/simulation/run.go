package simulation

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Year is the hours of a year.
const Year = 8760.0

// MaxYears bounds a run: the downtime of every year is kept.
const MaxYears = 20_000_000

// Options of a run.
type Options struct {
	Years   int     // to play; at least 2
	Seed    uint64  // equal seeds give equal results, on any number of cores
	WarmUp  float64 // hours before the first year that counts, from everything works on; 0: a year
	Workers int     // 0: one for each core
}

// Result is what the years were like.
type Result struct {
	Years         int
	Mean          float64 // hours down a year
	StdErr        float64 // of the mean
	Unavailable   float64 // share of the time down
	Outages       float64 // begun a year
	LongestOutage float64 // hours, of all years
	P50, P95, P99 float64 // hours down a year
	down          []float64
	longest       []float64
}

// Quantile is the downtime that the share q of the years does not exceed, in hours.
func (r *Result) Quantile(q float64) float64 { return quantile(r.down, q) }

// LongestQuantile is the length of a year's longest outage that the share q of the
// years does not exceed, in hours. An outage counts in the year it begins in.
func (r *Result) LongestQuantile(q float64) float64 { return quantile(r.longest, q) }

func quantile(sorted []float64, q float64) float64 {
	i := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

// MoreThan is the share of the years that are down for more than the hours, and
// the standard error of that share.
func (r *Result) MoreThan(hours float64) (share, stdErr float64) {
	i, found := slices.BinarySearch(r.down, hours)
	for found && i < len(r.down) && r.down[i] == hours {
		i++
	}
	share = float64(len(r.down)-i) / float64(len(r.down))
	return share, math.Sqrt(share * (1 - share) / float64(len(r.down)))
}

// chunks is how many histories the years are spread over: enough for the spread
// of their means to give the standard error.
const chunks = 64

// History is one course of events, from moment to moment. It is for one goroutine.
type History interface {
	Down() bool   // the top event is true now
	Now() float64 // hours since the start
	// Next goes to the next change, or to the end when that is earlier.
	Next(end float64) error
}

// Run plays the years of a system.
func Run(ctx context.Context, s *System, opt Options) (*Result, error) {
	p, err := s.plan()
	if err != nil {
		return nil, err
	}
	return Play(ctx, func(rng *rand.Rand) (History, error) { return newHistory(p, rng) }, opt)
}

// Play plays years of histories, each of which begins with everything working and
// takes all its chances from the given source. Start is called from several
// goroutines.
func Play(ctx context.Context, start func(rng *rand.Rand) (History, error), opt Options) (*Result, error) {
	if opt.Years < 2 || opt.Years > MaxYears {
		return nil, fmt.Errorf("%d years: between 2 and %d can be played", opt.Years, MaxYears)
	}
	if opt.WarmUp < 0 || math.IsNaN(opt.WarmUp) || math.IsInf(opt.WarmUp, 0) {
		return nil, fmt.Errorf("the warm-up is %g hours", opt.WarmUp)
	}
	if opt.WarmUp == 0 {
		opt.WarmUp = Year
	}
	r := &run{start: start, opt: opt, down: make([]float64, opt.Years), longest: make([]float64, opt.Years)}
	r.parts = min(chunks, opt.Years)
	r.outages = make([]int, r.parts)
	workers := opt.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs := make([]error, min(workers, r.parts))
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = r.work(ctx) })
	}
	wg.Wait()
	for _, err := range append(errs, ctx.Err()) {
		if err != nil {
			return nil, err
		}
	}
	return r.result(), nil
}

type run struct {
	start         func(*rand.Rand) (History, error)
	opt           Options
	parts         int
	next          atomic.Int64
	down, longest []float64 // by year
	outages       []int     // by part
}

// part is the years of the k-th history.
func (r *run) part(k int) (first, last int) {
	return k * r.opt.Years / r.parts, (k + 1) * r.opt.Years / r.parts
}

func (r *run) work(ctx context.Context) error {
	for {
		k := int(r.next.Add(1) - 1)
		if k >= r.parts {
			return nil
		}
		first, last := r.part(k)
		h, err := r.start(rand.New(rand.NewPCG(r.opt.Seed, uint64(k))))
		if err != nil {
			return err
		}
		if err := r.play(ctx, h, k, r.down[first:last], r.longest[first:last]); err != nil {
			return err
		}
	}
}

// play lets one history go through its years and notes them.
func (r *run) play(ctx context.Context, h History, k int, down, longest []float64) error {
	start := r.opt.WarmUp
	end := start + float64(len(down))*Year
	since := math.NaN() // the beginning of the outage that is going on
	for steps := 0; h.Now() < end; steps++ {
		if steps%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		wasDown, from := h.Down(), h.Now()
		if err := h.Next(end); err != nil {
			return err
		}
		if wasDown {
			spread(down, math.Max(from, start)-start, h.Now()-start)
			if math.IsNaN(since) {
				since = from
			}
		}
		if over := !h.Down() || h.Now() >= end; over && !math.IsNaN(since) && h.Now() > since {
			if year := int((since - start) / Year); since >= start && year < len(longest) {
				longest[year] = math.Max(longest[year], h.Now()-since)
				r.outages[k]++
			}
			since = math.NaN()
		}
	}
	return nil
}

// spread adds the time from one moment to another to the years it lies in.
func spread(down []float64, from, to float64) {
	for from < to {
		year := int(from / Year)
		if year >= len(down) {
			return
		}
		until := math.Min(to, float64(year+1)*Year)
		down[year] += until - from
		from = until
	}
}

func (r *run) result() *Result {
	n := float64(r.opt.Years)
	res := &Result{Years: r.opt.Years}
	var means []float64
	for k := range r.parts {
		first, last := r.part(k)
		sum := 0.0
		for _, d := range r.down[first:last] {
			sum += d
		}
		means = append(means, sum/float64(last-first))
		res.Mean += sum / n
		res.Outages += float64(r.outages[k]) / n
	}
	squares := 0.0
	for _, m := range means {
		squares += (m - res.Mean) * (m - res.Mean)
	}
	parts := float64(len(means))
	res.StdErr = math.Sqrt(squares / (parts - 1) / parts)
	res.Unavailable = res.Mean / Year
	slices.Sort(r.down)
	slices.Sort(r.longest)
	res.down, res.longest = r.down, r.longest
	res.LongestOutage = r.longest[len(r.longest)-1]
	res.P50, res.P95, res.P99 = res.Quantile(0.5), res.Quantile(0.95), res.Quantile(0.99)
	return res
}
