package cli_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/holdfast-ml/holdfast/internal/cli"
)

func ran(t *testing.T, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	s := cli.Streams{In: strings.NewReader(""), Out: &out, Err: &said, Env: func(string) string { return "" }, Dir: filepath.Join("..", "..")}
	if code := cli.Run(t.Context(), args, s); code != 0 {
		t.Fatalf("%v: exit code %d: %s", args, code, said.String())
	}
	return out.String()
}

// Commands have lines of their own and may be longer; all else fits.
func TestImproveFitsEightyColumns(t *testing.T) {
	for _, args := range [][]string{
		{"examples/workspace", "--capability", "train", "-v"},
		{"examples/workspace", "--capability", "score-online", "--availability", "99.92"},
		{"examples/all-services", "--capability", "author", "--availability", "99.8", "-v"},
		{"examples/resilient", "--capability", "monitor", "--budget", "3"},
	} {
		text := ran(t, append([]string{"improve"}, args...)...)
		for line := range strings.Lines(text) {
			if n := runewidth.StringWidth(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("%v: %d columns: %s", args, n, line)
			}
		}
		if !strings.Contains(text, "What no change takes away") || !strings.Contains(text, "hours a year lost") {
			t.Errorf("%v: something is missing:\n%s", args, text)
		}
	}
}

type improved struct {
	SchemaVersion, Workspace, Capability, Answer, OtherRegion, Currency string
	WantedPercent, BudgetFactor                                         *float64
	Reached, ReachedByPair, Proven                                      bool
	Chosen                                                              *improvedStep
	TodayCost                                                           float64
	Assumptions                                                         []string
	Frontiers                                                           []improvedFrontier
}

type improvedFrontier struct {
	SecondWorkspace, Whole bool
	CombinationsEvaluated  int
	Today                  improvedStep
	Steps                  []improvedStep
	LeftAtTheEnd           []struct {
		What, Kind string
		HoursAYear float64
	}
	Blocked []struct {
		Remedy, Resource, Needs string
		Known                   bool
	}
}

type improvedStep struct {
	Percent, HoursAYear, ExtraCost float64
	CostFactor                     *float64
	ChangesOfUnknownPrice          int
	Changes                        []struct{ Remedy, Title, Resource, ID, Kind, Call, Downtime string }
}

