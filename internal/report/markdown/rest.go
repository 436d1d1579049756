package markdown

import (
	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// accepted lists what does not count because somebody said so: a summary that
// left it out would look better than the result is.
func (p *page) accepted(r *assess.Result) {
	m := &r.Summary
	known := report.InBaseline(m)
	if m.Suppressed+known+m.Expired == 0 {
		return
	}
	p.lines("## Accepted", "")
	shown, more := 0, 0
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Status != assess.Suppressed {
			continue
		}
		if shown == maxListed && !p.verbose {
			more++
			continue
		}
		shown++
		line := "- – " + esc(report.RuleTitle(f))
		if f.Resource != nil {
			line += " — " + esc(report.ResourceName(f.Resource))
		}
		p.lines(line + esc(because(f.Suppression)))
	}
	if more > 0 {
		p.lines("- and " + report.Count(more, "more finding", "more findings"))
	}
	if known > 0 {
		p.lines("- – " + report.Count(known, "finding stands", "findings stand") + " in the baseline and " + report.Plural(known, "does", "do") + " not count.")
	}
	if m.Expired > 0 {
		p.lines("- **!** " + report.Count(m.Expired, "exception has", "exceptions have") + " expired; what " + report.Plural(m.Expired, "it", "they") + " excused counts again.")
	}
	p.lines("")
}

// because is the reason of an exception, its last day and its owner.
func because(x *assess.Suppression) string {
	if x == nil {
		return ""
	}
	text := ": " + x.Reason
	if !x.Expires.IsZero() {
		text += ", until " + report.LastDay(x.Expires)
	}
	if x.Owner != "" {
		text += ", " + x.Owner
	}
	return text
}

// notes lists messages about the input, errors first.
func (p *page) notes(r *assess.Result) {
	if len(r.Notes) == 0 {
		return
	}
	p.lines("## Notes on the input", "")
	notes := report.NotesByWeight(r.Notes)
	shown := notes[:p.limit(len(notes), maxListed)]
	for _, n := range shown {
		line := "- **" + esc(n.Severity) + ":** " + esc(n.Message)
		if place := report.Place(n.Origin); place != "" {
			line += " (" + report.MarkdownCode(place) + ")"
		}
		if n.Hint != "" {
			line += " Hint: " + esc(n.Hint)
		}
		p.lines(line)
	}
	if n := len(notes) - len(shown); n > 0 {
		p.lines("- and " + report.Count(n, "more note", "more notes"))
	}
	p.lines("")
}
