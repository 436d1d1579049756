package text

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// SchemaVersion is that of the JSON document. Keys are only added within a major
// version.
const SchemaVersion = "1.0"

// Document is the report for programs.
type Document struct {
	SchemaVersion string         `json:"schemaVersion"`
	Target        string         `json:"target"`
	Answer        string         `json:"answer"`
	Live          bool           `json:"live"`    // it is about what is in Azure
	Written       bool           `json:"written"` // the files were written
	Findings      int            `json:"findings"`
	Outcomes      map[string]int `json:"outcomes"` // of the findings of today
	Workspaces    []DocWorkspace `json:"workspaces"`
	Steps         []DocStep      `json:"steps"`
	Items         []DocItem      `json:"items"`
	Files         []DocFile      `json:"files"`
	Requests      []Request      `json:"requests,omitempty"` // what would be sent to Azure, with --plan
	ExitCode      int            `json:"exitCode"`
	Prices        string         `json:"prices,omitempty"` // which prices of which day
}

// DocWorkspace is what outages do to a workspace before and after the steps.
type DocWorkspace struct {
	Name    string      `json:"name"`
	ID      string      `json:"id"`
	Outages []DocOutage `json:"outages"`
}

// DocOutage is one outage, or several that do the same.
type DocOutage struct {
	Names  []string          `json:"names"`
	Scope  string            `json:"scope"`
	Region string            `json:"region,omitempty"`
	Before map[string]string `json:"before"` // by capability: none, degraded, unknown, lost
	After  map[string]string `json:"after"`
}

// DocStep is one remedy on one resource.
type DocStep struct {
	Remedy   string   `json:"remedy"`
	Title    string   `json:"title"`
	Resource string   `json:"resource"`
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Region   string   `json:"region,omitempty"`
	Duration string   `json:"duration,omitempty"`
	Downtime string   `json:"downtime,omitempty"`
	Factor   *float64 `json:"costFactor"` // of what the resource costs today; null when it is not known
	Estimate bool     `json:"costIsEstimate,omitempty"`
	Money    string   `json:"money,omitempty"`
	NoPrice  string   `json:"noPrice,omitempty"` // why the cost is not known
	Forever  string   `json:"forever,omitempty"` // what cannot be undone
	OneWay   bool     `json:"oneWay,omitempty"`
	Call     string   `json:"call,omitempty"`
	Added    []string `json:"added,omitempty"`  // ids of resources that it adds
	ByHand   bool     `json:"byHand,omitempty"` // in Azure it takes a person
	After    []int    `json:"after,omitempty"`  // numbers of the steps, from 0, that come first
	Mends    []string `json:"mends"`            // fingerprints
}

// DocItem is a failing finding, and what becomes of it.
type DocItem struct {
	Rule        string   `json:"rule"`
	Severity    string   `json:"severity"`
	Fingerprint string   `json:"fingerprint"`
	Resource    string   `json:"resource,omitempty"`
	ID          string   `json:"id,omitempty"`
	Message     string   `json:"message"`
	Outcome     string   `json:"outcome"`
	Follows     bool     `json:"follows,omitempty"` // it would fail after other steps
	Why         string   `json:"why,omitempty"`
	Instead     string   `json:"instead,omitempty"`
	Notes       []string `json:"notes,omitempty"`
	Remedies    []string `json:"remedies,omitempty"`
}

// DocFile is a file that changes.
type DocFile struct {
	Name    string `json:"name"`
	To      string `json:"writtenTo,omitempty"`
	Places  int    `json:"places"`
	Added   int    `json:"linesAdded"`
	Removed int    `json:"linesRemoved"`
}

// Document gives the report for programs.
func (r *Report) Document(exit report.Exit) Document {
	d := Document{
		SchemaVersion: SchemaVersion, Target: r.Plan.Before.Target.Name, Answer: r.headline(), Live: r.Live, Written: r.Done,
		Findings: r.Findings(), Outcomes: map[string]int{}, Workspaces: []DocWorkspace{}, Steps: []DocStep{}, Items: []DocItem{}, Files: []DocFile{},
		ExitCode: exit.Code, Requests: r.Requests,
	}
	for _, o := range harden.Outcomes() {
		d.Outcomes[string(o)] = r.count(o)
	}
	services := report.IndexServices(r.Plan.Catalog)
	for _, g := range r.gainsOf() {
		w := DocWorkspace{Name: g.Workspace.Name, ID: g.Workspace.ID.String(), Outages: []DocOutage{}}
		for _, line := range g.Rows {
			o := DocOutage{Scope: string(line.Outages[0].Scope), Region: line.Outages[0].Region, Before: map[string]string{}, After: map[string]string{}}
			for _, x := range line.Outages {
				o.Names = append(o.Names, report.OutageName(x, services))
			}
			for i, c := range catalog.Capabilities {
				o.Before[string(c)], o.After[string(c)] = string(line.Before[i]), string(line.After[i])
			}
			w.Outages = append(w.Outages, o)
		}
		d.Workspaces = append(d.Workspaces, w)
	}
	number := map[*harden.Step]int{}
	for i, s := range r.Steps {
		number[s] = i
	}
	for _, s := range r.Steps {
		d.Steps = append(d.Steps, r.docStep(s, number))
	}
	for _, item := range r.Plan.Items {
		d.Items = append(d.Items, docItem(item))
	}
	for _, f := range r.Files {
		d.Files = append(d.Files, DocFile(f))
	}
	if r.Money != nil {
		d.Prices = r.Money.Basis()
	}
	return d
}

func (r *Report) docStep(s *harden.Step, number map[*harden.Step]int) DocStep {
	out := DocStep{
		Remedy: s.Remedy.ID, Title: s.Remedy.Title, Resource: s.Resource.Name, ID: s.Resource.ID.String(), Kind: s.Kind, Region: s.Region,
		Duration: s.Remedy.Change.Duration, Downtime: s.Remedy.Downtime, Forever: s.Remedy.Forever, OneWay: s.Remedy.Change.OneWay, Call: s.Remedy.Change.Call,
		Mends: []string{}, ByHand: slices.Contains(r.ByHand, s),
	}
	if s.Cost != nil {
		out.Factor, out.Estimate = &s.Cost.Factor, s.Cost.Estimate
	} else {
		out.NoPrice = s.Remedy.NoPrice
	}
	if r.Money != nil {
		out.Money = r.Money.OfStep(s)
	}
	for _, id := range s.Added {
		out.Added = append(out.Added, id.String())
	}
	for _, b := range s.Before {
		if n, ok := number[b]; ok {
			out.After = append(out.After, n)
		}
	}
	for _, item := range s.Items {
		out.Mends = append(out.Mends, item.Finding.Fingerprint)
	}
	return out
}

func docItem(item *harden.Item) DocItem {
	f := item.Finding
	out := DocItem{
		Rule: f.Rule.ID, Severity: string(f.Severity), Fingerprint: f.Fingerprint, Message: f.Message, Outcome: string(item.Outcome),
		Follows: item.Follows, Why: item.Why, Instead: item.Instead, Notes: item.Notes,
	}
	if f.Resource != nil {
		out.Resource, out.ID = f.Resource.Name, f.Resource.ID.String()
	}
	for _, s := range item.Steps {
		out.Remedies = append(out.Remedies, s.Remedy.ID)
	}
	return out
}
