package estate

import (
	"slices"
	"strings"
)

// Estate is a set of resources and the relations between them. It is built once
// with [Build] and not changed afterwards.
type Estate struct {
	Resources []*Resource // sorted by id
	Relations []Relation  // sorted by from, role, to
	Coverage  Coverage

	byKey    map[string]*Resource
	from, to [][]int32 // relation numbers by resource number
}

// Coverage says what was looked at and what could not be. Its counts add up:
// every file and every resource of the input is in exactly one of its places.
type Coverage struct {
	Inputs    []Input   `json:"inputs"`
	NotSeen   []NotSeen `json:"notSeen"`
	Resources int       `json:"resources"` // resources of the input that are in the estate
	External  int       `json:"external"`  // resources that are only named
	Skipped   int       `json:"skipped"`   // resources whose condition is false
}

// Input is one file or stream that was read.
type Input struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`                 // "template", "parameters", "inventory", "estate", "other"
	Resources  int      `json:"resources"`            // resources it gave
	Parameters []string `json:"parameters,omitempty"` // parameter files used with it
}

// NotSeen is something that could not be looked at, and why.
type NotSeen struct {
	What   string `json:"what"` // a file, a resource, a linked template, a property
	Why    string `json:"why"`
	Origin Origin `json:"origin,omitzero"`
}

// Build makes an estate of resources and relations. Resources with the same id
// are merged: one that is in the input wins over an external one, and of two in
// the input the first one wins and the other is counted in coverage.NotSeen.
// Relations are rewired accordingly, repeated ones dropped, and each resource's
// Roles are set. The slices are taken over.
func Build(resources []*Resource, relations []Relation, coverage Coverage) *Estate {
	e := &Estate{Coverage: coverage, byKey: make(map[string]*Resource, len(resources))}
	for _, r := range resources {
		old, dup := e.byKey[r.ID.Key()]
		switch {
		case !dup:
			e.byKey[r.ID.Key()] = r
			e.Resources = append(e.Resources, r)
		case old.External && !r.External:
			*old = *r
		case !old.External && !r.External:
			e.Coverage.NotSeen = append(e.Coverage.NotSeen, NotSeen{What: r.ID.String(), Why: "a resource with this id was already read; the first one counts", Origin: r.Origin})
		}
	}
	slices.SortStableFunc(e.Resources, func(a, b *Resource) int { return strings.Compare(a.ID.Key(), b.ID.Key()) })
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

func (e *Estate) relate(relations []Relation) {
	for i := range relations {
		relations[i].From = e.byKey[relations[i].From.ID.Key()]
		relations[i].To = e.byKey[relations[i].To.ID.Key()]
	}
	relations = slices.DeleteFunc(relations, func(r Relation) bool { return r.From == nil || r.To == nil || r.From == r.To })
	slices.SortStableFunc(relations, compareRelations)
	e.Relations = slices.CompactFunc(relations, func(a, b Relation) bool { return compareRelations(a, b) == 0 })
	e.from, e.to = make([][]int32, len(e.Resources)), make([][]int32, len(e.Resources))
	for i, r := range e.Relations {
		e.from[r.From.index] = append(e.from[r.From.index], int32(i))
		e.to[r.To.index] = append(e.to[r.To.index], int32(i))
		if !r.To.HasRole(r.Role) {
			r.To.Roles = append(r.To.Roles, r.Role)
		}
	}
	for _, r := range e.Resources {
		slices.Sort(r.Roles)
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
func (e *Estate) LeansOn(r *Resource) func(yield func(*Relation) bool) { return e.each(e.from, r) }

// LeanedOnBy ranges over the relations that end at r.
func (e *Estate) LeanedOnBy(r *Resource) func(yield func(*Relation) bool) { return e.each(e.to, r) }

func (e *Estate) each(index [][]int32, r *Resource) func(yield func(*Relation) bool) {
	return func(yield func(*Relation) bool) {
		if r.index >= len(e.Resources) || e.Resources[r.index] != r {
			return
		}
		for _, i := range index[r.index] {
			if !yield(&e.Relations[i]) {
				return
			}
		}
	}
}

// Index is the position of r in Resources, for lenses that keep a table beside
// the estate.
func (r *Resource) Index() int { return r.index }
