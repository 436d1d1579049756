package openpsa

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

// symbol is a gate, a basic event or a house event.
type symbol struct {
	gate  *faulttree.Gate
	event *faulttree.Event
	house *faulttree.House
}

func (s symbol) place() faulttree.Place {
	switch {
	case s.gate != nil:
		return s.gate.Place
	case s.event != nil:
		return s.event.Place
	}
	return s.house.Place
}

func (s symbol) kind() string {
	switch {
	case s.gate != nil:
		return "gate"
	case s.event != nil:
		return "basic event"
	}
	return "house event"
}

// table finds things by name. What is public is known by its name alone, and
// everything by its path, which starts with a slash here so that the two differ.
type table[T any] map[string]T

// declare enters a definition; a second one of the same name is an error.
func declare[T symbol | *expression.Parameter](r *reader, t table[T], e *element, sc scope, private bool, thing T) bool {
	name, _ := e.attr("name")
	keys := []string{"/" + join(sc.path, name)}
	if !private {
		keys = append(keys, name)
	}
	for _, key := range keys {
		if old, ok := t[key]; ok {
			r.fail(e.errorf("%s is defined twice: first at %s", name, placeOf(old)))
			return false
		}
	}
	for _, key := range keys {
		t[key] = thing
	}
	return true
}

func placeOf(thing any) faulttree.Place {
	switch t := thing.(type) {
	case symbol:
		return t.place()
	case *expression.Parameter:
		return t.Place
	}
	return faulttree.Place{}
}

// lookup finds what a reference within a scope means: first what the scope itself
// and those around it define, then what is public, then a path from the root.
func (t table[T]) lookup(ref string, sc scope) (thing T, ok bool) {
	for path := sc.path; path != ""; path = path[:max(0, strings.LastIndexByte(path, '.'))] {
		if thing, ok = t["/"+path+"."+ref]; ok {
			return thing, true
		}
	}
	if thing, ok = t[ref]; ok {
		return thing, true
	}
	thing, ok = t["/"+ref]
	return thing, ok
}

// reference finds the gate or event that e names; kind is what it must be, or "".
func (r *reader) reference(e *element, sc scope, kind string) (symbol, bool) {
	name, ok := e.attr("name")
	if !ok || name == "" {
		r.fail(e.errorf("<%s> has no name", e.name))
		return symbol{}, false
	}
	s, ok := r.events.lookup(name, sc)
	what := kind
	if what == "" {
		what = "gate or event"
	}
	if !ok {
		r.fail(e.errorf("the %s %s is not defined%s", what, name, r.elsewhere(name)))
		return symbol{}, false
	}
	if kind != "" && s.kind() != kind {
		r.fail(e.errorf("%s is a %s (defined at %s), not a %s", name, s.kind(), s.place(), kind))
		return symbol{}, false
	}
	return s, true
}

// elsewhere says where a name that is not found is private.
func (r *reader) elsewhere(name string) string {
	for _, g := range r.model.Gates {
		if strings.HasSuffix(g.Name, "."+name) {
			return fmt.Sprintf("; %s is private (defined at %s)", g.Name, g.Place)
		}
	}
	for _, e := range r.model.Events {
		if strings.HasSuffix(e.Name, "."+name) {
			return fmt.Sprintf("; %s is private (defined at %s)", e.Name, e.Place)
		}
	}
	return ""
}
