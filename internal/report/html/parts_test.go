package html_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// options are the values that a choice offers.
func options(e *element) []string {
	var out []string
	for _, o := range e.all("option") {
		if value, ok := o.attr["value"]; ok {
			out = append(out, value)
		} else {
			out = append(out, o.words())
		}
	}
	return out
}

// What the filters offer is what the steps are marked with: no step can be marked with what
// nobody can choose, and each service that is offered has a step.
func TestFiltersOfferWhatStepsAreMarkedWith(t *testing.T) {
	eachPage(t, func(t *testing.T, page *element, r *assess.Result) {
		steps := page.all("details.step")
		if len(steps) == 0 {
			if len(page.all("form.filters")) != 0 {
				t.Error("there are filters and nothing to filter")
			}
			return
		}
		for _, f := range []struct{ choice, attr string }{{"f-status", "data-status"}, {"f-severity", "data-severity"}} {
			offered := options(page.byID(t, f.choice))
			if offered[0] != "" {
				t.Errorf("%s does not begin with all", f.choice)
			}
			for _, s := range steps {
				if !slices.Contains(offered, s.attr[f.attr]) {
					t.Errorf("a step is marked %s %q; offered are %q", f.attr, s.attr[f.attr], offered)
				}
			}
		}
		for _, id := range options(page.byID(t, "f-service"))[1:] {
			if !slices.ContainsFunc(steps, func(s *element) bool { return strings.Contains(s.attr["data-service"], " "+id+" ") }) {
				t.Errorf("the service %q is offered and has no step", id)
			}
		}
		services := report.IndexServices(r.Catalog)
		for _, f := range r.Findings {
			if f.Status == assess.NotApplicable || f.Resource == nil || services.Of(f.Resource.Service) == nil {
				continue
			}
			if !slices.Contains(options(page.byID(t, "f-service")), f.Resource.Service) {
				t.Errorf("a finding is about %s, which is not offered", f.Resource.Service)
			}
		}
	})
}

// Steps to do have the numbers 1, 2, 3, worst first; the first three are open.
func TestStepsAreNumbered(t *testing.T) {
	eachPage(t, func(t *testing.T, page *element, _ *assess.Result) {
		number, last := 0, 0
		for _, s := range page.all("details.step") {
			_, open := s.attr["open"]
			if s.attr["data-status"] != "fail" {
				if open || len(s.all("span.number")) != 0 {
					t.Errorf("what is not to be done is open or has a number: %s", s.all("summary")[0].words())
				}
				continue
			}
			number++
			if got := s.one(t, "span.number").words(); got != strconv.Itoa(number) {
				t.Errorf("step %d has the number %s", number, got)
			}
			if open != (number <= 3) {
				t.Errorf("step %d is open: %v", number, open)
			}
			rank := report.SeverityRank(assess.Severity(s.attr["data-severity"]))
			if rank < last {
				t.Errorf("step %d is worse than the one before", number)
			}
			last = rank
		}
	})
}

// rectangle is where something stands in a picture.
type rectangle struct{ x, y, w, h int }

func place(t *testing.T, e *element) rectangle {
	t.Helper()
	var n [4]int
	for i, attr := range []string{"x", "y", "width", "height"} {
		var err error
		if n[i], err = strconv.Atoi(e.attr[attr]); err != nil {
			t.Fatalf("%s of <%s>: %v", attr, e.name, err)
		}
	}
	return rectangle{n[0], n[1], n[2], n[3]}
}

func (a rectangle) meets(b rectangle) bool {
	return a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h
}

func (a rectangle) within(b rectangle) bool {
	return a.x >= b.x && a.y >= b.y && a.x+a.w <= b.x+b.w && a.y+a.h <= b.y+b.h
}

