package probe

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Effect is what was observed of a capability.
type Effect string

// The effects. Untested: there was nothing to try.
const (
	None     Effect = "none"
	Degraded Effect = "degraded"
	Lost     Effect = "lost"
	Untested Effect = "untested"
)

// Check is one thing that was tried.
type Check struct {
	What     string // a sentence: "score at endpoint demand"
	Resource string // id
	Main     bool
	Tries    int
	Failed   int
	Why      string // of the last failure
}

func (c *Check) works() bool { return c.Failed == 0 }
func (c *Check) gone() bool  { return c.Tries > 0 && c.Failed == c.Tries }

// Observation is what was found of one capability of one workspace.
type Observation struct {
	Workspace  string // id
	Capability catalog.Capability
	Effect     Effect
	Checks     []Check
}

// Because is the first reason for an effect, "" for none.
func (o *Observation) Because() string {
	for _, main := range []bool{true, false} {
		for _, c := range o.Checks {
			if c.Main == main && !c.works() {
				return c.What + ": " + c.Why
			}
		}
	}
	return ""
}

// Prober probes workspaces. Its fields are set once.
type Prober struct {
	Client  *azure.Client
	Catalog *catalog.Catalog
	// Name tells this probing from others: lower-case letters, digits and hyphens.
	Name string
	// Tries is how often each thing is tried; 0 is 4.
	Tries int
	// Pause waits between two looks at something that takes time; nil waits 2 s.
	Pause func(ctx context.Context) error
	// Patience is how many looks are taken at a job before it counts as failed; 0
	// is 600.
	Patience int

	keys sync.Map     // of endpoints, by id: clients keep them
	made sync.Map     // accounts that have the probe's container, by id
	last atomic.Int64 // number of what was made last: jobs and versions are never made twice
}

func (p *Prober) tries() int {
	if p.Tries > 0 {
		return p.Tries
	}
	return 4
}

func (p *Prober) pause(ctx context.Context) error {
	if p.Pause != nil {
		return p.Pause(ctx)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(2 * time.Second):
		return nil
	}
}

// Run probes all capabilities of a workspace of the estate. The estate says what
// it leans on and was read before; what has changed since is not seen. The error
// is that of ctx.
func (p *Prober) Run(ctx context.Context, e *estate.Estate, ws *estate.Resource) ([]Observation, error) {
	r := &round{Prober: p, e: e, ws: ws, ctx: azure.WithCaller(ctx, ws.ID.String()), looked: map[string][2]Check{}}
	var out []Observation
	for _, c := range order {
		o := Observation{Workspace: ws.ID.String(), Capability: c, Checks: r.main(c)}
		if len(o.Checks) > 0 {
			o.Checks = append(o.Checks, r.side(c)...)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		o.Effect = sum(o.Checks, r.oneWillDo(c))
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b Observation) int {
		return slices.Index(catalog.Capabilities, a.Capability) - slices.Index(catalog.Capabilities, b.Capability)
	})
	return out, nil
}

// order is the capabilities with those last whose checks take time, in which
// things may change.
var order = []catalog.Capability{catalog.Author, catalog.Register, catalog.ScoreOnline, catalog.Monitor, catalog.ScoreBatch, catalog.Train}

// sum is what checks add up to. Where one main check will do, all of them must
// fail for the capability to be lost.
func sum(checks []Check, one bool) Effect {
	mains, gone, hurt := 0, 0, false
	for i := range checks {
		c := &checks[i]
		hurt = hurt || !c.works()
		if c.Main {
			mains++
			if c.gone() {
				gone++
			}
		}
	}
	switch {
	case mains == 0:
		return Untested
	case gone == mains, gone > 0 && !one:
		return Lost
	case hurt:
		return Degraded
	}
	return None
}

// round is one probing of one workspace.
type round struct {
	*Prober
	e      *estate.Estate
	ws     *estate.Resource
	ctx    context.Context
	looked map[string][2]Check // side checks by id: reading and writing
}

// oneWillDo says whether any of the main checks of a capability is enough: jobs
// can be sent to another compute, but each endpoint has clients of its own.
func (r *round) oneWillDo(c catalog.Capability) bool {
	return slices.ContainsFunc(r.Catalog.Needs(), func(n *catalog.Need) bool {
		return n.Capability == c && n.Role == estate.Compute && n.OneOf
	}) && c == catalog.Train
}

// try does something several times.
func (r *round) try(main bool, what, resource string, do func(context.Context) error) Check {
	c := Check{What: what, Resource: resource, Main: main, Tries: r.tries()}
	for range c.Tries {
		if err := do(r.ctx); err != nil {
			c.Failed, c.Why = c.Failed+1, reason(err)
			if r.ctx.Err() != nil {
				return c
			}
		}
	}
	return c
}

// reason is an error in one line.
func reason(err error) string { return fmt.Sprint(err) }

// children lists the resources that belong to the workspace in a role.
func (r *round) children(role estate.Role, types ...string) []*estate.Resource {
	var out []*estate.Resource
	for rel := range r.e.LeansOn(r.ws) {
		if rel.Role != role || rel.To.External && !rel.To.Implied {
			continue
		}
		if slices.ContainsFunc(types, rel.To.Is) && !slices.Contains(out, rel.To) {
			out = append(out, rel.To)
		}
	}
	return out
}
