package cli

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/improve"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// shownSteps bounds the steps of a frontier in text, unless all is asked for.
const shownSteps = 12

// text writes the report for people.
func (v *improveReport) text(out io.Writer, width int, all bool) error {
	w := &availabilityText{Writer: bufio.NewWriter(out), width: min(width, 100)}
	w.wrapped("", "  ", v.sentence())
	if v.share > 0 && v.budget > 0 && v.within != nil && v.shown == v.within {
		w.wrapped("", "  ", fmt.Sprintf("Within %s times today's cost %s is the most.", number(v.budget), percentage(v.within.Available)))
	}
	if v.budget > 0 && v.within == nil {
		w.wrapped("", "  ", fmt.Sprintf("Nothing stays within %s times today's cost.", number(v.budget)))
	}
	w.line("")
	v.changes(w)
	w.line("Cost and availability of %s, step by step", v.Capability)
	w.line("")
	w.line("  %-5s %9s %-13s %11s %8s %8s", "", "cost", "", "available", "h/year", "gained")
	w.line("  %-5s %9s %-13s %11s %8s", "now", "1.000", "", percentage(v.Alone.Today.Available), hours(availability.Hours(v.Alone.Today.Available)))
	v.frontier(w, v.Alone, "one", all)
	if v.WithPair != nil {
		v.frontier(w, v.WithPair, "pair", all)
	}
	w.line("")
	v.plot(w)
	v.rest(w)
	for _, text := range v.assumptions() {
		w.wrapped("", "  ", text)
	}
	return w.Flush()
}

// changes lists what to do, in order.
func (v *improveReport) changes(w *availabilityText) {
	if v.shown == nil || len(v.shown.Changes) == 0 {
		return
	}
	w.line("What to do (%s)", report.Count(len(v.shown.Changes), "change", "changes"))
	for i, c := range v.shown.Changes {
		text := fmt.Sprintf("%s: %s (%s; %s)", v.target(c), v.change(c), c.Remedy.ID, how(c.Remedy))
		if c.Remedy.Forever != "" {
			text += ". For ever: " + strings.TrimSuffix(c.Remedy.Forever, ".")
		}
		w.wrapped(fmt.Sprintf("  %d. ", i+1), "     ", text)
		if c.Remedy.Change.Call != "" {
			w.wrapped("     $ ", "       ", c.Remedy.Change.Call)
		}
	}
	if len(v.spare) > 0 {
		var names []string
		for _, c := range v.spare {
			names = append(names, c.Remedy.ID+" of "+v.target(c))
		}
		w.wrapped("  ", "  ", "Not needed for the figure, but at no cost: "+strings.Join(names, ", ")+".")
	}
	w.line("")
}

func (v *improveReport) frontier(w *availabilityText, f *improve.Frontier, name string, all bool) {
	steps := f.Steps
	if len(steps) == 0 {
		steps = []improve.Step{f.Today}
	}
	hidden := 0
	for i, s := range steps {
		if !all && len(steps) > shownSteps && i >= shownSteps-1 && i < len(steps)-1 {
			hidden++
			continue
		}
		if hidden > 0 {
			w.line("        ... %d more (-v shows all)", hidden)
			hidden = 0
		}
		mark := " "
		if v.shown != nil && s.Available == v.shown.Available && s.Cost == v.shown.Cost {
			mark = ">"
		}
		unknown := ""
		if s.Cost.Unknown > 0 {
			unknown = fmt.Sprintf("+ %d unknown", s.Cost.Unknown)
		}
		cost := "-"
		if !math.IsNaN(s.Factor) {
			cost = fmt.Sprintf("%.3f", s.Factor)
		}
		w.line("%s %-5s %9s %-13s %11s %8s %8s", mark, name, cost, unknown, percentage(s.Available), hours(availability.Hours(s.Available)), fmt.Sprintf("%+.2f", v.gained(s)))
		if all {
			var ids []string
			for _, c := range s.Changes {
				ids = append(ids, c.Remedy.ID+" of "+v.target(c))
			}
			w.wrapped("          ", "          ", strings.Join(ids, ", "))
		}
	}
}

