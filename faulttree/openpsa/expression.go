package openpsa

import (
	"math"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/faulttree/expression"
)

// expression reads a stochastic expression; nil after an error.
func (r *reader) expression(e *element, sc scope) *expression.Node {
	n := &expression.Node{Place: e.place}
	switch e.name {
	case "float", "int", "bool":
		v, ok := r.number(e)
		if !ok {
			return nil
		}
		n.Value = v
		return n
	case "parameter":
		return r.parameter(e, sc)
	case "extern-function", "test-initiating-event", "test-functional-event":
		r.fail(e.errorf("<%s> is not supported", e.name))
		return nil
	}
	op, ok := expression.Named(e.name)
	if !ok {
		r.fail(e.errorf("<%s> is no expression", e.name))
		return nil
	}
	n.Op = op
	var args []*element
	for _, c := range e.children {
		if inner := grouped[op]; inner == "" || c.name != inner {
			args = append(args, c)
			continue
		}
		if len(c.children) != 2 {
			r.fail(c.errorf("<%s> has %d expressions: it must have 2", c.name, len(c.children)))
			return nil
		}
		args = append(args, c.children...)
	}
	if !op.Takes(len(args)) {
		r.fail(e.errorf("<%s> cannot have %d arguments", e.name, len(args)))
		return nil
	}
	for _, a := range args {
		arg := r.expression(a, sc)
		if arg == nil {
			return nil
		}
		n.Args = append(n.Args, arg)
	}
	return n
}

// grouped are the operations that write two arguments within one element.
var grouped = map[expression.Op]string{expression.Histogram: "bin", expression.Switch: "case"}

func (r *reader) parameter(e *element, sc scope) *expression.Node {
	name, _ := e.attr("name")
	p, ok := r.params.lookup(name, sc)
	if !ok {
		r.fail(e.errorf("the parameter %s is not defined", name))
		return nil
	}
	if unit, ok := e.attr("unit"); ok && unit != p.Unit {
		r.fail(e.errorf("the parameter %s is used in %s, but defined in %s at %s", name, unit, nothing(p.Unit), p.Place))
		return nil
	}
	return &expression.Node{Op: expression.Ref, Parameter: p, Place: e.place}
}

func nothing(unit string) string {
	if unit == "" {
		return "no unit"
	}
	return unit
}

func (r *reader) number(e *element) (float64, bool) {
	s, ok := e.attr("value")
	if !ok {
		r.fail(e.errorf("<%s> has no value", e.name))
		return 0, false
	}
	switch e.name {
	case "bool":
		if r.boolean(e) {
			return 1, true
		}
		return 0, true
	case "int":
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return float64(n), true
		}
		r.fail(e.errorf("the value %s is no whole number", shortened(s)))
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(s, "xX_pP") {
		r.fail(e.errorf("the value %s is no number", shortened(s)))
		return 0, false
	}
	return v, true
}