// On the map no box covers another or the workspace, all stand in the band of who keeps them up,
// and every arrow ends at a box. Each resource of the catalog that the workspace leans on is
// there once; the script knows as many boxes as there are.
func TestMapsAreInOrder(t *testing.T) {
	results := reporttest.All(t)
	delete(results, "hostile")
	for _, name := range []string{"right", "unknown", "accepted", "anywhere", "four"} {
		results[name] = reporttest.Small(t, name)
	}
	for name, r := range results {
		t.Run(name, func(t *testing.T) {
			out := write(t, r)
			page := parse(t, out)
			var data []struct {
				Rows []struct {
					Boxes, Effects []struct{ C, T string }
				}
			}
			if err := json.Unmarshal([]byte(blocks.FindStringSubmatch(out)[1]), &data); err != nil {
				t.Fatal(err)
			}
			for ws, svg := range page.all("svg.picture") {
				bands := svg.all("rect.band")
				view := rectangle{}
				if _, err := fmt.Sscanf(svg.attr["viewBox"], "%d %d %d %d", &view.x, &view.y, &view.w, &view.h); err != nil {
					t.Fatal(err)
				}
				taken := []rectangle{place(t, svg.one(t, "g.home").all("rect")[0])}
				boxes := svg.all("g.box")
				for i, g := range boxes {
					if g.attr["data-box"] != strconv.Itoa(i) {
						t.Errorf("box %d has the number %s", i, g.attr["data-box"])
					}
					at := place(t, g.one(t, "rect.body"))
					if over := place(t, g.one(t, "rect.over")); over != at {
						t.Errorf("what hatches box %d stands at %v, the box at %v", i, over, at)
					}
					for _, other := range taken {
						if at.meets(other) {
							t.Errorf("%s covers something at %v", g.words(), other)
						}
					}
					taken = append(taken, at)
					in := 0
					for _, b := range bands {
						if at.within(place(t, b)) {
							in++
						}
					}
					if in != 1 || !at.within(view) {
						t.Errorf("%s stands in %d bands", g.words(), in)
					}
				}
				for _, a := range svg.all("path.arrow") {
					if n, err := strconv.Atoi(a.attr["data-to"]); err != nil || n >= len(boxes) {
						t.Errorf("an arrow leads to box %q of %d", a.attr["data-to"], len(boxes))
					}
				}
				for i, row := range data[ws].Rows {
					if len(row.Boxes) != len(boxes) || len(row.Effects) != len(svg.all("text.cap")) {
						t.Errorf("row %d tells of %d boxes, %d are drawn", i, len(row.Boxes), len(boxes))
					}
				}
				if rows := page.all("tr.row"); len(rows) == 0 && len(data[ws].Rows) > 0 {
					t.Error("the script knows rows that the table does not have")
				}
			}
		})
	}
}

// The map of one workspace, box by box: role, name, service, and what it does in the outage that
// is shown at first.
func TestTheMapOfOneWorkspace(t *testing.T) {
	var got []string
	svg := parse(t, write(t, reporttest.Contoso(t))).one(t, "svg.picture")
	for _, g := range svg.all("g.box") {
		line := ""
		for _, part := range []string{"text.role", "text.name", "text.sub", "text.state"} {
			line += " | " + g.one(t, part).words()
		}
		if g.is("named") {
			line += " | dashed"
		}
		got = append(got, line[3:])
	}
	slices.Sort(got)
	want := []string{
		"application insights | appi-contoso | App Insights | ✓ carries on",
		"compute | aks-shared | AKS · only named | ✓ carries on | dashed",
		"compute | ci-anna | Instance | ✗ down",
		"compute | cpu-cluster | Cluster | ✓ carries on",
		"compute | inference | AKS | ✓ carries on",
		"container registry | acrcontosoml | Registry | ◐ degraded",
		"datastore | sales | SQL Database | ✓ carries on",
		"datastore | sales | SQL Database · only named | ✓ carries on | dashed",
		"default storage | stcontosoml | Storage | ✗ down",
		"key vault | kv-contoso-ml | Key Vault | ✓ carries on",
		"logs | log-contoso | Logs | ✓ carries on",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// Text of the input is text of the page wherever it stands, letter for letter, but for what
// cannot be seen.
func TestNamesAreShownAsTheyAre(t *testing.T) {
	for _, name := range []string{"a<b>c", "a&amp;b", `"quoted"`, "it's", "{{.Name}}", "</svg></table>", "<!-- -->", "a&nbsp;b", "日本語", "`code` | *bold*", "]]>", "javascript:alert(1)"} {
		t.Run(name, func(t *testing.T) {
			r := reporttest.Small(t, "accepted")
			for _, x := range r.Estate.Resources {
				if x.Name == "stb" {
					x.Name = name
				}
			}
			r.Findings[0].Message = "It is " + name + "."
			r.Findings[0].Evidence = []assess.Evidence{{Path: name, Value: name, Origin: estate.Origin{File: name, Line: 1}}}
			r.Findings[2].Suppression.Reason = name
			r.Estate.Coverage.NotSeen = []estate.NotSeen{{What: name, Why: name}}
			r.Notes = []assess.Note{{Severity: "info", Message: name, Hint: name}}
			page := parse(t, write(t, r))
			step := page.byID(t, "findings").all("details.step")
			for _, tt := range []struct {
				where string
				e     *element
				want  string
			}{
				{"the finding", step[0].one(t, "table.evidence"), "It is " + name + "."},
				{"what was seen", step[0].one(t, "table.evidence"), name + " = " + name},
				{"its place", step[0].one(t, "table.evidence"), name + ":1"},
				{"the exception", step[1], "Accepted until 2026-12-31: " + name},
				{"what was not seen", page.byID(t, "seen"), "not seen: " + name + " — " + name},
				{"the note", page.byID(t, "seen"), "info: " + name + " Hint: " + name},
				{"the duties", page.byID(t, "who"), report.ShortName(&estate.Resource{Name: name})},
				{"the matrix", page.byID(t, "outages"), name + " is down"},
			} {
				if !strings.Contains(tt.e.words(), tt.want) {
					t.Errorf("%s does not say %q: %s", tt.where, tt.want, tt.e.words())
				}
			}
		})
	}
}
