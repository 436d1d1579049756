package availability

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/bdd"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Variant is an estate with something changed, and its model.
type Variant struct {
	Estate *estate.Estate
	Model  *outage.Model
}

// Group is some resources of an estate, by index, and the ways in which they can
// be set; the first one is as they are.
type Group struct {
	Resources []int
	Variants  []Variant
}

// Surface is how available a capability of a workspace is, at worst, as a function
// of how groups of resources are set. It is one fault tree for all of them: each
// group has a switch with a position for each of its variants, so that a
// combination costs one evaluation of a diagram. What leans on what is taken to be
// the same in all variants. It is for one goroutine.
type Surface struct {
	sheet     *sheet
	groups    int
	variants  []int   // by group
	switches  [][]int // by group and position: its variable, -1 when nothing depends on it; the last one is [Best]
	batch     *bdd.Batch
	p, out    [][bdd.Lanes]float64
	evaluated int
}

// Best is the position of a group that has not been decided: it is hurt only by
// what hurts it in every one of its variants, so that no decision can be better.
const Best = -1

// ErrTooLarge says that the tree of all configurations has too many nodes: with
// fewer groups it has fewer.
var ErrTooLarge = errors.New("the fault tree of all configurations is too large")

// NewSurface makes the surface of a capability of a workspace of a classified
// estate. Regions are those of [Options]; nodes bounds the diagram (0: as many as
// there may be). The error is [ErrTooLarge].
func NewSurface(base Variant, cat *catalog.Catalog, rates *Rates, ws *estate.Resource, c catalog.Capability, groups []Group, regions []string, nodes int) (*Surface, error) {
	s := &sheet{pool: newPool(rates), byTop: map[*faulttree.Formula]int{}, names: map[string]bool{}, limit: nodes}
	f := &Surface{sheet: s, groups: len(groups), variants: make([]int, len(groups))}
	sel := &selection{pool: s.pool, base: base, groups: groups, of: map[int]int{}}
	for g := range groups {
		f.variants[g] = len(groups[g].Variants)
		for _, i := range groups[g].Resources {
			sel.of[i] = g
		}
		sel.make(g)
	}
	loops := findCycles(base.Estate, base.Model)
	there := touched(base.Model, base.Estate, regions)
	j := &joiner{reading: ExpectedReading}
	for k, cut := range []bool{false, true} {
		j.builders[k] = &builder{
			pool: s.pool, estate: base.Estate, model: base.Model, catalog: cat, cycles: loops, side: atWorst, cut: cut, own: sel.own,
			memo: make([]*quad, len(base.Estate.Resources)), there: there,
		}
		j.done[k] = map[*estate.Resource]*[6]top{}
	}
	t, _ := j.top(ws, slices.Index(catalog.Capabilities, c))
	s.top(label{"lost-" + ws.Name, string(c)}, string(c)+" of "+ws.Name+" is lost", t.lost)
	s.finish()
	s.order = sel.order
	if err := s.compile(); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", ws.Name, ErrTooLarge, err)
	}
	f.wire(sel)
	return f, nil
}

// wire finds the variables of the switches.
func (f *Surface) wire(sel *selection) {
	s := f.sheet
	variable := make(map[*Basic]int, len(s.basics))
	for v, b := range s.basics {
		variable[b] = v
	}
	for g := range f.groups {
		row := make([]int, len(sel.switches[g]))
		for k, b := range sel.switches[g] {
			v, used := variable[b]
			if !used {
				v = -1
			}
			row[k] = v
		}
		f.switches = append(f.switches, row)
	}
	f.batch = s.flat.Batch()
	f.p, f.out = make([][bdd.Lanes]float64, len(s.basics)), make([][bdd.Lanes]float64, len(s.tops))
	for v, p := range s.middleP {
		for lane := range f.p[v] {
			f.p[v][lane] = p
		}
	}
}

// Lost gives for each combination (a variant for each group, or [Best]) for which
// share of the time the capability is lost.
func (f *Surface) Lost(combinations [][]int) []float64 {
	out := make([]float64, 0, len(combinations))
	if len(f.sheet.tops) == 0 { // nothing can take it away
		return make([]float64, len(combinations))
	}
	for from := 0; from < len(combinations); from += bdd.Lanes {
		lanes := combinations[from:min(from+bdd.Lanes, len(combinations))]
		for lane, picks := range lanes {
			for g, row := range f.switches {
				at := picks[g]
				if at == Best {
					at = f.variants[g]
				}
				for k, v := range row {
					if v >= 0 {
						f.p[v][lane] = 0
						if k == at {
							f.p[v][lane] = 1
						}
					}
				}
			}
		}
		f.batch.Run(f.p, f.out)
		out = append(out, f.out[0][:len(lanes)]...)
	}
	f.evaluated += len(combinations)
	return out
}

// Matters says whether anything depends on how a group is set.
func (f *Surface) Matters(g int) bool {
	return slices.ContainsFunc(f.switches[g], func(v int) bool { return v >= 0 })
}

// Evaluated is how many combinations have been asked for.
func (f *Surface) Evaluated() int { return f.evaluated }

// Nodes is the size of the diagram.
func (f *Surface) Nodes() int { return f.sheet.flat.Len() }

// selection puts the switches into the trees.
type selection struct {
	*pool
	base     Variant
	groups   []Group
	of       map[int]int // resource -> group
	switches [][]*Basic  // by group: one for each variant, then that for the best of all
}

