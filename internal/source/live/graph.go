package live

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// columns are what is asked of Resource Graph, in an order that pages can be cut
// in.
const columns = " | project id, name, type, kind, location, sku, plan, zones, tags, identity, managedBy, extendedLocation, properties | order by id asc"

// batch is how many ids one query names: Microsoft asks for fewer than 300
// (learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests).
const batch = 250

// quoted are texts as a list in the query language.
func quoted(texts []string) string {
	var b strings.Builder
	for i, t := range texts {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(t) + "'")
	}
	return b.String()
}

// byScope asks for all that a scope holds of the types of the table.
func byScope(s Scope) string {
	t := loadTable()
	if s.isResource() {
		id := quoted([]string{s.id.String()})
		below := quoted([]string{s.id.String() + "/"})
		return "resources | where id =~ " + id + " or id startswith " + below + columns
	}
	where := "resources | where type in~ (" + quoted(t.Types) + ")"
	if s.isGroup() {
		where += " | where resourceGroup =~ " + quoted([]string{s.id.Name()})
	}
	return where + columns
}

// query is one question to Resource Graph, and what it is asked for.
type query struct {
	text          string
	subscriptions []string
	about         []string // ids, for the telling of what was not seen
	fails         func(err error)
}

// ask runs queries and keeps the resources that they give.
func (r *reader) ask(ctx context.Context, queries []query) error {
	return each(ctx, r.options.Concurrency, queries, func(ctx context.Context, q query) {
		var rows []*estate.Resource
		for row, err := range r.client.Query(ctx, q.text, q.subscriptions) {
			if err == nil {
				var x *estate.Resource
				if x, err = resource(row); err == nil {
					rows = append(rows, x)
					continue
				}
			}
			if ctx.Err() == nil {
				r.mu.Lock()
				r.failures++
				r.keepFirst(err)
				q.fails(err)
				r.mu.Unlock()
			}
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, x := range rows {
			r.keep(x)
		}
	})
}

// byIDs asks for resources by their ids, and for groups in the table that has
// them.
func (r *reader) byIDs(ids []string) []query {
	var groups, others []string
	for _, id := range ids {
		if strings.EqualFold(estate.ParseID(id).Type(), typeGroup) {
			groups = append(groups, id)
		} else {
			others = append(others, id)
		}
	}
	var out []query
	add := func(from string, ids []string) {
		slices.SortFunc(ids, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
		for part := range slices.Chunk(ids, batch) {
			out = append(out, query{text: from + " | where id in~ (" + quoted(part) + ")" + columns, about: part, fails: func(err error) {
				for _, id := range part {
					r.failed[estate.ParseID(id).Key()] = err
				}
			}})
		}
	}
	add("resources", others)
	add("resourcecontainers", groups)
	return out
}

// byNames asks for resources of which only type and name are known. The keys of
// the map are types, in lower case.
func (r *reader) byNames(wanted map[string][]string) []query {
	var out []query
	for _, typ := range sorted(wanted) {
		names := wanted[typ]
		slices.Sort(names)
		for part := range slices.Chunk(slices.Compact(names), batch) {
			out = append(out, query{text: "resources | where type =~ " + quoted([]string{typ}) + " and name in~ (" + quoted(part) + ")" + columns, fails: func(err error) {
				for _, name := range part {
					r.failed[typ+"|"+strings.ToLower(name)] = err
				}
			}})
		}
	}
	return out
}

// below asks for the children of a type that resources have.
func (r *reader) below(l *list, parents []*estate.Resource) []query {
	var out []query
	for part := range slices.Chunk(parents, batch/5) {
		var where []string
		for _, p := range part {
			where = append(where, "id startswith "+quoted([]string{p.ID.String() + "/"}))
		}
		text := fmt.Sprintf("resources | where type =~ %s and (%s)", quoted([]string{strings.ToLower(l.Gives)}), strings.Join(where, " or "))
		out = append(out, query{text: text + columns, fails: func(err error) {
			for _, p := range part {
				r.unlisted(p, l, err)
			}
		}})
	}
	return out
}

// naming asks for the resources of a type that name one of the ids.
func (r *reader) naming(n naming, ids []string) []query {
	var out []query
	for part := range slices.Chunk(ids, batch) {
		text := "resources | where type =~ " + quoted([]string{n.Type}) + " and tostring(properties." + n.Property + ") in~ (" + quoted(part) + ")"
		out = append(out, query{text: text + columns, fails: func(err error) {
			r.note(fmt.Sprintf("what is a %s of %d resources", n.Type, len(part)), err)
		}})
	}
	return out
}

// inside asks for what a group holds that a service made for a workspace.
func (r *reader) inside(groups []string) []query {
	var out []query
	for _, g := range groups {
		id := estate.ParseID(g)
		text := "resources | where type in~ (" + quoted(loadTable().Stores) + ") and resourceGroup =~ " + quoted([]string{id.Name()})
		out = append(out, query{text: text + columns, subscriptions: []string{id.Subscription()}, fails: func(err error) { r.note("what is in the group "+g, err) }})
	}
	return out
}
