package sarif

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// maxResults is the most results that GitHub accepts in a run.
const maxResults = 25000

const (
	schemaURI = "https://json.schemastore.org/sarif-2.1.0.json"
	homepage  = "https://github.com/holdfast-ml/holdfast"
)

// Write writes the whole result.
func Write(w io.Writer, r *assess.Result, opt report.Options) error {
	b := &builder{result: r, opt: opt, ruleIndex: map[string]int{}, services: report.IndexServices(r.Catalog)}
	b.baseline = r.Summary.Known > 0
	results, left := b.results()
	target := "none"
	if r.Target != nil {
		target = r.Target.Name
	}
	name := opt.Tool.Name
	if name == "" {
		name = "holdfast"
	}
	doc := log{Schema: schemaURI, Version: "2.1.0", Runs: []run{{
		Tool: tool{Driver: driver{
			Name: name, FullName: opt.Tool.Title(), Version: opt.Tool.Version, SemanticVersion: semantic(opt.Tool.Version),
			InformationURI: homepage, Rules: b.rules,
		}},
		AutomationDetails: automationDetails{ID: "holdfast/" + clean(target) + "/"},
		ColumnKind:        "unicodeCodePoints",
		Invocations:       []invocation{{ExecutionSuccessful: true, ToolExecutionNotifications: b.notifications(left)}},
		Results:           results,
		Properties:        properties(r),
	}}}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(doc)
}

func properties(r *assess.Result) map[string]any {
	m := &r.Summary
	p := map[string]any{
		"workspaces": m.Workspaces, "resources": m.Resources, "external": m.External, "outages": m.Outages,
		"fail": m.Fail, "unknown": m.Unknown, "pass": m.Pass, "notApplicable": m.NotApplicable, "suppressed": m.Suppressed, "notSeen": m.NotSeen,
	}
	if r.Catalog != nil {
		p["catalogAsOf"] = r.Catalog.AsOf()
	}
	return p
}

// semantic is version when it is a semantic one, without a leading v.
func semantic(version string) string {
	v := strings.TrimPrefix(version, "v")
	if strings.Count(v, ".") < 2 || v[0] < '0' || v[0] > '9' {
		return ""
	}
	return v
}

type builder struct {
	result    *assess.Result
	opt       report.Options
	services  report.Services
	rules     []rule
	ruleIndex map[string]int
	baseline  bool
}

// results gives the findings that are written, and how many more there are.
func (b *builder) results() (out []result, left int) {
	out, b.rules = []result{}, []rule{}
	for i := range b.result.Findings {
		f := &b.result.Findings[i]
		if f.Status != assess.Fail && f.Status != assess.Unknown && f.Status != assess.Suppressed {
			continue
		}
		if len(out) == maxResults {
			left++
			continue
		}
		out = append(out, b.one(f))
	}
	return out, left
}

func (b *builder) one(f *assess.Finding) result {
	out := result{
		RuleID: report.RuleID(f), RuleIndex: b.index(f.Rule), Kind: "fail", Level: level(f.Severity),
		Message: message{Text: short(b.text(f))}, Locations: []location{b.place(f)}, RelatedLocations: b.related(f),
		Properties: map[string]any{"severity": string(f.Severity)},
	}
	if out.RuleID == "" {
		out.RuleID = "holdfast"
	}
	if f.Status == assess.Unknown {
		out.Kind, out.Level = "open", "none"
	}
	if f.Fingerprint != "" {
		out.PartialFingerprints = map[string]string{"holdfast/v1": clean(f.Fingerprint), "primaryLocationLineHash": clean(f.Fingerprint) + ":1"}
	}
	if b.baseline {
		out.BaselineState = "new"
		if f.Known {
			out.BaselineState = "unchanged"
		}
	}
	if f.Status == assess.Suppressed && f.Suppression != nil {
		out.Suppressions = []suppression{b.suppression(f.Suppression)}
	}
	if f.Resource != nil {
		out.Properties["resource"] = clean(f.Resource.ID.String())
		if svc := b.services.Of(f.Resource.Service); svc != nil {
			out.Properties["service"], out.Properties["managedBy"] = svc.ID, svc.ManagedBy
		}
	}
	return out
}

func (b *builder) text(f *assess.Finding) string {
	parts := []string{f.Message}
	if f.Message == "" {
		parts[0] = report.RuleTitle(f) + "."
	}
	if f.Status == assess.Unknown {
		parts[0] = "Not known: " + report.RuleTitle(f) + "."
		if len(f.Unknowns) > 0 {
			parts = append(parts, "What is not known: "+report.Listing(f.Unknowns, 4)+".")
		}
	}
	for _, taken := range report.TakenBy(f) {
		parts = append(parts, report.TakenSentence(taken, b.services)+".")
	}
	if f.Suppression != nil && f.Suppression.Expired {
		parts = append(parts, "Its exception expired on "+report.LastDay(f.Suppression.Expires)+".")
	}
	if remedy := report.RemedyOf(f); remedy != "" {
		parts = append(parts, remedy)
	}
	return strings.ReplaceAll(strings.Join(parts, " "), "\u00a0", " ")
}

func (b *builder) suppression(p *assess.Suppression) suppression {
	why := p.Reason
	if p.Owner != "" {
		why += " (" + p.Owner + ")"
	}
	if !p.Expires.IsZero() {
		why += ", until " + report.LastDay(p.Expires)
	}
	out := suppression{Kind: "external", Status: "accepted", Justification: short(why)}
	if p.Origin.File != "" {
		out.Location = &location{PhysicalLocation: b.physical(p.Origin)}
	}
	return out
}

func (b *builder) notifications(left int) []notification {
	var out []notification
	if left > 0 {
		out = append(out, notification{Level: "warning", Message: message{Text: report.Count(left, "result is", "results are") + " left out: a run holds at most " + report.Number(maxResults) + "."}})
	}
	for _, n := range b.result.Estate.Coverage.NotSeen {
		x := notification{Level: "warning", Message: message{Text: short("Not seen: " + n.What + ": " + n.Why)}}
		if n.Origin.File != "" {
			x.Locations = []location{{PhysicalLocation: b.physical(n.Origin)}}
		}
		out = append(out, x)
	}
	for _, n := range b.result.Notes {
		text := n.Message
		if n.Hint != "" {
			text += " Hint: " + n.Hint
		}
		x := notification{Level: noteLevel(n.Severity), Message: message{Text: short(text)}}
		if n.Origin.File != "" {
			x.Locations = []location{{PhysicalLocation: b.physical(n.Origin)}}
		}
		out = append(out, x)
	}
	return out
}

func noteLevel(severity string) string {
	switch severity {
	case "error", "warning":
		return severity
	}
	return "note"
}

func level(s assess.Severity) string {
	switch s {
	case assess.Critical, assess.High:
		return "error"
	case assess.Medium:
		return "warning"
	}
	return "note"
}

// index gives the number of a rule in the run, which it joins when it is new.
func (b *builder) index(r *catalog.Rule) int {
	if r == nil {
		r = &catalog.Rule{ID: "holdfast", Title: "Holdfast"}
	}
	if i, ok := b.ruleIndex[r.ID]; ok {
		return i
	}
	b.ruleIndex[r.ID] = len(b.rules)
	b.rules = append(b.rules, b.rule(r))
	return len(b.rules) - 1
}