func improvedOf(t *testing.T, args ...string) improved {
	t.Helper()
	var d improved
	if err := json.Unmarshal([]byte(ran(t, append(append([]string{"improve"}, args...), "-o", "json")...)), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// The JSON report is whole: both frontiers rise, and what is chosen is on one.
func TestImproveAsJSON(t *testing.T) {
	d := improvedOf(t, "examples/workspace", "--capability", "train", "--availability", "99.843", "--budget", "1.5")
	if d.SchemaVersion != "1.0" || d.Workspace != "demand-ml" || d.Capability != "train" || !d.Reached || !d.Proven || d.ReachedByPair || *d.WantedPercent != 99.843 || *d.BudgetFactor != 1.5 || d.OtherRegion != "northeurope" {
		t.Errorf("%+v", d)
	}
	if len(d.Frontiers) != 2 || d.Frontiers[0].SecondWorkspace || !d.Frontiers[1].SecondWorkspace || len(d.Assumptions) < 2 {
		t.Fatalf("%+v", d)
	}
	on := false
	for _, f := range d.Frontiers {
		for i, s := range f.Steps {
			if i > 0 && (s.Percent <= f.Steps[i-1].Percent || *s.CostFactor < *f.Steps[i-1].CostFactor) {
				t.Errorf("step %d does not rise: %+v after %+v", i, s, f.Steps[i-1])
			}
			if s.Percent < f.Today.Percent {
				t.Errorf("step %d is worse than today", i)
			}
			on = on || s.Percent == d.Chosen.Percent && *s.CostFactor == *d.Chosen.CostFactor
		}
		if !f.Whole || f.CombinationsEvaluated == 0 || len(f.LeftAtTheEnd) == 0 {
			t.Errorf("%+v", f)
		}
	}
	if !on || d.Chosen.Percent < 99.843 {
		t.Errorf("%+v is chosen", d.Chosen)
	}
	for _, c := range d.Chosen.Changes {
		if c.Remedy == "" || c.Resource == "" || !strings.HasPrefix(c.ID, "/subscriptions/") || c.Kind == "" {
			t.Errorf("a change says too little: %+v", c)
		}
	}
}

// Without anything that is wanted the frontiers are shown, and the last step.
func TestImproveWithoutAWish(t *testing.T) {
	d := improvedOf(t, "examples/workspace", "--capability", "author")
	if d.WantedPercent != nil || d.Chosen == nil || len(d.Chosen.Changes) != 1 || d.Chosen.Changes[0].Remedy != "storage-zrs" {
		t.Errorf("%+v", d.Chosen)
	}
}

// What cannot be had is named with what it needs.
func TestImproveSaysWhatStandsInTheWay(t *testing.T) {
	d := improvedOf(t, "examples/workspace/azuredeploy.json", "-p", "location=westus", "--capability", "author")
	i := slices.IndexFunc(d.Frontiers, func(f improvedFrontier) bool { return !f.SecondWorkspace })
	if !slices.ContainsFunc(d.Frontiers[i].Blocked, func(b struct {
		Remedy, Resource, Needs string
		Known                   bool
	}) bool {
		return b.Remedy == "storage-zrs" && b.Resource == "demandst7f3k" && b.Needs == "a region with availability zones" && b.Known
	}) {
		t.Errorf("a region without zones stands in the way of nothing: %+v", d.Frontiers[i].Blocked)
	}
	for _, b := range d.Frontiers[i].Blocked {
		if b.Remedy == "" || b.Resource == "" || b.Needs == "" {
			t.Errorf("%+v", b)
		}
	}
}

// The pages are whole, and say the same as the terminal.
func TestPagesOfFigures(t *testing.T) {
	for _, args := range [][]string{
		{"improve", "examples/workspace", "--capability", "train", "--availability", "99.843", "-o", "html"},
		{"availability", "examples/workspace", "--simulate", "200", "-o", "html"},
	} {
		page := ran(t, args...)
		for _, want := range []string{"<!doctype html>", "role=\"img\"", "<desc", "<caption>", "What this rests on"} {
			if !strings.Contains(page, want) {
				t.Errorf("%v: %q is missing", args, want)
			}
		}
		for _, bad := range []string{"NaN", "%!", "ZgotmplZ", "<script", "https://"} {
			if strings.Contains(page, bad) {
				t.Errorf("%v: the page has %q", args, bad)
			}
		}
		if page != ran(t, args...) {
			t.Errorf("%v: two runs differ", args)
		}
	}
}

func TestYearsAsJSON(t *testing.T) {
	var d struct {
		Capabilities []struct {
			Capability string
			Years      *struct {
				Years                                                 int
				Seed                                                  uint64
				MeanHoursAYear, StandardError, ExactHoursAYear        float64
				P50Hours, P95Hours, P99Hours, LongestOutageHours      float64
				LongestOfAYearP50Hours, LongestOfAYearP95Hours, Other float64
				MoreThan                                              []struct{ Hours, Probability, StandardError float64 }
			}
		}
	}
	if err := json.Unmarshal([]byte(ran(t, "availability", "examples/workspace", "--simulate", "3000", "--seed", "5", "--more-than", "10,2", "-o", "json")), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Capabilities) != 6 {
		t.Fatalf("%d capabilities", len(d.Capabilities))
	}
	for _, c := range d.Capabilities {
		y := c.Years
		if y == nil || y.Years != 3000 || y.Seed != 5 || y.P50Hours > y.P95Hours || y.P95Hours > y.P99Hours || y.LongestOfAYearP50Hours > y.LongestOfAYearP95Hours || y.LongestOfAYearP95Hours > y.LongestOutageHours {
			t.Fatalf("%s: %+v", c.Capability, y)
		}
		if d := y.MeanHoursAYear - y.ExactHoursAYear; d > 5*y.StandardError || d < -5*y.StandardError {
			t.Errorf("%s: %g h, exactly %g (standard error %g)", c.Capability, y.MeanHoursAYear, y.ExactHoursAYear, y.StandardError)
		}
		if len(y.MoreThan) != 2 || y.MoreThan[0].Hours != 2 || y.MoreThan[0].Probability < y.MoreThan[1].Probability {
			t.Errorf("%s: %+v", c.Capability, y.MoreThan)
		}
	}
}
