package availability

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/bdd"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Row is one capability of one workspace.
type Row struct {
	Workspace  *estate.Resource
	Capability catalog.Capability

	// Expected and Contractual say for which share of the time the capability is
	// not lost; Whole and ContractualWhole, for which it is not even degraded.
	Expected, Whole               Interval
	Contractual, ContractualWhole Interval

	trees [2]tree // by reading
}

// Interval is a share of the time at best and at worst: the two differ where
// settings are not known. Low and High enclose 90 % of what the uncertain rates
// allow, at worst and at best respectively.
type Interval struct {
	Best, Worst float64
	Low, High   float64
}

// tree is the fault trees of a row in one reading, by side.
type tree struct {
	lost, hurt [2]int                // numbers of tops, -1: never
	settled    [2]*faulttree.Formula // lost for those who have switched over; for tests
}

// Reading is one of the two ways to put figures on failures.
type Reading int

// The readings.
const (
	ExpectedReading Reading = iota
	ContractualReading
)

// String is the reading's name.
func (r Reading) String() string {
	if r == ContractualReading {
		return "contractual"
	}
	return "expected"
}

// Analysis is an estate with its fault trees and their figures. It is for one
// goroutine: it remembers what it was asked.
type Analysis struct {
	Estate  *estate.Estate
	Catalog *catalog.Catalog
	Model   *outage.Model
	Rates   *Rates
	Rows    []*Row // by workspace in estate order, then by capability in order

	sheets [2]*sheet // by reading
	years  map[string][2]float64
}

// sheet is all the trees of one reading.
type sheet struct {
	*pool
	tops      []*faulttree.Gate
	titles    []string
	byTop     map[*faulttree.Formula]int
	names     map[string]bool // of tops, in lower case
	diagram   *bdd.Diagram
	functions []bdd.Func // by top
	flat      *bdd.Flat
	basics    []*Basic  // by variable
	middleP   []float64 // by variable, with the middle values
	at        []float64 // by top, with the middle values
	walk      walker
	order     func([]*Basic) []*Basic // nil: as [sheet.ordered] has it
	limit     int                     // of nodes; 0: maxNodes
}

// Options are how an analysis is made.
type Options struct {
	Draws int    // of uncertain rates; 0: 1000, fewer for very large estates
	Seed  uint64 // of the draws
	// Regions are taken to be touched although nothing of the estate may stand
	// there: that they fail together with others counts. So figures with and without
	// something in a second region can be compared.
	Regions []string
}

// New analyses a classified estate. The error is that of the context, or says
// that the trees are too large.
func New(ctx context.Context, e *estate.Estate, cat *catalog.Catalog, rates *Rates, opt Options) (*Analysis, error) {
	a := &Analysis{Estate: e, Catalog: cat, Model: outage.New(e, cat), Rates: rates, years: map[string][2]float64{}}
	for _, ws := range a.Model.Workspaces() {
		for _, c := range catalog.Capabilities {
			a.Rows = append(a.Rows, &Row{Workspace: ws, Capability: c})
		}
	}
	loops := findCycles(e, a.Model)
	for reading := range a.sheets {
		a.sheets[reading] = a.build(Reading(reading), loops, opt.Regions)
	}
	for reading, s := range a.sheets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.compile(); err != nil {
			return nil, fmt.Errorf("the fault trees of the %s reading: %w", Reading(reading), err)
		}
	}
	a.figures()
	return a, a.spread(ctx, opt)
}

// build makes all trees of one reading.
func (a *Analysis) build(reading Reading, loops *cycles, regions []string) *sheet {
	s := &sheet{pool: newPool(a.Rates), byTop: map[*faulttree.Formula]int{}, names: map[string]bool{}}
	own := expected
	if reading == ContractualReading {
		own = contractual(a.Catalog)
	}
	there := touched(a.Model, a.Estate, regions)
	sides := []side{atWorst, atBest}
	if !a.doubtful() {
		sides = sides[:1]
	}
	for _, sd := range sides {
		j := &joiner{reading: reading}
		for k, cut := range []bool{false, true} {
			j.builders[k] = &builder{
				pool: s.pool, estate: a.Estate, model: a.Model, catalog: a.Catalog, cycles: loops, side: sd, cut: cut, own: own,
				memo: make([]*quad, len(a.Estate.Resources)), there: there,
			}
			j.done[k] = map[*estate.Resource]*[6]top{}
		}
		for n, row := range a.Rows {
			c := n % len(catalog.Capabilities)
			t, settled := j.top(row.Workspace, c)
			title := string(row.Capability) + " of " + row.Workspace.Name
			row.trees[reading].lost[sd] = s.top(label{"lost-" + row.Workspace.Name, string(row.Capability)}, title+" is lost", t.lost)
			row.trees[reading].hurt[sd] = s.top(label{"hurt-" + row.Workspace.Name, string(row.Capability)}, title+" is lost or degraded", s.or(label{row.Workspace.Name, string(row.Capability) + "-lost-or-degraded"}, t.lost, t.hurt))
			row.trees[reading].settled[sd] = settled
		}
	}
	if len(sides) == 1 {
		for _, row := range a.Rows {
			t := &row.trees[reading]
			t.lost[atBest], t.hurt[atBest], t.settled[atBest] = t.lost[atWorst], t.hurt[atWorst], t.settled[atWorst]
		}
	}
	s.finish()
	return s
}

