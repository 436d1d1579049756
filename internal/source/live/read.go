package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/relate"
)

// Options say how to read. The zero value works.
type Options struct {
	// Concurrency is how many requests are made at a time; 0 is 24.
	Concurrency int
	// Progress, unless it is nil, is called as the reading goes on, from several
	// goroutines but never from two at once.
	Progress func(Progress)
}

// Progress is how far a reading is.
type Progress struct {
	Resources int   // that are known
	Requests  int64 // that were made
	Round     int
}

// Stats are what a reading took.
type Stats struct {
	Resources int         // that Azure gave and the estate holds
	Left      int         // that Azure gave and nothing leans on: they are not in the estate
	Rounds    int         // steps outward from the workspaces
	Lists     int         // lists that only ARM has, each with all its pages
	Singles   int         // resources that were read one by one, since Resource Graph did not show them
	Calls     azure.Stats // of the client, while this reading went on
	Quotas    []string    // for each region with a workspace, what of its quota is in use, in a line
}

// String tells what was read with how many requests.
func (s Stats) String() string {
	return fmt.Sprintf("%s with %s", counted(s.Resources, "resource"), s.Calls)
}

// ErrNothing matches the error of a reading that met with no failure and found
// no workspace.
var ErrNothing = errors.New("no Azure Machine Learning workspace found")

// Read reads the estate of the workspaces and registries of Azure Machine
// Learning in the scopes, and of everything they lean on.
//
// An estate always comes without an error, and says in its coverage what could
// not be read. The error is that of ctx; that of Azure or the network when
// nothing at all could be read (an [*azure.Error] with a hint); or one that
// matches [ErrNothing].
func Read(ctx context.Context, client *azure.Client, scopes []Scope, o Options) (*estate.Estate, Stats, error) {
	if o.Concurrency <= 0 {
		o.Concurrency = 24
	}
	r := &reader{
		client: client, options: o, table: loadTable(), scopes: outermost(scopes), before: client.Stats(),
		known: map[string]*estate.Resource{}, stand: map[string]*estate.Resource{}, asked: map[string]bool{}, failed: map[string]error{}, answered: map[Scope]bool{},
	}
	e, err := r.read(ctx)
	r.stats.Calls = client.Stats().Since(r.before)
	if err != nil {
		return nil, r.stats, err
	}
	return e, r.stats, nil
}

// outermost are the scopes without those that lie within another one.
func outermost(scopes []Scope) []Scope {
	var out []Scope
	for i, s := range scopes {
		within := slices.ContainsFunc(scopes, func(o Scope) bool { return o != s && !o.same(s) && o.encloses(s) })
		repeated := slices.ContainsFunc(scopes[:i], func(o Scope) bool { return o.same(s) })
		if !within && !repeated {
			out = append(out, s)
		}
	}
	return out
}

func (s Scope) same(o Scope) bool { return s.id.Key() == o.id.Key() }

func (s Scope) encloses(o Scope) bool {
	return s.id.IsZero() || !o.id.IsZero() && strings.HasPrefix(o.id.Key(), s.id.Key()+"/")
}

// reader is one reading. Rounds change it; within a round the mutex guards what
// the requests give.
type reader struct {
	client  *azure.Client
	options Options
	table   *table
	scopes  []Scope
	before  azure.Stats
	stats   Stats

	mu       sync.Mutex
	known    map[string]*estate.Resource // what was read, by the key of its id
	stand    map[string]*estate.Resource // what stands in the place of children that could not be listed
	asked    map[string]bool             // ids, names and lists that were asked for
	answered map[Scope]bool              // scopes whose resources are all known
	failed   map[string]error            // why something that was asked for is not known, by id or by type|name
	notSeen  []estate.NotSeen
	first    error // the first failure
	failures int
	row      int   // failures one after another for want of a connection or a login
	down     error // the failure after which no more requests are made
	rounds   int
	used     []string // what is in use of the quota of each region
}

// maxRounds bounds how far outward things are followed. Chains in practice have
// four links: a private endpoint's subnet's network's security group.
const maxRounds = 16

func (r *reader) read(ctx context.Context) (*estate.Estate, error) {
	if err := r.begin(ctx); err != nil {
		return nil, err
	}
	for r.rounds = 1; r.rounds <= maxRounds; r.rounds++ {
		f := r.find()
		queries, calls := r.next(f)
		if len(queries)+len(calls) == 0 {
			break
		}
		if err := r.round(ctx, queries, calls); err != nil {
			return nil, err
		}
	}
	r.stats.Rounds = r.rounds
	if r.rounds > maxRounds {
		r.notSeen = append(r.notSeen, estate.NotSeen{What: "what the last resources lean on", Why: fmt.Sprintf("it was not followed beyond %d steps from the workspaces", maxRounds)})
	}
	if err := r.quotas(ctx); err != nil {
		return nil, err
	}
	return r.finish()
}

// round makes the queries and the calls of a round side by side.
func (r *reader) round(ctx context.Context, queries []query, calls []call) error {
	var failure error
	var wait sync.WaitGroup
	wait.Go(func() { failure = r.ask(ctx, queries) })
	err := r.call(ctx, calls)
	wait.Wait()
	return errors.Join(err, failure)
}

