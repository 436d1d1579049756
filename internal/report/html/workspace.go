package html

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/report"
)

// workspaceView is one workspace: its picture and its matrix.
type workspaceView struct {
	Number       int
	Name, Region string
	ID           string
	Picture      *picture
	Groups       []rowGroup
	Chosen       int // number of the row that is chosen at first, -1 without rows
	Safe         []string
}

// rowGroup is the rows of one region, or of single services and resources in it.
type rowGroup struct {
	Title string
	Rows  []rowView
}

type rowView struct {
	Number int
	ID     string
	Name   string // within its group: "zone 1"
	Title  string // "zone 1 of westeurope"
	Chosen bool
	Cells  []cellView
	Fates  []fateView
	Carry  string
	Why    []whyView
}

type cellView struct {
	effectView
	Capability string
	RTO, RPO   string
	Gap        bool
}

type fateView struct{ Class, Glyph, Name, Text, Why string }

type whyView struct {
	effectView
	Capabilities, Text string
	Causes             []causeView
	Assuming           []string
}

type causeView struct{ Name, State, Why, Need, Unknowns string }

// wsData is what the script needs of a workspace: by row, the state of each box
// and the effect on each capability.
type wsData struct {
	Rows []rowData `json:"rows"`
}

type rowData struct {
	Title   string      `json:"title"`
	Boxes   []boxState  `json:"boxes"`
	Effects []effectBox `json:"effects"`
}

type boxState struct {
	Class string `json:"c"`
	Text  string `json:"t"`
}

type effectBox struct {
	Class string `json:"c"`
	Text  string `json:"t"`
}

func newWorkspace(number int, r *assess.Result, m *report.Matrix, ws int, services report.Services) (workspaceView, wsData) {
	resource := m.Workspaces[ws]
	v := workspaceView{Number: number, Name: report.ShortName(resource), Region: report.RegionName(resource.Location), ID: resource.ID.String(), Chosen: -1}
	v.Picture = draw(number, r.Estate, resource, services)
	data := wsData{Rows: []rowData{}}
	rows := m.Rows(ws)
	worst, harm := -1, 0
	for i := range rows {
		if h := harmOf(&rows[i]); h > harm {
			worst, harm = i, h
		}
	}
	shown := 0
	for i := range rows {
		row := &rows[i]
		if row.Worst() == outage.None {
			v.Safe = append(v.Safe, report.OutagesPlain(row.Outages, services))
			continue
		}
		view := viewRow(row, r, services, v.Picture.near)
		view.Number, view.ID, view.Chosen = shown, "o-"+report.Number(number)+"-"+report.Number(shown), i == worst
		states, effects := v.Picture.states(row, r), effectBoxes(row)
		if view.Chosen {
			v.Chosen = shown
			v.Picture.apply(view.Title, states, effects)
		}
		data.Rows = append(data.Rows, rowData{Title: view.Title, Boxes: states, Effects: effects})
		v.add(row, view)
		shown++
	}
	return v, data
}

// harmOf weighs a row, so that the worst is shown first: what the target does
// not allow counts most.
func harmOf(row *report.Row) int {
	n := 0
	for _, c := range row.Cells {
		n += report.EffectRank(c.Effect())
		if c.Gap {
			n += 100
		}
	}
	return n
}

func (v *workspaceView) add(row *report.Row, view rowView) {
	title := report.OutageGroup(row.Outages[0])
	if n := len(v.Groups); n == 0 || v.Groups[n-1].Title != title {
		v.Groups = append(v.Groups, rowGroup{Title: title})
	}
	g := &v.Groups[len(v.Groups)-1]
	g.Rows = append(g.Rows, view)
}

func viewRow(row *report.Row, r *assess.Result, services report.Services, near map[*estate.Resource]bool) rowView {
	v := rowView{Name: report.OutagesName(row.Outages, services), Title: report.OutagesTitle(row.Outages, services)}
	for i, c := range row.Cells {
		cell := cellView{effectView: viewEffect(c.Effect()), Capability: report.CapabilityWord(catalog.Capabilities[i]), Gap: c.Gap}
		switch c.Effect() {
		case outage.Lost, outage.Degraded:
			if text := report.SpanText(c.Impact.RTO); text != "0" {
				cell.RTO = text
			}
			cell.RPO = report.DataLoss(c.Impact.RPO)
		case outage.Unknown:
			cell.RTO = report.EffectWord(c.Impact.AtBest) + " or " + report.EffectWord(c.Impact.AtWorst)
		}
		v.Cells = append(v.Cells, cell)
	}
	v.Why = viewWhy(row)
	v.fates(&r.Outages[row.Results[0]], near)
	return v
}

