package report_test

import (
	"bytes"
	stdjson "encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"
	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/html"
	"github.com/holdfast-ml/holdfast/internal/report/json"
	"github.com/holdfast-ml/holdfast/internal/report/junit"
	"github.com/holdfast-ml/holdfast/internal/report/markdown"
	"github.com/holdfast-ml/holdfast/internal/report/sarif"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// This file holds all formats to the same result: whatever estate is assessed,
// with today's facts and any target, suppressions and baseline, each report is
// sound by the rules of its format, and all of them tell the same.

// formats are the renderers by name.
var formats = map[string]func(io.Writer, *assess.Result, report.Options) error{
	"text": text.Write, "json": json.Write, "html": html.Write, "sarif": sarif.Write, "junit": junit.Write, "markdown": markdown.Write,
}

func rendered(t sketch.T, format string, r *assess.Result, opt report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := formats[format](&b, r, opt); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	if !utf8.Valid(b.Bytes()) {
		t.Fatalf("%s: the report is not UTF-8", format)
	}
	return b.String()
}

// drawResult assesses a random estate in a random way.
func drawResult(t *rapid.T) *assess.Result {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatalf("the facts: %v", err)
	}
	e := sketch.Estate(t, sketch.Draw(t).Text())
	for i := range rapid.IntRange(0, 3).Draw(t, "not seen") {
		e.Coverage.NotSeen = append(e.Coverage.NotSeen, estate.NotSeen{What: fmt.Sprintf("linked-template-%d", i), Why: "it is not on this machine", Origin: estate.Origin{File: "main.json", Line: 7 + i, Column: 3}})
	}
	e.Coverage.Inputs = []estate.Input{{Name: "main.json", Kind: "template", Resources: e.Coverage.Resources}}
	opts := assess.Options{
		Target: assess.TargetByName(rapid.SampledFrom([]string{assess.DevTarget, assess.ProductionTarget, assess.CriticalTarget}).Draw(t, "target")),
		Now:    time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
	}
	if rapid.Bool().Draw(t, "suppressed") {
		pattern := rapid.SampledFrom([]string{"st*", "ws0*", "*", "nothing"}).Draw(t, "pattern")
		expires := rapid.SampledFrom([]time.Time{{}, opts.Now.AddDate(0, 0, -3), opts.Now.AddDate(1, 0, 0)}).Draw(t, "expires")
		opts.Suppressions = []assess.Suppression{{Rule: "*", Resource: pattern, Reason: "accepted", Owner: "ml", Expires: expires}}
	}
	if rapid.Bool().Draw(t, "known") {
		opts.Baseline = &assess.Baseline{}
		for _, f := range done(t, e, cat, assess.Options{Target: opts.Target, Now: opts.Now}).Findings {
			if (f.Status == assess.Fail || f.Status == assess.Unknown) && rapid.Bool().Draw(t, "in the baseline") {
				opts.Baseline.Findings = append(opts.Baseline.Findings, assess.BaselineEntry{Fingerprint: f.Fingerprint})
			}
		}
	}
	return done(t, e, cat, opts)
}

func done(t *rapid.T, e *estate.Estate, cat *catalog.Catalog, opts assess.Options) *assess.Result {
	r, err := assess.Assess(t.Context(), e, cat, opts)
	if err != nil {
		t.Fatalf("assessing: %v", err)
	}
	return r
}

var options = report.Options{Tool: report.Tool{Version: "0.1.0"}, Exit: report.Exit{Code: 1, Meaning: "findings of severity high or worse"}, Next: []string{"holdfast explain aks-zone-outage"}}

// number finds "12 pass" and the like in a line.
func number(text, word string) int {
	m := regexp.MustCompile(`([0-9,]+) (?:findings? )?` + word).FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	if err != nil {
		return -1
	}
	return n
}

// Each result is assessed once and held to all of these: a page with its picture
// takes its time.
func TestEveryReportIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawResult(t)
		for _, holds := range []func(*rapid.T, *assess.Result){
			textIsNarrowAndCounts, allTellWhatWasNotSeen, jsonRefersToWhatItHolds, sarifTellsWhatCountsAndWhatIsExcused,
			junitHasACaseForEachFinding, markdownHasWholeTables, pageNeedsNothingFromOutside,
		} {
			holds(t, r)
		}
	})
}

