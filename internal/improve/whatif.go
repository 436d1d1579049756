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
}

func copyOf(e *estate.Estate) *whatIf {
	w := &whatIf{byKey: make(map[string]*estate.Resource, len(e.Resources)), relations: slices.Clone(e.Relations)}
	for _, r := range e.Resources {
		w.add(new(*r))
	}
	for i := range w.relations {
		w.relations[i].From = w.byKey[w.relations[i].From.ID.Key()]
		w.relations[i].To = w.byKey[w.relations[i].To.ID.Key()]
	}
	return w
}

func (w *whatIf) add(r *estate.Resource) {
	r.Roles = nil
	w.resources = append(w.resources, r)
	w.byKey[r.ID.Key()] = r
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
		r.Body = a.Assign(r.Body, a.Path, place)
		return
	}
	at := slices.IndexFunc(service.Settings, func(s catalog.Setting) bool { return s.Name == a.Setting })
	if at < 0 {
		return
	}
	switch s := &service.Settings[at]; {
	case s.Child != "":
		for _, child := range w.children(r, s) {
			child.Body = a.Assign(child.Body, pathOf(s, child.Body), place)
		}
	case s.Related == "":
		r.Body = a.Assign(r.Body, pathOf(s, r.Body), place)
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
	for _, x := range w.resources {
		if strings.HasPrefix(x.ID.Key(), prefix) && strings.EqualFold(x.Type, s.Child) && (s.ChildName == "" || strings.EqualFold(x.ID.LastName(), s.ChildName)) {
			out = append(out, x)
		}
	}
	if len(out) == 0 && s.ChildName != "" {
		child := &estate.Resource{
			ID: r.ID.Child(s.Child[strings.LastIndexByte(s.Child, '/')+1:], s.ChildName), Type: s.Child, Name: r.Name + "/" + s.ChildName,
			Body: value.Object(nil), Origin: r.Origin,
		}
		w.add(child)
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
	if w.byKey[fresh.ID.Key()] != nil {
		return
	}
	w.add(fresh)
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
			w.relations = append(w.relations, estate.Relation{From: leaner, To: fresh, Role: a.Role, Origin: leaner.Origin})
		}
	}
}
