package catalog

import "github.com/holdfast-ml/holdfast/internal/estate"

// Capability is one of the things that people do with a workspace.
type Capability string

// The capabilities, in the order in which they are shown.
const (
	Author      Capability = "author"       // studio, notebooks
	Train       Capability = "train"        // jobs
	ScoreOnline Capability = "score-online" // online endpoints
	ScoreBatch  Capability = "score-batch"  // batch endpoints
	Register    Capability = "register"     // assets: models, data, environments
	Monitor     Capability = "monitor"      // metrics, logs
)

// Capabilities lists all of them in order.
var Capabilities = []Capability{Author, Train, ScoreOnline, ScoreBatch, Register, Monitor}

// Strength says what the loss of access to something does.
type Strength string

// The strengths. Hard: the capability is lost; soft: it is degraded; no: nothing happens.
const (
	Hard   Strength = "hard"
	Soft   Strength = "soft"
	NoNeed Strength = "no"
)

// Need says how a capability of a workspace leans on what plays a role for it.
type Need struct {
	Capability Capability  `yaml:"capability" json:"capability"`
	Role       estate.Role `yaml:"role" json:"role"`
	Services   []string    `yaml:"services" json:"services,omitempty"` // only resources of these services; empty: any
	Read       Strength    `yaml:"read" json:"read"`                   // when it cannot be read (or used at all)
	Write      Strength    `yaml:"write" json:"write"`                 // when it cannot be written
	// OneOf: the capability needs at least one of the resources in the role; the
	// strengths hold when all are lost, losing some degrades.
	OneOf   bool     `yaml:"oneOf" json:"oneOf,omitempty"`
	Why     string   `yaml:"why" json:"why"`
	Sources []string `yaml:"sources" json:"sources"`
}

// Spread says that a resource suffers when something it leans on in the role
// does: an outage travels along such relations (from a compute to the cluster
// it is attached to, from Application Insights to its logs).
type Spread struct {
	Role    estate.Role `yaml:"role" json:"role"`
	From    []string    `yaml:"from" json:"from,omitempty"` // services of the leaning side; empty: any
	To      []string    `yaml:"to" json:"to,omitempty"`
	Read    Strength    `yaml:"read" json:"read"`
	Write   Strength    `yaml:"write" json:"write"`
	OneOf   bool        `yaml:"oneOf" json:"oneOf,omitempty"`
	Why     string      `yaml:"why" json:"why"`
	Sources []string    `yaml:"sources" json:"sources"`
}
