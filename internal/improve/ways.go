package improve

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/availability"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// way is one configuration of a group.
type way struct {
	changes []Change
	cost    Cost
	variant availability.Variant
	reacts  []reaction

	factors map[*estate.Resource]float64 // what the resources cost, relative to today
	unknown int                          // changes of which the price is not known
}

// group is resources whose reactions hang together, and its ways: the first is as
// it is. No way is at once as dear as another one and the same in every outage.
type group struct {
	resources []int
	ways      []way
}

// Blocked is a remedy that is about a resource and cannot be had.
type Blocked struct {
	Change
	Needs string // what it would need first
	Open  bool   // it is not known whether that is so
}

// survey finds what can be changed in an estate for one workspace.
type survey struct {
	base    availability.Variant
	cat     *catalog.Catalog
	weights *Weights
	region  string // the other one
	keep    func(*catalog.Remedy) bool

	before  []reaction
	blocked []Blocked
	capped  bool // a group has more ways than are looked at
}

// reaction is what a resource does in the outages of all scopes, and where.
type reaction struct {
	scopes  [5][2]outage.Hurt
	states  [5][2]catalog.State
	regions string
}

func reactionOf(v availability.Variant, i int) reaction {
	var out reaction
	for n, scope := range catalog.Scopes() {
		re := v.Model.Reaction(i, scope)
		out.scopes[n], out.states[n] = [2]outage.Hurt{re.Best, re.Worst}, [2]catalog.State{re.AtBest, re.AtWorst}
	}
	regions, _ := v.Model.Standing(i)
	out.regions = strings.Join(regions, " ")
	return out
}

// reactions are those of the resources of the base, as they are in a variant.
func (s *survey) reactions(v availability.Variant) []reaction {
	out := make([]reaction, len(s.base.Estate.Resources))
	for i, r := range s.base.Estate.Resources {
		if now := v.Estate.ByID(r.ID); now != nil {
			out[i] = reactionOf(v, now.Index())
		}
	}
	return out
}

func (s *survey) variant(changes ...Change) availability.Variant {
	e := Apply(s.base.Estate, s.cat, s.region, changes...)
	return availability.Variant{Estate: e, Model: outage.New(e, s.cat)}
}

// maxWays bounds the ways of one group, maxSteps the changes of one way.
const (
	maxWays  = 96
	maxSteps = 5
)

// groups finds all groups. The resources are those that the workspace leans on.
func (s *survey) groups(ctx context.Context, resources []*estate.Resource) ([]group, error) {
	s.before = s.reactions(s.base)
	joined := newUnion(len(s.base.Estate.Resources))
	var able []int
	for _, r := range resources {
		ways, err := s.ways(ctx, []*estate.Resource{r})
		if err != nil {
			return nil, err
		}
		mine := false
		for _, w := range ways[1:] {
			for i := range w.reacts {
				if w.reacts[i] != s.before[i] {
					joined.merge(r.Index(), i)
					mine = true
				}
			}
		}
		if mine {
			able = append(able, r.Index())
		}
	}
	byRoot := map[int][]*estate.Resource{}
	var roots []int
	for _, i := range able {
		root := joined.find(i)
		if byRoot[root] == nil {
			roots = append(roots, root)
		}
		byRoot[root] = append(byRoot[root], s.base.Estate.Resources[i])
	}
	var out []group
	for _, root := range roots {
		ways, err := s.ways(ctx, byRoot[root])
		if err != nil {
			return nil, err
		}
		g := group{ways: s.undominated(ways)}
		for i := range s.before {
			if slices.ContainsFunc(g.ways, func(w way) bool { return w.reacts[i] != s.before[i] }) {
				g.resources = append(g.resources, i)
			}
		}
		if len(g.ways) > 1 {
			out = append(out, g)
		}
	}
	return out, nil
}

// ways tries remedies on some resources, one after the other, breadth first. A way
// is known by the estate that it leads to; of two that lead to the same the cheaper
// one stays.
func (s *survey) ways(ctx context.Context, on []*estate.Resource) ([]way, error) {
	out := []way{{variant: s.base, reacts: s.before}}
	at := map[string]int{s.state(s.base, on): 0}
	for from := 0; from < len(out); from++ {
		if len(out[from].changes) >= maxSteps {
			continue
		}
		for _, r := range on {
			for _, next := range s.next(out[from], r) {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				key := s.state(next.variant, on)
				if old, known := at[key]; known {
					if next.cost.Compare(out[old].cost) < 0 && old > from {
						out[old] = next
					}
					continue
				}
				if len(out) >= maxWays {
					s.capped = true
					return out, nil
				}
				at[key] = len(out)
				out = append(out, next)
			}
		}
	}
	return out, nil
}

