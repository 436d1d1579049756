package outage

import (
	"slices"
	"sort"

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
	workspaces []workspace
	number     map[int32]int32 // resource -> number in workspaces
	start      []int32         // by resource: where the workspaces that need it begin in users
	users      []int32         // numbers in workspaces
}

// workspace is one workspace, with what it leans on.
type workspace struct {
	resource int32
	items    []lean // sorted
	hubs     []int32
	twins    []int32 // the secondaries of its pairs, as numbers in workspaces
}

// by gives the workspaces that need the resource.
func (l *leans) by(i int32) []int32 { return l.users[l.start[i]:l.start[i+1]] }

// roleNeed is a need of a role, with its services as numbers.
type roleNeed struct {
	number   int
	services []bool
}

func newLeans(m *Model, numbers map[string]int16) leans {
	byRole := make(map[estate.Role][]roleNeed, 32)
	for i, n := range m.needs {
		byRole[n.Role] = append(byRole[n.Role], roleNeed{i, mask(n.Services, numbers)})
	}
	l := leans{number: make(map[int32]int32), start: make([]int32, len(m.estate.Resources)+1)}
	for i, r := range m.estate.Resources {
		if IsWorkspace(r) {
			l.number[int32(i)] = int32(len(l.workspaces))
			l.workspaces = append(l.workspaces, workspace{resource: int32(i)})
		}
	}
	for i := range l.workspaces {
		l.gather(m, &l.workspaces[i], byRole)
	}
	l.inherit()
	l.reverse()
	return l
}

// gather collects what a workspace needs by its own relations and by those of
// its children. What a child leans on in the role that the child itself plays
// for the workspace is left out: it reaches the workspace by spreads.
func (l *leans) gather(m *Model, w *workspace, byRole map[estate.Role][]roleNeed) {
	resources := m.estate.Resources
	ws := resources[w.resource]
	for _, n := range byRole[estate.Workspace] {
		l.need(m, w, n, w.resource)
	}
	first, end := m.graph.leansOn(w.resource)
	for _, rel := range m.graph.relations[first:end] {
		to := int32(rel.To.Index())
		switch number, is := l.number[to]; {
		case is && rel.Role == estate.Hub:
			w.hubs = append(w.hubs, number)
		case is && rel.Role == estate.Pair:
			w.twins = append(w.twins, number)
		}
		for _, n := range byRole[rel.Role] {
			l.need(m, w, n, to)
		}
	}
	prefix := ws.ID.Key() + "/"
	lo := sort.Search(len(resources), func(i int) bool { return resources[i].ID.Key() >= prefix })
	for i := lo; i < len(resources) && len(resources[i].ID.Key()) > len(prefix) && resources[i].ID.Key()[:len(prefix)] == prefix; i++ {
		first, end := m.graph.leansOn(int32(i))
		for _, rel := range m.graph.relations[first:end] {
			if rel.To == ws || resources[i].HasRole(rel.Role) {
				continue
			}
			for _, n := range byRole[rel.Role] {
				l.need(m, w, n, int32(rel.To.Index()))
			}
		}
	}
	slices.Sort(w.items)
	w.items = slices.Compact(w.items)
}

func (l *leans) need(m *Model, w *workspace, n roleNeed, resource int32) {
	if in(n.services, m.service[resource]) {
		w.items = append(w.items, newLean(n.number, resource))
	}
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
func (l *leans) reverse() {
	seen := make([]int32, len(l.start))
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
