package availability

import (
	"math/big"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/cutset"
)

// Trees gives the fault trees of a reading as one model: each top event is a gate
// that no other one names. It is what other tools are given.
func (a *Analysis) Trees(reading Reading) *faulttree.Model {
	s := a.sheets[reading]
	m := &faulttree.Model{Name: "holdfast-" + reading.String()}
	seen := map[*faulttree.Gate]bool{}
	events := map[*faulttree.Event]bool{}
	var visit func(f *faulttree.Formula)
	visit = func(f *faulttree.Formula) {
		switch {
		case f.Event != nil && !events[f.Event]:
			events[f.Event] = true
			m.Events = append(m.Events, f.Event)
		case f.Gate != nil && !seen[f.Gate]:
			seen[f.Gate] = true
			m.Gates = append(m.Gates, f.Gate)
			visit(f.Gate.Formula)
		}
		for _, x := range f.Args {
			visit(x)
		}
	}
	for _, g := range s.tops { // first, so that they keep their names
		seen[g] = true
		m.Gates = append(m.Gates, g)
	}
	for _, g := range s.tops {
		visit(g.Formula)
	}
	return m
}

// Top is one top event of a reading.
type Top struct {
	Gate        *faulttree.Gate
	Title       string
	Probability float64
	index       int
}

// Tops lists the top events of a reading.
func (a *Analysis) Tops(reading Reading) []Top {
	s := a.sheets[reading]
	out := make([]Top, len(s.tops))
	for i, g := range s.tops {
		out[i] = Top{g, s.titles[i], valueOf(s.at, i), i}
	}
	return out
}

// CutSets gives the exact number of minimal cut sets of a top event. The error is
// cutset.ErrTooLarge.
func (a *Analysis) CutSets(reading Reading, t Top) (*big.Int, error) {
	s := a.sheets[reading]
	z := cutset.New(0)
	f := z.Minimal(s.diagram, s.functions[t.index])
	if err := z.Err(); err != nil {
		return nil, err
	}
	return z.Count(f), nil
}
