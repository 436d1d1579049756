package outage

import (
	"slices"
	"sort"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// lean says that a workspace needs a resource. It is packed for sorting: the
// need's number, then the resource's.
type lean uint64

func newLean(need int, resource int32) lean { return lean(need)<<32 | lean(uint32(resource)) }

func (l lean) need() int       { return int(l >> 32) }
func (l lean) resource() int32 { return int32(uint32(l)) }

// leans is what each workspace needs.
type leans struct {
	workspaces []workspace // by resource
	start      []int32     // by resource: where the workspaces that need it begin in users
	users      []int32     // numbers in workspaces
}

// workspace is one workspace, with what it leans on.
type workspace struct {
	resource int32
	items    []lean // sorted
	hubs     []int32
	twins    []twin // the secondaries of its pairs
	shown    bool   // impacts on it are given
}

// twin is the secondary of a pair.
type twin struct {
	number int32 // in workspaces
	lag    span  // by how much it is behind at most: spanTotal when nobody says
}

// by gives the workspaces that need the resource.
func (l *leans) by(i int32) []int32 { return l.users[l.start[i]:l.start[i+1]] }

// number finds a workspace by its resource.
func (l *leans) number(resource int32) (int32, bool) {
	n, ok := slices.BinarySearchFunc(l.workspaces, resource, func(w workspace, r int32) int { return int(w.resource - r) })
	return int32(n), ok
}

func newLeans(m *Model) leans {
	var l leans
	for i, r := range m.estate.Resources {
		if IsWorkspace(r) {
			l.workspaces = append(l.workspaces, workspace{resource: int32(i)})
		}
	}
	var items []lean
	for i := range l.workspaces {
		items = l.gather(m, &l.workspaces[i], items[:0])
		w := &l.workspaces[i]
		first, end := m.graph.leansOn(w.resource)
		w.items, w.shown = slices.Clone(items), !m.estate.Resources[w.resource].External || end > first
	}
	l.inherit()
	l.reverse(len(m.estate.Resources))
	return l
}

// gather collects what a workspace needs by its own relations and by those of
// its children. What a child leans on in the role that the child itself plays
// for the workspace is left out: it reaches the workspace by spreads.
func (l *leans) gather(m *Model, w *workspace, items []lean) []lean {
	resources := m.estate.Resources
	ws := resources[w.resource]
	items = m.need(items, m.facts.roles[estate.Workspace], w.resource)
	first, end := m.graph.leansOn(w.resource)
	for number := first; number < end; number++ {
		rel := &m.graph.relations[number]
		to := int32(rel.To.Index())
		if rel.Role == estate.Hub || rel.Role == estate.Pair {
			switch other, is := l.number(to); {
			case is && rel.Role == estate.Hub:
				w.hubs = append(w.hubs, other)
			case is:
				w.twins = append(w.twins, twin{other, lagOf(rel.Detail)})
			}
		}
		items = m.need(items, m.graph.role[number], to)
	}
	prefix := ws.ID.Key() + "/"
	lo := sort.Search(len(resources), func(i int) bool { return resources[i].ID.Key() >= prefix })
	for i := lo; i < len(resources) && strings.HasPrefix(resources[i].ID.Key(), prefix); i++ {
		first, end := m.graph.leansOn(int32(i))
		for number := first; number < end; number++ {
			if rel := &m.graph.relations[number]; rel.To != ws && !resources[i].HasRole(rel.Role) {
				items = m.need(items, m.graph.role[number], int32(rel.To.Index()))
			}
		}
	}
	slices.Sort(items)
	return slices.Compact(items)
}

// need adds the needs of a role that the resource can meet.
func (m *Model) need(items []lean, role uint16, resource int32) []lean {
	for _, n := range m.facts.needsOf[role] {
		if in(n.services, m.service[resource]) {
			items = append(items, newLean(n.number, resource))
		}
	}
	return items
}

// inherit gives each workspace what its hubs lean on, and theirs.
func (l *leans) inherit() {
	done := make([]uint8, len(l.workspaces)) // 1: being done, which ends a cycle; 2: done
	var visit func(i int32)
	visit = func(i int32) {
		if done[i] != 0 {
			return
		}
		done[i] = 1
		w := &l.workspaces[i]
		for _, h := range w.hubs {
			visit(h)
			w.items = append(w.items, l.workspaces[h].items...)
		}
		if len(w.hubs) > 0 {
			slices.Sort(w.items)
			w.items = slices.Compact(w.items)
		}
		done[i] = 2
	}
	for i := range l.workspaces {
		visit(int32(i))
	}
}

// reverse notes who needs each resource.
func (l *leans) reverse(resources int) {
	l.start = make([]int32, resources+1)
	seen := make([]int32, resources)
	each := func(yield func(resource, ws int32)) {
		for i := range seen {
			seen[i] = -1
		}
		for i := range l.workspaces {
			w := &l.workspaces[i]
			visit := func(r int32) {
				if seen[r] != int32(i) {
					seen[r] = int32(i)
					yield(r, int32(i))
				}
			}
			visit(w.resource)
			for _, item := range w.items {
				visit(item.resource())
			}
		}
	}
	each(func(r, _ int32) { l.start[r+1]++ })
	for i := 1; i < len(l.start); i++ {
		l.start[i] += l.start[i-1]
	}
	l.users = make([]int32, l.start[len(l.start)-1])
	at := slices.Clone(l.start)
	each(func(r, ws int32) {
		l.users[at[r]] = ws
		at[r]++
	})
}
