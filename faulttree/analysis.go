package faulttree

import (
	"fmt"
	"math"
	"math/big"

	"github.com/holdfast-ml/holdfast/faulttree/bdd"
	"github.com/holdfast-ml/holdfast/faulttree/cutset"
)

// Analysis is a top event made ready to be asked. Its answers use the
// probabilities that the events have when they are asked for.
type Analysis struct {
	Top      *Gate
	Events   []*Event // below the top event, by variable
	Coherent bool     // made of and, or and k of n only

	compiled *Compiled
	flat     *bdd.Flat
	limit    int
}

// Analyse compiles a top event; limit bounds the nodes of its diagrams (0: 100
// million each). Errors are those of [Compile].
func Analyse(top *Gate, limit int) (*Analysis, error) {
	c, err := Compile([]*Gate{top}, limit)
	if err != nil {
		return nil, err
	}
	return &Analysis{Top: top, Events: c.Events, Coherent: c.Coherent, compiled: c, flat: c.Diagram.Flatten(c.Tops...), limit: limit}, nil
}

// Flat is the top event's function laid out for evaluation, variables as in
// Events.
func (a *Analysis) Flat() *bdd.Flat { return a.flat }

// Probability is the exact probability of the top event, its events independent.
func (a *Analysis) Probability() (float64, error) {
	p, err := a.compiled.Probabilities()
	if err != nil {
		return 0, err
	}
	return a.flat.Probability(p)[0], nil
}

// Importance is how much one event matters to the top event, where P is the top
// event's probability, p the event's, and B the Birnbaum importance. Sources: Y.
// Dutuit, A. Rauzy, "Efficient algorithms to assess component and gate importance
// in fault tree analysis", Reliability Engineering and System Safety 72 (2001).
type Importance struct {
	Event         *Event
	Birnbaum      float64 // P(top | event) - P(top | no event); also called marginal
	Criticality   float64 // p·B / P: that the event is critical, given the top event
	FussellVesely float64 // P(event | top), the diagnostic form: p·RAW
	RAW           float64 // risk achievement worth, P(top | event) / P
	RRW           float64 // risk reduction worth, P / P(top | no event); infinite when the top event needs the event
}

// Importance lists every event's importance, by variable. All but Birnbaum are NaN
// when the top event cannot happen.
func (a *Analysis) Importance() ([]Importance, error) {
	p, err := a.compiled.Probabilities()
	if err != nil {
		return nil, err
	}
	top := a.flat.Probability(p)[0]
	out := make([]Importance, len(a.Events))
	for v, b := range a.flat.Birnbaum(p, 0) {
		i := Importance{Event: a.Events[v], Birnbaum: b, Criticality: p[v] * b / top, RAW: 1 + (1-p[v])*b/top}
		i.FussellVesely = p[v] * i.RAW
		without := top - p[v]*b
		if math.Abs(without) < 1e-6*top { // a difference with few digits left: ask directly
			old := p[v]
			p[v] = 0
			without = a.flat.Probability(p)[0]
			p[v] = old
		}
		i.RRW = top / without
		out[v] = i
	}
	return out, nil
}

// CutSets are the minimal cut sets of a top event. For a tree that is not
// coherent they are the smallest sets of events that bring it about while all
// others stay away, see [cutset.Diagram.Minimal].
type CutSets struct {
	a       *Analysis
	diagram *cutset.Diagram
	family  cutset.Family
}

// CutSet is one of them.
type CutSet struct {
	Events      []*Event
	Probability float64 // the product of the events'
}

// CutSets finds the minimal cut sets. A diagram that outgrows its limit is
// cutset.ErrTooLarge.
func (a *Analysis) CutSets() (*CutSets, error) {
	d := cutset.New(a.limit)
	f := d.Minimal(a.compiled.Diagram, a.compiled.Tops[0])
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("gate %s: %w", a.Top.Name, err)
	}
	return &CutSets{a, d, f}, nil
}

// Count is their exact number.
func (c *CutSets) Count() *big.Int { return c.diagram.Count(c.family) }

// Orders counts them by how many events they have.
func (c *CutSets) Orders() []*big.Int { return c.diagram.Orders(c.family) }

// Occurrences counts, for every event of the analysis, those that have it.
func (c *CutSets) Occurrences() []*big.Int { return c.diagram.Occurrences(c.family, len(c.a.Events)) }

// MostProbable lists the k most probable, the most probable first.
func (c *CutSets) MostProbable(k int) ([]CutSet, error) {
	p, err := c.a.compiled.Probabilities()
	if err != nil {
		return nil, err
	}
	var out []CutSet
	for _, s := range c.diagram.MostProbable(c.family, p, k) {
		set := CutSet{Probability: s.Probability}
		for _, v := range s.Levels {
			set.Events = append(set.Events, c.a.Events[v])
		}
		out = append(out, set)
	}
	return out, nil
}

// Sum adds up the probabilities of all of them: the rare-event approximation,
// which is never below the probability of a coherent top event.
func (c *CutSets) Sum() (float64, error) {
	p, err := c.a.compiled.Probabilities()
	if err != nil {
		return 0, err
	}
	return c.diagram.Sum(c.family, p), nil
}
