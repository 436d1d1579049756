package provider

import (
	"net/url"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Caller is who asks.
type Caller = world.Caller

// Call is one request about one resource, within a transaction.
type Call struct {
	World  *world.World
	Engine Engine
	Tx     *state.Tx
	Now    time.Time
	Caller Caller

	Type       *Type
	Method     string // of HTTP: GET, PUT, PATCH, POST, DELETE
	ID         string // of the resource
	Name       string // the last segment of ID
	Group      string // id of the resource group, "" without one
	Location   string
	APIVersion string
	Query      url.Values

	Subscription string // the id of it, a GUID, "" without one
	// Rest is what follows the name of an action or a read in the path:
	// "operations/7" gives "7".
	Rest string
	// Cascade says that the resource goes because its parent or group goes.
	Cascade bool
	// Seeding says that the resource comes from an estate: what it says is so. A
	// hook adds what is missing and refuses nothing.
	Seeding bool

	// Parent is what the resource belongs to when that is a resource.
	Parent *state.Resource
	// Was is the resource before the call, nil when it is new.
	Was *state.Resource
	// Body is the body to keep or to show; for an action what was sent, which may
	// be nil. Hooks may change it.
	Body object.Object
	// Secret is the part that is never shown. Hooks may change it.
	Secret object.Object
	// Created says that the call makes the resource.
	Created bool
	// Takes and State are how long the operation takes and the provisioning state
	// meanwhile, where Prepare or Kept set them; else they are those of the type.
	Takes time.Duration
	State string
}

// Hooks are what a type does beyond what its data say. Each may be nil. An error
// that is a *refusal.Error is the answer; a transaction with an error leaves
// nothing behind.
type Hooks struct {
	// Parent is called for a PUT below a parent that is not there, and may make
	// that: Azure makes the container of an asset with its first version. The
	// engine looks for the parent once more afterwards.
	Parent func(*Call) error
	// Prepare checks the body and adds what Azure adds, before it is kept.
	Prepare func(*Call) error
	// Kept makes what comes with the resource, after it is kept.
	Kept func(*Call) error
	// Done is called at the end of an operation that made or changed it, also of
	// one that takes no time; Was is
	// the resource, Body its body, which is kept again. A *refusal.Error makes the
	// operation fail and the provisioning state Failed; what Done changed stays.
	Done func(*Call) error
	// Show adds what is worked out on reading: addresses, times, states.
	Show func(*Call) error
	// Listed says whether a list with the query of the call holds the resource.
	Listed func(*Call) bool
	// Order sorts a list with the query of the call, whose Was is not set; nil is
	// the order of the ids.
	Order func(c *Call, a, b *state.Resource) int
	// Also gives what a list holds besides resources of the type, at its end.
	Also func(*Call) ([]object.Object, error)
	// Purge says of a deletion that nothing is kept to be recovered.
	Purge func(*Call) bool
	// Drop refuses a deletion, or takes away what belongs to it.
	Drop func(*Call) error
	// Actions are the POSTs by name, lower case: listkeys, start.
	Actions map[string]func(*Call) (Reply, error)
	// Early are the Actions that are also done on a resource that is not there yet;
	// Was is nil then. The parent need not be there either.
	Early map[string]bool
	// Reads are GETs on names below the resource that are no resources, by name,
	// lower case.
	Reads map[string]func(*Call) (Reply, error)
}

// Reply is the answer to an action.
type Reply struct {
	Status int // 0 is 200
	Body   any // marshalled as JSON; nil is an empty body
	// Takes makes an operation of it: Body is what it gives at its end, and the
	// caller follows the header Location. Style is as in [Operation].
	Takes time.Duration
	Style string
	// Done, when set, is the kind and key of an event at the end.
	Done *state.Event
}

// Request asks the engine for a change, from within the sandbox.
type Request struct {
	ID         string
	APIVersion string // "" is the newest
	Body       object.Object
	Caller     Caller
	// Internal requests are those of a service itself: they pass locks and
	// outages of the control plane.
	Internal bool
	// Notify is scheduled when the operation ends, or now when there is none.
	Notify *state.Event
}

// Result is what became of a request.
type Result struct {
	Status    int
	Body      object.Object // as reading shows it
	Operation string        // id of the operation, "" when it is done
	Ends      time.Time     // of the operation
}

// Progress is how far an operation is.
type Progress struct {
	ID       string    `json:"id"`
	Resource string    `json:"resource"`
	Status   string    `json:"status"` // InProgress, Succeeded, Failed, Canceled
	Started  time.Time `json:"started"`
	Ends     time.Time `json:"ends"`            // when it ended or, as things are, will end
	Error    []byte    `json:"error,omitempty"` // the inner object of a refusal
	Output   []byte    `json:"output,omitempty"`
}

// Ended says that the operation will not go on.
func (p Progress) Ended() bool { return p.Status != "InProgress" }

// Engine carries out what resources do to each other: it is the control plane
// seen from inside. All methods work within the transaction that they are given,
// at the time now.
type Engine interface {
	// Type finds a type by its full name; nil when there is none.
	Type(name string) *Type
	// Get gives a resource as reading shows it.
	Get(tx *state.Tx, now time.Time, id string) (object.Object, error)
	// Put makes or changes a resource.
	Put(tx *state.Tx, now time.Time, r Request) (*Result, error)
	// Post carries out an action and gives its reply.
	Post(tx *state.Tx, now time.Time, r Request, action string) (Reply, error)
	// Delete takes a resource away.
	Delete(tx *state.Tx, now time.Time, r Request) (*Result, error)
	// Progress is how far an operation is; false when there is none.
	Progress(tx *state.Tx, operation string) (Progress, bool)
}
