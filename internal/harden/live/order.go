package live

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// NewWork makes the work of a plan's automatic steps: those that change or add
// something in place, and conversions, with the calls that the catalog gives. scope is
// the id that the command named. Left are the other steps: they stay instructions.
// The error says of which step Holdfast does not know how to make it.
func NewWork(p *harden.Plan, scope string) (w *Work, left []*harden.Step, err error) {
	w = &Work{Format: format, Scope: scope}
	number := map[*harden.Step]int{}
	for _, s := range p.Steps {
		if !automatic(s) {
			left = append(left, s)
			continue
		}
		t, err := newTask(p, s)
		if err != nil {
			return nil, nil, fmt.Errorf("%s of %s: %w", s.Remedy.ID, s.Resource.ID, err)
		}
		for _, b := range s.Before {
			if n, ok := number[b]; ok {
				t.After = append(t.After, n)
			}
		}
		number[s] = len(w.Tasks)
		w.Tasks = append(w.Tasks, *t)
	}
	return w, left, nil
}

func automatic(s *harden.Step) bool {
	r := s.Remedy
	return (s.Kind == "inPlace" || s.Kind == "conversion") && r.ByHand == "" && r.Asks == "" && !r.Pair && len(r.Set)+len(r.Add) > 0
}

func newTask(p *harden.Plan, s *harden.Step) (*Task, error) {
	r := s.Resource
	if !r.ID.IsARM() || r.External || strings.Contains(r.ID.String(), "{") {
		return nil, fmt.Errorf("the resource is not one of Azure that can be addressed")
	}
	t := &Task{Remedy: s.Remedy.ID, Title: s.Remedy.Title, Resource: r.ID.String(), Kind: s.Kind, Forever: forever(p.Catalog, s)}
	place := catalog.PlaceOf(r, s.Region)
	change := t.change
	if len(s.Remedy.Calls) > 0 {
		change = t.convert
	}
	if err := change(p, s, place); err != nil {
		return nil, err
	}
	for i := range s.Remedy.Add {
		if err := t.add(p, s, &s.Remedy.Add[i], place); err != nil {
			return nil, err
		}
	}
	for i := range t.Acts {
		if err := t.Acts[i].check(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func settingOf(c *catalog.Catalog, s *harden.Step, a *catalog.Assignment) *catalog.Setting {
	service := c.ServiceOf(s.Resource)
	if service == nil || a.Setting == "" {
		return nil
	}
	if i := slices.IndexFunc(service.Settings, func(x catalog.Setting) bool { return x.Name == a.Setting }); i >= 0 {
		return &service.Settings[i]
	}
	return nil
}

// change collects what is set by the resource that holds it.
func (t *Task) change(p *harden.Plan, s *harden.Step, place catalog.Place) error {
	for i := range s.Remedy.Set {
		a := &s.Remedy.Set[i]
		set := Set{Value: raw(a.Value), AtLeast: a.AtLeast, Append: a.Append, IfThere: a.IfThere, Remove: a.Remove}
		setting := settingOf(p.Catalog, s, a)
		switch {
		case a.Path != "":
			set.Paths = []string{a.Path}
		case setting == nil || len(setting.Path) == 0 || setting.Related != "":
			return fmt.Errorf("%s is not a setting that can be written", a.Setting)
		default:
			set.Paths = setting.Path
		}
		if setting == nil || setting.Child == "" {
			if err := t.set(p.Catalog, s.Resource.ID, s.Resource.Type, s.Resource, false, set, place); err != nil {
				return err
			}
			continue
		}
		for _, child := range children(p.Before.Estate, s.Resource, setting) {
			if err := t.set(p.Catalog, child.ID, setting.Child, child, setting.ChildName != "", set, place); err != nil {
				return err
			}
		}
	}
	return nil
}

// children lists the children that a setting is about; one that has a name of its
// own is there also when the estate does not hold it.
func children(e *estate.Estate, r *estate.Resource, s *catalog.Setting) []*estate.Resource {
	segment := s.Child[strings.LastIndexByte(s.Child, '/')+1:]
	if s.ChildName != "" {
		id := r.ID.Child(segment, s.ChildName)
		if child := e.ByID(id); child != nil {
			return []*estate.Resource{child}
		}
		return []*estate.Resource{{ID: id, Type: s.Child}}
	}
	var out []*estate.Resource
	for _, x := range e.Resources {
		if strings.HasPrefix(x.ID.Key(), r.ID.Key()+"/") && strings.EqualFold(x.Type, s.Child) && !x.External {
			out = append(out, x)
		}
	}
	return out
}

// set adds a value to the act that changes a resource, or makes one. What is added
// to a list is an act by itself: services take changes of their lists of regions
// only alone.
func (t *Task) set(c *catalog.Catalog, id estate.ResourceID, typ string, was *estate.Resource, create bool, set Set, place catalog.Place) error {
	if was != nil && !was.Body.IsNull() {
		if steps, err := parsePath(set.pathOf(was.Body)); err == nil {
			for _, v := range read(was.Body, steps) {
				set.Planned = append(set.Planned, raw(v))
			}
		}
	}
	at := slices.IndexFunc(t.Acts, func(a Act) bool {
		return a.Kind == Change && a.ID == id.String() && !set.Append && !slices.ContainsFunc(a.Sets, func(s Set) bool { return s.Append })
	})
	if at < 0 {
		api, err := apiOf(c, typ)
		if err != nil {
			return err
		}
		t.Acts = append(t.Acts, Act{Kind: Change, ID: id.String(), Version: api.version, Method: api.method, Make: create, Place: place})
		at = len(t.Acts) - 1
	}
	t.Acts[at].Sets = append(t.Acts[at].Sets, set)
	return nil
}

// add makes the act that adds a resource; its id is that which
// [improve.Apply] gives it.
func (t *Task) add(p *harden.Plan, s *harden.Step, a *catalog.Addition, place catalog.Place) error {
	owner, typ := s.Resource.ID, s.Resource.Type
	if a.Of == "parent" {
		owner = owner.Parent()
		typ = typ[:max(strings.LastIndexByte(typ, '/'), 0)]
	}
	name := place.Text(a.Name)
	cut := strings.LastIndexByte(a.Type, '/')
	var id estate.ResourceID
	switch {
	case cut > 0 && strings.EqualFold(a.Type[:cut], typ):
		id = owner.Child(a.Type[cut+1:], name)
	case strings.EqualFold(a.Type, "Microsoft.Authorization/locks"):
		id = estate.ParseID(owner.String() + "/providers/" + a.Type + "/" + name)
	default:
		id = owner.Group().InGroup(a.Type, name)
	}
	api, err := apiOf(p.Catalog, a.Type)
	if err != nil {
		return err
	}
	body := place.Value(a.Body, 0)
	if a.Location != "" {
		body = withMember(body, "location", value.String(estate.NormalizeLocation(place.Text(a.Location))))
		if body.Get("location").Str() == "" {
			return fmt.Errorf("no other region is known for what is to be added (%s)", a.Type)
		}
	}
	t.Acts = append(t.Acts, Act{Kind: Add, ID: id.String(), Version: api.version, Method: "PUT", Body: raw(body), Place: place})
	return nil
}

// check refuses acts that would write secrets or nowhere.
func (a *Act) check() error {
	for i := range a.Sets {
		s := &a.Sets[i]
		for _, path := range s.Paths {
			steps, err := parsePath(path)
			if err != nil {
				return err
			}
			last := steps[len(steps)-1].key
			if name := secretIn(last, parse(s.Value)); name != "" {
				return fmt.Errorf("%s looks like a secret: Holdfast writes and journals none", orElse(name, last))
			}
			for _, old := range s.Planned {
				if secretIn(last, parse(old)) != "" {
					return fmt.Errorf("what is at %s looks like a secret: Holdfast writes and journals none", path)
				}
			}
		}
		if text := a.Place.Text(string(s.Value)); s.Value != nil && strings.Contains(string(s.Value), "{otherRegion}") && strings.Contains(text, `""`) {
			return fmt.Errorf("no other region is known for it")
		}
	}
	bodies := []json.RawMessage{a.Body}
	for _, c := range a.Calls {
		bodies = append(bodies, c.Body)
	}
	for _, b := range bodies {
		if name := secretIn("", parse(b)); name != "" {
			return fmt.Errorf("%s looks like a secret: Holdfast writes and journals none", name)
		}
	}
	return nil
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
