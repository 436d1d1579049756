package kusto

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// binder gives names and types their meaning: it turns a pipeline into a flow,
// and an expression into a function of a row.
type binder struct {
	run    *run
	tables Tables
	lets   map[string]boundLet
	scope  []Column  // the columns that expressions may name
	aggs   *aggScope // set where aggregates may stand
	verb   string    // the operator at hand, for messages
	funcs  map[string]function
}

// boundLet is a scalar, or the flow of a pipeline.
type boundLet struct {
	scalar *expr
	table  *flow
}

// expr is a bound expression.
type expr struct {
	typ      Type
	eval     func(Row) Value
	constant bool   // it does not look at the row
	name     string // the name that a column of it gets when none is given; "" for Column1 and so on
}

func constant(typ Type, v Value) expr {
	return expr{typ: typ, eval: func(Row) Value { return v }, constant: true}
}

// value is the value of a constant.
func (e expr) value() Value { return e.eval(nil) }

// folded evaluates at once what looks at no row.
func (e expr) folded(constantArgs bool) expr {
	if !constantArgs {
		return e
	}
	name, v := e.name, e.eval(nil)
	e = constant(e.typ, v)
	e.name = name
	return e
}

func (b *binder) fail(at position, format string, args ...any) error {
	msg := fmt.Sprintf(format, args...)
	if b.verb != "" {
		msg = "'" + b.verb + "' operator: " + msg
	}
	return place(b.run.text, at, CodeQuery, "%s", msg)
}

func (b *binder) let(l let) error {
	if l.table != nil {
		f, err := b.pipeline(l.table)
		if err != nil {
			return err
		}
		b.lets[l.name] = boundLet{table: &f}
		return nil
	}
	b.scope, b.verb = nil, "let"
	e, err := b.bind(l.scalar)
	if err != nil {
		return err
	}
	b.lets[l.name] = boundLet{scalar: &e}
	return nil
}

// bindIn binds an expression over the columns of a flow.
func (b *binder) bindIn(f flow, n node) (expr, error) {
	outer, aggs := b.scope, b.aggs
	b.scope, b.aggs = f.columns, nil
	defer func() { b.scope, b.aggs = outer, aggs }()
	return b.bind(n)
}

func (b *binder) bind(n node) (expr, error) {
	switch n := n.(type) {
	case literal:
		return constant(n.typ, n.value), nil
	case nameRef:
		return b.name(n)
	case memberOf:
		return b.member(n)
	case indexOf:
		return b.index(n)
	case unary:
		return b.negative(n)
	case logical:
		return b.logical(n)
	case operation:
		return b.binary(n)
	case inList:
		return b.in(n)
	case between:
		return b.between(n)
	case call:
		return b.call(n)
	case star:
		return expr{}, b.fail(n.position, "* stands for all columns only in distinct, arg_max, arg_min and take_any, and for any text in a pattern")
	case typeOf:
		return expr{}, b.fail(n.position, "typeof() may stand only in mv-expand … to and as the last argument of extract")
	}
	return expr{}, b.fail(n.place(), "this expression is not supported")
}

func (b *binder) name(n nameRef) (expr, error) {
	for i, c := range b.scope {
		if c.Name == n.name {
			if b.aggs != nil {
				return expr{}, b.fail(n.position, "the column '%s' must stand in an aggregate, or after by", n.name)
			}
			e := expr{typ: c.Type, name: n.name, eval: func(r Row) Value { return r.Column(i) }}
			if !fits(c.Type) {
				e.eval = func(r Row) Value { return fit(r.Column(i), c.Type) }
			}
			return e, nil
		}
	}
	if l, ok := b.lets[n.name]; ok {
		if l.scalar == nil {
			return expr{}, b.fail(n.position, "'%s' is a pipeline; it may stand where a table may, and after in", n.name)
		}
		e := *l.scalar
		e.name = n.name
		return e, nil
	}
	return expr{}, b.fail(n.position, "Failed to resolve column or scalar expression named '%s'%s", n.name, b.hint(n.name))
}

// hint says which columns there are, the one that differs in case first.
func (b *binder) hint(name string) string {
	var names []string
	for _, c := range b.scope {
		if strings.EqualFold(c.Name, name) {
			return "; names depend on case, there is '" + c.Name + "'"
		}
		names = append(names, c.Name)
	}
	if len(names) == 0 {
		return ""
	}
	const most = 30
	more := ""
	if len(names) > most {
		more = fmt.Sprintf(" and %d more", len(names)-most)
		names = names[:most]
	}
	return "; columns are " + strings.Join(names, ", ") + more
}

func (b *binder) member(n memberOf) (expr, error) {
	base, err := b.bind(n.base)
	if err != nil {
		return expr{}, err
	}
	if base.typ != TypeDynamic {
		return expr{}, b.fail(n.position, "a %s has no member '%s'; only dynamic values have (parse_json() makes one of a string)", base.typ, n.key)
	}
	key, get := n.key, base.eval
	e := expr{typ: TypeDynamic, eval: func(r Row) Value { return get(r).member(key) }}
	if base.name != "" {
		e.name = base.name + "_" + n.key
	}
	return e.folded(base.constant), nil
}

