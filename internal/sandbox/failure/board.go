package failure

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Board knows which outages go on and how each resource stands. It implements
// [world.Health].
type Board struct {
	w      *world.World
	faults faults

	mu   sync.Mutex
	seen *snapshot
}

// New makes the board of a world; it becomes the world's health.
func New(w *world.World) *Board {
	b := &Board{w: w}
	w.Health = b
	return b
}

// Start begins an outage now. An outage that cannot be is an error that says
// what to give.
func (b *Board) Start(tx *state.Tx, now time.Time, o Outage) (Outage, error) {
	if err := o.check(b.w.Catalog); err != nil {
		return Outage{}, err
	}
	if o.Resource != "" && tx.Resource(o.Resource) == nil {
		return Outage{}, fmt.Errorf("there is no resource %s in the sandbox", o.Resource)
	}
	all, err := outages(tx)
	if err != nil {
		return Outage{}, err
	}
	number := 0
	for _, other := range all {
		n, _ := strconv.Atoi(strings.TrimPrefix(other.ID, "outage-"))
		number = max(number, n)
	}
	o.ID, o.Started, o.Ended = fmt.Sprintf("outage-%d", number+1), now.UTC(), nil
	return o, keepOutage(tx, o)
}

// Stop ends an outage now, or all that go on when the id is "". It gives those
// that it ended; an id that no outage has is [ErrNoOutage], one that has ended is
// left as it is.
func (b *Board) Stop(tx *state.Tx, now time.Time, id string) ([]Outage, error) {
	all, err := outages(tx)
	if err != nil {
		return nil, err
	}
	var ended []Outage
	found := id == ""
	for _, o := range all {
		if id != "" && o.ID != id {
			continue
		}
		found = true
		if o.Ended == nil {
			at := now.UTC()
			o.Ended = &at
			if err := keepOutage(tx, o); err != nil {
				return nil, err
			}
			ended = append(ended, o)
		}
	}
	if !found {
		return nil, fmt.Errorf("%w: %s", ErrNoOutage, id)
	}
	return ended, nil
}

// List gives all outages, ended ones included, the oldest first.
func (b *Board) List(tx *state.Tx) ([]Outage, error) { return outages(tx) }

// Identity implements [world.Health].
func (b *Board) Identity(tx *state.Tx, now time.Time) world.Standing {
	for _, o := range b.going(tx, now) {
		if o.Scope == Identity {
			return world.Standing{Read: world.Gone, Write: world.Gone, Why: "identity is down", Since: o.Started}
		}
	}
	return world.Standing{}
}

// Own implements [world.Health].
func (b *Board) Own(tx *state.Tx, id string, now time.Time) world.Standing {
	s := b.look(tx, now)
	if s == nil {
		return world.Standing{}
	}
	return s.own(s.find(id), now)
}

// Resource implements [world.Health].
func (b *Board) Resource(tx *state.Tx, id string, now time.Time) world.Standing {
	s := b.look(tx, now)
	if s == nil {
		return world.Standing{}
	}
	for ; id != ""; id = state.OwnerOf(id) { // what is too light to be in the estate fares as its owner
		if r := s.find(id); r != nil {
			return s.all[r.Index()]
		}
	}
	return world.Standing{}
}

// machineLearning is the namespace whose records are kept in the region itself:
// its provider answers nothing while the service is down there.
const machineLearning = "microsoft.machinelearningservices/"

// Control implements [world.Health]. While a region is down nothing in it can be
// changed, nor can anything whose resource group has its records there; what
// providers know can still be read, but for Azure Machine Learning, which keeps
// its records in the region.
func (b *Board) Control(tx *state.Tx, id, typ, location string, now time.Time) world.Standing {
	going := b.going(tx, now)
	if len(going) == 0 {
		return world.Standing{}
	}
	location = estate.NormalizeLocation(location)
	group := ""
	if g := tx.Resource(groupOf(id)); g != nil {
		group = estate.NormalizeLocation(g.Location)
	}
	learning := strings.HasPrefix(strings.ToLower(typ), machineLearning)
	if ws := tx.Resource(workspaceOf(id)); learning && ws != nil {
		location = estate.NormalizeLocation(ws.Location) // who answers is the workspace
	}
	out := world.Standing{}
	for _, o := range going {
		gone := world.Standing{Write: world.Gone, Why: o.String() + " is down", Since: o.Started}
		switch {
		case o.Scope == catalog.ScopeRegion && location != "" && location == o.Region:
			if learning {
				gone.Read = world.Gone
			}
			out = worse(out, gone)
		case o.Scope == catalog.ScopeRegion && group == o.Region && !groupAsked(id) && !passedOn(typ):
			gone.Why = "the records of the resource group are in " + o.Region + ", which is down"
			out = worse(out, gone)
		case o.Scope == catalog.ScopeService && group == o.Region && b.is(o.Service, "Microsoft.Resources/resourceGroups") && !passedOn(typ):
			out = worse(out, gone)
		case o.Scope == catalog.ScopeService && learning && location == o.Region && b.is(o.Service, estate.WorkspaceType):
			gone.Read = world.Gone
			out = worse(out, gone)
		}
	}
	return out
}

