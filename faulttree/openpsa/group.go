package openpsa

import (
	"math"
	"strconv"

	"github.com/holdfast-ml/holdfast/faulttree"
)

var causeModels = map[string]faulttree.CauseModel{
	"beta-factor": faulttree.BetaFactor, "MGL": faulttree.MGL,
	"alpha-factor": faulttree.AlphaFactor, "phi-factor": faulttree.PhiFactor,
}

// group reads a common cause group. Its members are defined by being named in
// it; their probability is the group's distribution.
func (r *reader) group(e *element, sc scope) {
	name, ok := r.name(e)
	if !ok {
		return
	}
	model, _ := e.attr("model")
	c := &faulttree.CommonCause{Name: name, Place: e.place}
	if c.Model, ok = causeModels[model]; !ok {
		r.fail(e.errorf("the model of common causes %q is not known: beta-factor, MGL, alpha-factor and phi-factor are", model))
		return
	}
	if old := r.groups[name]; old != nil {
		r.fail(e.errorf("%s is defined twice: first at %s", name, old.Place))
		return
	}
	r.groups[name] = c
	r.model.Groups = append(r.model.Groups, c)
	label, body := contents(e)
	c.Label = label
	var distribution, factors []*element
	for _, b := range body {
		switch b.name {
		case "members":
			for _, m := range b.children {
				r.member(c, m, sc)
			}
		case "distribution":
			distribution = append(distribution, b)
		case "factor":
			factors = append(factors, b)
		case "factors":
			factors = append(factors, b.children...)
		default:
			r.fail(b.errorf("unexpected <%s> in <define-CCF-group>", b.name))
		}
	}
	if len(distribution) != 1 || len(distribution[0].children) != 1 {
		r.fail(e.errorf("the group %s must have one <distribution> of one expression", name))
		return
	}
	r.later = append(r.later, func() {
		c.Distribution = r.expression(distribution[0].children[0], sc)
		for i, f := range factors {
			r.factor(c, f, i, sc)
		}
		for _, m := range c.Members {
			m.Value = c.Distribution
		}
		if len(r.errs) == 0 {
			r.fail(c.Check())
		}
	})
}

// member enters an event into the group.
func (r *reader) member(c *faulttree.CommonCause, e *element, sc scope) {
	if e.name != "basic-event" {
		r.fail(e.errorf("unexpected <%s> in <members>", e.name))
		return
	}
	name, ok := r.name(e)
	if !ok {
		return
	}
	full := name
	if sc.private && sc.path != "" {
		full = join(sc.path, name)
	}
	ev := &faulttree.Event{Name: full, Probability: math.NaN(), Place: e.place}
	if declare(r, r.events, e, sc, sc.private && sc.path != "", symbol{event: ev}) {
		r.model.Events = append(r.model.Events, ev)
		c.Members = append(c.Members, ev)
	}
}

// factor reads the i-th factor, which must be of the level that is its turn.
func (r *reader) factor(c *faulttree.CommonCause, e *element, i int, sc scope) {
	if e.name != "factor" || len(e.children) != 1 {
		r.fail(e.errorf("the group %s needs <factor> elements of one expression each", c.Name))
		return
	}
	want := i + 1
	switch c.Model {
	case faulttree.BetaFactor:
		want = len(c.Members)
	case faulttree.MGL:
		want = i + 2
	}
	if s, ok := e.attr("level"); ok {
		if level, err := strconv.Atoi(s); err != nil || level != want {
			r.fail(e.errorf("the factor is of level %s: here level %d is expected", shortened(s), want))
			return
		}
	}
	if n := r.expression(e.children[0], sc); n != nil {
		c.Factors = append(c.Factors, n)
	}
}
