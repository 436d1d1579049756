package expression

import "fmt"

// Place is where something was declared; the zero Place is nowhere.
type Place struct {
	File         string
	Line, Column int // from 1; a column counts bytes
}

// String is file:line:column.
func (p Place) String() string {
	if p.File == "" {
		return "(no file)"
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Node is an operation with its arguments.
type Node struct {
	Op        Op
	Value     float64 // of a Constant
	Args      []*Node
	Parameter *Parameter // of a Ref
	Place     Place
}

// Parameter is a named expression.
type Parameter struct {
	Name  string
	Label string
	Unit  string
	Value *Node
	Place Place
}

// Number is a constant.
func Number(v float64) *Node { return &Node{Op: Constant, Value: v} }

// Apply is an operation on arguments. Whether they suit is found out by [Set.Add].
func Apply(op Op, args ...*Node) *Node { return &Node{Op: op, Args: args} }

// Of is the use of a parameter.
func Of(p *Parameter) *Node { return &Node{Op: Ref, Parameter: p} }

// Unavailability is the steady-state unavailability of something that fails with
// a rate and is then repaired in a mean time, rate·repair / (1 + rate·repair):
// mean time to repair over mean time between failures.
func Unavailability(rate, repair *Node) *Node {
	m := Apply(Mul, rate, repair)
	return Apply(Div, m, Apply(Add, Number(1), m))
}