// fates lists what falls of what the workspace leans on, and counts the rest.
func (v *rowView) fates(result *outage.Result, near map[*estate.Resource]bool) {
	hit, far, open := 0, 0, false
	for i := range result.Fates {
		f := &result.Fates[i]
		if !near[f.Resource] {
			far++
			continue
		}
		open = open || f.State == catalog.Unknown
		if hit++; hit > maxRows {
			continue
		}
		x := fateView{Class: "s-" + string(f.State), Glyph: report.StateGlyph(f.State), Name: report.ResourceName(f.Resource), Text: report.FateSentence(f)}
		if f.Through != nil {
			x.Why = "because " + report.ResourceName(f.Through) + " does"
		} else if f.Fact != nil {
			x.Why = f.Fact.Why
		}
		if len(f.Unknowns) > 0 {
			x.Why = strings.TrimSpace(x.Why + " Not known: " + report.Listing(f.Unknowns, 4) + ".")
		}
		v.Fates = append(v.Fates, x)
	}
	if n := hit - len(v.Fates); n > 0 {
		v.Fates = append(v.Fates, fateView{Glyph: "…", Name: report.Number(n), Text: "more"})
	}
	not := " not"
	if open {
		not = " not, or may not,"
	}
	v.Carry = report.Number(hit) + " of " + report.Number(len(near)) + ", the workspace counted, " + report.Plural(hit, "does", "do") + not + " carry on"
	if far > 0 {
		v.Carry += ", nor " + report.Plural(far, "does ", "do ") + report.Number(far) + " elsewhere in the estate"
	}
}

// viewWhy puts capabilities that fare the same for the same reasons together.
func viewWhy(row *report.Row) []whyView {
	var out []whyView
	for i, c := range row.Cells {
		if c.Impact == nil || c.Effect() == outage.None {
			continue
		}
		w := whyView{effectView: viewEffect(c.Effect()), Capabilities: report.CapabilityWord(catalog.Capabilities[i]), Assuming: c.Impact.Assuming}
		w.Text = w.Word
		if c.Effect() != outage.Unknown {
			w.Text += report.ForHowLong(c.Impact.RTO)
		} else {
			w.Text += ": " + report.EffectWord(c.Impact.AtBest) + " at best, " + report.EffectWord(c.Impact.AtWorst) + " at worst"
		}
		if d := report.DataLoss(c.Impact.RPO); d != "" {
			w.Text += "; data lost: " + d
		}
		for j := range c.Impact.Because {
			w.Causes = append(w.Causes, viewCause(&c.Impact.Because[j], row.First))
		}
		if at := sameWhy(out, w); at >= 0 {
			out[at].Capabilities += ", " + w.Capabilities
			continue
		}
		out = append(out, w)
	}
	return out
}

func sameWhy(all []whyView, w whyView) int {
	for i := range all {
		if all[i].Text != w.Text || len(all[i].Causes) != len(w.Causes) {
			continue
		}
		same := true
		for j := range w.Causes {
			same = same && all[i].Causes[j].Name == w.Causes[j].Name && all[i].Causes[j].State == w.Causes[j].State
		}
		if same {
			return i
		}
	}
	return -1
}

func viewCause(c *outage.Cause, result *outage.Result) causeView {
	v := causeView{Name: report.ResourceName(c.Resource), State: "is " + report.EffectWord(c.Effect), Unknowns: report.Listing(c.Unknowns, 4)}
	if c.Via != nil && c.Via != c.Resource {
		v.Name += " (by way of " + report.ResourceName(c.Via) + ")"
	}
	if c.Fact != nil {
		v.State, v.Why = report.StateWord(c.Fact.State), c.Fact.Why
	} else if fate, ok := result.Fate(c.Resource); ok {
		v.State = report.StateWord(fate.State)
	}
	if c.Need != nil {
		v.Need = c.Need.Why
	}
	return v
}

func effectBoxes(row *report.Row) []effectBox {
	out := make([]effectBox, len(row.Cells))
	for i, c := range row.Cells {
		v := viewEffect(c.Effect())
		text := v.Glyph + " " + v.Word
		if c.Gap {
			text += "!"
		}
		out[i] = effectBox{v.Class, text}
	}
	return out
}

// roleWords says in which roles a resource is leaned on by another, shortly.
func roleWords(roles []estate.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = strings.ReplaceAll(string(r), "-", " ")
	}
	return strings.Join(words, ", ")
}
