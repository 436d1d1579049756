package catalog

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/unique"
	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Place fills in what the texts in braces of a remedy stand for:
//
//	{name}         the last segment of the resource's name
//	{parent}       the last segment of its parent's name
//	{id}           its id
//	{group}        the id of its resource group
//	{location}     its region
//	{otherRegion}  the region that the other half goes to
//	{unique}       13 letters and digits that differ by {group}, for names that have to
//	               be unique: uniqueString() of it and [UniqueSalt]
//	{zones}        as the whole text: the list of the zones of its region
//	{count}        as the whole text: how many elements the list has already
type Place struct {
	Name, Parent, ID, Group, Location, OtherRegion, Unique string

	Zones []string
}

// UniqueSalt sets the names of what Holdfast adds apart from those that templates
// make of the id of their group alone.
const UniqueSalt = "holdfast"

// PlaceOf is the place of a resource, with the other region that was chosen.
func PlaceOf(r *estate.Resource, otherRegion string) Place {
	p := Place{
		Name: lastSegment(r.Name), Parent: r.ID.Parent().LastName(), ID: r.ID.String(), Group: r.ID.Group().String(),
		Location: r.Location, OtherRegion: otherRegion,
	}
	p.Unique = unique.String(p.Group, UniqueSalt)
	if strings.Contains(p.Group, "{") { // as resources are named whose group is not known
		p.Unique = "{uniqueString(resourceGroup().id, '" + UniqueSalt + "')}"
	}
	p.Zones, _ = estate.ZonesFor(r.Type, r.Location)
	if region, ok := estate.RegionByName(r.Location); ok && len(p.Zones) == 0 {
		for i := range region.Zones {
			p.Zones = append(p.Zones, formatInt(int64(i+1)))
		}
	}
	return p
}

// Text fills in a text.
func (p Place) Text(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	return strings.NewReplacer("{name}", p.Name, "{parent}", p.Parent, "{id}", p.ID, "{group}", p.Group, "{location}", p.Location, "{otherRegion}", p.OtherRegion, "{unique}", p.Unique).Replace(s)
}

// Value fills in all texts of a value; count is the length of the list that it is
// added to.
func (p Place) Value(v value.Value, count int) value.Value {
	switch v.Kind() {
	case value.StringKind:
		switch s := v.Str(); s {
		case "{zones}":
			out := make([]value.Value, len(p.Zones))
			for i, z := range p.Zones {
				out[i] = value.String(z)
			}
			return value.Array(out)
		case "{count}":
			return value.Int(int64(count))
		default:
			return value.String(p.Text(s))
		}
	case value.ArrayKind:
		out := make([]value.Value, 0, v.Len())
		for _, e := range v.Elems() {
			out = append(out, p.Value(e, count))
		}
		return value.Array(out)
	case value.ObjectKind:
		out := make([]value.Member, 0, v.Len())
		for k, e := range v.Members() {
			out = append(out, value.Member{Key: k, Value: p.Value(e, count)})
		}
		return value.Object(out)
	}
	return v
}

// Assign gives the body of a resource with the value of an assignment at a path
// (the path of its setting, or its own). What is not there on the way is made,
// except for elements of lists: a list that is not there stays away. A body that
// is not known is taken to be empty there.
func (a *Assignment) Assign(body value.Value, path string, p Place) value.Value {
	parsed, err := parsePath(path)
	if err != nil {
		return body
	}
	return a.put(body, parsed.steps, p)
}

func (a *Assignment) put(v value.Value, steps []step, p Place) value.Value {
	if len(steps) == 0 {
		return a.at(v, p)
	}
	s := steps[0]
	if s.key == "" {
		if v.Kind() != value.ArrayKind {
			return v
		}
		out := make([]value.Value, 0, v.Len())
		for i, e := range v.Elems() {
			if s.index == every || s.index == i {
				e = a.put(e, steps[1:], p)
			}
			out = append(out, e)
		}
		return value.Array(out)
	}
	if v.Kind() != value.ObjectKind {
		v = value.Object(nil)
	}
	old := v.Get(s.key)
	if old.IsNull() && (a.IfThere || a.Remove || a.onlyElements(steps[1:])) {
		return v
	}
	out := make([]value.Member, 0, v.Len()+1)
	done := false
	for k, e := range v.Members() {
		if strings.EqualFold(k, s.key) {
			if done || a.Remove && len(steps) == 1 {
				done = true
				continue
			}
			done = true
			e = a.put(old, steps[1:], p)
		}
		out = append(out, value.Member{Key: k, Value: e})
	}
	if !done {
		out = append(out, value.Member{Key: s.key, Value: a.put(value.Absent(), steps[1:], p)})
	}
	return value.Object(out)
}

// onlyElements says that the rest of a path goes into a list at once.
func (a *Assignment) onlyElements(steps []step) bool { return len(steps) > 0 && steps[0].key == "" }

// at is the new value in the place of an old one.
func (a *Assignment) at(old value.Value, p Place) value.Value {
	switch {
	case a.Append:
		out := make([]value.Value, 0, old.Len()+1)
		for _, e := range old.Elems() {
			out = append(out, e)
		}
		return value.Array(append(out, p.Value(a.Value, len(out))))
	case a.AtLeast:
		if had, ok := number(old); ok {
			if want, ok := number(a.Value); ok && had >= want {
				return old
			}
		}
		if isAPIVersion.MatchString(old.Text()) && isAPIVersion.MatchString(a.Value.Text()) && old.Text() >= a.Value.Text() {
			return old
		}
	}
	return p.Value(a.Value, 0)
}

func number(v value.Value) (int64, bool) {
	if n, ok := v.AsInt(); ok {
		return n, true
	}
	f, ok := v.AsFloat()
	return int64(f), ok
}
