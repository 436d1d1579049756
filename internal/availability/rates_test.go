package availability

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// Every rate that is built in says where it is from and whether it is an estimate.
func TestBuiltInRates(t *testing.T) {
	r, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.All() {
		if x.Title == "" || x.Basis == "" || len(x.Sources) == 0 {
			t.Errorf("%s: title %q, basis %q, sources %v", x.ID, x.Title, x.Basis, x.Sources)
		}
		for _, key := range x.Sources {
			if o, ok := r.Origin(key); !ok || o.Where == "" || o.Date == "" {
				t.Errorf("%s: the source %s is %+v", x.ID, key, o)
			}
		}
	}
}

func TestRatesOfOnesOwn(t *testing.T) {
	r, err := DefaultRates().With("own.yaml", []byte("rates:\n  - id: zone\n    perYear: [0.1, 0.05, 0.2]\n  - id: service/key-vault\n    hours: 7\n"))
	if err != nil {
		t.Fatal(err)
	}
	zone := r.Get("zone")
	if zone.PerYear.Value != 0.1 || zone.Hours.Value != 16 || zone.Estimate || zone.File != "own.yaml" || zone.Line != 2 {
		t.Errorf("the zone is %+v", zone)
	}
	if one, all := r.of("service", "key-vault"), r.of("service", "azure-storage"); one.Hours.Value != 7 || one.PerYear.Value != 0.5 || all.Hours.Value != 3 {
		t.Errorf("one service has %+v, the others %+v", one, all)
	}
	if DefaultRates().Get("zone").PerYear.Value != 0.05 {
		t.Error("the built-in rates have changed")
	}
}

func TestWrongRates(t *testing.T) {
	for src, want := range map[string]string{
		"":                       "r.yaml:1:1: the file is empty",
		"rates:\n  - perYear: 1": "r.yaml:2:5: the rate has no id",
		"rates:\n  - id: meteor": `r.yaml:2:5: there is no rate "meteor"`,
		"rates:\n  - id: zone\n    perYear: often":     `r.yaml:3:14: "often" is no number`,
		"rates:\n  - id: zone\n    perYear: -1":        "r.yaml:3:14: -1 is out of range",
		"rates:\n  - id: zone\n    hours: [1, 2, 3]":   "1 is not between 2 and 3",
		"rates:\n  - id: zone\n    hours: [1, 2]":      "there are 2 figures here",
		"rates:\n  - id: zone\n    chance: 0.5":        "the rate zone cannot have chance",
		"rates:\n  - id: zone-leak\n    chance: 2":     "r.yaml:3:13: 2 is out of range",
		"rates:\n  - id: zone\n    sources: [nowhere]": `there is no source "nowhere"`,
		"rates:\n  - id: zone\n    often: 1":           `r.yaml:3:5: a rate has no "often"`,
		"rates: 7":                                     "this is not a list",
		"rates:\n  - id: zone\n    id: zone":           "r.yaml:3:5: ",
		"rates:\n\t- id: zone":                         "r.yaml:2:1: ",
		"rates:\n  - id: zone\n    estimate: perhaps":  "neither true nor false",
		"rates: [{id: switch, hours: 0}]":              "0 is out of range",
		strings.Repeat("#", maxRates+1):                "more than 1 MiB",
	} {
		_, err := DefaultRates().With("r.yaml", []byte(src))
		var e *RateError
		if err == nil || !strings.Contains(err.Error(), want) || !errors.As(err, &e) {
			t.Errorf("%.60q: the error is %v, want %q", src, err, want)
		}
	}
}

func FuzzRates(f *testing.F) {
	f.Add([]byte("rates:\n  - id: zone\n    perYear: [0.1, 0.05, 0.2]\n"))
	f.Add(defaultRates)
	f.Fuzz(func(t *testing.T, src []byte) {
		if r, err := DefaultRates().With("f.yaml", src); err == nil && r.Get("zone") == nil {
			t.Error("a rate is gone")
		}
	})
}

// A range is drawn so that its figures are the 5th, 50th and 95th percentiles.
func TestDrawsKeepToTheRange(t *testing.T) {
	g := &Range{0.05, 0.02, 0.2}
	below, middle, above := 0, 0, 0
	rng := rand.New(rand.NewPCG(1, 2))
	const n = 20000
	for range n {
		switch x := g.random(rng); {
		case x < g.Low:
			below++
		case x > g.High:
			above++
		case x < g.Value:
			middle++
		}
	}
	for name, share := range map[string][2]float64{"below": {float64(below) / n, 0.05}, "above": {float64(above) / n, 0.05}, "lower half": {float64(below+middle) / n, 0.5}} {
		if math.Abs(share[0]-share[1]) > 4*math.Sqrt(share[1]*(1-share[1])/n) {
			t.Errorf("%s: %v of the draws, want %v", name, share[0], share[1])
		}
	}
}

// Rarer or shorter failures never make a capability less available.
func TestLowerRatesNeverHurt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := sketch.Estate(t, drawEstate(t))
		cat := sketch.Catalog(t)
		all := DefaultRates().All()
		rate := rapid.SampledFrom(all).Draw(t, "rate")
		key, figure := "perYear", rate.PerYear
		if rate.Chance != nil {
			key, figure = "chance", rate.Chance
		} else if rate.PerYear == nil {
			key, figure = "hours", rate.Hours
		}
		less, err := DefaultRates().With("less.yaml", []byte("rates: [{id: "+rate.ID+", "+key+": "+strconv.FormatFloat(figure.Value/3, 'f', -1, 64)+"}]"))
		if err != nil {
			t.Fatal(err)
		}
		before, err := New(context.Background(), e, cat, DefaultRates(), Options{Draws: 1})
		if err != nil {
			t.Fatal(err)
		}
		after, err := New(context.Background(), e, cat, less, Options{Draws: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range before.Rows {
			if now := after.Rows[i].Expected.Worst; now < r.Expected.Worst-1e-12 {
				t.Fatalf("a third of %s: %s of %s falls from %v to %v", rate.ID, r.Capability, r.Workspace.Name, r.Expected.Worst, now)
			}
		}
	})
}
