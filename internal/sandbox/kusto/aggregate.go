package kusto

import (
	"math"
	"slices"
)

// aggregate is an aggregate function: what it is called with, and the state it
// keeps for each group.
type aggregate struct {
	min, max int
	prefix   string // of the column's name: prefix_argument; "" for the argument's own name
	cond     bool   // the last argument is a predicate that rows must fulfil
	typ      Type
	typeOf   func(args []expr) Type
	state    func() state
}

// state gathers the rows of one group.
type state interface {
	add(args []Value)
	result() Value
}

// aggregates by name. arg_max, arg_min, any and take_any give several columns
// and are bound apart, see multiAggregates.
var aggregates = withConditions(map[string]aggregate{
	"count":     {min: 0, max: 0, prefix: "count", typ: TypeLong, state: func() state { return new(counter) }},
	"dcount":    {min: 1, max: 2, prefix: "dcount", typ: TypeLong, state: func() state { return &distinctCounter{seen: map[string]struct{}{}} }},
	"sum":       {min: 1, max: 1, prefix: "sum", typeOf: sumType, state: func() state { return &summer{} }},
	"avg":       {min: 1, max: 1, prefix: "avg", typ: TypeReal, state: func() state { return &summer{mean: true} }},
	"min":       {min: 1, max: 1, prefix: "min", typeOf: firstType, state: func() state { return &best{direction: -1} }},
	"max":       {min: 1, max: 1, prefix: "max", typeOf: firstType, state: func() state { return &best{direction: 1} }},
	"make_list": {min: 1, max: 2, prefix: "list", typ: TypeDynamic, state: func() state { return &lister{} }},
	"make_set":  {min: 1, max: 2, prefix: "set", typ: TypeDynamic, state: func() state { return &lister{seen: map[string]struct{}{}} }},
	"make_bag":  {min: 1, max: 2, prefix: "bag", typ: TypeDynamic, state: func() state { return new(bagger) }},
	"stdev":     {min: 1, max: 1, prefix: "stdev", typ: TypeReal, state: func() state { return &spread{root: true} }},
	"variance":  {min: 1, max: 1, prefix: "variance", typ: TypeReal, state: func() state { return new(spread) }},
})

// withConditions adds countif, sumif and so on, and the old names.
func withConditions(all map[string]aggregate) map[string]aggregate {
	for _, name := range []string{"count", "dcount", "sum", "avg", "min", "max", "make_list", "make_set"} {
		a := all[name]
		a.cond = true
		a.prefix += "if"
		if name == "make_list" || name == "make_set" {
			a.prefix = all[name].prefix
			name += "_"
		}
		a.min++
		a.max++
		all[name+"if"] = a
	}
	all["count_distinct"] = all["dcount"]
	all["makelist"], all["makeset"] = all["make_list"], all["make_set"]
	return all
}

func sumType(args []expr) Type {
	if t := args[0].typ; t == TypeInt || t == TypeBool {
		return TypeLong
	}
	return args[0].typ
}

type counter int64

func (c *counter) add([]Value)   { *c++ }
func (c *counter) result() Value { return Long(int64(*c)) }

type distinctCounter struct {
	seen map[string]struct{}
	key  []byte
}

func (d *distinctCounter) add(a []Value) {
	if a[0].IsNull() {
		return
	}
	d.key = appendKey(d.key[:0], a[0])
	if _, ok := d.seen[string(d.key)]; !ok {
		d.seen[string(d.key)] = struct{}{}
	}
}
func (d *distinctCounter) result() Value { return Long(int64(len(d.seen))) }

// summer is sum and avg: of longs a long as long as it fits, else a real; of
// timespans a timespan.
type summer struct {
	mean bool
	n    int64
	sum  Value
}

func (s *summer) add(a []Value) {
	v := a[0]
	if !v.number() && v.kind != timespanKind {
		return
	}
	s.n++
	if s.n == 1 {
		s.sum = v
		return
	}
	next := arithmetic('+', s.sum, v)
	if next.IsNull() && s.sum.number() && v.number() {
		next = Real(s.sum.float() + v.float())
	}
	s.sum = next
}

