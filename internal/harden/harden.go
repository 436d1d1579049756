// Package harden turns what an assessment finds wrong into changes: which remedy
// of the catalog mends which finding on which resource, in which order, at what
// cost, and what of it takes away less afterwards. Package harden/file makes the
// changes in templates, package harden/live in Azure.
//
// # Words
//
// A [Plan] is made from an assessed estate. A [Step] is one remedy on one
// resource; steps stand in the order in which they are to be done. An [Item] is
// one failing finding and what becomes of it: its [Outcome]. Every failing finding
// that counts has exactly one item, so that nothing is dropped in silence.
package harden

import (
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/improve"
)

// Outcome is what becomes of a finding.
type Outcome string

// The outcomes, the best first. A plan has planned items; whoever carries it out
// makes mended or withdrawn ones of them.
const (
	Planned   Outcome = "planned"   // the steps of the item mend it
	Mended    Outcome = "mended"    // the steps were made, and the finding is proven to be gone
	Withdrawn Outcome = "withdrawn" // a step was made and taken back, since the proof failed: Why says how
	Recreate  Outcome = "recreate"  // only by making the resource anew; the steps say how
	Decision  Outcome = "decision"  // something only the owner can say is missing: Why says what
	Cannot    Outcome = "cannot"    // the catalog says why it cannot be mended, and what to do instead
	ByHand    Outcome = "by-hand"   // no remedy of the catalog is automatic; the rule says what to do
)

// Outcomes lists the outcomes in the order in which they are shown.
func Outcomes() []Outcome {
	return []Outcome{Mended, Planned, Withdrawn, Recreate, Decision, Cannot, ByHand}
}

// Options say how a plan is made. The zero Options work.
type Options struct {
	Rules  []string // only findings of these rules; nil for all
	Region string   // the other region, for what is added there; "": see [improve.OtherRegion]
	Fresh  bool     // nothing of it is deployed yet: what can only be chosen at creation is chosen, too
	Live   bool     // it is done to resources in Azure: what takes a person there is a decision, see [catalog.Remedy.ByHand]
}

// Plan is what is to be done to an estate.
type Plan struct {
	Before  *assess.Result
	Trial   *assess.Result // of the estate as the steps would make it; nil when there are none. Withdrawing steps makes it out of date
	Catalog *catalog.Catalog
	Steps   []*Step // in the order in which they are to be done
	Items   []*Item // in the order of the findings of Before
	Options Options
}

// Step is one remedy on one resource.
type Step struct {
	improve.Change                     // the remedy, and the resource as it was before
	Region         string              // the other region for this step, "" when none is known or needed
	Items          []*Item             // the findings that it mends, by itself or with others
	Before         []*Step             // steps that have to be done first
	Cost           *catalog.Cost       // relative to today; nil when that is not known (Remedy.NoPrice says why)
	Gain           []assess.Loss       // what outages take away today because of the resource, and would not after it
	Added          []estate.ResourceID // the resources that it adds
	Kind           string              // inPlace, conversion, recreate, onlyAtCreation: how it is done on what is there
}

// Item is one failing finding, and what becomes of it.
type Item struct {
	Finding *assess.Finding
	Follows bool // it does not fail today, but would after other steps of the plan; such items stand last
	Outcome Outcome
	Steps   []*Step  // planned, mended, withdrawn and recreate: in order
	Why     string   // withdrawn, decision, cannot, by-hand: the reason, for people
	Instead string   // what to do instead, or next; "" when there is nothing to add
	Notes   []string // what else is to be said, e.g. that a parameter is shared and was not changed
}