// The text keeps to its width, and its counts add up to those of the result.
func textIsNarrowAndCounts(t *rapid.T, r *assess.Result) {
	opt := options
	opt.Width, opt.Verbose = rapid.IntRange(60, 160).Draw(t, "width"), rapid.Bool().Draw(t, "verbose")
	out := rendered(t, "text", r, opt)
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if w := runewidth.StringWidth(line); w > opt.Width {
			t.Fatalf("%d columns of %d: %q", w, opt.Width, line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Fatalf("blanks at the end of %q", line)
		}
	}
	foot := strings.Join(strings.Fields(out[strings.LastIndex(out, "────"):]), " ")
	got := []int{number(foot, "fail"), number(foot, "unknown"), number(foot, "pass"), number(foot, "not applicable"), number(foot, "accepted"), number(foot, "in the baseline")}
	s, known := r.Summary, 0
	for _, f := range r.Findings {
		if f.Status == assess.Fail && f.Known {
			known++
		}
	}
	if sum := got[0] + got[1] + got[2] + got[3] + got[4] + got[5]; sum != s.Findings {
		t.Fatalf("the counts add up to %d, there are %d findings: %s", sum, s.Findings, foot)
	}
	if diff := cmp.Diff([]int{s.Fail - known, s.Unknown, s.Pass, s.NotApplicable, s.Suppressed, known}, got); diff != "" {
		t.Fatalf("fail, unknown, pass, not applicable, accepted, known (-counted +told):\n%s\n%s", diff, foot)
	}
}

// Every format but the page, of which pageNeedsNothingFromOutside asks it, says what was not
// seen, and says it the same each time.
func allTellWhatWasNotSeen(t *rapid.T, r *assess.Result) {
	for format := range formats {
		if format == "html" {
			continue
		}
		out := rendered(t, format, r, options)
		if rendered(t, format, r, options) != out {
			t.Fatalf("two reports of one result differ: %s", format)
		}
		for _, n := range r.Estate.Coverage.NotSeen {
			if !strings.Contains(out, n.What) {
				t.Fatalf("%s does not say that %s was not seen", format, n.What)
			}
		}
	}
	if len(r.Estate.Coverage.NotSeen) > 0 {
		head, _, _ := strings.Cut(rendered(t, "text", r, options), "What is lost when")
		if strings.Contains(head, "✓") {
			t.Fatalf("a result that is not whole looks whole:\n%s", head)
		}
	}
}

// document is what of the JSON report is looked at.
type document struct {
	Target struct{ Name string }
	Estate struct {
		Resources []struct {
			ID, Type, Name string
			External       bool
		}
		Relations []struct{ From, To, Role string }
	}
	Outages []struct {
		Scope   string
		Impacts []struct {
			Workspace, Capability, Effect string
			RTOSeconds, RPOSeconds        *int64
			RTO, RPO                      string
			Because                       []string
		}
	}
	Findings []struct {
		Rule, Status, Severity, Fingerprint, Message string
		Resource                                     *string
		Known                                        bool
		Unknowns                                     []string
		Suppression                                  *struct{ Reason string }
	}
	Summary map[string]any
}

