package kusto

// groupKey binds what rows are grouped by.
func (b *binder) groupKey(n named) (expr, error) {
	e, err := b.bind(n.expr)
	if err != nil {
		return expr{}, err
	}
	if e.typ == TypeDynamic {
		name := n.name
		if name == "" {
			name = e.name
		}
		return expr{}, b.fail(n.expr.place(), "Group key '%s' is of a 'dynamic' type. Please use an explicit cast, for example tostring(), as grouping by a 'dynamic' type is not supported", name)
	}
	return e, nil
}

// summary is a bound summarize: what it groups by, the aggregates it keeps, and
// the columns it makes of them.
type summary struct {
	by    []expr
	calls []aggCall
	multi []multiCall
	out   []expr // over a Record of the aggregates' results, those of multi last
}

func (b *binder) summarize(f flow, op summarizeOp) (flow, error) {
	var s summary
	var names namer
	for _, n := range op.by {
		e, err := b.groupKey(n)
		if err != nil {
			return flow{}, err
		}
		name := n.name
		if name == "" {
			name = names.infer(e)
		}
		names.add(Column{name, e.typ})
		s.by = append(s.by, e)
	}
	scope := &aggScope{input: f}
	results := 0 // of multi; they stand after those of calls
	for _, n := range op.aggs {
		if c, ok := n.expr.(call); ok && isMulti(c.name) {
			m, columns, err := b.multi(f, c, n.name, names.columns[:len(op.by)])
			if err != nil {
				return flow{}, err
			}
			for _, col := range columns {
				at := results
				results++
				names.add(Column{names.free(col.Name), col.Type})
				s.out = append(s.out, expr{typ: col.Type, eval: func(r Row) Value { return r.Column(len(scope.calls) + at) }})
			}
			s.multi = append(s.multi, m)
			continue
		}
		b.aggs = scope
		e, err := b.bind(n.expr)
		b.aggs = nil
		if err != nil {
			return flow{}, err
		}
		name := n.name
		if name == "" {
			name = names.infer(e)
		} else if names.taken[name] {
			return flow{}, b.fail(n.at, "there are two columns named '%s'", name)
		}
		names.add(Column{name, e.typ})
		s.out = append(s.out, e)
	}
	s.calls = scope.calls
	return flow{columns: names.columns, rows: b.groups(f, op, s)}, nil
}

// group is the rows that share a key.
type group struct {
	by     []Value
	states []state
	multi  []chooser
}

func (s *summary) newGroup(by []Value) *group {
	g := &group{by: by}
	for _, c := range s.calls {
		g.states = append(g.states, c.state())
	}
	for _, m := range s.multi {
		g.multi = append(g.multi, chooser{call: m})
	}
	return g
}

func (s *summary) record(g *group) Record {
	results := make(Record, 0, len(g.states)+len(g.multi))
	for _, st := range g.states {
		results = append(results, st.result())
	}
	for _, m := range g.multi {
		results = append(results, m.values()...)
	}
	rec := append(make(Record, 0, len(g.by)+len(s.out)), g.by...)
	for _, e := range s.out {
		rec = append(rec, e.eval(results))
	}
	return rec
}

func (b *binder) groups(f flow, op summarizeOp, s summary) func(yield func(Row) bool) {
	r := b.run
	return func(yield func(Row) bool) {
		groups := map[string]*group{}
		var ordered []*group
		if len(s.by) == 0 {
			ordered = append(ordered, s.newGroup(nil))
		}
		var key []byte
		by, args := make([]Value, len(s.by)), make([]Value, 0, 4)
		for row := range f.rows {
			var g *group
			if len(s.by) == 0 {
				g = ordered[0]
			} else {
				key = key[:0]
				for i, e := range s.by {
					by[i] = e.eval(row)
					key = appendKey(key, by[i])
				}
				if g = groups[string(key)]; g == nil {
					g = s.newGroup(append([]Value(nil), by...))
					groups[string(key)] = g
					if ordered = append(ordered, g); !r.within(len(ordered), op.position) {
						return
					}
				}
			}
			for i, c := range s.calls {
				if c.cond != nil {
					if is, _ := c.cond.eval(row).truth(); !is {
						continue
					}
				}
				args = args[:0]
				for _, a := range c.args {
					args = append(args, a.eval(row))
				}
				g.states[i].add(args)
			}
			for i := range g.multi {
				g.multi[i].add(row)
			}
		}
		if r.err != nil {
			return
		}
		for _, g := range ordered {
			if !r.going() || !yield(s.record(g)) {
				return
			}
		}
	}
}
