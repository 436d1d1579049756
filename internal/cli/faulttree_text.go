package cli

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"math/big"
	"slices"
	"strings"

	runewidth "github.com/mattn/go-runewidth"

	"github.com/holdfast-ml/holdfast/faulttree"
)

// rankedEvent is an event's importance and how many minimal cut sets have it.
type rankedEvent struct {
	faulttree.Importance
	cutSets *big.Int
}

// rankedImportance sorts by criticality, the most critical first.
func rankedImportance(t *treeTop) []rankedEvent {
	if t.Importance == nil {
		return nil
	}
	occurrences := t.CutSets.Occurrences()
	rows := make([]rankedEvent, len(t.Importance))
	for v, i := range t.Importance {
		rows[v] = rankedEvent{i, occurrences[v]}
	}
	slices.SortStableFunc(rows, func(a, b rankedEvent) int {
		return cmp.Or(cmp.Compare(b.Criticality, a.Criticality), cmp.Compare(a.Event.Name, b.Event.Name))
	})
	return rows
}

// treeText writes the report for people.
func treeText(w io.Writer, r *treeResult, width int) error {
	var b strings.Builder
	for i := range r.Tops {
		if i > 0 {
			b.WriteString("\n")
		}
		topText(&b, r, &r.Tops[i], width)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func topText(b *strings.Builder, r *treeResult, t *treeTop, width int) {
	fmt.Fprintf(b, "Top event %s (%s)\n", harmless(t.Top.Name), harmless(t.Top.Place.String()))
	if t.Top.Label != "" {
		fmt.Fprintf(b, "%s\n", harmless(t.Top.Label))
	}
	fmt.Fprintf(b, "\n  probability       %s, mission %g h\n", digits(t.Probability), r.Mission)
	fmt.Fprintf(b, "  basic events      %d\n", len(t.Events))
	fmt.Fprintf(b, "  minimal cut sets  %s%s\n", grouped(t.CutSets.Count()), byOrder(t.CutSets.Orders(), width-20))
	if !t.Coherent {
		b.WriteString("  The tree is not coherent: a cut set names what must fail, while nothing else\n  does; the probability and the importance are exact all the same.\n")
	}
	if len(t.Probable) > 0 {
		fmt.Fprintf(b, "\nThe %s\n\n  probability   share of top  events\n", mostProbable(len(t.Probable), t.CutSets.Count()))
		for _, s := range t.Probable {
			fmt.Fprintf(b, "  %-12s  %12s  %s\n", digits(s.Probability), percent(s.Probability/t.Probability), hanging(eventNames(s.Events), 30, width))
		}
	}
	importanceText(b, rankedImportance(t))
	if t.Years != nil {
		b.WriteString("\n")
		yearsText(b, []playedYears{*t.Years}, r.Limits, r.Seed)
		fmt.Fprintf(b, "  Each basic event is taken to be repaired in %g h on average (--repair).\n", r.Repair)
	}
	if u := t.Uncertainty; u != nil {
		fmt.Fprintf(b, "\nUncertainty (%d samples, seed %d)\n\n", u.Samples, r.Seed)
		fmt.Fprintf(b, "  mean  %s ± %s (standard error)\n", digits(u.Mean), digits(u.StdErr))
		fmt.Fprintf(b, "  5 %%   %s\n  50 %%  %s\n  95 %%  %s\n", digits(u.P5), digits(u.P50), digits(u.P95))
		if u.Cut > 0 {
			fmt.Fprintf(b, "  %d probabilities were drawn outside of 0 to 1, and cut to it.\n", u.Cut)
		}
	}
}

func mostProbable(shown int, all *big.Int) string {
	switch {
	case all.IsInt64() && all.Int64() == int64(shown) && shown == 1:
		return "minimal cut set"
	case all.IsInt64() && all.Int64() == int64(shown):
		return fmt.Sprintf("%d minimal cut sets", shown)
	case shown == 1:
		return "most probable one"
	}
	return fmt.Sprintf("%d most probable ones", shown)
}

func importanceText(b *strings.Builder, rows []rankedEvent) {
	if len(rows) == 0 {
		return
	}
	wide := len("event")
	for _, i := range rows {
		wide = max(wide, runewidth.StringWidth(harmless(i.Event.Name)))
	}
	wide = min(wide, 40)
	fmt.Fprintf(b, "\nImportance, the most critical first\n\n  %-*s  %9s  %9s  %8s  %8s  %8s  %8s\n", wide, "event", "prob.", "Birnbaum", "critical", "Fus.-V.", "RAW", "RRW")
	for _, i := range rows {
		name := runewidth.FillRight(runewidth.Truncate(harmless(i.Event.Name), wide, "..."), wide)
		fmt.Fprintf(b, "  %s  %9s  %9s  %8s  %8s  %8s  %8s\n", name, short(i.Event.Probability), short(i.Birnbaum), percent(i.Criticality), percent(i.FussellVesely), short(i.RAW), short(i.RRW))
	}
}

// digits is a number with as many digits as people compare.
func digits(v float64) string { return fmt.Sprintf("%.6g", v) }

// short is a number for a narrow column.
func short(v float64) string {
	switch {
	case math.IsNaN(v):
		return "-"
	case math.IsInf(v, 1):
		return "infinite"
	}
	return fmt.Sprintf("%.3g", v)
}

func percent(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "-"
	}
	return fmt.Sprintf("%.3g %%", 100*v)
}

// grouped writes a count with its thousands apart.
func grouped(n *big.Int) string {
	s := n.String()
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// byOrder says how many sets have how many events, as far as there is room.
func byOrder(counts []*big.Int, room int) string {
	var parts []string
	for n, c := range counts {
		if c.Sign() > 0 {
			parts = append(parts, fmt.Sprintf("%s of %d", grouped(c), n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	s := " (by events: " + strings.Join(parts, ", ") + ")"
	for keep := len(parts) - 1; len(s) > room && keep > 0; keep-- {
		s = " (by events: " + strings.Join(parts[:keep], ", ") + ", ...)"
	}
	return s
}

// hanging writes names into lines that start at a column.
func hanging(names []string, column, width int) string {
	if len(names) == 0 {
		return "(nothing has to fail)"
	}
	var b strings.Builder
	at := column
	for i, n := range names {
		n = harmless(n)
		w := runewidth.StringWidth(n)
		if i > 0 {
			if at+2+w > width {
				b.WriteString(",\n" + strings.Repeat(" ", column))
				at = column
			} else {
				b.WriteString(", ")
				at += 2
			}
		}
		b.WriteString(n)
		at += w
	}
	return b.String()
}
