package faulttree

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

// CauseModel is how the failures of a group share a cause.
type CauseModel uint8

// The models of common cause failures.
const (
	BetaFactor  CauseModel = iota // all members at once, or one alone
	MGL                           // multiple Greek letters
	AlphaFactor                   // shares of failure events by their size
	PhiFactor                     // shares of the probability by size
)

var causeNames = [...]string{"beta-factor", "MGL", "alpha-factor", "phi-factor"}

// String is the name of the model in the Open-PSA format.
func (c CauseModel) String() string {
	if int(c) < len(causeNames) {
		return causeNames[c]
	}
	return fmt.Sprintf("CauseModel(%d)", uint8(c))
}

// CommonCause is a group of events that may fail together by one cause. Sources:
// A. Mosleh et al., "Guidelines on Modeling Common-Cause Failures in Probabilistic
// Risk Assessment", NUREG/CR-5485; Open-PSA Model Exchange Format 2.0d, "Common
// Cause Groups".
type CommonCause struct {
	Name         string
	Label        string
	Model        CauseModel
	Members      []*Event
	Distribution *expression.Node   // the probability of each member
	Factors      []*expression.Node // beta: one; MGL: from level 2; alpha and phi: from level 1
	Place        Place
}

// maxCauses bounds the events that a group is taken apart into.
const maxCauses = 1 << 16

// levels is the size of the largest failure that the factors speak of.
func (c *CommonCause) levels() int {
	switch c.Model {
	case BetaFactor:
		return len(c.Members)
	case MGL:
		return len(c.Factors) + 1
	}
	return len(c.Factors)
}

// Check says what is wrong with the group: too few members, factors that do not fit.
func (c *CommonCause) Check() error {
	n := len(c.Members)
	switch {
	case n < 2:
		return fmt.Errorf("%s: common cause group %s has %d members: it needs at least 2", c.Place, c.Name, n)
	case c.Distribution == nil:
		return fmt.Errorf("%s: common cause group %s has no distribution", c.Place, c.Name)
	case len(c.Factors) == 0 || c.Model == BetaFactor && len(c.Factors) != 1:
		return fmt.Errorf("%s: common cause group %s has %d factors", c.Place, c.Name, len(c.Factors))
	case c.levels() > n:
		return fmt.Errorf("%s: common cause group %s has factors up to level %d, but %d members", c.Place, c.Name, c.levels(), n)
	}
	if causes := c.causes(); causes > maxCauses {
		return fmt.Errorf("%s: common cause group %s of %d members stands for more than %d events", c.Place, c.Name, n, maxCauses)
	}
	return nil
}

func (c *CommonCause) causes() int {
	if c.Model == BetaFactor {
		return len(c.Members) + 1
	}
	sum, choose := 0, 1
	for k := 1; k <= c.levels(); k++ {
		choose = choose * (len(c.Members) - k + 1) / k
		if sum += choose; sum > maxCauses {
			return sum
		}
	}
	return sum
}

// probability is that of one particular failure of k members at once.
func (c *CommonCause) probability(k int) *expression.Node {
	op := expression.Apply
	one := expression.Number(1)
	among := 1.0 // failures of this size that one member takes part in
	for i := 1; i < k; i++ {
		among = among * float64(len(c.Members)-i) / float64(i)
	}
	share := expression.Number(1 / among)
	switch c.Model {
	case BetaFactor:
		if k == 1 {
			return op(expression.Mul, op(expression.Sub, one, c.Factors[0]), c.Distribution)
		}
		return op(expression.Mul, c.Factors[0], c.Distribution)
	case MGL:
		args := append([]*expression.Node{share}, c.Factors[:k-1]...)
		if k < c.levels() {
			args = append(args, op(expression.Sub, one, c.Factors[k-1]))
		}
		return op(expression.Mul, append(args, c.Distribution)...)
	case AlphaFactor:
		return op(expression.Mul, share, op(expression.Div, c.Factors[k-1], op(expression.Add, c.Factors...)), c.Distribution)
	}
	return op(expression.Mul, c.Factors[k-1], c.Distribution)
}

// WithCommonCauses gives the model with every member of a common cause group
// replaced by a gate: the member fails when any cause that takes it along comes
// about. Each cause is a basic event named after its members, in brackets. The
// model itself stays as it is.
func (m *Model) WithCommonCauses() (*Model, error) {
	if len(m.Groups) == 0 {
		return m, nil
	}
	out := &Model{Name: m.Name, Houses: m.Houses, Parameters: m.Parameters}
	stands := map[*Event]*Gate{}
	for _, c := range m.Groups {
		if err := c.Check(); err != nil {
			return nil, err
		}
		for _, e := range c.Members {
			if stands[e] != nil {
				return nil, fmt.Errorf("%s: event %s is in more than one common cause group", c.Place, e.Name)
			}
			stands[e] = &Gate{Name: e.Name, Label: e.Label, Formula: &Formula{Op: Or}, Place: e.Place}
		}
		out.Events = append(out.Events, c.split(stands)...)
	}
	for _, e := range m.Events {
		if stands[e] == nil {
			out.Events = append(out.Events, e)
		}
	}
	copies := make(map[*Gate]*Gate, len(m.Gates))
	for _, g := range m.Gates {
		copies[g] = &Gate{Name: g.Name, Label: g.Label, Place: g.Place}
		out.Gates = append(out.Gates, copies[g])
	}
	for _, g := range m.Gates {
		copies[g].Formula = g.Formula.replaced(copies, stands)
	}
	for _, e := range m.Events {
		if g := stands[e]; g != nil {
			out.Gates = append(out.Gates, g)
		}
	}
	return out, nil
}

// split makes the causes of a group and hangs them below its members.
func (c *CommonCause) split(stands map[*Event]*Gate) []*Event {
	var events []*Event
	n := len(c.Members)
	for k := 1; k <= c.levels(); k++ {
		if c.Model == BetaFactor && k > 1 && k < n {
			continue
		}
		value := c.probability(k)
		subsets(n, k, func(members []int) {
			e := &Event{Value: value, Place: c.Place}
			var names []string
			for _, i := range members {
				names = append(names, c.Members[i].Name)
				f := stands[c.Members[i]].Formula
				f.Args = append(f.Args, &Formula{Event: e})
			}
			e.Name = "[" + strings.Join(names, " ") + "]"
			events = append(events, e)
		})
	}
	return events
}

// subsets calls yield with every choice of k numbers below n, in order.
func subsets(n, k int, yield func([]int)) {
	chosen := make([]int, k)
	for i := range chosen {
		chosen[i] = i
	}
	for {
		yield(chosen)
		i := k - 1
		for i >= 0 && chosen[i] == n-k+i {
			i--
		}
		if i < 0 {
			return
		}
		for v := chosen[i] + 1; i < k; i, v = i+1, v+1 {
			chosen[i] = v
		}
	}
}

// replaced is a copy of the formula with other gates, and gates for events.
func (f *Formula) replaced(copies map[*Gate]*Gate, stands map[*Event]*Gate) *Formula {
	if f == nil {
		return nil
	}
	c := *f
	switch {
	case f.Gate != nil:
		if g := copies[f.Gate]; g != nil {
			c.Gate = g
		}
	case f.Event != nil && stands[f.Event] != nil:
		c.Event, c.Gate = nil, stands[f.Event]
	}
	c.Args = nil
	for _, a := range f.Args {
		c.Args = append(c.Args, a.replaced(copies, stands))
	}
	return &c
}