func jsonRefersToWhatItHolds(t *rapid.T, r *assess.Result) {
	var d document
	if err := stdjson.Unmarshal([]byte(rendered(t, "json", r, options)), &d); err != nil {
		t.Fatalf("not JSON: %v", err)
	}
	ids := map[string]bool{}
	for _, x := range d.Estate.Resources {
		if ids[x.ID] {
			t.Fatalf("%s is there twice", x.ID)
		}
		ids[x.ID] = true
	}
	refers := func(id, from string) {
		if !ids[id] {
			t.Fatalf("%s refers to %q, which is not among the resources", from, id)
		}
	}
	for _, x := range d.Estate.Relations {
		refers(x.From, "a relation")
		refers(x.To, "a relation")
	}
	if len(d.Estate.Relations) != len(r.Estate.Relations) || len(d.Estate.Resources) != len(r.Estate.Resources) || len(d.Outages) != len(r.Outages) || len(d.Findings) != len(r.Findings) {
		t.Fatal("something of the result is left out")
	}
	for _, o := range d.Outages {
		per := map[string]int{}
		for _, im := range o.Impacts {
			refers(im.Workspace, "an impact")
			per[im.Workspace]++
			if im.Effect == "none" && len(im.Because)+len(im.RTO) > len("figure") {
				t.Fatalf("no effect, but because of %q for %s", im.Because, im.RTO)
			}
			if (im.Effect == "lost" || im.Effect == "degraded") && len(im.Because) == 0 {
				t.Fatalf("%s is %s for no reason", im.Capability, im.Effect)
			}
			if (im.RTOSeconds == nil) != (im.RTO == "outage" || im.RTO == "rebuild" || im.RTO == "unknown" || im.RTO == "total") {
				t.Fatalf("%v seconds, and the word %q", im.RTOSeconds, im.RTO)
			}
			for _, b := range im.Because {
				refers(b, "a cause")
			}
		}
		for ws, n := range per {
			if n != len(catalog.Capabilities) {
				t.Fatalf("%d capabilities of %s, want %d", n, ws, len(catalog.Capabilities))
			}
		}
	}
	count := map[string]int{}
	for _, f := range d.Findings {
		count[f.Status]++
		if f.Resource != nil {
			refers(*f.Resource, "a finding")
		}
		if f.Message == "" && f.Status != "pass" {
			t.Fatalf("%s is %s and says nothing", f.Rule, f.Status)
		}
		if f.Status == "unknown" && len(f.Unknowns) == 0 {
			t.Fatalf("%s is unknown, and nothing would make it known", f.Rule)
		}
		if f.Status == "suppressed" && (f.Suppression == nil || f.Suppression.Reason == "") {
			t.Fatalf("%s is suppressed for no reason", f.Rule)
		}
	}
	for _, status := range []string{"pass", "fail", "unknown", "notApplicable", "suppressed"} {
		if got := d.Summary[status]; got != float64(count[status]) {
			t.Fatalf("the summary counts %v %s, there are %d", got, status, count[status])
		}
	}
}

// run is what of SARIF is looked at.
type run struct {
	Tool struct {
		Driver struct{ Rules []struct{ ID string } }
	}
	Results []struct {
		RuleID, Kind, Level, BaselineState string
		RuleIndex                          int
		Message                            struct{ Text string }
		PartialFingerprints                map[string]string
		Suppressions                       []struct{ Justification string }
		Locations                          []struct {
			PhysicalLocation struct {
				ArtifactLocation struct{ URI string }
				Region           struct{ StartLine, StartColumn int }
			}
		}
	}
}

func sarifTellsWhatCountsAndWhatIsExcused(t *rapid.T, r *assess.Result) {
	var d struct{ Runs []run }
	if err := stdjson.Unmarshal([]byte(rendered(t, "sarif", r, options)), &d); err != nil || len(d.Runs) != 1 {
		t.Fatalf("%d runs, %v", len(d.Runs), err)
	}
	rules := d.Runs[0].Tool.Driver.Rules
	failing, excused, known := 0, 0, 0
	for _, x := range d.Runs[0].Results {
		if x.RuleIndex < 0 || x.RuleIndex >= len(rules) || rules[x.RuleIndex].ID != x.RuleID {
			t.Fatalf("rule %d is not %s", x.RuleIndex, x.RuleID)
		}
		if x.Message.Text == "" || len(x.PartialFingerprints) == 0 {
			t.Fatalf("a result of %s says nothing or has no fingerprint", x.RuleID)
		}
		for _, at := range x.Locations {
			if p := at.PhysicalLocation; p.ArtifactLocation.URI == "" || p.Region.StartLine < 1 {
				t.Fatalf("a result of %s stands nowhere: %+v", x.RuleID, p)
			}
		}
		if (x.Kind == "" || x.Kind == "fail") == (x.Level == "none") {
			t.Fatalf("a result of %s of the kind %q has the level %q", x.RuleID, x.Kind, x.Level)
		}
		switch {
		case len(x.Suppressions) > 0:
			excused++
		case x.Kind == "" || x.Kind == "fail":
			failing++
			if x.BaselineState == "unchanged" {
				known++
			}
		}
	}
	s := r.Summary
	if failing != s.Fail || excused != s.Suppressed || known != report.InBaseline(&s) {
		t.Fatalf("%d fail, %d are excused, %d known; the result has %d, %d, %d", failing, excused, known, s.Fail, s.Suppressed, report.InBaseline(&s))
	}
}

