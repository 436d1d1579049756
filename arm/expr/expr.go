package expr

import (
	"math"
	"strings"
)

// Kind tells the sort of a node. The zero Kind is never valid.
type Kind uint8

// The kinds of nodes.
const (
	// KindCall calls the function Name with Args.
	KindCall Kind = iota + 1
	// KindMember reads the member Name of the base Args[0].
	KindMember
	// KindIndex reads the element or member Args[1] of the base Args[0].
	KindIndex
	// KindString is the string literal Text.
	KindString
	// KindInt is the integer literal Num.
	KindInt
	// KindValue is the JSON text Text as a literal; it is made by evaluation only and prints as calls.
	KindValue
)

var kindNames = [...]string{"invalid", "call", "member", "index", "string", "int", "value"}

// String returns a lower-case word for messages.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[0]
}

// Expr is one node of a parsed expression. Nodes are not changed once they are shared: the same parsed expression
// may be evaluated by several goroutines.
type Expr struct {
	Kind Kind
	// Func is the number an evaluator gave to the function Name when it linked the tree; 0 means not linked.
	// It is to be set before the tree is shared.
	Func uint16
	// Size is about the number of nodes of the tree, long texts counting for more. Trees that share branches can
	// print far longer than they are; whoever builds trees in a loop bounds them by Size.
	Size int32
	// Start and End are the byte offsets of the node in the expression string, the leading '[' included.
	// Both are 0 in nodes that were not parsed.
	Start, End int32
	// Name is the function or member name as written; for a user function "namespace.member".
	Name string
	// Text is the decoded string literal, or the JSON text of a value literal.
	Text string
	// Num is the integer literal.
	Num int64
	// Args are the arguments of a call; the base of a member; base and index of an index.
	Args []*Expr
	// Folded holds whatever an evaluator computed once for a constant tree; expr itself never looks at it.
	// It is to be set before the tree is shared.
	Folded any
}

// Call makes a call of the named function.
func Call(name string, args ...*Expr) *Expr {
	return sized(&Expr{Kind: KindCall, Name: name, Args: args})
}

// Str makes a string literal.
func Str(s string) *Expr { return sized(&Expr{Kind: KindString, Text: s}) }

// Int makes an integer literal. One outside 32 bits prints as json('...'), as the service reads no longer literals.
func Int(n int64) *Expr { return sized(&Expr{Kind: KindInt, Num: n}) }

// Member makes the access base.name.
func Member(base *Expr, name string) *Expr {
	return sized(&Expr{Kind: KindMember, Name: name, Args: []*Expr{base}})
}

// Index makes the access base[index].
func Index(base, index *Expr) *Expr {
	return sized(&Expr{Kind: KindIndex, Args: []*Expr{base, index}})
}

// Value makes a literal of a JSON text. A text that is not JSON prints as json('text') and fails when evaluated.
func Value(json string) *Expr { return sized(&Expr{Kind: KindValue, Text: json}) }

// bytesPerSize is the length of text that weighs as much as one node.
const bytesPerSize = 32

// sized sets the Size of a node whose children have theirs; sums end at the greatest int32.
func sized(e *Expr) *Expr {
	size := 1 + int64(len(e.Text)+len(e.Name))/bytesPerSize
	for _, a := range e.Args {
		if a != nil {
			size += int64(a.Size)
		}
	}
	e.Size = int32(min(size, math.MaxInt32))
	return e
}

// Base returns the base of a member or index access, and nil for other kinds.
func (e *Expr) Base() *Expr {
	if e.Kind == KindMember || e.Kind == KindIndex {
		return e.Args[0]
	}
	return nil
}

// Walk calls visit for e and everything below it, parents first, in source order. When visit returns false the
// children of that node are left out.
func (e *Expr) Walk(visit func(*Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, a := range e.Args {
		a.Walk(visit)
	}
}

// Equal reports whether two trees mean the same call for call: function names compare without case, a.b equals
// a['b'], all else exactly. Offsets do not count. Two nils are equal.
func Equal(a, b *Expr) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return false
	}
	if a.Kind != b.Kind {
		return equalAccess(a, b) || equalAccess(b, a)
	}
	switch a.Kind {
	case KindCall:
		if len(a.Name) != len(b.Name) || !strings.EqualFold(a.Name, b.Name) {
			return false
		}
	case KindMember:
		if a.Name != b.Name {
			return false
		}
	case KindString, KindValue:
		return a.Text == b.Text
	case KindInt:
		return a.Num == b.Num
	}
	if len(a.Args) != len(b.Args) {
		return false
	}
	for i := range a.Args {
		if !Equal(a.Args[i], b.Args[i]) {
			return false
		}
	}
	return true
}

// equalAccess compares a member access with an index access by a string literal.
func equalAccess(member, index *Expr) bool {
	return member.Kind == KindMember && index.Kind == KindIndex &&
		index.Args[1].Kind == KindString && index.Args[1].Text == member.Name &&
		Equal(member.Args[0], index.Args[0])
}

func fitsLiteral(n int64) bool { return n >= math.MinInt32 && n <= math.MaxInt32 }
