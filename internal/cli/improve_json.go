package cli

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/improve"
)

// improveSchemaVersion is that of the JSON report. Keys are only added within a
// major version.
const improveSchemaVersion = "1.0"

type improveDocument struct {
	SchemaVersion string               `json:"schemaVersion"`
	Workspace     string               `json:"workspace"`
	ID            string               `json:"id"`
	Capability    string               `json:"capability"`
	Answer        string               `json:"answer"`
	Wanted        *float64             `json:"wantedPercent"`
	Budget        *float64             `json:"budgetFactor"`
	Reached       bool                 `json:"reached"` // without a second workspace, where it is not said otherwise
	ReachedByPair bool                 `json:"reachedByPair"`
	Proven        bool                 `json:"proven"` // that it is the cheapest, or that it cannot be reached
	Chosen        *improveDocStep      `json:"chosen"` // null where nothing reaches what is wanted
	Spare         []improveDocChange   `json:"notNeededButFree"`
	OtherRegion   string               `json:"otherRegion,omitempty"`
	Currency      string               `json:"currency,omitempty"`
	TodayCost     float64              `json:"todayCost"` // in the currency a month, or the number of resources that are billed
	Frontiers     []improveDocFrontier `json:"frontiers"`
	Assumptions   []string             `json:"assumptions"`
}

type improveDocFrontier struct {
	SecondWorkspace bool             `json:"secondWorkspace"`
	Whole           bool             `json:"whole"` // proven to its end
	ProvenUpTo      *float64         `json:"provenUpToFactor,omitempty"`
	Evaluated       int              `json:"combinationsEvaluated"`
	Today           improveDocStep   `json:"today"`
	Steps           []improveDocStep `json:"steps"`
	Left            []improveDocLeft `json:"leftAtTheEnd"`
	Blocked         []improveDocBar  `json:"blocked"`
}

type improveDocStep struct {
	Percent    float64            `json:"percent"`
	HoursAYear float64            `json:"hoursAYear"`
	CostFactor *float64           `json:"costFactor"` // of what of the price is known
	Extra      float64            `json:"extraCost"`
	Unknown    int                `json:"changesOfUnknownPrice"`
	Changes    []improveDocChange `json:"changes"`
}

type improveDocChange struct {
	Remedy   string `json:"remedy"`
	Title    string `json:"title"`
	Resource string `json:"resource"`
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Duration string `json:"duration,omitempty"`
	Call     string `json:"call,omitempty"`
	Downtime string `json:"downtime,omitempty"`
	Forever  string `json:"forever,omitempty"`
}

type improveDocLeft struct {
	What       string  `json:"what"`
	Kind       string  `json:"kind"`
	HoursAYear float64 `json:"hoursAYear"`
}

type improveDocBar struct {
	Remedy   string `json:"remedy"`
	Resource string `json:"resource"`
	Needs    string `json:"needs"`
	Known    bool   `json:"known"` // that it is not there
}

func (v *improveReport) document() improveDocument {
	d := improveDocument{
		SchemaVersion: improveSchemaVersion, Workspace: v.Workspace.Name, ID: v.Workspace.ID.String(), Capability: string(v.Capability),
		Answer: v.sentence(), Reached: v.alone.Found, ReachedByPair: v.paired.Found, OtherRegion: v.Region, TodayCost: v.Total,
		Spare: v.docChanges(v.spare), Assumptions: v.assumptions(),
	}
	if v.weights != nil {
		d.Currency = v.weights.Currency
	}
	if v.share > 0 {
		wanted := 100 * v.share
		d.Wanted = &wanted
		d.Proven = v.alone.Proven && (v.alone.Found || v.WithPair == nil || v.paired.Proven)
	}
	if v.budget > 0 {
		d.Budget = &v.budget
	}
	if v.shown != nil {
		s := v.docStep(*v.shown)
		d.Chosen = &s
	}
	for _, f := range []*improve.Frontier{v.Alone, v.WithPair} {
		if f != nil {
			d.Frontiers = append(d.Frontiers, v.docFrontier(f))
		}
	}
	return d
}

func (v *improveReport) docFrontier(f *improve.Frontier) improveDocFrontier {
	out := improveDocFrontier{SecondWorkspace: f == v.WithPair, Whole: f.Whole && !f.Capped, Evaluated: f.Evaluated, Today: v.docStep(f.Today), Steps: []improveDocStep{}, Left: []improveDocLeft{}, Blocked: []improveDocBar{}}
	if !f.Whole && v.Total > 0 {
		x := 1 + f.Proven.Extra/v.Total
		out.ProvenUpTo = &x
	}
	for _, s := range f.Steps {
		out.Steps = append(out.Steps, v.docStep(s))
	}
	for _, l := range f.Left[:min(20, len(f.Left))] {
		out.Left = append(out.Left, improveDocLeft{sayBasic(l.Basic), string(l.Basic.Kind), l.Hours})
	}
	for _, b := range f.Blocked {
		out.Blocked = append(out.Blocked, improveDocBar{b.Remedy.ID, v.target(b.Change), b.Needs, !b.Open})
	}
	return out
}

func (v *improveReport) docStep(s improve.Step) improveDocStep {
	return improveDocStep{100 * s.Available, availability.Hours(s.Available), finite(s.Factor), s.Cost.Extra, s.Cost.Unknown, v.docChanges(s.Changes)}
}

func (v *improveReport) docChanges(changes []improve.Change) []improveDocChange {
	out := []improveDocChange{}
	for _, c := range changes {
		out = append(out, improveDocChange{c.Remedy.ID, v.change(c), v.target(c), c.Resource.ID.String(), c.Remedy.Change.Kind, c.Remedy.Change.Duration, c.Remedy.Change.Call, c.Remedy.Downtime, c.Remedy.Forever})
	}
	return out
}

// markdown writes the report as a page for people who read files.
func (v *improveReport) markdown(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Improving %s of %s\n\n%s\n", v.Capability, cell(v.Workspace.Name), cell(v.sentence()))
	if v.shown != nil && len(v.shown.Changes) > 0 {
		b.WriteString("\n## What to do\n\n")
		for i, c := range v.shown.Changes {
			fmt.Fprintf(&b, "%d. **%s**: %s (`%s`; %s)\n", i+1, cell(v.target(c)), cell(v.change(c)), c.Remedy.ID, cell(how(c.Remedy)))
		}
	}
	b.WriteString("\n## Cost and availability\n\n| | cost | changes of unknown price | available | hours a year | changes |\n| --- | ---: | ---: | ---: | ---: | --- |\n")
	for _, f := range []*improve.Frontier{v.Alone, v.WithPair} {
		if f == nil {
			continue
		}
		for _, s := range f.Steps {
			cost := "-"
			if !math.IsNaN(s.Factor) {
				cost = fmt.Sprintf("%.3f", s.Factor)
			}
			fmt.Fprintf(&b, "| %s | %s | %d | %s | %s | %s |\n", v.which(f), cost, s.Cost.Unknown, percentage(s.Available), hours(availability.Hours(s.Available)), cell(v.ids(s)))
		}
	}
	b.WriteString("\n")
	for _, text := range v.assumptions() {
		fmt.Fprintf(&b, "%s\n\n", cell(text))
	}
	_, err := io.WriteString(out, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

func (v *improveReport) ids(s improve.Step) string {
	var ids []string
	for _, c := range s.Changes {
		ids = append(ids, c.Remedy.ID+" of "+v.target(c))
	}
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, ", ")
}

// cell makes a text harmless within a table of Markdown.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "`", "'", "*", `\*`, "[", `\[`).Replace(harmless(s))
}
