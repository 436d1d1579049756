package markdown_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report/markdown"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

func write(t *testing.T, r *assess.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := markdown.Write(&b, r, reporttest.Options()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReportGolden(t *testing.T) {
	for name, r := range reporttest.All(t) {
		t.Run(name, func(t *testing.T) { reporttest.Golden(t, name+".md", []byte(write(t, r))) })
	}
}

// The only markup is ours.
func TestNothingInTheInputIsMarkup(t *testing.T) {
	out := write(t, reporttest.Hostile(t))
	for _, tag := range regexp.MustCompile(`</?[a-zA-Z][^>]*>`).FindAllString(out, -1) {
		switch tag {
		case "<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>", "<br>", "<sub>", "</sub>":
		default:
			t.Errorf("the tag %s is not ours", tag)
		}
	}
	if i := strings.Index(out, "](javascript"); i > 0 && out[i-1] != '\\' {
		t.Errorf("a link of the input is a link: %s", out[i-20:i+20])
	}
}

// Every row of a table has as many cells as its head.
func TestTablesAreWhole(t *testing.T) {
	bars := regexp.MustCompile(`(^|[^\\])\|`)
	for name, r := range reporttest.All(t) {
		want := 0
		for line := range strings.SplitSeq(write(t, r), "\n") {
			if !strings.HasPrefix(line, "|") {
				want = 0
				continue
			}
			n := len(bars.FindAllString(line, -1))
			if want == 0 {
				want = n
			}
			if n != want {
				t.Errorf("%s: %d bars, want %d: %s", name, n, want, line)
			}
		}
	}
}

func TestManyWorkspacesFitASummaryPage(t *testing.T) {
	out := write(t, reporttest.Fleet(t, 1000))
	if len(out) > 1<<20 {
		t.Errorf("%d bytes", len(out))
	}
	if !strings.Contains(out, "And 995 more workspaces: 745 with gaps, 250 without any.") {
		t.Error("the workspaces that are left out are not counted")
	}
}
