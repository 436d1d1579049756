package faulttree

import "fmt"

// Op is how a formula joins its arguments.
type Op uint8

// The operators of the Open-PSA Model Exchange Format.
const (
	Ref         Op = iota // the gate, event, house or constant itself
	And                   // all
	Or                    // at least one
	AtLeast               // at least Min
	Cardinality           // from Min to Max
	Not                   // not the only argument
	Xor                   // an odd number
	Nand                  // not all
	Nor                   // none
	Imply                 // not the first, or the second
	Iff                   // both or neither
)

var opNames = [...]string{"ref", "and", "or", "atleast", "cardinality", "not", "xor", "nand", "nor", "imply", "iff"}

// String is the name of the operator in the Open-PSA format.
func (o Op) String() string {
	if int(o) < len(opNames) {
		return opNames[o]
	}
	return fmt.Sprintf("Op(%d)", uint8(o))
}

// Formula joins arguments, or is one of a gate, an event, a house and a
// constant (Op Ref).
type Formula struct {
	Op       Op
	Min, Max int // of AtLeast (Min) and Cardinality
	Args     []*Formula

	Gate  *Gate
	Event *Event
	House *House
	Const *bool
}

// Gate is an intermediate event.
type Gate struct {
	Name    string
	Formula *Formula
	Place   Place
}

// Event is a basic event.
type Event struct {
	Name        string
	Probability float64 // in [0, 1]; NaN when the model gives none
	Place       Place
}

// House is an event that is switched on or off.
type House struct {
	Name  string
	State bool
	Place Place
}

// Place is where something was declared; the zero Place is nowhere.
type Place struct {
	File         string
	Line, Column int
}

// String is file:line:column.
func (p Place) String() string {
	if p.File == "" {
		return "(no file)"
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Model is a set of fault trees that share their events.
type Model struct {
	Name   string
	Gates  []*Gate
	Events []*Event
	Houses []*House
}

// Tops lists the gates that no other gate names, in order.
func (m *Model) Tops() []*Gate {
	used := map[*Gate]bool{}
	for _, g := range m.Gates {
		g.Formula.walk(func(f *Formula) {
			if f.Gate != nil {
				used[f.Gate] = true
			}
		})
	}
	var tops []*Gate
	for _, g := range m.Gates {
		if !used[g] {
			tops = append(tops, g)
		}
	}
	return tops
}

// walk visits f and everything written in it; not what its gates stand for.
func (f *Formula) walk(visit func(*Formula)) {
	if f == nil {
		return
	}
	visit(f)
	for _, a := range f.Args {
		a.walk(visit)
	}
}
