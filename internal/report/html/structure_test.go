package html_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// eachPage gives the pages of all results to a test, with what they are of.
func eachPage(t *testing.T, f func(t *testing.T, page *element, r *assess.Result)) {
	results := reporttest.All(t)
	for _, name := range []string{"right", "unknown", "accepted", "unseen", "unused", "anywhere", "four"} {
		results[name] = reporttest.Small(t, name)
	}
	for name, r := range results {
		t.Run(name, func(t *testing.T) { f(t, parse(t, write(t, r)), r) })
	}
}

// Whatever refers to a part of the page by its id finds it, and finds one.
func TestReferencesWithinThePage(t *testing.T) {
	eachPage(t, func(t *testing.T, page *element, _ *assess.Result) {
		ids := map[string]bool{}
		for _, e := range page.all("[id]") {
			if id := e.attr["id"]; ids[id] || id == "" || strings.ContainsAny(id, " \t\n") {
				t.Errorf("<%s> has the id %q, which is none or is taken", e.name, id)
			}
			ids[e.attr["id"]] = true
		}
		for _, attr := range []string{"aria-labelledby", "aria-controls", "aria-describedby", "for"} {
			for _, e := range page.all("[" + attr + "]") {
				for id := range strings.FieldsSeq(e.attr[attr]) {
					if !ids[id] {
						t.Errorf("%s of <%s> is %q, and nothing has that id", attr, e.name, id)
					}
				}
			}
		}
		for _, e := range page.all("[href]") {
			if id, ok := strings.CutPrefix(e.attr["href"], "#"); ok && id != "" && !ids[id] {
				t.Errorf("a link leads to #%s, and nothing has that id", id)
			}
		}
		for _, e := range page.all("[fill]") {
			if id := strings.TrimSuffix(strings.TrimPrefix(e.attr["fill"], "url(#"), ")"); !ids[id] {
				t.Errorf("a box is filled with %q, and nothing has that id", id)
			}
		}
	})
}

// Who cannot see the page is told what each control does.
func TestControlsHaveLabels(t *testing.T) {
	eachPage(t, func(t *testing.T, page *element, _ *assess.Result) {
		for _, kind := range []string{"input", "select", "button", "textarea"} {
			for _, e := range page.all(kind) {
				label := e.attr["aria-label"]
				if around := e.inside("label"); label == "" && around != nil {
					for _, c := range around.children {
						label += strings.TrimSpace(c.text)
					}
				}
				if kind == "button" && label == "" {
					label = e.words()
				}
				if label == "" {
					t.Errorf("<%s id=%q> has no label", kind, e.attr["id"])
				}
				if kind == "button" && e.attr["type"] != "button" && e.inside("dialog") == nil {
					t.Errorf("the button %q would send a form", label)
				}
			}
		}
		for _, e := range page.all("svg") {
			if e.attr["aria-hidden"] != "true" && (e.attr["role"] != "img" || e.attr["aria-labelledby"] == "") {
				t.Error("a picture has no words")
			}
		}
	})
}

// A page has one title and no gaps between the levels of its headings, and each section has one.
func TestHeadingsAreAnOutline(t *testing.T) {
	eachPage(t, func(t *testing.T, page *element, _ *assess.Result) {
		page.one(t, "h1")
		level := 0
		var walk func(*element)
		walk = func(e *element) {
			if len(e.name) == 2 && e.name[0] == 'h' && e.name[1] >= '1' && e.name[1] <= '6' {
				now := int(e.name[1] - '0')
				if now > level+1 {
					t.Errorf("<%s> %q comes after a heading of level %d", e.name, e.words(), level)
				}
				if e.words() == "" {
					t.Errorf("an <%s> is empty", e.name)
				}
				level = now
			}
			for _, c := range e.children {
				walk(c)
			}
		}
		walk(page)
		for _, s := range page.all("section") {
			if s.attr["aria-labelledby"] == "" {
				t.Errorf("the section %q has no heading", s.attr["id"])
			}
		}
	})
}

// Each row of a table has as many cells as its head, and each head says what it is the head of.
func TestTablesAreWhole(t *testing.T) {
	eachPage(t, func(t *testing.T, page *element, _ *assess.Result) {
		for _, table := range page.all("table") {
			if len(table.all("caption")) != 1 {
				t.Errorf("the table %q has no caption", table.attr["class"])
			}
			want := 0
			for _, row := range table.all("tr") {
				cells := 0
				for _, c := range row.children {
					if c.name != "th" && c.name != "td" {
						continue
					}
					span, err := strconv.Atoi(c.attr["colspan"])
					if err != nil {
						span = 1
					}
					cells += span
					if c.name == "th" && !slices.Contains([]string{"col", "row", "rowgroup"}, c.attr["scope"]) {
						t.Errorf("the head %q does not say of what", c.words())
					}
				}
				if want == 0 {
					want = cells
				}
				if cells != want {
					t.Errorf("a row of %q has %d cells, want %d: %s", table.attr["class"], cells, want, row.words())
				}
			}
		}
	})
}

// Every finding that applies is on the page once: below its rule, with its resource.
func TestEveryFindingIsOnThePageOnce(t *testing.T) {
	eachPage(t, func(t *testing.T, page *element, r *assess.Result) {
		got := map[string]int{}
		for _, step := range page.byID(t, "findings").all("details.step") {
			rule := ""
			for _, dd := range step.one(t, "dl.more").all("dd")[:1] {
				rule = dd.words()
			}
			for _, row := range step.one(t, "table.evidence").all("tr")[1:] {
				got[step.attr["data-status"]+" "+rule+" "+row.all("span")[0].attr["title"]]++
			}
		}
		want := map[string]int{}
		for _, f := range r.Findings {
			if f.Status == assess.NotApplicable {
				continue
			}
			status := f.Status
			if f.Known && status == assess.Fail {
				status = assess.Suppressed
			}
			want[fmt.Sprintf("%s %s %s", status, report.RuleID(&f), f.Resource.ID)]++
		}
		for k, n := range want {
			if got[k] != n && !strings.Contains(k, reporttest.Evil[:20]) {
				t.Errorf("%s is on the page %d times, want %d", k, got[k], n)
			}
		}
		total := 0
		for _, n := range got {
			total += n
		}
		if sum := len(r.Findings) - r.Summary.NotApplicable; total != sum {
			t.Errorf("%d findings are on the page, want %d", total, sum)
		}
	})
}