// tracked are the children of a workspace that ARM keeps records of in the
// resource group; all others, jobs and assets, it passes on to the workspace.
var tracked = []string{"computes", "onlineendpoints", "batchendpoints", "serverlessendpoints", "services"}

// passedOn says whether ARM passes on a type without records of its own.
func passedOn(typ string) bool {
	rest, ok := strings.CutPrefix(strings.ToLower(typ), machineLearning+"workspaces/")
	child, _, _ := strings.Cut(rest, "/")
	return ok && !slices.Contains(tracked, child)
}

// is says whether a service, or the one that it extends, has a resource type.
func (b *Board) is(service, typ string) bool {
	s := b.w.Catalog.Service(b.w.Catalog.Family(service))
	return s != nil && slices.ContainsFunc(s.Types, func(t string) bool { return strings.EqualFold(t, typ) })
}

func groupOf(id string) string {
	parts := strings.SplitN(strings.TrimPrefix(id, "/"), "/", 5)
	if len(parts) < 4 || !strings.EqualFold(parts[2], "resourceGroups") {
		return ""
	}
	return "/" + strings.Join(parts[:4], "/")
}

// workspaceOf is the id of what belongs to the group directly.
func workspaceOf(id string) string {
	parts := strings.SplitN(strings.TrimPrefix(id, "/"), "/", 9)
	return "/" + strings.Join(parts[:min(len(parts), 8)], "/")
}

// groupAsked says that the id is that of a resource group, not of something in
// it.
func groupAsked(id string) bool { return strings.EqualFold(groupOf(id), strings.TrimRight(id, "/")) }

// going lists the outages that go on. A record that cannot be read is told in
// the log: it was written by another version.
func (b *Board) going(tx *state.Tx, now time.Time) []Outage {
	all, err := outages(tx)
	if err != nil {
		b.w.Log.Error("outages cannot be read", "error", err)
		return nil
	}
	var out []Outage
	for _, o := range all {
		if !o.Started.After(now) && (o.Ended == nil || o.Ended.After(now)) {
			out = append(out, o)
		}
	}
	return out
}

// look gives the estate as it is with the outages that go on and how everything
// in it stands, nil when no outage goes on. What was worked out holds until
// something changes or a time of a fact is over.
func (b *Board) look(tx *state.Tx, now time.Time) *snapshot {
	going := b.going(tx, now)
	if len(going) == 0 {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.seen
	if s != nil && s.version == tx.Version() && s.holds(going, now) {
		return s
	}
	old := s
	s = &snapshot{version: tx.Version(), cat: b.w.Catalog, outages: going}
	if s.of = weighty(tx); old != nil && slices.Equal(old.of, s.of) {
		s.estate = old.estate
		if old.holds(going, now) {
			s.all, s.from, s.to = old.all, old.from, old.to
			b.seen = s
			return s
		}
	} else {
		s.estate = estateOf(tx, s.of, b.w.Catalog)
	}
	s.stand(now)
	b.seen = s
	return s
}

// light are types whose resources nothing leans on; they come and go by the
// hundred, and fare as what they belong to.
var light = []string{
	"microsoft.keyvault/vaults/secrets", machineLearning + "workspaces/jobs", machineLearning + "workspaces/models",
	machineLearning + "workspaces/data", machineLearning + "workspaces/environments", machineLearning + "workspaces/components",
	machineLearning + "workspaces/codes", machineLearning + "workspaces/schedules", "microsoft.authorization/roleassignments",
}

// weighty are the resources that the estate is made of.
func weighty(tx *state.Tx) []*state.Resource {
	var out []*state.Resource
	for r := range tx.Below("") {
		typ := strings.ToLower(r.Type)
		if !slices.ContainsFunc(light, func(l string) bool { return typ == l || strings.HasPrefix(typ, l+"/") }) {
			out = append(out, r)
		}
	}
	return out
}

// document writes resources as ARM would list them.
func document(resources []*state.Resource) []byte {
	buf := []byte{'['}
	for _, r := range resources {
		head, err := json.Marshal(map[string]string{"id": r.ID, "type": r.Type, "name": r.Name, "location": r.Location})
		if err != nil || len(r.Body) < 2 {
			continue
		}
		if len(buf) > 1 {
			buf = append(buf, ',')
		}
		buf = append(buf, head[:len(head)-1]...)
		for name, v := range members(r.Body) {
			switch strings.ToLower(name) {
			case "id", "type", "name", "location":
				continue
			}
			buf = append(buf, ',')
			buf = strconv.AppendQuote(buf, name)
			buf = append(append(buf, ':'), v...)
		}
		buf = append(buf, '}')
	}
	return append(buf, ']')
}

// members ranges over the members of an object, in order of their names.
func members(body json.RawMessage) func(func(string, json.RawMessage) bool) {
	var o map[string]json.RawMessage
	if json.Unmarshal(body, &o) != nil {
		return func(func(string, json.RawMessage) bool) {}
	}
	names := make([]string, 0, len(o))
	for n := range o {
		names = append(names, n)
	}
	sort.Strings(names)
	return func(yield func(string, json.RawMessage) bool) {
		for _, n := range names {
			if !yield(n, o[n]) {
				return
			}
		}
	}
}
