package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/report"
	"github.com/mattn/go-runewidth"
)

// The geometry of a picture, in pixels.
const (
	boxWidth    = 212
	boxHeight   = 60
	boxGap      = 12
	groupGap    = 26 // above the first box of a group, for its name
	columnGap   = 64
	homeWidth   = 210
	homeHeight  = 200
	bandTop     = 40 // for the names of the sides
	margin      = 16
	lineColumns = 23 // of text in a box
)

// From fullColumn boxes on, those of one service are put together where there
// are at least crowd of them; from maxColumn on, whatever is left.
const (
	fullColumn = 12
	crowd      = 4
	maxColumn  = 22
)

// picture is the map of one workspace: the workspace in the middle, what
// Microsoft keeps up to its left, what the customer keeps up to its right, and
// farther out what those lean on.
type picture struct {
	Number        int
	Width, Height int
	Bands         []band
	Boxes         []*box
	Arrows        []arrow
	Home          homeBox
	Title         string // the outage that is shown
	Big           bool   // wider than a page: it shrinks with the window
	Notes         []string

	near map[*estate.Resource]bool // all that the workspace leans on, drawn or not
}

type band struct {
	X, Y, Width, Height int
	Class, Title        string
}

// homeBox is the workspace itself.
type homeBox struct {
	X, Y, Width, Height int
	Name, Region        string
	Lines               []homeLine
}

type homeLine struct {
	Y          int
	Capability string
	Class      string
	Text       string
}

// box is one resource, or several of one service.
type box struct {
	Number          int
	X, Y            int
	Width, Height   int
	Role, Name, Sub string
	Tooltip         string
	Group           string // the name above it, "" when it goes on with the one before
	GroupY          int
	Named           bool // only named, not in the input
	Class, State    string
	members         []*estate.Resource
	side, level     int // side -1: Microsoft, 1: customer
	service, group  string
	order           int
}

type arrow struct {
	Path     string
	From, To int // numbers of boxes, -1 for the workspace
	Class    string
}

// unseenRoles are relations that would clutter the picture without telling how
// the workspace lives.
var unseenRoles = map[estate.Role]bool{
	estate.ResourceGroup: true, estate.Lock: true, estate.Parent: true, estate.Identity: true, estate.ManagedGroup: true, estate.Pair: true,
}

// draw lays out the picture of a workspace.
func draw(number int, e *estate.Estate, ws *estate.Resource, services report.Services) *picture {
	p := &picture{Number: number}
	boxes, of, undrawn := p.collect(e, ws, services)
	p.columns(boxes, parents(e, boxes, of))
	p.Home.Name, p.Home.Region = shorten(report.ShortName(ws), 22), shorten(report.RegionName(ws.Location), 26)
	for i, c := range catalog.Capabilities {
		p.Home.Lines = append(p.Home.Lines, homeLine{Y: p.Home.Y + 66 + 22*i, Capability: report.CapabilityWord(c), Class: "e-none", Text: "✓ holds"})
	}
	p.arrows(e, ws, of)
	if undrawn > 0 {
		p.Notes = append(p.Notes, "Not drawn: "+report.Count(undrawn, "resource", "resources")+" of no service of the catalog that the workspace leans on.")
	}
	together := 0
	for _, b := range p.Boxes {
		if len(b.members) > 1 {
			together += len(b.members)
		}
	}
	if together > 0 {
		p.Notes = append(p.Notes, "Drawn together with others of their service: "+report.Count(together, "resource", "resources")+".")
	}
	return p
}

// collect finds what the workspace leans on, makes boxes of it, and says which
// box a resource is in.
func (p *picture) collect(e *estate.Estate, ws *estate.Resource, services report.Services) (boxes []*box, of map[*estate.Resource]*box, undrawn int) {
	of = map[*estate.Resource]*box{}
	level := map[*estate.Resource]int{ws: 0}
	p.near = map[*estate.Resource]bool{ws: true}
	queue := []*estate.Resource{ws}
	for len(queue) > 0 {
		from := queue[0]
		queue = queue[1:]
		for rel := range e.LeansOn(from) {
			if _, seen := level[rel.To]; seen || unseenRoles[rel.Role] {
				continue
			}
			level[rel.To] = level[from] + 1
			p.near[rel.To] = true
			svc := services.Of(rel.To.Service)
			if svc == nil {
				undrawn++
				continue
			}
			b := newBox(rel.To, rel.Role, svc, min(level[rel.To], 3))
			boxes = append(boxes, b)
			of[rel.To] = b
			queue = append(queue, rel.To)
		}
	}
	for i, svc := range services.All() {
		for _, b := range boxes {
			if b.service == svc.ID {
				b.order = i
			}
		}
	}
	boxes = together(boxes)
	for _, b := range boxes {
		for _, m := range b.members {
			of[m] = b
		}
	}
	return boxes, of, undrawn
}

