package control

import (
	"slices"
	"strings"
)

// place is what a path of ARM names.
type place struct {
	path  string   // without a slash at its end
	sub   string   // the subscription's id, "" without one
	group string   // the group's name, "" without one
	scope string   // what stands before the last "providers"
	space string   // the namespace behind it, "" without one
	rest  []string // the segments behind the namespace or, without one, the scope
}

// parse reads a path: pairs of a kind and a name, with a namespace after each
// "providers". Any path can be read; what it means is asked later. Slashes in a
// row are one: clients leave out a parent that way.
func parse(path string) place {
	segs := slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" })
	p := place{path: "/" + strings.Join(segs, "/")}
	i := 0
	if len(segs) > 1 && strings.EqualFold(segs[0], "subscriptions") {
		p.sub, i = segs[1], 2
		if len(segs) > 3 && strings.EqualFold(segs[2], "resourceGroups") {
			p.group, i = segs[3], 4
		}
	}
	at := func(n int) string { // the first n segments
		if n == 0 {
			return ""
		}
		return "/" + strings.Join(segs[:n], "/")
	}
	p.scope, p.rest = at(i), segs[i:]
	for i+1 < len(segs) && strings.EqualFold(segs[i], "providers") {
		p.scope, p.space, p.rest = at(i), segs[i+1], segs[i+2:]
		i = nextScope(segs, i+2)
	}
	return p
}

// nextScope is where, behind the first pair from i, "providers" stands in the
// place of a type again.
func nextScope(segs []string, i int) int {
	for i += 2; i+1 < len(segs); i += 2 {
		if strings.EqualFold(segs[i], "providers") {
			return i
		}
	}
	return len(segs)
}

// kind is the full type of the first n pairs, in the spelling of the path.
func (p place) kind(n int) string {
	var b strings.Builder
	b.WriteString(p.space)
	for i := 0; i < n*2 && i < len(p.rest); i += 2 {
		b.WriteByte('/')
		b.WriteString(p.rest[i])
	}
	return b.String()
}

// cut is the place of the first n pairs behind the namespace.
func (p place) cut(n int) place {
	c := p
	c.rest = p.rest[:n*2]
	c.path = p.scope + "/providers/" + p.space
	if n > 0 {
		c.path += "/" + strings.Join(c.rest, "/")
	}
	return c
}

// name is the last segment.
func (p place) name() string { return p.path[strings.LastIndexByte(p.path, '/')+1:] }

// isGroup says that the place is a resource group itself.
func (p place) isGroup() bool { return p.group != "" && p.space == "" && len(p.rest) == 0 }

// isSubscription says that the place is a subscription itself.
func (p place) isSubscription() bool {
	return p.sub != "" && p.group == "" && p.space == "" && len(p.rest) == 0
}

// isResource says that the place has the form of a resource's id.
func (p place) isResource() bool {
	return p.space != "" && len(p.rest) > 0 && len(p.rest)%2 == 0
}
