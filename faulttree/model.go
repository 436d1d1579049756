package faulttree

import (
	"fmt"

	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

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

// Takes says whether the operator can have n arguments.
func (o Op) Takes(n int) bool {
	switch o {
	case Ref:
		return n == 0
	case Not:
		return n == 1
	case Imply, Iff:
		return n == 2
	}
	return n >= 1 && int(o) < len(opNames)
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
	Label   string // for people, may be empty
	Formula *Formula
	Place   Place
}

// Event is a basic event.
type Event struct {
	Name        string
	Label       string           // for people, may be empty
	Probability float64          // in [0, 1]; NaN when the model gives none
	Value       *expression.Node // what the probability follows from, see [Model.Evaluate]; nil when it is given
	Place       Place
}

// House is an event that is switched on or off.
type House struct {
	Name  string
	Label string // for people, may be empty
	State bool
	Place Place
}

// Place is where something was declared; the zero Place is nowhere.
type Place = expression.Place

// Model is a set of fault trees that share their events.
type Model struct {
	Name       string
	Gates      []*Gate
	Events     []*Event
	Houses     []*House
	Parameters []*expression.Parameter
	Groups     []*CommonCause
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

// Gate finds a gate by its name; nil when there is none.
func (m *Model) Gate(name string) *Gate {
	for _, g := range m.Gates {
		if g.Name == name {
			return g
		}
	}
	return nil
}

// Evaluate sets the probability of every event that has an expression, for a
// mission of the given hours. A value that is not defined or not a probability
// is an error that says where it stands.
func (m *Model) Evaluate(mission float64) error {
	set, events, err := m.Expressions()
	if err != nil {
		return err
	}
	values, err := set.Values(mission)
	if err != nil {
		return err
	}
	for i, e := range events {
		if v := values[i]; v < 0 || v > 1 {
			return fmt.Errorf("%s: the probability of event %s is %g: it must be between 0 and 1", e.Value.Place, e.Name, v)
		}
		e.Probability = values[i]
	}
	return nil
}

// Expressions gives the expressions of the events that have one, ready to be
// evaluated together, and these events in the same order.
func (m *Model) Expressions() (*expression.Set, []*Event, error) {
	set := expression.NewSet()
	var events []*Event
	for _, e := range m.Events {
		if e.Value == nil {
			continue
		}
		if _, err := set.Add(e.Value); err != nil {
			return nil, nil, err
		}
		events = append(events, e)
	}
	return set, events, nil
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
