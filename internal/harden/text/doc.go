// Package text shows hardening to people and programs: what is done about which
// finding, in which order, what it gives and costs, and what is left, as text for a
// terminal, as Markdown and as JSON.
//
// Words are those of package harden. A row is an outage, or several that do the
// same before and after; an entry is what is left of several findings for the same
// reason.
package text

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// Report is a hardening as it is to be shown.
type Report struct {
	Plan  *harden.Plan
	Steps []*harden.Step // that are made, or would be, in order
	After *assess.Result // when all steps are made; nil when that was not tried
	Files []File         // that change; none for what is in Azure
	Live  bool           // it is about what is in Azure
	Done  bool           // the steps were made: the files are written
	Money Money          // nil without a price list

	ByHand   []*harden.Step // of Steps: those that stay instructions for people
	Requests []Request      // what would be sent to Azure, where that was asked for
}

// File is a file that changes.
type File struct {
	Name           string // as it was named
	To             string // where it was written, when elsewhere
	Places         int    // places that change
	Added, Removed int    // lines
}

// Money says what steps cost in money.
type Money interface {
	// OfStep is a phrase such as "+12.40 USD a month", "" when it is not known.
	OfStep(s *harden.Step) string
	// Basis says which prices of which day these are, in a sentence.
	Basis() string
}

// Options say how it is shown. The zero Options are 80 columns without colour.
type Options struct {
	report.Options
}

// Count is how many findings have an outcome.
type Count struct {
	Outcome harden.Outcome
	N       int
}

// Counts gives how many findings of today have which outcome, in the order of
// [harden.Outcomes], without those that none has.
func (r *Report) Counts() []Count {
	var out []Count
	for _, o := range harden.Outcomes() {
		n := 0
		for _, item := range r.Plan.Items {
			if item.Outcome == o && !item.Follows {
				n++
			}
		}
		if n > 0 {
			out = append(out, Count{o, n})
		}
	}
	return out
}

// count is the number of findings of today with one of the outcomes, of all
// without any.
func (r *Report) count(outcomes ...harden.Outcome) int {
	n := 0
	for _, c := range r.Counts() {
		if len(outcomes) == 0 || slices.Contains(outcomes, c.Outcome) {
			n += c.N
		}
	}
	return n
}

// good are the outcomes of what is mended, or will be.
var good = []harden.Outcome{harden.Mended, harden.Planned}

// Mends is the number of findings of today that are mended, or would be.
func (r *Report) Mends() int { return r.count(good...) }

// Findings is the number of findings of today that count.
func (r *Report) Findings() int { return r.count() }
