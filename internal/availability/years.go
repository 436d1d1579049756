package availability

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/simulation"
)

// ErrNever says that nothing can take a capability away, so that there is nothing
// to play.
var ErrNever = errors.New("nothing takes the capability away")

// Years plays years of a capability in the expected reading, at worst and with the
// middle values of the rates: every root fails at random, and each failure has its
// own length and its own chances (where a resource stands, whether it leaks,
// whether a failover fails), so that its phases hang together. Whether switching to
// a secondary fails is decided anew whenever something fails while nothing else is.
// The error is [ErrNever], that of the options, or that of the context.
func (a *Analysis) Years(ctx context.Context, r *Row, opt simulation.Options) (*simulation.Result, error) {
	s := a.sheets[ExpectedReading]
	top := r.trees[ExpectedReading].lost[atWorst]
	if top < 0 {
		return nil, ErrNever
	}
	c, err := s.course(s.tops[top])
	if err != nil {
		return nil, fmt.Errorf("playing %s: %w", s.titles[top], err)
	}
	return simulation.Play(ctx, func(rng *rand.Rand) (simulation.History, error) { return c.start(rng), nil }, opt)
}

// course is what all histories of one top event share.
type course struct {
	net    *faulttree.Network
	roots  []process
	others []chanceAt // that belong to no root
}

// process is a root with what is decided at each of its failures. Roots of which no
// event is below the top are left out.
type process struct {
	event   int     // of the network; -1 when the top depends on its phases only
	between float64 // mean hours between the end of one failure and the next one
	length  float64 // mean hours of the outage
	whole   class   // how long the root is true
	phases  []phaseAt
	chances []chanceAt
	hours   map[string]float64 // of rates that a class names
	rebuild float64
}

type phaseAt struct {
	event int
	class class
}

type chanceAt struct {
	event       int
	probability float64
}

func (s *sheet) course(top *faulttree.Gate) (*course, error) {
	net, err := faulttree.NewNetwork([]*faulttree.Gate{top})
	if err != nil {
		return nil, err
	}
	at := map[*faulttree.Event]int{}
	for i, e := range net.Events() {
		at[e] = i
	}
	c := &course{net: net}
	numbers := map[*root]int{}
	process := s.processes(c, numbers)
	for _, b := range s.basics {
		event, used := at[b.Event]
		if !used {
			continue
		}
		switch owner := b.owner(); {
		case b.IsRoot():
			process(b.root).event = event
		case b.Kind == Phase:
			p := process(b.root)
			p.phases = append(p.phases, phaseAt{event, b.root.chain[b.number].class})
		case owner != nil:
			p := process(owner)
			p.chances = append(p.chances, chanceAt{event, s.probability(b, s.middle)})
		default:
			c.others = append(c.others, chanceAt{event, s.probability(b, s.middle)})
		}
	}
	return c, nil
}

// processes gives the process of a root, made when it is first asked for.
func (s *sheet) processes(c *course, numbers map[*root]int) func(*root) *process {
	return func(r *root) *process {
		n, known := numbers[r]
		if !known {
			n = len(c.roots)
			numbers[r] = n
			x := s.middle.of(r.Rate)
			p := process{event: -1, between: HoursPerYear / x.perYear, length: x.hours, whole: r.chain[0].class, hours: map[string]float64{}, rebuild: s.middle.of(s.rates.Get(rateRebuild)).hours}
			for _, l := range r.chain {
				if l.class.kind == forRate {
					p.hours[l.class.rate] = s.middle.of(s.rates.Get(l.class.rate)).hours
				}
			}
			c.roots = append(c.roots, p)
		}
		return &c.roots[n]
	}
}

// lasts is for how long a class holds in an outage of a length.
func (p *process) lasts(c class, length float64) float64 {
	switch c.kind {
	case forRebuild:
		return length + p.rebuild
	case forOutage:
		return length
	case forRate:
		return math.Min(length, p.hours[c.rate])
	}
	return math.Min(length, float64(c.seconds)/3600)
}

func (c *course) start(rng *rand.Rand) *history {
	h := &history{course: c, state: c.net.NewState(), rng: rng, order: make([]int, len(c.roots)), fails: make([]float64, len(c.roots))}
	for i := range c.roots {
		h.order[i] = i
		h.fails[i] = rng.ExpFloat64() * c.roots[i].between
	}
	h.sort()
	return h
}

// history is one course of events. The failures that come are few and the ends of
// those that go on are fewer: both are kept in order.
type history struct {
	*course
	state *faulttree.State
	rng   *rand.Rand
	now   float64
	order []int     // roots that work, by when they fail
	fails []float64 // by root
	ends  []end     // what ends, the soonest last
	on    int       // roots that have failed
}

// end is an event that becomes false, and with root set the whole failure.
type end struct {
	at    float64
	event int // -1: none
	root  int // -1: only the event
}

func (h *history) Down() bool   { return h.state.Gate(0) }
func (h *history) Now() float64 { return h.now }

func (h *history) sort() {
	slices.SortFunc(h.order, func(a, b int) int { return cmp.Compare(h.fails[a], h.fails[b]) })
}

// Next goes to the next failure or end of one.
func (h *history) Next(until float64) error {
	failure, ending := math.Inf(1), math.Inf(1)
	if len(h.order) > 0 {
		failure = h.fails[h.order[0]]
	}
	if n := len(h.ends); n > 0 {
		ending = h.ends[n-1].at
	}
	switch {
	case min(failure, ending) > until:
		h.now = until
	case ending <= failure:
		e := h.ends[len(h.ends)-1]
		h.ends = h.ends[:len(h.ends)-1]
		h.now = e.at
		h.finish(e)
	default:
		i := h.order[0]
		h.order = h.order[1:]
		h.now = failure
		h.fail(i)
	}
	return nil
}

func (h *history) fail(i int) {
	p := &h.roots[i]
	if h.on == 0 {
		for _, x := range h.others {
			h.state.Set(x.event, h.rng.Float64() < x.probability)
		}
	}
	h.on++
	length := h.rng.ExpFloat64() * p.length
	for _, x := range p.chances {
		h.state.Set(x.event, h.rng.Float64() < x.probability)
	}
	for _, x := range p.phases {
		if lasts := p.lasts(x.class, length); lasts > 0 {
			h.state.Set(x.event, true)
			h.ending(end{h.now + lasts, x.event, -1})
		}
	}
	if p.event >= 0 {
		h.state.Set(p.event, true)
	}
	h.ending(end{h.now + p.lasts(p.whole, length), p.event, i})
}

func (h *history) ending(e end) {
	at, _ := slices.BinarySearchFunc(h.ends, e, func(x, y end) int { return cmp.Compare(y.at, x.at) })
	h.ends = slices.Insert(h.ends, at, e)
}

func (h *history) finish(e end) {
	if e.event >= 0 {
		h.state.Set(e.event, false)
	}
	if e.root < 0 {
		return
	}
	p := &h.roots[e.root]
	for _, x := range p.chances {
		h.state.Set(x.event, false)
	}
	h.on--
	h.fails[e.root] = h.now + h.rng.ExpFloat64()*p.between
	at, _ := slices.BinarySearchFunc(h.order, e.root, func(x, y int) int { return cmp.Compare(h.fails[x], h.fails[y]) })
	h.order = slices.Insert(h.order, at, e.root)
}
