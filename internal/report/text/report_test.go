package text_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"github.com/holdfast-ml/holdfast/internal/report/text"
	"github.com/mattn/go-runewidth"
)

func render(t *testing.T, r *assess.Result, change func(*report.Options)) []byte {
	t.Helper()
	opt := reporttest.Options()
	if change != nil {
		change(&opt)
	}
	var b bytes.Buffer
	if err := text.Write(&b, r, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReportGolden(t *testing.T) {
	r := reporttest.Contoso(t)
	for _, tt := range []struct {
		name   string
		change func(*report.Options)
	}{
		{"contoso-80.txt", nil},
		{"contoso-140.txt", func(o *report.Options) { o.Width = 140 }},
		{"contoso-80-verbose.txt", func(o *report.Options) { o.Verbose = true }},
		{"contoso-80-color.txt", func(o *report.Options) { o.Color = true }},
	} {
		t.Run(tt.name, func(t *testing.T) { reporttest.Golden(t, tt.name, render(t, r, tt.change)) })
	}
}

func TestNoLineIsTooWide(t *testing.T) {
	for name, r := range reporttest.All(t) {
		for _, width := range []int{60, 66, 72, 80, 100, 115, 116, 120, 140, 200} {
			for _, verbose := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s at %d, verbose %v", name, width, verbose), func(t *testing.T) {
					out := render(t, r, func(o *report.Options) { o.Width, o.Verbose = width, verbose })
					narrow(t, out, width)
				})
			}
		}
	}
}

func TestOtherEstatesGolden(t *testing.T) {
	results := reporttest.All(t)
	for _, name := range []string{"calm", "empty", "fleet", "hostile"} {
		t.Run(name, func(t *testing.T) { reporttest.Golden(t, name+"-80.txt", render(t, results[name], nil)) })
	}
}

// What a name holds must not move the cursor, ring the bell, clear the screen
// or turn the direction of writing.
func TestNothingInTheInputReachesTheTerminal(t *testing.T) {
	for _, verbose := range []bool{false, true} {
		out := render(t, reporttest.Hostile(t), func(o *report.Options) { o.Verbose = verbose })
		if !utf8.Valid(out) {
			t.Error("the report is not UTF-8")
		}
		for _, r := range string(out) {
			if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)) {
				t.Errorf("the report holds %U", r)
			}
		}
	}
}

func TestColorOnlyAddsColor(t *testing.T) {
	escapes := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for name, r := range reporttest.All(t) {
		without := render(t, r, nil)
		with := render(t, r, func(o *report.Options) { o.Color = true })
		if got := escapes.ReplaceAll(with, nil); !bytes.Equal(got, without) {
			t.Errorf("%s: without its colours the report is another one", name)
		}
		if bytes.Equal(with, without) {
			t.Errorf("%s: no colours", name)
		}
	}
}

func TestCountsOfWorkspacesAddUp(t *testing.T) {
	const n = 1000
	out := string(render(t, reporttest.Fleet(t, n), nil))
	lines := strings.Split(out, "\n")
	seen := 0
	for i, line := range lines {
		if !strings.HasPrefix(line, "  ✗ lost") {
			continue
		}
		seen++
		lost, holds := strings.Fields(strings.ReplaceAll(line, "!", "")), strings.Fields(lines[i+1])
		for column := 2; column < len(lost); column++ {
			if number(t, lost[column])+number(t, holds[column]) != n {
				t.Errorf("the columns do not add up to %d:\n%s\n%s", n, line, lines[i+1])
			}
		}
	}
	if seen == 0 {
		t.Errorf("nothing is lost:\n%s", out)
	}
	if !strings.Contains(out, "and 740 more with gaps, and 250 without any") {
		t.Errorf("the workspaces that are not shown are not counted:\n%s", out)
	}
}

// What is listed must not be compared each with each.
func TestLargeEstatesAreQuicklyTold(t *testing.T) {
	r := reporttest.Fleet(t, 300)
	for i := range 200_000 {
		f := r.Findings[0]
		f.Status, f.Takes = assess.Unknown, nil
		f.Unknowns = []string{fmt.Sprintf("sku.name of st%d", i)}
		r.Findings = append(r.Findings, f)
	}
	r.Summary = reporttest.Summarize(r)
	start := time.Now()
	render(t, r, nil)
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("it takes %v", d)
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func narrow(t *testing.T, out []byte, width int) {
	t.Helper()
	cond := &runewidth.Condition{StrictEmojiNeutral: true}
	for i, line := range strings.Split(string(out), "\n") {
		if n := cond.StringWidth(line); n > width {
			t.Errorf("line %d has %d columns, more than %d: %s", i+1, n, width, line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("line %d ends in spaces: %q", i+1, line)
		}
	}
}
