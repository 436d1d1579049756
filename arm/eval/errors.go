package eval

import (
	"fmt"
	"strconv"

	"github.com/holdfast-ml/holdfast/arm/expr"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// Error tells why an expression has no value. Its messages have the form of the service's own, so that users can
// search for them; secret values never appear.
type Error struct {
	// Function is the function that failed, as the language spells it; "" for an access or a scope's answer.
	Function string
	// Start and End are the bytes of the failing part in the expression string; both 0 when it was not parsed.
	Start, End int32
	// Message says what happened and what was expected.
	Message string
	// Limit says that the budget is used up: going on with other expressions is of no use.
	Limit bool
	// Cause is the error of the scope or of a user function's body, when there is one.
	Cause error

	safe bool // the message is made of names and types only
}

// Error gives the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// at gives the error the place of the node, unless an inner node has given one before.
func (e *Error) at(n *expr.Expr) *Error {
	if e.End == 0 && n != nil {
		e.Start, e.End = n.Start, n.End
		if e.Function == "" && n.Kind == expr.KindCall {
			e.Function = n.Name
		}
	}
	return e
}

func fault(format string, args ...any) *Error { return &Error{Message: fmt.Sprintf(format, args...)} }

// cannot is the general form of the service for a function that refuses its arguments.
func cannot(e *expr.Expr, format string, args ...any) *Error {
	return &Error{
		Message: fmt.Sprintf("Unable to evaluate template language function '%s': %s", callName(e), fmt.Sprintf(format, args...)),
	}
}

// wrongType is the message for an argument of the wrong type. Which is the position counted from 0, or -1 when the
// function has one parameter only.
func wrongType(e *expr.Expr, which int, want string, got value.Value) *Error {
	place := "its parameter"
	if which >= 0 {
		place = "parameter " + strconv.Itoa(which+1)
	}
	return &Error{safe: true, Message: fmt.Sprintf(
		"The template language function '%s' expects %s to be of type '%s'. The provided value is of type '%s'",
		callName(e), place, want, typeName(got))}
}

func arity(e *expr.Expr, want string, got int) *Error {
	return cannot(e, "function requires %s argument(s) while %d were provided", want, got)
}

// Arity is the error for a call of a user function with the wrong number of arguments.
func Arity(name string, want, got int) error {
	return arity(expr.Call(name), strconv.Itoa(want), got)
}

func callName(e *expr.Expr) string {
	if f := functionOf(e); f != nil {
		return f.name
	}
	return e.Name
}

// typeName names the type as the service does; absent counts as null.
func typeName(v value.Value) string {
	k := v.Kind()
	if u := v.Unknown(); u != nil && u.Hint != value.AbsentKind {
		k = u.Hint
	}
	if k == value.AbsentKind {
		k = value.NullKind
	}
	return k.String()
}

// hidden replaces the message of an error about a secret argument, unless it only names types.
func (e *Error) hidden(n *expr.Expr) *Error {
	if e.safe || e.Limit || e.End != 0 {
		return e
	}
	return &Error{safe: true, Message: fmt.Sprintf(
		"Unable to evaluate template language function '%s': it refuses its arguments; details are not shown because one of them is secret", callName(n))}
}

// show is a value for a message: shortened, and never a secret.
func show(v value.Value) string {
	const most = 100
	s := v.Text()
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "..."
}
