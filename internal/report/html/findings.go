package html

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

type phaseView struct {
	Title string
	Count string
	Steps []stepView
	More  int // steps that are left out
}

// stepView is one thing to do, or to know, with the resources that it is about.
type stepView struct {
	Number             int // 0 for what is not to be done
	Status, StatusWord string
	Glyph              string
	Severity           string
	Service            string // ids of the services, with spaces around each
	Rule, Title, Count string
	Why, Remedy        string
	Change             string
	How                []string
	Takes              []takenView
	Findings           []findingView
	More               int
	Sources            []sourceView
	Peers              []peerView
	Disagree           []disagreeView
}

type takenView struct{ Class, Glyph, Text string }

type findingView struct {
	Resource, ID, Place string
	Named               bool
	Message             string
	Evidence            []evidenceView
	Unknowns            []string
	Accepted, Expired   string
	Known               bool
}

type evidenceView struct{ Path, Value, Place string }

type sourceView struct{ Title, Where, Link, Date string }

type peerView struct{ Tool, Rules string }

type disagreeView struct{ With, Why string }

// findings fills the phases of what to do, then what is not known, what is
// accepted and what passes.
func (p *page) findings(r *assess.Result, services report.Services) {
	fails := report.Steps(r.Findings, assess.Fail)
	number := 0
	for _, phase := range report.Phases {
		v := phaseView{Title: phase.Title()}
		n := 0
		for i := range fails {
			if report.PhaseOf(fails[i].Severity) != phase {
				continue
			}
			number++
			n += len(fails[i].Findings)
			if len(v.Steps) == maxSteps {
				v.More++
				continue
			}
			step := viewStep(&fails[i], r.Catalog, services)
			step.Number = number
			v.Steps = append(v.Steps, step)
		}
		v.Count = report.Count(n, "finding", "findings")
		p.phase(v)
	}
	for _, x := range []struct {
		status assess.Status
		title  string
	}{{assess.Unknown, "Not known yet"}, {assess.Suppressed, "Accepted"}, {assess.Pass, "As it should be"}} {
		v, n := phaseView{Title: x.title}, 0
		for i, step := range report.Steps(r.Findings, x.status) {
			n += len(step.Findings)
			if i >= maxSteps {
				v.More++
				continue
			}
			v.Steps = append(v.Steps, viewStep(&step, r.Catalog, services))
		}
		v.Count = report.Count(n, "check", "checks")
		p.phase(v)
	}
	p.knownStep(r, services)
	if n := r.Summary.NotApplicable; n > 0 {
		p.Passed = report.Count(n, "check does not apply", "checks do not apply") + " to the resource that it was tried on."
	}
	seen := map[string]bool{}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Resource != nil {
			seen[f.Resource.Service] = true
		}
	}
	for _, svc := range services.All() {
		if seen[svc.ID] {
			p.Services = append(p.Services, option{svc.ID, svc.Title})
		}
	}
}

func (p *page) phase(v phaseView) {
	if len(v.Steps) > 0 {
		p.Phases = append(p.Phases, v)
	}
}

// knownStep shows what stands in the baseline; it fails and does not count.
func (p *page) knownStep(r *assess.Result, services report.Services) {
	var known []assess.Finding
	for i := range r.Findings {
		if f := r.Findings[i]; f.Known && f.Status == assess.Fail {
			f.Known = false
			known = append(known, f)
		}
	}
	v := phaseView{Title: "In the baseline", Count: report.Count(len(known), "finding", "findings")}
	for i, step := range report.Steps(known, assess.Fail) {
		if i >= maxSteps {
			v.More++
			continue
		}
		x := viewStep(&step, r.Catalog, services)
		x.Status, x.StatusWord, x.Glyph = string(assess.Suppressed), "in the baseline", report.StatusGlyph(assess.Suppressed)
		v.Steps = append(v.Steps, x)
	}
	p.phase(v)
}

func viewStep(step *report.Step, c *catalog.Catalog, services report.Services) stepView {
	f := step.Findings[0]
	v := stepView{
		Status: string(f.Status), StatusWord: report.StatusWord(f.Status), Glyph: report.StatusGlyph(f.Status), Severity: string(step.Severity),
		Rule: report.RuleID(f), Title: report.RuleTitle(f), Count: report.Count(len(step.Findings), "resource", "resources"), Remedy: step.Remedy,
	}
	if len(step.Findings) == 1 && f.Resource != nil {
		v.Count = report.ResourceName(f.Resource)
	}
	ids := map[string]bool{}
	all := assess.Finding{}
	for i, f := range step.Findings {
		all.Takes = append(all.Takes, f.Takes...)
		if f.Resource != nil && !ids[f.Resource.Service] {
			ids[f.Resource.Service] = true
			v.Service += " " + f.Resource.Service + " "
		}
		if i < maxRows {
			v.Findings = append(v.Findings, viewFinding(f))
		}
	}
	v.More = len(step.Findings) - len(v.Findings)
	for i, taken := range report.TakenBy(&all) {
		if i == maxRows {
			break
		}
		e := viewEffect(taken.Effect)
		v.Takes = append(v.Takes, takenView{e.Class, e.Glyph, report.TakenSentence(taken, services)})
	}
	v.rule(step.Rule, c)
	return v
}

func (v *stepView) rule(r *catalog.Rule, c *catalog.Catalog) {
	if r == nil {
		return
	}
	v.Why, v.How, v.Change = r.Why, r.How, report.ChangeWord(r.Change)
	for _, p := range report.PeerList(&r.Peers) {
		v.Peers = append(v.Peers, peerView{p.Tool, strings.Join(p.Rules, ", ")})
	}
	for _, d := range r.Disagree {
		v.Disagree = append(v.Disagree, disagreeView{d.With, d.Why})
	}
	for _, key := range r.Sources {
		where := report.SourceText(c, key)
		s := sourceView{Title: where, Where: where, Link: report.SourceLink(where)}
		if c != nil && c.Source(key) != nil {
			s.Title, s.Date = c.Source(key).Title, c.Source(key).Date
		}
		v.Sources = append(v.Sources, s)
	}
}

func viewFinding(f *assess.Finding) findingView {
	v := findingView{Resource: "the estate as a whole", Place: report.Place(f.Origin), Message: f.Message, Unknowns: f.Unknowns, Known: f.Known}
	if f.Resource != nil {
		v.Resource, v.ID, v.Named = report.ResourceName(f.Resource), f.Resource.ID.String(), f.Resource.External
		if place := report.Place(f.Resource.Origin); place != "" {
			v.Place = place
		}
	}
	for _, e := range f.Evidence {
		path := e.Path
		if path == "" {
			path = e.Setting
		}
		v.Evidence = append(v.Evidence, evidenceView{path, e.Value, report.Place(e.Origin)})
	}
	if s := f.Suppression; s != nil {
		text := s.Reason
		if s.Owner != "" {
			text += " (" + s.Owner + ")"
		}
		switch {
		case s.Expired:
			v.Expired = "Its exception expired on " + report.LastDay(s.Expires) + ": " + text
		case s.Expires.IsZero():
			v.Accepted = "Accepted: " + text
		default:
			v.Accepted = "Accepted until " + report.LastDay(s.Expires) + ": " + text
		}
	}
	return v
}
