package html_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/html"
)

// figures is a page with both plots.
func figures() *html.Figures {
	return &html.Figures{
		Title: "Availability", Sentence: "Least available is train.", Summary: "How it was found.", Notes: []string{"zone: 0.05 a year [estimate]"},
		Sections: []html.Section{
			{ID: "w0", Title: "ws", Lead: "To the left is better.", Plot: html.Ranges("Hours lost", "hours a year", "expected", "contractual", []html.Range{
				{Name: "train", Low: 7, Value: 14, High: 45, Other: 19}, {Name: "author", Low: 0, Value: 0, High: 12},
			}), Table: html.Table{Caption: "Hours", Head: []string{"capability", "hours"}, Rows: [][]string{{"train", "14"}, {"author", "0"}}}},
			{ID: "frontier", Title: "Cost", Plot: html.Steps("Lost over cost", "times", "hours", "wanted: 99.9 %", 8.76, []html.Curve{
				{Name: "one", Points: []html.Point{{X: 1, Y: 14, Title: "today"}, {X: 1.03, Y: 13.5, Title: "zrs"}}}, {Name: "pair", Points: []html.Point{{X: 2, Y: 9.8, Title: "pair"}}},
			})},
		},
	}
}

func figuresText(t testing.TB, f *html.Figures) string {
	t.Helper()
	var b bytes.Buffer
	if err := html.WriteFigures(&b, f, report.Options{Tool: report.Tool{Version: "1.2.3"}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page is whole: what refers to a part finds it, plots have words for those who
// cannot see them, numbers stand in a table too, and no request leaves the page.
func TestAPageOfFiguresIsWhole(t *testing.T) {
	text := figuresText(t, figures())
	page := parse(t, text)
	ids := map[string]bool{}
	for _, e := range page.all("[id]") {
		if ids[e.attr["id"]] {
			t.Errorf("the id %s is there twice", e.attr["id"])
		}
		ids[e.attr["id"]] = true
	}
	for _, attr := range []string{"aria-labelledby", "href"} {
		for _, e := range page.all("[" + attr + "]") {
			for id := range strings.FieldsSeq(strings.TrimPrefix(e.attr[attr], "#")) {
				if !ids[id] {
					t.Errorf("%s of <%s> is %q, and nothing has that id", attr, e.name, id)
				}
			}
		}
	}
	plots := 0
	for _, e := range page.all("svg") {
		if e.attr["role"] == "img" {
			plots++
			if e.attr["aria-labelledby"] == "" {
				t.Error("a plot has no words")
			}
		} else if e.attr["aria-hidden"] == "" && e.inside("p") == nil {
			t.Error("a decoration is not hidden from readers")
		}
	}
	if plots != 2 {
		t.Errorf("%d plots, want 2", plots)
	}
	for _, want := range []string{"Least available is train.", "expected 14, from 7 to 45", "wanted: 99.9 %", "default-src 'none'", "style-src 'sha256-", "<caption>Hours</caption>", "holdfast 1.2.3", "prefers-color-scheme:dark", "@media print"} {
		if !strings.Contains(strings.ReplaceAll(text, "&#39;", "'"), want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, bad := range []string{"http://", "https://", "<script", "NaN", "Inf", "ZgotmplZ"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

// Names come from other people's files.
func TestNamesInFiguresAreHarmless(t *testing.T) {
	f := figures()
	evil := "<script>alert(1)</script>\u202e"
	f.Sentence, f.Sections[0].Title, f.Sections[0].Table.Rows[0][0] = evil, evil, evil
	f.Sections[0].Plot = html.Ranges(evil, evil, evil, evil, []html.Range{{Name: evil, Low: 1, Value: 2, High: 3}})
	text := figuresText(t, f)
	if strings.Contains(text, "<script") || strings.Contains(text, "\u202e") {
		t.Error("a name got out of its place")
	}
}

// Whatever the figures are, everything is drawn within the plot.
func TestPlotsStayWithinTheirFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64Range(0, 9000), rapid.Float64Range(1e-6, 1), rapid.Just(0.0))
		var rows []html.Range
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			rows = append(rows, html.Range{Name: "x", Low: value.Draw(t, "low"), Value: value.Draw(t, "value"), High: value.Draw(t, "high"), Other: value.Draw(t, "other")})
		}
		var curves []html.Curve
		for range rapid.IntRange(0, 3).Draw(t, "curves") {
			c := html.Curve{Name: "c"}
			for range rapid.IntRange(0, 5).Draw(t, "points") {
				c.Points = append(c.Points, html.Point{X: value.Draw(t, "x"), Y: value.Draw(t, "y")})
			}
			curves = append(curves, c)
		}
		for _, d := range []*html.Drawing{html.Ranges("t", "u", "a", "b", rows), html.Steps("t", "x", "y", "goal", value.Draw(t, "goal"), curves)} {
			for _, m := range d.Marks {
				if !(m.X >= 0 && m.X <= float64(d.Width) && m.Y >= 0 && m.Y <= float64(d.Height)) {
					t.Fatalf("a mark at %v, %v of %d x %d", m.X, m.Y, d.Width, d.Height)
				}
			}
			for _, w := range d.Words {
				if math.IsNaN(w.X) || math.IsNaN(w.Y) || w.X < 0 || w.X > float64(d.Width) || w.Y < 0 || w.Y > float64(d.Height) || strings.Contains(w.Text, "NaN") {
					t.Fatalf("the word %q at %v, %v", w.Text, w.X, w.Y)
				}
			}
			if len(d.Words) > 200 {
				t.Fatalf("%d words", len(d.Words))
			}
		}
	})
}

// Series are told apart by shape, not by colour alone.
func TestSeriesHaveShapesOfTheirOwn(t *testing.T) {
	d := figures().Sections[1].Plot
	if len(d.Legend) != 2 || d.Legend[0].Shape == d.Legend[1].Shape {
		t.Errorf("%+v", d.Legend)
	}
}