func (s *selection) make(g int) {
	row := make([]*Basic, len(s.groups[g].Variants)+1)
	for k := range row {
		row[k] = s.add(&Basic{Kind: selected, Title: fmt.Sprintf("group %d is set in the way %d", g, k), number: g}, fmt.Sprintf("set-%d-%d", g, k))
	}
	s.switches = append(s.switches, row)
}

// own is what hurts a resource itself: of one that belongs to no group as ever; of
// others what hurts it in every variant, and what hurts it in the one that is
// selected.
func (s *selection) own(b *builder, i int) quad {
	g, in := s.of[i]
	if !in {
		return expected(b, i)
	}
	r := b.estate.Resources[i]
	variants := s.groups[g].Variants
	all := make([][4][]*faulttree.Formula, len(variants))
	for k, v := range variants {
		other := *b
		other.estate, other.model, other.original = v.Estate, v.Model, s.base.Estate
		if now := v.Estate.ByID(r.ID); now != nil {
			all[k] = other.hurts(now.Index())
		}
	}
	var out quad
	for part := range out {
		out[part] = s.chosen(b, r.Name, g, part, all)
	}
	return out
}

func (s *selection) chosen(b *builder, name string, g, part int, all [][4][]*faulttree.Formula) *faulttree.Formula {
	var always []*faulttree.Formula
	for _, f := range all[0][part] {
		common := f != nil
		for k := range all {
			common = common && slices.Contains(all[k][part], f)
		}
		if common {
			always = append(always, f)
		}
	}
	out := slices.Clone(always)
	whole := make([]*faulttree.Formula, len(all))
	for k := range all {
		var rest []*faulttree.Formula
		for _, f := range all[k][part] {
			if f != nil && !slices.Contains(always, f) {
				rest = append(rest, f)
			}
		}
		what := label{name, fmt.Sprintf("%s-in-the-way-%d", ownLabels[part], k)}
		whole[k] = b.or(what, rest...)
		out = append(out, b.and(label{name, what.what + "-selected"}, s.switches[g][k].ref, whole[k]))
	}
	if bottom := b.and(label{name, ownLabels[part] + "-in-any-way"}, whole...); bottom != nil {
		best := s.switches[g][len(all)]
		out = append(out, b.and(label{name, ownLabels[part] + "-at-best"}, best.ref, bottom))
	}
	return b.or(label{name, ownLabels[part]}, out...)
}

// order puts region after region: what takes whole regions and zones and what
// belongs to no group, then group by group, those of one service together, the
// failure of that service, the switches, places, failovers and single failures.
// What a diagram has to remember between two groups is then only what failed of the
// region, and of a service that both belong to.
func (s *selection) order(basics []*Basic) []*Basic {
	regions := map[string]int{}
	for _, b := range basics {
		if _, known := regions[b.region]; b.region != "" && b.Kind != Service && !known {
			regions[b.region] = len(regions) + 1
		}
	}
	turn, served := s.turns(regions)
	at := make(map[*Basic][3]int, len(basics)) // region, turn of the group, rank within
	for _, b := range basics {
		root := b
		if o := b.owner(); o != nil {
			root = o.Basic
		}
		first, needed := served[[2]string{root.family, root.region}]
		g, grouped := s.groupOf(b)
		switch {
		case b.Kind == selected:
			at[b] = [3]int{turn[b.number][0], turn[b.number][1], 1}
		case grouped:
			at[b] = [3]int{turn[g][0], turn[g][1], 2}
		case root.Kind == Service && needed:
			at[b] = [3]int{turn[first][0], turn[first][1], 0}
		case root.region != "":
			at[b] = [3]int{regions[root.region], 0, 0}
		}
	}
	out := slices.Clone(basics)
	slices.SortStableFunc(out, func(a, b *Basic) int {
		x, y := at[a], at[b]
		return slices.Compare(x[:], y[:])
	})
	return out
}

// turns gives for each group the number of its region and its turn, from 1 on, and
// for each service in a region the first group that belongs to it.
func (s *selection) turns(regions map[string]int) (turn [][2]int, served map[[2]string]int) {
	type home struct{ region, service string }
	homes, order := make([]home, len(s.groups)), make([]int, len(s.groups))
	for g := range s.groups {
		order[g] = g
		for _, i := range s.groups[g].Resources {
			if stands, _ := s.base.Model.Standing(i); len(stands) > 0 && homes[g].region == "" {
				homes[g] = home{stands[0], s.base.Model.ServiceOf(i)}
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(regions[homes[a].region], regions[homes[b].region]), cmp.Compare(homes[a].service, homes[b].service))
	})
	turn, served = make([][2]int, len(s.groups)), map[[2]string]int{}
	for n, g := range order {
		turn[g] = [2]int{regions[homes[g].region], n + 1}
		for _, i := range s.groups[g].Resources {
			stands, _ := s.base.Model.Standing(i)
			for _, r := range stands {
				key := [2]string{s.base.Model.ServiceOf(i), r}
				if _, known := served[key]; !known {
					served[key] = g
				}
			}
		}
	}
	return turn, served
}

// groupOf gives the group that a basic event is about: places, failovers and
// single failures of its resources.
func (s *selection) groupOf(b *Basic) (int, bool) {
	at := b.At
	if at == nil && b.Kind == Phase && b.root != nil {
		at = b.root.At
	}
	if at == nil {
		return 0, false
	}
	was := s.base.Estate.ByID(at.ID)
	if was == nil {
		return 0, false
	}
	g, in := s.of[was.Index()]
	return g, in
}