// begin reads what is in the scopes.
func (r *reader) begin(ctx context.Context) error {
	var queries []query
	for _, s := range r.scopes {
		queries = append(queries, query{text: byScope(s), subscriptions: s.subscriptions(), fails: func(err error) { r.note("what is in "+s.String(), err); r.answered[s] = false }})
		r.answered[s] = true
	}
	if err := r.ask(ctx, queries); err != nil {
		return err
	}
	// A scope that gives nothing: is it there, and may it be read?
	var calls []call
	for _, s := range r.scopes {
		if r.answered[s] && !s.id.IsZero() && !r.any(s) {
			calls = append(calls, r.single(s.id, s.String()))
		}
	}
	if err := r.call(ctx, calls); err != nil {
		return err
	}
	for _, s := range r.scopes {
		if err := r.failed[s.id.Key()]; err != nil && !s.id.IsZero() {
			r.note(s.String(), err)
		}
	}
	switch {
	case len(r.roots()) > 0:
		return nil
	case r.first != nil:
		return r.first
	}
	names := make([]string, len(r.scopes))
	for i, s := range r.scopes {
		names[i] = s.String()
	}
	return nothing{fmt.Sprintf("no Azure Machine Learning workspace in %s that this login can see", strings.Join(names, ", "))}
}

type nothing struct{ text string }

func (n nothing) Error() string        { return n.text }
func (n nothing) Is(target error) bool { return target == ErrNothing }

// any says whether something of the scope is known.
func (r *reader) any(s Scope) bool {
	for _, x := range r.known {
		if s.holds(x.ID) {
			return true
		}
	}
	return false
}

// roots are what everything starts at, in the order of their ids.
func (r *reader) roots() []*estate.Resource {
	var out []*estate.Resource
	for _, key := range sorted(r.known) {
		x := r.known[key]
		if isRoot(x.Type) && slices.ContainsFunc(r.scopes, func(s Scope) bool { return s.holds(x.ID) }) {
			out = append(out, x)
		}
	}
	return out
}

// keep takes a resource that was read. The first reading counts.
func (r *reader) keep(x *estate.Resource) {
	r.row = 0
	if r.known[x.ID.Key()] != nil {
		return
	}
	if t := x.ID.Type(); strings.EqualFold(t, "Microsoft.Resources/subscriptions") {
		return
	}
	r.known[x.ID.Key()] = x
	r.tell()
}

func (r *reader) tell() {
	if r.options.Progress != nil {
		r.options.Progress(Progress{Resources: len(r.known), Requests: r.client.Stats().Since(r.before).Requests(), Round: r.rounds})
	}
}

// find relates what is known.
func (r *reader) find() found {
	all := make([]*estate.Resource, 0, len(r.known)+len(r.stand))
	for _, key := range sorted(r.known) {
		all = append(all, r.known[key])
	}
	for _, key := range sorted(r.stand) {
		all = append(all, r.stand[key])
	}
	return reach(relate.Find(all, relate.Options{}), r.roots())
}

// finish makes the estate of what the roots lean on.
func (r *reader) finish() (*estate.Estate, error) {
	r.doubtLocks()
	r.doubtNamed(r.find())
	f := r.find()
	var kept []*estate.Resource
	given := 0
	for _, key := range sorted(r.known) {
		if x := r.known[key]; f.owner[key] != "" {
			kept = append(kept, x)
			given++
		} else {
			r.stats.Left++
		}
	}
	for _, key := range sorted(r.stand) {
		if f.owner[key] != "" {
			kept = append(kept, r.stand[key])
		}
	}
	r.stats.Resources = given
	last := relate.Find(kept, relate.Options{})
	reached := reach(last, r.roots())
	r.unread(reached)
	r.unreadGroups(reached)
	slices.SortFunc(r.notSeen, func(a, b estate.NotSeen) int { return strings.Compare(a.What+a.Why, b.What+b.Why) })
	coverage := estate.Coverage{NotSeen: append(slices.Compact(r.notSeen), said(last.NotSeen)...)}
	for i, s := range r.scopes {
		n := 0
		for _, x := range kept {
			if !x.External && r.belongs(x.ID) == i {
				n++
			}
		}
		coverage.Inputs = append(coverage.Inputs, estate.Input{Name: s.String(), Kind: "azure", Resources: n})
	}
	calls := r.client.Stats().Since(r.before)
	coverage.Inputs[0].Note = fmt.Sprintf("read with %d requests", calls.Requests())
	if r.stats.Left > 0 {
		coverage.Inputs[0].Note += fmt.Sprintf("; %s that no workspace leans on left out", counted(r.stats.Left, "resource"))
	}
	slices.Sort(r.used)
	r.stats.Quotas = r.used
	for _, line := range r.used {
		coverage.Inputs[0].Note += "; " + line
	}
	return estate.Build(last.Resources, last.Relations, coverage), nil
}

// belongs is the number of the first scope that a resource is in; what was
// followed out of all of them counts with the first.
func (r *reader) belongs(id estate.ResourceID) int {
	return max(0, slices.IndexFunc(r.scopes, func(s Scope) bool { return s.holds(id) }))
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " " + what
}
