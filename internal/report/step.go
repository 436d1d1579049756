package report

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Phase says when a step's turn is.
type Phase int

// The phases.
const (
	First Phase = iota // critical and high
	Next               // medium
	Later              // low and info
)

// Phases lists them in order.
var Phases = []Phase{First, Next, Later}

// Title of the phase as a heading.
func (p Phase) Title() string {
	switch p {
	case First:
		return "Do first"
	case Next:
		return "Do next"
	}
	return "When there is time"
}

// PhaseOf gives the turn of a severity.
func PhaseOf(s assess.Severity) Phase {
	switch s {
	case assess.Critical, assess.High:
		return First
	case assess.Medium:
		return Next
	}
	return Later
}

// Step is one thing to do: the failing findings of one rule that have the same
// severity and the same remedy.
type Step struct {
	Rule     *catalog.Rule
	Severity assess.Severity
	Remedy   string
	Findings []*assess.Finding
}

// Steps groups the findings of a status by severity, rule and remedy, in the
// order of the result. Findings that stand in the baseline are left out of the
// failing ones.
func Steps(findings []assess.Finding, status assess.Status) []Step {
	type key struct {
		rule     *catalog.Rule
		severity assess.Severity
		remedy   string
	}
	var steps []Step
	at := map[key]int{}
	for i := range findings {
		f := &findings[i]
		if f.Status != status || f.Status == assess.Fail && f.Known {
			continue
		}
		k := key{f.Rule, f.Severity, RemedyOf(f)}
		n, ok := at[k]
		if !ok {
			n = len(steps)
			at[k] = n
			steps = append(steps, Step{Rule: f.Rule, Severity: f.Severity, Remedy: k.remedy})
		}
		steps[n].Findings = append(steps[n].Findings, f)
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return SeverityRank(a.Severity) - SeverityRank(b.Severity) })
	return steps
}

// RemedyOf is the finding's own remedy, else its rule's.
func RemedyOf(f *assess.Finding) string {
	if f.Remedy == "" && f.Rule != nil {
		return f.Rule.Remedy
	}
	return f.Remedy
}

// RuleID is the id of the finding's rule, "" without one.
func RuleID(f *assess.Finding) string {
	if f.Rule == nil {
		return ""
	}
	return f.Rule.ID
}

// RuleTitle is the title of the finding's rule, its id when it has none.
func RuleTitle(f *assess.Finding) string {
	if f.Rule == nil {
		return ""
	}
	if f.Rule.Title == "" {
		return f.Rule.ID
	}
	return f.Rule.Title
}

// Taken is what a finding takes away: the capabilities that one outage costs,
// or each of several that cost the same.
type Taken struct {
	Outages      []outage.Outage // of the same scope and region
	Capabilities []catalog.Capability
	Effect       outage.Effect
	RTO, RPO     catalog.Span
}

// TakenBy groups the losses of a finding by what is lost and for how long, worst
// first.
func TakenBy(f *assess.Finding) []Taken {
	var single, out []Taken
	for _, l := range f.Takes {
		i := slices.IndexFunc(single, func(t Taken) bool {
			return keyOf(t.Outages[0]) == keyOf(l.Outage) && t.Effect == l.Effect && t.RTO == l.RTO && t.RPO == l.RPO
		})
		if i < 0 {
			single = append(single, Taken{Outages: []outage.Outage{l.Outage}, Effect: l.Effect, RTO: l.RTO, RPO: l.RPO})
			i = len(single) - 1
		}
		if !slices.Contains(single[i].Capabilities, l.Capability) {
			single[i].Capabilities = append(single[i].Capabilities, l.Capability)
		}
	}
	for _, t := range single {
		slices.SortFunc(t.Capabilities, func(a, b catalog.Capability) int {
			return slices.Index(catalog.Capabilities, a) - slices.Index(catalog.Capabilities, b)
		})
		i := slices.IndexFunc(out, func(x Taken) bool {
			a, b := x.Outages[0], t.Outages[0]
			return a.Scope == b.Scope && a.Region == b.Region && x.Effect == t.Effect && x.RTO == t.RTO && x.RPO == t.RPO &&
				slices.Equal(x.Capabilities, t.Capabilities)
		})
		if i < 0 {
			out = append(out, t)
			continue
		}
		out[i].Outages = append(out[i].Outages, t.Outages...)
	}
	slices.SortStableFunc(out, func(a, b Taken) int { return EffectRank(b.Effect) - EffectRank(a.Effect) })
	return out
}
