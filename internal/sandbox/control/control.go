package control

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/holdfast-ml/holdfast/internal/sandbox/deployment"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Control is the control plane of one sandbox. Its fields are set before it
// serves.
type Control struct {
	// Faults decides what becomes of operations; nil leaves all to end well.
	Faults Faults
	// Gone is told of each resource that is gone for good: one that can be recovered
	// only when it is purged. Whoever keeps data beside resources takes them away
	// then. It may be nil.
	Gone func(tx *state.Tx, id, typ string) error
	// Unthrottled lets every request through, whatever the buckets say.
	Unthrottled bool

	deployments *deployment.Service // nil until Deploy is called

	w        *world.World
	types    map[string]*provider.Type // by full name, lower case
	children map[string][]*provider.Type
	spaces   map[string]*namespace // by name, lower case
	names    []string              // of the namespaces, in order
	patterns sync.Map              // *provider.Type -> *regexp.Regexp
	buckets  buckets
	turn     atomic.Uint64 // counts what is asked of something half gone
	ids      atomic.Uint64 // of requests
}

// namespace is what providers of one name give together.
type namespace struct {
	name      string
	types     []*provider.Type
	locations map[string]handler
	sub       map[string]handler
	tenant    map[string]handler
}

type handler = func(*provider.Call) (provider.Reply, error)

// New makes the control plane of a world with the types of its providers, beside
// those that are ARM's own. Of two providers that have the same type or function
// the later one counts.
func New(w *world.World, providers ...*provider.Provider) *Control {
	c := &Control{w: w, types: map[string]*provider.Type{}, children: map[string][]*provider.Type{}, spaces: map[string]*namespace{}}
	c.buckets.now = c.bucketTime
	for _, p := range append(c.own(), providers...) {
		c.add(p)
	}
	for _, n := range c.spaces {
		slices.SortFunc(n.types, func(a, b *provider.Type) int {
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		})
	}
	slices.SortFunc(c.names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	w.Handle(operationEvent, c.end)
	w.Handle(forgetEvent, c.forget)
	w.Handle(purgeEvent, c.purgeDue)
	return c
}

func (c *Control) add(p *provider.Provider) {
	key := strings.ToLower(p.Namespace)
	n := c.spaces[key]
	if n == nil {
		n = &namespace{name: p.Namespace, locations: map[string]handler{}, sub: map[string]handler{}, tenant: map[string]handler{}}
		c.spaces[key] = n
		c.names = append(c.names, p.Namespace)
	}
	for _, t := range p.Types {
		name := strings.ToLower(t.Name)
		if was := c.types[name]; was != nil {
			n.types = slices.DeleteFunc(n.types, func(o *provider.Type) bool { return o == was })
		}
		c.types[name] = t
		n.types = append(n.types, t)
	}
	for from, to := range map[*map[string]func(*provider.Call) (provider.Reply, error)]map[string]handler{
		&p.Locations: n.locations, &p.Subscription: n.sub, &p.Tenant: n.tenant,
	} {
		for name, f := range *from {
			to[strings.ToLower(name)] = f
		}
	}
}

// Type finds a type by its full name; nil when there is none.
func (c *Control) Type(name string) *provider.Type { return c.types[strings.ToLower(name)] }

// Types gives all types in the order of their names.
func (c *Control) Types() []*provider.Type {
	var out []*provider.Type
	for _, name := range c.names {
		out = append(out, c.spaces[strings.ToLower(name)].types...)
	}
	return out
}

// fits says whether a whole name has the pattern of its type. A pattern that
// cannot be read fits nothing.
func (c *Control) fits(t *provider.Type, name string) bool {
	if t.Naming.Pattern == "" {
		return true
	}
	p, ok := c.patterns.Load(t)
	if !ok {
		re, err := regexp.Compile(`^(?:` + t.Naming.Pattern + `)$`)
		if err != nil {
			return false
		}
		p, _ = c.patterns.LoadOrStore(t, re)
	}
	return p.(*regexp.Regexp).MatchString(name) //nolint:forcetypeassert // nothing else is stored
}

// tenantScope is the place of what stands on the tenant itself.
const tenantScope = ""

var _ provider.Engine = (*Control)(nil)

// sameID compares ids as Azure does.
func sameID(a, b string) bool { return state.Key(a) == state.Key(b) }
