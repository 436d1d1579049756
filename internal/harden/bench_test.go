package harden_test

import (
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// BenchmarkQuickstarts tells what the plans of all published templates cost beside
// reading and assessing them, and proving the plans.
func BenchmarkQuickstarts(b *testing.B) {
	cat, files := realCatalog(b), quickstarts(b)
	target := assess.Options{Target: assess.TargetByName(assess.CriticalTarget)}
	var estates []*estate.Estate
	var before []*assess.Result
	var plans []*harden.Plan
	for _, file := range files {
		e := load(b, file)
		r, err := assess.Assess(b.Context(), e, cat, target)
		if err != nil {
			b.Fatal(err)
		}
		p, err := harden.Make(b.Context(), r, harden.Options{})
		if err != nil {
			b.Fatal(err)
		}
		estates, before, plans = append(estates, e), append(before, r), append(plans, p)
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			for _, file := range files {
				load(b, file)
			}
		}
	})
	b.Run("assess", func(b *testing.B) {
		for b.Loop() {
			for _, e := range estates {
				if _, err := assess.Assess(b.Context(), e, cat, target); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("plan", func(b *testing.B) {
		for b.Loop() {
			for _, r := range before {
				if _, err := harden.Make(b.Context(), r, harden.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("after", func(b *testing.B) {
		for b.Loop() {
			for _, p := range plans {
				if _, err := p.After(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkLarge plans for 10,000 resources with 100 workspaces.
func BenchmarkLarge(b *testing.B) {
	cat := realCatalog(b)
	e := sketch.Many(100)
	cat.Classify(e)
	target := assess.Options{Target: assess.TargetByName(assess.CriticalTarget)}
	before, err := assess.Assess(b.Context(), e, cat, target)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("assess", func(b *testing.B) {
		for b.Loop() {
			if _, err := assess.Assess(b.Context(), e, cat, target); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plan", func(b *testing.B) {
		for b.Loop() {
			p, err := harden.Make(b.Context(), before, harden.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(p.Steps)), "steps")
		}
	})
}
