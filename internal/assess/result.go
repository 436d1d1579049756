package assess

import (
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Status is the outcome of one rule for one resource.
type Status string

// The statuses.
const (
	Pass          Status = "pass"
	Fail          Status = "fail"
	Unknown       Status = "unknown" // with what would make it known
	NotApplicable Status = "notApplicable"
	Suppressed    Status = "suppressed"
)

// Severity grades a failing finding by what is lost.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Finding is the outcome of one rule for one resource.
type Finding struct {
	Rule        *catalog.Rule
	Status      Status
	Severity    Severity
	Resource    *estate.Resource // nil for a finding about the estate as a whole
	Workspaces  []*estate.Resource
	Origin      estate.Origin // the setting that decides, else the resource
	Message     string
	Remedy      string
	Evidence    []Evidence
	Unknowns    []string         // for Unknown: what would make it known
	Takes       []Loss           // for outage rules: what is lost
	Behind      *estate.Resource // the workspace that the same outages take away themselves: this matters once it has a secondary
	Suppression *Suppression
	Known       bool   // it stands in the baseline: it does not count
	Fingerprint string // stable over runs and line shifts
}

// Evidence is a value that was seen, and where.
type Evidence struct {
	Setting string // name in the catalog
	Path    string // e.g. sku.name
	Value   string // as text; "(absent, default Standard_GRS)" when it is not written
	Origin  estate.Origin
}

// Loss is one capability that an outage takes away because of the resource.
type Loss struct {
	Workspace  *estate.Resource
	Capability catalog.Capability
	Outage     outage.Outage // the zone is "any" where each zone of the region does the same
	Effect     outage.Effect
	RTO, RPO   catalog.Span
}

// Suppression is an accepted finding.
type Suppression struct {
	Rule     string
	Resource string // id or name pattern with *
	Reason   string
	Owner    string
	Expires  time.Time // zero: never
	Expired  bool      // then the finding counts, and says so
	Origin   estate.Origin
}

// Result is an assessed estate.
type Result struct {
	Estate   *estate.Estate
	Catalog  *catalog.Catalog
	Target   *Target
	Outages  []outage.Result
	Findings []Finding // failing ones first, by severity, rule, resource
	Summary  Summary
	Notes    []Note // diagnostics of the input and of the project file
}

// Note is a message about the input that is no finding.
type Note struct {
	Severity string // error, warning, info
	Message  string
	Hint     string
	Origin   estate.Origin
}

// Summary counts. Findings = Pass + Fail + Unknown + NotApplicable + Suppressed.
type Summary struct {
	Workspaces, Resources, External, Relations int
	Outages                                    int
	Rules                                      int // rules that were tried
	Findings, Pass, Fail, Unknown              int
	NotApplicable, Suppressed, Known           int
	BySeverity                                 map[Severity]int // failing ones that count (neither suppressed nor known)
	Expired                                    int              // suppressions that have expired
	NotSeen                                    int
}
