package text

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// Markdown writes the report for pull requests and job pages.
func Markdown(out io.Writer, r *Report, opt Options) error {
	w := bufio.NewWriter(out)
	esc := report.EscapeMarkdown
	fmt.Fprintf(w, "# Hardening for target %s\n\n**%s**\n", esc(r.Plan.Before.Target.Name), esc(r.headline()))
	if rest := r.others(); rest != "" {
		fmt.Fprintf(w, "\n%s\n", esc(rest))
	}
	services := report.IndexServices(r.Plan.Catalog)
	for _, g := range r.gainsOf() {
		rows, _ := g.shown()
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n## What outages take away from %s, before → after\n\n| outage |", esc(report.ShortName(g.Workspace)))
		for _, c := range catalog.Capabilities {
			fmt.Fprintf(w, " %s |", report.CapabilityWord(c))
		}
		fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(catalog.Capabilities)))
		for _, line := range rows {
			fmt.Fprintf(w, "| %s |", esc(report.OutageGroup(line.Outages[0])+": "+report.OutagesName(line.Outages, services)))
			for i := range line.Before {
				cell := report.EffectGlyph(line.Before[i]) + " " + report.EffectWord(line.Before[i])
				if line.Before[i] != line.After[i] {
					cell += " → " + report.EffectGlyph(line.After[i]) + " " + report.EffectWord(line.After[i])
				}
				fmt.Fprintf(w, " %s |", cell)
			}
			fmt.Fprintln(w)
		}
	}
	if len(r.Steps) > 0 {
		fmt.Fprintf(w, "\n## Steps, in order\n\n| # | what | where | how | mends |\n|---|---|---|---|---|\n")
		for i, g := range groups(r.Steps) {
			first := g.first()
			parts := r.how(g)
			if first.Remedy.Forever != "" {
				parts = append(parts, "for ever: "+first.Remedy.Forever)
			}
			fmt.Fprintf(w, "| %d | %s | %s | %s | %s |\n", i+1, esc(first.Remedy.Title), esc(strings.Join(g.resources(), ", ")), esc(strings.Join(parts, " · ")), esc(strings.Join(g.rules(), ", ")))
		}
	}
	if len(r.Files) > 0 {
		fmt.Fprintf(w, "\n## Files\n\n")
		for _, f := range r.Files {
			fmt.Fprintf(w, "- %s: +%d -%d lines in %s\n", report.MarkdownCode(f.Name), f.Added, f.Removed, report.Count(f.Places, "place", "places"))
		}
	}
	for _, o := range left {
		r.markdownLeft(w, o)
	}
	if opt.Exit.Meaning != "" {
		fmt.Fprintf(w, "\nExit code %d: %s.\n", opt.Exit.Code, esc(opt.Exit.Meaning))
	}
	return w.Flush()
}

func (r *Report) markdownLeft(w io.Writer, o harden.Outcome) {
	list := r.entries(o)
	if len(list) == 0 {
		return
	}
	esc := report.EscapeMarkdown
	fmt.Fprintf(w, "\n## %s\n\n", outcomeTitle(o))
	for _, e := range list {
		first := e.first()
		fmt.Fprintf(w, "- **%s %s** (%s)", severity(first.Finding.Severity), esc(report.RuleTitle(first.Finding)), esc(strings.Join(e.resources(), ", ")))
		for _, text := range append([]string{first.Why, first.Instead}, first.Notes...) {
			if text != "" {
				fmt.Fprintf(w, "<br>%s", esc(text))
			}
		}
		fmt.Fprintln(w)
	}
}
