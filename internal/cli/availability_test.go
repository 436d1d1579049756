package cli_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/holdfast-ml/holdfast/internal/cli"
)

func availabilityOf(t *testing.T, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	s := cli.Streams{In: strings.NewReader(""), Out: &out, Err: &said, Env: func(string) string { return "" }, Dir: filepath.Join("..", "..")}
	if code := cli.Run(t.Context(), append([]string{"availability"}, args...), s); code != 0 {
		t.Fatalf("exit code %d: %s", code, said.String())
	}
	return out.String()
}

func TestAvailabilityFitsEightyColumns(t *testing.T) {
	for _, example := range []string{"examples/workspace", "examples/all-services"} {
		text := availabilityOf(t, example, "-v")
		for line := range strings.Lines(text) {
			if n := runewidth.StringWidth(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("%s: %d columns: %s", example, n, line)
			}
		}
		for _, c := range []string{"author", "train", "score-online", "score-batch", "register", "monitor"} {
			if !strings.Contains(text, "What takes "+c+" away") {
				t.Errorf("%s: nothing is said of %s", example, c)
			}
		}
	}
}

// The JSON report is whole: every capability has both readings, and every rate
// that it rests on says where it is from.
func TestAvailabilityAsJSON(t *testing.T) {
	var d struct {
		SchemaVersion string
		Capabilities  []struct {
			Capability  string
			Contractual struct{ PercentAtBest, PercentAtWorst float64 }
			Expected    struct{ PercentAtBest, PercentAtWorst, Percent5, Percent95, HoursAYear, OneYearInTwentyHours float64 }
			Sensitivity []struct{ MoreHoursAYearWhenDoubled float64 }
		}
		Rates []struct {
			ID       string
			Estimate bool
			Sources  []string
		}
		Sources []struct{ Key string }
	}
	text := availabilityOf(t, "examples/workspace", "-o", "json")
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	if d.SchemaVersion != "1.0" || len(d.Capabilities) != 6 || len(d.Sources) == 0 {
		t.Fatalf("schema %q, %d capabilities, %d sources", d.SchemaVersion, len(d.Capabilities), len(d.Sources))
	}
	for _, c := range d.Capabilities {
		e := c.Expected
		if c.Contractual.PercentAtWorst > c.Contractual.PercentAtBest || e.PercentAtWorst > e.PercentAtBest || e.Percent5 > e.Percent95 || e.OneYearInTwentyHours < e.HoursAYear {
			t.Errorf("%s: %+v", c.Capability, c)
		}
		if len(c.Sensitivity) == 0 {
			t.Errorf("%s: no sensitivity", c.Capability)
		}
	}
	for _, r := range d.Rates {
		if !r.Estimate || len(r.Sources) == 0 {
			t.Errorf("the rate %s: estimate %v, sources %v", r.ID, r.Estimate, r.Sources)
		}
	}
	if again := availabilityOf(t, "examples/workspace", "-o", "json"); again != text {
		t.Error("two runs differ")
	}
}