// state tells variants apart by what they made of some resources.
func (s *survey) state(v availability.Variant, on []*estate.Resource) string {
	var b bytes.Buffer
	for _, r := range on {
		if now := v.Estate.ByID(r.ID); now != nil {
			b.Write(now.Body.AppendJSON(nil))
			for i := now.Index() + 1; i < len(v.Estate.Resources) && strings.HasPrefix(v.Estate.Resources[i].ID.Key(), now.ID.Key()+"/"); i++ {
				b.WriteString(v.Estate.Resources[i].ID.Key())
				b.Write(v.Estate.Resources[i].Body.AppendJSON(nil))
			}
			for x := range v.Estate.LeansOn(now) {
				b.WriteString(string(x.Role) + x.To.ID.Key())
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// next lists the ways that one more remedy on a resource makes of a way.
func (s *survey) next(w way, was *estate.Resource) []way {
	now := w.variant.Estate.ByID(was.ID)
	var out []way
	for _, rem := range s.cat.RemediesFor(now.Service) {
		if len(rem.Set) == 0 && len(rem.Add) == 0 || !s.useful(rem, now.Service) || !s.keep(rem) {
			continue
		}
		if v := s.cat.Concerns(rem, w.variant.Estate, now); !v.Known || !v.Holds {
			continue
		}
		c := Change{rem, was}
		if s.blocks(c, w, now) {
			continue
		}
		changes := append(slices.Clone(w.changes), c)
		variant := s.variant(changes...)
		after := way{changes: changes, variant: variant, reacts: s.reactions(variant), factors: maps.Clone(w.factors), unknown: w.unknown}
		after.pay(s.cat.CostOf(rem, w.variant.Estate, now), was, s.weights)
		out = append(out, after)
	}
	return out
}

// pay adds what one more change costs: a factor of what the resource costs after
// the changes before it.
func (w *way) pay(cost *catalog.Cost, r *estate.Resource, weights *Weights) {
	_, known := weights.Of(r)
	switch {
	case cost != nil && cost.Factor == 1:
	case cost == nil || !known:
		w.unknown++
	case w.factors == nil:
		w.factors = map[*estate.Resource]float64{r: cost.Factor}
	case w.factors[r] == 0:
		w.factors[r] = cost.Factor
	default:
		w.factors[r] *= cost.Factor
	}
	w.cost = Cost{Unknown: w.unknown}
	for _, c := range w.changes { // in the order of the changes: sums of floats depend on it
		if f, ok := w.factors[c.Resource]; ok && !slices.ContainsFunc(w.changes[:slices.Index(w.changes, c)], func(x Change) bool { return x.Resource == c.Resource }) {
			today, _ := weights.Of(c.Resource)
			w.cost.Extra += today * (f - 1)
		}
	}
}

// useful says that a remedy helps in some outage, or brings about what such a one
// needs first.
func (s *survey) useful(rem *catalog.Remedy, service string) bool {
	helps := func(r *catalog.Remedy) bool {
		return slices.ContainsFunc(r.Scopes, func(x catalog.Scope) bool { return x != catalog.ScopeResource })
	}
	if helps(rem) {
		return true
	}
	return slices.ContainsFunc(s.cat.RemediesFor(service), func(r *catalog.Remedy) bool {
		return helps(r) && slices.ContainsFunc(r.Needs, func(n catalog.Requirement) bool { return n.By == rem.ID })
	})
}

// blocks says whether something stands in the way of a change, and notes what
// nothing can bring about.
func (s *survey) blocks(c Change, w way, now *estate.Resource) bool {
	needs, verdicts := s.cat.Missing(c.Remedy, w.variant.Estate, now)
	if len(w.changes) == 0 {
		for i, n := range needs {
			if n.By != "" && verdicts[i].Known {
				continue
			}
			b := Blocked{c, n.Text, !verdicts[i].Known}
			if !slices.Contains(s.blocked, b) {
				s.blocked = append(s.blocked, b)
			}
		}
	}
	return len(needs) > 0
}

// undominated leaves out every way that is not cheaper than another one with the
// same reactions; of equal ones that with the fewest changes stays.
func (s *survey) undominated(ways []way) []way {
	var out []way
	for i := range ways {
		better := func(j int) bool {
			if i == j || !slices.Equal(ways[i].reacts, ways[j].reacts) {
				return false
			}
			if c := ways[j].cost.Compare(ways[i].cost); c != 0 {
				return c < 0
			}
			if len(ways[i].changes) != len(ways[j].changes) {
				return len(ways[j].changes) < len(ways[i].changes)
			}
			return j < i
		}
		beaten := false
		for j := range ways {
			beaten = beaten || i > 0 && better(j)
		}
		if !beaten {
			out = append(out, ways[i])
		}
	}
	return out
}

// union is sets of numbers that grow together.
type union []int

func newUnion(n int) union {
	u := make(union, n)
	for i := range u {
		u[i] = i
	}
	return u
}

func (u union) find(i int) int {
	for u[i] != i {
		u[i] = u[u[i]]
		i = u[i]
	}
	return i
}

func (u union) merge(i, j int) { u[u.find(i)] = u.find(j) }
