package simulation

import (
	"errors"
	"math"
	"math/rand/v2"

	"github.com/holdfast-ml/holdfast/faulttree"
)

// errRestless says that gates and processes chase each other without time going
// by: a delay of no time whose gate depends on the delay itself, for example.
var errRestless = errors.New("the processes set each other off without end at one moment")

// maxChanges bounds what may happen at one moment.
const maxChanges = 100_000

// history is one run of a system through time.
type history struct {
	*plan
	state *faulttree.State
	rng   *rand.Rand
	now   float64
	due   []float64 // when each process changes next; infinite
	left  []float64 // of the operation of a cold spare that is not needed now
	gates []bool    // as the processes have seen them
	heap  []int32   // processes by when they are due
	at    []int32   // where in the heap each process is
}

func newHistory(p *plan, rng *rand.Rand) (*history, error) {
	n := len(p.processes)
	h := &history{
		plan: p, state: p.net.NewState(), rng: rng, gates: make([]bool, len(p.watch)),
		due: make([]float64, n), left: make([]float64, n), heap: make([]int32, n), at: make([]int32, n),
	}
	for i := range p.processes {
		h.heap[i], h.at[i] = int32(i), int32(i)
		h.due[i] = math.Inf(1)
	}
	for i := range p.processes {
		if pr := &p.processes[i]; pr.kind == renewal {
			life := pr.failure.Draw(rng)
			if pr.gate < 0 {
				h.schedule(i, life)
			} else {
				h.left[i] = life
			}
		}
	}
	return h, h.settle()
}

// Down says whether the top event is true.
func (h *history) Down() bool { return h.state.Gate(0) }

// Now is the time since the start, in hours.
func (h *history) Now() float64 { return h.now }

// Next goes to the next moment at which something changes, but not beyond the
// given one.
func (h *history) Next(until float64) error {
	if len(h.heap) == 0 || h.due[h.heap[0]] > until {
		h.now = until
		return nil
	}
	i := int(h.heap[0])
	h.now = h.due[i]
	pr := &h.processes[i]
	switch {
	case pr.kind == delay:
		h.schedule(i, math.Inf(1))
		h.set(pr, false)
	case h.is(i): // repaired
		h.set(pr, false)
		h.down(i, false)
		life := pr.failure.Draw(h.rng)
		if pr.gate >= 0 && !h.gates[pr.gate] {
			h.left[i] = life
			h.schedule(i, math.Inf(1))
		} else {
			h.schedule(i, h.now+life)
		}
	default: // failed
		h.set(pr, true)
		h.down(i, true)
		h.schedule(i, h.now+pr.repair.Draw(h.rng))
	}
	return h.settle()
}

// A renewal that is down has a negative rest of operation.
func (h *history) is(i int) bool { return h.left[i] < 0 }

func (h *history) down(i int, v bool) {
	h.left[i] = 0
	if v {
		h.left[i] = -1
	}
}

func (h *history) set(pr *process, on bool) {
	if pr.event >= 0 {
		h.state.Set(pr.event, on)
	}
}

// settle lets processes react to gates that changed, until none does.
func (h *history) settle() error {
	for range maxChanges {
		changed := -1
		for g, list := range h.watch {
			if len(list) > 0 && h.gates[g] != h.state.Gate(g) {
				changed = g
				break
			}
		}
		if changed < 0 {
			return nil
		}
		on := h.state.Gate(changed)
		h.gates[changed] = on
		for _, i := range h.watch[changed] {
			h.react(i, on)
		}
	}
	return errRestless
}

func (h *history) react(i int, on bool) {
	pr := &h.processes[i]
	switch pr.kind {
	case demand:
		h.set(pr, on && h.rng.Float64() < pr.probability)
	case delay:
		h.schedule(i, math.Inf(1))
		if on {
			h.schedule(i, h.now+pr.repair.Draw(h.rng))
		}
		h.set(pr, on)
	case renewal:
		switch {
		case h.is(i): // its repair goes on
		case on:
			h.schedule(i, h.now+h.left[i])
		default:
			h.left[i] = math.Max(0, h.due[i]-h.now)
			h.schedule(i, math.Inf(1))
		}
	}
}

// schedule sets when a process is due, and keeps the heap in order.
func (h *history) schedule(i int, due float64) {
	h.due[i] = due
	k := h.at[i]
	for k > 0 {
		up := (k - 1) / 2
		if h.due[h.heap[up]] <= due {
			break
		}
		h.swap(k, up)
		k = up
	}
	for {
		least := k
		for c := 2*k + 1; c <= 2*k+2; c++ {
			if int(c) < len(h.heap) && h.due[h.heap[c]] < h.due[h.heap[least]] {
				least = c
			}
		}
		if least == k {
			return
		}
		h.swap(k, least)
		k = least
	}
}

func (h *history) swap(a, b int32) {
	h.heap[a], h.heap[b] = h.heap[b], h.heap[a]
	h.at[h.heap[a]], h.at[h.heap[b]] = a, b
}
