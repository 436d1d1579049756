package live

import (
	"errors"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// note tells that something was not seen.
func (r *reader) note(what string, err error) {
	r.notSeen = append(r.notSeen, estate.NotSeen{What: what, Why: why(err)})
}

// why says why something was not seen, and what to do.
func why(err error) string {
	text := err.Error()
	var e *azure.Error
	if errors.As(err, &e) {
		switch {
		case e.Status == 404 || e.Status == 410:
			text = "it is gone, or was moved: " + text
		case e.Status == 403:
			text = "this login may not read it: " + text
		}
	}
	if hint := azure.Hint(err); hint != "" {
		text += "; " + hint
	}
	return text
}

// unlisted notes that the children of a list are not known. A resource whose
// presence is not known stands in their place, so that no check over them can
// pass.
func (r *reader) unlisted(of *estate.Resource, l *list, err error) {
	what := l.Gives[strings.LastIndexByte(l.Gives, '/')+1:]
	r.note("the "+what+" of "+of.Type+" "+of.ID.String(), err)
	r.failed["list "+strings.ToLower(l.Gives)+of.ID.Key()] = err
	of.Listed = slices.DeleteFunc(of.Listed, func(t string) bool { return strings.EqualFold(t, l.Gives) })
	id := of.ID.Child(what, "{"+what+unlistedName)
	switch {
	case strings.HasPrefix(l.Path, "{group}"):
		id = estate.ParseID(l.address(of) + "/{" + what + " of " + of.ID.LastName() + unlistedName)
	case !strings.HasPrefix(strings.ToLower(l.Gives), strings.ToLower(of.Type)+"/"): // an extension of it
		id = estate.ParseID(l.address(of) + "/{" + what + unlistedName)
	}
	switch {
	case len(l.Like) > 0: // one of each, since outages meet them differently
		for _, kind := range l.Like[1:] {
			x := r.standIn(of.ID.Child(what, "{"+kind+" "+what+unlistedName), l.Gives, err)
			x.Body, x.Location = property(l.Like[0], value.String(kind)), of.Location
		}
	case l.Names != "":
		r.standIn(id, l.Gives, err).Body = property(l.Names, r.named(of, l))
	default:
		r.standIn(id, l.Gives, err)
	}
}

// unlistedName ends the name of what stands in the place of children.
const unlistedName = " that could not be listed}"

// property is a body with one property.
func property(name string, v value.Value) value.Value {
	return value.Object([]value.Member{{Key: "properties", Value: value.Object([]value.Member{{Key: name, Value: v}})}})
}

// said are the notes on relations but those on what stands in for something: that
// it is not known has been told.
func said(notes []estate.NotSeen) []estate.NotSeen {
	return slices.DeleteFunc(notes, func(n estate.NotSeen) bool { return strings.Contains(n.What, unlistedName) })
}

// named is what a child that could not be listed may name: anything of its kind
// that belongs to the parent.
func (r *reader) named(of *estate.Resource, l *list) value.Value {
	var all []value.Value
	if strings.HasPrefix(l.Path, "{group}") {
		return value.Array([]value.Value{value.Object([]value.Member{{Key: "primaryManagedInstanceId", Value: value.String(of.ID.String())}})})
	}
	for _, key := range sorted(r.known) {
		if x := r.known[key]; x.ID.Parent().Equal(of.ID) && strings.EqualFold(x.ID.Type(), of.ID.Type()+"/"+l.Names) {
			all = append(all, value.String(x.ID.String()))
		}
	}
	return value.Array(all)
}

// standIn puts a resource in the place of what could not be read.
func (r *reader) standIn(id estate.ResourceID, typ string, err error) *estate.Resource {
	x := &estate.Resource{ID: id, Type: typ, Name: id.Name(), External: true, Presence: "the list could not be read (" + short(err) + ")"}
	r.stand[id.Key()] = x
	return x
}

// short is the kind of an error in a few words.
func short(err error) string {
	for _, kind := range []error{azure.ErrForbidden, azure.ErrNotFound, azure.ErrGone, azure.ErrUnauthenticated, azure.ErrThrottled, azure.ErrUnavailable, azure.ErrIncomplete, azure.ErrUnreachable} {
		if errors.Is(err, kind) {
			return kind.Error()
		}
	}
	return "it failed"
}

// lockless notes that the locks of a subscription are not known: whatever is
// asked for its locks may have one.
func (r *reader) lockless(subscription string, err error) {
	r.note("the locks of the subscription "+subscription, err)
	r.failed["locks "+strings.ToLower(subscription)] = err
}

// doubtLocks puts a lock that may be there on whatever is asked for its locks.
func (r *reader) doubtLocks() {
	for _, key := range sorted(r.known) {
		x := r.known[key]
		err := r.failed["locks "+strings.ToLower(x.ID.Subscription())]
		if err == nil || !fold(r.table.Locks.About, x.Type) {
			continue
		}
		const typ = "Microsoft.Authorization/locks"
		r.standIn(estate.ParseID(x.ID.String()+"/providers/"+typ+"/{locks"+unlistedName), typ, err)
	}
}

// doubtNamed puts in the place of children that are named, and whose list failed,
// what may be there.
func (r *reader) doubtNamed(f found) {
	for _, x := range f.Resources {
		if !x.External || f.owner[x.ID.Key()] == "" || r.stand[x.ID.Key()] != nil || !r.standsFor(x.ID) {
			continue
		}
		for _, l := range r.table.of(x.ID.Parent().Type()) {
			if len(l.Like) == 0 || !strings.EqualFold(l.Gives, x.ID.Type()) {
				continue
			}
			kind := l.Like[1]
			for i := range f.Relations {
				rel := &f.Relations[i]
				if by := l.NamedBy[strings.ToLower(rel.From.Type)]; rel.To.ID.Equal(x.ID) && by != "" {
					kind = by
				}
			}
			s := r.standIn(x.ID, l.Gives, r.listError(x.ID.Parent(), l))
			s.Body = property(l.Like[0], value.String(kind))
			if of := r.known[x.ID.Parent().Key()]; of != nil {
				s.Location = of.Location
			}
		}
	}
}

// listError is why a list failed.
func (r *reader) listError(of estate.ResourceID, l *list) error {
	return r.failed["list "+strings.ToLower(l.Gives)+of.Key()]
}

// unread tells why what is named is not known.
func (r *reader) unread(f found) {
	for _, x := range f.Resources {
		key := x.ID.Key()
		if !x.External || f.owner[key] == "" || r.stand[key] != nil || x.Implied || f.managed(x) {
			continue
		}
		w := wanted(x)
		describe := x.Type + " " + x.ID.String()
		if via := f.via[key]; via != nil {
			describe += ", which " + via.From.Name + " names,"
		}
		switch err := r.failed[w.id.Key()]; {
		case err != nil:
			r.note(describe, err)
		case w.name && r.failed[w.text] != nil:
			r.note(describe, r.failed[w.text])
		case w.name:
			r.note(describe, errors.New("no resource of that type and name is visible to this login (the role Reader shows it)"))
		case learned(x.ID):
			if !r.standsFor(x.ID) {
				r.note(describe, errors.New("the list of its workspace does not hold it: it is gone"))
			}
		case w.text != "" && r.known[w.id.Key()] == nil:
			r.note(describe, hidden{})
		case w.text != "" && !w.id.Equal(x.ID):
			r.note(describe, errors.New("its network does not hold it: it is gone"))
		}
	}
}

// unreadGroups tells why the groups of resources, whose regions matter, are not
// known.
func (r *reader) unreadGroups(f found) {
	told := map[string]bool{}
	for _, x := range f.Resources {
		g := x.ID.Group()
		if x.External || f.owner[x.ID.Key()] == "" || g.IsZero() || told[g.Key()] || r.known[g.Key()] != nil {
			continue
		}
		told[g.Key()] = true
		err := r.failed[g.Key()]
		if err == nil {
			err = hidden{}
		}
		r.note("the resource group "+g.String()+" and its region", err)
	}
}

// standsFor says that the list that would have given a resource failed.
func (r *reader) standsFor(id estate.ResourceID) bool {
	for _, x := range r.stand {
		if x.ID.Parent().Equal(id.Parent()) && strings.EqualFold(x.Type, id.Type()) {
			return true
		}
	}
	return false
}