func newBox(r *estate.Resource, role estate.Role, svc *catalog.Service, level int) *box {
	b := &box{
		Width: boxWidth, Height: boxHeight, Role: shorten(roleWords([]estate.Role{role}), 20), Name: shorten(report.ShortName(r), lineColumns),
		Sub: shorten(sub(r, svc.Short), 30), Tooltip: report.ResourceName(r) + "\n" + svc.Title + "\n" + r.ID.String(),
		Named: r.External, members: []*estate.Resource{r}, side: 1, level: level, service: svc.ID, group: svc.Group,
	}
	if svc.ManagedBy == "microsoft" {
		b.side = -1
	}
	return b
}

func sub(r *estate.Resource, short string) string {
	switch {
	case r.Implied:
		return short + " · made by Azure"
	case r.External:
		return short + " · only named"
	case len(r.Zones) > 0:
		return short + " · zone " + strings.Join(r.Zones, ", ")
	}
	return short
}

// together puts boxes of the same service together where a column would be too
// long, and at last whatever is still too much.
func together(boxes []*box) []*box {
	byColumn := map[[2]int][]*box{}
	var keys [][2]int
	for _, b := range boxes {
		k := [2]int{b.side, b.level}
		if byColumn[k] == nil {
			keys = append(keys, k)
		}
		byColumn[k] = append(byColumn[k], b)
	}
	var out []*box
	for _, k := range keys {
		column := byColumn[k]
		slices.SortStableFunc(column, func(a, b *box) int { return a.order - b.order })
		if len(column) > fullColumn {
			of := map[string]int{}
			for _, b := range column {
				of[b.service]++
			}
			column = merge(column, func(a, b *box) bool { return a.service == b.service && of[a.service] >= crowd })
		}
		if len(column) > maxColumn {
			rest := merge(column[maxColumn-1:], func(a, b *box) bool { return true })
			column = append(column[:maxColumn-1:maxColumn-1], rest...)
		}
		out = append(out, column...)
	}
	return out
}

func merge(column []*box, same func(a, b *box) bool) []*box {
	var out []*box
	for _, b := range column {
		if n := len(out); n > 0 && same(out[n-1], b) {
			last := out[n-1]
			last.members = append(last.members, b.members...)
			last.Name = report.Number(len(last.members)) + " resources"
			last.Sub, last.Tooltip = strings.Split(last.Sub, " · ")[0], last.Name
			if last.service != b.service {
				last.Sub = "several services"
			}
			last.Named = last.Named && b.Named
			continue
		}
		out = append(out, b)
	}
	return out
}

// shorten cuts text to n columns, for a line in a box.
func shorten(s string, n int) string {
	cond := runewidth.Condition{StrictEmojiNeutral: true}
	if cond.StringWidth(s) <= n {
		return s
	}
	return cond.Truncate(s, n, "…")
}

// states gives what each box does in the outages of a row.
func (p *picture) states(row *report.Row, r *assess.Result) []boxState {
	result := &r.Outages[row.Results[0]]
	fates := make(map[*estate.Resource]catalog.State, len(result.Fates))
	for i := range result.Fates {
		fates[result.Fates[i].Resource] = result.Fates[i].State
	}
	out := make([]boxState, len(p.Boxes))
	for i, b := range p.Boxes {
		worst, hurt := catalog.CarriesOn, 0
		for _, m := range b.members {
			if s, ok := fates[m]; ok {
				hurt++
				if stateRank(s) > stateRank(worst) {
					worst = s
				}
			}
		}
		text := report.StateGlyph(worst) + " " + report.StateShort(worst)
		if len(b.members) > 1 && hurt > 0 {
			text += fmt.Sprintf(" %d/%d", hurt, len(b.members))
		}
		out[i] = boxState{"s-" + string(worst), text}
	}
	return out
}

func stateRank(s catalog.State) int {
	return slices.Index([]catalog.State{catalog.CarriesOn, catalog.FailsOver, catalog.Degraded, catalog.ReadOnly, catalog.FailedOver, catalog.Unknown, catalog.Down}, s)
}

// apply shows an outage in the picture, as the script would.
func (p *picture) apply(title string, boxes []boxState, effects []effectBox) {
	p.Title = title
	for i := range boxes {
		p.Boxes[i].Class, p.Boxes[i].State = boxes[i].Class, boxes[i].Text
	}
	for i := range effects {
		p.Home.Lines[i].Class, p.Home.Lines[i].Text = effects[i].Class, effects[i].Text
	}
	for i := range p.Arrows {
		if to := p.Arrows[i].To; to >= 0 {
			p.Arrows[i].Class = boxes[to].Class
		}
	}
}
