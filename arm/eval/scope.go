package eval

import (
	"errors"
	"time"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// NotFound is what a [Scope] answers for a name that is not declared. The evaluator makes the service's message of
// it. Any other error becomes the message as it is.
//
//lint:ignore ST1012 scopes answer eval.NotFound
var NotFound = errors.New("not found")

// Scope is what surrounds the expressions of one template: the names it declares and the answers that lie outside
// of the language. A template has one; a user function's body has one of its own.
//
// All methods are called from the goroutine that evaluates, and may be called many times with the same arguments:
// implementations cache. A Scope evaluates what it needs (a variable, a default) with the same [Machine], which keeps
// the bindings of lambdas apart. Names compare without case. An error in a declaration (a variable whose expression
// fails) is reported by the scope once, where it stands; the value given here is then unknown with the reason
// [value.Failed], and what depends on it stays silent.
type Scope interface {
	// Parameter gives the value of a parameter. One without a value is unknown (value.MissingParameter, residual
	// parameters('name')), not an error.
	Parameter(name string) (value.Value, error)
	// Variable gives the value of a variable. A circular definition is an error (see [ErrCircular]).
	Variable(name string) (value.Value, error)
	// CopyIndex gives the current index of the named copy loop, or of the innermost resource loop (or of the loop of
	// an output) when the name is "". The index of a loop whose count is not known is unknown.
	CopyIndex(loop string) (value.Value, error)
	// UserFunction finds a user function by "namespace.member"; nil when there is none.
	UserFunction(name string) UserFunction
	// Deployment is the object that deployment() returns; the absent value makes it symbolic. A member that is not
	// known offline belongs into it as an unknown whose residual is deployment().member.
	Deployment() value.Value
	// ExternalInput gives the value of an external input of a compiled parameter file.
	ExternalInput(id string) (value.Value, error)
	// Runtime answers the functions that ask Azure. The answer for what is not known is c.Unknown().
	Runtime(c *RuntimeCall) (value.Value, error)
}

// ErrCircular is the error of names that are defined by themselves.
//
//lint:ignore ST1005 the service's own sentence
var ErrCircular = errors.New("Circular dependency detected in template language expression")

// UserFunction is a function that a template declares.
type UserFunction interface {
	// Arity is the exact number of arguments.
	Arity() int
	// Call evaluates the body with the arguments as its only parameters. The slice is valid during the call only.
	Call(args []value.Value) (value.Value, error)
}

// ScopeKind is the level that a template is deployed at.
type ScopeKind uint8

// The levels. The schema of a template names its level.
const (
	ResourceGroupScope ScopeKind = iota
	SubscriptionScope
	ManagementGroupScope
	TenantScope
)

var scopeNames = [...]string{"resource group", "subscription", "management group", "tenant"}

// String gives the level in words.
func (k ScopeKind) String() string {
	if int(k) < len(scopeNames) {
		return scopeNames[k]
	}
	return "unknown"
}

// RuntimeFunc tells the functions apart that only a deployment can answer.
type RuntimeFunc uint8

// The runtime functions.
const (
	Reference    RuntimeFunc = iota + 1 // reference(id or name or symbol, [apiVersion], ['Full'])
	References                          // references(symbol, [mode])
	List                                // every function whose name starts with list
	ResourceInfo                        // resourceInfo(symbol)
	Providers                           // providers(namespace, [type])
	Extensions                          // extensions(name)
)

// ZoneTable answers pickZones: the zones of a resource type in a region, in order, as "1", "2", "3"; none when the
// region or the type has no zones; ok is false when the table does not know.
type ZoneTable func(namespace, resourceType, location string) (zones []string, ok bool)

// RoleTable answers roleDefinitions: the GUID of a built-in role by its name.
type RoleTable func(name string) (guid string, ok bool)

// Config is what a [Machine] is made of. Scope and Facts are required; the zero value of everything else works.
type Config struct {
	Scope Scope
	Facts *Facts
	// Budget bounds the work of all machines that share it; nil gives the machine a budget of its own.
	Budget *Budget
	// Now is the time of utcNow(); the zero time makes it unknown.
	Now time.Time
	// NewGUID is the result of every newGuid(); empty makes it unknown.
	NewGUID string
	// Zones and Roles are tables of facts; without one its function is unknown.
	Zones ZoneTable
	Roles RoleTable
}

// RuntimeCall is one call of a function whose answer lies in Azure.
type RuntimeCall struct {
	Func RuntimeFunc
	// Name is the function as written, such as "listKeys".
	Name string
	// Args are the evaluated arguments; any of them may be unknown. They are valid during the call only.
	Args []value.Value
	// Expr is the call in its expression, for positions.
	Expr *expr.Expr

	m *Machine
}

// Full says whether the last argument asks for the whole resource and not only its properties.
func (c *RuntimeCall) Full() bool {
	if n := len(c.Args); n >= 2 {
		return equalFold(c.Args[n-1].Str(), "full")
	}
	return false
}

// Residual is the call with its arguments evaluated as far as possible.
func (c *RuntimeCall) Residual() *expr.Expr { return c.m.residual(c.Expr, c.Args) }

// Unknown is the answer of a call whose result only a deployment knows: an unknown with the call as its residual and
// the resource's id when the first argument is one.
func (c *RuntimeCall) Unknown() value.Value { return c.m.runtimeUnknown(c) }

// Machine is the machine that evaluates the call: its UnderChoice tells whether the call may never be made.
func (c *RuntimeCall) Machine() *Machine { return c.m }
