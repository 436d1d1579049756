package html_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/html"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

func write(t testing.TB, r *assess.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := html.Write(&b, r, reporttest.Options()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	styles  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	scripts = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	blocks  = regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`)
	policy  = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="[^"]*">`)
)

// The golden file leaves out style and script, which stand beside it.
func TestReportGolden(t *testing.T) {
	for _, name := range []string{"contoso", "calm", "empty"} {
		page := write(t, reporttest.All(t)[name])
		for _, part := range []*regexp.Regexp{styles, scripts, policy} {
			page = part.ReplaceAllString(page, "")
		}
		reporttest.Golden(t, name+".html", []byte(page))
	}
}

// The page asks nobody for anything: the only addresses are links to sources.
func TestPageIsSelfContained(t *testing.T) {
	for name, r := range reporttest.All(t) {
		page := write(t, r)
		for _, bad := range []string{"<link", "<iframe", "<object", "<embed", "<base", "@import", "<img src", " src=\"", "srcset"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: the page holds %s", name, bad)
			}
		}
		for _, ref := range regexp.MustCompile(`url\([^)]*\)`).FindAllString(page, -1) {
			if !strings.HasPrefix(ref, "url(#") {
				t.Errorf("%s: the page refers to %s", name, ref)
			}
		}
		for _, href := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if !strings.HasPrefix(href[1], "#") && !strings.HasPrefix(href[1], "https://") {
				t.Errorf("%s: a link goes to %s", name, href[1])
			}
		}
	}
}

func TestPolicyAllowsExactlyTheStyleAndTheScript(t *testing.T) {
	page := write(t, reporttest.Hostile(t))
	found := strings.NewReplacer("&#39;", "'", "&#43;", "+", "&#34;", `"`).Replace(policy.FindString(page))
	for directive, part := range map[string]*regexp.Regexp{"style-src": styles, "script-src": scripts} {
		all := part.FindAllStringSubmatch(page, -1)
		if len(all) != 1 {
			t.Fatalf("%d parts for %s", len(all), directive)
		}
		sum := sha256.Sum256([]byte(all[0][1]))
		if want := directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(found, want) {
			t.Errorf("the policy is %s, without %s", found, want)
		}
	}
	if !strings.Contains(found, "default-src 'none'") {
		t.Errorf("the policy is %s", found)
	}
}

func TestNothingInTheInputIsMarkup(t *testing.T) {
	page := write(t, reporttest.Hostile(t))
	if n := strings.Count(page, "<script"); n != 2 {
		t.Errorf("%d scripts, want the data and the script", n)
	}
	for _, bad := range []string{"<img", "href=\"javascript", "<script>alert"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	for _, r := range page {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)) {
			t.Errorf("the page holds %U", r)
			break
		}
	}
	var data []struct {
		Rows []struct {
			Title          string
			Boxes, Effects []struct{ C, T string }
		}
	}
	if err := json.Unmarshal([]byte(blocks.FindStringSubmatch(page)[1]), &data); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(data[0].Rows[0].Title, "</script><script>alert(1)</script>") {
		t.Errorf("the script reads %q", data[0].Rows[0].Title)
	}
}

func TestPictureShowsTheWorstOutageWithoutTheScript(t *testing.T) {
	page := write(t, reporttest.Contoso(t))
	for _, want := range []string{
		`<rect class="band microsoft"`, `<rect class="band customer"`, "Microsoft keeps this up", "You keep this up",
		`class="box s-down"`, "✗ down", `class="box s-degraded"`, "◐ degraded", `class="box s-carries-on named"`, "✓ carries on",
		"Shown: zone 1 of westeurope fails.", `class="arrow s-down"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
}

func TestManyWorkspacesAreNotAllDrawn(t *testing.T) {
	page := write(t, reporttest.Fleet(t, 1000))
	if n := strings.Count(page, "<svg class=\"picture"); n != 24 {
		t.Errorf("%d pictures", n)
	}
	for _, want := range []string{"24 of 1,000 workspaces have a picture here", "Of the rest (976)", "and 800 more: 550 with gaps, 250 without any"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if len(page) > 3<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
}

func TestFindingsLeftOutAreCounted(t *testing.T) {
	page := write(t, reporttest.Fleet(t, 1000))
	if !strings.Contains(page, "and 710 more with the same finding") {
		t.Error("750 findings of one step are not 40 and 710 more")
	}
}

func TestCreatedIsOnlyToldWhenGiven(t *testing.T) {
	opt := reporttest.Options()
	opt.Created = time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC)
	var b bytes.Buffer
	if err := html.Write(&b, reporttest.Calm(t), opt); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "2026-11-23 16:30 UTC") {
		t.Error("the page does not tell when it was made")
	}
	if strings.Contains(write(t, reporttest.Calm(t)), "UTC") {
		t.Error("the page tells a time that nobody gave")
	}
}

// Text and its ground have a contrast of at least 4.5 to 1, in both themes.
func TestContrast(t *testing.T) {
	source, err := os.ReadFile("style.css")
	if err != nil {
		t.Fatal(err)
	}
	pairs := map[string][]string{
		"ink": {"paper", "card", "ms", "you", "lost-bg", "warn-bg", "open-bg", "ok-bg"}, "muted": {"paper", "card", "ms", "you", "lost-bg", "warn-bg", "open-bg", "ok-bg"},
		"accent": {"paper", "card"}, "lost": {"paper", "card", "lost-bg"}, "warn": {"paper", "card", "warn-bg"}, "open": {"paper", "card", "open-bg"},
		"ok": {"paper", "card"}, "ms-ink": {"ms"}, "you-ink": {"you"}, "card": {"lost"},
	}
	themes := regexp.MustCompile(`(?s)(:root[^{},]*|:root[^{}]*)\{(--paper[^}]*)\}`).FindAllStringSubmatch(string(source), -1)
	if len(themes) < 4 {
		t.Fatalf("%d themes in the style", len(themes))
	}
	for i, theme := range themes {
		colors := map[string]string{}
		for _, d := range regexp.MustCompile(`--([a-z-]+):(#[0-9a-f]{3,6})\b`).FindAllStringSubmatch(theme[2], -1) {
			colors[d[1]] = d[2]
		}
		for text, grounds := range pairs {
			for _, ground := range grounds {
				if c := contrast(t, colors[text], colors[ground]); c < 4.5 {
					t.Errorf("theme %d: %s on %s has a contrast of %.2f", i+1, text, ground, c)
				}
			}
		}
	}
}

// contrast is the ratio of WCAG 2.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	hex = strings.TrimPrefix(hex, "#")
	if len(hex) == 3 {
		hex = fmt.Sprintf("%c%c%c%c%c%c", hex[0], hex[0], hex[1], hex[1], hex[2], hex[2])
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		if len(hex) != 6 {
			t.Fatalf("no colour: %q", hex)
		}
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func BenchmarkWrite(b *testing.B) {
	r := reporttest.Fleet(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		if err := html.Write(&bytes.Buffer{}, r, report.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
