package cli

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/holdfast-ml/holdfast/internal/availability"
)

// number writes a figure with at most three digits that matter.
func number(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

// percentage writes a share of the time with as many digits as tell it from 100.
func percentage(share float64) string {
	switch lost := 1 - share; {
	case lost <= 0:
		return "100 %"
	case lost < 0.0001:
		return strconv.FormatFloat(100*share, 'f', 5, 64) + " %"
	}
	return strconv.FormatFloat(100*share, 'f', 3, 64) + " %"
}

// hours writes a length of time in hours.
func hours(h float64) string {
	switch {
	case h >= 99.95:
		return strconv.FormatFloat(h, 'f', 0, 64)
	case h >= 0.095 || h == 0:
		return strconv.FormatFloat(h, 'f', 1, 64)
	}
	return strconv.FormatFloat(h, 'f', 2, 64)
}

const shownRows = 60 // beyond it a report in text shows the least available ones

// text writes the report for people.
func (r *availabilityReport) text(out io.Writer, width int, all bool) error {
	w := &availabilityText{Writer: bufio.NewWriter(out), width: min(width, 100)}
	rows := r.rows
	if len(rows) > shownRows && !all {
		rows = slices.Clone(rows)
		slices.SortStableFunc(rows, func(a, b availabilityRow) int { return cmp.Compare(a.Expected.Worst, b.Expected.Worst) })
		rows = rows[:shownRows]
		w.line("The %d least available of %d capabilities; -v shows all, -o json too.\n", shownRows, len(r.rows))
	}
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].Workspace == rows[from].Workspace {
			to++
		}
		r.workspace(w, rows[from:to], all)
		from = to
	}
	if len(rows) > 0 {
		r.assumptions(w, rows)
	}
	return w.Flush()
}

type availabilityText struct {
	*bufio.Writer
	width int
}

func (w *availabilityText) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// wrapped writes words within the width, the lines after the first one indented.
func (w *availabilityText) wrapped(first, indent, text string) {
	line := first
	for _, word := range strings.Fields(text) {
		if line != first && line != indent && runewidth.StringWidth(line)+1+runewidth.StringWidth(word) > w.width {
			w.line("%s", strings.TrimRight(line, " "))
			line = indent
		}
		if line != first && line != indent {
			line += " "
		}
		line += word
	}
	w.line("%s", strings.TrimRight(line, " "))
}

func (r *availabilityReport) workspace(w *availabilityText, rows []availabilityRow, all bool) {
	ws := rows[0].Workspace
	where := ""
	if ws.Location != "" && !strings.Contains(ws.Location, "{") {
		where = " in " + ws.Location
	}
	w.wrapped("", "  ", "Availability of "+ws.Name+where)
	w.line("")
	w.line("  %-12s %11s  %10s  %-17s %6s %7s", "", "contractual", "expected", "5 to 95 %", "h/year", "1 in 20")
	worst := &rows[0]
	open := false
	for i := range rows {
		x := &rows[i]
		mark := " "
		if x.Expected.Best != x.Expected.Worst {
			mark, open = "*", true
		}
		w.line("  %-12s %11s %s%10s  %-17s %6s %7s", x.Capability, percentage(x.Contractual.Worst), mark, percentage(x.Expected.Worst),
			trimmed(x.Expected.Low)+" to "+trimmed(x.Expected.High), hours(availability.Hours(x.Expected.Worst)), hours(x.worst))
		if x.Expected.Worst < worst.Expected.Worst {
			worst = x
		}
	}
	w.line("")
	w.wrapped("  ", "  ", "contractual: published SLAs multiplied; expected: from rates. Hours are those in which the capability is lost; one year in 20 is worse than the last column.")
	if open {
		w.wrapped("  * ", "    ", "at worst; settings are not known. At best: "+r.best(rows))
	}
	w.line("")
	var played []playedYears
	for i := range rows {
		if rows[i].years != nil {
			played = append(played, *rows[i].years)
		}
	}
	if len(played) > 0 {
		yearsText(w, played, r.limits, r.seed)
		w.line("")
	}
	for i := range rows {
		if x := &rows[i]; all || x == worst {
			r.why(w, x)
		}
	}
}

func trimmed(share float64) string { return strings.TrimSuffix(percentage(share), " %") }

