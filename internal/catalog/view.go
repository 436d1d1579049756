package catalog

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// view is what was found out of one estate: the situation of each resource. It
// does not keep the estate alive.
type view struct {
	situations []atomic.Pointer[situation] // by the index of the resource
	unknowns   sync.Map                    // unknownKey -> []string

	typesOnce sync.Once
	types     map[string]bool // the lower-case types of the resources
}

// unknownKey is a resource by its index, and a list of what is needed by its
// first element.
type unknownKey struct {
	index int
	needs *int
}

// views finds the view of an estate. The estate that was asked for last is kept,
// since most questions come in a row; others are forgotten with their estate.
type views struct {
	last atomic.Pointer[viewed]
	all  sync.Map // weak.Pointer[estate.Estate] -> *view
}

type viewed struct {
	estate *estate.Estate
	view   *view
}

func (c *Catalog) viewOf(e *estate.Estate) *view {
	if last := c.views.last.Load(); last != nil && last.estate == e {
		return last.view
	}
	key := weak.Make(e)
	found, ok := c.views.all.Load(key)
	if !ok {
		fresh := &view{situations: make([]atomic.Pointer[situation], len(e.Resources))}
		if found, ok = c.views.all.LoadOrStore(key, fresh); !ok {
			runtime.AddCleanup(e, func(key weak.Pointer[estate.Estate]) { c.views.all.Delete(key) }, key)
		}
	}
	c.views.last.Store(&viewed{e, found.(*view)})
	return found.(*view)
}

// forget drops what was found out of an estate.
func (c *Catalog) forget(e *estate.Estate) {
	c.views.all.Delete(weak.Make(e))
	c.views.last.Store(nil)
}

// indexIn gives the index of r in the estate, false when it is not of it.
func indexIn(e *estate.Estate, r *estate.Resource) (int, bool) {
	i := r.Index()
	return i, i < len(e.Resources) && e.Resources[i] == r
}

// has says whether the estate has a resource of the type (in lower case) that is in
// the input.
func (v *view) has(e *estate.Estate, typeKey string) bool {
	v.typesOnce.Do(func() {
		spelled := map[string]bool{}
		for _, r := range e.Resources {
			if !r.External {
				spelled[r.Type] = true
			}
		}
		v.types = make(map[string]bool, len(spelled))
		for t := range spelled {
			v.types[strings.ToLower(t)] = true
		}
	})
	return v.types[typeKey]
}

// words says for one resource what would make something known.
func (v *view) words(f *frame, e *estate.Estate, r *estate.Resource, needs []int, faults []string) []string {
	if len(needs) == 0 {
		return faults
	}
	index, inEstate := indexIn(e, r)
	key := unknownKey{index, &needs[0]}
	if w, ok := v.unknowns.Load(key); ok && inEstate {
		return w.([]string)
	}
	l := v.about(e, r)
	defer l.done()
	out := make([]string, 0, len(needs)+len(faults))
	for _, i := range needs {
		if text := f.vars[i].missing(l); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	out = append(out, faults...)
	if inEstate {
		v.unknowns.Store(key, out)
	}
	return out
}
