package availability

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Kind is what a basic event is.
type Kind string

// The kinds. Those up to Global are roots, which fail by themselves.
const (
	Node     Kind = "node"
	Resource Kind = "resource"
	Zone     Kind = "zone"
	Service  Kind = "service"
	Region   Kind = "region"
	Pair     Kind = "pair"
	Global   Kind = "global"
	Promise  Kind = "sla"       // contractual reading: a service misses what it promises
	Phase    Kind = "phase"     // an outage has not lasted longer than a time
	Place    Kind = "place"     // a resource stands in the zone that fails
	Leak     Kind = "leak"      // a zone failure hurts what spans zones
	Failover Kind = "failover"  // a failover fails
	Reach    Kind = "reach"     // a global failure takes a capability away
	Switch   Kind = "switching" // switching to the secondary workspace fails
	selected Kind = "selected"  // of a [Surface]: a group is set in this way
)

// Basic is a basic event and what its probability follows from.
type Basic struct {
	Event *faulttree.Event
	Kind  Kind
	Title string           // for people: "zone 1 of westeurope"
	At    *estate.Resource // of Node, Resource, Place, Failover, Promise: which one
	Rate  *Rate            // nil for Place and Promise
	SLA   *catalog.SLA     // of Promise

	ref    *faulttree.Formula
	share  float64 // of Place
	region string  // of Zone, Region and Service: where it is
	family string  // of Service: which one
	root   *root   // of roots and phases
	of     *root   // of chances that belong to one root: which one
	number int     // of a phase: its place in the root's chain
}

// IsRoot says that b fails by itself.
func (b *Basic) IsRoot() bool { return b.root != nil && b.Kind != Phase }

// class is how long after the start of an outage something is hurt.
type class struct {
	kind    classKind
	seconds int64  // of forSeconds
	rate    string // of forRate: the id of the rate that has the hours
}

type classKind uint8

const (
	forRebuild classKind = iota // the outage and then the rebuilding
	forOutage
	forRate
	forSeconds
)

// classOf reads the time of a row of facts. A failover without a documented time
// takes that of the rates.
func classOf(s catalog.Span, failover bool) class {
	switch s.Word {
	case "rebuild", "total":
		return class{kind: forRebuild}
	case "outage":
		return class{kind: forOutage}
	case "unknown":
		if failover {
			return class{kind: forRate, rate: rateDelay}
		}
		return class{kind: forOutage}
	}
	if s.Seconds < 0 {
		return class{kind: forOutage}
	}
	return class{kind: forSeconds, seconds: s.Seconds}
}

// root is something that fails by itself, with the phases of its outages that
// some resource asks for.
type root struct {
	*Basic
	gates map[class]*faulttree.Formula
	chain []link // from the longest phase to the shortest; the first is the root itself
}

type link struct {
	class class
	basic *Basic // whether the outage is still in this phase, given the one before
}

// phase gives the event that an outage of the root is within the class.
func (p *pool) phase(r *root, c class) *faulttree.Formula {
	f := r.gates[c]
	if f == nil {
		f = p.gate(label{r.Event.Name, c.name()}, &faulttree.Formula{})
		r.gates[c] = f
	}
	return f
}

func (c class) name() string {
	switch c.kind {
	case forRebuild:
		return "rebuild"
	case forOutage:
		return "outage"
	case forRate:
		return c.rate
	}
	return fmt.Sprintf("first-%ds", c.seconds)
}

// shorter gives the class that ends first, at the middle values of the rates.
func (p *pool) shorter(r *root, a, b class) class {
	if p.mean(r, a, p.middle) <= p.mean(r, b, p.middle) {
		return a
	}
	return b
}

// mean is for how many hours of one outage the class holds, on average.
func (p *pool) mean(r *root, c class, d *draw) float64 {
	length := d.of(r.Rate).hours
	switch c.kind {
	case forRebuild:
		return length + d.of(p.rates.Get(rateRebuild)).hours
	case forOutage:
		return length
	case forRate:
		return -length * math.Expm1(-d.of(p.rates.Get(c.rate)).hours/length)
	}
	return -length * math.Expm1(-float64(c.seconds)/3600/length)
}

// finish gives the phases of every root their formulas: each lies within the
// next longer one.
func (p *pool) finish() {
	for _, r := range p.roots {
		classes := make([]class, 0, len(r.gates)+1)
		long := false
		for c := range r.gates {
			classes = append(classes, c)
			long = long || c.kind <= forOutage
		}
		if !long {
			classes = append(classes, class{kind: forOutage})
		}
		slices.SortFunc(classes, func(a, b class) int {
			switch x, y := p.mean(r, a, p.middle), p.mean(r, b, p.middle); {
			case x > y:
				return -1
			case x < y:
				return 1
			case a.kind != b.kind:
				return int(a.kind) - int(b.kind)
			}
			return strings.Compare(a.name(), b.name())
		})
		r.chain = nil
		before := r.ref
		for k, c := range classes {
			here := before
			var b *Basic
			if k > 0 {
				b = p.add(&Basic{Kind: Phase, Title: r.Title + ", " + c.name(), Rate: r.Rate, root: r, number: k}, r.Event.Name+"-within-"+c.name())
				here = &faulttree.Formula{Op: faulttree.And, Args: []*faulttree.Formula{before, b.ref}}
			}
			r.chain = append(r.chain, link{c, b})
			if f := r.gates[c]; f != nil {
				*f.Gate.Formula = *here
				before = f
			}
		}
	}
}

// probability is that of a basic event with the given rates.
func (p *pool) probability(b *Basic, d *draw) float64 {
	switch {
	case b.Kind == Promise:
		return 1 - b.SLA.Percent/100
	case b.Kind == Place:
		return b.share
	case b.Kind == selected:
		return 0
	case b.Kind == Phase:
		long, short := p.mean(b.root, b.root.chain[b.number-1].class, d), p.mean(b.root, b.root.chain[b.number].class, d)
		if long <= 0 {
			return 1
		}
		return min(1, short/long)
	case b.root != nil:
		x := d.of(b.Rate).perYear * p.mean(b.root, b.root.chain[0].class, d) / HoursPerYear
		return x / (1 + x)
	}
	return d.of(b.Rate).chance
}
