package text

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// The most of a kind that is listed unless everything is asked for.
const (
	maxPlaces = 8
	maxListed = 10
	maxTaken  = 4
)

// steps tells what to do, in the order in which to do it.
func (s *screen) steps(r *assess.Result, services report.Services) {
	all, number := report.Steps(r.Findings, assess.Fail), 0
	for _, phase := range report.Phases {
		var steps []report.Step
		findings := 0
		for _, step := range all {
			if report.PhaseOf(step.Severity) == phase {
				steps = append(steps, step)
				findings += len(step.Findings)
			}
		}
		if len(steps) == 0 {
			continue
		}
		s.heading(phase.Title(), report.Count(findings, "finding", "findings"))
		for i := range steps {
			if i > 0 {
				s.blank()
			}
			number++
			s.step(number, &steps[i], services)
		}
	}
}

func (s *screen) step(number int, step *report.Step, services report.Services) {
	look := severityStyle(step.Severity)
	n := report.Number(number)
	lead := []span{t(strings.Repeat(" ", max(0, 2-len(n))) + n + " "), st("✗ "+strings.ToUpper(string(step.Severity)), look), t("  ")}
	s.para(lead, 3, st(report.RuleTitle(step.Findings[0]), bold))
	if len(step.Findings) == 1 {
		s.finding(step.Findings[0], services)
	} else {
		s.findings(step.Findings, services)
	}
	s.remedy(step)
}

// finding tells one finding in full.
func (s *screen) finding(f *assess.Finding, services report.Services) {
	if f.Message != "" {
		s.para(nil, 3, t(f.Message))
	}
	s.takes(f, services)
	s.subject(f)
	s.evidence(f)
	if p := f.Suppression; p != nil && p.Expired {
		s.para(nil, 3, st("Its exception expired on "+report.LastDay(p.Expires)+" ("+p.Reason+"): renew it or mend this.", yellow))
	}
}

// findings tells several findings of one step, shortly.
func (s *screen) findings(fs []*assess.Finding, services report.Services) {
	shown := fs
	if len(shown) > maxPlaces && !s.verbose {
		shown = shown[:maxPlaces]
	}
	all := assess.Finding{}
	for _, f := range fs {
		all.Takes = append(all.Takes, f.Takes...)
	}
	s.takes(&all, services)
	for _, f := range shown {
		if s.verbose && f.Message != "" {
			s.para(nil, 3, t(f.Message))
		}
		s.subject(f)
		s.evidence(f)
	}
	if n := len(fs) - len(shown); n > 0 {
		s.line(st("     and "+report.Count(n, "more resource", "more resources")+" (all "+report.Number(len(fs))+" with --verbose)", dim))
	}
}

func (s *screen) takes(f *assess.Finding, services report.Services) {
	all := report.TakenBy(f)
	shown := all
	if len(shown) > maxTaken && !s.verbose {
		shown = shown[:maxTaken]
	}
	for _, taken := range shown {
		s.para([]span{t("   "), st(report.EffectGlyph(taken.Effect), effectStyle(taken.Effect)), t(" ")}, 5, t(report.TakenSentence(taken, services)))
	}
	if n := len(all) - len(shown); n > 0 {
		s.line(st("     and "+report.Count(n, "more outage", "more outages")+" (all with --verbose)", dim))
	}
}

// subject is the resource and its place, the place to the right where there is room.
func (s *screen) subject(f *assess.Finding) {
	if f.Resource == nil {
		if place := report.Place(f.Origin); place != "" {
			s.placed(5, "the estate as a whole", plain, f.Origin)
		}
		return
	}
	name := report.ResourceName(f.Resource)
	if f.Resource.External {
		name += " (only named here)"
	}
	s.placed(5, name, bold, f.Resource.Origin)
}

// evidence lists what was seen; the place of what is not written is that of the
// resource, which stands above.
func (s *screen) evidence(f *assess.Finding) {
	for _, e := range f.Evidence {
		name, at := e.Path, e.Origin
		if name == "" {
			name = e.Setting
		}
		if f.Resource != nil && report.Place(at) == report.Place(f.Resource.Origin) {
			at = estate.Origin{}
		}
		s.placed(7, name+" = "+e.Value, plain, at)
	}
}

// placed writes text with a place: in one line where both fit, else in two.
func (s *screen) placed(indent int, text string, look style, o estate.Origin) {
	place := report.Place(o)
	column := s.proseWidth() * 9 / 20
	lead := strings.Repeat(" ", indent)
	switch {
	case place == "":
		s.para(nil, indent, st(text, look))
	case indent+width(text)+2 <= column && column+width(place) <= s.width:
		s.line(t(lead), st(pad(text, column-indent), look), st(place, dim))
	case indent+width(text)+2+width(place) <= s.width:
		s.line(t(lead), st(text, look), t("  "), st(place, dim))
	default:
		s.para(nil, indent, st(text, look))
		s.para(nil, indent+2, st(place, dim))
	}
}

func (s *screen) remedy(step *report.Step) {
	remedy := step.Remedy
	if step.Rule != nil {
		if change := report.ChangeWord(step.Rule.Change); change != "" {
			remedy = strings.TrimSuffix(remedy, ".") + " (" + change + ")."
		}
	}
	if remedy != "" {
		s.para([]span{t("   "), st("→", green), t(" ")}, 5, t(remedy))
	}
	if step.Rule == nil {
		return
	}
	if s.verbose {
		for _, how := range step.Rule.How {
			s.how(5, how)
		}
	}
	s.line(t("     "), st("holdfast explain "+step.Rule.ID, blue))
}
