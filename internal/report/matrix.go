package report

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Matrix is outages against capabilities, for one workspace or for all.
type Matrix struct {
	Workspaces []*estate.Resource // those that an outage was tried on, in estate order

	results []outage.Result
	first   [][]int32 // by result, by workspace: the number of its first impact, -1 without one
	falls   []uint64  // by result: what falls in it, as a hash
	gaps    map[gapKey]bool
}

// Cell is what an outage does to one capability of one workspace.
type Cell struct {
	Impact *outage.Impact // nil when the outage was not tried on the workspace
	Gap    bool           // the target asks for more: a finding fails because of it
}

// Effect of the cell, None where nothing was tried.
func (c Cell) Effect() outage.Effect {
	if c.Impact == nil || c.Impact.Effect == "" {
		return outage.None
	}
	return c.Impact.Effect
}

// Row is one outage, or several of the same scope and region that do exactly
// the same to a workspace.
type Row struct {
	Outages []outage.Outage
	Results []int // their numbers in the assessed result
	First   *outage.Result
	Cells   []Cell // by capability, in the order of catalog.Capabilities
}

// Worst is the worst effect in the row.
func (r *Row) Worst() outage.Effect {
	worst := outage.None
	for _, c := range r.Cells {
		if EffectRank(c.Effect()) > EffectRank(worst) {
			worst = c.Effect()
		}
	}
	return worst
}

type gapKey struct {
	workspace  *estate.Resource
	capability catalog.Capability
	outage     outageKey
}

type outageKey struct {
	scope                 catalog.Scope
	region, zone, service string
	resource              *estate.Resource
}

func keyOf(o outage.Outage) outageKey {
	return outageKey{o.Scope, o.Region, o.Zone, o.Service, o.Resource}
}

// NewMatrix orders the impacts of results by workspace. Findings tell which
// cells the target does not allow; they may be nil.
func NewMatrix(results []outage.Result, findings []assess.Finding) *Matrix {
	m := &Matrix{results: results, gaps: map[gapKey]bool{}}
	number := map[*estate.Resource]int{}
	for i := range results {
		for j := range results[i].Impacts {
			ws := results[i].Impacts[j].Workspace
			if _, ok := number[ws]; !ok {
				number[ws] = 0
				m.Workspaces = append(m.Workspaces, ws)
			}
		}
	}
	slices.SortStableFunc(m.Workspaces, func(a, b *estate.Resource) int { return a.Index() - b.Index() })
	for i, ws := range m.Workspaces {
		number[ws] = i
	}
	for i := range results {
		first := slices.Repeat([]int32{-1}, len(m.Workspaces))
		for j := range results[i].Impacts {
			if n := number[results[i].Impacts[j].Workspace]; first[n] < 0 {
				first[n] = int32(j)
			}
		}
		m.first = append(m.first, first)
		m.falls = append(m.falls, fallHash(results[i].Fates))
	}
	for i := range findings {
		if findings[i].Status != assess.Fail {
			continue
		}
		for _, l := range findings[i].Takes {
			m.gaps[gapKey{l.Workspace, l.Capability, keyOf(l.Outage)}] = true
		}
	}
	return m
}

// Cells gives the cells of one outage for the workspace with number ws.
func (m *Matrix) Cells(result, ws int) []Cell {
	cells := make([]Cell, len(catalog.Capabilities))
	start := m.first[result][ws]
	if start < 0 {
		return cells
	}
	workspace, impacts := m.Workspaces[ws], m.results[result].Impacts
	for i := int(start); i < len(impacts) && impacts[i].Workspace == workspace; i++ {
		if n := slices.Index(catalog.Capabilities, impacts[i].Capability); n >= 0 {
			cells[n] = Cell{Impact: &impacts[i]}
			cells[n].Gap = len(m.gaps) > 0 && cells[n].Effect() != outage.None && m.isGap(workspace, impacts[i].Capability, m.results[result].Outage)
		}
	}
	return cells
}

// isGap says that a failing finding takes the capability away in the outage. A
// finding speaks of any zone where all zones of a region do the same.
func (m *Matrix) isGap(ws *estate.Resource, c catalog.Capability, o outage.Outage) bool {
	if m.gaps[gapKey{ws, c, keyOf(o)}] {
		return true
	}
	if o.Scope != catalog.ScopeZone {
		return false
	}
	o.Zone = outage.AnyZone
	return m.gaps[gapKey{ws, c, keyOf(o)}]
}