// touched is the set of regions in which something of the estate stands, and of
// those that are given.
func touched(m *outage.Model, e *estate.Estate, regions []string) map[string]bool {
	there := map[string]bool{}
	for _, r := range regions {
		there[r] = true
	}
	for i := range e.Resources {
		regions, _ := m.Standing(i)
		for _, r := range regions {
			there[r] = true
		}
	}
	return there
}

// doubtful says whether anything is not known that could make a difference.
func (a *Analysis) doubtful() bool {
	for i, r := range a.Estate.Resources {
		if r.Presence != "" || r.External {
			return true
		}
		if regions, sure := a.Model.Standing(i); !sure && len(regions) > 0 {
			return true
		}
		for _, scope := range catalog.Scopes() {
			if re := a.Model.Reaction(i, scope); re.Best != re.Worst || re.AtBest != re.AtWorst {
				return true
			}
		}
		if p := a.Catalog.Promise(a.Estate, r); p.Best != p.Worst {
			return true
		}
	}
	return false
}

// top enters a top event once.
func (s *sheet) top(name label, title string, f *faulttree.Formula) int {
	if f == nil {
		return -1
	}
	n, ok := s.byTop[f]
	if !ok {
		n = len(s.tops)
		s.byTop[f] = n
		g := s.gate(name, &faulttree.Formula{Op: faulttree.Ref, Gate: f.Gate, Event: f.Event}).Gate
		g.Name, g.Label = s.unique(g.Name), title
		s.tops = append(s.tops, g)
		s.titles = append(s.titles, title)
	}
	return n
}

// vector is the probability of each variable with the given rates.
func (s *sheet) vector(d *draw) []float64 {
	p := make([]float64, len(s.basics))
	for v, b := range s.basics {
		p[v] = s.probability(b, d)
	}
	return p
}

// unique makes an identifier of the Open-PSA format (a letter, then letters,
// digits, underscores and single hyphens) that no other top event has, in any
// letter case.
func (s *sheet) unique(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
			b.WriteByte(c)
		case c == '-' && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte(c)
		case c != '-':
			b.WriteByte('_')
		}
	}
	base := strings.Trim(b.String(), "-")
	name := base
	for n := 2; s.names[strings.ToLower(name)]; n++ {
		name = base + "_" + strconv.Itoa(n)
	}
	s.names[strings.ToLower(name)] = true
	return name
}

// joiner puts pairs together.
type joiner struct {
	reading  Reading
	builders [2]*builder // not cut, cut
	done     [2]map[*estate.Resource]*[6]top
}

func (j *joiner) of(k int, ws *estate.Resource) *[6]top {
	t := j.done[k][ws]
	if t == nil {
		all := j.builders[k].capabilities(ws)
		if j.reading == ExpectedReading {
			for c, name := range catalog.Capabilities {
				g := j.builders[k].global(name)
				all[c].lost = j.builders[k].or(label{ws.Name, string(name) + "-gone-or-global"}, all[c].lost, g.lost)
				all[c].hurt = j.builders[k].or(label{ws.Name, string(name) + "-hurt-or-global"}, all[c].hurt, g.hurt)
			}
		}
		t = &all
		j.done[k][ws] = t
	}
	return t
}

// top gives the trees of a capability, with what the secondaries of a pair keep.
// With a secondary it is lost until the switch, and after it when the secondary
// is lost too or the switch failed.
func (j *joiner) top(ws *estate.Resource, c int) (t top, settled *faulttree.Formula) {
	t = j.of(0, ws)[c]
	b := j.builders[0]
	name := ws.Name + "-" + string(catalog.Capabilities[c])
	both, plain := []*faulttree.Formula{t.lost}, []*faulttree.Formula{t.lost}
	for _, s := range b.model.Standbys(ws) {
		able := s.AtBest[c]
		if b.side == atWorst {
			able = s.AtWorst[c]
		}
		if !able {
			continue
		}
		lost := j.of(0, s.Workspace)[c].lost
		plain = append(plain, lost)
		if j.reading == ExpectedReading {
			lost = b.or(label{name, "not-taken-over"}, lost, b.switching(ws, s.Workspace))
		}
		both = append(both, lost)
	}
	if len(both) == 1 {
		return t, t.lost
	}
	settled = b.and(label{name, "lost-everywhere"}, plain...)
	whole := t.lost
	t.lost = b.and(label{name, "lost-after-the-switch"}, both...)
	if j.reading == ExpectedReading {
		t.lost = b.or(label{name, "lost"}, t.lost, j.of(1, ws)[c].lost)
	}
	t.hurt = b.or(label{name, "hurt-or-switched"}, t.hurt, whole)
	return t, settled
}

func (b *builder) switching(from, to *estate.Resource) *faulttree.Formula {
	return b.chance("switch-"+key(from)+"-"+key(to), func() *Basic {
		return &Basic{Kind: Switch, Title: "switching from " + from.Name + " to " + to.Name, Rate: b.rates.Get(rateFailover)}
	})
}
