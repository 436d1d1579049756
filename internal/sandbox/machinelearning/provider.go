package machinelearning

import (
	"embed"
	"io/fs"
	"sync/atomic"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/machinelearning/lean"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Namespace is that of the resource provider.
const Namespace = "Microsoft.MachineLearningServices"

//go:embed types/*.yaml
var types embed.FS

// Blobs keeps what runs write: logs and outputs in the containers of storage
// accounts. A write to an account or container that is not there is an error.
type Blobs interface {
	Write(tx *state.Tx, account, container, name string, content []byte) error
}

// Capacity says whether a region has what a compute or deployment asks for. An
// error is the refusal that Azure gives, or the failure of the operation.
type Capacity func(tx *state.Tx, now time.Time, region, vmSize string, count int) error

// Option sets up what the rest of the sandbox provides.
type Option func(*service)

// WithBlobs lets runs write their logs and outputs.
func WithBlobs(b Blobs) Option { return func(s *service) { s.blobs = b } }

// WithCapacity lets regions run out of machines.
func WithCapacity(c Capacity) Option { return func(s *service) { s.capacity = c } }

// service is the provider at work. It keeps no state of the sandbox.
type service struct {
	world    *world.World
	leans    *lean.Finder
	blobs    Blobs                           // nil: nothing is written
	capacity Capacity                        // nil: there is always enough
	engine   atomic.Pointer[provider.Engine] // the one that asked last, for events
}

func newService(w *world.World, options []Option) *service {
	s := &service{world: w, leans: lean.New(w)}
	for _, o := range options {
		o(s)
	}
	return s
}

// Provider gives the resource provider. It handles the events of runs and
// schedules in the world, and must be made once for a world.
func Provider(w *world.World, options ...Option) (*provider.Provider, error) {
	files, err := fs.Sub(types, "types")
	if err != nil {
		return nil, err
	}
	p, err := provider.Load(Namespace, files)
	if err != nil {
		return nil, err
	}
	s := newService(w, options)
	on := func(typ string) *provider.Hooks { return &p.Type(Namespace + "/" + typ).Hooks }
	s.workspaces(on("workspaces"))
	s.outboundRules(on("workspaces/outboundRules"))
	s.endpointConnections(on("workspaces/privateEndpointConnections"))
	s.computes(on("workspaces/computes"))
	s.datastores(on("workspaces/datastores"))
	s.connections(on("workspaces/connections"))
	s.jobs(on("workspaces/jobs"))
	s.schedules(on("workspaces/schedules"))
	s.onlineEndpoints(on("workspaces/onlineEndpoints"))
	s.onlineDeployments(on("workspaces/onlineEndpoints/deployments"))
	s.batchEndpoints(on("workspaces/batchEndpoints"))
	s.batchDeployments(on("workspaces/batchEndpoints/deployments"))
	s.serverless(on("workspaces/serverlessEndpoints"))
	s.webServices(on("workspaces/services"))
	s.linkedServices(on("workspaces/linkedServices"))
	s.marketplace(on("workspaces/marketplaceSubscriptions"))
	s.registries(on("registries"))
	for _, kind := range workspaceAssets {
		s.assets(p, "workspaces/"+kind)
	}
	for _, kind := range registryAssets {
		s.assets(p, "registries/"+kind)
	}
	s.quotas(p)
	for _, t := range p.Types {
		withoutNulls(&t.Hooks)
	}
	w.Handle(eventRun, s.runStep)
	w.Handle(eventFire, s.fire)
	w.Handle(eventBring, s.complete)
	return p, nil
}

// withoutNulls leaves out of bodies what is null: it says no more than what is not
// there.
func withoutNulls(h *provider.Hooks) {
	prepare := h.Prepare
	h.Prepare = func(c *provider.Call) error {
		if prepare != nil {
			if err := prepare(c); err != nil {
				return err
			}
		}
		prune(object.Inner(c.Body, "properties"))
		return nil
	}
}

// free are the members whose form is the caller's.
var free = map[string]bool{"componentSpec": true, "jobs": true, "settings": true, "searchSpace": true, "metadata": true}

func prune(o object.Object) {
	for name, v := range o {
		if v == nil {
			delete(o, name)
			continue
		}
		if inner, ok := v.(map[string]any); ok && !free[name] {
			prune(inner)
		}
	}
}

// The kinds of assets.
var (
	workspaceAssets = []string{"codes", "components", "data", "environments", "models", "featuresets", "featurestoreEntities"}
	registryAssets  = []string{"codes", "components", "data", "environments", "models"}
)
