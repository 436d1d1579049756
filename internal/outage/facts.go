package outage

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// facts is a catalog made ready for models: its services, roles and needs as
// numbers. It does not change, but for the rows, which are read when first met.
type facts struct {
	cat        *catalog.Catalog
	services   []string // ids, in catalog order
	numbers    map[string]int16
	family     []int16         // by service: the number of the one it extends, or its own
	needs      []*catalog.Need // by capability, in order
	capability []int8          // by need: number of its capability, -1 for one that is not known
	roles      map[estate.Role]uint16
	needsOf    [][]roleNeed // by role
	spreadsOf  [][]spread   // by role

	mu   sync.Mutex
	rows map[*catalog.Survival]*survival
}

// roleNeed is a need of a role, with its services as numbers.
type roleNeed struct {
	number   int
	services []bool
}

// spread is a [catalog.Spread] with its services as numbers.
type spread struct {
	*catalog.Spread
	from, to []bool // by service number; nil: any
}

// lastFacts is those of the catalog that was used last: most programs use one.
var lastFacts atomic.Pointer[facts]

func factsOf(cat *catalog.Catalog) *facts {
	if f := lastFacts.Load(); f != nil && f.cat == cat {
		return f
	}
	f := &facts{cat: cat, numbers: make(map[string]int16), roles: make(map[estate.Role]uint16), rows: make(map[*catalog.Survival]*survival)}
	for i, s := range cat.Services() {
		f.services = append(f.services, s.ID)
		f.numbers[s.ID] = int16(i)
	}
	for _, id := range f.services {
		f.family = append(f.family, f.numbers[cat.Family(id)])
	}
	f.role("") // number 0: a role that no need and no spread is about
	f.needs = withOwn(cat.Needs())
	slices.SortStableFunc(f.needs, func(a, b *catalog.Need) int {
		return slices.Index(catalog.Capabilities, a.Capability) - slices.Index(catalog.Capabilities, b.Capability)
	})
	for i, n := range f.needs {
		f.capability = append(f.capability, int8(slices.Index(catalog.Capabilities, n.Capability)))
		role := f.role(n.Role)
		f.needsOf[role] = append(f.needsOf[role], roleNeed{i, f.mask(n.Services)})
	}
	for _, s := range cat.Spreads() {
		role := f.role(s.Role)
		f.spreadsOf[role] = append(f.spreadsOf[role], spread{s, f.mask(s.From), f.mask(s.To)})
	}
	lastFacts.Store(f)
	return f
}

// role gives the number of a role, a new one for a new role.
func (f *facts) role(r estate.Role) uint16 {
	n, ok := f.roles[r]
	if !ok {
		n = uint16(len(f.roles))
		f.roles[r] = n
		f.needsOf, f.spreadsOf = append(f.needsOf, nil), append(f.spreadsOf, nil)
	}
	return n
}

// mask makes a table of service ids; nil, which means any, of an empty list.
func (f *facts) mask(services []string) []bool {
	if len(services) == 0 {
		return nil
	}
	m := make([]bool, len(f.services))
	for _, id := range services {
		if n, ok := f.numbers[id]; ok {
			m[n] = true
		}
	}
	return m
}

func in(mask []bool, service int16) bool {
	return mask == nil || service >= 0 && mask[service]
}

// withOwn adds to the needs that each capability needs its workspace, where the
// catalog does not say how: it is something that people do with it.
func withOwn(needs []*catalog.Need) []*catalog.Need {
	out := slices.Clone(needs)
	for _, c := range catalog.Capabilities {
		if !slices.ContainsFunc(needs, func(n *catalog.Need) bool { return n.Capability == c && n.Role == estate.Workspace }) {
			out = append(out, &catalog.Need{Capability: c, Role: estate.Workspace, Read: catalog.Hard, Write: catalog.Hard, Why: "It is done with the workspace."})
		}
	}
	return out
}

// survival is what a resource does when it is hit, at best and at worst.
type survival struct {
	best, worst     condition
	state           catalog.State
	atBest, atWorst catalog.State
	fact            *catalog.Survival // nil when the row is not known
	unknowns        []string
}

// survive weighs the rows of facts that may hold against each other. A row is
// read once for all resources that share it.
func (f *facts) survive(e *estate.Estate, r *estate.Resource, scope catalog.Scope) *survival {
	o := f.cat.Survive(e, r, scope)
	if o.Fact == nil {
		return ofRows(o)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.rows[o.Fact]
	if s == nil {
		row := ofRow(o.Fact)
		s = &row
		f.rows[o.Fact] = s
	}
	return s
}

// ofRow gives what the one row says. A row may say that nobody knows.
func ofRow(f *catalog.Survival) survival {
	c := ofFact(f)
	s := survival{best: c, worst: c, state: f.State, atBest: f.State, atWorst: f.State, fact: f}
	if f.State == catalog.Unknown {
		s.best, s.atBest, s.atWorst = condition{}, catalog.CarriesOn, catalog.Down
		s.unknowns = []string{f.Why}
	}
	return s
}

// ofRows gives the lightest and the gravest of the rows that may hold. Without
// any row nothing is known.
func ofRows(o catalog.Outcome) *survival {
	s := &survival{state: catalog.Unknown, unknowns: o.Unknowns}
	if len(o.Candidates) == 0 {
		lost := out(spanUnknown)
		s.worst = condition{read: lost, write: lost, loss: spanUnknown}
		s.atBest, s.atWorst = catalog.CarriesOn, catalog.Down
		return s
	}
	for i, f := range o.Candidates {
		one := ofRow(f)
		if i == 0 {
			s.best, s.worst, s.atBest, s.atWorst = one.best, one.worst, one.atBest, one.atWorst
			continue
		}
		if one.best.compare(s.best) < 0 {
			s.atBest = one.atBest
		}
		if one.worst.compare(s.worst) > 0 {
			s.atWorst = one.atWorst
		}
		s.best, s.worst = s.best.or(one.best), s.worst.and(one.worst)
	}
	if s.atBest == s.atWorst {
		s.state = s.atBest
	}
	return s
}
