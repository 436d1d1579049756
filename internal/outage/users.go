package outage

import (
	"slices"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Workspaces lists the workspaces that impacts are about, in estate order: those
// of the input, and those that are only named but of which the input tells what
// they lean on, as when a template adds a compute to a workspace.
func (m *Model) Workspaces() []*estate.Resource {
	var out []*estate.Resource
	for i := range m.leans.workspaces {
		if w := &m.leans.workspaces[i]; w.shown {
			out = append(out, m.estate.Resources[w.resource])
		}
	}
	return out
}

// Users lists the [Model.Workspaces] that lean on a resource, by themselves or
// through others, in estate order; for a workspace itself at least that one.
func (m *Model) Users(r *estate.Resource) []*estate.Resource {
	if i := r.Index(); i >= len(m.estate.Resources) || m.estate.Resources[i] != r {
		return nil
	}
	var out []*estate.Resource
	for w := range m.users(int32(r.Index())) {
		ws := m.estate.Resources[m.leans.workspaces[w].resource]
		if m.leans.workspaces[w].shown && !slices.Contains(out, ws) {
			out = append(out, ws)
		}
	}
	slices.SortFunc(out, func(a, b *estate.Resource) int { return a.Index() - b.Index() })
	return out
}

// Needed says whether any workspace leans on the resource, see [Model.Users].
func (m *Model) Needed(r *estate.Resource) bool {
	if i := r.Index(); i >= len(m.estate.Resources) || m.estate.Resources[i] != r {
		return false
	}
	for range m.users(int32(r.Index())) {
		return true
	}
	return false
}

// users gives the numbers of the workspaces that need a resource. Where none
// needs it by itself, those are given that need what leans on it, step by step.
func (m *Model) users(i int32) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		seen := map[int32]bool(nil)
		level := []int32{i}
		for len(level) > 0 {
			found := false
			var next []int32
			for _, r := range level {
				for _, w := range m.leans.by(r) {
					found = true
					if !yield(w) {
						return
					}
				}
			}
			if found {
				return
			}
			if seen == nil {
				seen = map[int32]bool{i: true}
			}
			for _, r := range level {
				for _, number := range m.graph.leanedOnBy(r) {
					if from := int32(m.graph.relations[number].From.Index()); !seen[from] {
						seen[from] = true
						next = append(next, from)
					}
				}
			}
			level = next
		}
	}
}
