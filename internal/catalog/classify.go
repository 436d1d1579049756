package catalog

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// wherePart is one compiled entry of [Match.Where].
type wherePart struct {
	path   fieldPath
	values []string
}

func (m *Match) compile() {
	for text, values := range m.Where {
		if p, err := parsePath(text); err == nil {
			m.where = append(m.where, wherePart{p, values})
		}
	}
	for _, text := range m.Absent {
		if p, err := parsePath(text); err == nil {
			m.absent = append(m.absent, p)
		}
	}
}

// matcher finds the service of a resource.
type matcher struct {
	byType map[string][]candidate // lower-case type -> what to try, in catalog order
	always []candidate            // what to try for any other type
}

type candidate struct {
	service string
	match   *Match
}

func (m *matcher) fill(services []*Service) {
	m.byType = make(map[string][]candidate, len(services))
	for _, s := range services {
		for i := range s.Matches {
			if t := s.Matches[i].Type; t != "" {
				m.byType[strings.ToLower(t)] = nil
			}
		}
	}
	for _, last := range []bool{false, true} {
		for _, s := range services {
			for i := range s.Matches {
				if s.Matches[i].Last == last {
					m.add(candidate{s.ID, &s.Matches[i]})
				}
			}
		}
	}
}

// add puts a candidate behind those that are there, for the types that it fits.
func (m *matcher) add(next candidate) {
	if t := next.match.Type; t != "" {
		key := strings.ToLower(t)
		m.byType[key] = append(m.byType[key], next)
		return
	}
	m.always = append(m.always, next)
	for key := range m.byType {
		m.byType[key] = append(m.byType[key], next)
	}
}

// Classify sets the Service of every resource of the estate; "" for one that no
// service matches. It must not run while others ask about the same estate.
func (c *Catalog) Classify(e *estate.Estate) {
	spelled := map[string][]candidate{} // by type as the input spells it
	for _, r := range e.Resources {
		candidates, seen := spelled[r.Type]
		if !seen {
			var ok bool
			if candidates, ok = c.matcher.byType[strings.ToLower(r.Type)]; !ok {
				candidates = c.matcher.always
			}
			spelled[r.Type] = candidates
		}
		r.Service = ""
		for i := range candidates {
			if candidates[i].match.holds(e, r) {
				r.Service = candidates[i].service
				break
			}
		}
	}
	c.forget(e)
}

// holds says whether r fits all parts of the match but its type.
func (m *Match) holds(e *estate.Estate, r *estate.Resource) bool {
	for _, role := range m.NotRoles {
		if r.HasRole(role) {
			return false
		}
	}
	if len(m.Roles) > 0 && !m.roleHolds(e, r) {
		return false
	}
	for i := range m.absent {
		if !m.absent[i].find(r.Body).IsNull() {
			return false
		}
	}
	for i := range m.where {
		if !m.where[i].holds(r.Body) {
			return false
		}
	}
	return true
}

func (m *Match) roleHolds(e *estate.Estate, r *estate.Resource) bool {
	if len(m.Detail) == 0 {
		return slices.ContainsFunc(m.Roles, r.HasRole)
	}
	for rel := range e.LeanedOnBy(r) {
		if slices.Contains(m.Roles, rel.Role) && containsFold(m.Detail, rel.Detail) {
			return true
		}
	}
	return false
}

func (w *wherePart) holds(body value.Value) bool {
	found := false
	w.path.each(body, func(v value.Value) {
		found = found || (!v.IsNull() && !v.IsUnknown() && containsFold(w.values, v.Text()))
	})
	return found
}

func containsFold(list []string, text string) bool {
	for _, s := range list {
		if strings.EqualFold(s, text) {
			return true
		}
	}
	return false
}
