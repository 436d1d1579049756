package cli

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"

	"github.com/holdfast-ml/holdfast/faulttree/simulation"
)

// yearFlags are the flags of commands that play years of failure and repair.
type yearFlags struct {
	years    int
	moreThan []string
	limits   []float64 // of moreThan, in hours
}

// addYears adds the flags.
func (f *yearFlags) addYears(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.IntVar(&f.years, "simulate", 0, "play this many years of failure and repair, and show how downtime spreads over years")
	fl.StringSliceVar(&f.moreThan, "more-than", []string{"1", "4", "8", "24"}, "with --simulate: hours of downtime a year whose probability is shown")
}

func (f *yearFlags) checkYears() error {
	if f.years != 0 && (f.years < 2 || f.years > simulation.MaxYears) {
		return usage("--simulate is %d: it must be between 2 and %d years", f.years, simulation.MaxYears)
	}
	f.limits = nil
	for _, text := range f.moreThan {
		x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || math.IsNaN(x) || x < 0 || x > simulation.Year {
			return usage("--more-than is %q: it must be hours between 0 and %g", text, simulation.Year)
		}
		f.limits = append(f.limits, x)
	}
	slices.Sort(f.limits)
	f.limits = slices.Compact(f.limits)
	return nil
}

// playedYears is the years of one capability or top event.
type playedYears struct {
	Name   string
	Exact  float64 // hours a year
	Result *simulation.Result
}

// yearsText writes a table of what the years were like, and what it is.
func yearsText(w io.Writer, rows []playedYears, limits []float64, seed uint64) {
	if len(rows) == 0 {
		return
	}
	name := 0
	for i := range rows {
		name = max(name, min(runewidth.StringWidth(rows[i].Name), 30))
	}
	fmt.Fprintf(w, "  %s years played (seed %d), hours a year\n", thousands(rows[0].Result.Years), seed)
	fmt.Fprintf(w, "  %-*s %6s %14s %6s %6s %6s %9s %6s\n", name, "", "exact", "mean ± s.e.", "p50", "p95", "p99", "longest:", "p95")
	for i := range rows {
		r := rows[i].Result
		label := runewidth.FillRight(runewidth.Truncate(rows[i].Name, 30, "…"), name)
		fmt.Fprintf(w, "  %s %6s %14s %6s %6s %6s %9s %6s\n", label, hours(rows[i].Exact), hours(r.Mean)+" ± "+hours(r.StdErr),
			hours(r.P50), hours(r.P95), hours(r.P99), hours(r.LongestOutage), hours(r.LongestQuantile(0.95)))
	}
	if len(limits) > 0 {
		fmt.Fprintf(w, "\n  %-*s", name, "down for more than")
		for _, x := range limits {
			fmt.Fprintf(w, " %13s", number(x)+" h")
		}
		fmt.Fprintln(w)
		for i := range rows {
			fmt.Fprintf(w, "  %s", runewidth.FillRight(runewidth.Truncate(rows[i].Name, 30, "…"), max(name, len("down for more than"))))
			for _, x := range limits {
				share, se := rows[i].Result.MoreThan(x)
				fmt.Fprintf(w, " %13s", fmt.Sprintf("%.1f ± %.1f %%", 100*share, 100*se))
			}
			fmt.Fprintln(w)
		}
	}
	fmt.Fprintln(w, "\n  p50, p95, p99: this share of the years is down for no longer. longest: the\n  longest single outage of all years, and the one that 95 % of years stay below.")
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// yearsDoc is the years in JSON reports.
type yearsDoc struct {
	Years            int            `json:"years"`
	Seed             uint64         `json:"seed"`
	MeanHours        float64        `json:"meanHoursAYear"`
	StdErr           float64        `json:"standardError"`
	ExactHours       float64        `json:"exactHoursAYear"`
	OutagesAYear     float64        `json:"outagesAYear"`
	P50              float64        `json:"p50Hours"`
	P95              float64        `json:"p95Hours"`
	P99              float64        `json:"p99Hours"`
	LongestOutage    float64        `json:"longestOutageHours"`
	LongestOfYearP50 float64        `json:"longestOfAYearP50Hours"`
	LongestOfYearP95 float64        `json:"longestOfAYearP95Hours"`
	LongestOfYearP99 float64        `json:"longestOfAYearP99Hours"`
	MoreThan         []yearsDocMore `json:"moreThan"`
}

type yearsDocMore struct {
	Hours       float64 `json:"hours"`
	Probability float64 `json:"probability"`
	StdErr      float64 `json:"standardError"`
}

func yearsJSON(p *playedYears, limits []float64, seed uint64) *yearsDoc {
	if p == nil || p.Result == nil {
		return nil
	}
	r := p.Result
	d := &yearsDoc{
		r.Years, seed, r.Mean, r.StdErr, p.Exact, r.Outages, r.P50, r.P95, r.P99, r.LongestOutage,
		r.LongestQuantile(0.5), r.LongestQuantile(0.95), r.LongestQuantile(0.99), []yearsDocMore{},
	}
	for _, x := range limits {
		share, se := r.MoreThan(x)
		d.MoreThan = append(d.MoreThan, yearsDocMore{x, share, se})
	}
	return d
}
