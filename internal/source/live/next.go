package live

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

const typeSubnet = "Microsoft.Network/virtualNetworks/subnets"

// next says what to ask for now: all that is named and not known yet.
func (r *reader) next(f found) (queries []query, calls []call) {
	var ids, groups []string
	names := map[string][]string{}
	for _, x := range f.Resources {
		key := x.ID.Key()
		owner := f.owner[key]
		if owner == "" || r.stand[key] != nil {
			continue
		}
		if !x.External {
			if g := x.ID.Group(); !g.IsZero() && !g.Equal(x.ID) && r.once(g.Key()) {
				ids = append(ids, g.String())
			}
			continue
		}
		switch want := wanted(x); {
		case f.managed(x):
			if via := f.via[key]; isRoot(via.From.Type) && r.once("inside "+key) {
				groups = append(groups, x.ID.String())
			}
		case want.text == "":
		case want.name:
			if r.once(want.text) {
				typ, name, _ := strings.Cut(want.text, "|")
				names[typ] = append(names[typ], name)
			}
		case r.once(want.id.Key()):
			ids = append(ids, want.text)
		case r.known[want.id.Key()] == nil && r.failed[want.id.Key()] == nil && r.once("single "+want.id.Key()):
			// Resource Graph was asked and does not show it.
			calls = append(calls, r.single(want.id, owner))
		}
	}
	queries = append(queries, r.byIDs(ids)...)
	queries = append(queries, r.byNames(names)...)
	queries = append(queries, r.inside(groups)...)
	more, lists := r.children(f)
	queries = append(queries, more...)
	return append(queries, r.namers(f)...), append(append(calls, lists...), r.lockLists(f)...)
}

// once is true the first time that something is asked for.
func (r *reader) once(what string) bool {
	if r.asked[what] || r.known[what] != nil {
		return false
	}
	r.asked[what] = true
	return true
}

// want is what to ask for to know a resource: an id, or a type and a name.
type want struct {
	id   estate.ResourceID
	text string // the id, or type|name in lower case; "" when it cannot be asked for
	name bool
}

// wanted says what to ask for to know an external resource.
func wanted(x *estate.Resource) want {
	id := x.ID
	if strings.EqualFold(id.Type(), typeSubnet) {
		id = id.Parent()
	}
	switch {
	case x.Implied, !id.IsARM(), id.ResourceGroup() == "", strings.EqualFold(id.Type(), typeGroup), learned(id):
		return want{}
	case !estate.IsSymbolic(id.String()):
		return want{id: id, text: id.String()}
	case estate.IsSymbolic(id.LastName()) || strings.Contains(id.Name(), "/"):
		return want{}
	}
	text := strings.ToLower(id.Type() + "|" + id.Name())
	return want{id: id, text: text, name: true}
}

// learned says that a resource is the child of a workspace, and known from a list
// or not at all.
func learned(id estate.ResourceID) bool {
	return len(id.Type()) > len(estate.WorkspaceType) && strings.EqualFold(id.Type()[:len(estate.WorkspaceType)+1], estate.WorkspaceType+"/")
}

// managed says that x is a group that a service made for what was found before it.
func (f found) managed(x *estate.Resource) bool {
	via := f.via[x.ID.Key()]
	return via != nil && via.Role == estate.ManagedGroup
}

// children says which lists to ask for; those that are answered without a
// request are noted at once.
func (r *reader) children(f found) (queries []query, calls []call) {
	graph := map[*list][]*estate.Resource{}
	for _, x := range f.Resources {
		owner := f.owner[x.ID.Key()]
		if owner == "" || x.External {
			continue
		}
		for i, l := range r.table.of(x.Type) {
			if !r.once("list " + string(rune('a'+i)) + x.ID.Key()) {
				continue
			}
			switch {
			case !l.applies(x), l.Body, l.Graph && r.holds(x, l):
				listed(x, l)
			case l.Graph:
				listed(x, l) // taken back if it fails
				graph[l] = append(graph[l], x)
			default:
				calls = append(calls, call{list: l, of: x, caller: owner})
			}
		}
	}
	for i := range r.table.Lists {
		if l := &r.table.Lists[i]; len(graph[l]) > 0 {
			queries = append(queries, r.below(l, graph[l])...)
		}
	}
	return queries, calls
}

// holds says whether the children of x came with its scope.
func (r *reader) holds(x *estate.Resource, l *list) bool {
	return slices.ContainsFunc(r.scopes, func(s Scope) bool {
		return r.answered[s] && s.holds(x.ID) && (s.isResource() || slices.Contains(r.table.Types, strings.ToLower(l.Gives)))
	})
}

// namers asks for what names the resources that are reached, and which they do
// not name: replicas name what they are replicas of.
func (r *reader) namers(f found) []query {
	var out []query
	for _, n := range r.table.Naming {
		var ids []string
		for _, x := range f.Resources {
			if f.owner[x.ID.Key()] != "" && !x.External && strings.EqualFold(x.Type, n.Type) && r.once("naming "+x.ID.Key()) {
				ids = append(ids, x.ID.String())
			}
		}
		if len(ids) > 0 {
			out = append(out, r.naming(n, ids)...)
		}
	}
	return out
}

// lockLists asks for the locks of every subscription that something is reached in.
func (r *reader) lockLists(f found) []call {
	var out []call
	for _, x := range f.Resources {
		owner := f.owner[x.ID.Key()]
		if s := x.ID.Subscription(); owner != "" && !x.External && s != "" && r.once("locks "+strings.ToLower(s)) {
			out = append(out, call{subscription: s, caller: owner})
		}
	}
	return out
}

// listed notes that all children of a list are known.
func listed(x *estate.Resource, l *list) {
	if key := strings.ToLower(l.Gives); key != "" && !slices.Contains(x.Listed, key) {
		x.Listed = append(x.Listed, key)
		slices.Sort(x.Listed)
	}
}