// rest says what is left, and what stood in the way.
func (v *improveReport) rest(w *availabilityText) {
	last := v.Alone
	if v.WithPair != nil && (v.shown == &v.paired.Step || !v.alone.Found) {
		last = v.WithPair
	}
	if len(last.Left) > 0 {
		var parts []string
		for _, l := range last.Left[:min(4, len(last.Left))] {
			parts = append(parts, fmt.Sprintf("%s %s h", sayBasic(l.Basic), hours(l.Hours)))
		}
		w.wrapped("", "  ", "What no change takes away "+v.which(last)+", hours a year: "+strings.Join(parts, ", ")+".")
	}
	seen := map[string]bool{}
	shown := 0
	for _, b := range v.Alone.Blocked {
		words := "cannot be had: it needs "
		if b.Open {
			words = "may be had: it is not known whether there is "
		}
		line := fmt.Sprintf("%s of %s %s%s.", b.Remedy.ID, v.target(b.Change), words, b.Needs)
		if seen[line] || shown >= 8 {
			continue
		}
		seen[line] = true
		shown++
		w.wrapped("", "  ", line)
	}
}

// The size of the plot, in characters.
const (
	plotColumns = 58
	plotRows    = 12
)

// plot draws both frontiers: what is lost over what it costs.
func (v *improveReport) plot(w *availabilityText) {
	type dot struct {
		x, y float64
		mark rune
	}
	var dots []dot
	for _, f := range []struct {
		f    *improve.Frontier
		mark rune
	}{{v.WithPair, '■'}, {v.Alone, '●'}} {
		if f.f == nil {
			continue
		}
		for _, s := range append([]improve.Step{f.f.Today}, f.f.Steps...) {
			if !math.IsNaN(s.Factor) {
				dots = append(dots, dot{s.Factor, availability.Hours(s.Available), f.mark})
			}
		}
	}
	if len(dots) == 0 {
		return
	}
	lowX, highX, lowY, highY := dots[0].x, dots[0].x, 0.0, 0.0
	for _, d := range dots {
		lowX, highX, highY = min(lowX, d.x), max(highX, d.x), max(highY, d.y)
	}
	wanted := availability.Hours(v.share)
	if v.share > 0 && wanted < highY*1.5 {
		highY = max(highY, wanted)
	}
	if highX-lowX < 0.01 {
		lowX, highX = lowX-0.05, highX+0.05
	}
	columns := min(plotColumns, w.width-14)
	grid := make([][]rune, plotRows)
	for i := range grid {
		grid[i] = []rune(strings.Repeat(" ", columns))
	}
	row := func(y float64) int { return plotRows - 1 - int(math.Round((y-lowY)/(highY-lowY)*(plotRows-1))) }
	if v.share > 0 && wanted <= highY {
		for i := range grid[row(wanted)] {
			grid[row(wanted)][i] = '┄'
		}
	}
	for _, d := range dots {
		grid[row(d.y)][int(math.Round((d.x-lowX)/(highX-lowX)*float64(columns-1)))] = d.mark
	}
	w.line("  hours a year lost")
	for i, line := range grid {
		label := ""
		if i%4 == 0 || i == plotRows-1 {
			label = hours(highY - float64(i)/(plotRows-1)*(highY-lowY))
		}
		w.line("  %6s │%s", label, strings.TrimRight(string(line), " "))
	}
	w.line("         └%s", strings.Repeat("─", columns))
	left, right := factor(lowX), factor(highX)
	w.line("          %s%s", runewidth.FillRight(left, columns-len(right)), right)
	legend := "times today's cost · ● without a second workspace"
	if v.WithPair != nil {
		legend += " · ■ with one"
	}
	if v.share > 0 && wanted <= highY {
		legend += " · ┄ wanted"
	}
	w.wrapped("  ", "  ", legend)
	w.line("")
}
