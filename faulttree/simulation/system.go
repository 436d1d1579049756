package simulation

import (
	"fmt"

	"github.com/holdfast-ml/holdfast/faulttree"
)

// System is a top event and the processes of its events. An event without a
// process never comes about.
type System struct {
	Top      *faulttree.Gate
	Renewals []Renewal
	Demands  []Demand
	Delays   []Delay
}

// Renewal is an event that lasts from a failure to the end of its repair.
type Renewal struct {
	Event   *faulttree.Event
	Failure Law // time in operation until it fails
	Repair  Law
	// While, when it is given, is the gate that must be true for the thing to be in
	// operation: a cold spare. Its repair goes on in any case.
	While *faulttree.Gate
}

// Steady is the renewal with the steady-state unavailability p and exponential
// times that take the given mean hours to repair: for events of which only a
// probability is known.
func Steady(e *faulttree.Event, p, repair float64) Renewal {
	return Renewal{Event: e, Failure: Exponential(repair * (1 - p) / p), Repair: Exponential(repair)}
}

// Demand is an event that comes about with a probability when its gate becomes
// true, and lasts until the gate is false again.
type Demand struct {
	Event       *faulttree.Event
	Probability float64
	When        *faulttree.Gate
}

// Delay is an event that comes about when its gate becomes true, and lasts for a
// time, but not longer than the gate is true.
type Delay struct {
	Event *faulttree.Event
	Time  Law
	When  *faulttree.Gate
}

type kind uint8

const (
	renewal kind = iota
	demand
	delay
)

// process is one of the three in the form that is played.
type process struct {
	kind            kind
	event           int // of the network; -1 when nothing depends on it
	failure, repair Law
	probability     float64
	gate            int // of the network: While or When; -1
}

// plan is a system made ready to be played, shared by all workers.
type plan struct {
	net       *faulttree.Network
	processes []process
	watch     [][]int // processes by the gate that they watch
}

func (s *System) plan() (*plan, error) {
	gates := []*faulttree.Gate{s.Top}
	number := map[*faulttree.Gate]int{}
	gate := func(g *faulttree.Gate) int {
		if g == nil {
			return -1
		}
		if _, ok := number[g]; !ok {
			number[g] = len(gates)
			gates = append(gates, g)
		}
		return number[g]
	}
	p := &plan{}
	var events []*faulttree.Event
	for _, r := range s.Renewals {
		if err := check(r.Failure, r.Event.Name); err != nil {
			return nil, err
		}
		if err := check(r.Repair, r.Event.Name); err != nil {
			return nil, err
		}
		if r.Failure.Mean()+r.Repair.Mean() <= 0 {
			return nil, fmt.Errorf("event %s: it fails and is repaired in no time", r.Event.Name)
		}
		events = append(events, r.Event)
		p.processes = append(p.processes, process{kind: renewal, failure: r.Failure, repair: r.Repair, gate: gate(r.While)})
	}
	for _, d := range s.Demands {
		if d.When == nil || !(d.Probability >= 0 && d.Probability <= 1) {
			return nil, fmt.Errorf("event %s: a demand needs a gate, and a probability between 0 and 1", d.Event.Name)
		}
		events = append(events, d.Event)
		p.processes = append(p.processes, process{kind: demand, probability: d.Probability, gate: gate(d.When)})
	}
	for _, d := range s.Delays {
		if err := check(d.Time, d.Event.Name); err != nil {
			return nil, err
		}
		if d.When == nil {
			return nil, fmt.Errorf("event %s: a delay needs a gate", d.Event.Name)
		}
		events = append(events, d.Event)
		p.processes = append(p.processes, process{kind: delay, repair: d.Time, gate: gate(d.When)})
	}
	return p, p.connect(gates, events)
}

// connect makes the network, and finds the processes' events in it.
func (p *plan) connect(gates []*faulttree.Gate, events []*faulttree.Event) (err error) {
	if p.net, err = faulttree.NewNetwork(gates); err != nil {
		return err
	}
	number := map[*faulttree.Event]int{}
	for i, e := range p.net.Events() {
		number[e] = i
	}
	taken := map[*faulttree.Event]bool{}
	p.watch = make([][]int, len(gates))
	for i, e := range events {
		if taken[e] {
			return fmt.Errorf("event %s has more than one process", e.Name)
		}
		taken[e] = true
		pr := &p.processes[i]
		pr.event = -1
		if n, ok := number[e]; ok {
			pr.event = n
		}
		if pr.gate >= 0 {
			p.watch[pr.gate] = append(p.watch[pr.gate], i)
		}
	}
	return nil
}
