package scram_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

// SCRAM evaluates the laws of failure as holdfast does, for random arguments.
func TestSCRAMAgreesOnExpressions(t *testing.T) {
	witness(t)
	r := rand.New(rand.NewPCG(7, 7))
	between := func(a, b float64) *expression.Node { return expression.Number(a + (b-a)*r.Float64()) }
	time := func() *expression.Node {
		return expression.Apply(expression.Mul, expression.Apply(expression.MissionTime), between(0.01, 1))
	}
	op := expression.Apply
	m := &faulttree.Model{Name: "laws"}
	for i := range 40 {
		for k, n := range []*expression.Node{
			op(expression.Exponential, between(1e-4, 1e-3), time()),
			op(expression.GLM, between(0, 0.5), between(1e-4, 1e-3), between(1e-3, 1e-1), time()),
			op(expression.Weibull, between(1e3, 1e4), between(0.5, 3), between(0, 1000), time()),
			op(expression.PeriodicTest, between(1e-4, 1e-3), between(100, 1000), between(10, 500), time()),
			op(expression.PeriodicTest, between(1e-4, 1e-3), between(1e-3, 1e-1), between(100, 1000), between(10, 500), time()),
			op(expression.PeriodicTest, between(1e-4, 1e-3), between(1e-4, 1e-3), between(1e-3, 1e-1), between(100, 1000), between(10, 500),
				between(0, 0.2), between(1, 50), expression.Number(float64(i%2)), between(0.5, 1), between(0, 0.2), time()),
			op(expression.Lognormal, between(0.01, 0.1), expression.Number(3), expression.Number(0.95)),
			op(expression.Mul, expression.Number(0.5), op(expression.Beta, between(1, 3), between(1, 9))), // SCRAM fears samples above 1
			op(expression.Uniform, between(0.1, 0.2), between(0.3, 0.4)),
			op(expression.Gamma, between(1, 2), between(0.01, 0.1)),
			op(expression.Histogram, expression.Number(0), expression.Number(0.1), between(1, 2), expression.Number(0.4), between(1, 2)),
			op(expression.Mean, between(0, 1), op(expression.Min, between(0, 1), between(0, 1)), op(expression.Sqrt, between(0, 1))),
			op(expression.IfThenElse, op(expression.Less, between(0, 1), between(0, 1)), between(0.1, 0.2), between(0.7, 0.8)),
		} {
			e := &faulttree.Event{Name: fmt.Sprintf("e%dx%d", i, k), Value: n}
			m.Events = append(m.Events, e)
			m.Gates = append(m.Gates, &faulttree.Gate{Name: "g" + e.Name, Formula: &faulttree.Formula{Event: e}})
		}
	}
	if err := m.Evaluate(8760); err != nil {
		t.Fatal(err)
	}
	hold(t, m.Gates, []string{write(t, m)})
}