func (s *summer) result() Value {
	switch {
	case !s.mean && s.n == 0:
		return Long(0)
	case !s.mean:
		return s.sum
	case s.n == 0:
		return Value{}
	case s.sum.kind == timespanKind:
		return span(s.sum.n / s.n)
	case s.sum.number():
		return Real(s.sum.float() / float64(s.n))
	}
	return Value{}
}

type best struct {
	direction int
	v         Value
}

func (b *best) add(a []Value) {
	if v := a[0]; !v.IsNull() && (b.v.IsNull() || total(v, b.v)*b.direction > 0) {
		b.v = v
	}
}
func (b *best) result() Value { return b.v }

// maxListed bounds make_list, make_set and make_bag, as Kusto does.
const maxListed = 1_048_576

// lister is make_list, and with a set of what it has seen make_set.
type lister struct {
	items []Value
	seen  map[string]struct{}
}

func (l *lister) add(a []Value) {
	most := int64(maxListed)
	if len(a) > 1 && a[1].kind == longKind {
		most = min(most, a[1].n)
	}
	if a[0].IsNull() || int64(len(l.items)) >= most {
		return
	}
	if l.seen != nil {
		key := string(appendKey(nil, a[0]))
		if _, ok := l.seen[key]; ok {
			return
		}
		l.seen[key] = struct{}{}
	}
	l.items = append(l.items, a[0])
}

func (l *lister) result() Value { return array(slices.Clip(append([]Value{}, l.items...))) }

type bagger struct{ b bagBuilder }

func (b *bagger) add(a []Value) {
	a[0].each(func(k string, v Value) bool {
		if _, there := b.b.at[k]; a[0].kind == bagKind && !there && len(b.b.keys) < maxListed {
			b.b.set(k, v)
		}
		return true
	})
}
func (b *bagger) result() Value { return b.b.value() }

// spread is the sample variance, by Welford's method, or its root.
type spread struct {
	root     bool
	n        float64
	mean, m2 float64
}

func (s *spread) add(a []Value) {
	if !a[0].number() {
		return
	}
	s.n++
	x := a[0].float()
	d := x - s.mean
	s.mean += d / s.n
	s.m2 += d * (x - s.mean)
}

func (s *spread) result() Value {
	if s.n == 0 {
		return Value{}
	}
	v := 0.0
	if s.n > 1 {
		v = s.m2 / (s.n - 1)
	}
	if s.root {
		v = math.Sqrt(v)
	}
	return Real(v)
}

// aggScope collects the aggregates of a summarize while its expressions are
// bound; each gets a place in the row that the expressions are then evaluated on.
type aggScope struct {
	input flow
	calls []aggCall
}

type aggCall struct {
	args  []expr
	cond  *expr
	state func() state
}

func (s *aggScope) add(b *binder, c call, a aggregate) (expr, error) {
	if len(c.args) < a.min || len(c.args) > a.max {
		return expr{}, b.fail(c.position, "%s() takes %s, not %d", c.name, count(a.min, a.max), len(c.args))
	}
	made := aggCall{state: a.state}
	for i, arg := range c.args {
		e, err := b.bindIn(s.input, arg)
		if err != nil {
			return expr{}, err
		}
		if a.cond && i == len(c.args)-1 {
			if e.typ != TypeBool && e.typ != TypeDynamic {
				return expr{}, b.fail(arg.place(), "a bool is wanted here, this is a %s", e.typ)
			}
			made.cond = &e
			continue
		}
		made.args = append(made.args, e)
	}
	if err := b.summable(c, made.args); err != nil {
		return expr{}, err
	}
	out := expr{typ: a.typ, name: a.prefix + "_"}
	if a.typeOf != nil {
		out.typ = a.typeOf(made.args)
	}
	if len(made.args) > 0 {
		out.name += made.args[0].name
	}
	at := len(s.calls)
	s.calls = append(s.calls, made)
	out.eval = func(r Row) Value { return r.Column(at) }
	return out, nil
}

// summable refuses sums of what is no number.
func (b *binder) summable(c call, args []expr) error {
	switch c.name {
	case "sum", "sumif", "avg", "avgif", "stdev", "variance":
		if t := args[0].typ; t == TypeString || t == TypeDateTime {
			return b.fail(c.args[0].place(), "%s() takes numbers, this is a %s; write toint() or todouble()", c.name, t)
		}
	}
	return nil
}
