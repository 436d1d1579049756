package value

import (
	"sync"

	"github.com/holdfast-ml/holdfast/arm/expr"
)

// Reason says why a value is not known before deployment.
type Reason uint8

// The reasons of section 14.1 of the specification.
const (
	RuntimeReference    Reason = iota // reference() of something that only Azure knows
	SecretValue                       // list*(), a Key Vault reference
	MissingParameter                  // a parameter without a value
	ScopeFact                         // subscription, resource group, location, tenant not supplied
	Clock                             // utcNow() without a fixed time
	Random                            // newGuid()
	ExternalInput                     // externalInputs() that nobody supplied
	ExternalTemplate                  // a linked template that is not at hand
	ProviderCatalog                   // providers()
	ZoneMapping                       // logical to physical zones differ per subscription
	Identity                          // deployer()
	UnsupportedFunction               // a function whose result cannot be modelled
	Failed                            // evaluation failed; the error is already reported
)

var reasonTexts = [...]string{
	"known only after deployment", "a secret", "a parameter without a value", "a fact of the deployment scope that was not supplied",
	"the time of deployment", "made at deployment", "an external input that was not supplied", "a linked template that is not at hand",
	"needs the provider catalog", "the zone mapping of the subscription", "the identity that deploys", "a function that cannot be evaluated offline",
	"an expression that could not be evaluated",
}

// String says the reason in words that complete "is unknown: ...".
func (r Reason) String() string {
	if int(r) < len(reasonTexts) {
		return reasonTexts[r]
	}
	return "unknown"
}

// Part is one piece of a partly known string: literal text, or the expression
// that would give the missing piece.
type Part struct {
	Lit  string
	Hole *expr.Expr // nil for a literal piece
	Kind Kind       // what the hole gives, AbsentKind when not known; it is written in its string form
}

// Choice is the result of if() with a condition that is not known.
type Choice struct {
	Cond       *expr.Expr
	Then, Else Value
}

// Unknown is what is known of an unknown value.
type Unknown struct {
	Reason   Reason
	Hint     Kind       // the kind it will have, AbsentKind when not known
	Residual *expr.Expr // the expression that would give it; never nil in a Value
	Parts    []Part     // for strings: what is known of it
	Choice   *Choice    // for if() with an unknown condition
	Body     Value      // for the state of a resource: the members that are known; others exist, too
	Resource string     // the id whose deployment makes it known, if it is one
	Subject  string     // what is missing: the parameter's name, the vault's id, ...
	NotNull  bool       // it cannot be null
}

// FromUnknown makes a value of u.
func FromUnknown(u Unknown) Value {
	if u.Residual == nil {
		u.Residual = expr.Call("null")
	}
	v := Value{kind: UnknownKind, ref: &u}
	if u.Reason == SecretValue {
		v.flags |= flagSecret
	}
	return v
}

// Unknown gives what is known of an unknown value, nil for a known one. The
// result is shared: it must not be changed.
func (v Value) Unknown() *Unknown {
	u, _ := v.ref.(*Unknown)
	return u
}

// Residual is the expression that would give v when it is unknown, with its
// brackets, as it could stand in a template; "" for a known value.
func (v Value) Residual() string {
	if u := v.Unknown(); u != nil {
		return "[" + u.Residual.String() + "]"
	}
	return ""
}

func (u *Unknown) text() string {
	if len(u.Parts) == 0 {
		return "{" + u.Residual.String() + "}"
	}
	scratch := buffers.Get().(*[]byte)
	b := (*scratch)[:0]
	for _, p := range u.Parts {
		if p.Hole == nil {
			b = append(b, p.Lit...)
			continue
		}
		b = p.Hole.Append(append(b, '{'))
		b = append(b, '}')
	}
	text := string(b)
	*scratch = b
	buffers.Put(scratch)
	return text
}

// buffers are scratch space for texts, so that each costs one allocation.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}