// Rows gives what each outage does to the workspace with number ws, outages
// that do the same in one row: its own region first, and in a region the zones,
// the region, then single services and resources.
func (m *Matrix) Rows(ws int) []Row {
	var rows []Row
	for i := range m.results {
		if m.first[i][ws] < 0 {
			continue
		}
		o, cells := m.results[i].Outage, m.Cells(i, ws)
		same := slices.IndexFunc(rows, func(r Row) bool {
			return r.Outages[0].Scope == o.Scope && r.Outages[0].Region == o.Region && m.falls[r.Results[0]] == m.falls[i] &&
				slices.EqualFunc(r.Cells, cells, sameCell)
		})
		if same < 0 {
			rows = append(rows, Row{Cells: cells, First: &m.results[i]})
			same = len(rows) - 1
		}
		rows[same].Outages = append(rows[same].Outages, o)
		rows[same].Results = append(rows[same].Results, i)
	}
	home := m.Workspaces[ws].Location
	slices.SortStableFunc(rows, func(a, b Row) int {
		x, y := a.Outages[0], b.Outages[0]
		return cmp.Or(cmp.Compare(away(x, home), away(y, home)), cmp.Compare(x.Region, y.Region), cmp.Compare(ScopeRank(x.Scope), ScopeRank(y.Scope)))
	})
	return rows
}

// away orders outages by how near they are: at home, elsewhere, nowhere.
func away(o outage.Outage, home string) int {
	switch o.Region {
	case home:
		return 0
	case "":
		return 2
	}
	return 1
}

// ScopeRank orders scopes as reports show them.
func ScopeRank(s catalog.Scope) int {
	return slices.Index([]catalog.Scope{catalog.ScopeZone, catalog.ScopeRegion, catalog.ScopeService, catalog.ScopeResource, catalog.ScopeNode}, s)
}

// fallHash is equal for outages in which the same resources fare the same.
func fallHash(fates []outage.Fate) uint64 {
	h := fnv.New64a()
	var number [4]byte
	for i := range fates {
		binary.LittleEndian.PutUint32(number[:], uint32(fates[i].Resource.Index()))
		h.Write(number[:])
		h.Write([]byte(fates[i].State))
	}
	return h.Sum64()
}

func sameCell(a, b Cell) bool {
	if a.Impact == nil || b.Impact == nil {
		return a.Impact == b.Impact
	}
	x, y := a.Impact, b.Impact
	return a.Gap == b.Gap && x.Effect == y.Effect && x.RTO == y.RTO && x.RPO == y.RPO &&
		slices.EqualFunc(x.Because, y.Because, func(p, q outage.Cause) bool {
			return p.Resource == q.Resource && p.Effect == q.Effect && p.Role == q.Role
		})
}

// Tally counts workspaces by what happens to one of their capabilities. Its
// counts add up to the number of workspaces.
type Tally struct{ Lost, Unknown, Degraded, Holds, Gaps int }

// Harmed is the number of workspaces to which something happens, or may.
func (t Tally) Harmed() int { return t.Lost + t.Unknown + t.Degraded }

// Tally counts, for one outage, all workspaces by capability. One on which the
// outage was not tried stands nowhere near it, and holds.
func (m *Matrix) Tally(result int) []Tally {
	tallies := make([]Tally, len(catalog.Capabilities))
	for ws := range m.Workspaces {
		for i, c := range m.Cells(result, ws) {
			switch c.Effect() {
			case outage.Lost:
				tallies[i].Lost++
			case outage.Unknown:
				tallies[i].Unknown++
			case outage.Degraded:
				tallies[i].Degraded++
			default:
				tallies[i].Holds++
			}
			if c.Gap {
				tallies[i].Gaps++
			}
		}
	}
	return tallies
}

// Gaps counts the capabilities that outages take from the workspace with number
// ws beyond what the target allows.
func (m *Matrix) Gaps(ws int) int {
	n := 0
	for i := range m.results {
		for _, c := range m.Cells(i, ws) {
			if c.Gap {
				n++
			}
		}
	}
	return n
}

// WorstFirst orders the workspaces by the number of gaps, then by the number
// of lost capabilities, then as in the estate.
func (m *Matrix) WorstFirst() []int {
	type rank struct{ ws, gaps, lost int }
	ranks := make([]rank, len(m.Workspaces))
	for ws := range m.Workspaces {
		ranks[ws].ws = ws
		for i := range m.results {
			for _, c := range m.Cells(i, ws) {
				if c.Gap {
					ranks[ws].gaps++
				}
				if c.Effect() == outage.Lost {
					ranks[ws].lost++
				}
			}
		}
	}
	slices.SortStableFunc(ranks, func(a, b rank) int {
		if a.gaps != b.gaps {
			return b.gaps - a.gaps
		}
		return b.lost - a.lost
	})
	order := make([]int, len(ranks))
	for i, r := range ranks {
		order[i] = r.ws
	}
	return order
}

// Results are the outages of the matrix, in the order of the result.
func (m *Matrix) Results() []outage.Result { return m.results }