func (b *binder) index(n indexOf) (expr, error) {
	base, err := b.bind(n.base)
	if err != nil {
		return expr{}, err
	}
	index, err := b.bind(n.index)
	if err != nil {
		return expr{}, err
	}
	if base.typ != TypeDynamic {
		return expr{}, b.fail(n.position, "a %s cannot be subscripted; only dynamic values can", base.typ)
	}
	get, at := base.eval, index.eval
	e := expr{typ: TypeDynamic, eval: func(r Row) Value {
		switch i := at(r); i.kind {
		case longKind, boolKind:
			return get(r).at(i.n)
		case stringKind:
			return get(r).member(i.s)
		}
		return Value{}
	}}
	if base.name != "" && index.constant {
		e.name = base.name + "_" + strings.ReplaceAll(index.value().Text(), "-", "_")
	}
	return e.folded(base.constant && index.constant), nil
}

func (b *binder) negative(n unary) (expr, error) {
	arg, err := b.bind(n.arg)
	if err != nil {
		return expr{}, err
	}
	if !arg.typ.numeric() && arg.typ != TypeTimespan && arg.typ != TypeDynamic {
		return expr{}, b.fail(n.position, "a %s cannot be negated", arg.typ)
	}
	get := arg.eval
	return expr{typ: arg.typ, eval: func(r Row) Value { return negate(get(r)) }}.folded(arg.constant), nil
}

// predicate binds an expression that must be a bool.
func (b *binder) predicate(n node) (expr, error) {
	e, err := b.bind(n)
	if err != nil {
		return expr{}, err
	}
	if e.typ != TypeBool && e.typ != TypeDynamic {
		return expr{}, b.fail(n.place(), "a bool is wanted here, this is a %s", e.typ)
	}
	return e, nil
}

func (b *binder) logical(n logical) (expr, error) {
	var args []func(Row) Value
	allConstant := true
	for _, a := range n.args {
		e, err := b.predicate(a)
		if err != nil {
			return expr{}, err
		}
		allConstant = allConstant && e.constant
		args = append(args, e.eval)
	}
	decides := n.or // what one operand decides alone
	return expr{typ: TypeBool, eval: func(r Row) Value {
		unknown := false
		for _, arg := range args {
			is, known := arg(r).truth()
			if known && is == decides {
				return Bool(decides)
			}
			unknown = unknown || !known
		}
		if unknown {
			return Value{}
		}
		return Bool(!decides)
	}}.folded(allConstant), nil
}

func (b *binder) call(c call) (expr, error) {
	if agg, ok := aggregates[c.name]; ok {
		if b.aggs == nil {
			return expr{}, b.fail(c.position, "the aggregate '%s' may stand only in summarize", c.name)
		}
		return b.aggs.add(b, c, agg)
	}
	f, ok := b.funcs[c.name]
	if !ok {
		return expr{}, place(b.run.text, c.position, CodeLanguage, "Unknown function: '%s'. Supported are %s; and in summarize %s",
			c.name, strings.Join(slices.Sorted(maps.Keys(b.funcs)), ", "), strings.Join(aggregateNames(), ", "))
	}
	if len(c.args) < f.min || f.max >= 0 && len(c.args) > f.max {
		return expr{}, b.fail(c.position, "%s() takes %s, not %d", c.name, count(f.min, f.max), len(c.args))
	}
	if f.special != nil {
		return f.special(b, c)
	}
	args := make([]expr, len(c.args))
	allConstant := true
	for i, a := range c.args {
		var err error
		if args[i], err = b.bind(a); err != nil {
			return expr{}, err
		}
		allConstant = allConstant && args[i].constant
	}
	e := expr{typ: f.typ}
	if f.typeOf != nil {
		e.typ = f.typeOf(args)
	}
	if f.oneType {
		var err error
		if e.typ, err = b.common(c.position, c.name, args); err != nil {
			return expr{}, err
		}
	}
	if t := args[0].typ; f.measure && (t == TypeString || t == TypeBool || t == TypeDateTime) {
		return expr{}, b.fail(c.args[0].place(), "%s() takes numbers, this is a %s; write toint() or todouble()", c.name, t)
	}
	if f.named != nil {
		e.name = f.named(c.name, args)
	}
	buf := make([]Value, len(args)) // of this node alone: a run goes through it one row after the other
	apply := f.apply
	e.eval = func(r Row) Value {
		for i := range args {
			buf[i] = args[i].eval(r)
		}
		return apply(buf)
	}
	return e.folded(allConstant), nil
}

func count(least, most int) string {
	switch {
	case most < 0:
		return fmt.Sprintf("%d arguments or more", least)
	case least == most && least == 1:
		return "1 argument"
	case least == most:
		return fmt.Sprintf("%d arguments", least)
	}
	return fmt.Sprintf("%d to %d arguments", least, most)
}
