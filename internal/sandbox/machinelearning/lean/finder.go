package lean

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Finder answers what operations meet. It is safe for concurrent use.
type Finder struct {
	world *world.World

	mu      sync.Mutex
	version uint64            // of the resources that found is true of
	found   map[string][]item // by key of the workspace
	turns   map[string]uint64 // see [Finder.Odd]
}

// item is something that plays a role for a workspace.
type item struct {
	id      string
	role    estate.Role
	service string
	needs   []*catalog.Need // of that role, that the service can meet
}

// New makes a finder for a world.
func New(w *world.World) *Finder {
	return &Finder{world: w, found: map[string][]item{}, turns: map[string]uint64{}}
}

// named are the roles in which an operation touches things by name; what others
// of the workspace do in these roles is nothing to it.
var named = map[estate.Role]bool{estate.Compute: true, estate.Endpoint: true, estate.Deployment: true, estate.Datastore: true}

// Ask says what an operation meets at the time now.
func (f *Finder) Ask(tx *state.Tx, now time.Time, op Operation) Verdict {
	var v Verdict
	items := f.items(tx, op.Workspace)
	touched := func(i *item) bool {
		switch i.role {
		case estate.Compute:
			return op.Compute != "" && same(i.id, op.Compute)
		case estate.Endpoint:
			return same(i.id, op.Endpoint)
		case estate.Datastore:
			return slices.ContainsFunc(op.Datastores, func(d string) bool { return same(i.id, d) })
		}
		return false
	}
	for _, n := range f.needs(op.Capability) {
		var all []Verdict
		for k := range items {
			i := &items[k]
			if !slices.Contains(i.needs, n) {
				continue
			}
			strength := *n
			// What data is read may stand in code alone: where nothing is named it is
			// taken to be all, as the catalog has it for the capability.
			isTouched := touched(i) || i.role == estate.Datastore && len(op.Datastores) == 0 && n.Read == catalog.Hard
			switch {
			case i.role == estate.Compute && n.OneOf && op.Compute != "" && !isTouched:
				// it cannot be moved there
				strength.Read, strength.Write = soft(n.Read), soft(n.Write)
			case named[i.role] && !isTouched && n.Read != catalog.Soft:
				continue // others suffer by it, not this operation
			case named[i.role] && !isTouched && n.Write == catalog.Hard:
				strength.Write = catalog.Soft
			case isTouched && i.role == estate.Datastore && n.Read == catalog.Soft:
				strength.Read = catalog.Hard // it is about what lies in that store
			}
			all = append(all, f.weigh(tx, now, i, &strength))
		}
		if n.OneOf && op.Compute == "" && len(all) > 1 {
			v.take(oneOf(all))
			continue
		}
		for _, one := range all {
			v.take(one)
		}
	}
	return v
}

// soft is a strength, at most soft.
func soft(s catalog.Strength) catalog.Strength {
	if s == catalog.Hard {
		return catalog.Soft
	}
	return s
}

// weigh asks how well one thing is, and what that does.
func (f *Finder) weigh(tx *state.Tx, now time.Time, i *item, n *catalog.Need) (v Verdict) {
	s := f.world.Health.Resource(tx, i.id, now)
	read, write := worst(n.Read, s.Read), worst(n.Write, s.Write)
	switch {
	case write > read:
		v.add(Cause{i.id, i.role, s.Read == world.Whole, s.Write, s.Why}, n.Write)
	case read > 0:
		v.add(Cause{i.id, i.role, false, s.Read, s.Why}, n.Read)
	}
	return v
}

// worst ranks what a level does by a strength.
func worst(s catalog.Strength, l world.Level) int {
	switch {
	case l == world.Whole || s == catalog.NoNeed:
		return 0
	case s == catalog.Soft:
		return 1
	case l == world.Partial:
		return 2
	}
	return 3
}

// oneOf joins alternatives: while one of them is whole the others are missing
// only; else the lightest decides.
func oneOf(all []Verdict) Verdict {
	least := slices.MinFunc(all, func(a, b Verdict) int { return a.rank() - b.rank() })
	var v Verdict
	for _, one := range all {
		v.take(one)
	}
	if least.rank() < 2 {
		v.Missing = append(append(v.Missing, v.Fatal...), v.Halting...)
		v.Fatal, v.Halting = nil, nil
	} else if least.rank() == 2 {
		v.Halting = append(v.Fatal, v.Halting...)
		v.Fatal = nil
	}
	return v
}