func (r *availabilityReport) best(rows []availabilityRow) string {
	var parts, unknowns []string
	for i := range rows {
		x := &rows[i]
		if x.Expected.Best == x.Expected.Worst {
			continue
		}
		parts = append(parts, string(x.Capability)+" "+percentage(x.Expected.Best))
		for _, u := range r.a.Unknowns(x.Row) {
			if !slices.Contains(unknowns, u) {
				unknowns = append(unknowns, u)
			}
		}
	}
	text := strings.Join(parts, ", ") + "."
	if len(unknowns) > 0 {
		more := ""
		if len(unknowns) > 3 {
			more = fmt.Sprintf("; and %d more", len(unknowns)-3)
		}
		for i, u := range unknowns {
			unknowns[i] = strings.TrimSuffix(u, ".")
		}
		text += " It depends on " + strings.Join(unknowns[:min(3, len(unknowns))], "; ") + more + "."
	}
	return text
}

// why shows what takes a capability away.
func (r *availabilityReport) why(w *availabilityText, x *availabilityRow) {
	w.line("  What takes %s away, hours a year", x.Capability)
	shares := x.shares[:min(len(x.shares), 8)]
	name := 0
	for _, s := range shares {
		name = max(name, runewidth.StringWidth(sayBasic(s.Basic)))
	}
	name = min(name, 40)
	for _, s := range shares {
		bar := strings.Repeat("█", max(1, int(s.Hours/shares[0].Hours*float64(w.width-name-16))))
		w.line("    %s %6s %s", runewidth.FillRight(runewidth.Truncate(sayBasic(s.Basic), name, "…"), name), hours(s.Hours), bar)
	}
	if rest := len(x.shares) - len(shares); rest > 0 {
		w.line("    and %d more", rest)
	}
	if wanted := r.wanted(x); wanted > 0 {
		w.wrapped("  ", "    ", fmt.Sprintf("Of it %s h a year in outages that the target %q wants survived.", hours(wanted), r.target.Name))
	}
	if h := availability.Hours(x.Whole.Worst); h > availability.Hours(x.Expected.Worst)*1.005 {
		w.wrapped("  ", "    ", fmt.Sprintf("Lost or degraded: %s h a year (%s).", hours(h), percentage(x.Whole.Worst)))
	}
	if alone := x.alone(); len(alone) > 0 {
		more := ""
		if len(alone) > 10 {
			more = fmt.Sprintf(" and %d more", len(alone)-10)
		}
		w.wrapped("  ", "    ", fmt.Sprintf("Single points of failure (%d): %s%s.", len(alone), strings.Join(alone[:min(10, len(alone))], ", "), more))
	}
	if none := r.a.Unpromised(x.Row); len(none) > 0 {
		w.wrapped("  ", "    ", "No SLA is published for "+strings.Join(none, ", ")+": the contractual figure leaves them out.")
	}
	if x.builtIn != nil {
		now, was := availability.Hours(x.Expected.Worst), availability.Hours(*x.builtIn)
		w.wrapped("  ", "    ", fmt.Sprintf("With the built-in rates instead of %s: %s, %s h a year; yours change it by %+.1f h.", r.rates, percentage(*x.builtIn), hours(was), now-was))
	}
	if s := r.a.Sensitivities(x.Row); len(s) > 0 && s[0].Hours > 0 {
		var parts []string
		for _, one := range s[:min(3, len(s))] {
			if one.Hours > 0 {
				parts = append(parts, fmt.Sprintf("%s %+.1f h", one.Rate.ID, one.Hours))
			}
		}
		w.wrapped("  ", "    ", "Sensitivity: with the rate doubled, "+strings.Join(parts, ", ")+" a year.")
	}
	w.line("")
}

// assumptions names the rates and where they are from.
func (r *availabilityReport) assumptions(w *availabilityText, rows []availabilityRow) {
	w.line("What the expected figures rest on (--rates FILE replaces it)")
	keys := map[string]bool{}
	var origins []availability.Origin
	for _, x := range r.a.Used() {
		w.wrapped("  ", "    ", fmt.Sprintf("%s: %s: %s [%s]", x.ID, x.Title, sayRate(x), sayOrigin(x)))
		for _, key := range x.Sources {
			if o, ok := r.a.Rates.Origin(key); ok && !keys[key] && x.File == "" {
				keys[key] = true
				origins = append(origins, o)
			}
		}
	}
	w.line("")
	for _, o := range origins {
		w.wrapped("  ["+o.Key+"] ", "    ", o.Title+", "+o.Date)
	}
}
