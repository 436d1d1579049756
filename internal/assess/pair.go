package assess

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Join gives the estate with the pairs as relations between its workspaces. A
// pair of which one side is not found, or not clear, is left out and noted.
func Join(e *estate.Estate, pairs []PairOf) (*estate.Estate, []Note) {
	var notes []Note
	relations := e.Relations[:len(e.Relations):len(e.Relations)]
	for _, p := range pairs {
		first, why := workspaceOf(e, p.Primary)
		second, why2 := workspaceOf(e, p.Secondary)
		switch {
		case first == nil || second == nil:
			if first != nil {
				why = why2
			}
			notes = append(notes, Note{"warning", "the pair of " + p.Primary + " and " + p.Secondary + " is left out: " + why, "name workspaces of the input, by name or by id", p.Origin})
		case first == second:
			notes = append(notes, Note{"warning", "the pair of " + p.Primary + " is left out: it is with itself", "name two workspaces", p.Origin})
		default:
			pair := estate.Relation{From: first, To: second, Role: estate.Pair, Origin: p.Origin}
			if p.Lag != nil {
				pair.Detail = fmt.Sprintf("lag=%d", *p.Lag)
			}
			relations = append(relations, pair)
		}
	}
	if len(relations) == len(e.Relations) {
		return e, notes
	}
	return estate.Build(e.Resources, relations, e.Coverage), notes
}

// workspaceOf finds a workspace by id or by name.
func workspaceOf(e *estate.Estate, name string) (*estate.Resource, string) {
	if r := e.ByID(estate.ParseID(name)); r != nil && outage.IsWorkspace(r) {
		return r, ""
	}
	var found *estate.Resource
	for _, r := range e.Resources {
		if !outage.IsWorkspace(r) || !strings.EqualFold(r.Name, name) {
			continue
		}
		if found != nil {
			return nil, fmt.Sprintf("more than one workspace is called %s, give its id", name)
		}
		found = r
	}
	if found == nil {
		return nil, "there is no workspace " + name
	}
	return found, ""
}
