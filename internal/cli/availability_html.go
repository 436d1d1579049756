package cli

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/report/html"
)

// shownWorkspaces bounds the plots of a page.
const shownWorkspaces = 40

// page is the report as a page of figures.
func (r *availabilityReport) page() *html.Figures {
	f := &html.Figures{Title: "Availability", Summary: "Expected: how often things fail and for how long; contractual: published service level agreements, multiplied. The two are never mixed."}
	count := 0
	for from := 0; from < len(r.rows); {
		to := from + 1
		for to < len(r.rows) && r.rows[to].Workspace == r.rows[from].Workspace {
			to++
		}
		if count < shownWorkspaces {
			f.Sections = append(f.Sections, r.sections(count, r.rows[from:to])...)
		}
		count++
		from = to
	}
	f.Sentence = r.sentence()
	if count > shownWorkspaces {
		f.Notes = append(f.Notes, fmt.Sprintf("The first %d of %d workspaces are shown; -o json has all.", shownWorkspaces, count))
	}
	for _, x := range r.a.Used() {
		f.Notes = append(f.Notes, fmt.Sprintf("%s: %s: %s [%s]", x.ID, x.Title, sayRate(x), sayOrigin(x)))
	}
	return f
}

// sentence names what is least available.
func (r *availabilityReport) sentence() string {
	if len(r.rows) == 0 {
		return "Nothing was asked for."
	}
	worst := &r.rows[0]
	for i := range r.rows {
		if r.rows[i].Expected.Worst < worst.Expected.Worst {
			worst = &r.rows[i]
		}
	}
	return fmt.Sprintf("Least available is %s of %s: %s, %s hours a year.", worst.Capability, worst.Workspace.Name, percentage(worst.Expected.Worst), hours(availability.Hours(worst.Expected.Worst)))
}

// sections are the plot of a workspace, what takes its least available capability
// away, and its years.
func (r *availabilityReport) sections(n int, rows []availabilityRow) []html.Section {
	id := fmt.Sprintf("w%d", n)
	name := rows[0].Workspace.Name
	var ranges []html.Range
	table := html.Table{Caption: "Hours a year in which each capability is lost.", Head: []string{"capability", "contractual", "expected", "5 to 95 %", "hours a year", "one year in 20"}}
	worst := &rows[0]
	for i := range rows {
		x := &rows[i]
		h := func(share float64) float64 { return availability.Hours(share) }
		ranges = append(ranges, html.Range{Name: string(x.Capability), Low: h(x.Expected.High), Value: h(x.Expected.Worst), High: h(x.Expected.Low), Other: h(x.Contractual.Worst)})
		table.Rows = append(table.Rows, []string{string(x.Capability), percentage(x.Contractual.Worst), percentage(x.Expected.Worst), trimmed(x.Expected.Low) + " to " + trimmed(x.Expected.High), hours(h(x.Expected.Worst)), hours(x.worst)})
		if x.Expected.Worst < worst.Expected.Worst {
			worst = x
		}
	}
	out := []html.Section{{
		ID: id, Title: name, Lead: "Hours a year that each capability is lost: to the left is better. The line is what the uncertain rates allow, from the 5th to the 95th percentile.",
		Plot:  html.Ranges("Hours a year that each capability of "+name+" is lost", "hours a year (logarithmic)", "expected", "contractual: what SLAs allow", ranges),
		Table: table,
	}}
	causes := html.Section{ID: id + "-why", Title: "What takes " + string(worst.Capability) + " of " + name + " away", Table: html.Table{Caption: "Contributors, the greatest first; alone: a single point of failure.", Head: []string{"what fails", "hours a year", "times a year", "alone"}}}
	for _, s := range worst.shares[:min(len(worst.shares), 20)] {
		alone := ""
		if s.Alone {
			alone = "yes"
		}
		causes.Table.Rows = append(causes.Table.Rows, []string{sayBasic(s.Basic), hours(s.Hours), number(s.PerYear), alone})
	}
	if s := r.a.Sensitivities(worst.Row); len(s) > 0 && s[0].Hours > 0 {
		var parts []string
		for _, one := range s[:min(3, len(s))] {
			parts = append(parts, fmt.Sprintf("%s %+.1f h", one.Rate.ID, one.Hours))
		}
		causes.Notes = append(causes.Notes, "Sensitivity: with the rate doubled, "+strings.Join(parts, ", ")+" a year.")
	}
	out = append(out, causes)
	if years := r.yearsTable(rows); len(years.Rows) > 0 {
		out = append(out, html.Section{ID: id + "-years", Title: "Years of " + name, Lead: "How downtime spreads over years that were played.", Table: years})
	}
	return out
}

func (r *availabilityReport) yearsTable(rows []availabilityRow) html.Table {
	t := html.Table{Head: []string{"capability", "mean", "standard error", "p50", "p95", "p99", "longest outage", "longest of a year, p95"}}
	for _, x := range r.limits {
		t.Head = append(t.Head, "more than "+number(x)+" h")
	}
	for i := range rows {
		p := rows[i].years
		if p == nil {
			continue
		}
		t.Caption = fmt.Sprintf("Hours a year, from %s years played with seed %d.", thousands(p.Result.Years), r.seed)
		line := []string{p.Name, hours(p.Result.Mean), hours(p.Result.StdErr), hours(p.Result.P50), hours(p.Result.P95), hours(p.Result.P99), hours(p.Result.LongestOutage), hours(p.Result.LongestQuantile(0.95))}
		for _, x := range r.limits {
			share, se := p.Result.MoreThan(x)
			line = append(line, fmt.Sprintf("%.1f ± %.1f %%", 100*share, 100*se))
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}
