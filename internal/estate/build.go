package estate

import (
	"slices"
	"strings"
)

// Build makes an estate of resources and relations. Resources with the same id
// are merged: one that is in the input wins over an external one, and of two in
// the input the first one wins and the other is counted in coverage.NotSeen.
// Relations are rewired accordingly, repeated ones dropped, and each resource's
// Roles are set. The slices are taken over.
func Build(resources []*Resource, relations []Relation, coverage Coverage) *Estate {
	e := &Estate{Coverage: coverage, byKey: make(map[string]*Resource, len(resources))}
	e.Resources = make([]*Resource, 0, len(resources))
	for _, r := range resources {
		old, dup := e.byKey[r.ID.Key()]
		switch {
		case !dup:
			e.byKey[r.ID.Key()] = r
			e.Resources = append(e.Resources, r)
		case old.External && !r.External:
			*old = *r
		case old != r && old.External && r.External:
			old.complete(r)
		case old != r && !old.External && !r.External:
			e.Coverage.NotSeen = append(e.Coverage.NotSeen, NotSeen{What: r.ID.String(), Why: "a resource with this id was already read; the first one counts", Origin: r.Origin})
		}
	}
	byKey := func(a, b *Resource) int { return strings.Compare(a.ID.Key(), b.ID.Key()) }
	if !slices.IsSortedFunc(e.Resources, byKey) {
		slices.SortFunc(e.Resources, byKey)
	}
	e.Coverage.Resources, e.Coverage.External = 0, 0
	for i, r := range e.Resources {
		r.index = i
		if r.External {
			e.Coverage.External++
		} else {
			e.Coverage.Resources++
		}
	}
	e.relate(relations)
	return e
}

// complete adds what another mention of an external resource tells.
func (r *Resource) complete(other *Resource) {
	if r.Location == "" {
		r.Location = other.Location
	}
	if r.Type == "" {
		r.Type = other.Type
	}
	if other.Presence == "" {
		r.Presence = ""
	}
	if r.Body.IsAbsent() {
		r.Body = other.Body
	}
	r.Implied = r.Implied && other.Implied
}

// relate takes over the relations. The ends may be resources that were merged
// into another one with the same id.
func (e *Estate) relate(relations []Relation) {
	for i := range relations {
		relations[i].From = e.canonical(relations[i].From)
		relations[i].To = e.canonical(relations[i].To)
	}
	relations = slices.DeleteFunc(relations, func(r Relation) bool { return r.From == nil || r.To == nil || r.From == r.To })
	slices.SortStableFunc(relations, func(a, b Relation) int {
		if c := compareRelations(a, b); c != 0 {
			return c
		}
		return strings.Compare(a.Presence, b.Presence) // the certain one first: it stays
	})
	e.Relations = slices.CompactFunc(relations, func(a, b Relation) bool { return compareRelations(a, b) == 0 })
	e.Relations = dropBare(e.Relations)
	e.index()
	for i := range e.Relations {
		if r := &e.Relations[i]; !r.To.HasRole(r.Role) {
			r.To.Roles = append(r.To.Roles, r.Role)
		}
	}
	for _, r := range e.Resources {
		slices.Sort(r.Roles)
	}
}

// dropBare leaves out a relation without detail where another one between the
// same two in the same role says more. The relations are sorted.
func dropBare(relations []Relation) []Relation {
	kept := relations[:0]
	for i, r := range relations {
		if r.Detail == "" && i+1 < len(relations) {
			if next := &relations[i+1]; next.From == r.From && next.To == r.To && next.Role == r.Role && (next.Presence == "" || next.Presence == r.Presence) {
				continue
			}
		}
		kept = append(kept, r)
	}
	clear(relations[len(kept):])
	return kept
}

func (e *Estate) canonical(r *Resource) *Resource {
	if r == nil || e.has(r) {
		return r
	}
	return e.byKey[r.ID.Key()]
}

func (e *Estate) has(r *Resource) bool {
	return r.index >= 0 && r.index < len(e.Resources) && e.Resources[r.index] == r
}

// index notes which relations start and end at each resource.
func (e *Estate) index() {
	n := len(e.Resources)
	e.from, e.toAt, e.to = make([]int32, n+1), make([]int32, n+1), make([]int32, len(e.Relations))
	for i := range e.Relations {
		e.from[e.Relations[i].From.index+1]++
		e.toAt[e.Relations[i].To.index+1]++
	}
	for i := range n {
		e.from[i+1] += e.from[i]
		e.toAt[i+1] += e.toAt[i]
	}
	next := slices.Clone(e.toAt)
	for i := range e.Relations {
		to := e.Relations[i].To.index
		e.to[next[to]] = int32(i)
		next[to]++
	}
}

func compareRelations(a, b Relation) int {
	if c := a.From.index - b.From.index; c != 0 {
		return c
	}
	if c := strings.Compare(string(a.Role), string(b.Role)); c != 0 {
		return c
	}
	if c := a.To.index - b.To.index; c != 0 {
		return c
	}
	return strings.Compare(a.Detail, b.Detail)
}

// ByID gives the resource with that id, nil when there is none.
func (e *Estate) ByID(id ResourceID) *Resource { return e.byKey[id.Key()] }

// LeansOn ranges over the relations that start at r.
func (e *Estate) LeansOn(r *Resource) func(yield func(*Relation) bool) {
	return func(yield func(*Relation) bool) {
		if !e.has(r) {
			return
		}
		for i := e.from[r.index]; i < e.from[r.index+1]; i++ {
			if !yield(&e.Relations[i]) {
				return
			}
		}
	}
}

// LeanedOnBy ranges over the relations that end at r.
func (e *Estate) LeanedOnBy(r *Resource) func(yield func(*Relation) bool) {
	return func(yield func(*Relation) bool) {
		if !e.has(r) {
			return
		}
		for _, i := range e.to[e.toAt[r.index]:e.toAt[r.index+1]] {
			if !yield(&e.Relations[i]) {
				return
			}
		}
	}
}

// WorkspaceType is the ARM type of an Azure Machine Learning workspace.
const WorkspaceType = "Microsoft.MachineLearningServices/workspaces"

// Workspaces gives the Azure Machine Learning workspaces of the estate, hubs and
// projects included, sorted by id; external ones, which are only named by
// another resource, are left out.
func (e *Estate) Workspaces() []*Resource {
	var out []*Resource
	for _, r := range e.Resources {
		if !r.External && r.Is(WorkspaceType) {
			out = append(out, r)
		}
	}
	return out
}
