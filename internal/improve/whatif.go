package improve

import (
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Change is one remedy on one resource, which is named by its id.
type Change struct {
	Remedy   *catalog.Remedy
	Resource *estate.Resource // of the estate as it was before the changes
}

// Apply gives the estate as it would be after the changes, classified. The estate
// itself stays as it is. What other resources would be told (references in bodies)
// is not followed: relations say what leans on what.
func Apply(e *estate.Estate, cat *catalog.Catalog, otherRegion string, changes ...Change) *estate.Estate {
	w := copyOf(e)
	for _, c := range changes {
		w.apply(cat, otherRegion, c)
	}
	return w.build(cat, e.Coverage)
}

// whatIf is an estate while it is changed.
type whatIf struct {
	resources []*estate.Resource
	byKey     map[string]*estate.Resource
	relations []estate.Relation
	sorted    int // so many of the resources are in the order of their ids; those after it were added
	journal   []undo
}

// undo is what takes one part of a change back: the body of a resource, that the
// resource is there, or a relation.
type undo struct {
	resource *estate.Resource
	body     value.Value
	added    bool
	relation estate.Relation
}

func copyOf(e *estate.Estate) *whatIf {
	w := &whatIf{byKey: make(map[string]*estate.Resource, len(e.Resources)), relations: slices.Clone(e.Relations)}
	for _, r := range e.Resources {
		w.add(new(*r))
	}
	for i := range w.relations {
		w.relations[i].From = w.resources[w.relations[i].From.Index()]
		w.relations[i].To = w.resources[w.relations[i].To.Index()]
	}
	w.sorted = len(w.resources)
	return w
}

func (w *whatIf) add(r *estate.Resource) {
	r.Roles = nil
	w.resources = append(w.resources, r)
	w.byKey[r.ID.Key()] = r
}

// set gives a resource another body.
func (w *whatIf) set(r *estate.Resource, body value.Value) {
	w.journal = append(w.journal, undo{resource: r, body: r.Body})
	r.Body = body
}

// enter adds a resource that was not there before.
func (w *whatIf) enter(r *estate.Resource) {
	w.journal = append(w.journal, undo{resource: r, added: true})
	w.add(r)
}

// back takes back what the journal has from a mark on.
func (w *whatIf) back(mark int) {
	for i := len(w.journal) - 1; i >= mark; i-- {
		switch u := &w.journal[i]; {
		case u.added:
			w.leave(u.resource)
			delete(w.byKey, u.resource.ID.Key())
		case u.resource != nil:
			u.resource.Body = u.body
		default:
			w.relations = slices.DeleteFunc(slices.Clone(w.relations), func(x estate.Relation) bool { return same(&x, &u.relation) })
		}
	}
	w.journal = w.journal[:mark]
}

func (w *whatIf) build(cat *catalog.Catalog, coverage estate.Coverage) *estate.Estate {
	out := estate.Build(w.resources, w.relations, coverage)
	cat.Classify(out)
	return out
}

func (w *whatIf) apply(cat *catalog.Catalog, otherRegion string, c Change) {
	r := w.byKey[c.Resource.ID.Key()]
	service := cat.Service(r.Service)
	if service == nil {
		return
	}
	place := catalog.PlaceOf(r, otherRegion)
	for i := range c.Remedy.Set {
		w.assign(service, r, &c.Remedy.Set[i], place)
	}
	for i := range c.Remedy.Add {
		w.extend(r, &c.Remedy.Add[i], place)
	}
}

func (w *whatIf) assign(service *catalog.Service, r *estate.Resource, a *catalog.Assignment, place catalog.Place) {
	if a.Path != "" {
		w.set(r, a.Assign(r.Body, a.Path, place))
		return
	}
	at := slices.IndexFunc(service.Settings, func(s catalog.Setting) bool { return s.Name == a.Setting })
	if at < 0 {
		return
	}
	switch s := &service.Settings[at]; {
	case s.Child != "":
		for _, child := range w.children(r, s) {
			w.set(child, a.Assign(child.Body, pathOf(s, child.Body), place))
		}
	case s.Related == "":
		w.set(r, a.Assign(r.Body, pathOf(s, r.Body), place))
	}
}

// pathOf is the path of a setting that is written, else its first one.
func pathOf(s *catalog.Setting, body value.Value) string {
	for _, p := range s.Path {
		if first, _, _ := strings.Cut(p, "["); !body.Path(strings.Split(first, ".")...).IsNull() {
			return p
		}
	}
	if len(s.Path) == 0 {
		return ""
	}
	return s.Path[0]
}

// children lists the children that a setting is about; one that has a name is made
// when it is not there.
func (w *whatIf) children(r *estate.Resource, s *catalog.Setting) []*estate.Resource {
	var out []*estate.Resource
	prefix := r.ID.Key() + "/"
	look := func(x *estate.Resource) {
		if strings.EqualFold(x.Type, s.Child) && (s.ChildName == "" || strings.EqualFold(x.ID.LastName(), s.ChildName)) {
			out = append(out, x)
		}
	}
	at, _ := slices.BinarySearchFunc(w.resources[:w.sorted], prefix, func(x *estate.Resource, key string) int { return strings.Compare(x.ID.Key(), key) })
	for ; at < w.sorted && strings.HasPrefix(w.resources[at].ID.Key(), prefix); at++ {
		look(w.resources[at])
	}
	for _, x := range w.resources[w.sorted:] {
		if strings.HasPrefix(x.ID.Key(), prefix) {
			look(x)
		}
	}
	if len(out) == 0 && s.ChildName != "" {
		child := &estate.Resource{
			ID: r.ID.Child(s.Child[strings.LastIndexByte(s.Child, '/')+1:], s.ChildName), Type: s.Child, Name: r.Name + "/" + s.ChildName,
			Body: value.Object(nil), Origin: r.Origin,
		}
		w.enter(child)
		out = append(out, child)
	}
	return out
}

// extend adds a resource and says who leans on it.
func (w *whatIf) extend(r *estate.Resource, a *catalog.Addition, place catalog.Place) {
	parent := w.byKey[r.ID.Parent().Key()]
	owner := r
	if a.Of == "parent" {
		if owner = parent; owner == nil {
			return
		}
	}
	name := place.Text(a.Name)
	fresh := &estate.Resource{Type: a.Type, Name: name, Location: estate.NormalizeLocation(place.Text(a.Location)), Body: place.Value(a.Body, 0), Origin: r.Origin}
	switch last := strings.LastIndexByte(a.Type, '/'); {
	case strings.EqualFold(a.Type[:last], owner.Type):
		fresh.ID, fresh.Name = owner.ID.Child(a.Type[last+1:], name), owner.Name+"/"+name
	case strings.EqualFold(a.Type, "Microsoft.Authorization/locks"):
		fresh.ID = estate.ParseID(owner.ID.String() + "/providers/" + a.Type + "/" + name)
	default:
		fresh.ID = owner.ID.Group().InGroup(a.Type, name)
	}
	if there := w.byKey[fresh.ID.Key()]; there != nil {
		fresh = w.join(there, fresh.Body)
	} else {
		w.enter(fresh)
	}
	if a.Role == "" {
		return
	}
	from := a.From
	if len(from) == 0 {
		from = catalog.Values{"resource"}
	}
	for _, who := range from {
		leaner := r
		if who == "parent" {
			leaner = parent
		}
		if leaner != nil {
			w.lean(estate.Relation{From: leaner, To: fresh, Role: a.Role, Origin: leaner.Origin})
		}
	}
}

// lean adds a relation that is not there yet.
func (w *whatIf) lean(x estate.Relation) {
	if slices.ContainsFunc(w.relations, func(old estate.Relation) bool { return same(&x, &old) }) {
		return
	}
	w.journal = append(w.journal, undo{relation: x})
	w.relations = append(w.relations, x)
}

func same(a, b *estate.Relation) bool { return a.From == b.From && a.To == b.To && a.Role == b.Role }

// leave takes a resource away that was added.
func (w *whatIf) leave(r *estate.Resource) {
	at := slices.Index(w.resources, r)
	if at < w.sorted { // the estate that was put together has the same list
		w.resources = slices.Clone(w.resources)
		w.sorted--
	}
	w.resources = slices.Delete(w.resources, at, at+1)
}

// join adds to a resource that is there already what one of the same id would have:
// a second database joins the failover group of its server. Only lists grow; what
// is written else stays.
func (w *whatIf) join(there *estate.Resource, body value.Value) *estate.Resource {
	if there.External {
		return there
	}
	if body, grown := extended(there.Body, body); grown {
		w.set(there, body)
	}
	return there
}

// extended gives a value with the elements that the lists of another one have besides.
func extended(old, more value.Value) (out value.Value, grown bool) {
	switch {
	case old.Kind() == value.ArrayKind && more.Kind() == value.ArrayKind:
		var elems []value.Value
		for _, e := range old.Elems() {
			elems = append(elems, e)
		}
		for _, e := range more.Elems() {
			if text := string(e.AppendJSON(nil)); !slices.ContainsFunc(elems, func(x value.Value) bool { return strings.EqualFold(string(x.AppendJSON(nil)), text) }) {
				elems, grown = append(elems, e), true
			}
		}
		return value.Array(elems), grown
	case old.Kind() == value.ObjectKind && more.Kind() == value.ObjectKind:
		var members []value.Member
		for k, e := range old.Members() {
			longer, g := extended(e, more.Get(k))
			members, grown = append(members, value.Member{Key: k, Value: longer}), grown || g
		}
		return value.Object(members), grown
	}
	return old, false
}
