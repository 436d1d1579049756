package catalog

import (
	"slices"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// lookup works out the values of variables for one resource. It reads once what
// several of them need.
type lookup struct {
	view *view
	e    *estate.Estate
	r    *estate.Resource

	hasProperties bool // the field below is read; likewise the others
	props         value.Value
	hasChildren   bool
	from, to      int // of the resources whose ids begin with that of r
	hasRegion     bool
	where         estate.Region
	whereWhy      string // why the region is not known

	// Scratch space of [frame.situation].
	key   []byte
	facts []fact
}

var lookups = sync.Pool{New: func() any { return new(lookup) }}

// about takes a lookup from the pool; done gives it back.
func (v *view) about(e *estate.Estate, r *estate.Resource) *lookup {
	l := lookups.Get().(*lookup)
	l.view, l.e, l.r = v, e, r
	return l
}

func (l *lookup) done() {
	clear(l.facts)
	*l = lookup{key: l.key[:0], facts: l.facts[:0]}
	lookups.Put(l)
}

// other looks at another resource of the same estate.
func (l *lookup) other(r *estate.Resource) *lookup {
	return &lookup{view: l.view, e: l.e, r: r}
}

func (l *lookup) properties() value.Value {
	if !l.hasProperties {
		l.props, l.hasProperties = l.r.Body.Get("properties"), true
	}
	return l.props
}

// unread says that the resource comes from a list of resources without their
// properties, as "az resource list" gives it: it has neither properties nor, as
// in a template, a version of the API.
func (l *lookup) unread() bool {
	return l.properties().IsNull() && l.r.Body.Get("apiVersion").IsNull()
}

// below finds the resources whose ids begin with that of this one: its children
// and theirs.
func (l *lookup) below() []*estate.Resource {
	all := l.e.Resources
	if !l.hasChildren {
		key := l.r.ID.Key()
		l.from, _ = slices.BinarySearchFunc(all, key, func(x *estate.Resource, key string) int { return compareBelow(x.ID.Key(), key) })
		for l.to = l.from; l.to < len(all) && compareBelow(all[l.to].ID.Key(), key) == 0; {
			l.to++
		}
		l.hasChildren = true
	}
	return all[l.from:l.to]
}

// compareBelow compares an id with the ids that begin with key and a slash: 0
// for one of them.
func compareBelow(id, key string) int {
	n := min(len(id), len(key))
	switch c := strings.Compare(id[:n], key); {
	case c != 0:
		return c
	case len(id) == n:
		return -1
	case id[n] == '/':
		return 0
	case id[n] < '/':
		return -1
	}
	return 1
}

// children lists the children of the type that s asks for.
func (l *lookup) children(s *Setting) []*estate.Resource {
	var out []*estate.Resource
	for _, x := range l.below() {
		if strings.EqualFold(x.Type, s.Child) && (s.ChildName == "" || strings.EqualFold(lastSegment(x.Name), s.ChildName)) {
			out = append(out, x)
		}
	}
	return out
}
