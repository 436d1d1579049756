package openpsa

import (
	"strconv"

	"github.com/holdfast-ml/holdfast/faulttree"
)

var formulaOps = func() map[string]faulttree.Op {
	m := map[string]faulttree.Op{}
	for op := faulttree.And; op <= faulttree.Iff; op++ {
		m[op.String()] = op
	}
	return m
}()

// formula reads what a gate stands for; nil after an error.
func (r *reader) formula(e *element, sc scope) *faulttree.Formula {
	switch e.name {
	case "gate":
		return r.leaf(e, sc, "gate")
	case "basic-event":
		return r.leaf(e, sc, "basic event")
	case "house-event":
		return r.leaf(e, sc, "house event")
	case "event":
		kind, ok := e.attr("type")
		switch {
		case !ok:
			return r.leaf(e, sc, "")
		case kind == "gate":
			return r.leaf(e, sc, "gate")
		case kind == "basic-event":
			return r.leaf(e, sc, "basic event")
		case kind == "house-event":
			return r.leaf(e, sc, "house event")
		}
		r.fail(e.errorf("the type is %q: it must be gate, basic-event or house-event", kind))
		return nil
	case "constant":
		v := r.boolean(e)
		return &faulttree.Formula{Const: &v}
	}
	op, ok := formulaOps[e.name]
	if !ok {
		r.fail(e.errorf("<%s> is no formula", e.name))
		return nil
	}
	_, args := contents(e)
	f := &faulttree.Formula{Op: op}
	if !r.arity(e, f, len(args)) {
		return nil
	}
	f.Args = make([]*faulttree.Formula, 0, len(args))
	for _, a := range args {
		arg := r.formula(a, sc)
		if arg == nil {
			return nil
		}
		f.Args = append(f.Args, arg)
	}
	return f
}

// arity checks the number of arguments, and reads the bounds of k of n.
func (r *reader) arity(e *element, f *faulttree.Formula, n int) bool {
	if !f.Op.Takes(n) || f.Op == faulttree.Xor && n < 2 {
		r.fail(e.errorf("<%s> cannot have %d arguments", e.name, n))
		return false
	}
	if f.Op != faulttree.AtLeast && f.Op != faulttree.Cardinality {
		return true
	}
	var ok bool
	if f.Min, ok = r.count(e, "min"); !ok {
		return false
	}
	f.Max = n
	if f.Op == faulttree.Cardinality {
		if f.Max, ok = r.count(e, "max"); !ok {
			return false
		}
	}
	if f.Min > f.Max || f.Max > n {
		r.fail(e.errorf("<%s> has %d arguments, but asks for %d to %d of them", e.name, n, f.Min, f.Max))
		return false
	}
	if f.Op == faulttree.AtLeast {
		f.Max = 0
	}
	return true
}

func (r *reader) count(e *element, name string) (int, bool) {
	s, ok := e.attr(name)
	if !ok {
		r.fail(e.errorf("<%s> has no attribute %s", e.name, name))
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 30)
	if err != nil {
		r.fail(e.errorf("the attribute %s is %s: it must be a whole number, 0 or more", name, shortened(s)))
		return 0, false
	}
	return int(n), true
}

func (r *reader) leaf(e *element, sc scope, kind string) *faulttree.Formula {
	s, ok := r.reference(e, sc, kind)
	if !ok {
		return nil
	}
	return &faulttree.Formula{Gate: s.gate, Event: s.event, House: s.house}
}

// boolean reads the attribute value.
func (r *reader) boolean(e *element) bool {
	switch v, _ := e.attr("value"); v {
	case "true", "1":
		return true
	case "false", "0":
		return false
	default:
		r.fail(e.errorf("the value is %s: it must be true or false", shortened(v)))
		return false
	}
}
