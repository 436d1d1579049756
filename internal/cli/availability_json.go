package cli

import (
	"github.com/holdfast-ml/holdfast/internal/availability"
)

type availabilityDocument struct {
	SchemaVersion string                `json:"schemaVersion"`
	Target        string                `json:"target"`
	Capabilities  []availabilityDocRow  `json:"capabilities"`
	Rates         []availabilityDocRate `json:"rates"`
	Sources       []availability.Origin `json:"sources"`
	Coverage      map[string]int        `json:"coverage"`
	Notes         []string              `json:"notes"`
}

type availabilityDocRow struct {
	Workspace   string                   `json:"workspace"`
	ID          string                   `json:"id"`
	Capability  string                   `json:"capability"`
	Contractual availabilityDocContract  `json:"contractual"`
	Expected    availabilityDocExpected  `json:"expected"`
	Contributes []availabilityDocShare   `json:"contributors"`
	Alone       []string                 `json:"singlePointsOfFailure"`
	Sensitivity []availabilityDocDoubled `json:"sensitivity"`
	Unknowns    []string                 `json:"unknowns"`
	Years       *yearsDoc                `json:"years,omitempty"`                      // with --simulate
	BuiltIn     *float64                 `json:"hoursAYearWithBuiltInRates,omitempty"` // with --rates
}

type availabilityDocContract struct {
	PercentAtBest  float64  `json:"percentAtBest"`
	PercentAtWorst float64  `json:"percentAtWorst"`
	Unpromised     []string `json:"servicesWithoutSla"`
}

type availabilityDocExpected struct {
	PercentAtBest        float64 `json:"percentAtBest"`
	PercentAtWorst       float64 `json:"percentAtWorst"`
	Percent5             float64 `json:"percent5"`
	Percent95            float64 `json:"percent95"`
	UndegradedAtBest     float64 `json:"undegradedPercentAtBest"`
	UndegradedAtWorst    float64 `json:"undegradedPercentAtWorst"`
	HoursAYear           float64 `json:"hoursAYear"`
	MiddleYearHours      float64 `json:"middleYearHours"`
	OneYearInTwentyHours float64 `json:"oneYearInTwentyHours"`
	WantedSurvivedHours  float64 `json:"hoursInOutagesTheTargetWantsSurvived"`
}

type availabilityDocShare struct {
	What       string  `json:"what"`
	Kind       string  `json:"kind"`
	Event      string  `json:"event"`
	HoursAYear float64 `json:"hoursAYear"`
	TimesAYear float64 `json:"timesAYear"`
	Alone      bool    `json:"alone"`
}

type availabilityDocDoubled struct {
	Rate  string  `json:"rate"`
	Hours float64 `json:"moreHoursAYearWhenDoubled"`
}

type availabilityDocRate struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	PerYear  *[3]float64 `json:"perYear,omitempty"`
	Hours    *[3]float64 `json:"hours,omitempty"`
	Chance   *[3]float64 `json:"chance,omitempty"`
	Estimate bool        `json:"estimate"`
	Basis    string      `json:"basis,omitempty"`
	Sources  []string    `json:"sources,omitempty"`
	File     string      `json:"file,omitempty"`
	Line     int         `json:"line,omitempty"`
}

func (r *availabilityReport) document() availabilityDocument {
	d := availabilityDocument{SchemaVersion: availabilitySchemaVersion, Target: r.target.Name, Notes: []string{
		"contractual: a product of published service level agreements, which are thresholds for credits, not measured rates",
		"expected: from rates; percent5 and percent95 are percentiles of what the uncertain rates allow",
		"hoursAYear is at worst where settings are not known",
	}}
	for i := range r.rows {
		d.Capabilities = append(d.Capabilities, r.row(&r.rows[i]))
	}
	triple := func(x *availability.Range) *[3]float64 {
		if x == nil {
			return nil
		}
		return &[3]float64{x.Value, x.Low, x.High}
	}
	seen := map[string]bool{}
	for _, x := range r.a.Used() {
		d.Rates = append(d.Rates, availabilityDocRate{x.ID, x.Title, triple(x.PerYear), triple(x.Hours), triple(x.Chance), x.Estimate, x.Basis, x.Sources, x.File, x.Line})
		for _, key := range x.Sources {
			if o, ok := r.a.Rates.Origin(key); ok && !seen[key] {
				seen[key] = true
				d.Sources = append(d.Sources, o)
			}
		}
	}
	d.Coverage = map[string]int{"workspaces": len(r.a.Model.Workspaces()), "resources": len(r.a.Estate.Resources)}
	return d
}

func (r *availabilityReport) row(x *availabilityRow) availabilityDocRow {
	out := availabilityDocRow{
		Workspace: x.Workspace.Name, ID: x.Workspace.ID.String(), Capability: string(x.Capability),
		Contractual: availabilityDocContract{100 * x.Contractual.Best, 100 * x.Contractual.Worst, emptyList(r.a.Unpromised(x.Row))},
		Expected: availabilityDocExpected{
			100 * x.Expected.Best, 100 * x.Expected.Worst, 100 * x.Expected.Low, 100 * x.Expected.High, 100 * x.Whole.Best, 100 * x.Whole.Worst,
			availability.Hours(x.Expected.Worst), x.middle, x.worst, r.wanted(x),
		},
		Contributes: []availabilityDocShare{}, Alone: emptyList(x.alone()), Sensitivity: []availabilityDocDoubled{}, Unknowns: emptyList(r.a.Unknowns(x.Row)),
	}
	if x.builtIn != nil {
		was := availability.Hours(*x.builtIn)
		out.BuiltIn = &was
	}
	out.Years = yearsJSON(x.years, r.limits, r.seed)
	for _, s := range x.shares[:min(len(x.shares), 20)] {
		out.Contributes = append(out.Contributes, availabilityDocShare{sayBasic(s.Basic), string(s.Basic.Kind), s.Basic.Event.Name, s.Hours, s.PerYear, s.Alone})
	}
	if len(r.rows) <= manyRows {
		for _, s := range r.a.Sensitivities(x.Row) {
			out.Sensitivity = append(out.Sensitivity, availabilityDocDoubled{s.Rate.ID, s.Hours})
		}
	}
	return out
}

// manyRows is from how many rows on a report leaves out what costs time in each.
const manyRows = 600

func emptyList(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
