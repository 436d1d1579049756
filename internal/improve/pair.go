package improve

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Pair gives the estate with a second workspace: all that the workspace leans on in
// its own region once more in another one, set as it is, and the two as a pair.
// What stands elsewhere or nowhere (a data store in a third region, a private DNS
// zone) is shared. The second value lists the resources that were made.
func Pair(e *estate.Estate, cat *catalog.Catalog, ws *estate.Resource, otherRegion string) (*estate.Estate, []*estate.Resource) {
	w := copyOf(e)
	twin := map[*estate.Resource]*estate.Resource{}
	for _, r := range closure(e, ws) {
		if r.Location != "" && r.Location != ws.Location {
			continue
		}
		id := elsewhere(r.ID, otherRegion)
		if w.byKey[id.Key()] != nil {
			continue
		}
		c := new(*r)
		c.ID = id
		if r.Location != "" {
			c.Location = otherRegion
		}
		if zones, ok := estate.ZonesFor(r.Type, otherRegion); len(r.Zones) > 0 && (!ok || len(zones) == 0) {
			c.Zones = nil
		}
		w.add(c)
		twin[r] = c
	}
	for i := range e.Relations {
		x := e.Relations[i]
		from := twin[x.From]
		if from == nil {
			continue
		}
		x.From, x.To = from, w.byKey[x.To.ID.Key()]
		if to := twin[e.Relations[i].To]; to != nil {
			x.To = to
		}
		w.relations = append(w.relations, x)
	}
	if second := twin[ws]; second != nil {
		w.relations = append(w.relations, estate.Relation{From: w.byKey[ws.ID.Key()], To: second, Role: estate.Pair})
	}
	out := w.build(cat, e.Coverage)
	made := make([]*estate.Resource, 0, len(twin))
	for _, r := range out.Resources {
		if e.ByID(r.ID) == nil {
			made = append(made, r)
		}
	}
	return out, made
}

// closure lists a workspace, all that it leans on by way of others or not, the
// children and the parents of these, in estate order. Other workspaces, and what is
// only theirs, are not of it.
func closure(e *estate.Estate, ws *estate.Resource) []*estate.Resource {
	in := map[*estate.Resource]bool{}
	var visit func(r *estate.Resource)
	visit = func(r *estate.Resource) {
		if r == nil || in[r] {
			return
		}
		in[r] = true
		for x := range e.LeansOn(r) {
			if x.Role != estate.Pair {
				visit(x.To)
			}
		}
		if up := e.ByID(r.ID.Parent()); up != nil && !up.Is(estate.WorkspaceType) {
			visit(up)
		}
		prefix := r.ID.Key() + "/"
		from, _ := slices.BinarySearchFunc(e.Resources, prefix, func(x *estate.Resource, key string) int { return strings.Compare(x.ID.Key(), key) })
		for ; from < len(e.Resources) && strings.HasPrefix(e.Resources[from].ID.Key(), prefix); from++ {
			visit(e.Resources[from])
		}
	}
	visit(ws)
	var out []*estate.Resource
	for _, r := range e.Resources {
		if in[r] && !r.Is("Microsoft.Resources/resourceGroups") {
			out = append(out, r)
		}
	}
	return out
}

// elsewhere is the id of the twin of a resource: in a group of its own.
func elsewhere(id estate.ResourceID, region string) estate.ResourceID {
	text := id.String()
	const mark = "/resourcegroups/"
	if at := strings.Index(strings.ToLower(text), mark); at >= 0 {
		from := at + len(mark)
		if end := strings.IndexByte(text[from:], '/'); end >= 0 {
			return estate.ParseID(text[:from+end] + "-" + region + text[from+end:])
		}
	}
	return estate.ParseID(text + "-" + region)
}

// OtherRegion chooses the region for a second half: the pair of a region when it
// offers Azure Machine Learning, else the first one of the same geography that
// does, with zones where possible, else the first one that does; "" for a region
// that is not known.
func OtherRegion(region string) string {
	here, ok := estate.RegionByName(region)
	if !ok {
		return ""
	}
	if pair, ok := estate.RegionByName(here.Pair); ok && pair.AML && !pair.Restricted {
		return pair.Name
	}
	best, score := "", -1
	for _, r := range estate.Regions() {
		if !r.AML || r.Restricted || r.Name == here.Name {
			continue
		}
		s := 0
		if r.Geography == here.Geography {
			s += 2
		}
		if r.Zones > 0 {
			s++
		}
		if s > score {
			best, score = r.Name, s
		}
	}
	return best
}
