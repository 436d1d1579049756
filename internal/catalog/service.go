package catalog

import "github.com/holdfast-ml/holdfast/internal/estate"

// Scope is the kind of thing that fails.
type Scope string

// The scopes, from small to large.
const (
	ScopeNode     Scope = "node"
	ScopeResource Scope = "resource" // this one resource
	ScopeZone     Scope = "zone"
	ScopeService  Scope = "service" // the service in one region
	ScopeRegion   Scope = "region"
)

// Scopes lists all of them in order.
func Scopes() []Scope {
	return []Scope{ScopeNode, ScopeResource, ScopeZone, ScopeService, ScopeRegion}
}

// Service is one Azure service that a workspace can lean on.
type Service struct {
	ID          string       `yaml:"id" json:"id"`
	Title       string       `yaml:"title" json:"title"`
	Short       string       `yaml:"short" json:"short"` // a name of at most 14 characters for narrow tables
	Group       string       `yaml:"group" json:"group"` // infrastructure, associated, compute, datastore, encryption, supporting
	InGuide     bool         `yaml:"inGuide" json:"inGuide"`
	ManagedBy   string       `yaml:"managedBy" json:"managedBy"`     // "microsoft" or "customer", as the guide's table says
	HAByDefault string       `yaml:"haByDefault" json:"haByDefault"` // "yes", "no", "notApplicable", as the guide's table says
	Today       string       `yaml:"today" json:"today"`             // what holds today, in a sentence or two
	Types       []string     `yaml:"-" json:"types"`                 // the ARM types of its matches
	Matches     []Match      `yaml:"matches" json:"-"`
	Settings    []Setting    `yaml:"settings" json:"settings,omitempty"`
	Survival    []Survival   `yaml:"survival" json:"survival,omitempty"`
	SLA         []SLA        `yaml:"sla" json:"sla,omitempty"`
	Constraints []Fact       `yaml:"constraints" json:"constraints,omitempty"` // AML's own constraints on it
	Retirements []Retirement `yaml:"retirements" json:"retirements,omitempty"`
	Costs       []Cost       `yaml:"costs" json:"costs,omitempty"`
	// Extends takes over from another service what this one does not say itself:
	// settings by name, survival by scope, and SLA, constraints and costs as a whole.
	Extends string   `yaml:"extends" json:"-"`
	Sources []string `yaml:"sources" json:"sources"`
}

// Match says which resources belong to the service. All given parts must hold;
// the first match of the first service (in catalog order) wins. It needs a type
// or a role.
type Match struct {
	Type     string            `yaml:"type"`     // ARM type, compared without case
	Where    map[string]Values `yaml:"where"`    // path below the body -> one of these values (text, without case); a value that is not known does not match
	Absent   []string          `yaml:"absent"`   // paths that must not be there
	Roles    []estate.Role     `yaml:"roles"`    // it plays one of these roles
	NotRoles []estate.Role     `yaml:"notRoles"` // and none of these
	Detail   Values            `yaml:"detail"`   // and a relation in one of Roles has one of these details (without case)
	// Last: tried after all matches of all services that are not; for resources
	// of which what would decide is not known.
	Last bool `yaml:"last"`

	where  []wherePart
	absent []fieldPath
}

// Values is one text or a list of texts in YAML.
type Values []string

// Setting is a named value of a resource, and a variable of the conditions of
// its service. It comes from Path in the resource itself, or in its children
// (Child), or in the resources that it leans on (Related).
//
// A path is made of member names below the body, with a dot between them:
// "sku.name", "properties.networkAcls.defaultAction"; of several paths the first
// that is there counts. Below a list, [*] stands for every element and [0] for
// the first one. A setting of type strings takes one text per element: "" for
// one that lacks the rest of the path, and a list joined with commas
// ("agentPoolProfiles[*].availabilityZones" gives ["1,2,3", ""]), unless it has
// its own [*] ("agentPoolProfiles[*].availabilityZones[*]" gives ["1", "2", "3"]).
// The paths name, location, id, type, service, zones and implied ("true" for
// what the service makes by itself) give what the estate
// knows of the resource, which is also known of one that is external.
//
// With Child or Related, a setting of type strings has one text per child or
// related resource (its name when there is no path), one of type int without a
// path their number, one of type bool without a path whether there is one, and
// any other the value of the first of them.
//
// Texts that are in Allowed but for their letter case take its spelling; a text
// that is not in Allowed is unknown, since the facts do not speak of it.
type Setting struct {
	Name          string      `yaml:"name" json:"name"` // the CEL variable's name
	Title         string      `yaml:"title" json:"title"`
	Type          string      `yaml:"type" json:"type"` // string, bool, int, strings
	Path          Values      `yaml:"path" json:"path,omitempty"`
	Child         string      `yaml:"child" json:"child,omitempty"`         // the full ARM type of the children
	ChildName     string      `yaml:"childName" json:"childName,omitempty"` // only the child with this name (its last segment)
	Related       estate.Role `yaml:"related" json:"related,omitempty"`
	Reverse       bool        `yaml:"reverse" json:"reverse,omitempty"`             // with Related: of the resources that lean on it
	Default       any         `yaml:"default" json:"default,omitempty"`             // the value when absent: string, bool, int64 or []string; without it "", false, 0 or []
	AbsentUnknown bool        `yaml:"absentUnknown" json:"absentUnknown,omitempty"` // an absent value is unknown; excludes Default
	Allowed       []string    `yaml:"allowed" json:"allowed,omitempty"`
	Change        Change      `yaml:"change" json:"change"`
	Why           string      `yaml:"why" json:"why,omitempty"`
	Sources       []string    `yaml:"sources" json:"sources"`

	paths    []fieldPath
	childKey string // Child in lower case
}

