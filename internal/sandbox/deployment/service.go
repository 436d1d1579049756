package deployment

import (
	"encoding/json"
	"time"

	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Type is the resource type of deployments.
const Type = "Microsoft.Resources/deployments"

// Kind is that of the events that carry deployments on; their key is the id of
// the deployment.
const Kind = "deployment"

// The kinds of records.
const (
	recordKind = "deployment"        // what reading shows
	inputKind  = "deployment.input"  // what it needs to go on, with secrets
	whatIfKind = "deployment.whatif" // results by id
)

// Outside is what the service asks of other parts of the sandbox. Each may be
// nil: what needs it is then refused with a message that says so, unless another
// meaning is told.
type Outside struct {
	// Subscription gives the display name of a subscription; ok is false when it
	// is not there. Without it every subscription is.
	Subscription func(tx *state.Tx, id string) (name string, ok bool)
	// Secret gives a secret of a key vault for a parameter; version "" is the
	// newest. The vault must let templates read it.
	Secret func(tx *state.Tx, now time.Time, vaultID, name, version string) (string, error)
	// Fetch gives the content at an address that the sandbox itself serves; ok is
	// false for any other address.
	Fetch func(tx *state.Tx, now time.Time, address string) (content []byte, ok bool, err error)
	// Namespace gives a resource provider as GET /subscriptions/{id}/providers/
	// {namespace} does.
	Namespace func(tx *state.Tx, now time.Time, subscription, namespace string) (object.Object, error)
	// Tables has the Zones and Roles that answer pickZones() and
	// roleDefinitions(), and an Environment; the rest of it is not used.
	Tables template.Options
}

// Service carries out deployments. Its methods work within the transaction that
// they are given.
type Service struct {
	w       *world.World
	engine  provider.Engine
	outside Outside
	runs    map[string]*carried // by record.Run; only touched within writing transactions
}

// New makes the service of a world and handles its events. The engine carries
// out what deployments ask for.
func New(w *world.World, engine provider.Engine, outside Outside) *Service {
	s := &Service{w: w, engine: engine, outside: outside, runs: map[string]*carried{}}
	w.Handle(Kind, s.happen)
	return s
}

// eventData tells an event what it is about.
type eventData struct {
	Run  string `json:"run"`  // of the deployment that it was scheduled for
	Step int    `json:"step"` // that ended; -1 for none
}

// event is one that carries a deployment on.
func (d *record) event(at time.Time, step int) state.Event {
	data, _ := json.Marshal(eventData{Run: d.Run, Step: step})
	return state.Event{At: at, Kind: Kind, Key: d.ID, Data: data}
}