func junitHasACaseForEachFinding(t *rapid.T, r *assess.Result) {
	var d struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(rendered(t, "junit", r, options)), &d); err != nil {
		t.Fatalf("not XML: %v", err)
	}
	s := r.Summary
	if want := s.Findings - s.NotApplicable + s.NotSeen; d.Tests != want {
		t.Fatalf("%d cases, want %d", d.Tests, want)
	}
	if want := s.Fail - report.InBaseline(&s); d.Failures != want {
		t.Fatalf("%d failures, want %d", d.Failures, want)
	}
	seen := map[string]bool{}
	for _, suite := range d.Suites {
		for _, c := range suite.Cases {
			if seen[c.Name] {
				t.Fatalf("two cases are called %q: a test page shows one of them", c.Name)
			}
			seen[c.Name] = true
			if c.Failure != nil && c.Failure.Message == "" {
				t.Fatalf("%q fails and says nothing", c.Name)
			}
		}
	}
}

func markdownHasWholeTables(t *rapid.T, r *assess.Result) {
	bars := regexp.MustCompile(`(^|[^\\])\|`)
	opt := options
	opt.Verbose = rapid.Bool().Draw(t, "verbose")
	want, inCode := 0, false
	for line := range strings.SplitSeq(rendered(t, "markdown", r, opt), "\n") {
		if strings.HasPrefix(line, "```") {
			inCode = !inCode
		}
		if inCode || !strings.HasPrefix(line, "|") {
			want = 0
			continue
		}
		n := len(bars.FindAllString(line, -1))
		if want == 0 {
			want = n
		}
		if n != want {
			t.Fatalf("%d bars, want %d: %s", n, want, line)
		}
	}
	if inCode {
		t.Fatal("code is not closed")
	}
}

func pageNeedsNothingFromOutside(t *rapid.T, r *assess.Result) {
	outside := regexp.MustCompile(`(?i)<(link|iframe|object|embed|base)\b|<form[^>]+action=|\bsrc="https?:|@import|url\(["']?https?:|<script[^>]+src=`)
	out := rendered(t, "html", r, options)
	for _, n := range r.Estate.Coverage.NotSeen {
		if !strings.Contains(out, n.What) {
			t.Fatalf("the page does not say that %s was not seen", n.What)
		}
	}
	if at := outside.FindString(out); at != "" {
		t.Fatalf("the page loads something: %s", at)
	}
	if strings.Count(out, "<details") != strings.Count(out, "</details>") || strings.Count(out, "<table") != strings.Count(out, "</table>") || strings.Count(out, "<section") != strings.Count(out, "</section>") {
		t.Fatal("something is opened and not closed, or the other way round")
	}
	for _, f := range r.Findings {
		if f.Status == assess.Fail && !f.Known && !strings.Contains(out, f.Rule.ID) {
			t.Fatalf("%s fails and is not on the page", f.Rule.ID)
		}
	}
	ids := regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(out, -1)
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id[1]] {
			t.Fatalf("two things on the page have the id %q", id[1])
		}
		seen[id[1]] = true
	}
	for _, to := range regexp.MustCompile(` href="#([^"]*)"`).FindAllStringSubmatch(out, -1) {
		if !seen[to[1]] {
			t.Fatalf("a link leads to %q, which is not on the page", to[1])
		}
	}
}