func (v *Verdict) rank() int {
	switch {
	case len(v.Fatal) > 0:
		return 3
	case len(v.Halting) > 0:
		return 2
	case len(v.Missing) > 0:
		return 1
	}
	return 0
}

func (v *Verdict) take(o Verdict) {
	v.Fatal, v.Halting, v.Missing = append(v.Fatal, o.Fatal...), append(v.Halting, o.Halting...), append(v.Missing, o.Missing...)
}

func same(a, b string) bool { return state.Key(a) == state.Key(b) }

// needs are the needs of a capability.
func (f *Finder) needs(c catalog.Capability) []*catalog.Need {
	var out []*catalog.Need
	for _, n := range f.world.Catalog.Needs() {
		if n.Capability == c {
			out = append(out, n)
		}
	}
	return out
}

// Playing lists the ids of what plays a role for a workspace, in the order of
// the ids.
func (f *Finder) Playing(tx *state.Tx, workspace string, role estate.Role) []string {
	var out []string
	for _, i := range f.items(tx, workspace) {
		if i.role == role && !slices.Contains(out, i.id) {
			out = append(out, i.id)
		}
	}
	return out
}

// items gives what plays a role for a workspace or for its hubs. As long as no
// resource changes it is found once.
func (f *Finder) items(tx *state.Tx, workspace string) []item {
	key := state.Key(workspace)
	f.mu.Lock()
	if f.version != tx.Version() {
		f.version = tx.Version()
		clear(f.found)
	}
	items, ok := f.found[key]
	f.mu.Unlock()
	if ok {
		return items
	}
	items = f.find(tx, workspace, map[string]bool{})
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.version == tx.Version() {
		f.found[key] = items
	}
	return items
}

func (f *Finder) find(tx *state.Tx, workspace string, seen map[string]bool) []item {
	e := estateAround(tx, workspace)
	f.world.Catalog.Classify(e)
	var items []item
	f.gather(e, e.ByID(estate.ParseID(workspace)), seen, &items)
	return items
}

// gather collects what a workspace leans on: by itself, by what belongs to it,
// and by its hubs. What a child leans on in the role that the child itself plays
// belongs to the health of the child.
func (f *Finder) gather(e *estate.Estate, ws *estate.Resource, seen map[string]bool, items *[]item) {
	if ws == nil || seen[ws.ID.Key()] {
		return
	}
	seen[ws.ID.Key()] = true
	f.item(items, ws, estate.Workspace)
	var hubs []*estate.Resource
	for rel := range e.LeansOn(ws) {
		if rel.Role == estate.Hub {
			hubs = append(hubs, rel.To)
		}
		f.item(items, rel.To, rel.Role)
	}
	prefix := ws.ID.Key() + "/"
	for _, r := range e.Resources {
		if !strings.HasPrefix(r.ID.Key(), prefix) {
			continue
		}
		for rel := range e.LeansOn(r) {
			if rel.To != ws && !r.HasRole(rel.Role) {
				f.item(items, rel.To, rel.Role)
			}
		}
	}
	for _, hub := range hubs {
		f.gather(e, hub, seen, items)
	}
}

func (f *Finder) item(items *[]item, r *estate.Resource, role estate.Role) {
	i := item{id: r.ID.String(), role: role, service: r.Service}
	for _, n := range f.world.Catalog.Needs() {
		if n.Role == role && (len(n.Services) == 0 || slices.Contains(n.Services, r.Service)) {
			i.needs = append(i.needs, n)
		}
	}
	if len(i.needs) == 0 || slices.ContainsFunc(*items, func(o item) bool { return o.id == i.id && o.role == role }) {
		return
	}
	*items = append(*items, i)
}

// Odd takes a turn under a name and says whether it is an odd one, the first
// being 1: of what serves only in part, the odd requests fail.
func (f *Finder) Odd(name string) bool { return f.Turn(name)%2 == 0 }

// Turn counts what is done under a name, from 0 on.
func (f *Finder) Turn(name string) uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.turns[name]
	f.turns[name]++
	return n
}
