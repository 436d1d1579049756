package simulation_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/internal/draw"
	"github.com/holdfast-ml/holdfast/faulttree/simulation"
)

func play(t testing.TB, s *simulation.System, opt simulation.Options) *simulation.Result {
	t.Helper()
	r, err := simulation.Run(context.Background(), s, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func gate(name string, op faulttree.Op, args ...any) *faulttree.Gate {
	f := &faulttree.Formula{Op: op}
	for _, a := range args {
		switch a := a.(type) {
		case *faulttree.Event:
			f.Args = append(f.Args, &faulttree.Formula{Event: a})
		case *faulttree.Gate:
			f.Args = append(f.Args, &faulttree.Formula{Gate: a})
		}
	}
	return &faulttree.Gate{Name: name, Formula: f}
}

func event(name string) *faulttree.Event { return &faulttree.Event{Name: name} }

// near wants the simulated unavailability within three standard errors.
func near(t testing.TB, name string, r *simulation.Result, want float64) {
	t.Helper()
	if z := (r.Unavailable - want) / (r.StdErr / simulation.Year); math.Abs(z) > 3 {
		t.Errorf("%s: unavailable %.6g ± %.2g, want %.6g", name, r.Unavailable, r.StdErr/simulation.Year, want)
	}
}

// The long-run downtime of independent renewals depends on their means alone, so
// the diagram knows it exactly.
func TestSimulationAgreesWithTheExactFigureOnRandomModels(t *testing.T) {
	const models = 100
	within := 0
	for seed := range uint64(models) {
		rng := rand.New(rand.NewPCG(31, seed))
		m := draw.Model(rng, draw.Options{Events: 7, Gates: 5, Coherent: seed%3 != 0})
		top := m.Gates[len(m.Gates)-1]
		a, err := faulttree.Analyse(top, 0)
		if err != nil {
			t.Fatal(err)
		}
		want, err := a.Probability()
		if err != nil {
			t.Fatal(err)
		}
		s := &simulation.System{Top: top}
		for i, e := range m.Events {
			r := simulation.Steady(e, e.Probability, 20+80*rng.Float64())
			switch i % 3 {
			case 1:
				r.Repair = simulation.LognormalOf(r.Repair.Mean(), 4)
			case 2:
				r.Repair = simulation.Uniform{Least: 0, Most: 2 * r.Repair.Mean()}
			}
			s.Renewals = append(s.Renewals, r)
		}
		r := play(t, s, simulation.Options{Years: 256, Seed: seed})
		if math.Abs(want-1) < 1e-12 || want < 1e-12 {
			if math.Abs(r.Unavailable-want) > 1e-9 {
				t.Errorf("model %d: unavailable %g, want %g", seed, r.Unavailable, want)
			}
			within++
			continue
		}
		near(t, "model", r, want)
		if math.Abs(r.Unavailable-want) < r.StdErr/simulation.Year {
			within++
		}
	}
	if within < 55 || within > 85 {
		t.Errorf("%d of %d within one standard error: it should be about 68", within, models)
	}
}

// A unit with mean times M to failure and R to repair is down R / (M + R) of the
// time, whatever the laws (renewal theorem; Barlow and Proschan 1975, chapter 7).
func TestOneUnit(t *testing.T) {
	e := event("e")
	top := gate("top", faulttree.Or, e)
	for name, r := range map[string]simulation.Renewal{
		"exponential": {Failure: simulation.Exponential(500), Repair: simulation.Exponential(10)},
		"fixed":       {Failure: simulation.Exponential(500), Repair: simulation.Fixed(10)},
		"lognormal":   {Failure: simulation.Exponential(500), Repair: simulation.LognormalOf(10, 5)},
		"uniform":     {Failure: simulation.Exponential(500), Repair: simulation.Uniform{Least: 5, Most: 15}},
		"wearing out": {Failure: simulation.Weibull{Scale: 500 / math.Gamma(1.5), Shape: 2}, Repair: simulation.Exponential(10)},
	} {
		r.Event = e
		near(t, name, play(t, &simulation.System{Top: top, Renewals: []simulation.Renewal{r}}, simulation.Options{Years: 2000, Seed: 5}), 10.0/510)
	}
}

// Two units, each with failure rate l in operation and repair rate m by a crew of
// its own, r = l/m. In active redundancy both are down (r/(1+r))^2 of the time; with
// a cold spare that is put to work at once, (r^2/2) / (1 + r + r^2/2) (the Markov
// chain of birth and death; Rausand and Hoyland, "System Reliability Theory",
// chapter 8).
func TestActiveRedundancyAndColdStandby(t *testing.T) {
	const failure, repair = 200.0, 40.0
	r := repair / failure
	a, b := event("a"), event("b")
	top := gate("top", faulttree.And, a, b)
	unit := func(e *faulttree.Event, while *faulttree.Gate) simulation.Renewal {
		return simulation.Renewal{Event: e, Failure: simulation.Exponential(failure), Repair: simulation.Exponential(repair), While: while}
	}
	active := &simulation.System{Top: top, Renewals: []simulation.Renewal{unit(a, nil), unit(b, nil)}}
	near(t, "active", play(t, active, simulation.Options{Years: 3000, Seed: 6}), math.Pow(r/(1+r), 2))
	cold := &simulation.System{Top: top, Renewals: []simulation.Renewal{unit(a, nil), unit(b, gate("a is down", faulttree.Or, a))}}
	near(t, "cold standby", play(t, cold, simulation.Options{Years: 3000, Seed: 7}), r*r/2/(1+r+r*r/2))
}

// A spare that never fails, with a switch. While main is down (for a time D with
// mean R), the switch-over takes T and fails with probability q:
//
//	unavailable = (q R + (1-q) E[min(T, D)]) / (M + R), E[min(T, D)] = R (1 - exp(-T/R))
//
// for exponential repairs and a fixed T.
func TestStandbyWithSwitchingTimeAndProbability(t *testing.T) {
	const failure, repair, switching, q = 300.0, 20.0, 5.0, 0.2
	main, fails, slow := event("main"), event("the switch fails"), event("switching")
	down := gate("main is down", faulttree.Or, main)
	s := &simulation.System{
		Top:      gate("top", faulttree.And, main, gate("no spare", faulttree.Or, fails, slow)),
		Renewals: []simulation.Renewal{{Event: main, Failure: simulation.Exponential(failure), Repair: simulation.Exponential(repair)}},
		Demands:  []simulation.Demand{{Event: fails, Probability: q, When: down}},
		Delays:   []simulation.Delay{{Event: slow, Time: simulation.Fixed(switching), When: down}},
	}
	want := (q*repair + (1-q)*repair*(1-math.Exp(-switching/repair))) / (failure + repair)
	r := play(t, s, simulation.Options{Years: 3000, Seed: 8})
	near(t, "standby", r, want)
	if want := simulation.Year / (failure + repair); math.Abs(r.Outages/want-1) > 0.01 {
		t.Errorf("%g outages a year, want %g", r.Outages, want)
	}
}

// Rare outages of exponential length: the number of a year is Poisson's, so a year
// is free of them with probability exp(-rate).
func TestTheDistributionOfAYear(t *testing.T) {
	const failure, repair = simulation.Year, 10.0
	e := event("e")
	s := &simulation.System{
		Top:      gate("top", faulttree.Or, e),
		Renewals: []simulation.Renewal{{Event: e, Failure: simulation.Exponential(failure), Repair: simulation.Exponential(repair)}},
	}
	r := play(t, s, simulation.Options{Years: 20_000, Seed: 9})
	none, se := r.MoreThan(0)
	if want := 1 - math.Exp(-1); math.Abs(none-want) > 4*se+0.002 {
		t.Errorf("%g of the years are down at all, want %g", none, want)
	}
	// One outage lasts longer than x with probability exp(-x/10); a year's longest
	// stays below x with probability exp(-rate·exp(-x/10)).
	for _, q := range []float64{0.5, 0.9, 0.99} {
		x := r.LongestQuantile(q)
		if want := -repair * math.Log(-math.Log(q)); math.Abs(x-want) > 0.6+0.03*want {
			t.Errorf("the longest outage of %g of the years is below %g h, want %g", q, x, want)
		}
	}
	if r.P50 > r.P95 || r.P95 > r.P99 || r.LongestOutage < r.LongestQuantile(0.99) || r.P95 != r.Quantile(0.95) {
		t.Errorf("quantiles %g, %g, %g, longest %g", r.P50, r.P95, r.P99, r.LongestOutage)
	}
	if more, _ := r.MoreThan(r.LongestOutage * 100); more != 0 {
		t.Errorf("%g of the years are down for longer than any", more)
	}
}

func TestEqualSeedsGiveEqualYears(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	m := draw.Model(rng, draw.Options{Events: 6, Gates: 4, Coherent: true})
	s := &simulation.System{Top: m.Gates[len(m.Gates)-1]}
	for _, e := range m.Events {
		s.Renewals = append(s.Renewals, simulation.Steady(e, e.Probability, 30))
	}
	one := play(t, s, simulation.Options{Years: 100, Seed: 3, Workers: 1})
	four := play(t, s, simulation.Options{Years: 100, Seed: 3, Workers: 4})
	if one.Mean != four.Mean || one.P95 != four.P95 || one.Outages != four.Outages {
		t.Errorf("%g and %g hours", one.Mean, four.Mean)
	}
	if other := play(t, s, simulation.Options{Years: 100, Seed: 4}); other.Mean == one.Mean {
		t.Error("another seed changes nothing")
	}
}

func TestErrors(t *testing.T) {
	e := event("e")
	top := gate("top", faulttree.Or, e)
	fine := simulation.Renewal{Event: e, Failure: simulation.Exponential(10), Repair: simulation.Fixed(1)}
	not := gate("not", faulttree.Not, e)
	for want, c := range map[string]struct {
		s     simulation.System
		years int
	}{
		"1 years":               {simulation.System{Top: top}, 1},
		"a law of times":        {simulation.System{Top: top, Renewals: []simulation.Renewal{{Event: e, Repair: simulation.Fixed(1)}}}, 9},
		"the mean time is":      {simulation.System{Top: top, Renewals: []simulation.Renewal{{Event: e, Failure: simulation.Exponential(-1), Repair: simulation.Fixed(1)}}}, 9},
		"in no time":            {simulation.System{Top: top, Renewals: []simulation.Renewal{{Event: e, Failure: simulation.Fixed(0), Repair: simulation.Fixed(0)}}}, 9},
		"times between":         {simulation.System{Top: top, Delays: []simulation.Delay{{Event: e, Time: simulation.Uniform{Least: -1, Most: 3}, When: top}}}, 9},
		"more than one process": {simulation.System{Top: top, Renewals: []simulation.Renewal{fine, fine}}, 9},
		"a demand needs a gate": {simulation.System{Top: top, Demands: []simulation.Demand{{Event: e, Probability: 0.5}}}, 9},
		"a delay needs a gate":  {simulation.System{Top: top, Delays: []simulation.Delay{{Event: e, Time: simulation.Fixed(1)}}}, 9},
		"set each other off":    {simulation.System{Top: top, Demands: []simulation.Demand{{Event: e, Probability: 1, When: not}}}, 9},
		"is defined by itself":  {simulation.System{Top: loop()}, 9},
	} {
		if _, err := simulation.Run(context.Background(), &c.s, simulation.Options{Years: c.years}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := simulation.Run(ctx, &simulation.System{Top: top, Renewals: []simulation.Renewal{fine}}, simulation.Options{Years: 100}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v after it was cancelled", err)
	}
}

func loop() *faulttree.Gate {
	g := gate("g", faulttree.Or)
	g.Formula.Args = []*faulttree.Formula{{Gate: g}}
	return g
}

func BenchmarkThousandYears(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	m := draw.Model(rng, draw.Options{Events: 40, Gates: 20, Coherent: true})
	s := &simulation.System{Top: m.Gates[len(m.Gates)-1]}
	for _, e := range m.Events {
		s.Renewals = append(s.Renewals, simulation.Steady(e, 1e-3, 8))
	}
	for b.Loop() {
		play(b, s, simulation.Options{Years: 1000, Seed: 1})
	}
}
