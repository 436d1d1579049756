package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/faulttree/simulation"
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// availabilitySchemaVersion is that of the JSON report. Keys are only added
// within a major version.
const availabilitySchemaVersion = "1.0"

// availabilityReport is an analysis made ready to be shown.
type availabilityReport struct {
	a      *availability.Analysis
	target *assess.Target
	rows   []availabilityRow
	rates  string    // the file of the user's own
	limits []float64 // hours a year, for the years that are played
	seed   uint64
}

type availabilityRow struct {
	*availability.Row
	shares        []availability.Share
	middle, worst float64 // hours, in the middle year and in one of twenty
	years         *playedYears
	builtIn       *float64 // share of the time with the built-in rates; nil when these are they
}

func newAvailabilityReport(a *availability.Analysis, target *assess.Target, only catalog.Capability) *availabilityReport {
	r := &availabilityReport{a: a, target: target}
	for _, row := range a.Rows {
		if only != "" && row.Capability != only {
			continue
		}
		x := availabilityRow{Row: row, shares: a.Shares(row, availability.ExpectedReading)}
		x.middle, x.worst = a.WorstYear(x.shares)
		r.rows = append(r.rows, x)
	}
	return r
}

// compare adds what the built-in rates would give, when a file replaces some.
func (r *availabilityReport) compare(ctx context.Context, file string) error {
	if r.rates = file; file == "" {
		return nil
	}
	before, err := availability.New(ctx, r.a.Estate, r.a.Catalog, availability.DefaultRates(), availability.Options{Draws: 1})
	if err != nil {
		return err
	}
	for i := range r.rows {
		for _, was := range before.Rows {
			if was.Workspace == r.rows[i].Workspace && was.Capability == r.rows[i].Capability {
				r.rows[i].builtIn = &was.Expected.Worst
			}
		}
	}
	return nil
}

// play plays years of every capability, when they are asked for.
func (r *availabilityReport) play(ctx context.Context, p *program, f *availabilityFlags) error {
	r.limits, r.seed = f.limits, f.seed
	if f.years == 0 {
		return nil
	}
	done := p.progress(fmt.Sprintf("playing %s years", thousands(f.years)))
	defer done()
	for i := range r.rows {
		x := &r.rows[i]
		got, err := r.a.Years(ctx, x.Row, simulation.Options{Years: f.years, Seed: f.seed})
		if errors.Is(err, availability.ErrNever) {
			continue
		}
		if err != nil {
			return err
		}
		x.years = &playedYears{Name: string(x.Capability), Exact: availability.Hours(x.Expected.Worst), Result: got}
	}
	return nil
}

// wanted is the hours a year that are lost in outages which the target wants
// survived.
func (r *availabilityReport) wanted(x *availabilityRow) float64 {
	hours := 0.0
	for scope, kind := range map[catalog.Scope]availability.Kind{
		catalog.ScopeNode: availability.Node, catalog.ScopeResource: availability.Resource, catalog.ScopeZone: availability.Zone,
		catalog.ScopeService: availability.Service, catalog.ScopeRegion: availability.Region,
	} {
		if _, wants := r.target.Demand(x.Capability, scope); wants {
			hours += availability.HoursOf(x.shares, kind)
		}
	}
	return hours
}

// alone lists the single points of failure of a row.
func (x *availabilityRow) alone() []string {
	var out []string
	for _, s := range x.shares {
		if s.Alone {
			out = append(out, sayBasic(s.Basic))
		}
	}
	return out
}

// sayBasic names a basic event for people.
func sayBasic(b *availability.Basic) string {
	text := strings.ReplaceAll(b.Title, "{resourceGroup().location}", "its region")
	if estate.IsSymbolic(text) {
		text = strings.NewReplacer("{", "", "}", "").Replace(text)
	}
	return text
}

// unit says what the figures of a rate are: "0.05 a year (0.02 to 0.2), 16 h (3 to 50)".
func sayRate(r *availability.Rate) string {
	var parts []string
	figure := func(x *availability.Range, before, after string) {
		if x == nil {
			return
		}
		text := before + number(x.Value) + after
		if x.Low != x.High {
			text += " (" + number(x.Low) + " to " + number(x.High) + ")"
		}
		parts = append(parts, text)
	}
	figure(r.PerYear, "", " a year")
	figure(r.Hours, "", " h")
	figure(r.Chance, "chance ", "")
	return strings.Join(parts, ", ")
}

// sayOrigin says where a rate is from.
func sayOrigin(r *availability.Rate) string {
	var parts []string
	if r.Estimate {
		parts = append(parts, "estimate")
	}
	switch {
	case r.File != "":
		parts = append(parts, r.File)
	case len(r.Sources) > 0:
		parts = append(parts, strings.Join(r.Sources, ", "))
	}
	return strings.Join(parts, "; ")
}
