package text

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// headline is the answer in a sentence or two.
func (r *Report) headline() string {
	all, mends := r.Findings(), r.Mends()
	switch {
	case all == 0:
		return "Nothing that counts fails: there is nothing to mend."
	case r.Done:
		return fmt.Sprintf("%s of %s mended in %s. It was read and assessed again: they are gone, no other resource has changed, %s.",
			count(mends), report.Count(all, "finding is", "findings are"), report.Count(len(r.Files), "file", "files"), r.new("fails"))
	case mends == 0 && r.Live:
		return fmt.Sprintf("None of %s can be mended by itself on what is there.", report.Count(all, "finding", "findings"))
	case mends == 0:
		return fmt.Sprintf("None of %s can be mended by an edit of the files.", report.Count(all, "finding", "findings"))
	case r.Live:
		return fmt.Sprintf("%s of %s can be mended on what is there, in %s.", count(mends), report.Count(all, "finding", "findings"), report.Count(len(r.Steps), "step", "steps"))
	}
	return fmt.Sprintf("%s of %s can be mended in %s. It was tried on a copy: they are gone then, no other resource changes, %s.",
		count(mends), report.Count(all, "finding", "findings"), report.Count(len(r.Files), "file", "files"), r.new("fails"))
}

// new says whether other findings come for those that are mended.
func (r *Report) new(fails string) string {
	if slices.ContainsFunc(r.Plan.Items, func(i *harden.Item) bool { return i.Follows && !slices.Contains(good, i.Outcome) }) {
		return "what is new (below) is milder"
	}
	return "nothing new " + fails
}

func count(n int) string { return report.Number(n) }