// Change says how a setting can be changed on a resource that exists.
type Change struct {
	Kind     string `yaml:"kind" json:"kind"`                   // inPlace, conversion, recreate, onlyAtCreation, none
	Duration string `yaml:"duration" json:"duration,omitempty"` // in words where the source gives no figure
	Call     string `yaml:"call" json:"call,omitempty"`         // the command that does it
	OneWay   bool   `yaml:"oneWay" json:"oneWay,omitempty"`     // cannot be undone
	Note     string `yaml:"note" json:"note,omitempty"`
}

// State is what a resource does in an outage.
type State string

// The states.
const (
	CarriesOn  State = "carries-on"  // nothing is lost
	FailsOver  State = "fails-over"  // by itself, after RTO
	FailedOver State = "failed-over" // by hand (by the customer or by Microsoft, see Trigger), after RTO
	Degraded   State = "degraded"    // works in part
	ReadOnly   State = "read-only"
	Down       State = "down" // until the outage ends, or it is rebuilt
	Unknown    State = "unknown"
)

// Survival is one row of facts: what a resource of the service does in an
// outage of the scope when the condition holds. Rows are tried in order; the
// first whose condition is true holds, the last row of a scope has none.
//
// RTO and RPO are required except for carries-on (0) and unknown (unknown).
// Trigger, Reads and Writes that are not given follow from the state: carries-on
// none, ok, ok; fails-over automatic, down, down; failed-over (trigger required)
// down, down; degraded none, degraded, degraded; read-only none, ok, down; down
// none, down, down.
type Survival struct {
	Scope      Scope    `yaml:"scope" json:"scope"`
	When       string   `yaml:"when" json:"when,omitempty"` // CEL over the settings and the common variables, see the package comment
	State      State    `yaml:"state" json:"state"`
	Trigger    string   `yaml:"trigger" json:"trigger,omitempty"` // automatic, customer, microsoft, none
	RTO        Span     `yaml:"rto" json:"rto"`
	RPO        Span     `yaml:"rpo" json:"rpo"`
	Reads      string   `yaml:"reads" json:"reads,omitempty"`   // meanwhile: ok, degraded, down
	Writes     string   `yaml:"writes" json:"writes,omitempty"` // meanwhile: ok, degraded, down
	Why        string   `yaml:"why" json:"why"`
	Estimate   bool     `yaml:"estimate" json:"estimate,omitempty"`     // figures are ours
	Unverified string   `yaml:"unverified" json:"unverified,omitempty"` // what of it no source confirms
	Remedy     string   `yaml:"remedy" json:"remedy,omitempty"`         // what would make it survive, in one sentence
	Sources    []string `yaml:"sources" json:"sources"`
}

// SLA is a published availability figure.
type SLA struct {
	When    string   `yaml:"when" json:"when,omitempty"` // CEL: the configuration that it is for
	Percent float64  `yaml:"percent" json:"percent"`
	What    string   `yaml:"what" json:"what"`
	Sources []string `yaml:"sources" json:"sources"`
}

// Fact is a sentence with its sources.
type Fact struct {
	Text       string   `yaml:"text" json:"text"`
	Unverified bool     `yaml:"unverified" json:"unverified,omitempty"`
	Sources    []string `yaml:"sources" json:"sources"`
}

// Retirement is an end of service.
type Retirement struct {
	What      string   `yaml:"what" json:"what"`
	On        string   `yaml:"on" json:"on"` // 2006-01-02
	Successor string   `yaml:"successor" json:"successor,omitempty"`
	Sources   []string `yaml:"sources" json:"sources"`
}

// Cost is a factor relative to the plainest configuration.
type Cost struct {
	What     string   `yaml:"what" json:"what"`
	When     string   `yaml:"when" json:"when,omitempty"` // CEL: the configuration that costs it
	Factor   float64  `yaml:"factor" json:"factor"`
	Estimate bool     `yaml:"estimate" json:"estimate,omitempty"`
	Sources  []string `yaml:"sources" json:"sources"`
}
