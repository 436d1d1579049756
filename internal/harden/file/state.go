package file

import (
	"slices"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// target is a resource that steps change or add, with its body as they make it.
// Texts of the body may hold marks.
type target struct {
	id    estate.ResourceID
	was   *estate.Resource // nil for one that is added
	body  value.Value
	steps []*harden.Step
	added *addition
	by    []trace
}

// trace says which step wrote what of a target.
type trace struct {
	path  string
	step  *harden.Step
	least bool // a number that is greater would have stayed
}

// addition is a resource that is not there yet.
type addition struct {
	target   *target
	typ      string
	name     string           // its last segment, with marks
	location string           // with marks
	owner    *estate.Resource // beside or below which it is written
	above    *addition        // the owner, where that is added itself
	child    bool             // it is a child of the owner
	lock     bool             // it extends the owner
	after    []*addition      // of the same step, which come first
	step     *harden.Step
}

// state is what steps make of an estate, one after the other.
type state struct {
	w       *world
	cat     *catalog.Catalog
	targets map[string]*target
	order   []*target
	bases   []base             // what marks refer to
	number  map[jsonc.Node]int // of a base, by its declaration
}

// base is a resource of the files, or one that is added to them.
type base struct {
	resource *estate.Resource
	added    *addition
}

func newState(w *world, cat *catalog.Catalog) *state {
	return &state{w: w, cat: cat, targets: map[string]*target{}, number: map[jsonc.Node]int{}}
}

func (s *state) of(id estate.ResourceID) *target {
	if t := s.targets[id.Key()]; t != nil {
		return t
	}
	r := s.w.estate.ByID(id)
	if r == nil {
		return nil
	}
	return s.enter(&target{id: id, was: r, body: r.Body})
}

func (s *state) enter(t *target) *target {
	s.targets[t.id.Key()] = t
	s.order = append(s.order, t)
	return t
}

// The marks stand for what depends on the resource of a step, until it is known
// where they are written: a field and the number of the base.
const (
	markStart = "\x01"
	markEnd   = "\x02"
)

func (s *state) marks(r *estate.Resource, added *addition, otherRegion string) catalog.Place {
	n := len(s.bases)
	if added != nil {
		s.bases = append(s.bases, base{r, added})
	} else {
		node := s.w.node(r.Body.Use())
		known, ok := s.number[node]
		if !ok {
			known = n
			s.bases = append(s.bases, base{resource: r})
			s.number[node] = n
		}
		n = known
	}
	mark := func(field string) string { return markStart + field + "@" + strconv.Itoa(n) + markEnd }
	p := catalog.PlaceOf(r, otherRegion)
	return catalog.Place{
		Name: mark("name"), Parent: mark("parent"), ID: mark("id"), Group: mark("group"), Location: mark("location"), Unique: mark("unique"),
		OtherRegion: p.OtherRegion, Zones: p.Zones,
	}
}

// apply does a step, as [improve.Apply] does it to an estate.
func (s *state) apply(step *harden.Step) {
	t := s.of(step.Resource.ID)
	if t == nil {
		return
	}
	base := step.Resource
	if t.was != nil {
		base = t.was
	}
	service := s.cat.Service(base.Service)
	if service == nil {
		return
	}
	place := s.marks(base, t.added, step.Region)
	for i := range step.Remedy.Set {
		s.assign(service, t, &step.Remedy.Set[i], place, step)
	}
	var before []*addition
	for i := range step.Remedy.Add {
		if a := s.add(t, base, &step.Remedy.Add[i], place, catalog.PlaceOf(base, step.Region), step); a != nil {
			a.after = slices.Clone(before)
			before = append(before, a)
		}
	}
}

func (s *state) assign(service *catalog.Service, t *target, a *catalog.Assignment, place catalog.Place, step *harden.Step) {
	if a.Path != "" {
		s.put(t, a, a.Path, place, step)
		return
	}
	at := slices.IndexFunc(service.Settings, func(x catalog.Setting) bool { return x.Name == a.Setting })
	if at < 0 {
		return
	}
	switch set := &service.Settings[at]; {
	case set.Child != "":
		for _, child := range s.children(t, set, step) {
			s.put(child, a, pathOf(set, child.body), place, step)
		}
	case set.Related == "":
		s.put(t, a, pathOf(set, t.body), place, step)
	}
}

func (s *state) put(t *target, a *catalog.Assignment, where string, place catalog.Place, step *harden.Step) {
	if engineMember(where) {
		return
	}
	now := a.Assign(t.body, where, place)
	for _, d := range differences(t.body, now) {
		t.by = append(t.by, trace{d.path.String(), step, a.AtLeast})
	}
	t.body = now
	if !slices.Contains(t.steps, step) {
		t.steps = append(t.steps, step)
	}
}

// engineMember says that a member is for the deployment only and not of the body:
// what has to be there before is found out from what the values name.
func engineMember(key string) bool { return strings.EqualFold(key, "dependsOn") }

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

// children are the children that a setting is about; one that has a name is added
// when it is not there.
func (s *state) children(t *target, set *catalog.Setting, step *harden.Step) []*target {
	var out []*target
	prefix := t.id.Key() + "/"
	fits := func(id estate.ResourceID, typ string) bool {
		return strings.HasPrefix(id.Key(), prefix) && strings.EqualFold(typ, set.Child) && (set.ChildName == "" || strings.EqualFold(id.LastName(), set.ChildName))
	}
	for _, r := range s.w.estate.Resources {
		if fits(r.ID, r.Type) {
			out = append(out, s.of(r.ID))
		}
	}
	for _, x := range s.order {
		if x.added != nil && fits(x.id, x.added.typ) {
			out = append(out, x)
		}
	}
	if len(out) > 0 || set.ChildName == "" {
		return out
	}
	child := s.enter(&target{id: t.id.Child(set.Child[strings.LastIndexByte(set.Child, '/')+1:], set.ChildName), body: value.Object(nil)})
	child.added = &addition{target: child, typ: set.Child, name: set.ChildName, owner: t.was, above: t.added, child: true, step: step}
	if t.was == nil {
		child.added.owner = t.added.owner
	}
	return append(out, child)
}

func (s *state) add(t *target, base *estate.Resource, a *catalog.Addition, marks, real catalog.Place, step *harden.Step) *addition {
	owner, above := t, t.added
	if a.Of == "parent" {
		if owner = s.of(t.id.Parent()); owner == nil {
			return nil
		}
		above = owner.added
	}
	typ, root := base.Type, owner.was
	if above != nil {
		root = above.owner
	}
	if owner != t {
		if typ = root.Type; above != nil {
			typ = above.typ
		}
	}
	name := real.Text(a.Name)
	x := &addition{typ: a.Type, name: marks.Text(a.Name), location: marks.Text(a.Location), owner: root, above: above, step: step}
	var id estate.ResourceID
	switch last := strings.LastIndexByte(a.Type, '/'); {
	case strings.EqualFold(a.Type[:last], typ):
		id, x.child = owner.id.Child(a.Type[last+1:], name), true
	case strings.EqualFold(a.Type, lockType):
		id, x.lock = estate.ParseID(owner.id.String()+"/providers/"+a.Type+"/"+name), true
	default:
		id = owner.id.Group().InGroup(a.Type, name)
	}
	if old := s.of(id); old != nil {
		return old.added
	}
	x.target = s.enter(&target{id: id, body: marks.Value(a.Body, 0), steps: []*harden.Step{step}, added: x})
	return x
}

const lockType = "Microsoft.Authorization/locks"

// stepsAt are the steps that wrote at a path of a target, or below it where that is
// asked for; where there are none those around it.
func (t *target) stepsAt(p string, below bool) []*harden.Step {
	var at, near []*harden.Step
	for _, x := range t.by {
		if (x.path == p || below && strings.HasPrefix(x.path, p)) && !slices.Contains(at, x.step) {
			at = append(at, x.step)
		}
		if (strings.HasPrefix(x.path, p) || strings.HasPrefix(p, x.path)) && !slices.Contains(near, x.step) {
			near = append(near, x.step)
		}
	}
	switch {
	case at != nil:
		return at
	case near != nil:
		return near
	}
	return t.steps
}

// leastAt says that the number at a path was only to be at least so large.
func (t *target) leastAt(p string) bool {
	found := false
	for _, x := range t.by {
		if x.path == p {
			if !x.least {
				return false
			}
			found = true
		}
	}
	return found
}