// others says what becomes of the rest, "" when there is none.
func (r *Report) others() string {
	var parts []string
	for _, c := range r.Counts() {
		switch c.Outcome {
		case harden.Withdrawn:
			parts = append(parts, fmt.Sprintf("%s tried and taken back", plural(c.N, "was", "were")))
		case harden.Recreate:
			parts = append(parts, fmt.Sprintf("%s the resource to be made anew", plural(c.N, "takes", "take")))
		case harden.Decision:
			parts = append(parts, fmt.Sprintf("%s a decision", plural(c.N, "needs", "need")))
		case harden.Cannot:
			parts = append(parts, fmt.Sprintf("%d cannot be mended", c.N))
		case harden.ByHand:
			parts = append(parts, fmt.Sprintf("%s for you to do by hand", plural(c.N, "is", "are")))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Of the rest, " + report.And(parts) + "."
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// outcomeTitle is the heading over what is left.
func outcomeTitle(o harden.Outcome) string {
	switch o {
	case harden.Withdrawn:
		return "Tried and taken back"
	case harden.Recreate:
		return "Only by making it anew"
	case harden.Decision:
		return "Needs a decision"
	case harden.Cannot:
		return "Cannot be mended"
	case harden.ByHand:
		return "By hand"
	case harden.Mended:
		return "Mended"
	case harden.Planned:
		return "Planned"
	}
	return string(o)
}

// how says how a step is done, and what one notices of it.
func how(s *harden.Step) []string {
	change := s.Remedy.Change
	change.Kind = s.Kind
	parts := []string{report.ChangeWord(change)}
	switch s.Remedy.Downtime {
	case "":
	case "none":
		parts = append(parts, "no downtime")
	default:
		parts = append(parts, "downtime: "+strings.TrimSuffix(s.Remedy.Downtime, "."))
	}
	return append(parts, costs(s))
}

// how says it of a group, with what it costs in money where that is known.
func (r *Report) how(g group) []string {
	parts := how(g.first())
	if r.Money == nil || len(g.steps) > 1 {
		return parts
	}
	text := r.Money.OfStep(g.first())
	switch {
	case text == "":
		return parts
	case g.first().Cost == nil:
		parts = parts[:len(parts)-1]
	}
	return append(parts, text)
}

// costs says what a step costs relative to today.
func costs(s *harden.Step) string {
	switch {
	case s.Cost == nil:
		return "cost not known"
	case s.Cost.Factor == 1:
		return "costs nothing more"
	}
	text := "costs ×" + strconv.FormatFloat(s.Cost.Factor, 'f', -1, 64)
	if s.Cost.Estimate {
		text += " (estimate)"
	}
	return text
}

// gains says which capabilities outages of which scope take away no more.
func gains(steps []*harden.Step) string {
	var scopes []catalog.Scope
	by := map[catalog.Scope][]string{}
	for _, s := range steps {
		for _, l := range s.Gain {
			if !slices.Contains(scopes, l.Outage.Scope) {
				scopes = append(scopes, l.Outage.Scope)
			}
			word := strings.ReplaceAll(report.CapabilityWord(l.Capability), " ", "\u00a0")
			if !slices.Contains(by[l.Outage.Scope], word) {
				by[l.Outage.Scope] = append(by[l.Outage.Scope], word)
			}
		}
	}
	var parts []string
	for _, scope := range scopes {
		parts = append(parts, report.And(by[scope])+" when a "+string(scope)+" fails")
	}
	return strings.Join(parts, "; ")
}

// group is one remedy on the resources on which it does the same.
type group struct {
	steps []*harden.Step
}

func (g group) first() *harden.Step { return g.steps[0] }

func (g group) resources() []string {
	var out []string
	for _, s := range g.steps {
		out = append(out, report.ShortName(s.Resource))
	}
	return out
}

// rules lists the rules whose findings the steps mend.
func (g group) rules() []string {
	var out []string
	for _, s := range g.steps {
		for _, item := range s.Items {
			if id := item.Finding.Rule.ID; !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// notes lists what else is to be said of the items of the steps.
func (g group) notes() []string {
	var out []string
	for _, s := range g.steps {
		for _, item := range s.Items {
			for _, n := range item.Notes {
				if !slices.Contains(out, n) {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// groups puts steps that follow one another and do the same together.
func groups(steps []*harden.Step) []group {
	var out []group
	for _, s := range steps {
		if n := len(out); n > 0 {
			last := out[n-1].first()
			if last.Remedy == s.Remedy && last.Kind == s.Kind && last.Region == s.Region && costs(last) == costs(s) {
				out[n-1].steps = append(out[n-1].steps, s)
				continue
			}
		}
		out = append(out, group{[]*harden.Step{s}})
	}
	return out
}

// entry is what is left of findings of one rule for one reason.
type entry struct {
	items []*harden.Item
}

func (e entry) first() *harden.Item { return e.items[0] }

func (e entry) resources() []string {
	var out []string
	for _, i := range e.items {
		name := "the whole estate"
		if i.Finding.Resource != nil {
			name = report.ShortName(i.Finding.Resource)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// entries gathers what is left with an outcome, the worst first.
func (r *Report) entries(o harden.Outcome) []entry {
	var out []entry
	for _, item := range r.Plan.Items {
		if item.Outcome != o {
			continue
		}
		at := slices.IndexFunc(out, func(e entry) bool {
			f := e.first()
			return f.Finding.Rule == item.Finding.Rule && f.Why == item.Why && f.Instead == item.Instead && f.Follows == item.Follows && f.Finding.Severity == item.Finding.Severity
		})
		if at < 0 {
			out = append(out, entry{})
			at = len(out) - 1
		}
		out[at].items = append(out[at].items, item)
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		return report.SeverityRank(a.first().Finding.Severity) - report.SeverityRank(b.first().Finding.Severity)
	})
	return out
}

// left are the outcomes of what is not mended, in order.
var left = []harden.Outcome{harden.Withdrawn, harden.Recreate, harden.Decision, harden.Cannot, harden.ByHand}

// sentence begins a text with a capital letter.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func severity(s assess.Severity) string { return strings.ToUpper(string(s)) }

// Answer is what is told of the hardening in one line.
func (r *Report) Answer() string { return strings.TrimSpace(r.headline() + " " + r.others()) }
